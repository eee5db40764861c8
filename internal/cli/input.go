package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxTargets bounds the targets of a run, and maxTargetLine one line of a target
// list in bytes: a list that is longer is another file by mistake.
const (
	maxTargets    = 100_000
	maxTargetLine = 64 << 10
)

const targetListHint = "-f takes a file with one target per line, or - for standard input"

// readTargets gathers the targets of the command line and of target lists.
func readTargets(args, files []string, s Streams) ([]string, error) {
	targets := args
	for _, name := range files {
		list, err := readTargetFile(name, s)
		if err != nil {
			return nil, err
		}
		targets = append(targets[:len(targets):len(targets)], list...)
	}
	if len(targets) > maxTargets {
		return nil, usagef("split the list", "%d targets are more than the %d of one run", len(targets), maxTargets)
	}
	return targets, nil
}

func readTargetFile(name string, s Streams) ([]string, error) {
	shown, r := name, s.In
	if name == "-" {
		shown = "standard input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, usagef(targetListHint, "reading target list %s: %v", name, reason(err))
		}
		defer f.Close()
		r = f
	}
	list, err := parseTargetList(r)
	if err != nil {
		return nil, usagef(targetListHint, "reading target list %s: %v", shown, err)
	}
	if len(list) == 0 {
		return nil, usagef("write one target per line", "target list %s has no target in it", shown)
	}
	return list, nil
}

// parseTargetList takes one target per line. A line that begins with # is a
// comment; a # further on may be part of a connection string.
func parseTargetList(r io.Reader) ([]string, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxTargetLine)
	var list []string
	n := 0
	for scanner.Scan() {
		n++
		line := strings.TrimSpace(strings.TrimPrefix(scanner.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(list) == maxTargets {
			return nil, fmt.Errorf("line %d: more than %d targets", n, maxTargets)
		}
		list = append(list, line)
	}
	switch err := scanner.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: longer than %d bytes", n+1, maxTargetLine)
	case err != nil:
		return nil, reason(err)
	}
	return list, nil
}
