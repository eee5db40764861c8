package report

import (
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// New judges a run and makes its report.
func New(tool Tool, run fact.Run, policy finding.Policy) *Report {
	r := &Report{
		Schema: Schema, Tool: tool, StartedAt: run.StartedAt, DurationMs: run.DurationMs,
		Policy: policy, Verdict: finding.Pass, Targets: []Target{},
	}
	for i := range run.Targets {
		t := judgeTarget(&run.Targets[i], run, policy)
		r.Verdict = finding.Worst(r.Verdict, t.Verdict)
		r.Targets = append(r.Targets, t)
	}
	return r
}

func judgeTarget(f *fact.Target, run fact.Run, policy finding.Policy) Target {
	t := Target{Target: *f, Endpoints: []Endpoint{}}
	judged := make([]finding.Judgement, len(f.Endpoints))
	for i := range f.Endpoints {
		e := &f.Endpoints[i]
		j := finding.Judge(f, e, policy, run.StartedAt)
		judged[i] = j
		t.Endpoints = append(t.Endpoints, Endpoint{
			Endpoint: *e, Chain: j.Chain, Hostname: j.Hostname, Identity: j.Identity, Verdict: j.Verdict, Findings: j.Findings, Drivers: j.Drivers,
		})
	}
	t.Findings, t.Verdict, t.Deployment = finding.JudgeTarget(f, judged, policy)
	return t
}

// Facts takes the observations back out of a report, so that they can be judged
// again.
func (r *Report) Facts() fact.Run {
	run := fact.Run{StartedAt: r.StartedAt, DurationMs: r.DurationMs}
	for _, t := range r.Targets {
		f := t.Target
		f.Endpoints = nil
		for _, e := range t.Endpoints {
			f.Endpoints = append(f.Endpoints, e.Endpoint)
		}
		run.Targets = append(run.Targets, f)
	}
	return run
}
