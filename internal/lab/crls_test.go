package lab

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestCRLsAsDeclared reads CRLs at another time than this.
func TestCRLsAsDeclared(t *testing.T) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	pointed := leafNode()
	pointed.CRLPoints = []string{"http://c.test/"}
	pki, err := NewPKI(now, rootNode(), intermediateNode(), pointed)
	if err != nil {
		t.Fatal(err)
	}
	certs, err := pki.Certificates(leaf, intermediate, root)
	if err != nil {
		t.Fatal(err)
	}
	type content struct {
		Issuer     string
		This, Next time.Time
		Entries    []string
		Scope      string // issuingDistributionPoint
		Signature  string
	}
	usual := content{Issuer: "mongotls lab intermediate", This: now.Add(-day), Next: now.Add(30 * day), Signature: "<nil>"}
	tests := []struct {
		name   string
		crl    crl
		issuer *x509.Certificate
		want   func(*content)
	}{
		{"an empty one", crl{issuer: intermediate}, certs[1], func(*content) {}},
		{"one with the leaf", crl{issuer: intermediate, revoked: []string{leaf}}, certs[1], func(c *content) {
			c.Entries = []string{fmt.Sprint(certs[0].SerialNumber, " 1 ", now.Add(-2*day))}
		}},
		{"one of the past", crl{issuer: intermediate, thisUpdate: -33 * day, nextUpdate: -3 * day}, certs[1], func(c *content) {
			c.This, c.Next = now.Add(-33*day), now.Add(-3*day)
		}},
		{"one of the root", crl{issuer: root}, certs[2], func(c *content) { c.Issuer = "mongotls lab root" }},
		{"one of a partition", crl{issuer: intermediate, partition: true}, certs[1], func(c *content) {
			// distributionPoint, fullName, uniformResourceIdentifier; onlyContainsUserCerts.
			c.Scope = "true 3017a012a010860e" + hex.EncodeToString([]byte("http://c.test/")) + "8101ff"
		}},
		{"one that was tampered with", crl{issuer: intermediate, tampered: true}, certs[1], func(c *content) {
			c.Signature = "x509: ECDSA verification failure"
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := usual
			test.want(&want)
			der, err := test.crl.build(pki, now)
			if err != nil {
				t.Fatal(err)
			}
			list, err := x509.ParseRevocationList(der)
			if err != nil {
				t.Fatal(err)
			}
			got := content{
				Issuer: list.Issuer.CommonName, This: list.ThisUpdate, Next: list.NextUpdate,
				Signature: fmt.Sprint(list.CheckSignatureFrom(test.issuer)),
			}
			for _, e := range list.RevokedCertificateEntries {
				got.Entries = append(got.Entries, fmt.Sprint(e.SerialNumber, " ", e.ReasonCode, " ", e.RevocationTime))
			}
			for _, e := range list.Extensions {
				if e.Id.String() == "2.5.29.28" {
					got.Scope = fmt.Sprintf("%t %x", e.Critical, e.Value)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
