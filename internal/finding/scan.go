package finding

import (
	"slices"
	"strconv"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/registry"
)

// scan is what was found with --scan, or nil where nothing was asked.
func (j *judge) scan() *fact.Scan {
	if s := j.endpoint.Scan; s != nil && s.Skipped == "" {
		return s
	}
	return nil
}

// lack is what a client does not have in common with a server.
type lack string

const (
	lacksNothing lack = ""
	lacksVersion lack = "no version in common"
	lacksSuite   lack = "no cipher suite in common"
	lacksGroup   lack = "no key exchange group in common"
	lacksDH      lack = "only suites whose Diffie-Hellman group is too short for it"
)

// lackOf compares what a client offers with what a server was seen to accept. ok
// is false where too little was established to tell.
func lackOf(c offer.Client, s *fact.Scan) (l lack, ok bool) {
	l, open := lacksVersion, false
	for _, v := range s.Versions {
		if !slices.Contains(c.Versions, v.Version) {
			continue
		}
		switch {
		case v.Supported == nil:
			open = true
		case *v.Supported:
			best := bestOf(c, s, v.Version)
			if best == lacksNothing {
				return lacksNothing, true
			}
			open = open || !v.SuitesComplete || best == lacksGroup && !groupsComplete(s, v.Version)
			// To have got further with one version explains more.
			if l == lacksVersion || l == lacksSuite {
				l = best
			}
		}
	}
	return l, !open
}

// bestOf is what keeps a client from the suites of one version; with several of
// them, the last that is missing.
func bestOf(c offer.Client, s *fact.Scan, version string) lack {
	l := lacksSuite
	for _, suite := range s.Suites {
		id, err := strconv.ParseUint(suite.ID, 0, 16)
		if suite.Version != version || err != nil || !slices.Contains(c.Suites, uint16(id)) {
			continue
		}
		switch {
		case registry.IsTLS13(uint16(id)) || registry.IsECDHE(suite.Name):
			if sharesGroup(c, s, version) {
				return lacksNothing
			}
			l = lacksGroup
		case registry.IsDHE(suite.Name) && dhBits(s, suite) < c.MinDHBits:
			l = lacksDH
		default:
			return lacksNothing
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

// excluded are the clients that have nothing in common with a server, by what they
// lack, and whether that is known of all.
type excluded struct {
	version, suite, group, dh []offer.Client
	// reference is what a driver on OpenSSL with its defaults lacks.
	reference lack
	// complete is whether enough was established to tell of every client.
	complete bool
}

func clientsWithout(s *fact.Scan) excluded {
	w := excluded{complete: true}
	for _, c := range offer.Clients() {
		l, ok := lackOf(c, s)
		if !ok {
			w.complete = false
			continue
		}
		if c.Name == offer.Reference.Name {
			w.reference = l
		}
		switch l {
		case lacksVersion:
			w.version = append(w.version, c)
		case lacksSuite:
			w.suite = append(w.suite, c)
		case lacksGroup:
			w.group = append(w.group, c)
		case lacksDH:
			w.dh = append(w.dh, c)
		}
	}
	return w
}

func clientNames(list []offer.Client) []string {
	names := []string{}
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}

// severityFor is how bad it is that these clients lack something: a failure when a
// driver on OpenSSL with its defaults is among them, and only worth knowing when
// nobody maintains any of them.
func severityFor(list []offer.Client) Severity {
	severity := Info
	for _, c := range list {
		switch {
		case c.Name == offer.Reference.Name:
			return Fail
		case !c.Old:
			severity = Warn
		}
	}
	return severity
}
