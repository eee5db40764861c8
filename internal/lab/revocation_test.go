package lab

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/revocation"
)

// source is what one source says of one certificate, as far as scenarios differ.
type source struct {
	Of       string // a node's ID
	From     fact.RevocationSource
	Status   fact.RevocationStatus
	Problem  fact.RevocationProblem
	Reason   string
	Delegate bool
	Nonce    string
}

// The nodes of a sound chain, leaf first.
var chain = []string{leaf, intermediate, root}

// sources asks everybody who may be asked about an instance's certificates.
func sources(t *testing.T, i *Instance, timeout time.Duration) (all []source, mustStaple []string) {
	t.Helper()
	state := connect(t, i)
	request := revocation.Request{Staple: state.OCSPResponse}
	ids := map[string]string{}
	for n, cert := range append(state.PeerCertificates, authorities(t, i)...) {
		parsed, err := certificate.Parse(cert.Raw)
		if err != nil {
			t.Fatal(err)
		}
		request.Path = append(request.Path, parsed)
		ids[parsed.SHA256] = chain[n]
	}
	if path := i.Files["tlsCRLFile"]; path != "" {
		file, err := revocation.LoadCRLs(path)
		if err != nil {
			return []source{{From: fact.SourceCRLFile, Status: "unreadable"}}, nil
		}
		request.CRLFile = file
	}
	got := (&revocation.Checker{Timeout: timeout}).Check(t.Context(), request)
	for _, c := range got.Checks {
		all = append(all, source{Of: ids[c.Certificate], From: c.Source, Status: c.Status, Problem: c.Problem, Reason: c.Reason, Delegate: c.Delegate, Nonce: c.Nonce})
	}
	for _, sum := range got.MustStaple {
		mustStaple = append(mustStaple, ids[sum])
	}
	return all, mustStaple
}

