package certificate

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// attr is one attribute of a test name.
type attr struct {
	oid   asn1.ObjectIdentifier
	value any
}

// rawName makes the DER of a name of one or more RDNs.
func rawName(t *testing.T, rdns ...[]attr) []byte {
	t.Helper()
	var sequence pkix.RDNSequence
	for _, rdn := range rdns {
		var set pkix.RelativeDistinguishedNameSET
		for _, a := range rdn {
			set = append(set, pkix.AttributeTypeAndValue{Type: a.oid, Value: a.value})
		}
		sequence = append(sequence, set)
	}
	der, err := asn1.Marshal(sequence)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

var (
	cn    = asn1.ObjectIdentifier{2, 5, 4, 3}
	org   = asn1.ObjectIdentifier{2, 5, 4, 10}
	unit  = asn1.ObjectIdentifier{2, 5, 4, 11}
	email = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}
)

func text(tag int, s string) asn1.RawValue { return asn1.RawValue{Tag: tag, Bytes: []byte(s)} }

var nameTests = []struct {
	name string
	rdns [][]attr
	want string
}{
	{"nothing", nil, ""},
	{"the last RDN first", [][]attr{{{org, "Acme"}}, {{unit, "DB"}}, {{cn, "host"}}}, "CN=host,OU=DB,O=Acme"},
	{"an RDN of several values", [][]attr{{{org, "Acme"}}, {{cn, "host"}, {unit, "DB"}}}, "CN=host+OU=DB,O=Acme"},
	{"characters with a meaning", [][]attr{{{cn, `a,b+c"d\e<f>g;h=i/j`}}}, `CN=a\,b\+c\"d\\e\<f\>g\;h=i/j`},
	{"blanks at the ends", [][]attr{{{cn, " a b "}}}, `CN=\ a b\ `},
	{"a number sign", [][]attr{{{cn, "#a#"}}}, `CN=\#a#`},
	{"letters beyond ASCII", [][]attr{{{cn, "Zoë"}}}, `CN=Zo\C3\AB`},
	{"control characters", [][]attr{{{cn, text(12, "a\x1b[31m\n\x7f")}}}, `CN=a\1B[31m\0A\7F`},
	{"a right-to-left override", [][]attr{{{cn, "a\u202eb"}}}, `CN=a\E2\80\AEb`},
	{"an e-mail address", [][]attr{{{email, text(22, "dba@example.com")}}}, "emailAddress=dba@example.com"},
	{"a BMPString", [][]attr{{{cn, text(30, "\x00Z\x00o\x00\xeb")}}}, `CN=Zo\C3\AB`},
	{"a T61String", [][]attr{{{cn, text(20, "Zo\xeb")}}}, `CN=Zo\C3\AB`},
	{"a UniversalString", [][]attr{{{cn, text(28, "\x00\x00\x00Z\x00\x00\x00o")}}}, `CN=Zo`},
	{"an unknown type", [][]attr{{{asn1.ObjectIdentifier{1, 2, 3, 4}, "x"}}}, "1.2.3.4=#130178"},
	{"every short name", [][]attr{
		{{asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, "com"}}, {{asn1.ObjectIdentifier{2, 5, 4, 6}, "DE"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 8}, "a"}}, {{asn1.ObjectIdentifier{2, 5, 4, 7}, "b"}}, {{asn1.ObjectIdentifier{2, 5, 4, 9}, "c"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 5}, "d"}}, {{asn1.ObjectIdentifier{2, 5, 4, 12}, "e"}}, {{asn1.ObjectIdentifier{2, 5, 4, 4}, "f"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 42}, "g"}}, {{asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, "h"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 97}, "i"}}, {{asn1.ObjectIdentifier{2, 5, 4, 15}, "j"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 46}, "k"}}, {{asn1.ObjectIdentifier{2, 5, 4, 43}, "l"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 44}, "m"}}, {{asn1.ObjectIdentifier{2, 5, 4, 65}, "n"}},
		{{asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 1}, "o"}}, {{asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 2}, "p"}},
		{{asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 60, 2, 1, 3}, "DE"}}, {{asn1.ObjectIdentifier{2, 5, 4, 17}, "q"}},
		{{asn1.ObjectIdentifier{2, 5, 4, 41}, "r"}}, {{asn1.ObjectIdentifier{2, 5, 4, 13}, "s"}},
		{{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 2}, "t"}}, {{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 8}, "u"}},
		{{asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 3}, "v"}}, {{asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 44}, "w"}},
	}, "uid=w,mail=v,unstructuredAddress=u,unstructuredName=t,description=s,name=r,postalCode=q,jurisdictionC=DE,jurisdictionST=p," +
		"jurisdictionL=o,pseudonym=n,generationQualifier=m,initials=l,dnQualifier=k,businessCategory=j,organizationIdentifier=i," +
		"UID=h,GN=g,SN=f,title=e,serialNumber=d,street=c,L=b,ST=a,C=DE,DC=com"},
}

