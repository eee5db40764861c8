package keyfile

import (
	"bytes"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxBlocks bounds the PEM blocks of one file.
const maxBlocks = 10000

// block is one PEM block (RFC 7468), or the attempt at one.
type block struct {
	label string
	// line is where BEGIN stands, from 1.
	line int
	// headers are the RFC 1421 headers, such as DEK-Info.
	headers map[string]string
	der     []byte
	// fault is why der is empty; the label is right all the same.
	fault string
}

const (
	beginMark = "-----BEGIN "
	endMark   = "-----END "
	dashes    = "-----"
)

// blocks finds the PEM blocks of a file. Text around them, a byte order mark, any
// line ends and blanks at line ends do no harm, and a broken block none to the
// next: encoding/pem would skip it without a word.
func blocks(data []byte) []block {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var found []block
	var current *block
	var body strings.Builder
	finish := func(fault string) {
		if current == nil {
			return
		}
		current.fault = fault
		if fault == "" {
			current.decode(body.String())
		}
		found = append(found, *current)
		current = nil
		body.Reset()
	}
	line := 0
	for len(data) > 0 && len(found) < maxBlocks {
		line++
		var text []byte
		text, data = cutLine(data)
		s := strings.TrimSpace(string(text))
		switch {
		case strings.HasPrefix(s, beginMark) && strings.HasSuffix(s, dashes) && len(s) > len(beginMark)+len(dashes):
			finish("BEGIN without END")
			current = &block{label: s[len(beginMark) : len(s)-len(dashes)], line: line}
		case current == nil:
		case strings.HasPrefix(s, endMark):
			if s == endMark+current.label+dashes {
				finish("")
			} else {
				finish("END does not match BEGIN")
			}
		case body.Len() == 0 && strings.Contains(s, ":"):
			if current.headers == nil {
				current.headers = make(map[string]string)
			}
			key, value, _ := strings.Cut(s, ":")
			current.headers[key] = strings.TrimSpace(value)
		default:
			body.WriteString(s)
		}
	}
	finish("BEGIN without END")
	return found
}

// cutLine takes the first line off, which ends in LF, CR LF or CR.
func cutLine(data []byte) (line, rest []byte) {
	end := bytes.IndexAny(data, "\r\n")
	if end < 0 {
		return data, nil
	}
	if data[end] == '\r' && end+1 < len(data) && data[end+1] == '\n' {
		return data[:end], data[end+2:]
	}
	return data[:end], data[end+1:]
}

func (b *block) decode(body string) {
	der, err := base64.StdEncoding.DecodeString(body)
	switch {
	case err != nil:
		b.fault = "not base64"
	case len(der) == 0:
		b.fault = "empty"
	default:
		b.der = der
	}
}

// isCertificate reports whether the block's label is one that OpenSSL reads as a
// certificate.
func (b *block) isCertificate() bool {
	return b.label == "CERTIFICATE" || b.label == "X509 CERTIFICATE" || b.label == "TRUSTED CERTIFICATE"
}

// isKey reports whether the block is a private key of any form.
func (b *block) isKey() bool { return strings.HasSuffix(b.label, "PRIVATE KEY") }

// isPKCS12 recognises PFX (RFC 7292 section 4): a sequence that begins with
// version 3 and a ContentInfo.
func isPKCS12(data []byte) bool {
	s, ok := sequence(data)
	var version int
	return ok && s.PeekASN1Tag(cbasn1.INTEGER) && s.ReadASN1Integer(&version) && version == 3 &&
		s.PeekASN1Tag(cbasn1.SEQUENCE)
}

// isPKCS7 recognises a ContentInfo (RFC 2315 section 7).
func isPKCS7(data []byte) bool {
	s, ok := sequence(data)
	var oid cryptobyte.String
	return ok && s.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) &&
		bytes.HasPrefix(oid, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07})
}

// sequence opens the outermost SEQUENCE, whether it is in DER or of indefinite
// length, as Windows writes PKCS#12.
func sequence(data []byte) (cryptobyte.String, bool) {
	if bytes.HasPrefix(data, []byte{0x30, 0x80}) {
		return cryptobyte.String(data[2:]), true
	}
	s := cryptobyte.String(data)
	ok := s.ReadASN1(&s, cbasn1.SEQUENCE)
	return s, ok
}

// elementLength is the size of the first ASN.1 element of data.
func elementLength(data []byte) (int, bool) {
	s := cryptobyte.String(data)
	var element cryptobyte.String
	var tag cbasn1.Tag
	ok := s.ReadAnyASN1Element(&element, &tag)
	return len(element), ok
}
