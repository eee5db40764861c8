package lab

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// traits are what a certificate says of itself.
type traits struct {
	Subject, Issuer     string
	NotBefore, NotAfter time.Time
	KeyBits             int
	Signature           x509.SignatureAlgorithm
	CA                  bool
	PathLen             int
	KeyUsage            x509.KeyUsage
	Usages              []x509.ExtKeyUsage
	DNSNames            []string
	IPAddresses         []string
	PermittedDNS        []string
	SKI, AKI            bool
	OCSP, CRLPoints     []string
	Extensions          []string // those that crypto/x509 leaves unread: OID and value
}

func traitsOf(c *x509.Certificate) traits {
	t := traits{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		Signature: c.SignatureAlgorithm, CA: c.IsCA, PathLen: c.MaxPathLen, KeyUsage: c.KeyUsage, Usages: c.ExtKeyUsage,
		DNSNames: c.DNSNames, PermittedDNS: c.PermittedDNSDomains, SKI: c.SubjectKeyId != nil, AKI: c.AuthorityKeyId != nil,
		OCSP: c.OCSPServer, CRLPoints: c.CRLDistributionPoints,
	}
	for _, e := range c.Extensions {
		if e.Id.Equal(tlsFeature.Id) || e.Id.Equal(noCheck.Id) {
			t.Extensions = append(t.Extensions, fmt.Sprintf("%s=%x", e.Id, e.Value))
		}
	}
	switch key := c.PublicKey.(type) {
	case interface{ Size() int }:
		t.KeyBits = 8 * key.Size()
	}
	for _, ip := range c.IPAddresses {
		t.IPAddresses = append(t.IPAddresses, ip.String())
	}
	return t
}

