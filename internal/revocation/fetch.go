package revocation

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/mongotls/mongotls/internal/fact"
)

// Bounds of what is fetched. The URLs come from a certificate, that is from
// anyone.
const (
	maxURL       = 2048
	maxRedirects = 3
	maxHeader    = 64 << 10
)

// checkURL reports why a URL is not asked.
func checkURL(raw string) error {
	if len(raw) > maxURL {
		return failf(fact.ProblemURL, "the URL has more than %d characters", maxURL)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return failf(fact.ProblemURL, "this is not a URL")
	}
	return checkTarget(u)
}

func checkTarget(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return failf(fact.ProblemScheme, "only http and https are asked, not %q", u.Scheme)
	case u.User != nil:
		return failf(fact.ProblemURL, "the URL holds a user name")
	case u.Hostname() == "":
		return failf(fact.ProblemURL, "the URL names no host")
	}
	return nil
}

// client is a client for one call of Check: it keeps no connection, no cookie
// and no credentials.
func (c *Checker) client() *http.Client {
	transport := &http.Transport{
		DialContext:            c.Dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
	}
	if c.Proxy != nil {
		transport.Proxy = func(r *http.Request) (*url.URL, error) {
			u, err := c.Proxy(r)
			if err != nil {
				// The text of err may quote the setting, password and all.
				return nil, failf(fact.ProblemUnreachable, "the proxy setting is not readable")
			}
			return u, nil
		}
	}
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return failf(fact.ProblemRedirect, "more than %d redirects", maxRedirects)
			}
			if err := checkTarget(r.URL); err != nil {
				f := failureOf(err)
				return failf(f.problem, "redirected, and not followed: %s", f.text)
			}
			return nil
		},
	}
}

// get sends a request and returns an answer with status 200, whose body the
// caller closes. All errors are of type *failure.
func get(client *http.Client, r *http.Request) (*http.Response, error) {
	r.Header.Set("User-Agent", "mongotls")
	answer, err := client.Do(r)
	if err != nil {
		return nil, transportFailure(r.Context(), err)
	}
	if answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		text := fmt.Sprintf("the server answers with HTTP status %d", answer.StatusCode)
		if name := http.StatusText(answer.StatusCode); name != "" {
			text += " (" + name + ")"
		}
		return nil, &failure{fact.ProblemHTTPStatus, text}
	}
	return answer, nil
}

// readBounded reads a body of at most limit bytes.
func readBounded(ctx context.Context, body io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, transportFailure(ctx, err)
	}
	if int64(len(data)) > limit {
		return nil, failf(fact.ProblemTooLarge, "the answer is larger than %d KiB", limit>>10)
	}
	return data, nil
}

// transportFailure says in our own words what a request came to: the error's
// would quote what the server sent.
func transportFailure(ctx context.Context, err error) *failure {
	var own *failure
	var netError net.Error
	var dns *net.DNSError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var errno syscall.Errno
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(ctx.Err(), context.Canceled):
		return failf(fact.ProblemTimeout, "given up before there was an answer")
	case ctx.Err() != nil, errors.As(err, &netError) && netError.Timeout():
		return failf(fact.ProblemTimeout, "no complete answer in time")
	case errors.As(err, &dns) && dns.IsNotFound:
		return failf(fact.ProblemUnreachable, "the host name %q does not exist", dns.Name)
	case errors.As(err, &dns):
		return failf(fact.ProblemUnreachable, "the host name %q cannot be looked up", dns.Name)
	case errors.As(err, &verification):
		return failf(fact.ProblemTLS, "the certificate of the server is not trusted")
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return failf(fact.ProblemTLS, "the server does not speak TLS")
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return failf(fact.ProblemTLS, "the TLS handshake failed")
	case errors.As(err, &errno):
		return failf(fact.ProblemUnreachable, "the connection failed: %s", errno.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failf(fact.ProblemUnreachable, "the server closed the connection before its answer was complete")
	case strings.Contains(err.Error(), "Location"):
		return failf(fact.ProblemRedirect, "redirected without a readable target")
	}
	return failf(fact.ProblemUnreachable, "the server's answer is not readable as HTTP")
}

// looksLikePage reports whether an answer is a web page rather than DER.
func looksLikePage(data []byte) bool {
	text := strings.TrimLeft(string(data[:min(len(data), 64)]), " \t\r\n\ufeff")
	return strings.HasPrefix(text, "<")
}
