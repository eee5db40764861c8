package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestRevocation holds each source and outcome to the OCSP support
// specification: what is stapled and wrong ends the handshake, what is only
// asked for does so where it says revoked, and the rest is soft.
func TestRevocation(t *testing.T) {
	root := issue(t, nil, "root", authority)
	leaf := issue(t, root, "db.example.com", names("db.example.com"))
	chain := presenting(trust(verify.StoreCAFile, root), leaf)
	id := present(leaf)[0].SHA256
	rootID := present(root)[0].SHA256

	// learned is the outcome of the checks.
	learned := func(checks ...fact.RevocationCheck) edit {
		return func(_ *fact.Target, e *fact.Endpoint) {
			e.Revocation = &fact.Revocation{Status: fact.StatusUnchecked, Checks: checks}
		}
	}
	check := func(source fact.RevocationSource, status fact.RevocationStatus, problem fact.RevocationProblem) fact.RevocationCheck {
		c := fact.RevocationCheck{Certificate: id, Source: source, Status: status, Problem: problem, Error: "what is wrong"}
		if source == fact.SourceOCSP || source == fact.SourceCRL {
			c.URL = "http://ca.example.com/"
		}
		return c
	}
	ofRoot := func(c fact.RevocationCheck) fact.RevocationCheck { c.Certificate = rootID; return c }
	mustStaple := func(certificates ...string) edit {
		return func(_ *fact.Target, e *fact.Endpoint) { e.Revocation.MustStaple = certificates }
	}
	const serverRevoked = "The server's certificate is revoked"

	judgeRows(t, []row{
		{"nothing was learned", []edit{chain}, nil, Pass},
		{"no source at all", []edit{chain, learned()}, nil, Pass},
		{"a good staple", []edit{chain, learned(check(fact.SourceStaple, fact.StatusGood, ""))}, nil, Pass},
		{"a staple that says revoked", []edit{chain, learned(check(fact.SourceStaple, fact.StatusRevoked, ""))},
			[]brief{failing("revoked").titled(serverRevoked)}, Failure},
		{"a staple that says unknown", []edit{chain, learned(check(fact.SourceStaple, fact.StatusUnknown, ""))},
			[]brief{warning("ocsp-unknown")}, Warning},
		{"a staple with a wrong signature", []edit{chain, learned(check(fact.SourceStaple, fact.StatusError, fact.ProblemSignature))},
			[]brief{failing("staple-invalid")}, Failure},
		{"a staple about another certificate", []edit{chain, learned(check(fact.SourceStaple, fact.StatusError, fact.ProblemWrongCertificate))},
			[]brief{failing("staple-invalid")}, Failure},
		{"a staple that is out of date", []edit{chain, learned(check(fact.SourceStaple, fact.StatusError, fact.ProblemExpired))},
			[]brief{failing("staple-expired")}, Failure},
		{"a responder that says good", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusGood, ""))}, nil, Pass},
		{"a responder that says revoked", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusRevoked, ""))},
			[]brief{failing("revoked").titled(serverRevoked)}, Failure},
		{"a responder that does not know", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusUnknown, ""))},
			[]brief{warning("ocsp-unknown")}, Warning},
		{"a responder that is silent", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusError, fact.ProblemTimeout))},
			[]brief{warning("ocsp-unreachable")}, Warning},
		{"a responder that is busy", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusError, fact.ProblemTryLater))},
			[]brief{warning("ocsp-unreachable")}, Warning},
		{"a responder that answers with a web page", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusError, fact.ProblemNotOCSP))},
			[]brief{warning("ocsp-invalid")}, Warning},
		{"a responder whose answer is out of date", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusError, fact.ProblemExpired))},
			[]brief{warning("ocsp-invalid")}, Warning},
		{"a responder that cannot be asked for want of the issuer", []edit{chain, learned(check(fact.SourceOCSP, fact.StatusError, fact.ProblemIssuerMissing))}, nil, Pass},
		{"two responders, of which one is silent and one says revoked", []edit{chain, learned(
			check(fact.SourceOCSP, fact.StatusError, fact.ProblemTimeout), check(fact.SourceOCSP, fact.StatusRevoked, ""))},
			[]brief{failing("revoked").titled(serverRevoked)}, Failure},
		{"two silent responders are one finding", []edit{chain, learned(
			check(fact.SourceOCSP, fact.StatusError, fact.ProblemTimeout), check(fact.SourceOCSP, fact.StatusError, fact.ProblemUnreachable))},
			[]brief{warning("ocsp-unreachable")}, Warning},
		{"a CRL file that has the certificate", []edit{chain, learned(check(fact.SourceCRLFile, fact.StatusRevoked, ""))},
			[]brief{failing("revoked").titled(serverRevoked)}, Failure},
		{"a CRL file that is out of date", []edit{chain, learned(check(fact.SourceCRLFile, fact.StatusError, fact.ProblemExpired))},
			[]brief{failing("crl-expired")}, Failure},
		{"a CRL file without the issuer's list", []edit{chain, learned(check(fact.SourceCRLFile, fact.StatusError, fact.ProblemNoCRLForIssuer))},
			[]brief{failing("crl-missing-issuer")}, Failure},
		{"a CRL file with a wrong signature", []edit{chain, learned(check(fact.SourceCRLFile, fact.StatusError, fact.ProblemSignature))},
			[]brief{failing("crl-invalid")}, Failure},
		{"a CRL file without the list of the issuer's issuer", []edit{chain, learned(ofRoot(check(fact.SourceCRLFile, fact.StatusError, fact.ProblemNoCRLForIssuer)))}, nil, Pass},
		{"a CRL file that has the issuer", []edit{chain, learned(ofRoot(check(fact.SourceCRLFile, fact.StatusRevoked, "")))},
			[]brief{warning("revoked")}, Warning},
		{"a distribution point that has the certificate", []edit{chain, learned(check(fact.SourceCRL, fact.StatusRevoked, ""))},
			[]brief{warning("revoked").titled(serverRevoked)}, Warning},
		{"revoked by a distribution point and by the responder", []edit{chain, learned(
			check(fact.SourceCRL, fact.StatusRevoked, ""), check(fact.SourceOCSP, fact.StatusRevoked, ""))},
			[]brief{failing("revoked").titled(serverRevoked)}, Failure},
		{"a distribution point that is not there", []edit{chain, learned(check(fact.SourceCRL, fact.StatusError, fact.ProblemUnreachable))},
			[]brief{info("crl-unreachable")}, Pass},
		{"a distribution point whose list is out of date", []edit{chain, learned(check(fact.SourceCRL, fact.StatusError, fact.ProblemExpired))},
			[]brief{info("crl-expired")}, Pass},
		{"a distribution point whose list does not hold", []edit{chain, learned(check(fact.SourceCRL, fact.StatusError, fact.ProblemSignature))},
			[]brief{info("crl-invalid")}, Pass},
		{"must-staple without a staple", []edit{chain, learned(), mustStaple(id)}, []brief{failing("must-staple-missing")}, Failure},
		{"must-staple of an issuer without a staple", []edit{chain, learned(), mustStaple(rootID)}, []brief{failing("must-staple-missing")}, Failure},
		{"must-staple with a staple", []edit{chain, learned(check(fact.SourceStaple, fact.StatusGood, "")), mustStaple(id)}, nil, Pass},
		{"must-staple where there was no handshake to staple in", []edit{chain, learned(), mustStaple(id), broken(fact.OutcomeAlert, 40)},
			[]brief{failing("handshake-failure")}, Failure},
		{"something was left out", []edit{chain, learned(), func(_ *fact.Target, e *fact.Endpoint) { e.Revocation.Skipped = []string{"OCSP responders: --offline"} }},
			[]brief{info("revocation-unchecked")}, Pass},
		{"a status of a later version", []edit{chain, learned(check("later", "later", "later"))}, nil, Pass},
	})
}

