package explain

import (
	"html"
	"strconv"
	"strings"
)

// maxLayers bounds how often a text is taken out of its escapes: an error in a
// JSON string in a log line that is itself a JSON string has three.
const maxLayers = 5

// normalise gives a pasted text the form that rules are written for: no colours,
// no escapes, no marks of quotation, no line breaks, one space between words.
// Letters keep their case. Passwords and private keys do not get through.
func normalise(text string) string {
	return squeeze(unwrapped(text))
}

// unwrapped takes the text out of its escapes and decoration, lines kept.
func unwrapped(text string) string {
	for range maxLayers {
		next := unescape(text)
		if next == text {
			break
		}
		text = next
	}
	return withoutSecrets(withoutDecoration(withoutColours(text)))
}

// joined is the text with its lines put together without a space, as a terminal
// of a fixed width or a mail program breaks them within a word; empty where lines
// do not look so.
func joined(text string) string {
	text = strings.TrimRight(withoutColours(text), "\r\n")
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) < 2 {
		return ""
	}
	width := len(lines[0])
	for _, line := range lines[:len(lines)-1] {
		// Words that are kept whole leave lines of different lengths.
		if len(line) < width-1 || len(line) > width+1 {
			return ""
		}
	}
	if width < 20 {
		return ""
	}
	return normalise(strings.Join(lines, ""))
}

// squeeze leaves one space between words.
func squeeze(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := true
	for i := 0; i < len(text); i++ {
		if c := text[i]; c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\v' || c == '\f' {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		b.WriteByte(text[i])
		space = false
	}
	return strings.TrimSuffix(b.String(), " ")
}

