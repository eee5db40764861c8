package revocation

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// authorities are the certificates among which a CRL's signer is looked for.
type authorities struct {
	// path holds the certificate asked about at index, and what issued it.
	path  []*certificate.Certificate
	index int
	// others may be an indirect CRL's issuer.
	others []*certificate.Certificate
}

func (a authorities) subject() *certificate.Certificate { return a.path[a.index] }

// issuer is the issuer's certificate, or nil.
func (a authorities) issuer() *certificate.Certificate {
	if a.index+1 < len(a.path) {
		return a.path[a.index+1]
	}
	if last := a.path[a.index]; last.SelfSigned() {
		return last
	}
	return nil
}

// crlJudge is the circumstances in which CRLs are judged.
type crlJudge struct {
	authorities
	points    []point
	at        time.Time
	tolerance time.Duration
}

// covers reports whether a CRL may tell of certificates of the subject's issuer
// at all: it is of that issuer, or indirect and of one that a distribution point
// names (RFC 5280 section 6.3.3 (b) (1)).
func (j *crlJudge) covers(c *crl) bool {
	if c.issuer == j.subject().CanonicalIssuer() {
		return true
	}
	return c.scope != nil && c.scope.indirect && slices.ContainsFunc(j.points, func(p point) bool {
		return slices.Contains(p.issuers, canonicalKey(c.issuer))
	})
}

// judge says what a CRL tells of the subject; found is its entry, or nil.
func (j *crlJudge) judge(check *fact.RevocationCheck, c *crl, found *entry) error {
	check.ThisUpdate, check.NextUpdate = &c.thisUpdate, c.nextUpdate
	check.SignatureAlgorithm = c.algorithm.name
	if !j.covers(c) {
		return failf(fact.ProblemWrongIssuer, "the CRL is of the issuer %q, the certificate of %q",
			certificate.Name(c.rawIssuer), j.subject().Issuer)
	}
	oid := unknownCritical(c.extensions, crlCritical)
	if oid == "" {
		oid = c.entryCritical
	}
	if oid != "" {
		return failf(fact.ProblemCriticalExtension, "the CRL has a critical extension that is not understood: %s", oid)
	}
	if err := j.inScope(c); err != nil {
		return err
	}
	if err := j.authorize(check, c); err != nil {
		return err
	}
	if found != nil {
		check.RevokedAt, check.Reason = &found.revokedAt, reasonName(found.reason)
	}
	if err := current(c.thisUpdate, c.nextUpdate, j.at, j.tolerance); err != nil {
		return err
	}
	switch {
	case found != nil:
		check.Status = fact.StatusRevoked
	case c.delta:
		return failf(fact.ProblemDeltaOnly, "the CRL is a delta CRL, which tells only what changed, and does not list the certificate")
	case c.scope != nil && c.scope.someReasons:
		check.Status, check.Problem = fact.StatusUnknown, fact.ProblemSomeReasons
		check.Error = "the CRL tells of some revocation reasons only, and does not list the certificate"
	default:
		check.Status = fact.StatusGood
	}
	return nil
}

// inScope compares the issuingDistributionPoint with the certificate (RFC 5280
// section 6.3.3 (b) (2)). A distribution point's reasons are not looked at: a CRL
// that is limited to some says so itself.
func (j *crlJudge) inScope(c *crl) error {
	s := c.scope
	switch {
	case s == nil:
		return nil
	case s.onlyAttribute:
		return failf(fact.ProblemWrongScope, "the CRL is for attribute certificates")
	case s.onlyUser && j.subject().IsCA:
		return failf(fact.ProblemWrongScope, "the CRL is for end entity certificates, this is a CA's")
	case s.onlyCA && !j.subject().IsCA:
		return failf(fact.ProblemWrongScope, "the CRL is for CA certificates, this is none")
	case !s.present():
		return nil
	}
	names := s.under(c.rawIssuer)
	for _, p := range j.points {
		if !j.pointFits(p, c) {
			continue
		}
		theirs := p.issuers
		if p.present() {
			theirs = p.under(c.rawIssuer)
		}
		if intersect(names, theirs) {
			return nil
		}
	}
	// A certificate without distribution points has one of its issuer's name
	// (section 6.3.3, last paragraph).
	if len(j.points) == 0 && slices.Contains(names, canonicalKey(j.subject().CanonicalIssuer())) {
		return nil
	}
	return failf(fact.ProblemWrongPartition, "the CRL is the partition of a distribution point that the certificate does not name")
}

