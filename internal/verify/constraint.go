package verify

import (
	"bytes"
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
			f.Kind, f.Other, f.Fatal = KindNameConstraint, n.cert, true
			w.add(f)
		}
	}
}

// constrainedName is a name of a certificate and how people read it.
type constrainedName struct {
	certificate.GeneralName
	text string
	// unsupported is whether OpenSSL refuses the name as soon as a CA constrains
	// any: an emailAddress of another string type than IA5String, or a common
	// name with a NUL in it.
	unsupported bool
}

// constrainedNames are the names of c that constraints bind, in the order in
// which OpenSSL looks at them: the subject, its email addresses, the names of
// the subjectAltName, and of a leaf that has no dNSName the common names that
// look like a host name of at least two labels, since OpenSSL would match those.
func constrainedNames(c *certificate.Certificate, leaf bool) []constrainedName {
	var names []constrainedName
	add := func(tag byte, value []byte, text string) {
		names = append(names, constrainedName{GeneralName: certificate.GeneralName{Tag: tag, Value: value}, text: text})
	}
	if c.CanonicalSubject() != "" {
		add(certificate.TagDirectoryName, c.RawSubject, c.Subject)
		names[0].Canonical = c.CanonicalSubject()
	}
	for _, email := range c.SubjectEmails {
		add(certificate.TagEmail, []byte(email.Value), email.Value)
		names[len(names)-1].unsupported = !email.IA5String
	}
	ips := c.IPAddresses
	for _, name := range c.AltNames {
		add(name.Tag, name.Value, string(name.Value))
		last := &names[len(names)-1]
		last.Canonical = name.Canonical
		switch {
		case name.Tag == certificate.TagDirectoryName:
			last.text = certificate.Name(name.Value)
		case name.Tag == certificate.TagIP && (len(name.Value) == 4 || len(name.Value) == 16):
			last.text, ips = ips[0].String(), ips[1:]
		}
	}
	if leaf && len(c.DNSNames) == 0 {
		for _, cn := range c.CommonNames {
			cn = strings.TrimRight(cn, "\x00")
			if embedded := strings.ContainsRune(cn, 0); embedded || looksLikeHost(cn) {
				add(certificate.TagDNS, []byte(cn), cn)
				names[len(names)-1].unsupported = embedded
			}
		}
	}
	return names
}

// violations tells the names of c that nc does not let pass, and those that it
// constrains in a way that OpenSSL does not evaluate and therefore refuses.
func violations(c *certificate.Certificate, nc *certificate.NameConstraints, leaf bool) []Fault {
	names := constrainedNames(c, leaf)
	if limits := len(nc.Permitted) + len(nc.Excluded); limits > 0 && len(names) > maxConstraintChecks/limits {
		return []Fault{{Reason: ReasonNotEvaluated, Details: []string{"too many names and constraints"}}}
	}
	details := make(map[Reason][]string)
	for _, name := range names {
		switch code := constrain(name, nc); code {
		case verifyOK:
		case errPermittedViolation:
			details[ReasonNotPermitted] = append(details[ReasonNotPermitted], name.text)
		case errExcludedViolation:
			details[ReasonExcluded] = append(details[ReasonExcluded], name.text)
		case errSubtreeMinMax:
			details[ReasonNotEvaluated] = append(details[ReasonNotEvaluated], name.text+" (minimum or maximum of a subtree)")
		default:
			details[ReasonNotEvaluated] = append(details[ReasonNotEvaluated], name.text)
		}
	}
	var faults []Fault
	for _, reason := range []Reason{ReasonNotPermitted, ReasonExcluded, ReasonNotEvaluated} {
		if len(details[reason]) > 0 {
			faults = append(faults, Fault{Reason: reason, Details: slices.Compact(details[reason])})
		}
	}
	return faults
}

