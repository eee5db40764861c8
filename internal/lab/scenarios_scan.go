package lab

import "crypto/tls"

// shortPrime is the length of a Diffie-Hellman prime that OpenSSL takes at no
// security level but the lowest two.
const shortPrime = 1024

// scanned are the endpoints whose fault shows only to a client that asks for
// everything: those of others connect.
func scanned() []Scenario {
	const group = "Handshake, with --scan"
	return []Scenario{
		{
			ID: "scan-healthy", Group: group, Title: "everything asked for, and nothing wrong",
			Summary: "mongod with requireTLS is asked for every protocol version, cipher suite and group.",
			Finding: "", Verdict: "pass",
			build: withScan(onMongod(func(*setting) {})),
		},
		{
			ID: "scan-tls13-only", Group: group, Title: "TLS 1.3 only",
			Summary: "mongod has TLS1_2 among disabledProtocols: drivers on Secure Channel, and old ones, have no version in common with it.",
			Finding: "protocol-version", Verdict: "warn",
			build: withScan(onMongod(func(s *setting) { s.server.MinVersion = tls.VersionTLS13 })),
		},
		{
			ID: "scan-suite-of-few", Group: group, Title: "a cipher suite that some drivers do not offer",
			Summary: "A TLS terminator takes RSA key exchange alone, which current Java, Go, Rust and Python do not offer.",
			Finding: "no-shared-cipher", Verdict: "warn",
			build: withScan(onTerminator(func(s *setting, c *tls.Config) {
				s.node(leaf).Key = RSA2048
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384}
			})),
		},
		{
			ID: "dh-too-small", Group: group, Title: "a Diffie-Hellman prime of 1024 bits",
			Summary: "A server takes DHE suites alone, and exchanges keys with a prime of 1024 bits, which OpenSSL refuses at security level 2. It goes no further than its first messages.",
			Finding: "dh-too-small", Verdict: "fail",
			build: withScan(onSelectorWith(dheSuites, shortPrime)),
		},
	}
}

// withScan is a scenario about what check sees with --scan alone.
func withScan(build func(*bench) error) func(*bench) error {
	return func(b *bench) error {
		b.flag("scan", "true")
		return build(b)
	}
}
