package chains

import (
	"crypto"
	_ "crypto/md5" // some chains are signed with it
	_ "crypto/sha1"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

func marshalKey(public crypto.PublicKey) ([]byte, error) { return x509.MarshalPKIXPublicKey(public) }

// world is a chain, what is served of it and what is trusted, as a plan that
// shapes and defects change.
type world struct {
	*rand.Rand
	keys *keyring
	// path is a sound path, leaf first, root last.
	path []*plan
	// presented and store are what the server sends and the client trusts.
	presented, store []*plan
	options          verify.OpenSSLOptions
	// told are the names of the shape and the defects.
	told []string
	next int
}

// pick is one of several values.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// newKey is a P-256 key that no other certificate of the world has.
func (w *world) newKey() *key {
	w.next++
	return w.keys.ec[(w.next-1)%len(w.keys.ec)]
}

// ca is a CA certificate, self-signed without an issuer.
func (w *world) ca(id string, issuer *plan) *plan {
	p := w.certificate(id, issuer)
	p.from, p.to = now.Add(-300*day), now.Add(3000*day)
	p.set(oidBasic, true, basic(true, -1))
	p.set(oidKeyUsage, true, usage(keyCertSign|cRLSign))
	p.identify()
	return p
}

// server is a server's certificate.
func (w *world) server(id string, issuer *plan) *plan {
	p := w.certificate(id, issuer)
	p.set(oidKeyUsage, true, usage(digitalSignature))
	p.set(oidEKU, false, usages(oidServerAuth, oidClientAuth))
	p.set(oidSAN, false, seq(tlv(0x82, []byte("db.example.com")), tlv(0x87, []byte{192, 0, 2, 1})))
	p.identify()
	return p
}

func (w *world) certificate(id string, issuer *plan) *plan {
	p := &plan{
		id: id, version: 3, serial: int64(1000 + w.IntN(1e6)), subject: name(id), issuer: issuer, key: w.newKey(),
		from: now.Add(-30 * day), to: now.Add(300 * day), hash: crypto.SHA256,
	}
	if issuer == nil {
		p.issuer = p
	}
	return p
}

// identify sets both key identifiers by the keys as they are now.
func (p *plan) identify() {
	p.set(oidSKI, false, tlv(0x04, p.key.id))
	p.set(oidAKI, false, keyID(p.issuer.key.id))
}

// copy is another certificate of the same subject and key.
func (p *plan) copy(id string) *plan {
	c := *p
	c.id, c.serial = id, p.serial+1
	c.extensions = slices.Clone(p.extensions)
	if p.issuer == p {
		c.issuer = &c
	}
	return &c
}

// rekey gives a certificate another key, and the identifiers that go with it to
// all that it issued.
func (w *world) rekey(p *plan, k *key) {
	p.key = k
	for _, q := range w.all() {
		if q.has(oidSKI) && q.has(oidAKI) && (q == p || q.issuer == p) {
			q.identify()
		}
	}
}

// all are the certificates of the world, each once.
func (w *world) all() []*plan {
	var all []*plan
	for _, p := range slices.Concat(w.path, w.presented, w.store) {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

func (w *world) leaf() *plan { return w.path[0] }
func (w *world) root() *plan { return w.path[len(w.path)-1] }

// someCA is an intermediate if there is one, else the root.
func (w *world) someCA() *plan {
	if len(w.path) > 2 {
		return w.path[1+w.IntN(len(w.path)-2)]
	}
	return w.root()
}

// some is any certificate of the path.
func (w *world) some() *plan { return w.path[w.IntN(len(w.path))] }

// generate makes the plan of one chain: a shape, up to two defects, options.
func generate(number int, r *rand.Rand, keys *keyring) *world {
	w := &world{Rand: r, keys: keys, next: r.IntN(len(keys.ec))}
	issuer := w.ca("root", nil)
	w.path = []*plan{issuer}
	for i := range pick(r, 0, 1, 1, 1, 2, 3) {
		issuer = w.ca(fmt.Sprintf("int %d", i), issuer)
		w.path = slices.Insert(w.path, 0, issuer)
	}
	w.path = slices.Insert(w.path, 0, w.server("leaf", issuer))
	w.presented = slices.Clone(w.path[:len(w.path)-1])
	w.store = []*plan{w.root()}
	w.options = verify.OpenSSLOptions{SecurityLevel: 2, PartialWildcards: true}

	if r.IntN(2) == 0 {
		s := shapes[r.IntN(len(shapes))]
		w.told = append(w.told, s.name)
		s.apply(w)
	}
	// Every defect alone in turn, then pairs of them.
	count := 2
	if number < 4*len(defects) {
		count = 1
	} else if r.IntN(20) == 0 {
		count = 0
	}
	for i := range count {
		d := defects[r.IntN(len(defects))]
		if number < 4*len(defects) && i == 0 {
			d = defects[number%len(defects)]
		}
		w.told = append(w.told, d.name)
		d.apply(w)
	}
	w.vary()
	return w
}

// vary sets the options of the verification.
func (w *world) vary() {
	o := &w.options
	if w.IntN(5) == 0 {
		o.Strict = true
	}
	if w.IntN(6) == 0 {
		o.PartialChain = true
	}
	switch w.IntN(12) {
	case 0:
		o.SecurityLevel = 0
	case 1:
		o.SecurityLevel = 1
	case 2:
		o.SecurityLevel = 3
	}
	if w.IntN(10) == 0 {
		o.Purpose = verify.PurposeClient
	}
	if o.Host == "" {
		o.Host = pick(w.Rand, "", "db.example.com", "DB.example.COM", "192.0.2.1")
	}
}

// describe tells a world for people.
func (w *world) describe() string {
	ids := func(plans []*plan) string {
		var s []string
		for _, p := range plans {
			s = append(s, p.id)
		}
		return strings.Join(s, ", ")
	}
	return fmt.Sprintf("%s; presented %s; store %s; options %+v", strings.Join(w.told, " + "), ids(w.presented), ids(w.store), w.options)
}

// input makes the certificates and what internal/verify judges.
func (w *world) input(t testing.TB) verify.Input {
	t.Helper()
	for _, p := range w.all() {
		p.make(t)
	}
	in := verify.Input{Store: verify.StoreCAFile, At: now}
	parse := func(p *plan) *certificate.Certificate {
		c, err := certificate.Parse(p.der)
		if err != nil {
			t.Fatalf("reading %q of %s: %v", p.id, w.describe(), err)
		}
		return c
	}
	for _, p := range w.presented {
		in.Presented = append(in.Presented, parse(p))
	}
	for _, p := range w.store {
		in.Anchors = append(in.Anchors, verify.Anchor{Certificate: parse(p), Stores: []string{verify.StoreCAFile}})
	}
	return in
}
