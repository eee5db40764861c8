package finding

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// setFacts are those of a healthy replica set of three, after the edits: db1 is
// the seed and the primary.
func setFacts(edits ...func(*fact.Target)) *fact.Target {
	t := &fact.Target{Input: "db1.example.com", Options: fact.Options{TLS: true}, Discovery: &fact.Discovery{Followed: true, Named: 3}}
	var hosts []string
	for i := range 3 {
		hosts = append(hosts, fmt.Sprintf("db%d.example.com:27017", i+1))
	}
	for i := range 3 {
		_, e := facts(called(fmt.Sprintf("db%d.example.com", i+1)))
		e.Server.SetName, e.Server.Me, e.Server.Primary = "rs0", hosts[i], hosts[0]
		e.Server.Hosts, e.Server.HostCount = hosts, 3
		e.Server.Type, e.Server.Topology = "RSSecondary", "ReplicaSetNoPrimary"
		if i == 0 {
			e.Server.Type, e.Server.Topology = "RSPrimary", "ReplicaSetWithPrimary"
		} else {
			e.Source = "member"
		}
		t.Endpoints = append(t.Endpoints, *e)
	}
	for _, edit := range edits {
		edit(t)
	}
	return t
}

// nth edits one endpoint.
func nth(i int, edits ...edit) func(*fact.Target) {
	return func(t *fact.Target) {
		for _, e := range edits {
			e(t, &t.Endpoints[i])
		}
	}
}

// downed is an endpoint that nothing listens at.
func downed(_ *fact.Target, e *fact.Endpoint) {
	e.Addresses = []fact.Address{{IP: "192.0.2.1", TCP: fact.TCP{Failure: "refused", Error: "connection refused"}}}
	e.Handshake, e.Server, e.Questions, e.ClientAuth = nil, nil, nil, nil
}

// unresolved is an endpoint whose name does not exist.
func unresolved(_ *fact.Target, e *fact.Endpoint) {
	downed(nil, e)
	e.DNS, e.Addresses = &fact.DNS{Failure: "not-found", Error: "no such host"}, nil
}

// closing is an endpoint that ends every handshake.
func closing(t *fact.Target, e *fact.Endpoint) {
	broken(fact.OutcomeAlert, 40)(t, e)
	e.Server.SetName, e.Server.Type, e.Server.Hosts = "", "", nil
}

// seeds makes the first endpoints those that the target names.
func seeds(n int) func(*fact.Target) {
	return func(t *fact.Target) {
		for i := range t.Endpoints {
			t.Endpoints[i].Source = "member"
			if i < n {
				t.Endpoints[i].Source = "seed"
			}
		}
	}
}

// rotated makes the last endpoint the primary, which only hello names.
func rotated(t *fact.Target) {
	for i := range t.Endpoints {
		s := t.Endpoints[i].Server
		s.Primary, s.Type, s.Topology = "db3.example.com:27017", "RSSecondary", "ReplicaSetNoPrimary"
	}
	s := t.Endpoints[2].Server
	s.Type, s.Topology = "RSPrimary", "ReplicaSetWithPrimary"
}

// mongoses make a sharded cluster of it.
func mongoses(t *fact.Target) {
	seeds(3)(t)
	for i := range t.Endpoints {
		yes := true
		t.Endpoints[i].Server = &fact.Server{MongoDB: &yes, Plaintext: "refused", Hello: fact.OutcomeOK, Version: "8.0", MaxWireVersion: 25, Type: "Mongos", Topology: "Sharded"}
	}
}

// judgeAll judges the endpoints and then the target.
func judgeAll(t *fact.Target) (judged []Judgement, findings []Finding, verdict Verdict, d *Deployment) {
	for i := range t.Endpoints {
		judged = append(judged, Judge(t, &t.Endpoints[i], Policy{}, now))
	}
	findings, verdict, d = JudgeTarget(t, judged, Policy{})
	return judged, findings, verdict, d
}

