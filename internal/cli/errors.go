package cli

import (
	"errors"
	"fmt"
	"slices"
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

// durationHint says how a duration is written.
const durationHint = "durations are written as 5s, 2m, 720h"

// mostProblems bounds the targets whose problems one error tells.
const mostProblems = 10

// problems gathers what is wrong with the targets of a run. All of it is told,
// because whoever mends one wants to mend them all.
type problems struct {
	// several is whether the run has more than one target, so that each problem
	// needs the name of its own.
	several  bool
	id       string
	messages []string
	hints    []string
	targets  int
}

// add takes the errors of a target, which is shown so.
func (p *problems) add(shown string, found []target.Problem) {
	if !target.HasError(found) {
		return
	}
	p.targets++
	if p.targets > mostProblems {
		return
	}
	for _, f := range found {
		if f.Severity != target.Error {
			continue
		}
		if p.id == "" {
			p.id = f.ID
		}
		message := f.Message
		if p.several && shown != "" {
			message = shown + ": " + message
		}
		p.messages = append(p.messages, message)
		if f.Hint != "" && !slices.Contains(p.hints, f.Hint) {
			p.hints = append(p.hints, f.Hint)
		}
	}
}

// err is one usage error of them all, nil without any.
func (p *problems) err() error {
	if p.targets == 0 {
		return nil
	}
	message := strings.Join(p.messages, "; ")
	if more := p.targets - mostProblems; more > 0 {
		message += fmt.Sprintf("; and %d more targets that cannot be read", more)
	}
	return &usageError{id: p.id, message: message, hint: strings.Join(p.hints, "; ")}
}

// finish turns what a command returned into the exit code, and prints what it
// has not printed itself. args are those of the command line.
func finish(err error, s Streams, args []string) int {
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
	detail := report.ErrorDetail{ID: usage.id, Message: redact(usage.message, args), Hint: redact(usage.hint, args)}
	if detail.Hint == "" {
		detail.Hint = "see mongotls help"
	}
	fmt.Fprintf(s.Err, "mongotls: %s\nhint: %s\n", report.Clean(detail.Message), report.Clean(detail.Hint))
	if wantsJSON(args) {
		// A pipe that is gone cannot be told either.
		_ = report.EncodeError(s.Out, detail)
	}
	return exitUsage
}
