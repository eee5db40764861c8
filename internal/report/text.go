package report

import (
	"fmt"
	"io"
	"time"

	"github.com/mongotls/mongotls/internal/finding"
)

// TextOptions say how WriteText writes. The zero value is what a pipe gets:
// no colour, no wrapping, ASCII only.
type TextOptions struct {
	// Color switches ANSI colours on.
	Color bool
	// Unicode draws trees with box-drawing characters in place of ASCII.
	Unicode bool
	// Width is the number of columns to wrap at; 0 does not wrap.
	Width int
	// Verbose adds the evidence, the side questions, the fingerprints, the
	// endpoints that pass and informational findings in full. Quiet leaves the
	// verdicts only and wins over Verbose.
	Verbose bool
	Quiet   bool
	// Now is what time left is counted from; zero means the time that validity
	// was judged at.
	Now time.Time
}

// WriteText writes r for a person who reads from top to bottom: the verdict of
// each endpoint, then what was seen there, then what is wrong and how to repair
// it. Every text of the report is cleaned (see Clean). The error is w's.
func WriteText(w io.Writer, r *Report, o TextOptions) error {
	t := newText(o)
	if t.now.IsZero() {
		t.now = r.Policy.At
	}
	if t.now.IsZero() {
		t.now = r.StartedAt
	}
	for _, id := range r.Policy.Ignore {
		t.ignored[id] = true
	}
	t.report(r)
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// newText begins a rendering.
func newText(o TextOptions) *text {
	t := &text{
		lines:   lines{width: o.Width},
		theme:   NewTheme(o.Color),
		tree:    asciiTree,
		options: o,
		now:     o.Now,
		ignored: map[finding.ID]bool{},
	}
	if o.Unicode {
		t.tree = unicodeTree
	}
	return t
}

// text is one rendering in progress.
type text struct {
	lines
	theme   Theme
	tree    treeGlyphs
	options TextOptions
	now     time.Time
	ignored map[finding.ID]bool
}

// summaryFrom is the number of verdict lines from which on they are counted in
// a line of their own and passing endpoints are not shown in full.
const summaryFrom = 4

func (t *text) report(r *Report) {
	headlines := t.headlines(r)
	t.verdicts(headlines)
	if t.options.Quiet {
		return
	}
	if !r.Policy.At.IsZero() {
		t.blank()
		t.put("", "  ", plain("Validity is judged at "+r.Policy.At.UTC().Format(dateTime)+"."))
	}
	brief := len(headlines) >= summaryFrom && !t.options.Verbose
	hidden := 0
	for i := range r.Targets {
		target := &r.Targets[i]
		t.target(target)
		if isDeployment(target) && !t.options.Verbose {
			hidden += t.deployment(target)
			continue
		}
		for j := range target.Endpoints {
			e := &target.Endpoints[j]
			if brief && e.Verdict == finding.Pass {
				hidden++
				continue
			}
			t.endpoint(e)
		}
	}
	if hidden > 0 {
		t.blank()
		t.put("", "  ", t.dim(fmt.Sprintf("%s not shown; -v shows them.", count(hidden, "passing endpoint is", "passing endpoints are"))))
	}
	if t.options.Verbose {
		t.blank()
		t.put("", "  ", t.dim(fmt.Sprintf("%s %s, started %s, took %s", r.Tool.Name, r.Tool.Version,
			r.StartedAt.UTC().Format(dateTime), milliseconds(r.DurationMs))))
	}
}

// heading starts a section.
func (t *text) heading(title string) {
	t.blank()
	t.put("", "  ", span{title, t.theme.Bold})
}

// labelWidth is the column that the values of a section's rows begin at.
const labelWidth = 15

// row writes "  label   value", wrapped under the value.
func (t *text) row(label string, value ...span) {
	t.put(fmt.Sprintf("  %-*s", labelWidth-2, label), fmt.Sprintf("%*s", labelWidth, ""), value...)
}

// limit is how many items of a list are shown; 0 means all.
func (t *text) limit() int {
	if t.options.Verbose {
		return 0
	}
	return 10
}

func (t *text) dim(s string) span  { return span{s, t.theme.Dim} }
func (t *text) pass(s string) span { return span{s, t.theme.Pass} }
func (t *text) fail(s string) span { return span{s, t.theme.Fail} }
