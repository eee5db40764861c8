package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs the program and returns its exit code. ctx ends with Ctrl-C.
func Main(ctx context.Context, args []string, s Streams) int {
	s.In = interruptible{ctx, s.In}
	root := newRootCommand(s)
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	err := root.ExecuteContext(ctx)
	if err != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		err = errInterrupted
	}
	return finish(err, s, args)
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
		Args:          cobra.ArbitraryArgs,
		RunE:          runGroup,
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCheckCommand(s), newExplainCommand(s), newCertCommand(s), newLabCommand(s), newReportCommand(s), newVersionCommand(s))
	root.SetHelpCommand(newHelpCommand())
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Args, completion.RunE = cobra.ArbitraryArgs, runGroup
	}
	return root
}

// runGroup is what a command does that only groups others: it shows its help,
// and refuses a word that is none of them.
func runGroup(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	word := args[0]
	hint := didYouMean(word, commandNames(cmd), cmd.CommandPath()+" --help lists the commands")
	if !cmd.HasParent() && strings.ContainsAny(word, ".:") {
		// A target without check is what people try first.
		hint = "mongotls check " + word
	}
	return usagef(hint, "unknown command %q of %s", word, cmd.CommandPath())
}

func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return usagef(didYouMean(rest[0], commandNames(topic), topic.CommandPath()+" --help lists the commands"),
					"unknown command %q of %s", rest[0], topic.CommandPath())
			}
			return topic.Help()
		},
	}
}

// flagError turns pflag's complaint into a line and a hint.
func flagError(cmd *cobra.Command, err error) error {
	hint := "see " + cmd.CommandPath() + " --help"
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		hint = unknownFlagHint(cmd, unknown.GetSpecifiedName(), hint)
	case errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "duration":
		hint = durationHint
	}
	return usagef(hint, "%v", err)
}

func unknownFlagHint(cmd *cobra.Command, name, otherwise string) string {
	if !cmd.HasParent() {
		owner := ""
		for _, c := range cmd.Commands() {
			// Of several that have it, the main one is meant.
			if c.Flags().Lookup(name) != nil && (owner == "" || c.Name() == "check") {
				owner = c.CommandPath()
			}
		}
		if owner != "" {
			return "--" + name + " is a flag of " + owner
		}
	}
	if near := nearest(name, flagNames(cmd)); near != "" {
		return "did you mean --" + near + "?"
	}
	return otherwise
}

// noArgs refuses arguments with a line of ours.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("see "+cmd.CommandPath()+" --help", "%s takes no argument: %q", cmd.CommandPath(), args[0])
	}
	return nil
}
