package wire

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// le is a little-endian int32, for messages written out by hand.
func le(n int32) string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(n)))
}

func TestRequestBytes(t *testing.T) {
	// The lengths are counted by hand: type byte + key + NUL + value for each
	// element, and 4 + 1 for each document.
	client := "\x03client\x00" + le(128) +
		"\x03driver\x00" + le(43) +
		"\x02name\x00" + le(9) + "mongotls\x00" +
		"\x02version\x00" + le(6) + "1.2.3\x00" + "\x00" +
		"\x03os\x00" + le(45) +
		"\x02type\x00" + le(6) + "linux\x00" +
		"\x02architecture\x00" + le(6) + "amd64\x00" + "\x00" +
		"\x02platform\x00" + le(9) + "go1.26.0\x00" + "\x00"
	meta := Metadata{Version: "1.2.3", OSType: "linux", Architecture: "amd64", Platform: "go1.26.0"}
	balanced := meta
	balanced.LoadBalanced = true

	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{
			"a hello",
			HelloRequest(7, meta),
			le(198) + le(7) + le(0) + le(2013) +
				le(0) + "\x00" + le(177) +
				"\x10hello\x00" + le(1) +
				"\x08helloOk\x00\x01" +
				client +
				"\x02$db\x00" + le(6) + "admin\x00" + "\x00",
		},
		{
			"a hello through a load balancer",
			HelloRequest(-2, balanced),
			le(213) + le(-2) + le(0) + le(2013) +
				le(0) + "\x00" + le(192) +
				"\x10hello\x00" + le(1) +
				"\x08helloOk\x00\x01" +
				client +
				"\x08loadBalanced\x00\x01" +
				"\x02$db\x00" + le(6) + "admin\x00" + "\x00",
		},
		{
			"a legacy hello",
			LegacyHelloRequest(8, meta),
			le(204) + le(8) + le(0) + le(2004) +
				le(4) + "admin.$cmd\x00" + le(0) + le(-1) +
				le(165) +
				"\x10isMaster\x00" + le(1) +
				"\x08helloOk\x00\x01" +
				client + "\x00",
		},
		{
			"the least command by OP_MSG",
			message(1, 0, OpMsg, msgBody(Document{{"hello", Int32(1)}, {"$db", String("admin")}})),
			le(52) + le(1) + le(0) + le(2013) +
				le(0) + "\x00" + le(31) +
				"\x10hello\x00" + le(1) +
				"\x02$db\x00" + le(6) + "admin\x00" + "\x00",
		},
		{
			"a reply by OP_MSG",
			Reply(9, 7, false, Document{{"ok", Double(1)}}),
			le(38) + le(9) + le(7) + le(2013) +
				le(0) + "\x00" + le(17) +
				"\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f" + "\x00",
		},
		{
			"a reply by OP_REPLY",
			Reply(9, 8, true, Document{{"ok", Double(1)}}),
			le(53) + le(9) + le(8) + le(1) +
				le(8) + le(0) + le(0) + le(0) + le(1) + le(17) +
				"\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f" + "\x00",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]byte(tt.want), tt.got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestMetadataStaysBelowTheServersLimit(t *testing.T) {
	long := strings.Repeat("é", 300)
	m := Metadata{Version: long, OSType: long, Architecture: long, Platform: long}
	if n := len(appendDocument(nil, m.document())); n > 512 {
		t.Errorf("client metadata has %d bytes; servers refuse more than 512", n)
	}
	want := String(strings.Repeat("é", 32))
	if got := m.document().Get("platform"); got != want {
		t.Errorf("platform = %q, want %q", got, want)
	}
}

func TestRequestsReadBack(t *testing.T) {
	tests := []struct {
		name    string
		message []byte
		header  Header
		command string
		first   Document
	}{
		{"a hello", HelloRequest(3, Metadata{}), Header{0, 3, 0, OpMsg}, "hello",
			Document{{"hello", Int32(1)}, {"helloOk", Bool(true)}}},
		{"a legacy hello", LegacyHelloRequest(4, Metadata{}), Header{0, 4, 0, OpQuery}, "isMaster",
			Document{{"isMaster", Int32(1)}, {"helloOk", Bool(true)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, body, err := ReadMessage(bytes.NewReader(tt.message), 0)
			if err != nil {
				t.Fatal(err)
			}
			tt.header.MessageLength = int32(len(tt.message))
			if h != tt.header {
				t.Errorf("header = %+v, want %+v", h, tt.header)
			}
			command, doc, err := ParseRequest(h, body)
			if err != nil {
				t.Fatal(err)
			}
			if command != tt.command {
				t.Errorf("command = %q, want %q", command, tt.command)
			}
			if diff := cmp.Diff(tt.first, doc[:2]); diff != "" {
				t.Errorf("document (-want +got)\n%s", diff)
			}
		})
	}
}
