package chains

import "slices"

// change is a named change of a world.
type change struct {
	name  string
	apply func(*world)
}

// shapes are chains that are unlike the plain one without being wrong as such:
// several paths, alternatives, orders.
var shapes = []change{
	{"the root is sent along", func(w *world) { w.presented = append(w.presented, w.root()) }},
	{"presented in another order", func(w *world) {
		rest := w.presented[1:]
		w.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	}},
	{"everything sent twice", func(w *world) { w.presented = append(w.presented, w.presented...) }},
	{"a foreign CA sent along", func(w *world) {
		w.presented = slices.Insert(w.presented, 1+w.IntN(len(w.presented)), w.ca("foreign", nil))
	}},
	{"the root cross-signed", func(w *world) { w.crossSign(w.root()) }},
	{"an intermediate cross-signed", func(w *world) { w.crossSign(w.someCA()) }},
	{"an expired copy of a CA before it", func(w *world) { w.alternative(func(p *plan) { p.to = now.Add(-day) }) }},
	{"a CA's future copy before it", func(w *world) { w.alternative(func(p *plan) { p.from = now.Add(day) }) }},
	{"an older valid copy of a CA before it", func(w *world) { w.alternative(func(p *plan) { p.to = now.Add(day) }) }},
	{"two copies of a CA that have expired", func(w *world) {
		for _, days := range []int{pick(w.Rand, -1, -3), -2} {
			w.alternative(func(p *plan) { p.to = now.Add(day*1).AddDate(0, 0, days-1) })
		}
		w.someCA().to = now.Add(-4 * day)
	}},
	{"another CA of the same name", func(w *world) {
		w.alternative(func(p *plan) {
			p.key = w.newKey()
			p.identify()
		})
	}},
	{"another CA of the same name without key identifiers", func(w *world) {
		w.alternative(func(p *plan) {
			p.key = w.newKey()
			p.drop(oidSKI)
		})
		for _, p := range w.path {
			p.drop(oidAKI)
		}
	}},
	{"CAs that signed each other", func(w *world) {
		a := w.someCA()
		b := w.ca("other", nil)
		ab := a.copy("a by b")
		ab.issuer = b
		ab.identify()
		ba := b.copy("b by a")
		ba.issuer = a
		ba.identify()
		w.presented = slices.Insert(w.presented, 1, pick(w.Rand, ab, ba), pick(w.Rand, ba, ab))
		if w.IntN(2) == 0 {
			w.store = []*plan{b}
		}
	}},
	{"the root made anew with its key", func(w *world) {
		renewed := w.root().copy("root anew")
		renewed.from = now.Add(-10 * day)
		w.store = pick(w.Rand, []*plan{renewed}, []*plan{w.root(), renewed}, []*plan{renewed, w.root()})
		if w.IntN(2) == 0 {
			w.presented = append(w.presented, w.root())
		}
	}},
	{"the root of old in the store has expired", func(w *world) {
		old := w.root().copy("root of old")
		old.to = now.Add(-day)
		w.store = pick(w.Rand, []*plan{old, w.root()}, []*plan{w.root(), old}, []*plan{old})
	}},
	{"a self-issued CA within the path", func(w *world) {
		above := w.path[1]
		within := above.copy("rolled over")
		within.key = w.newKey()
		within.issuer = above
		within.identify()
		w.leaf().issuer = within
		w.leaf().identify()
		w.path = slices.Insert(w.path, 1, within)
		w.presented = slices.Insert(w.presented, 1, within)
	}},
	{"a self-signed leaf", func(w *world) {
		w.leaf().issuer = w.leaf()
		w.leaf().identify()
		w.path = w.path[:1]
		w.path = append(w.path, w.store[0])
		w.presented = w.presented[:1]
		if w.IntN(2) == 0 {
			w.store = append(w.store, w.leaf())
		}
	}},
	{"a self-signed leaf that is a CA", func(w *world) {
		leaf := w.leaf()
		leaf.issuer = leaf
		leaf.set(oidBasic, true, basic(true, -1))
		leaf.set(oidKeyUsage, true, usage(digitalSignature|keyCertSign))
		leaf.identify()
		w.path = []*plan{leaf, w.store[0]}
		w.presented = w.presented[:1]
		if w.IntN(2) == 0 {
			w.store = append(w.store, leaf)
		}
	}},
	{"the leaf in the store", func(w *world) {
		w.store = append(w.store, w.leaf())
		if w.IntN(2) == 0 {
			w.store = w.store[1:]
		}
	}},
	{"an intermediate in the store", func(w *world) {
		w.store = append(w.store, w.path[1])
		if w.IntN(2) == 0 {
			w.store = w.store[1:]
		}
	}},
	{"everything in the store", func(w *world) { w.store = slices.Clone(w.path) }},
	{"a CA certificate as the leaf", func(w *world) {
		w.leaf().set(oidBasic, true, basic(true, -1))
		w.leaf().set(oidKeyUsage, true, usage(digitalSignature|keyCertSign))
	}},
	{"Ed25519 and RSA keys", func(w *world) {
		w.rekey(w.someCA(), w.keys.byName["ed25519"][0])
		w.rekey(w.leaf(), w.keys.byName["rsa2048"][0])
	}},
	{"RSA all the way", func(w *world) {
		for i, p := range w.path {
			if i < 3 {
				w.rekey(p, w.keys.byName["rsa2048"][i])
			}
			p.pss = w.IntN(3) == 0
		}
	}},
	{"curves of other sizes", func(w *world) {
		w.rekey(w.someCA(), w.keys.byName["p384"][0])
		w.rekey(w.leaf(), w.keys.byName[pick(w.Rand, "p521", "p224")][0])
	}},
	{"names that differ in case, spaces and string type", func(w *world) {
		w.someCA().subject = nameOf(0x13, "Acme  Root")
		for _, p := range w.path {
			if p.issuer == w.someCA() {
				p.issuerName = nameOf(0x0c, " aCME root ")
			}
		}
	}},
	{"a long chain", func(w *world) {
		issuer := w.path[1]
		for range pick(w.Rand, 5, 20, 96, 97, 98, 99, 100, 101, 102) {
			issuer = w.ca("long", issuer)
			w.next++
			issuer.subject = name("long " + string(rune('A'+w.next%26)) + string(rune('A'+w.next/26%26)))
			w.path = slices.Insert(w.path, 1, issuer)
			w.presented = slices.Insert(w.presented, 1, issuer)
		}
		w.leaf().issuer = issuer
		w.leaf().identify()
	}},
}

// crossSign has p issued by another root besides, which the store may hold.
func (w *world) crossSign(p *plan) {
	other := w.ca("second root", nil)
	cross := p.copy(p.id + " by the second root")
	cross.issuer = other
	cross.identify()
	if w.IntN(4) == 0 {
		other.to = now.Add(-day)
	}
	if w.IntN(4) == 0 {
		cross.to = now.Add(-day)
	}
	w.presented = slices.Insert(w.presented, 1+w.IntN(len(w.presented)), cross)
	if w.IntN(3) == 0 {
		w.presented = append(w.presented, other)
	}
	w.store = pick(w.Rand, w.store, []*plan{other}, append(slices.Clone(w.store), other), append([]*plan{other}, w.store...))
}

// alternative puts a changed copy of a CA before it, in what is presented or in
// the store.
func (w *world) alternative(change func(*plan)) {
	p := w.someCA()
	c := p.copy("another " + p.id)
	change(c)
	if i := slices.Index(w.store, p); i >= 0 {
		w.store = slices.Insert(w.store, i, c)
	} else {
		w.presented = slices.Insert(w.presented, 1, c)
	}
	if w.IntN(4) == 0 {
		w.store = append(w.store, c)
	}
}
