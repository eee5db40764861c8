package target

import "strings"

// parts are the pieces of a target (connection string specification, "General
// Syntax"), still percent-encoded.
type parts struct {
	// scheme is what stands before "://"; empty for a bare host.
	scheme string
	// userinfo is what stands before the "@", if hasUser.
	userinfo string
	hasUser  bool
	// hosts are what stands between, with commas.
	hosts string
	// path is what follows the first "/", the database; hasSlash if there is one.
	path     string
	hasSlash bool
	// query is what follows the first "?", if hasQuery.
	query    string
	hasQuery bool
	// unescaped is whether user information seems to have a "/" or "?" that is
	// not percent-encoded: then userinfo is all up to the last "@".
	unescaped bool
}

// split takes a target apart. It errs on the side of user information: a piece
// of a password that is taken for a host or an option would be shown.
func split(s string) parts {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || !isScheme(scheme) {
		scheme, rest = "", s
	}
	p := splitRest(rest)
	last := strings.LastIndexByte(rest, '@')
	if last >= 0 && (scheme == "" || p.misleads()) {
		p = splitRest(rest[last+1:])
		p.userinfo, p.hasUser, p.unescaped = rest[:last], true, true
	}
	p.scheme = scheme
	return p
}

func splitRest(rest string) parts {
	var p parts
	authority := rest
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority = rest[:i]
		p.hasSlash = rest[i] == '/'
		tail := rest[i:]
		if p.hasSlash {
			tail = tail[1:]
		}
		p.path, p.query, p.hasQuery = strings.Cut(tail, "?")
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		p.userinfo, p.hasUser, authority = authority[:i], true, authority[i+1:]
	}
	p.hosts = authority
	return p
}

// misleads reports whether an "@" stands where the end of user information is
// more likely than anything else: in the database, in the name of an option,
// or in a query that follows on something that is no list of hosts.
func (p *parts) misleads() bool {
	if strings.Contains(p.path, "@") {
		return true
	}
	if !strings.Contains(p.query, "@") {
		return false
	}
	for element := range strings.SplitSeq(p.query, "&") {
		if name, _, _ := strings.Cut(element, "="); strings.Contains(name, "@") {
			return true
		}
	}
	if p.hasUser {
		return false
	}
	if !p.hasSlash {
		return true
	}
	for h := range strings.SplitSeq(p.hosts, ",") {
		if readHost(h, false).problem != "" {
			return true
		}
	}
	return false
}

// isScheme reports whether s is a scheme of RFC 3986 section 3.1.
func isScheme(s string) bool {
	for i, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return s != ""
}

// maxShown bounds Target.Input, in bytes.
const maxShown = 4096

// redacted writes a target for people: on one printable line, without user
// information, and without what is or may be a secret among the options.
func (p *parts) redacted(hosts []host) string {
	var b strings.Builder
	if p.scheme != "" {
		b.WriteString(p.scheme + "://")
	}
	if p.hasUser {
		b.WriteString(hidden)
		if p.unescaped || strings.Contains(p.userinfo, ":") {
			b.WriteString(":" + hidden)
		}
		b.WriteByte('@')
	}
	for i, h := range hosts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(h.shown)
	}
	if p.hasSlash {
		b.WriteString("/" + printable(p.path))
	}
	if p.hasQuery {
		b.WriteByte('?')
		afterSecret := false
		for i, element := range strings.Split(p.query, "&") {
			if i > 0 {
				b.WriteByte('&')
			}
			name, value, ok := strings.Cut(element, "=")
			known, found := lookUp(name)
			b.WriteString(showName(name, afterSecret))
			switch {
			case !ok:
			case !found || known.option.secret || strings.Contains(value, "@"):
				b.WriteString("=" + hidden)
			default:
				b.WriteString("=" + printable(value))
			}
			afterSecret = isSecret(known, found, afterSecret)
		}
	}
	s := b.String()
	if len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + "..."
	}
	return s
}

// showName returns the name of an option as it may be shown: a known one
// always, another one unless it may be the rest of a password that contains an
// unescaped "&", or is not made of the characters of names.
func showName(name string, afterSecret bool) string {
	if name == "" {
		return ""
	}
	if _, known := lookUp(name); known {
		return printable(name)
	}
	if afterSecret || len(name) > 64 {
		return hidden
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-', c == '.':
		default:
			return hidden
		}
	}
	return name
}

// isSecret tells of an element of the query whether an unknown one after it may
// be a part of its value.
func isSecret(e entry, known, afterSecret bool) bool {
	if !known {
		return afterSecret
	}
	return e.option.secret
}
