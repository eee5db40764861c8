package target

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mongotls/mongotls/internal/fact"
)

// marker is the password that must not come out. No part of it is in any name.
const marker = "Qz7Xw9"

// seedTargets are targets of every form.
var seedTargets = []string{
	"", "db1", "db1:27018", "[::1]:1", "::1", "fe80::1%eth0", "db1,db2", "mongodb://", "mongodb://db1/?",
	"mongodb://alice:wonder@db1,[fe80::1%25eth0]:2,%2Ftmp%2Fa.sock/app?tls=true&tlsCAFile=a%20b",
	"mongodb+srv://c.example.com/?srvMaxHosts=1&loadBalanced=true&srvServiceName=x&srvAllowedHostsSuffix=.com",
	"mongodb://alice:won/der@db1", "mongodb://alice:won?der@db1/?x", "mongodb://db1/?replicaSet=a@b&&=&x&tlsInsecure=maybe",
	"mongodb://db1/?ssl_certfile=a&ssl_keyfile=b&ssl_cert_reqs=CERT_NONE&ssl_match_hostname=false&tlsCertificateKeyFilePassword=a&b",
	"https://alice:wonder@db1/x", "mongodb://db1:99999,db2:,\x1b[31m,\xff",
}

// FuzzParse: parsing never panics, what it keeps is usable, and what it says is
// printable.
func FuzzParse(f *testing.F) {
	for _, s := range seedTargets {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		got, problems := Parse(input)
		if got == nil {
			if !HasError(problems) {
				t.Fatal("neither a target nor an error")
			}
			return
		}
		for _, h := range got.Hosts {
			if h.Host == "" || h.Port < 1 || h.Port > 65535 || printable(h.Host) != h.Host {
				t.Errorf("host %+v", h)
			}
		}
		if !HasError(problems) && len(got.Hosts) == 0 && got.SRVHost == "" {
			t.Error("nothing to check, and no error")
		}
		shown := []string{got.Input}
		for _, p := range problems {
			shown = append(shown, p.String())
			if p.Message == "" {
				t.Errorf("a problem without a message: %+v", p)
			}
		}
		for _, s := range shown {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
				t.Errorf("%q is shown", s)
			}
		}
		if _, err := json.Marshal(got.Facts()); err != nil {
			t.Error(err)
		}
		if again := newProblems(nil, got.Validate()); len(newProblems(problems, again)) > 0 {
			t.Errorf("Validate has more than was told: %v", newProblems(problems, again))
		}
	})
}

// FuzzRedaction: a password in user information or in an option comes out
// nowhere, whatever is around it, even where it makes the target invalid.
func FuzzRedaction(f *testing.F) {
	for _, s := range seedTargets {
		f.Add(s, "db1/?tls=true")
	}
	f.Add("mongodb://al/ice", "x@db1")
	f.Add("mongodb://db1/?tls=", "")
	f.Add("mongodb://db1?a=b&", "=c")
	f.Add("mongodb://db1/a?b=c&", "db1/?w=1")
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, marker) {
			t.Skip("the marker is in the rest")
		}
		check := func(input string) {
			t.Helper()
			got, problems := Parse(input)
			var shown strings.Builder
			for _, p := range problems {
				shown.WriteString(p.String() + strings.Join(p.Options, " "))
			}
			if got != nil {
				facts := got.Facts()
				// What stands after "tlsCAFile=" names a file, whatever it looks like.
				facts.Options = fact.Options{}
				b, err := json.Marshal(facts)
				if err != nil {
					t.Fatal(err)
				}
				shown.Write(b)
			}
			if strings.Contains(shown.String(), marker) {
				t.Errorf("Parse(%q) shows the password: %s", input, shown.String())
			}
		}
		// As drivers take it: all up to the last "@".
		check(before + ":" + marker + "@" + after)
		// As an option, where nothing around ends it.
		if !strings.ContainsAny(before+after, "&=?#") {
			check("mongodb://db1/?tlsCertificateKeyFilePassword=" + before + marker + after)
			check("mongodb://db1/?sslPEMKeyPassword=" + before + "&" + marker + after)
		}
	})
}
