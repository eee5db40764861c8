package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mongotls/mongotls/internal/explain"
	"github.com/mongotls/mongotls/internal/report"
)

// outputOptions are where a report goes, and how it looks there.
type outputOptions struct {
	outputs    []string
	outputFile string
	color      string
	quiet      bool
	verbose    bool

	destinations []destination
}

// destination is one format and one place; an empty path is standard output.
type destination struct{ format, path string }

// formats are the names that --output takes.
var formats = []string{"text", "json"}

func (o *outputOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "`FORMAT`, "+strings.Join(formats, "|")+", or FORMAT=FILE; repeatable")
	f.StringVar(&o.outputFile, "output-file", "", "write the output to `FILE`")
	f.StringVar(&o.color, "color", "auto", "`auto|always|never`; NO_COLOR is honoured")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "verdicts only")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "everything that was seen")
	completeWith(cmd, "color", colors)
	completeWith(cmd, "output", formats)
}

// colors are the values of --color.
var colors = []string{"auto", "always", "never"}

// complete validates the options and works out the destinations.
func (o *outputOptions) complete() error {
	if !slices.Contains(colors, o.color) {
		return usagef("--color takes "+strings.Join(colors, ", "), "--color %q is not known", o.color)
	}
	if o.quiet && o.verbose {
		return usagef("leave one out", "--quiet and --verbose contradict each other")
	}
	outputs := o.outputs
	if len(outputs) == 0 {
		outputs = []string{"text"}
	}
	o.destinations = nil
	taken := false
	for _, output := range outputs {
		format, path, named := strings.Cut(output, "=")
		switch {
		case !slices.Contains(formats, format):
			return usagef(didYouMean(format, formats, "--output takes "+strings.Join(formats, ", ")), "output format %q is not known", format)
		case named && path == "":
			return usagef("write it as -o json=report.json", "-o %s= names no file", format)
		case !named:
			path, taken = o.outputFile, true
		}
		if path == "-" {
			path = ""
		}
		if path != "" {
			path = filepath.Clean(path)
		}
		for _, d := range o.destinations {
			if d.path == path {
				return usagef("give each format its own file: -o text -o json=report.json", "two formats go to the same place")
			}
		}
		o.destinations = append(o.destinations, destination{format, path})
	}
	if o.outputFile != "" && !taken {
		return usagef("leave --output-file out", "every --output names a file of its own, and nothing is left for --output-file %s", o.outputFile)
	}
	return nil
}

// toStdout reports whether something is written to standard output.
func (o *outputOptions) toStdout() bool {
	return slices.ContainsFunc(o.destinations, func(d destination) bool { return d.path == "" })
}

// wantsJSON reports whether the arguments ask for JSON on standard output. They
// are read directly, because an error in them must be a document too.
func wantsJSON(args []string) bool {
	for i, arg := range args {
		if arg == "--" {
			return false
		}
		value, ok := outputValue(arg)
		if ok && value == "" && i+1 < len(args) {
			value = args[i+1]
		}
		if ok && (value == "json" || value == "json=-") {
			return true
		}
	}
	return false
}

// outputValue is what an argument gives to --output; empty where the argument
// that follows has it.
func outputValue(arg string) (value string, ok bool) {
	if arg == "--output" {
		return "", true
	}
	if value, ok := strings.CutPrefix(arg, "--output="); ok {
		return value, true
	}
	// Shorthands that take no value can stand before o: -qo json.
	letters, ok := strings.CutPrefix(arg, "-")
	if ok {
		value, ok = strings.CutPrefix(strings.TrimLeft(letters, "qv"), "o")
	}
	return strings.TrimPrefix(value, "="), ok
}

// write renders r once for each destination.
func (o *outputOptions) write(r *report.Report, s Streams) error {
	return o.each(s, func(w io.Writer, format string, toStream bool) error {
		if format == "json" {
			return report.EncodeJSON(w, r)
		}
		return report.WriteText(w, r, o.textOptions(s, toStream))
	})
}

// writeCertificates renders what local files hold.
func (o *outputOptions) writeCertificates(c *report.Certificates, s Streams) error {
	return o.each(s, func(w io.Writer, format string, toStream bool) error {
		if format == "json" {
			return report.EncodeCertificates(w, c)
		}
		return report.WriteCertificatesText(w, c, o.textOptions(s, toStream))
	})
}

// writeExplanation renders what a text was recognised as; list is whether to write
// a line for each match.
func (o *outputOptions) writeExplanation(x *explain.Explanation, list bool, s Streams) error {
	return o.each(s, func(w io.Writer, format string, toStream bool) error {
		switch {
		case format == "json":
			return report.EncodeExplanation(w, x)
		case list:
			return report.WriteEntries(w, x, o.textOptions(s, toStream))
		}
		return report.WriteExplanation(w, x, o.textOptions(s, toStream))
	})
}

// writePlan renders a dry run.
func (o *outputOptions) writePlan(p report.Plan, s Streams) error {
	return o.each(s, func(w io.Writer, format string, _ bool) error {
		if format == "json" {
			return report.EncodePlan(w, p)
		}
		return report.WritePlan(w, p)
	})
}

func (o *outputOptions) textOptions(s Streams, toStream bool) report.TextOptions {
	t := report.TextOptions{Quiet: o.quiet, Verbose: o.verbose, Unicode: s.Unicode}
	t.Color = o.color == "always"
	if toStream {
		t.Width = s.Width
		if o.color == "auto" {
			t.Color = s.OutTTY && s.Env("NO_COLOR") == "" && s.Env("TERM") != "dumb"
		}
	}
	return t
}

func (o *outputOptions) each(s Streams, render func(w io.Writer, format string, toStream bool) error) error {
	for _, d := range o.destinations {
		if d.path == "" {
			w := bufio.NewWriter(s.Out)
			err := render(w, d.format, true)
			if err == nil {
				err = w.Flush()
			}
			if err != nil && !errors.Is(err, syscall.EPIPE) {
				return fmt.Errorf("writing to standard output: %w", err)
			}
			continue
		}
		var b bytes.Buffer
		if err := render(&b, d.format, false); err != nil {
			return err
		}
		if err := replaceFile(d.path, b.Bytes()); err != nil {
			return usagef("check the folder and its permissions", "writing %s: %v", d.path, reason(err))
		}
	}
	return nil
}

// replaceFile writes a file whole or not at all, so that whoever reads it while
// it is written again sees one report, not half of one.
func replaceFile(path string, content []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		// A device or a pipe cannot be replaced, only written.
		return os.WriteFile(path, content, 0o644)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// reason is the plain cause of a file operation's error, without the operation
// and the path, which the caller's sentence has.
func reason(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
