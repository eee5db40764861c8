package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Completion is what a server has to send besides, so that its chain verifies.
type Completion struct {
	// Missing are the certificates to append to the server's, in their order.
	Missing []*certificate.Certificate
	// PEM is Missing as PEM blocks, each after the name of its subject.
	PEM string
	// Result is the judgement of the completed chain. It is trusted.
	Result Result
}

// Complete tries whether certificates that were fetched, from where
// authorityInfoAccess points to, are what the presented chain lacks, and proves
// it: the chain is judged again with nothing else added. ok is false if the
// chain needs nothing, or something else.
func Complete(in Input, fetched []*certificate.Certificate) (done Completion, ok bool) {
	if Chain(in).Trusted {
		return Completion{}, false
	}
	with := func(added []*certificate.Certificate) Input {
		more := in
		more.Presented = slices.Concat(in.Presented, added)
		return more
	}
	found := Chain(with(fetched))
	if !found.Trusted {
		return Completion{}, false
	}
	var text strings.Builder
	for _, c := range found.Paths[0].Certs[1:] {
		sent := func(p *certificate.Certificate) bool { return p != nil && p.SHA256 == c.SHA256 }
		// Roots have no business in what a server sends.
		if c.SelfIssued() || slices.ContainsFunc(in.Presented, sent) || !slices.ContainsFunc(fetched, sent) {
			continue
		}
		done.Missing = append(done.Missing, c)
		text.WriteString("# " + c.Subject + "\n" + c.PEM())
	}
	done.PEM, done.Result = text.String(), Chain(with(done.Missing))
	if len(done.Missing) == 0 || !done.Result.Trusted {
		return Completion{}, false
	}
	return done, true
}
