package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs the program and returns its exit code. ctx ends with Ctrl-C.
func Main(ctx context.Context, args []string, s Streams) int {
	root := newRootCommand(s)
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if err != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		err = errInterrupted
	}
	return finish(err, s, wantsJSON(args))
}

func newRootCommand(s Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "mongotls",
		Short: "Say why a MongoDB TLS connection fails, and how to fix it",
		Long: `mongotls looks at a MongoDB endpoint's TLS as drivers do, keeps looking where
they give up at the first error, and says what is wrong, why that gives the line
you saw, and what to change.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef(unknownCommandHint(cmd, args[0]), "unknown command %q", args[0])
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCheckCommand(s), newLabCommand(s), newReportCommand(s), newVersionCommand(s))
	return root
}

// unknownCommandHint guesses what was meant: a target without check is what
// people try first.
func unknownCommandHint(cmd *cobra.Command, word string) string {
	if strings.ContainsAny(word, ".:") {
		return "mongotls check " + word
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(word); len(near) > 0 {
		return "did you mean " + strings.Join(near, " or ") + "?"
	}
	return "mongotls help lists the commands"
}

// flagError turns pflag's complaint into a line and a hint.
func flagError(cmd *cobra.Command, err error) error {
	hint := fmt.Sprintf("see %s --help", cmd.CommandPath())
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		name := unknown.GetSpecifiedName()
		if near := nearestFlag(cmd, name); near != "" {
			hint = "did you mean --" + near + "?"
		}
	}
	return usagef(hint, "%v", err)
}

// nearestFlag finds the flag that differs in case only, or holds the name.
func nearestFlag(cmd *cobra.Command, name string) string {
	var near string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if strings.EqualFold(f.Name, name) {
			near = f.Name
		}
	})
	if near == "" && len(name) > 3 {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if near == "" && strings.Contains(strings.ToLower(f.Name), strings.ToLower(name)) {
				near = f.Name
			}
		})
	}
	return near
}

// wantsJSON reports whether the arguments ask for JSON on standard output. They
// are read directly, because an error in them must be a document too.
func wantsJSON(args []string) bool {
	for i, a := range args {
		if slices.Contains([]string{"-ojson", "-o=json", "--output=json"}, a) {
			return true
		}
		if (a == "-o" || a == "--output") && i+1 < len(args) && args[i+1] == "json" {
			return true
		}
	}
	return false
}

// noArgs refuses arguments with a line of ours.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("see "+cmd.CommandPath()+" --help", "%s takes no argument: %q", cmd.CommandPath(), args[0])
	}
	return nil
}
