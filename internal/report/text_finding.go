package report

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/finding"
)

// commandMark begins a line of Finding.Fix that is a command.
const commandMark = "$ "

// findings writes the findings in the report's order, which is the root cause
// first. Those in full are set apart.
func (t *text) findings(title string, list []finding.Finding) {
	if len(list) == 0 {
		return
	}
	t.heading(title)
	for i, f := range list {
		if i > 0 && !(t.isBrief(f) && t.isBrief(list[i-1])) {
			t.blank()
		}
		t.finding(f)
	}
}

// isBrief is whether a finding is told in one line: it is informational or
// ignored, and not everything is asked for.
func (t *text) isBrief(f finding.Finding) bool {
	return !t.options.Verbose && (f.Severity == finding.Info || t.ignored[f.ID])
}

// finding writes one finding.
func (t *text) finding(f finding.Finding) {
	if t.isBrief(f) {
		t.put("  ", "    ", t.dim(t.findingLine(f)))
		return
	}
	word := strings.ToUpper(string(f.Severity))
	rest := strings.TrimPrefix(t.findingLine(f), word)
	t.put("  ", "    ", span{word, t.severityPaint(f.Severity)}, span{rest, t.theme.Bold})
	if f.Detail != "" {
		t.put("    ", "    ", plain(f.Detail))
	}
	if f.Why != "" {
		t.put("    ", "    ", span{"Why:", t.theme.Bold}, plain(" "+f.Why))
	}
	t.fix(f.Fix)
	if t.options.Verbose {
		t.evidence(f.Evidence)
	}
}

// findingLine is a finding on one line: severity, identifier, title.
func (t *text) findingLine(f finding.Finding) string {
	line := fmt.Sprintf("%s  %s  %s", strings.ToUpper(string(f.Severity)), f.ID, f.Title)
	if f.Confidence == finding.Likely {
		line += " (likely)"
	}
	if t.ignored[f.ID] {
		line += " (ignored)"
	}
	return line
}

func (t *text) severityPaint(s finding.Severity) func(string) string {
	switch s {
	case finding.Fail:
		return t.theme.Fail
	case finding.Warn:
		return t.theme.Warn
	default:
		return t.theme.Info
	}
}

// fix writes the steps, numbered where there is a choice, each with the
// commands that follow it. A command stands alone on its line and is never
// broken, so that it can be pasted.
func (t *text) fix(lines []string) {
	if len(lines) == 0 {
		return
	}
	steps := 0
	for _, line := range lines {
		if !strings.HasPrefix(line, commandMark) {
			steps++
		}
	}
	label := span{"Fix:", t.theme.Bold}
	if steps != 1 || strings.HasPrefix(lines[0], commandMark) {
		t.put("    ", "    ", label)
	}
	n := 0
	for i, line := range lines {
		command, ok := strings.CutPrefix(line, commandMark)
		switch {
		case ok:
			t.raw("         ", span{command, t.theme.Command})
		case steps == 1 && i == 0:
			t.put("    ", "    ", label, plain(" "+line))
		default:
			n++
			number := fmt.Sprintf("%d. ", n)
			t.put("      "+number, "      "+strings.Repeat(" ", len(number)), plain(line))
		}
	}
}

// evidence lists the facts a finding rests on.
func (t *text) evidence(e map[string]any) {
	if len(e) == 0 {
		return
	}
	t.put("    ", "    ", t.dim("Evidence:"))
	for _, key := range slices.Sorted(maps.Keys(e)) {
		t.put("      ", "        ", t.dim(key+": "+evidenceText(e[key])))
	}
}

// evidenceText shows a value: lists with commas, whatever their element type
// is, since a report read back from JSON has []any where a fresh one has
// []string.
func evidenceText(value any) string {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Slice {
		return fmt.Sprint(value)
	}
	parts := make([]string, v.Len())
	for i := range parts {
		parts[i] = fmt.Sprint(v.Index(i))
	}
	return strings.Join(parts, ", ")
}
