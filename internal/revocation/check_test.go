package revocation

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

const (
	ocspURL = "http://ocsp.example.com/r"
	crlURL  = "http://crl.example.com/ca.crl"
)

// checker dials the server on loopback whatever host a URL names.
func checker(server *httptest.Server) *Checker {
	return &Checker{
		Now:     func() time.Time { return now },
		Timeout: 30 * time.Second,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
}

func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

// readRequest is the OCSP request of an HTTP request, and its nonce.
func readRequest(r *http.Request) (der, nonce []byte) {
	if r.Method == http.MethodGet {
		path, _ := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/r/"))
		var err error
		if der, err = base64.StdEncoding.DecodeString(path); err != nil {
			return nil, nil
		}
	} else {
		var b bytes.Buffer
		_, _ = b.ReadFrom(http.MaxBytesReader(nil, r.Body, 4096))
		der = b.Bytes()
	}
	if _, rest, ok := bytes.Cut(der, tlv(cbasn1.OBJECT_IDENTIFIER, []byte(oidOCSPNonce))); ok {
		s := cryptobyte.String(rest)
		var value cryptobyte.String
		s.ReadASN1(&value, cbasn1.OCTET_STRING)
		nonce = value
	}
	return der, nonce
}

// responder answers OCSP requests about a PKI's leaf and echoes the nonce.
func responder(t testing.TB, p *pki, edit func(*ocspSpec)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, nonce := readRequest(r)
		spec := newOCSP(p, p.ca)
		if nonce != nil {
			spec.extensions = []extension{{oid: oidOCSPNonce, value: nonce}}
		}
		if edit != nil {
			edit(spec)
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		_, _ = w.Write(spec.build(t))
	}
}

// TestResponderBehaviour goes through what a responder may do with a request.
func TestResponderBehaviour(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.OCSPServer = []string{ocspURL} })
	good := responder(t, p, nil)
	post := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				http.Error(w, "POST only", http.StatusMethodNotAllowed)
				return
			}
			h(w, r)
		}
	}
	body := func(b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }
	}
	redirect := func(code int, to string, then http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/moved" {
				then(w, r)
				return
			}
			w.Header().Set("Location", to)
			w.WriteHeader(code)
		}
	}
	raw := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = conn.Write([]byte(text))
			conn.Close()
		}
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(make([]byte, 10<<20))
	z.Close()
	failure := func(problem fact.RevocationProblem, text, method string) fact.RevocationCheck {
		return fact.RevocationCheck{Status: fact.StatusError, Problem: problem, Error: text, Method: method}
	}
	answer := func(method, nonce string) fact.RevocationCheck {
		return fact.RevocationCheck{Status: fact.StatusGood, Method: method, Nonce: nonce}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    fact.RevocationCheck
	}{
		{"answers with the nonce", good, answer("POST", "echoed")},
		{"answers without the nonce", responder(t, p, func(s *ocspSpec) { s.extensions = nil }), answer("POST", "absent")},
		{"answers with another nonce", responder(t, p, func(s *ocspSpec) { s.extensions[0].value = []byte{4, 1, 1} }), fact.RevocationCheck{
			Status: fact.StatusError, Problem: fact.ProblemNonceMismatch, Error: "the response has another nonce than the request", Method: "POST", Nonce: "mismatch"}},
		{"answers to GET only", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				http.Error(w, "no", http.StatusMethodNotAllowed)
				return
			}
			good(w, r)
		}, answer("GET", "")},
		{"calls a request with a nonce malformed", func(w http.ResponseWriter, r *http.Request) {
			if _, nonce := readRequest(r); nonce != nil {
				_, _ = w.Write((&ocspSpec{status: 1, signer: p.ca, named: p.ca}).build(t))
				return
			}
			good(w, r)
		}, answer("GET", "")},
		{"says text/plain of its answer", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = w.Write(newOCSP(p, p.ca).build(t))
		}, answer("POST", "absent")},
		{"says unknown", responder(t, p, func(s *ocspSpec) { s.singles[0].status = 2 }),
			fact.RevocationCheck{Status: fact.StatusUnknown, Method: "POST", Nonce: "echoed"}},
		{"says revoked", responder(t, p, func(s *ocspSpec) { s.singles[0].status, s.singles[0].reason = 1, 1 }),
			fact.RevocationCheck{Status: fact.StatusRevoked, Method: "POST", Nonce: "echoed", Reason: "keyCompromise", RevokedAt: ptr(now.Add(-48 * time.Hour))}},
		{"asks to try later", responder(t, p, func(s *ocspSpec) { s.status = 3 }),
			failure(fact.ProblemTryLater, "the responder asks to try later (tryLater)", "POST")},
		{"calls every request malformed", responder(t, p, func(s *ocspSpec) { s.status = 1 }),
			failure(fact.ProblemMalformedRequest, "the responder calls the request malformed (malformedRequest)", "POST")},
		{"answers with a web page", body([]byte("\n<html>Log in</html>")),
			failure(fact.ProblemNotOCSP, "the answer is a web page, not an OCSP response", "POST")},
		{"answers with text", body([]byte("no")), failure(fact.ProblemNotOCSP, "the answer is not an OCSP response", "POST")},
		{"answers with nothing", body(nil), failure(fact.ProblemEmpty, "the answer is empty", "POST")},
		{"answers with broken DER", body([]byte{0x30, 3, 10, 1}), failure(fact.ProblemMalformed, "OCSPResponse is not readable", "POST")},
		{"answers without end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte{0x30}, 4096)); err != nil {
					return
				}
			}
		}, failure(fact.ProblemTooLarge, "the answer is larger than 64 KiB", "POST")},
		{"answers with headers without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X", strings.Repeat("x", maxHeader+1))
		}, failure(fact.ProblemUnreachable, "the server's answer is not readable as HTTP", "POST")},
		{"compresses its answer though not asked", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped.Bytes())
		}, failure(fact.ProblemNotOCSP, "the answer is compressed, though that was not asked for", "POST")},
		{"fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
			failure(fact.ProblemHTTPStatus, "the server answers with HTTP status 503 (Service Unavailable)", "POST")},
		{"fails with a status without a name", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(599) },
			failure(fact.ProblemHTTPStatus, "the server answers with HTTP status 599", "POST")},
		{"redirects", redirect(307, "/moved", good), answer("POST", "echoed")},
		{"redirects POST to GET", redirect(302, "/moved", post(good)),
			failure(fact.ProblemHTTPStatus, "the server answers with HTTP status 405 (Method Not Allowed)", "POST")},
		{"redirects without end", redirect(307, "/again", nil), failure(fact.ProblemRedirect, "more than 3 redirects", "POST")},
		{"redirects to a file", redirect(307, "file:///etc/passwd", nil),
			failure(fact.ProblemScheme, `redirected, and not followed: only http and https are asked, not "file"`, "POST")},
		{"redirects with credentials", redirect(307, "http://user:secret@example.com/", nil),
			failure(fact.ProblemURL, "redirected, and not followed: the URL holds a user name", "POST")},
		{"redirects to nowhere", redirect(307, "", nil),
			failure(fact.ProblemHTTPStatus, "the server answers with HTTP status 307 (Temporary Redirect)", "POST")},
		{"redirects to what is no URL", redirect(307, "http://[", nil),
			failure(fact.ProblemRedirect, "redirected without a readable target", "POST")},
		{"closes the connection", raw(""),
			failure(fact.ProblemUnreachable, "the server closed the connection before its answer was complete", "POST")},
		{"closes the connection within its answer", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0"),
			failure(fact.ProblemUnreachable, "the server closed the connection before its answer was complete", "POST")},
		{"speaks another protocol", raw("220 mail.example.com ESMTP\x1b[31m\r\n\r\n"),
			failure(fact.ProblemUnreachable, "the server's answer is not readable as HTTP", "POST")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := checker(serve(t, test.handler))
			got := c.Check(t.Context(), Request{Path: p.path()}).Checks
			if len(got) != 1 || got[0].Source != fact.SourceOCSP || got[0].URL != ocspURL {
				t.Fatalf("checks: %+v", got)
			}
			ignore := cmpopts.IgnoreFields(fact.RevocationCheck{}, "Certificate", "Source", "URL", "ThisUpdate", "NextUpdate", "ProducedAt",
				"Signer", "SignatureAlgorithm", "CertIDHash", "Ms")
			if diff := cmp.Diff(test.want, got[0], ignore); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRedirects holds how far redirects are followed.
func TestRedirects(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{crlURL} })
	var asked atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", fmt.Sprintf("/%d", asked.Add(1)))
		w.Header().Set("Set-Cookie", "a=b")
		if len(r.Cookies()) > 0 {
			t.Error("a cookie was sent")
		}
		w.WriteHeader(302)
	})
	got := checker(server).Check(t.Context(), Request{Path: p.path()}).Checks[0]
	if got.Problem != fact.ProblemRedirect || asked.Load() != maxRedirects+1 {
		t.Errorf("problem %q after %d requests", got.Problem, asked.Load())
	}
}

