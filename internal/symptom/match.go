package symptom

import "strings"

// maxValue is how long what a placeholder stands for may be. It bounds the work
// of a match, and keeps one from reaching from one error to the next.
const maxValue = 400

// Match looks for the symptom anywhere in a text, and returns what its
// placeholders stand for there. A value is on one line and not empty, except at
// the end of the symptom, where it ends with the line. Time is linear in the
// length of the text.
func (s Symptom) Match(text string) (values map[string]string, ok bool) {
	parts := split(s.Text)
	for from := 0; ; {
		at := strings.Index(text[from:], parts[0].literal)
		if at < 0 || parts[0].literal == "" {
			return nil, false
		}
		from += at
		if values, ok := follow(parts, text[from+len(parts[0].literal):]); ok {
			return values, true
		}
		from++
	}
}

// follow matches what comes behind the first literal.
func follow(parts []part, text string) (map[string]string, bool) {
	values := map[string]string{}
	for i, p := range parts {
		if p.name == "" {
			break
		}
		line := text[:min(len(text), maxValue)]
		if end := strings.IndexAny(line, "\r\n"); end >= 0 {
			line = line[:end]
		}
		next := parts[i+1].literal
		if next == "" {
			values[p.name] = line
			break
		}
		window := text[:min(len(text), len(line)+len(next))]
		end := strings.Index(window, next)
		if end < 1 || end > len(line) {
			return nil, false
		}
		values[p.name] = text[:end]
		text = text[end+len(next):]
	}
	return values, true
}

// Within reports whether a rendered text is found in an observed one: its parts
// between Unknown, in their order.
func Within(rendered, observed string) bool {
	for _, literal := range strings.Split(rendered, Unknown) {
		at := strings.Index(observed, literal)
		if at < 0 {
			return false
		}
		observed = observed[at+len(literal):]
	}
	return true
}
