package probe

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// suite is an entry of the IANA TLS Cipher Suites registry that a hello of ours
// offers. Suites without a use for MongoDB (PSK, Kerberos, SRP, DSS) are left out.
type suite struct {
	id   uint16
	name string
	kind suiteKind
}

type suiteKind uint8

const (
	// suiteSound: authenticated, encrypted with 112 bits or more, and offered
	// by one TLS library or another without being asked to.
	suiteSound suiteKind = iota
	// suiteWeak: no encryption, no authentication, export keys, RC4, DES, 3DES,
	// RC2 or IDEA (RFC 7465, RFC 9325 section 4.1).
	suiteWeak
	// suite13: selectable with TLS 1.3 only.
	suite13
)

// suites lists what hellos offer, strongest first.
var suites = []suite{
	{0x1301, "TLS_AES_128_GCM_SHA256", suite13},
	{0x1302, "TLS_AES_256_GCM_SHA384", suite13},
	{0x1303, "TLS_CHACHA20_POLY1305_SHA256", suite13},
	{0x1304, "TLS_AES_128_CCM_SHA256", suite13},
	{0x1305, "TLS_AES_128_CCM_8_SHA256", suite13},

	{0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", suiteSound},
	{0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", suiteSound},
	{0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", suiteSound},
	{0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", suiteSound},
	{0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", suiteSound},
	{0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", suiteSound},
	{0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", suiteSound},
	{0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", suiteSound},
	{0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", suiteSound},
	{0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", suiteSound},
	{0xc0ad, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM", suiteSound},
	{0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", suiteSound},
	{0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", suiteSound},
	{0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM", suiteSound},
	{0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM", suiteSound},
	{0xc0a2, "TLS_DHE_RSA_WITH_AES_128_CCM_8", suiteSound},
	{0xc0a3, "TLS_DHE_RSA_WITH_AES_256_CCM_8", suiteSound},
	{0xc05c, "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256", suiteSound},
	{0xc05d, "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384", suiteSound},
	{0xc060, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256", suiteSound},
	{0xc061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384", suiteSound},
	{0xc052, "TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256", suiteSound},
	{0xc053, "TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384", suiteSound},
	{0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", suiteSound},
	{0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", suiteSound},
	{0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", suiteSound},
	{0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", suiteSound},
	{0xc072, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256", suiteSound},
	{0xc073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384", suiteSound},
	{0xc076, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256", suiteSound},
	{0xc077, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384", suiteSound},
	{0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", suiteSound},
	{0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", suiteSound},
	{0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", suiteSound},
	{0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", suiteSound},
	{0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", suiteSound},
	{0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", suiteSound},
	{0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", suiteSound},
	{0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", suiteSound},
	{0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA", suiteSound},
	{0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA", suiteSound},
	{0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", suiteSound},
	{0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", suiteSound},
	{0xc09c, "TLS_RSA_WITH_AES_128_CCM", suiteSound},
	{0xc09d, "TLS_RSA_WITH_AES_256_CCM", suiteSound},
	{0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8", suiteSound},
	{0xc0a1, "TLS_RSA_WITH_AES_256_CCM_8", suiteSound},
	{0xc050, "TLS_RSA_WITH_ARIA_128_GCM_SHA256", suiteSound},
	{0xc051, "TLS_RSA_WITH_ARIA_256_GCM_SHA384", suiteSound},
	{0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", suiteSound},
	{0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256", suiteSound},
	{0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", suiteSound},
	{0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", suiteSound},
	{0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", suiteSound},
	{0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA", suiteSound},

	{0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", suiteWeak},
	{0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", suiteWeak},
	{0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", suiteWeak},
	{0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", suiteWeak},
	{0x0007, "TLS_RSA_WITH_IDEA_CBC_SHA", suiteWeak},
	{0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", suiteWeak},
	{0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA", suiteWeak},
	{0x0005, "TLS_RSA_WITH_RC4_128_SHA", suiteWeak},
	{0x0004, "TLS_RSA_WITH_RC4_128_MD5", suiteWeak},
	{0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA", suiteWeak},
	{0x0009, "TLS_RSA_WITH_DES_CBC_SHA", suiteWeak},
	{0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", suiteWeak},
	{0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", suiteWeak},
	{0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", suiteWeak},
	{0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", suiteWeak},
	{0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA", suiteWeak},
	{0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", suiteWeak},
	{0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA", suiteWeak},
	{0xc016, "TLS_ECDH_anon_WITH_RC4_128_SHA", suiteWeak},
	{0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384", suiteWeak},
	{0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256", suiteWeak},
	{0x006d, "TLS_DH_anon_WITH_AES_256_CBC_SHA256", suiteWeak},
	{0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256", suiteWeak},
	{0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA", suiteWeak},
	{0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA", suiteWeak},
	{0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA", suiteWeak},
	{0x0018, "TLS_DH_anon_WITH_RC4_128_MD5", suiteWeak},
	{0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA", suiteWeak},
	{0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA", suiteWeak},
	{0xc015, "TLS_ECDH_anon_WITH_NULL_SHA", suiteWeak},
	{0x003b, "TLS_RSA_WITH_NULL_SHA256", suiteWeak},
	{0x0002, "TLS_RSA_WITH_NULL_SHA", suiteWeak},
	{0x0001, "TLS_RSA_WITH_NULL_MD5", suiteWeak},
}

// suiteIDs returns the identifiers of the given kinds, in the order of suites.
func suiteIDs(kinds ...suiteKind) []uint16 {
	var ids []uint16
	for _, s := range suites {
		for _, k := range kinds {
			if s.kind == k {
				ids = append(ids, s.id)
			}
		}
	}
	return ids
}

// suiteName is the registry's name, or the number where we know none.
func suiteName(id uint16) string {
	for _, s := range suites {
		if s.id == id {
			return s.name
		}
	}
	return fmt.Sprintf("0x%04x", id)
}

// mainSuites are the TLS 1.0-1.2 suites that crypto/tls can use of those a
// driver on OpenSSL offers: its own list leaves RSA key exchange and CBC with
// SHA-256 out, which OpenSSL does not. TLS 1.3 suites are not configurable.
func mainSuites() []uint16 {
	var ids []uint16
	known := append(tls.CipherSuites(), tls.InsecureCipherSuites()...)
	for _, s := range suites {
		if s.kind != suiteSound {
			continue
		}
		for _, k := range known {
			if k.ID == s.id {
				ids = append(ids, s.id)
			}
		}
	}
	return ids
}

// groupName is the name of the IANA TLS Supported Groups registry.
func groupName(id tls.CurveID) string {
	switch id {
	case 0:
		return ""
	case tls.X25519:
		return "x25519"
	case tls.CurveP256:
		return "secp256r1"
	case tls.CurveP384:
		return "secp384r1"
	case tls.CurveP521:
		return "secp521r1"
	case tls.X25519MLKEM768:
		return "X25519MLKEM768"
	case 30:
		return "x448"
	case 256:
		return "ffdhe2048"
	case 257:
		return "ffdhe3072"
	case 258:
		return "ffdhe4096"
	case 4587:
		return "SecP256r1MLKEM768"
	case 4589:
		return "SecP384r1MLKEM1024"
	}
	return fmt.Sprintf("0x%04x", uint16(id))
}

// versionName names a protocol version as reports do.
func versionName(v uint16) string {
	switch v {
	case 0:
		return ""
	case 0x0300:
		return "SSL3.0"
	case tls.VersionTLS10:
		return "TLS1.0"
	case tls.VersionTLS11:
		return "TLS1.1"
	case tls.VersionTLS12:
		return "TLS1.2"
	case tls.VersionTLS13:
		return "TLS1.3"
	}
	return fmt.Sprintf("0x%04x", v)
}

// strong reports whether a suite of TLS 1.2, by its name, has ECDHE and AEAD, as
// the first choices of every driver have.
func strong(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") && (strings.Contains(name, "_GCM_") || strings.Contains(name, "_CHACHA20_")) && !strings.Contains(name, "_ARIA_")
}

// strongSuites are the suites of that kind.
func strongSuites() []uint16 {
	var ids []uint16
	for _, s := range suites {
		if s.kind == suiteSound && strong(s.name) {
			ids = append(ids, s.id)
		}
	}
	return ids
}
