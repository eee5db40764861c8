package certificate

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// av is an attribute of a test's subject: an OID, the tag of the value and its
// bytes.
type av struct {
	oid   string
	tag   int
	value string
}

// The tags of string types.
const (
	utf8String      = asn1.TagUTF8String
	printableString = asn1.TagPrintableString
	ia5String       = asn1.TagIA5String
	t61String       = asn1.TagT61String
	bmpStringTag    = asn1.TagBMPString
)

func commonName(value string) av   { return av{"2.5.4.3", utf8String, value} }
func organization(value string) av { return av{"2.5.4.10", utf8String, value} }
func orgUnit(value string) av      { return av{"2.5.4.11", utf8String, value} }
func domain(value string) av       { return av{"0.9.2342.19200300.100.1.25", ia5String, value} }

// subject makes a DER Name of RDNs.
func subject(t testing.TB, rdns ...[]av) []byte {
	t.Helper()
	wrap := func(tag int, parts ...[]byte) []byte {
		der, err := asn1.Marshal(asn1.RawValue{Tag: tag, IsCompound: true, Bytes: bytes.Join(parts, nil)})
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	var sets [][]byte
	for _, rdn := range rdns {
		var pairs [][]byte
		for _, a := range rdn {
			var oid asn1.ObjectIdentifier
			for part := range strings.SplitSeq(a.oid, ".") {
				n := 0
				for _, digit := range part {
					n = n*10 + int(digit-'0')
				}
				oid = append(oid, n)
			}
			id, err := asn1.Marshal(oid)
			if err != nil {
				t.Fatal(err)
			}
			value, err := asn1.Marshal(asn1.RawValue{Tag: a.tag, Bytes: []byte(a.value)})
			if err != nil {
				t.Fatal(err)
			}
			pairs = append(pairs, wrap(asn1.TagSequence, id, value))
		}
		sets = append(sets, wrap(asn1.TagSet, pairs...))
	}
	return wrap(asn1.TagSequence, sets...)
}

// named is a certificate with a subject.
func named(t testing.TB, rawSubject []byte) *Certificate {
	t.Helper()
	c, err := Parse(der(t, func(x *x509.Certificate) { x.RawSubject = rawSubject }))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func one(list ...av) [][]av {
	var rdns [][]av
	for _, a := range list {
		rdns = append(rdns, []av{a})
	}
	return rdns
}

var userTests = []struct {
	name string
	rdns [][]av
	// want is the user name; openssl is what OpenSSL shows where that is another.
	want, openssl string
	uncertain     string
}{
	{name: "nothing", want: ""},
	{name: "a common name", rdns: one(commonName("app")), want: "CN=app"},
	{name: "the order of the certificate backwards", rdns: one(av{"2.5.4.6", printableString, "US"}, organization("Acme"), orgUnit("apps"), commonName("app")), want: "CN=app,OU=apps,O=Acme,C=US"},
	{name: "everything that openssl req asks for", rdns: one(av{"2.5.4.6", printableString, "US"}, av{"2.5.4.8", utf8String, "New York"}, av{"2.5.4.7", utf8String, "New York City"}, organization("MongoDB"), orgUnit("Kernel"), commonName("client"), av{"1.2.840.113549.1.9.1", ia5String, "a@example.com"}),
		want: "emailAddress=a@example.com,CN=client,OU=Kernel,O=MongoDB,L=New York City,ST=New York,C=US"},
	{name: "domain components", rdns: one(domain("com"), domain("example"), commonName("app")), want: "CN=app,DC=example,DC=com"},
	{name: "repeated units", rdns: one(orgUnit("a"), orgUnit("b"), commonName("app")), want: "CN=app,OU=b,OU=a"},
	{name: "a user id", rdns: one(av{"0.9.2342.19200300.100.1.1", utf8String, "u1"}), want: "UID=u1"},
	{name: "surname and given name", rdns: one(av{"2.5.4.4", utf8String, "Doe"}, av{"2.5.4.42", utf8String, "Jo"}), want: "GN=Jo,SN=Doe"},
	{name: "title, street and serial number", rdns: one(av{"2.5.4.12", utf8String, "Dr"}, av{"2.5.4.9", utf8String, "Main"}, av{"2.5.4.5", printableString, "7"}), want: "serialNumber=7,street=Main,title=Dr"},
	{name: "initials, generation and qualifier", rdns: one(av{"2.5.4.43", utf8String, "J"}, av{"2.5.4.44", utf8String, "Jr"}, av{"2.5.4.46", printableString, "x"}), want: "dnQualifier=x,generationQualifier=Jr,initials=J"},
	{name: "postal code and phone", rdns: one(av{"2.5.4.17", utf8String, "1000"}, av{"2.5.4.20", printableString, "1"}), want: "telephoneNumber=1,postalCode=1000"},
	{name: "a pseudonym and a role", rdns: one(av{"2.5.4.65", utf8String, "p"}, av{"2.5.4.72", utf8String, "r"}), want: "role=r,pseudonym=p"},
	{name: "an organization identifier", rdns: one(av{"2.5.4.97", utf8String, "VAT"}), want: "organizationIdentifier=VAT"},
	{name: "the jurisdiction of extended validation", rdns: one(av{"1.3.6.1.4.1.311.60.2.1.3", printableString, "US"}, av{"1.3.6.1.4.1.311.60.2.1.2", utf8String, "Ohio"}), want: "jurisdictionST=Ohio,jurisdictionC=US"},
	{name: "mail of the pilot attributes", rdns: one(av{"0.9.2342.19200300.100.1.3", ia5String, "m"}, av{"0.9.2342.19200300.100.1.9", utf8String, "h"}), want: "host=h,mail=m"},
	{name: "a unique identifier of the pilot attributes", rdns: one(av{"0.9.2342.19200300.100.1.44", utf8String, "7"}), want: "uid=7"},
	{name: "an unstructured name", rdns: one(av{"1.2.840.113549.1.9.2", ia5String, "n"}), want: "unstructuredName=n"},
	{name: "two attributes in one RDN", rdns: [][]av{{organization("Acme")}, {orgUnit("a"), commonName("b")}}, want: "CN=b+OU=a,O=Acme"},
	{name: "three attributes in one RDN", rdns: [][]av{{domain("x"), orgUnit("a"), commonName("b")}}, want: "CN=b+OU=a+DC=x"},
	{name: "two RDNs of several attributes", rdns: [][]av{{organization("A"), orgUnit("B")}, {commonName("C"), orgUnit("D")}}, want: "OU=D+CN=C,OU=B+O=A"},
	{name: "a comma", rdns: one(organization("Acme, Inc.")), want: `O=Acme\, Inc.`},
	{name: "a plus", rdns: one(commonName("a+b")), want: `CN=a\+b`},
	{name: "quotes", rdns: one(commonName(`the "app"`)), want: `CN=the \"app\"`},
	{name: "a backslash", rdns: one(commonName(`a\b`)), want: `CN=a\\b`},
	{name: "angle brackets", rdns: one(commonName("<a>")), want: `CN=\<a\>`},
	{name: "a semicolon", rdns: one(commonName("a;b")), want: `CN=a\;b`},
	{name: "an equals sign, which stays", rdns: one(commonName("a=b")), want: "CN=a=b"},
	{name: "a slash and an apostrophe, which stay", rdns: one(commonName("o'neill/x")), want: "CN=o'neill/x"},
	{name: "a number sign first", rdns: one(commonName("#1")), want: `CN=\#1`},
	{name: "a number sign later", rdns: one(commonName("a#1")), want: "CN=a#1"},
	{name: "a blank first", rdns: one(commonName(" app")), want: `CN=\ app`},
	{name: "a blank last", rdns: one(commonName("app ")), want: `CN=app\ `},
	{name: "blanks at both ends", rdns: one(commonName(" app ")), want: `CN=\ app\ `},
	{name: "blanks within", rdns: one(commonName("a  b")), want: "CN=a  b"},
	{name: "a lone blank", rdns: one(commonName(" ")), want: `CN=\ `},
	{name: "an empty value", rdns: one(organization(""), commonName("a")), want: "CN=a,O="},
	{name: "an umlaut", rdns: one(commonName("Jürgen")), want: `CN=J\C3\BCrgen`},
	{name: "Cyrillic", rdns: one(commonName("Ёж")), want: `CN=\D0\81\D0\B6`},
	{name: "Chinese", rdns: one(organization("北京")), want: `O=\E5\8C\97\E4\BA\AC`},
	{name: "Hangul", rdns: one(organization("서울")), want: `O=\EC\84\9C\EC\9A\B8`},
	{name: "an emoji", rdns: one(commonName("🐘")), want: `CN=\F0\9F\90\98`, uncertain: "CN has characters that the server normalizes (RFC 4518, NFKC)"},
	{name: "PrintableString and IA5String", rdns: one(av{"2.5.4.10", printableString, "Acme"}, av{"2.5.4.3", ia5String, "a@b"}), want: "CN=a@b,O=Acme"},
	{name: "ASCII in a BMPString", rdns: one(av{"2.5.4.3", bmpStringTag, "\x00a\x00b"}), want: "CN=ab"},
	{name: "ASCII in a T61String", rdns: one(av{"2.5.4.3", t61String, "ab"}), want: "CN=ab"},
	{name: "Latin-1 in a T61String, which the server cannot prepare", rdns: one(av{"2.5.4.3", t61String, "J\xfcrgen"}), want: `CN=J\C3\BCrgen`,
		uncertain: "CN is not in UTF-8, which the server cannot prepare"},

	// Where mongod is not OpenSSL.
	{name: "an attribute that OpenSSL does not know", rdns: one(av{"1.2.3.45", utf8String, "Value,Rando"}, commonName("app")),
		want: `CN=app,1.2.3.45=Value\,Rando`, openssl: "CN=app,1.2.3.45=#0C0B56616C75652C52616E646F"},
	{name: "a control character", rdns: one(commonName("a\x07b")), want: "CN=ab", openssl: `CN=a\07b`},
	{name: "a line break and a tab", rdns: one(commonName("a\nb\tc")), want: "CN=a b c", openssl: `CN=a\0Ab\09c`},
	{name: "a delete character", rdns: one(commonName("a\x7fb")), want: "CN=ab", openssl: `CN=a\7Fb`},
	{name: "a soft hyphen", rdns: one(commonName("a\u00adb")), want: "CN=ab", openssl: `CN=a\C2\ADb`},
	{name: "a no-break space", rdns: one(commonName("a\u00a0b")), want: "CN=a b", openssl: `CN=a\C2\A0b`},
	{name: "one letter and a blank", rdns: one(commonName("a ")), want: "CN=a ", openssl: `CN=a\ `},
	{name: "a combining accent", rdns: one(commonName("e\u0301")), want: `CN=e\CC\81`, uncertain: "CN has characters that the server normalizes (RFC 4518, NFKC)"},
}

func TestX509User(t *testing.T) {
	for _, test := range userTests {
		t.Run(test.name, func(t *testing.T) {
			got := named(t, subject(t, test.rdns...)).X509User()
			if diff := cmp.Diff(User{Name: test.want, Uncertain: test.uncertain}, got); diff != "" {
				t.Errorf("X509User (-want +got):\n%s", diff)
			}
		})
	}
}

// TestX509UserAgainstOpenSSL holds the names, and Subject, to what openssl x509
// -nameopt RFC2253 shows.
func TestX509UserAgainstOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL is the reference here and is not installed")
	}
	for _, test := range userTests {
		t.Run(test.name, func(t *testing.T) {
			c := named(t, subject(t, test.rdns...))
			cmd := exec.CommandContext(t.Context(), openssl, "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "RFC2253")
			cmd.Stdin = bytes.NewReader(c.Raw)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			got := strings.TrimPrefix(strings.TrimSuffix(string(out), "\n"), "subject=")
			want := test.openssl
			if want == "" {
				want = test.want
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("openssl (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(got, c.Subject); diff != "" {
				t.Errorf("Subject (-openssl +got):\n%s", diff)
			}
		})
	}
}

func TestCreateUser(t *testing.T) {
	tests := []struct{ name, user, want string }{
		{"nothing", "", ""},
		{"a name", "CN=app,O=Acme", `db.getSiblingDB("$external").runCommand({createUser: "CN=app,O=Acme", roles: [{role: "readWrite", db: "test"}]})`},
		{"a name with quotes and backslashes", `CN=\"a\<`, `db.getSiblingDB("$external").runCommand({createUser: "CN=\\\"a\\<", roles: [{role: "readWrite", db: "test"}]})`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, User{Name: test.user}.CreateUser()); diff != "" {
				t.Errorf("CreateUser (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzX509User(f *testing.F) {
	for _, test := range userTests {
		f.Add(subject(f, test.rdns...))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := &Certificate{RawSubject: raw}
		u := c.X509User()
		for _, ch := range []byte(u.Name) {
			if ch >= 0x80 {
				t.Errorf("user %q has a byte above 0x7f", u.Name)
			}
		}
		if !c.SameCluster(c) && len(c.clusterAttributes()) > 0 {
			t.Error("a certificate is not of its own cluster")
		}
	})
}
