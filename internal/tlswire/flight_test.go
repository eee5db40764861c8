package tlswire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"io"
	"math/big"
	"net"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/registry"
)

// selfSigned makes a certificate for localhost.
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

// recordedHandshake runs a handshake with crypto/tls on both sides and returns what the
// client read of it, and the server's handshake traffic secret.
func recordedHandshake(t testing.TB, server, client *tls.Config) (recorded, secret []byte) {
	t.Helper()
	near, far := net.Pipe()
	deadline := time.Now().Add(5 * time.Second)
	near.SetDeadline(deadline)
	far.SetDeadline(deadline)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := tls.Server(far, server)
		if s.Handshake() == nil {
			io.Copy(io.Discard, s)
		}
		far.Close()
	}()
	rec, keys := &Recorder{Conn: near}, &KeyLog{}
	client.KeyLogWriter, client.InsecureSkipVerify = keys, true
	// Whether it completes is up to the case.
	_ = tls.Client(rec, client).Handshake()
	near.Close()
	<-done
	return rec.Bytes, keys.Secret
}

func TestReadFlight(t *testing.T) {
	good := selfSigned(t)
	broken := good
	broken.Certificate = [][]byte{[]byte("not DER at all")}
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(good.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(leaf)
	// What a server written in Go asks for, but for the schemes, which change with
	// the release.
	asked := CertificateRequest{Types: []byte{1, 64}, Names: [][]byte{leaf.RawSubject}}
	asked13 := CertificateRequest{Names: [][]byte{leaf.RawSubject}}

	tests := []struct {
		name    string
		version uint16
		cert    tls.Certificate
		suites  []uint16
		ask     tls.ClientAuthType
		want    Flight
	}{
		{
			name: "TLS 1.2 in clear", version: tls.VersionTLS12, cert: good,
			want: Flight{
				Hello:     ServerHello{Version: tls.VersionTLS12, Suite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Group: uint16(tls.X25519), SecureRenegotiation: true, ExtendedMasterSecret: true},
				HelloSeen: true, Chain: good.Certificate, Done: true,
			},
		},
		{
			name: "TLS 1.2 with a CertificateRequest", version: tls.VersionTLS12, cert: good, ask: tls.RequestClientCert,
			want: Flight{
				Hello:     ServerHello{Version: tls.VersionTLS12, Suite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Group: uint16(tls.X25519), SecureRenegotiation: true, ExtendedMasterSecret: true},
				HelloSeen: true, Chain: good.Certificate, Requested: true, Request: asked, Done: true,
			},
		},
		{
			name: "TLS 1.3, decrypted", version: tls.VersionTLS13, cert: good,
			want: Flight{
				Hello:     ServerHello{Version: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256},
				HelloSeen: true, Chain: good.Certificate, Done: true,
			},
		},
		{
			name: "TLS 1.3 with a CertificateRequest", version: tls.VersionTLS13, cert: good, ask: tls.RequestClientCert,
			want: Flight{
				Hello:     ServerHello{Version: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256},
				HelloSeen: true, Chain: good.Certificate, Requested: true, Request: asked13, Done: true,
			},
		},
		{
			name: "TLS 1.3 with a certificate that crypto/x509 refuses", version: tls.VersionTLS13, cert: broken,
			want: Flight{
				Hello:     ServerHello{Version: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256},
				HelloSeen: true, Chain: broken.Certificate, Done: true,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := &tls.Config{
				Certificates: []tls.Certificate{tt.cert}, MinVersion: tt.version, MaxVersion: tt.version,
				ClientAuth: tt.ask, ClientCAs: pool, SessionTicketsDisabled: true,
			}
			recorded, secret := recordedHandshake(t, server, &tls.Config{ServerName: "localhost"})
			got := ReadFlight(recorded, secret)
			whole := got
			if signs := slices.Contains(got.Request.Schemes, uint16(tls.ECDSAWithP256AndSHA256)); signs != got.Requested {
				t.Errorf("schemes %v", got.Request.Schemes)
			}
			got.Request.Schemes = nil
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			// However the bytes are cut, they say the same.
			one := FlightReader{secret: secret}
			for i := range recorded {
				one.Feed(recorded[i : i+1])
			}
			if diff := cmp.Diff(whole, one.Flight); diff != "" {
				t.Errorf("byte by byte (-whole +cut)\n%s", diff)
			}
		})
	}
}

func TestReadFlightDecryptsEverySuite(t *testing.T) {
	cert := selfSigned(t)
	// crypto/tls does not let its TLS 1.3 suites be configured, so the key
	// schedule of the other two is held to records that are sealed here.
	for _, suite := range []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256} {
		t.Run(registry.SuiteName(suite), func(t *testing.T) {
			secret := make([]byte, 32)
			if suite == tls.TLS_AES_256_GCM_SHA384 {
				secret = make([]byte, 48)
			}
			sealer, opener := newOpener(suite, secret), newOpener(suite, secret)
			inner := append([]byte{handshakeFinished, 0, 0, 1, 0xaa}, uint8(recordHandshake), 0, 0)
			header := []byte{recordApplicationData, 3, 3, 0, byte(len(inner) + 16)}
			sealed := sealer.aead.Seal(nil, sealer.iv, inner, header)
			kind, fragment, ok := opener.open(record{kind: recordApplicationData, header: header, fragment: sealed})
			if !ok || kind != uint8(recordHandshake) || len(fragment) != 5 {
				t.Errorf("open = %d, %x, %v", kind, fragment, ok)
			}
			if _, _, ok := opener.open(record{kind: recordApplicationData, header: header, fragment: sealed}); ok {
				t.Error("a record was opened with the wrong sequence number")
			}
		})
	}
	if newOpener(tls.TLS_AES_128_GCM_SHA256, cert.Certificate[0][:31]) != nil {
		t.Error("a secret of the wrong length made an opener")
	}
}

