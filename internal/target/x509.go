package target

// The authentication mechanism by client certificate, and the one database of
// its users (authentication specification, "MONGODB-X509").
const (
	mechanismX509  = "MONGODB-X509"
	sourceExternal = "$external"
)

// UsesX509 reports whether the options ask for authentication by client
// certificate.
func (t *Target) UsesX509() bool { return t.Options.AuthMechanism.Value == mechanismX509 }

// checkX509 tells what MONGODB-X509 cannot go with, which drivers refuse, and
// what it cannot do without, which only the server tells them.
func (t *Target) checkX509() []Problem {
	if !t.UsesX509() {
		return nil
	}
	var problems []Problem
	mechanism, source := t.Options.AuthMechanism.Name, t.Options.AuthSource
	shown := mechanism + "=" + mechanismX509
	if t.HasPassword {
		problems = append(problems, conflict(
			shown+" takes no password, and the connection string has one: drivers refuse it",
			"leave the password out; the user name may go too, because the server takes it from the certificate", mechanism))
	}
	if source.IsSet() && source.Value != sourceExternal {
		problems = append(problems, conflict(
			shown+" cannot go with "+source.Name+"="+printable(source.Value)+": its users are in $external, and drivers refuse any other",
			"leave "+source.Name+" out, or set it to $external", mechanism, source.Name))
	}
	missing := ""
	switch on, _ := t.decideTLS(); {
	case !on:
		missing = "TLS, and TLS is off: drivers connect in clear, and the server authenticates nobody there"
	case !t.Options.TLSCertificateKeyFile.IsSet():
		missing = "a client certificate, and no option names one: drivers connect without, and the server has nobody to authenticate"
	}
	if missing != "" {
		problems = append(problems, Problem{
			ID: X509Incomplete, Options: []string{mechanism},
			Message: shown + " needs " + missing,
			Hint:    "set tls=true and tlsCertificateKeyFile",
		})
	}
	return problems
}

// CheckAuthenticate returns why nobody can be authenticated with the options by
// client certificate; nil where it can be tried. Any other mechanism would need a
// password, which is never sent.
func (t *Target) CheckAuthenticate() []Problem {
	fail := func(message, hint string) []Problem {
		return []Problem{{Severity: Error, ID: OptionConflict, Options: []string{"--authenticate"}, Message: message, Hint: hint}}
	}
	const useX509 = "give authMechanism=" + mechanismX509 + " and a client certificate, or leave --authenticate out"
	mechanism := t.Options.AuthMechanism
	switch {
	case mechanism.IsSet() && !t.UsesX509():
		return fail("--authenticate is for "+mechanismX509+", and "+mechanism.Name+"="+printable(mechanism.Value)+" is given: credentials of other mechanisms are never sent", useX509)
	case !mechanism.IsSet() && t.HasCredentials:
		return fail("--authenticate is for "+mechanismX509+", and the user name without authMechanism stands for another: credentials of other mechanisms are never sent", useX509)
	case !mechanism.IsSet() && !t.Options.TLSCertificateKeyFile.IsSet():
		return fail("--authenticate needs a client certificate, and no option names one", "name it with --tlsCertificateKeyFile")
	case !t.TLS:
		return fail("--authenticate needs TLS, and TLS is off", "set tls=true")
	}
	return nil
}
