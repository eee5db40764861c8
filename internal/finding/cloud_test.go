package finding

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// TestIdentity: who answers, by what was heard.
func TestIdentity(t *testing.T) {
	ca := issue(t, nil, "root", authority)
	amazon := issue(t, nil, "Amazon RDS eu-central-1 Root CA RSA2048 G1", authority)
	shows := func(p *pair) edit {
		return func(_ *fact.Target, e *fact.Endpoint) { e.Certificates = present(p) }
	}
	noHTTP := answer(fact.Question{ID: fact.AskHTTP, Outcome: fact.OutcomeClosed})
	build := func(b fact.BuildInfo) edit { return served(func(s *fact.Server) { s.BuildInfo = &b }) }
	tests := []struct {
		name  string
		edits []edit
		want  *Identity
	}{
		{"mongod by its wire version", nil, &Identity{Product: "MongoDB", Role: "standalone", Version: "8.0", By: []string{"its answer to an HTTP request", "maxWireVersion"}}},
		{"mongod by buildInfo", []edit{build(fact.BuildInfo{Version: "8.0.4"})},
			&Identity{Product: "MongoDB", Role: "standalone", Version: "8.0.4", Exact: true, By: []string{"its answer to an HTTP request", "buildInfo"}}},
		{"mongod that refuses buildInfo", []edit{build(fact.BuildInfo{ErrorCode: 13, Error: "requires authentication"})},
			&Identity{Product: "MongoDB", Role: "standalone", Version: "8.0", By: []string{"its answer to an HTTP request", "maxWireVersion"}}},
		{"a mongos", []edit{served(func(s *fact.Server) { s.Type = "Mongos" })},
			&Identity{Product: "MongoDB", Role: "mongos", Version: "8.0", By: []string{"its answer to an HTTP request", "maxWireVersion"}}},
		{"a proxy", []edit{noHTTP},
			&Identity{Product: "MongoDB protocol", Role: "standalone", Version: "8.0", Proxy: true, By: []string{"maxWireVersion", "an HTTP request, which mongod answers"}}},
		{"one connection and no more", []edit{func(_ *fact.Target, e *fact.Endpoint) { e.Questions = nil }},
			&Identity{Product: "MongoDB", Role: "standalone", Version: "8.0", By: []string{"maxWireVersion"}}},
		{"FerretDB", []edit{noHTTP, build(fact.BuildInfo{Version: "7.0.42", FerretDB: "v1.24.2"})},
			&Identity{Product: "FerretDB", Role: "standalone", Version: "1.24.2", Exact: true, By: []string{"buildInfo"}}},
		{"Atlas by its name", []edit{called("c0.abcde.mongodb.net"), noHTTP},
			&Identity{Product: "MongoDB Atlas", Role: "standalone", Version: "8.0", By: []string{"its name", "maxWireVersion"}}},
		{"Atlas by error 8000", []edit{called("192.0.2.1"), noHTTP, served(func(s *fact.Server) {
			s.ErrorCode, s.ErrorMessage, s.Type, s.Version = 8000, "no SNI name sent", "", ""
		})}, &Identity{Product: "MongoDB Atlas", Proxy: true, By: []string{"error 8000", "an HTTP request, which mongod answers"}}},
		{"DocumentDB through a tunnel, by its certificate", []edit{called("localhost"), noHTTP, shows(issue(t, ca, "x", names("c.eu.docdb.amazonaws.com")))},
			&Identity{Product: "Amazon DocumentDB", Role: "standalone", Version: "8.0", By: []string{"a name of its certificate, c.eu.docdb.amazonaws.com", "maxWireVersion"}}},
		{"DocumentDB by its CA", []edit{called("localhost"), noHTTP, shows(issue(t, amazon, "x", names("db.internal")))},
			&Identity{Product: "Amazon DocumentDB", Role: "standalone", Version: "8.0", By: []string{"the issuer of its certificate, CN=Amazon RDS eu-central-1 Root CA RSA2048 G1", "maxWireVersion"}}},
		{"Cosmos DB by its set", []edit{called("localhost"), noHTTP, served(func(s *fact.Server) { s.SetName, s.Type = "globaldb", "RSPrimary" })},
			&Identity{Product: "Azure Cosmos DB", Role: "primary", Version: "8.0", By: []string{"the name of its set, globaldb", "maxWireVersion"}}},
		{"a cloud by a member", []edit{called("localhost"), noHTTP, served(func(s *fact.Server) { s.Hosts = []string{"a.mongo.cosmos.azure.com:10255"} })},
			&Identity{Product: "Azure Cosmos DB", Role: "standalone", Version: "8.0", By: []string{"a member that it names, a.mongo.cosmos.azure.com:10255", "maxWireVersion"}}},
		{"a name that only looks alike", []edit{called("c0.abcde.mongodb.net.example.com")},
			&Identity{Product: "MongoDB", Role: "standalone", Version: "8.0", By: []string{"its answer to an HTTP request", "maxWireVersion"}}},
		{"nothing heard", []edit{broken(fact.OutcomeTimeout, 0), called("c0.abcde.mongodb.net")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target, endpoint := facts(tt.edits...)
			if diff := cmp.Diff(tt.want, Judge(target, endpoint, Policy{}, now).Identity); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCloudAdvice: a provider's advice comes first, with its page, and nothing
// that is the provider's to do.
func TestCloudAdvice(t *testing.T) {
	ca := issue(t, nil, "root", authority)
	tests := []struct {
		name  string
		edits []edit
		id    ID
		want  string
	}{
		{"Atlas is silent", []edit{called("c0.abcde.mongodb.net"), timedOut}, "tcp-timeout", atlasAccess},
		{"DocumentDB is silent", []edit{called("c.eu.docdb.amazonaws.com"), timedOut}, "tcp-timeout", documentdbVPC},
		{"Cosmos DB is silent", []edit{called("a.mongo.cosmos.azure.com"), timedOut}, "tcp-timeout", cosmosConnect},
		{"Atlas and an unknown CA", []edit{called("c0.abcde.mongodb.net"), byNobody(t, ca, "c0.abcde.mongodb.net")}, "issuer-unknown", atlasTLS},
		{"DocumentDB and an unknown CA", []edit{called("c.eu.docdb.amazonaws.com"), byNobody(t, ca, "c.eu.docdb.amazonaws.com")}, "issuer-unknown", documentdbTLS},
		{"DocumentDB through a tunnel", []edit{called("localhost"), byNobody(t, ca, "c.eu.docdb.amazonaws.com")}, "hostname-mismatch", documentdbVPC},
		{"Cosmos DB and an old version", []edit{called("a.mongo.cosmos.azure.com"), answer(fact.Question{ID: fact.AskTLS10, Outcome: fact.OutcomeOK, Version: "TLS1.0"})}, "weak-protocol-enabled", cosmosMinimum},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			target, endpoint := facts(tt.edits...)
			findings := Judge(target, endpoint, Policy{}, now).Findings
			at := slices.IndexFunc(findings, func(f Finding) bool { return f.ID == tt.id })
			if at < 0 {
				t.Fatalf("no %s: %v", tt.id, briefs(findings))
			}
			f := findings[at]
			if !strings.HasSuffix(f.Fix[0], tt.want) {
				t.Errorf("the fix begins with %q, want %s at its end", f.Fix[0], tt.want)
			}
			if slices.ContainsFunc(f.Fix, func(line string) bool { return strings.HasPrefix(line, "$ openssl req") }) {
				t.Errorf("it advises to issue a certificate: %q", f.Fix)
			}
		})
	}
}

// timedOut is an endpoint to which packets go unanswered.
func timedOut(_ *fact.Target, e *fact.Endpoint) {
	downed(nil, e)
	e.Addresses[0].TCP = fact.TCP{Failure: "timeout", Error: "i/o timeout"}
}

// byNobody is a certificate for a name of a CA that no store has.
func byNobody(t *testing.T, ca *pair, name string) edit {
	leaf := issue(t, ca, name, names(name))
	return func(_ *fact.Target, e *fact.Endpoint) {
		e.Certificates, e.Trust = present(leaf), trust("system")
		*e.Trust.StoreSize = 1
	}
}

// TestCloudWords holds the advice of the clouds to what holds of the catalogue.
func TestCloudWords(t *testing.T) {
	for _, c := range clouds {
		for id, lines := range c.advice {
			if _, ok := Lookup(id); !ok {
				t.Errorf("%s has advice on %s, which has no entry", c.name, id)
			}
			if strings.HasPrefix(lines[0], "$ ") || !strings.Contains(lines[0], "https://") {
				t.Errorf("%s, %s: it does not begin with what to do and where that is told: %q", c.name, id, lines[0])
			}
			for _, line := range lines {
				if switchesOff.MatchString(line) {
					t.Errorf("%s advises to switch verification off: %q", c.name, line)
				}
			}
		}
	}
}
