package keyfile

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxBERDepth bounds nesting.
const maxBERDepth = 32

var errBER = errors.New("not BER")

// toDER rewrites BER with definite lengths, and strings in one piece: Windows and
// Java write PKCS#12 with indefinite lengths and strings in segments (X.690
// sections 8.1.3.6 and 8.7). Values are not normalized otherwise.
func toDER(data []byte) ([]byte, error) {
	out, rest, err := element(data, 0)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, errBER
	}
	return out, nil
}

// element rewrites the first element of data.
func element(data []byte, depth int) (out, rest []byte, err error) {
	tag, indefinite, body, rest, err := header(data)
	if err != nil || depth > maxBERDepth {
		return nil, nil, errBER
	}
	const constructed = 0x20
	if tag&constructed == 0 {
		return encode(tag, body), rest, nil
	}
	isString := tag == byte(cbasn1.OCTET_STRING)|constructed
	var content []byte
	for {
		if indefinite && len(body) >= 2 && body[0] == 0 && body[1] == 0 {
			rest = body[2:]
			break
		}
		if !indefinite && len(body) == 0 {
			break
		}
		var child []byte
		if child, body, err = element(body, depth+1); err != nil {
			return nil, nil, err
		}
		if isString {
			segment := cryptobyte.String(child)
			if !segment.ReadASN1(&segment, cbasn1.OCTET_STRING) {
				return nil, nil, errBER
			}
			child = segment
		}
		content = append(content, child...)
	}
	if isString {
		tag &^= constructed
	}
	return encode(tag, content), rest, nil
}

// header reads tag and length. Of an element of indefinite length body is all
// that follows.
func header(data []byte) (tag byte, indefinite bool, body, rest []byte, err error) {
	if len(data) < 2 || data[0]&0x1f == 0x1f {
		return 0, false, nil, nil, errBER
	}
	tag = data[0]
	length := int(data[1])
	data = data[2:]
	switch {
	case length == 0x80:
		if tag&0x20 == 0 {
			return 0, false, nil, nil, errBER
		}
		return tag, true, data, nil, nil
	case length > 0x80:
		size := length & 0x7f
		if size > 4 || size > len(data) {
			return 0, false, nil, nil, errBER
		}
		length = 0
		for _, b := range data[:size] {
			length = length<<8 | int(b)
		}
		data = data[size:]
	}
	if length < 0 || length > len(data) {
		return 0, false, nil, nil, errBER
	}
	return tag, false, data[:length], data[length:], nil
}

// encode writes an element with the shortest length.
func encode(tag byte, content []byte) []byte {
	out := []byte{tag}
	switch n := len(content); {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 1<<8:
		out = append(out, 0x81, byte(n))
	case n < 1<<16:
		out = append(out, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		out = append(out, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(out, content...)
}
