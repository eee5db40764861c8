package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the golden files anew")

// scripts is where the scripts are. Each is a story of what a user types and
// sees; script_test.go has the commands that testscript does not bring.
const scripts = "testdata/script"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mongotls": main, "interrupt": interrupt})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUp,
		Cmds:                commands(),
		Condition:           condition,
	})
}

// condition is what scripts ask of the machine: [ipv6], whether there is IPv6
// on loopback.
func condition(name string) (bool, error) {
	if name != "ipv6" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		return false, nil
	}
	return true, l.Close()
}

// interrupt is a program of its own for scripts: interrupt DELAY COMMAND...
// runs the command, sends it what Ctrl-C sends after the delay, and exits with
// its code.
func interrupt() {
	delay, err := time.ParseDuration(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	// A pipe that stays open: a program that waits for its standard input
	// goes on waiting.
	if _, err = cmd.StdinPipe(); err == nil {
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
	time.AfterFunc(delay, func() { _ = cmd.Process.Signal(os.Interrupt) })
	// One that does not end by itself must not outlive the test.
	time.AfterFunc(delay+10*time.Second, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	os.Exit(cmd.ProcessState.ExitCode())
}
