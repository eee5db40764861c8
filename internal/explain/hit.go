package explain

import (
	"slices"
	"strings"
)

// hit is a rule that a text has.
type hit struct {
	rule *rule
	// spans are where the literals are.
	spans []span
	// values are what the placeholders stand for, in the text's own letters.
	values map[string]string
	// sketch is whether the text is recognised by single words only.
	sketch bool
}

type span struct{ from, to int }

func (h *hit) span() span { return span{h.spans[0].from, h.spans[len(h.spans)-1].to} }

// length is how much of the text is literal: the longer, the more telling.
func (h *hit) length() int {
	n := 0
	for _, s := range h.spans {
		n += s.to - s.from
	}
	return n
}

// maxHits bounds what is found in one text, and maxGap what a placeholder stands
// for: both bound the time that a hostile text can take.
const (
	maxHits = 20_000
	maxGap  = 300
)

// shortText is up to where looking for one anchor after the other takes less time
// than making the index.
const shortText = 4 << 10

// find returns what rules the text has, in the order of the text. formed is its
// form.
func (b *rulebook) find(text, formed string) []hit {
	var hits []hit
	take := func(r *rule, from int) {
		anchor := r.literals[r.anchor]
		if len(hits) >= maxHits || !strings.HasPrefix(formed[from:], anchor) {
			return
		}
		if h, ok := r.match(text, formed, span{from, from + len(anchor)}); ok && h.isOfFile() {
			hits = append(hits, h)
		}
	}
	if len(formed) <= shortText {
		for _, r := range b.rules {
			anchor := r.literals[r.anchor]
			for from := 0; ; from++ {
				at := strings.Index(formed[from:], anchor)
				if at < 0 {
					break
				}
				from += at
				take(r, from)
			}
		}
		return uncovered(hits)
	}
	x := b.index()
	x.words.scan(formed, func(word, end int) {
		for _, r := range x.byWord[word] {
			take(r, end-x.lengths[word])
		}
	})
	return uncovered(hits)
}

// match completes a rule around its anchor.
func (r *rule) match(text, formed string, anchor span) (hit, bool) {
	spans := make([]span, len(r.literals))
	spans[r.anchor] = anchor
	for i := r.anchor + 1; i < len(r.literals); i++ {
		from := spans[i-1].to
		window := formed[from:min(len(formed), from+maxGap+len(r.literals[i]))]
		// A placeholder stands for something.
		at := -1
		if len(window) > 1 {
			at = strings.Index(window[1:], r.literals[i])
		}
		if at < 0 {
			return hit{}, false
		}
		spans[i] = span{from + 1 + at, from + 1 + at + len(r.literals[i])}
	}
	for i := r.anchor - 1; i >= 0; i-- {
		to := spans[i+1].from
		from := max(0, to-maxGap-len(r.literals[i]))
		if to-1 < from {
			return hit{}, false
		}
		at := strings.LastIndex(formed[from:max(from, to-1)], r.literals[i])
		if at < 0 {
			return hit{}, false
		}
		spans[i] = span{from + at, from + at + len(r.literals[i])}
	}
	for i, s := range spans {
		if s.from == s.to {
			continue
		}
		if i == 0 && !isEdge(formed, s.from) || i == len(spans)-1 && !isEdge(formed, s.to) {
			return hit{}, false
		}
	}
	h := hit{rule: r, spans: spans}
	for i, name := range r.names {
		value := ""
		switch {
		case i+1 < len(spans) && spans[i+1].to > spans[i+1].from || i+1 < len(spans)-1:
			value = text[spans[i].to:spans[i+1].from]
		default:
			value = wordAt(text, spans[i].to)
		}
		if h.values == nil {
			h.values = map[string]string{}
		}
		h.values[name] = strings.Trim(value, " '\"`.,;")
	}
	return h, true
}

// wordAt is the word that begins at i, for a placeholder at the end of a text.
func wordAt(text string, i int) string {
	rest := strings.TrimLeft(text[i:min(len(text), i+maxGap)], " '\"")
	if end := strings.IndexAny(rest, " ,;)]}'\"<>"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// isEdge reports whether no word goes on across the position.
func isEdge(text string, at int) bool {
	return at == 0 || at == len(text) || !isWord(text[at-1]) || !isWord(text[at])
}

// fileWords are in the names of files that have to do with TLS.
var fileWords = []string{"pem", "crt", "cer", "key", "p12", "pfx", "jks", "crl", "ca", "ssl", "tls", "truststore", "mongo"}

// isOfFile reports whether a hit that says that a file cannot be read names one
// that can have to do with TLS. Files of other kinds are missing in the same words.
func (h *hit) isOfFile() bool {
	file, ok := h.values["file"]
	if !ok || h.rule.ids[0] != "file-unreadable" {
		return true
	}
	lower := strings.ToLower(file + strings.Join(h.rule.literals, " "))
	return slices.ContainsFunc(fileWords, func(w string) bool { return wordIndex(lower, w) >= 0 || strings.Contains(lower, "."+w) })
}

// uncovered leaves out hits that are a part of a longer one.
func uncovered(hits []hit) []hit {
	slices.SortStableFunc(hits, func(a, b hit) int {
		if d := a.span().from - b.span().from; d != 0 {
			return d
		}
		return b.length() - a.length()
	})
	var kept []hit
	for _, h := range hits {
		for len(kept) > 0 && kept[len(kept)-1].goesOnIn(&h) {
			kept = kept[:len(kept)-1]
		}
		covered := false
		// Hits that can cover this one begin near it.
		for i := len(kept) - 1; i >= 0 && i > len(kept)-20; i-- {
			if kept[i].covers(&h) {
				covered = true
				kept[i].join(&h)
				break
			}
		}
		if !covered {
			kept = append(kept, h)
		}
	}
	return kept
}

// goesOnIn reports whether the text that a hit is of goes on, and a later one that
// begins within it says more: "fatal alert: bad_certificate" and what ends in
// "bad_certificate_status_response".
func (h *hit) goesOnIn(later *hit) bool {
	if len(h.spans) != 1 || len(later.spans) != 1 {
		return false
	}
	a, b := h.span(), later.span()
	const least = 16
	return b.from > a.from && b.to > a.to && a.to-b.from >= least
}

// join takes over what a shorter text that says the same may stand for beside it.
func (h *hit) join(other *hit) {
	if h.rule.ids[0] != other.rule.ids[0] || len(other.rule.ids) == 1 {
		return
	}
	r := *h.rule
	r.ids = appendNew(slices.Clone(r.ids), other.rule.ids...)
	h.rule = &r
}

// covers reports whether one literal of h holds all of another.
func (h *hit) covers(other *hit) bool {
	o := other.span()
	for _, s := range h.spans {
		if s.from <= o.from && o.to <= s.to && s.to-s.from > other.length() {
			return true
		}
	}
	return false
}
