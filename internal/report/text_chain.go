package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// treeGlyphs draw a tree. All are as wide, in columns.
type treeGlyphs struct{ branch, last, rail, space string }

var (
	asciiTree   = treeGlyphs{branch: "+- ", last: "+- ", rail: "|  ", space: "   "}
	unicodeTree = treeGlyphs{branch: "├─ ", last: "└─ ", rail: "│  ", space: "   "}
)

// A chain comes from the network or a file, and a drawing grows with the square
// of its depth: what is beyond these is counted, not drawn.
const (
	maxDepth = 16
	maxPaths = 8
	maxExtra = 20
)

// node is a certificate in the drawn tree, its issuers below it.
type node struct {
	sha256  string
	issuers []*node
	// unsent is the name of an issuer that the server did not send; then sha256
	// is empty.
	unsent string
}

// chain draws the presented certificates as a tree from the leaf to the trust
// anchors, as the judgement connected them.
func (t *text) chain(e *Endpoint) {
	if len(e.Certificates) == 0 {
		return
	}
	t.chainVerdict(e)
	roots, drawn := tree(e)
	for _, root := range roots {
		t.node(e, root, "    ", "    ")
	}
	if c := e.Chain; c != nil && len(c.Paths) > maxPaths {
		t.put("    ", "      ", t.dim(fmt.Sprintf("and %d more paths", len(c.Paths)-maxPaths)))
	}
	t.extra(e, drawn)
}

// extra lists the certificates that were sent and are in no path.
func (t *text) extra(e *Endpoint, drawn map[string]bool) {
	shown, hidden := 0, 0
	for i := range e.Certificates {
		c := &e.Certificates[i]
		switch {
		case drawn[c.SHA256]:
		case shown == maxExtra:
			hidden++
		default:
			shown++
			t.put("    ", "      ", plain("also sent: "+nodeName(c.SHA256, c, nil)))
			t.put("      ", "      ", t.certificateFacts(e, c.SHA256, c, nil)...)
		}
	}
	if hidden > 0 {
		t.put("    ", "      ", t.dim(fmt.Sprintf("and %d more", hidden)))
	}
}

func (t *text) chainVerdict(e *Endpoint) {
	c := e.Chain
	switch {
	case c == nil:
		t.row("chain", plain(count(len(e.Certificates), "certificate", "certificates")))
	case c.Trusted:
		t.row("chain", t.pass("trusted"), plain(prefixed(" by ", some(c.TrustedBy, 0))))
	default:
		t.row("chain", t.fail("not trusted"), plain(prefixed("; it would be by ", some(c.TrustedBy, 0))))
	}
	if c != nil && c.OpenSSLError.Text != "" {
		said := "OpenSSL: " + c.OpenSSLError.Text
		if c.OpenSSLError.Code != 0 {
			said = fmt.Sprintf("OpenSSL: error %d at depth %d, %s", c.OpenSSLError.Code, c.OpenSSLError.Depth, c.OpenSSLError.Text)
		}
		t.row("", plain(said))
	}
}

// tree connects the certificates: by the judged paths, or where there is none
// by following the issuer names through what was presented. It also returns
// which certificates it holds.
func tree(e *Endpoint) (roots []*node, drawn map[string]bool) {
	drawn = map[string]bool{}
	if e.Chain == nil || len(e.Chain.Paths) == 0 {
		return []*node{presented(e, drawn)}, drawn
	}
	for _, path := range e.Chain.Paths[:min(len(e.Chain.Paths), maxPaths)] {
		level := &roots
		for _, sha256 := range path[:min(len(path), maxDepth)] {
			i := slices.IndexFunc(*level, func(n *node) bool { return n.sha256 == sha256 })
			if i < 0 {
				i = len(*level)
				*level = append(*level, &node{sha256: sha256})
			}
			drawn[sha256] = true
			level = &(*level)[i].issuers
		}
	}
	return roots, drawn
}

// presented links the certificates from the first one on, as far as they go.
func presented(e *Endpoint, drawn map[string]bool) *node {
	current := e.Certificates[0]
	root := &node{sha256: current.SHA256}
	drawn[current.SHA256] = true
	for last, depth := root, 1; ; depth++ {
		i := slices.IndexFunc(e.Certificates, func(c fact.Certificate) bool {
			return !drawn[c.SHA256] && c.Error == "" && c.Subject == current.Issuer
		})
		if i < 0 || depth == maxDepth {
			if current.Error == "" && current.Issuer != current.Subject && i < 0 {
				last.issuers = []*node{{unsent: current.Issuer}}
			}
			return root
		}
		current = e.Certificates[i]
		next := &node{sha256: current.SHA256}
		drawn[current.SHA256] = true
		last.issuers = []*node{next}
		last = next
	}
}

