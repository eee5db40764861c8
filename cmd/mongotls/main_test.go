package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the golden files anew")

// scripts is where the scripts are. Each is a story of what a user types and
// sees; script_test.go has the commands that testscript does not bring.
const scripts = "../../testdata/script"

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

// interrupt is a program of its own for scripts: interrupt WHEN COMMAND... runs
// the command, sends it what Ctrl-C sends, and exits with its code. WHEN is a
// duration, or what the command says on stderr once it is ready.
func interrupt() {
	delay, err := time.ParseDuration(os.Args[1])
	says := ""
	if err != nil {
		delay, says = time.Minute, os.Args[1]
	}
	// On a busy machine the signal can come before the program is there to catch
	// it, and then it has done nothing yet.
	for try := 0; ; try++ {
		state, err := interruptOnce(delay<<try, says)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(125)
		}
		const killed = -1
		if code := state.ExitCode(); code != killed || try == 4 {
			os.Exit(code)
		}
	}
}

func interruptOnce(delay time.Duration, says string) (*os.ProcessState, error) {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdout = os.Stdout
	// A pipe that stays open: a program that waits for its standard input goes
	// on waiting.
	if _, err := cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	signal := func() { _ = cmd.Process.Signal(os.Interrupt) }
	timer := time.AfterFunc(delay, signal)
	defer timer.Stop()
	// One that does not end by itself must not outlive the test.
	end := time.AfterFunc(delay+20*time.Second, func() { _ = cmd.Process.Kill() })
	defer end.Stop()
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		fmt.Fprintln(os.Stderr, lines.Text())
		if says != "" && strings.Contains(lines.Text(), says) {
			signal()
		}
	}
	_ = cmd.Wait()
	return cmd.ProcessState, nil
}
