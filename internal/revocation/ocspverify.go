package revocation

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// OCSPOptions say how a response is verified. The zero value allows for no error
// of the clock and expects no nonce.
type OCSPOptions struct {
	// Tolerance is how far thisUpdate may lie ahead, and nextUpdate behind.
	Tolerance time.Duration
	// Nonce is the nonce that was sent (RFC 9654); nil if none was, as for a
	// staple.
	Nonce []byte
}

// VerifyOCSP verifies a DER OCSP response about cert, of which issuer is the
// issuer, as RFC 6960 section 3.2 asks: it covers the certificate, is signed by
// the issuer or by a delegate that the issuer issued directly for that purpose,
// and is in force at the time given. Source and URL of the result are left to
// the caller. A nil issuer gives ProblemIssuerMissing.
//
// Who signed is found by the key that verifies, not by what the response claims;
// the claim has to agree. Whether the delegate itself was revoked is not asked.
func VerifyOCSP(der []byte, cert, issuer *certificate.Certificate, at time.Time, opts OCSPOptions) fact.RevocationCheck {
	check := fact.RevocationCheck{Certificate: cert.SHA256}
	if err := verifyOCSP(&check, der, cert, issuer, at, opts); err != nil {
		fail(&check, failureOf(err))
	}
	return check
}

func verifyOCSP(check *fact.RevocationCheck, der []byte, cert, issuer *certificate.Certificate, at time.Time, opts OCSPOptions) error {
	r, err := parseResponse(der)
	if err != nil {
		return err
	}
	check.ProducedAt, check.SignatureAlgorithm = &r.producedAt, r.algorithm.name
	s, err := r.find(cert, issuer)
	if err != nil {
		return err
	}
	check.ThisUpdate, check.NextUpdate, check.CertIDHash = &s.thisUpdate, s.nextUpdate, digestNames[s.hash]
	if issuer == nil {
		return failf(fact.ProblemIssuerMissing, "the certificate of the issuer %q is not known, so the response cannot be verified", cert.Issuer)
	}
	if err := r.authorize(check, issuer, at); err != nil {
		return err
	}
	for _, list := range [][]extension{r.extensions, s.extensions} {
		if oid := unknownCritical(list, ocspCritical); oid != "" {
			return failf(fact.ProblemCriticalExtension, "the response has a critical extension that is not understood: %s", oid)
		}
	}
	if s.status == fact.StatusRevoked {
		check.RevokedAt, check.Reason = &s.revokedAt, reasonName(s.reason)
	}
	if err := current(s.thisUpdate, s.nextUpdate, at, opts.Tolerance); err != nil {
		return err
	}
	if opts.Nonce != nil {
		check.Nonce = r.nonce(opts.Nonce)
		if check.Nonce == nonceMismatch {
			return failf(fact.ProblemNonceMismatch, "the response has another nonce than the request")
		}
	}
	check.Status = s.status
	return nil
}

// find is the status of cert. A nil issuer is not compared.
func (r *response) find(cert, issuer *certificate.Certificate) (*single, error) {
	names, key := [][]byte{cert.RawIssuer}, []byte(nil)
	if issuer != nil {
		// The two may differ in their encoding; responders use either.
		names, key = append(names, issuer.RawSubject), keyBits(issuer)
	}
	var found *single
	otherIssuer, otherHash := false, false
	for i := range r.singles {
		s := &r.singles[i]
		sameSerial, sameIssuer := s.matches(cert.Serial, names, key)
		switch {
		case !sameSerial:
		case !sameIssuer && issuer != nil:
			otherIssuer, otherHash = true, otherHash || s.hash == 0
		case found == nil:
			found = s
		case found.status != s.status:
			return nil, failf(fact.ProblemContradictory, "the response says both %q and %q of the certificate", found.status, s.status)
		case s.thisUpdate.After(found.thisUpdate):
			found = s
		}
	}
	switch {
	case found != nil:
		return found, nil
	case otherHash:
		return nil, failf(fact.ProblemWrongIssuer, "the response identifies the issuer by a hash function that is not known")
	case otherIssuer:
		return nil, failf(fact.ProblemWrongIssuer, "the response is about a certificate of the same serial number and another issuer")
	case len(r.singles) == 0:
		return nil, failf(fact.ProblemWrongCertificate, "the response is about no certificate")
	}
	return nil, failf(fact.ProblemWrongCertificate, "the response is about another certificate")
}

// authorize finds who signed the response and whether it was theirs to sign.
func (r *response) authorize(check *fact.RevocationCheck, issuer *certificate.Certificate, at time.Time) error {
	data := r.algorithm.signed(r.tbs)
	if !r.algorithm.supported() {
		return failf(fact.ProblemSignatureUnsupported, "signatures of type %s cannot be verified here", r.algorithm.name)
	}
	var refused error
	verified := r.algorithm.verify(issuer, data, r.signature)
	if verified == nil {
		check.Signer = issuer.Subject
		if refused = r.identify(issuer); refused == nil {
			return nil
		}
		// A delegate could share the issuer's key.
	}
	for _, der := range r.certificates {
		delegate, err := certificate.Parse(der)
		if err != nil || r.algorithm.verify(delegate, data, r.signature) != nil {
			continue
		}
		if err = delegated(delegate, issuer, at); err == nil {
			err = r.identify(delegate)
		}
		if err != nil && refused != nil {
			continue
		}
		check.Signer, check.Delegate = delegate.Subject, true
		check.NoCheck = certificateExtension(delegate, oidOCSPNoCheck) != nil
		if refused = err; err == nil {
			return nil
		}
	}
	switch {
	case refused != nil:
		return refused
	case errors.Is(verified, errUnsupported) && r.identify(issuer) == nil:
		return failf(fact.ProblemSignatureUnsupported, "the issuer's key of type %s cannot be used here", issuer.KeyType)
	case r.identify(issuer) != nil && !r.encloses():
		return failf(fact.ProblemResponderMissing, "the response does not enclose the certificate of the responder that signed it")
	}
	return failf(fact.ProblemSignature, "neither the issuer's key nor that of an enclosed certificate verifies the signature")
}

