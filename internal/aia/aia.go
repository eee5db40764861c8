// Package aia fetches the certificates that a chain lacks from where
// authorityInfoAccess points to (caIssuers, RFC 5280 section 4.2.2.1).
//
// The addresses come from a certificate that nobody trusts yet. What is fetched
// is bounded in size, time and number, goes over http and https only, and
// carries no credentials; nothing is made of the answer but certificates.
package aia

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// The bounds of one run.
const (
	maxDepth     = 3
	maxURLs      = 3 // of one certificate
	maxSize      = 64 << 10
	maxRedirects = 3
	fetchTimeout = 5 * time.Second
)

// Fetch is one request that was made, as a report tells it.
type Fetch struct {
	// URL is as the certificate has it: escape it before it reaches a terminal.
	URL string
	// Took is how long it lasted.
	Took time.Duration
	// Certificates is how many were read from the answer.
	Certificates int
	// Error is why there are none; empty if there are.
	Error string
}

// Fetcher fetches issuers. The zero value is ready to use. It asks the host that
// is named directly, whatever proxy the environment speaks of.
type Fetcher struct {
	// DialContext makes connections; nil means that of a net.Dialer.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// Timeout is for one request; zero means 5 s.
	Timeout time.Duration
	// Now tells the time; nil means time.Now.
	Now func() time.Time
}

// Issuers fetches the issuer of top, and theirs, at most three in a row, until
// one is self-issued or names no place to fetch from. Certificates are the ones
// whose key signed the one below, in that order. A place that does not answer
// with the issuer is told in fetches and is no error.
func (f Fetcher) Issuers(ctx context.Context, top *certificate.Certificate) (issuers []*certificate.Certificate, fetches []Fetch) {
	transport := &http.Transport{
		DialContext:            f.DialContext,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: maxSize,
	}
	client := &http.Client{Transport: transport, CheckRedirect: checkRedirect}
	now := f.Now
	if now == nil {
		now = time.Now
	}
	for range maxDepth {
		issuer := (*certificate.Certificate)(nil)
		for i, place := range top.IssuingCertificateURLs {
			if i >= maxURLs || issuer != nil || ctx.Err() != nil {
				break
			}
			start := now()
			certs, err := f.fetch(ctx, client, place)
			fetch := Fetch{URL: place, Took: now().Sub(start), Certificates: len(certs)}
			if issuer = issuerAmong(top, certs); err == nil && issuer == nil {
				err = errors.New("none of the certificates is the issuer")
			}
			if err != nil {
				fetch.Error = err.Error()
			}
			fetches = append(fetches, fetch)
		}
		if issuer == nil {
			break
		}
		issuers = append(issuers, issuer)
		if issuer.SelfIssued() {
			break
		}
		top = issuer
	}
	return issuers, fetches
}

// issuerAmong is the certificate that issued c.
func issuerAmong(c *certificate.Certificate, certs []*certificate.Certificate) *certificate.Certificate {
	for _, issuer := range certs {
		if issuer.CanonicalSubject() == c.CanonicalIssuer() && c.CheckSignatureFrom(issuer) == nil {
			return issuer
		}
	}
	return nil
}

// fetch reads the certificates that one place has.
func (f Fetcher) fetch(ctx context.Context, client *http.Client, place string) ([]*certificate.Certificate, error) {
	target, err := url.Parse(place)
	if err != nil {
		return nil, errors.New("is not a URL")
	}
	if err := checkURL(target); err != nil {
		return nil, err
	}
	timeout := f.Timeout
	if timeout == 0 {
		timeout = fetchTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("no answer within %v", timeout)
		}
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			// The address stands beside it already.
			err = wrapped.Err
		}
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxSize+1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("no complete answer within %v", timeout)
	case err != nil:
		return nil, fmt.Errorf("reading the answer: %w", err)
	case len(body) > maxSize:
		return nil, fmt.Errorf("the answer is larger than %d bytes", maxSize)
	}
	return read(body)
}

// checkURL refuses what is not http or https, or carries credentials.
func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("scheme %q is not fetched, only http and https are", u.Scheme)
	case u.Host == "":
		return errors.New("the URL names no host")
	case u.User != nil:
		return errors.New("the URL has credentials in it")
	}
	return nil
}

func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	return checkURL(request.URL)
}
