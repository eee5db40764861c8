package certificate

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxAttributes bounds the attributes of one name.
const maxAttributes = 256

// The attribute types that the package looks at by itself.
const (
	oidCommonName      = "2.5.4.3"
	oidOrganization    = "2.5.4.10"
	oidOrgUnit         = "2.5.4.11"
	oidDomainComponent = "0.9.2342.19200300.100.1.25"
	oidEmailAddress    = "1.2.840.113549.1.9.1"
)

// attribute is one type and value of a name.
type attribute struct {
	oid  string
	text string // UTF-8
	// isText is whether the value is of a string type; text is empty if not.
	isText bool
	raw    []byte // the value with tag and length
}

// SubjectEmail is an emailAddress attribute of a subject.
type SubjectEmail struct {
	// Value is empty if it is of no string type.
	Value string
	// IA5String is whether it is of that type, the only one that RFC 5280
	// section 4.1.2.6 allows.
	IA5String bool
}

// name is a Name in DER order: RDNs of one or more attributes each.
type name [][]attribute

// parseName reads a DER Name with its tag and length.
func parseName(der []byte) (name, error) {
	s := cryptobyte.String(der)
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) {
		return nil, errors.New("name is not a sequence")
	}
	var n name
	count := 0
	for !s.Empty() {
		var set cryptobyte.String
		if !s.ReadASN1(&set, cbasn1.SET) {
			return nil, errors.New("relative distinguished name is not a set")
		}
		var rdn []attribute
		for !set.Empty() {
			if count++; count > maxAttributes {
				return nil, fmt.Errorf("name has more than %d attributes", maxAttributes)
			}
			var pair, oid, value cryptobyte.String
			var tag cbasn1.Tag
			if !set.ReadASN1(&pair, cbasn1.SEQUENCE) ||
				!pair.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
				!pair.ReadAnyASN1Element(&value, &tag) || !pair.Empty() {
				return nil, errors.New("attribute of a name is not readable")
			}
			a := attribute{oid: dotted(oid), raw: value}
			body := value
			if body.ReadAnyASN1(&body, &tag) {
				a.text, a.isText = decodeString(tag, body)
			}
			rdn = append(rdn, a)
		}
		n = append(n, rdn)
	}
	return n, nil
}

func (c *Certificate) parseNames(subject, issuer []byte) error {
	c.RawSubject, c.RawIssuer = subject, issuer
	s, err := parseName(subject)
	if err != nil {
		return fmt.Errorf("subject: %w", err)
	}
	i, err := parseName(issuer)
	if err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	c.Subject, c.Issuer = s.String(), i.String()
	// What parseName reads has a canonical form.
	c.canonicalSubject, _ = CanonicalName(subject)
	c.canonicalIssuer, _ = CanonicalName(issuer)
	for _, rdn := range s {
		for _, a := range rdn {
			if a.oid == oidEmailAddress {
				c.SubjectEmails = append(c.SubjectEmails, SubjectEmail{
					Value: a.text, IA5String: cbasn1.Tag(a.raw[0]) == cbasn1.IA5String,
				})
			}
		}
	}
	c.CommonNames = s.values(oidCommonName)
	if n := len(c.CommonNames); n > 0 {
		c.CommonName = c.CommonNames[n-1]
	}
	if cns := i.values(oidCommonName); len(cns) > 0 {
		c.IssuerCommonName = cns[len(cns)-1]
	}
	c.Organizations, c.IssuerOrganizations = s.values(oidOrganization), i.values(oidOrganization)
	c.OrgUnits, c.IssuerOrgUnits = s.values(oidOrgUnit), i.values(oidOrgUnit)
	c.DomainComponents, c.IssuerDomainComponents = s.values(oidDomainComponent), i.values(oidDomainComponent)
	return nil
}

// CanonicalName brings a DER Name into the form by which names are equal to
// OpenSSL: string types, case and runs of white space do not count. It is a key
// for maps, not for people. ok is false if raw is no readable name.
func CanonicalName(raw []byte) (key string, ok bool) {
	var out, rdn []byte
	s := cryptobyte.String(raw)
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) {
		return "", false
	}
	count := 0
	for !s.Empty() {
		var set cryptobyte.String
		if !s.ReadASN1(&set, cbasn1.SET) {
			return "", false
		}
		var attributes [][]byte
		for !set.Empty() {
			var pair, oid, value, body cryptobyte.String
			var tag cbasn1.Tag
			if count++; count > maxAttributes ||
				!set.ReadASN1(&pair, cbasn1.SEQUENCE) ||
				!pair.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
				!pair.ReadAnyASN1Element(&value, &tag) || !pair.Empty() {
				return "", false
			}
			body = value
			if !body.ReadAnyASN1(&body, &tag) {
				return "", false
			}
			attributes = append(attributes, canonicalAttribute(oid, tag, body, value))
		}
		// The order within a SET OF does not count.
		slices.SortFunc(attributes, bytes.Compare)
		rdn = rdn[:0]
		for _, a := range attributes {
			rdn = append(rdn, a...)
		}
		// With its length before it, an RDN is the beginning of no other, so
		// that the subtrees of a name are exactly its prefixes (RFC 5280
		// section 4.2.1.10, directoryName).
		out = binary.AppendUvarint(out, uint64(len(rdn)))
		out = append(out, rdn...)
	}
	return string(out), true
}

// canonicalAttribute joins type and value, each after its length. Values of
// string types are folded, others kept.
func canonicalAttribute(oid []byte, tag cbasn1.Tag, body, value []byte) []byte {
	out := make([]byte, 0, len(oid)+len(value)+4)
	out = binary.AppendUvarint(out, uint64(len(oid)))
	out = append(out, oid...)
	if text, ok := decodeString(tag, body); ok {
		folded := foldText(text)
		out = binary.AppendUvarint(append(out, 1), uint64(len(folded)))
		return append(out, folded...)
	}
	out = binary.AppendUvarint(append(out, 0), uint64(len(value)))
	return append(out, value...)
}

