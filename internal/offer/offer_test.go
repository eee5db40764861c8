package offer

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSuites compares what clients offer, by a suite of each kind.
func TestSuites(t *testing.T) {
	suites := []string{
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
		"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
		"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA",
		"TLS_RSA_WITH_RC4_128_SHA",
	}
	got := map[string]string{}
	for _, c := range Clients() {
		var offers []byte
		for _, s := range suites {
			if c.HasSuite(s) {
				offers = append(offers, 'x')
			} else {
				offers = append(offers, '-')
			}
		}
		got[c.Name] = string(offers)
	}
	want := map[string]string{
		"Ruby and others on OpenSSL 3":                    "xxxxxxxx---",
		"PyMongo on Python 3.10 and later":                "xx-xx------",
		"Node.js 18 to 22 (driver, mongosh, Compass)":     "xxxxxxxxx--",
		"Node.js 24 and later":                            "xxxxxxxxx--",
		"Go 1.22 and later":                               "xxx--------",
		"Java 11 to 23":                                   "xxxxxxxx---",
		"Java 24 and later":                               "xxxxxx-----",
		"C and PHP drivers on OpenSSL 3":                  "xxxxxxxxxx-",
		"C driver on Windows (Secure Channel)":            "x-xxx-xx---",
		".NET 5 and later on Linux":                       "x--x-------",
		"Rust (rustls)":                                   "xx---------",
		"PyMongo on Python 3.6 to 3.9 with OpenSSL 1.1.1": "xxxxxxxx---",
		"PyMongo on Python 3.6 with OpenSSL 1.0.2":        "x-xxx-xx-x-",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestGroups compares what clients offer, by a group of each kind.
func TestGroups(t *testing.T) {
	groups := []string{"X25519MLKEM768", "SecP384r1MLKEM1024", "x25519", "secp521r1", "x448", "ffdhe2048", "ffdhe8192"}
	got := map[string]string{}
	for _, c := range []Client{Reference, Node24, Go, Java, Rustls} {
		var offers []byte
		for _, g := range groups {
			if c.HasGroup(g) {
				offers = append(offers, 'x')
			} else {
				offers = append(offers, '-')
			}
		}
		got[c.Name] = string(offers)
	}
	want := map[string]string{
		"Ruby and others on OpenSSL 3": "--xxxxx",
		"Node.js 24 and later":         "x-xxxx-",
		"Go 1.22 and later":            "xxxx---",
		"Java 11 to 23":                "--xxxxx",
		"Rust (rustls)":                "x-x----",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
