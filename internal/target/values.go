package target

import (
	"fmt"
	"strconv"
	"strings"
)

// parser reads the value of an option. It returns a bool, an int64 or a string,
// or, for a wrong value, what the value must be.
type parser func(string) (value any, mustBe string)

func text(s string) (any, string) {
	if s == "" {
		return nil, "must not be empty"
	}
	return s, ""
}

// boolean takes what every driver does. The connection string specification
// lets drivers take "1", "yes" and the like too, and they differ.
func boolean(s string) (any, string) {
	switch s {
	case "true":
		return true, ""
	case "false":
		return false, ""
	}
	return nil, "must be true or false"
}

func number(least, most int64) parser {
	return func(s string) (any, string) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < least || n > most {
			return nil, fmt.Sprintf("must be a number from %d to %d", least, most)
		}
		return n, ""
	}
}

func oneOf(values ...string) parser {
	return func(s string) (any, string) {
		for _, v := range values {
			if s == v {
				return v, ""
			}
		}
		return nil, "must be " + join(values, "or")
	}
}

// staleness takes -1 for no limit, or at least 90 (max staleness specification).
func staleness(s string) (any, string) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 90 && n != -1 {
		return nil, "must be -1 or a number from 90"
	}
	return n, ""
}

// writeConcern takes a number of members, or the name of a write concern.
func writeConcern(s string) (any, string) {
	if n, err := strconv.ParseInt(s, 10, 64); s == "" || err == nil && n < 0 {
		return nil, "must be a number from 0, or a name"
	}
	return s, ""
}

// pairs takes key:value pairs with commas between.
func pairs(s string) (any, string) {
	for pair := range strings.SplitSeq(s, ",") {
		if key, _, ok := strings.Cut(pair, ":"); !ok || key == "" {
			return nil, "must be key:value pairs with commas between"
		}
	}
	return s, ""
}

// tags takes pairs, or nothing for a tag set that every member matches.
func tags(s string) (any, string) {
	if s == "" {
		return s, ""
	}
	return pairs(s)
}

// certReqs takes the names of Python's ssl module. With CERT_OPTIONAL a client
// verifies as with CERT_REQUIRED: a server always has a certificate.
func certReqs(s string) (any, string) {
	switch s {
	case "CERT_NONE":
		return true, ""
	case "CERT_OPTIONAL", "CERT_REQUIRED":
		return false, ""
	}
	return nil, "must be CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED"
}

// serviceName takes a service name of RFC 6335 section 5.1, up to the 62
// characters that a DNS label leaves beside its underscore.
func serviceName(s string) (any, string) {
	const mustBe = "must be a service name: letters, digits and single inner hyphens, with a letter, up to 62"
	if len(s) == 0 || len(s) > 62 || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return nil, mustBe
	}
	letter := false
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letter = true
		case c >= '0' && c <= '9', c == '-':
		default:
			return nil, mustBe
		}
	}
	if !letter {
		return nil, mustBe
	}
	return s, ""
}

// hostsSuffix takes a domain, with or without a dot before it. A single label
// would allow a whole top-level domain, unless it is one that nobody can
// register (RFC 6761, RFC 6762, and ICANN's "internal").
func hostsSuffix(s string) (any, string) {
	domain := strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(s, "."), "."))
	if checkName(domain) != "" {
		return nil, "must be a domain name"
	}
	if !strings.Contains(domain, ".") {
		switch domain {
		case "localhost", "local", "internal", "test", "invalid", "example":
		default:
			return nil, "must be a domain of at least two labels"
		}
	}
	return domain, ""
}

// join lists words in a sentence: "a, b and c".
func join(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
