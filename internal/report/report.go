// Package report holds the finished report, its JSON, and one file per output
// format. A renderer has no rule in it: what it prints was judged before.
package report

import (
	"time"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// Schema identifies the JSON of a Report. Within v1 fields are added, never
// renamed or given another meaning.
const Schema = "mongotls.report/v1"

// Report is one run, observed and judged.
type Report struct {
	Schema     string          `json:"schema"`
	Tool       Tool            `json:"tool"`
	StartedAt  time.Time       `json:"startedAt"`
	DurationMs float64         `json:"durationMs"`
	Policy     finding.Policy  `json:"policy"`
	Verdict    finding.Verdict `json:"verdict"`
	Targets    []Target        `json:"targets"`
}

// Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Target is one target of the run.
type Target struct {
	fact.Target
	// Verdict is a driver's: see finding.JudgeTarget.
	Verdict finding.Verdict `json:"verdict"`
	// Deployment is what the endpoints are together; nil for a single server.
	Deployment *finding.Deployment `json:"deployment,omitempty"`
	// Findings are those about the target as a whole, such as its SRV record;
	// those about one endpoint are there.
	Findings  []finding.Finding `json:"findings"`
	Endpoints []Endpoint        `json:"endpoints"`
}

// Endpoint is one endpoint of a target.
type Endpoint struct {
	fact.Endpoint
	// Chain is what became of the presented certificates; nil without any.
	Chain *finding.Chain `json:"chain,omitempty"`
	// Hostname is whether the certificate is for the name; nil without any.
	Hostname *finding.Hostname `json:"hostname,omitempty"`
	// Identity is who answers; nil where nothing was heard that tells.
	Identity *finding.Identity `json:"identity,omitempty"`
	Verdict  finding.Verdict   `json:"verdict"`
	Findings []finding.Finding `json:"findings"`
	// Drivers are what each driver would do, or those that were asked for.
	Drivers []driver.Prediction `json:"drivers"`
}
