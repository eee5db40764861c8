package target

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Bounds on a target. A connection string of a thousand hosts has room in them.
const (
	maxInput   = 512 << 10
	maxHosts   = 1000
	maxOptions = 1000
)

// percentHint is how user information is written.
const percentHint = `percent-encode it: "@" is %40, ":" is %3A, "/" is %2F, "?" is %3F, "%" is %25`

// Parse reads one target: host, host:port, an IPv4 or IPv6 address with or
// without port, mongodb://... or mongodb+srv://... (connection string
// specification; initial DNS seedlist discovery specification). White space
// around it does not count.
//
// It returns every problem. The target is nil where nothing could be
// understood; beside errors it is what was understood all the same.
func Parse(input string) (*Target, []Problem) {
	input = strings.TrimSpace(input)
	invalid := func(message, hint string) (*Target, []Problem) {
		return nil, []Problem{{Severity: Error, ID: URIInvalid, Message: message, Hint: hint}}
	}
	switch {
	case input == "":
		return invalid("the target is empty", "name a host, such as db1.example.com:27017, or a connection string")
	case len(input) > maxInput:
		return invalid(fmt.Sprintf("the target has %d bytes, more than the %d of the longest that is read", len(input), maxInput), "")
	case !utf8.ValidString(input):
		return invalid("the target is not valid UTF-8", "")
	}
	p := split(input)
	t := &Target{}
	var problems []Problem
	wrong := func(message, hint string) {
		problems = append(problems, Problem{Severity: Error, ID: URIInvalid, Message: message, Hint: hint})
	}
	hosts, tooMany := readHosts(p)
	t.Input = p.redacted(hosts)
	switch p.scheme {
	case "":
		checkBare(p, wrong)
	case "mongodb":
		t.Scheme = MongoDB
	case "mongodb+srv":
		t.Scheme = SRV
	default:
		wrong(fmt.Sprintf("%q is no scheme of a connection string", p.scheme), "begin with mongodb:// or mongodb+srv://")
		return t, t.settle(problems)
	}
	t.readUserinfo(p, wrong)
	if tooMany {
		wrong(fmt.Sprintf("more than %d hosts", maxHosts), "give the targets in parts")
	} else {
		t.takeHosts(hosts, wrong)
	}
	if t.Scheme == BareHost {
		return t, t.settle(problems)
	}
	t.readDatabase(p.path, wrong)
	if p.hasQuery && !p.hasSlash {
		problems = append(problems, Problem{
			ID:      URIInvalid,
			Message: `there is no "/" between the hosts and "?", and older drivers refuse that`,
			Hint:    `write "/?"`,
		})
	}
	if p.hasQuery {
		read, found := readQuery(p.query, FromURI)
		t.given = read
		problems = append(problems, found...)
		problems = append(problems, t.apply()...)
	}
	return t, t.settle(problems)
}

// checkBare refuses what only a connection string can have.
func checkBare(p parts, wrong func(message, hint string)) {
	const hint = "write a connection string that begins with mongodb:// or mongodb+srv://"
	switch {
	case p.hasUser:
		wrong("a user name and password before the host need a connection string", hint)
	case p.hasSlash || p.hasQuery:
		wrong("a database or options after the host need a connection string", hint)
	case strings.Contains(p.hosts, ","):
		wrong("several hosts need a connection string, or a target each", hint)
	}
}

// readHosts reads the hosts, or none if there are too many.
func readHosts(p parts) (hosts []host, tooMany bool) {
	if n := strings.Count(p.hosts, ",") + 1; n > maxHosts {
		return []host{{shown: fmt.Sprintf("(%d hosts)", n)}}, true
	}
	for s := range strings.SplitSeq(p.hosts, ",") {
		hosts = append(hosts, readHost(s, p.scheme == ""))
	}
	return hosts, false
}

// takeHosts checks the hosts against the scheme and keeps those that are good.
func (t *Target) takeHosts(hosts []host, wrong func(message, hint string)) {
	if t.Scheme == SRV && len(hosts) > 1 {
		wrong(fmt.Sprintf("mongodb+srv takes one host name, and there are %d", len(hosts)), "use mongodb:// with several hosts")
		return
	}
	for i, h := range hosts {
		which := "the host"
		if len(hosts) > 1 {
			which = fmt.Sprintf("host %d of %d", i+1, len(hosts))
		}
		switch {
		case h.problem != "":
			wrong(which+" "+h.problem, h.hint)
		case t.Scheme != SRV && h.socket != "":
			t.Sockets = append(t.Sockets, h.socket)
		case t.Scheme != SRV:
			t.Hosts = append(t.Hosts, h.HostPort)
		case h.socket != "" || isAddress(h.Host):
			wrong("mongodb+srv takes a host name that has SRV records", "use mongodb:// with an address")
		default:
			t.SRVHost = h.Host
			if h.hasPort {
				wrong("mongodb+srv takes no port: the SRV records name the ports", "leave the port out, or use mongodb://")
			}
		}
	}
}

// readUserinfo reads user name and password (connection string specification,
// "Userinfo"). Only the user name is kept.
func (t *Target) readUserinfo(p parts, wrong func(message, hint string)) {
	if !p.hasUser || p.scheme == "" {
		return
	}
	t.HasCredentials = true
	name, password, _ := strings.Cut(p.userinfo, ":")
	t.HasPassword = password != ""
	decoded, err := url.PathUnescape(name)
	_, err2 := url.PathUnescape(password)
	switch {
	case p.unescaped, strings.Contains(p.userinfo, "@"), strings.Contains(password, ":"):
		wrong(`the user name or the password contains a character that must be percent-encoded, such as "@", ":", "/" or "?"`, percentHint)
	case err != nil || err2 != nil:
		wrong(`the user name or the password contains a "%" that begins no percent-encoding`, percentHint)
	case decoded == "":
		wrong(`the user name before "@" is empty`, `leave the "@" out where there are no credentials`)
	default:
		t.Username = Secret(decoded)
	}
}

// readDatabase reads the database (connection string specification, "Auth
// Database").
func (t *Target) readDatabase(path string, wrong func(message, hint string)) {
	name, err := url.PathUnescape(path)
	switch {
	case err != nil:
		wrong(`the database name contains a "%" that begins no percent-encoding`, `percent-encode it: "%" is %25`)
	case strings.ContainsAny(name, `/\ "$`):
		wrong(`the database name contains one of / \ " $ or a space`, "set authSource for the database to authenticate against, such as authSource=$external")
	default:
		t.Database = name
	}
}
