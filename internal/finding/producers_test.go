package finding

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProducerFixes holds what is told to users of one driver to what is told to
// all: it exists for an entry, is complete, and switches nothing off.
func TestProducerFixes(t *testing.T) {
	type place struct {
		id       ID
		producer string
	}
	seen := map[place]bool{}
	for _, f := range producerFixes {
		for _, id := range f.ids {
			if _, ok := Lookup(id); !ok {
				t.Errorf("%s has no entry", id)
			}
			if p := (place{id, f.producer}); seen[p] {
				t.Errorf("%s of %s is there twice: the second is never told", id, f.producer)
			} else {
				seen[p] = true
			}
		}
		if len(f.fix) == 0 || strings.HasPrefix(f.fix[0], "$ ") {
			t.Errorf("%v of %s does not begin with what to do", f.ids, f.producer)
		}
		for _, line := range f.fix {
			if switchesOff.MatchString(line) {
				t.Errorf("advises to switch verification off: %q", line)
			}
			if !strings.HasPrefix(line, "$ ") && !strings.ContainsAny(line[len(line)-1:], ".:,)") {
				t.Errorf("the line has no end: %q", line)
			}
			for _, p := range placeholder.FindAllString(line, -1) {
				if _, ok := general[strings.Trim(p, "{}")]; !ok {
					t.Errorf("nobody fills %s in %q", p, line)
				}
			}
		}
	}
}

// TestClassicalFailuresAreComplete: the two that most users meet say what can be
// done wherever it can be.
func TestClassicalFailuresAreComplete(t *testing.T) {
	for _, test := range []struct {
		id       ID
		producer string
		words    []string
	}{
		{"verify-failed", "pymongo", []string{"Install Certificates.command", "certifi", "SSL_CERT_FILE", "ca-certificates", "apk add", "PyPy", "tlsCAFile", "proxy", "ssl.OPENSSL_VERSION", "get_default_verify_paths", "DST Root CA X3"}},
		{"issuer-unknown", "pymongo", []string{"Install Certificates.command", "certifi", "tlsCAFile"}},
		{"verify-failed", "node", []string{"tlsCAFile", "NODE_EXTRA_CA_CERTS", "--use-system-ca"}},
		{"verify-failed", "java", []string{"keytool", "javax.net.ssl.trustStore", "cacerts"}},
		{"verify-failed", "csharp", []string{"certutil", "update-ca-certificates", "ignores tlsCAFile"}},
		{"protocol-version", "pymongo", []string{"ssl.OPENSSL_VERSION", "1.0.1", "1.1.1", "macOS before 10.13", "disabledProtocols", "Atlas"}},
		{"protocol-version", "node", []string{"process.versions.openssl", "DEFAULT_MIN_VERSION"}},
		{"protocol-version", "java", []string{"java -version", "8u261", "jdk.tls.disabledAlgorithms"}},
		{"protocol-version", "mongosh", []string{"process.versions.openssl"}},
		{"protocol-version", "php", []string{"phpinfo"}},
	} {
		text := strings.Join(ProducerFix(test.id, test.producer), "\n")
		for _, word := range test.words {
			if !strings.Contains(text, word) {
				t.Errorf("%s of %s says nothing of %s", test.id, test.producer, word)
			}
		}
	}
	if fix := ProducerFix("protocol-version", "unknown"); fix != nil {
		t.Errorf("of nobody: %q", fix)
	}
}

func TestTold(t *testing.T) {
	e := Entry{ID: "client-cert-required", Why: "{name} at {endpoint}.", Fix: []string{"Do {file}:", "$ ls {file}", "$ x {dial} {sni}"}}
	values := map[string]string{"endpoint": "db:1", "host": "db", "port": "1", "file": "a b"}
	why, fix := e.Told("unknown", values)
	if diff := cmp.Diff("db at db:1.", why); diff != "" {
		t.Errorf("why (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Do a b:", "$ ls 'a b'", "$ x db:1 -servername db"}, fix); diff != "" {
		t.Errorf("fix (-want +got):\n%s", diff)
	}
	if _, ok := values["dial"]; ok {
		t.Error("the caller's values are changed")
	}
	_, fix = e.Told("go", nil)
	if len(fix) <= 3 || !strings.HasPrefix(fix[0], "Go sends no certificate") {
		t.Errorf("the producer's own does not come first: %q", fix)
	}
	if got := Producers("client-cert-required"); !slices.Contains(got, "java") || slices.Contains(got, "rust") {
		t.Errorf("%v", got)
	}
}
