package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/lab"
)

// defaultScenario is what `lab check` shows a newcomer.
const defaultScenario = "cert-expired"

func newLabCommand(s Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lab",
		Short: "Misconfigured MongoDB TLS endpoints on loopback, to see each failure",
		Long: `The embedded lab runs MongoDB TLS endpoints on loopback, each with one thing
wrong, with certificates made on the spot: to see what a failure looks like, and
to point another client at it. Nothing leaves this machine.`,
		Args: cobra.ArbitraryArgs,
		RunE: runGroup,
	}
	cmd.AddCommand(newLabListCommand(s), newLabServeCommand(s), newLabCheckCommand(s))
	return cmd
}

// findScenarios returns those of the given identifiers, in their order.
func findScenarios(ids []string) ([]lab.Scenario, error) {
	all := lab.Scenarios()
	var found []lab.Scenario
	for _, id := range ids {
		at := slices.IndexFunc(all, func(c lab.Scenario) bool { return c.ID == id })
		if at < 0 {
			return nil, usagef(didYouMean(id, scenarioIDs(), "mongotls lab list shows them"), "there is no lab scenario %q", id)
		}
		found = append(found, all[at])
	}
	return found, nil
}

func scenarioIDs() []string { return identifiers(lab.Scenarios()) }

// servable are the scenarios that any client of this machine can see.
func servable() []lab.Scenario {
	return slices.DeleteFunc(lab.Scenarios(), func(c lab.Scenario) bool { return !c.Servable() })
}

func identifiers(scenarios []lab.Scenario) []string {
	var ids []string
	for _, c := range scenarios {
		ids = append(ids, c.ID)
	}
	return ids
}

// listedScenario is one row of `lab list -o json`.
type listedScenario struct {
	ID       string `json:"id"`
	Group    string `json:"group"`
	Title    string `json:"title"`
	Summary  string `json:"summary"`
	Finding  string `json:"finding"`
	Verdict  string `json:"verdict"`
	Servable bool   `json:"servable"`
}

func newLabListCommand(s Streams) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the scenarios",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			switch output {
			case "text":
				return listScenarios(s)
			case "json":
				rows := []listedScenario{}
				for _, c := range lab.Scenarios() {
					rows = append(rows, listedScenario{c.ID, c.Group, c.Title, c.Summary, c.Finding, c.Verdict, c.Servable()})
				}
				e := json.NewEncoder(s.Out)
				e.SetIndent("", "  ")
				return e.Encode(map[string]any{"schema": "mongotls.lab/v1", "scenarios": rows})
			}
			return usagef("--output takes text or json", "output format %q is not known", output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`, text|json")
	return cmd
}

func listScenarios(s Streams) error {
	w := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	group := ""
	for _, c := range lab.Scenarios() {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(w, "%s\n", group)
		}
		fmt.Fprintf(w, "  %s\t%s\n", c.ID, c.Title)
	}
	return w.Flush()
}

func newLabServeCommand(s Streams) *cobra.Command {
	var dir, listen string
	cmd := &cobra.Command{
		Use:   "serve [SCENARIO...]",
		Short: "Run scenarios until Ctrl-C, for any client to connect to",
		Long: `Run scenarios on loopback until Ctrl-C, and show for each the connection string
for another client and the mongotls command, and for a host name that is only
here the line of the hosts file that leads there. Without a name all are run that
other clients can reach.`,
		ValidArgs: identifiers(servable()),
		RunE: func(cmd *cobra.Command, args []string) error {
			scenarios, err := findScenarios(args)
			if err != nil {
				return err
			}
			for _, c := range scenarios {
				if !c.Servable() {
					return usagef("mongotls lab check "+c.ID+" shows it", "scenario %s needs the lab's own name server or network, which no other client can use", c.ID)
				}
			}
			if len(args) == 0 {
				scenarios = servable()
			}
			if listen != "" && len(scenarios) != 1 {
				return usagef("name one scenario", "--listen is for one scenario, and %d would run", len(scenarios))
			}
			return serveScenarios(cmd.Context(), scenarios, dir, listen, s)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write certificates and keys to this `FOLDER` (default a temporary one)")
	cmd.Flags().StringVar(&listen, "listen", "", "listen on this `ADDRESS` of loopback (one scenario; default a free port)")
	return cmd
}

func serveScenarios(ctx context.Context, scenarios []lab.Scenario, dir, listen string, s Streams) error {
	for _, c := range scenarios {
		own := dir
		if dir != "" && len(scenarios) > 1 {
			own = dir + string(os.PathSeparator) + c.ID
		}
		instance, err := lab.Start(ctx, c.ID, lab.StartOptions{Dir: own, Listen: listen})
		if err != nil {
			return usagef("check --dir and --listen", "%v", err)
		}
		defer instance.Close()
		fmt.Fprintf(s.Out, "%s: %s\n  client:   %s\n  mongotls: %s\n", c.ID, c.Title, instance.URI, checkCommandLine(instance))
		if instance.Name != "" {
			fmt.Fprintf(s.Out, "  hosts:    127.0.0.1 %s\n", instance.Name)
		}
	}
	fmt.Fprintln(s.Err, "serving; Ctrl-C stops")
	<-ctx.Done()
	return errInterrupted
}

// checkCommandLine is the command that checks an instance, to be pasted.
func checkCommandLine(i *lab.Instance) string {
	var words []string
	for name, value := range i.Env {
		words = append(words, name+"="+shellWord(value))
	}
	slices.Sort(words)
	words = append(words, "mongotls", "check", shellWord(i.Target))
	for _, arg := range i.Args {
		words = append(words, shellWord(arg))
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word for a POSIX shell where it has to be.
func shellWord(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@%+,=-", r)
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
