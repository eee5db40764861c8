package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
)

// scenariosAtOnce is how many scenarios are checked at once. Some are about
// waiting in vain, so one after the other takes much longer; too many at once
// and side questions stay unanswered for want of a processor.
const scenariosAtOnce = 4

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
line each; with -v, -o or --output-file the report of several is written too.
Without a name the scenario "` + defaultScenario + `" is shown.

Exit code 0 means that the true cause was found each time.`,
		Example: `  mongotls lab check
  mongotls lab check hostname-mismatch intermediate-missing
  mongotls lab check --all`,
		ValidArgs: scenarioIDs(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.outputOptions.complete(); err != nil {
				return err
			}
			scenarios, err := o.scenarios(args)
			if err != nil {
				return err
			}
			return runLabCheck(cmd.Context(), o, scenarios, s)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&o.all, "all", false, "every scenario")
	o.outputOptions.add(cmd)
	return cmd
}

// scenarios are those asked for.
func (o *labCheckOptions) scenarios(args []string) ([]lab.Scenario, error) {
	switch {
	case o.all && len(args) > 0:
		return nil, usagef("leave one out", "--all is every scenario, and %q names one", args[0])
	case o.all:
		return lab.Scenarios(), nil
	case len(args) == 0:
		args = []string{defaultScenario}
	}
	return findScenarios(args)
}

// outcome is what became of the check of one scenario.
type outcome struct {
	report *report.Report
	err    error
}

func runLabCheck(ctx context.Context, o *labCheckOptions, scenarios []lab.Scenario, s Streams) error {
	if len(scenarios) > 1 && !o.verbose && len(o.outputs) == 0 && o.outputFile == "" {
		_, missed, err := checkScenarios(ctx, scenarios, s, func(line string) { fmt.Fprintln(s.Out, line) })
		return missedError(missed, err)
	}
	var lines []string
	whole, missed, err := checkScenarios(ctx, scenarios, s, func(line string) { lines = append(lines, line) })
	if err != nil {
		return err
	}
	if err := o.write(whole, s); err != nil {
		return err
	}
	// The report is what was asked for, and may go to a parser.
	w := s.Out
	if o.toStdout() {
		w = s.Err
	}
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
	return missedError(missed, nil)
}

// missedError is the exit code of causes that were not found.
func missedError(missed int, err error) error {
	if err == nil && missed > 0 {
		return exitError(exitFail)
	}
	return err
}

// checkScenarios checks several at once and tells of them in their order, as
// soon as each is done. The reports become one.
func checkScenarios(ctx context.Context, scenarios []lab.Scenario, s Streams, tell func(line string)) (whole *report.Report, missed int, err error) {
	outcomes := make([]chan outcome, len(scenarios))
	for i := range outcomes {
		outcomes[i] = make(chan outcome, 1)
	}
	slots := make(chan struct{}, scenariosAtOnce)
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	all.Go(func() {
		for i, c := range scenarios {
			slots <- struct{}{}
			all.Go(func() {
				r, err := checkScenario(ctx, c, s)
				outcomes[i] <- outcome{r, err}
				<-slots
			})
		}
	})
	for i, c := range scenarios {
		done := <-outcomes[i]
		if done.err != nil {
			return nil, 0, done.err
		}
		found := firstFinding(done.report)
		right := found == c.Finding && string(done.report.Verdict) == c.Verdict
		if !right {
			missed++
		}
		tell(outcomeLine(c, found, done.report.Verdict, right))
		whole = joined(whole, done.report)
	}
	return whole, missed, nil
}

// joined adds the targets of a report to those of another; nil is none.
func joined(whole, next *report.Report) *report.Report {
	if whole == nil {
		return next
	}
	whole.Targets = append(whole.Targets, next.Targets...)
	whole.Verdict = finding.Worst(whole.Verdict, next.Verdict)
	if end := next.StartedAt.Sub(whole.StartedAt).Seconds()*1000 + next.DurationMs; end > whole.DurationMs {
		whole.DurationMs = end
	}
	return whole
}

func outcomeLine(c lab.Scenario, found string, verdict finding.Verdict, right bool) string {
	word, name := "ok", found
	if name == "" {
		name = "nothing to find"
	}
	if !right {
		word = "MISSED"
		name = fmt.Sprintf("found %s (%s), the cause is %s (%s)", name, verdict, c.Finding, c.Verdict)
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
	// A line for each scenario is progress enough.
	o.quiet = true
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

// firstFinding is the finding that weighs most, and of those the one that a reader
// of the report sees first.
func firstFinding(r *report.Report) string {
	first, weight := "", -1
	look := func(list []finding.Finding, without bool) {
		for _, f := range list {
			w := slices.Index([]finding.Severity{finding.Info, finding.Warn, finding.Fail}, f.Severity)
			if without {
				// What a driver does without is a warning at most.
				w = min(w, 1)
			}
			if w > weight {
				first, weight = string(f.ID), w
			}
		}
	}
	for _, t := range r.Targets {
		look(t.Findings, false)
		for _, e := range t.Endpoints {
			look(e.Findings, t.Deployment != nil && slices.Contains(t.Deployment.Without, fact.HostPort(e.Host, e.Port)))
		}
	}
	return first
}
