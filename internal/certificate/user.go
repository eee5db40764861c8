package certificate

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// User is the MONGODB-X509 user that a server takes a certificate's subject for.
type User struct {
	// Name is the user name in the database $external; empty if the subject is.
	Name string
	// Uncertain is why the server may see another name, a sentence fragment;
	// empty if it will not.
	Uncertain string
}

// X509User renders the subject as mongod does (SSLX509Name in its
// ssl_manager.cpp): the order and the short names are OpenSSL's, but it escapes
// by itself, prepares values as RFC 4518 says, and shows the text of attribute
// types that OpenSSL does not know where OpenSSL shows their DER.
func (c *Certificate) X509User() User {
	n, err := parseName(c.RawSubject)
	if c.Error != "" || err != nil {
		return User{Uncertain: "the subject cannot be read"}
	}
	var u User
	var b strings.Builder
	for i := len(n) - 1; i >= 0; i-- {
		if i < len(n)-1 {
			b.WriteByte(',')
		}
		// Like OpenSSL it walks all attributes backwards, also within an RDN.
		for j := len(n[i]) - 1; j >= 0; j-- {
			if j < len(n[i])-1 {
				b.WriteByte('+')
			}
			short, known := shortNames[n[i][j].oid]
			if !known {
				short = n[i][j].oid
			}
			value, uncertain := n[i][j].prepared()
			if uncertain != "" && u.Uncertain == "" {
				u.Uncertain = short + " " + uncertain
			}
			b.WriteString(short + "=" + escapeUser(value))
		}
	}
	u.Name = b.String()
	return u
}

// CreateUser is the mongosh command that makes the user, with a role to put
// another in place of. It is empty without a name.
func (u User) CreateUser() string {
	if u.Name == "" {
		return ""
	}
	// A string of JSON is one of JavaScript, too.
	var quoted strings.Builder
	e := json.NewEncoder(&quoted)
	e.SetEscapeHTML(false)
	if err := e.Encode(u.Name); err != nil {
		return ""
	}
	return fmt.Sprintf(`db.getSiblingDB("$external").runCommand({createUser: %s, roles: [{role: "readWrite", db: "test"}]})`,
		strings.TrimSuffix(quoted.String(), "\n"))
}

// prepared is the value as mongod holds it: the bytes of the string, whatever
// its type's encoding, after the string preparation of RFC 4518.
func (a attribute) prepared() (value, uncertain string) {
	raw := cryptobyte.String(a.raw)
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !raw.ReadAnyASN1(&body, &tag) {
		return "", "cannot be read"
	}
	switch {
	case !a.isText:
		return string(body), "is not a string"
	case !utf8.Valid(body):
		return a.text, "is not in UTF-8, which the server cannot prepare"
	}
	var b strings.Builder
	for _, r := range string(body) {
		mapped, keep := mapRune(r)
		if keep {
			b.WriteRune(mapped)
		}
		if !stable(mapped) {
			uncertain = "has characters that the server normalizes (RFC 4518, NFKC)"
		}
	}
	return b.String(), uncertain
}

// mapRune is the step "map" of RFC 4518 section 2.2. keep is false for what it
// drops.
func mapRune(r rune) (mapped rune, keep bool) {
	switch {
	case r >= '\t' && r <= '\r', r == 0x85, r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a,
		r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' ', true
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xad, r == 0x34f, r == 0x6dd, r == 0x70f,
		r >= 0x1806 && r <= 0x180e, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x2063, r >= 0x206a && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f,
		r == 0xfeff, r >= 0xfff9 && r <= 0xfffc:
		return ' ', false
	}
	return r, true
}

// stableRanges are letters that the normalization form KC leaves alone and that
// combine with no character of these ranges.
var stableRanges = [][2]rune{
	{0x20, 0x7e}, {0xc0, 0x131}, {0x134, 0x13e}, {0x141, 0x148}, {0x14a, 0x17e},
	{0x386, 0x386}, {0x388, 0x3ce}, {0x400, 0x481}, {0x48a, 0x4ce}, {0x5d0, 0x5ea}, {0x621, 0x63a}, {0x641, 0x64a},
	{0x3041, 0x3096}, {0x30a1, 0x30fa}, {0x4e00, 0x9fa5}, {0xac00, 0xd7a3},
}

func stable(r rune) bool {
	for _, s := range stableRanges {
		if r >= s[0] && r <= s[1] {
			return true
		}
	}
	return false
}

// escapeUser escapes a value by mongod's rules, which are those of RFC 2253
// section 2.4 with every byte above 0x7f in hexadecimal.
func escapeUser(value string) string {
	var b strings.Builder
	for i := range len(value) {
		ch := value[i]
		switch {
		case ch >= utf8.RuneSelf:
			fmt.Fprintf(&b, `\%02X`, ch)
		case strings.IndexByte(`,+"\<>;`, ch) >= 0,
			i == 0 && (ch == ' ' || ch == '#'),
			// A blank at the end of a value whose escaped form is of two
			// characters only stays as it is.
			i == len(value)-1 && ch == ' ' && b.Len() >= 2:
			b.WriteByte('\\')
			b.WriteByte(ch)
		default:
			b.WriteByte(ch)
		}
	}
	return b.String()
}
