// Package internal_test holds the picture of how the packages depend on each
// other to what they import.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/mongotls/mongotls/"

// imports reads what every package of the module imports, without its tests,
// which may look into any room.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, root := range []string{"../internal", "../cmd"} {
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			from := strings.TrimPrefix(path.Dir(filepath.ToSlash(file)), "../")
			// A package that imports nothing is one all the same.
			if _, ok := found[from]; !ok {
				found[from] = nil
			}
			for _, spec := range parsed.Imports {
				to, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				found[from] = append(found[from], strings.TrimPrefix(to, module))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for from, list := range found {
		slices.Sort(list)
		found[from] = slices.Compact(list)
	}
	return found
}

// matches reports whether an import is the pattern or, where that ends in "/",
// is below it.
func matches(pattern, imported string) bool {
	return imported == pattern || strings.HasSuffix(pattern, "/") && strings.HasPrefix(imported, pattern)
}

// io are the packages by which a program meets the world. net/netip is not
// among them: it is arithmetic.
var io = []string{"net", "net/http", "os", "os/exec", "crypto/tls", "syscall", "golang.org/x/net/"}

// pure judge and render, and have no business with the world.
var pure = []string{"internal/certificate", "internal/driver", "internal/explain", "internal/fact", "internal/finding", "internal/offer", "internal/registry", "internal/report", "internal/symptom", "internal/verify"}

// TestForbiddenImports is the table of what must not be, and why.
func TestForbiddenImports(t *testing.T) {
	rules := []struct {
		from, never []string
		because     string
	}{
		{pure, io, "the same facts must give the same report anywhere, long after the connection"},
		{
			[]string{"internal/probe", "internal/scan", "internal/survey", "internal/wire", "internal/target", "internal/keyfile", "internal/truststore", "internal/revocation", "internal/aia", "internal/connection", "internal/tlswire"},
			[]string{"internal/finding", "internal/report"},
			"observing decides nothing: what it sees is a fact, whatever anybody concludes from it",
		},
		{
			[]string{"internal/finding", "internal/driver", "internal/verify", "internal/certificate"},
			[]string{"internal/report"},
			"a rule does not know how its finding will look",
		},
		{
			[]string{"internal/driver"},
			[]string{"internal/finding"},
			"a driver shows what it shows, whatever it is called here",
		},
		{
			[]string{"internal/report"},
			[]string{"internal/certificate", "internal/verify", "internal/symptom"},
			"a renderer that verifies has a rule in it",
		},
		{
			[]string{"internal/fact"},
			[]string{"internal/", "encoding/json"},
			"facts are data that every room shares, so they know none",
		},
		{
			[]string{"internal/symptom"},
			[]string{"internal/"},
			"error texts are data: what predicts and what recognises them share one table",
		},
		{
			[]string{"internal/lab"},
			[]string{"internal/fact", "internal/probe", "internal/scan", "internal/offer", "internal/registry", "internal/tlswire", "internal/finding", "internal/driver", "internal/symptom", "internal/verify", "internal/certificate", "internal/target", "internal/survey"},
			"the lab is what the diagnosis is held to: sharing its code, both could be wrong alike",
		},
	}
	all := imports(t)
	for _, rule := range rules {
		for _, from := range rule.from {
			list, ok := all[from]
			if !ok {
				t.Errorf("there is no package %s any more: %s", from, rule.because)
			}
			for _, imported := range list {
				if slices.ContainsFunc(rule.never, func(pattern string) bool { return matches(pattern, imported) }) {
					t.Errorf("%s imports %s: %s", from, imported, rule.because)
				}
			}
		}
	}
}

// TestWhoMayImport is about packages that only some may know.
func TestWhoMayImport(t *testing.T) {
	rules := []struct {
		imported string
		by       []string
		because  string
	}{
		{"internal/cli", []string{"cmd/mongotls"}, "the command line is where calls begin"},
		{"internal/explain", []string{"internal/cli", "internal/report"}, "what is observed and judged does not read what others wrote of it"},
		{"internal/lab", []string{"internal/cli"}, "nothing that users rely on may need an endpoint that is misconfigured on purpose"},
		{"internal/survey", []string{"internal/cli"}, "a run is observed once, by the command that was asked for it"},
		{"github.com/fatih/color", []string{"internal/cli", "internal/report"}, "colour is a matter of telling"},
		{"github.com/spf13/cobra", []string{"internal/cli"}, "no room behind it knows of commands"},
		{"github.com/spf13/pflag", []string{"internal/cli"}, "no room behind it knows of flags"},
		{"golang.org/x/term", []string{"internal/cli"}, "what is a terminal is decided once, and passed on"},
		{"github.com/youmark/pkcs8", []string{"internal/keyfile"}, "keys are decrypted in one place"},
	}
	all := imports(t)
	for _, rule := range rules {
		var by []string
		for _, from := range slices.Sorted(maps.Keys(all)) {
			if slices.Contains(all[from], rule.imported) {
				by = append(by, from)
			}
		}
		if diff := cmp.Diff(rule.by, by); diff != "" {
			t.Errorf("packages that import %s (%s) (-may +do):\n%s", rule.imported, rule.because, diff)
		}
	}
}
