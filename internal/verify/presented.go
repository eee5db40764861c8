package verify

import (
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
)

// checkPresented judges the presented list as a list: its order and what does
// not belong in it. faults are those told already.
func (g *graph) checkPresented(reachable []*node, best Path, faults []Fault) []Fault {
	var out []Fault
	if f, ok := g.leafNotFirst(); ok {
		out = append(out, f)
	} else if f, ok := g.misordered(best); ok {
		out = append(out, f)
	}
	faults = append(slices.Clip(faults), out...)
	seen := make(map[string]bool)
	for i, c := range g.input.Presented {
		if c == nil || c.Error != "" {
			continue
		}
		f := Fault{Kind: KindExtra, Confidence: Certain, Depth: i, Cert: c}
		named := slices.ContainsFunc(faults, func(f Fault) bool { return f.Other != nil && f.Other.SHA256 == c.SHA256 })
		place := slices.IndexFunc(reachable, func(n *node) bool { return n.cert.SHA256 == c.SHA256 })
		switch {
		case seen[c.SHA256]:
			f.Reason = ReasonDuplicate
		case place < 0 && !named:
			f.Reason = ReasonNotInPath
		case i > 0 && place > 0 && reachable[place].selfSigned && best.Complete && reachable[place].cert == best.Certs[len(best.Certs)-1]:
			f.Reason = ReasonRootIncluded
		default:
			// Part of the path, or of another that other clients may take.
			f.Reason = ""
		}
		seen[c.SHA256] = true
		if f.Reason != "" {
			out = append(out, f)
		}
	}
	return out
}

// misordered reports certificates of the path that are presented in another
// order than RFC 5246 section 7.4.2 wants; TLS 1.3 and most clients tolerate it.
func (g *graph) misordered(best Path) (Fault, bool) {
	last := -1
	for depth, c := range best.Certs {
		place := slices.IndexFunc(g.input.Presented, func(p *certificate.Certificate) bool {
			return p != nil && p.SHA256 == c.SHA256
		})
		if place < 0 {
			continue
		}
		if place < last {
			return Fault{
				Kind: KindMisordered, Confidence: Certain, Depth: place, Cert: c, Other: best.Certs[depth-1],
			}, true
		}
		last = place
	}
	return Fault{}, false
}

// leafNotFirst reports a list that begins with a CA certificate although a
// server certificate below it comes later.
func (g *graph) leafNotFirst() (Fault, bool) {
	if !g.leaf.cert.IsCA {
		return Fault{}, false
	}
	for i, c := range g.input.Presented {
		if i == 0 || c == nil || c.Error != "" || c.IsCA {
			continue
		}
		if len(c.DNSNames) > 0 || len(c.IPAddresses) > 0 || c.CanonicalIssuer() == g.leaf.cert.CanonicalSubject() {
			return Fault{
				Kind: KindMisordered, Reason: ReasonLeafNotFirst, Confidence: Certain, Depth: 0, Cert: g.leaf.cert, Other: c,
			}, true
		}
	}
	return Fault{}, false
}
