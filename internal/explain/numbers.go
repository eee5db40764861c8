package explain

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/symptom"
)

// numberForms are the ways to name an error by its number alone.
var numberForms = sync.OnceValue(func() []numberForm {
	decimal := func(s string) (int, bool) {
		n, err := strconv.Atoi(s)
		return n, err == nil
	}
	return []numberForm{
		{"alert", regexp.MustCompile(`(?:ssl )?alert(?: number|, code|:| code)? (\d{1,3})\b`), alertNumber, func(s string) []string {
			n, ok := decimal(s)
			if !ok {
				return nil
			}
			return symptom.AlertIDs(n)
		}},
		{"verif", regexp.MustCompile(`(?:verify error:num=|verify return code: |certificate verify failed \(|verify result: |verifyresult )(\d{1,3})\b`), verifyNumber, func(s string) []string {
			n, ok := decimal(s)
			if !ok {
				return nil
			}
			return symptom.VerifyIDs(n)
		}},
		{"depth lookup", regexp.MustCompile(`error (\d{1,3}) at \d{1,2} depth lookup`), verifyNumber, func(s string) []string {
			n, _ := decimal(s)
			return symptom.VerifyIDs(n)
		}},
		{"error:", regexp.MustCompile(`error:([0-9a-f]{8}):`), packedNumber, packed},
	}
})

// numberKind is what a number counts.
type numberKind int

const (
	alertNumber numberKind = iota
	verifyNumber
	packedNumber
)

type numberForm struct {
	// needs is a word without which the expression cannot match.
	needs      string
	expression *regexp.Regexp
	// kind is what the number is.
	kind numberKind
	ids  func(number string) []string
}

// packed takes an error code of OpenSSL's queue apart. Until 1.1.1 the reason is
// its lower 12 bits and the library the upper 8, since 3.0 they are the lower 23
// and the 8 above.
func packed(hex string) []string {
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return nil
	}
	if ids := symptom.ReasonIDs(int(n>>23&0xff), int(n&0x7fffff)); len(ids) > 0 && n>>24 < 0x40 {
		return ids
	}
	return symptom.ReasonIDs(int(n>>24), int(n&0xfff))
}

// maxNumbers bounds how many numbers of one form are looked at.
const maxNumbers = 200

// numbers are the hits by numbers, where words are missing or in a language that
// is not known.
func numbers(formed string) []hit {
	var hits []hit
	for _, form := range numberForms() {
		if !strings.Contains(formed, form.needs) {
			continue
		}
		for _, m := range form.expression.FindAllStringSubmatchIndex(formed, maxNumbers) {
			ids := form.ids(formed[m[2]:m[3]])
			if len(ids) == 0 {
				continue
			}
			s := symptom.Symptom{Producer: symptom.OpenSSL}
			switch number := formed[m[2]:m[3]]; form.kind {
			case alertNumber:
				s.Event = symptom.Event("alert-" + number)
			case verifyNumber:
				s.Code = number
			case packedNumber:
				s.Code = "error:" + strings.ToUpper(number)
			}
			r := &rule{Symptom: s, literals: []string{"number"}}
			for _, id := range ids {
				r.ids = append(r.ids, finding.ID(id))
			}
			hits = append(hits, hit{rule: r, spans: []span{{m[0], m[1]}}})
		}
	}
	return hits
}
