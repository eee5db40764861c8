package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // for signatures that clients should refuse
	_ "crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The signature algorithms used here (RFC 3279 section 2.2, RFC 4055
// section 5, RFC 5758 section 3.2). The RSA ones carry NULL parameters.
var (
	oidSHA1RSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}
	oidSHA256RSA   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidSHA1ECDSA   = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}
	oidSHA256ECDSA = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

// reissue changes a well-formed certificate in ways that crypto/x509 refuses to
// create, and signs it again with its issuer's key, so that nothing but the
// intended fault is wrong with it.
func reissue(der []byte, issuer crypto.Signer, sha1, negativeSerial bool) ([]byte, error) {
	hash := crypto.SHA256
	if sha1 {
		hash = crypto.SHA1
	}
	algorithm, err := signatureAlgorithm(issuer, hash)
	if err != nil {
		return nil, err
	}
	tbs, err := rewriteTBS(der, algorithm, negativeSerial)
	if err != nil {
		return nil, err
	}
	signature, err := sign(issuer, hash, tbs)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(algorithm)
		b.AddASN1BitString(signature)
	})
	return b.Bytes()
}

// sign signs DER.
func sign(key crypto.Signer, hash crypto.Hash, der []byte) ([]byte, error) {
	signature, err := key.Sign(rand.Reader, digest(hash, der), hash)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return signature, nil
}

func digest(hash crypto.Hash, data []byte) []byte {
	h := hash.New()
	h.Write(data)
	return h.Sum(nil)
}

// signatureAlgorithm is the DER of the AlgorithmIdentifier.
func signatureAlgorithm(key crypto.Signer, hash crypto.Hash) ([]byte, error) {
	var oid asn1.ObjectIdentifier
	isRSA := false
	switch key.(type) {
	case *rsa.PrivateKey:
		isRSA = true
		oid = oidSHA256RSA
		if hash == crypto.SHA1 {
			oid = oidSHA1RSA
		}
	case *ecdsa.PrivateKey:
		oid = oidSHA256ECDSA
		if hash == crypto.SHA1 {
			oid = oidSHA1ECDSA
		}
	default:
		return nil, fmt.Errorf("no signature algorithm for a key of type %T", key)
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		if isRSA {
			b.AddASN1NULL()
		}
	})
	return b.Bytes()
}

// rewriteTBS takes the TBSCertificate out of a certificate (RFC 5280 section
// 4.1) and gives it another signature algorithm and, if asked to, serial number.
func rewriteTBS(der, algorithm []byte, negativeSerial bool) ([]byte, error) {
	var certificate, tbs, serial, old cryptobyte.String
	var version cryptobyte.String
	input := cryptobyte.String(der)
	versionTag := cbasn1.Tag(0).ContextSpecific().Constructed()
	if !input.ReadASN1(&certificate, cbasn1.SEQUENCE) ||
		!certificate.ReadASN1(&tbs, cbasn1.SEQUENCE) ||
		!tbs.ReadASN1Element(&version, versionTag) ||
		!tbs.ReadASN1Element(&serial, cbasn1.INTEGER) ||
		!tbs.ReadASN1Element(&old, cbasn1.SEQUENCE) {
		return nil, errors.New("the certificate to change is not well-formed")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(version)
		if negativeSerial {
			b.AddASN1Int64(-0x6d6f6e676f)
		} else {
			b.AddBytes(serial)
		}
		b.AddBytes(algorithm)
		b.AddBytes(tbs)
	})
	return b.Bytes()
}
