package lab

import (
	"crypto/tls"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOtherClients asks scenarios as clients do that fare better, or worse, than
// one with Go's defaults.
func TestOtherClients(t *testing.T) {
	type outcome struct{ TLS, Suite, Hello string }
	tests := []struct {
		name, id string
		config   *tls.Config
		want     outcome
	}{
		{
			name: "a small ClientHello passes where large ones are lost", id: "large-hello-dropped",
			config: &tls.Config{CurvePreferences: []tls.CurveID{tls.X25519}},
			want:   outcome{"TLS 1.3", "TLS_AES_128_GCM_SHA256", "Standalone"},
		},
		{
			name: "RC4 is shared with the server that has weak suites alone", id: "no-shared-cipher",
			config: &tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA}},
			want:   outcome{"TLS 1.2", "TLS_ECDHE_RSA_WITH_RC4_128_SHA", "Standalone"},
		},
		{
			name: "3DES is accepted by the server that has it beside better suites", id: "weak-cipher-enabled",
			config: &tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}, MaxVersion: tls.VersionTLS12},
			want:   outcome{"TLS 1.2", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "Standalone"},
		},
		{
			name: "a client with SNI is served where it is required", id: "sni-required",
			config: &tls.Config{ServerName: "localhost"},
			want:   outcome{"TLS 1.3", "TLS_AES_128_GCM_SHA256", "Standalone"},
		},
		{
			name: "a client without SNI is not", id: "sni-required",
			config: &tls.Config{},
			want:   outcome{"TLS 1.3", "TLS_AES_128_GCM_SHA256", "error 8000 AtlasError"},
		},
		{
			name: "the right name ends the alert for none", id: "sni-required-alert",
			config: &tls.Config{ServerName: "localhost"},
			want:   outcome{"TLS 1.3", "TLS_AES_128_GCM_SHA256", "Standalone"},
		},
		{
			name: "the right name ends the alert for a wrong one", id: "sni-unrecognized",
			config: &tls.Config{ServerName: "db.example.com"},
			want:   outcome{"TLS 1.3", "TLS_AES_128_GCM_SHA256", "Standalone"},
		},
		{
			name: "an old client connects to an old server", id: "protocol-version",
			config: &tls.Config{MinVersion: tls.VersionTLS10},
			want:   outcome{"TLS 1.1", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "Standalone"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config := test.config.Clone()
			config.InsecureSkipVerify = true
			c := tls.Client(dial(t, run(t, test.id), patience), config)
			if err := c.Handshake(); err != nil {
				t.Fatal(err)
			}
			state := c.ConnectionState()
			got := outcome{tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), hello(c)}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
