package verify

import (
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
)

// opensslMaxDepth is the length of a chain beyond which OpenSSL gives up: its
// default depth of 100 issuers, and the leaf.
const opensslMaxDepth = 101

// build extends the chain until it ends in a self-signed certificate of the
// store, or with PARTIAL_CHAIN in any certificate of the store. It looks into
// the store first, as X509_V_FLAG_TRUSTED_FIRST says, which has been the default
// since 1.1.0; once an issuer came from there, it looks nowhere else.
func (v *opensslVerifier) build() bool {
	fromPeer, trusted := true, false
	for !trusted {
		current := v.last()
		if issuer := v.storeIssuer(current); issuer != nil {
			if current.KeyMalformed && !v.old() {
				// X509_self_signed fails, and with it everything.
				v.fail(errUnspecified, len(v.chain)-1)
				return false
			}
			found, from := true, len(v.chain)
			ends := opensslSelfSigned(current)
			switch {
			case !ends:
				v.chain = append(v.chain, issuer)
				ends = opensslSelfSigned(issuer)
			case issuer.SHA256 == current.SHA256:
				// The peer's copy gives way to the store's.
				from--
				v.untrusted = from
				v.chain[from] = issuer
			default:
				// It only looks like the store's.
				found = false
			}
			if found {
				fromPeer = false
				trusted = v.trusted(from)
				if trusted || !ends {
					continue
				}
			}
		}
		if !fromPeer {
			break
		}
		// Where the peer has no issuer either, the store was asked already.
		issuer := v.peerIssuer(current)
		if issuer == nil {
			break
		}
		v.chain = append(v.chain, issuer)
		v.untrusted++
	}
	if !trusted && len(v.chain) <= opensslMaxDepth && v.untrusted == len(v.chain) {
		trusted = v.trusted(len(v.chain))
	}
	return trusted || v.incomplete()
}

// incomplete tells why the chain is not complete.
func (v *opensslVerifier) incomplete() bool {
	depth := len(v.chain) - 1
	if len(v.faults) > 0 && !v.old() {
		// An error of before, that of a weak key, is told again.
		return v.fail(v.faults[len(v.faults)-1].code, depth)
	}
	if len(v.chain) > opensslMaxDepth && (!v.fail(errCertChainTooLong, depth) || v.old()) {
		return v.options.KeepGoing
	}
	return v.fail(v.buildError(), depth)
}

// buildError is the error by where the chain ends.
func (v *opensslVerifier) buildError() int {
	switch {
	case opensslSelfSigned(v.last()) && len(v.chain) == 1:
		return errDepthZeroSelfSignedCert
	case opensslSelfSigned(v.last()):
		return errSelfSignedCertInChain
	case v.untrusted < len(v.chain):
		return errUnableToGetIssuerCert
	}
	return errUnableToGetIssuerCertLocally
}

// trusted reports whether the certificates from a depth on, which are of the
// store, make the chain trusted; if there are none, whether the leaf itself is
// in the store and that is enough.
func (v *opensslVerifier) trusted(from int) bool {
	if slices.ContainsFunc(v.chain[from:], opensslSelfSigned) {
		return true
	}
	if !v.options.PartialChain {
		return false
	}
	if from < len(v.chain) {
		return true
	}
	leaf := v.chain[0]
	for _, c := range v.store[leaf.CanonicalSubject()] {
		if c.SHA256 == leaf.SHA256 {
			v.chain[0], v.untrusted = c, 0
			return true
		}
	}
	return false
}

// storeIssuer is the certificate of the store that OpenSSL takes for the issuer
// of c: the first that fits and is valid now, else the one that is valid
// longest; nil if there is none or the chain is too long already.
func (v *opensslVerifier) storeIssuer(c *certificate.Certificate) *certificate.Certificate {
	if len(v.chain) > opensslMaxDepth {
		return nil
	}
	return v.best(v.store[c.CanonicalIssuer()], c, false)
}

// peerIssuer is the same for what the peer sent, except for certificates that
// are in the chain already. A self-signed certificate needs no issuer.
func (v *opensslVerifier) peerIssuer(c *certificate.Certificate) *certificate.Certificate {
	if opensslSelfSigned(c) || len(v.chain) > opensslMaxDepth {
		return nil
	}
	used := make(map[string]bool, len(v.chain))
	for _, in := range v.chain {
		used[in.SHA256] = true
	}
	candidates := slices.DeleteFunc(slices.Clone(v.in.Presented), func(p *certificate.Certificate) bool { return used[p.SHA256] })
	return v.best(candidates, c, v.old())
}

// best picks among candidates. lastExpired is the way of 1.1.1 to take the last
// of those that are not valid now.
func (v *opensslVerifier) best(candidates []*certificate.Certificate, c *certificate.Certificate, lastExpired bool) *certificate.Certificate {
	var latest *certificate.Certificate
	for _, issuer := range candidates {
		if !opensslIssued(c, issuer) {
			continue
		}
		if validAt(issuer, v.in.At) {
			return issuer
		}
		if latest == nil || lastExpired || issuer.NotAfter.After(latest.NotAfter) {
			latest = issuer
		}
	}
	return latest
}

// opensslIssued is what OpenSSL asks before it takes issuer for the issuer of c:
// the names, the key identifiers and that the signature is of the kind that the
// issuer's key makes. It does not look at the signature itself.
func opensslIssued(c, issuer *certificate.Certificate) bool {
	return c.CanonicalIssuer() == issuer.CanonicalSubject() &&
		len(c.ExtensionErrors) == 0 && len(issuer.ExtensionErrors) == 0 &&
		c.KeyIdentifierFits(issuer) &&
		!issuer.KeyMalformed && c.SignatureKnown() && c.AlgorithmFits(issuer)
}

// opensslSelfSigned is EXFLAG_SS: c may have issued itself, whoever signed it.
func opensslSelfSigned(c *certificate.Certificate) bool { return opensslIssued(c, c) }
