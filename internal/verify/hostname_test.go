package verify

import (
	"crypto/x509"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// names makes a leaf with these names only.
func names(cn string, dns []string, ips ...string) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		t.Subject.CommonName, t.DNSNames, t.IPAddresses = cn, dns, nil
		for _, s := range ips {
			ip := net.ParseIP(s)
			if v4 := ip.To4(); v4 != nil {
				ip = v4
			}
			t.IPAddresses = append(t.IPAddresses, ip)
		}
	}
}

var hostnameTests = []struct {
	name string
	edit func(*x509.Certificate)
	host string
	want NameResult
	// likeGo is whether crypto/x509 has the same rule.
	likeGo bool
}{
	{"a dNSName", names("", []string{"a.example.com"}), "a.example.com",
		NameResult{OK: true, Matched: "a.example.com", Names: []string{"a.example.com"}}, true},
	{"a dNSName in another case", names("", []string{"A.Example.com"}), "a.eXample.COM",
		NameResult{OK: true, Matched: "A.Example.com", Names: []string{"A.Example.com"}}, true},
	{"the second dNSName", names("", []string{"b.example.com", "a.example.com"}), "a.example.com",
		NameResult{OK: true, Matched: "a.example.com", Names: []string{"b.example.com", "a.example.com"}}, true},
	{"another dNSName", names("", []string{"b.example.com"}), "a.example.com",
		NameResult{Names: []string{"b.example.com"}}, true},
	{"a wildcard", names("", []string{"*.example.com"}), "a.example.com",
		NameResult{OK: true, Matched: "*.example.com", Names: []string{"*.example.com"}}, true},
	{"a wildcard two labels up", names("", []string{"*.example.com"}), "b.a.example.com",
		NameResult{Names: []string{"*.example.com"}}, true},
	{"a wildcard and its own domain", names("", []string{"*.example.com"}), "example.com",
		NameResult{Names: []string{"*.example.com"}}, true},
	{"a wildcard right below a top-level domain", names("", []string{"*.local"}), "db.local",
		NameResult{Names: []string{"*.local"}}, false},
	{"a wildcard in the second label", names("", []string{"a.*.example.com"}), "a.b.example.com",
		NameResult{Names: []string{"a.*.example.com"}}, true},
	{"two wildcards", names("", []string{"*.*.example.com"}), "a.b.example.com",
		NameResult{Names: []string{"*.*.example.com"}}, true},
	{"a wildcard with a host that has an underscore", names("", []string{"*.example.com"}), "my_host.example.com",
		NameResult{Names: []string{"*.example.com"}}, false},
	{"a host with an underscore", names("", []string{"my_host.example.com"}), "my_host.example.com",
		NameResult{OK: true, Matched: "my_host.example.com", Names: []string{"my_host.example.com"}}, true},
	{"an A-label under a wildcard", names("", []string{"*.example.com"}), "xn--bcher-kva.example.com",
		NameResult{OK: true, Matched: "*.example.com", Names: []string{"*.example.com"}}, true},
	{"a U-label where the certificate has the A-label", names("", []string{"xn--bcher-kva.example.com"}), "bücher.example.com",
		NameResult{Names: []string{"xn--bcher-kva.example.com"}}, true},
	{"a letter that Unicode folds to k", names("", []string{"ok.example.com"}), "o\u212a.example.com",
		NameResult{Names: []string{"ok.example.com"}}, true},
	{"a single label", names("", []string{"localhost"}), "localhost",
		NameResult{OK: true, Matched: "localhost", Names: []string{"localhost"}}, true},
	{"a host with a trailing dot", names("", []string{"a.example.com"}), "a.example.com.",
		NameResult{TrailingDot: true, Names: []string{"a.example.com"}}, false},
	{"a wrong host with a trailing dot", names("", []string{"a.example.com"}), "b.example.com.",
		NameResult{Names: []string{"a.example.com"}}, true},
	{"a common name without dNSName", names("a.example.com", nil), "a.example.com",
		NameResult{OK: true, Matched: "a.example.com", CNOnly: true, Names: []string{"a.example.com"}}, false},
	{"a common name beside an address", names("a.example.com", nil, "192.0.2.1"), "a.example.com",
		NameResult{OK: true, Matched: "a.example.com", CNOnly: true, Names: []string{"192.0.2.1", "a.example.com"}}, false},
	{"a wildcard in the common name", names("*.example.com", nil), "a.example.com",
		NameResult{OK: true, Matched: "*.example.com", CNOnly: true, Names: []string{"*.example.com"}}, false},
	{"a common name beside another dNSName", names("a.example.com", []string{"b.example.com"}), "a.example.com",
		NameResult{Names: []string{"b.example.com"}}, true},
	{"an address", names("", nil, "192.0.2.1"), "192.0.2.1",
		NameResult{OK: true, Matched: "192.0.2.1", Names: []string{"192.0.2.1"}}, true},
	{"another address", names("", nil, "192.0.2.1"), "192.0.2.2",
		NameResult{Names: []string{"192.0.2.1"}}, true},
	{"an IPv6 address in another spelling", names("", nil, "2001:db8::1"), "2001:0DB8:0::1",
		NameResult{OK: true, Matched: "2001:db8::1", Names: []string{"2001:db8::1"}}, true},
	{"an address in a dNSName", names("", []string{"192.0.2.1"}), "192.0.2.1",
		NameResult{IPInDNS: true, Names: []string{"192.0.2.1"}}, true},
	{"an address in the common name", names("192.0.2.1", nil), "192.0.2.1",
		NameResult{IPInDNS: true, Names: []string{"192.0.2.1"}}, true},
	{"an address under a wildcard", names("", []string{"*.0.2.1"}), "192.0.2.1",
		NameResult{Names: []string{"*.0.2.1"}}, true},
	{"no host", names("", []string{"a.example.com"}), "",
		NameResult{Names: []string{"a.example.com"}}, true},
	{"no names", names("", nil), "a.example.com", NameResult{}, true},
}

