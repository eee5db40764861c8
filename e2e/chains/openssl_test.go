package chains

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

// openssl is the reference: 3.0, the only version whose verdicts claim to be
// measured.
func openssl(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL is the reference and is not installed")
	}
	out, err := exec.Command(path, "version").Output()
	if err != nil || !bytes.HasPrefix(out, []byte("OpenSSL 3.0.")) {
		t.Skipf("OpenSSL 3.0 is the reference; this is %q", out)
	}
	return path
}

// answer is what a library says of a chain.
type answer struct {
	OK          bool
	Code, Depth int
	Text        string
}

func (a answer) String() string {
	if a.OK {
		return "OK"
	}
	return fmt.Sprintf("%d at depth %d, %s", a.Code, a.Depth, a.Text)
}

var errorLine = regexp.MustCompile(`(?m)^error (\d+) at (\d+) depth lookup: (.*)$`)

// askOpenSSL runs openssl verify. Its callback lets some errors pass and tells
// them all; the first is the one at which a client ends.
func askOpenSSL(t testing.TB, path, dir string, in verify.Input, o verify.OpenSSLOptions) (answer, string) {
	t.Helper()
	write := func(file string, certs ...*certificate.Certificate) string {
		var b strings.Builder
		for _, c := range certs {
			b.WriteString(c.PEM())
		}
		file = filepath.Join(dir, file)
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	args := []string{
		"verify", "-attime", strconv.FormatInt(in.At.Unix(), 10), "-auth_level", strconv.Itoa(o.SecurityLevel),
		"-no-CApath", "-no-CAstore", "-purpose", map[verify.Purpose]string{verify.PurposeServer: "sslserver", verify.PurposeClient: "sslclient"}[o.Purpose],
	}
	var store []*certificate.Certificate
	for _, a := range in.Anchors {
		store = append(store, a.Certificate)
	}
	if len(store) > 0 {
		args = append(args, "-CAfile", write("store.pem", store...))
	} else {
		args = append(args, "-no-CAfile")
	}
	if len(in.Presented) > 1 {
		args = append(args, "-untrusted", write("untrusted.pem", in.Presented[1:]...))
	}
	if o.Strict {
		args = append(args, "-x509_strict")
	}
	if o.PartialChain {
		args = append(args, "-partial_chain")
	}
	if o.Host != "" {
		flag := "-verify_hostname"
		if strings.Trim(o.Host, "0123456789.") == "" || strings.Contains(o.Host, ":") {
			flag = "-verify_ip"
		}
		args = append(args, flag, o.Host)
	}
	args = append(args, write("leaf.pem", in.Presented[0]))
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("running openssl: %v", err)
	}
	if err == nil {
		return answer{OK: true}, string(out)
	}
	m := errorLine.FindSubmatch(out)
	if m == nil {
		// It ended without asking its callback, which is its error 1.
		return answer{Code: 1, Text: "unspecified certificate verification error"}, string(out)
	}
	code, _ := strconv.Atoi(string(m[1]))
	depth, _ := strconv.Atoi(string(m[2]))
	return answer{Code: code, Depth: depth, Text: string(m[3])}, string(out)
}
