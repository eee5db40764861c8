package report

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			document := encoded(t, s.report())
			for name, data := range map[string][]byte{
				"UTF-8":           []byte(document),
				"UTF-8 with mark": append([]byte("\ufeff"), document...),
				"UTF-16LE":        toUTF16(binary.LittleEndian, document),
				"UTF-16BE":        toUTF16(binary.BigEndian, document),
				"CRLF":            []byte(strings.ReplaceAll(document, "\n", "\r\n")),
			} {
				r, err := Decode(bytes.NewReader(data))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if diff := cmp.Diff(document, encoded(t, r)); diff != "" {
					t.Errorf("%s: encoded again (-want +got):\n%s", name, diff)
				}
				for _, o := range []TextOptions{{Width: 80}, {Verbose: true}} {
					fresh := s.report()
					if diff := cmp.Diff(render(t, fresh, o), render(t, r, o)); diff != "" {
						t.Errorf("%s: text (-fresh +decoded):\n%s", name, diff)
					}
				}
			}
		})
	}
}

func toUTF16(order binary.AppendByteOrder, s string) []byte {
	data := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(s)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

func TestDecodeIsTolerantOfLaterFields(t *testing.T) {
	r, err := Decode(strings.NewReader(`{"schema": "mongotls.report/v1", "later": [1], "tool": {"name": "mongotls", "colour": "red"}, "targets": null}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Report{Schema: Schema, Tool: Tool{Name: "mongotls"}}, r); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestDecodeErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"of an empty file", "", "empty: no report was written to it"},
		{"of blank space", " \n\t\n", "empty: no report was written to it"},
		{"of a lone mark", "\ufeff", "empty: no report was written to it"},
		{"of text", "PASS  db1.example.com\n", "not JSON: line 1: invalid character 'P' looking for beginning of value"},
		{"of a document that was cut off", "{\"schema\": \"mongotls.report/v1\",\n\n", "not JSON: line 3: unexpected end of JSON input"},
		{"of two documents", "{\"schema\": \"mongotls.report/v1\"}\n{}", "not JSON: line 2: invalid character '{' after top-level value"},
		{"of a list", `[]`, `not a mongotls report: no "schema" in it`},
		{"of null", `null`, `not a mongotls report: no "schema" in it`},
		{"of some other JSON", `{"hello": 1}`, `not a mongotls report: no "schema" in it`},
		{"of a schema that is no text", `{"schema": 1}`, `not a mongotls report: no "schema" in it`},
		{"of another schema", `{"schema": "mongotls.explanation/v1"}`, `schema "mongotls.explanation/v1", where a report has "mongotls.report/v1"`},
		{"of a schema without a version", `{"schema": "mongotls.report/vnext"}`, `schema "mongotls.report/vnext", where a report has "mongotls.report/v1"`},
		{"of an older schema", `{"schema": "mongotls.report/v0"}`, `schema "mongotls.report/v0", where a report has "mongotls.report/v1"`},
		{"of a newer schema", `{"schema": "mongotls.report/v2"}`, `schema "mongotls.report/v2" is newer than this mongotls, which reads "mongotls.report/v1"`},
		{"of an error document", `{"schema": "mongotls.error/v1", "error": {"id": "usage", "message": "no\u001b target"}}`,
			`not a report but the error of a run that made none: "no\x1b target"`},
		{"of a field of another type", "{\"schema\": \"mongotls.report/v1\",\n\"durationMs\": \"long\"}",
			"not a valid report: line 2: json: cannot unmarshal string into Go struct field Report.durationMs of type float64"},
		{"of a time that is none", `{"schema": "mongotls.report/v1", "startedAt": "yesterday"}`,
			`not a valid report: parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Decode(strings.NewReader(tt.in))
			if err == nil {
				t.Fatalf("no error, report %+v", r)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSchemaEndsInItsVersion(t *testing.T) {
	if want := fmt.Sprint("mongotls.report/v", schemaVersion); Schema != want {
		t.Errorf("Schema = %q, want %q", Schema, want)
	}
}

func TestDecodeErrorsAreBounded(t *testing.T) {
	long := strings.Repeat("1", 1<<20)
	for _, in := range []string{
		`{"schema": "` + long + `"}`,
		`{"schema": "mongotls.report/v` + long + `"}`,
		`{"schema": "mongotls.error/v1", "error": {"message": "` + long + `"}}`,
		`{"schema": "mongotls.report/v1", "targets": ` + long + `}`,
		`{"schema": "mongotls.report/v1", "startedAt": "` + long + `"}`,
		`{"schema": "mongotls.report/v1", "targets": ` + strings.Repeat("[", 1<<20) + `}`,
	} {
		if _, err := Decode(strings.NewReader(in)); err == nil || len(err.Error()) > 500 {
			t.Errorf("%.60s...: error %.600v", in, err)
		}
	}
}

func TestDecodeIsBounded(t *testing.T) {
	endless := &counter{}
	_, err := Decode(endless)
	if want := "larger than 64 MiB, which no report is"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
	if endless.n > MaxSize+1 {
		t.Errorf("%d bytes read", endless.n)
	}
}

// counter is an endless file of spaces that counts what is read of it.
type counter struct{ n int64 }

func (c *counter) Read(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		rest = rest[copy(rest, "                                                                "):]
	}
	c.n += int64(len(p))
	return len(p), nil
}

func TestDecodePassesReadErrorsOn(t *testing.T) {
	if _, err := Decode(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v, want %v", err, io.ErrClosedPipe)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples {
		var b bytes.Buffer
		if err := EncodeJSON(&b, s.report()); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(toUTF16(binary.LittleEndian, b.String()))
	}
	f.Add([]byte(`{"schema": "mongotls.report/v1", "targets": [{"endpoints": [{"certificates": [{}], "chain": {"paths": [[]]}}]}]}`))
	f.Add([]byte(`{"schema": "mongotls.report/v2"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		document := encoded(t, r)
		again, err := Decode(strings.NewReader(document))
		if err != nil {
			t.Fatalf("decoding what was encoded: %v", err)
		}
		if diff := cmp.Diff(document, encoded(t, again)); diff != "" {
			t.Fatalf("encoded twice (-once +twice):\n%s", diff)
		}
		ExitCode(r, "warn")
		for _, o := range []TextOptions{{}, {Width: 40, Unicode: true}, {Width: 80, Verbose: true}, {Quiet: true}} {
			for line := range strings.Lines(render(t, r, o)) {
				if line = strings.TrimSuffix(line, "\n"); line != Clean(line) {
					t.Fatalf("not clean: %q", line)
				}
			}
		}
	})
}