// TestRevocationInFull compares one finding whole: what two sources say of one
// certificate stands together.
func TestRevocationInFull(t *testing.T) {
	root := issue(t, nil, "root", authority)
	leaf := issue(t, root, "db.example.com", names("db.example.com"))
	at := now.AddDate(0, 0, -2)
	target, endpoint := facts(presenting(trust(verify.StoreCAFile, root), leaf), func(_ *fact.Target, e *fact.Endpoint) {
		c := fact.RevocationCheck{Certificate: e.Certificates[0].SHA256, Source: fact.SourceStaple, Status: fact.StatusRevoked, Reason: "keyCompromise", RevokedAt: &at, Signer: "CN=root"}
		point := c
		point.Source, point.URL = fact.SourceCRL, "http://ca.example.com/ca.crl"
		e.Revocation = &fact.Revocation{Status: fact.StatusRevoked, Checks: []fact.RevocationCheck{c, point}}
	})
	got := Judge(target, endpoint, Policy{}, now).Findings
	entry, _ := Lookup("revoked")
	want := []Finding{{
		ID: "revoked", Severity: Fail, Confidence: Certain, Title: "The server's certificate is revoked",
		Detail: "The server's certificate was revoked on " + stamp(at) + " for keyCompromise, says the stapled OCSP response." +
			" The server's certificate was revoked on " + stamp(at) + " for keyCompromise, says the CRL at http://ca.example.com/ca.crl." +
			" Official drivers do not fetch this CRL, and connect; Java and .NET do where they are configured to.",
		Why: entry.Why,
		Evidence: map[string]any{
			"certificate": endpoint.Certificates[0].SHA256, "source": "staple", "status": "revoked",
			"reason": "keyCompromise", "signer": "CN=root", "revokedAt": stamp(at),
		},
		Fix:     entry.Fix,
		Drivers: []string{"go", "c", "php"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
