package report

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// minWidth is the narrowest column that text is wrapped to; on anything
// narrower a terminal's own wrapping does no worse.
const minWidth = 20

// span is a stretch of text in one style; nil paint leaves it plain.
type span struct {
	text  string
	paint func(string) string
}

// plain is text without a style.
func plain(text string) span { return span{text: text} }

// lines collects output line by line. It is the one place where text is
// cleaned and where lines are broken, so that no caller can forget either.
type lines struct {
	out bytes.Buffer
	// width is the column to wrap at; 0 does not wrap.
	width int
}

// blank ends a block with an empty line.
func (l *lines) blank() { l.out.WriteByte('\n') }

// put writes spans as one line that begins with first; where it has to be
// broken, at a word, the further lines begin with rest. first and rest are
// trusted: decoration and indentation only.
func (l *lines) put(first, rest string, spans ...span) { l.write(l.width, first, rest, spans) }

// raw writes a line that is never broken: a command to paste.
func (l *lines) raw(indent string, s span) { l.write(0, indent, indent, []span{s}) }

func (l *lines) write(width int, first, rest string, spans []span) {
	if width > 0 {
		width = max(width, minWidth)
	}
	line := newLine(first)
	for _, w := range words(spans) {
		if width > 0 && !line.empty && line.columns+w.gap+w.columns() > width {
			l.end(line)
			line = newLine(rest)
		}
		line.add(w)
	}
	l.end(line)
}

func (l *lines) end(line *line) {
	line.flush()
	l.out.WriteString(strings.TrimRight(line.out.String(), " "))
	l.out.WriteByte('\n')
}

// piece is a part of a word in the style of one span.
type piece struct {
	span  int
	text  string
	paint func(string) string
}

// word is what stands between two spaces. Styles may change within it.
type word struct {
	// gap counts the spaces before it.
	gap    int
	pieces []piece
}

func (w word) columns() int {
	n := 0
	for _, p := range w.pieces {
		n += utf8.RuneCountInString(p.text)
	}
	return n
}

// columns is how wide a text is once cleaned: a column per rune.
func columns(s string) int { return utf8.RuneCountInString(Clean(s)) }

// words cleans the spans and cuts them at spaces. Spans that touch without a
// space between them form one word.
func words(spans []span) []word {
	var list []word
	gap, glued := 0, false
	for i, s := range spans {
		for field := range strings.SplitAfterSeq(Clean(s.text), " ") {
			text := strings.TrimSuffix(field, " ")
			if text != "" {
				if !glued {
					list = append(list, word{gap: gap})
				}
				w := &list[len(list)-1]
				w.pieces = append(w.pieces, piece{span: i, text: text, paint: s.paint})
				gap, glued = 0, true
			}
			if len(text) < len(field) {
				gap++
				glued = false
			}
		}
	}
	return list
}

// line is an output line under construction. Words of one span are painted
// together with the spaces between them, so that colour codes stay few.
type line struct {
	out     strings.Builder
	columns int
	empty   bool
	run     strings.Builder
	span    int
	paint   func(string) string
}

func newLine(prefix string) *line {
	l := &line{columns: utf8.RuneCountInString(prefix), empty: true, span: -1}
	l.out.WriteString(prefix)
	return l
}

func (l *line) add(w word) {
	if !l.empty {
		if w.pieces[0].span != l.span {
			l.flush()
		}
		l.run.WriteString(strings.Repeat(" ", w.gap))
		l.columns += w.gap
	}
	for _, p := range w.pieces {
		if p.span != l.span {
			l.flush()
			l.span, l.paint = p.span, p.paint
		}
		l.run.WriteString(p.text)
	}
	l.columns += w.columns()
	l.empty = false
}

// flush paints what has been collected for one span.
func (l *line) flush() {
	text := l.run.String()
	l.run.Reset()
	if l.paint != nil && strings.TrimSpace(text) != "" {
		text = l.paint(text)
	}
	l.out.WriteString(text)
	l.span, l.paint = -1, nil
}
