package cli

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestOutputOptionsComplete(t *testing.T) {
	type result struct {
		Destinations  []destination
		Message, Hint string
	}
	text, asJSON := destination{"text", ""}, destination{"json", ""}
	tests := []struct {
		name    string
		options outputOptions
		want    result
	}{
		{"nothing said is text on stdout", outputOptions{}, result{Destinations: []destination{text}}},
		{"one format", outputOptions{outputs: []string{"json"}}, result{Destinations: []destination{asJSON}}},
		{"a file for the format", outputOptions{outputs: []string{"json=r.json"}}, result{Destinations: []destination{{"json", "r.json"}}}},
		{"a path with an equals sign", outputOptions{outputs: []string{"json=a=b"}}, result{Destinations: []destination{{"json", "a=b"}}}},
		{"two formats, one to a file", outputOptions{outputs: []string{"json=r", "text"}}, result{Destinations: []destination{{"json", "r"}, text}}},
		{"the same format twice", outputOptions{outputs: []string{"text=r", "text"}}, result{Destinations: []destination{{"text", "r"}, text}}},
		{"a file for whichever has none", outputOptions{outputs: []string{"json=r", "text"}, outputFile: "t"}, result{Destinations: []destination{{"json", "r"}, {"text", "t"}}}},
		{"a file for the default", outputOptions{outputFile: "./t"}, result{Destinations: []destination{{"text", "t"}}}},
		{"- is stdout", outputOptions{outputs: []string{"json=-"}}, result{Destinations: []destination{asJSON}}},
		{"--output-file - is stdout", outputOptions{outputFile: "-"}, result{Destinations: []destination{text}}},
		{"two to stdout", outputOptions{outputs: []string{"text", "json"}}, result{Message: "two formats go to the same place", Hint: "give each format its own file: -o text -o json=report.json"}},
		{"two to stdout, one by its name", outputOptions{outputs: []string{"text", "json=-"}}, result{Message: "two formats go to the same place", Hint: "give each format its own file: -o text -o json=report.json"}},
		{"two to a file of two names", outputOptions{outputs: []string{"text=a/../r", "json=r"}}, result{Message: "two formats go to the same place", Hint: "give each format its own file: -o text -o json=report.json"}},
		{"a format that is misspelled", outputOptions{outputs: []string{"jason"}}, result{Message: `output format "jason" is not known`, Hint: "did you mean json?"}},
		{"a format that there is not", outputOptions{outputs: []string{"sarif=r"}}, result{Message: `output format "sarif" is not known`, Hint: "--output takes text, json"}},
		{"no file after all", outputOptions{outputs: []string{"json="}}, result{Message: "-o json= names no file", Hint: "write it as -o json=report.json"}},
		{"a file that nothing goes to", outputOptions{outputs: []string{"json=r"}, outputFile: "t"}, result{Message: "every --output names a file of its own, and nothing is left for --output-file t", Hint: "leave --output-file out"}},
		{"quiet and verbose", outputOptions{quiet: true, verbose: true}, result{Message: "--quiet and --verbose contradict each other", Hint: "leave one out"}},
		{"a colour", outputOptions{color: "red"}, result{Message: `--color "red" is not known`, Hint: "--color takes auto, always, never"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := test.options
			if o.color == "" {
				o.color = "auto"
			}
			var got result
			var usage *usageError
			switch err := o.complete(); {
			case errors.As(err, &usage):
				got.Message, got.Hint = usage.message, usage.hint
			case err != nil:
				t.Fatal(err)
			default:
				got.Destinations = o.destinations
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(destination{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextOptions(t *testing.T) {
	tests := []struct {
		name     string
		color    string
		tty      bool
		env      map[string]string
		toStream bool
		want     bool
	}{
		{name: "a terminal", color: "auto", tty: true, toStream: true, want: true},
		{name: "a pipe", color: "auto", toStream: true},
		{name: "a file, whatever stdout is", color: "auto", tty: true},
		{name: "NO_COLOR", color: "auto", tty: true, toStream: true, env: map[string]string{"NO_COLOR": "1"}},
		{name: "a dumb terminal", color: "auto", tty: true, toStream: true, env: map[string]string{"TERM": "dumb"}},
		{name: "always, over NO_COLOR", color: "always", toStream: true, env: map[string]string{"NO_COLOR": "1"}, want: true},
		{name: "always, into a file", color: "always", want: true},
		{name: "never", color: "never", tty: true, toStream: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := outputOptions{color: test.color}
			s := Streams{OutTTY: test.tty, Env: func(name string) string { return test.env[name] }}
			if got := o.textOptions(s, test.toStream).Color; got != test.want {
				t.Errorf("colour is %t, want %t", got, test.want)
			}
		})
	}
}

func TestWantsJSON(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want bool
	}{
		{"nothing", nil, false},
		{"a word of its own", []string{"check", "-o", "json"}, true},
		{"joined", []string{"-ojson"}, true},
		{"joined with =", []string{"-o=json"}, true},
		{"the long flag", []string{"--output=json"}, true},
		{"the long flag and a word", []string{"--output", "json", "h"}, true},
		{"behind other shorthands", []string{"-qo", "json"}, true},
		{"joined behind others", []string{"-vojson"}, true},
		{"stdout by its name", []string{"-o", "json=-"}, true},
		{"one of two", []string{"-o", "text=r", "-o", "json"}, true},
		{"a file", []string{"-o", "json=r.json"}, false},
		{"a target of that name", []string{"check", "json"}, false},
		{"another format", []string{"-o", "text"}, false},
		{"another flag", []string{"--output-file=json", "--servername", "json"}, false},
		{"a long flag that looks like it", []string{"--quiet", "json"}, false},
		{"behind --", []string{"check", "--", "-o", "json"}, false},
		{"cut off", []string{"-o"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := wantsJSON(test.args); got != test.want {
				t.Errorf("wantsJSON(%q) = %t, want %t", test.args, got, test.want)
			}
		})
	}
}
