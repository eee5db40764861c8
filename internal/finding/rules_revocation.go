package finding

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// judgeRevocation: what the revocation of the certificates means to a MongoDB
// client, by the steps of the OCSP support specification: a staple decides, a
// CRL file next, and a responder only where it says revoked.
func judgeRevocation(j *judge) {
	r := j.endpoint.Revocation
	if r == nil {
		return
	}
	stapled := false
	for _, c := range r.Checks {
		j.judgeRevocationCheck(c)
		stapled = stapled || c.Source == fact.SourceStaple
	}
	if len(r.MustStaple) > 0 && !stapled && len(j.endpoint.Certificates) > 0 {
		j.judgeMustStaple(r)
	}
	if len(r.Skipped) > 0 {
		j.add("revocation-unchecked", Info, Certain, "Left out: "+joined(r.Skipped)+".", map[string]any{"skipped": r.Skipped})
	}
}

func (j *judge) judgeMustStaple(r *fact.Revocation) {
	if j.endpoint.Handshake == nil || !j.endpoint.Handshake.OK {
		// A handshake that did not come about had no chance to staple.
		return
	}
	leaf := j.leaf()
	whose := "The certificate of an issuer"
	if leaf != nil && slices.Contains(r.MustStaple, leaf.SHA256) {
		whose = "The server's certificate"
	}
	j.add("must-staple-missing", Fail, Certain, whose+" has the TLS feature extension with status_request, and the server stapled nothing.", map[string]any{"certificates": r.MustStaple})
}

// judgeRevocationCheck tells of one source's answer.
func (j *judge) judgeRevocationCheck(c fact.RevocationCheck) {
	evidence := map[string]any{"certificate": c.Certificate, "source": string(c.Source), "status": string(c.Status)}
	for name, value := range map[string]string{"url": c.URL, "problem": string(c.Problem), "reason": c.Reason, "signer": c.Signer} {
		if value != "" {
			evidence[name] = value
		}
	}
	for name, value := range map[string]*time.Time{"thisUpdate": c.ThisUpdate, "nextUpdate": c.NextUpdate, "revokedAt": c.RevokedAt} {
		if value != nil {
			evidence[name] = stamp(*value)
		}
	}
	values := map[string]string{"url": c.URL, "crlfile": j.target.Options.TLSCRLFile}
	if c.URL == "" {
		delete(values, "url")
	}
	which := j.certificateWords(c.Certificate)
	add := func(id ID, severity Severity, detail string) *Finding {
		if f := j.told(id, c.Certificate); f != nil {
			// Another source says the same of the same certificate.
			f.Detail += " " + detail
			if severityRank(severity) < severityRank(f.Severity) {
				f.Severity = severity
			}
			return f
		}
		if cert := j.certificateBy(c.Certificate); cert != nil {
			values["issuer"] = cert.Issuer
		}
		return j.addWith(values, id, severity, Certain, detail, evidence)
	}
	where := sourceWords(c)
	switch c.Status {
	case fact.StatusRevoked:
		severity, more := Fail, ""
		switch {
		case c.Source == fact.SourceCRL:
			severity, more = Warn, " Official drivers do not fetch this CRL, and connect; Java and .NET do where they are configured to."
		case !j.isLeaf(c.Certificate):
			severity, more = Warn, " PyMongo looks up the server's certificate only, and connects."
		}
		f := add("revoked", severity, fmt.Sprintf("%s was revoked%s, says %s.%s", which, revocationWords(c), where, more))
		if j.isLeaf(c.Certificate) {
			f.Title = "The server's certificate is revoked"
		}
	case fact.StatusUnknown:
		if c.Source == fact.SourceStaple || c.Source == fact.SourceOCSP {
			add("ocsp-unknown", Warn, fmt.Sprintf("%s is unknown to %s.", which, where))
		}
	case fact.StatusError:
		j.judgeRevocationError(c, which, where, add)
	}
}

// unanswered are the problems of a responder or distribution point that gave no
// answer at all.
var unanswered = []fact.RevocationProblem{
	fact.ProblemTimeout, fact.ProblemUnreachable, fact.ProblemTLS, fact.ProblemRedirect, fact.ProblemHTTPStatus,
	fact.ProblemTryLater, fact.ProblemInternalError, fact.ProblemURL, fact.ProblemScheme, fact.ProblemTooManyURLs,
}

