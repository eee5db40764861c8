package lab

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Key is the kind of key that a certificate holds.
type Key int

// The kinds of keys. The zero value is the one to use unless a case is about
// another.
const (
	P256 Key = iota
	RSA2048
	RSA1024
	RSA3072
	RSA4096
	P384
	P521
	Ed25519
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// organization is the O of every subject, so that certificates of the lab are
// told from others at a glance, and so that they share what a private CA's do.
const organization = "mongotls lab"

// Node declares one certificate of a PKI: its place in the graph, and where it
// departs from a certificate without fault. The zero value of every field but
// ID is such a certificate's.
type Node struct {
	// ID names the node within its PKI.
	ID string
	// Issuer is the ID of the node that signs it; empty for a self-signed one.
	Issuer string
	// Key is the kind of key made for it. KeyOf has it share that of another node,
	// as a cross-signed CA does.
	Key   Key
	KeyOf string

	// CommonName is the subject's CN; empty means ID. OrganizationalUnit is its
	// OU; empty means none. O is the same for all.
	CommonName         string
	OrganizationalUnit string
	// DNSNames and IPAddresses are the subjectAltName (RFC 5280 section
	// 4.2.1.6); without any there is no such extension.
	DNSNames    []string
	IPAddresses []net.IP
	// Emails are the rfc822Name of the same extension.
	Emails []string

	// NotBefore and NotAfter are relative to the clock of the PKI. Both zero
	// mean a year with a month of it gone, ten years and one for a CA.
	NotBefore, NotAfter time.Duration

	// CA makes it a certification authority: basicConstraints cA, keyUsage
	// keyCertSign and cRLSign.
	CA bool
	// PathLength is the pathLenConstraint of a CA; nil means no limit.
	PathLength *int
	// PermittedDNS are the dNSName subtrees that a CA may issue for (RFC 5280
	// section 4.2.1.10); nil means no name constraints.
	PermittedDNS []string
	// Usages is the extendedKeyUsage; empty means no such extension.
	Usages []x509.ExtKeyUsage
	// KeyUsage is in place of the usual keyUsage; zero means that.
	KeyUsage x509.KeyUsage
	// NoKeyUsage and NoAuthorityKeyID leave these extensions out.
	NoKeyUsage       bool
	NoAuthorityKeyID bool

	// OCSPServers are the URLs of OCSP responders in authorityInfoAccess (RFC
	// 5280 section 4.2.2.1), CRLPoints those of cRLDistributionPoints (section
	// 4.2.1.13); without any there are no such extensions.
	OCSPServers []string
	CRLPoints   []string
	// IssuerURLs are where the issuer's certificate can be fetched
	// (authorityInfoAccess caIssuers); without any there is no such entry.
	IssuerURLs []string
	// MustStaple adds the TLS feature status_request (RFC 7633).
	MustStaple bool
	// NoCheck adds id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1): nobody
	// need ask whether this OCSP responder's certificate was revoked.
	NoCheck bool

	// Signature is the algorithm that it is signed with; zero means one that suits
	// the issuer's key. SHA1 signs it with SHA-1, which crypto/x509 does not.
	Signature x509.SignatureAlgorithm
	SHA1      bool
	// NegativeSerial gives it a serial number below zero, which RFC 5280 section
	// 4.1.2.2 forbids, OpenSSL takes and crypto/x509 refuses to read.
	NegativeSerial bool
}

// PKI is a graph of certificates with their keys, made at run time.
type PKI struct {
	issued map[string]issued
}

// issued is a certificate of a PKI.
type issued struct {
	der []byte
	key crypto.Signer
	// issuer is the ID of the node that signed it; empty if it did so itself.
	issuer string
	// template stands in for the certificate as an issuer: a malformed
	// certificate cannot be parsed back.
	template *x509.Certificate
}

// NewPKI makes the certificates of nodes, as of now. Issuers come before what
// they sign.
func NewPKI(now time.Time, nodes ...Node) (*PKI, error) {
	p := &PKI{issued: make(map[string]issued, len(nodes))}
	for _, n := range nodes {
		c, err := p.issue(now, n)
		if err != nil {
			return nil, fmt.Errorf("issuing certificate %q: %w", n.ID, err)
		}
		p.issued[n.ID] = c
	}
	return p, nil
}

func (p *PKI) issue(now time.Time, n Node) (issued, error) {
	if _, ok := p.issued[n.ID]; ok || n.ID == "" {
		return issued{}, errors.New("its ID is empty or used twice")
	}
	key, err := n.Key.generate()
	if err != nil {
		return issued{}, err
	}
	if n.KeyOf != "" {
		of, ok := p.issued[n.KeyOf]
		if !ok {
			return issued{}, fmt.Errorf("%q, whose key it has, is not declared before it", n.KeyOf)
		}
		key = of.key
	}
	template, err := n.template(now, key)
	if err != nil {
		return issued{}, err
	}
	issuer := issued{key: key, template: template}
	if n.Issuer != "" {
		var ok bool
		if issuer, ok = p.issued[n.Issuer]; !ok {
			return issued{}, fmt.Errorf("its issuer %q is not declared before it", n.Issuer)
		}
	}
	parent := *issuer.template
	if n.NoAuthorityKeyID {
		parent.SubjectKeyId = nil
	}
	der, err := x509.CreateCertificate(rand.Reader, template, &parent, key.Public(), issuer.key)
	if err != nil {
		return issued{}, err
	}
	if n.SHA1 || n.NegativeSerial {
		if der, err = reissue(der, issuer.key, n.SHA1, n.NegativeSerial); err != nil {
			return issued{}, err
		}
	}
	return issued{der: der, key: key, issuer: n.Issuer, template: template}, nil
}

func (k Key) generate() (crypto.Signer, error) {
	switch k {
	case RSA1024:
		return rsa.GenerateKey(rand.Reader, 1024)
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case RSA3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case RSA4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	case P384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case P521:
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	default:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
}

func (n Node) template(now time.Time, key crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	keyID := sha256.Sum256(spki)
	t := &x509.Certificate{
		// Zero is no serial number that RFC 5280 allows.
		SerialNumber:          serial.Add(serial, big.NewInt(1)),
		Subject:               pkix.Name{Organization: []string{organization}, CommonName: n.CommonName},
		DNSNames:              n.DNSNames,
		IPAddresses:           n.IPAddresses,
		EmailAddresses:        n.Emails,
		SignatureAlgorithm:    n.Signature,
		NotBefore:             now.Add(n.NotBefore),
		NotAfter:              now.Add(n.NotAfter),
		BasicConstraintsValid: true,
		IsCA:                  n.CA,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           n.Usages,
		SubjectKeyId:          keyID[:20],
		OCSPServer:            n.OCSPServers,
		CRLDistributionPoints: n.CRLPoints,
		IssuingCertificateURL: n.IssuerURLs,
	}
	if n.MustStaple {
		t.ExtraExtensions = append(t.ExtraExtensions, tlsFeature)
	}
	if n.NoCheck {
		t.ExtraExtensions = append(t.ExtraExtensions, noCheck)
	}
	if n.CommonName == "" {
		t.Subject.CommonName = n.ID
	}
	if n.OrganizationalUnit != "" {
		t.Subject.OrganizationalUnit = []string{n.OrganizationalUnit}
	}
	if _, ok := key.(*rsa.PrivateKey); ok {
		t.KeyUsage |= x509.KeyUsageKeyEncipherment
	}
	if n.CA {
		t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		t.PermittedDNSDomains = n.PermittedDNS
		t.PermittedDNSDomainsCritical = len(n.PermittedDNS) > 0
		t.MaxPathLen = -1
		if n.PathLength != nil {
			t.MaxPathLen, t.MaxPathLenZero = *n.PathLength, *n.PathLength == 0
		}
	}
	if n.KeyUsage != 0 {
		t.KeyUsage = n.KeyUsage
	}
	if n.NoKeyUsage {
		t.KeyUsage = 0
	}
	if n.NotBefore == 0 && n.NotAfter == 0 {
		t.NotBefore, t.NotAfter = now.Add(-30*day), now.Add(335*day)
		if n.CA {
			t.NotBefore, t.NotAfter = now.Add(-year), now.Add(9*year)
		}
	}
	return t, nil
}

// The extensions that crypto/x509 has no field for: a SEQUENCE of the TLS
// extension status_request (RFC 7633 section 4), and NULL (RFC 6960 section
// 4.2.2.2.1).
var (
	tlsFeature = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}
	noCheck    = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}
)

