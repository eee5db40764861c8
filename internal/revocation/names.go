package revocation

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

const (
	oidCRLPoints = "\x55\x1d\x1f"

	tagDirectoryName = cbasn1.Tag(4 | 0xa0)
	tagURI           = cbasn1.Tag(6 | 0x80)

	// maxPoints bounds the distribution points of a certificate and the names of
	// one.
	maxPoints = 256
)

// point is a DistributionPoint of a certificate (RFC 5280 section 4.2.1.13).
type point struct {
	pointName
	// issuers are the names of cRLIssuer, as generalName has them.
	issuers []string
}

// pointName is a DistributionPointName. Its zero value is none.
type pointName struct {
	full []string // as generalName has them
	// relative is an RDN below the name of the CRL's issuer, with its tag.
	relative []byte
}

func (n pointName) present() bool { return n.full != nil || n.relative != nil }

// under are the names that n stands for when the CRL is of the issuer named.
func (n pointName) under(issuer []byte) []string {
	if n.relative == nil {
		return n.full
	}
	s := cryptobyte.String(issuer)
	var rdns cryptobyte.String
	if !s.ReadASN1(&rdns, cbasn1.SEQUENCE) {
		return nil
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(rdns)
		b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(n.relative) })
	})
	name, err := b.Bytes()
	if err != nil {
		return nil
	}
	return []string{directoryName(name)}
}

// points are the distribution points of a certificate. Those that cannot be read
// are left out.
func points(c *certificate.Certificate) []point {
	return readPoints(certificateExtension(c, oidCRLPoints))
}

func readPoints(s cryptobyte.String) []point {
	var list []point
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) {
		return nil
	}
	for !s.Empty() && len(list) < maxPoints {
		var body, name, issuers cryptobyte.String
		var hasName, hasIssuers bool
		var p point
		if !s.ReadASN1(&body, cbasn1.SEQUENCE) ||
			!body.ReadOptionalASN1(&name, &hasName, explicit(0)) ||
			!body.SkipOptionalASN1(cbasn1.Tag(1).ContextSpecific()) || // reasons
			!body.ReadOptionalASN1(&issuers, &hasIssuers, explicit(2)) {
			return list
		}
		ok := true
		if hasName {
			p.pointName, ok = readPointName(name)
		}
		if hasIssuers && ok {
			p.issuers, ok = generalNames(issuers)
		}
		if ok {
			list = append(list, p)
		}
	}
	return list
}

// readPointName reads the content of a distributionPoint field.
func readPointName(s cryptobyte.String) (pointName, bool) {
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) || !s.Empty() {
		return pointName{}, false
	}
	switch tag {
	case explicit(0):
		full, ok := generalNames(body)
		return pointName{full: full}, ok && len(full) > 0
	case explicit(1):
		return pointName{relative: body}, len(body) > 0
	}
	return pointName{}, false
}

// generalNames reads the content of a GeneralNames SEQUENCE.
func generalNames(s cryptobyte.String) ([]string, bool) {
	var names []string
	for !s.Empty() {
		var element cryptobyte.String
		var tag cbasn1.Tag
		// The alternatives of GeneralName are context-specific.
		if !s.ReadAnyASN1Element(&element, &tag) || tag&0xc0 != 0x80 || len(names) >= maxPoints {
			return nil, false
		}
		names = append(names, generalName(tag, element))
	}
	return names, true
}

// generalName is a GeneralName as a key for comparing: a directoryName as its
// canonical form, any other as its DER.
func generalName(tag cbasn1.Tag, element cryptobyte.String) string {
	whole := string(element)
	var name cryptobyte.String
	if tag == tagDirectoryName && element.ReadASN1(&name, tag) {
		if key := directoryName(name); key != "" {
			return key
		}
	}
	return whole
}

// directoryName is the key of a DER Name; empty if it is none. No GeneralName
// begins with the letter in front.
func directoryName(name []byte) string {
	key, ok := certificate.CanonicalName(name)
	if !ok {
		return ""
	}
	return canonicalKey(key)
}

func canonicalKey(canonical string) string { return "N" + canonical }

// firstDirectoryName is the canonical form of the first directoryName among
// names.
func firstDirectoryName(names []string) (string, bool) {
	i := slices.IndexFunc(names, func(name string) bool { return len(name) > 0 && name[0] == 'N' })
	if i < 0 {
		return "", false
	}
	return names[i][1:], true
}

// intersect reports whether two lists have a name in common.
func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
}
