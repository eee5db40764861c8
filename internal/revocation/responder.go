package revocation

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

const requestType = "application/ocsp-request"

// askResponder asks one OCSP responder about cert: by POST with a nonce, and
// where that meets something that is not an OCSP responder's answer, by GET
// without one, the way that caches and content networks take (RFC 5019).
func (c *Checker) askResponder(ctx context.Context, client *http.Client, address string, cert, issuer *certificate.Certificate) fact.RevocationCheck {
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce) // never fails
	check := c.exchange(ctx, client, http.MethodPost, address, cert, issuer, nonce)
	if check.Status != fact.StatusError || !worthGet[check.Problem] || ctx.Err() != nil {
		return check
	}
	second := c.exchange(ctx, client, http.MethodGet, address, cert, issuer, nil)
	if second.Status == fact.StatusError && worthGet[second.Problem] {
		// Neither way works: the first failure is the responder's own.
		return check
	}
	return second
}

// worthGet are the failures of a POST after which a GET may succeed: someone
// answered, though not with an OCSP response, or did not like the nonce.
var worthGet = map[fact.RevocationProblem]bool{
	fact.ProblemHTTPStatus:       true,
	fact.ProblemRedirect:         true,
	fact.ProblemEmpty:            true,
	fact.ProblemNotOCSP:          true,
	fact.ProblemMalformedRequest: true,
}

// exchange is one request and the verification of its answer.
func (c *Checker) exchange(ctx context.Context, client *http.Client, method, address string, cert, issuer *certificate.Certificate, nonce []byte) fact.RevocationCheck {
	data, err := send(ctx, client, method, address, cert, issuer, nonce)
	if err != nil {
		check := fact.RevocationCheck{Certificate: cert.SHA256, Method: method}
		fail(&check, failureOf(err))
		return check
	}
	check := VerifyOCSP(data, cert, issuer, c.now(), OCSPOptions{Tolerance: c.tolerance(), Nonce: nonce})
	check.Method = method
	return check
}

// send sends a request and returns what looks like an OCSP response.
func send(ctx context.Context, client *http.Client, method, address string, cert, issuer *certificate.Certificate, nonce []byte) ([]byte, error) {
	der, err := request(cert, issuer, nonce)
	if err != nil {
		return nil, failf(fact.ProblemIssuerMissing, "a request cannot be made for this certificate")
	}
	address = strings.TrimSpace(address)
	var r *http.Request
	if method == http.MethodPost {
		r, err = http.NewRequestWithContext(ctx, method, address, bytes.NewReader(der))
	} else {
		// RFC 6960 appendix A.1: base64, then URL-encoded.
		path := url.PathEscape(base64.StdEncoding.EncodeToString(der))
		path = strings.ReplaceAll(strings.ReplaceAll(path, "+", "%2B"), "=", "%3D")
		r, err = http.NewRequestWithContext(ctx, method, strings.TrimRight(address, "/")+"/"+path, nil)
	}
	if err != nil {
		return nil, failf(fact.ProblemURL, "this is not a URL")
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", requestType)
	}
	r.Header.Set("Accept", "application/ocsp-response")
	answer, err := get(client, r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := readBounded(ctx, answer.Body, maxOCSP)
	if err != nil {
		return nil, err
	}
	// The content type is not looked at: responders get it wrong, and the
	// signature says more.
	switch {
	case len(data) == 0:
		return nil, failf(fact.ProblemEmpty, "the answer is empty")
	case looksLikePage(data):
		return nil, failf(fact.ProblemNotOCSP, "the answer is a web page, not an OCSP response")
	case answer.Header.Get("Content-Encoding") != "" && data[0] != derSequence:
		return nil, failf(fact.ProblemNotOCSP, "the answer is compressed, though that was not asked for")
	case data[0] != derSequence:
		return nil, failf(fact.ProblemNotOCSP, "the answer is not an OCSP response")
	}
	return data, nil
}

// derSequence is the first byte of a DER structure.
const derSequence = 0x30
