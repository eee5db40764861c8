package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// doc frames the elements of a BSON document.
func doc(elements string) string { return le(int32(len(elements)+5)) + elements + "\x00" }

// str encodes a BSON string.
func str(s string) string { return le(int32(len(s)+1)) + s + "\x00" }

func TestDocumentEncoding(t *testing.T) {
	const eight = "\x01\x02\x03\x04\x05\x06\x07\x08"
	tests := []struct {
		name    string
		value   Value
		encoded string // type byte, key "k", value
	}{
		{"a double", Double(-2.5), "\x01k\x00\x00\x00\x00\x00\x00\x00\x04\xc0"},
		{"a string", String("hé"), "\x02k\x00" + le(4) + "h\xc3\xa9\x00"},
		{"an empty string", String(""), "\x02k\x00" + le(1) + "\x00"},
		{"a string with NUL", String("a\x00b"), "\x02k\x00" + le(4) + "a\x00b\x00"},
		{"a document", Document{{"a", Null{}}}, "\x03k\x00" + le(8) + "\x0aa\x00\x00"},
		{"an empty document", Document{}, "\x03k\x00" + le(5) + "\x00"},
		{"an array", Array{Bool(true), String("x")}, "\x04k\x00" + le(18) + "\x080\x00\x01" + "\x021\x00" + le(2) + "x\x00" + "\x00"},
		{"an array of strings", Strings("x"), "\x04k\x00" + le(14) + "\x020\x00" + le(2) + "x\x00" + "\x00"},
		{"an empty array", Array{}, "\x04k\x00" + le(5) + "\x00"},
		{"an ObjectId", ObjectID{0: 0xa, 11: 0xb}, "\x07k\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0b"},
		{"false", Bool(false), "\x08k\x00\x00"},
		{"true", Bool(true), "\x08k\x00\x01"},
		{"a date", Date(time.Date(1970, 1, 1, 0, 0, 1, 2_999_999, time.UTC)), "\x09k\x00" + le(1002) + le(0)},
		{"a date before 1970", DateTime(-1), "\x09k\x00" + le(-1) + le(-1)},
		{"null", Null{}, "\x0ak\x00"},
		{"an int32", Int32(-3), "\x10k\x00" + le(-3)},
		{"an int64", Int64(-3), "\x12k\x00" + le(-3) + le(-1)},
		{"binary", Raw{0x05, []byte(le(2) + "\x04ab")}, "\x05k\x00" + le(2) + "\x04ab"},
		{"undefined", Raw{0x06, []byte{}}, "\x06k\x00"},
		{"a regular expression", Raw{0x0b, []byte("^a\x00i\x00")}, "\x0bk\x00^a\x00i\x00"},
		{"a regular expression without either part", Raw{0x0b, []byte("\x00\x00")}, "\x0bk\x00\x00\x00"},
		{"a DBPointer", Raw{0x0c, []byte(str("c") + eight + "\x09\x0a\x0b\x0c")}, "\x0ck\x00" + str("c") + eight + "\x09\x0a\x0b\x0c"},
		{"code", Raw{0x0d, []byte(str("f"))}, "\x0dk\x00" + str("f")},
		{"a symbol", Raw{0x0e, []byte(str("s"))}, "\x0ek\x00" + str("s")},
		{"code with scope", Raw{0x0f, []byte(le(15) + str("f") + doc(""))}, "\x0fk\x00" + le(15) + str("f") + doc("")},
		{"a timestamp", Raw{0x11, []byte(eight)}, "\x11k\x00" + eight},
		{"a decimal128", Raw{0x13, []byte(eight + eight)}, "\x13k\x00" + eight + eight},
		{"a min key", Raw{0xff, []byte{}}, "\xffk\x00"},
		{"a max key", Raw{0x7f, []byte{}}, "\x7fk\x00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// The element after it shows that the value ends where it should.
			d := Document{{"k", tt.value}, {"z", Int32(9)}}
			want := doc(tt.encoded + "\x10z\x00" + le(9))
			if diff := cmp.Diff([]byte(want), appendDocument(nil, d)); diff != "" {
				t.Errorf("encoded (-want +got)\n%s", diff)
			}
			got, rest, err := decodeDocument([]byte(want + "rest"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d, got); diff != "" {
				t.Errorf("decoded (-want +got)\n%s", diff)
			}
			if string(rest) != "rest" {
				t.Errorf("rest = %q", rest)
			}
		})
	}
}

