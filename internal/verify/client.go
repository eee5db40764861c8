package verify

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// ClientInput is what Client judges.
type ClientInput struct {
	// Presented are the certificates that a client sends, its own first.
	Presented []*certificate.Certificate
	// Known are others that may stand between them and a CA of the server's.
	Known []*certificate.Certificate
	// Names are the certificate_authorities of the server's CertificateRequest, DER;
	// none means that it named none, and may accept any.
	Names [][]byte
	// MoreNames is whether the server named others beside these.
	MoreNames bool
	// At and ExpiresIn are as of Input.
	At        time.Time
	ExpiresIn time.Duration
}

// ClientResult is what can be said of a client's certificate without the CAs that
// the server verifies it by.
type ClientResult struct {
	// Path is the client's certificate and its issuers, as far as they are
	// presented; empty if it cannot be read.
	Path []*certificate.Certificate
	// Faults are those for which a server on OpenSSL refuses it, root cause first,
	// and KindExpiring. A fault of confidence Likely is one of a root, of which the
	// server has its own copy.
	Faults []Fault
	// Named is whether Path leads to a CA that the server named, by the names in it;
	// nil if the server named none, or more than is known.
	Named *bool
	// Missing are the certificates of Known that would lead Path there, nearest
	// first; empty where it does without or there are none.
	Missing []*certificate.Certificate
	// Namesake has the name of the CA that Path leads to and another key than the
	// one that signed it; nil if there is none, or the right one is known too.
	Namesake *certificate.Certificate
	// WithheldBy are the stacks that do not send this certificate to this server,
	// because it did not name its CA.
	WithheldBy []Stack
}

// notOfClients are the fatal faults that say nothing of a client's certificate:
// that it cannot act as a server, and that the roots which decide are not here.
var notOfClients = []Kind{
	KindPurposeServer, KindCAFileMismatch, KindIntermediateMissing, KindIssuerUnknown, KindSelfSignedLeaf, KindSelfSignedRoot,
}

// Client judges a client's certificate by what a server is known to ask for. The
// work is bounded whatever the input.
func Client(in ClientInput) ClientResult {
	var result ClientResult
	chain := Chain(Input{Presented: in.Presented, Store: StoreSystem, At: in.At, ExpiresIn: in.ExpiresIn})
	for _, f := range chain.Faults {
		switch {
		case slices.Contains(notOfClients, f.Kind):
			continue
		case f.Kind == KindRootExpired, f.Reason == ReasonRoot && f.Kind == KindNotYetValid:
			f.Confidence = Likely
		case f.Reason == ReasonRoot, !f.Fatal && f.Kind != KindPurposeClient && f.Kind != KindExpiring:
			continue
		}
		result.Faults = append(result.Faults, f)
	}
	if len(chain.Paths) == 0 {
		return result
	}
	result.Path = chain.Paths[0].Certs
	a := authorities(in.Names)
	a.more = a.more || in.MoreNames
	result.Named = a.lead(result.Path)
	if result.Named != nil && !*result.Named {
		result.Missing = a.missing(result.Path, in.Known)
	} else {
		result.Namesake = namesake(result.Path, in.Known)
	}
	result.WithheldBy = a.withheldBy(in.Presented)
	return result
}

// named are the CAs that a server named.
type named struct {
	raw       [][]byte
	canonical map[string]bool
	// more is whether there are others.
	more bool
}

func authorities(names [][]byte) named {
	a := named{raw: names, canonical: map[string]bool{}}
	for _, der := range names {
		key, ok := certificate.CanonicalName(der)
		if !ok {
			a.more = true
			continue
		}
		a.canonical[key] = true
	}
	return a
}

// lead is whether a path leads to one of the CAs: issued any of its certificates.
func (a named) lead(path []*certificate.Certificate) *bool {
	if len(a.raw) == 0 {
		return nil
	}
	found := slices.ContainsFunc(path, func(c *certificate.Certificate) bool { return a.canonical[c.CanonicalIssuer()] })
	if !found && a.more {
		return nil
	}
	return &found
}

// maxMissing bounds the certificates that a file may lack.
const maxMissing = 8

// missing are the certificates of known that lead from the end of a path to one of
// the CAs.
func (a named) missing(path, known []*certificate.Certificate) []*certificate.Certificate {
	var found []*certificate.Certificate
	for top := path[len(path)-1]; len(found) < maxMissing; {
		next := slices.IndexFunc(known, func(k *certificate.Certificate) bool {
			return k.Error == "" && !k.SelfIssued() && signs(k, top) && !slices.Contains(found, k)
		})
		if next < 0 {
			return nil
		}
		top = known[next]
		found = append(found, top)
		if a.canonical[top.CanonicalIssuer()] {
			return found
		}
	}
	return nil
}

// signs reports whether a certificate is the issuer of another.
func signs(issuer, c *certificate.Certificate) bool {
	return c.CanonicalIssuer() == issuer.CanonicalSubject() && c.CheckSignatureFrom(issuer) == nil
}

// namesake is a certificate of known that has the name of the CA at the end of a
// path and did not sign there; nil where another did.
func namesake(path, known []*certificate.Certificate) *certificate.Certificate {
	top := path[len(path)-1]
	var other *certificate.Certificate
	for _, k := range known {
		if k.Error != "" || k.CanonicalSubject() != top.CanonicalIssuer() {
			continue
		}
		switch err := top.CheckSignatureFrom(k); {
		case err == nil, errors.Is(err, certificate.ErrUnsupported):
			return nil
		case other == nil:
			other = k
		}
	}
	return other
}

// withheldBy are the stacks that go by the names, and find none: crypto/tls, which
// compares the issuers of all certificates presented byte for byte
// (CertificateRequestInfo.SupportsCertificate), and JSSE, whose key managers
// compare them as X500Principal.
func (a named) withheldBy(presented []*certificate.Certificate) []Stack {
	if len(a.raw) == 0 || a.more {
		return nil
	}
	var stacks []Stack
	if !slices.ContainsFunc(presented, func(c *certificate.Certificate) bool {
		return slices.ContainsFunc(a.raw, func(name []byte) bool { return bytes.Equal(name, c.RawIssuer) })
	}) {
		stacks = append(stacks, StackGo)
	}
	if !slices.ContainsFunc(presented, func(c *certificate.Certificate) bool { return a.canonical[c.CanonicalIssuer()] }) {
		stacks = append(stacks, StackJava)
	}
	return stacks
}
