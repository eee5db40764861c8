package lab

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/wire"
)

// options are those of a mongod with a sound chain.
func options(t *testing.T) Options {
	t.Helper()
	pki, err := NewPKI(time.Now(), rootNode(), intermediateNode(), leafNode())
	if err != nil {
		t.Fatal(err)
	}
	return Options{Certificate: pki.Chain(leaf, intermediate)}
}

// runMongod starts a mongod that lasts until the test ends.
func runMongod(t *testing.T, o Options) *Instance {
	t.Helper()
	i, err := StartMongod(t.Context(), o, StartOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

// tap records what comes in on a connection.
type tap struct {
	net.Conn
	in bytes.Buffer
}

func (c *tap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.in.Write(p[:n])
	return n, err
}

// TestMongodAnswersTheHandshakeInBytes is about what a client gets that mongod
// refuses: the alert it makes by hand, or nothing at all.
func TestMongodAnswersTheHandshakeInBytes(t *testing.T) {
	tests := []struct {
		name   string
		server func(*Options)
		client *tls.Config
		want   string
	}{
		{
			name:   "a TLS 1.0 client gets the alert protocol_version in a record of TLS 1.0",
			client: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
			want:   "15030100020246",
		},
		{
			name:   "a TLS 1.1 client gets the alert protocol_version in a record of TLS 1.1",
			client: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
			want:   "15030200020246",
		},
		{
			name:   "a TLS 1.2 client of a server with TLS 1.3 alone gets nothing",
			server: func(o *Options) { o.MinVersion = tls.VersionTLS13 },
			client: &tls.Config{MaxVersion: tls.VersionTLS12},
		},
		{
			name: "a client without a shared cipher suite gets nothing",
			server: func(o *Options) {
				o.MaxVersion, o.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384}
			},
			client: &tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}, MaxVersion: tls.VersionTLS12},
		},
		{
			name:   "a client of a server without TLS gets nothing, not even the alert for TLS 1.0",
			server: func(o *Options) { o.Mode = Disabled },
			client: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := options(t)
			if test.server != nil {
				test.server(&o)
			}
			conn := &tap{Conn: dial(t, runMongod(t, o), patience)}
			c := test.client.Clone()
			c.InsecureSkipVerify = true
			if err := tls.Client(conn, c).Handshake(); err == nil {
				t.Fatal("the handshake completed")
			}
			if diff := cmp.Diff(test.want, hex.EncodeToString(conn.in.Bytes())); diff != "" {
				t.Errorf("bytes from the server (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMongodAcceptsOldVersionsWhenToldTo(t *testing.T) {
	o := options(t)
	o.MinVersion = tls.VersionTLS10
	i := runMongod(t, o)
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			c := tls.Client(dial(t, i, patience), &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
			if got := hello(c); got != "Standalone" {
				t.Errorf("hello over %s: %s", tls.VersionName(version), got)
			}
		})
	}
}

func TestMongodWaitsForSixteenBytes(t *testing.T) {
	tests := []struct {
		name  string
		bytes string
		want  string
	}{
		{"a header but for its last byte", "000000000000000000000000000000", "timeout"},
		{"half a ClientHello", "160301", "timeout"},
		{"a header with responseTo 0", "10000000010000000000000000000000", "closed"},
		{"a header with responseTo -1", "1000000001000000ffffffff00000000", "closed"},
		{"anything else, which it takes for TLS", "10000000010000000100000000000000", "closed"},
	}
	i := runMongod(t, options(t))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wait := patience
			if test.want == "timeout" {
				wait = impatience
			}
			conn := dial(t, i, wait)
			b, err := hex.DecodeString(test.bytes)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write(b); err != nil {
				t.Fatal(err)
			}
			n, err := conn.Read(make([]byte, 1))
			if n != 0 || ending(err) != test.want {
				t.Errorf("read %d bytes, then %q, want %q", n, ending(err), test.want)
			}
		})
	}
}

// TestPlaintextWithResponseToMinusOne is about the other value that mongod takes
// for a message without TLS.
func TestPlaintextWithResponseToMinusOne(t *testing.T) {
	o := options(t)
	o.Mode = PreferTLS
	conn := dial(t, runMongod(t, o), patience)
	request := wire.HelloRequest(1, wire.Metadata{})
	copy(request[8:], []byte{0xff, 0xff, 0xff, 0xff})
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	if _, _, err := wire.ReadMessage(conn, wire.DefaultMaxMessage); err != nil {
		t.Errorf("no reply: %v", err)
	}
}

