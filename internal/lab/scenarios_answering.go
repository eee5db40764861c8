package lab

import "crypto/tls"

// answering are the endpoints where something else answers than a MongoDB
// server with TLS.
func answering() []Scenario {
	const group = "What answers there"
	return []Scenario{
		{
			ID: "no-encryption", Group: group, Title: "a connection string without TLS works",
			Summary: "The connection string does not switch TLS on and mongod has it disabled: everything is readable on the network.",
			Finding: "no-encryption", Verdict: "warn",
			build: withoutTLS(Disabled),
		},
		{
			ID: "plaintext-client", Group: group, Title: "a client without TLS, a server that requires it",
			Summary: "The connection string lacks tls=true, and mongod runs with tls.mode requireTLS: it closes the connection.",
			Finding: "plaintext-client", Verdict: "fail",
			build: withoutTLS(RequireTLS),
		},
		{
			ID: "tls-disabled", Group: group, Title: "mongod without TLS",
			Summary: "mongod has TLS disabled and closes on every ClientHello without a word.",
			Finding: "tls-disabled", Verdict: "fail",
			build: onMongod(func(s *setting) { s.server.Mode = Disabled }),
		},
		{
			ID: "plaintext-accepted", Group: group, Title: "plaintext is accepted beside TLS",
			Summary: "mongod runs with tls.mode preferTLS: a client that leaves TLS out connects unencrypted and never notices.",
			Finding: "plaintext-accepted", Verdict: "warn",
			build: onMongod(func(s *setting) { s.server.Mode = PreferTLS }),
		},
		{
			ID: "not-tls", Group: group, Title: "an HTTP server",
			Summary: "The port is that of an HTTP server, which answers the ClientHello with 400 Bad Request.",
			Finding: "not-tls", Verdict: "fail",
			build: onPeer(plainHTTP),
		},
		{
			ID: "not-tls-greeting", Group: group, Title: "an SSH server",
			Summary: "The port is that of a server which speaks first: SSH.",
			Finding: "not-tls", Verdict: "fail",
			build: onPeer(greetFirst(sshGreeting)),
		},
		{
			ID: "not-tls-binary-greeting", Group: group, Title: "a MySQL server",
			Summary: "The port is that of a server which speaks first, in binary: MySQL.",
			Finding: "not-tls", Verdict: "fail",
			build: onPeer(greetFirst(mysqlGreeting)),
		},
		{
			ID: "not-mongodb", Group: group, Title: "an HTTPS server",
			Summary: "TLS works and the certificate is good, but HTTP answers behind it.",
			Finding: "not-mongodb", Verdict: "fail",
			build: onTerminator(func(s *setting, _ *tls.Config) { s.backend = serveHTTP }),
		},
	}
}

// withoutTLS is a connection string that leaves TLS out, to a mongod in this
// mode.
func withoutTLS(mode Mode) func(*bench) error {
	return onMongod(func(s *setting) {
		s.bench.scheme, s.bench.tls = "mongodb", false
		s.caFile = nil
		s.server.Mode = mode
	})
}
