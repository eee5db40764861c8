package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// crowd is a target with so many endpoints. Each fails in one of the ways.
func crowd(count, ways int) Target {
	t := replicaSet()
	t.Endpoints = nil
	for i := range count {
		e := db1()
		e.Host, e.Source = fmt.Sprintf("db%d.example.com", i), "member"
		e.Verdict = finding.Failure
		e.Findings = []finding.Finding{{ID: finding.ID(fmt.Sprintf("way-%d", i%ways)), Severity: finding.Fail, Title: "It fails", Detail: "Seen at " + e.Host + "."}}
		t.Endpoints = append(t.Endpoints, e)
	}
	return t
}

// TestDeploymentsAreBounded: however many members there are, the text stays one
// that is read, and says what it leaves out.
func TestDeploymentsAreBounded(t *testing.T) {
	tests := []struct {
		name        string
		count, ways int
		most        int
		says        []string
	}{
		{"all alike", 500, 1, 140, []string{"and 450 more (450 FAIL); -v shows them", "The same findings as at db0.example.com:27017", "and 479 more; -v shows them"}},
		{"each in its own way", 500, 500, 420, []string{"and 450 more (450 FAIL); -v shows them", "490 endpoints that fail in other ways are not shown"}},
		{"as many as a set can have", 50, 1, 140, []string{"and 29 more; -v shows them"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sampleReport(finding.Failure, crowd(tt.count, tt.ways))
			text := render(t, r, TextOptions{Width: 120})
			if lines := strings.Count(text, "\n"); lines > tt.most {
				t.Errorf("%d lines, more than %d", lines, tt.most)
			}
			for _, s := range tt.says {
				if !strings.Contains(text, s) {
					t.Errorf("it does not say %q", s)
				}
			}
			verbose := render(t, r, TextOptions{Width: 120, Verbose: true})
			if n := strings.Count(verbose, "\nSeen at "); n != tt.count {
				t.Errorf("-v shows %d endpoints in full, want %d", n, tt.count)
			}
		})
	}
}

// TestMembersThatAreNotLookedAt: a reader learns of them, and why.
func TestMembersThatAreNotLookedAt(t *testing.T) {
	target := bareHost(db1())
	target.Discovery = &fact.Discovery{Reason: "--no-members", Named: 3}
	text := render(t, sampleReport(finding.Pass, target), TextOptions{})
	if want := "members      3 are named, not looked at: --no-members"; !strings.Contains(text, want) {
		t.Errorf("it does not say %q:\n%s", want, text)
	}
}
