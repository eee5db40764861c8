package driver

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestModels holds every model to what the rules rely on.
func TestModels(t *testing.T) {
	seen := map[string]bool{}
	defaults := []string{}
	for _, m := range Models() {
		id := m.Name + " " + m.Variant
		if seen[id] {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
		if m.Variant == "" {
			defaults = append(defaults, m.Name)
		} else if !slices.Contains(defaults, m.Name) {
			t.Errorf("%s comes before its driver", id)
		}
		if Title(m.Name) == m.Name && m.Name != "mongosh" {
			t.Errorf("%s has no title", m.Name)
		}
		if m.TLS == "" || m.Basis == "" || len(m.Words) == 0 || len(m.Roots) == 0 || m.Stack.Verify == nil || !slices.ContainsFunc(offer.Clients(), func(c offer.Client) bool { return c.Name == m.Offer.Name }) {
			t.Errorf("%s is incomplete: %+v", id, m)
		}
	}
	want := []string{"pymongo", "node", "mongosh", "go", "java", "c", "php", "csharp", "rust", "ruby"}
	if diff := cmp.Diff(want, defaults); diff != "" {
		t.Errorf("drivers as --driver takes them (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, Names()); diff != "" {
		t.Errorf("Names (-want +got):\n%s", diff)
	}
}

// wordless are the events for which the words of a driver are not known. Whoever
// measures them takes them off this list.
var wordless = map[string][]symptom.Event{
	"csharp": {
		symptom.HandshakeTimeout, symptom.ReplyTimeout, symptom.NotMongoDB, symptom.ServerTooOld, symptom.TCPReset, symptom.Alert(112), symptom.Alert(116),
	},
	"c":    {symptom.TCPUnreachable},
	"php":  {symptom.TCPUnreachable},
	"rust": {symptom.NotMongoDB},
	"ruby": {symptom.ReplyTimeout},
}

// TestEveryEventHasWords walks all models and all events of a connection.
func TestEveryEventHasWords(t *testing.T) {
	events := []symptom.Event{
		symptom.NameNotFound, symptom.TCPRefused, symptom.TCPTimeout, symptom.TCPUnreachable, symptom.TCPReset,
		symptom.HandshakeEOF, symptom.HandshakeReset, symptom.HandshakeTimeout, symptom.NotTLS,
		symptom.ReplyEOF, symptom.ReplyReset, symptom.ReplyTimeout, symptom.NotMongoDB,
	}
	for _, code := range []int{40, 42, 45, 48, 70, 80, 112, 116} {
		events = append(events, symptom.Alert(code))
	}
	for _, m := range Models() {
		own := slices.Clone(events)
		switch {
		case m.Old:
			own = append(own, symptom.NoOldSignature)
		case m.Stack.ID != "dotnet" || m.Variant != "":
			own = append(own, symptom.ServerTooOld)
		}
		if m.Staple {
			own = append(own, symptom.StapleRevoked)
		}
		if m.MustStaple {
			own = append(own, symptom.StapleMissing, symptom.StapleInvalid, symptom.StapleUnreadable)
		}
		if m.Responder != NeverAsks {
			own = append(own, symptom.ResponderRevoked)
		}
		if m.CRLFile != NoCRL {
			own = append(own, symptom.Verify(3), symptom.Verify(12), symptom.Verify(23), symptom.CRLFileInvalid)
		}
		if !m.OwnFiles {
			own = append(own, symptom.KeyMismatch, symptom.NoKey, symptom.NoCertificate, symptom.PasswordWrong)
		}
		if m.Stack.Texts == "" && !m.Stack.Silent {
			own = append(own, symptom.Verify(10), symptom.Verify(18), symptom.Verify(20), symptom.Verify(62), symptom.Verify(66))
		}
		for _, event := range own {
			_, ok := symptom.Find(event, m.Words...)
			if missing := slices.Contains(wordless[m.Name], event); ok == missing {
				t.Errorf("%s %s, %s: there are words: %v", m.Name, m.Variant, event, ok)
			}
		}
	}
}

// BenchmarkJudge is all drivers before one endpoint.
func BenchmarkJudge(b *testing.B) {
	root := issue(b, nil, "root", authority)
	middle := issue(b, root, "intermediate", authority)
	f := facts(presenting(issue(b, middle, host, names(host)), middle), trusted(root, verify.StoreCAFile))
	b.ReportAllocs()
	for b.Loop() {
		Judge(f)
	}
}
