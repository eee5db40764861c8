package keyfile

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/youmark/pkcs8"
)

const password = "correct horse"

// encrypted is the key of m as OpenSSL writes it with these options.
func encrypted(t *testing.T, m material, arguments ...string) string {
	t.Helper()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL encrypts these keys and is not installed")
	}
	command := exec.CommandContext(t.Context(), openssl, append(arguments, "-passout", "pass:"+password)...)
	command.Stdin = strings.NewReader(m.pkcs8Key(t))
	out, err := command.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v", arguments, err)
	}
	return string(out)
}

func sec1(t *testing.T, m material) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(m.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

func TestLoadCertificateKey(t *testing.T) {
	a, b := makeCertificate(t, "a"), makeCertificate(t, "b")
	topk8 := func(options ...string) string {
		return encrypted(t, a, append([]string{"pkcs8", "-topk8"}, options...)...)
	}
	tests := []struct {
		name, content, key string
		password           string
		chain              [][]byte
	}{
		{"certificate and key", a.cert + a.pkcs8Key(t), "", "", [][]byte{a.der}},
		{"key and certificate", a.pkcs8Key(t) + a.cert, "", "", [][]byte{a.der}},
		{"a chain around the key", a.cert + a.pkcs8Key(t) + b.cert, "", "", [][]byte{a.der, b.der}},
		{"text around, and Windows line ends", strings.ReplaceAll("Bag Attributes: x\n"+a.cert+"\n"+a.pkcs8Key(t), "\n", "\r\n"), "", "", [][]byte{a.der}},
		{"a SEC 1 key after its parameters", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + sec1(t, a) + a.cert, "", "", [][]byte{a.der}},
		{"a key of its own file", a.cert, a.pkcs8Key(t), "", [][]byte{a.der}},
		{"a key of its own file, though the first has another", a.cert + b.pkcs8Key(t), a.pkcs8Key(t), "", [][]byte{a.der}},
		{"a password for a key that needs none", a.cert + a.pkcs8Key(t), "", password, [][]byte{a.der}},
		{"an encrypted PKCS#8 key", a.cert + topk8(), "", password, [][]byte{a.der}},
		{"an encrypted PKCS#8 key with HMAC-SHA512", a.cert + topk8("-v2prf", "hmacWithSHA512"), "", password, [][]byte{a.der}},
		{"an encrypted PKCS#8 key with HMAC-SHA1", a.cert + topk8("-v2prf", "hmacWithSHA1"), "", password, [][]byte{a.der}},
		{"an encrypted PKCS#8 key with 3DES", a.cert + topk8("-v2", "des3"), "", password, [][]byte{a.der}},
		{"an encrypted PKCS#8 key with AES-128", a.cert + topk8("-v2", "aes-128-cbc"), "", password, [][]byte{a.der}},
		{"an encrypted PKCS#8 key with scrypt", a.cert + topk8("-scrypt", "-scrypt_N", "1024"), "", password, [][]byte{a.der}},
		{"PBES1 of PKCS#12", a.cert + topk8("-v1", "PBE-SHA1-3DES"), "", password, [][]byte{a.der}},
		{"an encrypted key with DEK-Info", a.cert + encrypted(t, a, "ec", "-aes256"), "", password, [][]byte{a.der}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			keyPath := ""
			if test.key != "" {
				keyPath = write(t, test.key)
			}
			got, err := LoadCertificateKey(write(t, test.content), keyPath, test.password)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.chain, got.Certificate); diff != "" {
				t.Errorf("Certificate (-want +got):\n%s", diff)
			}
			if !a.key.Equal(got.PrivateKey) {
				t.Error("PrivateKey is not the key of the certificate")
			}
			if got.Leaf == nil || !bytes.Equal(got.Leaf.Raw, a.der) {
				t.Error("Leaf is not the certificate")
			}
		})
	}
}

