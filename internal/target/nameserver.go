package target

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// diagnoseTimeout bounds the second query by which a failed lookup is explained.
const diagnoseTimeout = 2 * time.Second

// response is what a name server said to a query, as far as its header goes (RFC
// 1035 section 4.1.1).
type response struct {
	// server is the name server's address; empty where none was asked.
	server string
	// heard is whether a header came back; code and truncated are of it.
	heard     bool
	code      int
	truncated bool
	// stream is what kept the query from being asked again by TCP, as a truncated
	// answer calls for; nil where nothing did.
	stream error
}

// responseCodes are those that name servers refuse by (RFC 1035 section 4.1.1).
var responseCodes = map[int]string{1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}

// diagnose asks for an SRV record once more and looks at the packets: package net
// calls most of what a name server may answer by one name. Only the resolver of
// package net can be looked at.
func diagnose(ctx context.Context, r Resolver, service, name string) response {
	system, ok := r.(*net.Resolver)
	if !ok {
		return response{}
	}
	ctx, cancel := context.WithTimeout(ctx, diagnoseTimeout)
	defer cancel()
	var seen listener
	watched := net.Resolver{PreferGo: true, StrictErrors: system.StrictErrors, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		return seen.dial(ctx, system, network, address)
	}}
	// Only what the packets say is of interest.
	_, _, _ = watched.LookupSRV(ctx, service, "tcp", name+".")
	return seen.told()
}

// listener looks at the answers to a lookup.
type listener struct {
	mu   sync.Mutex
	last response
}

func (l *listener) told() response {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *listener) note(change func(*response)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.last)
}

func (l *listener) dial(ctx context.Context, system *net.Resolver, network, address string) (net.Conn, error) {
	dial := system.Dial
	if dial == nil {
		var d net.Dialer
		dial = d.DialContext
	}
	conn, err := dial(ctx, network, address)
	if err != nil {
		l.note(func(r *response) {
			if r.server == "" {
				r.server = address
			}
			if strings.HasPrefix(network, "tcp") {
				r.stream = err
			}
		})
		return nil, err
	}
	l.note(func(r *response) { r.server = conn.RemoteAddr().String() })
	if strings.HasPrefix(network, "udp") {
		// Package net tells datagrams from streams by the connection's type.
		if packets, ok := conn.(packetConn); ok {
			return &watchedPackets{packets, l}, nil
		}
	}
	return conn, nil
}

// packetConn is a connection of datagrams, such as *net.UDPConn.
type packetConn interface {
	net.Conn
	net.PacketConn
}

// watchedPackets notes the header of each answer.
type watchedPackets struct {
	packetConn
	listener *listener
}

// Read reads one datagram.
func (w *watchedPackets) Read(p []byte) (int, error) {
	n, err := w.packetConn.Read(p)
	// ID, flags (QR and TC among them, the code in the last four bits), counts.
	if n >= 12 && p[2]&0x80 != 0 {
		w.listener.note(func(r *response) {
			r.heard, r.code, r.truncated = true, int(p[3]&0x0f), p[2]&0x02 != 0
		})
	}
	return n, err
}

// answer names what the name server said; empty where nothing was heard.
func (r response) answer() string {
	switch {
	case !r.heard:
		return ""
	case r.truncated:
		return "truncated"
	case r.code == 0:
		return "NOERROR"
	case responseCodes[r.code] == "":
		return fmt.Sprintf("RCODE %d", r.code)
	}
	return responseCodes[r.code]
}

// explain words what a name server said to a lookup that failed; problem is the
// finding that it stands for, empty where it tells nothing new.
func (r response) explain() (problem, detail string) {
	by := "the name server " + r.server
	switch {
	case r.server == "":
		return "", ""
	case r.heard && r.truncated && r.stream != nil:
		return dnsFailure, by + " truncated its answer by UDP, and by TCP it could not be asked: " + printable(r.stream.Error())
	case r.heard && r.truncated:
		return dnsFailure, by + " truncated its answer by UDP, and had none by TCP"
	case r.heard && r.code == 3, r.heard && r.code == 0:
		return "", by + " has none"
	case r.heard:
		return dnsFailure, by + " answered " + r.answer()
	}
	return "", by + " did not answer"
}
