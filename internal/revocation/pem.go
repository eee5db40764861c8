package revocation

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"

	"github.com/mongotls/mongotls/internal/fact"
)

// pemLabel is the PEM label of a CRL (RFC 7468 section 6).
const pemLabel = "X509 CRL"

const (
	pemBegin = "-----BEGIN "
	pemEnd   = "-----END "
	pemDash  = "-----"
)

// pemReader finds the PEM blocks of a stream without holding any of them. Text
// around them does no harm.
type pemReader struct {
	r    *bufio.Reader
	line int // of the last line read, from 1
}

func newPEMReader(r io.Reader) *pemReader {
	return &pemReader{r: bufio.NewReaderSize(r, maxElement)}
}

// next is the label of the next block; io.EOF after the last. The block's body
// has to be read first.
func (p *pemReader) next() (string, error) {
	for {
		s, err := p.readLine()
		if rest, ok := bytes.CutPrefix(s, []byte(pemBegin)); ok {
			if label, ok := bytes.CutSuffix(rest, []byte(pemDash)); ok {
				return string(label), nil
			}
		}
		if err != nil {
			return "", err
		}
	}
}

// readLine is the next line, or a part of an overlong one, without white space
// around it. The last line may come with io.EOF.
func (p *pemReader) readLine() ([]byte, error) {
	s, err := p.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	} else {
		p.line++
	}
	return bytes.TrimSpace(s), err
}

// body is what the base64 of the block with this label decodes to.
func (p *pemReader) body(label string) io.Reader {
	return base64.NewDecoder(base64.StdEncoding, &pemBody{p: p, end: pemEnd + label + pemDash})
}

// pemBody is the lines of a block up to its end.
type pemBody struct {
	p    *pemReader
	end  string
	rest []byte // of the last line; good until the next is read
	err  error  // what ended the block, io.EOF if its end did
}

func (b *pemBody) Read(out []byte) (n int, err error) {
	// Base64 is decoded faster in large pieces than line by line.
	for n < len(out) {
		if len(b.rest) == 0 {
			if err = b.advance(); err != nil {
				break
			}
		}
		copied := copy(out[n:], b.rest)
		b.rest = b.rest[copied:]
		n += copied
	}
	if n > 0 {
		// The error comes again when there is nothing left before it.
		return n, nil
	}
	return 0, err
}

// advance reads the next line; io.EOF at the end of the block.
func (b *pemBody) advance() error {
	if b.err != nil {
		return b.err
	}
	s, err := b.p.readLine()
	switch {
	case string(s) == b.end:
		b.err = io.EOF
	case bytes.HasPrefix(s, []byte(pemDash)):
		b.err = failf(fact.ProblemMalformed, "the PEM block that ends at line %d ends in another line than it should", b.p.line)
	case errors.Is(err, io.EOF):
		b.err = failf(fact.ProblemMalformed, "the PEM block has no end")
	case err != nil:
		b.err = err
	default:
		b.rest = s
	}
	return b.err
}

// isDER reports whether a CRL that begins like this is in DER rather than in
// PEM. Every CRL is long enough to need a length of several bytes, and so begins
// like no text.
func isDER(start []byte) bool { return len(start) >= 2 && start[0] == derSequence && start[1] >= 0x80 }
