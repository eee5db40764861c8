package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTargetList(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		err        string
	}{
		{name: "one target per line", text: "db1\ndb2:27018\n", want: []string{"db1", "db2:27018"}},
		{name: "no line feed at the end", text: "db1\ndb2", want: []string{"db1", "db2"}},
		{name: "comments and empty lines", text: "# all\n\n  # of it\ndb1\n", want: []string{"db1"}},
		{name: "a # further on belongs to the target", text: "mongodb://h/?appName=a#b", want: []string{"mongodb://h/?appName=a#b"}},
		{name: "white space around it", text: "\t db1 \n", want: []string{"db1"}},
		{name: "Windows line ends", text: "db1\r\ndb2\r\n", want: []string{"db1", "db2"}},
		{name: "a byte order mark", text: "\ufeffdb1\n", want: []string{"db1"}},
		{name: "nothing", text: "", want: nil},
		{name: "a line that is no target", text: "db1\n" + strings.Repeat("x", maxTargetLine+1), err: "line 2: longer than 65536 bytes"},
		{name: "more than one run takes", text: strings.Repeat("h\n", maxTargets+1), err: "line 100001: more than 100000 targets"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseTargetList(strings.NewReader(test.text))
			said := ""
			if err != nil {
				said = err.Error()
			}
			if said != test.err {
				t.Fatalf("error %q, want %q", said, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParseTargetList(f *testing.F) {
	for _, seed := range []string{"", "db1\n# x\n\ndb2", "\ufeff#\r\n", "a\x00b\n\xff", "mongodb://u:p@h/?x#y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseTargetList(strings.NewReader(text))
		if err != nil {
			return
		}
		if lines := strings.Count(text, "\n") + 1; len(list) > lines {
			t.Errorf("%d targets of %d lines", len(list), lines)
		}
		for _, target := range list {
			if target == "" || target != strings.TrimSpace(target) || strings.HasPrefix(target, "#") || strings.Contains(target, "\n") {
				t.Errorf("%q is no target", target)
			}
		}
		again, err := parseTargetList(strings.NewReader(strings.Join(list, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(list, again); diff != "" {
			t.Errorf("the same list, read again (-first +again):\n%s", diff)
		}
	})
}
