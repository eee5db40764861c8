package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mongotls/mongotls/internal/lab"
)

// secret is the password in every script. It must appear in no output, so
// exits looks for it each time.
const secret = "hunter2"

// session is what the commands of one script remember.
type session struct {
	// took is how long the last command that exits ran.
	took time.Duration
}

type sessionKey struct{}

func setUp(e *testscript.Env) error {
	e.Values[sessionKey{}] = &session{}
	// Under the race detector a program waits for a second before it ends, for
	// races that are being reported. A script runs a hundred of them.
	e.Setenv("GORACE", "atexit_sleep_ms=0")
	// What the developer has set must not decide what a script sees.
	e.Setenv("LC_ALL", "C")
	e.Setenv("NO_COLOR", "")
	e.Setenv("TERM", "xterm")
	e.Setenv("SSL_CERT_FILE", "")
	e.Setenv("SSL_CERT_DIR", "")
	e.Setenv("MONGOTLS_KEY_PASSWORD", "")
	return nil
}

// commands are those of this project's scripts:
//
//	exits CODE COMMAND...  runs a command that must exit with this code. Its
//	                       output must hold neither the secret nor a key nor, unless it
//	                       is coloured, a control character; stdout and stderr
//	                       look at it afterwards. script makes a terminal.
//	took LEAST MOST        the last command that exits ran for so long
//	lab SCENARIO           starts an endpoint and sets TARGET, URI, PORT, CA
//	                       (tlsCAFile), KEYFILE (tlsCertificateKeyFile) and NOW,
//	                       the time that its certificates are made for
//	repeat COUNT LINE FILE writes a file that has the line so many times
//	golden FILE            stdout equals testdata/golden/FILE, but for what
//	                       volatile names
//	jsonq PATH VALUE       stdout is JSON that has this value at targets.0.input;
//	                       objects and lists are written as JSON, and a path that
//	                       is not there has the value "absent"
//	schema                 stdout is a document after the JSON Schema of its kind
//	files                  writes certificates and keys: see makeFiles
//	seal FROM TO           writes certificates and key of a file into another, with
//	                       the key encrypted by the secret
//	mode MODE FILE         the file has these permissions
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":  plain("exits CODE COMMAND...", 2, -1, exits),
		"took":   plain("took LEAST MOST", 2, 2, took),
		"lab":    plain("lab SCENARIO", 1, 1, startLab),
		"repeat": plain("repeat COUNT LINE FILE", 3, 3, repeat),
		"golden": plain("golden FILE", 1, 1, golden),
		"jsonq":  plain("jsonq PATH VALUE", 2, 2, jsonq),
		"schema": plain("schema", 0, 0, schema),
		"files":  plain("files", 0, 0, makeFiles),
		"seal":   plain("seal FROM TO", 2, 2, seal),
		"mode":   plain("mode MODE FILE", 2, 2, mode),
	}
}

// plain is a command that cannot be negated and takes so many arguments; most
// is -1 where there is no end.
func plain(usage string, least, most int, f func(*testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) < least || most >= 0 && len(args) > most {
			ts.Fatalf("usage: %s", usage)
		}
		f(ts, args)
	}
}

// control is every control character but the line feed, C1 included.
var control = regexp.MustCompile(`[\x00-\x09\x0b-\x1f\x7f\x{80}-\x{9f}]`)

// privateKey is one in PEM, or the beginning of one in base64: a PKCS#8 or SEC 1
// key on P-256.
var privateKey = regexp.MustCompile(`PRIVATE KEY-----|MIGHAgEAMBMGByqGSM49|MHcCAQEEI`)

func exits(ts *testscript.TestScript, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("%q is no exit code", args[0])
	}
	start := time.Now()
	err = ts.Exec(args[1], args[2:]...)
	ts.Value(sessionKey{}).(*session).took = time.Since(start)
	got := 0
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		got = failed.ExitCode()
	case err != nil:
		ts.Fatalf("running %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s exits with %d, not %d", args[1], got, want)
	}
	joined := strings.Join(args[1:], " ")
	coloured := strings.HasPrefix(joined, "script ") || strings.Contains(joined, "| script ") || strings.Contains(joined, "--color always")
	for _, stream := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(stream)
		if strings.Contains(text, secret) {
			ts.Fatalf("%s tells the password", stream)
		}
		if privateKey.MatchString(text) {
			ts.Fatalf("%s tells a private key", stream)
		}
		if at := control.FindString(text); at != "" && !coloured {
			ts.Fatalf("%s holds the control character %q", stream, at)
		}
	}
}

func took(ts *testscript.TestScript, args []string) {
	took := ts.Value(sessionKey{}).(*session).took
	least, err := time.ParseDuration(args[0])
	ts.Check(err)
	most, err := time.ParseDuration(args[1])
	ts.Check(err)
	if took < least || took > most {
		ts.Fatalf("it took %v, which is not between %v and %v", took, least, most)
	}
}

func startLab(ts *testscript.TestScript, args []string) {
	// The clock stands still while certificates are made, so that --at $NOW sees
	// 335 days left, not 334 when the second is over.
	now := time.Now().UTC().Truncate(time.Second)
	var made atomic.Bool
	i, err := lab.Start(context.Background(), args[0], lab.StartOptions{
		Dir: ts.MkAbs("."),
		Now: func() time.Time {
			if made.Load() {
				return time.Now()
			}
			return now
		},
	})
	ts.Check(err)
	made.Store(true)
	ts.Defer(i.Close)
	if i.Resolver != nil || i.Dial != nil {
		ts.Fatalf("scenario %s needs a name server or network of the lab's own: use mongotls lab check", args[0])
	}
	ts.Setenv("NOW", now.Format(time.RFC3339))
	ts.Setenv("TARGET", i.Target)
	ts.Setenv("URI", i.URI)
	ts.Setenv("CA", i.Files["tlsCAFile"])
	ts.Setenv("KEYFILE", i.Files["tlsCertificateKeyFile"])
	ts.Setenv("PORT", "")
	address := i.Address
	if address == "" {
		address = i.Target
	}
	if _, port, err := net.SplitHostPort(address); err == nil {
		ts.Setenv("PORT", port)
	}
}

func repeat(ts *testscript.TestScript, args []string) {
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(writeFile(ts.MkAbs(args[2]), strings.Repeat(args[1]+"\n", count)))
}

// scriptFiles are the paths of all scripts.
func scriptFiles() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(scripts, "*.txtar"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no script in %s", scripts)
	}
	return files, err
}
