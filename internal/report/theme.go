package report

import "github.com/fatih/color"

// Theme colours text, or leaves it as it is. Whether to colour is decided per
// theme and never read from the global switch of the colour library, which
// looks at the process's standard output only. The zero Theme does not colour.
type Theme struct {
	fail, warn, info, pass, dim, bold, command *color.Color
}

// NewTheme returns a theme that colours when enabled is true.
func NewTheme(enabled bool) Theme {
	style := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if enabled {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return Theme{
		fail:    style(color.FgRed, color.Bold),
		warn:    style(color.FgYellow, color.Bold),
		info:    style(color.FgCyan),
		pass:    style(color.FgGreen, color.Bold),
		dim:     style(color.Faint),
		bold:    style(color.Bold),
		command: style(color.FgCyan, color.Bold),
	}
}

// Fail styles what stops a connection.
func (t Theme) Fail(s string) string { return apply(t.fail, s) }

// Warn styles what does not stop it, yet.
func (t Theme) Warn(s string) string { return apply(t.warn, s) }

// Info styles what is worth knowing.
func (t Theme) Info(s string) string { return apply(t.info, s) }

// Pass styles what is as it should be.
func (t Theme) Pass(s string) string { return apply(t.pass, s) }

// Dim styles what most readers can skip.
func (t Theme) Dim(s string) string { return apply(t.dim, s) }

// Bold styles headings.
func (t Theme) Bold(s string) string { return apply(t.bold, s) }

// Command styles a command to paste.
func (t Theme) Command(s string) string { return apply(t.command, s) }

func apply(c *color.Color, s string) string {
	if c == nil || s == "" {
		return s
	}
	return c.Sprint(s)
}
