package certificate

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
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// rsaKey1024 is short because it is quick to make.
var rsaKey1024 = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic(err)
	}
	return key
})

func curveKey(t testing.TB, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestCheckSignatureFrom(t *testing.T) {
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		key     crypto.Signer
		alg     x509.SignatureAlgorithm
		keyType string
		sigName string
	}{
		{"RSA and SHA-1", rsaKey1024(), x509.SHA1WithRSA, "RSA-1024", "SHA1-RSA"},
		{"RSA and SHA-256", rsaKey1024(), x509.SHA256WithRSA, "RSA-1024", "SHA256-RSA"},
		{"RSA and SHA-512", rsaKey1024(), x509.SHA512WithRSA, "RSA-1024", "SHA512-RSA"},
		{"RSA-PSS and SHA-256", rsaKey1024(), x509.SHA256WithRSAPSS, "RSA-1024", "SHA256-RSAPSS"},
		{"RSA-PSS and SHA-384", rsaKey1024(), x509.SHA384WithRSAPSS, "RSA-1024", "SHA384-RSAPSS"},
		{"ECDSA on P-224", curveKey(t, elliptic.P224()), x509.ECDSAWithSHA256, "ECDSA-P224", "ECDSA-SHA256"},
		{"ECDSA on P-256 and SHA-1", curveKey(t, elliptic.P256()), x509.ECDSAWithSHA1, "ECDSA-P256", "ECDSA-SHA1"},
		{"ECDSA on P-384", curveKey(t, elliptic.P384()), x509.ECDSAWithSHA384, "ECDSA-P384", "ECDSA-SHA384"},
		{"ECDSA on P-521", curveKey(t, elliptic.P521()), x509.ECDSAWithSHA512, "ECDSA-P521", "ECDSA-SHA512"},
		{"Ed25519", edKey, x509.PureEd25519, "Ed25519", "Ed25519"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			template := template()
			template.SignatureAlgorithm = test.alg
			data := selfSign(t, template, test.key)
			c, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			if c.KeyType != test.keyType || c.SignatureAlgorithm != test.sigName {
				t.Errorf("key %q, signature %q; want %q, %q", c.KeyType, c.SignatureAlgorithm, test.keyType, test.sigName)
			}
			if err := c.CheckSignatureFrom(c); err != nil || !c.SelfSigned() {
				t.Errorf("CheckSignatureFrom = %v, SelfSigned = %v", err, c.SelfSigned())
			}
			changed, err := Parse(bytes.Replace(data, []byte("*.db.example.com"), []byte("*.dx.example.com"), 1))
			if err != nil {
				t.Fatal(err)
			}
			if err := changed.CheckSignatureFrom(c); !errors.Is(err, ErrSignature) || changed.SelfSigned() {
				t.Errorf("changed: CheckSignatureFrom = %v, SelfSigned = %v", err, changed.SelfSigned())
			}
		})
	}
}

func TestCheckSignatureFromOthers(t *testing.T) {
	ec, err := Parse(der(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	other, err := Parse(der(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	rsaCert, err := Parse(selfSign(t, template(), rsaKey1024()))
	if err != nil {
		t.Fatal(err)
	}
	junk, _ := Parse([]byte("junk"))
	// The signature algorithm occurs inside and outside; only the first changes.
	oid := []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}
	mismatched, err := Parse(bytes.Replace(ec.Raw, oid, []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03}, 1))
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := Parse(bytes.ReplaceAll(ec.Raw, oid, []byte{0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x7f}))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name          string
		child, issuer *Certificate
		want          error
	}{
		{"another key of the same kind", ec, other, ErrSignature},
		{"a key of another kind", ec, rsaCert, ErrSignature},
		{"algorithms that differ inside and outside", mismatched, ec, ErrSignature},
		{"an unknown algorithm", unknown, ec, ErrUnsupported},
		{"no certificate", ec, junk, ErrSignature},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.child.CheckSignatureFrom(test.issuer); !errors.Is(err, test.want) {
				t.Errorf("CheckSignatureFrom = %v, want %v", err, test.want)
			}
		})
	}
}

