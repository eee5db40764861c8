package verify

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// The sizes of keys below which jdk.certpath.disabledAlgorithms of java.security
// refuses them.
const (
	javaMinRSABits = 1024
	javaMinECBits  = 224
)

func certSigns(c *certificate.Certificate) bool { return c.KeyUsage&x509.KeyUsageCertSign != 0 }

// javaUsages are the usages of which AlgorithmChecker wants one, before anybody
// asks for keyCertSign.
const javaUsages = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment |
	x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement | x509.KeyUsageCertSign | x509.KeyUsageCRLSign

// check makes the checks of PKIXCertPathValidator on a chain below an anchor,
// from the top down. The dates, path length and names of the anchor do not
// count.
func (j *javaVerifier) check(chain []*certificate.Certificate, anchor *certificate.Certificate) *javaError {
	issuer := anchor
	maxLength := math.MaxInt
	var constraints []*certificate.NameConstraints
	if err := javaWeak(anchor, false); err != "" {
		return &javaError{class: "CertPathValidatorException", text: javaValidator + err, depth: len(chain)}
	}
	for depth, c := range slices.Backward(chain) {
		fail := func(text string) *javaError {
			return &javaError{class: "CertPathValidatorException", text: javaValidator + text, depth: depth}
		}
		if text := javaWeak(c, true); text != "" {
			return fail(text)
		}
		if depth > 0 {
			switch {
			case c.KeyUsagePresent && c.KeyUsage&javaUsages == 0:
				return fail("incorrect KeyUsage extension bits")
			case c.KeyUsagePresent && !certSigns(c):
				return fail("CA key usage check failed: keyCertSign bit is not set")
			}
			limit, isCA := javaPathLength(c, depth == len(chain)-1)
			if !isCA {
				return fail("basic constraints check failed: this is not a CA certificate")
			}
			if !c.SelfIssued() {
				if maxLength <= 0 {
					return fail("basic constraints check failed: pathLenConstraint violated - " +
						"this cert must be the last cert in the certification path")
				}
				maxLength--
			}
			maxLength = min(maxLength, limit)
		}
		if depth == 0 || !c.SelfIssued() {
			for _, nc := range constraints {
				if !javaConstrains(c, nc) {
					return fail("name constraints check failed")
				}
			}
		}
		if c.NameConstraints != nil {
			constraints = append(constraints, c.NameConstraints)
		}
		if err := javaValidity(c, j.in); err != nil {
			err.depth = depth
			return err
		}
		if c.CanonicalIssuer() != issuer.CanonicalSubject() {
			return fail("subject/issuer name chaining check failed")
		}
		if class := j.signed(c, issuer); class != "" {
			return &javaError{class: class, text: javaValidator + "signature check failed", depth: depth}
		}
		if len(c.UnknownCriticalExtensions) > 0 || c.ProxyCertificate {
			return fail("unrecognized critical extension(s)")
		}
		issuer = c
	}
	return nil
}

// signed verifies a signature and gives the class of the exception if it is
// not good. Curves of less than 256 bits are gone since JDK 16.
func (j *javaVerifier) signed(c, issuer *certificate.Certificate) string {
	switch {
	case !c.SignatureKnown():
		return "NoSuchAlgorithmException"
	case issuer.KeyMalformed || !c.AlgorithmFits(issuer):
		return "InvalidKeyException"
	case issuer.KeyAlgorithm == "ECDSA" && issuer.KeyBits < 256:
		return "SignatureException"
	}
	if err := j.in.memo.signed(c, issuer); err != nil && !errors.Is(err, certificate.ErrUnsupported) {
		return "SignatureException"
	}
	return ""
}

// javaConstrains reports whether constraints let all names of c pass. Email
// addresses of a subject do not count beside a subjectAltName, and an excluded
// range whose address has bits outside its mask holds nothing.
func javaConstrains(c *certificate.Certificate, nc *certificate.NameConstraints) bool {
	holds := func(trees []certificate.Subtree) []certificate.Subtree {
		return slices.DeleteFunc(slices.Clone(trees), func(tree certificate.Subtree) bool {
			if tree.Tag != certificate.TagIP {
				return false
			}
			half := len(tree.Value) / 2
			for i := range half {
				if tree.Value[i]&^tree.Value[half+i] != 0 {
					return true
				}
			}
			return false
		})
	}
	names := &certificate.NameConstraints{Permitted: nc.Permitted, Excluded: holds(nc.Excluded)}
	for _, name := range constrainedNames(c, true) {
		subjectEmail := name.Tag == certificate.TagEmail && !slices.ContainsFunc(c.AltNames, func(n certificate.GeneralName) bool {
			return n.Tag == name.Tag && string(n.Value) == string(name.Value)
		})
		if subjectEmail && c.HasSAN {
			continue
		}
		if constrain(name, names) != verifyOK {
			return false
		}
	}
	return true
}

// javaPathLength is the path length constraint of a CA. top is whether the
// anchor issued it: then it may be of an old version and self-issued.
func javaPathLength(c *certificate.Certificate, top bool) (limit int, isCA bool) {
	switch {
	case c.Version < 3:
		return math.MaxInt, top && c.SelfIssued()
	case !c.IsCA || javaUnreadable(c, "basicConstraints"):
		return 0, false
	case c.MaxPathLen == nil:
		return math.MaxInt, true
	}
	return *c.MaxPathLen, true
}