func TestLoadCertificateKeyOfOtherKinds(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		key   crypto.Signer
		label string
		der   func() ([]byte, error)
	}{
		{"RSA in PKCS#1", rsaKey, "RSA PRIVATE KEY", func() ([]byte, error) { return x509.MarshalPKCS1PrivateKey(rsaKey), nil }},
		{"RSA in PKCS#8", rsaKey, "PRIVATE KEY", func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(rsaKey) }},
		{"Ed25519", edKey, "PRIVATE KEY", func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(edKey) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			template, err := x509.ParseCertificate(makeCertificate(t, "a").der)
			if err != nil {
				t.Fatal(err)
			}
			template.SignatureAlgorithm, template.PublicKey = 0, nil
			cert, err := x509.CreateCertificate(rand.Reader, template, template, test.key.Public(), test.key)
			if err != nil {
				t.Fatal(err)
			}
			key, err := test.der()
			if err != nil {
				t.Fatal(err)
			}
			content := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})) +
				string(pem.EncodeToMemory(&pem.Block{Type: test.label, Bytes: key}))
			got, err := LoadCertificateKey(write(t, content), "", "")
			if err != nil {
				t.Fatal(err)
			}
			if !got.PrivateKey.(interface{ Equal(crypto.PrivateKey) bool }).Equal(test.key) {
				t.Error("PrivateKey is another key")
			}
		})
	}
}

func TestLoadCertificateKeyFails(t *testing.T) {
	a, b := makeCertificate(t, "a"), makeCertificate(t, "b")
	block := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	sealed := encrypted(t, a, "pkcs8", "-topk8")
	tests := []struct {
		name, content, key, password string
		want                         fault
	}{
		{"nothing", "", "", "", fault{FindingNoCertificate, "is empty"}},
		{"text", "hello", "", "", fault{FindingNoCertificate, "holds neither a certificate nor a private key in PEM"}},
		{"no key", a.cert, "", "", fault{FindingNoKey, "holds no private key"}},
		{"no certificate", a.pkcs8Key(t), "", "", fault{FindingNoCertificate, "holds no certificate"}},
		{"a request in place of the certificate", block("CERTIFICATE REQUEST", []byte{1}) + a.pkcs8Key(t), "", "",
			fault{FindingNoCertificate, "holds a certificate request, not a certificate"}},
		{"another's key", a.cert + b.pkcs8Key(t), "", "",
			fault{FindingMismatch, "the private key (ECDSA-P256) does not belong to the first certificate, CN=a (ECDSA-P256)"}},
		{"the CA's certificate first", b.cert + a.cert + a.pkcs8Key(t), "", "",
			fault{FindingMismatch, "the private key (ECDSA-P256) does not belong to the first certificate, CN=b (ECDSA-P256), but to a later one, CN=a"}},
		{"an encrypted PKCS#8 key and no password", a.cert + sealed, "", "",
			fault{FindingPasswordRequired, "the private key is encrypted, and no password was given"}},
		{"an encrypted PKCS#8 key and the wrong password", a.cert + sealed, "", "wrong",
			fault{FindingPasswordWrong, "the password does not open the private key"}},
		{"scrypt and the wrong password", a.cert + encrypted(t, a, "pkcs8", "-topk8", "-scrypt", "-scrypt_N", "1024"), "", "wrong",
			fault{FindingPasswordWrong, "the password does not open the private key"}},
		{"an encrypted key with DEK-Info and no password", a.cert + encrypted(t, a, "ec", "-aes256"), "", "",
			fault{FindingPasswordRequired, "the private key is encrypted, and no password was given"}},
		{"an encrypted key with DEK-Info and the wrong password", a.cert + encrypted(t, a, "ec", "-aes256"), "", "wrong",
			fault{FindingPasswordWrong, "the password does not open the private key"}},
		{"a SEC 1 key under the label of PKCS#8", strings.ReplaceAll(sec1(t, a), "EC PRIVATE", "PRIVATE") + a.cert, "", "",
			fault{FindingKeyFormat, `the private key: it is a SEC 1 key under the label "PRIVATE KEY", which OpenSSL does not read`}},
		{"certificate and key in the wrong files", a.pkcs8Key(t), a.cert, "", fault{FindingWrongFile, "%mixed up"}},
		{"a CA file", makeCA(t, "ca").cert, "", "", fault{FindingWrongFile, "holds no private key, and its certificates are those of CAs: it is a CA file"}},
		{"a replica set's keyFile", strings.Repeat("aB3+", 50), "", "",
			fault{FindingWrongFile, "is the keyFile of a replica set (security.keyFile), by its look, not PEM"}},
		{"a Java key store", "\xfe\xed\xfe\xed\x00\x00\x00\x02", "", "", fault{FindingKeyFormat, "is a Java key store (JKS), not PEM"}},
		{"an encryption that only OpenSSL knows", a.cert + encrypted(t, a, "pkcs8", "-topk8", "-v2", "camellia-256-cbc"), "", password,
			fault{FindingKeyEncryption, "the private key: it is encrypted in a way that is not supported here: cipher Camellia-256-CBC"}},
		{"an encryption of before OpenSSL 3", a.cert + encrypted(t, a, "pkcs8", "-topk8", "-v1", "PBE-SHA1-RC2-40", "-provider", "legacy", "-provider", "default"), "", password,
			fault{FindingKeyEncryption, "the private key: it is encrypted by PBES1 (PBE-SHA1-RC2-40), which OpenSSL does not open since 3.0, nor the Go driver"}},
		{"a key that is none", a.cert + block("PRIVATE KEY", []byte("junk")), "", "",
			fault{FindingKeyFormat, "the private key: content is not a private key"}},
		{"a key that is not base64", a.cert + "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n", "", "",
			fault{FindingKeyFormat, fmt.Sprintf("the private key at line %d: not base64", strings.Count(a.cert, "\n")+1)}},
		{"a certificate that is none", block("CERTIFICATE", []byte("junk")) + a.pkcs8Key(t), "", "",
			fault{FindingKeyFormat, "the certificate at line 1: not a DER certificate"}},
		{"a certificate that is not base64", strings.Replace(a.cert, "MII", "!!!", 1) + a.pkcs8Key(t), "", "",
			fault{FindingKeyFormat, "the certificate at line 1: not base64"}},
		{"a certificate in DER", string(a.der), "", "", fault{FindingKeyFormat, "is a certificate in DER, not PEM"}},
		{"a key file without a key", a.cert, b.cert, "", fault{FindingNoKey, "holds no private key"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, test.content)
			guilty, keyPath := path, ""
			if test.key != "" {
				keyPath = write(t, test.key)
				guilty = keyPath
			}
			if test.want.Detail == "%mixed up" {
				guilty, test.want.Detail = path, fmt.Sprintf("holds the key, and %q the certificate: the two are mixed up", keyPath)
			}
			_, err := LoadCertificateKey(path, keyPath, test.password)
			got := faultOf(t, err, guilty)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("LoadCertificateKey (-want +got):\n%s", diff)
			}
			if test.password != "" && strings.Contains(err.Error(), test.password) && test.password != "wrong" {
				t.Errorf("error tells the password: %v", err)
			}
		})
	}
}

