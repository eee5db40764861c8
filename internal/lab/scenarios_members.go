package lab

import (
	"fmt"
	"net/netip"
)

// memberNames are those of the lab's replica sets that need names.
var memberNames = []string{"db0.lab.test", "db1.lab.test", "db2.lab.test"}

// members are the deployments of several servers: replica sets, sharded clusters,
// and what stands before them.
func members() []Scenario {
	const group = "Members"
	of := func(id, finding, verdict, title, summary string, edit func(*set)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onSet(edit)}
	}
	named := func(id, finding, verdict, title, summary string, edit func(*set)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, NeedsLabDNS: true, build: onNamedSet(memberNames, edit)}
	}
	return []Scenario{
		of("set-healthy", "", "pass", "a replica set with nothing wrong",
			"Three members on one machine, each with a certificate of its own; the connection string names the primary.",
			func(*set) {}),
		of("set-by-secondary", "", "pass", "a replica set by way of a secondary",
			"The connection string names a secondary alone, and drivers find the primary by it.",
			func(s *set) { s.seeds = s.members[1:2] }),
		named("set-healthy-names", "", "pass", "a replica set with a name for each member",
			"Three members under names of their own, each with a certificate for its name.",
			func(*set) {}),
		named("member-hostname-mismatch", "member-hostname-mismatch", "warn", "a member whose certificate lacks its name",
			"The certificate of a secondary is for localhost, and the set advertises it as db2.lab.test.",
			func(s *set) { s.members[2].leaf = without(s.members[2].leaf) }),
		named("member-hostname-mismatch-primary", "member-hostname-mismatch", "fail", "a primary whose certificate lacks its name",
			"The connection string names a secondary, which is fine; the certificate of the primary, which only hello names, is for another name.",
			func(s *set) {
				s.members[0].leaf = without(s.members[0].leaf)
				s.seeds = s.members[1:2]
			}),
		named("member-hostname-mismatch-mongod", "member-hostname-mismatch", "fail", "a name that members take and drivers do not",
			"The members are advertised by their address, which their certificates have as a dNSName: mongod takes that from its peers, drivers do not.",
			func(s *set) {
				for _, m := range s.members {
					m.host = "127.0.0.1"
					m.leaf.DNSNames = append(m.leaf.DNSNames, "127.0.0.1")
				}
				s.configure()
				seed := *s.members[0]
				seed.host = memberNames[0]
				s.seeds = []*member{&seed}
			}),
		of("member-expired", "cert-expired", "warn", "a secondary with an expired certificate",
			"The certificate of a secondary ended two days ago: drivers connect to the primary, until the secondary becomes it.",
			func(s *set) { s.members[2].leaf.NotBefore, s.members[2].leaf.NotAfter = -363*day, -2*day }),
		of("member-expired-primary", "cert-expired", "fail", "a primary with an expired certificate",
			"The certificate of the primary ended two days ago; the connection string names a secondary.",
			func(s *set) {
				s.members[0].leaf.NotBefore, s.members[0].leaf.NotAfter = -363*day, -2*day
				s.seeds = s.members[1:2]
			}),
		of("member-other-ca", "ca-file-mismatch", "warn", "a member with another CA's certificate",
			"The certificate of a secondary is of a CA that the client's tlsCAFile does not hold.",
			func(s *set) {
				s.nodes = append(s.nodes,
					Node{ID: "other", CommonName: "another company's root", CA: true},
					Node{ID: "other intermediate", Issuer: "other", CommonName: "another company's intermediate", CA: true})
				s.members[2].leaf.Issuer = "other intermediate"
			}),
		named("member-unreachable", "member-unreachable", "warn", "a secondary that is down",
			"Nothing listens where the set has one of its secondaries.",
			func(s *set) { s.members[2].down = true }),
		named("member-unreachable-primary", "member-unreachable", "unreachable", "a primary that cannot be reached",
			"The members that answer name a primary that cannot be reached from here, as with a firewall in between.",
			func(s *set) {
				s.members[0].down = true
				s.seeds = s.members[1:2]
			}),
		{
			ID: "member-unresolvable", Group: group, Title: "members that only their own network knows",
			Summary: "The set was initiated with the names of containers; outside of their network these do not resolve.",
			Finding: "member-unreachable", Verdict: "unreachable", NeedsLabDNS: true,
			build: onNamedSet([]string{"mongo0", "mongo1", "mongo2"}, func(s *set) {
				seed := *s.members[0]
				seed.host = "db.lab.test"
				s.zone.addresses = map[string][]netip.Addr{}
				s.resolve(seed.host)
				s.members[0].leaf.DNSNames = append(s.members[0].leaf.DNSNames, seed.host)
				s.seeds = []*member{&seed}
			}),
		},
		named("member-localhost", "member-unreachable", "unreachable", "a member that is advertised as localhost",
			"rs.initiate() without a configuration has made localhost the name of the only member: to a client elsewhere that is the client's own machine.",
			func(s *set) {
				me := *s.members[0]
				me.host = "localhost"
				s.members[1].host, s.members[1].down = "localhost", true
				s.members = s.members[:2]
				s.members[0].options.Hello.Hosts = []string{s.members[1].name()}
				s.members[0].options.Hello.Me = s.members[1].name()
			}),
		of("member-allowtls", "member-tls-differs", "warn", "a member left at allowTLS",
			"Two members require TLS, and one still runs with allowTLS: it talks to the others in clear, and they refuse that.",
			func(s *set) { s.members[2].options.Mode = AllowTLS }),
		of("member-tls-disabled", "tls-disabled", "warn", "a member without TLS",
			"Two members require TLS, and one runs without.",
			func(s *set) { s.members[2].options.Mode = Disabled }),
		of("set-name-mismatch", "set-name-mismatch", "fail", "the wrong set name in the connection string",
			"The connection string has replicaSet=rs1, and the set is rs0: drivers leave every member out.",
			func(s *set) { s.query = []string{"replicaSet=rs1"} }),
		of("set-name-mismatch-member", "set-name-mismatch", "warn", "a member of another set",
			"One of the names in the configuration leads to a server of another replica set.",
			func(s *set) { s.members[2].options.Hello.SetName = "rs9" }),
		of("no-primary", "no-primary", "fail", "a set without a primary",
			"Two members answer, both as secondaries that know of no primary.",
			func(s *set) {
				for _, m := range s.members {
					m.options.Hello.Secondary, m.options.Hello.Primary = true, ""
				}
			}),
		of("members-disagree", "members-disagree", "warn", "a member that is behind",
			"A secondary names two of the three members: it has an old configuration.",
			func(s *set) {
				h := &s.members[1].options.Hello
				h.Hosts = h.Hosts[:2]
			}),
		named("me-mismatch", "me-mismatch", "warn", "a name that leads to another member",
			"The name of one secondary leads to the other, which calls itself otherwise.",
			func(s *set) {
				s.members[2].options.Hello.Me = s.members[1].name()
			}),
		named("split-horizon", "split-horizon", "pass", "a set with two horizons, from outside",
			"To the names that clients use from outside the set names its members by those, to other names by internal ones.",
			func(s *set) { s.horizons("db%d.inside.test", memberNames...) }),
		named("split-horizon-tunnel", "member-unreachable", "unreachable", "a set with two horizons, by way of a tunnel",
			"The server name is that of the tunnel's end, for which there is no horizon: the members have internal names, which do not resolve here.",
			func(s *set) {
				s.horizons("db%d.inside.test", memberNames...)
				tunnel := *s.members[0]
				tunnel.host = "tunnel.lab.test"
				s.resolve(tunnel.host)
				s.members[0].leaf.DNSNames = append(s.members[0].leaf.DNSNames, tunnel.host)
				s.seeds = []*member{&tunnel}
			}),
		of("directconnection", "", "pass", "one member alone, with directConnection",
			"The connection string has directConnection=true: drivers use the server they are led to, and no other.",
			func(s *set) {
				s.query = []string{"directConnection=true"}
				s.members[2].leaf.NotBefore, s.members[2].leaf.NotAfter = -363*day, -2*day
			}),
		named("too-many-members", "too-many-members", "warn", "ten thousand members",
			"The reply to hello names ten thousand members, which no replica set has.",
			func(s *set) {
				h := &s.members[0].options.Hello
				for i := range 10_000 {
					h.Hosts = append(h.Hosts, fmt.Sprintf("db%d.crowd.test:27017", i))
				}
			}),
		of("mongos-healthy", "", "pass", "a sharded cluster",
			"Two mongos, named in the connection string: there is nothing to discover.",
			func(s *set) { s.sharded() }),
		of("mongos-expired", "cert-expired", "warn", "a mongos with an expired certificate",
			"One of two mongos presents an expired certificate: drivers use the other.",
			func(s *set) {
				s.sharded()
				s.members[1].leaf.NotBefore, s.members[1].leaf.NotAfter = -363*day, -2*day
			}),
		of("load-balancer-healthy", "", "pass", "behind a load balancer",
			"The connection string has loadBalanced=true, and the mongos behind says that it is balanced.",
			func(s *set) { s.balanced(true) }),
		of("load-balancer-mismatch", "load-balancer-mismatch", "fail", "a load balancer that the driver does not know of",
			"The mongos is behind a load balancer, and the connection string lacks loadBalanced=true: error 354.",
			func(s *set) { s.balanced(false) }),
		of("load-balancer-mismatch-server", "load-balancer-mismatch", "fail", "loadBalanced, and no load balancer",
			"The connection string has loadBalanced=true, and the server is a mongos without any.",
			func(s *set) {
				s.balanced(true)
				s.members[0].options.Hello = Hello{Mongos: true}
			}),
	}
}

