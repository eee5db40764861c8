package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// revocation tells what each source says of the certificates.
func (t *text) revocation(e *Endpoint) {
	r := e.Revocation
	if r == nil {
		return
	}
	switch {
	case len(r.Checks) > 0 && r.Status == fact.StatusRevoked:
		t.row("revocation", t.fail(string(r.Status)))
	case len(r.Checks) > 0:
		t.row("revocation", plain(string(r.Status)))
	case len(r.Skipped) == 0:
		t.row("revocation", plain("the certificates name no OCSP responder and no CRL"))
	}
	for i, c := range r.Checks {
		if limit := t.limit(); limit > 0 && i == limit {
			t.row("", t.dim(fmt.Sprintf("and %d more", len(r.Checks)-limit)))
			break
		}
		status := plain(string(c.Status))
		if c.Status == fact.StatusRevoked {
			status = t.fail(string(c.Status))
		}
		t.row("", plain(checkSource(e, c)+": "), status, plain(checkParticulars(c)))
	}
}

// checkSource names a source, and the certificate where it is not the server's.
func checkSource(e *Endpoint, c fact.RevocationCheck) string {
	name := map[fact.RevocationSource]string{
		fact.SourceStaple: "staple", fact.SourceOCSP: "OCSP " + c.URL, fact.SourceCRLFile: "CRL file", fact.SourceCRL: "CRL " + c.URL,
	}[c.Source]
	if len(e.Certificates) > 0 && e.Certificates[0].SHA256 == c.Certificate {
		return name
	}
	certificate, anchor := lookUp(e, c.Certificate)
	return name + " for " + nodeName(c.Certificate, certificate, anchor)
}

// checkParticulars are what follows the status of a check.
func checkParticulars(c fact.RevocationCheck) string {
	var parts []string
	if c.RevokedAt != nil {
		parts = append(parts, "on "+c.RevokedAt.UTC().Format(dateOnly))
	}
	parts = append(parts, c.Reason, c.Error)
	if c.Error == "" && c.Signer != "" && c.Delegate {
		parts = append(parts, "signed by "+c.Signer)
	}
	if c.Error == "" && c.NextUpdate != nil {
		parts = append(parts, "until "+c.NextUpdate.UTC().Format(time.DateTime))
	}
	if list := present(parts); len(list) > 0 {
		return ", " + strings.Join(list, ", ")
	}
	return ""
}
