package survey

import (
	"context"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/revocation"
	"github.com/mongotls/mongotls/internal/target"
	"github.com/mongotls/mongotls/internal/truststore"
	"github.com/mongotls/mongotls/internal/verify"
)

// revocation asks about the certificates that an endpoint presented, as far as a
// driver with the target's options would, and further where that costs nobody
// anything.
func (s *Survey) revocation(ctx context.Context, t *target.Target, local *localFiles, e *fact.Endpoint) *fact.Revocation {
	o := t.Options
	nothing := func(why string) *fact.Revocation {
		return &fact.Revocation{Status: fact.StatusUnchecked, Skipped: []string{why}, Checks: []fact.RevocationCheck{}}
	}
	switch {
	case !t.TLS:
		return nothing("the connection string does not use TLS")
	// OCSP support specification, on the options that switch it off.
	case o.TLSInsecure.Value:
		return nothing("tlsInsecure switches it off")
	case o.TLSAllowInvalidCertificates.Value:
		return nothing("tlsAllowInvalidCertificates switches it off")
	case o.TLSDisableCertificateRevocationCheck.Value:
		return nothing("tlsDisableCertificateRevocationCheck switches it off")
	}
	path, others := s.path(e)
	request := revocation.Request{Path: path, Others: others, CRLFile: local.crls}
	if e.Handshake != nil {
		request.Staple = e.Handshake.Staple
	}
	var skipped []string
	skip := func(flag *bool, is bool, why string) {
		if is && !*flag {
			*flag = true
			skipped = append(skipped, why)
		}
	}
	leaf := path[0]
	if len(leaf.OCSPServers) > 0 {
		skip(&request.SkipEndpoints, o.TLSDisableOCSPEndpointCheck.Value, "OCSP responders: tlsDisableOCSPEndpointCheck is set")
		skip(&request.SkipEndpoints, local.crls != nil, "OCSP responders: a CRL file and OCSP are not used together")
		skip(&request.SkipEndpoints, s.Offline, "OCSP responders: --offline")
		skip(&request.SkipEndpoints, s.Quick, "OCSP responders: --quick")
	}
	if len(leaf.CRLDistributionPoints) > 0 {
		skip(&request.SkipCRLFetch, local.crls != nil, "CRL distribution points: a CRL file is given")
		skip(&request.SkipCRLFetch, s.Offline, "CRL distribution points: --offline")
		skip(&request.SkipCRLFetch, s.Quick, "CRL distribution points: --quick")
	}
	// What the leaf does not name its issuers may.
	request.SkipEndpoints = request.SkipEndpoints || s.Offline || s.Quick
	request.SkipCRLFetch = request.SkipCRLFetch || s.Offline || s.Quick || local.crls != nil

	checker := s.Revocation
	if checker == nil {
		checker = &revocation.Checker{}
	}
	found := checker.Check(ctx, request)
	found.Skipped = skipped
	found.Status = summary(found.Checks, leaf.SHA256)
	return &found
}

// path is the path that revocation is asked along: the best that is known, as a
// revoked certificate is worth telling of an untrusted path too.
func (s *Survey) path(e *fact.Endpoint) (path, others []*certificate.Certificate) {
	for _, p := range e.Certificates {
		c, _ := certificate.FromPEM(p.PEM)
		others = append(others, c)
	}
	in := verify.Input{Presented: others, Anchors: truststore.Anchors(e.Trust), Store: e.Trust.Store, At: s.now()}
	for _, a := range in.Anchors {
		others = append(others, a.Certificate)
	}
	if result := verify.Chain(in); len(result.Paths) > 0 && len(result.Paths[0].Certs) > 0 {
		return result.Paths[0].Certs, others
	}
	return others[:1], others
}

// summary is the status of one certificate by all its checks.
func summary(checks []fact.RevocationCheck, sha256 string) fact.RevocationStatus {
	status := fact.StatusUnchecked
	weight := map[fact.RevocationStatus]int{fact.StatusUnknown: 1, fact.StatusGood: 2, fact.StatusRevoked: 3}
	for _, c := range checks {
		if c.Certificate == sha256 && weight[c.Status] > weight[status] {
			status = c.Status
		}
	}
	return status
}
