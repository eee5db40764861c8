package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
)

// healthyMongod runs a mongod with a certificate for localhost.
func healthyMongod(t testing.TB, change func(*lab.Options)) (host string, port int) {
	t.Helper()
	o := lab.Options{Mode: lab.RequireTLS, Certificate: selfSigned(t)}
	if change != nil {
		change(&o)
	}
	instance, err := lab.StartMongod(t.Context(), o, lab.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Close)
	return split(t, instance.Address)
}

func split(t testing.TB, address string) (host string, port int) {
	t.Helper()
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	port, err = strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

// listen runs handle for every connection to a loopback port until the test ends.
func listen(t testing.TB, handle func(net.Conn)) (host string, port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(10 * time.Second))
				handle(conn)
			})
		}
	})
	t.Cleanup(func() { l.Close(); conns.Wait() })
	return split(t, l.Addr().String())
}

// outcomes are the answers to the side questions.
func outcomes(e fact.Endpoint) map[fact.QuestionID]fact.Outcome {
	m := map[fact.QuestionID]fact.Outcome{}
	for _, q := range e.Questions {
		m[q.ID] = q.Outcome
	}
	return m
}

func TestObserveMongod(t *testing.T) {
	host, port := healthyMongod(t, nil)
	e := (&Client{}).Observe(t.Context(), Request{Host: host, Port: port, Source: "seed", ServerName: "localhost", TLS: true})

	if e.Handshake == nil || !e.Handshake.OK || e.Handshake.Version != "TLS1.3" || e.Handshake.Group != "X25519MLKEM768" {
		t.Errorf("handshake = %+v", e.Handshake)
	}
	want := map[fact.QuestionID]fact.Outcome{
		fact.AskHTTP:  fact.OutcomeOK,
		fact.AskTLS10: fact.OutcomeAlert, fact.AskTLS11: fact.OutcomeAlert, fact.AskTLS12: fact.OutcomeOK,
		fact.AskSmallHello: fact.OutcomeOK, fact.AskNoSNI: fact.OutcomeOK,
	}
	got := outcomes(e)
	// What is closed on unread bytes ends in a FIN or in a RST, as it happens.
	for _, id := range []fact.QuestionID{fact.AskPlaintext, fact.AskWeakCiphers} {
		if got[id] != fact.OutcomeClosed && got[id] != fact.OutcomeReset {
			t.Errorf("%s = %s, want closed or reset", id, got[id])
		}
		delete(got, id)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("questions (-want +got)\n%s", diff)
	}
	yes, no := true, false
	protocols := []fact.Protocol{
		{Version: "TLS1.0", Supported: &no}, {Version: "TLS1.1", Supported: &no},
		{Version: "TLS1.2", Supported: &yes}, {Version: "TLS1.3", Supported: &yes},
	}
	if diff := cmp.Diff(protocols, e.Protocols); diff != "" {
		t.Errorf("protocols (-want +got)\n%s", diff)
	}
	if e.Server == nil || e.Server.MongoDB == nil || !*e.Server.MongoDB || e.Server.Plaintext != "refused" || e.Server.Hello != fact.OutcomeOK {
		t.Errorf("server = %+v", e.Server)
	}
	if len(e.Certificates) != 1 || e.Certificates[0].Subject != "CN=localhost" {
		t.Errorf("certificates = %+v", e.Certificates)
	}
	if e.ClientAuth == nil || e.ClientAuth.Requested || e.ClientAuth.Required == nil || *e.ClientAuth.Required {
		t.Errorf("client auth = %+v", e.ClientAuth)
	}
}

// relay is a path to an address with a round-trip time: connecting takes one,
// and so does every answer. Bytes are delayed on their way back, which to a
// client is the same as delaying them both ways.
func relay(t testing.TB, address string, rtt time.Duration) (dial func(context.Context, string, string) (net.Conn, error)) {
	t.Helper()
	host, port := listen(t, func(client net.Conn) {
		server, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		defer server.Close()
		go func() {
			io.Copy(server, client)
			server.(*net.TCPConn).CloseWrite()
		}()
		type chunk struct {
			data []byte
			due  time.Time
		}
		chunks := make(chan chunk, 1024)
		go func() {
			defer close(chunks)
			for {
				buf := make([]byte, 32<<10)
				n, err := server.Read(buf)
				chunks <- chunk{buf[:n], time.Now().Add(rtt)}
				if err != nil {
					return
				}
			}
		}()
		for c := range chunks {
			time.Sleep(time.Until(c.due))
			if _, err := client.Write(c.data); err != nil {
				return
			}
		}
	})
	near := net.JoinHostPort(host, strconv.Itoa(port))
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		select {
		case <-time.After(rtt):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return (&net.Dialer{}).DialContext(ctx, network, near)
	}
}

