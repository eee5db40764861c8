package explain

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mongotls/mongotls/internal/symptom"
)

// TestTimeIsBounded: no text takes long, however near it comes to what is looked
// for. The limits are far above what they take, for machines that are busy.
func TestTimeIsBounded(t *testing.T) {
	const size, large = 1 << 20, 10 << 20
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	tests := []struct {
		name, text string
	}{
		{"many near matches", strings.Repeat("MongoServerSelectionError: certificate is valid for a.example.com, no b.example.com\n", large/83)},
		{"near matches on one line", fill("certificate is valid for certificate is valid for, no certificate verify failed: unable to get local issuer certificat ")},
		{"beginnings of placeholders", fill("Operation `hostname '")},
		{"hosts and ports", fill("a.b.c.d.e.f.example.com:27017,")},
		{"connection strings", fill("mongodb://a:b@c:1,d:2/?tls=true&")},
		{"backslashes", fill(`\\\"`)},
		{"entities", fill("&amp;amp;amp;")},
		{"escapes", fill("\x1b[31;1;4")},
		{"numbers", fill("error:0A000438:error:14094410:alert number 70 ")},
		{"keys", fill("PRIVATE KEY-----")},
		{"sketches", fill("certificate mongo ssl tls ")},
		{"one letter", fill("a")},
		{"nothing", fill("\x00")},
		{"line breaks", fill("\n")},
		{"log lines that differ", differing(size)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, text := range []string{test.text[:headSize-1], test.text} {
				start := time.Now()
				if _, err := Read(strings.NewReader(text)); err != nil && err != ErrEmpty {
					t.Fatal(err)
				}
				if took := time.Since(start); took > 20*time.Second {
					t.Errorf("%d bytes took %v", len(text), took)
				}
			}
		})
	}
}

// differing are lines of which each has to be looked at anew.
func differing(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString(`{"t":{"$date":"2026-03-28T11:00:00.000+01:00"},"s":"E",  "c":"NETWORK",  "id":23256,   "ctx":"conn1","msg":"SSL peer certificate validation failed","attr":{"error":"`)
		for range 12 {
			b.WriteByte(byte('a' + i%26))
			i = i*7 + 3
			i &= 1<<40 - 1
		}
		b.WriteString("\"}}\n")
	}
	return b.String()
}

// FuzzRead: whatever is read, what comes of it can be shown and encoded, names an
// entry for each match, and holds no credentials.
func FuzzRead(f *testing.F) {
	for _, s := range symptom.All() {
		f.Add(s.Render(map[string]string{"host": "db1.example.com", "name": "a.example.com"}))
	}
	f.Add("mongodb+srv://app:hunter2@cluster0.abcde.mongodb.net/?tls=true certificate has expired")
	f.Add("\xff\xfec\x00e\x00r\x00t\x00")
	f.Add(serverLog(20, 2))
	f.Add("{\"a\":\"b\\\\\\\"c&quot;\\u001b[31m\\n\"}")
	f.Fuzz(func(t *testing.T, text string) {
		x, err := Read(strings.NewReader(text))
		if err != nil {
			if err != ErrEmpty {
				t.Fatal(err)
			}
			return
		}
		if len(x.Matches) > 100 {
			t.Errorf("%d matches", len(x.Matches))
		}
		for _, m := range x.Matches {
			if m.Title == "" || m.Why == "" || len(m.Fix) == 0 || len(m.Next) == 0 || m.Producer == "" {
				t.Errorf("incomplete: %+v", m)
			}
			if !utf8.ValidString(m.Evidence) || len(m.Evidence) > 2*maxEvidence {
				t.Errorf("evidence %q", m.Evidence)
			}
		}
		if out, err := json.Marshal(x); err != nil || strings.Contains(string(out), "hunter2@") {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// FuzzNormalise: normalising is done in one pass over each layer, and leaves
// nothing that has to be normalised again but further layers.
func FuzzNormalise(f *testing.F) {
	f.Add("a\\\\\\\\n \x1b[0m &lt;")
	f.Fuzz(func(t *testing.T, text string) {
		out := normalise(text)
		if strings.Contains(out, "  ") || strings.ContainsAny(out, "\n\r\t") {
			t.Errorf("%q", out)
		}
		if len(form(out)) != len(out) {
			t.Errorf("form changes the length of %q", out)
		}
	})
}
