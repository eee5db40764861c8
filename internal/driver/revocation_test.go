package driver

import (
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

func TestRevocation(t *testing.T) {
	root := issue(t, nil, "root", authority)
	middle := issue(t, root, "intermediate", authority)
	plain := issue(t, middle, host, names(host))
	leaf := issue(t, middle, host, names(host), responder)
	must := issue(t, middle, host, names(host), responder, mustStaple)
	direct := issue(t, root, host, names(host), responder)
	server := func(leaf *pair, more ...edit) []edit {
		return append([]edit{presenting(leaf, middle), trusted(root, verify.StoreCAFile)}, more...)
	}
	is := func(source fact.RevocationSource, status fact.RevocationStatus, problem fact.RevocationProblem) edit {
		return checked(fact.RevocationCheck{Source: source, Status: status, Problem: problem, URL: "http://ocsp.example.com"})
	}
	off := func(option string, drivers ...string) edit {
		return func(f *Facts) { f.Target.Unsupported = []fact.UnsupportedOption{{Option: option, Ignored: drivers}} }
	}
	hold(t, "revocation", []row{
		{"no responder", server(plain)},
		{"a staple that says good", server(leaf, is(fact.SourceStaple, fact.StatusGood, ""))},
		{"a staple that says revoked", server(leaf, is(fact.SourceStaple, fact.StatusRevoked, ""))},
		{"a staple that says unknown", server(leaf, is(fact.SourceStaple, fact.StatusUnknown, ""))},
		{"a staple that is no response", server(leaf, is(fact.SourceStaple, fact.StatusError, fact.ProblemMalformed))},
		{"a staple for another certificate", server(leaf, is(fact.SourceStaple, fact.StatusError, fact.ProblemWrongCertificate))},
		{"a staple that is out of date", server(leaf, is(fact.SourceStaple, fact.StatusError, fact.ProblemExpired))},
		{"a staple that is missing", server(must, is(fact.SourceOCSP, fact.StatusGood, ""))},
		{"a responder that says good", server(leaf, is(fact.SourceOCSP, fact.StatusGood, ""))},
		{"a responder that says revoked", server(leaf, is(fact.SourceOCSP, fact.StatusRevoked, ""))},
		{"a responder that says revoked, of a server that does not send the issuer", []edit{presenting(direct), trusted(root, verify.StoreCAFile), is(fact.SourceOCSP, fact.StatusRevoked, "")}},
		{"a responder that does not answer", server(leaf, is(fact.SourceOCSP, fact.StatusError, fact.ProblemTimeout))},
		{"a responder that answers with a web page", server(leaf, is(fact.SourceOCSP, fact.StatusError, fact.ProblemNotOCSP))},
		{"a responder that was not asked", server(leaf)},
		{"a responder that is not to be asked", server(leaf, off("tlsDisableOCSPEndpointCheck", "java", "csharp"), options(func(o *fact.Options) { o.TLSDisableOCSPEndpointCheck = true }))},
		{"no revocation checking", server(must, off("tlsDisableCertificateRevocationCheck", "pymongo", "go", "java", "ruby"), is(fact.SourceOCSP, fact.StatusRevoked, ""), options(func(o *fact.Options) { o.TLSDisableCertificateRevocationCheck = true }))},
		{"revoked, and verification switched off", server(leaf, is(fact.SourceStaple, fact.StatusRevoked, ""), options(func(o *fact.Options) { o.TLSInsecure = true }))},
	})
}

func TestCRLFile(t *testing.T) {
	root := issue(t, nil, "root", authority)
	leaf := issue(t, root, host, names(host))
	file := func(issuer string, more ...edit) []edit {
		return append([]edit{presenting(leaf), trusted(root, verify.StoreCAFile), func(f *Facts) {
			f.Target.Options.TLSCRLFile = "crl.pem"
			f.Target.Unsupported = []fact.UnsupportedOption{{Option: "tlsCRLFile", Ignored: []string{"go", "java", "c", "php", "csharp", "ruby"}, Rejected: []string{"rust"}}}
			f.Target.Files = append(f.Target.Files, fact.File{Option: "tlsCRLFile", Path: "crl.pem", Subjects: []string{issuer}})
		}}, more...)
	}
	says := func(status fact.RevocationStatus, problem fact.RevocationProblem) edit {
		return checked(fact.RevocationCheck{Source: fact.SourceCRLFile, Status: status, Problem: problem})
	}
	ofRoot := func(f *Facts) {
		f.Endpoint.Revocation.Checks = append(f.Endpoint.Revocation.Checks, fact.RevocationCheck{Source: fact.SourceCRLFile, Certificate: f.Chain.Anchors[0].SHA256, Status: fact.StatusGood})
	}
	hold(t, "crl", []row{
		{"good", file("CN=root", says(fact.StatusGood, ""), ofRoot)},
		{"good, behind another CRL", file("CN=other", says(fact.StatusGood, ""), ofRoot)},
		{"revoked", file("CN=root", says(fact.StatusRevoked, ""), ofRoot)},
		{"out of date", file("CN=root", says(fact.StatusError, fact.ProblemExpired), ofRoot)},
		{"of another CA", file("CN=other", says(fact.StatusError, fact.ProblemNoCRLForIssuer))},
		{"signed with another key", file("CN=root", says(fact.StatusError, fact.ProblemSignature))},
		{"of a fault without a number", file("CN=root", says(fact.StatusError, fact.ProblemDeltaOnly))},
		{"not looked at", file("CN=root")},
	})
}