// javaValidity judges dates; unlike OpenSSL's, the instant notAfter is valid.
func javaValidity(c *certificate.Certificate, in Input) *javaError {
	class := ""
	switch {
	case in.At.After(c.NotAfter):
		class = "CertificateExpiredException"
	case in.At.Before(c.NotBefore):
		class = "CertificateNotYetValidException"
	default:
		return nil
	}
	return &javaError{class: class, text: javaValidator + "validity check failed"}
}

// javaWeak is what jdk.certpath.disabledAlgorithms objects to. The signature of
// an anchor does not count.
func javaWeak(c *certificate.Certificate, signature bool) string {
	if signature && c.SignatureHash == crypto.MD5 {
		return "Algorithm constraints check failed on signature algorithm: MD5with" + strings.TrimPrefix(c.SignatureAlgorithm, "MD5-")
	}
	limit := 0
	switch c.KeyAlgorithm {
	case "RSA", "RSA-PSS", "DSA":
		limit = javaMinRSABits
	case "ECDSA":
		limit = javaMinECBits
	}
	if c.KeyBits > 0 && c.KeyBits < limit {
		algorithm := strings.Replace(c.KeyAlgorithm, "ECDSA", "EC", 1)
		return fmt.Sprintf("Algorithm constraints check failed on keysize limits: %s %d bit key used with certificate: %s",
			algorithm, c.KeyBits, c.Subject)
	}
	return ""
}

// javaEndEntity is EndEntityChecker for a key exchange with signatures, the
// only kind that TLS 1.3 has.
func javaEndEntity(c *certificate.Certificate) *javaError {
	text := ""
	switch {
	case c.KeyUsagePresent && c.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		text = "KeyUsage does not allow digital signatures"
	case c.EKUPresent && !c.AnyEKU && !slices.ContainsFunc(c.EKUs, func(usage string) bool {
		return usage == certificate.EKUServerAuth || usage == certificate.EKUMicrosoftGC || usage == certificate.EKUNetscapeGC
	}):
		text = "Extended key usage does not permit use for TLS server authentication"
	case c.NetscapeCertTypePresent && c.NetscapeCertType&nsServer == 0:
		text = "Netscape cert type does not permit use for SSL server"
	case len(c.UnknownCriticalExtensions) > 0:
		text = "Certificate contains unsupported critical extensions: [" + strings.Join(c.UnknownCriticalExtensions, ", ") + "]"
	}
	if text == "" {
		return nil
	}
	return &javaError{class: "ValidatorException", text: text}
}

// javaRefuses is why X509CertImpl does not read a certificate; empty if it does.
func javaRefuses(c *certificate.Certificate) string {
	switch {
	case c == nil:
		return "Empty input"
	case c.Error != "":
		return "Unable to initialize, java.io.IOException: " + c.Error
	case c.CanonicalIssuer() == "":
		return "Empty issuer DN not allowed in X509Certificates"
	case c.CanonicalSubject() == "" && c.Version < 3:
		return "X.509 Certificate is incomplete: subject field is empty, and certificate has no extensions"
	case c.CanonicalSubject() == "" && !c.HasSAN:
		return "X.509 Certificate is incomplete: subject field is empty, and SubjectAlternativeName extension is absent"
	case c.CanonicalSubject() == "" && len(c.AltNames) == 0:
		return "X.509 Certificate is incomplete: subject field is empty, and SubjectAlternativeName extension is empty"
	case c.CanonicalSubject() == "" && !c.SANCritical:
		return "X.509 Certificate is incomplete: SubjectAlternativeName extension MUST be marked critical when subject field is empty"
	case c.SignatureAlgorithmMismatch:
		return "Signature algorithm mismatch"
	case c.Version < 3 && c.HasExtensions:
		return fmt.Sprintf("no more data allowed for version %d certificate", c.Version)
	case c.KeyAlgorithm == "ECDSA" && c.KeyMalformed:
		return "java.io.IOException: Unknown named curve: " + strings.TrimPrefix(c.KeyType, "ECDSA-")
	case slices.ContainsFunc(c.ExtensionErrors, func(text string) bool { return strings.Contains(text, "more than once") }):
		return "java.io.IOException: Duplicate extensions not allowed"
	}
	if nc := c.NameConstraints; nc != nil {
		odd := func(tree certificate.Subtree) bool {
			return tree.Tag == certificate.TagIP && len(tree.Value) != 8 && len(tree.Value) != 32
		}
		if slices.ContainsFunc(nc.Permitted, odd) || slices.ContainsFunc(nc.Excluded, odd) {
			return "java.io.IOException: Invalid IPAddressName"
		}
	}
	return ""
}

// javaUnreadable reports whether an extension could not be read, by the name
// that Certificate.ExtensionErrors gives it. Java goes on without it unless it
// is critical.
func javaUnreadable(c *certificate.Certificate, extension string) bool {
	return slices.ContainsFunc(c.ExtensionErrors, func(text string) bool { return strings.HasPrefix(text, extension+" ") })
}
