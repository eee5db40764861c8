package verify

import "github.com/mongotls/mongotls/internal/certificate"

// Kind is a class of fault. All but KindCriticalExtension are named like the
// finding that tells them.
type Kind string

// The kinds of fault.
const (
	KindMalformed            Kind = "cert-malformed"
	KindCAFileMismatch       Kind = "ca-file-mismatch"
	KindIntermediateMissing  Kind = "intermediate-missing"
	KindIssuerUnknown        Kind = "issuer-unknown"
	KindSelfSignedLeaf       Kind = "self-signed-leaf"
	KindSelfSignedRoot       Kind = "self-signed-root-untrusted"
	KindIssuerNotCA          Kind = "issuer-not-ca"
	KindPathLength           Kind = "path-length-exceeded"
	KindNameConstraint       Kind = "name-constraint"
	KindCriticalExtension    Kind = "critical-extension-unknown"
	KindPurposeServer        Kind = "purpose-server-auth"
	KindExpired              Kind = "cert-expired"
	KindNotYetValid          Kind = "cert-not-yet-valid"
	KindIntermediateExpired  Kind = "intermediate-expired"
	KindRootExpired          Kind = "root-expired"
	KindKeyTooSmall          Kind = "key-too-small"
	KindSignatureWeak        Kind = "signature-weak"
	KindKeyIdentifierMissing Kind = "key-identifier-missing"
	KindMisordered           Kind = "chain-misordered"
	KindExpiring             Kind = "cert-expiring"
	KindPurposeClient        Kind = "purpose-client-auth"
	KindExtra                Kind = "chain-extra-certificates"
	KindLifetime             Kind = "cert-lifetime"
	KindNotStrict            Kind = "not-strict"
)

// Reason narrows a Kind. It is empty where the kind says all.
type Reason string

// The reasons.
const (
	// Of KindMalformed. ReasonUnreadable: not X.509 at all. ReasonExtension:
	// an extension cannot be decoded or occurs twice, so that OpenSSL finds it
	// no issuer. ReasonExplicitCurve: the key spells out its curve.
	// ReasonKey: the key is of no kind that OpenSSL knows, or broken.
	// ReasonGoRefuses: only crypto/x509 objects.
	ReasonUnreadable    Reason = "unreadable"
	ReasonExtension     Reason = "extension"
	ReasonExplicitCurve Reason = "explicit-curve"
	ReasonKey           Reason = "key"
	ReasonGoRefuses     Reason = "go-refuses"

	// Of KindCAFileMismatch, KindIssuerUnknown and KindSelfSignedRoot; Other
	// is the certificate meant. ReasonOtherKey: a certificate of the issuer's
	// name exists, with another key. ReasonKeyIdentifier: it exists and has
	// the right key, but the authority key identifier names another.
	// ReasonBadSignature: it has the right key identifier and the signature is
	// wrong all the same. ReasonPartial: the store holds a certificate of the
	// chain that is no root; Go and Java accept that, OpenSSL does not.
	// ReasonLeafOnly: the store holds the server's own certificate, which has
	// another issuer. ReasonUnrelated: the store holds nothing that bears on
	// the chain. ReasonRootNotInStore: the root is known, to other stores.
	// ReasonNotTried: there is a path, but OpenSSL takes another issuer (Other)
	// and does not come back, or stops where it would have to (Other is the
	// issuer that it does not look for).
	ReasonOtherKey       Reason = "same-name-other-key"
	ReasonKeyIdentifier  Reason = "key-identifier-mismatch"
	ReasonBadSignature   Reason = "bad-signature"
	ReasonPartial        Reason = "partial-chain"
	ReasonLeafOnly       Reason = "leaf-only"
	ReasonUnrelated      Reason = "unrelated"
	ReasonRootNotInStore Reason = "root-not-in-store"
	ReasonNotTried       Reason = "not-tried"

	// Of KindIntermediateMissing. ReasonWrongIntermediate: the server sends a
	// certificate of the issuer's name (Other) with another key.
	// ReasonRelatedRoot: a root of the store (Other) is of the same
	// organisation as the missing issuer. ReasonIssuerURL: the certificate
	// says where its issuer can be fetched.
	ReasonWrongIntermediate Reason = "wrong-intermediate"
	ReasonRelatedRoot       Reason = "related-root"
	ReasonIssuerURL         Reason = "issuer-url"

	// Of KindIssuerNotCA: basicConstraints says so, is missing, or keyUsage
	// lacks keyCertSign.
	ReasonNotCA              Reason = "not-a-ca"
	ReasonNoBasicConstraints Reason = "no-basic-constraints"
	ReasonNoCertSign         Reason = "no-key-cert-sign"

	// Of KindPurposeServer and KindPurposeClient.
	ReasonExtendedKeyUsage Reason = "extended-key-usage"
	ReasonKeyUsage         Reason = "key-usage"
	ReasonNetscapeCertType Reason = "ns-cert-type"

	// Of KindNameConstraint. ReasonNotEvaluated: there are constraints on a
	// kind of name that is not evaluated here.
	ReasonNotPermitted Reason = "not-permitted"
	ReasonExcluded     Reason = "excluded"
	ReasonNotEvaluated Reason = "not-evaluated"

	// Of KindExpiring and KindNotYetValid: which certificate of the path.
	ReasonLeaf         Reason = "leaf"
	ReasonIntermediate Reason = "intermediate"
	ReasonRoot         Reason = "root"

	// Of KindMisordered. ReasonLeafNotFirst: the first certificate is a CA, the
	// server's own comes later (Other).
	ReasonLeafNotFirst Reason = "leaf-not-first"

	// Of KindExtra. ReasonRootIncluded is harmless: the root needs not be sent.
	ReasonNotInPath    Reason = "not-in-path"
	ReasonDuplicate    Reason = "duplicate"
	ReasonRootIncluded Reason = "root-included"

	// Of KindKeyIdentifierMissing. ReasonAmbiguousIssuer: without an authority
	// key identifier OpenSSL cannot tell the issuer from another certificate
	// of its name (Other), and tries one of them only.
	ReasonAuthorityKey    Reason = "authority-key-identifier"
	ReasonSubjectKey      Reason = "subject-key-identifier"
	ReasonAmbiguousIssuer Reason = "ambiguous-issuer"
)

