package truststore

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/verify"
)

var start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// authority is a certificate and the key to issue others.
type authority struct {
	*certificate.Certificate
	key      *ecdsa.PrivateKey
	template *x509.Certificate
}

// issue makes a certificate; without an issuer it signs itself.
func issue(t testing.TB, name string, by *authority) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: start, NotAfter: start.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.template, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := certificate.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{c, key, template}
}

// write makes a file of certificates.
func write(t testing.TB, path string, certs ...*authority) string {
	t.Helper()
	var b strings.Builder
	for _, c := range certs {
		b.WriteString(c.PEM())
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// caFile is a CA file without the file.
func caFile(path string, certs ...*authority) *keyfile.CAFile {
	f := &keyfile.CAFile{Path: path}
	for _, c := range certs {
		f.Certificates = append(f.Certificates, c.Certificate)
	}
	return f
}

func anchor(c *authority, stores ...string) fact.Anchor {
	return fact.Anchor{Stores: stores, Subject: c.Subject, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		KeyType: c.KeyType, SHA256: c.SHA256, PEM: c.PEM()}
}

func TestTrust(t *testing.T) {
	root, other := issue(t, "root", nil), issue(t, "other", nil)
	namesake := issue(t, "root", nil)
	top := issue(t, "int", root)
	leaf := issue(t, "leaf", top)
	bundle := write(t, filepath.Join(t.TempDir(), "bundle.pem"), root, other, root)
	pair := write(t, filepath.Join(t.TempDir(), "pair.pem"), root, top)
	size := func(n int) *int { return &n }
	tests := []struct {
		name      string
		options   Options
		presented []*authority
		want      fact.Trust
	}{
		{"the issuer in the system's store", Options{Bundles: []string{"/nonexistent", bundle}}, []*authority{leaf, top},
			fact.Trust{Store: "system", StorePath: bundle, StoreSize: size(2), Anchors: []fact.Anchor{anchor(root, "system")}}},
		{"nothing that bears on the chain", Options{Bundles: []string{bundle}}, []*authority{leaf},
			fact.Trust{Store: "system", StorePath: bundle, StoreSize: size(2), Anchors: []fact.Anchor{}}},
		{"an intermediate in the store and its issuer", Options{Bundles: []string{pair}}, []*authority{leaf},
			fact.Trust{Store: "system", StorePath: pair, StoreSize: size(2),
				Anchors: []fact.Anchor{anchor(top, "system"), anchor(root, "system")}}},
		{"the presented certificate itself", Options{Bundles: []string{bundle}}, []*authority{other},
			fact.Trust{Store: "system", StorePath: bundle, StoreSize: size(2), Anchors: []fact.Anchor{anchor(other, "system")}}},
		{"a CA file that decides, all of it", Options{CAFile: caFile("ca.pem", other, namesake), Bundles: []string{bundle}}, []*authority{leaf, top},
			fact.Trust{Store: "tlsCAFile", StorePath: "ca.pem", StoreSize: size(2), Anchors: []fact.Anchor{
				anchor(other, "tlsCAFile", "system"), anchor(namesake, "tlsCAFile"), anchor(root, "system"),
			}}},
		{"a CA file that cannot be read", Options{CAFilePath: "ca.pem", CAFileError: "no such file", Bundles: []string{bundle}}, []*authority{leaf, top},
			fact.Trust{Store: "tlsCAFile", StorePath: "ca.pem", StoreSize: size(0), StoreError: "no such file",
				Anchors: []fact.Anchor{anchor(root, "system")}}},
		{"no store at all", Options{Bundles: []string{"/nonexistent"}, Dirs: []string{"/nonexistent"}}, []*authority{leaf, top},
			fact.Trust{Store: "system", StoreSize: size(0), Anchors: []fact.Anchor{},
				StoreError: "no trusted certificates found in any of the usual places"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.options.SkipMozilla = true
			if test.options.Dirs == nil {
				test.options.Dirs = []string{}
			}
			var presented []*certificate.Certificate
			for _, p := range test.presented {
				presented = append(presented, p.Certificate)
			}
			got := Load(test.options).Trust(presented)
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("Trust (-want +got):\n%s", diff)
			}
			if back := Anchors(got); len(back) != len(got.Anchors) {
				t.Errorf("Anchors gives back %d of %d", len(back), len(got.Anchors))
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	a, b, c := issue(t, "a", nil), issue(t, "b", nil), issue(t, "c", nil)
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "a.pem"), a)
	missing := filepath.Join(dir, "missing.pem")
	hashed := filepath.Join(dir, "hashed")
	write(t, filepath.Join(hashed, "12345678.0"), b)
	write(t, filepath.Join(hashed, "plain.pem"), c)
	plain := filepath.Join(dir, "plain")
	write(t, filepath.Join(plain, "plain.pem"), c)
	usualFile := write(t, filepath.Join(dir, "usual.pem"), c)
	certPEM := write(t, filepath.Join(dir, "usual", "cert.pem"), c)
	usualDir := filepath.Join(dir, "usualdir")
	write(t, filepath.Join(usualDir, "87654321.0"), b)
	unhashed := `no file has a hashed name, by which OpenSSL finds certificates ("openssl rehash" makes them)`
	type summary struct {
		Size        int
		Path, Error string
	}
	tests := []struct {
		name          string
		file, dir     string
		bundles, dirs []string
		want          summary
	}{
		{"nothing set", "", "", []string{usualFile}, []string{usualDir}, summary{1, usualFile, ""}},
		{"nothing set and no bundle", "", "", nil, []string{usualDir}, summary{1, usualDir, ""}},
		{"a file", file, "", []string{usualFile}, nil, summary{1, file, ""}},
		{"a file, and the usual directory that OpenSSL still searches", file, "", []string{usualFile}, []string{usualDir}, summary{2, file, ""}},
		{"a file that is missing, and no usual directory", missing, "", []string{usualFile}, nil,
			summary{0, missing, fmt.Sprintf("reading SSL_CERT_FILE %q: no such file or directory", missing)}},
		{"a file that is missing, and the usual directory", missing, "", []string{usualFile}, []string{usualDir},
			summary{1, missing, fmt.Sprintf("reading SSL_CERT_FILE %q: no such file or directory", missing)}},
		{"a file that is a directory", dir, "", nil, nil, summary{0, dir, fmt.Sprintf("reading SSL_CERT_FILE %q: not a regular file", dir)}},
		{"a directory of hashed names", "", hashed, []string{usualFile}, []string{usualDir}, summary{1, hashed, ""}},
		{"a directory, and OpenSSL's own file", "", hashed, []string{usualFile, certPEM}, nil, summary{2, hashed, ""}},
		{"a directory without hashed names", "", plain, nil, nil, summary{0, plain, fmt.Sprintf("reading SSL_CERT_DIR %q: %s", plain, unhashed)}},
		{"two directories", "", hashed + string(filepath.ListSeparator) + usualDir, nil, nil,
			summary{1, hashed + string(filepath.ListSeparator) + usualDir, ""}},
		{"file and directory", file, hashed, []string{usualFile}, []string{usualDir},
			summary{2, file + string(filepath.ListSeparator) + hashed, ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.want.Error != "" {
				t.Skip("Windows words its errors otherwise")
			}
			env := func(name string) string {
				return map[string]string{"SSL_CERT_FILE": test.file, "SSL_CERT_DIR": test.dir}[name]
			}
			list := func(s []string) []string { return append([]string{}, s...) }
			got := Load(Options{Env: env, Bundles: list(test.bundles), Dirs: list(test.dirs), SkipMozilla: true}).Trust(nil)
			if diff := cmp.Diff(test.want, summary{*got.StoreSize, got.StorePath, got.StoreError}); diff != "" {
				t.Errorf("Trust (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMozilla(t *testing.T) {
	s := Load(Options{Bundles: []string{}, Dirs: []string{}})
	if s.mozilla.size < 100 {
		t.Errorf("Mozilla's store has %d roots", s.mozilla.size)
	}
	// Any root of the store stands for itself.
	for _, entries := range s.mozilla.bySubject {
		c, err := certificate.Parse(entries[0].der)
		if err != nil {
			t.Fatal(err)
		}
		found := s.Relevant([]*certificate.Certificate{c}, 10)
		if !slices.ContainsFunc(found, func(a verify.Anchor) bool {
			return a.SHA256 == c.SHA256 && cmp.Equal(a.Stores, []string{"mozilla"})
		}) {
			t.Errorf("root %s is not found", c.Subject)
		}
	}
}

func TestRelevantIsBounded(t *testing.T) {
	var many []*authority
	for range 60 {
		many = append(many, issue(t, "root", nil))
	}
	leaf := issue(t, "leaf", many[0])
	unrelated := issue(t, "unrelated", nil)
	s := Load(Options{CAFile: caFile("ca.pem", append(many, unrelated)...), Bundles: []string{}, Dirs: []string{}, SkipMozilla: true})
	presented := []*certificate.Certificate{leaf.Certificate}
	if got := len(s.Relevant(presented, 1000)); got != 60 {
		t.Errorf("Relevant of a large CA file gives %d certificates, want the 60 of the issuer's name", got)
	}
	if got := len(s.Relevant(presented, 7)); got != 7 {
		t.Errorf("Relevant gives %d certificates, want 7", got)
	}
}

func TestPlatformVerify(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("the system's own roots decide here")
	}
	leaf := issue(t, "leaf", issue(t, "root", nil))
	if root, err := PlatformVerify([]*certificate.Certificate{leaf.Certificate}, start.AddDate(0, 1, 0)); err == nil {
		t.Errorf("PlatformVerify trusts an unknown root, %s", root.Subject)
	}
	if _, err := PlatformVerify(nil, start); err == nil {
		t.Error("PlatformVerify trusts nothing at all")
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	var roots []*authority
	for i := range 140 {
		roots = append(roots, issue(b, fmt.Sprintf("root %d", i), nil))
	}
	bundle := write(b, filepath.Join(dir, "bundle.pem"), roots...)
	leaf := issue(b, "leaf", roots[70])
	presented := []*certificate.Certificate{leaf.Certificate}
	for _, c := range []struct {
		name string
		skip bool
	}{{"bundle", true}, {"bundle and Mozilla", false}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if t := Load(Options{Bundles: []string{bundle}, Dirs: []string{}, SkipMozilla: c.skip}).Trust(presented); len(t.Anchors) != 1 {
					b.Fatalf("%d anchors", len(t.Anchors))
				}
			}
		})
	}
	b.Run("the system's", func(b *testing.B) {
		if !enumerable() {
			b.Skip("the system's roots are not in files")
		}
		for b.Loop() {
			Load(Options{SkipMozilla: true})
		}
	})
}

// FuzzCertificates compares the fast reader with encoding/pem: it finds nothing
// that is not there.
func FuzzCertificates(f *testing.F) {
	c := issue(f, "root", nil)
	f.Add([]byte(c.PEM()))
	f.Add([]byte("# root\r\n" + strings.ReplaceAll(c.PEM(), "\n", "\r\n") + c.PEM()))
	f.Fuzz(func(t *testing.T, data []byte) {
		count := 0
		for der := range certificates(data) {
			count++
			newList("system").add(der)
		}
		if limit := strings.Count(string(data), "-----BEGIN CERTIFICATE-----"); count > limit {
			t.Errorf("%d certificates of %d blocks", count, limit)
		}
	})
}

func TestCertificatesAsPEMReadsThem(t *testing.T) {
	a, b := issue(t, "a", nil), issue(t, "b", nil)
	text := "# a\n" + a.PEM() + "junk\r\n" + strings.ReplaceAll(b.PEM(), "\n", "\r\n") +
		"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n" + "-----BEGIN CERTIFICATE-----\nAAAA"
	var got [][]byte
	for der := range certificates([]byte(text)) {
		got = append(got, der)
	}
	if diff := cmp.Diff([][]byte{a.Raw, b.Raw}, got); diff != "" {
		t.Errorf("certificates (-want +got):\n%s", diff)
	}
}
