package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mongotls/mongotls/internal/report"
	"github.com/mongotls/mongotls/internal/target"
)

// The exit codes. They are a promise: scripts branch on them.
const (
	exitOK          = 0
	exitFail        = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitInterrupted = 130
)

// usageError is a command that cannot be run as given: exit code 2. ID is the
// error document's.
type usageError struct {
	id      string
	message string
	hint    string
}

func (e *usageError) Error() string { return e.message }

// usagef makes a usage error with the hint that fits most: to read the help.
func usagef(hint, format string, args ...any) error {
	return &usageError{id: "usage", message: fmt.Sprintf(format, args...), hint: hint}
}

// exitError carries an exit code for what has been printed already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// errInterrupted is Ctrl-C or a termination signal.
var errInterrupted = errors.New("interrupted")

// problemError makes one usage error of a target's problems. All of them are
// told, because whoever mends one wants to mend them all.
func problemError(input string, problems []target.Problem) error {
	e := &usageError{id: "usage"}
	var messages []string
	for _, p := range problems {
		if p.Severity != target.Error {
			continue
		}
		if len(messages) == 0 {
			e.id, e.hint = p.ID, p.Hint
		}
		messages = append(messages, p.Message)
	}
	e.message = strings.Join(messages, "; ")
	if input != "" {
		e.message = input + ": " + e.message
	}
	return e
}

// finish turns what a command returned into the exit code, and prints what it
// has not printed itself. jsonErrors asks for the error as a document on out.
func finish(err error, s Streams, jsonErrors bool) int {
	var code exitError
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(s.Err, "mongotls: interrupted")
		return exitInterrupted
	case !errors.As(err, &usage):
		usage = &usageError{id: "usage", message: err.Error()}
	}
	if usage.hint == "" {
		usage.hint = "see mongotls help"
	}
	printError(s.Err, usage)
	if jsonErrors {
		// A pipe that is gone cannot be told either.
		_ = report.EncodeError(s.Out, report.ErrorDetail{ID: usage.id, Message: usage.message, Hint: usage.hint})
	}
	return exitUsage
}

func printError(w io.Writer, e *usageError) {
	fmt.Fprintf(w, "mongotls: %s\nhint: %s\n", report.Clean(e.message), report.Clean(e.hint))
}

func hasUTF8(locale string) bool {
	l := strings.ToLower(locale)
	return strings.Contains(l, "utf-8") || strings.Contains(l, "utf8")
}
