package probe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"hash"
	"net"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"
)

// flight is what a server's first handshake messages hold, as far as they came
// and could be read. It is read from the bytes on the wire, because crypto/tls
// tells nothing of a handshake that it ended itself: not of a certificate that
// crypto/x509 refuses to parse, not of a server's CertificateRequest before an
// alert.
type flight struct {
	hello      serverHello
	helloSeen  bool
	chain      [][]byte
	requested  bool
	request    certificateRequest
	alertCode  int
	alertSeen  bool
	done       bool // all that a server sends before it waits for the client
	notRecords bool // the first bytes are not those of a TLS record
}

// settled reports whether there is nothing more to learn without answering.
func (f *flight) settled() bool {
	return f.done || f.alertSeen || f.notRecords || (f.helloSeen && f.hello.version >= tls.VersionTLS13)
}

// readFlight reads recorded server bytes. secret is the server's handshake
// traffic secret (RFC 8446 section 7.1), nil when it is not known; then nothing
// of a TLS 1.3 flight is read behind the ServerHello.
func readFlight(recorded, secret []byte) flight {
	r := flightReader{secret: secret}
	r.feed(recorded)
	return r.flight
}

// flightReader reads a flight as its bytes arrive; each byte is looked at once.
type flightReader struct {
	flight  flight
	secret  []byte
	open    *opener
	total   int
	unread  []byte // an incomplete record
	pending []byte // an incomplete handshake message
	stopped bool
}

// size counts the bytes fed.
func (r *flightReader) size() int { return r.total }

// feed takes the next bytes from the server.
func (r *flightReader) feed(data []byte) {
	r.total += len(data)
	r.unread = append(r.unread, data...)
	if len(r.unread) >= 5 && !isRecordHeader(r.unread) {
		r.flight.notRecords = !r.flight.helloSeen
		r.stopped = true
	}
	s := cryptobyte.String(r.unread)
	for !r.stopped && !r.flight.done {
		rec, ok := readRecord(&s)
		if !ok {
			break
		}
		r.take(rec)
	}
	r.unread = s
}

func (r *flightReader) take(rec record) {
	kind, fragment := rec.kind, rec.fragment
	if kind == recordApplicationData {
		if r.open == nil {
			r.open = newOpener(r.flight.hello.suite, r.secret)
		}
		var ok bool
		if r.open != nil {
			kind, fragment, ok = r.open.open(rec)
		}
		if !ok {
			r.stopped = true
			return
		}
	}
	switch kind {
	case recordAlert:
		if len(fragment) >= 2 {
			r.flight.alertCode, r.flight.alertSeen = int(fragment[1]), true
		}
		r.stopped = true
	case recordHandshake:
		if len(r.pending)+len(fragment) > maxHandshake {
			r.stopped = true
			return
		}
		var messages []message
		messages, r.pending = splitMessages(append(r.pending, fragment...))
		for _, m := range messages {
			r.flight.take(m)
		}
	}
}

func (f *flight) take(m message) {
	switch m.kind {
	case handshakeServerHello:
		if h, ok := parseServerHello(m.body); ok {
			f.hello, f.helloSeen = h, true
		}
	case handshakeCertificate:
		if chain, _ := parseCertificate(m.body, f.hello.version); f.chain == nil {
			f.chain = chain
		}
	case handshakeServerKeyExchange:
		if strings.HasPrefix(suiteName(f.hello.suite), "TLS_ECDHE_") {
			f.hello.group, _ = parseNamedCurve(m.body)
		}
	case handshakeCertificateRequest:
		f.requested = true
		f.request, _ = parseCertificateRequest(m.body, f.hello.version)
	case handshakeServerHelloDone, handshakeFinished:
		f.done = true
	}
}

// opener decrypts a server's TLS 1.3 handshake records (RFC 8446 section 5.2).
type opener struct {
	aead     cipher.AEAD
	iv       []byte
	sequence uint64
}

// newOpener derives key and IV from the traffic secret (RFC 8446 section 7.3).
// It returns nil for a suite or secret it cannot use.
func newOpener(suite uint16, secret []byte) *opener {
	var newHash func() hash.Hash
	var keyLen int
	switch suite {
	case tls.TLS_AES_128_GCM_SHA256:
		newHash, keyLen = sha256.New, 16
	case tls.TLS_AES_256_GCM_SHA384:
		newHash, keyLen = sha512.New384, 32
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		newHash, keyLen = sha256.New, chacha20poly1305.KeySize
	}
	if newHash == nil || len(secret) != newHash().Size() {
		return nil
	}
	expand := func(label string, n int) []byte {
		var info cryptobyte.Builder
		info.AddUint16(uint16(n))
		info.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
		info.AddUint8(0)
		out, err := hkdf.Expand(newHash, secret, string(info.BytesOrPanic()), n)
		if err != nil {
			return nil
		}
		return out
	}
	key := expand("key", keyLen)
	o := &opener{iv: expand("iv", 12)}
	if key == nil || o.iv == nil {
		return nil
	}
	if suite == tls.TLS_CHACHA20_POLY1305_SHA256 {
		o.aead, _ = chacha20poly1305.New(key)
	} else if block, err := aes.NewCipher(key); err == nil {
		o.aead, _ = cipher.NewGCM(block)
	}
	if o.aead == nil {
		return nil
	}
	return o
}

// open decrypts one record and strips its padding. kind is the inner content type.
func (o *opener) open(r record) (kind uint8, fragment []byte, ok bool) {
	nonce := make([]byte, len(o.iv))
	copy(nonce, o.iv)
	for i := range 8 {
		nonce[len(nonce)-1-i] ^= byte(o.sequence >> (8 * i))
	}
	o.sequence++
	plain, err := o.aead.Open(nil, nonce, r.fragment, r.header)
	if err != nil {
		return 0, nil, false
	}
	for len(plain) > 0 && plain[len(plain)-1] == 0 {
		plain = plain[:len(plain)-1]
	}
	if len(plain) == 0 {
		return 0, nil, false
	}
	return plain[len(plain)-1], plain[:len(plain)-1], true
}

// recorder keeps the first bytes that the peer sends. It is used by one
// goroutine at a time, as a net.Conn under tls.Conn is during the handshake.
type recorder struct {
	net.Conn
	read []byte
	stop bool
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if room := maxHandshake - len(r.read); !r.stop && room > 0 {
		r.read = append(r.read, b[:min(n, room)]...)
	}
	return n, err
}

// keyLog is a tls.Config.KeyLogWriter that keeps the server's handshake traffic
// secret of one connection and lets go of all others.
type keyLog struct{ secret []byte }

func (k *keyLog) Write(line []byte) (int, error) {
	fields := strings.Fields(string(line))
	if len(fields) != 3 {
		return 0, errors.New("unexpected key log line")
	}
	if fields[0] == "SERVER_HANDSHAKE_TRAFFIC_SECRET" {
		secret, err := hex.DecodeString(fields[2])
		if err != nil {
			return 0, err
		}
		k.secret = secret
	}
	return len(line), nil
}
