package peers

import (
	"strings"
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
	usualProtocols := map[string]string{"TLS1.0": "no", "TLS1.1": "no", "TLS1.2": "yes", "TLS1.3": "yes"}
	only := func(version string) map[string]string {
		m := map[string]string{"TLS1.0": "no", "TLS1.1": "no", "TLS1.2": "no", "TLS1.3": "no"}
		m[version] = "yes"
		return m
	}
	for _, row := range []struct {
		name string
		args []string
		// key is that of the server; the zero value is P-256.
		key lab.Key
		// client are the IDs of the certificates that the client sends; none means
		// that it has none.
		client []string
		// protocols are "yes", "no" or "" (not established), by version; nil holds
		// check to nothing, since the server tells strangers nothing.
		protocols map[string]string
		// handshake is how the main connection ended: its version, with the
		// cipher suite where args leave no choice, or the alert.
		handshake string
		want      []string
		// goFails is why the Go driver does not connect although OpenSSL does.
		goFails string
	}{
		{
			name:      "as it comes",
			protocols: usualProtocols, handshake: "TLS1.3",
		},
		{
			name: "TLS 1.3 alone", args: []string{"-tls1_3"},
			protocols: only("TLS1.3"), handshake: "TLS1.3",
		},
		{
			name: "TLS 1.2 alone", args: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"},
			protocols: only("TLS1.2"), handshake: "TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
		},
		{
			name: "TLS 1.1 alone", args: append([]string{"-tls1_1"}, anyCipher...),
			protocols: only("TLS1.1"), handshake: "alert protocol_version",
			want: []string{"fail protocol-version", "warn weak-cipher-enabled"},
		},
		{
			name: "TLS 1.0 alone", args: append([]string{"-tls1"}, anyCipher...),
			protocols: only("TLS1.0"), handshake: "alert protocol_version",
			want: []string{"fail protocol-version", "warn weak-cipher-enabled"},
		},
		{
			name: "every version and suite", args: anyCipher,
			protocols: map[string]string{"TLS1.0": "yes", "TLS1.1": "yes", "TLS1.2": "yes", "TLS1.3": "yes"},
			handshake: "TLS1.3",
			want:      []string{"warn weak-protocol-enabled", "warn weak-cipher-enabled"},
		},
		{
			name: "ephemeral Diffie-Hellman alone", args: []string{"-tls1_2", "-cipher", "DHE"}, key: lab.RSA2048,
			protocols: only("TLS1.2"), handshake: "alert handshake_failure",
			want:    []string{"warn no-shared-cipher"},
			goFails: "crypto/tls has no ephemeral Diffie-Hellman over finite fields",
		},
		{
			name: "ephemeral Diffie-Hellman beside TLS 1.3", args: []string{"-cipher", "DHE"}, key: lab.RSA2048,
			protocols: usualProtocols, handshake: "TLS1.3",
		},
		{
			name: "RSA key exchange alone", args: []string{"-tls1_2", "-cipher", "AES128-GCM-SHA256"}, key: lab.RSA2048,
			protocols: only("TLS1.2"), handshake: "TLS1.2 TLS_RSA_WITH_AES_128_GCM_SHA256",
			want:    []string{"warn no-shared-cipher"},
			goFails: "crypto/tls does not offer RSA key exchange unless told to",
		},
		{
			name: "CBC alone", args: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"},
			protocols: only("TLS1.2"), handshake: "TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
			want:    []string{"warn no-shared-cipher"},
			goFails: "crypto/tls does not offer CBC with SHA-256 unless told to",
		},
		{
			name: "X448 alone", args: []string{"-groups", "X448"},
			// Without a handshake, internal_error says nothing of a version.
			protocols: map[string]string{"TLS1.0": "", "TLS1.1": "", "TLS1.2": "yes", "TLS1.3": "yes"}, handshake: "alert handshake_failure",
			want:    []string{"warn no-shared-cipher"},
			goFails: "crypto/tls has no X448",
		},
		{
			name: "X448 alone in TLS 1.2", args: []string{"-tls1_2", "-groups", "X448"},
			protocols: only("TLS1.2"), handshake: "alert handshake_failure",
			want:    []string{"warn no-shared-cipher"},
			goFails: "crypto/tls has no X448",
		},
		{
			name: "finite-field groups alone", args: []string{"-tls1_3", "-groups", "ffdhe2048"},
			protocols: only("TLS1.3"), handshake: "alert handshake_failure",
			want:    []string{"warn no-shared-cipher"},
			goFails: "crypto/tls has no finite-field groups",
		},
		{
			name: "CCM alone", args: []string{"-tls1_2", "-cipher", "AESCCM"},
			protocols: only("TLS1.2"), handshake: "alert handshake_failure",
			want: []string{"fail no-shared-cipher"},
		},
		{
			name: "Camellia alone", args: []string{"-tls1_2", "-cipher", "CAMELLIA"}, key: lab.RSA2048,
			protocols: only("TLS1.2"), handshake: "alert handshake_failure",
			want: []string{"fail no-shared-cipher"},
		},
		{
			name: "a large group alone", args: []string{"-groups", "P-521"},
			protocols: usualProtocols, handshake: "TLS1.3",
			// rustls has no P-521.
			want: []string{"warn no-shared-cipher"},
		},
		{
			name: "another server name", args: []string{"-servername", "other.example.test", "-servername_fatal", "-cert2", "leaf", "-key2", "leaf"},
			handshake: "alert unrecognized_name",
			want:      []string{"fail sni-unrecognized"},
		},
		{
			name: "a client certificate asked for", args: []string{"-verify", "3"},
			protocols: usualProtocols, handshake: "TLS1.3",
		},
		{
			name: "a client certificate required and not sent", args: []string{"-Verify", "3"},
			protocols: usualProtocols, handshake: "TLS1.3",
			want: []string{"fail client-cert-required"},
		},
		{
			name: "a client certificate required and not sent, TLS 1.2", args: []string{"-Verify", "3", "-tls1_2"},
			protocols: only("TLS1.2"), handshake: "alert handshake_failure",
			want: []string{"fail client-cert-required"},
		},
		{
			name: "a client certificate required and sent", args: []string{"-Verify", "3", "-verifyCAfile", "root", "-verify_return_error"}, client: []string{client, intermediate},
			protocols: usualProtocols, handshake: "TLS1.3",
		},
		{
			name: "a client certificate of another CA", args: []string{"-Verify", "3", "-verifyCAfile", "root", "-verify_return_error"}, client: []string{"other client"},
			protocols: usualProtocols, handshake: "TLS1.3",
			want: []string{"fail client-cert-untrusted"},
		},
		{
			name: "a client certificate of another CA, TLS 1.2", args: []string{"-tls1_2", "-Verify", "3", "-verifyCAfile", "root", "-verify_return_error"}, client: []string{"other client"},
			protocols: only("TLS1.2"), handshake: "alert unknown_ca",
			want: []string{"fail client-cert-untrusted"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := usual()
			otherClient := *c.node(t, client)
			otherClient.ID, otherClient.Issuer = "other client", "other"
			c.nodes = append(c.nodes, lab.Node{ID: "other", CA: true}, otherClient)
			c.node(t, leaf).Key = row.key
			made := c.issue(t)
			files := map[string]string{"root": write(t, "root.pem", made.PEM(root)), leaf: write(t, "leaf.pem", certificateKeyPEM(t, made.server))}
			args := serverArgs(t, made)
			for _, a := range row.args {
				if path, ok := files[a]; ok {
					a = path
				}
				args = append(args, a)
			}
			authorities := write(t, "ca.pem", made.authorities)
			query, credentials := []string{"tlsCAFile", authorities}, []string(nil)
			if row.client != nil {
				file := write(t, "client.pem", certificateKeyPEM(t, made.Chain(row.client...)))
				query = append(query, "tlsCertificateKeyFile", file)
				credentials = []string{"-cert", file, "-key", file, "-cert_chain", file}
			}
			var address string
			got := untilAnswered(func() checked {
				address = serveEach(t, args...)
				return check(t, connectionString(t, host, address, query...), "--connect", address)
			})
			e := got.endpoint()
			if diff := cmp.Diff(row.protocols, protocolsOf(e)); row.protocols != nil && diff != "" {
				t.Errorf("protocols (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.handshake, handshakeOf(e, row.handshake)); diff != "" {
				t.Errorf("handshake (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.want, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			answered := helloByOpenSSL(t, clientArgs(address, host, authorities, credentials...))
			if (got.exit == 0) != (answered == nil) {
				t.Errorf("check: exit code %d, %v; openssl: %v", got.exit, got.tellings(), answered)
			}
			if row.goFails == "" {
				return
			}
			// Handshakes that fail are short: one server after the other will do.
			again := serveOneByOne(t, args...)
			compareWithDriver(t, got, connectionString(t, host, again, query...), again, row.goFails)
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

// handshakeOf is the main connection of a report in the words of the table,
// which name the cipher suite or do not.
func handshakeOf(e report.Endpoint, want string) string {
	switch h := e.Handshake; {
	case h == nil:
		return "none"
	case h.OK && strings.Contains(want, "_WITH_"):
		return h.Version + " " + h.CipherSuite
	case h.OK:
		return h.Version
	case h.Alert != nil:
		return "alert " + h.Alert.Name
	default:
		return string(h.Outcome)
	}
}
