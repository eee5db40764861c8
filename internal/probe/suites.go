package probe

import (
	"crypto/tls"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/registry"
)

// mainSuites are the TLS 1.0-1.2 suites that crypto/tls can use of those a
// driver on OpenSSL offers: its own list leaves RSA key exchange and CBC with
// SHA-256 out, which OpenSSL does not. TLS 1.3 suites are not configurable.
func mainSuites() []uint16 {
	var ids []uint16
	known := append(tls.CipherSuites(), tls.InsecureCipherSuites()...)
	for _, id := range registry.CommonSound {
		if slices.ContainsFunc(known, func(k *tls.CipherSuite) bool { return k.ID == id }) {
			ids = append(ids, id)
		}
	}
	return ids
}

// tls13AndMain are the suites of a hello that offers what the main handshake does.
func tls13AndMain() []uint16 { return slices.Concat(registry.Common13, mainSuites()) }

// soundAndWeak are those of a hello that looks for a version, not for a suite.
func soundAndWeak() []uint16 { return slices.Concat(registry.CommonSound, registry.CommonWeak) }

// strong reports whether a suite of TLS 1.2, by its name, has ECDHE and AEAD, as
// the first choices of every driver have.
func strong(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") && (strings.Contains(name, "_GCM_") || strings.Contains(name, "_CHACHA20_")) && !strings.Contains(name, "_ARIA_")
}

// strongSuites are the suites of that kind.
func strongSuites() []uint16 {
	var ids []uint16
	for _, id := range registry.CommonSound {
		if strong(registry.SuiteName(id)) {
			ids = append(ids, id)
		}
	}
	return ids
}
