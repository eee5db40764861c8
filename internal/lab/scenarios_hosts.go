package lab

import (
	"fmt"
	"net"
)

// names are the endpoints whose names clients compare each in their way. Those
// in lab.test need an entry in the hosts file.
func names() []Scenario {
	const group = "Hostname"
	// at is a mongod at host with a certificate that has these in its
	// subjectAltName.
	at := func(id, finding, verdict, title, summary, host string, edit func(*Node)) Scenario {
		return Scenario{
			ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict,
			build: onMongod(func(s *setting) {
				switch host {
				case "localhost", "127.0.0.1":
					s.bench.host = host
				default:
					s.bench.named(host)
				}
				n := s.node(leaf)
				n.CommonName, n.DNSNames, n.IPAddresses = "mongotls lab server", nil, nil
				edit(n)
			}),
		}
	}
	dns := func(names ...string) func(*Node) { return func(n *Node) { n.DNSNames = names } }
	address := func(list ...net.IP) func(*Node) { return func(n *Node) { n.IPAddresses = list } }
	commonName := func(name string) func(*Node) { return func(n *Node) { n.CommonName = name } }
	return []Scenario{
		at("hostname-address", "", "pass", "an IP address that the certificate has",
			"The target is 127.0.0.1, which the certificate has as an iPAddress.",
			"127.0.0.1", address(net.IPv4(127, 0, 0, 1))),
		at("hostname-ip-not-in-san-other", "hostname-ip-not-in-san", "fail", "another IP address",
			"The target is 127.0.0.1, and the certificate is for 192.0.2.7.",
			"127.0.0.1", address(net.IPv4(192, 0, 2, 7))),
		at("hostname-ip-in-cn", "hostname-ip-not-in-san", "fail", "an IP address in the CN alone",
			"The target is 127.0.0.1, which the certificate has as its CN and nowhere else.",
			"127.0.0.1", commonName("127.0.0.1")),
		at("hostname-mismatch-cn", "hostname-mismatch", "fail", "another name, in the CN alone",
			"The certificate has no subjectAltName, and its CN is another host's.",
			"localhost", commonName("db.example.com")),
		at("hostname-mismatch-many", "hostname-mismatch", "fail", "a hundred other names",
			"The certificate is for a hundred hosts and one, and the target is none of them.",
			"localhost", func(n *Node) {
				for i := range 101 {
					n.DNSNames = append(n.DNSNames, fmt.Sprintf("db%d.example.com", i))
				}
			}),
		at("hostname-cn-beside-address", "hostname-cn-only", "warn", "the name in the CN, addresses beside it",
			"The certificate has an IP address as its only subjectAltName, and the name as its CN.",
			"localhost", func(n *Node) { n.CommonName, n.IPAddresses = "localhost", []net.IP{net.IPv4(127, 0, 0, 1)} }),
		at("hostname-cn-beside-email", "hostname-cn-only", "warn", "the name in the CN, an email address beside it",
			"The certificate has an email address as its only subjectAltName, and the name as its CN.",
			"localhost", func(n *Node) { n.CommonName, n.Emails = "localhost", []string{"dba@example.com"} }),
		at("hostname-wildcard", "", "pass", "a wildcard",
			"The certificate is for *.lab.test, the target is db1.lab.test.",
			"db1.lab.test", dns("*.lab.test")),
		at("hostname-wildcard-deep", "hostname-mismatch", "fail", "a wildcard one label short",
			"The certificate is for *.lab.test, the target is db1.eu.lab.test: a wildcard stands for one label.",
			"db1.eu.lab.test", dns("*.lab.test")),
		at("hostname-wildcard-parent", "hostname-mismatch", "fail", "a wildcard one label long",
			"The certificate is for *.db1.lab.test, the target is db1.lab.test: a wildcard does not stand for nothing.",
			"db1.lab.test", dns("*.db1.lab.test")),
		at("hostname-wildcard-partial", "hostname-mismatch", "fail", "a wildcard for a part of a label",
			"The certificate is for db*.lab.test, the target is db1.lab.test, which only Node.js, Java and Ruby take.",
			"db1.lab.test", dns("db*.lab.test")),
		at("hostname-wildcard-cn", "hostname-cn-only", "warn", "a wildcard in the CN alone",
			"The certificate has no subjectAltName, and its CN is *.lab.test.",
			"db1.lab.test", commonName("*.lab.test")),
		at("hostname-case", "", "pass", "a name in capitals",
			"The certificate is for DB1.Lab.Test, the target is db1.lab.test: case does not matter.",
			"db1.lab.test", dns("DB1.Lab.Test")),
		at("hostname-a-label", "", "pass", "an internationalised name",
			"The target is münchen.lab.test as the DNS has it, xn--mnchen-3ya.lab.test, and so has the certificate.",
			"xn--mnchen-3ya.lab.test", dns("xn--mnchen-3ya.lab.test")),
		at("hostname-underscore", "hostname-mismatch", "warn", "an underscore",
			"The target and the certificate are db_1.lab.test: no host name may have an underscore, which Java insists on.",
			"db_1.lab.test", dns("db_1.lab.test")),
	}
}
