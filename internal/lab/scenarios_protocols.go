package lab

import "crypto/tls"

// protocols are servers that leave little to agree on: one protocol version, one
// suite, one group.
func protocols() []Scenario {
	const group = "Handshake"
	only := func(id, finding, verdict, title, summary string, edit func(*setting, *tls.Config)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onTerminator(edit)}
	}
	// suite is a server with an RSA key, TLS 1.2 and one suite.
	suite := func(id uint16) func(*setting, *tls.Config) {
		return func(s *setting, c *tls.Config) {
			s.node(leaf).Key = RSA2048
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{id}
		}
	}
	curve := func(id tls.CurveID) func(*setting, *tls.Config) {
		return func(_ *setting, c *tls.Config) { c.CurvePreferences = []tls.CurveID{id} }
	}
	version := func(v uint16) func(*setting, *tls.Config) {
		return func(_ *setting, c *tls.Config) { c.MinVersion, c.MaxVersion = v, v }
	}
	return []Scenario{
		only("protocol-version-tls10", "protocol-version", "fail", "TLS 1.0 only",
			"A TLS terminator knows TLS 1.0 alone.", version(tls.VersionTLS10)),
		only("protocol-version-tls11", "protocol-version", "fail", "TLS 1.1 only",
			"A TLS terminator knows TLS 1.1 alone.", version(tls.VersionTLS11)),
		only("protocol-tls13", "", "pass", "TLS 1.3 only",
			"A TLS terminator knows TLS 1.3 alone.", version(tls.VersionTLS13)),
		only("suite-ecdhe-gcm", "tls13-unavailable", "pass", "ECDHE with AES-GCM only",
			"A TLS terminator takes TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 alone.", suite(tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)),
		only("suite-ecdhe-chacha20", "tls13-unavailable", "pass", "ECDHE with ChaCha20 only",
			"A TLS terminator takes TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 alone.", suite(tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256)),
		only("suite-ecdhe-cbc", "no-shared-cipher", "warn", "ECDHE with AES-CBC only",
			"A TLS terminator takes TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA alone, which rustls does not offer.", suite(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)),
		only("suite-ecdhe-cbc-sha256", "no-shared-cipher", "warn", "ECDHE with AES-CBC and SHA-256 only",
			"A TLS terminator takes TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 alone, which Go and rustls do not offer.", suite(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256)),
		only("suite-rsa-gcm", "no-shared-cipher", "warn", "RSA key exchange only",
			"A TLS terminator takes TLS_RSA_WITH_AES_128_GCM_SHA256 alone, which Go and rustls do not offer.", suite(tls.TLS_RSA_WITH_AES_128_GCM_SHA256)),
		only("suite-ecdhe-ecdsa", "tls13-unavailable", "pass", "ECDHE with an elliptic-curve key only",
			"A TLS terminator takes TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 alone.",
			func(_ *setting, c *tls.Config) {
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
			}),
		only("group-x25519", "", "pass", "X25519 only",
			"A TLS terminator takes the key exchange group X25519 alone.", curve(tls.X25519)),
		only("group-p256", "", "pass", "P-256 only",
			"A TLS terminator takes the key exchange group P-256 alone.", curve(tls.CurveP256)),
		only("group-p384", "", "pass", "P-384 only",
			"A TLS terminator takes the key exchange group P-384 alone.", curve(tls.CurveP384)),
		only("group-p521", "no-shared-cipher", "warn", "P-521 only",
			"A TLS terminator takes the key exchange group P-521 alone, which rustls does not have.", curve(tls.CurveP521)),
		only("group-hybrid", "no-shared-cipher", "fail", "a post-quantum group only",
			"A TLS terminator takes the key exchange group X25519MLKEM768 alone, which OpenSSL has from 3.5 on: clients with an older one get the alert handshake_failure.",
			curve(tls.X25519MLKEM768)),
	}
}