// pointFits reports whether a distribution point may lead to a CRL of this
// issuer.
func (j *crlJudge) pointFits(p point, c *crl) bool {
	if len(p.issuers) > 0 {
		return slices.Contains(p.issuers, canonicalKey(c.issuer))
	}
	return c.issuer == j.subject().CanonicalIssuer()
}

// authorize finds whose key signed the CRL and whether it was theirs to sign
// (RFC 5280 section 6.3.3 (f) and (g)).
func (j *crlJudge) authorize(check *fact.RevocationCheck, c *crl) error {
	if !c.algorithm.supported() {
		return failf(fact.ProblemSignatureUnsupported, "signatures of type %s cannot be verified here", c.algorithm.name)
	}
	err := error(failf(fact.ProblemIssuerMissing, "the certificate of the CRL's issuer %q is not known, so the CRL cannot be verified",
		certificate.Name(c.rawIssuer)))
	var candidates []*certificate.Certificate
	if issuer := j.issuer(); issuer != nil {
		candidates = append(candidates, issuer)
	}
	candidates = append(candidates, j.path...)
	candidates = append(candidates, j.others...)
	seen := make(map[string]bool)
	for _, candidate := range candidates {
		if candidate.Error != "" || candidate.CanonicalSubject() != c.issuer || seen[candidate.SHA256] {
			continue
		}
		seen[candidate.SHA256] = true
		signerError := j.mayHaveSigned(c, candidate)
		if signerError == nil {
			check.Signer = candidate.Subject
			check.Delegate = c.issuer != j.subject().CanonicalIssuer()
			return nil
		}
		// Of several certificates of that name, the one that comes nearest to
		// having signed it says most; the first is the path's.
		if len(seen) == 1 || failureOf(err).problem == fact.ProblemIssuerKey {
			err = signerError
		}
	}
	return err
}

// mayHaveSigned reports why c does not count as signed by a certificate of its
// issuer's name.
func (j *crlJudge) mayHaveSigned(c *crl, signer *certificate.Certificate) error {
	if c.keyID != nil && signer.SKI != nil && !bytes.Equal(c.keyID, signer.SKI) ||
		c.keySerial != "" && c.keySerial != serialKey(signer.Serial) ||
		c.keyIssuer != "" && c.keyIssuer != signer.CanonicalIssuer() {
		return failf(fact.ProblemIssuerKey, "the CRL is signed with another key of the issuer %q than that of its certificate", signer.Subject)
	}
	switch err := c.algorithm.verify(signer, c.data, c.signature); {
	case errors.Is(err, errUnsupported):
		return failf(fact.ProblemSignatureUnsupported, "the issuer's key of type %s cannot be used here", signer.KeyType)
	case err != nil:
		return failf(fact.ProblemSignature, "the key of %q does not verify the CRL's signature", signer.Subject)
	}
	if signer.KeyUsagePresent && signer.KeyUsage&x509.KeyUsageCRLSign == 0 {
		return failf(fact.ProblemIssuerKeyUsage, "the certificate %q lacks the key usage cRLSign", signer.Subject)
	}
	if !j.trusted(signer) {
		return failf(fact.ProblemIssuerNotTrusted, "the CRL's issuer %q is not of the certificate's hierarchy, or out of date", signer.Subject)
	}
	return nil
}

// trusted reports whether a signer belongs to the path, or is in force and was
// issued by a certificate of it: the trust anchor must be the same.
func (j *crlJudge) trusted(signer *certificate.Certificate) bool {
	same := func(c *certificate.Certificate) bool { return c.SHA256 == signer.SHA256 }
	if slices.ContainsFunc(j.path, same) {
		return true
	}
	if j.at.Before(signer.NotBefore) || j.at.After(signer.NotAfter) {
		return false
	}
	return slices.ContainsFunc(j.path, func(c *certificate.Certificate) bool {
		return c.IsCA && c.CanonicalSubject() == signer.CanonicalIssuer() && signer.CheckSignatureFrom(c) == nil
	})
}
