package lab

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// web is a client that keeps no connections.
var web = &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}

// fetch gets a URL.
func fetch(t *testing.T, url string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	status, _, body := ask(t, request)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d", url, status)
	}
	return body
}

func ask(t *testing.T, request *http.Request) (status int, contentType string, body []byte) {
	t.Helper()
	response, err := web.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(io.LimitReader(response.Body, 1<<20)); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), body
}

// certs are the leaf and its issuer, from a handshake.
func certs(t *testing.T, i *Instance) (leaf, issuer *x509.Certificate) {
	t.Helper()
	chain := connect(t, i).PeerCertificates
	return chain[0], chain[1]
}

// ocspRequestDER is a request as x/crypto/ocsp makes it: without extensions.
func ocspRequestDER(t testing.TB, cert, issuer *x509.Certificate, hash crypto.Hash) []byte {
	t.Helper()
	der, err := ocsp.CreateRequest(cert, issuer, &ocsp.RequestOptions{Hash: hash})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestResponderOverHTTP is about the ways of asking that there are.
func TestResponderOverHTTP(t *testing.T) {
	i := run(t, "ocsp-revoked")
	cert, issuer := certs(t, i)
	base := cert.OCSPServer[0]
	request := ocspRequestDER(t, cert, issuer, crypto.SHA1)
	strange := *cert
	strange.SerialNumber = big.NewInt(7)
	encoded := base64.StdEncoding.EncodeToString(request)

	type outcome struct {
		Status int
		Type   string
		Says   string
	}
	revoked := outcome{http.StatusOK, typeOCSPResponse, "revoked"}
	tests := []struct {
		name, method, url, contentType string
		body                           []byte
		want                           outcome
	}{
		{"a POST", http.MethodPost, base, typeOCSPRequest, request, revoked},
		{"a CertID by SHA-256", http.MethodPost, base, typeOCSPRequest, ocspRequestDER(t, cert, issuer, crypto.SHA256), revoked},
		{"a CertID by SHA-384, which it does not know", http.MethodPost, base, typeOCSPRequest, ocspRequestDER(t, cert, issuer, crypto.SHA384), outcome{http.StatusOK, typeOCSPResponse, "unauthorized"}},
		{"another serial number", http.MethodPost, base, typeOCSPRequest, ocspRequestDER(t, &strange, issuer, crypto.SHA1), outcome{http.StatusOK, typeOCSPResponse, "unauthorized"}},
		{"another issuer", http.MethodPost, base, typeOCSPRequest, ocspRequestDER(t, cert, cert, crypto.SHA1), outcome{http.StatusOK, typeOCSPResponse, "unauthorized"}},
		{"no request at all", http.MethodPost, base, typeOCSPRequest, []byte("hello"), outcome{http.StatusOK, typeOCSPResponse, "malformed"}},
		{"an empty body", http.MethodPost, base, typeOCSPRequest, nil, outcome{http.StatusOK, typeOCSPResponse, "malformed"}},
		{"a POST that names no type", http.MethodPost, base, "", request, revoked},
		{"a POST of another type", http.MethodPost, base, "text/plain", request, outcome{Status: http.StatusUnsupportedMediaType, Type: typeHTML}},
		{"a GET with everything escaped", http.MethodGet, base + "/" + url.QueryEscape(encoded), "", nil, revoked},
		{"a GET with nothing escaped", http.MethodGet, base + "/" + encoded, "", nil, revoked},
		{"a GET without a request", http.MethodGet, base, "", nil, outcome{Status: http.StatusBadRequest, Type: typeHTML}},
		{"a GET that is not base64", http.MethodGet, base + "/%00", "", nil, outcome{Status: http.StatusBadRequest, Type: typeHTML}},
		{"another method", http.MethodPut, base, typeOCSPRequest, request, outcome{Status: http.StatusMethodNotAllowed, Type: typeHTML}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), test.method, test.url, bytes.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", test.contentType)
			var got outcome
			var body []byte
			got.Status, got.Type, body = ask(t, r)
			if len(body) > 0 {
				got.Says = says(body, cert, issuer)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// says is the outcome of an OCSP response in a word.
func says(der []byte, cert, issuer *x509.Certificate) string {
	r, err := ocsp.ParseResponseForCert(der, cert, issuer)
	if e, ok := err.(ocsp.ResponseError); ok {
		return e.Status.String()
	}
	if err != nil {
		return err.Error()
	}
	return map[int]string{ocsp.Good: "good", ocsp.Revoked: "revoked", ocsp.Unknown: "unknown"}[r.Status]
}

// TestResponsesAsDeclared reads responses with another parser than ours, at
// another time than this.
func TestResponsesAsDeclared(t *testing.T) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	elliptic, err := NewPKI(now, rootNode(), intermediateNode(), leafNode(), delegateNode())
	if err != nil {
		t.Fatal(err)
	}
	withRSA := intermediateNode()
	withRSA.Key = RSA2048
	rsa, err := NewPKI(now, rootNode(), withRSA, leafNode(), delegateNode())
	if err != nil {
		t.Fatal(err)
	}
	// content is what a response says, besides its certificates.
	type content struct {
		Status                        int
		This, Next, Produced, Revoked time.Time
		Reason                        int
		Hash                          crypto.Hash
		Algorithm                     x509.SignatureAlgorithm
		Responder, Enclosed, Error    string
	}
	usual := content{
		Status: ocsp.Good, This: now.Add(-time.Hour), Next: now.Add(7 * day), Produced: now.Add(-time.Hour),
		Hash: crypto.SHA1, Algorithm: x509.ECDSAWithSHA256, Responder: "mongotls lab intermediate",
	}
	tests := []struct {
		name     string
		pki      *PKI
		response ocspResponse
		hash     crypto.Hash
		want     func(*content)
	}{
		{"good", elliptic, ocspResponse{}, crypto.SHA1, func(*content) {}},
		{"unknown, asked by SHA-256", elliptic, ocspResponse{status: statusUnknown}, crypto.SHA256, func(c *content) {
			c.Status, c.Hash = ocsp.Unknown, crypto.SHA256
		}},
		{"revoked, by a delegate", elliptic, saying(statusRevoked).by(delegate), crypto.SHA1, func(c *content) {
			c.Status, c.Reason, c.Revoked = ocsp.Revoked, ocsp.KeyCompromise, now.Add(-2*day)
			c.Responder, c.Enclosed = "mongotls lab responder", "mongotls lab responder"
		}},
		{"signed with RSA", rsa, ocspResponse{}, crypto.SHA1, func(c *content) { c.Algorithm = x509.SHA256WithRSA }},
		{"of the past", elliptic, ocspResponse{thisUpdate: -9 * day, nextUpdate: -2 * day}, crypto.SHA1, func(c *content) {
			c.This, c.Produced, c.Next = now.Add(-9*day), now.Add(-9*day), now.Add(-2*day)
		}},
		{"tampered with", elliptic, ocspResponse{tampered: true}, crypto.SHA1, func(c *content) {
			*c = content{Error: "bad OCSP signature: x509: ECDSA verification failure"}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := usual
			test.want(&want)
			der, err := test.response.build(test.pki, now, test.hash, nil)
			if err != nil {
				t.Fatal(err)
			}
			certs, err := test.pki.Certificates(leaf, intermediate, delegate)
			if err != nil {
				t.Fatal(err)
			}
			r, err := ocsp.ParseResponseForCert(der, certs[0], certs[1])
			got := content{Error: fmt.Sprint(err)}
			if err == nil {
				got = content{
					Status: r.Status, This: r.ThisUpdate, Next: r.NextUpdate, Produced: r.ProducedAt, Revoked: r.RevokedAt,
					Reason: r.RevocationReason, Hash: r.IssuerHash, Algorithm: r.SignatureAlgorithm,
				}
				for _, c := range certs {
					if bytes.Equal(c.RawSubject, r.RawResponderName) {
						got.Responder = c.Subject.CommonName
					}
				}
				if r.Certificate != nil {
					got.Enclosed = r.Certificate.Subject.CommonName
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestResponderIsBounded sends more than any request has.
func TestResponderIsBounded(t *testing.T) {
	cert, _ := certs(t, run(t, "ocsp-good"))
	address := strings.TrimSuffix(strings.TrimPrefix(cert.OCSPServer[0], "http://"), "/ocsp")
	head := "POST /ocsp HTTP/1.1\r\nHost: lab\r\nContent-Type: application/ocsp-request\r\n"
	tests := []struct {
		name, request, want string
	}{
		{"a body that is too large", head + "Content-Length: 65536\r\n\r\n" + strings.Repeat("x", 1<<16), "HTTP/1.1 400 Bad Request\r\n"},
		{"a header that is too large", head + "X: " + strings.Repeat("x", 1<<16), ""},
		{"no HTTP", "\x16\x03\x01\x00\x00\r\n\r\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn, err := net.DialTimeout("tcp", address, patience)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(patience))
			// It may hang up before all is written.
			_, _ = io.WriteString(conn, test.request)
			answer, err := io.ReadAll(io.LimitReader(conn, 4096))
			line, _, _ := strings.Cut(string(answer), "\n")
			if line != strings.TrimSuffix(test.want, "\n") || err != nil && ending(err) != "closed" {
				t.Errorf("%q, %v, want %q", line, err, test.want)
			}
		})
	}
}

// FuzzOCSPRequest holds that a responder answers everything, with an OCSP
// response.
func FuzzOCSPRequest(f *testing.F) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	pki, err := NewPKI(now, rootNode(), intermediateNode(), leafNode())
	if err != nil {
		f.Fatal(err)
	}
	certs, err := pki.Certificates(leaf, intermediate)
	if err != nil {
		f.Fatal(err)
	}
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA512} {
		plain := ocspRequestDER(f, certs[0], certs[1], hash)
		f.Add(plain)
		f.Add(withNonce(f, plain, []byte("sixteen bytes...")))
	}
	r := &responder{pki: pki, now: func() time.Time { return now }, response: saying(statusRevoked)}
	f.Fuzz(func(t *testing.T, der []byte) {
		_, err := ocsp.ParseResponse(r.answer(der), certs[1])
		if _, declined := err.(ocsp.ResponseError); err != nil && !declined {
			t.Errorf("no OCSP response: %v", err)
		}
	})
}

// withNonce is an OCSP request with a nonce added.
func withNonce(t testing.TB, request, nonce []byte) []byte {
	t.Helper()
	return withExtensions(t, request, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidOCSPNonce)
			b.AddASN1OctetString(nonce)
		})
	})
}

// withExtensions is an OCSP request with a list of extensions added.
func withExtensions(t testing.TB, request []byte, list cryptobyte.BuilderContinuation) []byte {
	t.Helper()
	var tbs cryptobyte.String
	input := cryptobyte.String(request)
	if !input.ReadASN1(&input, cbasn1.SEQUENCE) || !input.ReadASN1(&tbs, cbasn1.SEQUENCE) {
		t.Fatal("the request is not well-formed")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(tbs)
			b.AddASN1(explicit(2), func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, list) })
		})
	})
	der, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestReadRequest(t *testing.T) {
	now := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	pki, err := NewPKI(now, rootNode(), intermediateNode(), leafNode())
	if err != nil {
		t.Fatal(err)
	}
	certs, err := pki.Certificates(leaf, intermediate)
	if err != nil {
		t.Fatal(err)
	}
	id, err := pki.certID(leaf, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	plain := ocspRequestDER(t, certs[0], certs[1], crypto.SHA256)
	nonce := []byte("sixteen bytes...")
	tests := []struct {
		name string
		der  []byte
		want ocspRequest
		ok   bool
	}{
		{"a request", plain, ocspRequest{id: id}, true},
		{"a request with a nonce", withNonce(t, plain, nonce), ocspRequest{id: id, nonce: nonce}, true},
		{"an extension that it does not know", withExtensions(t, plain, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidOCSPBasic)
				b.AddASN1Boolean(true)
				b.AddASN1OctetString(nil)
			})
		}), ocspRequest{id: id}, true},
		{"an extension without a value", withExtensions(t, plain, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidOCSPNonce) })
		}), ocspRequest{}, false},
		{"nothing", nil, ocspRequest{}, false},
		{"a request that was cut off", plain[:len(plain)-1], ocspRequest{}, false},
		{"a request with something behind it", append(bytes.Clone(plain), 0), ocspRequest{}, false},
		{"a request with two lists of extensions", withNonce(t, withNonce(t, plain, nonce), nonce), ocspRequest{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := readRequest(test.der)
			big := cmp.Comparer(func(a, b *big.Int) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 })
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(ocspRequest{}, certID{}), big); diff != "" || ok != test.ok {
				t.Errorf("read: %v, want %v (-want +got):\n%s", ok, test.ok, diff)
			}
		})
	}
}
