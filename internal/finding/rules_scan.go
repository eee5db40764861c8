package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/registry"
)

// judgeScan: what follows from everything that a server accepts.
func judgeScan(j *judge) {
	s := j.scan()
	if s == nil || len(s.Suites) == 0 {
		return
	}
	j.judgeWeakSuites(s)
	j.judgeDH(s)
	if h := j.endpoint.Handshake; h == nil || !h.OK {
		// Whom it stops is told with the handshake that failed.
		return
	}
	w := clientsWithout(s)
	j.addLacks(w, s, "")
}

// causeScanned: the server has nothing in common with clients, by all that it
// accepts. It explains a handshake that failed where ours offers nothing either.
func causeScanned(j *judge, h *fact.Handshake, seen string, _ map[string]any) bool {
	s := j.scan()
	if s == nil || h.Version != "" || len(s.Suites) == 0 {
		return false
	}
	w := clientsWithout(s)
	ours := slices.ContainsFunc(slices.Concat(w.version, w.suite, w.group), func(c offer.Client) bool { return c.Driver == "go" })
	if w.reference == driver.LacksNothing && !ours {
		return false
	}
	return j.addLacks(w, s, " "+seen)
}

// addLacks tells which clients lack what, worst first, and whether there was
// anything to tell.
func (j *judge) addLacks(w excluded, s *fact.Scan, seen string) bool {
	told := false
	for _, l := range []struct {
		id      ID
		clients []offer.Client
		lacks   driver.Lack
		title   string
		detail  string
		why     string
		fix     []string
	}{
		{
			"protocol-version", w.version, driver.LacksVersion, "No TLS version in common with ",
			"The server accepts " + listed(scannedVersions(s)) + ".",
			"These clients offer none of the versions that the server accepts: \"tlsv1 alert protocol version\" (OpenSSL), \"protocol_version\" (Java). Others connect.",
			[]string{
				"Update the runtime of these clients, or take another build of the driver.",
				"Where that cannot be, allow TLS 1.2 as well: take TLS1_2 out of net.tls.disabledProtocols.",
			},
		},
		{
			"no-shared-cipher", w.suite, driver.LacksSuite, "No cipher suite in common with ",
			"Every suite was asked for: " + suiteSummary(s) + ".",
			"", nil,
		},
		{
			"no-shared-cipher", w.group, driver.LacksGroup, "No key exchange group in common with ",
			"Every group was asked for: the server takes " + listed(scannedGroups(s)) + ".",
			"Client and server share a version and suites for it, and no group to exchange keys by: \"handshake failure\".",
			[]string{
				"At the server or proxy, allow x25519 or secp256r1 as well: remove the setting that limits its groups (curves).",
				"To see the groups that it takes then:",
				"$ mongotls check {endpoint} --scan",
			},
		},
		{
			"dh-too-small", w.dh, driver.LacksDH, "The Diffie-Hellman group is too short for ",
			"All that the server has in common with them are suites with " + dhSummary(s) + ".",
			"", nil,
		},
	} {
		if len(l.clients) == 0 {
			continue
		}
		names := clientNames(l.clients)
		confidence := Certain
		if !allMeasured(l.clients) {
			confidence = Likely
		}
		severity := severityFor(l.clients)
		if severity == Fail {
			confidence = Certain
		}
		f := j.add(l.id, severity, confidence, l.detail+" "+capital(string(l.lacks))+": "+strings.Join(names, "; ")+"."+seen, map[string]any{
			"clients": names, "versions": scannedVersions(s), "complete": w.complete,
		})
		switch {
		case severity != Fail:
			f.Title = l.title + some(names)
			// These clients alone are concerned; whatever else is told stays so.
			j.setSilences(l.id)
		case l.lacks == driver.LacksGroup:
			f.Title = l.title + "some or all clients"
		}
		if l.why != "" && (severity != Fail || l.lacks == driver.LacksGroup) {
			f.Why, f.Fix = l.why, fillAll(l.fix, j.values)
		}
		told = true
	}
	return told
}

// some names the first of several clients for a title.
func some(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s, and %d more", names[0], len(names)-1)
}

func allMeasured(list []offer.Client) bool {
	return !slices.ContainsFunc(list, func(c offer.Client) bool { return !c.Measured })
}

// scannedVersions are the versions that were selected, oldest first.
func scannedVersions(s *fact.Scan) []string {
	list := []string{}
	for _, v := range slices.Backward(s.Versions) {
		if v.Supported != nil && *v.Supported {
			list = append(list, v.Version)
		}
	}
	return list
}

func scannedGroups(s *fact.Scan) []string {
	list := []string{}
	for _, g := range s.Groups {
		if !slices.Contains(list, g.Name) {
			list = append(list, g.Name)
		}
	}
	return list
}

// suiteSummary tells how many suites each version has, and names them where they
// are few.
func suiteSummary(s *fact.Scan) string {
	byVersion := map[string][]string{}
	for _, suite := range s.Suites {
		byVersion[suite.Version] = append(byVersion[suite.Version], suite.Name)
	}
	var parts []string
	for _, v := range s.Versions {
		if names := byVersion[v.Version]; len(names) > 0 {
			parts = append(parts, "with "+v.Version+" the server takes "+listed(names))
		}
	}
	return strings.Join(parts, "; ")
}

// judgeWeakSuites: suites that protect nothing or too little.
func (j *judge) judgeWeakSuites(s *fact.Scan) {
	var kinds, names []string
	byKind := map[string][]string{}
	for _, suite := range s.Suites {
		kind := registry.Weakness(suite.Name)
		if kind == "" {
			continue
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
		if !slices.Contains(byKind[kind], suite.Name) {
			byKind[kind] = append(byKind[kind], suite.Name)
		}
		names = append(names, suite.Version+" "+suite.Name)
	}
	if len(kinds) == 0 {
		return
	}
	var parts []string
	for _, kind := range kinds {
		parts = append(parts, kind+" ("+listed(byKind[kind])+")")
	}
	f := j.add("weak-cipher-enabled", Warn, Certain, "The server selects suites with "+strings.Join(parts, "; ")+".", map[string]any{"suites": names})
	f.Fix = append(f.Fix, fillAll([]string{"To see that they are gone:", "$ mongotls check {endpoint} --scan"}, j.values)...)
}

// soundDHBits is the shortest prime that security level 2 of OpenSSL takes, and
// RFC 9325 section 4.1 advises.
const soundDHBits = 2048

// judgeDH: Diffie-Hellman with a prime that is too short.
func (j *judge) judgeDH(s *fact.Scan) {
	var suites []string
	least := soundDHBits
	for _, d := range s.DH {
		// Of an anonymous suite, the group is not what is wrong with it.
		if d.Bits < soundDHBits && registry.Weakness(d.Suite) == "" {
			suites = append(suites, d.Version+" "+d.Suite)
			least = min(least, d.Bits)
		}
	}
	if len(suites) == 0 || j.has("dh-too-small") {
		return
	}
	j.add("dh-too-small", Warn, Certain, "The server sent "+dhSummary(s)+".", map[string]any{"bits": least, "suites": suites})
}

// dhSummary tells the lengths of the primes that were seen below the sound one.
func dhSummary(s *fact.Scan) string {
	var lengths []string
	for _, d := range s.DH {
		if text := fmt.Sprintf("a Diffie-Hellman prime of %d bits", d.Bits); d.Bits < soundDHBits && registry.Weakness(d.Suite) == "" && !slices.Contains(lengths, text) {
			lengths = append(lengths, text)
		}
	}
	slices.Sort(lengths)
	return strings.Join(lengths, " and ")
}
