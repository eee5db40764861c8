package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// server answers ClientHellos as far as a scan listens: it is the other side of
// what the scanner believes about servers, and the real ones are asked in e2e.
type server struct {
	// suites are those of each version that it has, in its own order.
	suites map[uint16][]uint16
	// groups are those of TLS 1.3 and of ECDHE suites.
	groups []uint16
	// own follows its own order of suites and groups; otherwise the client's.
	own bool
	// dhBits is the length of the prime that DHE suites come with.
	dhBits int
	// chain is its certificate up to TLS 1.2.
	chain []byte
	// closes ends the connection where others send an alert; the hand-made ones
	// about versions are sent all the same, as mongod does.
	closes bool
	// names are the server names that it takes; nil takes any, and none.
	names []string
	// maxSuites is the longest list of suites that it can take, and maxHello the
	// longest hello; zero takes any. It closes on others, or says nothing.
	maxSuites, maxHello int
	silent              bool
	// flaky closes the first connection on which a hello comes; limit closes all
	// connections but the first.
	flaky bool
	limit int64
	// delay is how long it takes to answer.
	delay time.Duration
	// kinds are the cipher kinds of SSL 2.0 that it takes.
	kinds []byte
	// answer is what it sends in place of all this, if not nil.
	answer []byte

	connections atomic.Int64
	seen        sync.Map
}

// dial is a Scanner's Dial to it.
func (s *server) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	n := s.connections.Add(1)
	go func() {
		defer far.Close()
		if s.limit > 0 && n > s.limit {
			// A pipe that is closed at once fails otherwise than a socket does.
			far.Read(make([]byte, 1))
			return
		}
		s.serve(far)
	}()
	return near, nil
}

// hello is what a ClientHello offers.
type clientHello struct {
	version        uint16
	suites, groups []uint16
	name           string
	size           int
	compressions   []byte
	has            map[uint16]bool
}

var errHello = errors.New("no ClientHello")

func readHello(conn net.Conn) (h clientHello, ssl2 bool, err error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(conn, head); err != nil {
		return h, false, err
	}
	if head[0]&0x80 != 0 {
		_, err := io.ReadFull(conn, make([]byte, int(head[1])-3))
		return h, true, err
	}
	record := make([]byte, binary.BigEndian.Uint16(head[3:]))
	if _, err := io.ReadFull(conn, record); err != nil {
		return h, false, err
	}
	h.size = len(head) + len(record)
	s := cryptobyte.String(record[4:])
	var session, suites, compressions, extensions cryptobyte.String
	if !s.ReadUint16(&h.version) || !s.Skip(32) || !s.ReadUint8LengthPrefixed(&session) || !s.ReadUint16LengthPrefixed(&suites) ||
		!s.ReadUint8LengthPrefixed(&compressions) {
		return h, false, errHello
	}
	h.suites, h.compressions, h.has = list(suites), compressions, map[uint16]bool{}
	if s.Empty() {
		return h, false, nil
	}
	if !s.ReadUint16LengthPrefixed(&extensions) || !s.Empty() {
		return h, false, errHello
	}
	for !extensions.Empty() {
		var id uint16
		var body, inner cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&body) {
			return h, false, errHello
		}
		h.has[id] = true
		switch id {
		case 0:
			h.name = string(body[5:])
		case 10:
			body.ReadUint16LengthPrefixed(&inner)
			h.groups = list(inner)
		case 43:
			body.ReadUint8LengthPrefixed(&inner)
			h.version = list(inner)[0]
		}
	}
	return h, false, nil
}

func list(s cryptobyte.String) []uint16 {
	var values []uint16
	for !s.Empty() {
		var v uint16
		if !s.ReadUint16(&v) {
			break
		}
		values = append(values, v)
	}
	return values
}

