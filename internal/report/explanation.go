package report

import (
	_ "embed"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/explain"
)

// ExplanationSchemaJSON is the JSON Schema (draft 2020-12) of an encoded
// Explanation, exact for the version of mongotls it belongs to.
//
//go:embed explanation.schema.json
var ExplanationSchemaJSON []byte

// EncodeExplanation writes x as EncodeJSON writes a report.
func EncodeExplanation(w io.Writer, x *explain.Explanation) error {
	return encode(w, canonical(reflect.ValueOf(*x)).Interface())
}

// WriteExplanation writes x for a person: what the text shows in full, and what it
// may show besides. Every text is cleaned (see Clean). The error is w's.
func WriteExplanation(w io.Writer, x *explain.Explanation, o TextOptions) error {
	t := newText(o)
	t.explanation(x)
	return t.flush(w)
}

// WriteEntries writes entries of the catalogue, one line each.
func WriteEntries(w io.Writer, x *explain.Explanation, o TextOptions) error {
	t := newText(o)
	width := 0
	for _, m := range x.Matches {
		width = max(width, len(m.ID))
	}
	for _, m := range x.Matches {
		first := fmt.Sprintf("%-*s  ", width, m.ID)
		t.put("", strings.Repeat(" ", len(first)), span{string(m.ID), t.theme.Bold}, plain(first[len(m.ID):]+m.Title))
	}
	return t.flush(w)
}

func (t *text) flush(w io.Writer) error {
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("writing the explanation: %w", err)
	}
	return nil
}

func (t *text) explanation(x *explain.Explanation) {
	if x.Log != nil {
		t.logSummary(x)
		if t.options.Quiet {
			return
		}
	}
	open := openQuestions(x)
	told := 0
	for i := range x.Matches {
		m := &x.Matches[i]
		if m.Confidence == explain.Possible && i > 0 && !t.options.Verbose {
			continue
		}
		if (told > 0 || x.Log != nil) && !t.options.Quiet {
			t.blank()
		}
		told++
		t.match(m, open)
	}
	if t.options.Quiet || t.options.Verbose {
		return
	}
	t.possible(x)
}

// openQuestions is whether there are candidates that the text does not tell apart.
func openQuestions(x *explain.Explanation) bool {
	return len(x.Matches) > 1 && x.Matches[len(x.Matches)-1].Confidence == explain.Possible
}

// match writes one match: identifier and title, evidence, why, what to do, and how
// to make sure.
func (t *text) match(m *explain.Match, open bool) {
	sure := ""
	if m.Confidence != explain.Certain {
		sure = " (" + string(m.Confidence) + ")"
	}
	t.put("", "  ", span{string(m.ID), t.theme.Fail}, span{"  " + m.Title + sure, t.theme.Bold})
	if t.options.Quiet {
		return
	}
	if m.Evidence != "" {
		by := "Text: "
		if m.Producer != "unknown" {
			by = "Text (" + m.Producer + "): "
		}
		t.put("  ", "    ", span{by, t.theme.Bold}, plain(m.Evidence))
	}
	if len(m.Codes) > 0 {
		t.put("  ", "    ", span{"Known as: ", t.theme.Bold}, plain(strings.Join(m.Codes, ", ")))
	}
	t.seen(m.Seen)
	t.put("  ", "  ", span{"Why:", t.theme.Bold}, plain(" "+m.Why))
	t.wordings(m.Texts)
	t.steps("Fix:", m.Fix)
	for _, p := range m.Fixes {
		t.steps("With "+p.Producer+":", p.Fix)
	}
	label := "To make sure:"
	if open {
		label = "What decides:"
	}
	t.next(label, m.Next)
}

