package certificate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadWritten(t *testing.T) {
	// attribute is one that is written as it is called, without escapes.
	attribute := func(name, value string) WrittenAttribute {
		return WrittenAttribute{Type: name, Name: name, Raw: value, Value: value}
	}
	called := func(typ, name, value string) WrittenAttribute {
		return WrittenAttribute{Type: typ, Name: name, Raw: value, Value: value}
	}
	tests := []struct {
		name string
		text string
		want Written
	}{
		{"RFC 2253", "CN=app,OU=apps,O=Acme", Written{Attributes: []WrittenAttribute{attribute("CN", "app"), attribute("OU", "apps"), attribute("O", "Acme")}}},
		{"blanks after the commas", "CN=app, O=Acme Inc", Written{Spaced: true, Attributes: []WrittenAttribute{attribute("CN", "app"), attribute("O", "Acme Inc")}}},
		{"blanks around the equals sign", "CN = app", Written{Spaced: true, Attributes: []WrittenAttribute{attribute("CN", "app")}}},
		{"semicolons", "CN=app;O=Acme", Written{Semicolons: true, Attributes: []WrittenAttribute{attribute("CN", "app"), attribute("O", "Acme")}}},
		{"slashes", "/C=US/O=Acme/CN=a/b", Written{Slashes: true, Attributes: []WrittenAttribute{attribute("C", "US"), attribute("O", "Acme"), attribute("CN", "a/b")}}},
		{"two attributes in one RDN", "CN=app+OU=apps,O=Acme", Written{Attributes: []WrittenAttribute{
			attribute("CN", "app"), {Type: "OU", Name: "OU", Raw: "apps", Value: "apps", Joined: true}, attribute("O", "Acme")}}},
		{"an escaped comma", `O=Acme\, Inc.`, Written{Attributes: []WrittenAttribute{{Type: "O", Name: "O", Raw: `Acme\, Inc.`, Value: "Acme, Inc."}}}},
		{"a comma in hexadecimal", `O=Acme\2C Inc.`, Written{Attributes: []WrittenAttribute{{Type: "O", Name: "O", Raw: `Acme\2C Inc.`, Value: "Acme, Inc."}}}},
		{"quotes", `O="Acme, Inc.",CN=a`, Written{Attributes: []WrittenAttribute{{Type: "O", Name: "O", Raw: `"Acme, Inc."`, Value: "Acme, Inc."}, attribute("CN", "a")}}},
		{"UTF-8 in hexadecimal", `CN=J\C3\BCrgen`, Written{Attributes: []WrittenAttribute{{Type: "CN", Name: "CN", Raw: `J\C3\BCrgen`, Value: "Jürgen"}}}},
		{"an escaped blank at the end", `CN=app\ ,O=Acme`, Written{Attributes: []WrittenAttribute{{Type: "CN", Name: "CN", Raw: `app\ `, Value: "app "}, attribute("O", "Acme")}}},
		{"an escaped backslash before a blank", `CN=a\\ ,O=x`, Written{Spaced: true, Attributes: []WrittenAttribute{{Type: "CN", Name: "CN", Raw: `a\\`, Value: `a\`}, attribute("O", "x")}}},
		{"a backslash at the end", `CN=a\`, Written{Attributes: []WrittenAttribute{attribute("CN", `a\`)}}},
		{"an equals sign in a value", "CN=a=b", Written{Attributes: []WrittenAttribute{attribute("CN", "a=b")}}},
		{"an empty value", "CN=,O=x", Written{Attributes: []WrittenAttribute{attribute("CN", ""), attribute("O", "x")}}},
		{"what Java and Windows call them", "EMAILADDRESS=a@b,E=a@b,S=NY,OID.2.5.4.8=NY,2.5.4.8=NY,G=Jo,T=Dr,STREET=Main,SERIALNUMBER=7,cn=x,uid=u,dc=com", Written{Attributes: []WrittenAttribute{
			called("EMAILADDRESS", "emailAddress", "a@b"), called("E", "emailAddress", "a@b"), called("S", "ST", "NY"), called("OID.2.5.4.8", "ST", "NY"), called("2.5.4.8", "ST", "NY"),
			called("G", "GN", "Jo"), called("T", "title", "Dr"), called("STREET", "street", "Main"), called("SERIALNUMBER", "serialNumber", "7"),
			called("cn", "CN", "x"), called("uid", "UID", "u"), called("dc", "DC", "com")}}},
		{"a type that nobody knows", "1.2.3.45=a,foo=b", Written{Attributes: []WrittenAttribute{attribute("1.2.3.45", "a"), attribute("foo", "b")}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := ReadWritten(test.text)
			if diff := cmp.Diff(test.want, got); diff != "" || !ok {
				t.Errorf("ok %t (-want +got):\n%s", ok, diff)
			}
		})
	}
}

func TestReadWrittenRefuses(t *testing.T) {
	for _, text := range []string{
		"", "alice", "CN=a,alice", "=a", "CN=a,", "CN=a,,O=b", "/alice", "//", "/", `"CN=a"`, "<CN>=a",
		strings.Repeat("CN=a,", 300) + "CN=a", "CN=" + strings.Repeat("a", maxWritten),
	} {
		if got, ok := ReadWritten(text); ok || len(got.Attributes) > 0 {
			t.Errorf("%.40q was read: %+v", text, got)
		}
	}
}

// FuzzReadWritten holds that what mongod renders reads back as what it was.
func FuzzReadWritten(f *testing.F) {
	f.Add("CN=app,O=Acme", "app", "Acme, Inc.")
	f.Add("/C=US/CN=app", " a ", `#"x\`)
	f.Add(`CN="a,b" ; O=J\C3\BC+OU=x`, "Jürgen", "a+b=c")
	f.Fuzz(func(t *testing.T, text, cn, o string) {
		if w, ok := ReadWritten(text); ok && (len(w.Attributes) == 0 || len(w.Attributes) > maxAttributes) {
			t.Errorf("%d attributes", len(w.Attributes))
		}
		// A blank at the end of a value of one letter is the one thing that mongod
		// leaves without an escape.
		if strings.HasSuffix(cn, " ") || strings.HasSuffix(o, " ") {
			return
		}
		rendered := "CN=" + escapeUser(cn) + ",O=" + escapeUser(o)
		w, ok := ReadWritten(rendered)
		if len(rendered) > maxWritten {
			return
		}
		if !ok || len(w.Attributes) != 2 || w.Attributes[0].Value != cn || w.Attributes[1].Value != o || w.Spaced {
			t.Errorf("%q reads as %+v", rendered, w)
		}
	})
}
