package finding

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

func TestWorst(t *testing.T) {
	for _, row := range []struct {
		name     string
		verdicts []Verdict
		want     Verdict
	}{
		{"of none", nil, Pass},
		{"of what is no verdict", []Verdict{"", "excellent"}, Pass},
		{"a warning is worse than nothing", []Verdict{Pass, Warning, Pass}, Warning},
		{"not to be reached is worse than a warning", []Verdict{Warning, Unreachable, Pass}, Unreachable},
		{"a failure is worse than not to be reached", []Verdict{Unreachable, Failure, Warning}, Failure},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Worst(row.verdicts...); got != row.want {
				t.Errorf("%s, want %s", got, row.want)
			}
		})
	}
}

// TestIgnore: what is ignored is told and does not count.
func TestIgnore(t *testing.T) {
	for _, row := range []struct {
		name    string
		ignore  []ID
		edits   []edit
		want    []bool
		verdict Verdict
	}{
		{"nothing", nil, []edit{accepted}, []bool{false}, Warning},
		{"the warning", []ID{"plaintext-accepted"}, []edit{accepted}, []bool{true}, Pass},
		{"another finding", []ID{"cert-expired"}, []edit{accepted}, []bool{false}, Warning},
		{"the failure and not the warning", []ID{"hello-error"}, []edit{accepted, served(func(s *fact.Server) { s.ErrorCode = 1 })}, []bool{true, false}, Warning},
		{"what cannot be reached", []ID{"tcp-refused"}, []edit{addresses([2]string{"192.0.2.1", "refused"})}, []bool{true}, Pass},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(row.edits...)
			j := Judge(target, endpoint, Policy{Ignore: row.ignore}, now)
			var got []bool
			for _, f := range j.Findings {
				got = append(got, f.Ignored)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("ignored (-want +got):\n%s", diff)
			}
			if j.Verdict != row.verdict {
				t.Errorf("verdict %s, want %s", j.Verdict, row.verdict)
			}
		})
	}
}

