// Package registry is what the IANA registries of TLS parameters say: cipher
// suites, groups, signature schemes and versions, by number and name. It is data,
// and knows of no connection.
package registry

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Suite is a cipher suite that a server can select.
type Suite struct {
	ID   uint16
	Name string
}

// Suites returns every suite of the registry, in its order, and behind them those
// that servers have had without being registered.
func Suites() []Suite { return slices.Concat(registered, unregistered) }

var suiteNames = sync.OnceValue(func() map[uint16]string {
	names := make(map[uint16]string, len(registered)+len(unregistered))
	for _, s := range Suites() {
		names[s.ID] = s.Name
	}
	return names
})

// SuiteName is the registry's name, or the number where there is none.
func SuiteName(id uint16) string { return nameOf(suiteNames(), id) }

// nameOf is a number's name, or the number as registries write it.
func nameOf(names map[uint16]string, id uint16) string {
	if name, ok := names[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", id)
}

// IsTLS13 reports whether a suite can be selected with TLS 1.3 and with nothing
// older (RFC 8446 section 4.1.2): it names no key exchange.
func IsTLS13(id uint16) bool {
	switch id {
	case 0x00c6, 0x00c7, // RFC 8998
		0xc0b4, 0xc0b5, // RFC 9150
		0xc103, 0xc104, 0xc105, 0xc106: // RFC 9367
		return true
	}
	return id>>8 == 0x13
}

// NeedsUser reports whether a server selects a suite only for a user that it
// knows and that the ClientHello names (RFC 5054, RFC 8492): no scan can tell.
func NeedsUser(name string) bool {
	return strings.Contains(name, "_SRP_") || strings.Contains(name, "_ECCPWD_")
}

// Weakness is why a suite, by its name, protects nothing or too little: "no
// encryption", "no authentication", "export keys", "RC4", "RC2", "DES", "3DES" or
// "IDEA" (RFC 7465, RFC 9325 section 4.1), "SSL 2.0". It is empty for all others.
func Weakness(name string) string {
	for _, w := range []struct{ part, weakness string }{
		{"SSL_CK_", "SSL 2.0"},
		{"_NULL", "no encryption"}, {"TLS_SHA256_SHA256", "no encryption"}, {"TLS_SHA384_SHA384", "no encryption"}, {"-NULL-", "no encryption"},
		{"_anon_", "no authentication"},
		{"_EXPORT", "export keys"},
		{"_RC4_", "RC4"}, {"_RC2_", "RC2"}, {"_3DES_", "3DES"}, {"_DES", "DES"}, {"_IDEA_", "IDEA"},
	} {
		if strings.Contains(name, w.part) {
			return w.weakness
		}
	}
	return ""
}

// IsECDHE and IsDHE report whether a suite, by its name, makes its keys by
// ephemeral Diffie-Hellman over elliptic curves, or over finite fields.
func IsECDHE(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") || strings.HasPrefix(name, "TLS_ECDH_anon_")
}

// IsDHE is explained at IsECDHE.
func IsDHE(name string) bool {
	return strings.HasPrefix(name, "TLS_DHE_") || strings.HasPrefix(name, "TLS_DH_anon_") || strings.HasPrefix(name, "TLS_PSK_DHE_")
}

// The protocol versions as they stand in messages. SSL 2.0 is told by its form.
const (
	SSL20 = 0x0002
	SSL30 = 0x0300
	TLS10 = 0x0301
	TLS11 = 0x0302
	TLS12 = 0x0303
	TLS13 = 0x0304
)

var versionNames = map[uint16]string{
	SSL20: "SSL2.0", SSL30: "SSL3.0", TLS10: "TLS1.0", TLS11: "TLS1.1", TLS12: "TLS1.2", TLS13: "TLS1.3",
}

// VersionName names a protocol version as reports do; zero has no name.
func VersionName(v uint16) string {
	if v == 0 {
		return ""
	}
	return nameOf(versionNames, v)
}
