package report

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"keeps what is plain", `CN=db1.example.com,O=Müller\, Söhne 東京 ✓`, `CN=db1.example.com,O=Müller\, Söhne 東京 ✓`},
		{"keeps the empty string", "", ""},
		{"keeps backslashes", `C:\x1b\ca.pem`, `C:\x1b\ca.pem`},
		{"keeps combining marks", "e\u0301", "e\u0301"},
		{"keeps the replacement character", "\ufffd", "\ufffd"},
		{"spells out line breaks", "a\r\nb", `a\x0d\x0ab`},
		{"spells out tabs and NUL", "a\tb\x00", `a\x09b\x00`},
		{"spells out ANSI escapes", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"spells out DEL", "\x7f", `\x7f`},
		{"spells out C1 controls", "\u009b31m\u0085", `\x9b31m\x85`},
		{"spells out bidirectional overrides", "\u202amoc\u202e\u2066\u2069", `\u{202a}moc\u{202e}\u{2066}\u{2069}`},
		{"spells out direction marks", "\u200e\u200f\u061c", `\u{200e}\u{200f}\u{061c}`},
		{"spells out zero-width characters", "a\u200b\u200c\u200d\u2060\ufeffb", `a\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}b`},
		{"spells out characters without ink", "\u3164\u115f\u034f\ufe0f", `\u{3164}\u{115f}\u{034f}\u{fe0f}`},
		{"spells out soft hyphens and odd spaces", "a\u00ad\u00a0\u3000", `a\xad\xa0\u{3000}`},
		{"spells out line separators", "\u2028\u2029", `\u{2028}\u{2029}`},
		{"spells out private use and tags", "\ue000\U000e0041", `\u{e000}\u{e0041}`},
		{"spells out bytes that are not UTF-8", "a\xff\xc3(\xed\xa0\x80", `a\xff\xc3(\xed\xa0\x80`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Clean(tt.in)); diff != "" {
				t.Errorf("Clean(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[2J", "\u202egpj.exe", "\xff\xfe", "\u009b", "a\u200bb", "\U000e0041", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Clean(%q) = %q, not UTF-8", s, got)
		}
		for _, r := range got {
			switch {
			case r < 0x20, 0x7f <= r && r <= 0x9f,
				0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069, 0x200b <= r && r <= 0x200f,
				unicode.Is(unicode.Bidi_Control, r), r == 0xfeff:
				t.Fatalf("Clean(%q) = %q, which holds %U", s, got, r)
			}
		}
		if again := Clean(got); again != got {
			t.Fatalf("cleaned twice: %q, once: %q", again, got)
		}
	})
}
