// Package revocation finds out whether certificates were revoked, from every
// source that a MongoDB client may use: a stapled OCSP response, OCSP responders,
// a CRL file and CRL distribution points (RFC 6960, RFC 5280 section 6.3). What
// comes back is verified in full; what a driver makes of it is judged elsewhere.
package revocation

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

const (
	// defaultTimeout is the OCSP support specification's for endpoints.
	defaultTimeout = 5 * time.Second
	// defaultTolerance is what OpenSSL's ocsp command grants. The specification
	// for drivers grants nothing: whoever needs that has the times themselves.
	defaultTolerance = 5 * time.Minute
	// maxURLs is how many responders, and how many distribution points, are
	// asked about one certificate.
	maxURLs = 8
	// maxPath is how many certificates of a path are asked about.
	maxPath = 16
)

// Checker asks about revocation. Its zero value is ready to use, and it may be
// used concurrently.
type Checker struct {
	// Dial makes connections; nil means a net.Dialer's. It has to heed its
	// context.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy chooses the proxy of a request; nil means none. Pass
	// http.ProxyFromEnvironment to go where drivers in Go and Python go.
	Proxy func(*http.Request) (*url.URL, error)
	// Roots are trusted for https URLs; nil means the system's.
	Roots *x509.CertPool
	// Now is the time at which answers have to be in force; nil means time.Now.
	Now func() time.Time
	// Timeout bounds every question, and with them all of Check, as they are
	// asked at the same time; zero means 5 s.
	Timeout time.Duration
	// Tolerance is how far thisUpdate may lie ahead and nextUpdate behind; zero
	// means 5 minutes, less than zero none.
	Tolerance time.Duration
}

// Request is what to ask about.
type Request struct {
	// Path is the certificates, leaf first, each issued by the next, as far as
	// known. It ends before the first that could not be read.
	Path []*certificate.Certificate
	// Others are further certificates, among which the issuer of an indirect
	// CRL is looked for.
	Others []*certificate.Certificate
	// Staple is the OCSP response stapled for the leaf, DER; empty without one.
	Staple []byte
	// CRLFile is the file of tlsCRLFile; nil without one.
	CRLFile *CRLFile
	// SkipEndpoints leaves OCSP responders alone
	// (tlsDisableOCSPEndpointCheck), SkipCRLFetch the distribution points. With
	// both nothing is contacted.
	SkipEndpoints, SkipCRLFetch bool
}

// Check asks every source about the certificates of a path, all at the same
// time. Responders are asked about the leaf only, as the OCSP support
// specification has it, and not if its staple is conclusive. All of them are
// waited for: the first conclusive answer decides for a driver, but what is
// wrong with the others is worth knowing.
//
// A distribution point of a self-signed certificate is not asked: a trust anchor
// is not revoked by its own word. A CRL file is searched for it all the same,
// because OpenSSL does so for clients that check the whole path.
func (c *Checker) Check(ctx context.Context, r Request) fact.Revocation {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.Path = readable(r.Path)

	out := fact.Revocation{Checks: []fact.RevocationCheck{}}
	for _, cert := range r.Path {
		if cert.MustStaple {
			out.MustStaple = append(out.MustStaple, cert.SHA256)
		}
	}
	staple := c.staple(r)
	questions := plan(r, staple != nil && conclusive(*staple))
	var inFile []fact.RevocationCheck
	var wait sync.WaitGroup
	if r.CRLFile != nil {
		wait.Go(func() {
			start := time.Now()
			inFile = c.searchFile(ctx, r)
			for i := range inFile {
				inFile[i].Source, inFile[i].Ms = fact.SourceCRLFile, elapsed(start)
			}
		})
	}
	client := c.client()
	answers := make([]fact.RevocationCheck, len(questions))
	for i, q := range questions {
		wait.Go(func() {
			start := time.Now()
			answers[i] = c.ask(ctx, client, r, q)
			answers[i].Source, answers[i].URL, answers[i].Ms = q.source, q.url, elapsed(start)
		})
	}
	wait.Wait()

	if staple != nil {
		out.Checks = append(out.Checks, *staple)
	}
	for i := range r.Path {
		out.Checks = appendOf(out.Checks, answers, questions, i, fact.SourceOCSP)
		if inFile != nil {
			out.Checks = append(out.Checks, inFile[i])
		}
		out.Checks = appendOf(out.Checks, answers, questions, i, fact.SourceCRL)
	}
	return out
}

