package finding

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/verify"
)

// promised are the identifiers that users rely on, of the groups that rules
// speak of.
const promised = `
	dns-not-found dns-timeout srv-not-found srv-domain-mismatch srv-txt-invalid
	tcp-refused tcp-timeout tcp-unreachable tcp-reset
	no-encryption tls-disabled not-tls not-mongodb plaintext-accepted plaintext-client
	protocol-version no-shared-cipher handshake-failure handshake-timeout handshake-closed
	alert-internal-error atlas-access-list sni-required sni-unrecognized large-hello-dropped
	weak-protocol-enabled weak-cipher-enabled tls13-unavailable
	issuer-unknown intermediate-missing self-signed-leaf self-signed-root-untrusted ca-file-mismatch
	cert-expired cert-not-yet-valid cert-expiring intermediate-expired root-expired clock-skew
	chain-misordered chain-extra-certificates issuer-not-ca path-length-exceeded name-constraint
	purpose-server-auth purpose-client-auth key-too-small signature-weak
	key-identifier-missing not-strict cert-malformed cert-lifetime
	hostname-mismatch hostname-cn-only hostname-ip-not-in-san
	client-cert-required client-cert-rejected client-cert-untrusted client-cert-expired client-cert-purpose
	client-cert-cluster-member client-cert-not-requested x509-user-mismatch
	option-unsupported insecure-option trust-store-missing
	file-unreadable ca-file-invalid
	option-conflict member-hostname-mismatch member-unreachable set-name-mismatch not-srv-host
	verify-failed undetermined client-rejected-certificate server-misconfigured client-runtime-outdated
	dependency-missing legacy-renegotiation tls-record-corrupt uri-invalid not-tls-failure`

func TestCatalogueIsComplete(t *testing.T) {
	seen := map[ID]bool{}
	for _, e := range Catalogue() {
		if seen[e.ID] {
			t.Errorf("%s is there twice", e.ID)
		}
		seen[e.ID] = true
	}
	for _, id := range strings.Fields(promised) {
		if !seen[ID(id)] {
			t.Errorf("%s has no entry", id)
		}
	}
	for _, kind := range []verify.Kind{
		verify.KindMalformed, verify.KindCAFileMismatch, verify.KindIntermediateMissing, verify.KindIssuerUnknown, verify.KindSelfSignedLeaf,
		verify.KindSelfSignedRoot, verify.KindIssuerNotCA, verify.KindPathLength, verify.KindNameConstraint, verify.KindCriticalExtension,
		verify.KindPurposeServer, verify.KindExpired, verify.KindNotYetValid, verify.KindIntermediateExpired, verify.KindRootExpired,
		verify.KindKeyTooSmall, verify.KindSignatureWeak, verify.KindKeyIdentifierMissing, verify.KindMisordered, verify.KindExpiring,
		verify.KindPurposeClient, verify.KindExtra, verify.KindLifetime, verify.KindNotStrict,
	} {
		if !seen[chainID(kind)] {
			t.Errorf("%s has no entry", chainID(kind))
		}
	}
	for _, s := range lab.Scenarios() {
		if s.Finding != "" && !seen[ID(s.Finding)] {
			t.Errorf("%s, which the lab shows as %s, has no entry", s.Finding, s.ID)
		}
	}
	for _, id := range append(slices.Clone(unreachableIDs), withoutAuthorities...) {
		if !seen[id] {
			t.Errorf("%s has no entry", id)
		}
	}
	if _, ok := Lookup("no-such-entry"); ok {
		t.Error("there is an entry for what has none")
	}
}

func TestSilencesLeadDown(t *testing.T) {
	silences := map[ID][]ID{}
	for _, e := range Catalogue() {
		silences[e.ID] = e.Silences
	}
	for id := range silences {
		var visit func(at ID, path []ID)
		visit = func(at ID, path []ID) {
			for _, next := range silences[at] {
				if _, ok := silences[next]; !ok {
					t.Errorf("%s silences %s, which has no entry", at, next)
				}
				if slices.Contains(path, next) {
					t.Errorf("%v leads back to %s", path, next)
					continue
				}
				visit(next, append(slices.Clone(path), next))
			}
		}
		visit(id, []ID{id})
	}
}

// placeholder is what fill fills.
var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// switchesOff are the ways to switch verification off, which nobody is to be
// advised.
var switchesOff = regexp.MustCompile(`(?i)tlsInsecure|tlsAllowInvalid|sslAllowInvalid|sslInsecure|CERT_NONE|ssl_cert_reqs|verify=False|rejectUnauthorized|NODE_TLS_REJECT|InsecureSkipVerify|allowInvalid|curl[^|]* -[a-z]*k\b|--insecure|-verify 0|trust-?all`)

