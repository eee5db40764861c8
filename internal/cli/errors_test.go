package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/report"
)

func TestFinish(t *testing.T) {
	type result struct {
		Code     int
		Out, Err string
	}
	tests := []struct {
		name string
		err  error
		args []string
		want result
	}{
		{name: "nothing wrong", want: result{Code: 0}},
		{name: "a report that fails, printed already", err: exitError(1), want: result{Code: 1}},
		{name: "unreachable, printed already", err: fmt.Errorf("checking: %w", exitError(3)), want: result{Code: 3}},
		{name: "interrupted", err: fmt.Errorf("reading: %w", errInterrupted), want: result{Code: 130, Err: "mongotls: interrupted\n"}},
		{name: "interrupted, with JSON asked for", err: errInterrupted, args: []string{"-ojson"}, want: result{Code: 130, Err: "mongotls: interrupted\n"}},
		{
			name: "a usage error", err: usagef("mend it", "%s is wrong", "that"),
			want: result{Code: 2, Err: "mongotls: that is wrong\nhint: mend it\n"},
		},
		{
			name: "an error without a hint", err: errors.New("the disk is full"),
			want: result{Code: 2, Err: "mongotls: the disk is full\nhint: see mongotls help\n"},
		},
		{
			name: "control characters are spelled out", err: usagef("a\x1bb", "c\nd\u202e"),
			want: result{Code: 2, Err: "mongotls: c\\x0ad\\u{202e}\nhint: a\\x1bb\n"},
		},
		{
			name: "a document with JSON asked for", err: &usageError{id: "option-conflict", message: "a & b", hint: "leave one out"},
			args: []string{"check", "-o", "json"},
			want: result{
				Code: 2,
				Out:  `{"schema":"mongotls.error/v1","error":{"id":"option-conflict","message":"a & b","hint":"leave one out"}}`,
				Err:  "mongotls: a & b\nhint: leave one out\n",
			},
		},
		{
			name: "credentials of the command line", err: usagef("try mongodb://u:p@h", `unknown %q`, "mongodb://u:p@h"),
			args: []string{"mongodb://u:p@h"},
			want: result{Code: 2, Err: "mongotls: unknown \"mongodb://***:***@h\"\nhint: try mongodb://***:***@h\n"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			got := result{Code: finish(test.err, Streams{Out: &out, Err: &errs}, test.args)}
			got.Err = errs.String()
			if out.Len() > 0 {
				var d report.ErrorDocument
				if err := json.Unmarshal(out.Bytes(), &d); err != nil {
					t.Fatal(err)
				}
				got.Out = compact(t, d)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func compact(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestRedact(t *testing.T) {
	tests := []struct {
		name, text, want string
		args             []string
	}{
		{name: "a part of an argument", text: `format "mongodb://u:p@h/?tls"`, want: `format "mongodb://***:***@h/?tls"`},
		{name: "an argument without credentials", text: "no file db1:27017", args: []string{"db1:27017"}, want: "no file db1:27017"},
		{name: "a connection string", text: `"mongodb://u:p@h/" x`, args: []string{"mongodb://u:p@h/"}, want: `"mongodb://***:***@h/" x`},
		{name: "a password option", text: "mongodb://h/?tlsCertificateKeyFilePassword=p", args: []string{"mongodb://h/?tlsCertificateKeyFilePassword=p"}, want: "mongodb://h/?tlsCertificateKeyFilePassword=***"},
		{name: "the value of a flag", text: `"mongodb://u:p@h" for "--at"`, args: []string{"--at=mongodb://u:p@h"}, want: `"mongodb://***:***@h" for "--at"`},
		{name: "quoted with an escape", text: `unknown "mongodb://u:p\x1b@h"`, args: []string{"mongodb://u:p\x1b@h"}, want: `unknown "mongodb://***:***@h"`},
		{name: "user and password without a scheme", text: "u:p@h", args: []string{"u:p@h"}, want: "***:***@h"},
		{name: "another scheme", text: "no http://u:p@h/x", args: []string{"http://u:p@h/x"}, want: "no http://***:***@h/x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := redact(test.text, test.args); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestMainHidesPasswords puts a connection string with a password in the place
// of every word of commands that fail.
func TestMainHidesPasswords(t *testing.T) {
	const uri = "mongodb://app:hunter2@db1.example.com:x/?tls=true"
	for _, line := range []string{
		"X", "check X", "check -f X", "check --at X h", "check --connect X h", "check -o X h", "check --color X h",
		"check --ignore X h", "check --timeout X h", "check --timeout=X h", "check --fail-on X h", "check --concurrency X h", "check -o json X",
		"lab X", "lab list X", "lab serve X", "lab check X", "report X", "report a X", "version X", "version -o X", "help X", "completion X", "lab list -o X",
	} {
		t.Run(line, func(t *testing.T) {
			var out, errs bytes.Buffer
			args := strings.Fields(strings.ReplaceAll(line, "X", uri))
			s := Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) string { return "" }}
			if code := Main(t.Context(), args, s); code != exitUsage {
				t.Errorf("exit code %d, want %d", code, exitUsage)
			}
			if said := out.String() + errs.String(); strings.Contains(said, "hunter2") || !strings.Contains(said, "hint: ") {
				t.Errorf("it says %s", said)
			}
		})
	}
}

func TestInterruptible(t *testing.T) {
	t.Run("reads what there is", func(t *testing.T) {
		got, err := io.ReadAll(interruptible{t.Context(), strings.NewReader("db1\ndb2\n")})
		if err != nil || string(got) != "db1\ndb2\n" {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("ends while nothing is typed", func(t *testing.T) {
		silent, w := io.Pipe()
		t.Cleanup(func() { w.Close() })
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := io.ReadAll(interruptible{ctx, silent}); !errors.Is(err, errInterrupted) {
			t.Errorf("error %v, want %v", err, errInterrupted)
		}
	})
}
