package driver

import (
	"cmp"
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
)

// leaf is the server's own certificate, or nil when it cannot be read.
func (c *connection) leaf() *certificate.Certificate {
	list := c.facts.Chain.Presented
	if len(list) == 0 || list[0] == nil || list[0].Error != "" {
		return nil
	}
	return list[0]
}

// crlCodes are OpenSSL's numbers of what a CRL may be.
var crlCodes = map[fact.RevocationProblem]int{
	fact.ProblemExpired:        12,
	fact.ProblemNotYetValid:    11,
	fact.ProblemNoCRLForIssuer: 3,
	fact.ProblemSignature:      8,
	fact.ProblemWrongIssuer:    3,
	fact.ProblemIssuerKey:      3,
	fact.ProblemWrongScope:     44,
}

// checkCRL: the file of tlsCRLFile.
func checkCRL(c *connection) *outcome {
	r, leaf := c.facts.Endpoint.Revocation, c.leaf()
	if c.facts.Target.Options.TLSCRLFile == "" || c.CRLFile == NoCRL || c.skips().Chain || leaf == nil {
		return nil
	}
	if r == nil {
		r = &fact.Revocation{}
	}
	var ended *outcome
	asked := false
	for _, check := range r.Checks {
		if check.Source != fact.SourceCRLFile || c.CRLFile == CRLOfLeaf && check.Certificate != leaf.SHA256 {
			continue
		}
		asked = true
		// Who looks at the whole path goes on to its end, and tells the last fault.
		if o := c.judgeCRL(check); o != nil {
			ended = o
		}
	}
	if !asked {
		return c.unsure("what the CRL file says of the certificate was not established")
	}
	return ended
}

// judgeCRL is what the CRL file says of one certificate.
func (c *connection) judgeCRL(check fact.RevocationCheck) *outcome {
	if c.CRLFile == FirstCRLOfAll && !c.inFirstCRL(check.Certificate) {
		return c.stop(symptom.StageVerify, symptom.Verify(3))
	}
	switch check.Status {
	case fact.StatusRevoked:
		return c.stop(symptom.StageVerify, symptom.Verify(23))
	case fact.StatusError:
		code, known := crlCodes[check.Problem]
		if !known {
			return c.mute(wordsUnknown, []string{"crl-invalid"})
		}
		return c.stop(symptom.StageVerify, symptom.Verify(code))
	}
	return nil
}

// inFirstCRL reports whether the first CRL of the file is of the issuer of a
// certificate of the path.
func (c *connection) inFirstCRL(sha256 string) bool {
	first := ""
	for _, f := range c.facts.Target.Files {
		if f.Option == "tlsCRLFile" && len(f.Subjects) > 0 {
			first = f.Subjects[0]
		}
	}
	for _, cert := range c.facts.Chain.Presented {
		if cert.SHA256 == sha256 {
			return cert.Issuer == first
		}
	}
	for _, a := range c.facts.Chain.Anchors {
		if a.SHA256 == sha256 {
			return a.Issuer == first
		}
	}
	return false
}

// foundLater are the problems of a staple that a driver finds by itself, when its
// library has read it.
var foundLater = map[fact.RevocationProblem]bool{
	fact.ProblemExpired: true, fact.ProblemNotYetValid: true, fact.ProblemInconsistentTimes: true,
	fact.ProblemResponderNotAuthorized: true,
}

// garbage are the problems of what is no OCSP response.
var garbage = map[fact.RevocationProblem]bool{
	fact.ProblemNotOCSP: true, fact.ProblemMalformed: true, fact.ProblemEmpty: true, fact.ProblemTrailingData: true,
}

