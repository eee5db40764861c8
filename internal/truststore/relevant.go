package truststore

import (
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

// Relevant finds the certificates of all stores that bear on a presented chain,
// at most limit of them: those that are presented themselves or carry the name
// of one presented, those that carry the name of an issuer in the chain, and in
// turn the issuers of those. Of a CA file of moderate size it gives all.
func (s *Store) Relevant(presented []*certificate.Certificate, limit int) []verify.Anchor {
	c := collector{limit: limit, place: make(map[string]int)}
	if file := s.options.CAFile; file != nil && len(file.Certificates) <= wholeCAFile {
		for _, ca := range file.Certificates {
			c.add(ca, verify.StoreCAFile)
		}
	}
	var wanted []string
	for _, p := range presented {
		if p != nil && p.Error == "" {
			// The subject finds the certificate itself and its namesakes.
			wanted = append(wanted, p.CanonicalSubject(), p.CanonicalIssuer())
		}
	}
	for _, a := range c.anchors {
		wanted = append(wanted, a.CanonicalIssuer())
	}
	asked := make(map[string]bool)
	for len(wanted) > 0 {
		subject := wanted[0]
		wanted = wanted[1:]
		if asked[subject] {
			continue
		}
		asked[subject] = true
		for ca, store := range s.named(subject) {
			if c.add(ca, store) {
				wanted = append(wanted, ca.CanonicalIssuer())
			}
		}
	}
	if !s.system.available {
		if root := platformRoot(presented); root != nil {
			c.add(root, verify.StoreSystem)
		}
	}
	return c.anchors
}

// platformRoot is the root that the operating system's verifier ends in, or nil.
// Where the chain is not valid now it is asked for a time at which the leaf was:
// the root is what is wanted, dates are judged elsewhere.
func platformRoot(presented []*certificate.Certificate) *certificate.Certificate {
	if len(presented) == 0 || presented[0].Error != "" {
		return nil
	}
	for _, at := range []time.Time{time.Now(), presented[0].NotBefore.Add(time.Second)} {
		if root, err := PlatformVerify(presented, at); err == nil {
			return root
		}
	}
	return nil
}

// named gives the certificates of one subject in all stores.
func (s *Store) named(subject string) func(func(*certificate.Certificate, string) bool) {
	return func(yield func(*certificate.Certificate, string) bool) {
		if file := s.options.CAFile; file != nil {
			for _, ca := range file.Certificates {
				if ca.CanonicalSubject() == subject && !yield(ca, verify.StoreCAFile) {
					return
				}
			}
		}
		for _, l := range []*list{s.system, s.mozilla} {
			for ca := range l.named(subject) {
				if !yield(ca, l.name) {
					return
				}
			}
		}
	}
}

// collector gathers anchors, each once with all its stores.
type collector struct {
	limit   int
	anchors []verify.Anchor
	place   map[string]int
}

// add reports whether the certificate is in the collection now.
func (c *collector) add(ca *certificate.Certificate, store string) bool {
	i, known := c.place[ca.SHA256]
	if !known {
		if len(c.anchors) >= c.limit {
			return false
		}
		i = len(c.anchors)
		c.place[ca.SHA256] = i
		c.anchors = append(c.anchors, verify.Anchor{Certificate: ca})
	}
	if !slices.Contains(c.anchors[i].Stores, store) {
		c.anchors[i].Stores = append(c.anchors[i].Stores, store)
	}
	return true
}
