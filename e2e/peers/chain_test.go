package peers

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// The IDs of the usual certificates.
const (
	root         = "root"
	intermediate = "intermediate"
	leaf         = "leaf"
	client       = "client"
)

// chain is what a server presents and a client trusts, as a declaration.
type chain struct {
	// nodes are the certificates, issuers first.
	nodes []lab.Node
	// present are the IDs that the server sends, in order, the first one's key
	// being its own; trust those in the client's CA file.
	present, trust []string
	// amend changes the leaf's template beyond what a node can say; nil changes
	// nothing.
	amend func(*x509.Certificate)
}

// usual is a chain without fault of root, intermediate and leaf, the leaf for
// db.example.test and 127.0.0.1.
func usual() *chain {
	return &chain{
		nodes: []lab.Node{
			{ID: root, CA: true},
			{ID: intermediate, Issuer: root, CA: true, PathLength: new(0)},
			{
				ID: leaf, Issuer: intermediate, CommonName: host,
				DNSNames: []string{host}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
				Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			},
			{
				ID: client, Issuer: intermediate, CommonName: "application", OrganizationalUnit: "clients",
				Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
			},
		},
		present: []string{leaf, intermediate},
		trust:   []string{root},
	}
}

// host is the name that servers are asked for by; .test never resolves (RFC 6761
// section 6.2), and nobody tries to.
const host = "db.example.test"

// node is a certificate of the chain, to be changed.
func (c *chain) node(t *testing.T, id string) *lab.Node {
	t.Helper()
	for i := range c.nodes {
		if c.nodes[i].ID == id {
			return &c.nodes[i]
		}
	}
	t.Fatalf("the chain has no certificate %q", id)
	return nil
}

// issued is a chain whose certificates were made.
type issued struct {
	*lab.PKI
	// server is what the server presents.
	server tls.Certificate
	// authorities is the client's CA file, as PEM.
	authorities []byte
}

// issue makes the certificates.
func (c *chain) issue(t *testing.T) issued {
	t.Helper()
	pki, err := lab.NewPKI(time.Now(), c.nodes...)
	if err != nil {
		t.Fatal(err)
	}
	i := issued{PKI: pki, server: pki.Chain(c.present...), authorities: pki.PEM(c.trust...)}
	if c.amend != nil {
		i.server.Certificate[0] = c.amended(t, pki)
	}
	return i
}

// amended is the leaf with amend applied, signed again by its issuer.
func (c *chain) amended(t *testing.T, pki *lab.PKI) []byte {
	t.Helper()
	issuer := c.node(t, leaf).Issuer
	certificates, err := pki.Certificates(leaf, issuer)
	if err != nil {
		t.Fatal(err)
	}
	template, parent := certificates[0], certificates[1]
	c.amend(template)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, template.PublicKey, pki.Chain(issuer).PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// certificateKeyPEM is a certificate chain and the key of its first, in one PEM,
// as --tlsCertificateKeyFile takes it.
func certificateKeyPEM(t *testing.T, c tls.Certificate) []byte {
	t.Helper()
	return append(pemOf(c.Certificate), keyPEM(t, c.PrivateKey)...)
}

// pemOf is certificates in DER, as PEM.
func pemOf(certificates [][]byte) []byte {
	var out []byte
	for _, der := range certificates {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return out
}

func keyPEM(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
