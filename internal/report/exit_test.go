package report

import (
	"testing"

	"github.com/mongotls/mongotls/internal/finding"
)

func TestExitCode(t *testing.T) {
	target := func(v finding.Verdict, endpoints ...finding.Verdict) Target {
		target := Target{Verdict: v}
		for _, e := range endpoints {
			target.Endpoints = append(target.Endpoints, Endpoint{Verdict: e})
		}
		return target
	}
	// without is a target whose last endpoint a driver does without.
	without := func(t Target) Target {
		last := &t.Endpoints[len(t.Endpoints)-1]
		last.Host, last.Port = "db3.example.com", 27017
		t.Deployment = &finding.Deployment{Without: []string{"db3.example.com:27017"}}
		return t
	}
	const pass, warn, fail, gone = finding.Pass, finding.Warning, finding.Failure, finding.Unreachable
	tests := []struct {
		name    string
		targets []Target
		failOn  string
		want    int
	}{
		{"is 0 for nothing", nil, "fail", 0},
		{"is 0 when all pass", []Target{target(pass, pass, pass)}, "fail", 0},
		{"is 0 with a warning", []Target{target(warn, pass, warn)}, "fail", 0},
		{"is 0 with a warning by default", []Target{target(warn, pass, warn)}, "", 0},
		{"is 1 with a warning when asked", []Target{target(warn, pass, warn)}, "warn", 1},
		{"is 1 with a target's own warning when asked", []Target{target(warn, pass)}, "warn", 1},
		{"is 1 when one endpoint fails", []Target{target(pass, pass), target(fail, pass, fail)}, "fail", 1},
		{"is 1 when only the target fails", []Target{target(fail, pass)}, "fail", 1},
		{"is 1 when one endpoint fails and the target says otherwise", []Target{target(pass, fail)}, "fail", 1},
		{"is 1 when one fails before another is unreachable", []Target{target(fail, fail, gone)}, "fail", 1},
		{"is 1 when one fails after another was unreachable", []Target{target(gone, gone), target(fail, fail)}, "fail", 1},
		{"is 3 when one is unreachable", []Target{target(gone, pass, gone)}, "fail", 3},
		{"is 3 when one is unreachable and another warns", []Target{target(gone, gone, warn)}, "fail", 3},
		{"is 1 when one is unreachable and another warns, when asked", []Target{target(gone, gone, warn)}, "warn", 1},
		{"is 3 when a target without endpoints is unreachable", []Target{target(gone)}, "fail", 3},
		{"is 0 when a driver does without the one that fails", []Target{without(target(warn, pass, fail))}, "fail", 0},
		{"is 0 when a driver does without the one that is unreachable", []Target{without(target(warn, pass, gone))}, "fail", 0},
		{"is 1 when a driver does without the one that fails, when asked", []Target{without(target(warn, pass, fail))}, "warn", 1},
		{"is 1 when another fails too", []Target{without(target(warn, pass, fail)), target(fail, fail)}, "fail", 1},
		{"is 0 when all pass, when asked for warnings", []Target{target(pass, pass)}, "warn", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ExitCode(&Report{Targets: tt.targets}, tt.failOn); got != tt.want {
				t.Errorf("ExitCode = %d, want %d", got, tt.want)
			}
		})
	}
}
