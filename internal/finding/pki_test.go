package finding

import (
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

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// now is the time that everything here is judged at.
var now = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// pair is a certificate with its key.
type pair struct {
	template *x509.Certificate
	der      []byte
	key      crypto.Signer
}

// issue makes a certificate; issuer nil makes it self-signed.
func issue(t testing.TB, issuer *pair, cn string, edits ...func(*x509.Certificate)) *pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return issueFor(t, issuer, key, cn, edits...)
}

// issueFor is issue with a key of the caller's.
func issueFor(t testing.TB, issuer *pair, key crypto.Signer, cn string, edits ...func(*x509.Certificate)) *pair {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)), Subject: pkix.Name{CommonName: cn},
		NotBefore: now.Add(-100 * day), NotAfter: now.Add(265 * day),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, edit := range edits {
		edit(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.template, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	made := &pair{template: template, der: der, key: key}
	if parsed, err := x509.ParseCertificate(der); err == nil {
		made.template = parsed
	}
	return made
}

// authority makes a CA certificate valid for ten years.
func authority(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid = true, true
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageCertSign|x509.KeyUsageCRLSign, nil
	c.NotBefore, c.NotAfter = now.Add(-1000*day), now.Add(2650*day)
}

// names gives DNS names and addresses.
func names(list ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, n := range list {
			if ip := net.ParseIP(n); ip != nil {
				c.IPAddresses = append(c.IPAddresses, ip)
				continue
			}
			c.DNSNames = append(c.DNSNames, n)
		}
	}
}

// valid sets the validity relative to now.
func valid(from, to time.Duration) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(from), now.Add(to) }
}

// critical adds a critical extension of no known kind.
func critical(c *x509.Certificate) {
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{
		Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, Critical: true, Value: []byte{5, 0},
	})
}

// present are the facts of a presented chain.
func present(pairs ...*pair) []fact.Certificate {
	var list []fact.Certificate
	for _, p := range pairs {
		list = append(list, certificate.Describe(p.der))
	}
	return list
}

// trust are the facts of a trust store that decides.
func trust(store string, pairs ...*pair) *fact.Trust {
	size := len(pairs)
	t := &fact.Trust{Store: store, StoreSize: &size, Anchors: []fact.Anchor{}}
	for _, p := range pairs {
		t.Anchors = append(t.Anchors, anchor(p, store))
	}
	return t
}

func anchor(p *pair, stores ...string) fact.Anchor {
	f := certificate.Describe(p.der)
	return fact.Anchor{Stores: stores, Subject: f.Subject, SHA256: f.SHA256, PEM: f.PEM}
}
