package report

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// colorCode is what Theme adds, and the only control sequence allowed.
var colorCode = regexp.MustCompile("\x1b\\[[0-9;]*m")

// forms are all that the options make of a report's text.
func forms() []TextOptions {
	var list []TextOptions
	for _, width := range []int{0, 1, 40, 80} {
		list = append(list,
			TextOptions{Width: width},
			TextOptions{Width: width, Verbose: true, Unicode: true},
			TextOptions{Width: width, Quiet: true})
	}
	return list
}

func TestEveryLineIsFitForATerminal(t *testing.T) {
	for _, s := range samples {
		for _, o := range forms() {
			for line := range strings.Lines(render(t, s.report(), o)) {
				line = strings.TrimSuffix(line, "\n")
				if line != Clean(line) {
					t.Fatalf("%s %+v: not clean: %q", s.name, o, line)
				}
				if strings.HasSuffix(line, " ") {
					t.Fatalf("%s %+v: trailing space: %q", s.name, o, line)
				}
			}
		}
	}
}

func TestColorAddsNothingButColor(t *testing.T) {
	for _, s := range samples {
		for _, o := range forms() {
			want := render(t, s.report(), o)
			o.Color = true
			got := render(t, s.report(), o)
			if diff := cmp.Diff(want, colorCode.ReplaceAllString(got, "")); diff != "" {
				t.Fatalf("%s %+v (-plain +colored without its codes):\n%s", s.name, o, diff)
			}
			if got == want {
				t.Fatalf("%s %+v: no color", s.name, o)
			}
		}
	}
}

func TestWrappingLosesNoWord(t *testing.T) {
	for _, s := range samples {
		for _, o := range forms() {
			// A rail before a continued line is decoration, not a word.
			fields := func(o TextOptions) string {
				text := strings.NewReplacer("|", " ", "│", " ").Replace(render(t, s.report(), o))
				return strings.Join(strings.Fields(text), " ")
			}
			unwrapped := o
			unwrapped.Width = 0
			if r := s.report(); len(r.Targets[0].Endpoints) > 1 {
				// The table of members becomes a list, which has the same words in
				// other places.
				var names []string
				for _, e := range r.Targets[0].Endpoints {
					for _, c := range e.Certificates {
						names = append(names, c.DNSNames...)
					}
				}
				if diff := cmp.Diff(vocabulary(fields(unwrapped), names), vocabulary(fields(o), names)); diff != "" {
					t.Fatalf("%s %+v, words (-unwrapped +wrapped):\n%s", s.name, o, diff)
				}
				continue
			}
			if diff := cmp.Diff(fields(unwrapped), fields(o)); diff != "" {
				t.Fatalf("%s %+v (-unwrapped +wrapped):\n%s", s.name, o, diff)
			}
		}
	}
}

// vocabulary are the different words of a text, without those that head the
// table of members, or stand in the list in their place, and without the
// certificates' names, which a narrow table has no room for.
func vocabulary(text string, names []string) []string {
	words := strings.Fields(strings.ReplaceAll(text, ",", " "))
	words = slices.DeleteFunc(words, func(w string) bool {
		return slices.Contains(names, w) || slices.Contains([]string{"member", "address", "version", "certificate", "days", "left", "verdict"}, w)
	})
	slices.Sort(words)
	return slices.Compact(words)
}

func TestLinesKeepToTheWidth(t *testing.T) {
	for _, s := range samples {
		if s.name == "hostile" {
			continue // its words are longer than any of these widths
		}
		for _, width := range []int{40, 80, 200} {
			text := render(t, s.report(), TextOptions{Width: width})
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				words := len(strings.Fields(strings.TrimLeft(line, " |+-")))
				if utf8.RuneCountInString(line) > width && words > 1 && !isCommand(s.report(), line) {
					t.Errorf("%s at %d: %q", s.name, width, line)
				}
			}
		}
	}
}

// isCommand reports whether a line is a command of one of the report's
// findings, alone and unbroken.
func isCommand(r *Report, line string) bool {
	for _, target := range r.Targets {
		all := target.Findings
		for _, e := range target.Endpoints {
			all = append(all, e.Findings...)
		}
		for _, f := range all {
			for _, fix := range f.Fix {
				if command, ok := strings.CutPrefix(fix, commandMark); ok && strings.TrimLeft(line, " ") == command {
					return true
				}
			}
		}
	}
	return false
}

func TestCommandsStandAlone(t *testing.T) {
	const command = `mongosh --host db1.example.com --tls --eval 'db.adminCommand({rotateCertificates: 1, message: "renewed"})'`
	for _, width := range []int{0, 20, 40, 80} {
		found := false
		for line := range strings.Lines(render(t, reportOf(t, "expired-leaf"), TextOptions{Width: width})) {
			found = found || strings.TrimSpace(line) == command
		}
		if !found {
			t.Errorf("width %d: the command is not on a line of its own", width)
		}
	}
}