// TestCommands asks one connection one command after the other.
func TestCommands(t *testing.T) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	o := options(t)
	o.Mode = Disabled
	o.Now = func() time.Time { return now }
	o.Hello = Hello{
		SetName: "rs0", Me: "a.example.com:27017", Hosts: []string{"a.example.com:27017", "b.example.com:27017"},
		MaxWireVersion: 21, ClockSkew: -time.Hour,
	}
	conn := dial(t, runMongod(t, o), patience)
	// A reply to no request is a request: the format is the same.
	command := func(name string) []byte {
		return wire.Reply(7, 0, false, wire.Document{{Key: name, Value: wire.Int32(1)}, {Key: "$db", Value: wire.String("admin")}})
	}
	primary := wire.Hello{
		OK: true, IsWritablePrimary: true, SetName: "rs0", Me: "a.example.com:27017", Primary: "a.example.com:27017",
		Hosts: []string{"a.example.com:27017", "b.example.com:27017"}, HostCount: 2,
		MaxWireVersion: 21, LocalTime: now.Add(-time.Hour), ConnectionID: 1, HelloOK: true,
	}
	unauthorized := wire.Hello{Code: 13, CodeName: "Unauthorized", ErrMsg: "Command listDatabases requires authentication"}
	tests := []struct {
		name    string
		request []byte
		want    wire.Hello
	}{
		{"hello", wire.HelloRequest(7, wire.Metadata{}), primary},
		{"isMaster by OP_QUERY", wire.LegacyHelloRequest(7, wire.Metadata{}), primary},
		{"ping", command("ping"), wire.Hello{OK: true}},
		{"buildInfo, which older drivers ask", command("buildinfo"), wire.Hello{OK: true}},
		{"listDatabases, which needs authentication", command("listDatabases"), unauthorized},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := conn.Write(test.request); err != nil {
				t.Fatal(err)
			}
			header, body, err := wire.ReadMessage(conn, wire.DefaultMaxMessage)
			if err != nil {
				t.Fatal(err)
			}
			got, err := wire.ParseReply(header, body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("reply (-want +got):\n%s", diff)
			}
			if header.ResponseTo != 7 {
				t.Errorf("the reply is to request %d, want 7", header.ResponseTo)
			}
		})
	}
}

// TestClientCertificateIsJudgedAfterTheHandshake is about the acceptance of
// each kind of certificate; the handshake completes with all of them.
func TestClientCertificateIsJudgedAfterTheHandshake(t *testing.T) {
	expired, server := clientNode(root), clientNode(root)
	expired.ID, expired.NotBefore, expired.NotAfter = "expired", -20*day, -10*day
	server.ID, server.Usages = "server", leafNode().Usages[:1]
	noUsage := clientNode(root)
	noUsage.ID, noUsage.Usages = "no usage", nil
	other := rootNode()
	other.ID = "other"
	stranger := clientNode("other")
	stranger.ID = "stranger"
	pki, err := NewPKI(time.Now(), rootNode(), intermediateNode(), leafNode(), clientNode(root), expired, server, noUsage, other, stranger)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		present            string
		required, optional string
	}{
		{"", "closed", "Standalone"},
		{client, "Standalone", "Standalone"},
		{"no usage", "Standalone", "Standalone"},
		{"expired", "closed", "closed"},
		{"server", "closed", "closed"},
		{"stranger", "closed", "closed"},
	}
	o := Options{Certificate: pki.Chain(leaf, intermediate)}
	if o.ClientCAs, err = pki.Certificates(root); err != nil {
		t.Fatal(err)
	}
	required := runMongod(t, o)
	o.AllowConnectionsWithoutCertificates = true
	optional := runMongod(t, o)
	for _, test := range tests {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(test.present+" "+tls.VersionName(version), func(t *testing.T) {
				ask := func(i *Instance) string {
					conn := tls.Client(dial(t, i, patience), &tls.Config{
						InsecureSkipVerify: true, MaxVersion: version,
						GetClientCertificate: func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
							if len(request.AcceptableCAs) != 1 {
								t.Errorf("%d names in certificate_authorities, want 1", len(request.AcceptableCAs))
							}
							if test.present == "" {
								return &tls.Certificate{}, nil
							}
							c := pki.Chain(test.present)
							return &c, nil
						},
					})
					if err := conn.Handshake(); err != nil {
						t.Fatalf("handshake: %v", err)
					}
					return hello(conn)
				}
				if diff := cmp.Diff([]string{test.required, test.optional}, []string{ask(required), ask(optional)}); diff != "" {
					t.Errorf("hello of the server that requires one, of the one that does not (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestRejectionHasNoCloseNotify(t *testing.T) {
	conn := &tap{Conn: dial(t, run(t, "client-cert-required"), patience)}
	c := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); ending(err) != "closed" {
		t.Errorf("after the handshake: %v, want the end", err)
	}
	const alert = 21
	for in := conn.in.Bytes(); len(in) >= recordHeader; in = in[recordHeader+int(binary.BigEndian.Uint16(in[3:])):] {
		if in[0] == alert {
			t.Errorf("the server sent an alert: %x", in)
		}
	}
}
