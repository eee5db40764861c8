package lab

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
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