// TestRoundTrips holds a whole check to four round trips of wall time: connect,
// TLS 1.3, hello, and one to spare. The side questions cost none.
func TestRoundTrips(t *testing.T) {
	const rtt = 100 * time.Millisecond
	host, port := healthyMongod(t, nil)
	dial := relay(t, net.JoinHostPort(host, strconv.Itoa(port)), rtt)
	var best time.Duration
	for range 3 {
		start := time.Now()
		e := (&Client{Dial: dial}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true})
		took := time.Since(start)
		if !e.Handshake.OK || e.Server.Hello != fact.OutcomeOK || *e.Protocols[2].Supported != true {
			t.Fatalf("not observed in full: %+v", e)
		}
		if best == 0 || took < best {
			best = took
		}
	}
	t.Logf("%v, that is %.2f round trips of %v", best, float64(best)/float64(rtt), rtt)
	if best > 4*rtt {
		t.Errorf("took %v, more than four round trips of %v", best, rtt)
	}
}

func TestSilentPeerCostsOneTimeout(t *testing.T) {
	const timeout = 400 * time.Millisecond
	host, port := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	start := time.Now()
	e := (&Client{Timeout: timeout}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true})
	took := time.Since(start)
	if e.Handshake == nil || e.Handshake.Outcome != fact.OutcomeTimeout {
		t.Errorf("handshake = %+v", e.Handshake)
	}
	for _, q := range e.Questions {
		if q.Outcome != fact.OutcomeTimeout {
			t.Errorf("%s = %s", q.ID, q.Outcome)
		}
	}
	t.Logf("%v with a timeout of %v", took, timeout)
	if took > timeout*13/10 {
		t.Errorf("took %v, more than one timeout of %v", took, timeout)
	}
}

// TestUnansweredSideQuestionCostsAGrace: a server that is fine but leaves a side
// question hanging does not hold the check up for a timeout.
func TestUnansweredSideQuestionCostsAGrace(t *testing.T) {
	inner, innerPort := healthyMongod(t, nil)
	address := net.JoinHostPort(inner, strconv.Itoa(innerPort))
	host, port := listen(t, func(c net.Conn) {
		first := make([]byte, 5)
		if _, err := io.ReadFull(c, first); err != nil || first[0] != 22 {
			// Whatever is not TLS is swallowed.
			io.Copy(io.Discard, c)
			return
		}
		server, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		defer server.Close()
		server.Write(first)
		go io.Copy(server, c)
		io.Copy(c, server)
	})
	const timeout = 5 * time.Second
	start := time.Now()
	e := (&Client{Timeout: timeout}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true})
	took := time.Since(start)
	if e.Server == nil || e.Server.Hello != fact.OutcomeOK || e.Server.Plaintext != "unknown" {
		t.Errorf("server = %+v", e.Server)
	}
	for _, id := range []fact.QuestionID{fact.AskPlaintext, fact.AskHTTP} {
		if got := e.Question(id).Outcome; got != fact.OutcomeUnanswered {
			t.Errorf("%s = %s, want unanswered", id, got)
		}
	}
	t.Logf("%v", took)
	if took > time.Second {
		t.Errorf("took %v", took)
	}
}

func TestContextEndsEverything(t *testing.T) {
	host, port := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	(&Client{Timeout: 10 * time.Second}).Observe(ctx, Request{Host: host, Port: port, TLS: true})
	if took := time.Since(start); took > time.Second {
		t.Errorf("went on for %v after its context had ended", took)
	}
}

