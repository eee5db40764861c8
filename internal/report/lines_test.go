package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// upper paints visibly, in brackets, so that the extent of each run shows.
func upper(s string) string { return "<" + s + ">" }

func TestPut(t *testing.T) {
	tests := []struct {
		name        string
		width       int
		first, rest string
		spans       []span
		want        string
	}{
		{name: "writes an empty line for no text", want: "\n"},
		{name: "keeps one line without a width", spans: []span{plain(strings.Repeat("word ", 40))},
			want: strings.TrimSuffix(strings.Repeat("word ", 40), " ") + "\n"},
		{name: "breaks at the last word that fits", width: 20, first: "- ", rest: "  ", spans: []span{plain("one two three four five six")},
			want: "- one two three four\n  five six\n"},
		{name: "fills the width to its last column", width: 20, spans: []span{plain("0123456789 123456789 x")},
			want: "0123456789 123456789\nx\n"},
		{name: "counts runes, not bytes", width: 20, spans: []span{plain("ÄÖÜÄÖÜÄÖÜÄ ÖÜÄÖÜÄÖÜÄ x")},
			want: "ÄÖÜÄÖÜÄÖÜÄ ÖÜÄÖÜÄÖÜÄ\nx\n"},
		{name: "breaks no word", width: 20, rest: "  ", spans: []span{plain("a " + strings.Repeat("x", 30) + " b")},
			want: "a\n  " + strings.Repeat("x", 30) + "\n  b\n"},
		{name: "does not wrap below a useful width", width: 3, spans: []span{plain("one two three four five")},
			want: "one two three four\nfive\n"},
		{name: "keeps columns apart as given", spans: []span{plain("a   b")}, want: "a   b\n"},
		{name: "drops the space at a break", width: 20, rest: "  ", spans: []span{plain("0123456789     0123456789")},
			want: "0123456789\n  0123456789\n"},
		{name: "drops leading and trailing space", first: "  ", spans: []span{plain("  a "), plain(" ")}, want: "  a\n"},
		{name: "paints a span as one run", spans: []span{plain("a "), {"b  c", upper}, plain(" d")}, want: "a <b  c> d\n"},
		{name: "paints anew on the next line", width: 20, rest: "  ", spans: []span{{"one two three four five", upper}},
			want: "<one two three four>\n  <five>\n"},
		{name: "does not break between spans that touch", width: 20, spans: []span{plain("0123456789 ("), {"012345678", upper}, plain(")")},
			want: "0123456789\n(<012345678>)\n"},
		{name: "cleans before it paints and measures", width: 20, spans: []span{{"a\nb", upper}, plain(" 0123456789 x")},
			want: "<a\\x0ab> 0123456789 x\n"},
		{name: "trims a rail without text", first: "  |  ", want: "  |\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := lines{width: tt.width}
			l.put(tt.first, tt.rest, tt.spans...)
			if diff := cmp.Diff(tt.want, l.out.String()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRawIsNeverBroken(t *testing.T) {
	command := "openssl s_client -connect db1.example.com:27017 -servername db1.example.com"
	l := lines{width: 20}
	l.raw("    ", span{command, upper})
	if diff := cmp.Diff("    <"+command+">\n", l.out.String()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
