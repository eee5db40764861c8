package revocation

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // verified, and judged elsewhere
	"crypto/rsa"
	_ "crypto/sha1" // likewise
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// maxRSABits bounds the work of one RSA verification, as crypto/tls does.
const maxRSABits = 8192

var (
	errSignature   = errors.New("signature does not verify")
	errUnsupported = errors.New("signature scheme is not supported")
)

// algorithm is what the AlgorithmIdentifier of a signature stands for. It is
// kept apart from what certificates are verified with, because a CRL is hashed
// while it arrives.
type algorithm struct {
	name string
	key  string // the KeyAlgorithm of certificate.Certificate that it needs
	hash crypto.Hash
	salt int // of RSA-PSS
}

// The signature algorithms by the content of their OIDs (RFC 3279, 4055, 5758
// and 8410).
var algorithms = map[string]algorithm{
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04": {name: "MD5-RSA", key: "RSA", hash: crypto.MD5},
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05": {name: "SHA1-RSA", key: "RSA", hash: crypto.SHA1},
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e": {name: "SHA224-RSA", key: "RSA", hash: crypto.SHA224},
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b": {name: "SHA256-RSA", key: "RSA", hash: crypto.SHA256},
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c": {name: "SHA384-RSA", key: "RSA", hash: crypto.SHA384},
	"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d": {name: "SHA512-RSA", key: "RSA", hash: crypto.SHA512},
	"\x2a\x86\x48\xce\x3d\x04\x01":         {name: "ECDSA-SHA1", key: "ECDSA", hash: crypto.SHA1},
	"\x2a\x86\x48\xce\x3d\x04\x03\x01":     {name: "ECDSA-SHA224", key: "ECDSA", hash: crypto.SHA224},
	"\x2a\x86\x48\xce\x3d\x04\x03\x02":     {name: "ECDSA-SHA256", key: "ECDSA", hash: crypto.SHA256},
	"\x2a\x86\x48\xce\x3d\x04\x03\x03":     {name: "ECDSA-SHA384", key: "ECDSA", hash: crypto.SHA384},
	"\x2a\x86\x48\xce\x3d\x04\x03\x04":     {name: "ECDSA-SHA512", key: "ECDSA", hash: crypto.SHA512},
	"\x2b\x65\x70":                         {name: "Ed25519", key: "Ed25519"},
}

const (
	oidRSAPSS = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
	keyPSS    = "RSA-PSS"
)

// digests are the hash functions by the content of their OIDs (RFC 4055).
var digests = map[string]crypto.Hash{
	"\x2b\x0e\x03\x02\x1a":                 crypto.SHA1,
	"\x60\x86\x48\x01\x65\x03\x04\x02\x04": crypto.SHA224,
	"\x60\x86\x48\x01\x65\x03\x04\x02\x01": crypto.SHA256,
	"\x60\x86\x48\x01\x65\x03\x04\x02\x02": crypto.SHA384,
	"\x60\x86\x48\x01\x65\x03\x04\x02\x03": crypto.SHA512,
}

var digestNames = map[crypto.Hash]string{
	crypto.SHA1: "SHA1", crypto.SHA224: "SHA224", crypto.SHA256: "SHA256",
	crypto.SHA384: "SHA384", crypto.SHA512: "SHA512",
}

// readAlgorithm reads an AlgorithmIdentifier with its tag. One that is not known
// is named by its OID and verifies nothing.
func readAlgorithm(element []byte) (algorithm, bool) {
	s := cryptobyte.String(element)
	var oid cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		return algorithm{}, false
	}
	if string(oid) == oidRSAPSS {
		return readPSS(s), true
	}
	a, known := algorithms[string(oid)]
	if !known {
		a.name = dotted(string(oid))
	}
	return a, true
}

// readPSS reads RSASSA-PSS-params (RFC 4055 section 3.1); what is not readable
// gives an algorithm without a digest.
func readPSS(s cryptobyte.String) algorithm {
	a := algorithm{name: "RSAPSS", key: keyPSS}
	explicit := func(n uint8) cbasn1.Tag { return cbasn1.Tag(n).Constructed().ContextSpecific() }
	digest, salt := crypto.SHA1, 20
	var params, field cryptobyte.String
	var present bool
	if !s.ReadASN1(&params, cbasn1.SEQUENCE) || !params.ReadOptionalASN1(&field, &present, explicit(0)) {
		return a
	}
	if present {
		var ok bool
		if digest, ok = readDigest(&field); !ok {
			return a
		}
	}
	if !params.SkipOptionalASN1(explicit(1)) ||
		!params.ReadOptionalASN1Integer(&salt, explicit(2), 20) || salt < 0 || salt > 1024 || digest == 0 {
		return a
	}
	a.hash, a.salt, a.name = digest, salt, digestNames[digest]+"-RSAPSS"
	return a
}

// readDigest reads the AlgorithmIdentifier of a hash function, zero if it is not
// known.
func readDigest(s *cryptobyte.String) (crypto.Hash, bool) {
	var id, oid cryptobyte.String
	if !s.ReadASN1(&id, cbasn1.SEQUENCE) || !id.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		return 0, false
	}
	return digests[string(oid)], true
}

// supported reports whether signatures of this kind can be verified at all.
func (a algorithm) supported() bool { return a.hash != 0 || a.key == "Ed25519" }

// hasher is the hash that is signed. Ed25519 hashes the message itself, with
// something of the signature before it: hasher is nil then.
func (a algorithm) hasher() hash.Hash {
	if a.hash == 0 {
		return nil
	}
	return a.hash.New()
}

// fits reports whether the key of c makes such signatures.
func (a algorithm) fits(c *certificate.Certificate) bool {
	return c.KeyAlgorithm == a.key || a.key == keyPSS && c.KeyAlgorithm == "RSA"
}

// signed is what a signature is about: the digest, or for Ed25519 the message.
type signed struct {
	digest, message []byte
}

// signed prepares message for verification.
func (a algorithm) signed(message []byte) signed {
	h := a.hasher()
	if h == nil {
		return signed{message: message}
	}
	h.Write(message)
	return signed{digest: h.Sum(nil)}
}

// verify reports with errSignature or errUnsupported whether signature is of
// signer's key.
func (a algorithm) verify(signer *certificate.Certificate, data signed, signature []byte) error {
	if !a.supported() {
		return errUnsupported
	}
	if !a.fits(signer) {
		return errSignature
	}
	ok := false
	switch key := signer.PublicKey.(type) {
	case ed25519.PublicKey:
		ok = ed25519.Verify(key, data.message, signature)
	case *ecdsa.PublicKey:
		ok = ecdsa.VerifyASN1(key, data.digest, signature)
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n < 1024 || n > maxRSABits {
			return errUnsupported
		}
		if a.key == keyPSS {
			options := &rsa.PSSOptions{SaltLength: a.salt, Hash: a.hash}
			ok = rsa.VerifyPSS(key, a.hash, data.digest, signature, options) == nil
		} else {
			ok = rsa.VerifyPKCS1v15(key, a.hash, data.digest, signature) == nil
		}
	default:
		return errUnsupported
	}
	if !ok {
		return errSignature
	}
	return nil
}
