package lab

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// crlPath is where the lab's CRLs are on their hosts.
const crlPath = "crl.der"

// crl declares a certificate revocation list, as far as it departs from a sound
// one without entries.
type crl struct {
	// issuer is the ID of the CA whose it is.
	issuer string
	// revoked are the IDs of the certificates on it.
	revoked []string
	// thisUpdate and nextUpdate are relative to the clock; both zero mean a day
	// ago and a month ahead.
	thisUpdate, nextUpdate time.Duration
	// partition limits it to the end entity certificates that name the leaf's
	// distribution point, as large CAs divide their CRLs (RFC 5280 section
	// 5.2.5).
	partition bool
	// tampered changes the signature.
	tampered bool
}

// build makes the CRL, in DER.
func (c crl) build(pki *PKI, now time.Time) ([]byte, error) {
	thisUpdate, nextUpdate := c.thisUpdate, c.nextUpdate
	if thisUpdate == 0 && nextUpdate == 0 {
		thisUpdate, nextUpdate = -day, 30*day
	}
	issuer, err := pki.Certificates(c.issuer)
	if err != nil {
		return nil, err
	}
	template := &x509.RevocationList{
		// CAs count them up; this one makes each once.
		Number:     big.NewInt(1),
		ThisUpdate: now.Add(thisUpdate),
		NextUpdate: now.Add(nextUpdate),
	}
	for _, id := range c.revoked {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: pki.issued[id].template.SerialNumber, RevocationTime: now.Add(revokedSince), ReasonCode: keyCompromise,
		})
	}
	if c.partition {
		scope, err := issuingPoint(pki.issued[leaf].template.CRLDistributionPoints)
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = []pkix.Extension{scope}
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, issuer[0], pki.issued[c.issuer].key)
	if err != nil {
		return nil, fmt.Errorf("making the CRL of %q: %w", c.issuer, err)
	}
	if c.tampered {
		// It ends in the signature.
		der[len(der)-1] ^= 1
	}
	return der, nil
}

// issuingPoint is a critical issuingDistributionPoint with these URLs and
// onlyContainsUserCerts.
func issuingPoint(urls []string) (pkix.Extension, error) {
	const fullName, uri, onlyUser = 0, 6, 1
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.Tag(fullName).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
				for _, u := range urls {
					b.AddASN1(cbasn1.Tag(uri).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(u)) })
				}
			})
		})
		b.AddASN1(cbasn1.Tag(onlyUser).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddUint8(0xff) })
	})
	der, err := b.Bytes()
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: der}, err
}

// crlPEM is CRLs in PEM, in this order.
func crlPEM(pki *PKI, now time.Time, crls []crl) ([]byte, error) {
	var file []byte
	for _, c := range crls {
		der, err := c.build(pki, now)
		if err != nil {
			return nil, err
		}
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})...)
	}
	return file, nil
}

// publishing is a server with this CRL.
func publishing(c crl) *webService {
	return &webService{open: func(pki *PKI, now func() time.Time) (handler, error) {
		der, err := c.build(pki, now())
		if err != nil {
			return nil, err
		}
		return onWeb(always(answer{contentType: typeCRL, body: der})), nil
	}}
}