// TestRevocationIsToldAsDeclared asks every source of every scenario.
func TestRevocationIsToldAsDeclared(t *testing.T) {
	const (
		good, revoked, unknown, none = fact.StatusGood, fact.StatusRevoked, fact.StatusUnknown, fact.StatusError
	)
	staple := func(s fact.RevocationStatus) source { return source{Of: leaf, From: fact.SourceStaple, Status: s} }
	ocsp := func(s fact.RevocationStatus) source {
		return source{Of: leaf, From: fact.SourceOCSP, Status: s, Nonce: "echoed"}
	}
	point := func(s fact.RevocationStatus) source { return source{Of: leaf, From: fact.SourceCRL, Status: s} }
	file := func(of string, s fact.RevocationStatus) source {
		return source{Of: of, From: fact.SourceCRLFile, Status: s}
	}
	because := func(s source, p fact.RevocationProblem) source {
		s.Problem, s.Nonce = p, ""
		return s
	}
	why := func(s source) source {
		s.Reason = "keyCompromise"
		return s
	}
	byDelegate := func(s source) source {
		s.Delegate = true
		return s
	}
	wrongNonce := func(s source) source {
		s.Nonce = "mismatch"
		return s
	}
	tests := []struct {
		id         string
		want       []source
		mustStaple []string
	}{
		{id: "healthy"},
		{id: "staple-good", want: []source{staple(good)}},
		{id: "staple-good-delegate", want: []source{byDelegate(staple(good))}},
		{id: "must-staple-good", want: []source{staple(good)}, mustStaple: []string{leaf}},
		{id: "staple-revoked", want: []source{why(staple(revoked))}},
		{id: "staple-revoked-delegate", want: []source{byDelegate(why(staple(revoked)))}},
		{id: "staple-revoked-rsa", want: []source{why(staple(revoked))}},
		{id: "staple-invalid", want: []source{because(staple(none), fact.ProblemSignature), ocsp(good)}},
		{id: "staple-wrong-certificate", want: []source{because(staple(none), fact.ProblemWrongCertificate), ocsp(good)}},
		{id: "staple-delegate-unauthorized", want: []source{byDelegate(because(staple(none), fact.ProblemResponderNotAuthorized)), ocsp(good)}},
		{id: "staple-expired", want: []source{because(staple(none), fact.ProblemExpired), ocsp(good)}},
		{id: "staple-unknown", want: []source{staple(unknown), ocsp(unknown)}},
		{id: "must-staple-missing", want: []source{ocsp(good)}, mustStaple: []string{leaf}},
		{id: "must-staple-revoked", want: []source{why(ocsp(revoked))}, mustStaple: []string{leaf}},
		{id: "must-staple-unreachable", want: []source{because(ocsp(none), fact.ProblemUnreachable)}, mustStaple: []string{leaf}},

		{id: "ocsp-good", want: []source{ocsp(good)}},
		{id: "ocsp-good-delegate", want: []source{byDelegate(ocsp(good))}},
		{id: "ocsp-revoked", want: []source{why(ocsp(revoked))}},
		{id: "ocsp-revoked-delegate", want: []source{byDelegate(why(ocsp(revoked)))}},
		{id: "ocsp-revoked-rsa", want: []source{why(ocsp(revoked))}},
		{id: "ocsp-unknown", want: []source{ocsp(unknown)}},
		{id: "ocsp-unreachable", want: []source{because(ocsp(none), fact.ProblemUnreachable)}},
		{id: "ocsp-timeout", want: []source{because(ocsp(none), fact.ProblemTimeout)}},
		{id: "ocsp-try-later", want: []source{because(ocsp(none), fact.ProblemTryLater)}},
		{id: "ocsp-http-error", want: []source{because(ocsp(none), fact.ProblemHTTPStatus)}},
		{id: "ocsp-malformed", want: []source{because(ocsp(none), fact.ProblemMalformed)}},
		{id: "ocsp-html", want: []source{because(ocsp(none), fact.ProblemNotOCSP)}},
		{id: "ocsp-wrong-signer", want: []source{byDelegate(because(ocsp(none), fact.ProblemResponderNotIssued))}},
		{id: "ocsp-wrong-nonce", want: []source{wrongNonce(because(ocsp(none), fact.ProblemNonceMismatch))}},

		{id: "crl-file-good", want: []source{file(leaf, good), file(intermediate, good), file(root, good)}},
		{id: "crl-file-revoked", want: []source{why(file(leaf, revoked)), file(intermediate, good), file(root, good)}},
		{id: "crl-expired", want: []source{because(file(leaf, none), fact.ProblemExpired), file(intermediate, good), file(root, good)}},
		{id: "crl-missing-issuer", want: []source{because(file(leaf, none), fact.ProblemNoCRLForIssuer), file(intermediate, good), file(root, good)}},
		{id: "crl-invalid", want: []source{because(file(leaf, none), fact.ProblemSignature), file(intermediate, good), file(root, good)}},
		{id: "crl-file-invalid", want: []source{{From: fact.SourceCRLFile, Status: "unreadable"}}},

		{id: "crl-good", want: []source{point(good)}},
		{id: "crl-revoked", want: []source{why(point(revoked))}},
		{id: "crl-partition-good", want: []source{point(good)}},
		{id: "crl-partition-revoked", want: []source{why(point(revoked))}},
		{id: "crl-unreachable", want: []source{because(point(none), fact.ProblemUnreachable)}},

		{id: "revocation-disabled", want: []source{why(ocsp(revoked))}},
		{id: "revoked-insecure", want: []source{why(staple(revoked))}},
	}
	covered := map[string]bool{}
	for _, test := range tests {
		covered[test.id] = true
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			wait := patience
			if test.id == "ocsp-timeout" {
				wait = impatience
			}
			got, mustStaple := sources(t, run(t, test.id), wait)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("sources (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.mustStaple, mustStaple); diff != "" {
				t.Errorf("must staple (-want +got):\n%s", diff)
			}
		})
	}
	for _, s := range revocations() {
		if !covered[s.ID] {
			t.Errorf("scenario %q is not in the table", s.ID)
		}
	}
}
