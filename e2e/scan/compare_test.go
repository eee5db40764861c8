package scan

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/lab"
)

// anySuite is the cipher list of everything that OpenSSL has.
const anySuite = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"

// configurations are servers that differ in versions, suites, groups and keys.
// In args, CERT, KEY and the like stand for files that are made for the test.
var configurations = []struct {
	name    string
	args    []string
	testssl bool
}{
	{"defaults, RSA", []string{"-cert", "RSA.cert", "-key", "RSA.key"}, true},
	{"defaults, ECDSA", []string{"-cert", "EC.cert", "-key", "EC.key"}, false},
	{"RSA and ECDSA", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-dcert", "EC.cert", "-dkey", "EC.key"}, false},
	{"everything, RSA", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-cipher", anySuite}, true},
	{"everything, ECDSA", []string{"-cert", "EC.cert", "-key", "EC.key", "-cipher", anySuite}, false},
	{"everything, by its own order", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-cipher", anySuite, "-serverpref"}, false},
	{"one suite", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"}, false},
	{"TLS 1.3 alone, every suite", []string{"-cert", "EC.cert", "-key", "EC.key", "-tls1_3", "-ciphersuites",
		"TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"}, true},
	{"TLS 1.1 alone", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-tls1_1", "-cipher", anySuite}, false},
	{"TLS 1.0 alone", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-tls1", "-cipher", anySuite}, true},
	{"two groups", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-groups", "X448:P-521"}, false},
	{"Brainpool", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-tls1_2", "-groups", "brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1:P-192", "-cipher", "ECDHE:@SECLEVEL=0"}, false},
	{"finite fields alone", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-groups", "ffdhe2048:ffdhe8192"}, false},
	{"a short prime", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", "DH1024"}, false},
	{"Camellia, ARIA and CCM", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-tls1_2", "-cipher", "CAMELLIA:ARIA:AESCCM"}, false},
	{"no encryption, no authentication", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-cipher", "eNULL:aNULL:@SECLEVEL=0"}, true},
	{"pre-shared keys", []string{"-nocert", "-psk", "1234", "-tls1_2", "-cipher", "PSK:@SECLEVEL=0"}, false},
	{"a client certificate asked for", []string{"-cert", "RSA.cert", "-key", "RSA.key", "-Verify", "1", "-no_ticket"}, false},
}

// certFiles makes what args may name.
func certFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, key := range map[string]lab.Key{"RSA": lab.RSA2048, "EC": lab.P256} {
		k := keyFiles(t, key)
		files[name+".cert"], files[name+".key"] = k.cert, k.key
	}
	dh := filepath.Join(t.TempDir(), "dh.pem")
	if err := os.WriteFile(dh, output(t, "openssl", "dhparam", "1024"), 0o600); err != nil {
		t.Fatal(err)
	}
	files["DH1024"] = dh
	return files
}

// TestAgainstTools compares what is found with what sslscan and testssl.sh find.
// Where they differ, testdata/differences.txt says so, and why.
func TestAgainstTools(t *testing.T) {
	need(t, "openssl")
	need(t, "sslscan")
	files := certFiles(t)
	for _, c := range configurations {
		args := slices.Clone(c.args)
		for i, a := range args {
			if path, ok := files[a]; ok {
				args[i] = path
			}
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := opensslServer(t, atOnce, 0, args...)
			compareTools(t, c.name, server.address, c.testssl)
		})
	}
	t.Run("Java", func(t *testing.T) {
		t.Parallel()
		compareTools(t, "Java", javaServer(t).address, true)
	})
	t.Run("Go", func(t *testing.T) {
		t.Parallel()
		compareTools(t, "Go", goServer(t), false)
	})
}

// compareTools asks all tools about one server.
func compareTools(t *testing.T, name, address string, withTestssl bool) {
	t.Helper()
	e, _ := check(t, address)
	found := ours(e.Scan)
	for _, v := range e.Scan.Versions {
		if v.Supported == nil || *v.Supported && !v.SuitesComplete {
			t.Errorf("%s is not established: %+v", v.Version, v)
		}
	}
	known, tools := knownDifferences(t), []string{"sslscan"}
	differences := compare(found, bySSLScan(t, address), "sslscan")
	// testssl.sh takes half a minute each time.
	if _, err := exec.LookPath("testssl"); withTestssl && err == nil && !testing.Short() {
		tools = append(tools, "testssl")
		differences = append(differences, compare(found, byTestssl(t, address), "testssl")...)
	}
	for _, d := range differences {
		if !slices.ContainsFunc(known[name], func(k string) bool { return matches(k, d) }) {
			t.Errorf("an unknown difference: %s", d)
		}
	}
	for _, k := range known[name] {
		asked := !strings.HasPrefix(k, "testssl ") || slices.Contains(tools, "testssl")
		if asked && !slices.ContainsFunc(differences, func(d string) bool { return matches(k, d) }) {
			t.Errorf("there is no difference any more: %s", k)
		}
	}
	t.Logf("%d suites, %d groups in %d connections, %.0f ms", len(e.Scan.Suites), len(e.Scan.Groups), e.Scan.Connections, e.Scan.Ms)
}

// compare tells what one side has and the other has not: "sslscan lacks TLS1.2
// 0xc0af", "sslscan alone has TLS1.2 group 0x0017". Many of a kind are counted.
func compare(found, theirs seen, tool string) []string {
	var differences []string
	for _, kind := range []struct {
		name       string
		ours, them map[string]bool
	}{{"", found.versions, theirs.versions}, {"suite ", found.suites, theirs.suites}, {"group ", found.groups, theirs.groups}} {
		if kind.name == "group " && tool == "testssl" {
			// It was not asked for them.
			continue
		}
		for _, id := range slices.Sorted(maps.Keys(kind.ours)) {
			if !kind.them[id] {
				differences = append(differences, fmt.Sprintf("%s lacks %s%s", tool, kind.name, id))
			}
		}
		for _, id := range slices.Sorted(maps.Keys(kind.them)) {
			if !kind.ours[id] {
				differences = append(differences, fmt.Sprintf("%s alone has %s%s", tool, kind.name, id))
			}
		}
	}
	return differences
}

// matches reports whether a known difference, which may have a * for the rest of a
// number, is one that was seen.
func matches(known, seen string) bool {
	ok, err := path.Match(known, seen)
	return ok && err == nil
}

// knownDifferences reads testdata/differences.txt, which says what it is made of.
func knownDifferences(t *testing.T) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "differences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]string{}
	var names []string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			names = strings.Split(line[1:len(line)-1], "; ")
		default:
			for _, n := range names {
				known[n] = append(known[n], line)
			}
		}
	}
	return known
}

// goServer is one of crypto/tls with all that it has.
func goServer(t *testing.T) (address string) {
	t.Helper()
	k := keyFiles(t, lab.RSA2048)
	certificate, err := tls.LoadX509KeyPair(k.cert, k.key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		config.CipherSuites = append(config.CipherSuites, s.ID)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func(conn net.Conn) {
				defer conn.Close()
				_ = conn.(*tls.Conn).Handshake()
			}(conn)
		}
	}()
	return listener.Addr().String()
}
