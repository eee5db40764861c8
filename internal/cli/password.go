package cli

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"
)

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
