package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // signatures with MD5 are verified, and judged elsewhere
	"crypto/rsa"
	_ "crypto/sha1" // likewise with SHA-1
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxRSABits bounds the work of one RSA verification, as crypto/tls does.
const maxRSABits = 8192

// ErrUnsupported is the error of CheckSignatureFrom for a key or a scheme that
// cannot be verified here. It says nothing about the signature.
var ErrUnsupported = errors.New("signature scheme is not supported")

// ErrSignature is the error of CheckSignatureFrom for a signature that is wrong.
var ErrSignature = errors.New("signature does not verify")

// keyKind is the kind of key that makes a signature.
type keyKind int

const (
	anyKey keyKind = iota
	rsaKey
	pssKey
	ecdsaKey
	ed25519Key
	dsaKey
	ed448Key
)

// scheme is what a signature algorithm identifier stands for.
type scheme struct {
	name    string
	kind    keyKind
	hash    crypto.Hash
	saltLen int // of RSA-PSS
}

var schemes = map[string]scheme{
	"1.2.840.113549.1.1.4":   {name: "MD5-RSA", kind: rsaKey, hash: crypto.MD5},
	"1.2.840.113549.1.1.5":   {name: "SHA1-RSA", kind: rsaKey, hash: crypto.SHA1},
	"1.3.14.3.2.29":          {name: "SHA1-RSA", kind: rsaKey, hash: crypto.SHA1},
	"1.2.840.113549.1.1.14":  {name: "SHA224-RSA", kind: rsaKey, hash: crypto.SHA224},
	"1.2.840.113549.1.1.11":  {name: "SHA256-RSA", kind: rsaKey, hash: crypto.SHA256},
	"1.2.840.113549.1.1.12":  {name: "SHA384-RSA", kind: rsaKey, hash: crypto.SHA384},
	"1.2.840.113549.1.1.13":  {name: "SHA512-RSA", kind: rsaKey, hash: crypto.SHA512},
	"1.2.840.10045.4.1":      {name: "ECDSA-SHA1", kind: ecdsaKey, hash: crypto.SHA1},
	"1.2.840.10045.4.3.1":    {name: "ECDSA-SHA224", kind: ecdsaKey, hash: crypto.SHA224},
	"1.2.840.10045.4.3.2":    {name: "ECDSA-SHA256", kind: ecdsaKey, hash: crypto.SHA256},
	"1.2.840.10045.4.3.3":    {name: "ECDSA-SHA384", kind: ecdsaKey, hash: crypto.SHA384},
	"1.2.840.10045.4.3.4":    {name: "ECDSA-SHA512", kind: ecdsaKey, hash: crypto.SHA512},
	"1.2.840.10040.4.3":      {name: "DSA-SHA1", kind: dsaKey, hash: crypto.SHA1},
	"2.16.840.1.101.3.4.3.2": {name: "DSA-SHA256", kind: dsaKey, hash: crypto.SHA256},
	oidEd25519:               {name: "Ed25519", kind: ed25519Key},
	oidEd448:                 {name: "Ed448", kind: ed448Key},
}

// pssHashes are the digests that RSA-PSS parameters may name (RFC 4055).
var pssHashes = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.4": crypto.SHA224,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

func (c *Certificate) parseSignatureAlgorithm(inner, outer cryptobyte.String) error {
	var err error
	if c.scheme, c.SignatureOID, err = parseScheme(outer); err != nil {
		return err
	}
	if c.innerScheme, _, err = parseScheme(inner); err != nil {
		return err
	}
	c.SignatureAlgorithm, c.SignatureHash = c.scheme.name, c.scheme.hash
	return nil
}

// parseScheme reads an AlgorithmIdentifier.
func parseScheme(s cryptobyte.String) (found scheme, id string, err error) {
	var oid cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		return scheme{}, "", errors.New("signatureAlgorithm is not readable")
	}
	id = dotted(oid)
	found, known := schemes[id]
	switch {
	case known:
	case id == oidRSAPSS:
		found = parsePSS(s)
	default:
		found = scheme{name: id}
	}
	return found, id, nil
}

