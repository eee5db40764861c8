package driver

import (
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/symptom"
)

// negotiate: whether the server goes on with the driver's ClientHello. The one
// that was observed has the versions, suites and groups of crypto/tls; the side
// questions tell what becomes of others, unless a scan tells it of all.
func negotiate(c *connection) *outcome {
	h := c.handshake()
	switch {
	case c.facts.Endpoint.Handshake == nil:
		return c.unsure("no handshake was tried")
	case c.NoEdDSA && c.leaf() != nil && strings.HasPrefix(c.leaf().KeyAlgorithm, "Ed"):
		return c.stop(symptom.StageHandshake, symptom.Alert(40))
	case c.SpeaksOld && c.onlyOld() && !h.OK && len(c.facts.Chain.Presented) > 0:
		return nil
	case c.SpeaksOld && c.onlyOld() && !h.OK:
		return c.unsure("the server speaks TLS 1.0 or 1.1 alone, in which its certificate was not seen")
	}
	if o, ok := c.scanned(h); ok {
		return o
	}
	switch {
	case h.OK || modern(h.Version):
		if c.No13 && h.Version == "TLS1.3" {
			return c.without13()
		}
		return c.agreed(h)
	case c.onlyOld():
		return c.turnedAway(h)
	}
	if other, ok := c.anotherHello(); ok {
		if other != nil {
			return other
		}
		return nil
	}
	if h.Outcome == fact.OutcomeLocal {
		if len(c.facts.Chain.Presented) > 0 {
			return nil
		}
		return c.unsure("another TLS library might go on where this tool's does not: " + h.Error)
	}
	return c.ended(h)
}

// modern reports whether a version is one that every driver offers.
func modern(version string) bool { return version == "TLS1.2" || version == "TLS1.3" }

// agreed: the server chose from what was offered.
func (c *connection) agreed(h fact.Handshake) *outcome {
	if registry.IsHybridName(h.Group) {
		if o := c.withoutHybrid(h); o != nil {
			return o
		}
	} else if h.Group != "" && !c.Offer.HasGroup(h.Group) {
		return c.stop(symptom.StageHandshake, symptom.Alert(40))
	}
	if h.Version == "TLS1.2" && h.CipherSuite != "" && !c.Offer.HasSuite(h.CipherSuite) {
		// Better suites were offered, but a server may prefer others.
		if q := c.answered(fact.AskStrongSuites); q.Outcome == fact.OutcomeOK {
			return nil
		} else if q.Outcome == fact.OutcomeAlert && q.Alert != nil {
			return c.stop(symptom.StageHandshake, symptom.Alert(q.Alert.Code))
		}
		return c.unsure("the server chose " + h.CipherSuite + ", which this driver does not offer; whether it has another was not established")
	}
	return nil
}

// without13: the server chose TLS 1.3, which the driver does not use.
func (c *connection) without13() *outcome {
	for _, p := range c.facts.Endpoint.Protocols {
		switch {
		case p.Version != "TLS1.2" || p.Supported == nil:
		case !*p.Supported:
			return c.stop(symptom.StageHandshake, symptom.Alert(70))
		default:
			h := c.handshake()
			h.Version, h.CipherSuite = p.Version, c.answered(fact.AskTLS12).CipherSuite
			return c.agreed(h)
		}
	}
	return c.unsure("whether the server speaks TLS 1.2 was not established")
}

// withoutHybrid: where the server chose a group with a post-quantum part, that stops
// those that do not have it if the server has no other.
func (c *connection) withoutHybrid(h fact.Handshake) *outcome {
	q := c.answered(fact.AskSmallHello)
	if !registry.IsHybridName(h.Group) || c.LargeHello == Yes && c.Offer.HasGroup(h.Group) || q.Outcome != fact.OutcomeAlert || q.Alert == nil || q.Alert.Code != 40 {
		return nil
	}
	if c.LargeHello == Varies && c.Offer.HasGroup(h.Group) {
		return c.unsure("builds differ in whether they have the post-quantum group that the server wants")
	}
	return c.stop(symptom.StageHandshake, symptom.Alert(q.Alert.Code))
}

// onlyOld reports whether the server speaks TLS 1.0 or 1.1 and was not seen to
// speak anything newer.
func (c *connection) onlyOld() bool {
	old := false
	for _, p := range c.facts.Endpoint.Protocols {
		if p.Supported == nil || !*p.Supported {
			continue
		}
		if modern(p.Version) {
			return false
		}
		old = true
	}
	return old
}

// turnedAway: the server speaks versions only that drivers do not.
func (c *connection) turnedAway(h fact.Handshake) *outcome {
	var o *outcome
	switch {
	case c.Old:
		o = c.stop(symptom.StageHandshake, symptom.NoOldSignature)
	case h.Outcome == fact.OutcomeLocal:
		o = c.with("name", strings.Replace(h.Version, "TLS1.", "TLS1", 1)).stop(symptom.StageHandshake, symptom.ServerTooOld)
	default:
		o = c.ended(h)
	}
	o.ids = append([]string{"protocol-version"}, o.ids...)
	return o
}

// anotherHello: the server turned the observed ClientHello away and answered
// another. ok is whether that is so; the outcome is nil if the driver's is such.
func (c *connection) anotherHello() (o *outcome, ok bool) {
	h := c.handshake()
	all, small := c.answered(fact.AskTLS12), c.answered(fact.AskSmallHello)
	dropped := h.Outcome == fact.OutcomeClosed || h.Outcome == fact.OutcomeReset || h.Outcome == fact.OutcomeTimeout
	switch {
	case small.Outcome == fact.OutcomeOK && small.Group != "" && !offer.Go.HasGroup(small.Group):
		if c.Offer.HasGroup(small.Group) {
			return nil, true
		}
		return c.because(h, "no-shared-cipher"), true
	case small.Outcome == fact.OutcomeOK && dropped:
		switch c.LargeHello {
		case No:
			return nil, true
		case Varies:
			return c.unsure("builds differ in whether their ClientHello is large, and large ones are lost"), true
		}
		return c.because(h, "large-hello-dropped"), true
	case small.Outcome == fact.OutcomeOK && h.Outcome == fact.OutcomeAlert && c.leaf() != nil && c.leaf().KeyAlgorithm == "RSA-PSS":
		if !c.NoPSSKeys {
			return nil, true
		}
		return c.because(h, "handshake-failure"), true
	case small.Outcome != fact.OutcomeOK && all.Outcome == fact.OutcomeOK && !offer.Go.HasSuite(all.CipherSuite):
		if c.Offer.HasSuite(all.CipherSuite) {
			return nil, true
		}
		return c.because(h, "no-shared-cipher"), true
	}
	return nil, false
}

// because is the end of the observed handshake, which the driver shares, for a
// cause that the facts tell.
func (c *connection) because(h fact.Handshake, id string) *outcome {
	o := c.ended(h)
	o.ids = append([]string{id}, o.ids...)
	return o
}

// ended is the end of the observed handshake as the driver shows it.
func (c *connection) ended(h fact.Handshake) *outcome {
	if h.Outcome == fact.OutcomeAlert && h.Alert != nil {
		return c.stop(symptom.StageHandshake, symptom.Alert(h.Alert.Code))
	}
	if event, ok := handshakeEvents[h.Outcome]; ok {
		return c.stop(symptom.StageHandshake, event)
	}
	return c.unsure("how the handshake ended was not established")
}
