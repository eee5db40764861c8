package revocation

import (
	"bufio"
	"context"
	"errors"
	"hash"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/fact"
)

// Bounds of one CRL's parts. Its entries are not counted: they are read one at a
// time.
const (
	maxElement = 64 << 10 // an entry, a name, a signature
	maxTail    = 1 << 20  // crlExtensions
	// checkEvery is how many entries are read between looks at the clock.
	checkEvery = 4096
)

// derStream reads DER from a stream, element by element. A slice that it returns
// is good until its next call.
type derStream struct {
	r   *bufio.Reader
	pos int64 // bytes consumed
	// end is where the surrounding element ends; nothing may reach beyond.
	end int64
	// sink takes what is consumed; nil means nobody.
	sink func([]byte)
}

func newStream(r io.Reader) *derStream {
	return &derStream{r: bufio.NewReaderSize(r, maxElement+16), end: 1<<63 - 1}
}

// tag is the next element's tag, or zero at the end of the surrounding one.
func (d *derStream) tag() (byte, error) {
	if d.pos >= d.end {
		return 0, nil
	}
	b, err := d.peek(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// peek is the next n bytes, unread. A stream that ends before is malformed;
// another error of the stream is passed on.
func (d *derStream) peek(n int) ([]byte, error) {
	b, err := d.r.Peek(n)
	if err == nil {
		return b, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, failf(fact.ProblemMalformed, "the CRL is cut off")
	}
	return nil, err
}

// consume takes n bytes that were peeked at.
func (d *derStream) consume(b []byte) {
	if d.sink != nil {
		d.sink(b)
	}
	_, _ = d.r.Discard(len(b)) // they are in the buffer
	d.pos += int64(len(b))
}

// length reads the header of the next element without consuming it.
func (d *derStream) length(tag cbasn1.Tag, what string) (header int, body int64, err error) {
	b, err := d.peek(2)
	if err != nil {
		return 0, 0, err
	}
	if b[0] != byte(tag) {
		return 0, 0, malformed(what)
	}
	header, body = 2, int64(b[1])
	if b[1] >= 0x80 {
		// Four bytes make 4 GiB; the forms that DER has no use for are refused.
		n := int(b[1] & 0x7f)
		if n == 0 || n > 4 {
			return 0, 0, malformed(what)
		}
		header += n
		if b, err = d.peek(header); err != nil {
			return 0, 0, err
		}
		body = 0
		for _, x := range b[2:] {
			body = body<<8 | int64(x)
		}
		if body < 0x80 || body>>(8*(n-1)) == 0 {
			return 0, 0, malformed(what)
		}
	}
	if body > d.end-d.pos-int64(header) {
		return 0, 0, failf(fact.ProblemMalformed, "%s reaches beyond what it is part of", what)
	}
	return header, body, nil
}

// enter consumes the header of a constructed element and makes its end that of
// the stream; the function returned restores the former one.
func (d *derStream) enter(tag cbasn1.Tag, what string) (leave func(), err error) {
	header, body, err := d.length(tag, what)
	if err != nil {
		return nil, err
	}
	b, err := d.peek(header)
	if err != nil {
		return nil, err
	}
	d.consume(b)
	outer := d.end
	d.end = d.pos + body
	return func() { d.end = outer }, nil
}

// element consumes an element of at most maxElement bytes and returns it with
// its tag.
func (d *derStream) element(tag cbasn1.Tag, what string) ([]byte, error) {
	header, body, err := d.length(tag, what)
	if err != nil {
		return nil, err
	}
	size := int64(header) + body
	if size > maxElement {
		return nil, failf(fact.ProblemTooLarge, "%s is larger than %d KiB", what, maxElement>>10)
	}
	b, err := d.peek(int(size))
	if err != nil {
		return nil, err
	}
	d.consume(b)
	return b, nil
}

// large consumes an element of at most maxTail bytes and returns a copy.
func (d *derStream) large(tag cbasn1.Tag, what string) ([]byte, error) {
	header, body, err := d.length(tag, what)
	if err != nil {
		return nil, err
	}
	size := int64(header) + body
	if size > maxTail {
		return nil, failf(fact.ProblemTooLarge, "%s is larger than %d KiB", what, maxTail>>10)
	}
	out := make([]byte, 0, size)
	for int64(len(out)) < size {
		b, err := d.peek(int(min(size-int64(len(out)), maxElement)))
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
		d.consume(b)
	}
	return out, nil
}

// tbsSink collects what the signature is about. What comes before the algorithm
// is known is kept; then it is hashed, or for Ed25519 kept to the end.
type tbsSink struct {
	kept   []byte
	hash   hash.Hash
	settle bool // the algorithm is known
	keep   bool
}

func (t *tbsSink) write(b []byte) {
	switch {
	case t.hash != nil:
		t.hash.Write(b)
	case !t.settle || t.keep:
		t.kept = append(t.kept, b...)
	}
}

// use settles the algorithm.
func (t *tbsSink) use(a algorithm) {
	t.settle = true
	t.keep = a.supported() && a.hash == 0
	if t.hash = a.hasher(); t.hash != nil {
		t.hash.Write(t.kept)
	}
	if !t.keep {
		t.kept = nil
	}
}

func (t *tbsSink) signed() signed {
	if t.hash != nil {
		return signed{digest: t.hash.Sum(nil)}
	}
	return signed{message: t.kept}
}

// readCRL reads one CertificateList (RFC 5280 section 5.1) from a stream and
// notes the entries wanted. It verifies nothing. The error is a *failure, or
// what reading the stream came to.
func readCRL(ctx context.Context, r io.Reader, want *search) (*crl, error) {
	d := newStream(r)
	c := new(crl)
	leave, err := d.enter(cbasn1.SEQUENCE, "CertificateList")
	if err != nil {
		return nil, err
	}
	sink := new(tbsSink)
	d.sink = sink.write
	if err := c.readTBS(ctx, d, sink, want); err != nil {
		return nil, err
	}
	d.sink = nil
	c.data = sink.signed()
	alg, err := d.element(cbasn1.SEQUENCE, "signatureAlgorithm")
	if err != nil {
		return nil, err
	}
	if string(alg) != string(c.innerAlgorithm) {
		return nil, failf(fact.ProblemMalformed, "the signature algorithm inside the CRL is not the one outside")
	}
	bits, err := d.element(cbasn1.BIT_STRING, "signatureValue")
	if err != nil {
		return nil, err
	}
	s := cryptobyte.String(bits)
	if !s.ReadASN1(&s, cbasn1.BIT_STRING) || len(s) == 0 || s[0] != 0 {
		return nil, malformed("signatureValue")
	}
	c.signature = append([]byte(nil), s[1:]...)
	if d.pos != d.end {
		return nil, failf(fact.ProblemTrailingData, "there are bytes after the end of CertificateList")
	}
	leave()
	if _, err := d.r.Peek(1); err == nil {
		return nil, failf(fact.ProblemTrailingData, "there are bytes after the end of the CRL")
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return c, nil
}

// readTBS reads TBSCertList.
func (c *crl) readTBS(ctx context.Context, d *derStream, sink *tbsSink, want *search) error {
	leave, err := d.enter(cbasn1.SEQUENCE, "TBSCertList")
	if err != nil {
		return err
	}
	if err := c.readHead(d, sink); err != nil {
		return err
	}
	tag, err := d.tag()
	if err != nil {
		return err
	}
	if tag == byte(cbasn1.SEQUENCE) {
		leaveEntries, err := d.enter(cbasn1.SEQUENCE, "revokedCertificates")
		if err != nil {
			return err
		}
		c.entriesStart, c.entriesEnd = d.pos, d.end
		reader := entryReader{want: want, issuer: c.issuer}
		if err := reader.readAll(ctx, d); err != nil {
			return err
		}
		c.entries, c.entryCritical = reader.count, reader.critical
		leaveEntries()
		if tag, err = d.tag(); err != nil {
			return err
		}
	}
	if tag == byte(explicit(0)) {
		tail, err := d.large(explicit(0), "crlExtensions")
		if err != nil {
			return err
		}
		if err := c.readExtensions(tail); err != nil {
			return err
		}
	}
	if d.pos != d.end {
		return failf(fact.ProblemTrailingData, "there are bytes after the end of TBSCertList")
	}
	leave()
	return nil
}

// readHead reads what comes before the entries.
func (c *crl) readHead(d *derStream, sink *tbsSink) error {
	tag, err := d.tag()
	if err != nil {
		return err
	}
	c.version = 1
	if tag == byte(cbasn1.INTEGER) {
		b, err := d.element(cbasn1.INTEGER, "version")
		if err != nil {
			return err
		}
		s := cryptobyte.String(b)
		if !s.ReadASN1Integer(&c.version) || c.version != 1 {
			return malformed("version")
		}
		c.version = 2
	}
	alg, err := d.element(cbasn1.SEQUENCE, "signature algorithm")
	if err != nil {
		return err
	}
	c.innerAlgorithm = append([]byte(nil), alg...)
	var ok bool
	if c.algorithm, ok = readAlgorithm(alg); !ok {
		return malformed("signature algorithm")
	}
	sink.use(c.algorithm)
	name, err := d.element(cbasn1.SEQUENCE, "issuer")
	if err != nil {
		return err
	}
	c.rawIssuer = append([]byte(nil), name...)
	if c.issuer, ok = canonical(c.rawIssuer); !ok {
		return malformed("issuer")
	}
	this, err := readStreamTime(d, "thisUpdate")
	if err != nil {
		return err
	}
	c.thisUpdate = *this
	if tag, err = d.tag(); err != nil {
		return err
	}
	if tag == byte(cbasn1.UTCTime) || tag == byte(cbasn1.GeneralizedTime) {
		c.nextUpdate, err = readStreamTime(d, "nextUpdate")
	}
	return err
}
