package report

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

const goldenDir = "testdata"

// golden compares got with a golden file, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(goldenDir, name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; run with -update to accept):\n%s", path, diff)
	}
}

// rendering is a sample in one form.
type rendering struct {
	sample  string
	suffix  string
	options TextOptions
}

func (r rendering) file() string { return r.sample + r.suffix + ".golden" }

// renderings lists every golden file: each sample in three widths, and the
// other forms where they make a difference.
func renderings() []rendering {
	var list []rendering
	for _, s := range samples {
		list = append(list,
			rendering{s.name, "", TextOptions{}},
			rendering{s.name, "-80", TextOptions{Width: 80}},
			rendering{s.name, "-40", TextOptions{Width: 40}})
	}
	for _, name := range []string{"healthy", "expired-leaf", "mixed", "hostile"} {
		list = append(list, rendering{name, "-80-color", TextOptions{Width: 80, Color: true}})
	}
	for _, name := range []string{"healthy", "expired-leaf", "many", "cross-signed", "client-certificate-refused", "hostile", "replica-set"} {
		list = append(list, rendering{name, "-80-verbose", TextOptions{Width: 80, Verbose: true, Unicode: true}})
	}
	for _, name := range []string{"expired-leaf", "mixed", "many", "replica-set"} {
		list = append(list, rendering{name, "-quiet", TextOptions{Quiet: true, Verbose: true}})
	}
	return list
}

func reportOf(t *testing.T, name string) *Report {
	t.Helper()
	i := slices.IndexFunc(samples, func(s sample) bool { return s.name == name })
	if i < 0 {
		t.Fatalf("no sample %q", name)
	}
	return samples[i].report()
}

func TestGolden(t *testing.T) {
	for _, r := range renderings() {
		t.Run(r.file(), func(t *testing.T) {
			golden(t, r.file(), render(t, reportOf(t, r.sample), r.options))
		})
	}
}

func TestNoGoldenFileIsOrphaned(t *testing.T) {
	var want []string
	for _, r := range renderings() {
		want = append(want, filepath.Join(goldenDir, r.file()))
	}
	for _, r := range explanationRenderings {
		want = append(want, filepath.Join(goldenDir, "explanation-"+r.file()))
	}
	slices.Sort(want)
	got, err := filepath.Glob(filepath.Join(goldenDir, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("golden files (-want +got):\n%s", diff)
	}
}
