package target

import (
	"maps"
	"slices"
	"strings"
)

// allDrivers are the drivers by the names that --driver takes.
var allDrivers = []string{"pymongo", "node", "mongosh", "go", "java", "c", "php", "csharp", "rust", "ruby"}

// impliers returns the drivers that turn TLS on because of an option alone.
func impliers(g given) []string {
	var drivers []string
	switch g.option.name {
	case "tlsCAFile", "tlsCertificateKeyFile":
		drivers = []string{"pymongo", "go", "c", "php", "rust"}
	case "tlsPrivateKeyFile":
		drivers = []string{"go"}
	case "tlsCertificateKeyFilePassword":
		drivers = []string{"pymongo", "c", "php", "rust"}
	case "tlsCRLFile":
		drivers = []string{"pymongo"}
	case "tlsInsecure":
		drivers = []string{"c", "php", "rust"}
	case "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames":
		drivers = []string{"c", "php", "rust"}
		if g.value == false {
			drivers = append([]string{"pymongo"}, drivers...)
		}
	case "tlsDisableOCSPEndpointCheck":
		drivers = []string{"go", "c", "php"}
		if g.value == false {
			drivers = append([]string{"pymongo"}, drivers...)
		}
	case "tlsDisableCertificateRevocationCheck":
		drivers = []string{"c", "php"}
	}
	if g.spelling == nil {
		return drivers
	}
	return slices.DeleteFunc(drivers, func(d string) bool { return !slices.Contains(g.spelling.takers, d) })
}

// asking returns the options other than tls that make no sense without TLS.
func (t *Target) asking() []given {
	var all []given
	for _, g := range t.given {
		if g.value != nil && g.option.isTLS() && g.option.name != "tls" {
			all = append(all, g)
		}
	}
	return all
}

// implied returns the drivers for which options other than tls turn TLS on.
func (t *Target) implied() []string {
	var drivers []string
	for _, g := range t.asking() {
		for _, d := range impliers(g) {
			if !slices.Contains(drivers, d) {
				drivers = append(drivers, d)
			}
		}
	}
	return drivers
}

// offComesFirst reports whether options that turn TLS on for Go follow on
// tls=false, which they overrule there.
func (t *Target) offComesFirst() bool {
	off := false
	for _, g := range t.given {
		switch {
		case g.option.name == "tls":
			off = g.value == false
		case off && g.value != nil && slices.Contains(impliers(g), "go"):
			return true
		}
	}
	return false
}

// decideTLS returns whether to take it that TLS is used, and why.
func (t *Target) decideTLS() (on bool, from string) {
	switch {
	case t.Scheme == BareHost:
		return true, "bare-host"
	case t.Options.TLS.IsSet():
		return t.Options.TLS.Value, "uri"
	case t.Scheme == SRV:
		return true, "srv"
	}
	asking := t.asking()
	if len(asking) == 0 {
		return false, "default"
	}
	if slices.ContainsFunc(asking, func(g given) bool { return g.origin == FromURI }) {
		return true, "implied"
	}
	return true, "flag"
}

// checkTLSUse tells where drivers differ in whether they use TLS at all, and
// where the options need TLS and it is off.
func (t *Target) checkTLSUse() []Problem {
	var problems []Problem
	on, from := t.decideTLS()
	asking := t.asking()
	var names []string
	implied := map[string]bool{}
	for _, g := range asking {
		if !slices.Contains(names, g.name) {
			names = append(names, g.name)
		}
		for _, d := range impliers(g) {
			implied[d] = true
		}
	}
	switch {
	case from == "implied" || from == "flag":
		problems = append(problems, t.tellImplied(names, implied))
	case !on && len(asking) > 0:
		problems = append(problems, t.tellContradicted(names, implied))
	}
	return problems
}

// tellImplied warns that options ask for TLS where nothing turns it on.
func (t *Target) tellImplied(names []string, implied map[string]bool) Problem {
	refusing := map[string]bool{}
	for _, u := range t.Unsupported() {
		for _, d := range u.Rejected {
			refusing[d] = true
		}
	}
	var with, without []string
	for _, d := range allDrivers {
		switch {
		case implied[d]:
			with = append(with, d)
		case !refusing[d]:
			without = append(without, d)
		}
	}
	p := Problem{ID: TLSImplied, Options: names, Hint: "add tls=true"}
	p.Message = "tls=true is missing beside " + join(names, "and") + ": "
	if len(with) > 0 {
		p.Message += "TLS with " + join(with, "and") + ", "
	}
	p.Message += "no TLS with " + join(without, "and")
	return p
}

// refusingOff are, of the drivers for which an option turns TLS on, those that
// refuse tls=false beside it.
func refusingOff(implied []string) []string {
	return slices.DeleteFunc([]string{"pymongo", "rust"}, func(d string) bool { return !slices.Contains(implied, d) })
}

// tellContradicted warns of options that need TLS beside tls=false.
func (t *Target) tellContradicted(names []string, implied map[string]bool) Problem {
	tls := t.Options.TLS.Name
	var says []string
	refusing := refusingOff(slices.Collect(maps.Keys(implied)))
	if len(refusing) > 0 {
		says = append(says, "refused by "+join(refusing, "and"))
	}
	if implied["go"] {
		says = append(says, "TLS for go if "+tls+" comes first")
	}
	p := Problem{
		ID: TLSContradicted, Options: append([]string{tls}, names...),
		Message: tls + "=false leaves nothing to do for " + join(names, "and"),
		Hint:    "leave out " + tls + "=false, or the others",
	}
	if len(says) > 0 {
		p.Message = tls + "=false beside " + join(names, "and") + " means different things to drivers: " + strings.Join(says, ", ") + ", no TLS for the others"
	}
	return p
}
