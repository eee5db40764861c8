package cli

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// explain runs the command on a text, on a terminal or not.
func explainOn(t *testing.T, in io.Reader, tty bool, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	s := Streams{In: in, InTTY: tty, Out: &o, Err: &e, Env: func(string) string { return "" }}
	code = Main(t.Context(), append([]string{"explain"}, args...), s)
	return code, o.String(), e.String()
}

// TestExplainOnATerminal: whoever gives no text is told what is waited for.
func TestExplainOnATerminal(t *testing.T) {
	code, out, errs := explainOn(t, strings.NewReader("certificate has expired"), true)
	if code != exitOK || !strings.HasPrefix(out, "cert-expired ") || !strings.Contains(errs, "Ctrl-D") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	if code, _, errs := explainOn(t, strings.NewReader("certificate has expired"), false); code != exitOK || errs != "" {
		t.Errorf("a pipe: exit code %d, %q", code, errs)
	}
	if code, _, errs := explainOn(t, strings.NewReader(""), true, "certificate has expired"); code != exitOK || errs != "" {
		t.Errorf("an argument: exit code %d, %q", code, errs)
	}
}

// failing is a file that breaks while it is read.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func TestExplainUnreadable(t *testing.T) {
	code, out, errs := explainOn(t, failing{}, false)
	if code != exitUsage || out != "" || !strings.Contains(errs, "mongotls: reading standard input: input/output error\nhint: ") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	// What was read before is not half an answer.
	code, out, _ = explainOn(t, io.MultiReader(strings.NewReader(strings.Repeat("certificate has expired\n", 1<<15)), failing{}), false)
	if code != exitUsage || out != "" {
		t.Errorf("exit code %d, %q", code, out)
	}
}
