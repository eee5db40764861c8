package peers

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/lab"
)

// TestGoDriverAndTerminators varies what is in front of a FerretDB, and what is
// behind, under a sound certificate.
func TestGoDriverAndTerminators(t *testing.T) {
	t.Parallel()
	database := startFerretDB(t, ferretdb.ListenerConfig{TCP: "127.0.0.1:0"})
	web := accept(t, func(conn net.Conn) func() {
		return func() {
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			drain(conn)
		}
	})
	closing := accept(t, func(net.Conn) func() { return func() {} })
	onlyFor := func(name string) func(*tls.Config) {
		return func(c *tls.Config) {
			certificate := c.Certificates[0]
			c.Certificates = nil
			c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
				if hello.ServerName != name {
					// Neither certificate nor error is the alert unrecognized_name.
					return nil, nil
				}
				return &certificate, nil
			}
		}
	}
	for _, row := range []struct {
		name string
		// backend is what is behind; empty is the database.
		backend string
		// key is that of the server; the zero value is P-256.
		key       lab.Key
		edit      func(*tls.Config)
		want      []string
		goDiffers string
	}{
		{name: "TLS 1.3 alone", edit: func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }},
		{name: "TLS 1.2 alone", edit: func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }},
		{
			name: "TLS 1.1 alone",
			edit: func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
			want: []string{"fail protocol-version"},
		},
		{
			name: "every version",
			edit: func(c *tls.Config) { c.MinVersion = tls.VersionTLS10 },
			want: []string{"warn weak-protocol-enabled"},
		},
		{
			name: "RSA key exchange alone", key: lab.RSA2048,
			edit: func(c *tls.Config) {
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
			},
			want:      []string{"warn no-shared-cipher"},
			goDiffers: "crypto/tls does not offer RSA key exchange unless told to",
		},
		{
			name: "3DES alone", key: lab.RSA2048,
			edit: func(c *tls.Config) {
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA}
			},
			want: []string{"fail no-shared-cipher"},
		},
		{name: "a server of the name asked for", edit: onlyFor(host)},
		{
			name: "a server of another name", edit: onlyFor("other.example.test"),
			want: []string{"fail sni-unrecognized"},
		},
		{
			name: "a terminator that fails",
			edit: func(c *tls.Config) {
				c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
					return nil, errors.New("no configuration for this client")
				}
			},
			want: []string{"fail alert-internal-error"},
		},
		{name: "a client certificate that may be sent", edit: func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }},
		{
			name: "a client certificate that must be sent",
			edit: func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
			want: []string{"fail client-cert-required"},
		},
		{
			name: "a client certificate that must be sent, TLS 1.2",
			edit: func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 },
			want: []string{"fail client-cert-required"},
		},
		{
			name: "another server behind", backend: web, edit: func(*tls.Config) {},
			want: []string{"fail not-mongodb"},
		},
		{
			name: "a server behind that closes", backend: closing, edit: func(*tls.Config) {},
			want: []string{"fail handshake-closed"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := usual()
			c.node(t, leaf).Key = row.key
			made := c.issue(t)
			config := &tls.Config{Certificates: []tls.Certificate{made.server}}
			row.edit(config)
			backend := row.backend
			if backend == "" {
				backend = database
			}
			address := terminate(t, config, backend)
			uri := connectionString(t, host, address, "tlsCAFile", write(t, "ca.pem", made.authorities))
			got := untilAnswered(func() checked { return check(t, uri, "--connect", address) })
			if diff := cmp.Diff(row.want, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			compareWithDriver(t, got, uri, address, row.goDiffers)
		})
	}
}
