// Package drivers holds mongotls to what the official drivers do: each of them
// connects to every scenario of the lab, with the connection string that its
// users would have, and what it did and said is compared with what
// `mongotls check` predicts. The result is matrix.json, and the page of the
// documentation that is made from it.
//
// A driver is an entry in drivers_test.go and a runner, a small program in its
// language in the folder runners: it reads cases as lines of JSON and answers
// with lines of JSON. Everything runs on loopback and ends with the test.
package drivers

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	update   = flag.Bool("update", false, "write matrix.json and the page of the documentation anew")
	observed = flag.String("observed", "", "write what was observed to this `file`, in the form of matrix.json")
)

// mongotls is the program under test, which TestMain builds.
var mongotls string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	// The runner of the Go driver is this program.
	if os.Getenv(goRunner) != "" {
		return runGo(os.Stdin, os.Stdout)
	}
	flag.Parse()
	dir, err := os.MkdirTemp("", "mongotls-drivers-")
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
	return m.Run()
}
