package revocation

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// openssl runs OpenSSL in a folder, as the other judge of what is tested here.
type openssl struct {
	t   testing.TB
	dir string
}

func newOpenSSL(t testing.TB) *openssl {
	t.Helper()
	if testing.Short() {
		t.Skip("some two hundred runs of openssl take their time")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl here to compare with")
	}
	if version, err := exec.Command("openssl", "version").Output(); err != nil || !bytes.HasPrefix(version, []byte("OpenSSL 3")) {
		t.Skipf("what is called openssl here is not OpenSSL 3: %s", version)
	}
	return &openssl{t, t.TempDir()}
}

func (o *openssl) write(name string, data []byte) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// run gives both outputs, and whether the exit status is zero.
func (o *openssl) run(args ...string) (string, bool) {
	o.t.Helper()
	cmd := exec.CommandContext(o.t.Context(), "openssl", args...)
	cmd.Dir = o.dir
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// TestOpenSSLResponder puts our questions to OpenSSL's responder.
func TestOpenSSLResponder(t *testing.T) {
	o := newOpenSSL(t)
	kinds := []struct {
		name        string
		ca, signing crypto.Signer
		options     []string
		want        string
	}{
		{"RSA", rsaKeys[0](), rsaKeys[1](), nil, "SHA256-RSA"},
		{"ECDSA", nil, nil, nil, "ECDSA-SHA256"},
		{"ECDSA on P-384 with SHA-384", ecKey(t, elliptic.P384()), ecKey(t, elliptic.P384()), []string{"-rmd", "sha384"}, "ECDSA-SHA384"},
		{"RSA-PSS", rsaKeys[0](), rsaKeys[1](), []string{"-rsigopt", "rsa_padding_mode:pss", "-rsigopt", "rsa_pss_saltlen:digest"}, "SHA256-RSAPSS"},
		{"named by key", nil, nil, []string{"-resp_key_id"}, "ECDSA-SHA256"},
	}
	statuses := []struct {
		name, line string
		want       fact.RevocationCheck
	}{
		{"good", "V\t490101000000Z\t\t1234\tunknown\t/CN=db.example.com\n", fact.RevocationCheck{Status: fact.StatusGood}},
		{"revoked", "R\t490101000000Z\t260501000000Z,keyCompromise\t1234\tunknown\t/CN=db.example.com\n", fact.RevocationCheck{
			Status: fact.StatusRevoked, Reason: "keyCompromise", RevokedAt: ptr(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))}},
		{"unknown", "V\t490101000000Z\t\t77\tunknown\t/CN=other\n", fact.RevocationCheck{Status: fact.StatusUnknown}},
	}
	for n, kind := range kinds {
		p := newPKI(t, kind.ca, kind.signing, func(c *x509.Certificate) { c.OCSPServer = []string{ocspURL} })
		ca := o.write(fmt.Sprintf("ca%d.pem", n), certPEM(p.ca))
		for _, signer := range []*identity{p.ca, p.delegate} {
			cert := o.write("signer.pem", certPEM(signer))
			key := o.write("signer.key", keyPEM(t, signer))
			for _, status := range statuses {
				t.Run(fmt.Sprintf("%s, signed by %s, %s", kind.name, signer.template.Subject.CommonName, status.name), func(t *testing.T) {
					index := o.write("index.txt", []byte(status.line))
					c := checker(serve(t, func(w http.ResponseWriter, r *http.Request) {
						der, _ := readRequest(r)
						request, response := o.write("request.der", der), filepath.Join(o.dir, "response.der")
						out, ok := o.run(append([]string{"ocsp", "-index", index, "-CA", ca, "-rsigner", cert, "-rkey", key,
							"-reqin", request, "-respout", response, "-nmin", "10"}, kind.options...)...)
						data, err := os.ReadFile(response)
						if !ok || err != nil {
							t.Errorf("openssl: %s %v", out, err)
						}
						_, _ = w.Write(data)
					}))
					c.Now = nil
					got := c.Check(t.Context(), Request{Path: p.path()}).Checks[0]
					want := status.want
					want.Certificate, want.Source, want.URL = p.leaf.cert.SHA256, fact.SourceOCSP, ocspURL
					want.Method, want.Nonce, want.SignatureAlgorithm, want.CertIDHash = "POST", "echoed", kind.want, "SHA1"
					want.Signer, want.Delegate, want.NoCheck = signer.cert.Subject, signer == p.delegate, signer == p.delegate
					want.ThisUpdate, want.NextUpdate, want.ProducedAt, want.Ms = got.ThisUpdate, got.NextUpdate, got.ProducedAt, got.Ms
					if diff := cmp.Diff(want, got); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
}

// TestOpenSSLJudgesResponses has OpenSSL judge responses that we judge too.
func TestOpenSSLJudgesResponses(t *testing.T) {
	o := newOpenSSL(t)
	p := newPKI(t, rsaKeys[0](), nil, nil)
	at := time.Now().UTC().Truncate(time.Second)
	files := []string{"-issuer", o.write("ca.pem", certPEM(p.ca)), "-cert", o.write("leaf.pem", certPEM(p.leaf)),
		"-CAfile", o.write("root.pem", certPEM(p.root)), "-no_nonce", "-validity_period", "0"}
	// The CA is known to OpenSSL as another that a signer may be looked for among.
	files = append(files, "-verify_other", filepath.Join(o.dir, "ca.pem"))
	judge := func(der []byte, hash string) (fact.RevocationStatus, string) {
		out, ok := o.run(append([]string{"ocsp", "-" + hash, "-respin", o.write("response.der", der)}, files...)...)
		if !ok || !strings.Contains(out, "Response verify OK") || strings.Contains(out, "WARNING") {
			return fact.StatusError, out
		}
		for _, status := range []fact.RevocationStatus{fact.StatusGood, fact.StatusRevoked, fact.StatusUnknown} {
			if strings.Contains(out, "leaf.pem: "+string(status)) {
				return status, out
			}
		}
		return fact.StatusError, out
	}
	for _, signer := range []*identity{p.ca, p.delegate} {
		for status, want := range []fact.RevocationStatus{fact.StatusGood, fact.StatusRevoked, fact.StatusUnknown} {
			for hash, name := range map[crypto.Hash]string{crypto.SHA1: "sha1", crypto.SHA256: "sha256", crypto.SHA384: "sha384", crypto.SHA512: "sha512"} {
				t.Run(fmt.Sprintf("signed by %s, %s, %s", signer.template.Subject.CommonName, want, name), func(t *testing.T) {
					spec := newOCSP(p, signer)
					spec.singles[0].status, spec.singles[0].hash = status, hash
					spec.shift(at.Sub(now))
					der := spec.build(t)
					ours := VerifyOCSP(der, p.leaf.cert, p.ca.cert, at, OCSPOptions{})
					if theirs, out := judge(der, name); theirs != want || ours.Status != want {
						t.Errorf("ours %q (%s), OpenSSL's %q:\n%s", ours.Status, ours.Error, theirs, out)
					}
				})
			}
		}
	}
	for _, test := range badResponses(t, p) {
		t.Run(test.name, func(t *testing.T) {
			der := test.build(t, p, at)
			ours := VerifyOCSP(der, p.leaf.cert, p.ca.cert, at, OCSPOptions{})
			if ours.Problem != test.want {
				t.Errorf("problem %q (%s), want %q", ours.Problem, ours.Error, test.want)
			}
			theirs, out := judge(der, "sha1")
			if accepts := theirs != fact.StatusError; accepts != (test.openssl != "") {
				t.Errorf("OpenSSL says %q:\n%s", theirs, out)
			}
		})
	}
}

// TestOpenSSLJudgesCRLs has OpenSSL look the leaf up in CRLs that we judge too.
func TestOpenSSLJudgesCRLs(t *testing.T) {
	o := newOpenSSL(t)
	for _, test := range crlCases(t) {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"verify", "-crl_check", "-attime", fmt.Sprint(now.Unix()), "-CAfile", o.write("root.pem", certPEM(test.pki.root)),
				"-untrusted", o.write("ca.pem", certPEM(test.pki.ca)), "-CRLfile", o.write("crl.pem", crlPEM(test.build(t))),
				o.write("leaf.pem", certPEM(test.pki.leaf))}
			judge := func(args []string) (fact.RevocationStatus, string) {
				out, ok := o.run(args...)
				if ok {
					return fact.StatusGood, out
				}
				// openssl goes on after an error; a client's handshake does not.
				if _, first, _ := strings.Cut(out, "error "); strings.HasPrefix(first, "23 at 0 depth") {
					return fact.StatusRevoked, out
				}
				return fact.StatusError, out
			}
			want := test.want.Status
			if want == fact.StatusUnknown {
				// To OpenSSL, too little is as good as nothing.
				want = fact.StatusError
			}
			theirs, out := judge(args)
			if agrees := theirs == want; agrees != (test.openssl == "") {
				t.Errorf("ours %q, OpenSSL's %q:\n%s", want, theirs, out)
			}
			if test.openssl == needsExtended {
				if theirs, out := judge(append([]string{args[0], "-extended_crl"}, args[1:]...)); theirs != want {
					t.Errorf("ours %q, OpenSSL's with extended CRL support %q:\n%s", want, theirs, out)
				}
			}
		})
	}
}

// TestOpenSSLWritesCRLs reads CRLs of OpenSSL's CA, version 1 and 2, and has it
// read ours.
func TestOpenSSLWritesCRLs(t *testing.T) {
	o := newOpenSSL(t)
	p := newPKI(t, nil, nil, nil)
	o.write("ca.pem", certPEM(p.ca))
	o.write("ca.key", keyPEM(t, p.ca))
	o.write("crlnumber", []byte("2B\n"))
	index := "R\t490101000000Z\t260501000000Z,superseded\t1234\tunknown\t/CN=db.example.com\n" +
		"R\t490101000000Z\t260501000000Z\t77\tunknown\t/CN=other\n"
	common := "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 1000\n"
	tests := []struct {
		name, index, config string
		version             int
		number              string
		reason              string
	}{
		{"version 1", strings.ReplaceAll(index, ",superseded", ""), common, 1, "", ""},
		{"version 2", index, common + "crlnumber = crlnumber\ncrl_extensions = e\n[e]\nauthorityKeyIdentifier = keyid\n", 2, "2b", "superseded"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(o.dir, "crl.pem")
			o.write("index.txt", []byte(test.index))
			out, ok := o.run("ca", "-gencrl", "-config", o.write("ca.cnf", []byte(test.config)), "-cert", "ca.pem", "-keyfile", "ca.key", "-out", path)
			if !ok {
				t.Fatal(out)
			}
			file, err := LoadCRLs(path)
			if err != nil {
				t.Fatal(err)
			}
			info := file.Lists[0]
			if info.Version != test.version || info.Entries != 2 || info.Number != test.number || info.Issuer != p.ca.cert.Subject {
				t.Errorf("%+v", info)
			}
			got := new(Checker).Check(t.Context(), Request{Path: p.path(), CRLFile: file}).Checks[0]
			at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
			if got.Status != fact.StatusRevoked || got.RevokedAt == nil || !got.RevokedAt.Equal(at) || got.Reason != test.reason {
				t.Errorf("%+v", got)
			}
		})
	}
	t.Run("ours", func(t *testing.T) {
		spec := newCRL(p.ca, 1, 0x1234)
		spec.entries = append(spec.entries, entrySpec{serial: big.NewInt(-5), at: now})
		out, ok := o.run("crl", "-noout", "-text", "-CAfile", o.write("both.pem", certPEM(p.ca, p.root)), "-in", o.write("ours.pem", crlPEM(spec.build(t))))
		for _, want := range []string{"verify OK", "Version 2", "Serial Number: 01\n", "Serial Number: 1234\n", "Serial Number: -05\n", "X509v3 CRL Number: \n                42"} {
			if !ok || !strings.Contains(out, want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
	})
}
