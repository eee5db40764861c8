package verify

import (
	"bytes"
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// NameRule is a way to compare the host that was dialled with the names of a
// certificate. All agree on RFC 6125: a dNSName, or with an asterisk for the
// whole first label. They differ about everything else.
type NameRule string

// The rules, by where they come from.
const (
	// NamesOpenSSL is X509_check_host without partial wildcards: Python,
	// libmongoc, and what is built on it.
	NamesOpenSSL NameRule = "openssl"
	// NamesNode is tls.checkServerIdentity.
	NamesNode NameRule = "node"
	// NamesGo is x509.Certificate.VerifyHostname.
	NamesGo NameRule = "go"
	// NamesJava is sun.security.util.HostnameChecker for HTTPS.
	NamesJava NameRule = "java"
	// NamesDotNet is X509_check_host as .NET on Linux calls it.
	NamesDotNet NameRule = "dotnet"
	// NamesRustls is webpki's verify_is_valid_for_subject_name.
	NamesRustls NameRule = "rustls"
	// NamesRuby is OpenSSL::SSL.verify_certificate_identity.
	NamesRuby NameRule = "ruby"
	// NamesServiceIdentity is the service_identity package, with which PyMongo
	// checks names where PyOpenSSL is installed.
	NamesServiceIdentity NameRule = "service-identity"
	// NamesMongod is hostNameMatchForX509Certificates, by which mongod and mongos
	// check the members that they connect to.
	NamesMongod NameRule = "mongod"
)

// MatchHost reports whether a rule finds the host in the leaf: a DNS name in
// A-labels, or an IP address without brackets. An unknown rule finds nothing.
func MatchHost(rule NameRule, leaf *certificate.Certificate, host string) bool {
	switch rule {
	case NamesOpenSSL, NamesDotNet:
		return Hostname(leaf, host).OK
	case NamesNode:
		return nodeIdentity(leaf, host) == ""
	case NamesGo:
		parsed, err := x509.ParseCertificate(leaf.Raw)
		return err == nil && parsed.VerifyHostname(host) == nil
	case NamesJava:
		return javaIdentity(leaf, host) == ""
	case NamesRustls:
		return matchAlternative(leaf, strings.TrimSuffix(host, "."), true)
	case NamesServiceIdentity:
		return matchAlternative(leaf, host, false)
	case NamesMongod:
		return matchMongod(leaf, host)
	case NamesRuby:
		return matchRuby(leaf, host)
	}
	return false
}

// matchAlternative knows nothing but dNSNames and iPAddresses. With aLabels an
// asterisk may stand for an A-label.
func matchAlternative(leaf *certificate.Certificate, host string, aLabels bool) bool {
	if ip, ok := parseIP(host); ok {
		return slices.Contains(leaf.IPAddresses, ip)
	}
	return slices.ContainsFunc(leaf.DNSNames, func(name string) bool {
		if equalFoldASCII(name, host) {
			return true
		}
		base, wildcard := strings.CutPrefix(name, "*.")
		first, rest, found := strings.Cut(host, ".")
		return wildcard && found && first != "" && strings.Contains(base, ".") && equalFoldASCII(base, rest) &&
			(aLabels || !isALabel(first))
	})
}

// matchRuby takes addresses for names like any other, in dNSNames and common
// names, and common names wherever there is neither dNSName nor iPAddress.
func matchRuby(leaf *certificate.Certificate, host string) bool {
	matches := func(name string) bool { return matchRubyName(name, host) }
	named := false
	for _, name := range leaf.AltNames {
		switch name.Tag {
		case certificate.TagDNS:
			if matches(string(name.Value)) {
				return true
			}
		case certificate.TagIP:
			ip, err := netip.ParseAddr(host)
			if err == nil && bytes.Equal(ip.AsSlice(), name.Value) {
				return true
			}
		default:
			continue
		}
		named = true
	}
	return !named && slices.ContainsFunc(leaf.CommonNames, matches)
}

// matchRubyName compares label by label. An asterisk may be any part of the
// first label, and stands for at least one character.
func matchRubyName(pattern, host string) bool {
	ascii := func(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) }
	labels := strings.Split(strings.TrimRight(strings.ToLower(pattern), "."), ".")
	hosts := strings.Split(strings.TrimRight(strings.ToLower(host), "."), ".")
	switch {
	case !ascii(pattern) || !ascii(host):
		return false
	case len(labels) < 2:
		// A single label is compared as it stands.
		return pattern == host
	case len(labels) != len(hosts) || !slices.Equal(labels[1:], hosts[1:]):
		return false
	}
	prefix, suffix, found := strings.Cut(labels[0], "*")
	switch {
	case !found:
		return labels[0] == hosts[0]
	case strings.Contains(suffix, "*") || labels[0] != "*" && strings.HasPrefix(hosts[0], "xn--"):
		return false
	}
	return len(prefix)+len(suffix) < len(hosts[0]) && strings.HasPrefix(hosts[0], prefix) && strings.HasSuffix(hosts[0], suffix)
}
