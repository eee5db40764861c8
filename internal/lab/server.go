package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// The bounds of every peer of the lab.
const (
	// maxConnections is how many connections an endpoint holds at once; more
	// are closed as they come.
	maxConnections = 256
	// idleTimeout is how long a connection may be silent.
	idleTimeout = 30 * time.Second
)

// handler talks with one connection, which is closed when it returns.
type handler func(net.Conn)

// server accepts connections and gives each to its handler.
type server struct {
	handle    handler
	listeners []net.Listener

	wg     sync.WaitGroup
	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

// serve starts to accept. The caller ends it with close.
func serve(listeners []net.Listener, handle handler) *server {
	s := &server{handle: handle, listeners: listeners, conns: make(map[net.Conn]struct{})}
	for _, l := range listeners {
		s.wg.Go(func() { s.accept(l) })
	}
	return s
}

func (s *server) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Such as no file descriptor left: it passes, or close comes.
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if !s.add(conn) {
			conn.Close()
			continue
		}
		s.wg.Go(func() {
			defer s.remove(conn)
			_ = conn.SetDeadline(time.Now().Add(idleTimeout))
			s.handle(conn)
		})
	}
}

func (s *server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= maxConnections {
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

func (s *server) remove(conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// close ends the listeners and the connections and waits for their goroutines.
func (s *server) close() {
	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	for _, l := range s.listeners {
		l.Close()
	}
	s.wg.Wait()
}

// listenLoopback listens on a free port of 127.0.0.1 and on the same port of
// ::1 where there is one, because that is where localhost leads.
func listenLoopback(ctx context.Context) ([]net.Listener, error) {
	const attempts = 20
	var lc net.ListenConfig
	for range attempts {
		v4, err := lc.Listen(ctx, "tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("listening on loopback: %w", err)
		}
		if !hasIPv6Loopback() {
			return []net.Listener{v4}, nil
		}
		_, port, _ := net.SplitHostPort(v4.Addr().String())
		v6, err := lc.Listen(ctx, "tcp6", net.JoinHostPort("::1", port))
		if err == nil {
			return []net.Listener{v4, v6}, nil
		}
		v4.Close()
	}
	return nil, fmt.Errorf("found no port that is free on both 127.0.0.1 and ::1 in %d attempts", attempts)
}

func hasIPv6Loopback() bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.Equal(net.IPv6loopback) {
			return true
		}
	}
	return false
}

// replayConn is a connection whose first bytes were read already.
type replayConn struct {
	net.Conn
	first []byte
}

func (c *replayConn) Read(p []byte) (int, error) {
	if len(c.first) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.first)
	c.first = c.first[n:]
	return n, nil
}

// linger closes a connection so that what was written last arrives: a socket
// that is closed with unread bytes sends a reset, which may overtake it. It sends
// FIN and waits for the peer to close too, a second at most.
func linger(conn net.Conn) {
	const longest, most = time.Second, 1 << 20
	if r, ok := conn.(*replayConn); ok {
		conn = r.Conn
	}
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.CloseWrite()
	}
	_ = conn.SetReadDeadline(time.Now().Add(longest))
	_, _ = io.CopyN(io.Discard, conn, most)
}
