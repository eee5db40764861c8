package spec

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/target"
)

// uriVectors are a file of the connection string and URI options specifications.
type uriVectors struct {
	Tests []uriVector `json:"tests"`
}

type uriVector struct {
	Description string         `json:"description"`
	URI         string         `json:"uri"`
	Valid       bool           `json:"valid"`
	Warning     *bool          `json:"warning"`
	Hosts       []uriHost      `json:"hosts"`
	Auth        *uriAuth       `json:"auth"`
	Options     map[string]any `json:"options"`
	// Comment is for readers of the vectors.
	Comment string `json:"comment"`
	// Credential is what the vectors of authentication expect.
	Credential *uriCredential `json:"credential"`
}

type uriCredential struct {
	Username *string `json:"username"`
	// Password, Properties and Source are not held to: a Target keeps neither of
	// the first two, and no source that goes without saying.
	Password   *string        `json:"password"`
	Source     string         `json:"source"`
	Mechanism  *string        `json:"mechanism"`
	Properties map[string]any `json:"mechanism_properties"`
}

type uriHost struct {
	Type string `json:"type"`
	Host string `json:"host"`
	// Port is null where the vector asserts none.
	Port *int `json:"port"`
}

type uriAuth struct {
	Username *string `json:"username"`
	// Password is not held to: a Target does not keep it.
	Password *string `json:"password"`
	DB       *string `json:"db"`
}

func TestConnectionStrings(t *testing.T) {
	dir := testdata(t)
	ran, used := 0, map[string]bool{}
	for _, pattern := range []string{"connection-string/*.json", "uri-options/*.json", "auth/connection-string.json"} {
		for _, name := range files(t, dir, pattern) {
			var v uriVectors
			read(t, dir, name, &v)
			if len(v.Tests) == 0 {
				t.Errorf("%s holds no tests", name)
			}
			for _, test := range v.Tests {
				id := name + ": " + test.Description
				t.Run(id, func(t *testing.T) {
					if reason, ok := skipped[id]; ok {
						used[id] = true
						t.Skip(reason)
					}
					ran++
					checkURI(t, test)
				})
			}
		}
	}
	for id := range skipped {
		if !used[id] {
			t.Errorf("no vector is called %q any more: take it off the list", id)
		}
	}
	t.Logf("%d vectors held to, %d skipped", ran, len(used))
}

func checkURI(t *testing.T, test uriVector) {
	got, problems := target.Parse(test.URI)
	problems = drop(problems)
	if valid := !target.HasError(problems); valid != test.Valid {
		t.Fatalf("Parse(%q) is valid: %t, want %t; problems: %v", test.URI, valid, test.Valid, problems)
	}
	if !test.Valid {
		return
	}
	if test.Warning != nil && hasWarning(problems) != *test.Warning {
		t.Errorf("Parse(%q) warns: %t, want %t; problems: %v", test.URI, !*test.Warning, *test.Warning, problems)
	}
	if test.Hosts != nil {
		if diff := cmp.Diff(wantHosts(test.Hosts), gotHosts(got, test.Hosts)); diff != "" {
			t.Errorf("hosts of %q (-want +got):\n%s", test.URI, diff)
		}
	}
	if a := test.Auth; a != nil {
		if a.Username != nil && string(got.Username) != *a.Username {
			t.Errorf("user name of %q is %q, want %q", test.URI, string(got.Username), *a.Username)
		}
		if got.HasCredentials != (a.Username != nil) {
			t.Errorf("%q has credentials: %t, want %t", test.URI, got.HasCredentials, a.Username != nil)
		}
		if a.DB != nil && got.Database != *a.DB {
			t.Errorf("database of %q is %q, want %q", test.URI, got.Database, *a.DB)
		}
	}
	if c := test.Credential; c != nil {
		checkCredential(t, got, c)
	}
	checkOptions(t, got.Options, test.Options, test.Options != nil && test.Warning != nil && *test.Warning)
}

// checkCredential holds the user name and the mechanism.
func checkCredential(t *testing.T, got *target.Target, want *uriCredential) {
	t.Helper()
	username, mechanism := "", ""
	if want.Username != nil {
		username = *want.Username
	}
	if want.Mechanism != nil {
		mechanism = *want.Mechanism
	}
	if string(got.Username) != username || got.Options.AuthMechanism.Value != mechanism {
		t.Errorf("user name %q and mechanism %q, want %q and %q", string(got.Username), got.Options.AuthMechanism.Value, username, mechanism)
	}
	if x := got.Facts().X509; got.UsesX509() != (mechanism == "MONGODB-X509") || x != nil && x.Username != username {
		t.Errorf("MONGODB-X509 is used: %t, with %+v", got.UsesX509(), x)
	}
}

// wantHosts and gotHosts bring both sides into one form: sockets apart, their
// order among the hosts is not kept; a port that the vector does not assert is
// the default.
func wantHosts(hosts []uriHost) []string {
	var lines []string
	for _, h := range hosts {
		if h.Type != "unix" {
			port := target.DefaultPort
			if h.Port != nil {
				port = *h.Port
			}
			lines = append(lines, h.Type+" "+target.HostPort{Host: h.Host, Port: port}.String())
		}
	}
	for _, h := range hosts {
		if h.Type == "unix" {
			lines = append(lines, "unix "+h.Host)
		}
	}
	return lines
}

func gotHosts(t *target.Target, want []uriHost) []string {
	var lines []string
	for _, h := range t.Hosts {
		kind := "hostname"
		if a, err := netip.ParseAddr(h.Host); err == nil {
			kind = "ipv4"
			if strings.Contains(a.String(), ":") {
				kind = "ip_literal"
			}
		}
		lines = append(lines, kind+" "+h.String())
	}
	for _, s := range t.Sockets {
		lines = append(lines, "unix "+s)
	}
	return lines
}
