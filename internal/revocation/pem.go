package revocation

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"

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
	rest []byte
	done bool
}

func (b *pemBody) Read(out []byte) (int, error) {
	for len(b.rest) == 0 {
		if b.done {
			return 0, io.EOF
		}
		s, err := b.p.readLine()
		switch {
		case string(s) == b.end:
			b.done = true
			continue
		case strings.HasPrefix(string(s), pemDash):
			return 0, failf(fact.ProblemMalformed, "the PEM block that ends at line %d ends in another line than it should", b.p.line)
		case errors.Is(err, io.EOF):
			return 0, failf(fact.ProblemMalformed, "the PEM block has no end")
		case err != nil:
			return 0, err
		}
		b.rest = s
	}
	n := copy(out, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// isDER reports whether a CRL that begins like this is in DER rather than in
// PEM. Every CRL is long enough to need a length of several bytes, and so begins
// like no text.
func isDER(start []byte) bool { return len(start) >= 2 && start[0] == derSequence && start[1] >= 0x80 }
