package report

import (
	"strings"
	"testing"

	"github.com/fatih/color"
)

// styles names each style of a theme.
func styles(th Theme) map[string]func(string) string {
	return map[string]func(string) string{
		"fail": th.Fail, "warn": th.Warn, "info": th.Info, "pass": th.Pass,
		"dim": th.Dim, "bold": th.Bold, "command": th.Command,
	}
}

func TestThemeIgnoresTheGlobalSwitch(t *testing.T) {
	saved := color.NoColor
	t.Cleanup(func() { color.NoColor = saved })
	for _, global := range []bool{false, true} {
		color.NoColor = global
		for name, style := range styles(NewTheme(true)) {
			if got := style("text"); !strings.HasPrefix(got, "\x1b[") || colorCode.ReplaceAllString(got, "") != "text" {
				t.Errorf("NoColor=%t: enabled %s = %q, want colored text", global, name, got)
			}
			if got := style(""); got != "" {
				t.Errorf("NoColor=%t: enabled %s of nothing = %q", global, name, got)
			}
		}
		for _, plain := range []Theme{NewTheme(false), {}} {
			for name, style := range styles(plain) {
				if got := style("text"); got != "text" {
					t.Errorf("NoColor=%t: disabled %s = %q", global, name, got)
				}
			}
		}
	}
}
