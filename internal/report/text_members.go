package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// The bounds of what is shown of a deployment; -v shows all.
const (
	// maxRows is how many endpoints the table has: a replica set's members.
	maxRows = 50
	// maxSections is how many endpoints are shown in full.
	maxSections = 10
	// maxAlike is how many endpoints are named that fail like one shown in full.
	maxAlike = 20
)

// isDeployment is whether a target is shown as one thing: it has several
// endpoints.
func isDeployment(target *Target) bool { return len(target.Endpoints) > 1 }

// deploymentHeadline is the one line of a target with several endpoints.
func (t *text) deploymentHeadline(target *Target) headline {
	h := headline{verdict: target.Verdict, name: target.Input}
	if target.Deployment != nil {
		h.reason = target.Deployment.Summary
	}
	for i := range target.Endpoints {
		// A report of another version does not sum up.
		if e := &target.Endpoints[i]; h.reason == "" && e.Verdict == target.Verdict {
			h.reason = fact.HostPort(e.Host, e.Port) + ": " + t.endpointReason(e)
		}
	}
	switch {
	case t.count(target.Findings, finding.Fail) > 0:
		h.reason = t.reason(target.Findings, finding.Failure)
	case t.count(target.Findings, finding.Warn) > 0:
		h.reason = t.reason(target.Findings, finding.Warning) + ". " + h.reason
	}
	return h
}

// identityText is who answers, with its version.
func identityText(e *Endpoint) string {
	id := e.Identity
	switch {
	case id == nil && (e.Server == nil || e.Server.Version == ""):
		return ""
	case id == nil:
		return "MongoDB " + e.Server.Version
	case id.Version == "":
		return id.Product
	case id.Exact, id.Product == "MongoDB":
		return id.Product + " " + id.Version
	case id.Product == "MongoDB protocol":
		return "MongoDB " + id.Version
	}
	return fmt.Sprintf("%s, which speaks as MongoDB %s", id.Product, id.Version)
}

// cell is a row's text in each column but the last.
type cell struct {
	member, address, version, certificate, days string
	fingerprint                                 string
	verdict                                     finding.Verdict
	reason                                      string
}

// columnTitles head the table.
var columnTitles = []string{"member", "address", "version", "certificate", "days left", "verdict"}

func (c cell) texts() []string {
	return []string{c.member, c.address, c.version, c.certificate, c.days}
}

// members is the table of a target's endpoints, and what they have in common.
func (t *text) members(target *Target) {
	if d := target.Discovery; d != nil && !d.Followed && d.Named > 0 && d.Reason != "" {
		t.row("members", plain(fmt.Sprintf("%s named, not looked at: %s", count(d.Named, "is", "are"), d.Reason)))
	}
	if !isDeployment(target) {
		return
	}
	if d := target.Deployment; d != nil {
		t.row("deployment", plain(deploymentText(d)))
		if d.Certificates > 0 {
			t.row("certs", plain(certificatesText(d, len(target.Endpoints))))
		}
	}
	shown, rest := t.cells(target)
	t.blank()
	if !t.table(shown) && !t.table(brief(shown)) {
		t.list(shown)
	}
	if len(rest) > 0 {
		t.put("  ", "  ", t.dim(fmt.Sprintf("and %d more (%s); -v shows them", len(rest), verdictCounts(rest))))
	}
}

// deploymentText names the kind of deployment and its primary.
func deploymentText(d *finding.Deployment) string {
	text := map[string]string{"ReplicaSet": "replica set", "Sharded": "sharded cluster", "LoadBalanced": "behind a load balancer", "Hosts": "several hosts"}[d.Type]
	if d.SetName != "" {
		text += " " + d.SetName
	}
	if d.Primary != "" {
		text += ", primary " + d.Primary
	}
	return text
}

