package tlswire

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSSL2ClientHello(t *testing.T) {
	hello, err := SSL2ClientHello()
	if err != nil {
		t.Fatal(err)
	}
	const kinds = 13
	want := []byte{0x80, 9 + 3*kinds + 16, 1, 0, 2, 0, 3 * kinds, 0, 0, 0, 16}
	if got := hello[:len(want)]; !bytes.Equal(got, want) || len(hello) != int(hello[1])+2 {
		t.Errorf("the hello begins %x and has %d bytes, want %x and %d", got, len(hello), want, hello[1]+2)
	}
	// By these bytes mongod tells TLS from a message of its own.
	if responseTo := hello[8:12]; bytes.Equal(responseTo, []byte{0, 0, 0, 0}) || bytes.Equal(responseTo, []byte{0xff, 0xff, 0xff, 0xff}) {
		t.Error("mongod would take it for a message in clear")
	}
}

// ssl2Hello is a SERVER-HELLO with a certificate of three bytes, two cipher kinds
// and a connection id.
const ssl2Hello = "\x80\x16" + "\x04\x00\x01\x00\x02\x00\x03\x00\x06\x00\x02" + "abc" + "\x01\x00\x80\x07\x00\xc0" + "id"

func TestReadSSL2Answer(t *testing.T) {
	tests := []struct {
		name string
		data string
		want SSL2Answer
	}{
		{"nothing", "", SSL2Answer{Incomplete: true}},
		{"a SERVER-HELLO", ssl2Hello, SSL2Answer{Hello: true, Kinds: []uint32{0x010080, 0x0700c0}}},
		{"all but its end", ssl2Hello[:len(ssl2Hello)-1], SSL2Answer{Incomplete: true}},
		{"cipher kinds that are cut", "\x80\x0c\x04\x00\x01\x00\x02\x00\x00\x00\x06\x00\x00\x00", SSL2Answer{Flight: Flight{NotRecords: true}}},
		{"no cipher in common", "\x80\x03\x00\x00\x01", SSL2Answer{Refused: true}},
		{"a TLS alert", "\x15\x03\x01\x00\x02\x02\x46", SSL2Answer{Flight: Flight{AlertCode: 70, AlertSeen: true}}},
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n", SSL2Answer{Flight: Flight{NotRecords: true}}},
		{"a header and no message", "\x80\x00\x00", SSL2Answer{Flight: Flight{NotRecords: true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ReadSSL2Answer([]byte(tt.data))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzSSL2Answer: whatever a server says, it is read or not, and no more kinds
// come out of it than bytes went in.
func FuzzSSL2Answer(f *testing.F) {
	f.Add([]byte(ssl2Hello))
	f.Add([]byte("\x80\x03\x00\x00\x01"))
	f.Add([]byte("\x15\x03\x01\x00\x02\x02\x46"))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a := ReadSSL2Answer(data)
		if 3*len(a.Kinds) > len(data) {
			t.Errorf("%d kinds in %d bytes", len(a.Kinds), len(data))
		}
		if a.Hello && (a.Incomplete || a.Refused) {
			t.Errorf("a hello that is none: %+v", a)
		}
	})
}
