package explain

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestNormalise(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"spaces and line breaks", "  a\r\n\tb   c\n", "a b c"},
		{"colours", "\x1b[31mcertificate\x1b[0m \x1b[1;4mhas\x1b[m expired", "certificate has expired"},
		{"colours that lost their ESC", "[31mcertificate[0m has expired[39;49m", "certificate has expired"},
		{"colours in caret notation", "^[[31mcertificate^[[0m", "certificate"},
		{"colours in escapes", `\u001b[31mcertificate\x1b[0m\e[1m has`, "certificate has"},
		{"a window's title", "\x1b]0;title\acertificate", "certificate"},
		{"brackets that are no colours", "[SSL: X] a[12] [conn3]", "[SSL: X] a[12] [conn3]"},
		{"JSON", `{"a":"x\ny \"z\" \u0026 \/"}`, `{"a":"x y "z" & /"}`},
		{"JSON in JSON in JSON", `{\\\"a\\\":\\\"x\\\\n\\\"}`, `{"a":"x "}`},
		{"HTML", "a &lt;b&gt; &amp;quot;c&amp;quot; it&#39;s&nbsp;d", `a <b> "c" it's d`},
		{"Windows paths", `C:\node_modules\tls\new.js`, `C:\node_modules\tls\new.js`},
		{"quotation marks", "doesn\u2019t \u201cmatch\u201d \u2013 \u2026", `doesn't "match" - ...`},
		{"marks of zero width", "cert\u200bificate\ufeff", "certificate"},
		{"quoted mail", "> certificate\n> has expired", "certificate has expired"},
		{"a comment", "  * certificate\n  * has expired", "certificate has expired"},
		{"a container's log", "db-1  | certificate\ndb-1  | has expired", "certificate has expired"},
		{"pytest", "E   certificate\nE   has expired", "certificate has expired"},
		{"a wrapped message in a margin", "     | certificate\n     | has expired", "certificate has expired"},
		{"emphasis", "from **10.0.0.1:1**", "from 10.0.0.1:1"},
		{"credentials", "mongodb://app:p@ss/w@rd@h:1/?x=y mongodb+srv://u@h/", "mongodb://***:***@h:1/?x=y mongodb+srv://***:***@h/"},
		{"a private key", "a\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nb", "a -----BEGIN PRIVATE KEY (left out) b"},
		{"half a private key", "a -----BEGIN RSA PRIVATE KEY-----\nMIIE", "a -----BEGIN RSA PRIVATE KEY (left out)"},
		{"bytes that are not UTF-8", "a\xffb", "a\xffb"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, normalise(test.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestForm(t *testing.T) {
	const text = "TLSV1_ALERT Self-Signed \"x\" `y` \u00c4"
	if got, want := form(text), "tlsv1 alert self signed 'x' 'y' \u00c4"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// inUTF16 writes a text as Windows' tools do.
func inUTF16(text string, mark, big bool) string {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var b strings.Builder
	for _, u := range units {
		low, high := byte(u), byte(u>>8)
		if big {
			low, high = high, low
		}
		b.WriteByte(low)
		b.WriteByte(high)
	}
	return b.String()
}

// TestWrappings: one failure in every wrapping is the same failure.
func TestWrappings(t *testing.T) {
	const plain = "MongoServerSelectionError: unable to get local issuer certificate"
	long := "prefix of so many letters " + plain + " and what stands behind it, for as long as it takes to be wrapped twice"
	var wrapped strings.Builder
	for i := 0; i < len(long); i += 40 {
		wrapped.WriteString(long[i:min(i+40, len(long))] + "\n")
	}
	tests := map[string]string{
		"UTF-8 with a mark":             "\xef\xbb\xbf" + plain,
		"UTF-16":                        inUTF16(plain, true, false),
		"UTF-16, the other way":         inUTF16(plain, true, true),
		"UTF-16 without a mark":         inUTF16(plain, false, false),
		"UTF-16 without a mark, other":  inUTF16(plain, false, true),
		"broken within words":           wrapped.String(),
		"broken at words":               strings.ReplaceAll(plain, " ", "\n"),
		"JSON":                          `{"err":"MongoServerSelectionError: unable to get\nlocal issuer certificate"}`,
		"a JSON string in a JSON log":   `{"log":"{\"err\":\"unable to get local issuer certificate\\n\"}\n"}`,
		"HTML":                          "<b>unable to get local&nbsp;issuer certificate</b>",
		"colours between words":         "unable to get \x1b[31mlocal\x1b[0m issuer certificate",
		"Node's code":                   "{ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }",
		"small letters":                 "unable_to_get_issuer_cert_locally",
		"a sentence of somebody's mail": "> we now see \u201cunable to get local issuer certificate\u201d since Monday",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if got := firstOf(t, text); got != "issuer-unknown" {
				t.Errorf("told as %s", got)
			}
		})
	}
}
