package certificate

import (
	"encoding/hex"
	"strings"
)

// Written is a distinguished name as somebody wrote it, in whatever of the usual
// forms: RFC 2253 with or without blanks, quotes and semicolons, or with slashes
// as OpenSSL's oldest form has it.
type Written struct {
	// Attributes are in the order written.
	Attributes []WrittenAttribute
	// Spaced is whether there are blanks that stand for nothing, Semicolons whether a
	// semicolon is one, Slashes whether it is the form with slashes.
	Spaced, Semicolons, Slashes bool
}

// WrittenAttribute is one type and value of a Written name.
type WrittenAttribute struct {
	// Type is the type as written, Name OpenSSL's short name of it, or Type where
	// it has none.
	Type, Name string
	// Raw is the value as written, Value without its escapes.
	Raw, Value string
	// Joined is whether it belongs to the same RDN as the one before.
	Joined bool
}

// maxWritten bounds a name that is read, in bytes: no subject of a certificate
// that is of use comes near it.
const maxWritten = 16 << 10

// ReadWritten reads a written name. ok is false where it is none.
func ReadWritten(text string) (w Written, ok bool) {
	if len(text) > maxWritten {
		return Written{}, false
	}
	if strings.HasPrefix(text, "/") {
		return readSlashes(text[1:])
	}
	rest := text
	joined := false
	for {
		part, separator, after := cutAttribute(rest)
		a, ok := readAttribute(part)
		if !ok || len(w.Attributes) == maxAttributes {
			return Written{}, false
		}
		w.Spaced = w.Spaced || part != a.Type+"="+a.Raw
		w.Semicolons = w.Semicolons || separator == ';'
		a.Joined = joined
		w.Attributes = append(w.Attributes, a)
		if separator == 0 {
			return w, true
		}
		joined, rest = separator == '+', after
	}
}

// readSlashes reads what follows the first slash of /C=US/O=Acme/CN=app. A slash
// in a value is not told from a separator unless no type follows.
func readSlashes(rest string) (w Written, ok bool) {
	w.Slashes = true
	for part := range strings.SplitSeq(rest, "/") {
		n := len(w.Attributes)
		a, ok := readAttribute(part)
		switch {
		case ok && n < maxAttributes:
			w.Attributes = append(w.Attributes, a)
		case n > 0:
			w.Attributes[n-1].Raw += "/" + part
			w.Attributes[n-1].Value += "/" + part
		default:
			return Written{}, false
		}
	}
	return w, true
}

// cutAttribute cuts the first attribute off, up to a separator that is neither
// escaped nor within quotes. separator is 0 at the end.
func cutAttribute(text string) (part string, separator byte, rest string) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == ';' || c == '+'):
			return text[:i], c, text[i+1:]
		}
	}
	return text, 0, ""
}

// trimValue takes the blanks around off, but for one at the end that is escaped.
func trimValue(s string) string {
	s = strings.TrimLeft(s, " ")
	trimmed := strings.TrimRight(s, " ")
	escapes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	if escapes%2 == 1 && len(trimmed) < len(s) {
		return trimmed + " "
	}
	return trimmed
}

func readAttribute(part string) (WrittenAttribute, bool) {
	typ, value, ok := strings.Cut(part, "=")
	typ = strings.Trim(typ, " ")
	if !ok || typ == "" || strings.ContainsAny(typ, `"\<>#`) {
		return WrittenAttribute{}, false
	}
	raw := trimValue(value)
	return WrittenAttribute{Type: typ, Name: writtenName(typ), Raw: raw, Value: unescape(raw)}, true
}

// unescape takes quotes and backslashes out of a value (RFC 2253 section 2.4 and
// the older forms of its section 4).
func unescape(raw string) string {
	if n := len(raw); n >= 2 && raw[0] == '"' && raw[n-1] == '"' {
		raw = raw[1 : n-1]
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			b.WriteByte(raw[i])
			continue
		}
		if i+2 < len(raw) {
			if c, err := hex.DecodeString(raw[i+1 : i+3]); err == nil {
				b.Write(c)
				i += 2
				continue
			}
		}
		i++
		b.WriteByte(raw[i])
	}
	return b.String()
}

// otherNames are what other programs call attribute types: Java, .NET, RFC 4519
// and the long names of OpenSSL. In lower case.
var otherNames = map[string]string{
	"commonname": "CN", "countryname": "C", "country": "C", "localityname": "L", "locality": "L",
	"s": "ST", "sp": "ST", "stateorprovincename": "ST", "state": "ST",
	"organizationname": "O", "organization": "O", "organizationalunitname": "OU", "organizationalunit": "OU",
	"e": "emailAddress", "email": "emailAddress",
	"domaincomponent": "DC", "userid": "UID", "streetaddress": "street", "t": "title",
	"surname": "SN", "givenname": "GN", "g": "GN", "generation": "generationQualifier",
}

// writtenName is OpenSSL's short name of an attribute type as somebody wrote it.
func writtenName(typ string) string {
	dotted := strings.TrimPrefix(strings.ToLower(typ), "oid.")
	if short, ok := shortNames[dotted]; ok {
		return short
	}
	if short, ok := otherNames[dotted]; ok {
		return short
	}
	// Two types differ in case alone: uid is the rarer one.
	if strings.EqualFold(typ, "uid") {
		return "UID"
	}
	for _, short := range shortNames {
		if strings.EqualFold(short, typ) {
			return short
		}
	}
	return typ
}
