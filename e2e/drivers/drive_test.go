package drivers

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/lab"
)

// TestDrivers runs every driver against every scenario that it can see, and
// compares what they do with the matrix of the repository.
func TestDrivers(t *testing.T) {
	var cases []connection
	var m matrix
	for _, s := range lab.Scenarios() {
		if !s.Servable() {
			continue
		}
		i, err := lab.Start(t.Context(), s.ID, lab.StartOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(i.Close)
		c, err := newConnection(s.ID, i)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
		m.Scenarios = append(m.Scenarios, row{ID: s.ID, Group: s.Group, Title: s.Title, Finding: s.Finding})
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
			answers[n] = d.measure(t, cases)
			t.Logf("%s: %d scenarios in %.1f s (%s)", d.title, len(answers[n]), time.Since(began).Seconds(), versions[n])
		})
	}
	wg.Wait()
	for n, d := range list {
		if answers[n] == nil {
			continue
		}
		m.Measured = append(m.Measured, measured{Driver: d.id(), Title: d.title, Version: versions[n]})
		for at := range m.Scenarios {
			r := &m.Scenarios[at]
			if a, ok := answers[n][r.ID]; ok {
				r.Cells = append(r.Cells, cell{Driver: d.id(), Connects: a.Connects, Error: normal(a.Error)})
			}
		}
	}
	if *observed != "" {
		write(t, *observed, m)
	}
	before, err := readMatrix()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if len(m.Measured) != len(list) || t.Failed() {
			t.Fatalf("%s is left as it was, because not every driver was measured", matrixFile)
		}
		m.merge(before)
		write(t, matrixFile, m)
		return
	}
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
			if !ok || before.Connects != c.Connects || before.Error != c.Error && !races[r.ID] {
				t.Errorf("%s, %s: not as in %s (-there +here):\n%s", r.ID, c.Driver, matrixFile, cmp.Diff(before, c))
			}
		}
	}
	for id := range wanted {
		t.Errorf("%s: in %s, but no scenario of the lab: run the test with -update", id, matrixFile)
	}
}
