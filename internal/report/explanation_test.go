package report

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mongotls/mongotls/internal/explain"
)

// explanations are those that the golden files show.
func explanations() map[string]*explain.Explanation {
	at := func(s string) *time.Time {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			panic(err)
		}
		return &t
	}
	certain := explain.Match{
		ID: "cert-expired", Title: "The server's certificate has expired", Confidence: explain.Certain, Producer: "pymongo",
		Evidence: "certificate verify failed: certificate has expired (_ssl.c:1129)", Why: "Every driver verifies the validity period by its own clock.",
		Fix:  []string{"Renew the certificate, put it with its key into the file, and restart the server, one member at a time. This shows what it serves:", "$ openssl s_client -connect db1.example.com:27017 -servername db1.example.com </dev/null"},
		Next: []string{"mongotls check db1.example.com:27017"},
	}
	possible := explain.Match{
		ID: "clock-skew", Title: "This machine's clock and the server's disagree", Confidence: explain.Possible, Producer: "pymongo",
		Evidence: "x", Why: "Each side judges by its own clock.", Fix: []string{"Compare both clocks."}, Next: []string{"mongotls check db1.example.com:27017"},
	}
	seen := certain
	seen.Producer = "mongod"
	seen.Seen = &explain.Seen{Count: 1234567, First: at("2026-01-01T00:00:00Z"), Last: at("2026-01-02T00:00:00Z"),
		Clients: []explain.Client{{Address: "192.0.2.1", Count: 1234000}, {Address: "2001:db8::1", Count: 500}}, FurtherClients: 67}
	once := certain
	once.ID = "plaintext-client"
	once.Seen = &explain.Seen{Count: 1, First: at("2026-01-01T00:00:00Z"), Last: at("2026-01-01T00:00:00Z")}
	hostile := certain
	hostile.Evidence, hostile.Title = "a\x1b[31mb\u202ec\r\nd\x00", "t\x07"
	hostile.Next = []string{"mongotls check 'a\x1b]0;x\x07'"}
	entry := certain
	entry.Evidence, entry.Texts = "", []explain.Wording{{Producer: "go", Text: "x509: certificate has expired"}, {Producer: "node", Text: "CERT_HAS_EXPIRED"}}
	return map[string]*explain.Explanation{
		"certain": {Schema: explain.Schema, Matches: []explain.Match{certain}},
		"choice":  {Schema: explain.Schema, Matches: []explain.Match{certain, possible}},
		"nothing": {Schema: explain.Schema, Matches: []explain.Match{}},
		"log": {Schema: explain.Schema, Matches: []explain.Match{seen, once},
			Log: &explain.Log{Lines: 98765432, First: at("2026-01-01T00:00:00Z"), Last: at("2026-01-03T00:00:00Z")}},
		"hostile": {Schema: explain.Schema, Matches: []explain.Match{hostile}},
		"entry":   {Schema: explain.Schema, Matches: []explain.Match{entry}},
	}
}

func explained(t *testing.T, x *explain.Explanation, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteExplanation(&b, x, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExplanationGolden(t *testing.T) {
	all := explanations()
	for _, r := range explanationRenderings {
		t.Run(r.file(), func(t *testing.T) {
			golden(t, "explanation-"+r.file(), explained(t, all[r.sample], r.options))
		})
	}
}

var explanationRenderings = []rendering{
	{"certain", "", TextOptions{}}, {"certain", "-40", TextOptions{Width: 40}}, {"certain", "-80-color", TextOptions{Width: 80, Color: true}},
	{"choice", "-80", TextOptions{Width: 80}}, {"choice", "-80-verbose", TextOptions{Width: 80, Verbose: true}}, {"choice", "-quiet", TextOptions{Quiet: true}},
	{"log", "-80", TextOptions{Width: 80}}, {"log", "-quiet", TextOptions{Quiet: true}},
	{"hostile", "", TextOptions{}}, {"entry", "-80", TextOptions{Width: 80}},
}

// TestExplanationIsClean: what the text held never reaches a terminal as it came,
// and a document holds to its schema.
func TestExplanationIsClean(t *testing.T) {
	schema := compile(t, ExplanationSchemaJSON)
	for name, x := range explanations() {
		if text := explained(t, x, TextOptions{Verbose: true}); strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unprintable(r) }) {
			t.Errorf("%s: %q", name, text)
		}
		var b bytes.Buffer
		if err := EncodeExplanation(&b, x); err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExplanationErrors(t *testing.T) {
	broken := errors.New("broken pipe")
	w := brokenWriter{broken}
	x := explanations()["certain"]
	for name, err := range map[string]error{
		"text":    WriteExplanation(w, x, TextOptions{}),
		"JSON":    EncodeExplanation(w, x),
		"entries": WriteEntries(w, x, TextOptions{}),
		"page":    WriteFailures(w),
	} {
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFailuresPageIsWhole: each entry has a section that says how to confirm and
// how to repair it, and links lead to it.
func TestFailuresPageIsWhole(t *testing.T) {
	var b bytes.Buffer
	if err := WriteFailures(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	for _, m := range explain.Entries().Matches {
		at := slices.Index(lines, "## "+string(m.ID))
		if at < 0 || !slices.ContainsFunc(lines[:at], func(l string) bool { return strings.Contains(l, "(#"+string(m.ID)+")") }) {
			t.Errorf("%s has no section, or no link", m.ID)
			continue
		}
		end := at + 1
		for end < len(lines) && !strings.HasPrefix(lines[end], "## ") {
			end++
		}
		for _, heading := range []string{"To confirm it:", "To repair it:"} {
			if !slices.Contains(lines[at:end], heading) {
				t.Errorf("%s does not say %q", m.ID, heading)
			}
		}
	}
}