// TestRequest holds what is sent, as another implementation reads it.
func TestRequest(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.OCSPServer = []string{ocspURL} })
	type sent struct {
		Method, Type, Accept, Agent, Path string
		Headers                           int
	}
	var got []sent
	var requests [][]byte
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path := "/r"
		der, nonce := readRequest(r)
		if strings.HasPrefix(r.URL.Path, "/r/") {
			path = "/r/..."
		}
		if wantNonce := r.Method == http.MethodPost; wantNonce != (len(nonce) == 2+nonceSize) {
			t.Errorf("%s: nonce of %d bytes", r.Method, len(nonce))
		}
		got = append(got, sent{r.Method, r.Header.Get("Content-Type"), r.Header.Get("Accept"), r.UserAgent(), path, len(r.Header)})
		requests = append(requests, der)
		w.WriteHeader(500)
	})
	checker(server).Check(t.Context(), Request{Path: p.path()})
	want := []sent{
		{"POST", "application/ocsp-request", "application/ocsp-response", "mongotls", "/r", 5},
		{"GET", "", "application/ocsp-response", "mongotls", "/r/...", 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	leaf, err := x509.ParseCertificate(p.leaf.cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := x509.ParseCertificate(p.ca.cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := ocsp.CreateRequest(leaf, ca, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(requests[1], plain) {
		t.Errorf("request without a nonce\n%x, want\n%x", requests[1], plain)
	}
	theirs, err := ocsp.ParseRequest(plain)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ocsp.ParseRequest(requests[0])
	if err != nil {
		t.Fatal(err)
	}
	sameNumber := cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
	if diff := cmp.Diff(theirs, ours, sameNumber); diff != "" {
		t.Error(diff)
	}
}

// TestUnreachable holds how a server that cannot be reached is told.
func TestUnreachable(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.OCSPServer = []string{ocspURL} })
	https := newPKI(t, nil, nil, func(c *x509.Certificate) { c.OCSPServer = []string{"https://ocsp.example.com/"} })
	closed := httptest.NewServer(nil)
	closed.Close()
	secure := httptest.NewTLSServer(responder(t, https, nil))
	t.Cleanup(secure.Close)
	secure.Config.ErrorLog = nil
	plain := serve(t, responder(t, https, nil))
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	dialError := func(err error) func(*Checker) {
		return func(c *Checker) {
			c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		}
	}
	tests := []struct {
		name    string
		pki     *pki
		server  *httptest.Server
		edit    func(*Checker)
		problem fact.RevocationProblem
		text    string
	}{
		{"nobody listens", p, closed, nil, fact.ProblemUnreachable, "the connection failed: connection refused"},
		{"a name that does not exist", p, plain, dialError(&net.DNSError{Name: "ocsp.example.com", IsNotFound: true}),
			fact.ProblemUnreachable, `the host name "ocsp.example.com" does not exist`},
		{"a name that cannot be looked up", p, plain, dialError(&net.DNSError{Name: "ocsp.example.com", Err: "server misbehaving"}),
			fact.ProblemUnreachable, `the host name "ocsp.example.com" cannot be looked up`},
		{"a dialer that times out", p, plain, dialError(&net.OpError{Op: "dial", Err: timeoutError{}}), fact.ProblemTimeout, "no complete answer in time"},
		{"a proxy setting that is not readable", p, plain, func(c *Checker) {
			c.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("http://user:secret@") }
		}, fact.ProblemUnreachable, "the proxy setting is not readable"},
		{"https with a certificate that is trusted", https, secure, func(c *Checker) { c.Roots = roots }, "", ""},
		{"https with a certificate that is not trusted", https, secure, func(c *Checker) { c.Roots = x509.NewCertPool() },
			fact.ProblemTLS, "the certificate of the server is not trusted"},
		{"https of a server that speaks plain HTTP", https, plain, nil, fact.ProblemTLS, "the server does not speak TLS"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := checker(test.server)
			if test.edit != nil {
				test.edit(c)
			}
			got := c.Check(t.Context(), Request{Path: test.pki.path()}).Checks[0]
			if got.Problem != test.problem || got.Error != test.text {
				t.Errorf("problem %q: %q, want %q: %q", got.Problem, got.Error, test.problem, test.text)
			}
		})
	}
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// TestHTTPSFailure holds how a TLS alert is told.
func TestHTTPSFailure(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.OCSPServer = []string{"https://ocsp.example.com/"} })
	server := httptest.NewUnstartedServer(nil)
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("no") }}
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	got := checker(server).Check(t.Context(), Request{Path: p.path()}).Checks[0]
	if got.Problem != fact.ProblemTLS || got.Error != "the TLS handshake failed" {
		t.Errorf("problem %q: %q", got.Problem, got.Error)
	}
}

