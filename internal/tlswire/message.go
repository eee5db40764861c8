package tlswire

import (
	"bytes"
	"fmt"
	"math/bits"

	"golang.org/x/crypto/cryptobyte"

	"github.com/mongotls/mongotls/internal/registry"
)

// Record content types and handshake message types (RFC 8446 sections 5.1, 4).
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordApplicationData  = 23

	handshakeClientHello         = 1
	handshakeServerHello         = 2
	handshakeEncryptedExtensions = 8
	handshakeCertificate         = 11
	handshakeServerKeyExchange   = 12
	handshakeCertificateRequest  = 13
	handshakeServerHelloDone     = 14
	handshakeFinished            = 20
)

// maxRecord is the longest record that any version allows (RFC 5246 section 6.2.3).
const maxRecord = 1<<14 + 2048

// MaxHandshake bounds the handshake messages of one flight that we keep. Servers
// send a few kilobytes; a hundred certificates of a kilobyte still fit.
const MaxHandshake = 256 << 10

// record is one TLS record as it stood on the wire.
type record struct {
	kind     uint8
	version  uint16
	header   []byte
	fragment []byte
}

// readRecord takes one record off the front of data. ok is false when data does
// not hold a whole one.
func readRecord(data *cryptobyte.String) (r record, ok bool) {
	start := []byte(*data)
	s := *data
	var fragment cryptobyte.String
	if !s.ReadUint8(&r.kind) || !s.ReadUint16(&r.version) || !s.ReadUint16LengthPrefixed(&fragment) {
		return record{}, false
	}
	r.header, r.fragment = start[:5], fragment
	*data = s
	return r, true
}

// IsRecordHeader reports whether five bytes can begin a TLS record.
func IsRecordHeader(h []byte) bool {
	return h[0] >= recordChangeCipherSpec && h[0] <= recordApplicationData && h[1] == 3 && h[2] <= 4 &&
		int(h[3])<<8|int(h[4]) <= maxRecord
}

// message is one handshake message.
type message struct {
	kind uint8
	body []byte
}

// splitMessages cuts handshake bytes into messages. rest is an incomplete last one.
func splitMessages(data []byte) (messages []message, rest []byte) {
	s := cryptobyte.String(data)
	for {
		before := s
		var m message
		var body cryptobyte.String
		if !s.ReadUint8(&m.kind) || !s.ReadUint24LengthPrefixed(&body) {
			return messages, before
		}
		m.body = body
		messages = append(messages, m)
	}
}

// helloRetryRandom is the Random by which a ServerHello is a HelloRetryRequest
// (RFC 8446 section 4.1.3).
var helloRetryRandom = [32]byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// ServerHello is what a server selected.
type ServerHello struct {
	Version     uint16
	Suite       uint16
	Compression uint8
	// Retry is whether it is a HelloRetryRequest (RFC 8446 section 4.1.4).
	Retry bool
	// Group is what a HelloRetryRequest asks for (RFC 8446 section 4.2.8) or, of
	// a Flight, what an ECDHE ServerKeyExchange names; zero without either.
	Group uint16
	// The extensions by which a server up to TLS 1.2 takes up an offer.
	SecureRenegotiation  bool // RFC 5746
	ExtendedMasterSecret bool // RFC 7627
	SessionTicket        bool // RFC 5077
}

// parseServerHello reads a ServerHello or HelloRetryRequest body.
func parseServerHello(body []byte) (h ServerHello, ok bool) {
	s := cryptobyte.String(body)
	var random []byte
	var session cryptobyte.String
	if !s.ReadUint16(&h.Version) || !s.ReadBytes(&random, 32) || !s.ReadUint8LengthPrefixed(&session) ||
		!s.ReadUint16(&h.Suite) || !s.ReadUint8(&h.Compression) {
		return ServerHello{}, false
	}
	h.Retry = [32]byte(random) == helloRetryRandom
	if s.Empty() {
		return h, true
	}
	var extensions cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&extensions) {
		return ServerHello{}, false
	}
	for !extensions.Empty() {
		var id uint16
		var value cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&value) {
			return ServerHello{}, false
		}
		switch {
		case id == extSupportedVersions && !value.ReadUint16(&h.Version),
			id == extKeyShare && h.Retry && !value.ReadUint16(&h.Group):
			return ServerHello{}, false
		case id == extRenegotiationInfo:
			h.SecureRenegotiation = true
		case id == extMasterSecret:
			h.ExtendedMasterSecret = true
		case id == extSessionTicket:
			h.SessionTicket = true
		}
	}
	return h, true
}

