package verify

import (
	"crypto/x509"
	"errors"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// extensions judges what each certificate of the chain may be used for, leaf
// first (check_extensions).
func (v *opensslVerifier) extensions() bool {
	strict := v.options.Strict
	subordinates := 0
	for i, c := range v.chain {
		top := i == len(v.chain)-1
		status := caStatus(c)
		if !v.failIf(len(c.UnknownCriticalExtensions) > 0, errUnhandledCriticalExtension, i) ||
			!v.failIf(c.ProxyCertificate, errProxyCertificatesNotAllowed, i) {
			return false
		}
		// The leaf may be a CA or not; what is above it has to be one, by
		// basicConstraints unless it is the top.
		invalid := strict && status == legacyCA
		if i > 0 {
			invalid = status == notCA || (!top || strict) && status != fullCA
		}
		if !v.failIf(invalid, errInvalidCA, i) {
			return false
		}
		if looksAtCurves := len(v.chain) > 1 && (!v.old() || strict); looksAtCurves {
			if !v.failIf(c.KeyMalformed, errUnspecified, i) || !v.failIf(c.ExplicitCurve, errECKeyExplicitParams, i) {
				return false
			}
		}
		if strict && !v.strict(i) ||
			!v.failIf(!v.suits(i), errInvalidPurpose, i) ||
			!v.failIf(i > 1 && c.MaxPathLen != nil && subordinates > *c.MaxPathLen, errPathLengthExceeded, i) {
			return false
		}
		if i > 0 && !c.SelfIssued() {
			subordinates++
		}
	}
	return true
}

// suits reports whether the certificate at depth i is good for the purpose
// (check_purpose_ssl_server and check_purpose_ssl_client).
func (v *opensslVerifier) suits(i int) bool {
	c := v.chain[i]
	if v.options.Purpose == PurposeAny {
		return true
	}
	if len(c.ExtensionErrors) > 0 {
		// X509_check_purpose cannot tell, which only strict checking minds.
		return !v.options.Strict
	}
	usages := []string{certificate.EKUServerAuth, certificate.EKUMicrosoftGC, certificate.EKUNetscapeGC}
	keyUsage, netscape := x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment|x509.KeyUsageKeyAgreement, byte(nsServer)
	if v.options.Purpose == PurposeClient {
		usages = []string{certificate.EKUClientAuth}
		keyUsage, netscape = x509.KeyUsageDigitalSignature|x509.KeyUsageKeyAgreement, nsClient
	}
	if c.EKUPresent && !slices.ContainsFunc(usages, func(u string) bool { return slices.Contains(c.EKUs, u) }) {
		return false
	}
	if i > 0 {
		return v.suitsCA(c)
	}
	return (!c.NetscapeCertTypePresent || c.NetscapeCertType&netscape != 0) &&
		(!c.KeyUsagePresent || c.KeyUsage&keyUsage != 0)
}

// nsSSLCA is the bit of nsCertType for CAs that issue for TLS.
const nsSSLCA = 0x04

// suitsCA reports whether c may issue for TLS (check_ssl_ca).
func (v *opensslVerifier) suitsCA(c *certificate.Certificate) bool {
	switch status := caStatus(c); {
	case status == notCA:
		return false
	case status == fullCA:
		return true
	case c.Version > 1 && !c.KeyUsagePresent && c.NetscapeCertType&nsSSLCA == 0:
		return false
	}
	return !v.options.Strict
}

// strict makes the checks of X509_V_FLAG_X509_STRICT on the certificate at
// depth i.
func (v *opensslVerifier) strict(i int) bool {
	c := v.chain[i]
	if v.old() {
		return v.failIf(c.MaxPathLen != nil && !c.IsCA, errInvalidExtension, i)
	}
	if len(v.chain) == 1 {
		return true
	}
	certSign := c.KeyUsagePresent && c.KeyUsage&x509.KeyUsageCertSign != 0
	crlSign := c.KeyUsagePresent && c.KeyUsage&x509.KeyUsageCRLSign != 0
	top := i == len(v.chain)-1
	anonymous := c.CanonicalSubject() == ""
	rules := []struct {
		broken bool
		code   int
	}{
		{c.MaxPathLen != nil && !c.IsCA, errPathLenInvalidForNonCA},
		{c.MaxPathLen != nil && !certSign, errPathLenWithoutCertSign},
		{c.IsCA && !c.BasicConstraintsCritical, errCABasicConstraintsNotCritical},
		{c.IsCA && !c.KeyUsagePresent, errCACertMissingKeyUsage},
		{!c.IsCA && certSign, errCertSignInvalidForNonCA},
		{c.CanonicalIssuer() == "", errIssuerNameEmpty},
		{anonymous && (c.IsCA || crlSign || !c.HasSAN), errSubjectNameEmpty},
		{anonymous && c.HasSAN && !c.SANCritical, errEmptySubjectSANNotCritical},
		{c.HasSAN && len(c.AltNames) == 0, errEmptySubjectAltName},
		{c.SignatureAlgorithmMismatch, errSignatureAlgorithmInconsistency},
		{c.AKIPresent && c.AKICritical, errAuthorityKeyIDCritical},
		{c.SKI != nil && c.SKICritical, errSubjectKeyIDCritical},
		{c.Version == 3 && !top && c.AKI == nil, errMissingAuthorityKeyIdentifier},
		{c.Version == 3 && c.IsCA && c.SKI == nil, errMissingSubjectKeyIdentifier},
		{c.Version < 3 && c.HasExtensions, errExtensionsRequireVersion3},
	}
	for _, r := range rules {
		if !v.failIf(r.broken, r.code, i) {
			return false
		}
	}
	return true
}

// authLevel holds the keys of the CAs and all signatures but the top one's to
// the security level (check_auth_level). The leaf's key came first of all.
func (v *opensslVerifier) authLevel() bool {
	for i, c := range v.chain {
		if !v.failIf(i > 0 && v.keyBits(c) < v.minBits(), errCAKeyTooSmall, i) ||
			!v.failIf(i < len(v.chain)-1 && v.signatureBits(c) < v.minBits(), errCAMDTooWeak, i) {
			return false
		}
	}
	return true
}

// identity looks for the host in the leaf (check_id). The depth is always 0.
func (v *opensslVerifier) identity() bool {
	host := v.options.Host
	if host == "" {
		return true
	}
	leaf := v.in.Presented[0]
	if _, isIP := parseIP(host); isIP {
		return v.failIf(!Hostname(leaf, host).OK, errIPAddressMismatch, 0)
	}
	_, _, ok := matchName(leaf, host, v.options.PartialWildcards)
	return v.failIf(!ok, errHostnameMismatch, 0)
}

// signatures verifies signatures and dates from the top of the chain down
// (internal_verify). The top's signature on itself proves nothing and is not
// looked at.
func (v *opensslVerifier) signatures() bool {
	n := len(v.chain) - 1
	if !v.options.PartialChain && !opensslSelfSigned(v.last()) {
		switch {
		case n > 0:
			n--
		case !v.fail(errUnableToVerifyLeafSignature, 0):
			return false
		}
	}
	for ; n >= 0; n-- {
		c := v.chain[n]
		if n < len(v.chain)-1 && !v.signedBy(n) {
			return false
		}
		if !v.failIf(v.in.At.Before(c.NotBefore), errCertNotYetValid, n) ||
			!v.failIf(!v.in.At.Before(c.NotAfter), errCertHasExpired, n) {
			return false
		}
	}
	return true
}

// signedBy verifies the signature at depth n with the key above it.
func (v *opensslVerifier) signedBy(n int) bool {
	c, issuer := v.chain[n], v.chain[n+1]
	mayNotSign := issuer.KeyUsagePresent && issuer.KeyUsage&x509.KeyUsageCertSign == 0
	if !v.failIf(mayNotSign, errKeyUsageNoCertSign, n+1) {
		return false
	}
	if issuer.KeyMalformed {
		return v.fail(errUnableToDecodeIssuerKey, n+1)
	}
	err := v.in.memo.signed(c, issuer)
	return v.failIf(err != nil && !errors.Is(err, certificate.ErrUnsupported), errCertSignatureFailure, n)
}

// constraints holds the names of every certificate to the constraints of all
// above it, the top's first (check_name_constraints). Self-issued CAs are
// exempt.
func (v *opensslVerifier) constraints() bool {
	for i, c := range slices.Backward(v.chain) {
		if i > 0 && c.SelfIssued() {
			continue
		}
		// A proxy's name is that of its issuer and one more (RFC 3820 section
		// 3.4).
		below := strings.HasPrefix(c.CanonicalSubject(), c.CanonicalIssuer()) && !c.SelfIssued()
		if !v.failIf(c.ProxyCertificate && !below, errProxySubjectNameViolation, i) {
			return false
		}
		for _, ca := range slices.Backward(v.chain[i+1:]) {
			if ca.NameConstraints == nil {
				continue
			}
			if code := v.in.memo.constrained(c, ca, i == 0); code != verifyOK && !v.fail(code, i) {
				return false
			}
		}
	}
	return true
}

// constrainAll is the first objection of nc to any name of c.
func constrainAll(c *certificate.Certificate, nc *certificate.NameConstraints, leaf bool) int {
	names := constrainedNames(c, leaf)
	if limits := len(nc.Permitted) + len(nc.Excluded); limits > 0 && len(names) > maxConstraintChecks/limits {
		return errUnspecified
	}
	for _, name := range names {
		if code := constrain(name, nc); code != verifyOK {
			return code
		}
	}
	return verifyOK
}
