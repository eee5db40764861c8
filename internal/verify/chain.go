package verify

import (
	"cmp"
	"slices"
	"strings"
)

// Chain builds every path from the first presented certificate to the anchors
// and tells all that is wrong, as Result says. The work is bounded whatever the
// input. Nothing presented gives the zero Result.
func Chain(in Input) Result {
	if len(in.Presented) == 0 {
		return Result{}
	}
	g := newGraph(in)
	if g.leaf == nil {
		return Result{Faults: arrange(unreadable(in))}
	}
	reachable := g.reach()

	var result Result
	for _, store := range g.stores() {
		for _, nodes := range g.paths(reachable, store) {
			result.add(g, nodes, store)
		}
	}
	slices.SortStableFunc(result.Paths, g.comparePaths)
	for _, p := range result.Paths {
		if p.Holds() {
			result.TrustedBy = append(result.TrustedBy, p.Stores...)
		}
	}
	slices.Sort(result.TrustedBy)
	result.TrustedBy = slices.Compact(result.TrustedBy)

	var faults []Fault
	if len(result.Paths) == 0 || !slices.Contains(result.Paths[0].Stores, in.Store) {
		nodes := g.partial()
		if len(result.Paths) == 0 {
			p := Path{Certs: certsOf(nodes)}
			p.Faults = g.check(nodes, false)
			result.Paths = []Path{p}
		}
		faults = append(faults, g.diagnose(reachable, nodes, result.Paths[0])...)
		result.Nearest = g.nearest(nodes[len(nodes)-1].cert)
	}
	best := result.Paths[0]
	faults = append(faults, best.Faults...)
	if best.Holds() && slices.Contains(best.Stores, in.Store) {
		choice := g.checkChoice(best)
		faults = append(faults, choice...)
		result.Trusted = len(choice) == 0 && len(unreadable(in)) == 0
	}
	faults = append(faults, g.checkPresented(reachable, best, faults)...)
	faults = append(faults, unreadable(in)...)
	result.Faults = arrange(faults)
	result.Interception = intercepted(in.Presented, result.TrustedBy)
	result.Truncated = g.truncated
	return result
}

// stores are those of the anchors, the deciding one first.
func (g *graph) stores() []string {
	stores := []string{g.input.Store}
	for _, n := range g.nodes {
		for _, s := range n.stores {
			if !slices.Contains(stores, s) {
				stores = append(stores, s)
			}
		}
	}
	return stores
}

// add enters a path by which store is reached; another store may have come to
// the same path.
func (r *Result) add(g *graph, nodes []*node, store string) {
	certs := certsOf(nodes)
	for i := range r.Paths {
		if slices.Equal(r.Paths[i].Certs, certs) {
			r.Paths[i].Stores = append(r.Paths[i].Stores, store)
			slices.Sort(r.Paths[i].Stores)
			return
		}
	}
	r.Paths = append(r.Paths, Path{
		Certs:    certs,
		Stores:   []string{store},
		Complete: true,
		Faults:   g.check(nodes, true),
	})
}

// comparePaths puts first the deciding store, then few faults, then short paths.
func (g *graph) comparePaths(a, b Path) int {
	elsewhere := func(p Path) int {
		if slices.Contains(p.Stores, g.input.Store) {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(elsewhere(a), elsewhere(b)),
		cmp.Compare(a.fatal(), b.fatal()),
		cmp.Compare(len(a.Faults), len(b.Faults)),
		cmp.Compare(len(a.Certs), len(b.Certs)),
	)
}

// unreadable are the faults of presented certificates that are no X.509 at all.
// OpenSSL decodes the whole Certificate message, so that one is enough to fail.
func unreadable(in Input) []Fault {
	var faults []Fault
	for i, c := range in.Presented {
		if c != nil && c.Error != "" {
			faults = append(faults, Fault{
				Kind: KindMalformed, Reason: ReasonUnreadable, Fatal: true, Confidence: Likely,
				Depth: i, Cert: c, Details: []string{c.Error},
			})
		}
	}
	return faults
}

// arrange orders faults, root cause first, and drops repetitions.
func arrange(faults []Fault) []Fault {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		fatal := func(f Fault) int {
			if f.Fatal {
				return 0
			}
			return 1
		}
		return cmp.Or(
			cmp.Compare(fatal(a), fatal(b)),
			cmp.Compare(rank[a.Kind], rank[b.Kind]),
			cmp.Compare(a.Depth, b.Depth),
		)
	})
	type identity struct {
		kind   Kind
		reason Reason
		cert   string
	}
	seen := make(map[identity]bool)
	return slices.DeleteFunc(faults, func(f Fault) bool {
		id := identity{f.Kind, f.Reason, f.Cert.SHA256}
		if f.Kind == KindNameConstraint && f.Other != nil {
			id.cert = strings.Join([]string{f.Cert.SHA256, f.Other.SHA256}, " ")
		}
		repeated := seen[id]
		seen[id] = true
		return repeated
	})
}
