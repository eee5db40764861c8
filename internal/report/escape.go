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
	if isClean(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case printable(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u{%04x}`, r)
		}
		i += size
	}
	return b.String()
}

// isClean reports whether Clean has nothing to do, which is nearly always.
func isClean(s string) bool {
	for i, r := range s {
		if !printable(r) {
			return false
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
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
