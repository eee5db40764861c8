package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"testing"
	"time"
)

// from and until are the validity of all test certificates.
var (
	from  = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	until = time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// template is a server certificate with every extension that is read.
func template() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(0x1234),
		Subject:      pkix.Name{CommonName: "db.example.com", Organization: []string{"Acme"}},
		NotBefore:    from, NotAfter: until,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		SubjectKeyId:          []byte{1, 2, 3},
		DNSNames:              []string{"db.example.com", "*.db.example.com"},
		IPAddresses:           []net.IP{net.IPv4(192, 0, 2, 1).To4(), net.ParseIP("2001:db8::1")},
		EmailAddresses:        []string{"dba@example.com"},
		OCSPServer:            []string{"http://ocsp.example.com/"},
		IssuingCertificateURL: []string{"http://ca.example.com/ca.der"},
		CRLDistributionPoints: []string{"http://ca.example.com/ca.crl"},
	}
}

// ecKey makes a P-256 key.
func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// selfSign makes a certificate of a template with a key of its own.
func selfSign(t testing.TB, template *x509.Certificate, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// der makes a certificate of the standard template, edited.
func der(t testing.TB, edit func(*x509.Certificate)) []byte {
	t.Helper()
	c := template()
	if edit != nil {
		edit(c)
	}
	return selfSign(t, c, ecKey(t))
}

// replace puts other bytes in place of some that occur exactly once; the lengths
// are equal, so that the result is DER still.
func replace(t testing.TB, data, old, new []byte) []byte {
	t.Helper()
	if len(old) != len(new) || bytes.Count(data, old) != 1 {
		t.Fatalf("cannot replace %x by %x: it occurs %d times", old, new, bytes.Count(data, old))
	}
	return bytes.Replace(data, old, new, 1)
}

// extension makes an extension of a DER value.
func extension(t testing.TB, critical bool, value any, oid ...int) pkix.Extension {
	t.Helper()
	der, ok := value.([]byte)
	if !ok {
		var err error
		if der, err = asn1.Marshal(value); err != nil {
			t.Fatal(err)
		}
	}
	return pkix.Extension{Id: oid, Critical: critical, Value: der}
}