// certificatesText tells whether the endpoints share a certificate, and whose.
func certificatesText(d *finding.Deployment, endpoints int) string {
	text := fmt.Sprintf("%d different ones on %d endpoints", d.Certificates, endpoints)
	if d.Certificates == 1 {
		text = "the same one everywhere"
	}
	if len(d.Issuers) > 1 {
		return text + ", of different issuers: " + some(d.Issuers, 3)
	}
	return text + prefixed(", issued by ", strings.Join(d.Issuers, ""))
}

// cells are the rows of the table: all, or where there are too many those first
// that do not pass. rest are the verdicts of the others.
func (t *text) cells(target *Target) (shown []cell, rest []finding.Verdict) {
	var all []cell
	for i := range target.Endpoints {
		all = append(all, t.cell(&target.Endpoints[i]))
	}
	if t.options.Verbose || len(all) <= maxRows {
		return all, nil
	}
	slices.SortStableFunc(all, func(a, b cell) int { return passes(a) - passes(b) })
	for _, c := range all[maxRows:] {
		rest = append(rest, c.verdict)
	}
	return all[:maxRows], rest
}

func passes(c cell) int {
	if c.verdict == finding.Pass {
		return 1
	}
	return 0
}

func (t *text) cell(e *Endpoint) cell {
	c := cell{member: fact.HostPort(e.Host, e.Port), verdict: e.Verdict, version: strings.TrimPrefix(identityText(e), "MongoDB ")}
	if e.Verdict != finding.Pass {
		c.reason = t.endpointReason(e)
	}
	for _, a := range e.Addresses {
		if c.address == "" || a.TCP.OK {
			c.address = a.IP
		}
		if a.TCP.OK {
			break
		}
	}
	if len(e.Certificates) > 0 {
		leaf := e.Certificates[0]
		c.fingerprint = fingerprintText(leaf)
		c.certificate = certificateText(leaf)
		if leaf.Error == "" {
			c.days = daysLeft(leaf.NotAfter.Unix() - t.now.Unix())
		}
	}
	return c
}

// certificateText names a certificate in few columns: what it is for, and enough
// of its fingerprint to see whether it is that of another endpoint.
func certificateText(c fact.Certificate) string {
	const most = 28
	name := c.Subject
	if len(c.DNSNames) > 0 {
		name = c.DNSNames[0]
	}
	name = Clean(name)
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most-3]) + "..."
	}
	return strings.TrimSpace(name + " " + fingerprintText(c))
}

// fingerprintText is enough of a fingerprint to tell a deployment's certificates
// apart.
func fingerprintText(c fact.Certificate) string {
	const digits = 8
	return c.SHA256[:min(digits, len(c.SHA256))]
}

// daysLeft is what is left of a certificate, in whole days.
func daysLeft(seconds int64) string {
	const day = 24 * 60 * 60
	if seconds < 0 {
		return "expired"
	}
	return fmt.Sprint(seconds / day)
}

// verdictCounts counts verdicts, the worst first.
func verdictCounts(list []finding.Verdict) string {
	var parts []string
	for _, v := range []finding.Verdict{finding.Failure, finding.Unreachable, finding.Warning, finding.Pass} {
		n := 0
		for _, other := range list {
			if other == v {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verdictWord(v)))
		}
	}
	return strings.Join(parts, ", ")
}

// brief leaves of the certificates what tells whether they are the same.
func brief(rows []cell) []cell {
	short := slices.Clone(rows)
	for i := range short {
		short[i].certificate = short[i].fingerprint
	}
	return short
}

