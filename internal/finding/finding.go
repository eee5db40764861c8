// Package finding holds the catalogue of failure classes, one entry each, and
// the rules that lead from facts to findings. Rules are pure: no network, no
// clock, no files.
package finding

// Severity ranks a finding.
type Severity string

// The severities, from worst to least.
const (
	// Fail: a driver that follows the MongoDB specifications on OpenSSL would
	// not connect with the options given.
	Fail Severity = "fail"
	// Warn: it connects, and something will bite: other drivers, or later.
	Warn Severity = "warn"
	// Info: worth knowing, nothing to repair.
	Info Severity = "info"
)

// Verdict sums up an endpoint, a target or a run.
type Verdict string

// The verdicts.
const (
	Pass        Verdict = "pass"
	Warning     Verdict = "warn"
	Failure     Verdict = "fail"
	Unreachable Verdict = "unreachable"
)

// Confidence says how sure a finding is.
type Confidence string

// The confidences: Certain rests on what was seen alone, Likely on what the
// same facts usually mean.
const (
	Certain Confidence = "certain"
	Likely  Confidence = "likely"
)

// ID is the stable identifier of a failure class.
type ID string

// Finding is one thing to tell about an endpoint or a target.
type Finding struct {
	ID       ID       `json:"id"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	// Detail is what was seen, in a sentence or two.
	Detail string `json:"detail"`
	// Why is how that produces the failure that a user sees.
	Why string `json:"why"`
	// Evidence are the facts it rests on: strings, numbers, booleans and lists
	// of strings.
	Evidence map[string]any `json:"evidence"`
	// Fix is what to do, most likely first, one line each. A line that begins
	// with "$ " is a command to paste; what it holds from the network is quoted
	// for a POSIX shell.
	Fix []string `json:"fix"`
	// Drivers are those that it stops, with their defaults, as --driver takes
	// them.
	Drivers    []string   `json:"drivers,omitempty"`
	Confidence Confidence `json:"confidence"`
	// Ignored is whether the user asked for it not to count (--ignore).
	Ignored bool `json:"ignored,omitempty"`
}
