package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/report"
)

// failuresPage is the catalogue as a page.
const failuresPage = "../../docs/failures.md"

// TestFailuresPage holds the page to the catalogue; -update writes it.
func TestFailuresPage(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteFailures(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(failuresPage, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(failuresPage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(b.String(), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("go test ./cmd/mongotls -update writes the page anew (-catalogue +page):\n%s", diff)
	}
}

// switchesOff are the ways to switch verification off.
var switchesOff = regexp.MustCompile(`(?i)tlsInsecure|tlsAllowInvalid|sslAllowInvalid|sslInsecure|CERT_NONE|ssl_cert_reqs|verify=False|rejectUnauthorized|NODE_TLS_REJECT|InsecureSkipVerify|allowInvalid|curl[^|]* -[a-z]*k\b|--insecure|-verify 0|trust-?all|verify_none|danger_accept`)

// TestNothingAdvisesToSwitchOff: of all that users read, no line tells them to
// switch verification off. A line that only describes an option says so: it
// removes it, or tells what it is, or quotes an error.
func TestNothingAdvisesToSwitchOff(t *testing.T) {
	describes := regexp.MustCompile("(?i)^(- )?(remove|why:|.*never|.*hostnames only|- [a-z-]+: `|.*makes the driver accept|.*forbids? some options|.*contradict|\\| `|.*--tlsAllowInvalid|.*--tlsInsecure)")
	for _, name := range []string{failuresPage, "../../README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if switchesOff.MatchString(line) && !describes.MatchString(line) {
				t.Errorf("%s:%d advises to switch verification off: %s", name, i+1, line)
			}
		}
	}
}