// pbes2 makes an EncryptedPrivateKeyInfo of a key derivation and a cipher.
func pbes2(t testing.TB, kdf, params any, cipher asn1.ObjectIdentifier, iv, data []byte) []byte {
	t.Helper()
	raw := func(v any) asn1.RawValue {
		der, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return asn1.RawValue{FullBytes: der}
	}
	type schemes struct{ KDF, Cipher asn1.RawValue }
	type identifier struct {
		OID    asn1.ObjectIdentifier
		Params asn1.RawValue
	}
	der, err := asn1.Marshal(struct {
		Algorithm identifier
		Data      []byte
	}{
		identifier{oidPBES2, raw(schemes{
			raw(identifier{kdf.(asn1.ObjectIdentifier), raw(params)}),
			raw(identifier{cipher, raw(iv)}),
		})},
		data,
	})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestHostileEncryption(t *testing.T) {
	type rounds struct {
		Salt  []byte
		Count int
	}
	type scryptCost struct {
		Salt              []byte
		Cost, Size, Lanes int
	}
	aes := asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	iv, data := make([]byte, 16), make([]byte, 32)
	tests := []struct {
		name string
		der  []byte
		want string
	}{
		{"too many rounds", pbes2(t, oidPBKDF2, rounds{iv, maxIterations + 1}, aes, iv, data),
			"it is encrypted in a way that is not supported here: 10000001 rounds of key derivation"},
		{"no rounds", pbes2(t, oidPBKDF2, rounds{iv, 0}, aes, iv, data), "content is not a private key"},
		{"too much memory", pbes2(t, oidScrypt, scryptCost{iv, 1 << 30, 8, 1}, aes, iv, data),
			"it is encrypted in a way that is not supported here: scrypt parameters are too large"},
		{"too many lanes", pbes2(t, oidScrypt, scryptCost{iv, 1024, 8, 65}, aes, iv, data),
			"it is encrypted in a way that is not supported here: scrypt parameters are too large"},
		{"a negative cost", pbes2(t, oidScrypt, scryptCost{iv, -1, 8, 1}, aes, iv, data), "content is not a private key"},
		{"a short initialization vector", pbes2(t, oidPBKDF2, rounds{iv, 1}, aes, iv[:8], data), "content is not a private key"},
		{"half a block", pbes2(t, oidPBKDF2, rounds{iv, 1}, aes, iv, data[:24]), "content is not a private key"},
		{"no data", pbes2(t, oidPBKDF2, rounds{iv, 1}, aes, iv, nil), "content is not a private key"},
		{"an unknown cipher", pbes2(t, oidPBKDF2, rounds{iv, 1}, asn1.ObjectIdentifier{1, 2, 3}, iv, data),
			"it is encrypted in a way that is not supported here: cipher 1.2.3"},
		{"an unknown key derivation", pbes2(t, asn1.ObjectIdentifier{1, 2, 3}, rounds{iv, 1}, aes, iv, data),
			"it is encrypted in a way that is not supported here: key derivation 1.2.3"},
		{"junk", []byte("junk"), "content is not a private key"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := block{label: "ENCRYPTED PRIVATE KEY", der: test.der}
			if _, err := b.privateKey(password); err == nil || err.Error() != test.want {
				t.Errorf("privateKey error = %v, want %q", err, test.want)
			}
		})
	}
}

