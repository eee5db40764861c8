// Package peers holds mongotls to what real peers do: FerretDB as a server, the
// official Go driver as a client, OpenSSL as both. Everything runs on loopback
// and ends with the test that started it.
package peers

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
)

// What TestMain makes: the program under test, and a file with a root that has
// issued nothing, to stand for the roots of the machine.
var mongotls, systemRoots string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	// What fails takes a client's timeout to do so: tests wait here, more than
	// they compute.
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "mongotls-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	mongotls = filepath.Join(dir, "mongotls")
	build := exec.Command("go", "build", "-o", mongotls, "./cmd/mongotls")
	// The module of the program is the folder above this module's.
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building mongotls: %v\n%s", err, out)
		return 1
	}
	roots, err := lab.NewPKI(time.Now(), lab.Node{ID: "public root", CA: true})
	if err == nil {
		systemRoots = filepath.Join(dir, "roots.pem")
		err = os.WriteFile(systemRoots, roots.PEM("public root"), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// checked is what one run of `mongotls check` said.
type checked struct {
	exit   int
	report *report.Report
}

// longest bounds one run of a program, so that a test ends whatever it does.
const longest = time.Minute

// check runs `mongotls check` with -o json.
func check(t *testing.T, args ...string) checked {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, mongotls, append([]string{"check", "-o", "json"}, args...)...)
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+systemRoots, "SSL_CERT_DIR="+filepath.Dir(systemRoots))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("running mongotls: %v", err)
	}
	r, err := report.Decode(&stdout)
	if err != nil {
		t.Fatalf("mongotls check %q: exit code %d, report: %v\n%s", args, cmd.ProcessState.ExitCode(), err, &stderr)
	}
	if len(r.Targets) != 1 || len(r.Targets[0].Endpoints) != 1 {
		t.Fatalf("mongotls check %q: want one endpoint, got %d targets", args, len(r.Targets))
	}
	return checked{cmd.ProcessState.ExitCode(), r}
}

// attempts is how often a check is made that left questions open.
const attempts = 3

// untilAnswered makes a check again in which a question went unanswered: beside
// an answer that settles the matter the others get little time, and on a machine
// that is busy with other tests it may not suffice.
func untilAnswered(ask func() checked) checked {
	for n := 1; ; n++ {
		c := ask()
		open := slices.ContainsFunc(c.endpoint().Questions, func(q fact.Question) bool {
			// Nobody answers silence.
			return q.Outcome == fact.OutcomeUnanswered && q.ID != fact.AskSilence
		})
		if !open || n == attempts {
			return c
		}
	}
}

// endpoint is the one endpoint that was checked.
func (c checked) endpoint() report.Endpoint { return c.report.Targets[0].Endpoints[0] }

// findings are those of the target and of its endpoint, first things first.
func (c checked) findings() []finding.Finding {
	t := c.report.Targets[0]
	return append(append([]finding.Finding{}, t.Findings...), t.Endpoints[0].Findings...)
}

// tellings are the findings that bear on connecting, "severity id" each: all but
// those of severity info.
func (c checked) tellings() []string {
	list := []string{}
	for _, f := range c.findings() {
		if f.Severity != finding.Info {
			list = append(list, fmt.Sprintf("%s %s", f.Severity, f.ID))
		}
	}
	return list
}

// write writes a file that belongs to the test.
func write(t *testing.T, name string, content []byte) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
