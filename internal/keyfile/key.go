package keyfile

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

var (
	errPasswordRequired = errors.New("encrypted, and no password was given")
	errPasswordWrong    = errors.New("password is wrong")
	errNotKey           = errors.New("content is not a private key")
)

// otherKeyError is a private key of an algorithm or curve that Go does not have.
type otherKeyError struct {
	algorithm string
	// openSSL is whether drivers on OpenSSL can use it in TLS.
	openSSL bool
}

func (e otherKeyError) Error() string {
	return "it is a key of type " + e.algorithm + ", which Go programs and this tool cannot use"
}

// privateKey is a key in clear.
type privateKey struct {
	crypto.Signer
	// algorithm is as certificate.Certificate.KeyType has it.
	algorithm string
}

// form is the syntax of a private key.
type form string

// The forms.
const (
	formPKCS8 form = "PKCS#8"
	formPKCS1 form = "PKCS#1"
	formSEC1  form = "SEC 1"
)

// encryption reads how the block is encrypted; nil without an error means that
// it is in clear.
func (b *block) encryption() (*encryption, error) {
	if b.label == "ENCRYPTED PRIVATE KEY" {
		return parseEncryption(b.der)
	}
	value, ok := b.headers["DEK-Info"]
	if !ok && !strings.Contains(b.headers["Proc-Type"], "ENCRYPTED") {
		return nil, nil
	}
	return parseDEKInfo(value, b.der)
}

// outdated is a legacyError if the block is encrypted in such a way.
func (b *block) outdated() error {
	e, err := b.encryption()
	if err != nil {
		return nil // told already
	}
	return e.outdated()
}

// encrypted reports whether the block says that it is encrypted, whether or not
// it can be told how.
func (b *block) encrypted() bool {
	_, dek := b.headers["DEK-Info"]
	return dek || b.label == "ENCRYPTED PRIVATE KEY" || strings.Contains(b.headers["Proc-Type"], "ENCRYPTED")
}

// privateKey reads a key in any of the forms that PEM files have: PKCS#1, SEC 1
// and PKCS#8, in clear, or encrypted by RFC 1421 headers or PKCS#8. Errors hold
// nothing of the key.
func (b *block) privateKey(password string) (privateKey, error) {
	if b.label == "OPENSSH PRIVATE KEY" {
		return privateKey{}, errOpenSSH
	}
	e, err := b.encryption()
	switch {
	case err != nil:
		return privateKey{}, err
	case e == nil:
		if err := b.mislabelled(); err != nil {
			return privateKey{}, err
		}
		return parsePlainKey(b.der)
	case password == "":
		return privateKey{}, errPasswordRequired
	}
	return e.openKey(password)
}

// labelError is a key under a label that makes OpenSSL take it for something
// else.
type labelError struct{ is, label string }

func (e labelError) Error() string {
	return fmt.Sprintf("it is %s under the label %q, which OpenSSL does not read", e.is, e.label)
}

// mislabelled compares a key in clear with its label. OpenSSL's PEM reader takes
// PKCS#8 under the label of its algorithm too, and a traditional key under that
// of its algorithm only; Go reads all of them. Measured with OpenSSL 3.0.
func (b *block) mislabelled() error {
	is, labels := "", []string{b.label}
	switch formOf(b.der) {
	case formPKCS1:
		is, labels = "a PKCS#1 key", []string{"RSA PRIVATE KEY"}
	case formSEC1:
		is, labels = "a SEC 1 key", []string{"EC PRIVATE KEY"}
	case formPKCS8:
		is, labels = "a PKCS#8 key", []string{"PRIVATE KEY"}
		switch key, _ := parsePlainKey(b.der); {
		case strings.HasPrefix(key.algorithm, "RSA"):
			labels = append(labels, "RSA PRIVATE KEY")
		case strings.HasPrefix(key.algorithm, "ECDSA"):
			labels = append(labels, "EC PRIVATE KEY")
		case key.algorithm == "":
			return nil
		}
	default:
		if _, err := parseEncryption(b.der); err == nil {
			is, labels = "an encrypted PKCS#8 key", []string{"ENCRYPTED PRIVATE KEY"}
		}
	}
	if keyAlgorithm(b.der) == "DSA" || slices.Contains(labels, b.label) {
		return nil
	}
	return labelError{is, b.label}
}

var errOpenSSH = errors.New("it is in OpenSSH's own form, which no driver reads")

// maxKey bounds a private key in clear, in bytes. One of RSA-16384, the largest
// that OpenSSL takes, has 9,300; the time to check that an RSA key is one grows
// with the square of its size, to hours for what a file has room for.
const maxKey = 16 << 10

var errKeyTooLarge = fmt.Errorf("it is larger than %d KiB, and no driver has a use for such a key", maxKey>>10)

