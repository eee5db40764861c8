package aia

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
)

// authority is a CA and what it issues.
type authority struct {
	template *x509.Certificate
	key      *ecdsa.PrivateKey
	der      []byte
}

// issue makes a CA of a name, whose issuer can be fetched from a place; without
// an issuer it is self-signed.
func issue(t testing.TB, name string, issuer *authority, places ...string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key, template: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, IssuingCertificateURL: places,
	}}
	parent, signer := a.template, key
	if issuer != nil {
		parent, signer = issuer.template, issuer.key
	}
	if a.der, err = x509.CreateCertificate(rand.Reader, a.template, parent, key.Public(), signer); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *authority) certificate(t testing.TB) *certificate.Certificate {
	t.Helper()
	c, err := certificate.Parse(a.der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// certsOnly is a CMS message that holds certificates and nothing else.
func certsOnly(t testing.TB, certs ...[]byte) []byte {
	t.Helper()
	type content struct {
		Type asn1.ObjectIdentifier
	}
	type signed struct {
		Version      int
		Digests      []asn1.RawValue `asn1:"set"`
		Content      content
		Certificates asn1.RawValue
		Signers      []asn1.RawValue `asn1:"set"`
	}
	var all []byte
	for _, c := range certs {
		all = append(all, c...)
	}
	inner, err := asn1.Marshal(signed{
		Version: 1, Content: content{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}},
		Certificates: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: all},
	})
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: inner}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func inPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestIssuers(t *testing.T) {
	answers := make(map[string]http.HandlerFunc)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := answers[r.URL.Path]; answer != nil {
			answer(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	serve := func(path string, body []byte) string {
		answers[path] = func(w http.ResponseWriter, _ *http.Request) {
			// The test ends with the client, whatever came of the answer.
			_, _ = w.Write(body)
		}
		return server.URL + path
	}
	root := issue(t, "root", nil)
	two := issue(t, "two", root, serve("/root.der", root.der))
	one := issue(t, "one", two, serve("/two.pem", inPEM(two.der)))
	namesake := issue(t, "one", nil)
	large := serve("/large", make([]byte, maxSize+1))
	slow := server.URL + "/slow"
	answers["/slow"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	redirect := func(path, to string) string {
		answers[path] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
		return server.URL + path
	}
	redirect("/round", "/round")
	oneDER := serve("/one.der", one.der)

	tests := []struct {
		name   string
		places []string
		// want are the common names that are found, and what is told of the
		// places tried.
		want, told []string
	}{
		{"the whole way to the root", []string{oneDER}, []string{"one", "two", "root"}, []string{"1", "1", "1"}},
		{"a message of certificates only", []string{serve("/one.p7c", certsOnly(t, root.der, one.der))},
			[]string{"one", "two", "root"}, []string{"2", "1", "1"}},
		{"several certificates in PEM", []string{serve("/one.pem", append(inPEM(root.der), inPEM(one.der)...))},
			[]string{"one", "two", "root"}, []string{"2", "1", "1"}},
		{"a message in PEM", []string{serve("/p7.pem", pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: certsOnly(t, one.der)}))},
			[]string{"one", "two", "root"}, []string{"1", "1", "1"}},
		{"the second place, where the first has none", []string{server.URL + "/nothing", oneDER},
			[]string{"one", "two", "root"}, []string{"HTTP status 404", "1", "1", "1"}},
		{"a certificate of the same name that did not sign", []string{serve("/namesake", namesake.der)},
			nil, []string{"none of the certificates is the issuer"}},
		{"text", []string{serve("/text", []byte("<html>"))}, nil, []string{"the answer holds no certificate"}},
		{"an answer that is too large", []string{large}, nil, []string{"the answer is larger than 65536 bytes"}},
		{"a place that does not answer", []string{slow}, nil, []string{"no answer within 300ms"}},
		{"a redirect", []string{redirect("/moved", "/one.der")}, []string{"one", "two", "root"}, []string{"1", "1", "1"}},
		{"redirects without end", []string{server.URL + "/round"}, nil, []string{"more than 3 redirects"}},
		{"a redirect to a file", []string{redirect("/file", "file:///etc/hostname")}, nil,
			[]string{`scheme "file" is not fetched, only http and https are`}},
		{"a directory", []string{"ldap://ca.example.com/cn=ca"}, nil, []string{`scheme "ldap" is not fetched, only http and https are`}},
		{"credentials", []string{strings.Replace(server.URL, "//", "//user:secret@", 1) + "/one.der"}, nil, []string{"the URL has credentials in it"}},
		{"no host", []string{"http:///one.der"}, nil, []string{"the URL names no host"}},
		{"no URL", []string{"http://[bad"}, nil, []string{"is not a URL"}},
		{"no place", nil, nil, nil},
		{"too many places", []string{"x:", "x:", "x:", oneDER}, nil, []string{
			`scheme "x" is not fetched, only http and https are`, `scheme "x" is not fetched, only http and https are`,
			`scheme "x" is not fetched, only http and https are`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			leaf := issue(t, "leaf", one, test.places...)
			issuers, fetches := Fetcher{Timeout: 300 * time.Millisecond}.Issuers(t.Context(), leaf.certificate(t))
			var got, told []string
			for _, c := range issuers {
				got = append(got, c.CommonName)
			}
			for _, f := range fetches {
				text := f.Error
				if text == "" {
					text = string(rune('0' + f.Certificates))
				}
				told = append(told, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Issuers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.told, told); diff != "" {
				t.Errorf("fetches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIssuersIsBoundedInDepth(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	above := issue(t, "0", nil)
	for _, name := range []string{"1", "2", "3", "4", "5"} {
		der := above.der
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, _ *http.Request) {
			// The client reads it, or the test fails for what it misses.
			_, _ = w.Write(der)
		})
		above = issue(t, name, above, server.URL+"/"+name)
	}
	issuers, fetches := Fetcher{}.Issuers(t.Context(), above.certificate(t))
	if len(issuers) != maxDepth || len(fetches) != maxDepth {
		t.Errorf("%d issuers by %d fetches, want %d", len(issuers), len(fetches), maxDepth)
	}
}

func TestIssuersEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	leaf := issue(t, "leaf", nil, "http://127.0.0.1:1/")
	if issuers, fetches := (Fetcher{}).Issuers(ctx, leaf.certificate(t)); len(issuers)+len(fetches) > 0 {
		t.Errorf("Issuers = %v, %v", issuers, fetches)
	}
}

// FuzzRead holds that an answer gives certificates or an error, and few.
func FuzzRead(f *testing.F) {
	root := issue(f, "root", nil)
	f.Add(root.der)
	f.Add(inPEM(root.der))
	f.Add(certsOnly(f, root.der, root.der))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		certs, err := read(body)
		if (len(certs) == 0) != (err != nil) || len(certs) > maxCertificates {
			t.Errorf("%d certificates, error %v", len(certs), err)
		}
		for _, c := range certs {
			if c.Error != "" {
				t.Errorf("an unreadable certificate: %s", c.Error)
			}
		}
	})
}
