package explain

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/symptom"
)

// rule recognises one text of the symptoms' catalogue.
type rule struct {
	symptom.Symptom
	// ids are the findings that the text may stand for, most likely first.
	ids []finding.ID
	// literals are what stands between the placeholders, which names names, in the
	// form that texts are compared in. names has one fewer.
	literals, names []string
	// anchor is the literal that the text is looked for by.
	anchor int
	// predicted is whether the text is one that check predicts.
	predicted bool
}

// rulebook is every rule.
type rulebook struct {
	rules []*rule
	// index finds the rules that a long text may have; it is made for the first one.
	index func() *index
}

// index finds anchors in one pass over a text.
type index struct {
	// byWord are the rules whose anchors begin with the same word, by its number.
	byWord [][]*rule
	words  *automaton
	// lengths are those of the words.
	lengths []int
}

// wordLength is how much of an anchor the automaton looks for: enough to be rare,
// little enough to be built in a millisecond.
const wordLength = 12

// theRules are made when the first text is looked at: other commands need none.
var theRules = sync.OnceValue(newRulebook)

// minAnchor is the shortest anchor. Shorter words, such as EOF, are parts of too
// much else; longer symptoms have them.
const minAnchor = 5

func newRulebook() *rulebook {
	heard, predicted := symptom.Heard(), symptom.All()
	byText := make(map[string]*rule, len(heard)+len(predicted))
	order := make([]*rule, 0, len(heard)+len(predicted))
	add := func(s symptom.Symptom, predicted bool) {
		r := newRule(s)
		if r == nil {
			return
		}
		r.predicted = predicted
		key := r.literals[0]
		if len(r.literals) > 1 {
			key = strings.Join(r.literals, "\x00")
		}
		switch same := byText[key]; {
		case same == nil:
			byText[key] = r
			order = append(order, r)
		case same.predicted:
			// A prediction knows the case; of several, a reader knows none.
			same.ids = appendNew(same.ids, r.ids...)
		}
	}
	for _, s := range heard {
		add(s, false)
	}
	// What is told of a case only where nothing stands around it comes last.
	for _, whole := range []bool{false, true} {
		for _, s := range predicted {
			if s.Whole == whole {
				add(s, true)
			}
		}
	}
	for _, r := range order {
		if event := string(r.Event); r.predicted && !strings.HasPrefix(event, "verify-") && !strings.HasPrefix(event, "alert-") {
			r.ids = vagueFirst(r.ids)
		}
	}
	return &rulebook{rules: order, index: sync.OnceValue(func() *index { return newIndex(order) })}
}

func newIndex(rules []*rule) *index {
	x := &index{}
	number := make(map[string]int, len(rules))
	words := make([]string, 0, len(rules))
	for _, r := range rules {
		anchor := r.literals[r.anchor]
		word := anchor[:min(len(anchor), wordLength)]
		i, ok := number[word]
		if !ok {
			i = len(words)
			number[word] = i
			words = append(words, word)
			x.byWord = append(x.byWord, nil)
			x.lengths = append(x.lengths, len(word))
		}
		x.byWord[i] = append(x.byWord[i], r)
	}
	x.words = newAutomaton(words)
	return x
}

// newRule is nil for a symptom that is too short to be told from other text.
func newRule(s symptom.Symptom) *rule {
	r := &rule{Symptom: s}
	if strings.Contains(s.Text, "{") {
		for _, p := range symptom.Parts(s.Text) {
			r.literals = append(r.literals, form(squeezeKeep(p.Literal)))
			if p.Name != "" {
				r.names = append(r.names, p.Name)
			}
		}
	} else {
		r.literals = []string{form(squeezeKeep(s.Text))}
	}
	r.trim()
	for i, l := range r.literals {
		if len(l) > len(r.literals[r.anchor]) {
			r.anchor = i
		}
	}
	if len(r.literals[r.anchor]) < minAnchor || slices.Contains(tooCommon, r.literals[r.anchor]) {
		return nil
	}
	ids := idsOf(s)
	if len(ids) == 0 {
		return nil
	}
	r.ids = make([]finding.ID, len(ids))
	for i, id := range ids {
		r.ids[i] = finding.ID(id)
	}
	return r
}

// tooCommon are texts that a prediction can be of and that a reader cannot make
// anything of without what is around them.
var tooCommon = []string{"timed out", "connection error", "eoferror"}

// trim takes marks off the ends of the text, and what the placeholders there would
// stand for: prefixes and line numbers that say nothing.
func (r *rule) trim() {
	mark := func(s string) bool { return strings.Trim(s, " :.,;()[]'") == "" }
	for len(r.names) > 0 && mark(r.literals[0]) && r.names[0] != "host" {
		r.literals, r.names = r.literals[1:], r.names[1:]
	}
	for len(r.names) > 0 && mark(r.literals[len(r.literals)-1]) && len(r.literals) > 1 && r.names[len(r.names)-1] == "n" {
		r.literals, r.names = r.literals[:len(r.literals)-1], r.names[:len(r.names)-1]
	}
	r.literals[0] = strings.TrimLeft(r.literals[0], " ")
	last := len(r.literals) - 1
	r.literals[last] = strings.TrimRight(r.literals[last], " ")
	if len(r.names) == 0 {
		r.literals[last] = strings.TrimRight(r.literals[last], ".")
	}
}

// squeezeKeep squeezes a text's spaces but keeps one at each end.
func squeezeKeep(s string) string {
	if !strings.ContainsAny(s, "\t\r\n") && !strings.Contains(s, "  ") {
		return s
	}
	out := squeeze(s)
	if out == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if s[0] == ' ' {
		out = " " + out
	}
	if s[len(s)-1] == ' ' {
		out += " "
	}
	return out
}

// idsOf are a symptom's findings as a reader orders them: what the text says
// itself before what may have caused it.
func idsOf(s symptom.Symptom) []string {
	if n, ok := strings.CutPrefix(string(s.Event), "verify-"); ok {
		if code, err := strconv.Atoi(n); err == nil && len(symptom.VerifyIDs(code)) > 0 {
			return symptom.VerifyIDs(code)
		}
	}
	if n, ok := strings.CutPrefix(string(s.Event), "alert-"); ok {
		if code, err := strconv.Atoi(n); err == nil && len(symptom.AlertIDs(code)) > 0 {
			return symptom.AlertIDs(code)
		}
	}
	return s.IDs
}

// code is how the text's number is called; empty where it has none.
func (r *rule) code() string {
	if n, ok := strings.CutPrefix(string(r.Event), "alert-"); ok {
		return "alert " + n
	}
	if n, ok := strings.CutPrefix(string(r.Event), "verify-"); ok {
		return "X509_V_ERR " + n
	}
	switch {
	case r.Code == "":
		return ""
	case r.Producer == symptom.OpenSSL && len(r.Code) <= 3:
		return "X509_V_ERR " + r.Code
	case r.Producer == symptom.Mongod:
		return "log id " + r.Code
	case r.Producer == symptom.SecureTransport:
		return "OSStatus " + r.Code
	}
	return r.Code
}

// vagueFirst puts what a text says itself before what may have caused it.
func vagueFirst(ids []finding.ID) []finding.ID {
	i := slices.IndexFunc(ids, isVague)
	if i <= 0 {
		return ids
	}
	return toFront(ids, ids[i])
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// isVague is whether a finding says how it ended and not why.
func isVague(id finding.ID) bool {
	return slices.Contains([]finding.ID{"handshake-failure", "handshake-closed", "handshake-timeout", "verify-failed", "undetermined"}, id)
}
