package verify

import (
	"crypto/x509"
	"slices"
)

// identifiers looks at the key identifiers. Their absence is against RFC 5280
// (sections 4.2.1.1 and 4.2.1.2), and refused only under strict checking.
func (w *walker) identifiers() {
	if len(w.nodes) < 2 || w.cert.Version < 3 {
		return
	}
	c := w.cert
	if !w.last() && !w.nodes[w.depth].selfSigned && c.AKI == nil && c.AKIIssuer == nil && c.AKISerial == nil {
		w.add(Fault{Kind: KindKeyIdentifierMissing, Reason: ReasonAuthorityKey})
	}
	if c.IsCA && c.SKI == nil {
		w.add(Fault{Kind: KindKeyIdentifierMissing, Reason: ReasonSubjectKey})
	}
}

// strict collects what X509_V_FLAG_X509_STRICT refuses besides, as the default
// context of Python 3.13 sets it.
func (w *walker) strict() {
	if len(w.nodes) < 2 {
		return
	}
	c := w.cert
	certSign := c.KeyUsage&x509.KeyUsageCertSign != 0
	rules := []struct {
		broken bool
		text   string
	}{
		{c.IsCA && !c.BasicConstraintsCritical, "basicConstraints of a CA is not critical"},
		{c.MaxPathLen != nil && !c.IsCA, "pathLenConstraint in a certificate that is not a CA"},
		{c.MaxPathLen != nil && !certSign, "pathLenConstraint without keyCertSign"},
		{c.IsCA && !c.KeyUsagePresent, "CA without keyUsage"},
		{!c.IsCA && certSign, "keyCertSign in a certificate that is not a CA"},
		{w.depth > 0 && caStatus(c) == legacyCA, "issuer is not marked as a CA by basicConstraints"},
		{c.CanonicalIssuer() == "", "issuer name is empty"},
		{c.CanonicalSubject() == "" && (c.IsCA || c.KeyUsage&x509.KeyUsageCRLSign != 0 || !c.HasSAN),
			"subject name is empty"},
		{c.SignatureAlgorithmMismatch, "signature algorithms inside and outside the certificate differ"},
		{c.AKIPresent && (c.AKIIssuer == nil) != (c.AKISerial == nil),
			"authorityKeyIdentifier has only one of issuer and serial number"},
		{c.Version < 3 && c.HasExtensions, "extensions in a certificate of version 1 or 2"},
	}
	var broken []string
	for _, r := range rules {
		if r.broken {
			broken = append(broken, r.text)
		}
	}
	if len(broken) > 0 {
		w.add(Fault{Kind: KindNotStrict, Details: slices.Clip(broken)})
	}
}
