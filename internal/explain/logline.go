package explain

import (
	"bytes"
	"time"
)

// logLine is a line of mongod's or mongos' log, as far as it is looked at.
type logLine struct {
	// at is the time as it is written, ctx the thread: conn42.
	at, ctx  []byte
	severity byte
	// id is that of a structured line; 0 for one in text.
	id int
	// message is the line without its time.
	message []byte
}

var (
	structuredStart = []byte(`{"t":{"$date":"`)
	severityKey     = []byte(`"s":"`)
	idKey           = []byte(`"id":`)
	ctxKey          = []byte(`"ctx":"`)
)

// prefixLength is how far into a line its time, severity and identifier stand.
const prefixLength = 220

// parseLogLine reads the beginning of a line; ok is false where the server did
// not write it.
func parseLogLine(line []byte) (l logLine, ok bool) {
	if bytes.HasPrefix(line, structuredStart) {
		return parseStructured(line)
	}
	return parseTextLine(line)
}

// parseStructured reads a line of 4.4 and later. Its first fields stand in an order
// that does not change.
func parseStructured(line []byte) (l logLine, ok bool) {
	head := line[:min(len(line), prefixLength)]
	rest := head[len(structuredStart):]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return l, false
	}
	l.at = rest[:end]
	l.message = line[len(structuredStart)+end:]
	rest = rest[end:]
	if at := bytes.Index(rest, severityKey); at >= 0 && at+len(severityKey) < len(rest) {
		l.severity = rest[at+len(severityKey)]
		rest = rest[at+len(severityKey):]
	}
	if at := bytes.Index(rest, idKey); at >= 0 {
		rest = rest[at+len(idKey):]
		for _, c := range rest {
			if c < '0' || c > '9' {
				break
			}
			l.id = l.id*10 + int(c-'0')
			if l.id > 1e9 {
				return l, false
			}
		}
	}
	if at := bytes.Index(rest, ctxKey); at >= 0 {
		rest = rest[at+len(ctxKey):]
		if end := bytes.IndexByte(rest, '"'); end >= 0 {
			l.ctx = rest[:end]
		}
	}
	return l, l.severity != 0
}

// parseTextLine reads a line from before 4.4: time, severity, component, [thread],
// message.
func parseTextLine(line []byte) (l logLine, ok bool) {
	const shortest = len("2020-09-02T16:16:51.746+0000 I ")
	if len(line) < shortest || line[4] != '-' || line[7] != '-' || line[10] != 'T' || line[13] != ':' || line[0] < '0' || line[0] > '9' {
		return l, false
	}
	space := bytes.IndexByte(line[:min(len(line), 34)], ' ')
	if space < 20 || len(line) < space+3 || line[space+2] != ' ' {
		return l, false
	}
	l.at, l.severity, l.message = line[:space], line[space+1], line[space+1:]
	head := line[:min(len(line), prefixLength)]
	if open := bytes.IndexByte(head, '['); open >= 0 {
		if end := bytes.IndexByte(head[open:], ']'); end > 0 {
			l.ctx = head[open+1 : open+end]
		}
	}
	return l, bytes.IndexByte([]byte("IWEFD"), l.severity) >= 0
}

// quietIDs are structured lines that are many and tell of no failure: connections
// that came and went, clients' metadata, slow queries, accepted handshakes, and
// client certificates that are missing or bad and need not be there.
var quietIDs = map[int]bool{23234: true, 23235: true, 22943: true, 22944: true, 51800: true, 51803: true, 6723801: true, 6723804: true, 23218: true, 5286306: true, 10483900: true, 20883: true, 22430: true, 6788700: true}

// tellingIDs are structured lines that tell of a failure at any severity.
var tellingIDs = map[int]bool{22988: true, 22986: true, 22989: true, 22942: true, 23838: true, 4615638: true, 23974: true, 4712102: true, 20574: true, 20249: true, 20428: true, 5286307: true}

// markers are what a line of severity I has that is worth a look.
var markers = [][]byte{[]byte("SSL"), []byte("ertificate"), []byte("HostUnreachable"), []byte("SocketException"), []byte("Error receiving"), []byte("too many open connections"), []byte("TLS handshake"), []byte("OCSP")}

// isTelling reports whether the line may tell of a failure.
func (l *logLine) isTelling() bool {
	if l.id != 0 {
		if quietIDs[l.id] {
			return false
		}
		if tellingIDs[l.id] {
			return true
		}
	}
	if l.severity == 'E' || l.severity == 'F' || l.severity == 'W' {
		return true
	}
	for _, m := range markers {
		if bytes.Contains(l.message, m) {
			return true
		}
	}
	return false
}

// addressKeys stand before the address of the other side.
var addressKeys = [][]byte{[]byte(`"remote":"`), []byte(`"client":"`), []byte(`"remoteHost":"`), []byte("nding connection from "), []byte("connection from "), []byte("refused from "), []byte("accepted from ")}

// client is the address of who connected, without its port; nil where the line has
// none.
func (l *logLine) client() []byte {
	for _, key := range addressKeys {
		at := bytes.Index(l.message, key)
		if at < 0 {
			continue
		}
		rest := bytes.TrimLeft(l.message[at+len(key):], "*")
		end := bytes.IndexAny(rest, "\" *,()\n")
		if end < 0 {
			end = len(rest)
		}
		address := rest[:end]
		if colon := bytes.LastIndexByte(address, ':'); colon > 0 {
			address = address[:colon]
		}
		address = bytes.Trim(address, "[]")
		if len(address) > 0 && len(address) <= 64 {
			return address
		}
	}
	return nil
}

// shape appends the message to b without what differs from connection to
// connection: addresses, ports, long numbers.
func (l *logLine) shape(b []byte) []byte {
	message := l.message[:min(len(l.message), maxShape)]
	for i := 0; i < len(message); {
		c := message[i]
		if c < '0' || c > '9' {
			b = append(b, c)
			i++
			continue
		}
		end := i
		for end < len(message) && message[end] >= '0' && message[end] <= '9' {
			end++
		}
		joined := i > 0 && (message[i-1] == '.' || message[i-1] == ':' || message[i-1] == '#' || isLetter(message[i-1])) || end < len(message) && (message[end] == '.' || message[end] == ':')
		if !joined && end-i <= 3 {
			b = append(b, message[i:end]...)
		}
		i = end
	}
	return b
}

// maxShape bounds what of a line tells it from others.
const maxShape = 2048

// timeLayouts are how the server writes times.
var timeLayouts = []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999-0700"}

// parseTime reads a time as the server writes it; nil for anything else.
func parseTime(s []byte) *time.Time {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, string(s)); err == nil {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

// hasServerLine reports whether one of the first lines is the server's.
func hasServerLine(text []byte) bool {
	const most = 200
	for range most {
		line, rest, more := bytes.Cut(text, []byte{'\n'})
		if _, ok := parseLogLine(bytes.TrimLeft(line, " \t\ufeff")); ok {
			return true
		}
		if !more {
			return false
		}
		text = rest
	}
	return false
}

// stamp is a time as it was written, kept without a pointer into what was read.
type stamp struct {
	text [40]byte
	n    int
}

func (s *stamp) set(at []byte) {
	if len(at) > 0 && len(at) <= len(s.text) {
		s.n = copy(s.text[:], at)
	}
}

func (s *stamp) time() *time.Time {
	if s.n == 0 {
		return nil
	}
	return parseTime(s.text[:s.n])
}
