package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
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
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
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
			return nil, usagef("mongotls lab list shows them", "there is no lab scenario %q", id)
		}
		found = append(found, all[at])
	}
	return found, nil
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
for another client and the mongotls command. Without a name all are run that
other clients can reach.`,
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
				scenarios = slices.DeleteFunc(lab.Scenarios(), func(c lab.Scenario) bool { return !c.Servable() })
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
	}
	fmt.Fprintln(s.Err, "serving; Ctrl-C stops")
	<-ctx.Done()
	return errInterrupted
}

// checkCommandLine is the command that checks an instance, to be pasted.
func checkCommandLine(i *lab.Instance) string {
	var words []string
	for name, value := range i.Env {
		words = append(words, name+"="+value)
	}
	slices.Sort(words)
	words = append(words, "mongotls", "check", i.Target)
	for j, w := range append(words, i.Args...) {
		if strings.ContainsAny(w, " '\"?&;$*") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		words = append(words[:j], w)
	}
	return strings.Join(words, " ")
}

// labCheckOptions are what `lab check` was asked for.
type labCheckOptions struct {
	outputOptions
	all bool
}

func newLabCheckCommand(s Streams) *cobra.Command {
	o := &labCheckOptions{}
	cmd := &cobra.Command{
		Use:   "check [SCENARIO...]",
		Short: "Run check against scenarios and compare with the true cause",
		Long: `Start each scenario, run check against it, and compare what check found first
with what is really wrong there. One scenario shows the whole report, several a
line each. Without a name the scenario "` + defaultScenario + `" is shown.

Exit code 0 means that the true cause was found each time.`,
		Example: `  mongotls lab check
  mongotls lab check hostname-mismatch intermediate-missing
  mongotls lab check --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.outputOptions.complete(); err != nil {
				return err
			}
			if len(args) == 0 {
				args = []string{defaultScenario}
			}
			scenarios, err := findScenarios(args)
			if err != nil {
				return err
			}
			if o.all {
				scenarios = lab.Scenarios()
			}
			return runLabCheck(cmd.Context(), o, scenarios, s)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&o.all, "all", false, "every scenario")
	o.outputOptions.add(cmd)
	return cmd
}

func runLabCheck(ctx context.Context, o *labCheckOptions, scenarios []lab.Scenario, s Streams) error {
	missed := 0
	for _, c := range scenarios {
		r, err := checkScenario(ctx, c, s)
		if err != nil {
			return err
		}
		found := firstFinding(r)
		right := found == c.Finding && string(r.Verdict) == c.Verdict
		if !right {
			missed++
		}
		if len(scenarios) == 1 || o.verbose {
			if err := o.write(r, s); err != nil {
				return err
			}
		}
		w := s.Out
		if len(scenarios) == 1 {
			// The report is what the user asked for, and may go to a parser.
			w = s.Err
		}
		fmt.Fprintln(w, outcomeLine(c, found, r, right))
	}
	if missed > 0 {
		return exitError(exitFail)
	}
	return nil
}

func outcomeLine(c lab.Scenario, found string, r *report.Report, right bool) string {
	word, name := "ok", found
	if name == "" {
		name = "nothing to find"
	}
	if !right {
		word = "MISSED"
		name = fmt.Sprintf("found %s (%s), the cause is %s (%s)", name, r.Verdict, c.Finding, c.Verdict)
	}
	return fmt.Sprintf("%-6s  lab scenario %s: %s", word, c.ID, name)
}

// checkScenario runs check against one scenario.
func checkScenario(ctx context.Context, c lab.Scenario, s Streams) (*report.Report, error) {
	instance, err := lab.Start(ctx, c.ID, lab.StartOptions{})
	if err != nil {
		return nil, fmt.Errorf("the lab: %w", err)
	}
	defer instance.Close()
	o := &checkOptions{resolver: instance.Resolver, dial: instance.Dial}
	cmd := checkCommand(o, s)
	if err := cmd.ParseFlags(instance.Args); err != nil {
		return nil, fmt.Errorf("the lab's flags for %s: %w", c.ID, err)
	}
	o.targets = []string{instance.Target}
	env := s.Env
	s.Env = func(name string) string {
		if value, ok := instance.Env[name]; ok {
			return value
		}
		return env(name)
	}
	r, err := check(ctx, o, s)
	if err == nil && r == nil {
		err = errors.New("the lab asked for a dry run")
	}
	return r, err
}

// firstFinding is what a reader of the report sees first, of those that count.
func firstFinding(r *report.Report) string {
	for _, t := range r.Targets {
		for _, f := range t.Findings {
			return string(f.ID)
		}
		for _, e := range t.Endpoints {
			for _, f := range e.Findings {
				return string(f.ID)
			}
		}
	}
	return ""
}