// unescape takes one layer of backslashes and of HTML entities off.
func unescape(text string) string {
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' || i+1 == len(text) {
			b.WriteByte(c)
			continue
		}
		i++
		switch text[i] {
		case 'n', 'r', 't':
			// In a Windows path the letter begins a name.
			if isWordAfterPath(text, i) {
				b.WriteByte('\\')
				b.WriteByte(text[i])
			} else {
				b.WriteByte('\n')
			}
		case '"', '\'', '/', '`', '\\':
			b.WriteByte(text[i])
		case 'u', 'x':
			digits := 4
			if text[i] == 'x' {
				digits = 2
			}
			r, ok := hexRune(text, i+1, digits)
			if !ok {
				b.WriteByte('\\')
				b.WriteByte(text[i])
				continue
			}
			b.WriteRune(r)
			i += digits
		case 'e':
			// As shells and C write ESC.
			if strings.HasPrefix(text[i+1:], "[") {
				b.WriteByte(0x1b)
			} else {
				b.WriteString(`\e`)
			}
		default:
			b.WriteByte('\\')
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// isWordAfterPath reports whether the letter at i, which follows a backslash, goes
// on as a name in a path such as C:\node_modules or D:\tls.
func isWordAfterPath(text string, i int) bool {
	start := i - 1
	for start > 0 && start > i-200 && !strings.ContainsRune(" \"'\n\t(<>|,;", rune(text[start-1])) {
		start--
	}
	word := text[start:i]
	return len(word) > 2 && word[1] == ':' && word[2] == '\\' && isLetter(word[0])
}

func hexRune(text string, at, digits int) (rune, bool) {
	if at+digits > len(text) {
		return 0, false
	}
	n, err := strconv.ParseUint(text[at:at+digits], 16, 32)
	if err != nil || n == 0 {
		return 0, false
	}
	return rune(n), true
}

// withoutColours takes terminal sequences out (ECMA-48 section 5.4), also where
// the ESC before them was lost on the way.
func withoutColours(text string) string {
	if !strings.ContainsAny(text, "\x1b[\u009b") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		if n := sequence(text[i:]); n > 0 {
			i += n
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// sequence is how long the terminal sequence is that the text begins with; 0 where
// it begins with none.
func sequence(text string) int {
	const longest = 64
	text = text[:min(len(text), longest)]
	rest, escaped := text, false
	switch {
	case strings.HasPrefix(text, "\x1b]"):
		if end := strings.IndexByte(text, '\a'); end > 0 {
			return end + 1
		}
		return 2
	case strings.HasPrefix(text, "\x1b["), strings.HasPrefix(text, "^[["):
		rest, escaped = text[strings.IndexByte(text, '['):], true
		if strings.HasPrefix(text, "^[[") {
			rest = text[2:]
		}
	case strings.HasPrefix(text, "\u009b"):
		rest, escaped = text[1:], true
	case strings.HasPrefix(text, "\x1b"):
		return min(2, len(text))
	case !strings.HasPrefix(text, "["):
		return 0
	}
	end := 1
	for end < len(rest) && (rest[end] >= '0' && rest[end] <= '9' || rest[end] == ';' || rest[end] == '?') {
		end++
	}
	switch {
	case end == len(rest):
		return 0
	case escaped && rest[end] >= '@' && rest[end] <= '~', end > 1 && rest[end] == 'm':
		return len(text) - len(rest) + end + 1
	case escaped:
		return len(text) - len(rest) + end
	}
	return 0
}

// decoration is what mail, chat, documents and container logs put around a text.
var decoration = strings.NewReplacer(
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`,
	"\u2018", "'", "\u2019", "'", "\u201a", "'", "\u00b4", "'",
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-",
	"\u00a0", " ", "\u202f", " ", "\u2003", " ", "\u3000", " ", "\u2026", "...",
	"\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\u00ad", "",
	"**", "", "\x00", "",
)

func withoutDecoration(text string) string {
	text = decoration.Replace(text)
	if !strings.Contains(text, "\n") {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = withoutMargin(line)
	}
	return strings.Join(lines, "\n")
}

// withoutMargin takes a quotation mark, a comment mark or a container's name off
// the beginning of a line.
func withoutMargin(line string) string {
	trimmed := strings.TrimLeft(line, " \t")
	for _, mark := range []string{"> ", "* ", "// ", "# ", "E  "} {
		if rest, ok := strings.CutPrefix(trimmed, mark); ok {
			return rest
		}
	}
	// "db-1  | text", as docker compose and pm2 write it.
	if bar := strings.Index(line[:min(len(line), 60)], "|"); bar > 0 {
		name := strings.TrimSpace(line[:bar])
		if !strings.ContainsAny(name, " :\"'{}()=") {
			return line[bar+1:]
		}
	}
	return line
}

// withoutSecrets takes out what must not be shown again: the user and password of
// a connection string, and private keys.
func withoutSecrets(text string) string {
	const mark = "PRIVATE KEY-----"
	text = withoutUserinfo(text)
	var b strings.Builder
	for {
		begin := strings.Index(text, mark)
		if begin < 0 {
			break
		}
		b.WriteString(text[:begin])
		b.WriteString("PRIVATE KEY (left out)")
		text = text[begin+len(mark):]
		if end := strings.Index(text, mark); end >= 0 {
			text = text[end+len(mark):]
		} else {
			text = ""
		}
	}
	b.WriteString(text)
	return b.String()
}

// withoutUserinfo replaces what stands before the host of a URI (RFC 3986 section
// 3.2.1). A password may hold any character, an unescaped "@" or "/" included, so
// the last "@" of the word counts.
func withoutUserinfo(text string) string {
	var b strings.Builder
	for {
		at := strings.Index(text, "://")
		if at < 0 {
			break
		}
		at += len("://")
		b.WriteString(text[:at])
		text = text[at:]
		end := strings.IndexAny(text, " \t\r\n\"'<>`|")
		if end < 0 {
			end = len(text)
		}
		if sign := strings.LastIndexByte(text[:end], '@'); sign >= 0 && sign < 1024 {
			b.WriteString("***:***")
			text = text[sign:]
		}
	}
	b.WriteString(text)
	return b.String()
}

// form is what rules are compared with: a text of the same length in lower case,
// in which words that are joined by "_" or "-" are apart, and all quotes alike.
// self-signed and self signed are then one, and so are handshake_failure and
// handshake failure.
func form(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); i++ {
		b.WriteByte(folded[text[i]])
	}
	return b.String()
}

// folded is form for one byte.
var folded = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '_' || c == '-':
			c = ' '
		case c == '"' || c == '`':
			c = '\''
		}
		t[i] = c
	}
	return t
}()

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isWord reports whether a byte goes on a word. Letters beyond ASCII do not: where
// words are not written apart, those of other scripts touch.
func isWord(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }
