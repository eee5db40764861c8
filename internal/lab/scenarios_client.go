package lab

import "crypto/tls"

// clientCertificates are the endpoints that turn the client's certificate away,
// or its absence.
func clientCertificates() []Scenario {
	const group = "Client certificate"
	// verifying is a terminator that refuses clients by alert.
	verifying := func(version uint16, edit func(*setting)) func(*bench) error {
		return onTerminator(func(s *setting, c *tls.Config) {
			s.clientCAs = []string{root}
			c.ClientAuth, c.MaxVersion = tls.RequireAndVerifyClientCert, version
			edit(s)
		})
	}
	none := func(*setting) {}
	return []Scenario{
		{
			ID: "client-cert-required", Group: group, Title: "none given, mongod",
			Summary: "mongod requires a client certificate and gets none: the handshake completes, then it closes without a word.",
			Finding: "client-cert-required", Verdict: "fail",
			build: onMongod(func(s *setting) { s.clientCAs = []string{root} }),
		},
		{
			ID: "client-cert-required-tls12", Group: group, Title: "none given, terminator, TLS 1.2",
			Summary: "A TLS terminator requires a client certificate, and fails the handshake with the alert handshake_failure.",
			Finding: "client-cert-required", Verdict: "fail",
			build: verifying(tls.VersionTLS12, none),
		},
		{
			ID: "client-cert-required-tls13", Group: group, Title: "none given, terminator, TLS 1.3",
			Summary: "A TLS terminator requires a client certificate, and sends the alert certificate_required when the client believes the handshake done.",
			Finding: "client-cert-required", Verdict: "fail",
			build: verifying(tls.VersionTLS13, none),
		},
		{
			ID: "client-cert-rejected", Group: group, Title: "one that mongod does not verify",
			Summary: "The client's certificate is signed by a former CA with the name of the one that mongod trusts: the handshake completes, then mongod closes without a word.",
			Finding: "client-cert-rejected", Verdict: "fail",
			build: onMongod(formerClient),
		},
		{
			ID: "client-cert-rejected-optional", Group: group, Title: "one that is not even required",
			Summary: "mongod has allowConnectionsWithoutCertificates, which does not excuse a certificate that it cannot verify: without one the client would get in.",
			Finding: "client-cert-rejected", Verdict: "fail",
			build: onMongod(func(s *setting) {
				formerClient(s)
				s.server.AllowConnectionsWithoutCertificates = true
			}),
		},
		{
			ID: "client-cert-rejected-alert", Group: group, Title: "one that a terminator does not verify",
			Summary: "The client's certificate is signed by a former CA with the name of the one that a TLS terminator trusts, which sends an alert.",
			Finding: "client-cert-rejected", Verdict: "fail",
			build: verifying(0, formerClient),
		},
	}
}

// formerClient gives the client a certificate of a CA that has the name of the
// one trusted, and another key. Clients cannot tell: they choose by name.
func formerClient(s *setting) {
	former := rootNode()
	former.ID = "former"
	s.insert(client, former)
	s.node(client).Issuer = "former"
	s.clientCAs = []string{root}
	s.client = []string{client}
}
