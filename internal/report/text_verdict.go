package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// headline is a verdict line: the answer for one endpoint, or for a target
// where something other than its endpoints decides.
type headline struct {
	verdict finding.Verdict
	name    string
	reason  string
}

const (
	// maxAligned is the longest name that the reasons of several verdict lines
	// are aligned behind.
	maxAligned = 40
	// minReason is how many columns aligning must leave for the reasons.
	minReason = 32
)

// headlines lists the verdict lines in the report's order.
func (t *text) headlines(r *Report) []headline {
	var list []headline
	for i := range r.Targets {
		target := &r.Targets[i]
		if isDeployment(target) && !t.options.Quiet {
			list = append(list, t.deploymentHeadline(target))
			continue
		}
		if h, ok := t.targetHeadline(target); ok {
			list = append(list, h)
		}
		for j := range target.Endpoints {
			e := &target.Endpoints[j]
			list = append(list, headline{e.Verdict, fact.HostPort(e.Host, e.Port), t.endpointReason(e)})
		}
	}
	return list
}

// targetHeadline is the line of a target that has no endpoints, or findings of
// its own that count.
func (t *text) targetHeadline(target *Target) (headline, bool) {
	if len(target.Endpoints) == 0 {
		return headline{target.Verdict, target.Input, t.reason(target.Findings, target.Verdict)}, true
	}
	for _, severity := range []finding.Severity{finding.Fail, finding.Warn} {
		if t.count(target.Findings, severity) > 0 {
			verdict := finding.Verdict(severity)
			return headline{verdict, target.Input, t.reason(target.Findings, verdict)}, true
		}
	}
	return headline{}, false
}

// reason is the title of the finding that a verdict rests on: the first of that
// severity, else the first that counts at all.
func (t *text) reason(findings []finding.Finding, verdict finding.Verdict) string {
	var found *finding.Finding
	for i := range findings {
		f := &findings[i]
		switch {
		case t.ignored[f.ID] || f.Severity == finding.Info:
		case string(f.Severity) == string(verdict):
			if n := t.count(findings, f.Severity); n > 1 {
				return fmt.Sprintf("%s (+%d more)", f.Title, n-1)
			}
			return f.Title
		case found == nil:
			found = f
		}
	}
	if found == nil {
		return ""
	}
	return found.Title
}

// count counts the findings of a severity that are not ignored.
func (t *text) count(findings []finding.Finding, severity finding.Severity) int {
	n := 0
	for _, f := range findings {
		if f.Severity == severity && !t.ignored[f.ID] {
			n++
		}
	}
	return n
}

// endpointReason says in a few words why an endpoint has its verdict.
func (t *text) endpointReason(e *Endpoint) string {
	if e.Verdict == finding.Pass {
		return t.passing(e)
	}
	if reason := t.reason(e.Findings, e.Verdict); reason != "" {
		return reason
	}
	if e.DNS != nil && e.DNS.Failure != "" {
		return "name lookup: " + spaced(e.DNS.Failure)
	}
	for _, a := range e.Addresses {
		if !a.TCP.OK && a.TCP.Failure != "" {
			return "TCP: " + spaced(a.TCP.Failure)
		}
	}
	return ""
}

// passing sums up an endpoint that works.
func (t *text) passing(e *Endpoint) string {
	var parts []string
	switch {
	case e.Handshake != nil && e.Handshake.OK:
		parts = append(parts, e.Handshake.Version)
	case e.Server != nil && e.Server.Plaintext == "accepted":
		parts = append(parts, "without TLS")
	}
	parts = append(parts, identityText(e))
	if len(e.Certificates) > 0 && e.Certificates[0].Error == "" && e.Certificates[0].NotAfter.After(t.now) {
		parts = append(parts, "certificate has "+timeSpan(t.now, e.Certificates[0].NotAfter)+" left")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// verdicts writes the lines, from summaryFrom on after one that counts them.
func (t *text) verdicts(list []headline) {
	if len(list) == 0 {
		t.put("", "  ", plain("Nothing was checked."))
		return
	}
	word, name := 0, 0
	for _, h := range list {
		word = max(word, columns(verdictWord(h.verdict)))
		if n := columns(h.name); n <= maxAligned {
			name = max(name, n)
		}
	}
	if t.width > 0 && word+2+name+2+minReason > t.width {
		// Aligning would leave too little for what matters.
		name = 0
	}
	if len(list) >= summaryFrom {
		t.summary(list)
	}
	for _, h := range list {
		hang := strings.Repeat(" ", word+2)
		verdict := verdictWord(h.verdict)
		t.put("", hang,
			span{verdict, t.verdictPaint(h.verdict)}, plain(gap(verdict, word)),
			span{h.name, t.theme.Bold}, plain(gap(h.name, name)),
			plain(h.reason))
	}
}

// gap is the space after a text in a column of the given width.
func gap(text string, width int) string {
	return strings.Repeat(" ", 2+max(0, width-columns(text)))
}

// summary counts the verdicts, the worst first.
func (t *text) summary(list []headline) {
	counts := map[finding.Verdict]int{}
	for _, h := range list {
		counts[h.verdict]++
	}
	spans := []span{{fmt.Sprintf("%d checked: ", len(list)), t.theme.Bold}}
	separator := ""
	for _, part := range []struct {
		verdict finding.Verdict
		one     string
		many    string
	}{
		{finding.Failure, "fails", "fail"},
		{finding.Unreachable, "unreachable", "unreachable"},
		{finding.Warning, "with a warning", "with warnings"},
		{finding.Pass, "passes", "pass"},
	} {
		if n := counts[part.verdict]; n > 0 {
			spans = append(spans, plain(separator), span{count(n, part.one, part.many), t.verdictPaint(part.verdict)})
			separator = ", "
		}
	}
	t.put("", "  ", spans...)
}

// verdictWord is how a verdict is printed.
func verdictWord(v finding.Verdict) string { return strings.ToUpper(string(v)) }

func (t *text) verdictPaint(v finding.Verdict) func(string) string {
	switch v {
	case finding.Pass:
		return t.theme.Pass
	case finding.Warning:
		return t.theme.Warn
	default:
		return t.theme.Fail
	}
}