func TestQuickMakesOneConnection(t *testing.T) {
	for _, useTLS := range []bool{true, false} {
		var connections atomic.Int32
		host, port := healthyMongod(t, func(o *lab.Options) { o.Mode = lab.PreferTLS })
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			connections.Add(1)
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
		e := (&Client{Dial: dial}).Observe(t.Context(), Request{Host: host, Port: port, TLS: useTLS, Quick: true})
		if n := connections.Load(); n != 1 {
			t.Errorf("TLS %v: %d connections", useTLS, n)
		}
		if e.Server == nil || e.Server.MongoDB == nil || !*e.Server.MongoDB {
			t.Errorf("TLS %v: server = %+v", useTLS, e.Server)
		}
		if (e.Handshake != nil) != useTLS {
			t.Errorf("TLS %v: handshake = %+v", useTLS, e.Handshake)
		}
	}
}

// TestHostilePeers: whatever a peer sends, the observation ends in time and in
// bounded memory.
func TestHostilePeers(t *testing.T) {
	forever := func(data []byte) func(net.Conn) {
		return func(c net.Conn) {
			for {
				if _, err := c.Write(data); err != nil {
					return
				}
			}
		}
	}
	endlessHandshake := append([]byte{22, 3, 3, 0x40, 0}, make([]byte, 1<<14)...)
	endlessHandshake[5], endlessHandshake[6] = 11, 0xff
	tests := []struct {
		name   string
		handle func(net.Conn)
	}{
		{"zeroes without end", forever(make([]byte, 1<<16))},
		{"one byte at a time", func(c net.Conn) {
			for {
				if _, err := c.Write([]byte{22}); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}},
		{"a certificate message without end", forever(endlessHandshake)},
		{"warning alerts without end", forever([]byte{21, 3, 3, 0, 2, 1, 90})},
		{"HTTP without end", forever([]byte("HTTP/1.1 200 OK\r\nX: y\r\n"))},
		{"a MongoDB message that claims two gigabytes", func(c net.Conn) {
			c.Write([]byte{0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 1, 0, 0, 0, 0xdd, 7, 0, 0})
			io.Copy(io.Discard, c)
		}},
	}
	const timeout = 300 * time.Millisecond
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host, port := listen(t, tt.handle)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			e := (&Client{Timeout: timeout}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if e.Handshake == nil || e.Handshake.OK {
				t.Errorf("handshake = %+v", e.Handshake)
			}
			if took > timeout+graceAfterFailure+500*time.Millisecond {
				t.Errorf("took %v", took)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

// addresses is a resolver that knows one name.
type addresses []netip.Addr

func (a addresses) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) { return a, nil }

func TestAddresses(t *testing.T) {
	good := netip.MustParseAddr("127.0.0.1")
	bad := netip.MustParseAddr("127.0.0.2")
	host, port := healthyMongod(t, nil)
	refused := &net.OpError{Op: "dial", Err: errors.New("told to fail")}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		ip, _, _ := net.SplitHostPort(address)
		if ip == bad.String() {
			return nil, refused
		}
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(host, strconv.Itoa(port)))
	}
	tests := []struct {
		name string
		ips  addresses
		want []fact.Address
		ok   bool
	}{
		{"the only one", addresses{good}, []fact.Address{{IP: "127.0.0.1", TCP: fact.TCP{OK: true}}}, true},
		{"the first fails, the second is used", addresses{bad, good}, []fact.Address{
			{IP: "127.0.0.2", TCP: fact.TCP{Failure: "error", Error: refused.Error()}}, {IP: "127.0.0.1", TCP: fact.TCP{OK: true}},
		}, true},
		{"the same twice is one, mapped or not", addresses{good, netip.AddrFrom16(good.As16())}, []fact.Address{{IP: "127.0.0.1", TCP: fact.TCP{OK: true}}}, true},
		{"none works", addresses{bad}, []fact.Address{{IP: "127.0.0.2", TCP: fact.TCP{Failure: "error", Error: refused.Error()}}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{Resolver: tt.ips, Dial: dial}
			e := c.Observe(t.Context(), Request{Host: "db.example.com", Port: port, TLS: true})
			for i := range e.Addresses {
				e.Addresses[i].TCP.Ms = 0
			}
			if diff := cmp.Diff(tt.want, e.Addresses); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got := e.Handshake != nil && e.Handshake.OK; got != tt.ok {
				t.Errorf("handshake = %+v", e.Handshake)
			}
		})
	}
}

// TestAResolverThatAnswersTooMuch: a name with thousands of addresses costs no
// more than one with a few.
func TestAResolverThatAnswersTooMuch(t *testing.T) {
	var many addresses
	for i := range 2000 {
		many = append(many, netip.AddrFrom4([4]byte{127, 1, byte(i >> 8), byte(i)}))
	}
	var dialled atomic.Int32
	dial := func(context.Context, string, string) (net.Conn, error) {
		dialled.Add(1)
		return nil, errors.New("told to fail")
	}
	e := (&Client{Resolver: many, Dial: dial}).Observe(t.Context(), Request{Host: "db.example.com", Port: 1})
	if len(e.Addresses) != maxAddresses || dialled.Load() != maxAddresses {
		t.Errorf("%d addresses, %d dialled; want %d", len(e.Addresses), dialled.Load(), maxAddresses)
	}
}

func TestClientCertificateIsLeftOutOnce(t *testing.T) {
	client := selfSigned(t)
	host, port := listen(t, func(c net.Conn) {
		s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}, ClientAuth: tls.RequireAnyClientCert})
		if s.Handshake() == nil {
			// A proxy whose backend answers nobody.
			io.Copy(io.Discard, s)
		}
	})
	e := (&Client{Timeout: 500 * time.Millisecond}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true, ClientCertificate: &client})
	if e.ClientAuth == nil || e.ClientAuth.Presented != "CN=localhost" || e.ClientAuth.Required == nil || !*e.ClientAuth.Required {
		t.Errorf("client auth = %+v", e.ClientAuth)
	}
	q := e.Question(fact.AskNoClientCert)
	if q == nil || q.Outcome != fact.OutcomeAlert || q.Alert.Name != "certificate_required" {
		t.Errorf("without the certificate: %+v", q)
	}
}

