package explain

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/finding"
)

// rank says how much a finding tells of a text. What tells more silences what
// tells less: a cause its wrappers.
type rank int

const (
	rankCause rank = iota
	// rankVague: TLS, or the connection, ended; why is not said.
	rankVague
	// rankElse: the failure is not one of TLS.
	rankElse
	// rankOpaque: that there was a failure.
	rankOpaque
	// rankNothing: nothing was recognised.
	rankNothing
)

func rankOf(id finding.ID) rank {
	switch {
	case id == "undetermined":
		return rankOpaque
	case id == "not-tls-failure":
		return rankElse
	case isVague(id):
		return rankVague
	}
	return rankCause
}

// lead is a finding that a text shows, with the hits that say so.
type lead struct {
	id   finding.ID
	hits []*hit
}

// strength orders leads of one rank.
func (l *lead) strength() (kind, words, length int) {
	for _, h := range l.hits {
		n := 0
		if strings.Contains(strings.Join(h.rule.literals, " "), " ") {
			n = 1
		}
		words, length = max(words, n), max(length, h.length())
	}
	kind = 1
	// That a name or a port is not reached is not why TLS fails where it does.
	if isReaching(l.id) {
		kind = 0
	}
	return kind, words, length
}

func isReaching(id finding.ID) bool {
	return strings.HasPrefix(string(id), "tcp-") || strings.HasPrefix(string(id), "dns-") || strings.HasPrefix(string(id), "srv-")
}

// sighting is all that was recognised in a text.
type sighting struct {
	leads []*lead
	hits  []hit
}

// recognise finds what a normalised text shows.
func recognise(text string) *sighting {
	s := &sighting{}
	if s.look(text); len(s.hits) == 0 {
		s.take(sketched(withoutSettings(text)))
	}
	return s
}

// settings have the words of failures and are none.
var settings = []string{"timeoutms", "timeout=", "timeout:", "requiredclustertype=unknown", "invalidhostnameallowed", "automatically disabling", "disabledprotocols", "not expire"}

// withoutSettings blanks connection strings and settings in a text's form.
func withoutSettings(text string) string {
	formed := form(text)
	blank := func(s string) string { return strings.Repeat(" ", len(s)) }
	if strings.Contains(formed, "mongodb") {
		formed = form(theExpressions().connectionURI.ReplaceAllStringFunc(text, blank))
	}
	for _, s := range settings {
		formed = strings.ReplaceAll(formed, s, blank(s))
	}
	return formed
}

// look finds what rules and numbers a normalised text has.
func (s *sighting) look(text string) {
	formed := form(text)
	s.take(append(theRules().find(text, formed), numbers(formed)...))
}

// take makes leads of hits.
func (s *sighting) take(hits []hit) {
	s.hits = hits
	for i := range s.hits {
		h := &s.hits[i]
		id := h.rule.ids[0]
		at := slices.IndexFunc(s.leads, func(l *lead) bool { return l.id == id })
		if at < 0 {
			s.leads = append(s.leads, &lead{id: id})
			at = len(s.leads) - 1
		}
		s.leads[at].hits = append(s.leads[at].hits, h)
	}
}

// best is the rank of what tells most.
func (s *sighting) best() rank {
	best := rankNothing
	for _, l := range s.leads {
		best = min(best, rankOf(l.id))
	}
	return best
}

// settle leaves the leads that tell most, the most telling first, without what
// one of them causes.
func (s *sighting) settle() []*lead {
	best := s.best()
	var kept []*lead
	for _, l := range s.leads {
		if rankOf(l.id) == best {
			kept = append(kept, l)
		}
	}
	kept = slices.DeleteFunc(kept, func(l *lead) bool {
		return slices.ContainsFunc(kept, func(cause *lead) bool { return silences(cause.id, l.id) })
	})
	slices.SortStableFunc(kept, func(a, b *lead) int {
		ak, aw, al := a.strength()
		bk, bw, bl := b.strength()
		return cmp.Or(cmp.Compare(bk, ak), cmp.Compare(bw, aw), cmp.Compare(bl, al))
	})
	return kept
}

// silences reports whether the catalogue has it that a cause is told without a
// consequence of it.
func silences(cause, consequence finding.ID) bool {
	return slices.Contains(theSilences()[cause], consequence)
}

// theSilences are the catalogue's, by cause.
var theSilences = sync.OnceValue(func() map[finding.ID][]finding.ID {
	m := map[finding.ID][]finding.ID{}
	for _, e := range finding.Catalogue() {
		m[e.ID] = e.Silences
	}
	return m
})

// explanation makes matches of what was recognised.
func (s *sighting) explanation(f *facts, text string) *Explanation {
	x := &Explanation{Schema: Schema, Matches: []Match{}}
	leads := s.settle()
	if len(leads) == 0 {
		return x
	}
	for _, l := range leads {
		for _, h := range l.hits {
			f.learn(h.values)
		}
	}
	by := producerOf(text, leads[0].hits[0].rule)
	for _, c := range weigh(leads, f, by, text) {
		x.Matches = append(x.Matches, f.match(c))
		if len(x.Matches) == maxMatches {
			break
		}
	}
	return x
}

// maxEvidence bounds Match.Evidence in bytes.
const maxEvidence = 300

// evidenceOf is the part of the text around a hit: the sentence that it is in, as
// far as there is room.
func evidenceOf(text string, h *hit) string {
	at := h.span()
	if at.to-at.from > maxEvidence {
		at.to = at.from + maxEvidence
	}
	room := (maxEvidence - (at.to - at.from)) / 2
	from, to := at.from, at.to
	for from > 0 && at.from-from < room && !isBreak(text, from) {
		from--
	}
	for to < len(text) && to-at.to < room && !isBreak(text, to+1) {
		to++
	}
	// A letter of several bytes is not cut in two.
	return strings.ToValidUTF8(strings.Trim(text[from:to], " ,;{}[]"), "")
}

// isBreak reports whether a thought ends before the position.
func isBreak(text string, at int) bool {
	if at <= 0 || at >= len(text) {
		return false
	}
	switch text[at-1] {
	case '{', '}', '<', '>', '|', ';':
		return true
	case '.', ',':
		return text[at] == ' '
	}
	return false
}
