package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/report"
)

// reportOptions are what `report` was asked for.
type reportOptions struct {
	outputOptions
	failOn  string
	at      string
	drivers []string
}

func newReportCommand(s Streams) *cobra.Command {
	o := &reportOptions{}
	cmd := &cobra.Command{
		Use:   "report FILE",
		Short: "Judge and render a saved report again, without network",
		Long: `Read a report that "check -o json" saved, judge its facts again with this
version's rules, and render it. Nothing is contacted. FILE may be - for standard
input.`,
		Example: `  mongotls check db1.example.com -o json=report.json
  mongotls report report.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("mongotls report report.json", "report takes one file, not %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return runReport(o, args[0], s) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.failOn, "fail-on", "fail", "what makes exit code 1: `fail|warn`")
	f.StringVar(&o.at, "at", "", "judge validity at this `TIME` in place of the report's")
	f.StringSliceVar(&o.drivers, "driver", nil, "judge for these drivers only: `NAME,...`, in place of the report's")
	o.outputOptions.add(cmd)
	completeWith(cmd, "fail-on", failOnValues)
	completeWith(cmd, "driver", driver.Names())
	return cmd
}

func runReport(o *reportOptions, name string, s Streams) error {
	if err := o.outputOptions.complete(); err != nil {
		return err
	}
	if err := checkFailOn(o.failOn); err != nil {
		return err
	}
	at, err := parseAt(o.at)
	if err != nil {
		return err
	}
	drivers, err := parseDrivers(o.drivers)
	if err != nil {
		return err
	}
	saved, err := readReport(name, s)
	if err != nil {
		return usagef("save one with: mongotls check TARGET -o json=report.json", "reading report %s: %v", name, reason(err))
	}
	policy := saved.Policy
	if !at.IsZero() {
		policy.At = at
	}
	if len(drivers) > 0 {
		policy.Drivers = drivers
	}
	r := report.New(tool(), saved.Facts(), policy)
	if err := o.write(r, s); err != nil {
		return err
	}
	if code := report.ExitCode(r, o.failOn); code != exitOK {
		return exitError(code)
	}
	return nil
}

func readReport(name string, s Streams) (*report.Report, error) {
	var r io.Reader = s.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	return report.Decode(r)
}