// appendOf appends the answers about one certificate from one kind of source.
func appendOf(list, answers []fact.RevocationCheck, questions []question, index int, source fact.RevocationSource) []fact.RevocationCheck {
	for i, q := range questions {
		if q.index == index && q.source == source {
			list = append(list, answers[i])
		}
	}
	return list
}

// readable is a path up to the first certificate that could not be read.
func readable(path []*certificate.Certificate) []*certificate.Certificate {
	if i := slices.IndexFunc(path, func(c *certificate.Certificate) bool { return c.Error != "" }); i >= 0 {
		path = path[:i]
	}
	return path[:min(len(path), maxPath)]
}

// staple verifies the stapled response; nil without one.
func (c *Checker) staple(r Request) *fact.RevocationCheck {
	if len(r.Staple) == 0 || len(r.Path) == 0 {
		return nil
	}
	start := time.Now()
	issuer := authorities{path: r.Path}.issuer()
	check := VerifyOCSP(r.Staple, r.Path[0], issuer, c.now(), OCSPOptions{Tolerance: c.tolerance()})
	check.Source, check.Ms = fact.SourceStaple, elapsed(start)
	return &check
}

// conclusive reports whether a check settles the matter.
func conclusive(check fact.RevocationCheck) bool {
	return check.Status == fact.StatusGood || check.Status == fact.StatusRevoked
}

// question is one URL and what is asked there.
type question struct {
	index  int // of the certificate in the path
	source fact.RevocationSource
	url    string
	// refused is why it is not asked; nil if it is.
	refused *failure
}

// plan is the questions that go over the network.
func plan(r Request, answered bool) []question {
	var questions []question
	add := func(index int, source fact.RevocationSource, urls []string) {
		var seen []string
		for _, u := range urls {
			if slices.Contains(seen, u) {
				continue
			}
			if len(seen) == maxURLs {
				questions = append(questions, question{index: index, source: source, refused: failf(fact.ProblemTooManyURLs,
					"the certificate names %d URLs, of which the first %d are asked", len(urls), maxURLs)})
				return
			}
			seen = append(seen, u)
			q := question{index: index, source: source, url: u}
			if len(u) > maxURL {
				q.url = u[:maxURL]
			}
			if err := checkURL(u); err != nil {
				q.refused = failureOf(err)
			}
			questions = append(questions, q)
		}
	}
	for i, cert := range r.Path {
		if i == 0 && !r.SkipEndpoints && !answered {
			add(i, fact.SourceOCSP, cert.OCSPServers)
		}
		if !r.SkipCRLFetch && !cert.SelfSigned() {
			add(i, fact.SourceCRL, cert.CRLDistributionPoints)
		}
	}
	return questions
}

// ask puts one question.
func (c *Checker) ask(ctx context.Context, client *http.Client, r Request, q question) fact.RevocationCheck {
	cert := r.Path[q.index]
	issuer := authorities{path: r.Path, index: q.index}.issuer()
	refused := q.refused
	if refused == nil && q.source == fact.SourceOCSP && issuer == nil {
		refused = failf(fact.ProblemIssuerMissing, "the certificate of the issuer %q is not known, without which a responder cannot be asked", cert.Issuer)
	}
	if refused != nil {
		check := fact.RevocationCheck{Certificate: cert.SHA256}
		fail(&check, refused)
		return check
	}
	if q.source == fact.SourceOCSP {
		return c.askResponder(ctx, client, q.url, cert, issuer)
	}
	return c.askPoint(ctx, client, q.url, c.judge(r, q.index))
}

func (c *Checker) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c *Checker) tolerance() time.Duration {
	switch {
	case c.Tolerance == 0:
		return defaultTolerance
	case c.Tolerance < 0:
		return 0
	}
	return c.Tolerance
}

func elapsed(start time.Time) float64 {
	return float64(time.Since(start).Microseconds()) / 1000
}