func TestNameAsOpenSSLPrintsIt(t *testing.T) {
	openssl, _ := exec.LookPath("openssl")
	for _, test := range nameTests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse(der(t, func(c *x509.Certificate) { c.RawSubject = rawName(t, test.rdns...) }))
			if err != nil {
				t.Fatal(err)
			}
			if c.Subject != test.want {
				t.Errorf("Subject = %q, want %q", c.Subject, test.want)
			}
			if openssl == "" {
				t.Skip("OpenSSL is the reference and is not installed")
			}
			file := filepath.Join(t.TempDir(), "cert.pem")
			if err := os.WriteFile(file, []byte(c.PEM()), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), openssl, "x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", file).Output()
			if err != nil {
				t.Fatal(err)
			}
			printed := strings.TrimSuffix(strings.TrimPrefix(string(out), "subject="), "\n")
			if printed != c.Subject {
				t.Errorf("Subject = %q, OpenSSL prints %q", c.Subject, printed)
			}
		})
	}
}

func TestCanonicalName(t *testing.T) {
	base := rawName(t, []attr{{org, "Acme Corp"}}, []attr{{cn, "Root"}})
	tests := []struct {
		name  string
		other []byte
		same  bool
	}{
		{"the same", base, true},
		{"another case", rawName(t, []attr{{org, "ACME corp"}}, []attr{{cn, "root"}}), true},
		{"more blanks", rawName(t, []attr{{org, text(12, "  Acme \t Corp ")}}, []attr{{cn, "Root"}}), true},
		{"another string type", rawName(t, []attr{{org, text(30, "\x00A\x00c\x00m\x00e\x00 \x00C\x00o\x00r\x00p")}}, []attr{{cn, text(12, "Root")}}), true},
		{"another order", rawName(t, []attr{{cn, "Root"}}, []attr{{org, "Acme Corp"}}), false},
		{"one RDN in place of two", rawName(t, []attr{{org, "Acme Corp"}, {cn, "Root"}}), false},
		{"another text", rawName(t, []attr{{org, "AcmeCorp"}}, []attr{{cn, "Root"}}), false},
		{"another attribute", rawName(t, []attr{{unit, "Acme Corp"}}, []attr{{cn, "Root"}}), false},
		{"a part", rawName(t, []attr{{org, "Acme Corp"}}), false},
	}
	want, ok := CanonicalName(base)
	if !ok {
		t.Fatal("CanonicalName does not read the name")
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := CanonicalName(test.other)
			if !ok || (got == want) != test.same {
				t.Errorf("equal = %v (read: %v), want %v", got == want, ok, test.same)
			}
		})
	}
	if part, _ := CanonicalName(rawName(t, []attr{{org, "Acme Corp"}})); !strings.HasPrefix(want, part) {
		t.Error("a name does not begin with the name it is within")
	}
	if _, ok := CanonicalName([]byte("junk")); ok {
		t.Error("CanonicalName read junk")
	}
}

func FuzzName(f *testing.F) {
	c, err := Parse(der(f, nil))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c.RawSubject)
	f.Fuzz(func(t *testing.T, raw []byte) {
		n, err := parseName(raw)
		if err != nil {
			return
		}
		for i, ch := range []byte(n.String()) {
			if ch < 0x20 || ch >= 0x7f {
				t.Fatalf("byte %d of %q is not printable ASCII", i, n.String())
			}
		}
		if _, ok := CanonicalName(raw); !ok {
			t.Fatalf("%q has no canonical form", n.String())
		}
	})
}
