package lab

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// certID is what an OCSP request and response identify a certificate by (RFC
// 6960 section 4.1.1).
type certID struct {
	hash      crypto.Hash
	name, key []byte // hashes of the issuer's
	serial    *big.Int
}

// certIDHashes are the hash functions that a CertID may use (RFC 8017 appendix
// B.1): SHA-1, which nearly all clients do, and its successor.
var certIDHashes = map[crypto.Hash]asn1.ObjectIdentifier{
	crypto.SHA1:   {1, 3, 14, 3, 2, 26},
	crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1},
}

// certID identifies a certificate of the PKI.
func (p *PKI) certID(id string, hash crypto.Hash) (certID, error) {
	issuer, err := p.Certificates(p.issued[id].issuer)
	if err != nil {
		return certID{}, err
	}
	spki := cryptobyte.String(issuer[0].RawSubjectPublicKeyInfo)
	var key asn1.BitString
	if !spki.ReadASN1(&spki, cbasn1.SEQUENCE) || !spki.SkipASN1(cbasn1.SEQUENCE) || !spki.ReadASN1BitString(&key) {
		return certID{}, errors.New("the issuer's public key is not well-formed")
	}
	return certID{
		hash: hash, name: digest(hash, issuer[0].RawSubject), key: digest(hash, key.Bytes),
		serial: p.issued[id].template.SerialNumber,
	}, nil
}

// same reports whether two identify the same certificate in the same way.
func (c certID) same(d certID) bool {
	return c.hash == d.hash && bytes.Equal(c.name, d.name) && bytes.Equal(c.key, d.key) && c.serial.Cmp(d.serial) == 0
}

func (c certID) marshal(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(certIDHashes[c.hash])
			b.AddASN1NULL()
		})
		b.AddASN1OctetString(c.name)
		b.AddASN1OctetString(c.key)
		b.AddASN1BigInt(c.serial)
	})
}

// readCertID reads a CertID; of a hash function that is not known the zero one
// stands.
func readCertID(s *cryptobyte.String) (certID, bool) {
	var body, algorithm, name, key cryptobyte.String
	var oid asn1.ObjectIdentifier
	c := certID{serial: new(big.Int)}
	if !s.ReadASN1(&body, cbasn1.SEQUENCE) ||
		!body.ReadASN1(&algorithm, cbasn1.SEQUENCE) || !algorithm.ReadASN1ObjectIdentifier(&oid) ||
		!body.ReadASN1(&name, cbasn1.OCTET_STRING) || !body.ReadASN1(&key, cbasn1.OCTET_STRING) ||
		!body.ReadASN1Integer(c.serial) || !body.Empty() {
		return certID{}, false
	}
	c.name, c.key = name, key
	for hash, known := range certIDHashes {
		if known.Equal(oid) {
			c.hash = hash
		}
	}
	return c, true
}
