package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// Deployment is what the endpoints of a target are together, and whether a driver
// gets on with them.
type Deployment struct {
	// Type is "ReplicaSet", "Sharded", "LoadBalanced" or "Hosts", which is none of
	// these.
	Type    string `json:"type"`
	SetName string `json:"setName,omitempty"`
	// Primary is the primary as the members name it; empty where none is known.
	Primary string `json:"primary,omitempty"`
	// Connects is whether a driver finds a server that it can write to; nil where
	// that is not known.
	Connects *bool `json:"connects"`
	// Without are the endpoints that fail, or are not reached, and that a driver
	// does without.
	Without []string `json:"without,omitempty"`
	// Certificates counts the different certificates that the endpoints present,
	// Issuers who issued them.
	Certificates int      `json:"certificates"`
	Issuers      []string `json:"issuers,omitempty"`
	// Summary is the deployment in a sentence without a dot at its end.
	Summary string `json:"summary"`
}

// JudgeTarget concludes from the facts of a target as a whole, and from the
// judgements of its endpoints, which are in the same order. The verdict is a
// driver's: it fails where a driver does not get to a server that takes writes.
// A member that fails beside a primary that works is a warning: drivers do
// without it, until it is needed. The deployment is nil for a single server.
func JudgeTarget(t *fact.Target, judged []Judgement, p Policy) ([]Finding, Verdict, *Deployment) {
	j := &judge{target: t, endpoint: &fact.Endpoint{}, policy: p}
	if len(t.Endpoints) > 0 {
		j.values = placeholders(t, &t.Endpoints[0])
	}
	g := &group{judge: j, judged: judged[:min(len(judged), len(t.Endpoints))]}
	g.survey()
	for _, rule := range groupRules {
		rule(g)
	}
	j.judgeSRV(t.SRV)
	findings := j.settle()
	verdict := Worst(verdictOf(findings), g.verdict())
	return findings, verdict, g.describe()
}

// group is a target while it is judged as a whole.
type group struct {
	*judge
	judged []Judgement
	kind   string
	// primary is the name of the primary, and primaryAt the index of its endpoint, -1
	// where that was not looked at.
	primary   string
	primaryAt int
}

// usable reports whether a driver could use the endpoint.
func (g *group) usable(i int) bool {
	return i >= 0 && i < len(g.judged) && g.judged[i].Verdict != Failure && g.judged[i].Verdict != Unreachable
}

// told is what the endpoint's reply to hello said; nothing where there is none.
func (g *group) told(i int) *fact.Server {
	if s := g.target.Endpoints[i].Server; s != nil {
		return s
	}
	return &fact.Server{}
}

// survey finds out what kind of deployment it is, and who the primary is.
func (g *group) survey() {
	g.kind, g.primaryAt = "Hosts", -1
	for i := range g.judged {
		switch s := g.told(i); {
		case g.target.Options.LoadBalanced:
			g.kind = "LoadBalanced"
		case s.SetName != "" && !g.target.Options.DirectConnection:
			g.kind = "ReplicaSet"
		case s.Type == "Mongos" && g.kind == "Hosts":
			g.kind = "Sharded"
		}
	}
	if g.kind != "ReplicaSet" {
		return
	}
	// Who is the primary by its own word comes before what others say; of two
	// names for it, the one that the set has.
	for i := range g.judged {
		s := g.told(i)
		key := keyOf(&g.target.Endpoints[i])
		listed := slices.ContainsFunc(s.Hosts, func(h string) bool { return sameHost(h, key) })
		if s.Type == "RSPrimary" && (listed || s.HostCount == 0) && (g.primaryAt < 0 || !g.usable(g.primaryAt)) {
			g.primary, g.primaryAt = fact.HostPort(g.target.Endpoints[i].Host, g.target.Endpoints[i].Port), i
		}
	}
	for i := range g.judged {
		switch s := g.told(i); {
		case g.primary != "":
		case s.Primary != "":
			g.primary = s.Primary
		case s.Type == "RSPrimary" && s.Me != "":
			g.primary = s.Me
		case s.Type == "RSPrimary" && len(s.Hosts) == 1:
			// FerretDB tells neither, and has no other member.
			g.primary = s.Hosts[0]
		}
	}
	for i := range g.judged {
		if g.primaryAt < 0 && g.primary != "" && sameHost(g.primary, keyOf(&g.target.Endpoints[i])) {
			g.primaryAt = i
		}
	}
}

// groupRules are asked in this order; the order of findings is the catalogue's.
var groupRules = []func(*group){
	judgePrimary,
	judgeMemberNames,
	judgeLists,
	judgeModes,
	judgeCount,
	judgeHorizons,
}

// seedWorks reports whether one of the hosts that the target names can be used: a
// driver that gets to none never hears of the members.
func (g *group) seedWorks() bool {
	for i := range g.judged {
		if g.target.Endpoints[i].Source != "member" && g.usable(i) {
			return true
		}
	}
	return false
}

