package lab

import (
	"crypto/tls"
	"net"
)

// atlasHost is a host name as MongoDB Atlas gives to cluster members.
const atlasHost = "cluster0-shard-00-00.abcde.mongodb.net"

// noSNI is what an Atlas proxy answers to every command on a connection whose
// ClientHello had no server_name.
var noSNI = CommandError{Code: 8000, CodeName: "AtlasError", Message: "no SNI name sent, make sure using a MongoDB 3.4+ driver/shell."}

// smallPacket is a ClientHello's size in bytes that fits one packet everywhere:
// larger than one with a classical key share, smaller than one with ML-KEM.
const smallPacket = 1200

// handshaking are the endpoints whose handshake fails, or succeeds with
// something that it should not.
func handshaking() []Scenario {
	const group = "Handshake"
	return []Scenario{
		{
			ID: "protocol-version", Group: group, Title: "TLS 1.0 and 1.1 only",
			Summary: "A TLS terminator knows no version that drivers still use, and answers with the alert protocol_version.",
			Finding: "protocol-version", Verdict: "fail",
			build: onTerminator(func(_ *setting, c *tls.Config) {
				c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			}),
		},
		{
			ID: "no-shared-cipher", Group: group, Title: "only cipher suites that nobody offers",
			Summary: "A TLS terminator takes RC4 and 3DES alone, and answers drivers with the alert handshake_failure.",
			Finding: "no-shared-cipher", Verdict: "fail",
			build: onTerminator(func(s *setting, c *tls.Config) {
				s.node(leaf).Key = RSA2048
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, weakSuites
			}),
		},
		{
			ID: "no-shared-cipher-dhe", Group: group, Title: "finite-field Diffie-Hellman only",
			Summary: "A server takes DHE and AES-CCM suites alone, which OpenSSL offers but Go and rustls do not. It shows no more than its choice: ServerHello and Certificate.",
			Finding: "no-shared-cipher", Verdict: "warn",
			build: onSelector(dheSuites),
		},
		{
			ID: "handshake-failure", Group: group, Title: "handshake_failure to everything",
			Summary: "The server answers every ClientHello with the alert handshake_failure, whatever it offers.",
			Finding: "handshake-failure", Verdict: "fail",
			build: onPeer(alertEverything(alertHandshakeFailure)),
		},
		{
			ID: "handshake-timeout", Group: group, Title: "silence",
			Summary: "The connection is accepted, and nothing is ever answered.",
			Finding: "handshake-timeout", Verdict: "fail",
			build: withTimeout(onPeer(swallow)),
		},
		{
			ID: "handshake-closed", Group: group, Title: "mongod closes on every ClientHello",
			Summary: "mongod with TLS refuses the handshake over settings of its own, and closes without an alert; it answers an HTTP request as mongod does.",
			Finding: "handshake-closed", Verdict: "fail",
			build: onMongod(func(s *setting) { s.server.RefuseTLS = true }),
		},
		{
			ID: "handshake-closed-proxy", Group: group, Title: "closed after the ClientHello",
			Summary: "A proxy or firewall reads what the client sends and closes, whatever it is.",
			Finding: "handshake-closed", Verdict: "fail",
			build: onPeer(closeAfterFirstBytes),
		},
		{
			ID: "handshake-closed-reset", Group: group, Title: "reset after the ClientHello",
			Summary: "A proxy or firewall reads what the client sends and resets the connection.",
			Finding: "handshake-closed", Verdict: "fail",
			build: onPeer(resetAfterFirstBytes),
		},
		{
			ID: "handshake-closed-at-once", Group: group, Title: "closed before the ClientHello",
			Summary: "Every connection is accepted and closed, as mongod does that has reached its connection limit.",
			Finding: "handshake-closed", Verdict: "fail",
			build: onPeer(closeOnAccept),
		},
		{
			ID: "alert-internal-error", Group: group, Title: "internal_error",
			Summary: "A TLS terminator written in Go fails to configure itself for the client, and answers with the alert internal_error.",
			Finding: "alert-internal-error", Verdict: "fail",
			build: onTerminator(func(_ *setting, c *tls.Config) { refuseAll(c) }),
		},
		{
			ID: "atlas-access-list", Group: group, Title: "an address that is not in the Atlas access list",
			Summary: "A host of mongodb.net answers with the alert internal_error, which is how Atlas turns addresses away that are not in the project's IP access list.",
			Finding: "atlas-access-list", Verdict: "fail",
			build: func(b *bench) error {
				if err := onTerminator(func(s *setting, c *tls.Config) {
					s.caFile = nil
					refuseAll(c)
				})(b); err != nil {
					return err
				}
				b.instance.Target = net.JoinHostPort(atlasHost, "27017")
				b.flag("connect", b.instance.Address)
				return nil
			},
		},
		{
			ID: "sni-required", Group: group, Title: "no SNI, and a proxy that needs it",
			Summary: "The target is an IP address, for which clients send no server_name. The handshake works, and every command is answered with AtlasError 8000.",
			Finding: "sni-required", Verdict: "fail",
			build: onTerminator(func(s *setting, _ *tls.Config) {
				s.bench.host = "127.0.0.1"
				s.server.Hello.ErrorWithoutSNI = &noSNI
			}),
		},
		{
			ID: "sni-required-alert", Group: group, Title: "no SNI, and an alert",
			Summary: "The target is an IP address, for which clients send no server_name, and a TLS terminator that goes by it answers with the alert unrecognized_name.",
			Finding: "sni-required", Verdict: "fail",
			build: onTerminator(func(s *setting, _ *tls.Config) {
				s.bench.host = "127.0.0.1"
				s.serverNames = []string{"localhost"}
			}),
		},
		{
			ID: "sni-unrecognized", Group: group, Title: "a name that the server does not know",
			Summary: "A TLS terminator serves db.example.com alone, and answers any other server_name with the alert unrecognized_name.",
			Finding: "sni-unrecognized", Verdict: "fail",
			build: onTerminator(func(s *setting, _ *tls.Config) {
				s.node(leaf).DNSNames = []string{"db.example.com"}
				s.serverNames = []string{"db.example.com"}
			}),
		},
		{
			ID: "large-hello-dropped", Group: group, Title: "large ClientHellos are lost",
			Summary: "A middlebox drops every ClientHello that does not fit one packet, such as those with a post-quantum key share; smaller ones pass.",
			Finding: "large-hello-dropped", Verdict: "fail",
			build: withTimeout(behind(func(*setting) {}, func(h handler) handler { return dropLargeHellos(smallPacket, h) })),
		},
		{
			ID: "weak-protocol-enabled", Group: group, Title: "TLS 1.0 and 1.1 beside newer versions",
			Summary: "mongod has disabledProtocols none, and so accepts TLS 1.0 and 1.1 too.",
			Finding: "weak-protocol-enabled", Verdict: "warn",
			build: onMongod(func(s *setting) { s.server.MinVersion = tls.VersionTLS10 }),
		},
		{
			ID: "weak-cipher-enabled", Group: group, Title: "RC4 and 3DES beside better suites",
			Summary: "mongod has an opensslCipherConfig that lets weak suites in for TLS 1.2.",
			Finding: "weak-cipher-enabled", Verdict: "warn",
			build: onMongod(func(s *setting) {
				s.node(leaf).Key = RSA2048
				s.server.CipherSuites = append([]uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}, weakSuites...)
			}),
		},
		{
			ID: "tls13-unavailable", Group: group, Title: "a terminator without TLS 1.3",
			Summary: "A TLS terminator knows TLS 1.2 and nothing newer.",
			Finding: "tls13-unavailable", Verdict: "pass",
			build: onTerminator(func(_ *setting, c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }),
		},
	}
}

// weakSuites are those with RC4 or 3DES (RFC 7465, RFC 9325 section 4.1) for an
// RSA certificate. Naming them in the configuration makes crypto/tls take them,
// whatever its defaults.
var weakSuites = []uint16{
	tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
	tls.TLS_RSA_WITH_RC4_128_SHA,
	tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
	tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
}

// withTimeout is a scenario about waiting in vain, which a check need not do
// for long.
func withTimeout(build func(*bench) error) func(*bench) error {
	return func(b *bench) error {
		b.flag("timeout", shortTimeout)
		return build(b)
	}
}
