package revocation

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// failure is why an answer does not count.
type failure struct {
	problem fact.RevocationProblem
	text    string
}

func (f *failure) Error() string { return f.text }

func failf(problem fact.RevocationProblem, format string, args ...any) *failure {
	return &failure{problem, fmt.Sprintf(format, args...)}
}

// malformed is the failure of a structure that cannot be read; what names the
// part.
func malformed(what string) *failure {
	return failf(fact.ProblemMalformed, "%s is not readable", what)
}

// badTime is the failure of a time that is not in the one form allowed.
func badTime(what string) *failure {
	return failf(fact.ProblemMalformed, "%s is not a time in the form of RFC 5280", what)
}

// failureOf is err as a failure; one of another type is told as malformed.
func failureOf(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return &failure{fact.ProblemMalformed, err.Error()}
}

// maxText bounds what is told of a failure: names and OIDs in it are a
// stranger's, and may be as long as a certificate.
const maxText = 1000

// fail records f as the answer to a check.
func fail(check *fact.RevocationCheck, f *failure) {
	check.Status, check.Problem, check.Error = fact.StatusError, f.problem, f.text
	if len(f.text) > maxText {
		check.Error = strings.ToValidUTF8(f.text[:maxText], "") + "..."
	}
}

// maxExtensions bounds one list of extensions.
const maxExtensions = 64

// extension is one X.509 extension. The OID is the content of its DER.
type extension struct {
	oid      string
	critical bool
	value    []byte
}

// readExtensions reads the content of an Extensions SEQUENCE.
func readExtensions(s cryptobyte.String) ([]extension, error) {
	var list []extension
	for !s.Empty() {
		e, ok := readExtension(&s)
		if !ok || len(list) >= maxExtensions {
			return nil, errors.New("extension is not readable")
		}
		for _, other := range list {
			// RFC 5280 section 4.2: no more than one instance.
			if other.oid == e.oid {
				return nil, fmt.Errorf("extension %s occurs twice", dotted(e.oid))
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// readExtension reads one Extension.
func readExtension(s *cryptobyte.String) (extension, bool) {
	var body, oid, value cryptobyte.String
	var e extension
	if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		return e, false
	}
	if body.PeekASN1Tag(cbasn1.BOOLEAN) && !body.ReadASN1Boolean(&e.critical) {
		return e, false
	}
	if !body.ReadASN1(&value, cbasn1.OCTET_STRING) || !body.Empty() {
		return e, false
	}
	e.oid, e.value = string(oid), value
	return e, true
}

// findExtension is the value of the extension with this OID, or nil.
func findExtension(list []extension, oid string) []byte {
	for _, e := range list {
		if e.oid == oid {
			return e.value
		}
	}
	return nil
}

// unknownCritical is the first critical extension that is not among known, as a
// dotted OID; empty if there is none.
func unknownCritical(list []extension, known map[string]bool) string {
	for _, e := range list {
		if e.critical && !known[e.oid] {
			return dotted(e.oid)
		}
	}
	return ""
}

// certificateExtension is the value of a certificate's extension; nil if it has
// none of that OID. It serves for those that certificate.Certificate does not
// hold in full.
func certificateExtension(c *certificate.Certificate, oid string) []byte {
	s := cryptobyte.String(c.RawTBS)
	explicit := cbasn1.Tag(3).Constructed().ContextSpecific()
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) {
		return nil
	}
	for !s.Empty() {
		var field cryptobyte.String
		var tag cbasn1.Tag
		if !s.ReadAnyASN1(&field, &tag) {
			return nil
		}
		if tag != explicit || !field.ReadASN1(&field, cbasn1.SEQUENCE) {
			continue
		}
		for !field.Empty() {
			e, ok := readExtension(&field)
			if !ok {
				return nil
			}
			if e.oid == oid {
				return e.value
			}
		}
	}
	return nil
}

// dotted renders the content of an OBJECT IDENTIFIER; one that is not readable
// shows its bytes.
func dotted(content string) string {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(content)) })
	s := cryptobyte.String(b.BytesOrPanic())
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1ObjectIdentifier(&oid) {
		return fmt.Sprintf("#%X", content)
	}
	return oid.String()
}

// readTime reads a UTCTime or GeneralizedTime in the one form each that RFC 5280
// sections 4.1.2.5 and 5.1.2.4 allow.
func readTime(s *cryptobyte.String) (time.Time, bool) {
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) {
		return time.Time{}, false
	}
	return parseTime(tag, body)
}

func parseTime(tag cbasn1.Tag, body []byte) (time.Time, bool) {
	text := string(body)
	switch tag {
	case cbasn1.UTCTime:
		if len(text) < 2 {
			return time.Time{}, false
		}
		// The century turns at 50, not at 69 as in the package time.
		century := "20"
		if text[0] >= '5' {
			century = "19"
		}
		text = century + text
	case cbasn1.GeneralizedTime:
	default:
		return time.Time{}, false
	}
	const layout = "20060102150405Z"
	// Parse would take fractions of a second.
	t, err := time.Parse(layout, text)
	return t, err == nil && len(text) == len(layout)
}

// minimal strips what a DER INTEGER's content may not begin with, so that equal
// numbers are equal bytes however a CA wrote them.
func minimal(b []byte) []byte {
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}

// serialKey is the content of a serial number's INTEGER in its minimal form.
func serialKey(n *big.Int) string {
	var b cryptobyte.Builder
	b.AddASN1BigInt(n)
	s := cryptobyte.String(b.BytesOrPanic())
	var body cryptobyte.String
	s.ReadASN1(&body, cbasn1.INTEGER)
	return string(body)
}

// reasons are the names of CRLReason (RFC 5280 section 5.3.1).
var reasons = map[int]string{
	0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged",
	4: "superseded", 5: "cessationOfOperation", 6: "certificateHold",
	reasonRemove: "removeFromCRL", 9: "privilegeWithdrawn", 10: "aACompromise",
}

const (
	reasonNone   = -1 // no reason is given
	reasonRemove = 8
)

func reasonName(reason int) string {
	if reason == reasonNone {
		return ""
	}
	if name, ok := reasons[reason]; ok {
		return name
	}
	return fmt.Sprintf("reason %d", reason)
}
