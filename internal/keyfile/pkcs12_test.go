package keyfile

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/asn1"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pkcs12Of is what openssl pkcs12 -export makes of m.
func pkcs12Of(t testing.TB, m material, options ...string) []byte {
	t.Helper()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL makes these files and is not installed")
	}
	options = append([]string{"pkcs12", "-export", "-in", write(t, m.cert+m.pkcs8Key(t)), "-passout", "pass:" + password}, options...)
	out, err := exec.CommandContext(t.Context(), openssl, options...).Output()
	if err != nil {
		t.Fatalf("openssl %q: %v", options, err)
	}
	return out
}

// indefinite rewrites the outermost element with an indefinite length.
func indefinite(t testing.TB, der []byte) []byte {
	t.Helper()
	tag, _, body, _, err := header(der)
	if err != nil {
		t.Fatal(err)
	}
	return append(append([]byte{tag, 0x80}, body...), 0, 0)
}

// withPBMAC1 puts a MAC of RFC 9579 in place of that of a file.
func withPBMAC1(t testing.TB, der []byte, password string) []byte {
	t.Helper()
	var file struct {
		Version int
		Safe    struct {
			Type asn1.ObjectIdentifier
			Data []byte `asn1:"tag:0,explicit"`
		}
		MAC asn1.RawValue
	}
	if _, err := asn1.Unmarshal(der, &file); err != nil {
		t.Fatal(err)
	}
	type algorithm struct{ OID asn1.ObjectIdentifier }
	type derivation struct {
		Salt         []byte
		Rounds, Size int
		PRF          algorithm
	}
	hmacSHA256 := algorithm{OID: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}}
	key, err := pbkdf2.Key(sha256.New, password, []byte("salt"), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	sum := hmac.New(sha256.New, key)
	sum.Write(file.Safe.Data)
	raw := func(v any) asn1.RawValue {
		der, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return asn1.RawValue{FullBytes: der}
	}
	kdf := raw(struct {
		OID    asn1.ObjectIdentifier
		Params derivation
	}{oidPBKDF2, derivation{[]byte("salt"), 10, 32, hmacSHA256}})
	file.MAC = raw(struct {
		Info struct {
			Algorithm asn1.RawValue
			Digest    []byte
		}
		Salt []byte
	}{struct {
		Algorithm asn1.RawValue
		Digest    []byte
	}{raw(struct {
		OID    asn1.ObjectIdentifier
		Params struct{ KDF, MAC asn1.RawValue }
	}{oidPBMAC1, struct{ KDF, MAC asn1.RawValue }{kdf, raw(hmacSHA256)}}), sum.Sum(nil)}, []byte("unused")})
	out, err := asn1.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPKCS12(t *testing.T) {
	a := makeCertificate(t, "a")
	plain := pkcs12Of(t, a)
	type result struct {
		Certificates, Keys int
		Key                string
		Problem            string
	}
	whole := result{Certificates: 1, Keys: 1, Key: "ECDSA-P256"}
	tests := []struct {
		name, password string
		data           []byte
		want           result
	}{
		{"by default", password, plain, whole},
		{"another password", "x", plain, result{Problem: errPasswordWrong.Error()}},
		{"no password", "", plain, result{Problem: errPasswordRequired.Error()}},
		{"in BER", password, indefinite(t, plain), whole},
		{"with PBMAC1", password, withPBMAC1(t, plain, password), whole},
		{"with PBMAC1 and another password", "x", withPBMAC1(t, plain, password), result{Problem: errPasswordWrong.Error()}},
		{"without a MAC", password, pkcs12Of(t, a, "-nomac"), result{Certificates: 1, Keys: 1, Key: "ECDSA-P256"}},
		{"without protection", "", pkcs12Of(t, a, "-nomac", "-keypbe", "NONE", "-certpbe", "NONE"),
			result{Certificates: 1, Keys: 1, Key: "ECDSA-P256"}},
		{"without a key", password, pkcs12Of(t, a, "-nokeys"), result{Certificates: 1}},
		{"with triple DES", password, pkcs12Of(t, a, "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"), whole},
		{"with SHA-512", password, pkcs12Of(t, a, "-macalg", "sha512"), whole},
		{"with a cipher that is not read", password, pkcs12Of(t, a, "-certpbe", "camellia-256-cbc"),
			result{Problem: "the certificates: it is encrypted in a way that is not supported here: cipher Camellia-256-CBC"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := parsePKCS12(test.data, test.password)
			got := result{Certificates: len(s.certificates), Keys: len(s.keys)}
			if s.problem != nil {
				got.Problem = s.problem.Error()
			}
			if len(s.keys) > 0 {
				key, err := s.keys[0].open(test.password)
				if err != nil {
					t.Error(err)
				}
				got.Key = key.algorithm
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("parsePKCS12 (-want +got):\n%s", diff)
			}
		})
	}
}
