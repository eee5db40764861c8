package verify

import (
	"crypto"
	"crypto/x509"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Limits of security level 2 (SSL_CTX_set_security_level), as people know them.
// What counts is the 112 bits of security, which OpenSSL 3 gives RSA keys from a
// little below 2048 bits on.
const (
	minRSABits      = 2048
	minECBits       = 224
	minSecurityBits = 112
)

// maxExpiring is the longest time before expiry that is warned of by default.
const maxExpiring = 30 * 24 * time.Hour

// maxLifetimeDays is the lifetime beyond which Apple's platforms refuse server
// certificates that were issued since lifetimeSince, private CAs included.
const maxLifetimeDays = 825

func lifetimeSince() time.Time { return time.Date(2019, time.July, 1, 0, 0, 0, 0, time.UTC) }

func certsOf(nodes []*node) []*certificate.Certificate {
	certs := make([]*certificate.Certificate, len(nodes))
	for i, n := range nodes {
		certs[i] = n.cert
	}
	return certs
}

// check tells the faults of a path's certificates, leaf first. complete is
// whether the last one is a trust anchor, whose own signature does not count.
func (g *graph) check(nodes []*node, complete bool) []Fault {
	w := walker{graph: g, nodes: nodes, complete: complete}
	for i := range nodes {
		w.depth, w.cert = i, nodes[i].cert
		w.encoding()
		w.validity()
		w.issuer()
		w.pathLength()
		w.nameConstraints()
		w.purpose()
		w.strength()
		w.identifiers()
		w.strict()
	}
	w.lifetime()
	return w.faults
}

// walker goes up a path and collects faults.
type walker struct {
	*graph
	nodes    []*node
	complete bool
	depth    int
	cert     *certificate.Certificate
	// subordinates counts the CA certificates below cert that a path length
	// constraint counts: not the self-issued ones.
	subordinates int
	faults       []Fault
}

// add enters a fault of the current certificate.
func (w *walker) add(f Fault) {
	f.Depth, f.Cert = w.depth, w.cert
	if f.Confidence == "" {
		f.Confidence = Certain
	}
	w.faults = append(w.faults, f)
}

// last is whether the current certificate is the top of the path.
func (w *walker) last() bool { return w.depth == len(w.nodes)-1 }

// role names the place of the current certificate.
func (w *walker) role() Reason {
	switch {
	case w.depth == 0:
		return ReasonLeaf
	case w.nodes[w.depth].selfSigned:
		return ReasonRoot
	}
	return ReasonIntermediate
}

func (w *walker) encoding() {
	switch c := w.cert; {
	case len(c.ExtensionErrors) > 0:
		w.add(Fault{Kind: KindMalformed, Reason: ReasonExtension, Fatal: true, Details: c.ExtensionErrors})
	case c.KeyMalformed:
		w.add(Fault{Kind: KindMalformed, Reason: ReasonKey, Fatal: true, Details: []string{"public key of type " + c.KeyType}})
	case c.ExplicitCurve:
		w.add(Fault{Kind: KindMalformed, Reason: ReasonExplicitCurve, Fatal: len(w.nodes) > 1})
	}
	// Go parses what the peer presents, and the roots of its own store.
	if w.cert.GoError != "" {
		w.add(Fault{Kind: KindMalformed, Reason: ReasonGoRefuses, Details: []string{w.cert.GoError}})
	}
	if oids := w.cert.UnknownCriticalExtensions; len(oids) > 0 {
		w.add(Fault{Kind: KindCriticalExtension, Fatal: true, Details: oids})
	} else if w.cert.ProxyCertificate {
		w.add(Fault{Kind: KindCriticalExtension, Fatal: true, Details: []string{"proxyCertInfo"}})
	}
}

func (w *walker) validity() {
	c, at := w.cert, w.input.At
	role := w.role()
	if at.Before(c.NotBefore) {
		w.add(Fault{Kind: KindNotYetValid, Reason: role, Fatal: true})
		return
	}
	if !at.Before(c.NotAfter) {
		kind := map[Reason]Kind{
			ReasonLeaf: KindExpired, ReasonIntermediate: KindIntermediateExpired, ReasonRoot: KindRootExpired,
		}[role]
		w.add(Fault{Kind: kind, Fatal: true})
		return
	}
	margin := w.input.ExpiresIn
	if margin == 0 {
		margin = min(c.NotAfter.Sub(c.NotBefore)/3, maxExpiring)
	}
	if c.NotAfter.Sub(at) < margin {
		w.add(Fault{
			Kind: KindExpiring, Reason: role,
			Value: int(c.NotAfter.Sub(at).Hours() / 24), Limit: int(margin.Hours() / 24),
		})
	}
}

// caKind is what makes a certificate a CA certificate, if anything.
type caKind int

const (
	notCA    caKind = iota
	fullCA          // basicConstraints says so
	legacyCA        // version 1 root, keyCertSign alone, or nsCertType
)

// nsAnyCA are the CA bits of nsCertType.
const nsAnyCA = 0x07

// caStatus judges as OpenSSL's X509_check_ca does.
func caStatus(c *certificate.Certificate) caKind {
	switch {
	case c.KeyUsagePresent && c.KeyUsage&x509.KeyUsageCertSign == 0:
		return notCA
	case c.BasicConstraintsPresent && c.IsCA:
		return fullCA
	case c.BasicConstraintsPresent:
		return notCA
	case c.Version == 1 && c.SelfIssued(), c.KeyUsagePresent, c.NetscapeCertType&nsAnyCA != 0:
		return legacyCA
	}
	return notCA
}

func (w *walker) issuer() {
	if w.depth == 0 {
		return
	}
	status := caStatus(w.cert)
	// What is not marked as a CA at all can be a trust anchor of old, not an
	// intermediate.
	if status == fullCA || status == legacyCA && w.last() {
		return
	}
	f := Fault{Kind: KindIssuerNotCA, Fatal: true, Reason: ReasonNotCA}
	switch {
	case !w.cert.BasicConstraintsPresent:
		f.Reason = ReasonNoBasicConstraints
	case w.cert.IsCA:
		f.Reason = ReasonNoCertSign
	}
	w.add(f)
}

func (w *walker) pathLength() {
	if w.depth == 0 {
		return
	}
	if limit := w.cert.MaxPathLen; limit != nil && w.subordinates > *limit {
		w.add(Fault{Kind: KindPathLength, Fatal: true, Value: w.subordinates, Limit: *limit})
	}
	if !w.cert.SelfIssued() {
		w.subordinates++
	}
}

// The bits of nsCertType for TLS peers.
const (
	nsClient = 0x80
	nsServer = 0x40
)

func (w *walker) purpose() {
	c := w.cert
	may := func(usages ...string) bool {
		return !c.EKUPresent || slices.ContainsFunc(usages, func(u string) bool { return slices.Contains(c.EKUs, u) })
	}
	// To OpenSSL anyExtendedKeyUsage does not include serverAuth or clientAuth.
	if !may(certificate.EKUServerAuth, certificate.EKUMicrosoftGC, certificate.EKUNetscapeGC) {
		w.add(Fault{Kind: KindPurposeServer, Reason: ReasonExtendedKeyUsage, Fatal: true, Details: c.EKUs})
	}
	if !may(certificate.EKUClientAuth) {
		w.add(Fault{Kind: KindPurposeClient, Reason: ReasonExtendedKeyUsage, Details: c.EKUs})
	}
	if w.depth > 0 {
		// A CA by nsCertType alone has to be one for TLS.
		if caStatus(c) == legacyCA && c.Version > 1 && !c.KeyUsagePresent && c.NetscapeCertType&nsSSLCA == 0 {
			w.add(Fault{Kind: KindPurposeServer, Reason: ReasonNetscapeCertType, Fatal: true})
		}
		return
	}
	if !c.MayTLSServer() {
		w.add(Fault{Kind: KindPurposeServer, Reason: ReasonKeyUsage, Fatal: true})
	}
	if c.KeyUsagePresent && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageKeyAgreement) == 0 {
		w.add(Fault{Kind: KindPurposeClient, Reason: ReasonKeyUsage})
	}
	if c.NetscapeCertTypePresent && c.NetscapeCertType&nsServer == 0 {
		w.add(Fault{Kind: KindPurposeServer, Reason: ReasonNetscapeCertType, Fatal: true})
	}
	if c.NetscapeCertTypePresent && c.NetscapeCertType&nsClient == 0 {
		w.add(Fault{Kind: KindPurposeClient, Reason: ReasonNetscapeCertType})
	}
}

