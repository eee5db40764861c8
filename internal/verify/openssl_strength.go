package verify

import (
	"crypto"
	"math"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// minBits is how many bits of security a security level asks for (NIST SP
// 800-57 part 1 table 2; SSL_CTX_set_security_level).
func (v *opensslVerifier) minBits() int {
	bits := []int{0, 80, 112, 128, 192, 256}
	return bits[max(0, min(v.options.SecurityLevel, len(bits)-1))]
}

// keyBits is how many bits of security a key has (EVP_PKEY_get_security_bits).
// A key that OpenSSL cannot decode has none.
func (v *opensslVerifier) keyBits(c *certificate.Certificate) int {
	if c.KeyMalformed {
		return 0
	}
	switch c.KeyAlgorithm {
	case "RSA", "RSA-PSS":
		if v.old() {
			return steps(c.KeyBits, 80, 1024, 112, 2048, 128, 3072, 192, 7680, 256, 15360)
		}
		return factoringBits(c.KeyBits)
	case "DSA":
		return steps(c.KeyBits, 80, 1024, 112, 2048, 128, 3072)
	case "ECDSA":
		if c.ExplicitCurve {
			// Its order is not read; those in use have one of 256 bits or more.
			return 128
		}
		return steps(c.KeyBits, c.KeyBits/2, 0, 80, 160, 112, 224, 128, 256, 192, 384, 256, 512)
	case "Ed25519":
		return 128
	case "Ed448":
		return 224
	}
	return 0
}

// steps is the value of the last step that size reaches, of pairs of value and
// the size it takes; zero below the first.
func steps(size int, pairs ...int) int {
	value := 0
	for i := 0; i+1 < len(pairs); i += 2 {
		if size >= pairs[i+1] {
			value = pairs[i]
		}
	}
	return value
}

// factoringBits is the strength of an RSA key as OpenSSL 3 estimates it: the
// complexity of the number field sieve (NIST SP 800-56B rev. 2 appendix D),
// rounded to a multiple of 8, with the usual sizes set to the usual values.
func factoringBits(size int) int {
	switch size {
	case 2048:
		return 112
	case 3072:
		return 128
	case 4096:
		return 152
	case 6144:
		return 176
	case 7680:
		return 192
	case 8192:
		return 200
	case 15360:
		return 256
	}
	if size < 8 {
		return 0
	}
	limit := 1200
	switch {
	case size <= 7680:
		limit = 192
	case size <= 15360:
		limit = 256
	}
	x := float64(size) * math.Ln2
	estimate := (1.923*math.Cbrt(x*math.Pow(math.Log(x), 2)) - 4.69) / math.Ln2
	return min((int(estimate)+4)&^7, limit)
}

// signatureBits is how many bits of security the digest of the signature of c
// has against collisions (X509_get_signature_info). OpenSSL 3 counts the attacks
// on MD5 and SHA-1.
func (v *opensslVerifier) signatureBits(c *certificate.Certificate) int {
	switch {
	case c.SignatureAlgorithm == "Ed25519":
		return 128
	case c.SignatureAlgorithm == "Ed448":
		return 224
	case c.SignatureHash == 0:
		return 0
	case c.SignatureHash == crypto.MD5 && !v.old():
		return 39
	case c.SignatureHash == crypto.SHA1 && !v.old():
		if strings.HasSuffix(c.SignatureAlgorithm, "PSS") {
			return 64
		}
		return 63
	}
	return c.SignatureHash.Size() * 4
}
