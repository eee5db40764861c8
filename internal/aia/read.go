package aia

import (
	"bytes"
	"encoding/pem"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// maxCertificates bounds what is read from one answer.
const maxCertificates = 32

// signedData is the OID of SignedData (RFC 5652 section 5.1).
const signedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

var errNoCertificate = errors.New("the answer holds no certificate")

// read takes what CAs serve: a certificate in DER, a "certs-only" CMS message
// (RFC 5280 section 4.2.2.1), or against the rules either of them in PEM.
// Certificates that cannot be read are left out.
func read(body []byte) ([]*certificate.Certificate, error) {
	var certs []*certificate.Certificate
	add := func(der []byte) {
		if len(certs) >= maxCertificates {
			return
		}
		if c, err := certificate.Parse(der); err == nil {
			certs = append(certs, c)
			return
		}
		for _, raw := range bundled(der) {
			if c, err := certificate.Parse(raw); err == nil && len(certs) < maxCertificates {
				certs = append(certs, c)
			}
		}
	}
	if rest := body; bytes.Contains(body, []byte("-----BEGIN ")) {
		for {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			add(block.Bytes)
		}
	} else {
		add(body)
	}
	if len(certs) == 0 {
		return nil, errNoCertificate
	}
	return certs, nil
}

// bundled are the certificates of a CMS SignedData, as far as they can be told
// apart.
func bundled(der []byte) (raw [][]byte) {
	s := cryptobyte.String(der)
	var oid, all cryptobyte.String
	var present bool
	explicit := cbasn1.Tag(0).Constructed().ContextSpecific()
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) || string(oid) != signedData ||
		!s.ReadASN1(&s, explicit) || !s.ReadASN1(&s, cbasn1.SEQUENCE) ||
		!s.SkipASN1(cbasn1.INTEGER) || // version
		!s.SkipASN1(cbasn1.SET) || // digestAlgorithms
		!s.SkipASN1(cbasn1.SEQUENCE) || // encapContentInfo
		!s.ReadOptionalASN1(&all, &present, explicit) {
		return nil
	}
	for !all.Empty() && len(raw) < maxCertificates {
		var element cryptobyte.String
		var tag cbasn1.Tag
		if !all.ReadAnyASN1Element(&element, &tag) {
			break
		}
		// The other choices are attribute certificates.
		if tag == cbasn1.SEQUENCE {
			raw = append(raw, element)
		}
	}
	return raw
}
