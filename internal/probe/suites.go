package probe

import (
	"crypto/tls"
	"slices"

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
