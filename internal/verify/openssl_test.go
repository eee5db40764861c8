package verify

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// openssl finds the reference implementation. Versions before 3 differ in what
// they take for self-signed and in security levels.
func openssl(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL is the reference and is not installed")
	}
	out, err := exec.Command(path, "version").Output()
	if err != nil || !bytes.HasPrefix(out, []byte("OpenSSL 3.")) {
		t.Skipf("OpenSSL 3 is the reference; this is %q", out)
	}
	return path
}

// askOpenSSL verifies an input as a client at security level 2 does, and gives
// the errors it printed; none means that it trusts the chain.
func askOpenSSL(t *testing.T, path string, in Input, arguments ...string) (trusted bool, output string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, pems ...string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(strings.Join(pems, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	var untrusted, store []string
	for _, c := range in.Presented[1:] {
		untrusted = append(untrusted, c.PEM())
	}
	for _, a := range in.Anchors {
		if a.Stores[0] == in.Store {
			store = append(store, a.PEM())
		}
	}
	args := []string{
		"verify", "-attime", strconv.FormatInt(in.At.Unix(), 10), "-auth_level", "2", "-purpose", "sslserver",
		"-no-CApath", "-no-CAstore",
	}
	if len(store) > 0 {
		args = append(args, "-CAfile", write("store.pem", store...))
	} else {
		args = append(args, "-no-CAfile")
	}
	if len(untrusted) > 0 {
		args = append(args, "-untrusted", write("untrusted.pem", untrusted...))
	}
	args = append(args, arguments...)
	args = append(args, write("leaf.pem", in.Presented[0].PEM()))
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("running openssl: %v", err)
	}
	return err == nil, string(out)
}

func TestChainAgreesWithOpenSSL(t *testing.T) {
	path := openssl(t)
	for _, test := range chainTests {
		t.Run(test.name, func(t *testing.T) {
			in := test.input(t)
			want, output := askOpenSSL(t, path, in)
			if got := Chain(in).Trusted; got != want {
				t.Errorf("Trusted = %v, OpenSSL says %v:\n%s", got, want, output)
			}
		})
	}
}
