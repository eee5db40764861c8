package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/explain"
	"github.com/mongotls/mongotls/internal/report"
)

// explainOptions are what `explain` was asked for.
type explainOptions struct {
	outputOptions
	file string
	list bool
}

func newExplainCommand(s Streams) *cobra.Command {
	o := &explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain [TEXT...]",
		Short: "Explain an error message, a stack trace or a server's log",
		Long: `Say what an error message, a stack trace or a log of mongod means: the failure
class, why it happens, how to repair it in the driver that wrote it, and the
command that proves it. The text comes from the arguments, from --file, or from
standard input, however it is wrapped, coloured or escaped. A log of any size is
summed up by cause and client. Nothing is contacted.

A finding's identifier in place of the text shows that entry of the catalogue.

Exit codes: 0 something was recognised, 1 nothing was, 2 the command could not
be run as given, 130 interrupted.`,
		Example: `  mongotls explain 'certificate verify failed: unable to get local issuer certificate'
  mongotls explain --file /var/log/mongodb/mongod.log
  kubectl logs mongo-0 | mongotls explain
  mongotls explain cert-expired
  mongotls explain --list`,
		RunE: func(cmd *cobra.Command, args []string) error { return runExplain(cmd.Context(), o, args, s) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return findingIDs(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&o.file, "file", "f", "", "read the text from `FILE`; - is standard input")
	f.BoolVar(&o.list, "list", false, "list the catalogue of failure classes")
	o.outputOptions.add(cmd)
	return cmd
}

// explainHint says how the command is given a text.
const explainHint = "put the text in single quotes behind mongotls explain, name a file with --file, or pipe it in"

func runExplain(ctx context.Context, o *explainOptions, args []string, s Streams) error {
	if err := o.outputOptions.complete(); err != nil {
		return err
	}
	switch {
	case o.list && (len(args) > 0 || o.file != ""):
		return usagef("leave one out", "--list takes no text")
	case len(args) > 0 && o.file != "":
		return usagef("leave one out", "the text is given twice: as argument and by --file")
	case o.list:
		return o.writeExplanation(explain.Entries(), true, s)
	case len(args) == 1:
		if x, ok := explain.Entry(args[0]); ok {
			return o.writeExplanation(x, false, s)
		}
	}
	x, err := o.read(ctx, args, s)
	if err != nil {
		return err
	}
	if len(x.Matches) > 0 {
		return o.writeExplanation(x, false, s)
	}
	if err := o.writeExplanation(x, false, s); err != nil {
		return err
	}
	if !o.quiet {
		fmt.Fprintf(s.Err, "mongotls: nothing in the text is recognised\nhint: %s\n", nothingHint(args))
	}
	return exitError(exitFail)
}

// read explains the text, wherever it comes from.
func (o *explainOptions) read(ctx context.Context, args []string, s Streams) (*explain.Explanation, error) {
	var r io.Reader = s.In
	shown := "standard input"
	switch {
	case len(args) == 1 && args[0] == "-", len(args) == 0 && (o.file == "" || o.file == "-"):
		if s.InTTY {
			fmt.Fprintln(s.Err, "Paste the text here and end it with Ctrl-D on a line of its own (Windows: Ctrl-Z and Enter).")
		}
	case len(args) > 0:
		shown, r = "the argument", strings.NewReader(strings.Join(args, " "))
	default:
		f, err := os.Open(o.file)
		if err != nil {
			return nil, usagef("check the path; "+explainHint, "reading %s: %v", o.file, reason(err))
		}
		defer f.Close()
		shown, r = o.file, interruptible{ctx, f}
	}
	x, err := explain.Read(r)
	switch {
	case errors.Is(err, errInterrupted):
		return nil, err
	case errors.Is(err, explain.ErrEmpty):
		return nil, usagef(explainHint, "there is no text to explain in %s", shown)
	case err != nil:
		return nil, usagef("check that it is a file with text", "reading %s: %v", shown, reason(err))
	}
	return x, nil
}

// nothingHint says what to do with a text in which nothing is recognised.
func nothingHint(args []string) string {
	if len(args) == 1 && !strings.Contains(args[0], " ") {
		if near := nearest(args[0], findingIDs()); near != "" {
			return "did you mean mongotls explain " + report.Clean(near) + "?"
		}
	}
	return "paste more of it, the innermost error (\"Caused by\", \"cause\", \"reason\") above all; a packed log is read with zcat; or look at the server: mongotls check HOST:PORT"
}
