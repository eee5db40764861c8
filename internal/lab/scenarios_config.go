package lab

import "path/filepath"

// configurations are the endpoints that nothing is wrong with, before clients
// that are configured badly.
func configurations() []Scenario {
	const group = "Configuration and local files"
	return []Scenario{
		{
			ID: "insecure-option", Group: group, Title: "verification switched off",
			Summary: "tlsInsecure lets the client connect to a server whose certificate has expired.",
			Finding: "insecure-option", Verdict: "warn",
			build: onMongod(func(s *setting) {
				s.node(leaf).NotBefore, s.node(leaf).NotAfter = -353*day, -12*day
				s.bench.option("tlsInsecure", "true")
			}),
		},
		{
			ID: "trust-store-missing", Group: group, Title: "no system trust store",
			Summary: "The client has no tlsCAFile, and SSL_CERT_FILE names a file that is not there: it trusts nobody.",
			Finding: "trust-store-missing", Verdict: "fail",
			build: onMongod(func(s *setting) {
				s.caFile = nil
				missing := filepath.Join(s.bench.dir, "no-such-bundle.pem")
				s.bench.instance.Env["SSL_CERT_FILE"] = missing
				s.bench.instance.Env["SSL_CERT_DIR"] = filepath.Join(s.bench.dir, "no-such-folder")
			}),
		},
		{
			ID: "option-unsupported", Group: group, Title: "an option that some drivers do not have",
			Summary: "tlsDisableOCSPEndpointCheck is refused by Node.js and Rust and ignored by Java and C#; the others connect.",
			Finding: "option-unsupported", Verdict: "warn",
			build: onMongod(func(s *setting) { s.bench.option("tlsDisableOCSPEndpointCheck", "true") }),
		},
		{
			ID: "file-unreadable", Group: group, Title: "a CA file that is not there",
			Summary: "tlsCAFile names a file that does not exist.",
			Finding: "file-unreadable", Verdict: "fail",
			build: onMongod(func(s *setting) {
				s.caFile = nil
				s.bench.option("tlsCAFile", filepath.Join(s.bench.dir, "no-such-ca.pem"))
			}),
		},
		{
			ID: "ca-file-invalid", Group: group, Title: "a CA file without a certificate",
			Summary: "tlsCAFile names a file that holds a web page in place of a certificate.",
			Finding: "ca-file-invalid", Verdict: "fail",
			build: func(b *bench) error {
				if err := b.file("tlsCAFile", "ca.pem", []byte("<html><body>404 Not Found</body></html>\n")); err != nil {
					return err
				}
				return onMongod(func(s *setting) { s.caFile = nil })(b)
			},
		},
		{
			ID: "ca-file-invalid-block", Group: group, Title: "a CA file that was cut off",
			Summary: "tlsCAFile holds the right CA, and behind it a certificate that was pasted incompletely: OpenSSL refuses the whole file, Go takes the rest.",
			Finding: "ca-file-invalid", Verdict: "fail",
			build: onMongod(func(s *setting) {
				s.caFileTail = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUJ\n-----END CERTIFICATE-----\n"
			}),
		},
	}
}