func TestVerdictLines(t *testing.T) {
	fails := func(id finding.ID, title string) finding.Finding {
		return finding.Finding{ID: id, Severity: finding.Fail, Title: title}
	}
	warns := finding.Finding{ID: "cert-lifetime", Severity: finding.Warn, Title: "valid for too long"}
	endpoint := func(v finding.Verdict, list ...finding.Finding) Endpoint {
		return Endpoint{Endpoint: fact.Endpoint{Host: "a.example.com", Port: 27017}, Verdict: v, Findings: list}
	}
	tests := []struct {
		name   string
		policy finding.Policy
		target Target
		want   string
	}{
		{
			name:   "say the first finding's title",
			target: Target{Endpoints: []Endpoint{endpoint(finding.Failure, fails("cert-expired", "certificate expired"))}},
			want:   "FAIL  a.example.com:27017  certificate expired\n",
		},
		{
			name: "count what else fails",
			target: Target{Endpoints: []Endpoint{endpoint(finding.Failure, fails("cert-expired", "certificate expired"), warns,
				fails("hostname-mismatch", "wrong name"), fails("revoked", "revoked"))}},
			want: "FAIL  a.example.com:27017  certificate expired (+2 more)\n",
		},
		{
			name:   "prefer the finding of the verdict's severity",
			target: Target{Endpoints: []Endpoint{endpoint(finding.Failure, warns, fails("cert-expired", "certificate expired"))}},
			want:   "FAIL  a.example.com:27017  certificate expired\n",
		},
		{
			name:   "pass over ignored findings",
			policy: finding.Policy{Ignore: []finding.ID{"cert-expired"}},
			target: Target{Endpoints: []Endpoint{endpoint(finding.Warning, fails("cert-expired", "certificate expired"), warns)}},
			want:   "WARN  a.example.com:27017  valid for too long\n",
		},
		{
			name:   "name no finding that only informs",
			target: Target{Endpoints: []Endpoint{endpoint(finding.Failure, finding.Finding{ID: "x", Severity: finding.Info, Title: "by the way"})}},
			want:   "FAIL  a.example.com:27017\n",
		},
		{
			name:   "tell an unreachable endpoint's finding",
			target: Target{Endpoints: []Endpoint{endpoint(finding.Unreachable, fails("tcp-refused", "nothing listens"))}},
			want:   "UNREACHABLE  a.example.com:27017  nothing listens\n",
		},
		{
			name: "fall back to the failed lookup",
			target: Target{Endpoints: []Endpoint{{Endpoint: fact.Endpoint{Host: "a.example.com", Port: 1, DNS: &fact.DNS{Failure: "not-found"}},
				Verdict: finding.Unreachable}}},
			want: "UNREACHABLE  a.example.com:1  name lookup: not found\n",
		},
		{
			name: "fall back to the failed connection",
			target: Target{Endpoints: []Endpoint{{Endpoint: fact.Endpoint{Host: "2001:db8::1", Port: 1,
				Addresses: []fact.Address{{IP: "2001:db8::1", TCP: fact.TCP{Failure: "timeout"}}}}, Verdict: finding.Unreachable}}},
			want: "UNREACHABLE  [2001:db8::1]:1  TCP: timeout\n",
		},
		{
			name:   "name a target without endpoints",
			target: Target{Target: fact.Target{Input: "mongodb+srv://a.example.com"}, Verdict: finding.Failure, Findings: []finding.Finding{fails("srv-not-found", "no SRV record")}},
			want:   "FAIL  mongodb+srv://a.example.com  no SRV record\n",
		},
		{
			name: "name a target that has failures of its own beside its endpoints",
			target: Target{Target: fact.Target{Input: "a.example.com"}, Verdict: finding.Failure, Findings: []finding.Finding{warns, fails("file-unreadable", "the CA file cannot be read")},
				Endpoints: []Endpoint{endpoint(finding.Pass)}},
			want: "FAIL  a.example.com        the CA file cannot be read\nPASS  a.example.com:27017\n",
		},
		{
			name: "name a target that has warnings of its own",
			target: Target{Target: fact.Target{Input: "a.example.com"}, Verdict: finding.Warning, Findings: []finding.Finding{warns},
				Endpoints: []Endpoint{endpoint(finding.Pass)}},
			want: "WARN  a.example.com        valid for too long\nPASS  a.example.com:27017\n",
		},
		{
			name: "do not name a target whose findings only inform",
			target: Target{Target: fact.Target{Input: "a.example.com"}, Findings: []finding.Finding{{ID: "x", Severity: finding.Info, Title: "by the way"}},
				Endpoints: []Endpoint{endpoint(finding.Pass)}},
			want: "PASS  a.example.com:27017\n",
		},
		{
			name: "say of plaintext that it is",
			target: Target{Endpoints: []Endpoint{{Endpoint: fact.Endpoint{Host: "a.example.com", Port: 27017,
				Server: &fact.Server{Plaintext: "accepted", Version: "7.0"}}, Verdict: finding.Pass}}},
			want: "PASS  a.example.com:27017  without TLS, MongoDB 7.0\n",
		},
		{
			name: "are counted from four on",
			target: Target{Endpoints: []Endpoint{endpoint(finding.Pass), endpoint(finding.Warning, warns),
				endpoint(finding.Unreachable), endpoint(finding.Failure), endpoint(finding.Failure)}},
			want: "5 checked: 2 fail, 1 unreachable, 1 with a warning, 1 passes\n" +
				"PASS         a.example.com:27017\nWARN         a.example.com:27017  valid for too long\n" +
				"UNREACHABLE  a.example.com:27017\nFAIL         a.example.com:27017\nFAIL         a.example.com:27017\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sampleReport(tt.target.Verdict, tt.target)
			r.Policy = tt.policy
			if diff := cmp.Diff(tt.want, render(t, r, TextOptions{Quiet: true})); diff != "" {
				t.Errorf("verdict lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextOfNothing(t *testing.T) {
	if diff := cmp.Diff("Nothing was checked.\n", render(t, &Report{}, TextOptions{})); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestTimeLeftIsCountedFrom(t *testing.T) {
	day := func(n int) time.Time { return leaf().NotAfter.AddDate(0, 0, -n) }
	tests := []struct {
		name    string
		now, at time.Time
		want    string
	}{
		{"the given time", day(5), day(7), "5 days left"},
		{"the time validity is judged at", time.Time{}, day(7), "7 days left"},
		{"the start of the run", time.Time{}, time.Time{}, "62 days left"},
		{"a time before it is valid", leaf().NotBefore.Add(-time.Hour), time.Time{}, "valid only in 1 hour"},
		{"a time after it was valid", leaf().NotAfter.Add(90 * time.Second), time.Time{}, "expired 1 minute ago"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := reportOf(t, "healthy")
			r.Policy.At = tt.at
			want := "2026-10-01 to 2027-01-24, " + tt.want + ", ECDSA-P256"
			if got := render(t, r, TextOptions{Now: tt.now}); !strings.Contains(got, want) {
				t.Errorf("no %q in:\n%s", want, got)
			}
		})
	}
}

func TestDrawingIsBounded(t *testing.T) {
	e := db1()
	e.Certificates = e.Certificates[:1]
	e.Chain.Paths = nil
	for i := range 100 {
		path := []string{fingerprint("leaf")}
		for j := range 100 {
			path = append(path, fingerprint(fmt.Sprint("ca ", i, j)))
		}
		e.Chain.Paths = append(e.Chain.Paths, path)
		e.Certificates = append(e.Certificates, fact.Certificate{Subject: "CN=spare", SHA256: fingerprint(fmt.Sprint("spare ", i))})
	}
	got := render(t, sampleReport(finding.Failure, bareHost(e)), TextOptions{})
	if n := strings.Count(got, "\n"); n > 400 {
		t.Errorf("%d lines for a chain of ten thousand certificates", n)
	}
	for _, want := range []string{"and 92 more paths\n", "and 80 more\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %d bytes of text", want, len(got))
		}
	}
}

func TestUnconnectedCertificatesAreBounded(t *testing.T) {
	e := db1()
	e.Chain, e.Certificates = nil, nil
	for i := range 100 {
		e.Certificates = append(e.Certificates, fact.Certificate{Subject: fmt.Sprint("CN=", i), Issuer: fmt.Sprint("CN=", i+1), SHA256: fingerprint(fmt.Sprint(i))})
	}
	got := render(t, sampleReport(finding.Failure, bareHost(e)), TextOptions{})
	for _, want := range []string{"+- CN=15\n", "also sent: CN=16\n", "also sent: CN=35\n", "and 64 more\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %d bytes of text", want, len(got))
		}
	}
}

// brokenWriter fails as a closed pipe does.
type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriteErrorsAreTold(t *testing.T) {
	broken := errors.New("broken pipe")
	r := reportOf(t, "healthy")
	for name, err := range map[string]error{
		"WriteText":   WriteText(brokenWriter{broken}, r, TextOptions{}),
		"EncodeJSON":  EncodeJSON(brokenWriter{broken}, r),
		"EncodeError": EncodeError(brokenWriter{broken}, ErrorDetail{}),
	} {
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v, want %v", name, err, broken)
		}
	}
}
