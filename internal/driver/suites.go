package driver

import (
	"slices"
	"strings"
)

// The suites of TLS 1.2 that libraries offer by default, by their IANA names.
// All have ECDHE with AES-GCM and ChaCha20.

// opensslSuites: OpenSSL offers everything but what has to be asked for.
func opensslSuites(name string) bool { return !exotic(name) && !weak(name) }

// highSuites: libmongoc asks OpenSSL for HIGH, which has more than the default.
func highSuites(name string) bool { return !weak(name) }

// nodeSuites: Node.js asks for its own list and HIGH, without Camellia.
func nodeSuites(name string) bool { return highSuites(name) && !strings.Contains(name, "CAMELLIA") }

// pythonSuites: Python 3.10 and later ask OpenSSL for forward secrecy without a
// SHA-1 MAC.
func pythonSuites(name string) bool {
	return opensslSuites(name) && !strings.HasPrefix(name, "TLS_RSA_") && !strings.HasSuffix(name, "_CBC_SHA") &&
		!strings.HasPrefix(name, "TLS_DHE_RSA_WITH_CHACHA20")
}

// goSuites: crypto/tls since Go 1.22 has ECDHE alone, and of CBC only with SHA-1.
func goSuites(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") && !exotic(name) && !weak(name) &&
		(!strings.Contains(name, "_CBC_") || strings.HasSuffix(name, "_CBC_SHA"))
}

// javaSuites: JSSE has RSA key exchange, DHE and CBC.
func javaSuites(name string) bool { return !exotic(name) && !weak(name) }

// java24Suites: JSSE since Java 24 has no RSA key exchange.
func java24Suites(name string) bool { return javaSuites(name) && !strings.HasPrefix(name, "TLS_RSA_") }

// rustlsSuites: rustls has ECDHE with AEAD alone.
func rustlsSuites(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") && !strings.Contains(name, "_CBC_") && !exotic(name) && !weak(name)
}

// dotnetSuites: .NET since 5.0 asks OpenSSL on Linux for ECDHE with AES, in GCM
// or in CBC with SHA-2.
func dotnetSuites(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") && strings.Contains(name, "_AES_") && !strings.HasSuffix(name, "_CBC_SHA") && !exotic(name) && !weak(name)
}

// exotic reports whether a suite is one that OpenSSL has and does not offer by
// default.
func exotic(suite string) bool {
	return slices.ContainsFunc([]string{"CCM", "ARIA", "CAMELLIA"}, func(part string) bool { return strings.Contains(suite, part) })
}

// weak reports whether no driver offers a suite.
func weak(suite string) bool {
	return slices.ContainsFunc([]string{"_NULL_", "_anon_", "_EXPORT", "_RC4_", "_DES_", "_3DES_", "_RC2_", "_IDEA_"}, func(part string) bool {
		return strings.Contains(suite, part)
	})
}

// The groups that libraries offer by default.
var (
	opensslGroups = []string{"x25519", "secp256r1", "x448", "secp384r1", "secp521r1", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"}
	goGroups      = []string{"x25519", "secp256r1", "secp384r1", "secp521r1"}
	javaGroups    = opensslGroups
	rustlsGroups  = []string{"x25519", "secp256r1", "secp384r1"}
)

// hybrid are the groups with a post-quantum part.
var hybrid = []string{"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"}
