package driver

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"flag"
	"fmt"
	"maps"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

var now = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	host = "db.example.com"
)

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

// issueWeak is issue with an RSA key of 1024 bits.
func issueWeak(t testing.TB, issuer *pair, cn string, edits ...func(*x509.Certificate)) *pair {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return issueFor(t, issuer, key, cn, edits...)
}

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
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &pair{template: parsed, der: der, key: key}
}

func authority(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid = true, true
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageCertSign|x509.KeyUsageCRLSign, nil
	c.NotBefore, c.NotAfter = now.Add(-1000*day), now.Add(2650*day)
}

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

// critical adds a critical extension of no known kind.
func critical(c *x509.Certificate) {
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{
		Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}, Critical: true, Value: []byte{5, 0},
	})
}

// responder names an OCSP responder.
func responder(c *x509.Certificate) { c.OCSPServer = []string{"http://ocsp.example.com"} }

// mustStaple asks for a staple (RFC 7633).
func mustStaple(c *x509.Certificate) {
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 0x03, 0x02, 0x01, 0x05}})
}

// edit changes the facts of a row.
type edit func(*Facts)

// facts are those of a healthy mongod that requires TLS, without certificates,
// looked at by a client with TLS, after the edits.
func facts(edits ...edit) Facts {
	yes := true
	f := Facts{
		Target: &fact.Target{Options: fact.Options{TLS: true, TLSFrom: "uri"}},
		Endpoint: &fact.Endpoint{
			Host: host, Port: 27017, ServerName: host, DNS: &fact.DNS{},
			Addresses:  []fact.Address{{IP: "192.0.2.1", TCP: fact.TCP{OK: true}}},
			Handshake:  &fact.Handshake{OK: true, Outcome: fact.OutcomeOK, Version: "TLS1.3", CipherSuite: "TLS_AES_128_GCM_SHA256", Group: "X25519MLKEM768"},
			Protocols:  []fact.Protocol{{Version: "TLS1.2", Supported: &yes}, {Version: "TLS1.3", Supported: &yes}},
			ClientAuth: &fact.ClientAuth{},
			Server:     &fact.Server{MongoDB: &yes, Plaintext: "refused", Hello: fact.OutcomeOK},
		},
		Chain: verify.Input{At: now},
	}
	for _, edit := range edits {
		edit(&f)
	}
	return f
}

// presenting makes the server present a chain.
func presenting(chain ...*pair) edit {
	return func(f *Facts) {
		for _, p := range chain {
			c, _ := certificate.FromPEM(certificate.Describe(p.der).PEM)
			f.Chain.Presented = append(f.Chain.Presented, c)
			f.Endpoint.Certificates = append(f.Endpoint.Certificates, certificate.Describe(p.der))
		}
	}
}

// trusted puts a certificate into stores; StoreCAFile comes with the option.
func trusted(p *pair, stores ...string) edit {
	return func(f *Facts) {
		c, _ := certificate.FromPEM(certificate.Describe(p.der).PEM)
		f.Chain.Anchors = append(f.Chain.Anchors, verify.Anchor{Certificate: c, Stores: stores})
		for _, s := range stores {
			if s == verify.StoreCAFile {
				f.Target.Options.TLSCAFile = "ca.pem"
			}
		}
	}
}

func options(change func(*fact.Options)) edit { return func(f *Facts) { change(&f.Target.Options) } }

// broken makes the handshake end, with an alert where code is not 0.
func broken(o fact.Outcome, code int) edit {
	return func(f *Facts) {
		f.Endpoint.Handshake = &fact.Handshake{Outcome: o}
		f.Endpoint.Protocols, f.Endpoint.Server.Hello = nil, ""
		if code != 0 {
			f.Endpoint.Handshake.Alert = &fact.Alert{Code: code, Name: "some_alert"}
		}
	}
}

// asked gives the answer to a side question.
func asked(q fact.Question) edit {
	return func(f *Facts) { f.Endpoint.Questions = append(f.Endpoint.Questions, q) }
}

// checked gives a source's answer about the leaf.
func checked(c fact.RevocationCheck) edit {
	return func(f *Facts) {
		if f.Endpoint.Revocation == nil {
			f.Endpoint.Revocation = &fact.Revocation{}
		}
		c.Certificate = f.Endpoint.Certificates[0].SHA256
		f.Endpoint.Revocation.Checks = append(f.Endpoint.Revocation.Checks, c)
	}
}

// said is a prediction in a line: what it says, and the first finding that may
// stand behind it.
func said(p Prediction) string {
	switch {
	case p.Connects == nil:
		return "open: " + p.Reason
	case *p.Connects:
		return "connects"
	case p.Error == "":
		return "(" + p.Reason + ") [" + first(p.Candidates) + "]"
	}
	return p.Error + " [" + first(p.Candidates) + "]"
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// row is a case of a table.
type row struct {
	name  string
	edits []edit
}

// known reports whether a text is made of the shared error texts: explain must
// recognise what check predicts. What the server itself says is its own.
func known(p Prediction) bool {
	if strings.HasPrefix(p.Error, "no SNI name sent") {
		return true
	}
	m := Models()[slices.IndexFunc(Models(), func(m *Model) bool { return m.Name == p.Driver && m.Variant == p.Variant })]
	return slices.ContainsFunc(m.Words, func(w symptom.Producer) bool {
		_, ok := symptom.Recognise(w, p.Error)
		return ok
	})
}

var update = flag.Bool("update", false, "write the golden files anew")

// hold compares what every driver and variant says of each row, whole, with the
// golden file of the table.
func hold(t *testing.T, table string, rows []row) {
	t.Helper()
	var b strings.Builder
	for _, r := range rows {
		by := map[string][]string{}
		for _, p := range Judge(facts(r.edits...)) {
			key := strings.TrimSpace(p.Driver + " " + p.Variant)
			by[said(p)] = append(by[said(p)], key)
			if p.Error != "" && !known(p) {
				t.Errorf("%s: %s shows %q, which no symptom is", r.name, key, p.Error)
			}
		}
		fmt.Fprintf(&b, "== %s\n", r.name)
		for _, text := range slices.SortedFunc(maps.Keys(by), func(a, b string) int { return slices.Compare(by[a], by[b]) }) {
			fmt.Fprintf(&b, "%s:\n    %s\n", strings.Join(by[text], ", "), text)
		}
	}
	path := filepath.Join("testdata", table+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got; run with -update to accept):\n%s", path, diff)
	}
}
