package revocation

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// TestSpecificationTable holds what there is to know in every column of the test
// plan of MongoDB's OCSP support specification, for both key types and both kinds
// of responders. Its rows of options are judged elsewhere, except that
// tlsDisableOCSPEndpointCheck leaves the staple.
func TestSpecificationTable(t *testing.T) {
	type outcome struct {
		Checks     []string // source and status, or problem
		Asked      bool     // the responder
		MustStaple int
	}
	columns := []struct {
		name                         string
		revoked, staple, mustStaple  bool
		down                         bool
		want, withoutEndpointChecked outcome
	}{
		{name: "1: valid, stapled", staple: true,
			want:                   outcome{Checks: []string{"staple good"}},
			withoutEndpointChecked: outcome{Checks: []string{"staple good"}}},
		{name: "2: revoked, stapled", revoked: true, staple: true,
			want:                   outcome{Checks: []string{"staple revoked"}},
			withoutEndpointChecked: outcome{Checks: []string{"staple revoked"}}},
		{name: "3: valid, not stapled",
			want: outcome{Checks: []string{"ocsp good"}, Asked: true}},
		{name: "4: revoked, not stapled", revoked: true,
			want: outcome{Checks: []string{"ocsp revoked"}, Asked: true}},
		{name: "soft failure", down: true,
			want: outcome{Checks: []string{"ocsp unreachable"}}},
		{name: "malicious server 1", revoked: true, mustStaple: true,
			want:                   outcome{Checks: []string{"ocsp revoked"}, Asked: true, MustStaple: 1},
			withoutEndpointChecked: outcome{MustStaple: 1}},
		{name: "malicious server 2", down: true, mustStaple: true,
			want:                   outcome{Checks: []string{"ocsp unreachable"}, MustStaple: 1},
			withoutEndpointChecked: outcome{MustStaple: 1}},
	}
	keys := []struct {
		name             string
		ca, delegate, ee crypto.Signer
	}{
		{"RSA", rsaKeys[0](), rsaKeys[1](), rsaKeys[2]()},
		{"ECDSA", nil, nil, nil},
	}
	down := httptest.NewServer(nil)
	down.Close()
	for _, key := range keys {
		for _, column := range columns {
			p := newPKI(t, key.ca, key.delegate, nil)
			leaf := template("db.example.com", 0x1234)
			leaf.OCSPServer = []string{ocspURL}
			if column.mustStaple {
				leaf.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}}
			}
			p.leaf = issue(t, leaf, p.ca, key.ee)
			for _, signer := range []*identity{p.ca, p.delegate} {
				spec := func() []byte {
					s := newOCSP(p, signer)
					if column.revoked {
						s.singles[0].status = 1
					}
					return s.build(t)
				}
				for _, disabled := range []bool{false, true} {
					name := key.name + ", signed by " + signer.template.Subject.CommonName + ", " + column.name
					want := column.want
					if disabled {
						name += ", tlsDisableOCSPEndpointCheck"
						want = column.withoutEndpointChecked
					}
					t.Run(name, func(t *testing.T) {
						var got outcome
						server := down
						if !column.down {
							server = serve(t, func(w http.ResponseWriter, _ *http.Request) {
								got.Asked = true
								_, _ = w.Write(spec())
							})
						}
						request := Request{Path: p.path(), SkipEndpoints: disabled}
						if column.staple {
							request.Staple = spec()
						}
						facts := checker(server).Check(t.Context(), request)
						for _, check := range facts.Checks {
							text := string(check.Status)
							if check.Status == fact.StatusError {
								text = string(check.Problem)
							}
							got.Checks = append(got.Checks, string(check.Source)+" "+text)
						}
						got.MustStaple = len(facts.MustStaple)
						if diff := cmp.Diff(want, got); diff != "" {
							t.Error(diff)
						}
					})
				}
			}
		}
	}
}

