package target

import (
	"fmt"
	"net/url"
	"strings"
)

// readQuery reads options (connection string specification, "Connection
// Options"), in their order. Those that are unknown or not written as options
// are left out.
func readQuery(query string, origin Origin) ([]given, []Problem) {
	var all []given
	var problems []Problem
	n := strings.Count(query, "&") + 1
	if n > maxOptions {
		return nil, []Problem{{Severity: Error, ID: URIInvalid, Message: fmt.Sprintf("%d options, more than the %d that are read", n, maxOptions)}}
	}
	afterSecret := false
	i := 0
	for element := range strings.SplitSeq(query, "&") {
		i++
		if element == "" {
			continue
		}
		rawName, rawValue, hasValue := strings.Cut(element, "=")
		shown := showName(rawName, afterSecret)
		e, known := lookUp(rawName)
		tail := afterSecret && !known
		afterSecret = isSecret(e, known, afterSecret)

		called := shown
		if called == hidden || called == "" {
			called = fmt.Sprintf("option %d of %d", i, n)
		}
		value, err := url.PathUnescape(rawValue)
		switch {
		case tail:
			problems = append(problems, Problem{
				Severity: Error, ID: URIInvalid,
				Message: called + ` is none, and follows on a password: the password seems to contain an "&" that is not percent-encoded`,
				Hint:    `percent-encode it: "&" is %26`,
			})
		case !hasValue:
			problems = append(problems, Problem{Severity: Error, ID: URIInvalid, Message: called + ` has no "=" and value`, Hint: "write name=value"})
		case !known:
			problems = append(problems, unknown(shown, called))
		case err != nil:
			problems = append(problems, Problem{
				Severity: Error, ID: URIInvalid, Options: []string{shown},
				Message: "the value of " + called + ` contains a "%" that begins no percent-encoding`, Hint: `percent-encode it: "%" is %25`,
			})
		default:
			g, found := read(e, shown, value, origin)
			all = append(all, g)
			problems = append(problems, found...)
		}
	}
	return all, problems
}

// unknown warns of an option that no specification defines.
func unknown(shown, called string) Problem {
	p := Problem{ID: OptionUnknown, Message: called + " is an unknown option: some drivers ignore it, others refuse the connection string"}
	if shown != hidden && shown != "" {
		p.Options = []string{shown}
		if name := nearest(shown); name != "" {
			p.Hint = "did you mean " + name + "?"
		}
	}
	return p
}

// read reads one known option.
func read(e entry, shown, value string, origin Origin) (given, []Problem) {
	g := given{option: e.option, spelling: e.spelling, name: shown, origin: origin}
	parse := e.option.parse
	if e.spelling != nil && e.spelling.parse != nil {
		parse = e.spelling.parse
	}
	parsed, mustBe := parse(value)
	var problems []Problem
	if mustBe == "" {
		g.value = parsed
		if b, ok := parsed.(bool); ok && e.spelling != nil && e.spelling.inverted {
			g.value = !b
		} else if s, ok := parsed.(string); ok && e.option.secret {
			g.value = (*Secret)(&s)
		}
	} else {
		p := Problem{ID: OptionInvalidValue, Options: []string{shown}, Message: shown + " " + mustBe + ", and is ignored"}
		if value != "" && len(value) <= 64 && !e.option.secret && !strings.Contains(value, "@") {
			p.Message = fmt.Sprintf("%s %s, not %q, and is ignored", shown, mustBe, value)
		}
		if e.option.strict {
			p.Severity = Error
			p.Message = shown + " " + mustBe
		}
		if strings.Contains(value, ";") {
			p.Hint = `separate options with "&"`
		} else if _, wrong := parse(strings.ToLower(value)); wrong == "" {
			p.Hint = "write it in lower case"
		}
		problems = append(problems, p)
	}
	if e.spelling != nil {
		problems = append(problems, deprecated(e.spelling, shown))
	}
	return g, problems
}