// Confidence says how sure a fault is.
type Confidence string

// The confidences.
const (
	// Certain follows from the certificates alone.
	Certain Confidence = "certain"
	// Likely is what the same certificates usually mean.
	Likely Confidence = "likely"
)

// Fault is one thing wrong with a certificate or with the chain.
type Fault struct {
	Kind   Kind
	Reason Reason
	// Fatal is whether OpenSSL 3 at security level 2 refuses the chain for it.
	Fatal      bool
	Confidence Confidence
	// Depth is the place of Cert in the best path, 0 for the leaf; for
	// KindExtra, KindMisordered and an unreadable certificate its place in the
	// presented list.
	Depth int
	// Cert is the certificate concerned; where an issuer is missing, the last
	// one known.
	Cert *certificate.Certificate
	// Other is the second certificate that Reason speaks of, or the CA whose
	// constraint is violated; nil if there is none.
	Other *certificate.Certificate
	// Details are what was seen, each a fragment: the names outside the
	// constraints, the extended key usages, the rules of strict checking.
	Details []string
	// Value and Limit are the number found and the one allowed: bits of a key,
	// certificates of a path, days of a lifetime. Zero where there is none.
	Value, Limit int
}

// rank orders kinds: what keeps a path from being built, then what OpenSSL
// refuses of a built one, then what only warns.
var rank = ranks(
	KindMalformed, KindCAFileMismatch, KindIntermediateMissing, KindIssuerUnknown, KindSelfSignedLeaf,
	KindSelfSignedRoot, KindExpired, KindNotYetValid, KindIntermediateExpired, KindRootExpired,
	KindIssuerNotCA, KindPathLength, KindNameConstraint, KindCriticalExtension, KindPurposeServer,
	KindKeyTooSmall, KindSignatureWeak, KindKeyIdentifierMissing, KindMisordered, KindExpiring,
	KindPurposeClient, KindExtra, KindLifetime, KindNotStrict,
)

func ranks(order ...Kind) map[Kind]int {
	m := make(map[Kind]int, len(order))
	for i, k := range order {
		m[k] = i
	}
	return m
}