// excuse is the index of the server that lets a driver do without those that
// fail; -1 where there is none.
func (g *group) excuse() int {
	switch {
	case !g.seedWorks():
	case g.kind == "ReplicaSet" && g.usable(g.primaryAt) && g.told(g.primaryAt).Type == "RSPrimary":
		return g.primaryAt
	case g.kind == "Sharded":
		for i := range g.judged {
			if g.usable(i) && g.told(i).Type == "Mongos" {
				return i
			}
		}
	}
	return -1
}

// verdict is that of the endpoints together.
func (g *group) verdict() Verdict {
	worst := Pass
	excused := g.excuse() >= 0
	for i, j := range g.judged {
		v := j.Verdict
		if excused && !g.usable(i) && !g.unseen(i) {
			v = Warning
		}
		worst = Worst(worst, v)
	}
	return worst
}

// elsewhere reports whether a member is a target of the same run.
func (g *group) elsewhere(name string) bool {
	d := g.target.Discovery
	return d != nil && slices.ContainsFunc(d.Elsewhere, func(h string) bool { return sameHost(name, h) })
}

// unseen reports whether there was no time for the endpoint: nothing is known of
// it that could be excused.
func (g *group) unseen(i int) bool {
	return slices.ContainsFunc(g.judged[i].Findings, func(f Finding) bool { return f.ID == "deadline-exceeded" })
}

// describe is the deployment for the report.
func (g *group) describe() *Deployment {
	if len(g.judged) == 0 || (g.kind == "Hosts" && len(g.judged) < 2) {
		return nil
	}
	d := &Deployment{Type: g.kind, Primary: g.primary}
	leaves := map[string]bool{}
	for i := range g.judged {
		e := &g.target.Endpoints[i]
		if s := g.told(i); d.SetName == "" {
			d.SetName = s.SetName
		}
		if len(e.Certificates) > 0 && !leaves[e.Certificates[0].SHA256] {
			leaves[e.Certificates[0].SHA256] = true
			if issuer := e.Certificates[0].Issuer; issuer != "" && !slices.Contains(d.Issuers, issuer) {
				d.Issuers = append(d.Issuers, issuer)
			}
		}
	}
	d.Certificates = len(leaves)
	slices.Sort(d.Issuers)
	g.sum(d)
	return d
}

// sum tells whether a driver gets on, and with what.
func (g *group) sum(d *Deployment) {
	var broken []string
	works, excuse := 0, g.excuse()
	for i := range g.judged {
		if g.usable(i) {
			works++
		} else if !g.unseen(i) {
			broken = append(broken, fact.HostPort(g.target.Endpoints[i].Host, g.target.Endpoints[i].Port))
		}
	}
	all := len(g.judged)
	what := map[string]string{"ReplicaSet": setOf(d.SetName), "Sharded": "the sharded cluster", "LoadBalanced": "the load balancer"}[d.Type]
	of := ""
	if what != "" {
		of = " of " + what
	}
	verb := "work"
	if works == 1 {
		verb = "works"
	}
	count := fmt.Sprintf("all %d endpoints%s work", all, of)
	switch {
	case all == 1 && works == 1:
		count = what + " works"
	case works < all:
		count = fmt.Sprintf("%d of %d endpoints%s %s", works, all, of, verb)
	}
	yes, no := true, false
	switch {
	case !g.seedWorks():
		d.Connects = &no
		d.Summary = count + "; drivers get no further than the hosts they are given"
	case d.Type == "ReplicaSet" && excuse >= 0:
		d.Connects, d.Without = &yes, broken
		d.Summary = fmt.Sprintf("%s; the primary is %s", count, g.primary)
		if len(broken) > 0 {
			d.Summary += ", and drivers do without " + listed(broken)
		}
	case d.Type == "ReplicaSet" && g.primaryAt >= 0:
		d.Connects = &no
		d.Summary = fmt.Sprintf("%s; the primary, %s, is not among them", count, g.primary)
	case d.Type == "ReplicaSet" && g.elsewhere(g.primary):
		d.Summary = fmt.Sprintf("%s; the primary, %s, is a target of its own", count, g.primary)
	case d.Type == "ReplicaSet" && g.primary != "":
		d.Summary = fmt.Sprintf("%s; the primary, %s, was not looked at", count, g.primary)
	case d.Type == "ReplicaSet":
		d.Summary = count + "; none is known to be the primary"
	case d.Type == "Sharded":
		d.Connects, d.Without, d.Summary = &yes, broken, count
	default:
		d.Summary = count
		if len(broken) == 0 {
			d.Connects = &yes
		}
	}
	d.Summary = strings.ToUpper(d.Summary[:1]) + d.Summary[1:]
}
