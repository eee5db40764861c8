package target

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// host is one host of a target, or what is wrong with it.
type host struct {
	HostPort
	// hasPort is whether the port is written.
	hasPort bool
	// socket is the path of a Unix domain socket; then the rest is empty.
	socket string
	// problem is what is wrong, for a sentence that begins with the host, and
	// hint what to do. Neither has text of the input, which may be part of a
	// password.
	problem, hint string
	// shown is the host as it may be shown.
	shown string
}

// readHost reads one host of a connection string (connection string
// specification, "Host Identifier"), or, if bare, a target of its own.
func readHost(s string, bare bool) host {
	bad := func(problem, hint string) host {
		return host{problem: problem, hint: hint, shown: hidden}
	}
	if s == "" {
		return bad("is empty", "name a host, such as db1.example.com:27017")
	}
	if s[0] == '[' {
		return readLiteral(s)
	}
	if !bare && hasFold(s, "%2f") {
		path, err := url.PathUnescape(s)
		if err != nil || !strings.HasSuffix(path, ".sock") {
			return bad(`contains "%2F" and is no Unix domain socket, whose path ends in .sock`, "")
		}
		return host{socket: path, shown: printable(s)}
	}
	if strings.Count(s, ":") > 1 {
		if a, err := netip.ParseAddr(s); err == nil && a.Is6() && checkZone(a.Zone()) == "" {
			if !bare {
				return bad("is an IPv6 address without brackets", "write [2001:db8::1] or [2001:db8::1]:27017")
			}
			return host{HostPort: HostPort{s, DefaultPort}, shown: printable(s)}
		}
		return bad("has more than one colon", "write host:port, and an IPv6 address in brackets")
	}
	name, port, hasPort := strings.Cut(s, ":")
	if !bare && strings.Contains(name, "%") {
		decoded, err := url.PathUnescape(name)
		if err != nil {
			return bad(`has a "%" that begins no percent-encoding`, "")
		}
		name = decoded
	}
	if wrong := checkName(name); wrong != "" {
		return bad(wrong, "")
	}
	h := host{HostPort: HostPort{name, DefaultPort}, hasPort: hasPort, shown: printable(s)}
	if hasPort {
		h.readPort(port)
	}
	return h
}

// readLiteral reads an IPv6 address in brackets, with a zone after "%25"
// (RFC 6874) or after "%" as people write it.
func readLiteral(s string) host {
	bad := host{problem: "is no IPv6 address in brackets", hint: "write [2001:db8::1] or [2001:db8::1]:27017", shown: hidden}
	inner, rest, ok := strings.Cut(s[1:], "]")
	if !ok {
		return bad
	}
	if before, zone, ok := strings.Cut(inner, "%25"); ok {
		inner = before + "%" + zone
	}
	a, err := netip.ParseAddr(inner)
	if err != nil || !a.Is6() || checkZone(a.Zone()) != "" {
		return bad
	}
	h := host{HostPort: HostPort{inner, DefaultPort}, shown: printable(s)}
	if rest == "" {
		return h
	}
	port, ok := strings.CutPrefix(rest, ":")
	if !ok {
		return bad
	}
	h.hasPort = true
	h.readPort(port)
	return h
}

// readPort reads a port of one to five digits.
func (h *host) readPort(s string) {
	n := 0
	if len(s) <= 5 && strings.Trim(s, "0123456789") == "" {
		n, _ = strconv.Atoi(s) // five digits at most: it can only be empty
	}
	if n < 1 || n > 65535 {
		h.problem = "has no number from 1 to 65535 as its port"
		h.hint = "write host:port; a user name and password come before the host, with @ between"
		h.shown = strings.TrimSuffix(h.shown, s) + hidden
		return
	}
	h.Port = n
}

// checkName says what is wrong with a host name, for a sentence that begins
// with it; "" is nothing. Names may have underscores and letters beyond ASCII.
func checkName(name string) string {
	const longest, longestLabel = 253, 63 // RFC 1035 section 2.3.4, as text
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return "is empty"
	}
	if len(name) > longest {
		return fmt.Sprintf("is longer than the %d characters of a DNS name", longest)
	}
	for label := range strings.SplitSeq(name, ".") {
		switch {
		case label == "":
			return "has an empty label"
		case len(label) > longestLabel:
			return fmt.Sprintf("has a label longer than the %d characters of DNS", longestLabel)
		}
	}
	return checkZone(name)
}

// checkZone says what is wrong with the characters of a name or a zone.
func checkZone(s string) string {
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		case c > unicode.MaxASCII && unicode.IsPrint(c) && c != unicode.ReplacementChar:
		default:
			return "has a character that no host name has"
		}
	}
	return ""
}

// isAddress reports whether a host is an IP address.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// hasFold reports whether s contains the lower-case substring in any case.
func hasFold(s, sub string) bool { return strings.Contains(strings.ToLower(s), sub) }

// printable replaces what must not reach a terminal or a log.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
