package verify

import "strings"

// matchPattern compares one presented name with a host as OpenSSL does
// (crypto/x509/v3_utl.c, equal_wildcard). With partial an asterisk may be the
// first or the last part of the leftmost label.
func matchPattern(pattern, host string, partial bool) bool {
	if host == "" || strings.ContainsRune(host, 0) || strings.ContainsRune(pattern, 0) {
		return false
	}
	if host[0] == '.' && len(host) > 1 {
		// That stands for all hosts below a domain.
		return len(pattern) >= len(host) && equalFoldASCII(pattern[len(pattern)-len(host):], host)
	}
	star, ok := wildcard(pattern, partial)
	if !ok {
		return equalFoldASCII(pattern, host)
	}
	prefix, suffix := pattern[:star], pattern[star+1:]
	if len(host) < len(prefix)+len(suffix) ||
		!equalFoldASCII(host[:len(prefix)], prefix) || !equalFoldASCII(host[len(host)-len(suffix):], suffix) {
		return false
	}
	middle := host[len(prefix) : len(host)-len(suffix)]
	if whole := prefix == "" && suffix[0] == '.'; whole && middle == "" || !whole && isALabel(host) {
		return false
	}
	// The asterisk stands for letters, digits and hyphens of one label, or for
	// an asterisk.
	return middle == "*" || !strings.ContainsFunc(middle, func(r rune) bool { return r != '-' && !isAlphanumeric(r) })
}

// wildcard finds the asterisk of a pattern. ok is false if there is none, or it
// is not where it may be: in the leftmost of at least three labels, which is not
// an A-label. A pattern with another asterisk is compared as text.
func wildcard(pattern string, partial bool) (at int, ok bool) {
	labels := strings.Split(pattern, ".")
	first := labels[0]
	at = strings.IndexByte(first, '*')
	if at < 0 || len(labels) < 3 || strings.Count(pattern, "*") > 1 {
		return 0, false
	}
	atStart, atEnd := at == 0, at == len(first)-1
	if !atStart && !atEnd || !partial && (!atStart || !atEnd) {
		return 0, false
	}
	if !atStart && isALabel(first) || strings.Contains(pattern, "_") {
		return 0, false
	}
	// What the asterisk stands for may end in front of a hyphen, but not begin
	// behind one.
	labels[0] = strings.TrimSuffix(first, "*")
	if atStart {
		labels[0] = "x" + first[1:]
	}
	return at, looksLikeHost(strings.Join(labels, "."))
}

// isALabel reports whether a name begins with the prefix of IDNA A-labels (RFC
// 5890 section 2.3.2.1).
func isALabel(name string) bool { return len(name) >= 4 && equalFoldASCII(name[:4], "xn--") }

// looksLikeHost reports whether s is two labels or more of letters, digits,
// hyphens within, and underscores.
func looksLikeHost(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && r != '_' && !isAlphanumeric(r) }) {
			return false
		}
	}
	return true
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