// TestProxy holds that a proxy is used if there is one, and only then.
func TestProxy(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.OCSPServer = []string{ocspURL} })
	var asked atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.RequestURI)
		responder(t, p, nil)(w, r)
	})
	c := checker(server)
	c.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://proxy.example.com:3128") }
	got := c.Check(t.Context(), Request{Path: p.path()}).Checks[0]
	if got.Status != fact.StatusGood || asked.Load() != ocspURL {
		t.Errorf("status %q (%s), asked for %q", got.Status, got.Error, asked.Load())
	}
}

// TestTimeout holds that whatever servers do, Check ends in time, and what they
// did not say in it is told as that.
func TestTimeout(t *testing.T) {
	const timeout = 300 * time.Millisecond
	p := newPKI(t, nil, nil, func(c *x509.Certificate) {
		c.OCSPServer, c.CRLDistributionPoints = []string{ocspURL}, []string{crlURL}
	})
	crl := newCRL(p.ca).build(t)
	drip := func(w http.ResponseWriter, r *http.Request) {
		for _, b := range crl {
			select {
			case <-r.Context().Done():
				return
			case <-time.After(20 * time.Millisecond):
			}
			_, _ = w.Write([]byte{b})
			w.(http.Flusher).Flush()
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
	}{
		{"say nothing", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{"say a byte at a time", drip},
	}
	for _, test := range tests {
		t.Run("servers that "+test.name, func(t *testing.T) {
			c := checker(serve(t, func(w http.ResponseWriter, r *http.Request) {
				// The server sees that a client left only when it has read all.
				_, _ = readRequest(r)
				test.handler(w, r)
			}))
			c.Timeout = timeout
			start := time.Now()
			got := c.Check(t.Context(), Request{Path: p.path()}).Checks
			if took := time.Since(start); took > timeout+2*time.Second {
				t.Errorf("took %v", took)
			}
			if len(got) != 2 {
				t.Fatalf("%d checks", len(got))
			}
			for _, check := range got {
				if check.Problem != fact.ProblemTimeout || check.Ms < 250 {
					t.Errorf("%s: problem %q (%s) after %v ms", check.Source, check.Problem, check.Error, check.Ms)
				}
			}
		})
	}
}

// TestConcurrency holds that a path's questions are asked at the same time: each
// answer waits until all questions have come.
func TestConcurrency(t *testing.T) {
	p := new(pki)
	p.root = issue(t, caTemplate("Root", 1), nil, nil)
	ca := caTemplate("CA", 2)
	ca.CRLDistributionPoints = []string{"http://crl.example.com/root.crl"}
	p.ca = issue(t, ca, p.root, nil)
	leaf := template("db.example.com", 0x1234)
	leaf.OCSPServer = []string{"http://a.example.com/r", "http://b.example.com/r"}
	leaf.CRLDistributionPoints = []string{crlURL, "http://crl2.example.com/ca.crl"}
	p.leaf = issue(t, leaf, p.ca, nil)
	p.delegate = issue(t, delegateTemplate(), p.ca, nil)

	const questions = 5
	var waiting atomic.Int32
	all := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		der, _ := readRequest(r)
		if waiting.Add(1) == questions {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done():
			return
		}
		switch {
		case r.Host == "a.example.com":
			http.Error(w, "down", 500)
		case len(der) > 0:
			spec := newOCSP(p, p.delegate)
			spec.singles[0].status = 1
			_, _ = w.Write(spec.build(t))
		case r.URL.Path == "/root.crl":
			_, _ = w.Write(newCRL(p.root, 2).build(t))
		default:
			_, _ = w.Write(newCRL(p.ca, 1).build(t))
		}
	})
	got := checker(server).Check(t.Context(), Request{Path: p.path()})
	type row struct {
		Certificate int
		Source      fact.RevocationSource
		URL         string
		Status      fact.RevocationStatus
		Problem     fact.RevocationProblem
	}
	var rows []row
	for _, check := range got.Checks {
		at := -1
		for i, c := range p.path() {
			if c.SHA256 == check.Certificate {
				at = i
			}
		}
		rows = append(rows, row{at, check.Source, check.URL, check.Status, check.Problem})
	}
	want := []row{
		{0, fact.SourceOCSP, "http://a.example.com/r", fact.StatusError, fact.ProblemHTTPStatus},
		{0, fact.SourceOCSP, "http://b.example.com/r", fact.StatusRevoked, ""},
		{0, fact.SourceCRL, crlURL, fact.StatusGood, ""},
		{0, fact.SourceCRL, "http://crl2.example.com/ca.crl", fact.StatusGood, ""},
		{1, fact.SourceCRL, "http://crl.example.com/root.crl", fact.StatusRevoked, ""},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

// TestPlan holds who is asked about what.
func TestPlan(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	with := func(base *identity, ocsp, crl []string) *certificate.Certificate {
		c := *base.cert
		c.OCSPServers, c.CRLDistributionPoints = ocsp, crl
		return &c
	}
	many := make([]string, 10)
	for i := range many {
		many[i] = fmt.Sprintf("http://r%d.example.com", i)
	}
	full := []*certificate.Certificate{
		with(p.leaf, []string{ocspURL}, []string{crlURL}), with(p.ca, []string{"http://ca.example.com"}, []string{"http://root.example.com/crl"}),
		with(p.root, []string{ocspURL}, []string{crlURL}),
	}
	tests := []struct {
		name     string
		request  Request
		answered bool
		want     []string
	}{
		{"leaf by OCSP and all but the root by CRL", Request{Path: full}, false,
			[]string{"0 ocsp " + ocspURL, "0 crl " + crlURL, "1 crl http://root.example.com/crl"}},
		{"no OCSP after a conclusive staple", Request{Path: full}, true,
			[]string{"0 crl " + crlURL, "1 crl http://root.example.com/crl"}},
		{"no OCSP where it is switched off", Request{Path: full, SkipEndpoints: true}, false,
			[]string{"0 crl " + crlURL, "1 crl http://root.example.com/crl"}},
		{"no CRL where it is switched off", Request{Path: full, SkipCRLFetch: true}, false, []string{"0 ocsp " + ocspURL}},
		{"nothing offline", Request{Path: full, SkipEndpoints: true, SkipCRLFetch: true}, false, nil},
		{"nothing for a certificate that names nobody", Request{Path: p.path()}, false, nil},
		{"what is not asked, and why", Request{Path: []*certificate.Certificate{with(p.leaf, []string{
			"ldap://example.com/", "http://user@example.com/", "http:///r", "http://[", "", ocspURL, ocspURL, strings.Repeat("x", maxURL+1)}, nil)}}, false, []string{
			"0 ocsp ldap://example.com/ scheme", "0 ocsp http://user@example.com/ url", "0 ocsp http:///r url", "0 ocsp http://[ url",
			"0 ocsp  scheme", "0 ocsp " + ocspURL, "0 ocsp " + strings.Repeat("x", maxURL) + " url"}},
		{"eight responders of many", Request{Path: []*certificate.Certificate{with(p.leaf, many, nil)}}, false, []string{
			"0 ocsp " + many[0], "0 ocsp " + many[1], "0 ocsp " + many[2], "0 ocsp " + many[3],
			"0 ocsp " + many[4], "0 ocsp " + many[5], "0 ocsp " + many[6], "0 ocsp " + many[7], "0 ocsp  too-many-urls"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, q := range plan(test.request, test.answered) {
				text := fmt.Sprintf("%d %s %s", q.index, q.source, q.url)
				if q.refused != nil {
					text += " " + string(q.refused.problem)
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCheckPaths holds what paths that are cut short come to.
func TestCheckPaths(t *testing.T) {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) {
		c.OCSPServer, c.CRLDistributionPoints = []string{ocspURL}, []string{crlURL}
	})
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ca.crl" {
			_, _ = w.Write(newCRL(p.ca).build(t))
			return
		}
		responder(t, p, nil)(w, r)
	})
	broken, _ := certificate.Parse([]byte("junk"))
	staple := newOCSP(p, p.ca).build(t)
	alone := template("alone.example.com", 7)
	alone.OCSPServer = []string{ocspURL}
	self := issue(t, alone, nil, nil)
	tests := []struct {
		name    string
		request Request
		want    []string
	}{
		{"no path", Request{}, nil},
		{"a leaf that cannot be read", Request{Path: []*certificate.Certificate{broken, p.ca.cert}, Staple: staple}, nil},
		{"a leaf alone", Request{Path: p.path()[:1]}, []string{"ocsp issuer-missing", "crl issuer-missing"}},
		{"an issuer that cannot be read", Request{Path: []*certificate.Certificate{p.leaf.cert, broken}}, []string{"ocsp issuer-missing", "crl issuer-missing"}},
		{"a leaf alone with a staple", Request{Path: p.path()[:1], Staple: staple}, []string{"staple issuer-missing", "ocsp issuer-missing", "crl issuer-missing"}},
		{"a staple that settles it", Request{Path: p.path(), Staple: staple, SkipCRLFetch: true}, []string{"staple good"}},
		{"a staple that does not", Request{Path: p.path(), Staple: staple[:9], SkipCRLFetch: true}, []string{"staple malformed", "ocsp good"}},
		{"a self-signed leaf", Request{Path: []*certificate.Certificate{self.cert}}, []string{"ocsp wrong-certificate"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, check := range checker(server).Check(t.Context(), test.request).Checks {
				if check.Problem != "" {
					got = append(got, string(check.Source)+" "+string(check.Problem))
				} else {
					got = append(got, string(check.Source)+" "+string(check.Status))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
