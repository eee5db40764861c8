package finding

import (
	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
)

// scan is what was found with --scan, or nil where nothing was asked.
func (j *judge) scan() *fact.Scan {
	if s := j.endpoint.Scan; s != nil && s.Skipped == "" {
		return s
	}
	return nil
}

// excluded are the clients that have nothing in common with a server, by what they
// lack, and whether that is known of all.
type excluded struct {
	version, suite, group, dh []offer.Client
	// reference is what a driver on OpenSSL with its defaults lacks.
	reference driver.Lack
	// complete is whether enough was established to tell of every client.
	complete bool
}

func clientsWithout(s *fact.Scan) excluded {
	w := excluded{complete: true}
	for _, c := range offer.Clients() {
		l, ok := driver.LackOf(c, s)
		if !ok {
			w.complete = false
			continue
		}
		if c.Name == offer.Reference.Name {
			w.reference = l
		}
		switch l {
		case driver.LacksVersion:
			w.version = append(w.version, c)
		case driver.LacksSuite:
			w.suite = append(w.suite, c)
		case driver.LacksGroup:
			w.group = append(w.group, c)
		case driver.LacksDH:
			w.dh = append(w.dh, c)
		}
	}
	return w
}

// withoutSuite are the current clients that do not offer a suite.
func withoutSuite(suite string) []string {
	var without []offer.Client
	for _, c := range offer.Clients() {
		if !c.Old && !c.HasSuite(suite) {
			without = append(without, c)
		}
	}
	return clientNames(without)
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