// TestWhatIsAskedAgain: some questions are worth asking only once there is an
// answer to the first.
func TestWhatIsAskedAgain(t *testing.T) {
	serve := func(c *tls.Config) (host string, port int) {
		c.Certificates = []tls.Certificate{selfSigned(t)}
		return listen(t, func(conn net.Conn) {
			s := tls.Server(conn, c)
			if s.Handshake() == nil {
				// A proxy whose backend is down.
				s.Close()
			}
		})
	}
	refuseNameless := func(info *tls.ClientHelloInfo) (*tls.Config, error) {
		if info.ServerName == "" {
			return nil, errors.New("no name")
		}
		return nil, nil
	}
	for _, test := range []struct {
		name       string
		config     *tls.Config
		serverName string
		want       map[fact.QuestionID]fact.Outcome
	}{
		{"a suite with CBC, and no other", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}}, "localhost",
			map[fact.QuestionID]fact.Outcome{fact.AskStrongSuites: fact.OutcomeAlert}},
		{"a suite with GCM", &tls.Config{MaxVersion: tls.VersionTLS12}, "localhost", map[fact.QuestionID]fact.Outcome{}},
		{"no name, and one is wanted", &tls.Config{GetConfigForClient: refuseNameless}, "127.0.0.1",
			map[fact.QuestionID]fact.Outcome{fact.AskAddressName: fact.OutcomeClosed}},
		{"no name, and none is wanted", &tls.Config{}, "127.0.0.1", map[fact.QuestionID]fact.Outcome{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			host, port := serve(test.config)
			e := (&Client{Timeout: 5 * time.Second}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: test.serverName, TLS: true})
			got := map[fact.QuestionID]fact.Outcome{}
			for _, id := range []fact.QuestionID{fact.AskStrongSuites, fact.AskAddressName} {
				if q := e.Question(id); q != nil {
					got[id] = q.Outcome
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s\nhandshake %+v", diff, e.Handshake)
			}
		})
	}
}

func BenchmarkObserve(b *testing.B) {
	host, port := healthyMongod(b, nil)
	c := &Client{}
	for b.Loop() {
		if e := c.Observe(b.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true}); !e.Handshake.OK {
			b.Fatalf("%+v", e.Handshake)
		}
	}
}
