package cli

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/lab"
)

// firstOf is the finding that a report tells first, and its verdict.
type firstOf struct{ Finding, Verdict string }

// withScan are the scenarios of which a scan tells more than check does without:
// some client, current or not, has nothing in common with the server.
var withScan = map[string]firstOf{
	"protocol-tls13":       {"protocol-version", "warn"},
	"suite-ecdhe-chacha20": {"no-shared-cipher", "warn"},
	"group-x25519":         {"no-shared-cipher", "pass"},
}

// TestEveryScenarioSurvivesAScan: with --scan the true cause is found as without,
// and the lab's servers go on. What the scan sees more of is told behind it, except
// where nothing else is wrong.
func TestEveryScenarioSurvivesAScan(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks every scenario for everything")
	}
	for _, c := range lab.Scenarios() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			instance, err := lab.Start(t.Context(), c.ID, lab.StartOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer instance.Close()
			streams := Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Env: func(name string) string { return instance.Env[name] }}
			o := &checkOptions{resolver: instance.Resolver, dial: instance.Dial}
			args := slices.DeleteFunc(slices.Clone(instance.Args), func(a string) bool { return strings.HasPrefix(a, "--quick") })
			if err := checkCommand(o, streams).ParseFlags(append(args, "--scan", "--scan-rate=0")); err != nil {
				t.Fatal(err)
			}
			o.targets, o.quiet = []string{instance.Target}, true
			r, err := check(t.Context(), o, streams)
			if err != nil {
				t.Fatal(err)
			}
			want, more := withScan[c.ID]
			if !more {
				want = firstOf{c.Finding, c.Verdict}
			}
			if diff := cmp.Diff(want, firstOf{firstFinding(r), string(r.Verdict)}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
