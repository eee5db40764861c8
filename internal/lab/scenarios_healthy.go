package lab

import "crypto/tls"

// healthy are the endpoints that nothing is wrong with.
func healthy() []Scenario {
	const group = "Healthy"
	return []Scenario{
		{
			ID: "healthy", Group: group, Title: "nothing is wrong",
			Summary: "mongod requires TLS and presents a leaf and its intermediate; the client trusts the root.",
			Verdict: "pass",
			build:   onMongod(func(*setting) {}),
		},
		{
			ID: "healthy-tls12", Group: group, Title: "TLS 1.2 only",
			Summary: "mongod has TLS 1.3 among its disabledProtocols; every driver connects with TLS 1.2.",
			Finding: "tls13-unavailable", Verdict: "pass",
			build: onMongod(func(s *setting) { s.server.MaxVersion = tls.VersionTLS12 }),
		},
		{
			ID: "healthy-allowtls", Group: group, Title: "TLS, and plaintext too",
			Summary: "mongod runs with tls.mode allowTLS: clients with TLS connect, and so do clients without.",
			Finding: "plaintext-accepted", Verdict: "warn",
			build: onMongod(func(s *setting) { s.server.Mode = AllowTLS }),
		},
		{
			ID: "healthy-optional-client-certificate", Group: group, Title: "a client certificate is asked for, not required",
			Summary: "mongod has a CAFile and allowConnectionsWithoutCertificates: it sends a CertificateRequest and lets clients in that have no certificate.",
			Verdict: "pass",
			build: onMongod(func(s *setting) {
				s.clientCAs = []string{root}
				s.server.AllowConnectionsWithoutCertificates = true
			}),
		},
		{
			ID: "healthy-client-certificate", Group: group, Title: "a client certificate is required and given",
			Summary: "mongod has a CAFile and requires a client certificate; the client presents one that it verifies.",
			Verdict: "pass",
			build: onMongod(func(s *setting) {
				s.clientCAs = []string{root}
				s.client = []string{client, intermediate}
			}),
		},
		{
			ID: "healthy-client-certificate-any-purpose", Group: group, Title: "a client certificate without extendedKeyUsage",
			Summary: "As above; the client's certificate has no extendedKeyUsage, and so may be used for anything.",
			Verdict: "pass",
			build:   onMongod(with(soundClient, func(s *setting) { s.node(client).Usages = nil })),
		},
	}
}