func FuzzPrivateKey(f *testing.F) {
	a := makeCertificate(f, "a")
	plain, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		f.Fatal(err)
	}
	cheap := &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1, HMACHash: crypto.SHA256}}
	sealed, err := pkcs8.MarshalPrivateKey(a.key, []byte(password), cheap)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("PRIVATE KEY", plain, "", "")
	f.Add("ENCRYPTED PRIVATE KEY", sealed, "", "")
	f.Add("EC PRIVATE KEY", plain, "DEK-Info", "AES-256-CBC,00000000000000000000000000000000")
	f.Fuzz(func(t *testing.T, label string, der []byte, header, value string) {
		b := block{label: label, der: der, headers: map[string]string{header: value}}
		// A key derivation that is allowed to be slow would stall the fuzzer.
		if e, err := parseEncryption(der); err == nil && e.iterations > 1000 {
			t.Skip("slow key derivation")
		}
		key, err := b.privateKey(password)
		if (key.Signer == nil) == (err == nil) {
			t.Errorf("key %v beside error %v", key.algorithm, err)
		}
	})
}

func FuzzParsePair(f *testing.F) {
	a := makeCertificate(f, "a")
	f.Add([]byte(a.cert + a.pkcs8Key(f)))
	f.Fuzz(func(t *testing.T, data []byte) {
		pair, err := parsePair("file", data, "file", data, "")
		if (pair == nil) == (err == nil) {
			t.Errorf("pair %v beside error %v", pair, err)
		}
	})
}

func TestCurvesOtherThanP256(t *testing.T) {
	// A key on another curve than the certificate's must not panic in Equal.
	a := makeCertificate(t, "a")
	other, err := x509.MarshalPKCS8PrivateKey(curveKey(t, elliptic.P384()))
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, a.cert+string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: other})))
	_, err = LoadCertificateKey(path, "", "")
	if got := faultOf(t, err, path); got.Finding != FindingMismatch {
		t.Errorf("finding = %q, want %q", got.Finding, FindingMismatch)
	}
}

func curveKey(t *testing.T, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
