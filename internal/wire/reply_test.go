package wire

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// primary is a reply to hello as a primary of a replica set gives it.
var primary = Document{
	{"topologyVersion", Document{{"processId", ObjectID{1}}, {"counter", Int64(6)}}},
	{"hosts", Strings("db1.example.com:27017", "db2.example.com:27017")},
	{"passives", Strings("db3.example.com:27017")},
	{"arbiters", Strings("arb.example.com:27017")},
	{"setName", String("rs0")},
	{"setVersion", Int32(3)},
	{"isWritablePrimary", Bool(true)},
	{"secondary", Bool(false)},
	{"primary", String("db1.example.com:27017")},
	{"me", String("db1.example.com:27017")},
	{"lastWrite", Document{{"opTime", Document{{"ts", Raw{0x11, make([]byte, 8)}}, {"t", Int64(1)}}}}},
	{"maxBsonObjectSize", Int32(16777216)},
	{"maxMessageSizeBytes", Int32(48000000)},
	{"localTime", DateTime(1_795_000_000_123)},
	{"connectionId", Int32(42)},
	{"minWireVersion", Int32(0)},
	{"maxWireVersion", Int32(21)},
	{"readOnly", Bool(false)},
	{"helloOk", Bool(true)},
	{"ok", Double(1)},
}

