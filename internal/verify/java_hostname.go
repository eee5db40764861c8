package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// javaIdentity is why HostnameChecker does not find the host in the leaf; empty
// if it does. A dot at the end of the host is taken off before.
func javaIdentity(leaf *certificate.Certificate, host string) string {
	if ip, ok := parseIP(host); ok {
		switch {
		case slices.Contains(leaf.IPAddresses, ip):
			return ""
		case !leaf.HasSAN:
			return "No subject alternative names present"
		}
		return "No subject alternative names matching IP address " + host + " found"
	}
	host = strings.TrimSuffix(host, ".")
	if !javaHostName(host) {
		return "Illegal given domain name: " + host
	}
	matches := func(pattern string) bool { return matchJava(pattern, host) }
	names := leaf.DNSNames
	if len(leaf.SANErrors) > 0 {
		// One name that cannot be read makes the extension count as absent.
		names = nil
	}
	switch {
	case slices.ContainsFunc(names, matches):
		return ""
	case len(names) > 0:
		return "No subject alternative DNS name matching " + host + " found."
	case leaf.CommonName != "" && matches(leaf.CommonName):
		return ""
	}
	return "No name matching " + host + " found"
}

// javaHostName is what SNIHostName takes: letters, digits and inner hyphens (RFC
// 1122 section 2.1), and no dot at the end.
func javaHostName(host string) bool {
	return !slices.ContainsFunc(strings.Split(host, "."), func(label string) bool {
		return label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !isAlphanumeric(r) })
	})
}

// matchJava lets asterisks stand for anything within the first label.
func matchJava(pattern, host string) bool {
	pattern, host = strings.ToLower(pattern), strings.ToLower(host)
	last := strings.LastIndexByte(pattern, '*')
	if pattern == "*" || last >= 0 && !strings.Contains(pattern[last:], ".") || !javaHostName(strings.ReplaceAll(pattern, "*", "z")) {
		return false
	}
	first, rest, _ := strings.Cut(pattern, ".")
	hostFirst, hostRest, _ := strings.Cut(host, ".")
	if rest != hostRest {
		return false
	}
	parts := strings.Split(first, "*")
	if len(parts) == 1 {
		return first == hostFirst
	}
	for i, part := range parts[:len(parts)-1] {
		at := strings.Index(hostFirst, part)
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		hostFirst = hostFirst[at+len(part):]
	}
	return strings.HasSuffix(hostFirst, parts[len(parts)-1])
}