// without is a certificate for localhost in place of the member's name.
func without(leaf Node) Node {
	usual := leafNode()
	leaf.CommonName, leaf.DNSNames, leaf.IPAddresses = usual.CommonName, usual.DNSNames, usual.IPAddresses
	return leaf
}

// horizons gives the set internal names, after a pattern, beside those that it is
// dialled by from outside.
func (s *set) horizons(inside string, outside ...string) {
	for _, m := range s.members {
		h := &m.options.Hello
		h.Horizons = map[string]Horizon{}
		for _, name := range outside {
			h.Horizons[name] = Horizon{Hosts: h.Hosts, Me: h.Me, Primary: h.Primary}
		}
	}
	internal := make([]string, len(s.members))
	for i, m := range s.members {
		internal[i] = fmt.Sprintf(inside+":%d", i, m.port)
	}
	for i, m := range s.members {
		h := &m.options.Hello
		h.Hosts, h.Me, h.Primary = internal, internal[i], internal[0]
	}
}

// sharded makes two of the servers the mongos of a cluster.
func (s *set) sharded() {
	s.members = s.members[:2]
	for _, m := range s.members {
		m.options.Hello = Hello{Mongos: true}
	}
	s.seeds = s.members
}

// balanced makes one of the servers a mongos behind a load balancer.
func (s *set) balanced(known bool) {
	s.members = s.members[:1]
	s.members[0].options.Hello = Hello{LoadBalanced: true}
	s.seeds = s.members
	if known {
		s.query = []string{"loadBalanced=true"}
	}
}
