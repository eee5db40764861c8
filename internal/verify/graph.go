package verify

import (
	"errors"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Bounds on the work for one chain. A public chain needs three signatures; a
// peer may send hundreds of certificates that all claim to have issued each
// other.
const (
	maxNodes      = 1024
	maxDepth      = 32
	maxSignatures = 400
	maxSteps      = 4096
	maxPaths      = 32
)

// node is a certificate that is presented, in a store, or both.
type node struct {
	cert *certificate.Certificate
	// presented is the first place in the presented list, or -1.
	presented int
	stores    []string
	// selfSigned is whether a path ends here.
	selfSigned bool
	expanded   bool
	// issuers are the nodes whose key signed cert, most promising first.
	issuers []*node
	// rejected are the nodes of the issuer's name that did not.
	rejected []rejection
}

// rejection is why a certificate of the right name is not the issuer.
type rejection struct {
	node   *node
	reason Reason
	// eligible is whether OpenSSL would try it nevertheless: it looks at names,
	// key identifiers and algorithms when it picks, not at the signature.
	eligible bool
}

// signatureKey identifies a verification: many cross-signed certificates share
// one key.
type signatureKey struct {
	child *node
	spki  string
}

// graph is who issued whom.
type graph struct {
	input      Input
	nodes      []*node
	leaf       *node
	byName     map[string][]*node
	signatures map[signatureKey]error
	truncated  bool
}

func newGraph(in Input) *graph {
	g := &graph{
		input:      in,
		byName:     make(map[string][]*node),
		signatures: make(map[signatureKey]error),
	}
	known := make(map[string]*node)
	add := func(c *certificate.Certificate) *node {
		if c == nil || c.Error != "" {
			return nil
		}
		if n := known[c.SHA256]; n != nil {
			return n
		}
		if len(g.nodes) >= maxNodes {
			g.truncated = true
			return nil
		}
		n := &node{cert: c, presented: -1}
		known[c.SHA256] = n
		g.nodes = append(g.nodes, n)
		g.byName[c.CanonicalSubject()] = append(g.byName[c.CanonicalSubject()], n)
		return n
	}
	for i, c := range in.Presented {
		if n := add(c); n != nil && n.presented < 0 {
			n.presented = i
		}
	}
	for _, a := range in.Anchors {
		if n := add(a.Certificate); n != nil {
			for _, s := range a.Stores {
				if !slices.Contains(n.stores, s) {
					n.stores = append(n.stores, s)
				}
			}
		}
	}
	if len(in.Presented) > 0 && in.Presented[0] != nil {
		g.leaf = known[in.Presented[0].SHA256]
	}
	return g
}

// in reports whether the store holds the certificate.
func (n *node) in(store string) bool { return slices.Contains(n.stores, store) }

// usable reports whether a client with this store alone would come by the
// certificate.
func (n *node) usable(store string) bool { return n.presented >= 0 || n.in(store) }

// expand finds the issuers of n.
func (g *graph) expand(n *node) {
	if n.expanded {
		return
	}
	n.expanded = true
	if n.cert.SelfIssued() && n.cert.KeyIdentifierFits(n.cert) && n.cert.AlgorithmFits(n.cert) {
		// OpenSSL does not verify the signature of a trust anchor on itself.
		if len(n.stores) > 0 || g.signed(n, n) == nil {
			n.selfSigned = true
			return
		}
	}
	for _, candidate := range g.byName[n.cert.CanonicalIssuer()] {
		if candidate == n {
			continue
		}
		if reason, eligible := g.reject(n, candidate); reason != "" {
			n.rejected = append(n.rejected, rejection{candidate, reason, eligible})
			continue
		}
		n.issuers = append(n.issuers, candidate)
	}
	slices.SortStableFunc(n.issuers, g.compareIssuers)
}

// reject tells why candidate, which has the name of n's issuer, is not it.
func (g *graph) reject(n, candidate *node) (reason Reason, eligible bool) {
	if !n.cert.AlgorithmFits(candidate.cert) {
		return ReasonOtherKey, false
	}
	fits := n.cert.KeyIdentifierFits(candidate.cert)
	switch err := g.signed(n, candidate); {
	case err == nil && fits:
		return "", true
	case err == nil:
		return ReasonKeyIdentifier, false
	case fits && n.cert.AKI != nil && candidate.cert.SKI != nil:
		return ReasonBadSignature, true
	default:
		return ReasonOtherKey, fits
	}
}

// errNotTried is for signatures beyond the bound.
var errNotTried = errors.New("signature not tried")

// signed verifies that issuer's key signed n. What cannot be verified here
// passes if the key identifiers agree.
func (g *graph) signed(n, issuer *node) error {
	key := signatureKey{n, string(issuer.cert.RawSPKI)}
	err, done := g.signatures[key]
	if !done {
		if len(g.signatures) >= maxSignatures {
			g.truncated = true
			return errNotTried
		}
		err = n.cert.CheckSignatureFrom(issuer.cert)
		if errors.Is(err, certificate.ErrUnsupported) {
			err = nil
		}
		g.signatures[key] = err
	}
	return err
}

// compareIssuers puts first what OpenSSL would try first: the deciding store,
// then certificates that are valid now, then those valid longest.
func (g *graph) compareIssuers(a, b *node) int {
	prefer := func(yes, no bool) int {
		switch {
		case yes == no:
			return 0
		case yes:
			return -1
		}
		return 1
	}
	for _, c := range []int{
		prefer(a.in(g.input.Store), b.in(g.input.Store)),
		prefer(len(a.stores) > 0, len(b.stores) > 0),
		prefer(caStatus(a.cert) != notCA, caStatus(b.cert) != notCA),
		prefer(validAt(a.cert, g.input.At), validAt(b.cert, g.input.At)),
		b.cert.NotAfter.Compare(a.cert.NotAfter),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}

// validAt reports whether at is within the validity period as OpenSSL takes it:
// the instant notAfter itself is too late.
func validAt(c *certificate.Certificate, at time.Time) bool {
	return !at.Before(c.NotBefore) && at.Before(c.NotAfter)
}

// reach expands everything that leads up from the leaf and returns it, nearest
// first.
func (g *graph) reach() []*node {
	seen := map[*node]bool{g.leaf: true}
	queue := []*node{g.leaf}
	for i := 0; i < len(queue); i++ {
		g.expand(queue[i])
		for _, issuer := range queue[i].issuers {
			if !seen[issuer] {
				seen[issuer] = true
				queue = append(queue, issuer)
			}
		}
	}
	return queue
}

// distances tells for each reachable node how many steps it is from a root of
// the store, using certificates only that a client with that store has.
func distances(reachable []*node, store string) map[*node]int {
	issued := make(map[*node][]*node)
	var frontier []*node
	distance := make(map[*node]int)
	for _, n := range reachable {
		if !n.usable(store) {
			continue
		}
		for _, issuer := range n.issuers {
			issued[issuer] = append(issued[issuer], n)
		}
		if n.selfSigned && n.in(store) {
			distance[n] = 0
			frontier = append(frontier, n)
		}
	}
	for len(frontier) > 0 {
		n := frontier[0]
		frontier = frontier[1:]
		for _, child := range issued[n] {
			if _, done := distance[child]; !done {
				distance[child] = distance[n] + 1
				frontier = append(frontier, child)
			}
		}
	}
	return distance
}

// paths enumerates the paths from the leaf to roots of the store, at most
// maxPaths of them.
func (g *graph) paths(reachable []*node, store string) [][]*node {
	distance := distances(reachable, store)
	var found [][]*node
	var walk func(path []*node)
	steps := 0
	walk = func(path []*node) {
		n := path[len(path)-1]
		left, ok := distance[n]
		if !ok || len(path)+left > maxDepth {
			return
		}
		if steps++; steps > maxSteps || len(found) >= maxPaths {
			g.truncated = true
			return
		}
		if left == 0 {
			found = append(found, slices.Clone(path))
			return
		}
		for _, issuer := range n.issuers {
			if !slices.Contains(path, issuer) {
				walk(append(path, issuer))
			}
		}
	}
	walk([]*node{g.leaf})
	return found
}

// partial follows the most promising issuers as far as they are known.
func (g *graph) partial() []*node {
	path := []*node{g.leaf}
	for len(path) < maxDepth {
		next := slices.IndexFunc(path[len(path)-1].issuers, func(n *node) bool { return !slices.Contains(path, n) })
		if next < 0 {
			break
		}
		path = append(path, path[len(path)-1].issuers[next])
	}
	return path
}
