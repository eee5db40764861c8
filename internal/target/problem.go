package target

import (
	"slices"
	"strings"
)

// Severity tells whether a target can be checked as given.
type Severity int

// The severities of a problem.
const (
	// Warning: the target can be checked; something in it is not what it seems.
	Warning Severity = iota
	// Error: it cannot be checked as given (exit code 2).
	Error
)

// The identifiers of problems. Those of errors are the "id" of the error JSON.
const (
	// URIInvalid: the target is not written as a target is.
	URIInvalid = "uri-invalid"
	// OptionConflict: options that must not, or cannot, be given together.
	OptionConflict = "option-conflict"
	// OptionInvalidValue: an option whose value is none of those it takes.
	OptionInvalidValue = "option-invalid-value"
	// OptionUnknown: an option that no specification defines.
	OptionUnknown = "option-unknown"
	// OptionRepeated: an option given more than once.
	OptionRepeated = "option-repeated"
	// OptionDeprecated: an older or driver-specific spelling of an option.
	OptionDeprecated = "option-deprecated"
	// TLSImplied: drivers differ in whether the options turn TLS on.
	TLSImplied = "tls-implied"
	// TLSContradicted: options that need TLS where it is switched off.
	TLSContradicted = "tls-contradicted"
	// UnixSocket: a Unix domain socket, over which there is no TLS.
	UnixSocket = "unix-socket"
	// X509Incomplete: MONGODB-X509 without what it needs.
	X509Incomplete = "x509-incomplete"
	// ProxyNotUsed: a SOCKS5 proxy that a driver would connect through.
	ProxyNotUsed = "proxy-not-used"
)

// Problem is something wrong with a target. It never carries a credential.
type Problem struct {
	Severity Severity
	// ID is one of the identifiers of this package.
	ID string
	// Options are the names of the options involved, as the user wrote them; a
	// flag has its dashes.
	Options []string
	// Message is what is wrong, Hint what to do; lower case, no full stop. Hint
	// may be empty.
	Message, Hint string
}

// String is the message with its hint.
func (p Problem) String() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + "; " + p.Hint
}

// HasError reports whether one of the problems is an Error.
func HasError(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// newProblems returns those found that are not among the told. A problem of the
// whole target is told once, even when a later option changes its words.
func newProblems(told, found []Problem) []Problem {
	key := func(p Problem) string {
		switch p.ID {
		case TLSImplied, TLSContradicted, UnixSocket, X509Incomplete:
			return p.ID
		case OptionConflict:
			// A flag in place of the option of the same name is no new conflict.
			k := p.ID
			for _, name := range p.Options {
				if e, ok := lookUp(strings.TrimPrefix(name, "--")); ok {
					name = e.option.name
				}
				k += " " + name
			}
			return k
		}
		return p.ID + " " + p.Message
	}
	seen := make(map[string]bool, len(told)+len(found))
	for _, p := range told {
		seen[key(p)] = true
	}
	var fresh []Problem
	for _, p := range found {
		if k := key(p); !seen[k] {
			seen[k] = true
			fresh = append(fresh, p)
		}
	}
	return fresh
}
