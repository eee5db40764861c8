package verify

import (
	"slices"
)

// checkChoice tells if OpenSSL misses the best path although it holds. OpenSSL
// does not search: at each step it takes the first certificate that fits by
// name, key identifier and algorithm, and never goes back.
func (g *graph) checkChoice(best Path) []Fault {
	nodes, anchored := g.choose()
	at := 1
	for at < len(nodes) && at < len(best.Certs) && nodes[at].cert == best.Certs[at] {
		at++
	}
	if anchored && (at == len(nodes) && at == len(best.Certs) || g.holds(nodes)) {
		return nil
	}
	f := Fault{
		Kind: KindIssuerUnknown, Reason: ReasonNotTried, Fatal: true, Confidence: Likely,
		Depth: at - 1, Cert: nodes[at-1].cert, Other: best.Certs[min(at, len(best.Certs)-1)],
	}
	if at < len(nodes) {
		f.Other = nodes[at].cert
		if g.signed(nodes[at-1], nodes[at]) != nil {
			f.Kind, f.Reason = KindKeyIdentifierMissing, ReasonAmbiguousIssuer
		}
	}
	return []Fault{f}
}

// holds reports whether a path that was chosen, not searched, is sound.
func (g *graph) holds(nodes []*node) bool {
	for i, n := range nodes[:len(nodes)-1] {
		if g.signed(n, nodes[i+1]) != nil {
			return false
		}
	}
	return Path{Complete: true, Faults: g.check(nodes, true)}.Holds()
}

// choose builds the path that OpenSSL builds with X509_V_FLAG_TRUSTED_FIRST, its
// default: an issuer from the store if there is one, else from the peer, and
// from the store only once one came from there. anchored is whether the path
// ends in a self-signed certificate of the store.
func (g *graph) choose() (path []*node, anchored bool) {
	path = []*node{g.leaf}
	trusted := false
	for len(path) < maxDepth {
		n := path[len(path)-1]
		ends := opensslSelfSigned(n.cert)
		if issuer := g.pick(n, func(c *node) bool { return c.in(g.input.Store) }); issuer != nil {
			if ends {
				return path, issuer == n || trusted
			}
			path, trusted = append(path, issuer), true
			if opensslSelfSigned(issuer.cert) {
				return path, true
			}
			continue
		}
		if ends || trusted {
			break
		}
		issuer := g.pick(n, func(c *node) bool { return c.presented >= 0 && !slices.Contains(path, c) })
		if issuer == nil {
			break
		}
		path = append(path, issuer)
	}
	return path, false
}

// pick is the first of the candidates that fits and is valid now, or else the
// one that is valid longest.
func (g *graph) pick(n *node, candidate func(*node) bool) *node {
	var latest *node
	for _, c := range g.byName[n.cert.CanonicalIssuer()] {
		if !candidate(c) || !opensslIssued(n.cert, c.cert) {
			continue
		}
		if validAt(c.cert, g.input.At) {
			return c
		}
		if latest == nil || c.cert.NotAfter.After(latest.cert.NotAfter) {
			latest = c
		}
	}
	return latest
}
