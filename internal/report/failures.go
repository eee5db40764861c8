package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mongotls/mongotls/internal/explain"
)

// WriteFailures writes the catalogue as a page of Markdown: a section for each
// failure class, with the texts by which drivers show it. docs/failures.md is what
// it writes. The error is w's.
func WriteFailures(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`# Failures

One section for each failure class that mongotls knows, by its identifier: how
drivers show it, why it happens, how to confirm it and how to repair it.
` + "`mongotls explain ID`" + ` shows the same in a terminal, and
` + "`mongotls explain`" + ` finds the section for a text that you have. This page is made
from the catalogue: a test holds it current.

Words in capitals, such as HOST and PORT, stand for those of your case.

`)
	entries := explain.Entries().Matches
	for _, m := range entries {
		fmt.Fprintf(&b, "- [%s](#%s): %s\n", m.ID, m.ID, markdown(m.Title))
	}
	for _, m := range entries {
		failure(&b, &m)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// failure writes one section.
func failure(b *strings.Builder, m *explain.Match) {
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n%s\n", m.ID, markdown(m.Title), markdown(m.Why))
	if len(m.Texts) > 0 {
		b.WriteString("\nShown as:\n\n")
		for _, w := range m.Texts {
			fmt.Fprintf(b, "- %s: %s\n", w.Producer, codeSpan(w.Text))
		}
	}
	b.WriteString("\nTo confirm it:\n\n```sh\n" + strings.Join(m.Next, "\n") + "\n```\n")
	b.WriteString("\nTo repair it:\n\n")
	steps(b, m.Fix)
	for _, p := range m.Fixes {
		fmt.Fprintf(b, "\nWith %s:\n\n", p.Producer)
		steps(b, p.Fix)
	}
}

// steps writes a list, with commands in code blocks.
func steps(b *strings.Builder, lines []string) {
	for i, line := range lines {
		command, isCommand := strings.CutPrefix(line, commandMark)
		// A block of code stands between empty lines.
		if i > 0 && (isCommand || strings.HasPrefix(lines[i-1], commandMark)) {
			b.WriteByte('\n')
		}
		if isCommand {
			fmt.Fprintf(b, "  ```sh\n  %s\n  ```\n", command)
			continue
		}
		fmt.Fprintf(b, "- %s\n", markdown(line))
	}
}

// markdown escapes what Markdown would take for more than text.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(s)
}

// codeSpan quotes a text as code (CommonMark section 6.1).
func codeSpan(s string) string {
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + s + "`"
}