// TestMustStaple holds that an issuer's TLS feature extension is told too.
func TestMustStaple(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	ca := caTemplate("CA", 2)
	ca.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}}
	p.ca = issue(t, ca, p.root, nil)
	p.leaf = issue(t, template("db.example.com", 5), p.ca, nil)
	got := new(Checker).Check(t.Context(), Request{Path: p.path()})
	want := fact.Revocation{Checks: []fact.RevocationCheck{}, MustStaple: []string{p.ca.cert.SHA256}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestFetchedCRL goes through what a distribution point may answer.
func TestFetchedCRL(t *testing.T) {
	for _, key := range []struct {
		name string
		key  crypto.Signer
	}{{"ECDSA", nil}, {"Ed25519, which is not hashed while it arrives", edKey(t)}} {
		p := newPKI(t, key.key, nil, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{crlURL} })
		der := newCRL(p.ca, 0x1234).build(t)
		tests := []struct {
			name    string
			handler func(http.ResponseWriter)
			status  fact.RevocationStatus
			problem fact.RevocationProblem
			text    string
		}{
			{"DER", func(w http.ResponseWriter) { _, _ = w.Write(der) }, fact.StatusRevoked, "", ""},
			{"PEM", func(w http.ResponseWriter) { _, _ = w.Write(crlPEM(der)) }, fact.StatusRevoked, "", ""},
			{"DER in two pieces", func(w http.ResponseWriter) {
				_, _ = w.Write(der[:100])
				w.(http.Flusher).Flush()
				_, _ = w.Write(der[100:])
			}, fact.StatusRevoked, "", ""},
			{"a web page", func(w http.ResponseWriter) { _, _ = w.Write([]byte("<!DOCTYPE html>")) },
				fact.StatusError, fact.ProblemNotCRL, "the answer is a web page, not a CRL"},
			{"nothing", func(http.ResponseWriter) {}, fact.StatusError, fact.ProblemEmpty, "the answer is empty"},
			{"404", func(w http.ResponseWriter) { w.WriteHeader(404) },
				fact.StatusError, fact.ProblemHTTPStatus, "the server answers with HTTP status 404 (Not Found)"},
			{"more than is taken", func(w http.ResponseWriter) { w.Header().Set("Content-Length", "67108865") },
				fact.StatusError, fact.ProblemTooLarge, "the answer is larger than 64 MiB"},
			{"less than it says", func(w http.ResponseWriter) {
				w.Header().Set("Content-Length", "10000")
				_, _ = w.Write(der)
			}, fact.StatusError, fact.ProblemUnreachable, "the server closed the connection before its answer was complete"},
			{"a compressed answer", func(w http.ResponseWriter) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write([]byte{0x1f, 0x8b, 8, 0})
			}, fact.StatusError, fact.ProblemNotCRL, "the answer is not a CRL"},
		}
		for _, test := range tests {
			t.Run(key.name+", "+test.name, func(t *testing.T) {
				c := checker(serve(t, func(w http.ResponseWriter, _ *http.Request) { test.handler(w) }))
				got := c.Check(t.Context(), Request{Path: p.path()}).Checks[0]
				if got.Source != fact.SourceCRL || got.URL != crlURL || got.Status != test.status || got.Problem != test.problem || got.Error != test.text {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}

// TestBoundedReader holds that a server cannot go on for ever.
func TestBoundedReader(t *testing.T) {
	for _, test := range []struct {
		name string
		size int
		want error
	}{
		{"less than the bound", 99, nil},
		{"the bound", 100, nil},
		{"more than the bound", 101, tooLarge()},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := io.ReadAll(&boundedReader{strings.NewReader(strings.Repeat("x", test.size)), 100})
			if len(got) != min(test.size, 100) || (err == nil) != (test.want == nil) || err != nil && err.Error() != test.want.Error() {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

// TestLongPath holds that a path is not gone along for ever.
func TestLongPath(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	var path []*certificate.Certificate
	for range maxPath + 4 {
		path = append(path, p.leaf.cert)
	}
	got := new(Checker).Check(t.Context(), Request{Path: path, CRLFile: &CRLFile{}}).Checks
	if len(got) != maxPath {
		t.Errorf("%d checks", len(got))
	}
}