// Raw is the DER of a certificate; nil when the PKI has none of that ID.
func (p *PKI) Raw(id string) []byte { return p.issued[id].der }

// PEM is the certificates in PEM, in the order asked for.
func (p *PKI) PEM(ids ...string) []byte {
	var b bytes.Buffer
	for _, id := range ids {
		// Encoding into memory without headers cannot fail.
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: p.Raw(id)})
	}
	return b.Bytes()
}

// KeyPEM is the private key of a certificate, as PKCS #8 in PEM.
func (p *PKI) KeyPEM(id string) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.issued[id].key)
	if err != nil {
		return nil, fmt.Errorf("encoding the key of %q: %w", id, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Chain is what a TLS server presents: the certificates in the order asked for,
// with the key of the first.
func (p *PKI) Chain(ids ...string) tls.Certificate {
	c := tls.Certificate{PrivateKey: p.issued[ids[0]].key}
	for _, id := range ids {
		c.Certificate = append(c.Certificate, p.Raw(id))
	}
	return c
}

// Certificates parses certificates of the PKI. It fails on a malformed one.
func (p *PKI) Certificates(ids ...string) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for _, id := range ids {
		c, err := x509.ParseCertificate(p.Raw(id))
		if err != nil {
			return nil, fmt.Errorf("reading certificate %q: %w", id, err)
		}
		certs = append(certs, c)
	}
	return certs, nil
}
