package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// diagnose tells why no path reaches the deciding store. nodes is the path as
// far as it is known; best is the best path to any store, or the same as nodes.
func (g *graph) diagnose(reachable, nodes []*node, best Path) []Fault {
	store := g.input.Store
	if best.Complete {
		// Another store's root is the place where the chain was to end.
		nodes = nil
		for _, c := range best.Certs {
			nodes = append(nodes, reachable[slices.IndexFunc(reachable, func(n *node) bool { return n.cert == c })])
		}
	}
	top := nodes[len(nodes)-1]
	fault := Fault{
		Fatal: true, Confidence: Certain, Depth: len(nodes) - 1, Cert: top.cert,
		Kind: KindIssuerUnknown, Reason: ReasonUnrelated,
	}
	switch {
	case store == StoreCAFile:
		fault.Kind = KindCAFileMismatch
	case top.selfSigned && len(nodes) == 1:
		fault.Kind = KindSelfSignedLeaf
	case top.selfSigned && top.presented >= 0:
		fault.Kind = KindSelfSignedRoot
	}
	switch {
	case g.blamePartial(&fault, reachable):
	case g.blameNamesake(&fault, nodes):
	case top.selfSigned && len(nodes) == 1:
		fault.Kind, fault.Reason = KindSelfSignedLeaf, ""
	case best.Complete && fault.Kind == KindIssuerUnknown:
		fault.Reason, fault.Other = ReasonRootNotInStore, top.cert
		fault.Cert, fault.Depth = nodes[len(nodes)-2].cert, len(nodes)-2
	case fault.Kind != KindCAFileMismatch && top.selfSigned:
		fault.Reason = ""
	case !top.selfSigned:
		return g.blameMissing(fault, top)
	}
	return []Fault{fault}
}

// blamePartial finds certificates of the chain in the store that are no root.
func (g *graph) blamePartial(f *Fault, reachable []*node) bool {
	held := slices.IndexFunc(reachable, func(n *node) bool { return n.in(g.input.Store) && !n.selfSigned })
	if held < 0 {
		return false
	}
	f.Reason, f.Other = ReasonPartial, reachable[held].cert
	if reachable[held] == g.leaf {
		f.Reason = ReasonLeafOnly
	}
	if f.Kind != KindCAFileMismatch {
		f.Kind = KindIssuerUnknown
	}
	return true
}

// blameNamesake finds a certificate that has the name of an issuer of the path
// and did not issue: one of the deciding store, else one that is presented.
func (g *graph) blameNamesake(f *Fault, nodes []*node) bool {
	store := g.input.Store
	top := nodes[len(nodes)-1]
	for _, n := range nodes {
		for _, r := range n.rejected {
			if r.node.in(store) {
				f.Reason, f.Other, f.Cert, f.Depth = r.reason, r.node.cert, n.cert, slices.Index(nodes, n)
				return true
			}
		}
	}
	if top.selfSigned {
		for _, n := range g.byName[top.cert.CanonicalSubject()] {
			if n != top && n.in(store) {
				f.Reason, f.Other = ReasonOtherKey, n.cert
				return true
			}
		}
		return false
	}
	if len(top.rejected) == 0 {
		return false
	}
	r := top.rejected[0]
	f.Reason, f.Other = r.reason, r.node.cert
	if r.node.presented >= 0 && !r.node.cert.SelfIssued() {
		f.Kind, f.Confidence = KindIntermediateMissing, Likely
		if r.reason == ReasonOtherKey {
			f.Reason = ReasonWrongIntermediate
		}
	}
	return true
}

// blameMissing tells an intermediate that the server does not send from an
// issuer that is not known at all. unknown is the fault of the latter.
func (g *graph) blameMissing(unknown Fault, top *node) []Fault {
	missing := unknown
	missing.Kind, missing.Confidence = KindIntermediateMissing, Likely
	for _, n := range g.nodes {
		// Where intermediates were sent, what is missing above the last is more
		// likely the root than one more intermediate.
		if !top.cert.IsCA && n.in(g.input.Store) && n.cert.SelfIssued() && related(top.cert, n.cert) {
			missing.Reason, missing.Other = ReasonRelatedRoot, n.cert
			return []Fault{missing}
		}
	}
	if unknown.Kind == KindIssuerUnknown {
		unknown.Reason = ""
	}
	if len(top.cert.IssuingCertificateURLs) == 0 {
		return []Fault{unknown}
	}
	missing.Reason, missing.Details = ReasonIssuerURL, top.cert.IssuingCertificateURLs
	if unknown.Kind == KindCAFileMismatch {
		// Both are likely: a certificate of a public CA, say, sent without its
		// intermediate and looked up in a private CA's file.
		return []Fault{unknown, missing}
	}
	return []Fault{missing}
}

// related reports whether root looks like the root above the issuer of c: they
// share an organisation, an organisational unit, all domain components, a
// domain, or a name but for the words that tell CAs of one house apart.
func related(c, root *certificate.Certificate) bool {
	shares := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(x string) bool {
			return slices.ContainsFunc(b, func(y string) bool { return x != "" && strings.EqualFold(x, y) })
		})
	}
	if shares(c.IssuerOrganizations, root.Organizations) || shares(c.IssuerOrgUnits, root.OrgUnits) {
		return true
	}
	if dc := c.IssuerDomainComponents; len(dc) > 0 && slices.EqualFunc(dc, root.DomainComponents, strings.EqualFold) {
		return true
	}
	if len(c.IssuerOrganizations) > 0 && len(root.Organizations) > 0 {
		return false
	}
	a, b := distinctiveWords(c.IssuerCommonName), distinctiveWords(root.CommonName)
	return a != "" && a == b
}

// genericWords tell the CAs of one organisation apart, not organisations.
var genericWords = map[string]bool{
	"ca": true, "root": true, "intermediate": true, "issuing": true, "sub": true, "subordinate": true,
	"certificate": true, "certification": true, "authority": true, "class": true, "tls": true, "ssl": true,
	"rsa": true, "ecc": true, "ecdsa": true, "server": true,
}

// distinctiveWords is what is left of a CA's common name without generic words
// and generation numbers; of a host name, its last two labels.
func distinctiveWords(cn string) string {
	cn = strings.ToLower(cn)
	if labels := strings.Split(cn, "."); len(labels) > 2 && looksLikeHost(cn) {
		return strings.Join(labels[len(labels)-2:], ".")
	}
	words := strings.FieldsFunc(cn, func(r rune) bool { return r == ' ' || r == '-' || r == '_' })
	words = slices.DeleteFunc(words, func(w string) bool {
		return genericWords[w] || len(w) <= 3 && strings.Trim(w, "0123456789") != w
	})
	return strings.Join(words, " ")
}
