package verify

import (
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// The bounds of webpki on its search: intermediates of a path, and signatures.
// rustlsMaxCalls is that on steps, which webpki has at 200,000.
const (
	rustlsMaxDepth      = 6
	rustlsMaxSignatures = 100
	rustlsMaxCalls      = 2000
)

// Rustls is the verdict of rustls 0.23 with webpki and the aws-lc provider. Any
// certificate of the store is an anchor, whose dates nobody looks at; key usage
// and key identifiers mean nothing; names are equal if their bytes are.
func Rustls(in Input, host string) Verdict {
	v := Verdict{Stack: StackRustls, Basis: BasisSource}
	r := &rustlsVerifier{in: in, host: host}
	if len(in.Presented) == 0 {
		v.Name, v.Text = "NoCertificatesPresented", "peer sent no certificates"
		return v
	}
	err := r.endEntity(in.Presented[0])
	v.Path = r.path
	if err == nil {
		v.OK = true
		return v
	}
	v.Name, v.Depth, v.Text = err.name, err.depth, "invalid peer certificate: "+err.text
	return v
}

// rustlsError is a variant of webpki's Error and how rustls words it.
type rustlsError struct {
	name, text string
	depth      int
	// general is whether every other error says more.
	general bool
}

// otherRustls words an error for which rustls has no variant of its own.
func otherRustls(name string, depth int) *rustlsError {
	return &rustlsError{name: name, text: "Other(OtherError(" + name + "))", depth: depth}
}

// rustlsVerifier searches a path.
type rustlsVerifier struct {
	in   Input
	host string
	// path is the one that was found, with its anchor.
	path []*certificate.Certificate
	// signatures and calls count what was done.
	signatures, calls int
}

// endEntity verifies the chain, the name, and what the handshake does with the
// leaf's key.
func (r *rustlsVerifier) endEntity(leaf *certificate.Certificate) *rustlsError {
	if err := rustlsReads(leaf, 0); err != nil {
		return err
	}
	if err := r.extend([]*certificate.Certificate{leaf}, 0); err != nil {
		return err
	}
	if r.host != "" && !MatchHost(NamesRustls, leaf, r.host) {
		var names []string
		for _, name := range leaf.DNSNames {
			names = append(names, fmt.Sprintf("DnsName(%q)", name))
		}
		for _, ip := range leaf.IPAddresses {
			names = append(names, fmt.Sprintf("IpAddress(%s)", ip))
		}
		text := fmt.Sprintf("certificate not valid for name %q; certificate is ", r.host)
		if len(names) == 0 {
			text += "not valid for any names (according to its subjectAltName extension)"
		} else {
			text += "only valid for " + strings.Join(names, ", ")
		}
		return &rustlsError{name: "CertNotValidForName", text: text}
	}
	if leaf.KeyAlgorithm == "RSA" && leaf.KeyBits < minRSABits {
		return &rustlsError{name: "InvalidSignatureForPublicKey", text: "BadSignature"}
	}
	return nil
}

// rustlsReads is what webpki wants of any certificate of the peer.
func rustlsReads(c *certificate.Certificate, depth int) *rustlsError {
	switch {
	case c == nil || c.Error != "":
		return &rustlsError{name: "BadDer", text: "BadEncoding", depth: depth}
	case c.Version != 3:
		return otherRustls("UnsupportedCertVersion", depth)
	case c.SignatureAlgorithmMismatch:
		return otherRustls("SignatureAlgorithmMismatch", depth)
	case len(c.UnknownCriticalExtensions) > 0 || c.ProxyCertificate:
		return otherRustls("UnsupportedCriticalExtension", depth)
	case len(c.ExtensionErrors) > 0:
		return otherRustls("ExtensionValueInvalid", depth)
	}
	return nil
}

// extend looks for an anchor above the path, then for an intermediate. subCAs
// counts the intermediates so far.
func (r *rustlsVerifier) extend(path []*certificate.Certificate, subCAs int) *rustlsError {
	r.calls++
	head, depth := path[len(path)-1], len(path)-1
	if err := r.properties(head, depth, subCAs); err != nil {
		return err
	}
	worst := &rustlsError{name: "UnknownIssuer", text: "UnknownIssuer", depth: depth, general: true}
	consider := func(err *rustlsError) {
		if worst.general && !err.general {
			worst = err
		}
	}
	for _, a := range r.in.Anchors {
		if a.Certificate == nil || a.Error != "" || !slices.Contains(a.Stores, r.in.Store) ||
			string(a.RawSubject) != string(head.RawIssuer) {
			continue
		}
		err := r.check(path, a.Certificate)
		if err == nil {
			r.path = append(slices.Clone(path), a.Certificate)
			return nil
		}
		consider(err)
	}
	if subCAs >= rustlsMaxDepth {
		consider(otherRustls("MaximumPathDepthExceeded", depth))
		return worst
	}
	for _, c := range r.in.Presented[1:] {
		switch {
		case r.signatures >= rustlsMaxSignatures:
			return otherRustls("MaximumSignatureChecksExceeded", depth)
		case r.calls >= rustlsMaxCalls:
			return otherRustls("MaximumPathBuildCallsExceeded", depth)
		}
		if c == nil || c.Error != "" || string(c.RawSubject) != string(head.RawIssuer) ||
			slices.ContainsFunc(path, func(have *certificate.Certificate) bool {
				return string(have.RawSubject) == string(c.RawSubject) && string(have.RawSPKI) == string(c.RawSPKI)
			}) {
			continue
		}
		err := rustlsReads(c, depth+1)
		if err == nil {
			err = r.extend(append(slices.Clone(path), c), subCAs+1)
		}
		if err == nil {
			return nil
		}
		consider(err)
	}
	return worst
}

// properties are those that do not depend on the issuer.
func (r *rustlsVerifier) properties(c *certificate.Certificate, depth, subCAs int) *rustlsError {
	seconds := func(from, to int64) int64 { return max(from-to, to-from) }
	at := r.in.At.Unix()
	switch {
	case r.in.At.Before(c.NotBefore):
		return &rustlsError{name: "CertNotValidYet", depth: depth, text: fmt.Sprintf(
			"certificate not valid yet: verification time %d (UNIX), but certificate is not valid before %d (%d seconds in future)",
			at, c.NotBefore.Unix(), seconds(at, c.NotBefore.Unix()))}
	case r.in.At.After(c.NotAfter):
		return &rustlsError{name: "CertExpired", depth: depth, text: fmt.Sprintf(
			"certificate expired: verification time %d (UNIX), but certificate is not valid after %d (%d seconds ago)",
			at, c.NotAfter.Unix(), seconds(at, c.NotAfter.Unix()))}
	case depth == 0 && c.IsCA:
		return otherRustls("CaUsedAsEndEntity", depth)
	case depth > 0 && !c.IsCA:
		return otherRustls("EndEntityUsedAsCa", depth)
	case depth > 0 && c.MaxPathLen != nil && subCAs-1 > *c.MaxPathLen:
		return otherRustls("PathLenConstraintViolated", depth)
	case c.EKUPresent && !slices.Contains(c.EKUs, certificate.EKUServerAuth):
		return &rustlsError{name: "RequiredEkuNotFound", depth: depth, text: "certificate does not allow extended key usage for server authentication"}
	}
	return nil
}

// check verifies signatures and names of a whole path, from the anchor down.
func (r *rustlsVerifier) check(path []*certificate.Certificate, anchor *certificate.Certificate) *rustlsError {
	issuer := anchor
	for depth, c := range slices.Backward(path) {
		r.signatures++
		if !rustlsSigns(c, issuer) {
			return &rustlsError{name: "UnsupportedSignatureAlgorithmForPublicKey", text: "UnsupportedSignatureAlgorithm", depth: depth}
		}
		if err := r.in.memo.signed(c, issuer); err != nil && !errors.Is(err, certificate.ErrUnsupported) {
			return &rustlsError{name: "InvalidSignatureForPublicKey", text: "BadSignature", depth: depth}
		}
		for _, ca := range append(path[depth+1:len(path):len(path)], anchor) {
			if ca.NameConstraints != nil && constrainAlternatives(c, ca.NameConstraints) != verifyOK {
				return otherRustls("NameConstraintViolation", depth)
			}
		}
		issuer = c
	}
	return nil
}

// rustlsSigns reports whether the provider has a verification algorithm for a
// signature and its key.
func rustlsSigns(c, issuer *certificate.Certificate) bool {
	switch c.SignatureHash {
	case crypto.SHA256, crypto.SHA384, crypto.SHA512:
	default:
		return c.SignatureAlgorithm == "Ed25519"
	}
	switch issuer.KeyAlgorithm {
	case "RSA":
		return issuer.KeyBits >= minRSABits
	case "ECDSA":
		return slices.Contains([]string{"ECDSA-P256", "ECDSA-P384", "ECDSA-P521"}, issuer.KeyType)
	}
	return false
}

// constrainAlternatives holds the subjectAltName alone to constraints.
func constrainAlternatives(c *certificate.Certificate, nc *certificate.NameConstraints) int {
	for _, name := range c.AltNames {
		if name.Tag != certificate.TagDNS && name.Tag != certificate.TagIP {
			continue
		}
		if code := constrain(constrainedName{GeneralName: name}, nc); code != verifyOK {
			return code
		}
	}
	return verifyOK
}
