package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// now is the time that all tests judge at.
var now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// spec describes one certificate of a test PKI.
type spec struct {
	// id names it in the test; the subject's CN unless cn is set.
	id, cn string
	// by is the id of the issuer; empty for self-signed.
	by string
	// key names the key pair; id if empty. Prefixes choose the kind: "rsa1024:",
	// "rsa2048:", "p224:", "ed:".
	key string
	// edit changes the template. CAs are made by ca.
	edit func(*x509.Certificate)
	// issued changes what the issuer looks like to this certificate: its key
	// identifier and name.
	issued func(parent *x509.Certificate)
	// der changes the finished certificate.
	der func([]byte) []byte
}

// ca makes a template a CA's.
func ca(t *x509.Certificate) {
	t.IsCA, t.BasicConstraintsValid = true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	t.ExtKeyUsage = nil
	t.DNSNames, t.IPAddresses = nil, nil
}

// and applies several edits.
func and(edits ...func(*x509.Certificate)) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		for _, e := range edits {
			e(t)
		}
	}
}

// valid sets the validity by days from now.
func valid(from, to int) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		t.NotBefore, t.NotAfter = now.Add(time.Duration(from)*day), now.Add(time.Duration(to)*day)
	}
}

// keys holds key pairs for the whole test binary: RSA ones are slow to make.
var keys sync.Map

func keyPair(t testing.TB, name string) crypto.Signer {
	t.Helper()
	if k, ok := keys.Load(name); ok {
		return k.(crypto.Signer)
	}
	kind, _, found := strings.Cut(name, ":")
	if !found {
		kind = "p256"
	}
	var key crypto.Signer
	var err error
	switch kind {
	case "rsa1024":
		key, err = rsa.GenerateKey(rand.Reader, 1024)
	case "rsa2048":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "p224":
		key, err = ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	case "ed":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatalf("generating key %q: %v", name, err)
	}
	actual, _ := keys.LoadOrStore(name, key)
	return actual.(crypto.Signer)
}

// pki makes the certificates of the specs, issuers before what they issue.
func pki(t testing.TB, specs ...spec) map[string]*certificate.Certificate {
	t.Helper()
	templates := make(map[string]*x509.Certificate)
	byID := make(map[string]spec)
	made := make(map[string]*certificate.Certificate)
	for i, s := range specs {
		if s.cn == "" {
			s.cn = s.id
		}
		if s.key == "" {
			s.key = s.id
		}
		byID[s.id] = s
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(1000 + i)),
			Subject:      pkix.Name{CommonName: s.cn},
			NotBefore:    now.Add(-30 * day), NotAfter: now.Add(335 * day),
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			DNSNames:    []string{"db.example.com"},
			IPAddresses: []net.IP{net.IPv4(192, 0, 2, 1).To4()},
		}
		if s.edit != nil {
			s.edit(template)
		}
		key := keyPair(t, s.key)
		if template.SubjectKeyId == nil {
			template.SubjectKeyId = []byte(s.key)
		}
		templates[s.id] = template
		parent, signer := *template, key
		if s.by != "" {
			issuer, ok := templates[s.by]
			if !ok {
				t.Fatalf("certificate %q: issuer %q is not made yet", s.id, s.by)
			}
			parent, signer = *issuer, keyPair(t, byID[s.by].key)
		}
		if s.issued != nil {
			s.issued(&parent)
		}
		if s.by != "" {
			// CreateCertificate leaves it out of self-issued certificates.
			template.AuthorityKeyId = parent.SubjectKeyId
		}
		der, err := x509.CreateCertificate(rand.Reader, template, &parent, key.Public(), signer)
		if err != nil {
			t.Fatalf("making certificate %q: %v", s.id, err)
		}
		if s.der != nil {
			der = s.der(der)
		}
		made[s.id], _ = certificate.Parse(der)
	}
	return made
}
