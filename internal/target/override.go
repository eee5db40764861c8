package target

// Flags are the TLS options of the command line, which override those of the
// same name in a connection string. Nil means not given. A flag that is given
// as false counts as given.
type Flags struct {
	TLSCAFile                            *string
	TLSCertificateKeyFile                *string
	TLSCertificateKeyFilePassword        *Secret
	TLSCRLFile                           *string
	TLSInsecure                          *bool
	TLSAllowInvalidCertificates          *bool
	TLSAllowInvalidHostnames             *bool
	TLSDisableOCSPEndpointCheck          *bool
	TLSDisableCertificateRevocationCheck *bool
}

// Override puts the command line's options over the target's, and returns the
// problems that Parse could not know of. An empty file name is an error.
func (t *Target) Override(flags Flags) []Problem {
	var problems []Problem
	add := func(name string, value any) {
		shown := "--" + name
		if value == "" {
			problems = append(problems, Problem{
				Severity: Error, ID: OptionInvalidValue, Options: []string{shown},
				Message: shown + " must not be empty", Hint: "leave it out, or name a file",
			})
			return
		}
		e, _ := lookUp(name)
		t.given = append(t.given, given{option: e.option, name: shown, origin: FromFlag, value: value})
	}
	addText := func(name string, value *string) {
		if value != nil {
			add(name, *value)
		}
	}
	addBool := func(name string, value *bool) {
		if value != nil {
			add(name, *value)
		}
	}
	addText("tlsCAFile", flags.TLSCAFile)
	addText("tlsCertificateKeyFile", flags.TLSCertificateKeyFile)
	// An empty password is one that decrypts no key; it stands for none.
	if p := flags.TLSCertificateKeyFilePassword; p != nil && *p != "" {
		secret := *p
		add("tlsCertificateKeyFilePassword", &secret)
	}
	addText("tlsCRLFile", flags.TLSCRLFile)
	addBool("tlsInsecure", flags.TLSInsecure)
	addBool("tlsAllowInvalidCertificates", flags.TLSAllowInvalidCertificates)
	addBool("tlsAllowInvalidHostnames", flags.TLSAllowInvalidHostnames)
	addBool("tlsDisableOCSPEndpointCheck", flags.TLSDisableOCSPEndpointCheck)
	addBool("tlsDisableCertificateRevocationCheck", flags.TLSDisableCertificateRevocationCheck)
	problems = append(problems, t.apply()...)
	return t.settle(problems)
}
