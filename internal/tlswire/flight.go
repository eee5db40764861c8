package tlswire

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

	"github.com/mongotls/mongotls/internal/registry"
)

// Flight is what a server's first handshake messages hold, as far as they came
// and could be read. It is read from the bytes on the wire, because crypto/tls
// tells nothing of a handshake that it ended itself: not of a certificate that
// crypto/x509 refuses to parse, not of a server's CertificateRequest before an
// alert.
type Flight struct {
	// Hello is the ServerHello, with HelloSeen.
	Hello     ServerHello
	HelloSeen bool
	// Chain is what the Certificate message holds, DER; nil without one.
	Chain [][]byte
	// DH is the finite-field group of a ServerKeyExchange; nil without one.
	DH *DHGroup
	// Requested is whether there is a CertificateRequest, and Request what it
	// accepts.
	Requested bool
	Request   CertificateRequest
	// AlertCode is that of an alert, with AlertSeen.
	AlertCode int
	AlertSeen bool
	// Done is whether this is all that a server sends before it waits for the
	// client.
	Done bool
	// NotRecords is whether the first bytes are not those of a TLS record.
	NotRecords bool
}

// Settled reports whether there is nothing more to learn without answering.
func (f *Flight) Settled() bool {
	return f.Done || f.AlertSeen || f.NotRecords || (f.HelloSeen && f.Hello.Version >= registry.TLS13)
}

// ReadFlight reads recorded server bytes. secret is the server's handshake
// traffic secret (RFC 8446 section 7.1), nil when it is not known; then nothing
// of a TLS 1.3 flight is read behind the ServerHello.
func ReadFlight(recorded, secret []byte) Flight {
	r := FlightReader{secret: secret}
	r.Feed(recorded)
	return r.Flight
}

// FlightReader reads a flight as its bytes arrive; each byte is looked at once.
// Its zero value is ready for use, without a secret.
type FlightReader struct {
	Flight  Flight
	secret  []byte
	open    *opener
	total   int
	unread  []byte // an incomplete record
	pending []byte // an incomplete handshake message
	begun   bool   // a record was read
	stopped bool
}

// Size counts the bytes fed.
func (r *FlightReader) Size() int { return r.total }

// Feed takes the next bytes from the server.
func (r *FlightReader) Feed(data []byte) {
	r.total += len(data)
	r.unread = append(r.unread, data...)
	s := cryptobyte.String(r.unread)
	for !r.stopped && !r.Flight.Done {
		if len(s) >= 5 && !IsRecordHeader(s) {
			r.Flight.NotRecords = !r.begun
			r.stopped = true
			break
		}
		rec, ok := readRecord(&s)
		if !ok {
			break
		}
		r.begun = true
		r.take(rec)
	}
	r.unread = s
}

func (r *FlightReader) take(rec record) {
	kind, fragment := rec.kind, rec.fragment
	if kind == recordApplicationData {
		if r.open == nil {
			r.open = newOpener(r.Flight.Hello.Suite, r.secret)
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
		const warning, unrecognizedName = 1, 112
		// A server may say so and go on all the same (RFC 6066 section 3).
		if len(fragment) >= 2 && fragment[0] == warning && fragment[1] == unrecognizedName {
			return
		}
		if len(fragment) >= 2 {
			r.Flight.AlertCode, r.Flight.AlertSeen = int(fragment[1]), true
		}
		r.stopped = true
	case recordHandshake:
		if len(r.pending)+len(fragment) > MaxHandshake {
			r.stopped = true
			return
		}
		var messages []message
		messages, r.pending = splitMessages(append(r.pending, fragment...))
		for _, m := range messages {
			r.Flight.take(m)
		}
	}
}

func (f *Flight) take(m message) {
	switch m.kind {
	case handshakeServerHello:
		if h, ok := parseServerHello(m.body); ok {
			f.Hello, f.HelloSeen = h, true
		}
	case handshakeCertificate:
		if chain, _ := parseCertificate(m.body, f.Hello.Version); f.Chain == nil {
			f.Chain = chain
		}
	case handshakeServerKeyExchange:
		switch name := registry.SuiteName(f.Hello.Suite); {
		case registry.IsECDHE(name):
			f.Hello.Group, _ = parseNamedCurve(m.body)
		case registry.IsDHE(name):
			f.DH, _ = parseDH(m.body, strings.Contains(name, "PSK"))
		}
	case handshakeCertificateRequest:
		f.Requested = true
		f.Request, _ = parseCertificateRequest(m.body, f.Hello.Version)
	case handshakeServerHelloDone, handshakeFinished:
		f.Done = true
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

// Recorder keeps the first bytes that the peer sends. It is used by one
// goroutine at a time, as a net.Conn under tls.Conn is during the handshake.
type Recorder struct {
	net.Conn
	// Bytes are those read so far, at most MaxHandshake of them; Stop ends it.
	Bytes []byte
	Stop  bool
}

// Read reads from the connection and keeps what came.
func (r *Recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if room := MaxHandshake - len(r.Bytes); !r.Stop && room > 0 {
		r.Bytes = append(r.Bytes, b[:min(n, room)]...)
	}
	return n, err
}

// KeyLog is a tls.Config.KeyLogWriter that keeps the server's handshake traffic
// secret of one connection and lets go of all others.
type KeyLog struct{ Secret []byte }

// Write takes a line of the key log.
func (k *KeyLog) Write(line []byte) (int, error) {
	fields := strings.Fields(string(line))
	if len(fields) != 3 {
		return 0, errors.New("unexpected key log line")
	}
	if fields[0] == "SERVER_HANDSHAKE_TRAFFIC_SECRET" {
		secret, err := hex.DecodeString(fields[2])
		if err != nil {
			return 0, err
		}
		k.Secret = secret
	}
	return len(line), nil
}
