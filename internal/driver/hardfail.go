package driver

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// askStatuses: who fails hard wants the status of every certificate below the
// anchor, from the top down and before anything that is wrong further down. A
// server staples that of its own, so that one of an intermediate is never known.
func (c *connection) askStatuses() *outcome {
	v := c.judgeChain("", c.Roots)
	n := c.below(v)
	reached := v.OK || len(v.Path) > 0 || strings.HasPrefix(v.Text, "PKIX path validation failed: ")
	if !reached || v.Depth >= n-1 {
		return nil
	}
	if !c.inOrder() {
		return c.stop(symptom.StageVerify, symptom.RevocationPath)
	}
	return c.stop(symptom.StageVerify, c.statusEvent())
}

// below counts the certificates of the path below its anchor.
func (c *connection) below(v verify.Verdict) int {
	if len(v.Path) > 0 {
		return len(v.Path) - 1
	}
	n := 0
	for _, p := range c.facts.Chain.Presented {
		if p != nil && p.Error == "" && !p.SelfIssued() {
			n++
		}
	}
	return n
}

// statusEvent is how a certificate of no known status is refused: with a staple at
// hand for another one it is the certificate that is said to lack a responder.
func (c *connection) statusEvent() symptom.Event {
	if r := c.facts.Endpoint.Revocation; r != nil {
		for _, check := range r.Checks {
			if check.Source == fact.SourceStaple {
				return symptom.ResponderMissing
			}
		}
	}
	if h := c.handshake(); len(h.Staple) > 0 {
		return symptom.ResponderMissing
	}
	return symptom.RevocationUnknown
}

// inOrder reports whether the presented certificates form a path as they stand;
// another one is searched, and a search tells no reason.
func (c *connection) inOrder() bool {
	in, _ := c.trusting(c.Roots)
	list := in.Presented
	for i := 1; i < len(list); i++ {
		if list[i].CanonicalSubject() != list[i-1].CanonicalIssuer() {
			return false
		}
		if slices.ContainsFunc(in.Anchors, func(a verify.Anchor) bool { return a.SHA256 == list[i].SHA256 }) {
			break
		}
	}
	return true
}