func TestParseReply(t *testing.T) {
	primaryHello := Hello{
		OK: true, IsWritablePrimary: true, SetName: "rs0",
		Me: "db1.example.com:27017", Primary: "db1.example.com:27017",
		Hosts:    []string{"db1.example.com:27017", "db2.example.com:27017"},
		Passives: []string{"db3.example.com:27017"}, Arbiters: []string{"arb.example.com:27017"},
		HostCount: 4, MaxWireVersion: 21, ConnectionID: 42, HelloOK: true,
		LocalTime: time.Date(2026, 11, 18, 11, 6, 40, 123_000_000, time.UTC),
	}
	tests := []struct {
		name   string
		legacy bool
		doc    Document
		want   Hello
	}{
		{"a primary", false, primary, primaryHello},
		{"a primary by OP_REPLY", true, primary, primaryHello},
		{
			"the legacy name of a writable server", true,
			Document{{"ismaster", Bool(true)}, {"maxWireVersion", Int32(4)}, {"ok", Double(1)}},
			Hello{OK: true, IsWritablePrimary: true, MaxWireVersion: 4},
		},
		{
			"a mongos behind a load balancer", false,
			Document{{"msg", String("isdbgrid")}, {"serviceId", ObjectID{0xab, 11: 0x01}}, {"connectionId", Int64(1 << 40)}, {"ok", Int32(1)}},
			Hello{OK: true, Msg: "isdbgrid", ServiceID: "ab0000000000000000000001", ConnectionID: 1 << 40},
		},
		{
			"a member without a configuration", false,
			Document{{"isreplicaset", Bool(true)}, {"secondary", Bool(false)}, {"readOnly", Bool(true)}, {"minWireVersion", Int32(6)}, {"ok", Bool(true)}},
			Hello{OK: true, IsReplicaSet: true, ReadOnly: true, MinWireVersion: 6},
		},
		{
			"a hidden secondary and arbiter", false,
			Document{{"hidden", Bool(true)}, {"arbiterOnly", Bool(true)}, {"secondary", Bool(true)}, {"ok", Int64(1)}},
			Hello{OK: true, Hidden: true, ArbiterOnly: true, Secondary: true},
		},
		{
			"a refusal", false,
			Document{{"ok", Double(0)}, {"errmsg", String("no SNI name sent")}, {"code", Int32(8000)}, {"codeName", String("AtlasError")}, {"setName", String("rs0")}},
			Hello{Code: 8000, CodeName: "AtlasError", ErrMsg: "no SNI name sent"},
		},
		{
			"a failed query", true,
			Document{{"$err", String("not allowed")}, {"code", Int32(13)}},
			Hello{Code: 13, ErrMsg: "not allowed"},
		},
		{"an empty document", false, Document{}, Hello{}},
		{
			"fields of other types than servers send", false,
			Document{
				{"ok", Double(1)}, {"hosts", String("db1")}, {"setName", Int32(1)}, {"me", Null{}}, {"maxWireVersion", String("21")},
				{"localTime", Int64(5)}, {"serviceId", String("x")}, {"connectionId", Double(1e300)}, {"secondary", String("true")},
				{"passives", Array{Int32(1), Null{}, String("db3:27017")}}, {"minWireVersion", Int64(1 << 40)},
			},
			Hello{OK: true, Passives: []string{"db3:27017"}, HostCount: 1},
		},
		{
			"numbers as doubles", false,
			Document{{"ok", Double(1)}, {"maxWireVersion", Double(21)}, {"connectionId", Double(7.9)}, {"code", Double(-5)}},
			Hello{OK: true, Code: -5, MaxWireVersion: 21, ConnectionID: 7},
		},
		{
			"a clock beyond the years that can be written", false,
			Document{{"ok", Double(1)}, {"localTime", DateTime(1<<63 - 1)}},
			Hello{OK: true},
		},
		{
			"the first instant after the year 9999", false,
			Document{{"ok", Double(1)}, {"localTime", DateTime(253402300800000)}},
			Hello{OK: true},
		},
		{
			"text that is not UTF-8, and too long", false,
			Document{{"ok", Double(0)}, {"codeName", String("a\xff\xfeb\x1b")}, {"errmsg", String(strings.Repeat("x", 4095) + "é")}},
			Hello{CodeName: "a\uFFFDb\x1b", ErrMsg: strings.Repeat("x", 4095)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, body, err := ReadMessage(bytes.NewReader(Reply(2, 1, tt.legacy, tt.doc)), 0)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseReply(h, body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseReplyKeepsAThousandHosts(t *testing.T) {
	names := func(prefix string, n int) Array {
		var a Array
		for i := range n {
			a = append(a, String(fmt.Sprintf("%s%d:27017", prefix, i)))
		}
		return a
	}
	h, body, err := ReadMessage(bytes.NewReader(Reply(2, 1, false, Document{
		{"hosts", names("h", 990)}, {"passives", names("p", 20)}, {"arbiters", names("a", 5)}, {"ok", Double(1)},
	})), 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseReply(h, body)
	if err != nil {
		t.Fatal(err)
	}
	type counts struct {
		Hosts, Passives, Arbiters, HostCount int
		LastPassive                          string
	}
	want := counts{990, 10, 0, 1015, "p9:27017"}
	have := counts{len(got.Hosts), len(got.Passives), len(got.Arbiters), got.HostCount, got.Passives[9]}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseReplySections(t *testing.T) {
	body := "\x00" + doc("\x08ok\x00\x01")
	sequence := "\x01" + le(4+3+5) + "id\x00" + doc("")
	tests := []struct {
		name string
		op   OpCode
		body string
		want string // the error; empty when the reply is understood
	}{
		{"a body", OpMsg, le(0) + body, ""},
		{"a body before a sequence", OpMsg, le(0) + body + sequence, ""},
		{"a body after a sequence", OpMsg, le(0) + sequence + body, ""},
		{"a body and a checksum", OpMsg, le(1) + body + "\x10\x20\x30\x40", ""},
		{"more to come and optional flags", OpMsg, le(2|1<<16|1<<30) + body, ""},
		{"half the flags", OpMsg, "\x00\x00\x00", "OP_MSG of 3 bytes"},
		{"an unknown required flag", OpMsg, le(1<<2) + body, "OP_MSG with the unknown flags 0x4"},
		{"no section", OpMsg, le(0), "OP_MSG without a body section"},
		{"a sequence alone", OpMsg, le(0) + sequence, "OP_MSG without a body section"},
		{"two bodies", OpMsg, le(0) + body + body, "OP_MSG with two body sections"},
		{"a section of an undefined kind", OpMsg, le(0) + "\x02" + doc(""), "OP_MSG section of the undefined kind 2"},
		{"a section beyond the message", OpMsg, le(0) + "\x01" + le(9) + "id\x00", "OP_MSG section of 9 bytes in 7"},
		{"a section of negative length", OpMsg, le(0) + "\x00" + le(-9) + "id\x00", "OP_MSG section of -9 bytes in 7"},
		{"a section without a length", OpMsg, le(0) + "\x00\x00", "OP_MSG section of 0 bytes in 1"},
		{"no room for the checksum", OpMsg, le(1) + "\x00\x00", "OP_MSG without room for its checksum"},
		{"a body that runs into the checksum", OpMsg, le(1) + body, "OP_MSG section of 10 bytes in 6"},
		{"a body that is no document", OpMsg, le(0) + "\x00" + le(5) + "x", "BSON document does not end in NUL"},
		{"a body with a malformed element", OpMsg, le(0) + "\x00" + doc("\x10ok\x00"), "BSON element of type 0x10 needs 4 bytes of 0"},
		{"a malformed list of hosts", OpMsg, le(0) + "\x00" + doc("\x04hosts\x00"+doc("\x02")), "BSON element without the end of its key"},
		{"a list of hosts without its NUL", OpMsg, le(0) + "\x00" + doc("\x04hosts\x00"+le(5)+"x"), "BSON document does not end in NUL"},
		{"an OP_REPLY", OpReply, le(8) + le(0) + le(0) + le(0) + le(1) + doc("\x08ok\x00\x01"), ""},
		{"an OP_REPLY cut off", OpReply, le(8) + le(0) + le(0) + le(0) + "\x01", "OP_REPLY of 17 bytes"},
		{"an OP_REPLY without documents", OpReply, le(8) + le(0) + le(0) + le(0) + le(0), "OP_REPLY with 0 documents"},
		{"an OP_REPLY that announces a document", OpReply, le(8) + le(0) + le(0) + le(0) + le(1), "BSON document of 0 bytes in 0"},
		{"a compressed reply", OpCompressed, le(2013) + le(0) + "\x00", "OP_COMPRESSED, though no compression was negotiated"},
		{"a request", OpQuery, "", "OP_QUERY in place of a reply"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseReply(Header{OpCode: tt.op}, []byte(tt.body))
			switch {
			case tt.want == "":
				if diff := cmp.Diff(Hello{OK: true}, got); diff != "" || err != nil {
					t.Errorf("error %v (-want +got)\n%s", err, diff)
				}
			case err == nil || err.Error() != "malformed reply: "+tt.want:
				t.Errorf("error %v, want %q", err, "malformed reply: "+tt.want)
			}
		})
	}
}

func TestTopology(t *testing.T) {
	tests := []struct {
		name  string
		hello Hello
		want  string
	}{
		{"a refusal tells nothing", Hello{SetName: "rs0", IsWritablePrimary: true}, "Unknown"},
		{"a server with neither set nor isdbgrid", Hello{OK: true, IsWritablePrimary: true}, "Standalone"},
		{"isdbgrid", Hello{OK: true, Msg: "isdbgrid", IsWritablePrimary: true}, "Mongos"},
		{"another msg", Hello{OK: true, Msg: "hello"}, "Standalone"},
		{"a service behind a load balancer", Hello{OK: true, Msg: "isdbgrid", ServiceID: "ab0000000000000000000001"}, "LoadBalanced"},
		{"a writable member", Hello{OK: true, SetName: "rs0", IsWritablePrimary: true}, "RSPrimary"},
		{"a secondary", Hello{OK: true, SetName: "rs0", Secondary: true}, "RSSecondary"},
		{"a hidden secondary", Hello{OK: true, SetName: "rs0", Secondary: true, Hidden: true}, "RSOther"},
		{"an arbiter", Hello{OK: true, SetName: "rs0", ArbiterOnly: true}, "RSArbiter"},
		{"a member that is recovering", Hello{OK: true, SetName: "rs0"}, "RSOther"},
		{"a member without a configuration", Hello{OK: true, IsReplicaSet: true}, "RSGhost"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.hello.Topology(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestReleaseOf(t *testing.T) {
	tests := []struct {
		wire int
		want string
	}{
		{-1, ""}, {0, "<=2.4"}, {1, "2.6"}, {2, "2.6"}, {3, "3.0"}, {4, "3.2"}, {5, "3.4"}, {6, "3.6"}, {7, "4.0"},
		{8, "4.2"}, {9, "4.4"}, {12, "4.9"}, {13, "5.0"}, {16, "5.3"}, {17, "6.0"}, {20, "6.3"}, {21, "7.0"},
		{24, "7.3"}, {25, "8.0"}, {26, ">=8.1 (wire 26)"}, {1 << 30, ">=8.1 (wire 1073741824)"},
	}
	for _, tt := range tests {
		if got := ReleaseOf(tt.wire); got != tt.want {
			t.Errorf("ReleaseOf(%d) = %q, want %q", tt.wire, got, tt.want)
		}
	}
}
