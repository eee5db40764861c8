package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes a string from the network or a file fit for a terminal, a log or
// a pipe: what has no ink of its own, or changes how the text around it is
// shown, is spelled out. A byte that is not UTF-8 and a control character below
// U+0100 become \xNN, any other such rune becomes \u{NNNN}: line breaks, ANSI
// escapes, bidirectional overrides, zero-width and private-use characters, and
// every space but U+0020. The rest is kept as it is.
//
// Backslashes are kept too, so that distinguished names (RFC 4514) and Windows
// paths stay readable: a literal \x1b and an escaped one look alike. In return
// cleaning a clean string changes nothing.
func Clean(s string) string {
	s = spellInvalid(s)
	if !strings.ContainsFunc(s, unprintable) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case printable(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%04x}`, r)
		}
	}
	return b.String()
}

// spellInvalid makes UTF-8 of a string by spelling out, as Clean does, the bytes
// that are not; all else is kept.
func spellInvalid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[i])
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// printable reports whether a rune shows itself and nothing else. IsPrint
// leaves out controls, formats (among them the bidirectional and most
// zero-width characters), private use and all spaces but U+0020; letters and
// marks that Unicode wants ignored in display need a look of their own.
func printable(r rune) bool {
	if r < utf8.RuneSelf {
		return ' ' <= r && r <= '~'
	}
	return unicode.IsPrint(r) &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func unprintable(r rune) bool { return !printable(r) }