func (j *judge) judgeRevocationError(c fact.RevocationCheck, which, where string, add func(ID, Severity, string) *Finding) {
	expired := c.Problem == fact.ProblemExpired
	switch c.Source {
	case fact.SourceStaple:
		id := ID("staple-invalid")
		if expired {
			id = "staple-expired"
		}
		add(id, Fail, fmt.Sprintf("The stapled response for %s: %s.", inSentence(which), c.Error))
	case fact.SourceOCSP:
		switch {
		case c.Problem == fact.ProblemIssuerMissing:
			// Why it is missing is told with the chain.
		case slices.Contains(unanswered, c.Problem):
			add("ocsp-unreachable", Warn, fmt.Sprintf("%s: %s.", where, c.Error))
		default:
			add("ocsp-invalid", Warn, fmt.Sprintf("%s: %s.", where, c.Error))
		}
	case fact.SourceCRLFile:
		if !j.isLeaf(c.Certificate) {
			// Drivers check the leaf only (VERIFY_CRL_CHECK_LEAF).
			return
		}
		switch {
		case expired:
			add("crl-expired", Fail, fmt.Sprintf("The CRL for %s: %s.", inSentence(which), c.Error))
		case c.Problem == fact.ProblemNoCRLForIssuer:
			add("crl-missing-issuer", Fail, fmt.Sprintf("%s: %s.", which, c.Error))
		case c.Problem == fact.ProblemIssuerMissing:
		default:
			add("crl-invalid", Fail, fmt.Sprintf("The CRL for %s: %s.", inSentence(which), c.Error))
		}
	case fact.SourceCRL:
		switch {
		case c.Problem == fact.ProblemIssuerMissing:
		case expired:
			add("crl-expired", Info, fmt.Sprintf("%s: %s. Official drivers do not fetch it.", where, c.Error))
		case slices.Contains(unanswered, c.Problem):
			add("crl-unreachable", Info, fmt.Sprintf("%s: %s.", where, c.Error))
		default:
			add("crl-invalid", Info, fmt.Sprintf("%s: %s. Official drivers do not fetch it.", where, c.Error))
		}
	}
}

// told is the finding of this identifier about the same certificate, if there is
// one.
func (j *judge) told(id ID, sha256 string) *Finding {
	for i := range j.found {
		if f := &j.found[i]; f.ID == id && f.Evidence["certificate"] == sha256 {
			return f
		}
	}
	return nil
}

func (j *judge) isLeaf(sha256 string) bool {
	leaf := j.leaf()
	return leaf != nil && leaf.SHA256 == sha256
}

// certificateBy finds a certificate of the chain or the trust stores.
func (j *judge) certificateBy(sha256 string) *certificate.Certificate {
	for _, c := range j.presented {
		if c.SHA256 == sha256 && c.Error == "" {
			return c
		}
	}
	for _, a := range j.anchors {
		if a.SHA256 == sha256 {
			return a.Certificate
		}
	}
	return nil
}

// certificateWords name a certificate in a sentence.
func (j *judge) certificateWords(sha256 string) string {
	c := j.certificateBy(sha256)
	switch {
	case j.isLeaf(sha256):
		return "The server's certificate"
	case c == nil:
		return "The certificate " + sha256
	}
	return place(c, 1)
}

// inSentence is a beginning of a sentence, further on in one.
func inSentence(words string) string {
	if after, found := strings.CutPrefix(words, "The "); found {
		return "the " + after
	}
	return words
}

// sourceWords names a source in a sentence.
func sourceWords(c fact.RevocationCheck) string {
	switch c.Source {
	case fact.SourceStaple:
		return "the stapled OCSP response"
	case fact.SourceOCSP:
		return "the OCSP responder " + c.URL
	case fact.SourceCRLFile:
		return "the CRL file"
	case fact.SourceCRL:
		return "the CRL at " + c.URL
	}
	return string(c.Source)
}

// revocationWords tell when and why.
func revocationWords(c fact.RevocationCheck) string {
	words := ""
	if c.RevokedAt != nil {
		words = " on " + stamp(*c.RevokedAt)
	}
	if c.Reason != "" {
		words += " for " + c.Reason
	}
	return words
}
