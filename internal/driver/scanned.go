package driver

import (
	"slices"
	"strconv"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/symptom"
)

// scanned: what becomes of the driver's ClientHello by everything that the server
// was seen to accept. ok is false where that was not asked for or does not decide.
func (c *connection) scanned(h fact.Handshake) (o *outcome, ok bool) {
	s := c.facts.Endpoint.Scan
	if s == nil || s.Skipped != "" || len(s.Suites) == 0 {
		return nil, false
	}
	l, ok := LackOf(c.Offer, s)
	switch {
	case !ok:
		return nil, false
	case l == LacksVersion:
		// The handshake that was observed offers no other versions.
		if modern(h.Version) {
			return nil, false
		}
		return c.turnedAway(h), true
	case l == LacksSuite || l == LacksGroup:
		return c.refused(s, h, l), true
	case l == LacksDH:
		return c.stop(symptom.StageHandshake, symptom.WeakDH), true
	case h.OK || modern(h.Version):
		return c.withoutHybrid(h), true
	}
	// The observed handshake failed. If that is for what it offers, this driver's
	// does not.
	return nil, observedLacks(s) != LacksNothing
}

// observedLacks is what the observed handshake, which is crypto/tls's, does not have
// in common with the server; nothing where that was not established.
func observedLacks(s *fact.Scan) Lack {
	if l, ok := LackOf(offer.Go, s); ok {
		return l
	}
	return LacksNothing
}

// refused is the end of a ClientHello of which the server can use nothing: as that
// of the observed one if it is refused for the same, or else without an alert where
// the server was seen to refuse so. The alert that it was seen to send may be about
// a version.
func (c *connection) refused(s *fact.Scan, h fact.Handshake, l Lack) *outcome {
	ended := fact.Handshake{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 40}}
	switch {
	case !h.OK && observedLacks(s) == l:
		ended = h
	case s.Refusal != nil && s.Refusal.Outcome != fact.OutcomeAlert:
		ended = fact.Handshake{Outcome: s.Refusal.Outcome}
	}
	return c.because(ended, "no-shared-cipher")
}

// Lack is what a client does not have in common with a server.
type Lack string

// What a client may lack.
const (
	LacksNothing Lack = ""
	LacksVersion Lack = "no version in common"
	LacksSuite   Lack = "no cipher suite in common"
	LacksGroup   Lack = "no key exchange group in common"
	LacksDH      Lack = "only suites whose Diffie-Hellman group is too short for it"
)

// LackOf compares what a client offers with what a server was seen to accept. ok
// is false where too little was established to tell.
func LackOf(c offer.Client, s *fact.Scan) (l Lack, ok bool) {
	l, open := LacksVersion, false
	for _, v := range s.Versions {
		if !slices.Contains(c.Versions, v.Version) {
			continue
		}
		switch {
		case v.Supported == nil:
			open = true
		case *v.Supported:
			best := bestOf(c, s, v.Version)
			if best == LacksNothing {
				return LacksNothing, true
			}
			open = open || !v.SuitesComplete || best == LacksGroup && !groupsComplete(s, v.Version)
			// To have got further with one version explains more.
			if l == LacksVersion || l == LacksSuite {
				l = best
			}
		}
	}
	return l, !open
}

// bestOf is what keeps a client from the suites of one version; with several of
// them, the last that is missing.
func bestOf(c offer.Client, s *fact.Scan, version string) Lack {
	l := LacksSuite
	for _, suite := range s.Suites {
		id, err := strconv.ParseUint(suite.ID, 0, 16)
		if suite.Version != version || err != nil || !slices.Contains(c.Suites, uint16(id)) {
			continue
		}
		switch {
		case registry.IsTLS13(uint16(id)) || registry.IsECDHE(suite.Name):
			if sharesGroup(c, s, version) {
				return LacksNothing
			}
			l = LacksGroup
		case registry.IsDHE(suite.Name) && dhBits(s, suite) < c.MinDHBits:
			l = LacksDH
		default:
			return LacksNothing
		}
	}
	return l
}

// groupVersion is the version under which the groups for a version stand: those
// up to TLS 1.2 are asked for with one of them, and hold for all.
func groupVersion(s *fact.Scan, version string) string {
	if slices.ContainsFunc(s.Groups, func(g fact.ScannedGroup) bool { return g.Version == version }) {
		return version
	}
	for _, g := range s.Groups {
		if g.Version != "TLS1.3" && version != "TLS1.3" {
			return g.Version
		}
	}
	return ""
}

func groupsComplete(s *fact.Scan, version string) bool {
	asked := groupVersion(s, version)
	return slices.ContainsFunc(s.Versions, func(v fact.ScannedVersion) bool { return v.Version == asked && v.GroupsComplete })
}

// sharesGroup reports whether client and server have a group in common. Where
// none was seen, which with an ECDHE suite cannot be, nothing speaks against it.
func sharesGroup(c offer.Client, s *fact.Scan, version string) bool {
	asked := groupVersion(s, version)
	for _, g := range s.Groups {
		id, err := strconv.ParseUint(g.ID, 0, 16)
		if g.Version == asked && err == nil && slices.Contains(c.Groups, uint16(id)) {
			return true
		}
	}
	return asked == ""
}

// dhBits is the length of the prime that came with a suite; where none was seen,
// longer than any.
func dhBits(s *fact.Scan, suite fact.ScannedSuite) int {
	for _, d := range s.DH {
		if d.Version == suite.Version && d.Suite == suite.Name {
			return d.Bits
		}
	}
	return 1 << 16
}
