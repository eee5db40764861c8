package finding

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// maxDifferences bounds what is told of how two names differ.
const maxDifferences = 8

// nameDifferences tells how a user name that somebody wrote differs from the one
// that the server sees, a sentence fragment each. It is for names that differ.
func nameDifferences(given, want string) []string {
	g, ok := certificate.ReadWritten(given)
	w, readable := certificate.ReadWritten(want)
	if !ok || !readable {
		return []string{"it is not written as a distinguished name, such as CN=app,O=Acme"}
	}
	var list []string
	if g.Slashes {
		list = append(list, "it is written with slashes")
	}
	ours, theirs := g.Attributes, w.Attributes
	order := orderOf(ours, theirs, sameAttribute)
	if order == otherAttributes {
		order = orderOf(ours, theirs, alikeAttribute)
	}
	if order == otherAttributes {
		return limited(append(list, otherValues(ours, theirs)...))
	}
	list = append(list, orderWords[order]...)
	if g.Spaced {
		list = append(list, "there are blanks between its parts")
	}
	if g.Semicolons {
		list = append(list, "semicolons stand in place of commas")
	}
	return limited(append(list, otherSpellings(ours, theirs)...))
}

// limited cuts a list off where it gets long.
func limited(list []string) []string {
	if more := len(list) - maxDifferences; more > 0 {
		list = append(list[:maxDifferences:maxDifferences], fmt.Sprintf("and %d more", more))
	}
	return list
}

// sequence is how the attributes of one name stand in another.
type sequence int

const (
	sameOrder sequence = iota
	reversedOrder
	mixedOrder
	otherAttributes
)

var orderWords = map[sequence][]string{
	reversedOrder: {"the order is reversed"},
	mixedOrder:    {"the attributes are in another order"},
}

// orderOf compares names by their attributes.
func orderOf(given, want []certificate.WrittenAttribute, same func(a, b certificate.WrittenAttribute) bool) sequence {
	reversed := slices.Clone(given)
	slices.Reverse(reversed)
	switch {
	case slices.EqualFunc(given, want, same):
		return sameOrder
	case slices.EqualFunc(reversed, want, same):
		return reversedOrder
	case len(given) == len(want) && len(pairs(given, want, same)) == len(want):
		return mixedOrder
	}
	return otherAttributes
}

// pairs matches each attribute of want with one of given that is the same, once.
func pairs(given, want []certificate.WrittenAttribute, same func(a, b certificate.WrittenAttribute) bool) [][2]certificate.WrittenAttribute {
	left := slices.Clone(given)
	var matched [][2]certificate.WrittenAttribute
	for _, w := range want {
		if i := slices.IndexFunc(left, func(g certificate.WrittenAttribute) bool { return same(g, w) }); i >= 0 {
			matched = append(matched, [2]certificate.WrittenAttribute{left[i], w})
			left = slices.Delete(left, i, i+1)
		}
	}
	return matched
}

func sameAttribute(a, b certificate.WrittenAttribute) bool {
	return a.Name == b.Name && a.Value == b.Value
}

// alikeAttribute is sameAttribute for eyes that see neither case nor how many
// blanks there are.
func alikeAttribute(a, b certificate.WrittenAttribute) bool {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	return a.Name == b.Name && fold(a.Value) == fold(b.Value)
}

// otherSpellings tells what is written differently of attributes that mean the
// same.
func otherSpellings(given, want []certificate.WrittenAttribute) []string {
	var list []string
	add := func(text string) {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	joined := func(a certificate.WrittenAttribute) bool { return a.Joined }
	if slices.ContainsFunc(given, joined) != slices.ContainsFunc(want, joined) {
		add(`"+" and "," stand in different places`)
	}
	for _, p := range pairs(given, want, alikeAttribute) {
		g, w := p[0], p[1]
		if g.Type != w.Type {
			add(fmt.Sprintf("it has %s where the server says %s", g.Type, w.Type))
		}
		switch {
		case g.Value != w.Value:
			add(fmt.Sprintf("%s is %q there and %q in the certificate", w.Type, g.Value, w.Value))
		case g.Raw != w.Raw:
			add(fmt.Sprintf("%s is escaped as %s, and by the server as %s", w.Type, g.Raw, w.Raw))
		}
	}
	return list
}

// otherValues tells how the name of something else differs.
func otherValues(given, want []certificate.WrittenAttribute) []string {
	list := []string{}
	if len(pairs(given, want, alikeAttribute)) == 0 {
		return []string{"it is the name of another certificate: the two have nothing in common"}
	}
	left := slices.Clone(given)
	var missing []certificate.WrittenAttribute
	for _, w := range want {
		if i := slices.IndexFunc(left, func(g certificate.WrittenAttribute) bool { return alikeAttribute(g, w) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		missing = append(missing, w)
	}
	for _, w := range missing {
		if i := slices.IndexFunc(left, func(g certificate.WrittenAttribute) bool { return g.Name == w.Name }); i >= 0 {
			list = append(list, fmt.Sprintf("%s is %q there and %q in the certificate", w.Type, left[i].Value, w.Value))
			left = slices.Delete(left, i, i+1)
			continue
		}
		list = append(list, fmt.Sprintf("%s=%s is missing", w.Type, w.Raw))
	}
	for _, g := range left {
		list = append(list, fmt.Sprintf("the certificate has no %s=%s", g.Type, g.Raw))
	}
	return list
}

// percentEncoded is a name as it stands in a connection string.
func percentEncoded(name string) string {
	return strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
