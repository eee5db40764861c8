package probe

import (
	"crypto/tls"

	"golang.org/x/crypto/cryptobyte"
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

// maxHandshake bounds the handshake messages of one flight that we keep. Servers
// send a few kilobytes; a hundred certificates of a kilobyte still fit.
const maxHandshake = 256 << 10

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

// isRecordHeader reports whether five bytes can begin a TLS record.
func isRecordHeader(h []byte) bool {
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

// serverHello is what a server selected.
type serverHello struct {
	version uint16
	suite   uint16
	retry   bool
	// group is what a HelloRetryRequest asks for (RFC 8446 section 4.2.8); zero
	// in a ServerHello.
	group uint16
}

// parseServerHello reads a ServerHello or HelloRetryRequest body.
func parseServerHello(body []byte) (h serverHello, ok bool) {
	s := cryptobyte.String(body)
	var random []byte
	var session cryptobyte.String
	if !s.ReadUint16(&h.version) || !s.ReadBytes(&random, 32) || !s.ReadUint8LengthPrefixed(&session) ||
		!s.ReadUint16(&h.suite) || !s.Skip(1) {
		return serverHello{}, false
	}
	h.retry = [32]byte(random) == helloRetryRandom
	if s.Empty() {
		return h, true
	}
	var extensions cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&extensions) {
		return serverHello{}, false
	}
	for !extensions.Empty() {
		var id uint16
		var value cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&value) {
			return serverHello{}, false
		}
		if id == extSupportedVersions && !value.ReadUint16(&h.version) {
			return serverHello{}, false
		}
		if id == extKeyShare && h.retry && !value.ReadUint16(&h.group) {
			return serverHello{}, false
		}
	}
	return h, true
}

// parseCertificate reads the certificates of a Certificate message: RFC 5246
// section 7.4.2 up to TLS 1.2, RFC 8446 section 4.4.2 from TLS 1.3.
func parseCertificate(body []byte, version uint16) (chain [][]byte, ok bool) {
	s := cryptobyte.String(body)
	var list, context cryptobyte.String
	if version >= tls.VersionTLS13 && !s.ReadUint8LengthPrefixed(&context) {
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
		if version >= tls.VersionTLS13 && !list.ReadUint16LengthPrefixed(&extensions) {
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

// certificateRequest is what a server asks of a client's certificate.
type certificateRequest struct {
	// types are the certificate_types, which TLS 1.3 no longer has.
	types []byte
	// schemes are the signature schemes, which came with TLS 1.2.
	schemes []uint16
	// names are the certificate_authorities, DER.
	names [][]byte
}

// extCertificateAuthorities is the extension of a CertificateRequest that holds the
// names (RFC 8446 section 4.2.4).
const extCertificateAuthorities = 47

// parseCertificateRequest reads RFC 5246 section 7.4.4 up to TLS 1.2, RFC 8446
// section 4.3.2 from TLS 1.3.
func parseCertificateRequest(body []byte, version uint16) (r certificateRequest, ok bool) {
	s := cryptobyte.String(body)
	var types, schemes, list cryptobyte.String
	switch {
	case version >= tls.VersionTLS13:
		var context, extensions cryptobyte.String
		if !s.ReadUint8LengthPrefixed(&context) || !s.ReadUint16LengthPrefixed(&extensions) {
			return certificateRequest{}, false
		}
		for !extensions.Empty() {
			var id uint16
			var value cryptobyte.String
			if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&value) {
				return certificateRequest{}, false
			}
			if id == extSignatureAlgorithms && !value.ReadUint16LengthPrefixed(&schemes) ||
				id == extCertificateAuthorities && !value.ReadUint16LengthPrefixed(&list) {
				return certificateRequest{}, false
			}
		}
	default:
		if !s.ReadUint8LengthPrefixed(&types) ||
			version == tls.VersionTLS12 && !s.ReadUint16LengthPrefixed(&schemes) ||
			!s.ReadUint16LengthPrefixed(&list) {
			return certificateRequest{}, false
		}
	}
	r.types = types
	for !schemes.Empty() {
		var scheme uint16
		if !schemes.ReadUint16(&scheme) {
			return certificateRequest{}, false
		}
		r.schemes = append(r.schemes, scheme)
	}
	for !list.Empty() {
		var name cryptobyte.String
		if !list.ReadUint16LengthPrefixed(&name) {
			return certificateRequest{}, false
		}
		r.names = append(r.names, name)
	}
	return r, true
}