// encloses reports whether the certificate of the named responder is enclosed.
func (r *response) encloses() bool {
	return slices.ContainsFunc(r.certificates, func(der []byte) bool {
		c, err := certificate.Parse(der)
		return err == nil && r.identify(c) == nil
	})
}

// delegated reports why c may not sign responses in the name of issuer (RFC 6960
// section 4.2.2.2).
func delegated(c, issuer *certificate.Certificate, at time.Time) error {
	err := c.CheckSignatureFrom(issuer)
	if errors.Is(err, certificate.ErrUnsupported) {
		return failf(fact.ProblemSignatureUnsupported, "the signature of the responder's certificate %q cannot be verified here", c.Subject)
	}
	if c.CanonicalIssuer() != issuer.CanonicalSubject() || err != nil {
		return failf(fact.ProblemResponderNotIssued, "the responder's certificate %q was not issued by the certificate's issuer itself", c.Subject)
	}
	// anyExtendedKeyUsage does not do: OCSP signing must be delegated expressly.
	if !slices.Contains(c.EKUs, certificate.EKUOCSPSigning) {
		if c.IsCA {
			return failf(fact.ProblemResponderIsCA, "the response is signed by the subordinate CA %q, which is no OCSP responder (no OCSPSigning)", c.Subject)
		}
		return failf(fact.ProblemResponderNotAuthorized, "the certificate %q that signed the response is no OCSP responder's (no OCSPSigning)", c.Subject)
	}
	const signs = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	if c.KeyUsagePresent && c.KeyUsage&signs == 0 {
		return failf(fact.ProblemResponderKeyUsage, "the responder's certificate %q lacks the key usage digitalSignature", c.Subject)
	}
	if len(c.UnknownCriticalExtensions) > 0 {
		return failf(fact.ProblemResponderMalformed, "the responder's certificate %q has a critical extension that is not understood: %s",
			c.Subject, c.UnknownCriticalExtensions[0])
	}
	if len(c.ExtensionErrors) > 0 {
		return failf(fact.ProblemResponderMalformed, "the responder's certificate %q is malformed: %s", c.Subject, c.ExtensionErrors[0])
	}
	if at.Before(c.NotBefore) {
		return failf(fact.ProblemResponderNotYetValid, "the responder's certificate %q is not valid before %s", c.Subject, stamp(c.NotBefore))
	}
	if at.After(c.NotAfter) {
		return failf(fact.ProblemResponderExpired, "the responder's certificate %q expired on %s", c.Subject, stamp(c.NotAfter))
	}
	return nil
}

// identify reports whether the ResponderID names c.
func (r *response) identify(c *certificate.Certificate) error {
	if r.responderKey != nil {
		// KeyHash is SHA-1 whatever else is used (RFC 6960 section 4.2.1).
		if bytes.Equal(r.responderKey, digest(crypto.SHA1, keyBits(c))) {
			return nil
		}
	} else if name, ok := certificate.CanonicalName(r.responderName); ok && name == c.CanonicalSubject() {
		return nil
	}
	return failf(fact.ProblemResponderID, "the response names another responder than %q, whose key signed it", c.Subject)
}

// keyBits is the content of the BIT STRING of c's public key, which CertID and
// KeyHash are made of.
func keyBits(c *certificate.Certificate) []byte {
	s := cryptobyte.String(c.RawSPKI)
	var bits cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.SkipASN1(cbasn1.SEQUENCE) ||
		!s.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) == 0 {
		return nil
	}
	return bits[1:]
}

// current reports why something is not in force at a time. Without nextUpdate
// there is no end (RFC 6960 section 2.4).
func current(this time.Time, next *time.Time, at time.Time, tolerance time.Duration) error {
	if next != nil && next.Before(this) {
		return failf(fact.ProblemInconsistentTimes, "nextUpdate (%s) is before thisUpdate (%s)", stamp(*next), stamp(this))
	}
	if this.After(at.Add(tolerance)) {
		return failf(fact.ProblemNotYetValid, "thisUpdate lies in the future: %s", stamp(this))
	}
	if next != nil && !next.After(at.Add(-tolerance)) {
		return failf(fact.ProblemExpired, "nextUpdate has passed: %s", stamp(*next))
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// What became of a nonce.
const (
	nonceEchoed   = "echoed"
	nonceAbsent   = "absent"
	nonceMismatch = "mismatch"
)

// nonce compares the response's nonce with the one sent.
func (r *response) nonce(sent []byte) string {
	value := findExtension(r.extensions, oidOCSPNonce)
	if value == nil {
		return nonceAbsent
	}
	s := cryptobyte.String(value)
	var body cryptobyte.String
	// Before RFC 6960 the extension's value was the nonce itself.
	if bytes.Equal(value, sent) || s.ReadASN1(&body, cbasn1.OCTET_STRING) && s.Empty() && bytes.Equal(body, sent) {
		return nonceEchoed
	}
	return nonceMismatch
}