func TestHostname(t *testing.T) {
	for _, test := range hostnameTests {
		t.Run(test.name, func(t *testing.T) {
			leaf := pki(t, spec{id: "leaf", edit: test.edit})["leaf"]
			test.want.Checked = test.host
			got := Hostname(leaf, test.host)
			if len(got.Names) == 1 && got.Names[0] == "" {
				got.Names = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Hostname (-want +got):\n%s", diff)
			}
			if !test.likeGo {
				return
			}
			parsed, err := x509.ParseCertificate(leaf.Raw)
			if err != nil {
				t.Fatal(err)
			}
			if err := parsed.VerifyHostname(test.host); (err == nil) != got.OK {
				t.Errorf("OK = %v, crypto/x509 says %v", got.OK, err)
			}
		})
	}
}

func TestHostnameAgreesWithOpenSSL(t *testing.T) {
	path := openssl(t)
	for _, test := range hostnameTests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.host == "" {
				t.Skip("openssl takes no empty host")
			}
			leaf := pki(t, spec{id: "leaf", edit: test.edit})
			in := chainInput(leaf["leaf"])
			option := "-verify_hostname"
			if _, ok := parseIP(test.host); ok {
				option = "-verify_ip"
			}
			want, output := askOpenSSL(t, path, in, option, test.host)
			if !want && !strings.Contains(output, "mismatch") {
				t.Fatalf("OpenSSL fails for another reason:\n%s", output)
			}
			if got := Hostname(leaf["leaf"], test.host).OK; got != want {
				t.Errorf("OK = %v, OpenSSL says %v:\n%s", got, want, output)
			}
		})
	}
}

// FuzzMatchPattern holds that a match means what it should: the same text, or
// all but the first label the same.
func FuzzMatchPattern(f *testing.F) {
	for _, test := range hostnameTests {
		f.Add("*.example.com", test.host)
		f.Add(test.host, test.host)
	}
	f.Fuzz(func(t *testing.T, pattern, host string) {
		if !matchPattern(pattern, host, false) || equalFoldASCII(pattern, host) {
			return
		}
		_, a, _ := strings.Cut(pattern, ".")
		_, b, _ := strings.Cut(host, ".")
		if !strings.HasPrefix(pattern, "*.") || a == "" || !equalFoldASCII(a, b) {
			t.Errorf("%q matches %q", pattern, host)
		}
	})
}
