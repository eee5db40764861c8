package verify

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// maxConstraintChecks bounds names times constraints, as OpenSSL does.
const maxConstraintChecks = 1 << 20

// nameConstraints checks the current certificate against the constraints of all
// CAs above it, the anchor included (RFC 5280 section 4.2.1.10). Self-issued
// certificates are exempt unless they are the leaf.
func (w *walker) nameConstraints() {
	if w.depth > 0 && w.cert.SelfIssued() {
		return
	}
	for _, n := range w.nodes[w.depth+1:] {
		if n.cert.NameConstraints == nil {
			continue
		}
		for _, f := range violations(w.cert, n.cert.NameConstraints, w.depth == 0) {
			f.Kind, f.Other = KindNameConstraint, n.cert
			w.add(f)
		}
	}
}

// violations tells the names of c that nc does not let pass, and those it
// constrains in a way not evaluated here.
func violations(c *certificate.Certificate, nc *certificate.NameConstraints, leaf bool) []Fault {
	names := len(c.DNSNames) + len(c.IPAddresses) + 1
	limits := len(nc.PermittedDNS) + len(nc.ExcludedDNS) + len(nc.PermittedIPs) + len(nc.ExcludedIPs) +
		len(nc.PermittedDirs) + len(nc.ExcludedDirs)
	if limits > maxConstraintChecks/names {
		return []Fault{{Fatal: true, Reason: ReasonNotEvaluated, Details: []string{"too many names and constraints"}}}
	}
	var outside, excluded []string
	judge := func(name string, permitted, forbidden bool) {
		switch {
		case !permitted:
			outside = append(outside, name)
		case forbidden:
			excluded = append(excluded, name)
		}
	}
	for _, name := range constrainedDNS(c, leaf) {
		within := func(base string) bool { return withinDNS(name, base) }
		judge(name, len(nc.PermittedDNS) == 0 || slices.ContainsFunc(nc.PermittedDNS, within),
			slices.ContainsFunc(nc.ExcludedDNS, within))
	}
	for _, ip := range c.IPAddresses {
		within := func(r certificate.IPRange) bool { return r.Contains(ip) }
		judge(ip.String(), len(nc.PermittedIPs) == 0 || slices.ContainsFunc(nc.PermittedIPs, within),
			slices.ContainsFunc(nc.ExcludedIPs, within))
	}
	if subject := c.CanonicalSubject(); subject != "" {
		within := func(base string) bool { return strings.HasPrefix(subject, base) }
		judge(c.Subject, len(nc.PermittedDirs) == 0 || slices.ContainsFunc(nc.PermittedDirs, within),
			slices.ContainsFunc(nc.ExcludedDirs, within))
	}
	var faults []Fault
	if len(outside) > 0 {
		faults = append(faults, Fault{Fatal: true, Reason: ReasonNotPermitted, Details: outside})
	}
	if len(excluded) > 0 {
		faults = append(faults, Fault{Fatal: true, Reason: ReasonExcluded, Details: excluded})
	}
	if nc.MinMax && len(faults) == 0 {
		faults = append(faults, Fault{
			Fatal: true, Confidence: Likely, Reason: ReasonNotEvaluated, Details: []string{"minimum or maximum of a subtree"},
		})
	}
	if slices.Contains(nc.Unsupported, "rfc822Name") && len(c.EmailAddresses) > 0 ||
		slices.Contains(nc.Unsupported, "uniformResourceIdentifier") && len(c.URIs) > 0 {
		faults = append(faults, Fault{
			Confidence: Likely, Reason: ReasonNotEvaluated, Details: append(slices.Clone(c.EmailAddresses), c.URIs...),
		})
	}
	return faults
}

// constrainedDNS are the names that dNSName constraints bind: the dNSNames, and
// where a leaf has none the common names that look like a host name of at least
// two labels, since OpenSSL would match those.
func constrainedDNS(c *certificate.Certificate, leaf bool) []string {
	if !leaf || len(c.DNSNames) > 0 {
		return c.DNSNames
	}
	var names []string
	for _, cn := range c.CommonNames {
		if looksLikeHost(strings.TrimRight(cn, "\x00")) {
			names = append(names, strings.TrimRight(cn, "\x00"))
		}
	}
	return names
}

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

// withinDNS reports whether name lies in the subtree base: any number of labels
// may be added on the left. A base with a leading dot asks for at least one.
func withinDNS(name, base string) bool {
	if base == "" {
		return true
	}
	if len(name) < len(base) || !equalFoldASCII(name[len(name)-len(base):], base) {
		return false
	}
	return len(name) == len(base) || base[0] == '.' || name[len(name)-len(base)-1] == '.'
}

// parseIP reads an address as users write it, without brackets; a zone means
// nothing to a certificate.
func parseIP(host string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(host)
	return ip.WithZone(""), err == nil
}
