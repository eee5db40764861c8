package cli

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readmeCommands are the command lines of the README, without "mongotls".
func readmeCommands(text string) []string {
	var list []string
	block := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if language, ok := strings.CutPrefix(line, "```"); ok {
			block = language
			continue
		}
		line = strings.TrimPrefix(line, "$ ")
		line = strings.Replace(line, "go run ./cmd/mongotls", "mongotls", 1)
		if command, ok := strings.CutPrefix(line, "mongotls "); ok && block != "" {
			list = append(list, command)
		}
		if block != "" {
			continue
		}
		for _, m := range regexp.MustCompile("`mongotls ([^`]+)`").FindAllStringSubmatch(line, -1) {
			list = append(list, m[1])
		}
	}
	return list
}

// words splits a command line at spaces, as a shell does that has single quotes.
func words(line string) []string {
	var list []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			list = append(list, part)
			continue
		}
		list = append(list, strings.Fields(part)...)
	}
	return list
}

func TestReadmeCommandsExist(t *testing.T) {
	commands := readmeCommands(readme(t))
	const least = 10
	if len(commands) < least {
		t.Fatalf("the README has %d commands; it should have %d and more", len(commands), least)
	}
	for _, line := range commands {
		t.Run(line, func(t *testing.T) {
			root := newRootCommand(Streams{})
			cmd, args, err := root.Find(words(line))
			if err != nil {
				t.Fatal(err)
			}
			if cmd == root {
				t.Fatal("no such command")
			}
			if err := cmd.ParseFlags(args); err != nil && !errors.Is(err, pflag.ErrHelp) {
				t.Fatal(err)
			}
			if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 {
				t.Errorf("%s has no command %q", cmd.CommandPath(), cmd.Flags().Arg(0))
			}
			if cmd.Name() == "check" && cmd.Parent().Name() == "lab" {
				if _, err := findScenarios(cmd.Flags().Args()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestReadmeFlagsExist(t *testing.T) {
	known := map[string]bool{}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			known["--"+f.Name] = true
			known["-"+f.Shorthand] = true
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRootCommand(Streams{}))
	shown := 0
	for _, m := range regexp.MustCompile("`(--?[A-Za-z][A-Za-z-]*)[ `]").FindAllStringSubmatch(readme(t), -1) {
		shown++
		if !known[m[1]] {
			t.Errorf("there is no flag %s", m[1])
		}
	}
	const least = 15
	if shown < least {
		t.Errorf("the README shows %d flags; it should show %d and more", shown, least)
	}
}

// TestReadmeReport compares the report shown with what the command above it
// prints, but for numbers, and line breaks that depend on them.
func TestReadmeReport(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("errors of connections are worded otherwise there")
	}
	_, block, ok := strings.Cut(readme(t), "```text\n$ mongotls ")
	block, _, closed := strings.Cut(block, "```")
	command, shown, _ := strings.Cut(block, "\n")
	if !ok || !closed || command == "" {
		t.Fatal("the README shows no report")
	}
	var out, errs bytes.Buffer
	s := Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Width: 80, Unicode: true, Env: func(string) string { return "" }}
	if code := Main(t.Context(), words(command), s); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	if diff := cmp.Diff(withoutNumbers(shown), withoutNumbers(out.String())); diff != "" {
		t.Errorf("mongotls %s (-README +now):\n%s", command, diff)
	}
}

// withoutNumbers takes out of a report what differs from run to run and from
// machine to machine: numbers, the folder, the addresses of localhost.
func withoutNumbers(report string) []string {
	report = regexp.MustCompile(`(?m)^  address .*\n(               .*\n)*`).ReplaceAllString(report, "")
	report = regexp.MustCompile(`\S+mongotls-lab-`).ReplaceAllString(report, "mongotls-lab-")
	report = regexp.MustCompile(`\d+(\.\d+)?`).ReplaceAllString(report, "N")
	// What has no room on a line goes on in the next, after what is drawn.
	return strings.Fields(strings.ReplaceAll(report, "│", ""))
}