// TestWhatGoCannotMake has OpenSSL make certificates that crypto/x509 does not:
// with keys below 1024 bits, with MD5, on other curves.
func TestWhatGoCannotMake(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL makes these certificates and is not installed")
	}
	tests := []struct {
		name      string
		arguments []string
		keyType   string
		signature string
		want      error
	}{
		{"RSA of 768 bits", []string{"-newkey", "rsa:768", "-sha256"}, "RSA-768", "SHA256-RSA", nil},
		{"RSA of 768 bits and MD5", []string{"-newkey", "rsa:768", "-md5"}, "RSA-768", "MD5-RSA", nil},
		{"RSA and MD5", []string{"-newkey", "rsa:1024", "-md5"}, "RSA-1024", "MD5-RSA", nil},
		{"an RSA-PSS key", []string{"-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024", "-sha256"}, "RSA-PSS-1024", "SHA256-RSAPSS", nil},
		{"Ed448", []string{"-newkey", "ed448"}, "Ed448", "Ed448", ErrUnsupported},
		{"secp256k1", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"}, "ECDSA-secp256k1", "ECDSA-SHA256", ErrUnsupported},
		{"a curve in explicit parameters", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"},
			"ECDSA", "ECDSA-SHA256", ErrUnsupported},
		{"a compressed point", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "point-format:compressed"},
			"ECDSA-P256", "ECDSA-SHA256", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "cert.pem")
			arguments := append([]string{"req", "-x509", "-nodes", "-subj", "/CN=db.example.com", "-keyout", filepath.Join(dir, "key.pem"),
				"-out", file}, test.arguments...)
			if out, err := exec.CommandContext(t.Context(), openssl, arguments...).CombinedOutput(); err != nil {
				t.Skipf("this OpenSSL does not make it: %s", out)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := FromPEM(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if c.KeyType != test.keyType || c.SignatureAlgorithm != test.signature {
				t.Errorf("key %q, signature %q; want %q, %q", c.KeyType, c.SignatureAlgorithm, test.keyType, test.signature)
			}
			if err := c.CheckSignatureFrom(c); !errors.Is(err, test.want) {
				t.Errorf("CheckSignatureFrom = %v, want %v", err, test.want)
			}
			c.RawTBS = bytes.Replace(c.RawTBS, []byte("db.example"), []byte("dx.example"), 1)
			if test.want == nil {
				if err := c.CheckSignatureFrom(c); !errors.Is(err, ErrSignature) {
					t.Errorf("changed: CheckSignatureFrom = %v", err)
				}
			}
		})
	}
}

func TestDSAKeyIsNamed(t *testing.T) {
	p, ok := new(big.Int).SetString("1"+string(bytes.Repeat([]byte("0"), 255))+"1", 16)
	if !ok {
		t.Fatal("no number")
	}
	params, err := asn1.Marshal(struct{ P, Q, G *big.Int }{p, big.NewInt(7), big.NewInt(2)})
	if err != nil {
		t.Fatal(err)
	}
	c := &Certificate{}
	spki, err := asn1.Marshal(struct {
		Algorithm struct {
			OID    asn1.ObjectIdentifier
			Params asn1.RawValue
		}
		Key asn1.BitString
	}{
		Algorithm: struct {
			OID    asn1.ObjectIdentifier
			Params asn1.RawValue
		}{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, asn1.RawValue{FullBytes: params}},
		Key: asn1.BitString{Bytes: []byte{2, 1, 5}, BitLength: 24},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.RawSPKI = spki
	if err := c.parsePublicKey(); err != nil || c.KeyType != "DSA-1025" || c.PublicKey != nil {
		t.Errorf("key %q, %v, %v; want DSA-1025", c.KeyType, c.PublicKey, err)
	}
}
