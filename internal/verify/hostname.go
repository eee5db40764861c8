package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// NameResult is whether a certificate is for a host.
type NameResult struct {
	OK bool
	// Checked is the name or address that was looked for.
	Checked string
	// Matched is the name of the certificate that matched, empty if none did.
	Matched string
	// CNOnly is whether it was a common name that matched, which Go, rustls and
	// others do not look at.
	CNOnly bool
	// IPInDNS is whether the host is an address that the certificate has as
	// text, in a dNSName or a common name, where no client looks for it.
	IPInDNS bool
	// TrailingDot is whether the host ends in a dot without which it would
	// match.
	TrailingDot bool
	// Names are those the certificate is good for: dNSNames, addresses, and
	// the common names if there is no dNSName. Control characters are kept.
	Names []string
}

// Hostname checks a certificate against the host a client dialled: a DNS name,
// or an IP address without brackets. The rules are those of OpenSSL's
// X509_check_host and X509_check_ip with X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
// as Python and libmongoc set it: an address matches iPAddress names only; a DNS
// name matches dNSNames, or the common names if there is no dNSName; an asterisk
// stands for one whole leftmost label and needs two labels more to its right.
func Hostname(leaf *certificate.Certificate, host string) NameResult {
	r := NameResult{Checked: host}
	r.Names = append(r.Names, leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		r.Names = append(r.Names, ip.String())
	}
	if len(leaf.DNSNames) == 0 {
		r.Names = append(r.Names, leaf.CommonNames...)
	}
	if ip, ok := parseIP(host); ok {
		if slices.Contains(leaf.IPAddresses, ip) {
			r.OK, r.Matched = true, ip.String()
			return r
		}
		isText := func(name string) bool {
			text, ok := parseIP(name)
			return ok && text == ip
		}
		r.IPInDNS = slices.ContainsFunc(leaf.DNSNames, isText) || slices.ContainsFunc(leaf.CommonNames, isText)
		return r
	}
	r.Matched, r.CNOnly, r.OK = matchName(leaf, host)
	if !r.OK && strings.HasSuffix(host, ".") {
		_, _, r.TrailingDot = matchName(leaf, strings.TrimSuffix(host, "."))
	}
	return r
}

// matchName finds the first name of leaf that host matches.
func matchName(leaf *certificate.Certificate, host string) (matched string, cn, ok bool) {
	names, cn := leaf.DNSNames, false
	if len(names) == 0 {
		names, cn = leaf.CommonNames, true
	}
	for _, name := range names {
		if matchPattern(name, host) {
			return name, cn, true
		}
	}
	return "", false, false
}

// matchPattern compares one presented name with a host.
func matchPattern(pattern, host string) bool {
	if host == "" || strings.ContainsRune(host, 0) || strings.ContainsRune(pattern, 0) {
		return false
	}
	if !validWildcard(pattern) {
		return equalFoldASCII(pattern, host)
	}
	label, rest, found := strings.Cut(host, ".")
	if !found || !equalFoldASCII(pattern[2:], rest) {
		return false
	}
	// The asterisk stands for one label of letters, digits and hyphens, or for
	// an asterisk.
	return label == "*" ||
		label != "" && !strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !isAlphanumeric(r) })
}

// validWildcard reports whether pattern is an asterisk and at least two further
// labels that are host names. Any other pattern with an asterisk is compared as
// text.
func validWildcard(pattern string) bool {
	rest, ok := strings.CutPrefix(pattern, "*.")
	return ok && !strings.Contains(rest, "_") && looksLikeHost(rest)
}

// equalFoldASCII compares without regard to the case of ASCII letters only;
// Unicode case folding would let U+212A pass for k.
func equalFoldASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