// TestDeployments: what a deployment amounts to for a driver, by which of its
// servers work.
func TestDeployments(t *testing.T) {
	yes, no := true, false
	rs := func(connects *bool, summary string, without ...string) *Deployment {
		return &Deployment{Type: "ReplicaSet", SetName: "rs0", Primary: "db1.example.com:27017", Connects: connects, Without: without, Summary: summary}
	}
	third := func(d *Deployment) *Deployment { d.Primary = "db3.example.com:27017"; return d }
	tests := []struct {
		name     string
		facts    *fact.Target
		each     []Verdict
		want     []brief
		verdict  Verdict
		describe *Deployment
	}{
		{"all work", setFacts(), []Verdict{Pass, Pass, Pass}, nil, Pass,
			rs(&yes, "All 3 endpoints of the replica set rs0 work; the primary is db1.example.com:27017")},
		{"a secondary is down", setFacts(nth(2, downed)), []Verdict{Pass, Pass, Unreachable}, nil, Warning,
			rs(&yes, "2 of 3 endpoints of the replica set rs0 work; the primary is db1.example.com:27017, and drivers do without db3.example.com:27017", "db3.example.com:27017")},
		{"a secondary fails", setFacts(nth(2, closing)), []Verdict{Pass, Pass, Failure}, nil, Warning,
			rs(&yes, "2 of 3 endpoints of the replica set rs0 work; the primary is db1.example.com:27017, and drivers do without db3.example.com:27017", "db3.example.com:27017")},
		{"both secondaries are gone", setFacts(nth(1, downed), nth(2, unresolved)), []Verdict{Pass, Unreachable, Unreachable}, nil, Warning,
			rs(&yes, "1 of 3 endpoints of the replica set rs0 works; the primary is db1.example.com:27017, and drivers do without db2.example.com:27017, db3.example.com:27017", "db2.example.com:27017", "db3.example.com:27017")},
		{"the primary is down", setFacts(rotated, nth(2, downed)), []Verdict{Pass, Pass, Unreachable}, nil, Unreachable,
			third(rs(&no, "2 of 3 endpoints of the replica set rs0 work; the primary, db3.example.com:27017, is not among them"))},
		{"the primary fails", setFacts(rotated, nth(2, closing)), []Verdict{Pass, Pass, Failure}, nil, Failure,
			third(rs(&no, "2 of 3 endpoints of the replica set rs0 work; the primary, db3.example.com:27017, is not among them"))},
		{"the only seed fails", setFacts(rotated, nth(0, closing)), []Verdict{Failure, Pass, Pass}, nil, Failure,
			third(rs(&no, "2 of 3 endpoints of the replica set rs0 work; drivers get no further than the hosts they are given"))},
		{"one of two seeds fails", setFacts(rotated, seeds(2), nth(0, closing)), []Verdict{Failure, Pass, Pass}, nil, Warning,
			third(rs(&yes, "2 of 3 endpoints of the replica set rs0 work; the primary is db3.example.com:27017, and drivers do without db1.example.com:27017", "db1.example.com:27017"))},
		{"no primary", setFacts(func(t *fact.Target) {
			for i := range t.Endpoints {
				t.Endpoints[i].Server.Primary, t.Endpoints[i].Server.Type = "", "RSSecondary"
			}
		}), []Verdict{Pass, Pass, Pass}, []brief{failing("no-primary")}, Failure,
			&Deployment{Type: "ReplicaSet", SetName: "rs0", Summary: "All 3 endpoints of the replica set rs0 work; none is known to be the primary"}},
		{"a primary that names only another address of its own", setFacts(func(t *fact.Target) {
			t.Endpoints = t.Endpoints[:2]
			for i := range t.Endpoints {
				s := t.Endpoints[i].Server
				s.Me, s.Primary, s.Hosts, s.HostCount = "", "", []string{"db2.example.com:27017"}, 1
			}
		}, nth(1, closing)), []Verdict{Pass, Failure}, nil, Failure,
			&Deployment{Type: "ReplicaSet", SetName: "rs0", Primary: "db2.example.com:27017", Connects: &no,
				Summary: "1 of 2 endpoints of the replica set rs0 works; the primary, db2.example.com:27017, is not among them"}},
		{"a secondary looked at alone", setFacts(func(t *fact.Target) {
			t.Endpoints, t.Discovery = t.Endpoints[1:2], &fact.Discovery{Reason: "--no-members", Named: 3}
			t.Endpoints[0].Source = "seed"
		}), []Verdict{Pass}, nil, Pass,
			rs(nil, "The replica set rs0 works; the primary, db1.example.com:27017, was not looked at")},
		{"a primary that is another target", setFacts(func(t *fact.Target) {
			t.Endpoints, t.Discovery = t.Endpoints[1:], &fact.Discovery{Followed: true, Named: 3, Elsewhere: []string{"db1.example.com:27017"}}
			t.Endpoints[0].Source = "seed"
		}), []Verdict{Pass, Pass}, nil, Pass,
			rs(nil, "All 2 endpoints of the replica set rs0 work; the primary, db1.example.com:27017, is a target of its own")},
		{"a failing seed beside a secondary, and nothing else looked at", setFacts(seeds(3), func(t *fact.Target) {
			t.Endpoints, t.Discovery = t.Endpoints[1:], &fact.Discovery{Reason: "--no-members", Named: 3}
		}, nth(1, closing)), []Verdict{Pass, Failure}, nil, Failure,
			rs(nil, "1 of 2 endpoints of the replica set rs0 works; the primary, db1.example.com:27017, was not looked at")},
		{"a member that there was no time for", setFacts(nth(2, downed, func(_ *fact.Target, e *fact.Endpoint) { e.Addresses = nil })), []Verdict{Pass, Pass, Unreachable}, nil, Unreachable,
			rs(&yes, "2 of 3 endpoints of the replica set rs0 work; the primary is db1.example.com:27017")},
		{"a mongos fails beside two others", setFacts(mongoses, nth(2, closing)), []Verdict{Pass, Pass, Failure}, nil, Warning,
			&Deployment{Type: "Sharded", Connects: &yes, Without: []string{"db3.example.com:27017"}, Summary: "2 of 3 endpoints of the sharded cluster work"}},
		{"hosts that are no deployment", setFacts(seeds(3), func(t *fact.Target) {
			for i := range t.Endpoints {
				t.Endpoints[i].Server.SetName, t.Endpoints[i].Server.Type, t.Endpoints[i].Server.Me, t.Endpoints[i].Server.Hosts = "", "Standalone", "", nil
			}
		}, nth(2, closing)), []Verdict{Pass, Pass, Failure}, nil, Failure,
			&Deployment{Type: "Hosts", Summary: "2 of 3 endpoints work"}},
		{"directConnection", setFacts(func(t *fact.Target) {
			t.Endpoints, t.Discovery = t.Endpoints[1:2], &fact.Discovery{Reason: "directConnection=true", Named: 3}
			t.Endpoints[0].Source, t.Options.DirectConnection = "seed", true
		}), []Verdict{Pass}, nil, Pass, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			judged, findings, verdict, d := judgeAll(tt.facts)
			var each []Verdict
			for _, j := range judged {
				each = append(each, j.Verdict)
			}
			if diff := cmp.Diff(tt.each, each); diff != "" {
				t.Errorf("endpoints (-want +got):\n%s", diff)
			}
			if tt.want == nil {
				tt.want = []brief{}
			}
			if diff := cmp.Diff(tt.want, briefs(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if verdict != tt.verdict {
				t.Errorf("verdict %s, want %s", verdict, tt.verdict)
			}
			if diff := cmp.Diff(tt.describe, d); diff != "" {
				t.Errorf("deployment (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDeploymentFindings: what is told of the members together.
func TestDeploymentFindings(t *testing.T) {
	horizon := func(name string, hosts ...string) edit {
		return func(_ *fact.Target, e *fact.Endpoint) {
			e.Server.Horizons = append(e.Server.Horizons, fact.Horizon{ServerName: name, Hosts: hosts})
		}
	}
	shorter := served(func(s *fact.Server) { s.Hosts = s.Hosts[:2] })
	tests := []struct {
		name  string
		facts *fact.Target
		want  []brief
	}{
		{"one member takes clients without TLS", setFacts(nth(2, accepted)), []brief{warning("member-tls-differs")}},
		{"all members take clients without TLS", setFacts(nth(0, accepted), nth(1, accepted), nth(2, accepted)), nil},
		{"one member has no TLS", setFacts(nth(2, closing, accepted)), nil},
		{"a member that is behind", setFacts(nth(1, shorter)), []brief{warning("members-disagree")}},
		{"the same members in another order and case", setFacts(nth(1, served(func(s *fact.Server) {
			s.Hosts = []string{"DB3.example.com:27017", "db1.example.com:27017", "db2.example.com:27017"}
		}))), nil},
		{"other horizons", setFacts(nth(0, horizon("", "a:1", "b:1"))), []brief{info("split-horizon")}},
		{"other horizons, and lists that differ by them", setFacts(nth(0, horizon("", "a:1", "b:1")), nth(1, shorter)), []brief{info("split-horizon")}},
		{"the same members to every name", setFacts(nth(0, horizon("", "DB1.example.com:27017", "db2.example.com:27017", "db3.example.com:27017"))), nil},
		{"a name that was not answered", setFacts(nth(0, func(_ *fact.Target, e *fact.Endpoint) {
			e.Server.Horizons = []fact.Horizon{{Hosts: []string{}, Error: "EOF"}}
		})), nil},
		{"more members than a set can have", setFacts(func(t *fact.Target) { t.Discovery.Named = 51 }), []brief{warning("too-many-members")}},
		{"as many members as a set can have", setFacts(func(t *fact.Target) { t.Discovery.Named = 50 }), nil},
		{"too many members explain lists that differ", setFacts(func(t *fact.Target) { t.Discovery.Named = 10_000 }, nth(1, shorter)), []brief{warning("too-many-members")}},
		{"a member that is no host", setFacts(func(t *fact.Target) { t.Discovery.Unusable = []string{"\x1b[31m"} }),
			[]brief{warning("member-unreachable").titled("A member is advertised by what is no host name")}},
		{"a host in place of a name for SRV", &fact.Target{SRV: &fact.SRV{Name: "_mongodb._tcp.db1.example.com", Problem: "srv-not-found", Addresses: []string{"192.0.2.1"}}},
			[]brief{failing("not-srv-host")}},
		{"a report without discovery", setFacts(func(t *fact.Target) { t.Discovery = nil }), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, findings, _, _ := judgeAll(tt.facts)
			if tt.want == nil {
				tt.want = []brief{}
			}
			if diff := cmp.Diff(tt.want, briefs(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMemberFindings: what is told of one member.
func TestMemberFindings(t *testing.T) {
	local := func(t *fact.Target, e *fact.Endpoint) { called("localhost")(t, e); downed(t, e) }
	localhost := titledFailing("member-unreachable", "The replica set advertises a member as localhost")
	aside := info("me-mismatch").titled("Drivers go on with the members' own names")
	tests := []struct {
		name  string
		facts *fact.Target
		at    int
		want  []brief
	}{
		{"a member that is down", setFacts(nth(2, downed)), 2, []brief{failing("member-unreachable")}},
		{"a member without an address", setFacts(nth(2, unresolved)), 2, []brief{failing("member-unreachable")}},
		{"a seed that is down", setFacts(nth(0, downed)), 0, []brief{failing("tcp-refused")}},
		{"a member that is localhost, seen from elsewhere", setFacts(nth(2, local)), 2, []brief{localhost}},
		{"a member that is localhost, seen from there", setFacts(nth(2, local), nth(0, called("127.0.0.1"))), 2, []brief{failing("member-unreachable")}},
		{"another set by the connection string", setFacts(func(t *fact.Target) { t.Options.ReplicaSet = "rs1" }), 0, []brief{failing("set-name-mismatch")}},
		{"the set of the connection string", setFacts(func(t *fact.Target) { t.Options.ReplicaSet = "rs0" }), 0, nil},
		{"another set than the first's", setFacts(nth(2, served(func(s *fact.Server) { s.SetName = "rs9" }))), 2, []brief{failing("set-name-mismatch")}},
		{"a standalone where a set was asked for", setFacts(func(t *fact.Target) { t.Options.ReplicaSet = "rs0" }, nth(0, served(func(s *fact.Server) {
			s.SetName, s.Type, s.Me = "", "Standalone", ""
		}))), 0, []brief{failing("set-name-mismatch")}},
		{"an uninitialised member", setFacts(nth(2, served(func(s *fact.Server) { s.SetName, s.Type, s.Me = "", "RSGhost", "" }))), 2, nil},
		{"a seed under another name", setFacts(nth(0, called("alias.example.com"))), 0, []brief{aside}},
		{"a member's name that leads to another", setFacts(nth(2, served(func(s *fact.Server) { s.Me = "db2.example.com:27017" }))), 2, []brief{warning("me-mismatch")}},
		{"a name without a port", setFacts(nth(2, served(func(s *fact.Server) { s.Me = "DB3.example.com" }))), 2, nil},
		{"loadBalanced without a service", setFacts(func(t *fact.Target) { t.Options.LoadBalanced = true }, nth(0, served(func(s *fact.Server) {
			s.SetName, s.Type, s.Me = "", "Mongos", ""
		}))), 0, []brief{failing("load-balancer-mismatch")}},
		{"loadBalanced with one", setFacts(func(t *fact.Target) { t.Options.LoadBalanced = true }, nth(0, served(func(s *fact.Server) {
			s.SetName, s.Type, s.Me, s.ServiceID = "", "LoadBalanced", "", "00"
		}))), 0, nil},
		{"a name of SRV records in place of a host", setFacts(nth(0, unresolved, func(_ *fact.Target, e *fact.Endpoint) { e.DNS.SRVHosts = []string{"db2.example.com:27017"} })), 0,
			[]brief{failing("not-srv-host")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == nil {
				tt.want = []brief{}
			}
			j := Judge(tt.facts, &tt.facts.Endpoints[tt.at], Policy{}, now)
			if diff := cmp.Diff(tt.want, briefs(j.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func titledFailing(id ID, title string) brief { return failing(id).titled(title) }

// TestMemberNames: the names of a member's certificate against the one that it is
// advertised by, in the eyes of drivers and of the other members.
func TestMemberNames(t *testing.T) {
	ca := issue(t, nil, "root", authority)
	tests := []struct {
		name    string
		host    string
		leaf    *pair
		at      int
		want    []brief
		accepts any
	}{
		{"the member's name", "db3.example.com", issue(t, ca, "db3", names("db3.example.com")), 2, nil, nil},
		{"another name", "db3.example.com", issue(t, ca, "db3", names("db1.example.com")), 2,
			[]brief{failing("member-hostname-mismatch").titled("The member's certificate is not for the name it is advertised by: db3.example.com")}, false},
		{"an address written as a name", "192.0.2.3", issue(t, ca, "db3", func(c *x509.Certificate) { c.DNSNames = []string{"192.0.2.3"} }), 2,
			[]brief{failing("member-hostname-mismatch").titled("The member's certificate is not for the name it is advertised by: 192.0.2.3")}, true},
		{"a common name beside an address", "db3.example.com", issue(t, ca, "db3.example.com", names("192.0.2.3")), 2,
			[]brief{entryTitle("member-hostname-mismatch", Warn, Likely).titled("The other members do not find the name in the member's certificate"), warning("hostname-cn-only")}, false},
		{"a seed keeps its finding", "db1.example.com", issue(t, ca, "db1", names("db3.example.com")), 0,
			[]brief{failing("hostname-mismatch").titled("The certificate is not for this host name: db1.example.com")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := setFacts(nth(tt.at, called(tt.host)))
			e := &f.Endpoints[tt.at]
			me := fact.HostPort(tt.host, 27017)
			for i := range f.Endpoints {
				f.Endpoints[i].Server.Hosts = slices.Clone(f.Endpoints[i].Server.Hosts)
				f.Endpoints[i].Server.Hosts[tt.at] = me
			}
			e.Server.Me = me
			e.Certificates, e.Trust = present(tt.leaf), trust("tlsCAFile", ca)
			j := Judge(f, e, Policy{}, now)
			var told []brief
			var accepts any
			for _, b := range j.Findings {
				// What drivers differ in is not what is compared.
				if b.Severity != Info && strings.Contains(string(b.ID), "hostname") {
					told = append(told, briefs([]Finding{b})...)
				}
				if b.ID == "member-hostname-mismatch" {
					accepts = b.Evidence["membersAccept"]
				}
			}
			if diff := cmp.Diff(tt.want, told); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if accepts != tt.accepts {
				t.Errorf("members accept it: %v, want %v", accepts, tt.accepts)
			}
		})
	}
}
