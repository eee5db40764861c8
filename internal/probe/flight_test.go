package probe

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
	rec, keys := &recorder{Conn: near}, &keyLog{}
	client.KeyLogWriter, client.InsecureSkipVerify = keys, true
	// Whether it completes is up to the case.
	_ = tls.Client(rec, client).Handshake()
	near.Close()
	<-done
	return rec.read, keys.secret
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
	asked := certificateRequest{types: []byte{1, 64}, names: [][]byte{leaf.RawSubject}}
	asked13 := certificateRequest{names: [][]byte{leaf.RawSubject}}

	tests := []struct {
		name    string
		version uint16
		cert    tls.Certificate
		suites  []uint16
		ask     tls.ClientAuthType
		want    flight
	}{
		{
			name: "TLS 1.2 in clear", version: tls.VersionTLS12, cert: good,
			want: flight{
				hello:     serverHello{version: tls.VersionTLS12, suite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, group: uint16(tls.X25519)},
				helloSeen: true, chain: good.Certificate, done: true,
			},
		},
		{
			name: "TLS 1.2 with a CertificateRequest", version: tls.VersionTLS12, cert: good, ask: tls.RequestClientCert,
			want: flight{
				hello:     serverHello{version: tls.VersionTLS12, suite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, group: uint16(tls.X25519)},
				helloSeen: true, chain: good.Certificate, requested: true, request: asked, done: true,
			},
		},
		{
			name: "TLS 1.3, decrypted", version: tls.VersionTLS13, cert: good,
			want: flight{
				hello:     serverHello{version: tls.VersionTLS13, suite: tls.TLS_AES_128_GCM_SHA256},
				helloSeen: true, chain: good.Certificate, done: true,
			},
		},
		{
			name: "TLS 1.3 with a CertificateRequest", version: tls.VersionTLS13, cert: good, ask: tls.RequestClientCert,
			want: flight{
				hello:     serverHello{version: tls.VersionTLS13, suite: tls.TLS_AES_128_GCM_SHA256},
				helloSeen: true, chain: good.Certificate, requested: true, request: asked13, done: true,
			},
		},
		{
			name: "TLS 1.3 with a certificate that crypto/x509 refuses", version: tls.VersionTLS13, cert: broken,
			want: flight{
				hello:     serverHello{version: tls.VersionTLS13, suite: tls.TLS_AES_128_GCM_SHA256},
				helloSeen: true, chain: broken.Certificate, done: true,
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
			got := readFlight(recorded, secret)
			whole := got
			if signs := slices.Contains(got.request.schemes, uint16(tls.ECDSAWithP256AndSHA256)); signs != got.requested {
				t.Errorf("schemes %v", got.request.schemes)
			}
			got.request.schemes = nil
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(flight{}, serverHello{}, certificateRequest{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			// However the bytes are cut, they say the same.
			one := flightReader{secret: secret}
			for i := range recorded {
				one.feed(recorded[i : i+1])
			}
			if diff := cmp.Diff(whole, one.flight, cmp.AllowUnexported(flight{}, serverHello{}, certificateRequest{})); diff != "" {
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
		t.Run(suiteName(suite), func(t *testing.T) {
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
		want flight
	}{
		{"mongod's hand-made alert", "\x15\x03\x01\x00\x02\x02\x46", flight{alertCode: 70, alertSeen: true}},
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n", flight{notRecords: true}},
		{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", flight{notRecords: true}},
		{"nothing", "", flight{}},
		{"half a record header", "\x16\x03", flight{}},
		{"a record that is not all there", "\x16\x03\x03\x00\x40\x02\x00", flight{}},
		{"a record longer than any", "\x16\x03\x03\xff\xff", flight{notRecords: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, readFlight([]byte(tt.data), nil), cmp.AllowUnexported(flight{}, serverHello{}, certificateRequest{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReceivedAlertFindsEveryNumber(t *testing.T) {
	for code := range 256 {
		err := &net.OpError{Op: "remote error", Err: tls.AlertError(code)}
		got := receivedAlert(err)
		if got == nil || got.Code != code {
			t.Errorf("alert %d is read as %v", code, got)
		}
	}
	if got := receivedAlert(io.EOF); got != nil {
		t.Errorf("EOF is read as alert %v", got)
	}
}

func TestServerHelloOfARetryRequest(t *testing.T) {
	body := append([]byte{3, 3}, helloRetryRandom[:]...)
	body = append(body, 0, 0x13, 0x02, 0, 0, 12, 0, extSupportedVersions, 0, 2, 3, 4, 0, extKeyShare, 0, 2, 0, 30)
	got, ok := parseServerHello(body)
	want := serverHello{version: tls.VersionTLS13, suite: tls.TLS_AES_256_GCM_SHA384, retry: true, group: 30}
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
		whole := readFlight(data, secret)
		cut := flightReader{secret: secret}
		half := len(data) / 2
		cut.feed(data[:half])
		cut.feed(data[half:])
		if diff := cmp.Diff(whole, cut.flight, cmp.AllowUnexported(flight{}, serverHello{}, certificateRequest{})); diff != "" {
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
		want       certificateRequest
	}{
		{"TLS 1.3", "00" + "0021" + "000d0006000404030804" + "002f0013" + "0011000f" + name, tls.VersionTLS13,
			certificateRequest{schemes: []uint16{0x0403, 0x0804}, names: [][]byte{unhex(t, name)}}},
		{"TLS 1.3 without names, and an extension of another kind", "00" + "0010" + "000d0006000404030804" + "00320002" + "0000", tls.VersionTLS13,
			certificateRequest{schemes: []uint16{0x0403, 0x0804}}},
		{"TLS 1.2", "020140" + "000404030401" + "0011000f" + name, tls.VersionTLS12,
			certificateRequest{types: []byte{1, 64}, schemes: []uint16{0x0403, 0x0401}, names: [][]byte{unhex(t, name)}}},
		{"TLS 1.1", "0101" + "0011000f" + name, tls.VersionTLS11,
			certificateRequest{types: []byte{1}, names: [][]byte{unhex(t, name)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := unhex(t, tt.body)
			got, ok := parseCertificateRequest(body, tt.version)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(certificateRequest{})); diff != "" || !ok {
				t.Errorf("ok %t (-want +got)\n%s", ok, diff)
			}
			for n := range body {
				if got, ok := parseCertificateRequest(body[:n], tt.version); ok || !reflect.DeepEqual(got, certificateRequest{}) {
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
