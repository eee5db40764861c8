package verify

import (
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Nearest is the certificate of the deciding store that comes closest to the
// anchor that a chain needs.
type Nearest struct {
	Cert *certificate.Certificate
	// Same is what they have in common.
	Same Likeness
}

// Likeness is what two CAs have in common.
type Likeness string

// The likenesses, the closest first.
const (
	// SameKey: the store has the key under another name.
	SameKey Likeness = "key"
	// SameName: the store has the name with another key.
	SameName Likeness = "name"
	// SameHouse: the names are of one organisation.
	SameHouse Likeness = "organization"
)

// nearest looks for the anchor that the top of a path needs and does not have.
func (g *graph) nearest(top *certificate.Certificate) *Nearest {
	held := func(like func(*certificate.Certificate) bool) *certificate.Certificate {
		i := slices.IndexFunc(g.nodes, func(n *node) bool { return n.in(g.input.Store) && n.cert != top && like(n.cert) })
		if i < 0 {
			return nil
		}
		return g.nodes[i].cert
	}
	for _, try := range []struct {
		same Likeness
		like func(*certificate.Certificate) bool
	}{
		{SameKey, func(c *certificate.Certificate) bool {
			return top.SelfIssued() && string(c.RawSPKI) == string(top.RawSPKI) ||
				!top.SelfIssued() && len(top.AKI) > 0 && string(c.SKI) == string(top.AKI)
		}},
		{SameName, func(c *certificate.Certificate) bool { return c.CanonicalSubject() == top.CanonicalIssuer() }},
		{SameHouse, func(c *certificate.Certificate) bool { return c.SelfIssued() && related(top, c) }},
	} {
		if c := held(try.like); c != nil {
			return &Nearest{c, try.same}
		}
	}
	return nil
}
