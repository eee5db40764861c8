package finding

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
)

// facts are what drivers are judged by.
func (j *judge) facts() driver.Facts {
	return driver.Facts{Target: j.target, Endpoint: j.endpoint, Chain: j.input}
}

// judgeDrivers says of each driver that would not connect which finding stops it.
// Where a driver that follows the specifications connects, what stops another is
// told too. It returns the verdicts that were asked for. told are the findings so
// far.
func (j *judge) judgeDrivers(verdicts []driver.Prediction, told []Finding) []driver.Prediction {
	if len(j.policy.Drivers) > 0 {
		verdicts = slices.DeleteFunc(verdicts, func(v driver.Prediction) bool { return !slices.Contains(j.policy.Drivers, v.Driver) })
	}
	connects := !slices.ContainsFunc(told, func(f Finding) bool { return f.Severity == Fail })
	var untold []ID
	for i := range verdicts {
		v := &verdicts[i]
		if !v.Fails() {
			continue
		}
		id, found := choose(told, ofMembers(v.Candidates))
		v.Finding = string(id)
		if !found && connects && v.Default() && !slices.Contains(untold, id) {
			untold = append(untold, id)
		}
	}
	for _, id := range untold {
		j.addDifference(id, verdicts)
	}
	return verdicts
}

// ofMembers adds to the candidates the findings that tell the same of a member, or
// of a name of the other kind.
func ofMembers(candidates []string) []string {
	list := slices.Clone(candidates)
	if slices.ContainsFunc(candidates, func(id string) bool { return strings.HasPrefix(id, "hostname-") }) {
		list = append(list, "member-hostname-mismatch")
	}
	if slices.ContainsFunc(candidates, func(id string) bool { return slices.Contains(unreachableIDs, ID(id)) }) {
		list = append(list, "member-unreachable", "not-srv-host")
	}
	return list
}

// choose is the first finding told that is among the candidates, or else the
// first candidate.
func choose(told []Finding, candidates []string) (id ID, found bool) {
	for _, f := range told {
		if slices.Contains(candidates, string(f.ID)) {
			return f.ID, true
		}
	}
	if slices.Contains(candidates, "issuer-unknown") {
		// Nothing is missing from the chain, or that were told: the roots differ.
		return "issuer-unknown", false
	}
	for _, candidate := range candidates {
		if _, ok := Lookup(ID(candidate)); ok {
			return ID(candidate), false
		}
	}
	return "handshake-failure", false
}

// addDifference tells of drivers that fail where one that follows the
// specifications connects.
func (j *judge) addDifference(id ID, verdicts []driver.Prediction) {
	var titles []string
	shown := ""
	for _, v := range stoppedBy(verdicts, id) {
		titles = append(titles, driver.Title(v.Driver))
		shown = cmp.Or(shown, v.Error)
	}
	detail := fmt.Sprintf("A driver that follows the specifications connects, %s would not.", joined(titles))
	values := map[string]string{}
	if why, ok := differences[id]; ok {
		detail += " " + why
	}
	if f, limit, ok := j.limitOf(id, verdicts); ok {
		detail += fmt.Sprintf(" %s: %s.", f.Path, limit.Detail)
		values["filehint"] = limit.Hint + "."
		values["file"] = f.Path
	}
	evidence := map[string]any{}
	maps.Copy(evidence, j.about)
	if shown != "" {
		detail += fmt.Sprintf(" %s shows %q.", titles[0], shown)
		evidence["error"] = shown
	}
	f := j.addWith(values, id, Warn, Certain, detail, evidence)
	f.Title += ", by " + joined(titles)
}

// limitOf is what a driver does not read in a file, where that is what stops it.
func (j *judge) limitOf(id ID, verdicts []driver.Prediction) (fact.File, fact.FileLimit, bool) {
	stopped := stoppedBy(verdicts, id)
	for _, f := range j.target.Files {
		for _, limit := range f.Limits {
			if id == "key-format-driver" && !limit.OwnWay && slices.ContainsFunc(stopped, func(v driver.Prediction) bool { return slices.Contains(limit.Drivers, v.Driver) }) {
				return f, limit, true
			}
		}
	}
	return fact.File{}, fact.FileLimit{}, false
}

// differences are why drivers differ about what they could agree on.
var differences = map[ID]string{
	"issuer-unknown":             ownRoots,
	"intermediate-missing":       ownRoots,
	"self-signed-root-untrusted": ownRoots,
	"crl-missing-issuer":         "Node.js reads the first CRL of the file alone, and looks every certificate of the path up in it.",
	"no-shared-cipher":           "TLS libraries differ in the suites and groups that they offer.",
	"path-length-exceeded":       "TLS libraries differ in how long a path may be.",
	"purpose-server-auth":        "TLS libraries differ in what a certificate has to be made for.",
	"hostname-mismatch":          "TLS libraries differ in the names that they accept.",
}

const ownRoots = "It does not use the system's roots but has its own, which are Mozilla's."

// stoppedBy are the verdicts, of drivers with their defaults, that a finding
// stands for.
func stoppedBy(verdicts []driver.Prediction, id ID) []driver.Prediction {
	var list []driver.Prediction
	for _, v := range verdicts {
		if v.Default() && v.Fails() && v.Finding == string(id) {
			list = append(list, v)
		}
	}
	return list
}

// byDrivers says of each finding which drivers it stops, and ranks findings by
// the drivers that were asked for.
func (j *judge) byDrivers(findings []Finding, verdicts []driver.Prediction) []Finding {
	connects := !slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Fail })
	for i := range findings {
		f := &findings[i]
		if f.Drivers == nil {
			for _, v := range stoppedBy(verdicts, f.ID) {
				if j.concerns(*f, v.Driver) {
					f.Drivers = append(f.Drivers, v.Driver)
				}
			}
		}
		if connects && len(f.Drivers) > 0 && f.Severity == Info {
			f.Severity = Warn
		}
	}
	if len(j.policy.Drivers) > 0 {
		rankFor(findings, verdicts)
	}
	sortFindings(findings)
	return findings
}

// givenAnyway are the options whose files a driver that ignores them is given in its
// own way.
var givenAnyway = []string{"tlsCAFile", "tlsCertificateKeyFile", "tlsCertificateKeyFilePassword"}

// concerns reports whether a finding can be what stops a driver: one about an option
// stops those alone that refuse it, or go on without what it would have allowed.
func (j *judge) concerns(f Finding, name string) bool {
	option, ok := f.Evidence["option"].(string)
	if f.ID != "option-unsupported" || !ok {
		return true
	}
	return slices.ContainsFunc(j.target.Unsupported, func(u fact.UnsupportedOption) bool {
		return u.Option == option &&
			(slices.Contains(u.Rejected, name) || !slices.Contains(givenAnyway, option) && slices.Contains(u.Ignored, name))
	})
}

// rankFor makes a failure of what stops one of the drivers that were asked for,
// and a warning of what would stop others, where it is established that all of
// them connect.
func rankFor(findings []Finding, verdicts []driver.Prediction) {
	fails, open := false, false
	var titles []string
	for _, v := range verdicts {
		if v.Default() {
			fails = fails || v.Fails()
			open = open || v.Connects == nil
			titles = append(titles, driver.Title(v.Driver))
		}
	}
	for i := range findings {
		f := &findings[i]
		switch {
		case len(f.Drivers) > 0:
			f.Severity = Fail
		case !fails && !open && f.Severity == Fail && !slices.Contains(unreachableIDs, f.ID):
			f.Severity = Warn
			f.Detail = strings.TrimSpace(f.Detail + " It does not stop " + joined(titles) + ".")
		}
	}
}
