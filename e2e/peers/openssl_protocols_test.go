package peers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
)

// TestOpenSSLAndProtocols holds what check tells of protocol versions and cipher
// suites to how s_server was started.
func TestOpenSSLAndProtocols(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	for _, row := range []struct {
		name string
		args []string
		// key is that of the server; the zero value is P-256.
		key lab.Key
		// protocols are "yes", "no" or "" (not established), by version.
		protocols map[string]string
		// handshake is "version suite" of the main connection, or how it ended.
		handshake string
		exit      int
		want      []string
	}{
		{
			name:      "as it comes",
			protocols: map[string]string{"TLS1.0": "no", "TLS1.1": "no", "TLS1.2": "yes", "TLS1.3": "yes"},
			handshake: "TLS1.3 TLS_AES_128_GCM_SHA256",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := usual()
			for i := range c.nodes {
				c.nodes[i].Key = row.key
			}
			made := c.issue(t)
			address := serveEach(t, append(serverArgs(t, made), row.args...)...)
			got := check(t, connectionString(t, host, address, "tlsCAFile", write(t, "ca.pem", made.authorities)), "--connect", address)
			e := got.endpoint()
			if diff := cmp.Diff(row.protocols, protocolsOf(e)); diff != "" {
				t.Errorf("protocols (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.handshake, handshakeOf(e)); diff != "" {
				t.Errorf("handshake (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.want, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if got.exit != row.exit {
				t.Errorf("exit code %d, want %d", got.exit, row.exit)
			}
		})
	}
}

// protocolsOf are the protocol versions of a report, in the words of the table.
func protocolsOf(e report.Endpoint) map[string]string {
	words := map[string]string{}
	for _, p := range e.Protocols {
		switch {
		case p.Supported == nil:
			words[p.Version] = ""
		case *p.Supported:
			words[p.Version] = "yes"
		default:
			words[p.Version] = "no"
		}
	}
	return words
}

// handshakeOf is the main connection of a report, in the words of the table.
func handshakeOf(e report.Endpoint) string {
	switch h := e.Handshake; {
	case h == nil:
		return "none"
	case h.OK:
		return h.Version + " " + h.CipherSuite
	case h.Alert != nil:
		return "alert " + h.Alert.Name
	default:
		return string(h.Outcome)
	}
}
