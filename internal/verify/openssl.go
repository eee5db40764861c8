package verify

import (
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
)

// OpenSSLVersion is a release series of OpenSSL. The zero value is 3.0.
type OpenSSLVersion int

// The versions that differ in how they verify or word it.
const (
	OpenSSL30 OpenSSLVersion = iota
	OpenSSL111
	OpenSSL35
)

// stack is the stack of a version.
func (v OpenSSLVersion) stack() Stack {
	return map[OpenSSLVersion]Stack{
		OpenSSL30: StackOpenSSL30, OpenSSL111: StackOpenSSL111, OpenSSL35: StackOpenSSL35,
	}[v]
}

// basis of a version's verdicts: only 3.0 was at hand to compare with.
func (v OpenSSLVersion) basis() Basis {
	if v == OpenSSL30 {
		return BasisMeasured
	}
	return BasisSource
}

// Purpose is what a certificate is to be good for.
type Purpose int

// The purposes: those that TLS clients and servers ask of their peers, and none,
// with which extended key usages do not count.
const (
	PurposeServer Purpose = iota
	PurposeClient
	PurposeAny
)

// OpenSSLOptions are the settings of an X509_STORE_CTX. The zero value is
// OpenSSL 3.0 as a client at security level 0 that looks at no host.
type OpenSSLOptions struct {
	Version OpenSSLVersion
	// SecurityLevel is 0 to 5 (SSL_CTX_set_security_level). Debian, Ubuntu and
	// OpenSSL from 3.2 on have 2 by default, other builds 1.
	SecurityLevel int
	// Strict is X509_V_FLAG_X509_STRICT, PartialChain X509_V_FLAG_PARTIAL_CHAIN:
	// the default context of Python 3.13 sets both.
	Strict, PartialChain bool
	// Host is the DNS name or IP address, without brackets, to be found in the
	// leaf; empty for none.
	Host string
	// PartialWildcards allows an asterisk that is part of a label. Python and
	// libmongoc forbid that (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS).
	PartialWildcards bool
	Purpose          Purpose
	// KeepGoing is a verify callback that returns 1 whatever is wrong, as
	// Node.js has it: the verdict is then the last error, not the first.
	KeepGoing bool
}

// OpenSSL is the verdict of X509_verify_cert (crypto/x509/x509_vfy.c) on the
// presented chain, with the certificates of the deciding store in the order of
// in.Anchors. A certificate that is unreadable or missing keeps OpenSSL from
// verifying at all; the verdict then has no code. The work is bounded whatever
// the input.
//
// Not modelled, because no option of any driver leads there: DANE, policies,
// proxy certificates, RFC 3779 resources, trust settings of "TRUSTED
// CERTIFICATE" files.
func OpenSSL(in Input, o OpenSSLOptions) Verdict {
	verdict := Verdict{Stack: o.Version.stack(), Basis: o.Version.basis()}
	if i, unreadable := firstUnreadable(in); unreadable {
		verdict.Depth, verdict.Name, verdict.Text = i, "ERR_R_ASN1_LIB", "ASN1 lib"
		return verdict
	}
	v := verifyOpenSSL(in, o)
	verdict.Path = v.chain
	if len(v.faults) == 0 {
		verdict.OK = true
		return verdict
	}
	last := v.faults[len(v.faults)-1]
	verdict.Code, verdict.Depth = last.code, last.depth
	verdict.Name, verdict.Text = o.Version.describe(last.code)
	return verdict
}

// firstUnreadable is the place of the first presented certificate that is no
// X.509 at all, or 0 if none is presented.
func firstUnreadable(in Input) (place int, found bool) {
	if len(in.Presented) == 0 {
		return 0, true
	}
	place = slices.IndexFunc(in.Presented, func(c *certificate.Certificate) bool { return c == nil || c.Error != "" })
	return max(place, 0), place >= 0
}

// verifyOpenSSL verifies a chain that can be read.
func verifyOpenSSL(in Input, o OpenSSLOptions) *opensslVerifier {
	v := &opensslVerifier{in: in, options: o, chain: []*certificate.Certificate{in.Presented[0]}, untrusted: 1}
	v.run()
	return v
}

// opensslVerifier is the state of one verification.
type opensslVerifier struct {
	in      Input
	options OpenSSLOptions
	// store are the certificates of the deciding store, by canonical subject.
	store map[string][]*certificate.Certificate
	// chain is the path so far, of which the first untrusted certificates came
	// from the peer.
	chain     []*certificate.Certificate
	untrusted int
	// faults are the errors told, in their order.
	faults []opensslFault
}

// opensslFault is one error and its depth.
type opensslFault struct{ code, depth int }

// run makes the checks in the order of verify_chain. Each returns whether to go
// on.
func (v *opensslVerifier) run() {
	v.store = make(map[string][]*certificate.Certificate)
	for _, a := range v.in.Anchors {
		if a.Certificate != nil && a.Error == "" && slices.Contains(a.Stores, v.in.Store) {
			v.store[a.CanonicalSubject()] = append(v.store[a.CanonicalSubject()], a.Certificate)
		}
	}
	leafKey := v.keyBits(v.chain[0]) >= v.minBits()
	if !leafKey && !v.fail(errEEKeyTooSmall, 0) {
		return
	}
	_ = v.build() &&
		v.extensions() &&
		v.authLevel() &&
		v.identity() &&
		v.signatures() &&
		v.constraints()
}

// fail tells an error and reports whether to go on all the same.
func (v *opensslVerifier) fail(code, depth int) bool {
	if v.old() && code == errInvalidCA {
		code = errInvalidCA111
	}
	v.faults = append(v.faults, opensslFault{code, depth})
	return v.options.KeepGoing
}

// failIf tells an error if there is one.
func (v *opensslVerifier) failIf(wrong bool, code, depth int) bool {
	return !wrong || v.fail(code, depth)
}

// old is whether OpenSSL is of before 3.0.
func (v *opensslVerifier) old() bool { return v.options.Version == OpenSSL111 }

// last is the top of the chain.
func (v *opensslVerifier) last() *certificate.Certificate { return v.chain[len(v.chain)-1] }
