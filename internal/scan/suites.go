package scan

import (
	"slices"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// suiteParts is in how many parts the suites are asked for at once, so that a scan
// takes a fraction of the round trips; each part costs one refusal more.
const suiteParts = 2

// askSuites asks for each suite of a version that was answered.
func (r *run) askSuites(v *version) {
	var all sync.WaitGroup
	for i, suites := range v.parts(candidates(v.id)) {
		all.Go(func() { r.drain(v, &part{number: i, suites: suites}) })
	}
	all.Wait()
	other := slices.IndexFunc(v.suites, func(id uint16) bool { return id != v.chosen() && !isChaCha(id) })
	if v.order == "" && other >= 0 {
		got := r.ask(r.hello(v.id, []uint16{v.suites[other], v.chosen()}), untilHello)
		v.order = "unknown"
		if r.read(got) == saysYes {
			v.learnOrder(got.flight.Hello.Suite)
		}
	}
}

// chosen is the suite that the server chose of all.
func (v *version) chosen() uint16 { return v.first.flight.Hello.Suite }

// learnOrder takes what the server selected when what it chose of all was offered
// behind another suite that it has: the same again by its own order, the other by
// the client's. A server may prefer ChaCha20 for clients that put it first, which
// it takes for ones without AES in hardware, whatever else it does.
func (v *version) learnOrder(selected uint16) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case selected == v.chosen():
		v.order = "server"
	case !isChaCha(selected):
		v.order = "client"
	}
}

func isChaCha(id uint16) bool { return strings.Contains(registry.SuiteName(id), "CHACHA20") }

// parts divides the suites that are still to be asked for so that the likely ones
// are in all parts alike.
func (v *version) parts(common, rest []uint16) [][]uint16 {
	others := "_ECDSA_"
	if strings.Contains(registry.SuiteName(v.chosen()), others) {
		others = "_RSA_"
	}
	many := suiteParts
	if v.id >= registry.TLS13 {
		many, others = 1, "none"
	}
	var likely, unlikely []uint16
	for _, id := range slices.Concat(common, rest) {
		name := registry.SuiteName(id)
		weakness := registry.Weakness(name)
		switch {
		case id == v.chosen():
		case strings.Contains(name, others), weakness != "" && weakness != "3DES", !slices.Contains(common, id):
			unlikely = append(unlikely, id)
		default:
			likely = append(likely, id)
		}
	}
	parts := make([][]uint16, many)
	for _, list := range [][]uint16{likely, unlikely} {
		for i, id := range list {
			// Neighbours are alike: to accept one is to accept the next.
			parts[i%many] = append(parts[i%many], id)
		}
	}
	return parts
}

// part is a part of a version's suites, of which none is in another.
type part struct {
	number int
	suites []uint16
	// again is whether the server chose what it chose of all when that was
	// offered behind these suites.
	again bool
}

func (p *part) remove(id uint16) {
	p.suites = slices.DeleteFunc(p.suites, func(s uint16) bool { return s == id })
}

// drain asks for the suites of a part until none of them is selected any more.
func (r *run) drain(v *version, p *part) {
	if !r.begin(v, p) {
		return
	}
	for len(p.suites) > 0 && r.take(v, p, r.ask(r.hello(v.id, p.suites), untilKeys), false) {
	}
}

// begin sends the first hello of a part, which asks for more than suites: whether
// the server chooses again what it chose of all, offered last, and what it makes
// of a strange server name.
func (r *run) begin(v *version, p *part) bool {
	asks := map[int]struct {
		name  string
		tells *string
	}{0: {nobody, &r.other}, 1: {"", &r.without}}
	ask, strange := asks[p.number]
	strange = strange && v == r.named && ask.name != r.request.ServerName
	if p.number > 0 && !strange {
		return true
	}
	h := r.hello(v.id, append(slices.Clone(p.suites), v.chosen()))
	got := reply{}
	if strange {
		h.ServerName = ask.name
		got = r.ask(h, untilKeysAndCertificate)
		*ask.tells = v.tells(r.read(got), got)
	}
	if !strange || *ask.tells != "same" && *ask.tells != "answered" {
		h.ServerName = r.request.ServerName
		got = r.ask(h, untilKeys)
	}
	return r.take(v, p, got, true)
}

// take records what was selected of a part, and reports whether to go on. behind
// is whether what the server chose of all was offered behind the part.
func (r *run) take(v *version, p *part, got reply, behind bool) bool {
	h := got.flight.Hello
	switch said := r.read(got); {
	case said == saysNothing:
		v.leaveOpen(r.why(got))
		return false
	case said == saysNo, h.Version != v.id:
		return false
	case behind && h.Suite == v.chosen():
		p.again = true
		return true
	case !slices.Contains(p.suites, h.Suite):
		v.leaveOpen("the server selected a suite that was not offered")
		return false
	}
	v.keep(got)
	p.remove(h.Suite)
	switch {
	case p.again:
		v.learnOrder(v.chosen())
	case behind:
		v.learnOrder(h.Suite)
	}
	return true
}

// untilKeysAndCertificate ends where both are known that a flight of its version
// shows.
func untilKeysAndCertificate(f *tlswire.Flight) bool {
	return untilKeys(f) && (f.Hello.Version >= registry.TLS13 || f.Chain != nil)
}
