package wire

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// CodeCommandNotFound is the error code of servers that do not know hello by
// that name (before 4.4.2 and its contemporaries): LegacyHelloRequest is for
// them.
const CodeCommandNotFound = 59

// MaxHosts bounds the members that a Hello holds, in its three lists together.
// A replica set has at most 50.
const MaxHosts = 1000

// maxText bounds each text of a Hello in bytes; the rest is cut off.
const maxText = 4096

// Hello is a reply to hello. A field that the reply lacks, or that has another
// type there than servers give it, is its zero value. Texts are valid UTF-8, but
// may hold control characters: they are the peer's.
type Hello struct {
	// OK is whether the command succeeded. If not, Code, CodeName and ErrMsg say
	// why, and the other fields are empty.
	OK       bool
	Code     int
	CodeName string
	ErrMsg   string

	// IsWritablePrimary is so named in replies to hello, "ismaster" in legacy
	// ones. A standalone and a mongos are writable too.
	IsWritablePrimary bool
	Secondary         bool
	ArbiterOnly       bool
	Hidden            bool
	// IsReplicaSet marks a member of a set that has no configuration yet.
	IsReplicaSet bool
	// Msg is "isdbgrid" of a mongos.
	Msg string
	// SetName is the name of the replica set.
	SetName string
	// Me and Primary are "host:port", as the replica set's configuration has it.
	Me      string
	Primary string
	// Hosts, Passives and Arbiters are the members, "host:port" each: the first
	// MaxHosts of them.
	Hosts    []string
	Passives []string
	Arbiters []string
	// HostCount counts the members that the reply named, kept or not.
	HostCount int

	MinWireVersion int
	// MaxWireVersion tells the release: see ReleaseOf.
	MaxWireVersion int
	// LocalTime is the server's clock, in UTC to the millisecond; zero also for
	// times outside the years 1 to 9999.
	LocalTime time.Time
	// ConnectionID is the number of the connection in the server's log
	// ("conn42").
	ConnectionID int64
	// ServiceID is 24 hexadecimal digits that a mongos behind a load balancer
	// identifies itself by.
	ServiceID string
	// HelloOK is whether the server knows hello by that name. It says so only
	// where it was asked.
	HelloOK  bool
	ReadOnly bool
}

// ParseReply reads the reply to hello that ReadMessage returned. An error says
// that the message is malformed; a command that failed is a Hello that is not
// OK.
func ParseReply(h Header, body []byte) (Hello, error) {
	var r Hello
	if err := eachElement(h, body, r.take); err != nil {
		return Hello{}, fmt.Errorf("malformed reply: %w", err)
	}
	if !r.OK {
		return Hello{Code: r.Code, CodeName: r.CodeName, ErrMsg: r.ErrMsg}, nil
	}
	return r, nil
}

// eachElement gives the elements of a reply's document to take, until that has an
// error of its own.
func eachElement(h Header, body []byte, take func(rawElement) error) error {
	doc, err := replyDocument(h, body)
	if err != nil {
		return err
	}
	return eachOf(doc, take)
}

// eachOf is eachElement of a document on its own.
func eachOf(doc []byte, take func(rawElement) error) error {
	es, _, err := openDocument(doc)
	if err != nil {
		return err
	}
	for {
		e, more, err := es.next()
		if err != nil || !more {
			return err
		}
		if err := take(e); err != nil {
			return err
		}
	}
}

// take sets the field that the element is meant for.
func (r *Hello) take(e rawElement) (err error) {
	switch string(e.key) {
	case "ok":
		r.OK = e.truth()
	case "code":
		r.Code = e.integer()
	case "codeName":
		r.CodeName = e.text()
	case "errmsg", "$err":
		// $err is how OP_REPLY says it when the query itself failed.
		r.ErrMsg = e.text()
	case "isWritablePrimary", "ismaster":
		r.IsWritablePrimary = e.truth()
	case "secondary":
		r.Secondary = e.truth()
	case "arbiterOnly":
		r.ArbiterOnly = e.truth()
	case "hidden":
		r.Hidden = e.truth()
	case "isreplicaset":
		r.IsReplicaSet = e.truth()
	case "msg":
		r.Msg = e.text()
	case "setName":
		r.SetName = e.text()
	case "me":
		r.Me = e.text()
	case "primary":
		r.Primary = e.text()
	case "hosts":
		r.Hosts, err = r.members(e)
	case "passives":
		r.Passives, err = r.members(e)
	case "arbiters":
		r.Arbiters, err = r.members(e)
	case "minWireVersion":
		r.MinWireVersion = e.integer()
	case "maxWireVersion":
		r.MaxWireVersion = e.integer()
	case "localTime":
		r.LocalTime = e.time()
	case "connectionId":
		r.ConnectionID, _ = e.number()
	case "serviceId":
		if e.typ == typeObjectID {
			r.ServiceID = ObjectID(e.value).String()
		}
	case "helloOk":
		r.HelloOK = e.truth()
	case "readOnly":
		r.ReadOnly = e.truth()
	}
	return err
}

// members returns the strings of an array as far as MaxHosts goes, and counts
// them all.
func (r *Hello) members(e rawElement) ([]string, error) {
	if e.typ != typeArray {
		return nil, nil
	}
	es, _, err := openDocument(e.value)
	if err != nil {
		return nil, err
	}
	var list []string
	for {
		m, more, err := es.next()
		if err != nil || !more {
			return list, err
		}
		if m.typ != typeString {
			continue
		}
		if r.HostCount++; r.HostCount <= MaxHosts {
			list = append(list, m.text())
		}
	}
}

// integer returns a number that int32 holds; 0 for others.
func (e rawElement) integer() int {
	n, ok := e.number()
	if !ok || int64(int32(n)) != n {
		return 0
	}
	return int(n)
}

func (e rawElement) text() string {
	s, _ := e.stringBytes()
	return text(s, maxText)
}

func (e rawElement) time() time.Time {
	if e.typ != typeDateTime {
		return time.Time{}
	}
	ms, _ := rawElement{typ: typeInt64, value: e.value}.number()
	t := time.UnixMilli(ms).UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// text returns b as valid UTF-8, cut between characters to at most limit bytes.
func text(b []byte, limit int) string {
	s := strings.ToValidUTF8(string(b[:min(len(b), limit+utf8.UTFMax)]), "\uFFFD")
	for len(s) > limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// Topology returns the server's type by the name that the Server Discovery and
// Monitoring specification has for it: "Standalone", "Mongos", "RSPrimary",
// "RSSecondary", "RSArbiter", "RSOther", "RSGhost", or "Unknown" without OK.
// "LoadBalanced" is a mongos that was reached through a load balancer's port.
func (h Hello) Topology() string {
	switch {
	case !h.OK:
		return "Unknown"
	case h.ServiceID != "":
		return "LoadBalanced"
	case h.IsReplicaSet:
		return "RSGhost"
	case h.SetName != "" && h.Hidden:
		return "RSOther"
	case h.SetName != "" && h.IsWritablePrimary:
		return "RSPrimary"
	case h.SetName != "" && h.Secondary:
		return "RSSecondary"
	case h.SetName != "" && h.ArbiterOnly:
		return "RSArbiter"
	case h.SetName != "":
		return "RSOther"
	case h.Msg == "isdbgrid":
		return "Mongos"
	}
	return "Standalone"
}
