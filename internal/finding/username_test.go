package finding

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNameDifferences(t *testing.T) {
	const want = `emailAddress=a@example.com,CN=J\C3\BCrgen,OU=apps,O=Acme\, Inc.,ST=New York,C=US`
	tests := []struct {
		name  string
		given string
		want  []string
	}{
		{"the order of the certificate", `C=US,ST=New York,O=Acme\, Inc.,OU=apps,CN=J\C3\BCrgen,emailAddress=a@example.com`, []string{"the order is reversed"}},
		{"another order", `CN=J\C3\BCrgen,emailAddress=a@example.com,OU=apps,O=Acme\, Inc.,ST=New York,C=US`, []string{"the attributes are in another order"}},
		{"blanks after the commas", `emailAddress=a@example.com, CN=J\C3\BCrgen, OU=apps, O=Acme\, Inc., ST=New York, C=US`, []string{"there are blanks between its parts"}},
		{"Windows' short names", `E=a@example.com,CN=J\C3\BCrgen,OU=apps,O=Acme\, Inc.,S=New York,C=US`,
			[]string{"it has E where the server says emailAddress", "it has S where the server says ST"}},
		{"Java's short names", `EMAILADDRESS=a@example.com,CN=J\C3\BCrgen,OU=apps,O=Acme\, Inc.,ST=New York,C=US`,
			[]string{"it has EMAILADDRESS where the server says emailAddress"}},
		{"Go's dotted type", `1.2.840.113549.1.9.1=a@example.com,CN=J\C3\BCrgen,OU=apps,O=Acme\, Inc.,ST=New York,C=US`,
			[]string{"it has 1.2.840.113549.1.9.1 where the server says emailAddress"}},
		{"UTF-8 as it is", `emailAddress=a@example.com,CN=Jürgen,OU=apps,O=Acme\, Inc.,ST=New York,C=US`,
			[]string{`CN is escaped as Jürgen, and by the server as J\C3\BCrgen`}},
		{"quotes in place of a backslash", `emailAddress=a@example.com,CN=J\C3\BCrgen,OU=apps,O="Acme, Inc.",ST=New York,C=US`,
			[]string{`O is escaped as "Acme, Inc.", and by the server as Acme\, Inc.`}},
		{"openssl's oldest form", `/C=US/ST=New York/O=Acme, Inc./OU=apps/CN=J\C3\BCrgen/emailAddress=a@example.com`,
			[]string{"it is written with slashes", "the order is reversed", `O is escaped as Acme, Inc., and by the server as Acme\, Inc.`}},
		{"all that Windows does at once", `C=US; S=New York; O="Acme, Inc."; OU=apps; CN=Jürgen; E=a@example.com`,
			[]string{"the order is reversed", "there are blanks between its parts", "semicolons stand in place of commas",
				"it has E where the server says emailAddress", `CN is escaped as Jürgen, and by the server as J\C3\BCrgen`,
				`O is escaped as "Acme, Inc.", and by the server as Acme\, Inc.`, "it has S where the server says ST"}},
		{"another case", `emailAddress=a@example.com,CN=J\C3\BCrgen,OU=Apps,O=Acme\, Inc.,ST=New York,C=us`,
			[]string{`OU is "Apps" there and "apps" in the certificate`, `C is "us" there and "US" in the certificate`}},
		{"another case in another order", `C=us,ST=New York,O=Acme\, Inc.,OU=apps,CN=J\C3\BCrgen,emailAddress=a@example.com`,
			[]string{"the order is reversed", `C is "us" there and "US" in the certificate`}},
		{"attributes of one RDN", `emailAddress=a@example.com+CN=J\C3\BCrgen,OU=apps,O=Acme\, Inc.,ST=New York,C=US`,
			[]string{`"+" and "," stand in different places`}},
		{"another name", `emailAddress=a@example.com,CN=Jane,OU=apps,O=Acme\, Inc.,ST=New York,C=US`,
			[]string{`CN is "Jane" there and "Jürgen" in the certificate`}},
		{"less and more", `CN=J\C3\BCrgen,OU=apps,O=Acme\, Inc.,L=Here,C=US`,
			[]string{"emailAddress=a@example.com is missing", "ST=New York is missing", "the certificate has no L=Here"}},
		{"another certificate altogether", "CN=other,O=Other,C=DE", []string{"it is the name of another certificate: the two have nothing in common"}},
		{"no distinguished name", "alice", []string{"it is not written as a distinguished name, such as CN=app,O=Acme"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, nameDifferences(test.given, want)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestNameDifferencesAreBounded(t *testing.T) {
	given, want := "CN=x", "CN=x"
	for range 20 {
		given += ",OU=a"
		want += ",O=b"
	}
	got := nameDifferences(given, want)
	if len(got) != maxDifferences+1 || got[maxDifferences] != "and 32 more" {
		t.Errorf("%d differences, the last %q", len(got), got[len(got)-1])
	}
	if got := nameDifferences(strings.Repeat("CN=x,", 1<<16)+"CN=x", "CN=x"); len(got) != 1 {
		t.Errorf("of a name of 300 KiB: %v", got)
	}
}

func TestPercentEncoded(t *testing.T) {
	const name, want = `CN=a b+OU=\C3\BC,O=a\+b/c@d:e%`, `CN%3Da%20b%2BOU%3D%5CC3%5CBC%2CO%3Da%5C%2Bb%2Fc%40d%3Ae%25`
	if got := percentEncoded(name); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