func TestCatalogueWords(t *testing.T) {
	for _, e := range Catalogue() {
		t.Run(string(e.ID), func(t *testing.T) {
			if e.Title == "" || strings.ToUpper(e.Title[:1]) != e.Title[:1] || strings.HasSuffix(e.Title, ".") || len(e.Title) > 80 {
				t.Errorf("title %q", e.Title)
			}
			if !strings.HasSuffix(e.Why, ".") || strings.ContainsAny(e.Why, "\n\t") {
				t.Errorf("why %q", e.Why)
			}
			if len(e.Fix) == 0 || strings.HasPrefix(e.Fix[0], "$ ") {
				t.Errorf("the fix does not begin with what to do: %q", e.Fix)
			}
			for _, text := range append([]string{e.Why}, e.Fix...) {
				for _, p := range placeholder.FindAllString(text, -1) {
					if _, ok := general[strings.Trim(p, "{}")]; !ok && p != "{sni}" {
						t.Errorf("nobody fills %s in %q", p, text)
					}
				}
				if strings.Contains(text, "  ") || text != strings.TrimSpace(text) {
					t.Errorf("spaces in %q", text)
				}
			}
			for _, line := range e.Fix {
				if switchesOff.MatchString(line) && !strings.HasPrefix(line, "Remove") {
					t.Errorf("advises to switch verification off: %q", line)
				}
				if !strings.HasPrefix(line, "$ ") && !strings.ContainsAny(line[len(line)-1:], ".:,") && !strings.Contains(line[strings.LastIndexByte(line, ' ')+1:], "://") && !strings.HasSuffix(line, "{filehint}") {
					t.Errorf("the line has no end: %q", line)
				}
			}
		})
	}
}

// TestSwitchesOff: the guard above knows what it guards against.
func TestSwitchesOff(t *testing.T) {
	for _, line := range []string{
		"Set tlsInsecure=true", "add tlsAllowInvalidCertificates=true", "ssl_cert_reqs=CERT_NONE", "requests.get(url, verify=False)", "$ curl -sk https://x", "$ curl -k https://x",
		"rejectUnauthorized: false", "net.tls.allowInvalidCertificates: true", "$ mongosh --tlsAllowInvalidHostnames",
	} {
		if !switchesOff.MatchString(line) {
			t.Errorf("%q passes", line)
		}
	}
	for _, line := range []string{"$ curl -s https://checkip.amazonaws.com", "net.tls.allowConnectionsWithoutCertificates: true"} {
		if switchesOff.MatchString(line) {
			t.Errorf("%q does not pass", line)
		}
	}
}

// TestCommandsKeepTheirWords runs every command of the catalogue with hostile
// values against programs that only show their arguments: each value must be
// within one argument, whole, and nothing else must run.
func TestCommandsKeepTheirWords(t *testing.T) {
	sh := needShell(t)
	bin := t.TempDir()
	// The stub repeats its arguments, each between marks, and eats its input.
	stub := "#!" + sh + "\nfor a in \"$@\"; do printf '\\001%s\\002' \"$a\" >&3; done\n"
	for _, program := range []string{
		"apt-get", "cat", "chmod", "curl", "date", "dig", "getent", "ls", "mongo", "mongosh", "mongotls", "openssl", "sha256sum", "timedatectl", "your-program",
	} {
		if err := os.WriteFile(filepath.Join(bin, program), []byte(stub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := func(command string) (said []byte, dir string) {
		dir = t.TempDir()
		args, err := os.Create(filepath.Join(t.TempDir(), "args"))
		if err != nil {
			t.Fatal(err)
		}
		defer args.Close()
		cmd := exec.CommandContext(t.Context(), sh, "-c", command)
		cmd.Dir, cmd.Env, cmd.ExtraFiles = dir, []string{"PATH=" + bin}, []*os.File{args}
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", command, err, out)
		}
		said, err = os.ReadFile(args.Name())
		if err != nil {
			t.Fatal(err)
		}
		return said, dir
	}
	evil := "x';touch pwned;$(touch pwned)`touch pwned`\"\n\ttouch pwned #"
	entries := Catalogue()
	for _, f := range producerFixes {
		// What is not from the network is as it is written here.
		for _, line := range f.fix {
			if placeholder.MatchString(line) {
				entries = append(entries, Entry{ID: f.ids[0], Fix: []string{line}})
			}
		}
	}
	for _, e := range entries {
		for _, line := range e.Fix {
			command, ok := strings.CutPrefix(line, "$ ")
			if !ok {
				continue
			}
			values := map[string]string{}
			for _, p := range placeholder.FindAllString(line, -1) {
				values[strings.Trim(p, "{}")] = evil
			}
			if strings.Contains(line, "{sni}") {
				values["name"] = evil
			}
			said, dir := run(strings.TrimPrefix(fill("$ "+command, values), "$ "))
			if got, want := bytes.Count(said, []byte(evil)), len(placeholder.FindAllString(line, -1)); got != want {
				t.Errorf("%s: %q shows %d of %d values whole", e.ID, line, got, want)
			}
			made, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range made {
				if !strings.Contains(line, "> "+f.Name()) {
					t.Errorf("%s: %q made %s", e.ID, line, f.Name())
				}
			}
		}
	}
}
