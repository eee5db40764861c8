package drivers

import (
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/lab"
)

// halfway are scenarios whose peer goes no further than what they are about. Real
// ones stand in for them: see peers.
var halfway = map[string]bool{"no-shared-cipher-dhe": true, "dh-too-small": true}

// left are the groups and scenarios that are not in the matrix, and why.
var left = map[string]string{
	"Clouds":           "other scenarios show the same without the provider's name",
	"too-many-members": "a driver starts a thread or two for each of ten thousand members",
}

// measurable reports whether drivers can be led to a scenario here: those of named
// members by the hosts file.
func measurable(s lab.Scenario) bool {
	return (s.Servable() || s.Group == "Members") && !halfway[s.ID] && left[s.Group] == "" && left[s.ID] == ""
}

// authenticates reports whether a connection string goes on to authenticate a
// user. Whether that succeeds is the server's decision behind a connection, and no
// driver's: it is not in the matrix.
func authenticates(uri string) bool { return strings.Contains(uri, "authMechanism=") }

// TestDrivers runs every driver against every scenario that it can see, and
// compares what they do with the matrix of the repository.
func TestDrivers(t *testing.T) {
	var cases []connection
	var m matrix
	for _, s := range lab.Scenarios() {
		if !measurable(s) {
			continue
		}
		i := start(t, s.ID)
		if authenticates(i.URI) {
			continue
		}
		c, err := newConnection(s.ID, i)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
		m.Scenarios = append(m.Scenarios, row{ID: s.ID, Group: s.Group, Title: s.Title, Finding: s.Finding})
	}
	healthy := start(t, "healthy")
	for _, v := range variations {
		c, err := v.connection(healthy)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
		m.Scenarios = append(m.Scenarios, row{ID: v.id, Group: variationGroup, Title: v.title, Finding: v.finding})
	}
	before, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	plain := startPlain(t)
	for _, p := range peers {
		cases = append(cases, p.start(t, plain))
		m.Scenarios = append(m.Scenarios, row{ID: p.id, Group: peerGroup, Title: p.title, Finding: p.finding})
	}
	predictions, refused := predictAll(t, cases)
	for _, r := range m.Scenarios {
		if got := refused[r.ID]; got != "" && got != r.Finding {
			t.Errorf("%s: check refuses it with %q, want %q", r.ID, got, r.Finding)
		}
	}
	list := drivers()
	answers := make([]map[string]answer, len(list))
	versions := make([]string, len(list))
	// Most of what drivers do here is wait; two at a time do not disturb each
	// other.
	slots := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for n, d := range list {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			var err error
			if versions[n], err = d.version(t.Context()); err != nil {
				missing(t, "%s: NOT MEASURED: %v", d.title, err)
				return
			}
			began := time.Now()
			own := d.share(t, cases)
			answers[n] = d.measure(t, own)
			d.again(t, own, answers[n], before)
			t.Logf("%s: %d scenarios in %.1f s (%s)", d.title, len(answers[n]), time.Since(began).Seconds(), versions[n])
		})
	}
	wg.Wait()
	for n, d := range list {
		if answers[n] == nil {
			continue
		}
		m.Measured = append(m.Measured, measured{Driver: d.id(), Title: d.title, Short: d.short, Setting: d.setting, Version: versions[n]})
		for at := range m.Scenarios {
			r := &m.Scenarios[at]
			a, ok := answers[n][r.ID]
			if !ok {
				continue
			}
			c := cell{Driver: d.id(), Connects: a.Connects, Error: normal(a.Error)}
			if p, ok := predictions[r.ID][d.id()]; ok {
				c.Predicted = &p
			} else if refused[r.ID] != "option-conflict" {
				t.Errorf("%s, %s: nothing is predicted", r.ID, d.id())
			}
			r.Cells = append(r.Cells, c)
		}
	}
	if *observed != "" {
		write(t, *observed, m)
	}
	if *update {
		if len(m.Measured) != len(list) || t.Failed() {
			t.Fatalf("%s is left as it was, because not every driver was measured", matrixFile)
		}
		m.merge(before)
		write(t, matrixFile, m)
		judge(t, m)
		return
	}
	m.merge(before)
	judge(t, m)
	compare(t, before, m)
}

func write(t *testing.T, path string, m matrix) {
	t.Helper()
	content, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// again repeats, with more patience, what went otherwise than before: on a busy
// machine that may be for want of time.
func (d driver) again(t *testing.T, cases []connection, answers map[string]answer, before matrix) {
	t.Helper()
	var other []connection
	for _, c := range cases {
		was, ok := before.of(c.ID).of(d.id())
		a := answers[c.ID]
		if ok && (was.Connects != a.Connects || !sameWords(c.ID, normal(was.Error), normal(a.Error))) && !races[c.ID] {
			if err := c.setURI(patience); err != nil {
				t.Fatal(err)
			}
			other = append(other, c)
		}
	}
	// A machine that is busy touches a few; what touches many is another driver.
	const most = 40
	if len(other) == 0 || len(other) > most {
		return
	}
	t.Logf("%s: %d scenarios again", d.title, len(other))
	maps.Copy(answers, d.measure(t, other))
}

// start runs a scenario until the test ends.
func start(t *testing.T, id string) *lab.Instance {
	t.Helper()
	i, err := lab.Start(t.Context(), id, lab.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

// missing says that a driver was not measured. In CI, where the script installs
// all of them, that is an error.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Errorf(format, args...)
		return
	}
	t.Logf(format, args...)
}

// compare holds what was observed to the matrix of the repository.
func compare(t *testing.T, want, got matrix) {
	t.Helper()
	wanted := map[string]row{}
	for _, r := range want.Scenarios {
		wanted[r.ID] = r
	}
	for _, r := range got.Scenarios {
		w, ok := wanted[r.ID]
		delete(wanted, r.ID)
		if !ok {
			t.Errorf("%s: not in %s, which is out of date: run the test with -update", r.ID, matrixFile)
			continue
		}
		for _, c := range r.Cells {
			before, ok := w.of(c.Driver)
			if !ok || before.Connects != c.Connects || !sameWords(r.ID, before.Error, c.Error) && !races[r.ID] {
				t.Errorf("%s, %s: not as in %s (-there +here):\n%s", r.ID, c.Driver, matrixFile, cmp.Diff(before, c))
			}
		}
	}
	for id := range wanted {
		t.Errorf("%s: in %s, but no scenario of the lab: run the test with -update", id, matrixFile)
	}
}
