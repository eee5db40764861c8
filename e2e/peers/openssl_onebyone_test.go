package peers

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestServerOfOneConnection looks with all questions at a server that takes one
// connection at a time. It answers a question or leaves it open, as they come to
// be queued; what is told must be right all the same.
func TestServerOfOneConnection(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	made := usual().issue(t)
	address := serveOneByOne(t, slices.Concat(serverArgs(t, made), []string{"-tls1_3"})...)
	authorities := write(t, "ca.pem", made.authorities)
	truth := map[string]string{"TLS1.0": "no", "TLS1.1": "no", "TLS1.2": "no", "TLS1.3": "yes"}
	for range 5 {
		got := check(t, connectionString(t, host, address, "tlsCAFile", authorities), "--connect", address)
		if diff := cmp.Diff([]string(nil), got.tellings(), cmpopts.EquateEmpty()); diff != "" || got.exit != 0 {
			t.Errorf("exit code %d, findings (-want +got):\n%s", got.exit, diff)
		}
		for version, word := range protocolsOf(got.endpoint()) {
			if word != "" && word != truth[version] {
				t.Errorf("%s supported: %q, in truth %q", version, word, truth[version])
			}
		}
	}
}
