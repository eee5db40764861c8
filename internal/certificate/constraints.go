package certificate

import (
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// GeneralName is one name of a subjectAltName or of a name constraint (RFC 5280
// section 4.2.1.6).
type GeneralName struct {
	// Tag is the DER tag of the alternative: the Tag constants.
	Tag byte
	// Value is what the tag holds, without its length. Of a constraint on an
	// iPAddress it is address and mask, 8 or 32 bytes if it is well formed.
	Value []byte
	// Canonical is the name as CanonicalName has it, if it is a directoryName.
	Canonical string
}

// The alternatives of GeneralName, as DER tags them.
const (
	TagOtherName     = 0xa0
	TagEmail         = 0x81
	TagDNS           = 0x82
	TagX400          = 0xa3
	TagDirectoryName = 0xa4
	TagEDIParty      = 0xa5
	TagURI           = 0x86
	TagIP            = 0x87
	TagRegisteredID  = 0x88
)

// NameConstraints are the names that a CA's certificates may and may not carry
// (RFC 5280 section 4.2.1.10). Of one kind of name all are permitted as long as
// no subtree of that kind is.
type NameConstraints struct {
	Permitted, Excluded []Subtree
}

// Subtree is a GeneralSubtree.
type Subtree struct {
	GeneralName
	// MinMax is whether it has a minimum other than zero or a maximum, which
	// RFC 5280 forbids and OpenSSL refuses.
	MinMax bool
}

// readGeneralName reads one GeneralName.
func readGeneralName(s *cryptobyte.String) (GeneralName, error) {
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) {
		return GeneralName{}, errMalformed
	}
	n := GeneralName{Tag: byte(tag), Value: body}
	switch n.Tag {
	case TagOtherName, TagEmail, TagDNS, TagX400, TagEDIParty, TagURI, TagIP, TagRegisteredID:
	case TagDirectoryName:
		key, ok := CanonicalName(body)
		if !ok {
			return GeneralName{}, errMalformed
		}
		n.Canonical = key
	default:
		return GeneralName{}, errMalformed
	}
	return n, nil
}

func (c *Certificate) readNameConstraints(s cryptobyte.String) error {
	var seq, permitted, excluded cryptobyte.String
	var hasPermitted, hasExcluded bool
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) ||
		!seq.ReadOptionalASN1(&permitted, &hasPermitted, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
		!seq.ReadOptionalASN1(&excluded, &hasExcluded, cbasn1.Tag(1).Constructed().ContextSpecific()) ||
		!seq.Empty() {
		return errMalformed
	}
	nc := &NameConstraints{}
	var err error
	if nc.Permitted, err = readSubtrees(permitted); err != nil {
		return err
	}
	if nc.Excluded, err = readSubtrees(excluded); err != nil {
		return err
	}
	c.NameConstraints = nc
	return nil
}

func readSubtrees(s cryptobyte.String) ([]Subtree, error) {
	var trees []Subtree
	for !s.Empty() {
		var subtree cryptobyte.String
		if !s.ReadASN1(&subtree, cbasn1.SEQUENCE) || len(trees) >= maxNames {
			return nil, errMalformed
		}
		base, err := readGeneralName(&subtree)
		if err != nil {
			return nil, err
		}
		// A minimum of zero is the default and harmless where it is spelt out.
		minMax := !subtree.Empty() && string(subtree) != "\x80\x01\x00"
		trees = append(trees, Subtree{GeneralName: base, MinMax: minMax})
	}
	return trees, nil
}