func TestNodes(t *testing.T) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	authority := rootNode()
	tests := []struct {
		name string
		node Node
		want traits
	}{
		{
			name: "a plain leaf", node: Node{ID: "n", Issuer: root},
			want: traits{
				Subject: "CN=n,O=mongotls lab", Issuer: "CN=mongotls lab root,O=mongotls lab",
				NotBefore: now.Add(-30 * day), NotAfter: now.Add(335 * day), Signature: x509.ECDSAWithSHA256,
				PathLen: -1, KeyUsage: x509.KeyUsageDigitalSignature, SKI: true, AKI: true,
			},
		},
		{
			name: "a self-signed CA", node: Node{ID: "n", CA: true},
			want: traits{
				Subject: "CN=n,O=mongotls lab", Issuer: "CN=n,O=mongotls lab",
				NotBefore: now.Add(-year), NotAfter: now.Add(9 * year), Signature: x509.ECDSAWithSHA256,
				CA: true, PathLen: -1, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SKI: true,
			},
		},
		{
			name: "a CA with every constraint",
			node: Node{ID: "n", Issuer: root, CA: true, PathLength: new(2), PermittedDNS: []string{"example.com"}, NoKeyUsage: true},
			want: traits{
				Subject: "CN=n,O=mongotls lab", Issuer: "CN=mongotls lab root,O=mongotls lab",
				NotBefore: now.Add(-year), NotAfter: now.Add(9 * year), Signature: x509.ECDSAWithSHA256,
				CA: true, PathLen: 2, PermittedDNS: []string{"example.com"}, SKI: true, AKI: true,
			},
		},
		{
			name: "a leaf with names, times, usages and a weak key and signature",
			node: Node{
				ID: "n", Issuer: root, Key: RSA1024, CommonName: "c", OrganizationalUnit: "u", DNSNames: []string{"d"},
				IPAddresses: []net.IP{net.IPv6loopback}, NotBefore: -2 * day, NotAfter: -day,
				Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NoAuthorityKeyID: true, SHA1: true,
			},
			want: traits{
				Subject: "CN=c,OU=u,O=mongotls lab", Issuer: "CN=mongotls lab root,O=mongotls lab",
				NotBefore: now.Add(-2 * day), NotAfter: now.Add(-day), KeyBits: 1024, Signature: x509.ECDSAWithSHA1,
				PathLen: -1, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
				Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{"d"}, IPAddresses: []string{"::1"}, SKI: true,
			},
		},
		{
			name: "a leaf that says where to ask, and that staples",
			node: Node{ID: "n", Issuer: root, OCSPServers: []string{"http://a.test/", "http://b.test/"}, CRLPoints: []string{"http://c.test/"}, MustStaple: true},
			want: traits{
				Subject: "CN=n,O=mongotls lab", Issuer: "CN=mongotls lab root,O=mongotls lab",
				NotBefore: now.Add(-30 * day), NotAfter: now.Add(335 * day), Signature: x509.ECDSAWithSHA256,
				PathLen: -1, KeyUsage: x509.KeyUsageDigitalSignature, SKI: true, AKI: true,
				OCSP: []string{"http://a.test/", "http://b.test/"}, CRLPoints: []string{"http://c.test/"},
				Extensions: []string{"1.3.6.1.5.5.7.1.24=3003020105"},
			},
		},
		{
			name: "an OCSP responder",
			node: Node{ID: "n", Issuer: root, Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, NoCheck: true},
			want: traits{
				Subject: "CN=n,O=mongotls lab", Issuer: "CN=mongotls lab root,O=mongotls lab",
				NotBefore: now.Add(-30 * day), NotAfter: now.Add(335 * day), Signature: x509.ECDSAWithSHA256,
				PathLen: -1, KeyUsage: x509.KeyUsageDigitalSignature, Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, SKI: true, AKI: true,
				Extensions: []string{"1.3.6.1.5.5.7.48.1.5=0500"},
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pki, err := NewPKI(now, authority, test.node)
			if err != nil {
				t.Fatal(err)
			}
			certs, err := pki.Certificates("n", root)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, traitsOf(certs[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReissuedCertificatesHaveOneFaultOnly holds that what is spliced by hand is
// right but for what it is meant to be wrong with.
func TestReissuedCertificatesHaveOneFaultOnly(t *testing.T) {
	for _, key := range []Key{P256, RSA2048} {
		authority := rootNode()
		authority.Key = key
		weak, negative := Node{ID: "weak", Issuer: root, SHA1: true}, Node{ID: "negative", Issuer: root, NegativeSerial: true}
		pki, err := NewPKI(time.Now(), authority, weak, negative)
		if err != nil {
			t.Fatal(err)
		}
		certs, err := pki.Certificates("weak", root)
		if err != nil {
			t.Fatal(err)
		}
		// CheckSignatureFrom refuses SHA-1 by policy; nothing else is to refuse.
		if err := certs[0].CheckSignatureFrom(certs[1]); err == nil || !strings.Contains(err.Error(), "insecure algorithm") {
			t.Errorf("key %d, SHA-1: %v, want an insecure algorithm", key, err)
		}
		if _, err := x509.ParseCertificate(pki.Raw("negative")); err == nil || err.Error() != "x509: negative serial number" {
			t.Errorf("key %d, negative serial number: %v", key, err)
		}
		// The DER of the serial number, which crypto/x509 will not show.
		serial := hex.EncodeToString(append([]byte{2, 5}, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 40), big.NewInt(0x6d6f6e676f)).Bytes()...))
		if !strings.Contains(hex.EncodeToString(pki.Raw("negative")), serial) {
			t.Errorf("key %d: no serial number %s in the certificate", key, serial)
		}
	}
}

func TestNewPKIErrors(t *testing.T) {
	tests := []struct {
		name  string
		nodes []Node
		want  string
	}{
		{"an issuer that is declared later", []Node{leafNode(), intermediateNode()}, `issuing certificate "leaf": its issuer "intermediate" is not declared before it`},
		{"an ID used twice", []Node{rootNode(), rootNode()}, `issuing certificate "root": its ID is empty or used twice`},
		{"no ID", []Node{{}}, `issuing certificate "": its ID is empty or used twice`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := NewPKI(time.Now(), test.nodes...)
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestClockIsAParameter starts a scenario in another year than this.
func TestClockIsAParameter(t *testing.T) {
	now := time.Date(2045, 1, 2, 3, 4, 5, 0, time.UTC)
	i, err := Start(t.Context(), "healthy-client-certificate", StartOptions{Dir: t.TempDir(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	// The chain is not valid yet, and the server takes the client's certificate
	// all the same: by its clock it is.
	if diff := cmp.Diff(verify("not yet valid"), observe(t, i, patience)); diff != "" {
		t.Errorf("a client of today sees (-want +got):\n%s", diff)
	}
}