func (w *walker) strength() {
	c := w.cert
	limit := 0
	switch c.KeyAlgorithm {
	case "RSA", "RSA-PSS", "DSA":
		limit = minRSABits
	case "ECDSA":
		limit = minECBits
	}
	enough := limit == minRSABits && c.KeyAlgorithm != "DSA" && factoringBits(c.KeyBits) >= minSecurityBits
	if c.KeyBits > 0 && c.KeyBits < limit && !enough {
		w.add(Fault{Kind: KindKeyTooSmall, Fatal: true, Value: c.KeyBits, Limit: limit})
	}
	// Nobody relies on the signature of a root, or on that of a self-signed
	// certificate in general.
	if w.last() && (w.complete || w.nodes[w.depth].selfSigned) {
		return
	}
	// What OpenSSL does not know it cannot verify.
	if c.SignatureHash == crypto.SHA1 || c.SignatureHash == crypto.MD5 || !c.SignatureKnown() {
		w.add(Fault{Kind: KindSignatureWeak, Fatal: true, Details: []string{c.SignatureAlgorithm}})
	}
}

func (w *walker) lifetime() {
	w.depth, w.cert = 0, w.nodes[0].cert
	days := int(w.cert.NotAfter.Sub(w.cert.NotBefore).Hours() / 24)
	if !w.cert.NotBefore.Before(lifetimeSince()) && days > maxLifetimeDays {
		w.add(Fault{Kind: KindLifetime, Value: days, Limit: maxLifetimeDays})
	}
}
