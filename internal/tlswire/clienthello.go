// Package tlswire is TLS as it stands on the wire, as far as a server shows it to
// a client that does not go on: ClientHellos that crypto/tls cannot send, records,
// and the messages of a server's first flight. It makes no connection.
package tlswire

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"crypto/rand"
	"crypto/tls"

	"golang.org/x/crypto/cryptobyte"

	"github.com/mongotls/mongotls/internal/registry"
)

// ClientHello describes a ClientHello that crypto/tls cannot send: versions it
// does not speak, suites it does not know, a hello of a given size. It is sent to
// learn what the server answers first, never to complete a handshake.
type ClientHello struct {
	// Min and Max are the versions offered, registry.SSL30 to TLS13.
	Min, Max uint16
	Suites   []uint16
	// ServerName is the SNI; empty sends none.
	ServerName string
	// Groups are the key exchange groups; nil is registry.ClassicalGroups.
	Groups []uint16
	// Signatures are the signature schemes; nil is registry.CommonSignatures.
	Signatures []uint16
	// Share is what key_share holds, with TLS 1.3.
	Share KeyShare
	// Deflate offers compression beside none (RFC 3749).
	Deflate bool
	// SessionTicket offers to take one (RFC 5077).
	SessionTicket bool
	// Padding are bytes of padding to add (RFC 7685); zero adds no extension.
	Padding int
}

// KeyShare tells for which groups a TLS 1.3 hello brings a key.
type KeyShare uint8

const (
	// ShareX25519 is one key, and the default.
	ShareX25519 KeyShare = iota
	// ShareNone is none: the server answers with the HelloRetryRequest that names
	// its choice of the groups (RFC 8446 section 4.2.8).
	ShareNone
	// ShareHybrid is a key of X25519MLKEM768 before that of X25519, with which a
	// hello takes more than one packet.
	ShareHybrid
)

// The extensions that hellos carry (IANA TLS ExtensionType Values).
const (
	extServerName          = 0
	extSupportedGroups     = 10
	extPointFormats        = 11
	extSignatureAlgorithms = 13
	extPadding             = 21
	extMasterSecret        = 23
	extSessionTicket       = 35
	extSupportedVersions   = 43
	extKeyShare            = 51
	extRenegotiationInfo   = 0xff01
)

// emptyRenegotiationInfo is TLS_EMPTY_RENEGOTIATION_INFO_SCSV, which stands for
// the extension in a hello without any (RFC 5746 section 3.3).
const emptyRenegotiationInfo = 0x00ff

// Marshal builds the hello inside one TLS record.
func (h ClientHello) Marshal() ([]byte, error) {
	random := make([]byte, 64)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	// RFC 8446 section 4.1.2: legacy_version is at most TLS 1.2. mongod reads
	// this very field to refuse TLS 1.0 and 1.1.
	legacy := min(h.Max, registry.TLS12)
	suites := h.Suites
	if h.Max == registry.SSL30 {
		suites = append(append([]uint16(nil), suites...), emptyRenegotiationInfo)
	}
	session, compressions := random[32:], []byte{0}
	if h.Max < registry.TLS13 {
		session = nil
	}
	if h.Deflate {
		compressions = []byte{1, 0}
	}

	var b cryptobyte.Builder
	b.AddUint8(recordHandshake)
	// RFC 5246 appendix E.1: a first record of version 3.1 offends nobody, but
	// servers of SSL 3.0 alone.
	b.AddUint16(min(h.Max, registry.TLS10))
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(handshakeClientHello)
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(legacy)
			b.AddBytes(random[:32])
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(session) })
			addList16(b, suites)
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(compressions) })
			if h.Max > registry.SSL30 {
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { h.extensions(b) })
			}
		})
	})
	return b.Bytes()
}

func addList16(b *cryptobyte.Builder, values []uint16) {
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, v := range values {
			b.AddUint16(v)
		}
	})
}

func (h ClientHello) extensions(b *cryptobyte.Builder) {
	extension := func(id uint16, body func(b *cryptobyte.Builder)) {
		b.AddUint16(id)
		b.AddUint16LengthPrefixed(body)
	}
	list16 := func(values, otherwise []uint16) func(b *cryptobyte.Builder) {
		if values == nil {
			values = otherwise
		}
		return func(b *cryptobyte.Builder) { addList16(b, values) }
	}
	if h.ServerName != "" {
		extension(extServerName, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(h.ServerName)) })
			})
		})
	}
	extension(extMasterSecret, func(b *cryptobyte.Builder) {})
	extension(extRenegotiationInfo, func(b *cryptobyte.Builder) { b.AddUint8(0) })
	extension(extSupportedGroups, list16(h.Groups, registry.ClassicalGroups))
	extension(extPointFormats, func(b *cryptobyte.Builder) {
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint8(0) })
	})
	if h.SessionTicket {
		extension(extSessionTicket, func(b *cryptobyte.Builder) {})
	}
	if h.Max >= registry.TLS12 {
		extension(extSignatureAlgorithms, list16(h.Signatures, registry.CommonSignatures))
	}
	if h.Padding > 0 {
		extension(extPadding, func(b *cryptobyte.Builder) { b.AddBytes(make([]byte, h.Padding)) })
	}
	if h.Max < registry.TLS13 {
		return
	}
	extension(extSupportedVersions, func(b *cryptobyte.Builder) {
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
			for v := h.Max; v >= h.Min; v-- {
				b.AddUint16(v)
			}
		})
	})
	extension(extKeyShare, h.keyShares)
}

// keyShares writes the shares. Their keys are real, since a server may look at
// them before it answers, and thrown away.
func (h ClientHello) keyShares(b *cryptobyte.Builder) {
	share := func(b *cryptobyte.Builder, group uint16, key []byte) {
		b.AddUint16(group)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(key) })
	}
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		if h.Share == ShareNone {
			return
		}
		classical, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			b.SetError(err)
			return
		}
		public := classical.PublicKey().Bytes()
		if h.Share == ShareHybrid {
			key, err := mlkem.GenerateKey768()
			if err != nil {
				b.SetError(err)
				return
			}
			share(b, uint16(tls.X25519MLKEM768), append(key.EncapsulationKey().Bytes(), public...))
		}
		share(b, uint16(tls.X25519), public)
	})
}
