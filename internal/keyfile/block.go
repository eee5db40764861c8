package keyfile

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// maxBlocks bounds the PEM blocks of one file.
const maxBlocks = 10000

// block is one PEM block (RFC 7468), or the attempt at one.
type block struct {
	label string
	// line is where BEGIN stands, from 1; 0 in a file that is not PEM.
	line int
	// headers are the RFC 1421 headers, such as DEK-Info.
	headers map[string]string
	der     []byte
	// fault is why der is empty; the label is right all the same.
	fault string
	// afterMark is whether a byte order mark stands before BEGIN: OpenSSL 3
	// skips it, OpenSSL 1.1.1 and Go do not see the block.
	afterMark bool
}

const (
	beginMark = "-----BEGIN "
	endMark   = "-----END "
	dashes    = "-----"
)

// The faults by which no PEM reader finds a block that a person sees. Measured
// with OpenSSL 3.0 and Go 1.26.
const (
	faultNoEnd      = "BEGIN without END"
	faultOtherEnd   = "END does not match BEGIN"
	faultLineEnds   = "its lines end in CR alone, which no driver reads"
	faultIndented   = "BEGIN or END is indented, so that no driver sees it"
	faultOneLine    = "BEGIN or END is not on a line of its own, so that no driver sees it"
	faultEscaped    = `it has the two characters \n in place of line ends`
	faultGlued      = "END and the next BEGIN are on one line: there was no newline at a file's end when files were put together"
	faultBlankLine  = "a blank line is in its base64 text, at which OpenSSL stops"
	faultNotBase64  = "not base64"
	faultEmptyBlock = "empty"
)

// blocks finds the PEM blocks of a file, and what was meant to be one. Text
// around them does no harm, and a broken block none to the next: a PEM decoder
// would skip it without a word.
func blocks(data []byte) []block {
	mark := []byte("\xef\xbb\xbf")
	s := scanner{marked: bytes.HasPrefix(data, mark)}
	data = bytes.TrimPrefix(data, mark)
	s.oldLineEnds = bytes.IndexByte(data, '\n') < 0 && bytes.IndexByte(data, '\r') >= 0
	for len(data) > 0 && len(s.found) < maxBlocks {
		var text []byte
		text, data = cutLine(data)
		s.line++
		s.read(string(text))
	}
	s.finish(faultNoEnd)
	return s.found
}

// scanner collects blocks line by line.
type scanner struct {
	line        int
	marked      bool
	oldLineEnds bool

	found   []block
	current *block
	body    strings.Builder
	// suspect is the first fault of the current block.
	suspect string
	// blank is whether a blank line came after the headers or in the body.
	blank bool
}

func (s *scanner) read(text string) {
	line := strings.TrimSpace(text)
	switch {
	case strings.Contains(line, endMark) && strings.Contains(line, beginMark):
		s.several(line)
	case strings.Contains(line, beginMark):
		s.begin(text, line)
	case s.current == nil:
	case strings.Contains(line, endMark):
		s.end(text, line)
	case line == "":
		// Headers end in a blank line.
		s.blank = s.body.Len() > 0 || s.blank
	case s.body.Len() == 0 && strings.Contains(line, ":"):
		if s.current.headers == nil {
			s.current.headers = make(map[string]string)
		}
		key, value, _ := strings.Cut(line, ":")
		s.current.headers[key] = strings.TrimSpace(value)
	default:
		if s.blank {
			s.doubt(faultBlankLine)
		}
		s.body.WriteString(line)
	}
}

// begin opens a block.
func (s *scanner) begin(text, line string) {
	s.finish(faultNoEnd)
	at := strings.Index(line, beginMark)
	label, after, ok := strings.Cut(line[at+len(beginMark):], dashes)
	if !ok || label == "" {
		return
	}
	s.current = &block{label: label, line: s.line, afterMark: s.marked && s.line == 1}
	switch {
	case s.oldLineEnds:
		s.doubt(faultLineEnds)
	case at > 0 || after != "":
		s.doubt(faultOneLine)
	case !strings.HasPrefix(text, beginMark):
		s.doubt(faultIndented)
	}
}

// end closes the current block.
func (s *scanner) end(text, line string) {
	switch {
	case line != endMark+s.current.label+dashes && strings.HasPrefix(line, endMark):
		s.doubt(faultOtherEnd)
	case !strings.HasPrefix(line, endMark):
		s.doubt(faultOneLine)
	case !strings.HasPrefix(text, endMark):
		s.doubt(faultIndented)
	}
	s.finish("")
}

// several takes a line that has END and BEGIN: the end of one block glued to the
// next, or whole blocks without line ends.
func (s *scanner) several(line string) {
	fault := faultOneLine
	if strings.Contains(line, `\n`) {
		fault = faultEscaped
	}
	if s.current != nil && strings.HasPrefix(line, endMark) {
		fault = faultGlued
		s.doubt(fault)
		s.finish("")
	}
	for rest := line; ; {
		at := strings.Index(rest, beginMark)
		if at < 0 {
			return
		}
		label, after, ok := strings.Cut(rest[at+len(beginMark):], dashes)
		if !ok || len(s.found) >= maxBlocks {
			return
		}
		s.finish(faultNoEnd)
		s.current = &block{label: label, line: s.line}
		s.doubt(fault)
		rest = after
		if strings.Contains(rest, endMark) {
			s.finish("")
		}
	}
}

func (s *scanner) doubt(fault string) {
	if s.suspect == "" {
		s.suspect = fault
	}
}

// finish ends the current block, if any, with the first fault there was.
func (s *scanner) finish(fault string) {
	if s.current != nil {
		if s.suspect == "" {
			s.suspect = fault
		}
		s.current.fault = s.suspect
		if s.suspect == "" {
			s.current.decode(s.body.String())
		}
		s.found = append(s.found, *s.current)
	}
	s.current, s.suspect, s.blank = nil, "", false
	s.body.Reset()
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
		b.fault = faultNotBase64
	case len(der) == 0:
		b.fault = faultEmptyBlock
	default:
		b.der = der
	}
}

// isCertificate reports whether the block's label is one that OpenSSL reads as a
// certificate.
func (b *block) isCertificate() bool {
	return b.label == "CERTIFICATE" || b.label == "X509 CERTIFICATE" || b.label == "TRUSTED CERTIFICATE"
}

// isRequest reports whether the block is a certificate request (RFC 2986).
func (b *block) isRequest() bool {
	return b.label == "CERTIFICATE REQUEST" || b.label == "NEW CERTIFICATE REQUEST"
}

// isKey reports whether the block is a private key of any form.
func (b *block) isKey() bool { return strings.HasSuffix(b.label, "PRIVATE KEY") }
