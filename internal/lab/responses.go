package lab

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// certStatus is the CertStatus of an OCSP response, by its tag (RFC 6960 section
// 4.2.1).
type certStatus uint8

// The statuses. The zero value is good.
const (
	statusGood certStatus = iota
	statusRevoked
	statusUnknown
)

// Of a certificate that is revoked, why, and since when, as of the clock of the
// PKI (RFC 5280 section 5.3.1).
const (
	keyCompromise = 1
	revokedSince  = -2 * day
)

// ocspResponse declares an OCSP response, as far as it departs from one that
// says of the leaf that it is good.
type ocspResponse struct {
	status certStatus
	// about is the ID of the certificate that it is about; empty means the
	// leaf.
	about string
	// signer is the ID of the certificate whose key signs it, and which is
	// enclosed; empty means the issuer of what it is about, which is not.
	signer string
	// thisUpdate and nextUpdate are relative to the clock; both zero mean an hour
	// ago and a week ahead.
	thisUpdate, nextUpdate time.Duration
	// otherNonce has it repeat another nonce than the request's.
	otherNonce bool
	// tampered changes the signature.
	tampered bool
}

// The OIDs of OCSP (RFC 6960 section 4.2.1, RFC 9654 section 2.1).
var (
	oidOCSPBasic = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidOCSPNonce = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
)

// explicit is the tag of an explicitly tagged field.
func explicit(n uint8) cbasn1.Tag { return cbasn1.Tag(n).ContextSpecific().Constructed() }

// build makes the response by the clock of now, for a CertID by this hash
// function. A nonce that is not nil is put into it, as the request had it.
func (r ocspResponse) build(pki *PKI, now time.Time, hash crypto.Hash, nonce []byte) ([]byte, error) {
	about, signer := r.about, r.signer
	if about == "" {
		about = leaf
	}
	if signer == "" {
		signer = pki.issued[about].issuer
	}
	id, err := pki.certID(about, hash)
	if err != nil {
		return nil, err
	}
	responder, err := pki.Certificates(signer)
	if err != nil {
		return nil, err
	}
	if r.otherNonce && len(nonce) > 0 {
		nonce = bytes.Clone(nonce)
		nonce[len(nonce)-1] ^= 1
	}
	data, err := r.data(responder[0], now, id, nonce)
	if err != nil {
		return nil, err
	}
	key := pki.issued[signer].key
	algorithm, err := signatureAlgorithm(key, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	signature, err := sign(key, crypto.SHA256, data)
	if err != nil {
		return nil, err
	}
	if r.tampered {
		signature[len(signature)-1] ^= 1
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(data)
		b.AddBytes(algorithm)
		b.AddASN1BitString(signature)
		if r.signer != "" {
			b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(responder[0].Raw) })
			})
		}
	})
	basic, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return successful(basic)
}

// data is a ResponseData with one SingleResponse.
func (r ocspResponse) data(responder *x509.Certificate, now time.Time, id certID, nonce []byte) ([]byte, error) {
	thisUpdate, nextUpdate := r.thisUpdate, r.nextUpdate
	if thisUpdate == 0 && nextUpdate == 0 {
		thisUpdate, nextUpdate = -time.Hour, 7*day
	}
	at := func(d time.Duration) time.Time { return now.Add(d).UTC() }
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(explicit(1), func(b *cryptobyte.Builder) { b.AddBytes(responder.RawSubject) })
		b.AddASN1GeneralizedTime(at(thisUpdate))
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				id.marshal(b)
				r.status.marshal(b, at(revokedSince))
				b.AddASN1GeneralizedTime(at(thisUpdate))
				b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1GeneralizedTime(at(nextUpdate)) })
			})
		})
		if nonce != nil {
			b.AddASN1(explicit(1), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1ObjectIdentifier(oidOCSPNonce)
						b.AddASN1OctetString(nonce)
					})
				})
			})
		}
	})
	return b.Bytes()
}

// marshal adds the CertStatus of a certificate that, if it was revoked, was so
// at since.
func (s certStatus) marshal(b *cryptobyte.Builder, since time.Time) {
	tag := cbasn1.Tag(s).ContextSpecific()
	if s != statusRevoked {
		b.AddASN1(tag, func(*cryptobyte.Builder) {})
		return
	}
	b.AddASN1(tag.Constructed(), func(b *cryptobyte.Builder) {
		b.AddASN1GeneralizedTime(since)
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1Enum(keyCompromise) })
	})
}

// successful is the OCSPResponse around a BasicOCSPResponse.
func successful(basic []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Enum(0)
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidOCSPBasic)
				b.AddASN1OctetString(basic)
			})
		})
	})
	return b.Bytes()
}

// The values of OCSPResponseStatus with which a responder declines to answer.
const (
	malformedRequest = 1
	internalError    = 2
	tryLater         = 3
	unauthorizedOCSP = 6
)

// declined is an OCSPResponse without a response.
func declined(status uint8) []byte { return []byte{0x30, 3, 0x0a, 1, status} }