// checkOCSP: the staple, then a responder.
func checkOCSP(c *connection) *outcome {
	o, r, leaf := c.facts.Target.Options, c.facts.Endpoint.Revocation, c.leaf()
	if leaf == nil || c.skips().Chain || o.TLSDisableCertificateRevocationCheck && !c.ignores("tlsDisableCertificateRevocationCheck") {
		return nil
	}
	if !c.Staple && c.Responder == NeverAsks {
		return nil
	}
	if r == nil {
		r = &fact.Revocation{}
	}
	var staple *fact.RevocationCheck
	for i := range r.Checks {
		if r.Checks[i].Source == fact.SourceStaple {
			staple = &r.Checks[i]
		}
	}
	if c.Staple && staple != nil {
		return c.judgeStaple(staple)
	}
	if c.MustStaple && leaf.MustStaple && staple == nil {
		if h := c.handshake(); !h.OK {
			return c.unsure("whether the server staples an OCSP response was not established")
		}
		return c.stop(symptom.StageRevocation, symptom.StapleMissing)
	}
	return c.askResponder(r, leaf)
}

func (c *connection) ignores(option string) bool {
	if slices.Contains(c.Ignores, option) {
		return true
	}
	for _, u := range c.facts.Target.Unsupported {
		if u.Option == option {
			for _, name := range u.Ignored {
				if name == c.Name {
					return true
				}
			}
		}
	}
	return false
}

func (c *connection) judgeStaple(staple *fact.RevocationCheck) *outcome {
	switch staple.Status {
	case fact.StatusRevoked:
		return c.stop(symptom.StageRevocation, symptom.StapleRevoked)
	case fact.StatusError:
		if c.AnyStaple && staple.Problem == fact.ProblemWrongCertificate {
			return nil
		}
		event := symptom.StapleUnreadable
		if foundLater[staple.Problem] {
			event = symptom.StapleInvalid
		}
		if c.HardFail {
			event = symptom.RevocationUnknown
		}
		o := c.stop(symptom.StageRevocation, event)
		o.ids = []string{"staple-invalid", "staple-expired"}
		return o
	}
	return nil
}

// askResponder: what a responder says, and what its silence means.
func (c *connection) askResponder(r *fact.Revocation, leaf *certificate.Certificate) *outcome {
	o := c.facts.Target.Options
	if c.HardFail {
		if v := c.judgeChain("", c.Roots); len(v.Path) == 1 {
			// Trusted by itself, it needs no status.
			return nil
		}
		return c.stop(symptom.StageRevocation, symptom.RevocationUnknown)
	}
	if c.Responder == NeverAsks || len(leaf.OCSPServers) == 0 || o.TLSDisableOCSPEndpointCheck && !c.ignores("tlsDisableOCSPEndpointCheck") {
		return nil
	}
	if c.Responder == AsksWithIssuer && !c.issuerSent(leaf) {
		return nil
	}
	asked := false
	for _, check := range r.Checks {
		// A conclusive staple is the responder's answer too, and keeps it from being
		// asked here.
		stapled := check.Source == fact.SourceStaple && (check.Status == fact.StatusGood || check.Status == fact.StatusRevoked)
		if check.Source != fact.SourceOCSP && !stapled || check.Certificate != leaf.SHA256 {
			continue
		}
		asked = true
		if c.Fragile && garbage[check.Problem] {
			return c.stop(symptom.StageHandshake, symptom.ResponderGarbage)
		}
		if check.Status == fact.StatusRevoked {
			return c.with("url", cmp.Or(check.URL, leaf.OCSPServers[0])).stop(symptom.StageRevocation, symptom.ResponderRevoked)
		}
	}
	if !asked {
		return c.unsure("it asks the OCSP responder that the certificate names, which was not asked here")
	}
	return nil
}

// issuerSent reports whether the server sends the issuer of its certificate.
func (c *connection) issuerSent(leaf *certificate.Certificate) bool {
	for _, other := range c.facts.Chain.Presented[1:] {
		if other != nil && other.Error == "" && other.CanonicalSubject() == leaf.CanonicalIssuer() {
			return true
		}
	}
	return false
}
