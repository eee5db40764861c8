package wire

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// messages are the fuzz targets' seeds: what either side sends, a value of every
// type among it, and what other protocols send.
func messages() []string {
	every := Document{
		{"d", Double(1)}, {"s", String("x")}, {"a", Array{Bool(true), Document{{"n", Null{}}}}}, {"o", ObjectID{1}},
		{"t", DateTime(1)}, {"i", Int32(1)}, {"l", Int64(1)}, {"b", Raw{0x05, []byte(le(1) + "\x00a")}},
		{"r", Raw{0x0b, []byte("a\x00i\x00")}}, {"p", Raw{0x0c, []byte(str("c") + "123456789012")}},
		{"w", Raw{0x0f, []byte(le(15) + str("f") + doc(""))}}, {"m", Raw{Type: 0xff}},
	}
	return []string{
		string(HelloRequest(1, Metadata{Version: "1", OSType: "linux", Architecture: "amd64", Platform: "go"})),
		string(LegacyHelloRequest(1, Metadata{})),
		string(Reply(2, 1, false, primary)),
		string(Reply(2, 1, true, primary)),
		string(Reply(2, 1, false, every)),
		string(AuthenticateRequest(3, "CN=app,O=Acme")),
		string(Reply(4, 3, false, Document{{"dbname", String(DatabaseExternal)}, {"user", String("CN=app,O=Acme")}, {"ok", Double(1)}})),
		string(Reply(4, 3, false, Document{{"ok", Double(0)}, {"errmsg", String("Authentication failed.")}, {"code", Int32(18)}, {"codeName", String("AuthenticationFailed")}})),
		"HTTP/1.1 400 Bad Request\r\n\r\n",
		"\x15\x03\x01\x00\x02\x02\x46",
	}
}

// FuzzReadMessage holds that what is read is framed as its header says, and that
// nothing comes with an error.
func FuzzReadMessage(f *testing.F) {
	for _, m := range messages() {
		f.Add([]byte(m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, body, err := ReadMessage(bytes.NewReader(b), 1<<16)
		if err != nil {
			if err.Error() == "" || body != nil || h != (Header{}) {
				t.Fatalf("error %q with %+v and the body %q", err, h, body)
			}
			return
		}
		if !bytes.Equal(b[HeaderSize:h.MessageLength], body) {
			t.Fatalf("header of %d bytes, body of %d", h.MessageLength, len(body))
		}
	})
}

// FuzzParseReply holds that the bounds of a Hello are kept.
func FuzzParseReply(f *testing.F) {
	for _, m := range messages()[:8] {
		f.Add(m[12] == byte(OpReply), []byte(m[HeaderSize:]))
	}
	f.Fuzz(func(t *testing.T, legacy bool, body []byte) {
		h := Header{OpCode: OpMsg}
		if legacy {
			h.OpCode = OpReply
		}
		hello, err := ParseReply(h, body)
		if err != nil {
			if diff := cmp.Diff(Hello{}, hello); diff != "" {
				t.Fatalf("error %q with\n%s", err, diff)
			}
			return
		}
		texts := []string{hello.CodeName, hello.ErrMsg, hello.Msg, hello.SetName, hello.Me, hello.Primary}
		texts = append(texts, hello.Hosts...)
		texts = append(texts, hello.Passives...)
		texts = append(texts, hello.Arbiters...)
		for _, s := range texts {
			if len(s) > maxText || !utf8.ValidString(s) {
				t.Fatalf("text of %d bytes, valid %v", len(s), utf8.ValidString(s))
			}
		}
		if n := len(hello.Hosts) + len(hello.Passives) + len(hello.Arbiters); n > MaxHosts {
			t.Fatalf("%d hosts kept", n)
		}
		if _, err := hello.LocalTime.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzParseAuthentication holds that the bounds of an Authentication are kept,
// and that one that failed names no user.
func FuzzParseAuthentication(f *testing.F) {
	for _, m := range messages()[:8] {
		f.Add(m[12] == byte(OpReply), []byte(m[HeaderSize:]))
	}
	f.Fuzz(func(t *testing.T, legacy bool, body []byte) {
		h := Header{OpCode: OpMsg}
		if legacy {
			h.OpCode = OpReply
		}
		a, err := ParseAuthentication(h, body)
		if err != nil && a != (Authentication{}) {
			t.Fatalf("error %q with %+v", err, a)
		}
		if a.OK && (a.Code != 0 || a.CodeName != "" || a.ErrMsg != "") || !a.OK && a.User != "" {
			t.Fatalf("it both succeeded and failed: %+v", a)
		}
		for _, s := range []string{a.User, a.CodeName, a.ErrMsg} {
			if len(s) > maxText || !utf8.ValidString(s) {
				t.Fatalf("text of %d bytes, valid %v", len(s), utf8.ValidString(s))
			}
		}
	})
}

// FuzzParseRequest holds that a request that was understood is understood alike
// when it is written again.
func FuzzParseRequest(f *testing.F) {
	for _, m := range messages()[:8] {
		f.Add(m[12:14] == le(int32(OpQuery))[:2], []byte(m[HeaderSize:]))
	}
	f.Fuzz(func(t *testing.T, legacy bool, body []byte) {
		h := Header{OpCode: OpMsg}
		if legacy {
			h.OpCode = OpQuery
		}
		command, doc, err := ParseRequest(h, body)
		if err != nil {
			return
		}
		again, rest, err := decodeDocument(appendDocument(nil, doc))
		if err != nil || len(rest) > 0 {
			t.Fatalf("%q does not read back: %v, %d bytes left", command, err, len(rest))
		}
		if diff := cmp.Diff(doc, again, cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("(-read +read again)\n%s", diff)
		}
	})
}
