// Package verify builds and checks certificate paths (RFC 5280 section 6) and
// tells everything that is wrong with a presented chain, where a TLS stack would
// stop at the first error. What is fatal is judged as OpenSSL 3 at security
// level 2 judges it, which is what most drivers run on.
//
// The package is pure: no network, no files, no clock.
package verify

import (
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// The trust stores, as fact.Trust and fact.Anchor name them.
const (
	StoreCAFile  = "tlsCAFile"
	StoreSystem  = "system"
	StoreMozilla = "mozilla"
)

// Anchor is a certificate of one or more trust stores. It need not be a root:
// OpenSSL takes an intermediate from a store for building, though not as the end
// of a path.
type Anchor struct {
	*certificate.Certificate
	// Stores are those that hold it: the Store constants.
	Stores []string
}

// Input is what Chain judges.
type Input struct {
	// Presented are the peer's certificates in its order, leaf first. Those
	// that could not be read stand in their place with their Error.
	Presented []*certificate.Certificate
	// Anchors are the certificates of all stores that bear on Presented.
	Anchors []Anchor
	// Store is the store that decides: StoreCAFile or StoreSystem.
	Store string
	// Empty is whether that store holds no certificate at all, not even one that
	// does not bear on Presented. Java has words of its own for that.
	Empty bool
	// At is the time to judge validity at.
	At time.Time
	// ExpiresIn is how much validity has to be left; zero means a third of a
	// certificate's lifetime, at most 30 days.
	ExpiresIn time.Duration

	// memo is shared by the stacks that judge the same input.
	memo *memo
}

// Result is the judgement of a presented chain.
type Result struct {
	// Trusted is whether some path to the deciding store holds, with the dates,
	// key sizes and extensions that OpenSSL insists on, and OpenSSL finds one.
	// Hostname and revocation are not part of it.
	Trusted bool
	// Paths are the paths found, best first: those to the deciding store that
	// hold, those with the fewest fatal faults, those to other stores. If none
	// reaches any store there is one incomplete path, as far as issuers are
	// known. Empty only if nothing readable was presented.
	Paths []Path
	// TrustedBy are the stores by which some path holds, sorted.
	TrustedBy []string
	// Faults are everything wrong: why the deciding store is not reached, the
	// faults of the best path, and those of the presented list; root cause
	// first, each once.
	Faults []Fault
	// Interception is the product that seems to have issued the chain in the
	// server's place; nil if none does.
	Interception *Interception
	// Nearest is what the deciding store has instead of the anchor that the
	// chain needs; nil if no path reaches that store's or there is nothing like
	// it.
	Nearest *Nearest
	// Truncated is whether the search was cut short by its bounds, so that a
	// path may have been missed. Only a contrived chain does that.
	Truncated bool
}

// Path is a sequence of certificates, leaf first, each issued by the next.
type Path struct {
	Certs []*certificate.Certificate
	// Stores are the trust stores in which the path ends, sorted; empty if it
	// is incomplete.
	Stores []string
	// Complete is whether the last certificate is self-signed and in a store.
	Complete bool
	// Faults are those of its certificates, from the leaf up.
	Faults []Fault
}

// Holds reports whether no fault of the path is fatal.
func (p Path) Holds() bool { return p.Complete && p.fatal() == 0 }

func (p Path) fatal() int {
	n := 0
	for _, f := range p.Faults {
		if f.Fatal {
			n++
		}
	}
	return n
}