// steps writes the steps of a fix, less far in than a finding's are.
func (t *text) steps(label string, lines []string) {
	const indent = "  "
	t.put(indent, indent, span{label, t.theme.Bold})
	n := 0
	for _, line := range lines {
		if command, ok := strings.CutPrefix(line, commandMark); ok {
			t.raw(indent+"     ", span{command, t.theme.Command})
			continue
		}
		n++
		number := fmt.Sprintf("%d. ", n)
		t.put(indent+"  "+number, indent+"  "+strings.Repeat(" ", len(number)), plain(line))
	}
}

func (t *text) next(label string, commands []string) {
	if len(commands) == 0 {
		return
	}
	t.put("  ", "  ", span{label, t.theme.Bold})
	for _, c := range commands {
		t.raw("       ", span{c, t.theme.Command})
	}
}

// possible lists the candidates, in the order of likelihood.
func (t *text) possible(x *explain.Explanation) {
	const most = 8
	first, shown, hidden := true, 0, 0
	for i, m := range x.Matches {
		if m.Confidence != explain.Possible || i == 0 {
			continue
		}
		if first {
			t.blank()
			t.put("", "  ", span{"It may also be, the likelier first:", t.theme.Bold})
			first = false
		}
		if shown++; shown > most {
			hidden++
			continue
		}
		t.put("  ", "    ", plain(string(m.ID)+"  "+m.Title))
	}
	if hidden > 0 {
		t.put("  ", "    ", t.dim(fmt.Sprintf("and %d less likely", hidden)))
	}
	if !first {
		t.put("  ", "  ", t.dim("mongotls explain ID tells more of one; -v of all."))
	}
}

// logSummary writes what a log amounts to, the most frequent failure of a kind
// first.
func (t *text) logSummary(x *explain.Explanation) {
	line := count(x.Log.Lines, "line", "lines")
	if x.Log.First != nil && x.Log.Last != nil {
		line += ", " + x.Log.First.UTC().Format(dateTime) + " to " + x.Log.Last.UTC().Format(dateTime)
	}
	t.put("", "  ", span{"Log", t.theme.Bold}, plain("  "+line))
	for _, m := range x.Matches {
		if m.Seen == nil {
			continue
		}
		clients := ""
		if n := len(m.Seen.Clients); n > 0 {
			clients = ", from " + m.Seen.Clients[0].Address
			if n > 1 || m.Seen.FurtherClients > 0 {
				clients += " and others"
			}
		}
		t.put(fmt.Sprintf("%9d  ", m.Seen.Count), "           ", span{string(m.ID), t.theme.Bold}, plain(clients))
	}
}

// seen writes how often, when and to whom it happened.
func (t *text) seen(s *explain.Seen) {
	if s == nil {
		return
	}
	line := count(s.Count, "time", "times")
	line += between(s.First, s.Last)
	t.put("  ", "    ", span{"Seen: ", t.theme.Bold}, plain(line))
	limit := len(s.Clients)
	if n := t.limit(); n > 0 {
		limit = min(limit, n)
	}
	further := s.FurtherClients
	for _, c := range s.Clients[limit:] {
		further += c.Count
	}
	for _, c := range s.Clients[:limit] {
		t.put(fmt.Sprintf("%11d  ", c.Count), "             ", plain(c.Address))
	}
	if further > 0 {
		t.put(fmt.Sprintf("%11d  ", further), "             ", t.dim("from further addresses"))
	}
}

func between(first, last *time.Time) string {
	switch {
	case first == nil:
		return ""
	case last == nil || last.Equal(*first):
		return ", at " + first.UTC().Format(dateTime)
	}
	return ", from " + first.UTC().Format(dateTime) + " to " + last.UTC().Format(dateTime)
}

// wordings lists how a failure class is worded.
func (t *text) wordings(list []explain.Wording) {
	if len(list) == 0 {
		return
	}
	t.put("  ", "  ", span{"Shown as:", t.theme.Bold})
	for _, w := range list {
		t.put("    ", "      ", t.dim(w.Producer+": "), plain(w.Text))
	}
}
