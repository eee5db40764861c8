package certificate

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The public key algorithms (RFC 3279, 4055, 5480 and 8410).
const (
	oidRSA     = "1.2.840.113549.1.1.1"
	oidRSAPSS  = "1.2.840.113549.1.1.10"
	oidEC      = "1.2.840.10045.2.1"
	oidEd25519 = "1.3.101.112"
	oidEd448   = "1.3.101.113"
	oidDSA     = "1.2.840.10040.4.1"
)

// namedCurves are the curves that OpenSSL's distributions know. Those without an
// implementation here can be named but not verified with.
var namedCurves = map[string]struct {
	name  string
	bits  int
	curve elliptic.Curve
}{
	"1.2.840.10045.3.1.1":   {"P192", 192, nil},
	"1.3.132.0.33":          {"P224", 224, elliptic.P224()},
	"1.2.840.10045.3.1.7":   {"P256", 256, elliptic.P256()},
	"1.3.132.0.34":          {"P384", 384, elliptic.P384()},
	"1.3.132.0.35":          {"P521", 521, elliptic.P521()},
	"1.3.132.0.10":          {"secp256k1", 256, nil},
	"1.3.36.3.3.2.8.1.1.7":  {"brainpoolP256r1", 256, nil},
	"1.3.36.3.3.2.8.1.1.11": {"brainpoolP384r1", 384, nil},
	"1.3.36.3.3.2.8.1.1.13": {"brainpoolP512r1", 512, nil},
}

// parsePublicKey reads RawSPKI. A key that cannot be used leaves PublicKey nil
// and is no error: the certificate is still worth showing.
func (c *Certificate) parsePublicKey() error {
	s := cryptobyte.String(c.RawSPKI)
	var alg, oid, bits cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&alg, cbasn1.SEQUENCE) ||
		!alg.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
		!s.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) == 0 {
		return errors.New("subjectPublicKeyInfo is not readable")
	}
	key := bits[1:]
	switch id := dotted(oid); id {
	case oidRSA:
		c.KeyAlgorithm = "RSA"
		c.readRSA(key)
	case oidRSAPSS:
		c.KeyAlgorithm = "RSA-PSS"
		c.readRSA(key)
	case oidEC:
		c.KeyAlgorithm = "ECDSA"
		c.readEC(alg, key)
		return nil
	case oidEd25519:
		c.KeyAlgorithm, c.KeyBits, c.KeyType = "Ed25519", 256, "Ed25519"
		if len(key) == ed25519.PublicKeySize {
			c.PublicKey = ed25519.PublicKey(key)
		}
		return nil
	case oidEd448:
		c.KeyAlgorithm, c.KeyBits, c.KeyType = "Ed448", 456, "Ed448"
		return nil
	case oidDSA:
		c.KeyAlgorithm = "DSA"
		c.readDSA(alg)
	default:
		c.KeyAlgorithm = id
	}
	c.KeyType = c.KeyAlgorithm
	if c.KeyBits > 0 {
		c.KeyType = fmt.Sprintf("%s-%d", c.KeyAlgorithm, c.KeyBits)
	}
	return nil
}

func (c *Certificate) readRSA(der cryptobyte.String) {
	n, e := new(big.Int), new(big.Int)
	if !der.ReadASN1(&der, cbasn1.SEQUENCE) || !der.ReadASN1Integer(n) || !der.ReadASN1Integer(e) {
		return
	}
	if n.Sign() <= 0 || e.Sign() <= 0 {
		return
	}
	c.KeyBits = n.BitLen()
	// crypto/rsa takes no larger exponent; nobody uses one.
	if e.BitLen() <= 31 {
		c.PublicKey = &rsa.PublicKey{N: n, E: int(e.Int64())}
	}
}

func (c *Certificate) readEC(params, point cryptobyte.String) {
	var oid cryptobyte.String
	if !params.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		c.ExplicitCurve = params.PeekASN1Tag(cbasn1.SEQUENCE)
		c.KeyType = "ECDSA"
		return
	}
	id := dotted(oid)
	curve, known := namedCurves[id]
	if !known {
		c.KeyType = "ECDSA-" + id
		return
	}
	c.KeyBits, c.KeyType = curve.bits, "ECDSA-"+curve.name
	if curve.curve == nil {
		return
	}
	if key, err := ecdsa.ParseUncompressedPublicKey(curve.curve, point); err == nil {
		c.PublicKey = key
		return
	}
	if x, y := elliptic.UnmarshalCompressed(curve.curve, point); x != nil {
		size := (curve.bits + 7) / 8
		whole := append([]byte{4}, x.FillBytes(make([]byte, size))...)
		whole = append(whole, y.FillBytes(make([]byte, size))...)
		if key, err := ecdsa.ParseUncompressedPublicKey(curve.curve, whole); err == nil {
			c.PublicKey = key
		}
	}
}

func (c *Certificate) readDSA(params cryptobyte.String) {
	p := new(big.Int)
	if params.ReadASN1(&params, cbasn1.SEQUENCE) && params.ReadASN1Integer(p) && p.Sign() > 0 {
		c.KeyBits = p.BitLen()
	}
}
