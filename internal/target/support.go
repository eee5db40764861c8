package target

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// unsupported tells which drivers do not take a TLS option. Notes say what the
// lists cannot.
var unsupported = []fact.UnsupportedOption{
	{Option: "tlsCAFile", Ignored: []string{"java", "csharp"},
		Note: "java takes a trust store, csharp that of the system"},
	{Option: "tlsCertificateKeyFile", Ignored: []string{"java", "csharp"},
		Note: "java takes a key store, csharp a certificate object"},
	{Option: "tlsCertificateKeyFilePassword", Ignored: []string{"java", "csharp"}, Rejected: []string{"rust"},
		Note: "rust takes it when built with the feature cert-key-password"},
	{Option: "tlsCRLFile", Ignored: []string{"go", "java", "c", "php", "csharp", "ruby"}, Rejected: []string{"rust"},
		Note: "pymongo refuses it where PyOpenSSL is installed; c and php have an option of their own in code"},
	{Option: "tlsInsecure",
		Note: "java skips only the verification of hostnames"},
	{Option: "tlsAllowInvalidCertificates", Ignored: []string{"go", "java", "csharp"},
		Note: "c, php and rust skip the verification of hostnames too"},
	{Option: "tlsAllowInvalidHostnames", Ignored: []string{"go", "csharp"}, Rejected: []string{"rust"},
		Note: "rust takes it when built with the feature openssl-tls; with ruby it has no effect"},
	{Option: "tlsDisableOCSPEndpointCheck", Ignored: []string{"java", "csharp"}, Rejected: []string{"node", "mongosh", "rust"},
		Note: "with pymongo it has an effect only where PyOpenSSL is installed"},
	{Option: "tlsDisableCertificateRevocationCheck", Ignored: []string{"pymongo", "go", "java", "ruby"}, Rejected: []string{"node", "mongosh", "rust"}},
}

// refuseUnknown are the drivers that refuse a connection string with an option
// they do not know. The others go on without it.
var refuseUnknown = []string{"node", "mongosh", "rust"}

// Unsupported returns the TLS options given that some drivers do not take, in
// the order given, and then those that nobody knows. An option of the command line stands for the connection
// string's of the same name, but for the files: what a driver has in place of
// tlsCAFile can hold the same certificates, and a flag says no more than that.
func (t *Target) Unsupported() []fact.UnsupportedOption {
	var all []fact.UnsupportedOption
	for _, g := range t.given {
		if g.value == nil && g.option.isTLS() {
			if u, ok := t.refusedValue(g); ok {
				all = append(all, u)
			}
			continue
		}
		if g.value == nil || !g.option.isTLS() || (g.origin == FromFlag && slices.Contains(ownWay, g.option.name)) {
			continue
		}
		u, ok := unsupportedBy(g)
		seen := slices.ContainsFunc(all, func(o fact.UnsupportedOption) bool { return o.Option == u.Option })
		if ok && !seen {
			all = append(all, u)
		}
	}
	return append(all, t.unknownOptions()...)
}

// unknownOptions are the options that no specification defines.
func (t *Target) unknownOptions() []fact.UnsupportedOption {
	var all []fact.UnsupportedOption
	for _, p := range t.told {
		if p.ID != OptionUnknown || len(p.Options) == 0 || slices.ContainsFunc(all, func(o fact.UnsupportedOption) bool { return o.Option == p.Options[0] }) {
			continue
		}
		u := fact.UnsupportedOption{Option: p.Options[0]}
		for _, d := range allDrivers {
			if slices.Contains(refuseUnknown, d) {
				u.Rejected = append(u.Rejected, d)
			} else {
				u.Ignored = append(u.Ignored, d)
			}
		}
		all = append(all, u)
	}
	return all
}

// refuseValues are the drivers that refuse a boolean option with another value
// than true and false; the others ignore it. Measured with PyMongo, Node.js, Go
// and PHP.
var refuseValues = []string{"node", "mongosh", "c", "php"}

func (t *Target) refusedValue(g given) (fact.UnsupportedOption, bool) {
	if _, boolean := t.Options.field(g.option.name).(*Option[bool]); !boolean || g.spelling != nil {
		return fact.UnsupportedOption{}, false
	}
	return fact.UnsupportedOption{Option: g.name, Rejected: slices.Clone(refuseValues), Value: true}, true
}

// ownWay are the options that stand for files which every driver can be given,
// in its own way where it ignores the option.
var ownWay = []string{"tlsCAFile", "tlsCertificateKeyFile", "tlsCertificateKeyFilePassword"}

func unsupportedBy(g given) (fact.UnsupportedOption, bool) {
	if g.spelling == nil {
		for _, u := range unsupported {
			if u.Option == g.option.name {
				u.Ignored, u.Rejected = slices.Clone(u.Ignored), slices.Clone(u.Rejected)
				return u, true
			}
		}
		return fact.UnsupportedOption{}, false
	}
	u := fact.UnsupportedOption{Option: strings.TrimPrefix(g.name, "--"), For: g.option.name}
	for _, d := range allDrivers {
		switch {
		case slices.Contains(g.spelling.takers, d):
		case slices.Contains(refuseUnknown, d):
			u.Rejected = append(u.Rejected, d)
		default:
			u.Ignored = append(u.Ignored, d)
		}
	}
	return u, true
}
