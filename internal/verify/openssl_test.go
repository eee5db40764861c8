package verify

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
			t.Parallel()
			in := test.input(t)
			want, output := askOpenSSL(t, path, in)
			if got := Chain(in).Trusted; got != want {
				t.Errorf("Trusted = %v, OpenSSL says %v:\n%s", got, want, output)
			}
		})
	}
}

// TestRandomChainsAgreeWithOpenSSL makes small worlds of CAs that share names,
// keys and issuers at random, with and without key identifiers.
func TestRandomChainsAgreeWithOpenSSL(t *testing.T) {
	path := openssl(t)
	random := rand.New(rand.NewPCG(1, 2))
	trusted := 0
	const worlds = 40
	for world := range worlds {
		var specs []spec
		for i := range 7 {
			// Mostly a name has one key, so that certificates of one name are
			// cross-signatures; now and then it has another.
			ca1, ca2 := random.IntN(4), random.IntN(16)
			s := spec{
				id: fmt.Sprintf("%d", i), cn: fmt.Sprintf("ca %d", ca1),
				key: fmt.Sprintf("key %d", min(ca1, ca2)), edit: ca,
			}
			if i >= 2 {
				s.by = fmt.Sprintf("%d", random.IntN(i))
			}
			switch random.IntN(6) {
			case 0, 1:
				s.issued = func(p *x509.Certificate) { p.SubjectKeyId = nil }
			case 2:
				s.edit = and(ca, valid(-90, -1))
			case 3:
				s.edit = and(ca, func(c *x509.Certificate) { c.MaxPathLenZero = true })
			}
			specs = append(specs, s)
		}
		specs = append(specs, spec{id: "leaf", by: fmt.Sprintf("%d", 2+random.IntN(5))})
		test := chainTest{specs: specs, presented: []string{"leaf"}}
		for i := range 7 {
			id := fmt.Sprintf("%d", i)
			switch random.IntN(4) {
			case 0, 1:
				test.presented = append(test.presented, id)
			case 2:
				test.store = append(test.store, id)
			}
			if i < 2 && !slices.Contains(test.store, id) {
				test.store = append(test.store, id)
			}
		}
		// The order of equal names in OpenSSL's store is not specified.
		cns := make(map[string]bool)
		test.store = slices.DeleteFunc(test.store, func(id string) bool {
			cn := specs[id[0]-'0'].cn
			repeated := cns[cn]
			cns[cn] = true
			return repeated
		})
		in := test.input(t)
		want, output := askOpenSSL(t, path, in)
		r := Chain(in)
		if r.Trusted != want {
			t.Errorf("world %d: Trusted = %v, OpenSSL says %v:\n%s%s", world, r.Trusted, want, output,
				strings.Join(describe(r, test.ids(in)), "\n"))
		}
		if want {
			trusted++
		}
	}
	if trusted < worlds/10 || trusted > worlds*9/10 {
		t.Errorf("%d of %d worlds are trusted: the test tells little", trusted, worlds)
	}
}
