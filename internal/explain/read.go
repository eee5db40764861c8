package explain

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
)

// headSize is how much of a text is looked at as a whole. What is longer is a log,
// or is read as one: line by line, in memory that does not grow with it.
const headSize = 256 << 10

// ErrEmpty is what Read returns where there is no text.
var ErrEmpty = errors.New("there is no text")

// Read explains a text of any length. The error is ErrEmpty or r's.
func Read(r io.Reader) (*Explanation, error) {
	src := decoded(r)
	head := make([]byte, headSize)
	n, err := io.ReadFull(src, head)
	head = head[:n]
	switch {
	case err == nil:
		l := newLogReader()
		l.feed(head)
		if err := l.readAll(src); err != nil {
			return nil, err
		}
		return l.explanation(), nil
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, err
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, ErrEmpty
	}
	if hasServerLine(head) {
		l := newLogReader()
		l.feed(head)
		l.end()
		if x := l.explanation(); len(x.Matches) > 0 {
			return x, nil
		}
	}
	return Text(string(head)), nil
}

// decoded is r in UTF-8. Windows writes what programs print to a file in UTF-16,
// with a mark or without one.
func decoded(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 64<<10)
	begin, _ := b.Peek(4)
	switch {
	case len(begin) >= 2 && begin[0] == 0xff && begin[1] == 0xfe, len(begin) == 4 && begin[1] == 0 && begin[3] == 0 && begin[0] != 0:
		return &utf16Reader{r: b}
	case len(begin) >= 2 && begin[0] == 0xfe && begin[1] == 0xff, len(begin) == 4 && begin[0] == 0 && begin[2] == 0 && begin[1] != 0:
		return &utf16Reader{r: b, big: true}
	}
	return b
}

// utf16Reader makes UTF-8 of UTF-16.
type utf16Reader struct {
	r   *bufio.Reader
	big bool
	out []byte
}

// Read fills p as far as there is text.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) < len(p) {
		first, err := u.unit()
		if err != nil {
			if len(u.out) > 0 {
				break
			}
			return 0, err
		}
		c := rune(first)
		if utf16.IsSurrogate(c) {
			second, err := u.unit()
			if err != nil {
				break
			}
			c = utf16.DecodeRune(c, rune(second))
		}
		u.out = append(u.out, string(c)...)
	}
	n := copy(p, u.out)
	u.out = append(u.out[:0], u.out[n:]...)
	return n, nil
}

func (u *utf16Reader) unit() (uint16, error) {
	a, err := u.r.ReadByte()
	if err != nil {
		return 0, err
	}
	b, err := u.r.ReadByte()
	if err != nil {
		return 0, io.EOF
	}
	if u.big {
		a, b = b, a
	}
	return uint16(a) | uint16(b)<<8, nil
}
