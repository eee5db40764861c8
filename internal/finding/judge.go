package finding

import (
	"slices"
	"sort"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// Judgement is what the facts of one endpoint amount to.
type Judgement struct {
	// Chain and Hostname are nil when the endpoint presented no certificate.
	Chain    *Chain
	Hostname *Hostname
	// Findings are ordered, the root cause first.
	Findings []Finding
	Verdict  Verdict
}

// Judge concludes from the facts of an endpoint of a target. startedAt is when
// they were observed, and the time that validity is judged at unless the policy
// says another. The same facts give the same judgement.
func Judge(t *fact.Target, e *fact.Endpoint, p Policy, startedAt time.Time) Judgement {
	j := &judge{target: t, endpoint: e, policy: p, at: p.At}
	if j.at.IsZero() {
		j.at = startedAt
	}
	j.values = placeholders(t, e)
	j.readCertificates()
	for _, rule := range rules {
		rule(j)
	}
	return Judgement{
		Chain:    j.drawChain(),
		Hostname: j.hostname(),
		Findings: j.settle(),
		Verdict:  verdictOf(j.found),
	}
}

// rules are asked in this order; the order of findings is the catalogue's.
var rules = []func(*judge){
	judgeAddresses,
	judgeFiles,
	judgeOptions,
	judgeTrustStore,
	judgeEncryption,
	judgeHandshake,
	judgeHello,
	judgeProtocols,
	judgeChain,
	judgeClock,
	judgeHostname,
}

// JudgeTarget concludes from the facts of a target as a whole: its SRV record.
// The verdict is Pass where there is nothing to tell.
func JudgeTarget(t *fact.Target, p Policy) ([]Finding, Verdict) {
	j := &judge{target: t, endpoint: &fact.Endpoint{}, policy: p}
	if t.SRV != nil && t.SRV.Problem != "" {
		j.values = map[string]string{"srv": t.SRV.Name, "srvhost": srvHost(t.SRV.Name), "host": srvHost(t.SRV.Name)}
		j.add(ID(t.SRV.Problem), Fail, Certain, t.SRV.Detail, map[string]any{
			"name": t.SRV.Name, "hosts": t.SRV.Hosts, "txt": t.SRV.TXT,
		})
	}
	findings := j.settle()
	return findings, verdictOf(findings)
}

// judge holds one endpoint's facts while its rules run.
type judge struct {
	target   *fact.Target
	endpoint *fact.Endpoint
	policy   Policy
	at       time.Time
	values   map[string]string

	presented []*certificate.Certificate
	anchors   []verify.Anchor
	chain     *verify.Result
	name      *verify.NameResult

	found []Finding
}

// add records a finding with the catalogue's words. The result may be changed
// until the next call.
func (j *judge) add(id ID, severity Severity, confidence Confidence, detail string, evidence map[string]any) *Finding {
	entry, ok := Lookup(id)
	if !ok {
		panic("finding: no catalogue entry " + string(id))
	}
	if evidence == nil {
		evidence = map[string]any{}
	}
	j.found = append(j.found, Finding{
		ID: id, Severity: severity, Confidence: confidence,
		Title: entry.Title, Detail: detail, Why: fill(entry.Why, j.values),
		Evidence: evidence, Fix: fillAll(entry.Fix, j.values),
		Ignored: slices.Contains(j.policy.Ignore, id),
	})
	return &j.found[len(j.found)-1]
}

// addWith is add with placeholders of its own.
func (j *judge) addWith(values map[string]string, id ID, severity Severity, confidence Confidence, detail string, evidence map[string]any) *Finding {
	general := j.values
	j.values = merged(general, values)
	defer func() { j.values = general }()
	return j.add(id, severity, confidence, detail, evidence)
}

func (j *judge) has(id ID) bool {
	return slices.ContainsFunc(j.found, func(f Finding) bool { return f.ID == id })
}

// settle drops what a cause silences, weakens what the options switch off, and
// puts the root cause first.
func (j *judge) settle() []Finding {
	silenced := map[ID]bool{}
	for _, f := range j.found {
		entry, _ := Lookup(f.ID)
		for _, id := range entry.Silences {
			for _, g := range j.found {
				// A warning must not hide what stops a driver.
				if g.ID == id && severityRank(f.Severity) <= severityRank(g.Severity) {
					silenced[id] = true
				}
			}
		}
	}
	j.found = slices.DeleteFunc(j.found, func(f Finding) bool { return silenced[f.ID] })
	if j.found == nil {
		j.found = []Finding{}
	}
	sort.SliceStable(j.found, func(a, b int) bool {
		x, y := j.found[a], j.found[b]
		if x.Severity != y.Severity {
			return severityRank(x.Severity) < severityRank(y.Severity)
		}
		return rank(x.ID) < rank(y.ID)
	})
	return j.found
}

func severityRank(s Severity) int {
	return slices.Index([]Severity{Fail, Warn, Info}, s)
}

// unreachableIDs are the findings by which TLS could not be judged.
var unreachableIDs = []ID{
	"dns-not-found", "dns-timeout", "dns-failure", "srv-not-found",
	"tcp-refused", "tcp-timeout", "tcp-unreachable", "tcp-reset",
}

// verdictOf sums findings up.
func verdictOf(findings []Finding) Verdict {
	v := Pass
	for _, f := range findings {
		switch {
		case f.Ignored:
		case f.Severity == Fail && slices.Contains(unreachableIDs, f.ID):
			v = Worst(v, Unreachable)
		case f.Severity == Fail:
			v = Worst(v, Failure)
		case f.Severity == Warn:
			v = Worst(v, Warning)
		}
	}
	return v
}

// Worst is the worst of the verdicts: fail, then unreachable, then warn. It is
// Pass without any.
func Worst(verdicts ...Verdict) Verdict {
	order := []Verdict{Pass, Warning, Unreachable, Failure}
	worst := 0
	for _, v := range verdicts {
		worst = max(worst, slices.Index(order, v))
	}
	return order[worst]
}