// CanonicalSubject and CanonicalIssuer are the names as CanonicalName has them.
func (c *Certificate) CanonicalSubject() string { return c.canonicalSubject }

// CanonicalIssuer is the issuer's name as CanonicalName has it.
func (c *Certificate) CanonicalIssuer() string { return c.canonicalIssuer }

// SelfIssued reports whether subject and issuer are the same name.
func (c *Certificate) SelfIssued() bool {
	return c.Error == "" && c.canonicalSubject == c.canonicalIssuer
}

// values are the texts of all attributes of one type, in DER order.
func (n name) values(oid string) []string {
	var out []string
	for _, rdn := range n {
		for _, a := range rdn {
			if a.oid == oid && a.isText {
				out = append(out, a.text)
			}
		}
	}
	return out
}

// String renders the name as OpenSSL does with -nameopt RFC2253.
func (n name) String() string {
	var b strings.Builder
	for i := len(n) - 1; i >= 0; i-- {
		if i < len(n)-1 {
			b.WriteByte(',')
		}
		// OpenSSL walks all attributes backwards, also within an RDN.
		for j := len(n[i]) - 1; j >= 0; j-- {
			if j < len(n[i])-1 {
				b.WriteByte('+')
			}
			n[i][j].write(&b)
		}
	}
	return b.String()
}

func (a attribute) write(b *strings.Builder) {
	short, known := shortNames[a.oid]
	if !known || !a.isText {
		if !known {
			short = a.oid
		}
		fmt.Fprintf(b, "%s=#%X", short, a.raw)
		return
	}
	b.WriteString(short)
	b.WriteByte('=')
	for i := range len(a.text) {
		ch := a.text[i]
		edge := i == 0 || i == len(a.text)-1
		switch {
		case ch < 0x20 || ch >= 0x7f:
			fmt.Fprintf(b, `\%02X`, ch)
		case strings.IndexByte(`,+"\<>;`, ch) >= 0,
			ch == '#' && i == 0,
			ch == ' ' && edge:
			b.WriteByte('\\')
			b.WriteByte(ch)
		default:
			b.WriteByte(ch)
		}
	}
}

// foldText lower-cases ASCII, trims ASCII white space and makes one space of
// each run of it.
func foldText(s string) string {
	b := make([]byte, 0, len(s))
	space := false
	for i := range len(s) {
		ch := s[i]
		switch {
		case ch == ' ' || ch >= '\t' && ch <= '\r':
			space = true
			continue
		case ch >= 'A' && ch <= 'Z':
			ch += 'a' - 'A'
		}
		if space && len(b) > 0 {
			b = append(b, ' ')
		}
		space = false
		b = append(b, ch)
	}
	return string(b)
}

// The string types that cryptobyte has no name for.
const (
	tagVisibleString   = cbasn1.Tag(26)
	tagUniversalString = cbasn1.Tag(28)
	tagBMPString       = cbasn1.Tag(30)
)

// decodeString brings an ASN.1 string into UTF-8 without looking at its type's
// alphabet. T61String is read as Latin-1, as everyone does.
func decodeString(tag cbasn1.Tag, b []byte) (string, bool) {
	switch tag {
	case cbasn1.UTF8String:
		if !utf8.Valid(b) {
			return latin1(b), true
		}
		return string(b), true
	case cbasn1.PrintableString, cbasn1.IA5String, cbasn1.T61String, tagVisibleString:
		return latin1(b), true
	case tagBMPString:
		if len(b)%2 != 0 {
			return "", false
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		return string(utf16.Decode(units)), true
	case tagUniversalString:
		if len(b)%4 != 0 {
			return "", false
		}
		var out strings.Builder
		for i := 0; i < len(b); i += 4 {
			out.WriteRune(rune(uint32(b[i])<<24 | uint32(b[i+1])<<16 | uint32(b[i+2])<<8 | uint32(b[i+3])))
		}
		return out.String(), true
	}
	return "", false
}

func latin1(b []byte) string {
	if !slices.ContainsFunc(b, func(ch byte) bool { return ch >= utf8.RuneSelf }) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, ch := range b {
		runes[i] = rune(ch)
	}
	return string(runes)
}

// dotted renders the content of an OBJECT IDENTIFIER; one that is not readable
// shows its bytes.
func dotted(content []byte) string {
	var b []byte
	var value uint64
	first := true
	for i, ch := range content {
		if value>>57 != 0 || value == 0 && ch == 0x80 {
			return fmt.Sprintf("#%X", content)
		}
		value = value<<7 | uint64(ch&0x7f)
		if ch&0x80 != 0 {
			if i == len(content)-1 {
				return fmt.Sprintf("#%X", content)
			}
			continue
		}
		if first {
			root := min(value/40, 2)
			b = strconv.AppendUint(b, root, 10)
			value -= root * 40
			first = false
		}
		b = append(b, '.')
		b = strconv.AppendUint(b, value, 10)
		value = 0
	}
	return string(b)
}

// escapeControls makes text that quotes a certificate safe for a terminal.
func escapeControls(s string) string {
	quoted := strconv.QuoteToGraphic(s)
	return strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), `\\`, `\`)
}

// Name renders a DER-encoded Name as Certificate.Subject does. What is no Name
// gives its bytes in hexadecimal.
func Name(raw []byte) string {
	n, err := parseName(raw)
	if err != nil {
		return hex.EncodeToString(raw)
	}
	return n.String()
}
