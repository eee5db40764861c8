package revocation

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// now is the clock of all tests that do not run an external judge.
var now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

// identity is a certificate and its key.
type identity struct {
	template *x509.Certificate
	key      crypto.Signer
	cert     *certificate.Certificate
}

// The keys are made once: which one an identity has does not matter as long as
// it is not another's.
var rsaKeys = [3]func() *rsa.PrivateKey{onceRSA(), onceRSA(), onceRSA()}

func onceRSA() func() *rsa.PrivateKey {
	return sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return key
	})
}

func ecKey(t testing.TB, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func edKey(t testing.TB) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// template is a certificate of a CN. It is in force at now and, for judges that
// have the real clock, for a long time after.
func template(cn string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{Organization: []string{"Acme"}, CommonName: cn},
		NotBefore:    now.AddDate(-5, 0, 0), NotAfter: now.AddDate(50, 0, 0),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
	}
}

// caTemplate is a CA's.
func caTemplate(cn string, serial int64) *x509.Certificate {
	c := template(cn, serial)
	c.IsCA = true
	c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	return c
}

// issue makes an identity; a nil issuer means self-signed, a nil key a new one
// on P-256.
func issue(t testing.TB, template *x509.Certificate, issuer *identity, key crypto.Signer) *identity {
	t.Helper()
	if key == nil {
		key = ecKey(t, elliptic.P256())
	}
	if template.SubjectKeyId == nil {
		spki, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		sum := sha1.Sum(spki)
		template.SubjectKeyId = sum[:]
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.template, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := certificate.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return &identity{template: template, key: key, cert: cert}
}

// pki is a CA, a leaf that it issued, and some who might answer for it.
type pki struct {
	root, ca, leaf, delegate *identity
}

// path is leaf, CA and root.
func (p *pki) path() []*certificate.Certificate {
	return []*certificate.Certificate{p.leaf.cert, p.ca.cert, p.root.cert}
}

// newPKI makes a PKI whose CA and delegate have the keys given; nil means P-256.
func newPKI(t testing.TB, caKey, delegateKey crypto.Signer, edit func(leaf *x509.Certificate)) *pki {
	t.Helper()
	p := new(pki)
	p.root = issue(t, caTemplate("Root", 1), nil, nil)
	p.ca = issue(t, caTemplate("CA", 2), p.root, caKey)
	leaf := template("db.example.com", 0x1234)
	leaf.DNSNames = []string{"db.example.com"}
	if edit != nil {
		edit(leaf)
	}
	p.leaf = issue(t, leaf, p.ca, nil)
	p.delegate = issue(t, delegateTemplate(), p.ca, delegateKey)
	return p
}

// delegateTemplate is an OCSP responder's certificate.
func delegateTemplate() *x509.Certificate {
	c := template("Responder", 3)
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}}
	return c
}

func certPEM(ids ...*identity) []byte {
	var out []byte
	for _, id := range ids {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.cert.Raw})...)
	}
	return out
}

func keyPEM(t testing.TB, id *identity) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func ptr[T any](v T) *T { return &v }
