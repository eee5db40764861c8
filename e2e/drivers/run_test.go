package drivers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// longest bounds one run of a runner, so that the test ends whatever it does.
const longest = 5 * time.Minute

// measure has a driver connect with every case that is for it, and returns its
// answers by scenario.
func (d driver) measure(t *testing.T, cases []connection) map[string]answer {
	t.Helper()
	var batches [][]connection
	var named, rest []connection
	for _, c := range cases {
		switch {
		case len(c.env) > 0:
			batches = append(batches, []connection{c})
		case len(c.names) > 0:
			named = append(named, c)
		default:
			rest = append(rest, c)
		}
	}
	if len(named) > 0 {
		batches = append(batches, named)
	}
	n := max(d.processes, 1)
	for part := range n {
		var batch []connection
		// Neighbours are alike: what waits for a timeout is spread out.
		for at := part; at < len(rest); at += n {
			batch = append(batch, rest[at])
		}
		if len(batch) > 0 {
			batches = append(batches, batch)
		}
	}
	answers := map[string]answer{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, batch := range batches {
		wg.Go(func() {
			got, err := d.run(t.Context(), t.TempDir(), batch)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%s: %v", d.id(), err)
			}
			for _, a := range got {
				answers[a.ID] = a
			}
		})
	}
	wg.Wait()
	for _, c := range cases {
		if _, ok := answers[c.ID]; !ok {
			t.Errorf("%s: no answer to the scenario %s", d.id(), c.ID)
		}
	}
	return answers
}

// run has one process of the runner answer cases.
func (d driver) run(ctx context.Context, dir string, cases []connection) ([]answer, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	var input bytes.Buffer
	encoder := json.NewEncoder(&input)
	encoder.SetEscapeHTML(false)
	for _, c := range cases {
		if err := encoder.Encode(c); err != nil {
			return nil, err
		}
	}
	cmd := exec.CommandContext(ctx, d.command[0], d.command[1:]...)
	// A driver that asks for a password must find no terminal to ask on. And what
	// it leaves behind, history and logs, goes with the folder.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	cmd.Env = append(environment(), "HOME="+dir)
	cmd.Env = append(cmd.Env, d.env...)
	for name, value := range cases[0].env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if len(cases[0].names) > 0 {
		hosts := filepath.Join(dir, "hosts")
		if err := os.WriteFile(hosts, hostsFile(cases), 0o600); err != nil {
			return nil, err
		}
		if d.ownHosts {
			services := filepath.Join(dir, "nsswitch.conf")
			if err := os.WriteFile(services, []byte(filesOnly), 0o600); err != nil {
				return nil, err
			}
			cmd.Args = slices.Concat(inNamespace(hosts, services), cmd.Args)
			cmd.Path = namespaced
		} else {
			cmd.Env = append(cmd.Env, "LD_PRELOAD="+resolver(), hostsVariable+"="+hosts)
		}
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &input, &stdout, &stderr
	answers := filepath.Join(dir, "answers")
	if d.byFile {
		questions := filepath.Join(dir, "cases")
		if err := os.WriteFile(questions, input.Bytes(), 0o600); err != nil {
			return nil, err
		}
		cmd.Stdin = nil
		cmd.Env = append(cmd.Env, "MONGOTLS_CASES="+questions, "MONGOTLS_ANSWERS="+answers)
	}
	failed := cmd.Run()
	if d.byFile {
		written, err := os.ReadFile(answers)
		if err != nil && failed == nil {
			failed = err
		}
		stdout = *bytes.NewBuffer(written)
	}
	got, err := readAnswers(&stdout)
	if failed != nil {
		return got, fmt.Errorf("%w\n%s", failed, tail(stderr.Bytes()))
	}
	return got, err
}

// environment is that of the test without what would change the trust stores.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		for _, name := range []string{"SSL_CERT_FILE=", "SSL_CERT_DIR=", "NODE_EXTRA_CA_CERTS=", "NODE_OPTIONS=", "HOME="} {
			if len(v) >= len(name) && v[:len(name)] == name {
				return true
			}
		}
		return false
	})
}

func readAnswers(b *bytes.Buffer) ([]answer, error) {
	var list []answer
	s := bufio.NewScanner(b)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if len(bytes.TrimSpace(s.Bytes())) == 0 {
			continue
		}
		var a answer
		if err := json.Unmarshal(s.Bytes(), &a); err != nil {
			return list, errors.Join(fmt.Errorf("not an answer: %q", s.Bytes()), err)
		}
		list = append(list, a)
	}
	return list, s.Err()
}

// tail is the end of what a process complained of.
func tail(b []byte) []byte {
	const most = 2000
	return b[max(0, len(b)-most):]
}