func TestReadFlightOfOthers(t *testing.T) {
	tests := []struct {
		name string
		data string
		want Flight
	}{
		{"mongod's hand-made alert", "\x15\x03\x01\x00\x02\x02\x46", Flight{AlertCode: 70, AlertSeen: true}},
		{"a warning about the name, and more to come", "\x15\x03\x01\x00\x02\x01\x70", Flight{}},
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n", Flight{NotRecords: true}},
		{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", Flight{NotRecords: true}},
		{"nothing", "", Flight{}},
		{"half a record header", "\x16\x03", Flight{}},
		{"a record that is not all there", "\x16\x03\x03\x00\x40\x02\x00", Flight{}},
		{"a record longer than any", "\x16\x03\x03\xff\xff", Flight{NotRecords: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ReadFlight([]byte(tt.data), nil)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestServerHelloOfARetryRequest(t *testing.T) {
	body := append([]byte{3, 3}, helloRetryRandom[:]...)
	body = append(body, 0, 0x13, 0x02, 0, 0, 12, 0, extSupportedVersions, 0, 2, 3, 4, 0, extKeyShare, 0, 2, 0, 30)
	got, ok := parseServerHello(body)
	want := ServerHello{Version: tls.VersionTLS13, Suite: tls.TLS_AES_256_GCM_SHA384, Retry: true, Group: 30}
	if !ok || got != want {
		t.Errorf("parseServerHello = %+v, %v; want %+v", got, ok, want)
	}
	for i := range body[:len(body)-1] {
		if _, ok := parseServerHello(body[:i]); ok && i != 38 {
			// 38 bytes are a ServerHello without extensions.
			t.Errorf("the first %d bytes of a ServerHello were accepted", i)
		}
	}
}

// FuzzFlight holds the reader to its bounds: whatever a server sends, it neither
// panics nor reads the same bytes differently when they come in pieces.
func FuzzFlight(f *testing.F) {
	cert := selfSigned(f)
	server := &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert}
	recorded, _ := recordedHandshake(f, server, &tls.Config{ServerName: "localhost"})
	f.Add(recorded)
	server = &tls.Config{Certificates: []tls.Certificate{cert}}
	recorded, secret := recordedHandshake(f, server, &tls.Config{ServerName: "localhost"})
	f.Add(recorded)
	f.Add([]byte("\x15\x03\x01\x00\x02\x02\x46"))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := ReadFlight(data, secret)
		cut := FlightReader{secret: secret}
		half := len(data) / 2
		cut.Feed(data[:half])
		cut.Feed(data[half:])
		if diff := cmp.Diff(whole, cut.Flight); diff != "" {
			t.Errorf("whole and in two pieces (-whole +cut)\n%s", diff)
		}
	})
}

// TestParseCertificateRequest reads messages as each version has them, and refuses
// those that are cut off anywhere.
func TestParseCertificateRequest(t *testing.T) {
	name := "300d310b3009060355040613024e4f"
	tests := []struct {
		name, body string
		version    uint16
		want       CertificateRequest
	}{
		{"TLS 1.3", "00" + "0021" + "000d0006000404030804" + "002f0013" + "0011000f" + name, tls.VersionTLS13,
			CertificateRequest{Schemes: []uint16{0x0403, 0x0804}, Names: [][]byte{unhex(t, name)}}},
		{"TLS 1.3 without names, and an extension of another kind", "00" + "0010" + "000d0006000404030804" + "00320002" + "0000", tls.VersionTLS13,
			CertificateRequest{Schemes: []uint16{0x0403, 0x0804}}},
		{"TLS 1.2", "020140" + "000404030401" + "0011000f" + name, tls.VersionTLS12,
			CertificateRequest{Types: []byte{1, 64}, Schemes: []uint16{0x0403, 0x0401}, Names: [][]byte{unhex(t, name)}}},
		{"TLS 1.1", "0101" + "0011000f" + name, tls.VersionTLS11,
			CertificateRequest{Types: []byte{1}, Names: [][]byte{unhex(t, name)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := unhex(t, tt.body)
			got, ok := parseCertificateRequest(body, tt.version)
			if diff := cmp.Diff(tt.want, got); diff != "" || !ok {
				t.Errorf("ok %t (-want +got)\n%s", ok, diff)
			}
			for n := range body {
				if got, ok := parseCertificateRequest(body[:n], tt.version); ok || !reflect.DeepEqual(got, CertificateRequest{}) {
					t.Errorf("cut to %d bytes it is read: %+v", n, got)
				}
			}
		})
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