// parseCertificate reads the certificates of a Certificate message: RFC 5246
// section 7.4.2 up to TLS 1.2, RFC 8446 section 4.4.2 from TLS 1.3.
func parseCertificate(body []byte, version uint16) (chain [][]byte, ok bool) {
	s := cryptobyte.String(body)
	var list, context cryptobyte.String
	if version >= registry.TLS13 && !s.ReadUint8LengthPrefixed(&context) {
		return nil, false
	}
	if !s.ReadUint24LengthPrefixed(&list) {
		return nil, false
	}
	for !list.Empty() {
		var der, extensions cryptobyte.String
		if !list.ReadUint24LengthPrefixed(&der) {
			return chain, false
		}
		if version >= registry.TLS13 && !list.ReadUint16LengthPrefixed(&extensions) {
			return chain, false
		}
		chain = append(chain, der)
	}
	return chain, true
}

// parseNamedCurve reads the group of an ECDHE ServerKeyExchange (RFC 8422 section
// 5.4). Others, of finite-field groups, name none.
func parseNamedCurve(body []byte) (group uint16, ok bool) {
	const namedCurve = 3
	s := cryptobyte.String(body)
	var kind uint8
	ok = s.ReadUint8(&kind) && kind == namedCurve && s.ReadUint16(&group)
	return group, ok
}

// DHGroup is a finite-field Diffie-Hellman group that a server named by its prime.
type DHGroup struct {
	// Bits is the length of the prime.
	Bits int
	// Name is that of a group whose prime begins like this one's and is as long:
	// "ffdhe3072" (RFC 7919), "modp2048" (RFC 3526); empty for any other.
	Name string
}

// The first bytes of the primes of known groups.
var (
	ffdhePrefix = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xad, 0xf8, 0x54, 0x58, 0xa2, 0xbb, 0x4a, 0x9a}
	modpPrefix  = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x34}
)

// parseDH reads the group of a DHE ServerKeyExchange (RFC 5246 section 7.4.3),
// behind the hint that one with a pre-shared key begins with (RFC 4279).
func parseDH(body []byte, hinted bool) (*DHGroup, bool) {
	s := cryptobyte.String(body)
	var hint, prime cryptobyte.String
	if hinted && !s.ReadUint16LengthPrefixed(&hint) || !s.ReadUint16LengthPrefixed(&prime) {
		return nil, false
	}
	p := bytes.TrimLeft(prime, "\x00")
	if len(p) == 0 {
		return nil, false
	}
	g := &DHGroup{Bits: (len(p)-1)*8 + bits.Len8(p[0])}
	switch {
	case bytes.HasPrefix(p, ffdhePrefix):
		g.Name = fmt.Sprintf("ffdhe%d", g.Bits)
	case bytes.HasPrefix(p, modpPrefix):
		g.Name = fmt.Sprintf("modp%d", g.Bits)
	}
	return g, true
}

// CertificateRequest is what a server asks of a client's certificate.
type CertificateRequest struct {
	// Types are the certificate_types, which TLS 1.3 no longer has.
	Types []byte
	// Schemes are the signature schemes, which came with TLS 1.2.
	Schemes []uint16
	// Names are the certificate_authorities, DER.
	Names [][]byte
}

// extCertificateAuthorities is the extension of a CertificateRequest that holds the
// names (RFC 8446 section 4.2.4).
const extCertificateAuthorities = 47

// parseCertificateRequest reads RFC 5246 section 7.4.4 up to TLS 1.2, RFC 8446
// section 4.3.2 from TLS 1.3.
func parseCertificateRequest(body []byte, version uint16) (r CertificateRequest, ok bool) {
	s := cryptobyte.String(body)
	var types, schemes, list cryptobyte.String
	switch {
	case version >= registry.TLS13:
		var context, extensions cryptobyte.String
		if !s.ReadUint8LengthPrefixed(&context) || !s.ReadUint16LengthPrefixed(&extensions) {
			return CertificateRequest{}, false
		}
		for !extensions.Empty() {
			var id uint16
			var value cryptobyte.String
			if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&value) {
				return CertificateRequest{}, false
			}
			if id == extSignatureAlgorithms && !value.ReadUint16LengthPrefixed(&schemes) ||
				id == extCertificateAuthorities && !value.ReadUint16LengthPrefixed(&list) {
				return CertificateRequest{}, false
			}
		}
	default:
		if !s.ReadUint8LengthPrefixed(&types) ||
			version == registry.TLS12 && !s.ReadUint16LengthPrefixed(&schemes) ||
			!s.ReadUint16LengthPrefixed(&list) {
			return CertificateRequest{}, false
		}
	}
	r.Types = types
	for !schemes.Empty() {
		var scheme uint16
		if !schemes.ReadUint16(&scheme) {
			return CertificateRequest{}, false
		}
		r.Schemes = append(r.Schemes, scheme)
	}
	for !list.Empty() {
		var name cryptobyte.String
		if !list.ReadUint16LengthPrefixed(&name) {
			return CertificateRequest{}, false
		}
		r.Names = append(r.Names, name)
	}
	return r, true
}
