package lab

import (
	"net/netip"
)

// seedLists are mongodb+srv connection strings, and names of the one kind where
// the other is wanted.
func seedLists() []Scenario {
	const group = "Seed lists"
	return []Scenario{
		{
			ID: "srv-set-healthy", Group: group, Title: "mongodb+srv for a replica set",
			Summary: "The SRV records name three members, and the TXT record their set.",
			Verdict: "pass", NeedsLabDNS: true,
			build: onNamedSet(memberNames, func(s *set) { s.srv("replicaSet=" + setName) }),
		},
		{
			ID: "srv-certificate-for-name", Group: group, Title: "a certificate for the name of the SRV records",
			Summary: "The members' certificates are for cluster0.lab.test, the name in the connection string: drivers verify the hosts that the SRV records name.",
			Finding: "hostname-mismatch", Verdict: "fail", NeedsLabDNS: true,
			build: onNamedSet(memberNames, func(s *set) {
				s.srv("")
				for _, m := range s.members {
					m.leaf.CommonName, m.leaf.DNSNames = clusterName, []string{clusterName}
				}
			}),
		},
		{
			ID: "srv-refused", Group: group, Title: "a name server that refuses",
			Summary: "The name server answers the SRV query with REFUSED, as one does that is not meant for this client.",
			Finding: "dns-failure", Verdict: "unreachable", NeedsLabDNS: true,
			build: onSRVZone(&zone{refused: map[string]bool{serviceName: true}}),
		},
		{
			ID: "srv-truncated", Group: group, Title: "an answer that does not fit, and no TCP",
			Summary: "The answer to the SRV query is too large for a datagram, and the name server is not to be had by TCP, as behind some firewalls.",
			Finding: "dns-failure", Verdict: "unreachable", NeedsLabDNS: true,
			build: onSRVZone(&zone{truncated: true, services: map[string][]service{serviceName: {{port: 27017, target: memberName + "."}}}}),
		},
		{
			ID: "srv-timeout", Group: group, Title: "a name server that does not answer the SRV query",
			Summary: "SRV queries go unanswered, as with home routers that know of addresses alone.",
			Finding: "dns-timeout", Verdict: "unreachable", NeedsLabDNS: true,
			build: func(b *bench) error {
				b.flag("timeout", shortTimeout)
				return onSRVZone(&zone{silent: map[string]bool{serviceName: true}})(b)
			},
		},
		{
			ID: "not-srv-host", Group: group, Title: "mongodb+srv with the name of a host",
			Summary: "The name in a mongodb+srv connection string has no SRV record, and an address: it is a host.",
			Finding: "not-srv-host", Verdict: "fail", NeedsLabDNS: true,
			build: onSRVZone(&zone{addresses: map[string][]netip.Addr{clusterName + ".": {netip.AddrFrom4([4]byte{127, 0, 0, 1})}}}),
		},
		{
			ID: "not-srv-host-atlas", Group: group, Title: "mongodb:// with the name of an Atlas cluster",
			Summary: "The name of an Atlas cluster has SRV records and no address; in mongodb:// it is not found.",
			Finding: "not-srv-host", Verdict: "fail", NeedsLabDNS: true,
			build: func(b *bench) error {
				const name = "cluster0.abcde.mongodb.net"
				b.host, b.port, b.scheme = name, 27017, "mongodb"
				b.instance.Target = "mongodb://" + name + "/?tls=true"
				return b.dns(&zone{services: map[string][]service{"_mongodb._tcp." + name + ".": {
					{port: 27017, target: "cluster0-shard-00-00.abcde.mongodb.net."},
				}}})
			},
		},
	}
}

// onSRVZone is a mongodb+srv connection string of which there is only what the
// name server says.
func onSRVZone(z *zone) func(*bench) error {
	return func(b *bench) error {
		b.scheme, b.host = "mongodb+srv", clusterName
		return b.dns(z)
	}
}

// srv has SRV records lead to the members, and a TXT record beside them.
func (s *set) srv(text string) {
	s.zone.services = map[string][]service{}
	for _, m := range s.members {
		s.zone.services[serviceName] = append(s.zone.services[serviceName], service{port: uint16(m.port), target: m.host + "."})
	}
	if text != "" {
		s.zone.texts = map[string][][]string{clusterName + ".": {{text}}}
	}
	s.bench.scheme = "mongodb+srv"
}
