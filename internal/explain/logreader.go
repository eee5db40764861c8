package explain

import (
	"bytes"
	"cmp"
	"errors"
	"hash/maphash"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/finding"
)

// What a log may take of memory, however long it is.
const (
	// maxLine is how much of a line is looked at.
	maxLine = 16 << 10
	// maxShapes is how many kinds of lines are remembered with what they say.
	maxShapes = 1024
	// maxClients is how many addresses are counted for each failure class, and
	// shownClients how many of those are told.
	maxClients   = 4096
	shownClients = 20
	// maxSample is how much text is kept to learn names of servers from.
	maxSample = 32 << 10
	// maxRecent is how many connections are remembered, so that several lines of
	// one count once.
	maxRecent = 64
)

// logReader sums a log up, line by line.
type logReader struct {
	lines       int
	first, last stamp
	shapes      map[string][]candidate
	causes      map[finding.ID]*cause
	recent      [maxRecent]recent
	next        int
	seed        maphash.Seed
	scratch     []byte
	// carry is the beginning of a line whose end was not read yet; skip is whether
	// the rest of that line is too long to be looked at.
	carry  []byte
	skip   bool
	sample strings.Builder
}

// cause is a failure class of the log.
type cause struct {
	candidate
	count       int
	first, last stamp
	clients     map[string]int
	further     int
	// possible are the candidates beside it.
	possible []candidate
}

// recent is a failure that a connection was seen with.
type recent struct {
	ctx     uint64
	id      finding.ID
	located bool
}

func newLogReader() *logReader {
	return &logReader{shapes: map[string][]candidate{}, causes: map[finding.ID]*cause{}, seed: maphash.MakeSeed()}
}

// readAll reads to the end.
func (r *logReader) readAll(src io.Reader) error {
	buffer := make([]byte, headSize)
	for {
		n, err := src.Read(buffer)
		r.feed(buffer[:n])
		switch {
		case errors.Is(err, io.EOF):
			r.end()
			return nil
		case err != nil:
			return err
		}
	}
}

// feed takes the next part of the log.
func (r *logReader) feed(part []byte) {
	for len(part) > 0 {
		end := bytes.IndexByte(part, '\n')
		if end < 0 {
			if !r.skip {
				r.carry = append(r.carry, part[:min(len(part), maxLine-len(r.carry))]...)
				r.skip = len(r.carry) == maxLine
			}
			return
		}
		line := part[:end]
		part = part[end+1:]
		if len(r.carry) > 0 {
			if !r.skip {
				r.carry = append(r.carry, line[:min(len(line), maxLine-len(r.carry))]...)
			}
			line = r.carry
		}
		r.line(line[:min(len(line), maxLine)])
		r.carry, r.skip = r.carry[:0], false
	}
}

// end takes what is behind the last line break.
func (r *logReader) end() {
	if len(r.carry) > 0 {
		r.line(r.carry)
		r.carry = r.carry[:0]
	}
}

// line looks at one line.
func (r *logReader) line(line []byte) {
	r.lines++
	if len(line) < 2 {
		return
	}
	l, ok := parseLogLine(line)
	if !ok {
		trimmed := bytes.TrimLeft(line, " \t\ufeff")
		if l, ok = parseLogLine(trimmed); !ok {
			l = logLine{message: trimmed}
			if !isRemarkable(trimmed) {
				return
			}
		}
	}
	if len(l.at) > 0 {
		if r.first.n == 0 {
			r.first.set(l.at)
		}
		r.last.set(l.at)
	}
	if ok && !l.isTelling() {
		return
	}
	for _, c := range r.recognise(&l) {
		r.count(c, &l)
	}
}

// remarks are words of failures in other programs' logs.
var remarks = [][]byte{
	[]byte("SSL"), []byte("TLS"), []byte("ssl"), []byte("tls"), []byte("ertificate"), []byte("CERT"), []byte("x509"), []byte("PKIX"),
	[]byte("ECONN"), []byte("ENOTFOUND"), []byte("efused"), []byte("imed out"), []byte("imeout"), []byte("Mongo"), []byte("server selection"),
}

func isRemarkable(line []byte) bool {
	return slices.ContainsFunc(remarks, func(m []byte) bool { return bytes.Contains(line, m) })
}

