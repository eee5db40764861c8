package probe

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/fact"
)

// TestWhatTheServerAsksFor compares the facts of a CertificateRequest whole, but
// for the list of signatures, which is that of the server's library.
func TestWhatTheServerAsksFor(t *testing.T) {
	client, server := selfSigned(t), selfSigned(t)
	leaf, err := x509.ParseCertificate(client.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	for _, tt := range []struct {
		name    string
		version uint16
		types   []string
	}{
		{"TLS 1.2", tls.VersionTLS12, []string{"rsa_sign", "ecdsa_sign"}},
		{"TLS 1.3", tls.VersionTLS13, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host, port := listen(t, func(c net.Conn) {
				s := tls.Server(c, &tls.Config{
					Certificates: []tls.Certificate{server}, ClientAuth: tls.RequestClientCert, ClientCAs: pool, MaxVersion: tt.version,
				})
				if s.Handshake() == nil {
					io.Copy(io.Discard, s)
				}
			})
			e := (&Client{Timeout: patience}).Observe(t.Context(), Request{
				Host: host, Port: port, ServerName: "localhost", TLS: true, ClientCertificate: &client, Quick: true,
			})
			want := &fact.ClientAuth{
				Requested: true, Reason: "no connection without the client certificate was made",
				AcceptableCAs: []string{"CN=localhost"}, AcceptableNames: [][]byte{leaf.RawSubject},
				CertificateTypes: tt.types, Presented: "CN=localhost",
			}
			if diff := cmp.Diff(want, e.ClientAuth, cmpopts.IgnoreFields(fact.ClientAuth{}, "SignatureSchemes")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !cmp.Equal([]string{"rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256"}, e.ClientAuth.SignatureSchemes[:2]) {
				t.Errorf("signature schemes %v", e.ClientAuth.SignatureSchemes)
			}
		})
	}
}

// patience is the timeout of connections whose server never replies to hello.
const patience = 300e6

func TestNamesOfCAsAreBounded(t *testing.T) {
	m := mainAnswer{requested: true}
	for range maxAcceptableCAs + 7 {
		m.request.Names = append(m.request.Names, []byte{0x30, 0})
	}
	for range maxSchemes + 1 {
		m.request.Schemes = append(m.request.Schemes, 0x9999)
	}
	a := clientAuth(&m, nil)
	if len(a.AcceptableCAs) != maxAcceptableCAs || len(a.AcceptableNames) != maxAcceptableCAs || a.LeftOut != 7 {
		t.Errorf("%d names, %d in DER, %d left out", len(a.AcceptableCAs), len(a.AcceptableNames), a.LeftOut)
	}
	if len(a.SignatureSchemes) != maxSchemes || a.SignatureSchemes[0] != "0x9999" {
		t.Errorf("signature schemes %v", a.SignatureSchemes)
	}
}

// TestUnsigned: a certificate is withheld for its key alone, not for its CA.
func TestUnsigned(t *testing.T) {
	client := selfSigned(t)
	other := [][]byte{{0x30, 0}}
	for _, tt := range []struct {
		name string
		info tls.CertificateRequestInfo
		want string
	}{
		{"a signature that the server verifies", tls.CertificateRequestInfo{
			Version: tls.VersionTLS13, SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}, AcceptableCAs: other,
		}, ""},
		{"none in common", tls.CertificateRequestInfo{
			Version: tls.VersionTLS13, SignatureSchemes: []tls.SignatureScheme{tls.PSSWithSHA256}, AcceptableCAs: other,
		}, "peer doesn't support any of the certificate's signature algorithms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := unsigned(&tt.info, &client); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
