package lab

import "net"

// connectionOptions are connection strings with options that drivers take each in their
// way.
func connectionOptions() []Scenario {
	const group = "Configuration and local files"
	with := func(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
	}
	expired := func(s *setting) { s.node(leaf).NotBefore, s.node(leaf).NotAfter = -353*day, -12*day }
	otherName := func(s *setting) {
		n := s.node(leaf)
		n.CommonName, n.DNSNames, n.IPAddresses = "db.example.com", []string{"db.example.com"}, []net.IP{net.IPv4(192, 0, 2, 7)}
	}
	return []Scenario{
		with("insecure-option-certificates", "insecure-option", "warn", "any certificate is taken",
			"tlsAllowInvalidCertificates lets the client connect to a server whose certificate has expired.",
			func(s *setting) {
				expired(s)
				s.bench.option("tlsAllowInvalidCertificates", "true")
			}),
		with("insecure-option-hostnames", "insecure-option", "warn", "any name is taken",
			"tlsAllowInvalidHostnames lets the client connect to a server whose certificate is for another name.",
			func(s *setting) {
				otherName(s)
				s.bench.option("tlsAllowInvalidHostnames", "true")
			}),
		with("insecure-option-hostname", "insecure-option", "warn", "any name is taken, with verification off",
			"tlsInsecure lets the client connect to a server whose certificate is for another name.",
			func(s *setting) {
				otherName(s)
				s.bench.option("tlsInsecure", "true")
			}),
		with("insecure-option-hostnames-expired", "cert-expired", "fail", "any name is taken, but not any certificate",
			"tlsAllowInvalidHostnames does not help against a certificate that has expired.",
			func(s *setting) {
				expired(s)
				s.bench.option("tlsAllowInvalidHostnames", "true")
			}),
		with("option-unsupported-revocation", "option-unsupported", "warn", "another option that some drivers do not have",
			"tlsDisableCertificateRevocationCheck is refused by Node.js and Rust and ignored by most; the others connect.",
			func(s *setting) { s.bench.option("tlsDisableCertificateRevocationCheck", "true") }),
	}
}