// node draws a certificate: first is what its own line begins with, rest what
// the lines below it do.
func (t *text) node(e *Endpoint, n *node, first, rest string) {
	below := rest + t.tree.space
	if len(n.issuers) > 0 {
		below = rest + t.tree.rail
	}
	if n.sha256 == "" {
		t.put(first, rest, t.dim("not sent"+namedInStore(e, n.unsent)+": "), plain(n.unsent))
		return
	}
	c, anchor := lookUp(e, n.sha256)
	t.put(first, below, span{nodeName(n.sha256, c, anchor), t.theme.Bold})
	t.put(below, below, t.certificateFacts(e, n.sha256, c, anchor)...)
	if c != nil && n.sha256 == e.Certificates[0].SHA256 {
		if names := slices.Concat(c.DNSNames, c.IPAddresses); len(names) > 0 {
			t.put(below, below+"  ", plain("names "+some(names, t.limit())))
		}
	}
	if t.options.Verbose {
		t.put(below, below, t.dim("sha256 "+n.sha256))
	}
	for i, issuer := range n.issuers {
		if i == len(n.issuers)-1 {
			t.node(e, issuer, rest+t.tree.last, rest+t.tree.space)
		} else {
			t.node(e, issuer, rest+t.tree.branch, rest+t.tree.rail)
		}
	}
}

// lookUp finds what is known of a certificate: as presented, as held by a trust
// store, or both.
func lookUp(e *Endpoint, sha256 string) (*fact.Certificate, *fact.Anchor) {
	var certificate *fact.Certificate
	for i := range e.Certificates {
		if e.Certificates[i].SHA256 == sha256 {
			certificate = &e.Certificates[i]
			break
		}
	}
	if e.Trust != nil {
		for i := range e.Trust.Anchors {
			if e.Trust.Anchors[i].SHA256 == sha256 {
				return certificate, &e.Trust.Anchors[i]
			}
		}
	}
	return certificate, nil
}

// namedInStore tells whether a trust store holds a certificate of this name,
// which need not be the issuer for that.
func namedInStore(e *Endpoint, subject string) string {
	if e.Trust == nil {
		return ""
	}
	for _, a := range e.Trust.Anchors {
		if a.Subject == subject {
			return ", one of this name in " + some(a.Stores, 0)
		}
	}
	return ""
}

// nodeName is what a certificate is called by.
func nodeName(sha256 string, c *fact.Certificate, a *fact.Anchor) string {
	switch {
	case c != nil && c.Error != "":
		return "unreadable certificate"
	case c != nil:
		return orElse(c.Subject, "certificate with an empty subject")
	case a != nil:
		return orElse(a.Subject, "certificate with an empty subject")
	default:
		return "certificate " + sha256
	}
}

// certificateFacts are validity, key and place of a certificate, and the marks
// of the judgement behind them.
func (t *text) certificateFacts(e *Endpoint, sha256 string, c *fact.Certificate, a *fact.Anchor) []span {
	var marks []finding.Break
	if e.Chain != nil {
		for _, b := range e.Chain.Breaks {
			if b.SHA256 == sha256 {
				marks = append(marks, b)
			}
		}
	}
	var parts []string
	switch {
	case c != nil && c.Error != "":
		parts = append(parts, c.Error)
	case c != nil:
		parts = append(t.validity(c.NotBefore, c.NotAfter, marks), c.KeyType)
	case a != nil:
		parts = append(t.validity(a.NotBefore, a.NotAfter, marks), a.KeyType)
	}
	if a != nil {
		parts = append(parts, "in "+some(a.Stores, 0))
	} else if c == nil {
		parts = append(parts, "not in this report")
	}
	spans := []span{plain(strings.Join(present(parts), ", "))}
	for _, mark := range marks {
		spans = append(spans, plain("  "), t.fail("<-- "+mark.Text))
	}
	return spans
}

// validity shows from when to when a certificate is valid, and how long still.
// What a mark says already is not said twice.
func (t *text) validity(notBefore, notAfter time.Time, marks []finding.Break) []string {
	format := dateOnly
	if t.options.Verbose {
		format = dateTime
	}
	parts := []string{notBefore.UTC().Format(format) + " to " + notAfter.UTC().Format(format)}
	var now string
	switch {
	case t.now.After(notAfter):
		now = "expired " + timeSpan(notAfter, t.now) + " ago"
	case t.now.Before(notBefore):
		now = "valid only in " + timeSpan(t.now, notBefore)
	default:
		now = timeSpan(t.now, notAfter) + " left"
	}
	if slices.ContainsFunc(marks, func(b finding.Break) bool { return b.Text == now }) {
		return parts
	}
	return append(parts, now)
}
