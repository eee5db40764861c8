package driver

import (
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

func TestFiles(t *testing.T) {
	file := func(option, problem, detail string, certificates int) []edit {
		return []edit{func(f *Facts) {
			f.Target.Files = []fact.File{{Option: option, Path: "my.pem", Problem: problem, Detail: detail, Certificates: certificates}}
			switch option {
			case "tlsCAFile":
				f.Target.Options.TLSCAFile = "my.pem"
			case "tlsCRLFile":
				f.Target.Options.TLSCRLFile = "my.pem"
			}
		}}
	}
	const key = "tlsCertificateKeyFile"
	hold(t, "files", []row{
		{"no CA file", file("tlsCAFile", "file-unreadable", "open my.pem: no such file or directory", 0)},
		{"a CA file that may not be read", file("tlsCAFile", "file-unreadable", "open my.pem: permission denied", 0)},
		{"a CA file without certificates", file("tlsCAFile", "ca-file-invalid", "", 0)},
		{"a CA file with a broken block", file("tlsCAFile", "ca-file-invalid", "", 1)},
		{"no certificate-key file", file(key, "file-unreadable", "open my.pem: no such file or directory", 0)},
		{"no certificate in it", file(key, "key-file-no-certificate", "", 0)},
		{"no key in it", file(key, "key-file-no-key", "", 1)},
		{"the key of another", file(key, "key-mismatch", "", 1)},
		{"a password is missing", file(key, "key-password-required", "", 1)},
		{"the wrong password", file(key, "key-password-wrong", "", 1)},
		{"another format", file(key, "key-format", "", 0)},
		{"a problem of a later version", file(key, "key-of-the-future", "", 0)},
		{"a CRL file that is none", file("tlsCRLFile", "crl-file-invalid", "", 0)},
		{"of a client without TLS", append(file(key, "key-mismatch", "", 1), func(f *Facts) {
			f.Target.Options.TLS, f.Endpoint.Server.Plaintext = false, "accepted"
		})},
	})
}

func TestOptions(t *testing.T) {
	rejected := func(option string, drivers ...string) []edit {
		return []edit{func(f *Facts) {
			f.Target.Unsupported = []fact.UnsupportedOption{{Option: option, Rejected: drivers}}
		}}
	}
	root := issue(t, nil, "root", authority)
	leaf := issue(t, root, host, names(host))
	hold(t, "options", []row{
		{"one that Node.js and Rust refuse", rejected("tlsDisableOCSPEndpointCheck", "node", "mongosh", "rust")},
		{"one that Rust takes with OpenSSL", rejected("tlsAllowInvalidHostnames", "rust")},
		{"a value that is refused", []edit{func(f *Facts) {
			f.Target.Unsupported = []fact.UnsupportedOption{{Option: "tlsInsecure", Rejected: []string{"node", "mongosh", "c", "php"}, Value: true}}
		}}},
		{"a former name of tlsCAFile", []edit{presenting(leaf), trusted(root, verify.StoreCAFile), func(f *Facts) {
			f.Target.Unsupported = []fact.UnsupportedOption{{
				Option: "ssl_ca_certs", For: "tlsCAFile", Ignored: []string{"pymongo", "go", "java", "c", "php", "csharp", "ruby"}, Rejected: []string{"node", "mongosh", "rust"},
			}}
		}}},
		{"tls=false, and an option that needs TLS", []edit{func(f *Facts) {
			f.Target.Options.TLS, f.Target.TLSOffRefused, f.Endpoint.Server.Plaintext = false, []string{"pymongo", "rust"}, "accepted"
		}}},
		{"one that Rust has to be built for", rejected("tlsCertificateKeyFilePassword", "rust")},
	})
}