// parsePlainKey tries the forms one after the other: labels are not always true.
func parsePlainKey(der []byte) (privateKey, error) {
	if len(der) > maxKey {
		if formOf(der) == "" {
			return privateKey{}, errNotKey
		}
		return privateKey{}, errKeyTooLarge
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return asPrivateKey(key)
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return asPrivateKey(key)
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return asPrivateKey(key)
	}
	if other, ok := otherKey(der); ok {
		return privateKey{algorithm: other.algorithm}, other
	}
	return privateKey{}, errNotKey
}

// otherKey recognises a key of an algorithm or curve that Go does not have.
func otherKey(der []byte) (e otherKeyError, ok bool) {
	algorithm := keyAlgorithm(der)
	return otherKeyError{algorithm, strings.HasPrefix(algorithm, "E") || algorithm == "RSA-PSS"}, algorithm != ""
}

func asPrivateKey(key any) (privateKey, error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return privateKey{k, fmt.Sprintf("RSA-%d", k.N.BitLen())}, nil
	case *ecdsa.PrivateKey:
		return privateKey{k, "ECDSA-" + strings.ReplaceAll(k.Curve.Params().Name, "-", "")}, nil
	case ed25519.PrivateKey:
		return privateKey{k, "Ed25519"}, nil
	}
	// X25519, which agrees on keys and does not sign.
	return privateKey{algorithm: "X25519"}, otherKeyError{algorithm: "X25519"}
}

// formOf is the form of a key in clear; empty if it is none.
func formOf(der []byte) form {
	s := cryptobyte.String(der)
	var version int
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1Integer(&version) {
		return ""
	}
	switch {
	case s.PeekASN1Tag(cbasn1.SEQUENCE):
		return formPKCS8
	case s.PeekASN1Tag(cbasn1.OCTET_STRING):
		return formSEC1
	case s.PeekASN1Tag(cbasn1.INTEGER):
		return formPKCS1
	}
	return ""
}

// otherKeys are key algorithms and curves that a PKCS#8 or SEC 1 key can have and
// Go has not.
var otherKeys = map[string]string{
	"1.3.101.110":           "X25519",
	"1.3.101.111":           "X448",
	"1.3.101.113":           "Ed448",
	"1.2.840.10040.4.1":     "DSA",
	"1.2.840.10046.2.1":     "DH",
	"1.2.840.113549.1.3.1":  "DH",
	"1.2.840.113549.1.1.10": "RSA-PSS",
	"1.3.132.0.10":          "ECDSA-secp256k1",
	"1.2.840.10045.3.1.1":   "ECDSA-P192",
	"1.3.36.3.3.2.8.1.1.7":  "ECDSA-brainpoolP256r1",
	"1.3.36.3.3.2.8.1.1.11": "ECDSA-brainpoolP384r1",
	"1.3.36.3.3.2.8.1.1.13": "ECDSA-brainpoolP512r1",
	"1.2.156.10197.1.301":   "SM2",
}

// keyAlgorithm names the algorithm of a key that looks like one; empty if it does
// not.
func keyAlgorithm(der []byte) string {
	s := cryptobyte.String(der)
	var version int
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1Integer(&version) {
		return ""
	}
	switch {
	case s.PeekASN1Tag(cbasn1.SEQUENCE): // PKCS#8 (RFC 5958 section 2)
		var algorithm cryptobyte.String
		if !s.ReadASN1(&algorithm, cbasn1.SEQUENCE) || !algorithm.ReadASN1ObjectIdentifier(&oid) ||
			!s.PeekASN1Tag(cbasn1.OCTET_STRING) {
			return ""
		}
		if name, ok := otherKeys[oid.String()]; ok {
			return name
		}
		return curveName(algorithm)
	case s.PeekASN1Tag(cbasn1.OCTET_STRING): // SEC 1 appendix C.4
		var key, params cryptobyte.String
		var present bool
		if !s.ReadASN1(&key, cbasn1.OCTET_STRING) ||
			!s.ReadOptionalASN1(&params, &present, cbasn1.Tag(0).Constructed().ContextSpecific()) || !present {
			return ""
		}
		return curveName(params)
	case s.PeekASN1Tag(cbasn1.INTEGER) && version == 0 && integers(s) == 5:
		return "DSA" // OpenSSL's traditional form: p, q, g, y, x
	}
	return ""
}

// curveName names a curve that Go has not by its parameters.
func curveName(params cryptobyte.String) string {
	var oid asn1.ObjectIdentifier
	if params.PeekASN1Tag(cbasn1.SEQUENCE) {
		return "ECDSA with explicit curve parameters"
	}
	if params.ReadASN1ObjectIdentifier(&oid) {
		return otherKeys[oid.String()]
	}
	return ""
}

// integers counts the INTEGERs that s is made of; -1 if there is anything else.
func integers(s cryptobyte.String) int {
	n := 0
	for ; !s.Empty(); n++ {
		if !s.SkipASN1(cbasn1.INTEGER) {
			return -1
		}
	}
	return n
}
