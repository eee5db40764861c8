package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRequest(t *testing.T) {
	query := func(collection, doc string) string { return le(0) + collection + "\x00" + le(0) + le(-1) + doc }
	ping := doc("\x10ping\x00" + le(1))
	tests := []struct {
		name    string
		op      OpCode
		body    string
		command string
		doc     Document
		err     string
	}{
		{"a command by OP_MSG", OpMsg, le(0) + "\x00" + ping, "ping", Document{{"ping", Int32(1)}}, ""},
		{"a command by OP_QUERY", OpQuery, query("admin.$cmd", ping), "ping", Document{{"ping", Int32(1)}}, ""},
		{"a command wrapped for a read preference", OpQuery,
			query("admin.$cmd", doc("\x03$query\x00"+ping+"\x03$readPreference\x00"+doc(""))),
			"ping", Document{{"ping", Int32(1)}}, ""},
		{"an empty wrapper", OpQuery, query("admin.$cmd", doc("\x03$query\x00"+doc(""))),
			"$query", Document{{"$query", Document{}}}, ""},
		{"a query of another collection", OpQuery, query("test.people", ping), "", nil, "malformed request: OP_QUERY is no command"},
		{"a query without its collection's end", OpQuery, le(0) + "admin.$cmd", "", nil,
			"malformed request: OP_QUERY without the end of its collection name"},
		{"a query cut off", OpQuery, le(0) + "admin.$cmd\x00" + le(0), "", nil, "malformed request: OP_QUERY without a query"},
		{"half the flags of a query", OpQuery, "\x00", "", nil, "malformed request: OP_QUERY of 1 bytes"},
		{"a malformed OP_MSG", OpMsg, "", "", nil, "malformed request: OP_MSG of 0 bytes"},
		{"a malformed document", OpMsg, le(0) + "\x00" + doc("\x20a\x00"), "", nil,
			"malformed request: BSON element of the undefined type 0x20"},
		{"an empty document", OpMsg, le(0) + "\x00" + doc(""), "", nil, "malformed request: no command"},
		{"a reply", OpReply, "", "", nil, "malformed request: OP_REPLY in place of a command"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			command, got, err := ParseRequest(Header{OpCode: tt.op}, []byte(tt.body))
			text := ""
			if err != nil {
				text = err.Error()
			}
			if text != tt.err {
				t.Errorf("error %q, want %q", text, tt.err)
			}
			if command != tt.command {
				t.Errorf("command %q, want %q", command, tt.command)
			}
			if diff := cmp.Diff(tt.doc, got); diff != "" {
				t.Errorf("document (-want +got)\n%s", diff)
			}
		})
	}
}