// table writes the rows in columns. It does not where the line is too narrow for
// them.
func (t *text) table(rows []cell) bool {
	const between = 2
	widths := make([]int, len(columnTitles)-1)
	for i := range widths {
		for _, r := range rows {
			widths[i] = max(widths[i], columns(r.texts()[i]))
		}
		if widths[i] > 0 {
			widths[i] = max(widths[i], columns(columnTitles[i]))
		}
	}
	indent := between
	for _, w := range widths {
		if w > 0 {
			indent += w + between
		}
	}
	least := 0
	for _, r := range rows {
		least = max(least, columns(verdictWord(r.verdict)))
	}
	if t.width > 0 && indent+least > t.width {
		return false
	}
	line := func(texts []string, last ...span) {
		var b strings.Builder
		for i, w := range widths {
			if w > 0 {
				b.WriteString(Clean(texts[i]) + strings.Repeat(" ", w-columns(texts[i])+between))
			}
		}
		t.put("  ", strings.Repeat(" ", indent), append([]span{plain(b.String())}, last...)...)
	}
	line(columnTitles, plain(columnTitles[len(columnTitles)-1]))
	for _, r := range rows {
		spans := t.verdictSpans(r)
		if t.width > 0 && indent+columns(verdictWord(r.verdict))+between+columns(r.reason) > t.width {
			// Under the row there is more room.
			line(r.texts(), spans[0])
			t.put("      ", "      ", plain(r.reason))
			continue
		}
		line(r.texts(), spans...)
	}
	return true
}

func (t *text) verdictSpans(r cell) []span {
	spans := []span{{verdictWord(r.verdict), t.verdictPaint(r.verdict)}}
	if r.reason != "" {
		spans = append(spans, plain("  "+r.reason))
	}
	return spans
}

// list writes the rows one below the other.
func (t *text) list(rows []cell) {
	for _, r := range rows {
		t.put("  ", "    ", append([]span{plain(r.member + "  ")}, t.verdictSpans(r)...)...)
		days := r.days
		if days != "" && days != "expired" {
			days += " days left"
		}
		if more := present([]string{r.address, prefixed("version ", r.version), prefixed("certificate ", r.certificate), days}); len(more) > 0 {
			t.put("    ", "    ", plain(strings.Join(more, ", ")))
		}
	}
}

// deployment writes the endpoints of a deployment that are more than a row of the
// table: those that do not pass, each kind once. It returns how many that pass
// were left out.
func (t *text) deployment(target *Target) (hidden int) {
	first := map[string]*Endpoint{}
	alike := map[string][]*Endpoint{}
	var order []string
	for i := range target.Endpoints {
		e := &target.Endpoints[i]
		if e.Verdict == finding.Pass {
			hidden++
			continue
		}
		key := findingsKey(e)
		if first[key] == nil {
			first[key] = e
			order = append(order, key)
			continue
		}
		alike[key] = append(alike[key], e)
	}
	for _, key := range order[:min(len(order), maxSections)] {
		t.endpoint(first[key])
		t.alike(first[key], alike[key])
	}
	if n := len(order) - maxSections; n > 0 {
		t.blank()
		t.put("", "  ", t.dim(count(n, "endpoint that fails in another way is", "endpoints that fail in other ways are")+" not shown; -v shows them."))
	}
	return hidden
}

// findingsKey is alike for endpoints with the same findings.
func findingsKey(e *Endpoint) string {
	var b strings.Builder
	fmt.Fprint(&b, e.Verdict)
	for _, f := range e.Findings {
		fmt.Fprintf(&b, " %s=%s", f.ID, f.Severity)
	}
	return b.String()
}

// alike names the endpoints that fail like one that was shown, with what was seen
// there.
func (t *text) alike(shown *Endpoint, others []*Endpoint) {
	if len(others) == 0 {
		return
	}
	t.heading("The same findings as at " + fact.HostPort(shown.Host, shown.Port))
	for i, e := range others {
		if i == maxAlike {
			t.put("  ", "    ", t.dim(fmt.Sprintf("and %d more; -v shows them", len(others)-i)))
			break
		}
		spans := []span{{fact.HostPort(e.Host, e.Port), t.theme.Bold}}
		if len(e.Findings) > 0 {
			spans = append(spans, plain("  "+e.Findings[0].Detail))
		}
		t.put("  ", "    ", spans...)
	}
}
