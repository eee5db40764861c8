package probe

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"

	"golang.org/x/crypto/cryptobyte"
)

// clientHello describes a ClientHello that crypto/tls cannot send: versions it
// does not speak, suites it does not know, a hello of a given size. It is sent to
// learn what the server answers first, never to complete a handshake.
type clientHello struct {
	// min and max are the versions offered, tls.VersionTLS10 to VersionTLS13.
	min, max uint16
	suites   []uint16
	// serverName is the SNI; empty sends none.
	serverName string
}

// The extensions a hello carries (IANA TLS ExtensionType Values).
const (
	extServerName          = 0
	extSupportedGroups     = 10
	extPointFormats        = 11
	extSignatureAlgorithms = 13
	extMasterSecret        = 23
	extSupportedVersions   = 43
	extKeyShare            = 51
	extRenegotiationInfo   = 0xff01
)

// offeredGroups are classical groups only: with them a hello fits one small
// packet, and every server that does elliptic curves knows one.
var offeredGroups = []uint16{29, 23, 24, 25, 30, 256, 257, 258}

// offeredSignatures are the SignatureSchemes of RFC 8446 section 4.2.3, with the
// SHA-1 ones that TLS 1.2 servers with old certificates need.
var offeredSignatures = []uint16{
	0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
	0x0401, 0x0501, 0x0601, 0x0203, 0x0201,
}

// marshal builds the hello inside one TLS record.
func (h clientHello) marshal() ([]byte, error) {
	random := make([]byte, 64)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	// RFC 8446 section 4.1.2: legacy_version is at most TLS 1.2. mongod reads
	// this very field to refuse TLS 1.0 and 1.1.
	legacy := min(h.max, tls.VersionTLS12)

	var b cryptobyte.Builder
	b.AddUint8(recordHandshake)
	// RFC 5246 appendix E.1: a first record of version 3.1 offends nobody.
	b.AddUint16(tls.VersionTLS10)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(handshakeClientHello)
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(legacy)
			b.AddBytes(random[:32])
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(random[32:]) })
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				for _, s := range h.suites {
					b.AddUint16(s)
				}
			})
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint8(0) })
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { h.extensions(b) })
		})
	})
	return b.Bytes()
}

func (h clientHello) extensions(b *cryptobyte.Builder) {
	extension := func(id uint16, body func(b *cryptobyte.Builder)) {
		b.AddUint16(id)
		b.AddUint16LengthPrefixed(body)
	}
	list16 := func(values []uint16) func(b *cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				for _, v := range values {
					b.AddUint16(v)
				}
			})
		}
	}
	if h.serverName != "" {
		extension(extServerName, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0)
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(h.serverName)) })
			})
		})
	}
	extension(extMasterSecret, func(b *cryptobyte.Builder) {})
	extension(extRenegotiationInfo, func(b *cryptobyte.Builder) { b.AddUint8(0) })
	extension(extSupportedGroups, list16(offeredGroups))
	extension(extPointFormats, func(b *cryptobyte.Builder) {
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint8(0) })
	})
	if h.max >= tls.VersionTLS12 {
		extension(extSignatureAlgorithms, list16(offeredSignatures))
	}
	if h.max < tls.VersionTLS13 {
		return
	}
	extension(extSupportedVersions, func(b *cryptobyte.Builder) {
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
			for v := h.max; v >= h.min; v-- {
				b.AddUint16(v)
			}
		})
	})
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		b.SetError(err)
		return
	}
	extension(extKeyShare, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(uint16(tls.X25519))
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(key.PublicKey().Bytes()) })
		})
	})
}