// parsePSS reads RSASSA-PSS-params (RFC 4055 section 3.1). Parameters that are
// not readable give a scheme without a digest, which verifies nothing.
func parsePSS(s cryptobyte.String) scheme {
	out := scheme{name: "RSAPSS", kind: pssKey}
	explicit := func(n uint8) cbasn1.Tag { return cbasn1.Tag(n).Constructed().ContextSpecific() }
	hash, salt := crypto.SHA1, 20
	var seq, field cryptobyte.String
	var present bool
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadOptionalASN1(&field, &present, explicit(0)) {
		return out
	}
	if present {
		var oid cryptobyte.String
		if !field.ReadASN1(&field, cbasn1.SEQUENCE) || !field.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
			return out
		}
		hash = pssHashes[dotted(oid)]
	}
	if !seq.SkipOptionalASN1(explicit(1)) ||
		!seq.ReadOptionalASN1Integer(&salt, explicit(2), 20) || salt < 0 || salt > 1024 || hash == 0 {
		return out
	}
	out.hash, out.saltLen = hash, salt
	out.name = map[crypto.Hash]string{
		crypto.SHA1: "SHA1", crypto.SHA224: "SHA224", crypto.SHA256: "SHA256",
		crypto.SHA384: "SHA384", crypto.SHA512: "SHA512",
	}[hash] + "-RSAPSS"
	return out
}

// kind is the kind of signature that the certificate's key makes.
func (c *Certificate) kind() keyKind {
	switch c.KeyAlgorithm {
	case "RSA":
		return rsaKey
	case "RSA-PSS":
		return pssKey
	case "ECDSA":
		return ecdsaKey
	case "Ed25519":
		return ed25519Key
	case "Ed448":
		return ed448Key
	case "DSA":
		return dsaKey
	}
	return anyKey
}

// SignatureKnown reports whether the signature algorithm is one that is known
// here, whether or not it can be verified.
func (c *Certificate) SignatureKnown() bool { return c.innerScheme.kind != anyKey }

// AlgorithmFits reports whether issuer's key is of the kind that the signature
// of c needs by the algorithm inside it. OpenSSL does not consider an issuer
// whose key is not.
func (c *Certificate) AlgorithmFits(issuer *Certificate) bool {
	need, have := c.innerScheme.kind, issuer.kind()
	if need == anyKey || have == anyKey {
		return true
	}
	// A plain RSA key makes both kinds of RSA signature.
	return need == have || need == pssKey && have == rsaKey
}

// CheckSignatureFrom verifies the signature of c with issuer's key, and nothing
// else: neither names nor dates nor whether issuer is a CA. Weak digests and
// short keys verify like any other. The error is ErrSignature, ErrUnsupported or
// nil, as errors.Is sees it.
func (c *Certificate) CheckSignatureFrom(issuer *Certificate) error {
	if c.Error != "" || issuer.Error != "" {
		return fmt.Errorf("%w: certificate is not readable", ErrSignature)
	}
	if c.SignatureAlgorithmMismatch {
		return fmt.Errorf("%w: the algorithm inside the certificate is not the one outside", ErrSignature)
	}
	if !c.AlgorithmFits(issuer) {
		return fmt.Errorf("%w: %s cannot be of a key of type %s", ErrSignature, c.SignatureAlgorithm, issuer.KeyType)
	}
	if c.scheme.kind == ed25519Key {
		key, ok := issuer.PublicKey.(ed25519.PublicKey)
		if !ok {
			return ErrUnsupported
		}
		return verdict(ed25519.Verify(key, c.RawTBS, c.signature))
	}
	if c.scheme.hash == 0 || !c.scheme.hash.Available() || issuer.PublicKey == nil {
		return ErrUnsupported
	}
	h := c.scheme.hash.New()
	h.Write(c.RawTBS)
	digest := h.Sum(nil)
	switch key := issuer.PublicKey.(type) {
	case *ecdsa.PublicKey:
		return verdict(c.scheme.kind == ecdsaKey && ecdsa.VerifyASN1(key, digest, c.signature))
	case *rsa.PublicKey:
		return c.checkRSA(key, digest)
	}
	return ErrUnsupported
}

