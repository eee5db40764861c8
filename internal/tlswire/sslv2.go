package tlswire

import (
	"crypto/rand"

	"golang.org/x/crypto/cryptobyte"

	"github.com/mongotls/mongotls/internal/registry"
)

// The SSL 2.0 messages of a first exchange (its specification of 1995, section
// 2.5 and 2.6), which RFC 6101 appendix E repeats in part.
const (
	ssl2Error       = 0
	ssl2ClientHello = 1
	ssl2ServerHello = 4
)

// SSL2ClientHello is a CLIENT-HELLO of SSL 2.0 that offers every cipher kind.
func SSL2ClientHello() ([]byte, error) {
	challenge := make([]byte, 16)
	if _, err := rand.Read(challenge); err != nil {
		return nil, err
	}
	kinds := registry.SSL2Kinds()
	var b cryptobyte.Builder
	b.AddUint8(ssl2ClientHello)
	b.AddUint16(registry.SSL20)
	b.AddUint16(uint16(3 * len(kinds)))
	b.AddUint16(0) // no session to resume
	b.AddUint16(uint16(len(challenge)))
	for _, k := range kinds {
		b.AddUint24(k)
	}
	b.AddBytes(challenge)
	message, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	// A header of two bytes has its highest bit set, and no padding.
	return append([]byte{0x80 | byte(len(message)>>8), byte(len(message))}, message...), nil
}

// SSL2Answer is what a server says to a CLIENT-HELLO of SSL 2.0.
type SSL2Answer struct {
	// Hello is whether it is a SERVER-HELLO of SSL 2.0, Kinds what it accepts.
	Hello bool
	Kinds []uint32
	// Refused is whether it is an ERROR of SSL 2.0.
	Refused bool
	// Flight is the answer where it came in TLS records.
	Flight Flight
	// Incomplete is whether more bytes are needed to tell.
	Incomplete bool
}

// ReadSSL2Answer reads the bytes that a server sent so far.
func ReadSSL2Answer(data []byte) SSL2Answer {
	if len(data) < 3 {
		return SSL2Answer{Incomplete: true}
	}
	if len(data) >= 5 && IsRecordHeader(data) {
		f := ReadFlight(data, nil)
		return SSL2Answer{Flight: f, Incomplete: !f.Settled()}
	}
	if data[0]&0x80 == 0 {
		// A header of three bytes pads what is encrypted, which nothing is yet.
		return SSL2Answer{Flight: Flight{NotRecords: len(data) >= 5}, Incomplete: len(data) < 5}
	}
	length := int(data[0]&0x7f)<<8 | int(data[1])
	if len(data) < 2+length {
		return SSL2Answer{Incomplete: true}
	}
	s := cryptobyte.String(data[2 : 2+length])
	var kind, hit, certificateType uint8
	var version, certificate, specs, connection uint16
	if !s.ReadUint8(&kind) {
		return SSL2Answer{Flight: Flight{NotRecords: true}}
	}
	if kind == ssl2Error && length == 3 {
		return SSL2Answer{Refused: true}
	}
	if kind != ssl2ServerHello || !s.ReadUint8(&hit) || !s.ReadUint8(&certificateType) || !s.ReadUint16(&version) ||
		version != registry.SSL20 || !s.ReadUint16(&certificate) || !s.ReadUint16(&specs) || !s.ReadUint16(&connection) ||
		!s.Skip(int(certificate)) || len(s) < int(specs) || specs%3 != 0 {
		return SSL2Answer{Flight: Flight{NotRecords: true}}
	}
	a := SSL2Answer{Hello: true}
	list := s[:specs]
	for !list.Empty() {
		var id cryptobyte.String
		if !list.ReadBytes((*[]byte)(&id), 3) {
			break
		}
		a.Kinds = append(a.Kinds, uint32(id[0])<<16|uint32(id[1])<<8|uint32(id[2]))
	}
	return a
}
