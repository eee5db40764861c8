package wire

import (
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestReadMessage(t *testing.T) {
	failing := func(s string, err error) io.Reader {
		return io.MultiReader(strings.NewReader(s), iotest.ErrReader(err))
	}
	hello := le(18) + le(1) + le(0) + le(2013) + "ab"

	tests := []struct {
		name   string
		r      io.Reader
		limit  int
		header Header
		body   []byte
		err    error
		text   string
	}{
		{
			name:   "a message",
			r:      strings.NewReader(hello + "the next one"),
			header: Header{18, 1, 0, OpMsg}, body: []byte("ab"),
		},
		{
			name:   "a message that comes byte by byte",
			r:      iotest.OneByteReader(strings.NewReader(hello)),
			header: Header{18, 1, 0, OpMsg}, body: []byte("ab"),
		},
		{
			name:  "a message of just the limit",
			r:     strings.NewReader(hello),
			limit: 18, header: Header{18, 1, 0, OpMsg}, body: []byte("ab"),
		},
		{
			name:   "a header alone",
			r:      strings.NewReader(le(16) + le(-1) + le(5) + le(1)),
			header: Header{16, -1, 5, OpReply},
		},
		{
			name: "a peer that closes at once",
			r:    strings.NewReader(""),
			err:  io.EOF, text: "EOF",
		},
		{
			name: "a peer that stays silent",
			r:    iotest.ErrReader(os.ErrDeadlineExceeded),
			err:  os.ErrDeadlineExceeded, text: "i/o timeout",
		},
		{
			name: "a peer that closes within the length",
			r:    strings.NewReader("abc"),
			err:  &TruncatedError{[]byte("abc"), 3, 16, io.ErrUnexpectedEOF},
			text: "message cut off after 3 of 16 bytes: unexpected EOF",
		},
		{
			name: "a TLS alert and the end",
			r:    strings.NewReader("\x15\x03\x01\x00\x02\x02\x46"),
			err:  &TruncatedError{[]byte("\x15\x03\x01\x00\x02\x02\x46"), 7, 16, io.ErrUnexpectedEOF},
			text: "message cut off after 7 of 16 bytes: unexpected EOF",
		},
		{
			name: "a peer that stalls within the body",
			r:    failing(hello[:17], os.ErrDeadlineExceeded),
			err:  &TruncatedError{[]byte(hello[:16]), 17, 18, os.ErrDeadlineExceeded},
			text: "message cut off after 17 of 18 bytes: i/o timeout",
		},
		{
			name: "a peer that closes before the body",
			r:    strings.NewReader(hello[:16]),
			err:  &TruncatedError{[]byte(hello[:16]), 16, 18, io.ErrUnexpectedEOF},
			text: "message cut off after 16 of 18 bytes: unexpected EOF",
		},
		{
			name: "an HTTP response",
			r:    strings.NewReader("HTTP/1.1 400 Bad Request\r\n\r\n"),
			err: &NotMongoDBError{[]byte("HTTP/1.1 400 Bad"),
				"its length would be 1347703880, outside 16 to 16777216"},
			text: `not a MongoDB message: its length would be 1347703880, outside 16 to 16777216 (it begins with "HTTP/1.1 400 Bad")`,
		},
		{
			name: "a short greeting and silence",
			r:    failing("220 \x1b[2J", os.ErrDeadlineExceeded),
			err: &NotMongoDBError{[]byte("220 \x1b[2J"),
				"its length would be 540029490, outside 16 to 16777216"},
			text: `not a MongoDB message: its length would be 540029490, outside 16 to 16777216 (it begins with "220 \x1b[2J")`,
		},
		{
			name: "a length that the header alone exceeds",
			r:    strings.NewReader(le(15) + hello[4:]),
			err: &NotMongoDBError{[]byte(le(15) + hello[4:16]),
				"its length would be 15, outside 16 to 16777216"},
			text: `not a MongoDB message: its length would be 15, outside 16 to 16777216 (it begins with "\x0f\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\a\x00\x00")`,
		},
		{
			name:  "a message over the limit",
			r:     strings.NewReader(hello),
			limit: 17,
			err:   &NotMongoDBError{[]byte(hello[:16]), "its length would be 18, outside 16 to 17"},
			text:  `not a MongoDB message: its length would be 18, outside 16 to 17 (it begins with "\x12\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\a\x00\x00")`,
		},
		{
			name: "a negative length",
			r:    strings.NewReader(le(-1) + hello[4:]),
			err: &NotMongoDBError{[]byte(le(-1) + hello[4:16]),
				"its length would be -1, outside 16 to 16777216"},
			text: `not a MongoDB message: its length would be -1, outside 16 to 16777216 (it begins with "\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\xdd\a\x00\x00")`,
		},
		{
			name: "an opcode that is none",
			r:    strings.NewReader(le(18) + le(1) + le(0) + le(2014) + "ab"),
			err:  &NotMongoDBError{[]byte(le(18) + le(1) + le(0) + le(2014)), "opcode 2014 is not one of the protocol"},
			text: `not a MongoDB message: opcode 2014 is not one of the protocol (it begins with "\x12\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xde\a\x00\x00")`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, body, err := ReadMessage(tt.r, tt.limit)
			if diff := cmp.Diff(tt.err, err, equateIdentity); diff != "" {
				t.Errorf("error (-want +got)\n%s", diff)
			}
			if err != nil && err.Error() != tt.text {
				t.Errorf("error text:\n got %s\nwant %s", err, tt.text)
			}
			if h != tt.header {
				t.Errorf("header = %+v, want %+v", h, tt.header)
			}
			if diff := cmp.Diff(tt.body, body, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("body (-want +got)\n%s", diff)
			}
		})
	}
}

// equateIdentity compares the errors that are values by identity, so that those
// with fields are compared field by field.
var equateIdentity = cmp.FilterValues(func(a, b error) bool {
	for _, err := range []error{a, b} {
		switch err.(type) {
		case *NotMongoDBError, *TruncatedError:
			return false
		}
	}
	return true
}, cmp.Comparer(func(a, b error) bool { return a == b }))

func TestReadMessageAllocatesWhatCame(t *testing.T) {
	announced := le(DefaultMaxMessage) + le(1) + le(0) + le(2013) + "ab"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := ReadMessage(strings.NewReader(announced), 0)
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Fatal("no error for a message of which 2 bytes came")
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<10 {
		t.Errorf("%d bytes allocated for a message of which 2 came", n)
	}
}