func (c *Certificate) checkRSA(key *rsa.PublicKey, digest []byte) error {
	if key.N.BitLen() > maxRSABits {
		return fmt.Errorf("%w: RSA key of %d bits", ErrUnsupported, key.N.BitLen())
	}
	if c.scheme.kind == pssKey {
		if key.N.BitLen() < 1024 {
			return fmt.Errorf("%w: RSA-PSS with a key of %d bits", ErrUnsupported, key.N.BitLen())
		}
		options := &rsa.PSSOptions{SaltLength: c.scheme.saltLen, Hash: c.scheme.hash}
		return verdict(rsa.VerifyPSS(key, c.scheme.hash, digest, c.signature, options) == nil)
	}
	// crypto/rsa does not use keys below 1024 bits at all. What they signed is
	// public, so plain arithmetic does.
	if key.N.BitLen() < 1024 {
		return verdict(verifyShortRSA(key, c.scheme.hash, digest, c.signature))
	}
	return verdict(rsa.VerifyPKCS1v15(key, c.scheme.hash, digest, c.signature) == nil)
}

// digestPrefixes are the DER of DigestInfo up to the digest (RFC 8017 section
// 9.2, note 1).
var digestPrefixes = map[crypto.Hash][]byte{
	crypto.MD5:    {0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10},
	crypto.SHA1:   {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14},
	crypto.SHA224: {0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1c},
	crypto.SHA256: {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20},
	crypto.SHA384: {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30},
	crypto.SHA512: {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40},
}

// verifyShortRSA is RSASSA-PKCS1-v1_5 verification (RFC 8017 section 8.2.2).
func verifyShortRSA(key *rsa.PublicKey, hash crypto.Hash, digest, signature []byte) bool {
	size := (key.N.BitLen() + 7) / 8
	info := append(bytes.Clone(digestPrefixes[hash]), digest...)
	if len(signature) != size || size < len(info)+11 {
		return false
	}
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(key.N) >= 0 {
		return false
	}
	got := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, size))
	want := bytes.Repeat([]byte{0xff}, size)
	want[0], want[1] = 0, 1
	want[size-len(info)-1] = 0
	copy(want[size-len(info):], info)
	return bytes.Equal(got, want)
}

func verdict(ok bool) error {
	if !ok {
		return ErrSignature
	}
	return nil
}

// SelfSigned reports whether the certificate is self-issued and its own key made
// its signature; a scheme that cannot be verified is given the benefit of the
// doubt. Each call verifies the signature anew.
func (c *Certificate) SelfSigned() bool {
	if !c.SelfIssued() || !c.KeyIdentifierFits(c) {
		return false
	}
	err := c.CheckSignatureFrom(c)
	return err == nil || errors.Is(err, ErrUnsupported)
}

// KeyIdentifierFits reports whether the authorityKeyIdentifier of c, as far as
// it says anything, is of issuer: key identifier, serial number and issuer name
// (RFC 5280 section 4.2.1.1).
func (c *Certificate) KeyIdentifierFits(issuer *Certificate) bool {
	if c.AKI != nil && issuer.SKI != nil && !bytes.Equal(c.AKI, issuer.SKI) {
		return false
	}
	if c.AKISerial != nil && c.AKISerial.Cmp(issuer.Serial) != 0 {
		return false
	}
	if c.AKIIssuer != nil {
		if key, ok := CanonicalName(c.AKIIssuer); !ok || key != issuer.canonicalIssuer {
			return false
		}
	}
	return true
}
