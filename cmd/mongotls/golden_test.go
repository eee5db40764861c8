package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// goldens is where the golden files are: what users see, to the byte.
const goldens = "../../testdata/golden"

// volatile is what two runs of the same check differ in, and what stands for it
// in a golden file. Nothing else is masked.
var volatile = []struct {
	what        string
	pattern     *regexp.Regexp
	replacement string
}{
	{"times", regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)`), "TIME"},
	{"days", regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`), "DAY"},
	{"milliseconds in text", regexp.MustCompile(`\b\d+(\.\d)? ms\b`), "N ms"},
	{"milliseconds in JSON", regexp.MustCompile(`("(ms|\w+Ms)": )-?[\d.e-]+`), "${1}0"},
	{"ports of addresses", regexp.MustCompile(`(127\.0\.0\.1|localhost|NAME):\d+`), "$1:PORT"},
	{"ports of commands and sentences", regexp.MustCompile(`\bport \d+\b`), "port PORT"},
	{"ports in JSON", regexp.MustCompile(`("port": )"?\d+"?`), "${1}0"},
	{"serial numbers", regexp.MustCompile(`("serial": )"[0-9a-f]+"`), `$1"SERIAL"`},
	{"fingerprints", regexp.MustCompile(`\b[0-9a-f]{64}\b`), "SHA256"},
	{"certificates", regexp.MustCompile(`-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----(\\n)?`), "PEM"},
	{"connection numbers in text", regexp.MustCompile(`connectionId \d+`), "connectionId N"},
	{"connections in text", regexp.MustCompile(`\b\d+ connections in `), "N connections in "},
	{"connection numbers in JSON", regexp.MustCompile(`("connectionId": )\d+`), "${1}0"},
}

// mask takes out of a text what is volatile, the folder of the script included.
func mask(text, folder string) string {
	text = strings.ReplaceAll(text, folder, "$WORK")
	for _, v := range volatile {
		text = v.pattern.ReplaceAllString(text, v.replacement)
	}
	return text
}

func golden(ts *testscript.TestScript, args []string) {
	path := filepath.Join(goldens, args[0])
	got := mask(ts.ReadFile("stdout"), ts.Getenv("WORK"))
	if *update {
		ts.Check(writeFile(path, got))
		return
	}
	want, err := os.ReadFile(path)
	ts.Check(err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		ts.Fatalf("%s (-want +got; run with -update to accept):\n%s", path, diff)
	}
}

// TestGoldenFilesAreUsed finds golden files that no script compares with.
func TestGoldenFilesAreUsed(t *testing.T) {
	if *update {
		t.Skip("the golden files are being written")
	}
	files, err := scriptFiles()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^golden (\S+)$`).FindAllSubmatch(script, -1) {
			want = append(want, filepath.Join(goldens, string(m[1])))
		}
	}
	slices.Sort(want)
	got, err := filepath.Glob(filepath.Join(goldens, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Compact(want), got); diff != "" {
		t.Errorf("golden files (-used +there):\n%s", diff)
	}
}

// TestGoldenFilesTellNoSecret looks into the golden files of all packages.
func TestGoldenFilesTellNoSecret(t *testing.T) {
	var files []string
	for _, pattern := range []string{goldens + "/*", "../../internal/*/testdata/*.golden"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s names %d files, error %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), secret) || privateKey.Match(text) {
			t.Errorf("%s tells a password or a key", file)
		}
	}
}

func TestMaskTakesOnlyWhatIsVolatile(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a folder of the script", "reading $/ca.pem", "reading $WORK/ca.pem"},
		{"a port of an address", "FAIL  127.0.0.1:40123  closed", "FAIL  127.0.0.1:PORT  closed"},
		{"a port of a command", "--host localhost --port 33463", "--host localhost --port PORT"},
		{"a duration", "connected in 0.2 ms", "connected in N ms"},
		{"a time in a sentence", "until 2026-11-10T10:54:34Z, 12 days ago", "until TIME, 12 days ago"},
		{"a range of days", "2025-12-04 to 2026-11-10, ECDSA", "DAY to DAY, ECDSA"},
		{"numbers that tell", "error 10, 12 days ago, wire version 25", "error 10, 12 days ago, wire version 25"},
		{"versions and addresses", "TLS1.2 from 127.0.0.1, MongoDB 8.0", "TLS1.2 from 127.0.0.1, MongoDB 8.0"},
		{"a duration in JSON", `"durationMs": 12.5, "timeoutMsx": 3`, `"durationMs": 0, "timeoutMsx": 3`},
		{"a serial number", `"serial": "0a1b"`, `"serial": "SERIAL"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.ReplaceAll(test.text, "$", "/tmp/script-1")
			if diff := cmp.Diff(test.want, mask(text, "/tmp/script-1")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func writeFile(path, content string) error { return os.WriteFile(path, []byte(content), 0o644) }