// TestSettle: a cause hides its consequences unless they are worse than it, and
// comes before all that is no worse.
func TestSettle(t *testing.T) {
	for _, row := range []struct {
		name  string
		found []Finding
		want  []brief
	}{
		{"nothing", nil, []brief{}},
		{"a cause and its consequence", []Finding{{ID: "issuer-unknown", Severity: Fail}, {ID: "intermediate-missing", Severity: Fail}}, []brief{{ID: "intermediate-missing", Severity: Fail}}},
		{"a cause and the same consequence in two degrees", []Finding{
			{ID: "intermediate-missing", Severity: Warn}, {ID: "issuer-unknown", Severity: Warn}, {ID: "issuer-unknown", Severity: Fail},
		}, []brief{{ID: "issuer-unknown", Severity: Fail}, {ID: "intermediate-missing", Severity: Warn}}},
		{"a consequence of a consequence", []Finding{{ID: "cert-expiring", Severity: Warn}, {ID: "cert-expired", Severity: Fail}, {ID: "clock-skew", Severity: Fail}},
			[]brief{{ID: "clock-skew", Severity: Fail}}},
		{"causes before consequences, failures before warnings", []Finding{
			{ID: "option-unsupported", Severity: Info}, {ID: "hostname-mismatch", Severity: Fail}, {ID: "plaintext-accepted", Severity: Warn}, {ID: "cert-expired", Severity: Fail},
		}, []brief{
			{ID: "cert-expired", Severity: Fail}, {ID: "hostname-mismatch", Severity: Fail}, {ID: "plaintext-accepted", Severity: Warn}, {ID: "option-unsupported", Severity: Info},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, briefs((&judge{found: row.found}).settle())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPolicy: the time and margin of the policy are judged by.
func TestPolicy(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	leaf := issue(t, root, "x", names("db.example.com"))
	soon := func(title string) []brief { return []brief{warning("cert-expiring").titled(title)} }
	for _, row := range []struct {
		name   string
		policy Policy
		edits  []edit
		want   []brief
	}{
		{"the time of the run", Policy{}, nil, []brief{}},
		{"a time before", Policy{At: now.Add(-200 * day)}, nil, []brief{failing("cert-not-yet-valid").titled("The server's certificate is not valid for another 100 days")}},
		{"a time after", Policy{At: now.Add(300 * day)}, nil, []brief{failing("cert-expired").titled("The server's certificate expired 35 days ago")}},
		{"a clock does not matter at another time", Policy{At: now}, []edit{skewed(24 * time.Hour)}, []brief{}},
		{"a margin that is not reached", Policy{ExpiresInSeconds: int64(265*day/time.Second) - 1}, nil, []brief{}},
		{"a margin that is", Policy{ExpiresInSeconds: int64(265*day/time.Second) + 1}, nil, soon("The server's certificate expires in 265 days")},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(append([]edit{presenting(trust(verify.StoreCAFile, root), leaf)}, row.edits...)...)
			if diff := cmp.Diff(row.want, briefs(Judge(target, endpoint, row.policy, now).Findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDeterminism: the same facts give the same judgement, in whatever order the
// questions were answered.
func TestDeterminism(t *testing.T) {
	outcomes := []fact.Outcome{
		fact.OutcomeOK, fact.OutcomeAlert, fact.OutcomeClosed, fact.OutcomeReset, fact.OutcomeTimeout,
		fact.OutcomeUnanswered, fact.OutcomeOther, fact.OutcomeLocal, fact.OutcomeFailed,
	}
	codes := []int{40, 42, 48, 70, 80, 112, 116}
	versions := []string{"TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"}
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(n int) int { return random.IntN(n) }
	told := map[ID]bool{}
	for range 500 {
		target, endpoint := facts(called([]string{"db.example.com", "a.mongodb.net", "192.0.2.1"}[pick(3)]))
		target.Options.TLS = pick(2) == 0
		endpoint.Server.Plaintext = []string{"accepted", "refused", "unknown"}[pick(3)]
		endpoint.Server.Hello = outcomes[pick(len(outcomes))]
		endpoint.Server.HelloAlert = alertOf(codes[pick(len(codes))])
		endpoint.ClientAuth.Requested = pick(2) == 0
		h := endpoint.Handshake
		if h.OK = pick(2) == 0; !h.OK {
			*h = fact.Handshake{ServerName: h.ServerName, Outcome: outcomes[1+pick(len(outcomes)-1)], Alert: alertOf(codes[pick(len(codes))])}
		}
		for i := range endpoint.Questions {
			q := &endpoint.Questions[i]
			*q = fact.Question{ID: q.ID, Outcome: outcomes[pick(len(outcomes))], Version: versions[pick(4)], CipherSuite: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}
		}
		want := Judge(target, endpoint, Policy{}, now)
		random.Shuffle(len(endpoint.Questions), func(a, b int) {
			endpoint.Questions[a], endpoint.Questions[b] = endpoint.Questions[b], endpoint.Questions[a]
		})
		if diff := cmp.Diff(want, Judge(target, endpoint, Policy{}, now)); diff != "" {
			t.Fatalf("judged again (-first +second):\n%s", diff)
		}
		checkJudgement(t, want)
		if !h.OK && target.Options.TLS && want.Verdict != Failure && want.Verdict != Unreachable && !slices.ContainsFunc(want.Findings, func(f Finding) bool { return f.ID == "no-shared-cipher" }) {
			t.Fatalf("a failed handshake passes: %v", briefs(want.Findings))
		}
		for _, f := range want.Findings {
			told[f.ID] = true
		}
	}
	if len(told) < 15 {
		t.Errorf("only %d findings were told: %v", len(told), told)
	}
}

// checkJudgement holds a judgement to what is true of all.
func checkJudgement(t testing.TB, j Judgement) {
	t.Helper()
	for _, problem := range problems(j) {
		t.Error(problem)
	}
}

// problems is what is wrong with a judgement whatever it is of.
func problems(j Judgement) []string {
	var list []string
	if j.Findings == nil {
		list = append(list, "findings are nil")
	}
	for i, f := range j.Findings {
		if severityRank(f.Severity) < 0 || (f.Confidence != Certain && f.Confidence != Likely) || f.Title == "" || f.Detail == "" || f.Why == "" || len(f.Fix) == 0 || f.Evidence == nil {
			list = append(list, fmt.Sprintf("finding %s is not whole: %+v", f.ID, f))
		}
		if i > 0 && severityRank(f.Severity) < severityRank(j.Findings[i-1].Severity) {
			list = append(list, fmt.Sprintf("%s (%s) comes after %s (%s)", f.ID, f.Severity, j.Findings[i-1].ID, j.Findings[i-1].Severity))
		}
	}
	failed := slices.ContainsFunc(j.Findings, func(f Finding) bool { return f.Severity == Fail && !f.Ignored })
	if failed != (j.Verdict == Failure || j.Verdict == Unreachable) {
		list = append(list, fmt.Sprintf("verdict %s of %v", j.Verdict, briefs(j.Findings)))
	}
	return list
}
