// Package cli is the command line: flags become options, options become calls,
// and what comes of them becomes an exit code, in one place. It holds no rule
// about TLS.
package cli

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/fatih/color"
	"golang.org/x/term"
)

// Streams are what the program reads, writes and knows of its surroundings.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// InTTY, OutTTY and ErrTTY are whether In, Out and Err are terminals.
	InTTY, OutTTY, ErrTTY bool
	// Width is Out's width in columns; 0 when it is not a terminal.
	Width int
	// Unicode is whether Out takes more than ASCII.
	Unicode bool
	// Env looks up an environment variable; empty when it is not set.
	Env func(string) string
	// ReadPassword asks for a secret on the terminal, where what is typed does
	// not show; nil when nobody sits at one. The error is errInterrupted once ctx
	// ends.
	ReadPassword func(ctx context.Context, prompt string) (string, error)
}

// SystemStreams are those of the process.
func SystemStreams() Streams {
	s := Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		OutTTY: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTTY: term.IsTerminal(int(os.Stderr.Fd())),
		Env:    os.Getenv,
	}
	if s.OutTTY {
		// On Windows this writer turns colour sequences into what consoles
		// without them understand.
		s.Out = color.Output
		if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
			s.Width = width
		} else {
			s.Width = 80
		}
	}
	s.Unicode = unicodeLocale(s.Env)
	if term.IsTerminal(int(os.Stdin.Fd())) {
		s.InTTY = true
		s.ReadPassword = readPassword
	}
	return s
}

// unicodeLocale reports whether the locale's encoding is UTF-8, by the variables
// in the order in which POSIX reads them.
func unicodeLocale(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(name); v != "" {
			return hasUTF8(v)
		}
	}
	return false
}

func hasUTF8(locale string) bool {
	l := strings.ToLower(locale)
	return strings.Contains(l, "utf-8") || strings.Contains(l, "utf8")
}

// interruptible is a reader whose reads end with ctx: a terminal or a pipe that
// nothing is typed into must not keep the program from ending.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

// Read reads, or returns errInterrupted. Then the read of r may go on, into a
// buffer of its own.
func (i interruptible) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	buffer := make([]byte, len(p))
	done := make(chan result, 1)
	go func() {
		n, err := i.r.Read(buffer)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return copy(p, buffer[:r.n]), r.err
	case <-i.ctx.Done():
		return 0, errInterrupted
	}
}
