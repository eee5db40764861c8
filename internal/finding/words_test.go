package finding

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// hostile are values that a shell would take for more than a word.
var hostile = []string{
	"plain.example.com:27017", "", " ", "a b", "-rf", "--", "'", `"`, "it's", `'"'"'`, "$(touch pwned)", "`touch pwned`", "${HOME}", "a;touch pwned",
	"a&touch pwned", "a|touch pwned", "a\ntouch pwned", "\r", "\t", "*", "?", "[a]", "{a,b}", "~", "!!", "#", "\\", `\'`, "a\\\nb", ">pwned", "<pwned",
	"x' ; touch pwned ; '", "\x1b[31m", "ü", "\xff", "{host}", "{", "}",
}

func needShell(t *testing.T) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no POSIX shell here to ask")
	}
	return sh
}

// TestShellQuote asks a real shell whether a quoted value is one word and the
// same value.
func TestShellQuote(t *testing.T) {
	sh := needShell(t)
	for _, value := range hostile {
		cmd := exec.CommandContext(t.Context(), sh, "-c", "set -- "+shellQuote(value)+"; printf '%s:%s' $# \"$1\"")
		cmd.Dir = t.TempDir()
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%q: %v", value, err)
			continue
		}
		if diff := cmp.Diff("1:"+value, string(out)); diff != "" {
			t.Errorf("%q as %s (-want +got):\n%s", value, shellQuote(value), diff)
		}
	}
}

func TestFill(t *testing.T) {
	values := map[string]string{"name": "db.example.com", "file": "my file", "issuer": ""}
	for _, row := range []struct{ name, text, want string }{
		{"no placeholder", "as it is", "as it is"},
		{"a value in a sentence", "Read {file}.", "Read my file."},
		{"a value in a command", "$ ls {file}", "$ ls 'my file'"},
		{"a value at the end of a word of a command", "$ x -a DNS:{file} y", "$ x -a DNS:'my file' y"},
		{"no value", "By {dial}.", "By HOST:PORT."},
		{"an empty value", "By {issuer}.", "By its issuer."},
		{"braces that are none of ours", "$ eval '{rotate: 1}' {name}", "$ eval '{rotate: 1}' db.example.com"},
		{"a brace that is not closed", "a { b", "a { b"},
		{"the server name of a host", "$ openssl s_client {sni}", "$ openssl s_client -servername db.example.com"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, fill(row.text, values)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got, want := fill("$ openssl s_client {sni}", map[string]string{"name": "::1"}), "$ openssl s_client -noservername"; got != want {
		t.Errorf("the server name of an address: %q, want %q", got, want)
	}
}

func TestSplitHostPort(t *testing.T) {
	for _, row := range []struct{ joined, host, port string }{
		{"db.example.com:27017", "db.example.com", "27017"},
		{"[::1]:27017", "::1", "27017"},
		{"192.0.2.1:1", "192.0.2.1", "1"},
	} {
		if host, port := splitHostPort(row.joined); host != row.host || port != row.port {
			t.Errorf("%s split into %q and %q", row.joined, host, port)
		}
	}
	for _, without := range []string{"[::1]", "db.example.com"} {
		if host, port := splitHostPort(without); port != "" || host != strings.Trim(without, "[]") {
			t.Errorf("%s split into %q and %q", without, host, port)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 seconds", time.Second: "1 second", 59 * time.Second: "59 seconds", time.Minute: "1 minute", -90 * time.Minute: "1 hour",
		47 * time.Hour: "47 hours", 48 * time.Hour: "2 days", 400 * day: "400 days",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestListed(t *testing.T) {
	for _, row := range []struct {
		names []string
		want  string
	}{
		{nil, "none"},
		{[]string{"a", "b"}, "a, b"},
		{strings.Split("abcdefgh", ""), "a, b, c, d, e, f, g, h"},
		{strings.Split("abcdefghij", ""), "a, b, c, d, e, f, g, h and 2 more"},
	} {
		if got := listed(row.names); got != row.want {
			t.Errorf("%v is %q, want %q", row.names, got, row.want)
		}
	}
}

func TestSRVHost(t *testing.T) {
	for name, want := range map[string]string{
		"_mongodb._tcp.db.example.com": "db.example.com", "db.example.com": "db.example.com", "_": "", "_tcp.x": "x",
	} {
		if got := srvHost(name); got != want {
			t.Errorf("%s is of %q, want %q", name, got, want)
		}
	}
}

func TestHandshakeWords(t *testing.T) {
	for _, row := range []struct {
		h    fact.Handshake
		want string
	}{
		{fact.Handshake{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 40, Name: "handshake_failure"}}, "alert handshake_failure (40)"},
		{fact.Handshake{Outcome: fact.OutcomeAlert}, "an alert"},
		{fact.Handshake{Outcome: fact.OutcomeLocal, Error: "tls: odd"}, "tls: odd"},
		{fact.Handshake{Outcome: fact.OutcomeLocal}, "it did not complete"},
		{fact.Handshake{Outcome: fact.OutcomeTimeout}, "no answer within the timeout"},
	} {
		if got := handshakeWords(&row.h); got != row.want {
			t.Errorf("%+v is %q, want %q", row.h, got, row.want)
		}
	}
}
