package certificate

import (
	"net/netip"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// NameConstraints are the names that a CA's certificates may and may not carry
// (RFC 5280 section 4.2.1.10). Within one kind of name, an empty list of what is
// permitted permits all.
type NameConstraints struct {
	PermittedDNS, ExcludedDNS []string
	// PermittedIPs and ExcludedIPs are address and mask.
	PermittedIPs, ExcludedIPs []IPRange
	// PermittedDirs and ExcludedDirs are distinguished names, as CanonicalName
	// has them: a name is within one that is a prefix of it.
	PermittedDirs, ExcludedDirs []string
	// PermittedDirText are PermittedDirs for people.
	PermittedDirText []string
	// Unsupported are the kinds of name constrained that are not evaluated:
	// "rfc822Name", "uniformResourceIdentifier" and others.
	Unsupported []string
	// MinMax is whether a subtree has a minimum or maximum, which RFC 5280
	// forbids and OpenSSL refuses.
	MinMax bool
}

// IPRange is an iPAddress constraint. The mask need not be contiguous.
type IPRange struct {
	Addr netip.Addr
	Mask []byte
}

// Contains reports whether ip is in the range; an IPv4 range holds no IPv6
// address and the other way round.
func (r IPRange) Contains(ip netip.Addr) bool {
	want, have := r.Addr.AsSlice(), ip.AsSlice()
	if len(want) != len(have) || len(r.Mask) != len(want) {
		return false
	}
	for i := range want {
		if (want[i]^have[i])&r.Mask[i] != 0 {
			return false
		}
	}
	return true
}

// unsupportedNames are the kinds of GeneralName whose constraints are only told.
var unsupportedNames = map[cbasn1.Tag]string{
	cbasn1.Tag(0 | 0xa0): "otherName",
	tagEmail:             "rfc822Name",
	cbasn1.Tag(3 | 0xa0): "x400Address",
	cbasn1.Tag(5 | 0xa0): "ediPartyName",
	tagURI:               "uniformResourceIdentifier",
	cbasn1.Tag(8 | 0x80): "registeredID",
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
	if err := nc.read(permitted, true); err != nil {
		return err
	}
	if err := nc.read(excluded, false); err != nil {
		return err
	}
	c.NameConstraints = nc
	return nil
}

func (nc *NameConstraints) read(subtrees cryptobyte.String, permitted bool) error {
	for count := 0; !subtrees.Empty(); count++ {
		var subtree, base cryptobyte.String
		var tag cbasn1.Tag
		if !subtrees.ReadASN1(&subtree, cbasn1.SEQUENCE) ||
			!subtree.ReadAnyASN1(&base, &tag) || count >= maxNames {
			return errMalformed
		}
		// A minimum of zero is the default and harmless where it is spelt out.
		if string(subtree) != "\x80\x01\x00" {
			nc.MinMax = nc.MinMax || !subtree.Empty()
		}
		switch tag {
		case tagDNSName:
			if permitted {
				nc.PermittedDNS = append(nc.PermittedDNS, string(base))
			} else {
				nc.ExcludedDNS = append(nc.ExcludedDNS, string(base))
			}
		case tagIPAddress:
			if len(base) != 8 && len(base) != 32 {
				return errMalformed
			}
			addr, _ := netip.AddrFromSlice(base[:len(base)/2])
			r := IPRange{Addr: addr, Mask: base[len(base)/2:]}
			if permitted {
				nc.PermittedIPs = append(nc.PermittedIPs, r)
			} else {
				nc.ExcludedIPs = append(nc.ExcludedIPs, r)
			}
		case tagDirectoryName:
			n, err := parseName(base)
			if err != nil {
				return err
			}
			key, _ := CanonicalName(base)
			if permitted {
				nc.PermittedDirs = append(nc.PermittedDirs, key)
				nc.PermittedDirText = append(nc.PermittedDirText, n.String())
			} else {
				nc.ExcludedDirs = append(nc.ExcludedDirs, key)
			}
		default:
			kind, ok := unsupportedNames[tag]
			if !ok {
				return errMalformed
			}
			nc.Unsupported = append(nc.Unsupported, kind)
		}
	}
	return nil
}
