package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
)

// TestOCSPSpecificationTable runs check on the columns of the test plan of
// MongoDB's OCSP support specification, under its three rows of options, and
// holds the exit code to what the plan says of a driver. That each column's
// status is read right for RSA and ECDSA, CAs and delegates, is held in package
// revocation.
func TestOCSPSpecificationTable(t *testing.T) {
	columns := []struct {
		name     string
		scenario string
		connects bool
	}{
		{"1: valid, stapled", "staple-good", true},
		{"1: valid, stapled, by a delegate", "staple-good-delegate", true},
		{"2: revoked, stapled", "staple-revoked", false},
		{"2: revoked, stapled, by a delegate", "staple-revoked-delegate", false},
		{"2: revoked, stapled, RSA", "staple-revoked-rsa", false},
		{"3: valid, not stapled", "ocsp-good", true},
		{"3: valid, not stapled, by a delegate", "ocsp-good-delegate", true},
		{"4: revoked, not stapled", "ocsp-revoked", false},
		{"4: revoked, not stapled, by a delegate", "ocsp-revoked-delegate", false},
		{"4: revoked, not stapled, RSA", "ocsp-revoked-rsa", false},
		{"soft failure", "ocsp-unreachable", true},
		{"malicious server 1", "must-staple-revoked", false},
		{"malicious server 2", "must-staple-unreachable", false},
	}
	options := []struct {
		name string
		args []string
		// lenient is whether OCSP is off, so that every column connects.
		lenient bool
	}{
		{"by default", nil, false},
		{"with tlsInsecure", []string{"--tlsInsecure"}, true},
		{"with tlsAllowInvalidCertificates", []string{"--tlsAllowInvalidCertificates"}, true},
	}
	for _, column := range columns {
		t.Run(column.name, func(t *testing.T) {
			t.Parallel()
			i, err := lab.Start(t.Context(), column.scenario, lab.StartOptions{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(i.Close)
			for _, option := range options {
				want := report.ExitFail
				if column.connects || option.lenient {
					want = report.ExitPass
				}
				var out, errs bytes.Buffer
				s := Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) string { return "" }}
				args := append(append([]string{"check", i.Target, "--color", "never"}, i.Args...), option.args...)
				if got := Main(t.Context(), args, s); got != want {
					t.Errorf("%s: exit code %d, want %d\n%s%s", option.name, got, want, out.String(), errs.String())
				}
			}
		})
	}
}
