package verify

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// matchMongod is how members of a replica set check each other's names: without
// regard to case and to a dot at the end, an asterisk for the first label
// whatever follows it, the common names only without any subjectAltName, and an
// address also where it stands as a dNSName.
func matchMongod(leaf *certificate.Certificate, host string) bool {
	names := leaf.DNSNames
	if !leaf.HasSAN {
		names = leaf.CommonNames
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		isText := func(name string) bool {
			text, err := netip.ParseAddr(name)
			return err == nil && text == ip
		}
		return slices.Contains(leaf.IPAddresses, ip) || slices.ContainsFunc(names, isText)
	}
	host = strings.TrimSuffix(host, ".")
	return slices.ContainsFunc(names, func(name string) bool {
		name = strings.TrimSuffix(name, ".")
		if equalFoldASCII(name, host) {
			return true
		}
		base, wildcard := strings.CutPrefix(name, "*.")
		first, rest, found := strings.Cut(host, ".")
		return wildcard && found && first != "" && equalFoldASCII(base, rest)
	})
}
