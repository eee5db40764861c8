package scan

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// selfSigned makes one for a P-256 key.
func selfSigned(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// usual is a server of TLS 1.3, 1.2 and 1.0.
func usual() *server {
	return &server{
		suites: map[uint16][]uint16{
			0x304: {0x1303, 0x1301, 0x1302},
			0x303: {0x009f, 0xc02f, 0xc030, 0xcca8, 0x009c, 0x000a, 0xc0ad, 0x0024},
			0x301: {0x002f, 0x0005},
		},
		groups: []uint16{23, 29, 256, 4588}, dhBits: 1024, chain: []byte("DER"),
	}
}

// words are the facts of a scan that do not depend on how it went.
type words struct {
	Versions, Suites, Groups, DH []string
	Order                        string
	Offers                       string
	SNI                          string
}

func inWords(f *fact.Scan) words {
	w := words{Order: f.Order, SNI: f.SNI.Without + ", " + f.SNI.Other}
	for _, v := range f.Versions {
		text := v.Version + " unknown"
		if v.Supported != nil {
			text = fmt.Sprintf("%s %t", v.Version, *v.Supported)
		}
		if v.SuitesComplete {
			text += ", suites"
		}
		if v.GroupsComplete {
			text += ", groups"
		}
		if v.Reason != "" {
			text += ": " + v.Reason
		}
		w.Versions = append(w.Versions, text)
	}
	for _, s := range f.Suites {
		w.Suites = append(w.Suites, s.Version+" "+s.Name)
	}
	for _, g := range f.Groups {
		w.Groups = append(w.Groups, g.Version+" "+g.Name)
	}
	for _, d := range f.DH {
		w.DH = append(w.DH, fmt.Sprintf("%s %s %d %s", d.Version, d.Suite, d.Bits, d.Group))
	}
	for _, b := range []*bool{f.SecureRenegotiation, f.ExtendedMasterSecret, f.SessionTickets, f.Compression} {
		switch {
		case b == nil:
			w.Offers += "?"
		case *b:
			w.Offers += "y"
		default:
			w.Offers += "n"
		}
	}
	return w
}

// all is what is to be found out of usual.
func all() words {
	return words{
		Versions: []string{"TLS1.3 true, suites, groups", "TLS1.2 true, suites, groups", "TLS1.1 false", "TLS1.0 true, suites", "SSL3.0 false", "SSL2.0 false"},
		Suites: []string{
			"TLS1.3 TLS_AES_128_GCM_SHA256", "TLS1.3 TLS_AES_256_GCM_SHA384", "TLS1.3 TLS_CHACHA20_POLY1305_SHA256",
			"TLS1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS1.2 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
			"TLS1.2 TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CCM", "TLS1.2 TLS_RSA_WITH_AES_128_GCM_SHA256",
			"TLS1.2 TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS1.2 TLS_KRB5_WITH_RC4_128_MD5",
			"TLS1.0 TLS_RSA_WITH_AES_128_CBC_SHA", "TLS1.0 TLS_RSA_WITH_RC4_128_SHA",
		},
		Groups: []string{
			"TLS1.3 X25519MLKEM768", "TLS1.3 x25519", "TLS1.3 secp256r1", "TLS1.3 ffdhe2048",
			"TLS1.2 x25519", "TLS1.2 secp256r1",
		},
		DH:    []string{"TLS1.2 TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 1024 "},
		Order: "client", Offers: "yyyn", SNI: "same, same",
	}
}

func TestScan(t *testing.T) {
	with := func(change func(w *words)) words {
		w := all()
		change(&w)
		return w
	}
	cert := selfSigned(t)
	for _, tt := range []struct {
		name    string
		change  func(s *server)
		request Request
		want    words
	}{
		{"everything", func(*server) {}, Request{Welcome: true}, all()},
		{"by its own order", func(s *server) { s.own = true }, Request{Welcome: true}, with(func(w *words) { w.Order = "server" })},
		{"without a word, as mongod", func(s *server) { s.closes = true }, Request{Welcome: true}, all()},
		{"the first connection lost, each time", func(s *server) { s.flaky = true }, Request{Welcome: true}, all()},
		{"what was refused by name is not asked again", func(*server) {}, Request{Welcome: true, Refused: []string{"TLS1.1"}}, all()},
		{
			"unfit for long lists", func(s *server) { s.maxSuites = 200 }, Request{Welcome: true, Known: []string{"TLS1.3", "TLS1.2"}},
			with(func(w *words) { w.Offers = "yyy?" }),
		},
		{
			"to a client that it turns away", func(s *server) { s.suites, s.names = nil, []string{"other"} }, Request{},
			words{
				Versions: []string{"TLS1.3 unknown: the server answered with alert unrecognized_name", "TLS1.2 unknown: the server answered with alert unrecognized_name",
					"TLS1.1 unknown: the server answered with alert unrecognized_name", "TLS1.0 unknown: the server answered with alert unrecognized_name",
					"SSL3.0 unknown: the server answered with alert unrecognized_name", "SSL2.0 false"},
				Order: "unknown", Offers: "????", SNI: "unknown, unknown",
			},
		},
		{
			"by its name alone", func(s *server) { s.names = []string{"db.example.com"} }, Request{Welcome: true, ServerName: "db.example.com"},
			with(func(w *words) {
				w.SNI = "refused, refused"
				w.Versions[4] = "SSL3.0 unknown: the server answered with alert unrecognized_name"
			}),
		},
		{
			"TLS 1.3 alone", func(s *server) { delete(s.suites, 0x303); delete(s.suites, 0x301) }, Request{Welcome: true},
			with(func(w *words) {
				w.Versions = []string{"TLS1.3 true, suites, groups", "TLS1.2 false", "TLS1.1 false", "TLS1.0 false", "SSL3.0 false", "SSL2.0 false"}
				w.Suites, w.Groups, w.DH = w.Suites[:3], w.Groups[:4], nil
				w.Offers, w.SNI = "????", "same, answered"
			}),
		},
		{
			"SSL 2.0 and 3.0", func(s *server) {
				s.suites = map[uint16][]uint16{0x300: {0x0005}}
				s.kinds = []byte{1, 0, 0x80, 7, 0, 0xc0}
			}, Request{Welcome: true},
			words{
				Versions: []string{"TLS1.3 false", "TLS1.2 false", "TLS1.1 false", "TLS1.0 false", "SSL3.0 true, suites", "SSL2.0 true, suites"},
				Suites:   []string{"SSL3.0 TLS_RSA_WITH_RC4_128_SHA", "SSL2.0 SSL_CK_RC4_128_WITH_MD5", "SSL2.0 SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
				Order:    "unknown", Offers: "n??n", SNI: "same, same",
			},
		},
		{
			"with a certificate for a curve", func(s *server) {
				s.chain = cert.Certificate[0]
				s.suites = map[uint16][]uint16{0x303: {0xc02b, 0xc02c}}
				s.groups = []uint16{29, 23}
			}, Request{Welcome: true},
			words{
				Versions: []string{"TLS1.3 false", "TLS1.2 true, suites, groups", "TLS1.1 false", "TLS1.0 false", "SSL3.0 false", "SSL2.0 false"},
				Suites:   []string{"TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
				Groups:   []string{"TLS1.2 x25519", "TLS1.2 secp256r1"},
				Order:    "client", Offers: "yyyn", SNI: "same, same",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := usual()
			tt.change(s)
			f := scanner(t, s).Scan(t.Context(), tt.request)
			if diff := cmp.Diff(tt.want, inWords(f)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got := s.connections.Load(); int64(f.Connections) != got {
				t.Errorf("%d connections are told, %d were made", f.Connections, got)
			}
		})
	}
}

// TestScanOfGo holds the scan to a server that nobody wrote for it: every suite
// and group that is configured is found, and no other.
func TestScanOfGo(t *testing.T) {
	suites := []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA}
	config := &tls.Config{
		Certificates: []tls.Certificate{selfSigned(t)}, MinVersion: tls.VersionTLS10, CipherSuites: suites,
		CurvePreferences: []tls.CurveID{tls.X25519MLKEM768, tls.CurveP256, tls.CurveP521}, ClientAuth: tls.RequestClientCert,
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = conn.(*tls.Conn).Handshake()
			}()
		}
	}()
	scanner := Scanner{Rate: -1}
	f := scanner.Scan(t.Context(), Request{Address: listener.Addr().String(), ServerName: "localhost", Welcome: true})
	want := words{
		Versions: []string{"TLS1.3 true, suites, groups", "TLS1.2 true, suites, groups", "TLS1.1 true, suites", "TLS1.0 true, suites", "SSL3.0 false", "SSL2.0 false"},
		Suites: []string{
			"TLS1.3 TLS_AES_128_GCM_SHA256", "TLS1.3 TLS_AES_256_GCM_SHA384", "TLS1.3 TLS_CHACHA20_POLY1305_SHA256",
			"TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS1.2 TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
			"TLS1.1 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS1.1 TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
			"TLS1.0 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS1.0 TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
		},
		Groups: []string{"TLS1.3 X25519MLKEM768", "TLS1.3 secp256r1", "TLS1.3 secp521r1", "TLS1.2 secp256r1", "TLS1.2 secp521r1"},
		Order:  "server", Offers: "yyyn", SNI: "same, same",
	}
	if diff := cmp.Diff(want, inWords(f)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for i, version := range []string{"TLS1.3", "TLS1.2"} {
		if len(f.SignatureSchemes) <= i || f.SignatureSchemes[i].Version != version || !slices.Contains(f.SignatureSchemes[i].Schemes, "ecdsa_secp256r1_sha256") {
			t.Errorf("signature schemes of %s: %v", version, f.SignatureSchemes)
		}
	}
}
