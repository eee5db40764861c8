package peers

import (
	"crypto/tls"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestGoDriverAndCertificates puts a FerretDB behind certificates of every kind
// and lets the Go driver decide: check passes where it connects and fails where
// it does not, but for the kinds where Go and OpenSSL are known to part.
func TestGoDriverAndCertificates(t *testing.T) {
	t.Parallel()
	backend := startFerretDB(t, ferretdb.ListenerConfig{TCP: "127.0.0.1:0"})
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			made := issueKind(t, k)
			address := terminate(t, &tls.Config{Certificates: []tls.Certificate{made.server}}, backend)
			uri := connectionString(t, k.asked(), address, "tlsCAFile", write(t, "ca.pem", made.authorities))
			got := untilAnswered(func() checked { return check(t, uri, "--connect", address) })
			if diff := cmp.Diff(k.want, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			compareWithDriver(t, got, uri, address, k.goDiffers)
		})
	}
}

// connectionString names host and the port of address, with TLS unless the
// further options say otherwise, a name and a value each.
func connectionString(t *testing.T, host, address string, pairs ...string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"tls": {"true"}}
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	// A plus sign is no space in a connection string.
	return "mongodb://" + net.JoinHostPort(host, port) + "/?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}
