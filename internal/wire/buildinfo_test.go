package wire

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuildInfo(t *testing.T) {
	tests := []struct {
		name string
		doc  Document
		want BuildInfo
	}{
		{"MongoDB", Document{{"version", String("8.0.4")}, {"modules", Strings("enterprise")}, {"ok", Double(1)}}, BuildInfo{OK: true, Version: "8.0.4"}},
		{
			"FerretDB 1", Document{{"version", String("7.0.42")}, {"ferretdbVersion", String("v1.24.2")}, {"ok", Double(1)}},
			BuildInfo{OK: true, Version: "7.0.42", FerretDB: "v1.24.2"},
		},
		{
			"FerretDB 2", Document{{"version", String("7.0.77")}, {"ferretdb", Document{{"version", String("v2.0.0")}, {"package", String("docker")}}}, {"ok", Double(1)}},
			BuildInfo{OK: true, Version: "7.0.77", FerretDB: "v2.0.0"},
		},
		{
			"a refusal", Document{{"ok", Double(0)}, {"errmsg", String("Command buildInfo requires authentication")}, {"code", Int32(13)}, {"codeName", String("Unauthorized")}, {"version", String("8.1.0")}},
			BuildInfo{Code: 13, CodeName: "Unauthorized", ErrMsg: "Command buildInfo requires authentication"},
		},
		{"other types", Document{{"version", Int32(8)}, {"ferretdb", String("v2")}, {"ok", Bool(true)}}, BuildInfo{OK: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, body, err := ReadMessage(bytes.NewReader(Reply(2, 1, false, tt.doc)), 0)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseBuildInfo(h, body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestBuildInfoRequest(t *testing.T) {
	h, body, err := ReadMessage(bytes.NewReader(BuildInfoRequest(7)), 0)
	if err != nil {
		t.Fatal(err)
	}
	command, doc, err := ParseRequest(h, body)
	if err != nil || command != "buildInfo" || h.RequestID != 7 || h.ResponseTo != 0 {
		t.Fatalf("%q, header %+v, error %v", command, h, err)
	}
	if diff := cmp.Diff(Document{{"buildInfo", Int32(1)}, {"$db", String("admin")}}, doc); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// FuzzParseBuildInfo holds that a malformed reply is an error and nothing else.
func FuzzParseBuildInfo(f *testing.F) {
	f.Add(Reply(2, 1, false, Document{{"version", String("8.0.4")}, {"ok", Double(1)}})[HeaderSize:])
	f.Add(Reply(2, 1, false, Document{{"ferretdb", Document{{"version", String("v2.0.0")}}}, {"ok", Double(1)}})[HeaderSize:])
	f.Fuzz(func(t *testing.T, body []byte) {
		info, err := ParseBuildInfo(Header{OpCode: OpMsg}, body)
		if err != nil && info != (BuildInfo{}) {
			t.Fatalf("error %v with %+v", err, info)
		}
		if len(info.Version) > maxText || len(info.FerretDB) > maxText {
			t.Fatalf("texts of %d and %d bytes", len(info.Version), len(info.FerretDB))
		}
	})
}
