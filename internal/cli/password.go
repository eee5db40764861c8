package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"

	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/report"
	"github.com/mongotls/mongotls/internal/survey"
	"github.com/mongotls/mongotls/internal/target"
)

// askPassword asks for the password of a file; s.ReadPassword is not nil. What
// goes wrong with that is as if none had been typed, but for an interruption,
// which is the error.
func askPassword(ctx context.Context, path string, s Streams) (target.Secret, error) {
	password, err := s.ReadPassword(ctx, "Password of "+report.Clean(path)+": ")
	if errors.Is(err, errInterrupted) {
		return "", err
	}
	return target.Secret(password), nil
}

// askKeyPasswords asks for the passwords of encrypted keys that no option opens,
// once for each file, where somebody sits at a terminal. It asks before anything
// is contacted: a server would not wait that long.
func askKeyPasswords(ctx context.Context, targets []*target.Target, s Streams) (map[string]target.Secret, error) {
	if s.ReadPassword == nil {
		return nil, nil
	}
	passwords := map[string]target.Secret{}
	for _, t := range targets {
		path := survey.KeyFile(t)
		if _, asked := passwords[path]; asked || path == "" || t.Options.TLSCertificateKeyFilePassword.IsSet() {
			continue
		}
		if !keyfile.NeedsPassword(t.Options.TLSCertificateKeyFile.Value, t.Options.TLSPrivateKeyFile.Value) {
			// Not again for the next target either.
			passwords[path] = ""
			continue
		}
		password, err := askPassword(ctx, path, s)
		if err != nil {
			return nil, err
		}
		passwords[path] = password
	}
	return passwords, nil
}

// readPassword asks on the terminal itself, so that a password can be typed while
// the output goes into a file, and none is asked for where there is no terminal.
func readPassword(ctx context.Context, prompt string) (string, error) {
	in, out := os.Stdin, os.Stderr
	if tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		defer tty.Close()
		in, out = tty, tty
	}
	fd := int(in.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("asking for a password: %w", err)
	}
	type answer struct {
		password []byte
		err      error
	}
	answers := make(chan answer, 1)
	fmt.Fprint(out, prompt)
	go func() {
		password, err := term.ReadPassword(fd)
		answers <- answer{password, err}
	}()
	select {
	case a := <-answers:
		fmt.Fprintln(out)
		if a.err != nil {
			return "", fmt.Errorf("asking for a password: %w", a.err)
		}
		return string(a.password), nil
	case <-ctx.Done():
		// The read goes on; the terminal must show what is typed next.
		err := term.Restore(fd, state)
		fmt.Fprintln(out)
		if err != nil {
			return "", fmt.Errorf("asking for a password: %w", err)
		}
		return "", errInterrupted
	}
}
