// Package scan holds `mongotls check --scan` to the tools that its users would
// take otherwise, sslscan and testssl.sh, on servers of OpenSSL, Java and Go, and
// what package offer says of clients to the hellos that they really send.
package scan

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/report"
)

// mongotls is the program under test, which TestMain builds.
var mongotls string

// longest bounds one run of a program.
const longest = 6 * time.Minute

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "mongotls-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	mongotls = filepath.Join(dir, "mongotls")
	build := exec.Command("go", "build", "-o", mongotls, "./cmd/mongotls")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building mongotls: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// output runs a program and returns what it wrote to its standard output,
// whatever its exit code.
func output(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("%s %q: %v\n%s", program, args, err, &stderr)
	}
	return stdout.Bytes()
}

// check runs `mongotls check --scan` on an address on loopback.
func check(t *testing.T, address string, args ...string) (report.Endpoint, []finding.Finding) {
	t.Helper()
	_, port, _ := strings.Cut(address, ":")
	out := output(t, mongotls, append([]string{"check", "localhost:" + port, "--connect", address, "--scan", "-o", "json"}, args...)...)
	r, err := report.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("mongotls check --scan: %v\n%s", err, out)
	}
	e := r.Targets[0].Endpoints[0]
	if e.Scan == nil || e.Scan.Skipped != "" {
		t.Fatalf("nothing was scanned: %+v", e.Scan)
	}
	return e, e.Findings
}

// need skips the test where a program is not there.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("there is no %s on this machine", program)
	}
	return path
}

// seen is what a tool found: versions, suites and groups, "TLS1.2",
// "TLS1.2 0xc02f" and "TLS1.3 0x001d".
type seen struct {
	versions, suites, groups map[string]bool
}

func newSeen() seen { return seen{map[string]bool{}, map[string]bool{}, map[string]bool{}} }

// ours is a scan as the other tools' results are.
func ours(s *fact.Scan) seen {
	got := newSeen()
	for _, v := range s.Versions {
		if v.Supported != nil && *v.Supported {
			got.versions[v.Version] = true
		}
	}
	for _, c := range s.Suites {
		got.suites[c.Version+" "+c.ID] = true
	}
	for _, g := range s.Groups {
		got.groups[g.Version+" "+g.ID] = true
	}
	return got
}