func (s *server) serve(conn net.Conn) {
	h, ssl2, err := readHello(conn)
	time.Sleep(s.delay)
	_, again := s.seen.LoadOrStore(fmt.Sprint(h.version, h.suites, h.groups, h.name, ssl2), true)
	switch {
	case err != nil, s.flaky && !again:
		return
	case s.answer != nil:
		conn.Write(s.answer)
	case s.silent || s.maxHello > 0 && h.size > s.maxHello:
		io.Copy(io.Discard, conn)
	case ssl2 && s.kinds != nil:
		conn.Write(slices.Concat([]byte{0x80, byte(11 + len(s.kinds)), 4, 0, 1, 0, 2, 0, 0, 0, byte(len(s.kinds)), 0, 0}, s.kinds))
	case ssl2:
		s.refuse(conn, 0x301, 40)
	case s.maxSuites > 0 && len(h.suites) > s.maxSuites:
	case s.names != nil && !slices.Contains(s.names, h.name):
		s.refuse(conn, 0x303, 112)
	case s.suites[h.version] == nil && h.version < 0x303:
		alert(conn, h.version, 70)
	default:
		suite, ok := s.choose(s.suites[h.version], h.suites)
		group, shared := s.choose(s.groups, h.groups)
		needs := h.version == 0x304 || suite>>8 == 0xc0
		if !ok || needs && h.version > 0x300 && !shared {
			s.refuse(conn, h.version, 40)
			return
		}
		conn.Write(s.flight(h, suite, group))
	}
}

// refuse sends an alert, or just closes.
func (s *server) refuse(conn net.Conn, version uint16, code byte) {
	if !s.closes {
		alert(conn, version, code)
	}
}

func alert(conn net.Conn, version uint16, code byte) {
	conn.Write([]byte{21, byte(version >> 8), byte(version), 0, 2, 2, code})
}

// choose takes the first in common, by its own order or the client's.
func (s *server) choose(ours, theirs []uint16) (uint16, bool) {
	if !s.own {
		ours, theirs = theirs, ours
	}
	for _, id := range ours {
		if slices.Contains(theirs, id) {
			return id, true
		}
	}
	return 0, false
}

// flight is the answer: ServerHello or HelloRetryRequest, and what comes behind
// it in clear.
func (s *server) flight(h clientHello, suite, group uint16) []byte {
	var b cryptobyte.Builder
	b.AddUint8(22)
	b.AddUint16(min(h.version, 0x303))
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		message := func(kind uint8, body func(b *cryptobyte.Builder)) {
			b.AddUint8(kind)
			b.AddUint24LengthPrefixed(body)
		}
		message(2, func(b *cryptobyte.Builder) { s.serverHello(b, h, suite, group) })
		if h.version == 0x304 {
			return
		}
		if s.chain != nil {
			message(11, func(b *cryptobyte.Builder) {
				b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
					b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s.chain) })
				})
			})
		}
		switch {
		case suite>>8 == 0xc0:
			message(12, func(b *cryptobyte.Builder) { b.AddUint8(3); b.AddUint16(group) })
		case s.dhBits > 0 && isDHE(suite):
			message(12, func(b *cryptobyte.Builder) {
				prime := make([]byte, (s.dhBits+7)/8)
				prime[0] = 0x80
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(prime) })
			})
		}
		message(14, func(*cryptobyte.Builder) {})
	})
	return b.BytesOrPanic()
}

func isDHE(suite uint16) bool { return suite == 0x9e || suite == 0x9f || suite == 0x33 }

func (s *server) serverHello(b *cryptobyte.Builder, h clientHello, suite, group uint16) {
	b.AddUint16(min(h.version, 0x303))
	random := make([]byte, 32)
	if h.version == 0x304 {
		random = retryRandom
	}
	b.AddBytes(random)
	b.AddUint8(0)
	b.AddUint16(suite)
	b.AddUint8(0)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		if h.version == 0x304 {
			for _, e := range [][]uint16{{43, 2, 0x304}, {51, 2, group}} {
				for _, v := range e {
					b.AddUint16(v)
				}
			}
			return
		}
		for _, id := range []uint16{0xff01, 23, 35} {
			if h.has[id] {
				b.AddUint16(id)
				if id == 0xff01 {
					b.AddUint16(1)
					b.AddUint8(0)
				} else {
					b.AddUint16(0)
				}
			}
		}
	})
}

// retryRandom makes a ServerHello a HelloRetryRequest (RFC 8446 section 4.1.3).
var retryRandom = []byte("\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" +
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c")

// scanner is one that asks s as fast as it can.
func scanner(t testing.TB, s *server) *Scanner {
	t.Helper()
	return &Scanner{Dial: s.dial, Rate: -1}
}
