package lab

import "net"

// hostnames are the endpoints whose certificate is for another name.
func hostnames() []Scenario {
	const group = "Hostname"
	return []Scenario{
		{
			ID: "hostname-mismatch", Group: group, Title: "a certificate for another name",
			Summary: "The certificate is for db.example.com and *.db.example.com, the target is localhost.",
			Finding: "hostname-mismatch", Verdict: "fail",
			build: onMongod(func(s *setting) {
				n := s.node(leaf)
				n.CommonName, n.DNSNames, n.IPAddresses = "db.example.com", []string{"db.example.com", "*.db.example.com"}, nil
			}),
		},
		{
			ID: "hostname-cn-only", Group: group, Title: "the name is in the CN alone",
			Summary: "The certificate has no subjectAltName, and its CN is localhost: OpenSSL still takes that, Go and rustls do not.",
			Finding: "hostname-cn-only", Verdict: "warn",
			build: onMongod(func(s *setting) { s.node(leaf).DNSNames, s.node(leaf).IPAddresses = nil, nil }),
		},
		{
			ID: "hostname-ip-not-in-san", Group: group, Title: "an IP address written as a DNS name",
			Summary: "The target is 127.0.0.1, which the certificate has as a dNSName; an address must be an iPAddress.",
			Finding: "hostname-ip-not-in-san", Verdict: "fail",
			build: onMongod(func(s *setting) {
				s.bench.host = "127.0.0.1"
				s.node(leaf).DNSNames, s.node(leaf).IPAddresses = []string{"localhost", "127.0.0.1"}, nil
			}),
		},
		{
			ID: "hostname-ip-not-in-san-absent", Group: group, Title: "an IP address, and a certificate without any",
			Summary: "The target is 127.0.0.1, and the certificate is for host names alone.",
			Finding: "hostname-ip-not-in-san", Verdict: "fail",
			build: onMongod(func(s *setting) {
				s.bench.host = "127.0.0.1"
				s.node(leaf).IPAddresses = []net.IP{net.IPv6loopback}
			}),
		},
	}
}