// recognise is what a line says, by its shape where that was seen before.
func (r *logReader) recognise(l *logLine) []candidate {
	r.scratch = l.shape(r.scratch[:0])
	if told, ok := r.shapes[string(r.scratch)]; ok {
		return told
	}
	text := normalise(string(l.message))
	s := &sighting{}
	s.look(text)
	var told []candidate
	if leads := s.settle(); len(leads) > 0 {
		f := &facts{}
		if f.surroundings(text); r.sample.Len() < maxSample {
			f = gather(text)
		}
		for _, lead := range leads {
			for _, h := range lead.hits {
				f.learn(h.values)
			}
		}
		by := producerOf(text, leads[0].hits[0].rule)
		if l.severity != 0 {
			by = "mongod"
		}
		told = weigh(leads, f, by, text)
		if r.sample.Len() < maxSample {
			r.sample.WriteString(text[:min(len(text), 2048)])
			r.sample.WriteByte('\n')
		}
	}
	if len(r.shapes) >= maxShapes {
		clear(r.shapes)
	}
	r.shapes[string(r.scratch)] = told
	return told
}

// count takes a failure down.
func (r *logReader) count(c candidate, l *logLine) {
	if c.confidence == Possible {
		return
	}
	k := r.causes[c.id]
	if k == nil {
		k = &cause{candidate: c, clients: map[string]int{}}
		k.first.set(l.at)
		r.causes[c.id] = k
		for _, p := range r.shapes[string(r.scratch)] {
			if p.confidence == Possible {
				k.possible = append(k.possible, p)
			}
		}
	}
	address := l.client()
	repeated, located := r.seenBefore(l.ctx, c.id, address != nil)
	if !repeated {
		k.count++
	}
	k.last.set(l.at)
	if address == nil || repeated && located {
		return
	}
	if n, ok := k.clients[string(address)]; ok || len(k.clients) < maxClients {
		k.clients[string(address)] = n + 1
	} else {
		k.further++
	}
}

// seenBefore reports whether a connection had this failure already in a line
// before, and whether that one named the client.
func (r *logReader) seenBefore(ctx []byte, id finding.ID, located bool) (repeated, before bool) {
	if !bytes.HasPrefix(ctx, []byte("conn")) {
		return false, false
	}
	h := maphash.Bytes(r.seed, ctx)
	for i := range r.recent {
		if k := &r.recent[i]; k.ctx == h && k.id == id {
			before = k.located
			k.located = k.located || located
			return true, before
		}
	}
	r.recent[r.next] = recent{h, id, located}
	r.next = (r.next + 1) % maxRecent
	return false, false
}

// explanation is what the log amounts to: each failure class once, those that tell
// more first, and of those the most frequent.
func (r *logReader) explanation() *Explanation {
	x := &Explanation{Schema: Schema, Matches: []Match{}, Log: &Log{Lines: r.lines, First: r.first.time(), Last: r.last.time()}}
	causes := slices.Collect(maps.Values(r.causes))
	if slices.ContainsFunc(causes, func(c *cause) bool { return rankOf(c.id) != rankOpaque }) {
		causes = slices.DeleteFunc(causes, func(c *cause) bool { return rankOf(c.id) == rankOpaque })
	}
	slices.SortFunc(causes, func(a, b *cause) int {
		return cmp.Or(cmp.Compare(logRank(a.id), logRank(b.id)), cmp.Compare(b.count, a.count), cmp.Compare(a.id, b.id))
	})
	f := gather(r.sample.String())
	told := map[finding.ID]bool{}
	for _, c := range causes {
		told[c.id] = true
		m := f.match(c.candidate)
		m.Seen = c.seen()
		x.Matches = append(x.Matches, m)
	}
	for _, c := range causes {
		for _, p := range c.possible {
			if len(x.Matches) >= maxMatches {
				return x
			}
			if !told[p.id] {
				told[p.id] = true
				x.Matches = append(x.Matches, f.match(p))
			}
		}
	}
	return x
}

// logRank puts what is not of TLS behind what is.
func logRank(id finding.ID) rank {
	if isReaching(id) {
		return rankVague
	}
	return rankOf(id)
}

// seen sums a cause up.
func (c *cause) seen() *Seen {
	s := &Seen{Count: c.count, First: c.first.time(), Last: c.last.time(), Clients: []Client{}, FurtherClients: c.further}
	for address, n := range c.clients {
		s.Clients = append(s.Clients, Client{address, n})
	}
	slices.SortFunc(s.Clients, func(a, b Client) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Address, b.Address))
	})
	if len(s.Clients) > shownClients {
		for _, rest := range s.Clients[shownClients:] {
			s.FurtherClients += rest.Count
		}
		s.Clients = s.Clients[:shownClients]
	}
	return s
}
