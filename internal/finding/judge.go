package finding

import (
	"cmp"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/driver"
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
	// Drivers are the verdicts of the drivers, or of those asked for.
	Drivers []driver.Prediction
	Verdict Verdict
	// Identity is who answers; nil where nothing was heard that tells.
	Identity *Identity
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
	drivers := j.judgeDrivers(driver.Judge(j.facts()), j.settle())
	findings := j.byDrivers(j.settle(), drivers)
	return Judgement{
		Chain:    j.drawChain(),
		Hostname: j.hostname(),
		Findings: findings,
		Drivers:  drivers,
		Verdict:  verdictOf(findings),
		Identity: j.identity(),
	}
}

// rules are asked in this order; the order of findings is the catalogue's.
var rules = []func(*judge){
	judgeAddresses,
	judgeFiles,
	judgeOptions,
	judgeEncryption,
	judgeTrustStore,
	judgeHandshake,
	judgeHello,
	judgeSet,
	judgeLoadBalancer,
	judgeMe,
	judgeClient,
	judgeProtocols,
	judgeScan,
	judgeGroups,
	judgeChain,
	judgeCompletion,
	judgeClock,
	judgeHostname,
	judgeMembersMatcher,
	judgeRevocation,
	judgeX509,
	judgeCloud,
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
	input     verify.Input
	chain     *verify.Result
	name      *verify.NameResult

	// refused is set where the server ended the connection over the client's
	// certificate.
	refused *refusal

	found []Finding
	// about is evidence that what is told of drivers has too.
	about map[string]any
	// silences replaces the catalogue's for a finding whose consequences depend
	// on what was found.
	silences map[ID][]ID
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
	for key, value := range evidence {
		if list, ok := value.([]string); ok && list == nil {
			evidence[key] = []string{}
		}
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

// known is the identifier that a file or a lookup gave its fault, if there is
// such an entry: a report may come from a later version, or from an editor.
func known(id string, otherwise ID) ID {
	if _, ok := Lookup(ID(id)); ok {
		return ID(id)
	}
	return otherwise
}

// consequences are what is not told beside a finding.
func (j *judge) consequences(id ID) []ID {
	if ids, ok := j.silences[id]; ok {
		return ids
	}
	entry, _ := Lookup(id)
	return entry.Silences
}

// setSilences replaces the catalogue's consequences of a finding; those set
// before stay.
func (j *judge) setSilences(id ID, ids ...ID) {
	if j.silences == nil {
		j.silences = map[ID][]ID{}
	}
	j.silences[id] = append(j.silences[id], ids...)
}

// settle drops what a cause silences and puts the root cause first.
func (j *judge) settle() []Finding {
	return j.settleAmong(func(_, _ Finding) bool { return true })
}

// settleAmong is settle where only some findings can be cause and consequence of
// each other.
func (j *judge) settleAmong(related func(cause, consequence Finding) bool) []Finding {
	findings := []Finding{}
	for _, g := range j.found {
		silenced := slices.ContainsFunc(j.found, func(f Finding) bool {
			// A warning must not hide what stops a driver.
			return related(f, g) && severityRank(f.Severity) <= severityRank(g.Severity) && slices.Contains(j.consequences(f.ID), g.ID)
		})
		if !silenced {
			findings = append(findings, g)
		}
	}
	sortFindings(findings)
	return findings
}

// sortFindings puts the root cause first.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(severityRank(a.Severity), severityRank(b.Severity)), cmp.Compare(rank(a.ID), rank(b.ID)))
	})
}

func severityRank(s Severity) int {
	return slices.Index([]Severity{Fail, Warn, Info}, s)
}

// unreachableIDs are the findings by which TLS could not be judged.
var unreachableIDs = []ID{
	"dns-not-found", "dns-timeout", "dns-failure", "srv-not-found", "member-unreachable",
	"deadline-exceeded", "tcp-refused", "tcp-timeout", "tcp-unreachable", "tcp-reset",
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
