package chains

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

// notVerified are the paths whose only fault is a wrong DSA signature. These are
// given the benefit of the doubt: crypto/dsa is deprecated, and no TLS 1.3 server
// has such a certificate (RFC 8446 section 4.2.3).
var notVerified = []string{"4.1.6 Invalid DSA Signature Test6"}

// TestPKITS puts the certificate paths of NIST's PKI test suite, as Go carries
// them, to OpenSSL and to internal/verify. Their CRLs and policies, of which no
// driver takes notice by itself, stay out of it.
func TestPKITS(t *testing.T) {
	path := openssl(t)
	goroot, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("running go env: %v", err)
	}
	folder := filepath.Join(strings.TrimSpace(string(goroot)), "src", "crypto", "x509", "testdata", "nist-pkits")
	text, err := os.ReadFile(filepath.Join(folder, "vectors.json"))
	if err != nil {
		t.Skipf("this Go carries no test data: %v", err)
	}
	var vectors []struct {
		Name     string
		CertPath []string
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for _, vector := range vectors {
		in := verify.Input{Store: verify.StoreCAFile, At: time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)}
		readable := true
		for i, file := range vector.CertPath {
			der, err := os.ReadFile(filepath.Join(folder, "certs", file))
			if err != nil {
				t.Fatal(err)
			}
			c, err := certificate.Parse(der)
			if err != nil {
				t.Logf("%s: %s is not read: %v", vector.Name, file, err)
				readable = false
				break
			}
			if i == 0 {
				in.Anchors = []verify.Anchor{{Certificate: c, Stores: []string{verify.StoreCAFile}}}
			} else {
				in.Presented = slices.Insert(in.Presented, 0, c)
			}
		}
		if !readable || slices.Contains(notVerified, vector.Name) {
			continue
		}
		for _, o := range []verify.OpenSSLOptions{{PartialWildcards: true}, {PartialWildcards: true, Strict: true}} {
			want, output := askOpenSSL(t, path, t.TempDir(), in, o)
			v := verify.OpenSSL(in, o)
			if got := (answer{v.OK, v.Code, v.Depth, v.Text}); got != want {
				t.Errorf("%s (strict %v):\n  openssl %s\n  verify  %s\n%s", vector.Name, o.Strict, want, got, output)
			}
			if want.OK {
				accepted++
			}
		}
	}
	t.Logf("%d of %d paths, strict and not, are accepted", accepted, 2*len(vectors))
}
