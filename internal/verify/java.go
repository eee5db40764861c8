package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// javaError is one error of JSSE's trust manager: the class of its innermost
// cause, and the message of the whole.
type javaError struct {
	class, text string
	depth       int
}

// The beginnings of ValidatorException's messages.
const (
	javaValidation = "PKIX path validation failed: "
	javaValidator  = javaValidation + "java.security.cert.CertPathValidatorException: "
	javaBuilding   = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: " +
		"unable to find valid certification path to requested target"
)

// Java is the verdict of a JSSE client with its PKIX trust manager and default
// security properties, as OpenJDK 17 to 25 have it; 8 and 11 differ in wording
// only. Any certificate of the trust store is an anchor, whose dates nobody
// looks at; the server's own certificate in it is trusted as it stands.
func Java(in Input, host string) Verdict {
	v := Verdict{Stack: StackJava, Basis: BasisMeasured}
	j := &javaVerifier{in: in}
	err := j.verify()
	if err == nil && host != "" {
		if reason := javaIdentity(in.Presented[0], host); reason != "" {
			err = &javaError{class: "CertificateException", text: reason}
		}
	}
	v.Path = j.path
	if err != nil {
		v.Name, v.Text, v.Depth = err.class, err.text, err.depth
		return v
	}
	v.OK = true
	return v
}

// javaVerifier is sun.security.validator.PKIXValidator.
type javaVerifier struct {
	in      Input
	anchors []*certificate.Certificate
	// path is the one that was found, with its anchor.
	path []*certificate.Certificate
	// tries bounds the search of the builder.
	tries int
}

// verify tries the presented chain as it stands, as far as it is one, and only
// if that cannot lead to an anchor looks for another path.
func (j *javaVerifier) verify() *javaError {
	chain := j.in.Presented
	if len(chain) == 0 {
		return &javaError{class: "SSLProtocolException", text: "Empty server certificate chain"}
	}
	for i, c := range chain {
		if reason := javaRefuses(c); reason != "" {
			class := "CertificateParsingException"
			if strings.HasPrefix(reason, "java.io.IOException: ") {
				class = "IOException"
			}
			return &javaError{class: class, text: reason, depth: i}
		}
	}
	for _, a := range j.in.Anchors {
		if a.Certificate != nil && slices.Contains(a.Stores, j.in.Store) && javaRefuses(a.Certificate) == "" {
			j.anchors = append(j.anchors, a.Certificate)
		}
	}
	if len(j.anchors) == 0 && j.in.Empty {
		return &javaError{
			class: "InvalidAlgorithmParameterException",
			text:  "Unexpected error: java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty",
		}
	}
	if err := j.find(chain); err != nil {
		return err
	}
	if len(j.path) == 1 {
		// Trusted by itself, it may be for anything.
		return nil
	}
	return javaEndEntity(chain[0])
}

// find is engineValidate.
func (j *javaVerifier) find(chain []*certificate.Certificate) *javaError {
	for i, c := range chain {
		if i == 0 {
			if j.anchored(func(a *certificate.Certificate) bool { return a.SHA256 == c.SHA256 }) {
				j.path = chain[:1]
				return nil
			}
			continue
		}
		if c.CanonicalSubject() != chain[i-1].CanonicalIssuer() {
			return j.build()
		}
		// A trusted certificate made anew counts as the same.
		if j.anchored(func(a *certificate.Certificate) bool {
			return a.SHA256 == c.SHA256 ||
				a.CanonicalSubject() == c.CanonicalSubject() && string(a.RawSPKI) == string(c.RawSPKI)
		}) {
			return j.validate(chain[:i])
		}
	}
	top := chain[len(chain)-1]
	if j.anchored(func(a *certificate.Certificate) bool { return a.CanonicalSubject() == top.CanonicalIssuer() }) {
		return j.validate(chain)
	}
	return j.build()
}

func (j *javaVerifier) anchored(is func(*certificate.Certificate) bool) bool {
	return slices.ContainsFunc(j.anchors, is)
}

// validate tries every anchor that may have issued the top of the chain. The
// last error is told.
func (j *javaVerifier) validate(chain []*certificate.Certificate) *javaError {
	top := chain[len(chain)-1]
	err := &javaError{
		class: "CertPathValidatorException", depth: len(chain) - 1,
		text: javaValidator + "Path does not chain with any of the trust anchors",
	}
	for _, anchor := range j.anchors {
		if !javaIssued(top, anchor) {
			continue
		}
		if err = j.check(chain, anchor); err == nil {
			j.path = append(slices.Clone(chain), anchor)
			return j.anchorFault(anchor)
		}
	}
	return err
}

// javaIssued compares names and key identifiers (AdaptableX509CertSelector).
func javaIssued(c, issuer *certificate.Certificate) bool {
	if c.CanonicalIssuer() != issuer.CanonicalSubject() {
		return false
	}
	if c.AKI != nil && issuer.SKI != nil && string(c.AKI) != string(issuer.SKI) {
		return false
	}
	return c.AKISerial == nil || issuer.Version < 3 || c.AKISerial.Cmp(issuer.Serial) == 0
}

// anchorFault is verifyTrustAnchor, since JDK 12 and its backports.
func (j *javaVerifier) anchorFault(anchor *certificate.Certificate) *javaError {
	reason := ""
	switch {
	case anchor.Version < 3:
	case !anchor.IsCA || javaUnreadable(anchor, "basicConstraints"):
		reason = "is not a CA certificate"
	case anchor.KeyUsagePresent && !certSigns(anchor):
		reason = "does not have keyCertSign bit set in KeyUsage extension"
	}
	if reason == "" {
		return nil
	}
	return &javaError{
		class: "ValidatorException", depth: len(j.path) - 1,
		text: javaValidation + `sun.security.validator.ValidatorException: TrustAnchor with subject "` +
			anchor.Subject + `" ` + reason,
	}
}

// javaMaxLength is how many intermediates the builder allows that are not
// self-issued, and javaMaxTries how many paths are tried here.
const (
	javaMaxLength = 5
	javaMaxTries  = 64
)

// build looks for any path from the leaf to an anchor that holds, with the
// presented certificates in any order.
func (j *javaVerifier) build() *javaError {
	if j.extend([]*certificate.Certificate{j.in.Presented[0]}, 0) {
		return j.anchorFault(j.path[len(j.path)-1])
	}
	return &javaError{class: "SunCertPathBuilderException", text: javaBuilding}
}

func (j *javaVerifier) extend(chain []*certificate.Certificate, length int) bool {
	top := chain[len(chain)-1]
	for _, anchor := range j.anchors {
		// Unlike the validator, the builder looks at an anchor's dates.
		if !javaIssued(top, anchor) || !validAt(anchor, j.in.At) {
			continue
		}
		if j.tries++; j.tries > javaMaxTries {
			return false
		}
		if j.check(chain, anchor) == nil {
			j.path = append(slices.Clone(chain), anchor)
			return true
		}
	}
	for _, c := range j.in.Presented {
		used := slices.ContainsFunc(chain, func(have *certificate.Certificate) bool { return have.SHA256 == c.SHA256 })
		if used || !javaIssued(top, c) || !validAt(c, j.in.At) {
			continue
		}
		longer := length
		if !c.SelfIssued() {
			longer++
		}
		if longer > javaMaxLength {
			continue
		}
		if j.tries++; j.tries > javaMaxTries {
			return false
		}
		if j.extend(append(slices.Clone(chain), c), longer) {
			return true
		}
	}
	return false
}