// constrain judges one name against all subtrees of its kind, as OpenSSL does:
// it has to be in one of those permitted, if there are any, and in none that is
// excluded.
func constrain(name constrainedName, nc *certificate.NameConstraints) int {
	if name.unsupported {
		return errUnsupportedNameSyntax
	}
	restricted, permitted := false, false
	for _, tree := range nc.Permitted {
		if tree.Tag != name.Tag {
			continue
		}
		if tree.MinMax {
			return errSubtreeMinMax
		}
		if permitted {
			continue
		}
		restricted = true
		switch code := within(name, tree.GeneralName); code {
		case verifyOK:
			permitted = true
		case errPermittedViolation:
		default:
			return code
		}
	}
	if restricted && !permitted {
		return errPermittedViolation
	}
	for _, tree := range nc.Excluded {
		if tree.Tag != name.Tag {
			continue
		}
		if tree.MinMax {
			return errSubtreeMinMax
		}
		switch code := within(name, tree.GeneralName); code {
		case verifyOK:
			return errExcludedViolation
		case errPermittedViolation:
		default:
			return code
		}
	}
	return verifyOK
}

// within tells whether name lies in the subtree of base, which is of the same
// kind: verifyOK, errPermittedViolation if not, or why that cannot be told.
func within(name constrainedName, base certificate.GeneralName) int {
	var ok bool
	switch name.Tag {
	case certificate.TagDirectoryName:
		ok = strings.HasPrefix(name.Canonical, base.Canonical)
	case certificate.TagDNS:
		ok = withinDNS(name.Value, base.Value)
	case certificate.TagEmail:
		return withinEmail(string(name.Value), string(base.Value))
	case certificate.TagURI:
		return withinURI(string(name.Value), string(base.Value))
	case certificate.TagIP:
		return withinIP(name.Value, base.Value)
	default:
		return errUnsupportedConstraintType
	}
	return violationUnless(ok)
}

func violationUnless(ok bool) int {
	if ok {
		return verifyOK
	}
	return errPermittedViolation
}

// withinDNS reports whether name lies in the subtree base: any number of labels
// may be added on the left. A base with a leading dot asks for at least one.
func withinDNS(name, base []byte) bool {
	at := len(name) - len(base)
	if len(base) == 0 {
		return true
	}
	return at >= 0 && (at == 0 || base[0] == '.' || name[at-1] == '.') && equalFoldASCII(name[at:], base)
}

// withinEmail knows bases that are a mailbox, a host, or with a leading dot all
// hosts below one. The local part is compared with regard to case.
func withinEmail(name, base string) int {
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return errUnsupportedNameSyntax
	}
	baseAt := strings.LastIndexByte(base, '@')
	if baseAt < 0 && strings.HasPrefix(base, ".") {
		return violationUnless(len(name) > len(base) && equalFoldASCII(name[len(name)-len(base):], base))
	}
	if baseAt > 0 {
		local := base[:baseAt]
		if len(local) != at {
			return errPermittedViolation
		}
		if strings.ContainsRune(local+name[:at], 0) {
			return errUnsupportedNameSyntax
		}
		if local != name[:at] {
			return errPermittedViolation
		}
	}
	return violationUnless(equalFoldASCII(name[at+1:], base[baseAt+1:]))
}

// withinURI compares the host of a URI with a host, or with a leading dot with
// all hosts below one.
func withinURI(name, base string) int {
	_, rest, found := strings.Cut(name, ":")
	host, slashes := strings.CutPrefix(rest, "//")
	if !found || !slashes || host == "" {
		return errUnsupportedNameSyntax
	}
	if end := strings.IndexByte(host, ':'); end >= 0 {
		host = host[:end]
	} else if end := strings.IndexByte(host, '/'); end >= 0 {
		host = host[:end]
	}
	if host == "" {
		return errUnsupportedNameSyntax
	}
	if strings.HasPrefix(base, ".") {
		return violationUnless(len(host) > len(base) && equalFoldASCII(host[len(host)-len(base):], base))
	}
	return violationUnless(equalFoldASCII(host, base))
}

// withinIP compares under the mask that is the second half of base, which need
// not be contiguous. An IPv4 range holds no IPv6 address.
func withinIP(ip, base []byte) int {
	if len(ip) != 4 && len(ip) != 16 || len(base) != 8 && len(base) != 32 {
		return errUnsupportedNameSyntax
	}
	if len(base) != 2*len(ip) {
		return errPermittedViolation
	}
	masked := func(b []byte) []byte {
		out := make([]byte, len(ip))
		for i := range out {
			out[i] = b[i] & base[len(ip)+i]
		}
		return out
	}
	return violationUnless(bytes.Equal(masked(ip), masked(base)))
}
