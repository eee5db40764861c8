package report

import (
	"slices"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// The exit codes that a finished report leads to.
const (
	// ExitPass: everything asked for would connect.
	ExitPass = 0
	// ExitFail: at least one endpoint or target fails, other than a member that a
	// driver does without.
	ExitFail = 1
	// ExitUnreachable: none fails, but at least one could not be reached, so
	// TLS could not be judged; again but for members that a driver does without.
	ExitUnreachable = 3
)

// ExitCode returns the exit code for a judged report: ExitFail, else
// ExitUnreachable, else ExitPass. With failOn "warn" a warning counts as
// failing; every other value, the empty one included, means "fail".
func ExitCode(r *Report, failOn string) int {
	code := ExitPass
	for _, v := range verdicts(r) {
		switch {
		case v == finding.Failure, v == finding.Warning && failOn == "warn":
			return ExitFail
		case v == finding.Unreachable:
			code = ExitUnreachable
		}
	}
	return code
}

// verdicts lists those of all targets and endpoints. An endpoint that a driver
// does without is a warning.
func verdicts(r *Report) []finding.Verdict {
	var list []finding.Verdict
	for i := range r.Targets {
		t := &r.Targets[i]
		list = append(list, t.Verdict)
		for _, e := range t.Endpoints {
			v := e.Verdict
			if t.Deployment != nil && slices.Contains(t.Deployment.Without, fact.HostPort(e.Host, e.Port)) {
				v = finding.Warning
			}
			list = append(list, v)
		}
	}
	return list
}