func TestDocumentEncodingOfTheUnwritable(t *testing.T) {
	tests := []struct {
		name string
		doc  Document
		want string
	}{
		{"a nil document", nil, doc("")},
		{"an element without a value", Document{{Key: "k"}}, doc("\x0ak\x00")},
		{"a nil in an array", Document{{"k", Array{nil}}}, doc("\x04k\x00" + doc("\x0a0\x00"))},
		{"a key with NUL", Document{{"k\x00\x10z", Null{}}}, doc("\x0ak\x00")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]byte(tt.want), appendDocument(nil, tt.doc)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDecodeDocumentErrors(t *testing.T) {
	nested := doc("")
	for range 100 {
		nested = doc("\x03a\x00" + nested)
	}
	tests := []struct {
		name string
		b    string
		want string
	}{
		{"nothing", "", "BSON document of 0 bytes in 0"},
		{"half a length", "\x05\x00\x00", "BSON document of 0 bytes in 3"},
		{"a length below the least", le(4) + "\x00", "BSON document of 4 bytes in 5"},
		{"a negative length", le(-1) + "\x00", "BSON document of -1 bytes in 5"},
		{"a length beyond the bytes", le(6) + "\x00", "BSON document of 6 bytes in 5"},
		{"no closing NUL", le(5) + "\x01", "BSON document does not end in NUL"},
		{"a key without its end", doc("\x10key"), "BSON element without the end of its key"},
		{"a key that only the document's NUL would end", doc("\x0akey"), "BSON element without the end of its key"},
		{"a type that is none", doc("\x20k\x00"), "BSON element of the undefined type 0x20"},
		{"an int32 cut off", doc("\x10k\x00abc"), "BSON element of type 0x10 needs 4 bytes of 3"},
		{"a bool cut off", doc("\x08k\x00"), "BSON element of type 0x08 needs 1 bytes of 0"},
		{"an ObjectId cut off", doc("\x07k\x00abc"), "BSON element of type 0x07 needs 12 bytes of 3"},
		{"a decimal128 cut off", doc("\x13k\x00abc"), "BSON element of type 0x13 needs 16 bytes of 3"},
		{"a double cut off", doc("\x01k\x00abc"), "BSON element of type 0x01 needs 8 bytes of 3"},
		{"a string without a length", doc("\x02k\x00abc"), "BSON string of 0 bytes in 3"},
		{"a string of length 0", doc("\x02k\x00" + le(0)), "BSON string of 0 bytes in 4"},
		{"a string of negative length", doc("\x02k\x00" + le(-5) + "a\x00"), "BSON string of -5 bytes in 6"},
		{"a string beyond the document", doc("\x02k\x00" + le(3) + "a\x00"), "BSON string of 3 bytes in 6"},
		{"a string of the greatest length", doc("\x02k\x00" + le(1<<31-1) + "a\x00"), "BSON string of 2147483647 bytes in 6"},
		{"a string without NUL", doc("\x02k\x00" + le(2) + "ab"), "BSON string does not end in NUL"},
		{"a DBPointer without its ObjectId", doc("\x0ck\x00" + str("c")), "BSON element of type 0x0c needs 18 bytes of 6"},
		{"an embedded document beyond its parent", doc("\x03k\x00" + le(6) + "\x00"), "BSON element of type 0x03 needs 6 bytes of 5"},
		{"an embedded document below the least", doc("\x03k\x00" + le(4)), "BSON document of 4 bytes in 4"},
		{"an embedded document without its NUL", doc("\x03k\x00" + le(5) + "x"), "BSON document does not end in NUL"},
		{"an array with a malformed element", doc("\x04k\x00" + doc("\x10")), "BSON element without the end of its key"},
		{"binary of negative length", doc("\x05k\x00" + le(-1) + "\x00"), "BSON binary of -1 bytes in 5"},
		{"binary beyond the document", doc("\x05k\x00" + le(1) + "\x00"), "BSON binary of 1 bytes in 5"},
		{"binary without a length", doc("\x05k\x00ab"), "BSON binary of 0 bytes in 2"},
		{"a regular expression without options", doc("\x0bk\x00a\x00"), "BSON regular expression without its end"},
		{"a regular expression without an end", doc("\x0bk\x00a"), "BSON regular expression without its end"},
		{"101 levels", nested, "BSON document nested deeper than 100 levels"},
		{"100,001 elements", doc(strings.Repeat("\x0a\x00", 100_001)), "BSON document of more than 100000 elements"},
		{"100,001 elements in arrays", doc("\x04\x00" + doc(strings.Repeat("\x0a\x00", 60_000)) +
			"\x04\x00" + doc(strings.Repeat("\x0a\x00", 39_999))), "BSON document of more than 100000 elements"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, _, err := decodeDocument([]byte(tt.b))
			if err == nil {
				t.Fatalf("decoded as %v", d)
			}
			if err.Error() != tt.want {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

func TestDecodeDocumentBoundsAreExact(t *testing.T) {
	nested := doc("")
	for range 99 {
		nested = doc("\x03a\x00" + nested)
	}
	for name, b := range map[string]string{
		"100 levels":       nested,
		"100,000 elements": doc(strings.Repeat("\x0a\x00", 100_000)),
	} {
		if _, _, err := decodeDocument([]byte(b)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGetReturnsTheFirst(t *testing.T) {
	d := Document{{"a", Int32(1)}, {"b", Int32(2)}, {"b", Int32(3)}}
	if got := d.Get("b"); got != Int32(2) {
		t.Errorf("Get(b) = %v, want the first", got)
	}
	if got := d.Get("c"); got != nil {
		t.Errorf("Get(c) = %v, want nil", got)
	}
}
