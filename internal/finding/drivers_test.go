package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// stops is a finding, how bad it is, and whom it stops.
type stops struct {
	ID       ID
	Severity Severity
	Drivers  []string
}

// TestDrivers: whom a finding stops, what is told where only some are stopped, and
// for whom a verdict is.
func TestDrivers(t *testing.T) {
	root := issue(t, nil, "root", authority)
	leaf := issue(t, root, "db.example.com", names("db.example.com"))
	unnamed := issue(t, root, "db.example.com")
	other := issue(t, root, "other", names("other.example.com"))
	server := func(leaf *pair, stores ...string) edit {
		size := 1
		return presenting(&fact.Trust{Store: stores[0], StoreSize: &size, Anchors: []fact.Anchor{anchor(root, stores...)}}, leaf)
	}
	given := func(tt *fact.Target, _ *fact.Endpoint) { tt.Options.TLSCAFile = "ca.pem" }
	revoked := func(_ *fact.Target, e *fact.Endpoint) {
		e.Revocation = &fact.Revocation{Checks: []fact.RevocationCheck{{Certificate: e.Certificates[0].SHA256, Source: fact.SourceStaple, Status: fact.StatusRevoked}}}
	}
	rejected := func(tt *fact.Target, _ *fact.Endpoint) {
		tt.Unsupported = []fact.UnsupportedOption{{Option: "tlsDisableOCSPEndpointCheck", Rejected: []string{"node", "mongosh", "rust"}}}
	}
	several := func(tt *fact.Target, _ *fact.Endpoint) {
		tt.Unsupported = []fact.UnsupportedOption{
			{Option: "tlsCAFile", Ignored: []string{"java", "csharp"}},
			{Option: "tlsCertificateKeyFilePassword", Ignored: []string{"java", "csharp"}, Rejected: []string{"rust"}},
		}
	}
	all := []string{"pymongo", "node", "mongosh", "go", "java", "c", "php", "csharp", "rust", "ruby"}
	for _, row := range []struct {
		name    string
		edits   []edit
		drivers []string
		want    []stops
		verdict Verdict
	}{
		{"nobody", []edit{server(leaf, verify.StoreCAFile), given}, nil, []stops{}, Pass},
		{"everybody", []edit{server(other, verify.StoreCAFile), given}, nil, []stops{{"hostname-mismatch", Fail, all}}, Failure},
		{"some, by a finding that is told anyway", []edit{server(unnamed, verify.StoreCAFile), given}, nil, []stops{{"hostname-cn-only", Warn, []string{"go", "rust"}}}, Warning},
		{"some, by roots of their own", []edit{server(leaf, verify.StoreSystem)}, nil, []stops{{"issuer-unknown", Warn, []string{"node", "rust"}}}, Warning},
		{"some, by an option", []edit{server(leaf, verify.StoreCAFile), given, rejected}, nil, []stops{{"option-unsupported", Warn, []string{"node", "mongosh", "rust"}}}, Warning},
		{"one, by one of several options", []edit{server(leaf, verify.StoreCAFile), given, several}, nil, []stops{{"option-unsupported", Warn, []string{"rust"}}, {"option-unsupported", Info, nil}}, Warning},
		{"those that look at revocation", []edit{server(leaf, verify.StoreCAFile), given, revoked}, nil, []stops{{"revoked", Fail, []string{"go", "c", "php"}}}, Failure},
		{"one that does not is asked for", []edit{server(leaf, verify.StoreCAFile), given, revoked}, []string{"pymongo"}, []stops{{"revoked", Warn, nil}}, Warning},
		{"one that does is asked for too", []edit{server(leaf, verify.StoreCAFile), given, revoked}, []string{"pymongo", "go"}, []stops{{"revoked", Fail, []string{"go"}}}, Failure},
		{"one that is stopped where others connect", []edit{server(unnamed, verify.StoreCAFile), given}, []string{"go"}, []stops{{"hostname-cn-only", Fail, []string{"go"}}}, Failure},
		{"one that is not", []edit{server(unnamed, verify.StoreCAFile), given}, []string{"ruby"}, []stops{{"hostname-cn-only", Warn, nil}}, Warning},
		{"one of which it is not known", []edit{server(leaf, verify.StoreSystem)}, []string{"java"}, []stops{}, Pass},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(row.edits...)
			j := Judge(target, endpoint, Policy{Drivers: row.drivers}, now)
			got := []stops{}
			for _, f := range j.Findings {
				got = append(got, stops{f.ID, f.Severity, f.Drivers})
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if j.Verdict != row.verdict {
				t.Errorf("verdict %s, want %s", j.Verdict, row.verdict)
			}
			for _, p := range j.Drivers {
				if p.Fails() != (p.Finding != "") {
					t.Errorf("%s %s: connects %v, finding %q", p.Driver, p.Variant, p.Connects, p.Finding)
				}
				if _, ok := Lookup(ID(p.Finding)); p.Finding != "" && !ok {
					t.Errorf("%s is stopped by %q, which is not in the catalogue", p.Driver, p.Finding)
				}
			}
		})
	}
}
