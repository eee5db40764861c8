package survey

import (
	"context"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/target"
	"github.com/mongotls/mongotls/internal/truststore"
	"github.com/mongotls/mongotls/internal/verify"
)

// issuers fetches what a chain that leads nowhere may lack, as browsers do and
// drivers do not. It is nil where there is nothing to ask, or nobody may be.
func (s *Survey) issuers(ctx context.Context, t *target.Target, e *fact.Endpoint) *fact.Issuers {
	if s.Offline || s.Quick || !t.TLS || t.Options.TLSInsecure.Value || t.Options.TLSAllowInvalidCertificates.Value {
		return nil
	}
	var presented []*certificate.Certificate
	for _, p := range e.Certificates {
		c, _ := certificate.FromPEM(p.PEM)
		presented = append(presented, c)
	}
	result := verify.Chain(verify.Input{Presented: presented, Anchors: truststore.Anchors(e.Trust), Store: e.Trust.Store, At: s.now()})
	if len(result.Paths) == 0 || result.Paths[0].Complete {
		return nil
	}
	path := result.Paths[0].Certs
	top := path[len(path)-1]
	if top.SelfIssued() || len(top.IssuingCertificateURLs) == 0 {
		return nil
	}
	found, fetches := s.Issuers.Issuers(ctx, top)
	facts := &fact.Issuers{Fetches: []fact.IssuerFetch{}, Certificates: []fact.Certificate{}}
	for _, f := range fetches {
		facts.Fetches = append(facts.Fetches, fact.IssuerFetch{URL: f.URL, Error: f.Error, Ms: float64(f.Took.Microseconds()) / 1000})
	}
	for _, c := range found {
		facts.Certificates = append(facts.Certificates, c.Fact())
	}
	return facts
}
