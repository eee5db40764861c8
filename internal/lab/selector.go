package lab

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"net"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// dheSuites are TLS 1.2 suites for an RSA certificate with finite-field
// Diffie-Hellman (RFC 5246, RFC 5288) or AES-CCM (RFC 6655). crypto/tls has none.
var dheSuites = []uint16{
	0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
	0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
	0xc09f, // TLS_DHE_RSA_WITH_AES_256_CCM
	0xc09e, // TLS_DHE_RSA_WITH_AES_128_CCM
	0x006b, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
	0x0067, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
	0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
	0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
	0x0016, // TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA
}

// selector answers a ClientHello that offers one of suites with the ServerHello
// that selects it and the certificates, and closes there: key exchanges that
// crypto/tls does not have are not made. Others get the alert handshake_failure.
//
// With a prime it goes on to a ServerKeyExchange with a group of that length, whose
// other parts are noise: a client looks at the length before it looks at those.
type selector struct {
	suites []uint16
	chain  [][]byte
	// primeBits is the length of the prime; zero sends no ServerKeyExchange.
	primeBits int
}

func (s *selector) handle(conn net.Conn) {
	record, err := readRecord(conn)
	if err != nil {
		return
	}
	defer linger(conn)
	offered, ok := offeredSuites(record[recordHeader:])
	at := slices.IndexFunc(s.suites, func(suite uint16) bool { return slices.Contains(offered, suite) })
	if !ok || at < 0 {
		_, _ = conn.Write(alertRecord(tls.VersionTLS12, alertHandshakeFailure))
		return
	}
	flight, err := s.flight(s.suites[at])
	if err != nil {
		return
	}
	_, _ = conn.Write(flight)
}

// offeredSuites reads the cipher_suites of a ClientHello (RFC 5246 section
// 7.4.1.2).
func offeredSuites(message []byte) ([]uint16, bool) {
	const clientHello, versionAndRandom = 1, 2 + 32
	var body, session, suites cryptobyte.String
	var kind uint8
	input := cryptobyte.String(message)
	if !input.ReadUint8(&kind) || kind != clientHello ||
		!input.ReadUint24LengthPrefixed(&body) ||
		!body.Skip(versionAndRandom) ||
		!body.ReadUint8LengthPrefixed(&session) ||
		!body.ReadUint16LengthPrefixed(&suites) || len(suites)%2 != 0 {
		return nil, false
	}
	offered := make([]uint16, 0, len(suites)/2)
	for ; len(suites) > 0; suites = suites[2:] {
		offered = append(offered, binary.BigEndian.Uint16(suites))
	}
	return offered, true
}

// flight is a record with ServerHello and Certificate of TLS 1.2 (RFC 5246
// sections 7.4.1.3 and 7.4.2).
func (s *selector) flight(suite uint16) ([]byte, error) {
	const handshake, serverHello, certificate = 22, 2, 11
	var random [32]byte
	// It never fails.
	_, _ = rand.Read(random[:])
	var b cryptobyte.Builder
	b.AddUint8(handshake)
	b.AddUint16(tls.VersionTLS12)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(serverHello)
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(tls.VersionTLS12)
			b.AddBytes(random[:])
			b.AddUint8(0) // session_id: none
			b.AddUint16(suite)
			b.AddUint8(0) // compression_method: null
			// renegotiation_info, without which OpenSSL goes no further (RFC 5746).
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint16(0xff01)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint8(0) })
			})
		})
		b.AddUint8(certificate)
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
				for _, der := range s.chain {
					b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(der) })
				}
			})
		})
		s.keyExchange(b)
	})
	return b.Bytes()
}

// keyExchange adds a ServerKeyExchange (RFC 5246 section 7.4.3) and a
// ServerHelloDone.
func (s *selector) keyExchange(b *cryptobyte.Builder) {
	if s.primeBits == 0 {
		return
	}
	const serverKeyExchange, serverHelloDone = 12, 14
	noise := func(size int) []byte {
		bytes := make([]byte, size)
		_, _ = rand.Read(bytes)
		// Of its full length, and odd.
		bytes[0] |= 0x80
		bytes[size-1] |= 1
		return bytes
	}
	prime := noise(s.primeBits / 8)
	public := noise(s.primeBits / 8)
	public[0] &= 0x7f
	b.AddUint8(serverKeyExchange)
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, part := range [][]byte{prime, {2}, public} {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(part) })
		}
		const rsaSHA256 = 0x0401
		b.AddUint16(rsaSHA256)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(noise(256)) })
	})
	b.AddUint8(serverHelloDone)
	b.AddUint24(0)
}

// onSelector is a server that takes only these suites and an RSA certificate.
func onSelector(suites []uint16) func(*bench) error { return onSelectorWith(suites, 0) }

// onSelectorWith is onSelector with a ServerKeyExchange of this length.
func onSelectorWith(suites []uint16, primeBits int) func(*bench) error {
	return func(b *bench) error {
		if err := b.bind(); err != nil {
			return err
		}
		s := newSetting(b)
		s.node(leaf).Key = RSA2048
		if err := s.issue(); err != nil {
			return err
		}
		b.serve((&selector{suites: suites, chain: s.server.Certificate.Certificate, primeBits: primeBits}).handle)
		return nil
	}
}
