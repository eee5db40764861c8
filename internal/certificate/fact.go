package certificate

import (
	"encoding/pem"
	"errors"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// pemType is the PEM label of a certificate (RFC 7468 section 5).
const pemType = "CERTIFICATE"

// PEM is the certificate as one PEM block.
func (c *Certificate) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: c.Raw}))
}

// FromPEM reads the first PEM block of text, which must be a certificate. On
// error the certificate is nil if there is no such block, and as of Parse
// otherwise.
func FromPEM(text string) (*Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != pemType {
		return nil, errors.New("no certificate in PEM text")
	}
	return Parse(block.Bytes)
}

// Fact is the certificate as a report carries it.
func (c *Certificate) Fact() fact.Certificate {
	f := fact.Certificate{
		SHA256:      c.SHA256,
		PEM:         c.PEM(),
		Error:       c.Error,
		DNSNames:    []string{},
		IPAddresses: []string{},
	}
	if c.Error != "" {
		return f
	}
	f.Subject, f.Issuer, f.Serial = c.Subject, c.Issuer, c.SerialHex
	f.NotBefore, f.NotAfter = c.NotBefore.In(time.UTC), c.NotAfter.In(time.UTC)
	f.KeyType, f.SignatureAlgorithm = c.KeyType, c.SignatureAlgorithm
	for _, name := range c.DNSNames {
		f.DNSNames = append(f.DNSNames, escapeControls(name))
	}
	for _, ip := range c.IPAddresses {
		f.IPAddresses = append(f.IPAddresses, ip.String())
	}
	return f
}

// Describe is the certificate in der as a report carries it, readable or not.
func Describe(der []byte) fact.Certificate {
	c, _ := Parse(der)
	return c.Fact()
}
