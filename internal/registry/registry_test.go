package registry

import (
	"crypto/tls"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSuites holds the table to its own rules: numbers ascend, names are told
// once, and nothing stands there that is no suite.
func TestSuites(t *testing.T) {
	// The registry's assignments, less TLS_NULL_WITH_NULL_NULL and two signalling
	// values.
	if got := len(registered); got != 349 {
		t.Errorf("%d suites are registered, want 349", got)
	}
	names := map[string]bool{}
	for i, s := range registered {
		if i > 0 && s.ID <= registered[i-1].ID {
			t.Errorf("0x%04x stands behind 0x%04x", s.ID, registered[i-1].ID)
		}
		if names[s.Name] || !strings.HasPrefix(s.Name, "TLS_") {
			t.Errorf("0x%04x has the name %q", s.ID, s.Name)
		}
		names[s.Name] = true
	}
	for _, s := range Suites() {
		if slices.Contains([]uint16{0x0000, 0x00fe, 0x00ff, 0x5600}, s.ID) {
			t.Errorf("0x%04x is no suite", s.ID)
		}
	}
	numbers := map[uint16]bool{}
	for _, s := range Suites() {
		if numbers[s.ID] {
			t.Errorf("0x%04x stands there twice", s.ID)
		}
		numbers[s.ID] = true
	}
	for _, id := range slices.Concat(Common13, CommonSound, CommonWeak) {
		if !numbers[id] {
			t.Errorf("0x%04x is common, and not in the registry", id)
		}
	}
}

// TestNamesOfGo and TestNamesOfOpenSSL hold names and numbers to those of others.
func TestNamesOfGo(t *testing.T) {
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if got := SuiteName(s.ID); got != s.Name {
			t.Errorf("0x%04x is %s, in crypto/tls %s", s.ID, got, s.Name)
		}
	}
	for id, want := range map[tls.CurveID]string{tls.X25519MLKEM768: "X25519MLKEM768", tls.X25519: "x25519", tls.CurveP256: "secp256r1", tls.CurveP521: "secp521r1"} {
		if hybrid := id == tls.X25519MLKEM768; IsHybridName(want) != hybrid {
			t.Errorf("%s is hybrid: %t", want, !hybrid)
		}
		if got := GroupName(uint16(id)); got != want {
			t.Errorf("group %d is %s, want %s", id, got, want)
		}
	}
}

func TestNamesOfOpenSSL(t *testing.T) {
	out, err := exec.Command("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Skipf("there is no openssl to ask: %v", err)
	}
	lines := regexp.MustCompile(`(?m)^\s*0x([0-9A-F]{2}),0x([0-9A-F]{2}) - (\S+)`).FindAllStringSubmatch(string(out), -1)
	if len(lines) < 100 {
		t.Fatalf("openssl tells of %d suites", len(lines))
	}
	for _, l := range lines {
		id, err := strconv.ParseUint(l[1]+l[2], 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		if got := SuiteName(uint16(id)); got != l[3] {
			t.Errorf("0x%04x is %s, in OpenSSL %s", id, got, l[3])
		}
	}
}

func TestWeakness(t *testing.T) {
	for _, id := range CommonSound {
		if w := Weakness(SuiteName(id)); w != "" {
			t.Errorf("%s is sound, and weak for %s", SuiteName(id), w)
		}
	}
	for _, id := range CommonWeak {
		if Weakness(SuiteName(id)) == "" {
			t.Errorf("%s is not weak", SuiteName(id))
		}
	}
	for name, want := range map[string]string{
		"TLS_RSA_WITH_3DES_EDE_CBC_SHA": "3DES", "TLS_RSA_WITH_DES_CBC_SHA": "DES", "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA": "export keys",
		"TLS_RSA_EXPORT1024_WITH_RC4_56_SHA": "export keys", "TLS_DH_anon_WITH_AES_128_GCM_SHA256": "no authentication",
		"TLS_ECDH_anon_WITH_NULL_SHA": "no encryption", "TLS_SHA256_SHA256": "no encryption", "TLS_RSA_WITH_RC4_128_SHA": "RC4",
		"TLS_KRB5_EXPORT_WITH_RC2_CBC_40_SHA": "export keys", "TLS_KRB5_WITH_IDEA_CBC_MD5": "IDEA", "SSL_CK_RC4_128_WITH_MD5": "SSL 2.0",
		"GOST2012256-NULL-STREEBOG256": "no encryption", "TLS_RSA_WITH_SEED_CBC_SHA": "", "0x1234": "",
	} {
		if got := Weakness(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestKindsOfSuites(t *testing.T) {
	for id, want := range map[uint16]bool{0x1301: true, 0x00c6: true, 0xc0b4: true, 0xc105: true, 0xc02f: false, 0x009e: false, 0xc100: false} {
		if got := IsTLS13(id); got != want {
			t.Errorf("0x%04x of TLS 1.3: %t", id, got)
		}
	}
	for name, want := range map[string][3]bool{
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": {true, false, false}, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256": {false, true, false},
		"TLS_PSK_DHE_WITH_AES_128_CCM_8": {false, true, false}, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA": {}, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA": {true, false, false},
		"TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA": {false, false, true}, "TLS_RSA_WITH_AES_128_GCM_SHA256": {},
	} {
		if got := [3]bool{IsECDHE(name), IsDHE(name), NeedsUser(name)}; got != want {
			t.Errorf("%s: ECDHE, DHE, needs a user: %v, want %v", name, got, want)
		}
	}
}

func TestNamesOfNumbers(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{SuiteName(0xfffe), "0xfffe"}, {GroupName(0), ""}, {GroupName(0x7777), "0x7777"}, {SignatureName(0x0403), "ecdsa_secp256r1_sha256"},
		{SignatureName(0x1111), "0x1111"}, {VersionName(0), ""}, {VersionName(SSL30), "SSL3.0"}, {VersionName(0x7f1c), "0x7f1c"},
		{AlertName(70), "protocol_version"}, {AlertName(255), "unknown"}, {SSL2Name(0x010080), "SSL_CK_RC4_128_WITH_MD5"}, {SSL2Name(1), "0x000001"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