// deprecated warns of a name that is not the specification's.
func deprecated(s *spelling, shown string) Problem {
	p := Problem{ID: OptionDeprecated, Options: []string{shown}, Hint: "use " + s.current()}
	switch {
	case len(s.takers) == len(allDrivers):
		p.Message = fmt.Sprintf("%s is an older name of %s", shown, s.current())
	case len(s.takers) == 0:
		p.Message = fmt.Sprintf("%s is an older name of %s that no current driver understands", shown, s.current())
	default:
		p.Message = fmt.Sprintf("%s is another name of %s; of the current drivers it is known to %s only", shown, s.current(), join(s.takers, "and"))
	}
	switch {
	case s.inverted:
		p.Hint += ", which means the opposite"
	case s.instead != "":
		p.Hint += " with a file that holds certificate and key"
	}
	return p
}

// apply sets the options to the values given: what the command line says over
// what the connection string says over what the TXT record says; of two in the
// same place the current name over an older one, and then the last.
func (t *Target) apply() []Problem {
	t.Options = Options{}
	winners := map[*option]given{}
	for _, g := range t.given {
		if g.value == nil {
			continue
		}
		if w, ok := winners[g.option]; !ok || !w.outranks(g) {
			winners[g.option] = g
		}
	}
	var problems []Problem
	for i := range options {
		if w, ok := winners[&options[i]]; ok {
			t.Options.set(w)
			problems = append(problems, t.repeated(w)...)
		}
	}
	return append(problems, t.pairKey()...)
}

// rank orders origins.
func (o Origin) rank() int {
	switch o {
	case FromFlag:
		return 3
	case FromURI:
		return 2
	case FromTXT:
		return 1
	}
	return 0
}

// outranks reports whether g stays in force when later is given after it.
func (g given) outranks(later given) bool {
	if g.origin != later.origin {
		return g.origin.rank() > later.origin.rank()
	}
	return g.spelling == nil && later.spelling != nil
}

// repeated warns of an option that is given more than once in the same place.
// For tls and ssl the specification has a rule of its own.
func (t *Target) repeated(winner given) []Problem {
	o := winner.option
	if o.repeats || o.name == "tls" {
		return nil
	}
	var names []string
	older := false
	for _, g := range t.given {
		if g.option == o && g.origin == winner.origin {
			names = append(names, g.name)
			older = older || g.spelling != nil
		}
	}
	if len(names) < 2 {
		return nil
	}
	p := Problem{ID: OptionRepeated, Options: names, Hint: "give it once"}
	if winner.spelling == nil && older {
		p.Message = fmt.Sprintf("%s are names of one option; %s is taken, and the older name ignored", join(names, "and"), winner.name)
	} else {
		p.Message = fmt.Sprintf("%s is given %d times, and drivers differ in which they take; the last is taken here", o.name, len(names))
	}
	return []Problem{p}
}

// pairKey holds the key file to its certificate file: a key of its own belongs
// to the options that name a certificate only.
func (t *Target) pairKey() []Problem {
	key, cert := &t.Options.TLSPrivateKeyFile, t.Options.TLSCertificateKeyFile
	if !key.IsSet() {
		return nil
	}
	if !cert.IsSet() {
		return []Problem{{
			ID: OptionConflict, Options: []string{key.Name},
			Message: key.Name + " names a key, and no option names its certificate",
			Hint:    "use tlsCertificateKeyFile with a file that holds both",
		}}
	}
	if e, ok := lookUp(cert.Name); ok && e.spelling != nil && e.spelling.keyApart {
		return nil
	}
	name := key.Name
	*key = Option[string]{}
	return []Problem{{
		ID: OptionConflict, Options: []string{cert.Name, name},
		Message: fmt.Sprintf("%s is ignored beside %s, whose file holds the key too; the go driver refuses both", name, cert.Name),
		Hint:    "leave " + name + " out",
	}}
}
