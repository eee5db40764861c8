package peers

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// accept takes connections to a free port of 127.0.0.1 until the test ends, and
// returns the address. begin is called with one after the other, in the order in
// which they came, and what it returns beside all others; neither needs to close
// the connection.
func accept(t *testing.T, begin func(net.Conn) (talk func())) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(longest))
			talk := begin(conn)
			all.Go(func() {
				defer conn.Close()
				talk()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	return l.Addr().String()
}

// terminate runs a TLS terminator in front of a server without TLS, as a proxy
// or an ingress is, and returns its address.
func terminate(t *testing.T, config *tls.Config, backend string) (address string) {
	t.Helper()
	return accept(t, func(conn net.Conn) func() {
		return func() {
			secure := tls.Server(conn, config)
			if err := secure.Handshake(); err != nil {
				// crypto/tls has sent its alert; what the client still sends is
				// read, lest a reset overtakes it.
				drain(conn)
				return
			}
			forward(secure, "tcp", backend)()
		}
	})
}

// forward dials a server and returns what carries bytes between it and conn. A
// server that cannot be reached is one that hangs up.
func forward(conn net.Conn, network, server string) (talk func()) {
	behind, err := net.Dial(network, server)
	if err != nil {
		return func() {}
	}
	_ = behind.SetDeadline(time.Now().Add(longest))
	return func() {
		defer behind.Close()
		splice(conn, behind)
	}
}

// drain ends the writing side of a connection and reads to its end, for a
// second at most.
func drain(conn net.Conn) {
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.CloseWrite()
	}
	_ = conn.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.Copy(io.Discard, conn)
}

// splice carries bytes both ways until one side ends, and lets the other have
// what was sent before that.
func splice(a, b net.Conn) {
	var ways sync.WaitGroup
	carry := func(from, to net.Conn) {
		_, _ = io.Copy(to, from)
		if c, ok := to.(interface{ CloseWrite() error }); ok {
			_ = c.CloseWrite()
		}
	}
	ways.Go(func() { carry(a, b) })
	carry(b, a)
	// The server has hung up: no client waits for what it would send then.
	a.Close()
	b.Close()
	ways.Wait()
}
