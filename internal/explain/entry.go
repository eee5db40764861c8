package explain

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/symptom"
)

// Wording is a text by which a failure class shows.
type Wording struct {
	Producer string `json:"producer"`
	// Text is as it is worded; placeholders stand in braces.
	Text string `json:"text"`
}

// Entry explains a failure class that is asked for by its identifier; ok is false
// where there is none.
func Entry(id string) (x *Explanation, ok bool) {
	e, ok := finding.Lookup(finding.ID(id))
	if !ok {
		return nil, false
	}
	return &Explanation{Schema: Schema, Matches: []Match{entry(e)}}, true
}

// Entries is the whole catalogue, in the order of identifiers.
func Entries() *Explanation {
	x := &Explanation{Schema: Schema, Matches: []Match{}}
	for _, e := range finding.Catalogue() {
		x.Matches = append(x.Matches, entry(e))
	}
	slices.SortFunc(x.Matches, func(a, b Match) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return x
}

func entry(e finding.Entry) Match {
	f := &facts{}
	m := f.match(candidate{id: e.ID, confidence: Certain, producer: "unknown"})
	m.Texts = Wordings(e.ID)
	for _, producer := range finding.Producers(e.ID) {
		own := finding.Entry{ID: e.ID}
		_, fix := own.Told(producer, nil)
		m.Fixes = append(m.Fixes, ProducerFix{producer, fix})
	}
	return m
}

// ProducerFix is what to do about a failure class in one driver or tool.
type ProducerFix struct {
	Producer string `json:"producer"`
	// Fix is as Match.Fix.
	Fix []string `json:"fix"`
}

// maxWordings bounds the texts of one producer that an entry shows.
const maxWordings = 3

// Wordings are the texts by which a failure class shows, by producer. What is
// predicted is taken before what is only recognised, and what stands for the class
// first before what it is one cause of.
func Wordings(id finding.ID) []Wording { return allWordings()[id] }

var allWordings = sync.OnceValue(func() map[finding.ID][]Wording {
	type place struct {
		id       finding.ID
		producer string
	}
	texts := map[place][]string{}
	for _, mainly := range []bool{true, false} {
		for _, list := range [][]symptom.Symptom{symptom.All(), symptom.Heard()} {
			// A producer has texts of one of the four kinds: the best there are.
			taken := maps.Clone(texts)
			for _, s := range list {
				if !isPresentable(s.Text) {
					continue
				}
				for i, id := range idsOf(s) {
					p := place{finding.ID(id), wordedBy(s.Producer)}
					if (i == 0) != mainly || len(taken[p]) > 0 || len(texts[p]) == maxWordings || slices.ContainsFunc(texts[p], func(t string) bool { return overlaps(t, s.Text) }) {
						continue
					}
					texts[p] = append(texts[p], s.Text)
				}
			}
		}
	}
	lists := map[finding.ID][]Wording{}
	for p, list := range texts {
		for _, text := range list {
			lists[p.id] = append(lists[p.id], Wording{p.producer, text})
		}
	}
	for _, list := range lists {
		slices.SortStableFunc(list, func(a, b Wording) int { return strings.Compare(a.Producer, b.Producer) })
	}
	return lists
})

// overlaps reports whether one of two texts is part of the other.
func overlaps(a, b string) bool {
	a, b = form(a), form(b)
	return strings.Contains(a, b) || strings.Contains(b, a)
}

// isPresentable reports whether a text can be shown as one: what is recognised can
// be a fragment that ends within quotes.
func isPresentable(s string) bool {
	return strings.Count(s, "'")%2 == 0 && strings.Count(s, `"`)%2 == 0 && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.HasPrefix(s, "{")
}

// wordedBy is what a producer of texts is called.
func wordedBy(p symptom.Producer) string {
	if name, ok := producers[p]; ok {
		return name
	}
	if p == symptom.OperatingOS {
		return "system"
	}
	return "any"
}
