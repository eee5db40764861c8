package keyfile

import (
	"errors"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// CRL is what the head of a certificate revocation list says (RFC 5280 section
// 5.1). Its signature is not looked at.
type CRL struct {
	// Issuer is a name as certificate.Certificate.Subject has it.
	Issuer string
	// ThisUpdate and NextUpdate are when it was issued and is superseded;
	// NextUpdate is zero where it does not say.
	ThisUpdate, NextUpdate time.Time
	// Revoked counts the certificates on it.
	Revoked int
}

var errNotCRL = errors.New("not a CRL")

// parseCRL reads a CRL of version 1 or 2.
func parseCRL(der []byte) (*CRL, error) {
	s := cryptobyte.String(der)
	var tbs, issuer cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&tbs, cbasn1.SEQUENCE) ||
		!s.SkipASN1(cbasn1.SEQUENCE) || !s.SkipASN1(cbasn1.BIT_STRING) || !s.Empty() {
		return nil, errNotCRL
	}
	if !tbs.SkipOptionalASN1(cbasn1.INTEGER) || !tbs.SkipASN1(cbasn1.SEQUENCE) ||
		!tbs.ReadASN1Element(&issuer, cbasn1.SEQUENCE) {
		return nil, errNotCRL
	}
	c := &CRL{Issuer: certificate.Name(issuer)}
	var ok bool
	if c.ThisUpdate, ok = readTime(&tbs); !ok {
		return nil, errNotCRL
	}
	if tbs.PeekASN1Tag(cbasn1.UTCTime) || tbs.PeekASN1Tag(cbasn1.GeneralizedTime) {
		if c.NextUpdate, ok = readTime(&tbs); !ok {
			return nil, errNotCRL
		}
	}
	var entries cryptobyte.String
	if !tbs.ReadOptionalASN1(&entries, nil, cbasn1.SEQUENCE) {
		return nil, errNotCRL
	}
	for !entries.Empty() {
		if !entries.SkipASN1(cbasn1.SEQUENCE) {
			return nil, errNotCRL
		}
		c.Revoked++
	}
	return c, nil
}

// readTime reads a Time (RFC 5280 section 5.1.2.4).
func readTime(s *cryptobyte.String) (time.Time, bool) {
	var t time.Time
	read := s.ReadASN1GeneralizedTime
	if s.PeekASN1Tag(cbasn1.UTCTime) {
		read = s.ReadASN1UTCTime
	}
	ok := read(&t)
	return t, ok
}
