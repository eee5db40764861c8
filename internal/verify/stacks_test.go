package verify

import (
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tell puts verdicts into lines: the stack, and what it says.
func tell(verdicts []Verdict) []string {
	var lines []string
	for _, v := range verdicts {
		line := string(v.Stack) + ": OK"
		if !v.OK {
			line = fmt.Sprintf("%s: %d @%d %s", v.Stack, v.Code, v.Depth, v.Name)
		}
		lines = append(lines, line)
	}
	return lines
}

// same is a line for each stack of which nothing else is expected.
func same(but map[Stack]string) []string {
	var lines []string
	for _, s := range []Stack{
		StackOpenSSL111, StackOpenSSL30, StackOpenSSL35, StackNode, StackGo, StackJava, StackDotNet, StackRustls,
	} {
		text, different := but[s]
		if !different {
			text = "OK"
		}
		lines = append(lines, string(s)+": "+text)
	}
	return lines
}

// openssls expects one error of all versions of OpenSSL.
func openssls(text string, more map[Stack]string) map[Stack]string {
	out := map[Stack]string{StackOpenSSL111: text, StackOpenSSL30: text, StackOpenSSL35: text}
	for s, t := range more {
		out[s] = t
	}
	return out
}

func TestStacks(t *testing.T) {
	const host = "db.example.com"
	tests := []struct {
		name  string
		chain chainTest
		host  string
		want  map[Stack]string
	}{
		{"a sound chain", chainTest{specs: standard(nil), presented: all, store: []string{"root"}}, host, nil},
		{"a sound chain by its address", chainTest{specs: standard(nil), presented: all, store: []string{"root"}}, "192.0.2.1", nil},
		{
			"an expired leaf",
			chainTest{specs: standard(edit("leaf", valid(-90, -1))), presented: all, store: []string{"root"}}, host,
			openssls("10 @0 X509_V_ERR_CERT_HAS_EXPIRED", map[Stack]string{
				StackNode: "10 @0 CERT_HAS_EXPIRED", StackGo: "0 @0 CertificateInvalidError",
				StackJava: "0 @0 CertificateExpiredException", StackDotNet: "0 @0 NotTimeValid", StackRustls: "0 @0 CertExpired",
			}),
		},
		{
			"a missing intermediate",
			chainTest{specs: standard(nil), presented: []string{"leaf"}, store: []string{"root"}}, host,
			openssls("20 @0 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", map[Stack]string{
				StackNode: "21 @0 UNABLE_TO_VERIFY_LEAF_SIGNATURE", StackGo: "0 @0 UnknownAuthorityError",
				StackJava: "0 @0 SunCertPathBuilderException", StackDotNet: "0 @0 PartialChain", StackRustls: "0 @0 UnknownIssuer",
			}),
		},
		{
			"a CA file with the intermediate only",
			chainTest{specs: standard(nil), presented: all, store: []string{"int"}}, host,
			openssls("2 @1 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT", map[Stack]string{
				StackNode: "2 @1 UNABLE_TO_GET_ISSUER_CERT", StackDotNet: "0 @1 PartialChain",
			}),
		},
		{
			"a self-signed leaf",
			chainTest{specs: []spec{{id: "leaf"}, {id: "root", edit: ca}}, presented: []string{"leaf"}, store: []string{"root"}}, host,
			openssls("18 @0 X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT", map[Stack]string{
				StackNode: "18 @0 DEPTH_ZERO_SELF_SIGNED_CERT", StackGo: "0 @0 UnknownAuthorityError",
				StackJava: "0 @0 SunCertPathBuilderException", StackDotNet: "0 @0 UntrustedRoot", StackRustls: "0 @0 UnknownIssuer",
			}),
		},
		{
			"an expired root in the store",
			chainTest{specs: standard(edit("root", valid(-900, -1))), presented: all, store: []string{"root"}}, host,
			openssls("10 @2 X509_V_ERR_CERT_HAS_EXPIRED", map[Stack]string{
				StackNode: "10 @2 CERT_HAS_EXPIRED", StackGo: "0 @0 CertificateInvalidError", StackDotNet: "0 @2 NotTimeValid",
			}),
		},
		{
			"an issuer that is no CA",
			chainTest{specs: standard(edit("int", func(c *x509.Certificate) { c.IsCA = false })), presented: all, store: []string{"root"}}, host,
			map[Stack]string{
				StackOpenSSL111: "24 @1 X509_V_ERR_INVALID_CA", StackOpenSSL30: "79 @1 X509_V_ERR_INVALID_CA",
				StackOpenSSL35: "79 @1 X509_V_ERR_INVALID_CA", StackNode: "26 @1 INVALID_PURPOSE", StackGo: "0 @0 UnknownAuthorityError",
				StackJava: "0 @1 CertPathValidatorException", StackDotNet: "0 @1 InvalidBasicConstraints", StackRustls: "0 @1 EndEntityUsedAsCa",
			},
		},
		{
			"a leaf for clients only",
			chainTest{
				specs: standard(edit("leaf", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })),

				presented: all, store: []string{"root"},
			}, host,
			openssls("26 @0 X509_V_ERR_INVALID_PURPOSE", map[Stack]string{
				StackNode: "26 @0 INVALID_PURPOSE", StackGo: "0 @0 CertificateInvalidError", StackJava: "0 @0 ValidatorException",
				StackDotNet: "0 @0 NotValidForUsage", StackRustls: "0 @0 RequiredEkuNotFound",
			}),
		},
		{
			"an RSA key of 1024 bits",
			chainTest{specs: func() []spec { s := standard(nil); s[2].key = "rsa1024:leaf"; return s }(), presented: all, store: []string{"root"}},
			host,
			openssls("66 @0 X509_V_ERR_EE_KEY_TOO_SMALL", map[Stack]string{StackRustls: "0 @0 InvalidSignatureForPublicKey"}),
		},
		{
			"a leaf signed with SHA-1",
			chainTest{
				specs:     standard(edit("leaf", func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 })),
				presented: all, store: []string{"root"},
			}, host,
			openssls("68 @0 X509_V_ERR_CA_MD_TOO_WEAK", map[Stack]string{
				StackNode: "68 @0 UNSPECIFIED", StackGo: "0 @0 UnknownAuthorityError",
				StackRustls: "0 @0 UnsupportedSignatureAlgorithmForPublicKey",
			}),
		},
		{
			"another host",
			chainTest{specs: standard(nil), presented: all, store: []string{"root"}}, "db.example.org",
			openssls("62 @0 X509_V_ERR_HOSTNAME_MISMATCH", map[Stack]string{
				StackNode: "0 @0 ERR_TLS_CERT_ALTNAME_INVALID", StackGo: "0 @0 HostnameError", StackJava: "0 @0 CertificateException",
				StackDotNet: "0 @0 RemoteCertificateNameMismatch", StackRustls: "0 @0 CertNotValidForName",
			}),
		},
		{
			"another address",
			chainTest{specs: standard(nil), presented: all, store: []string{"root"}}, "192.0.2.2",
			openssls("64 @0 X509_V_ERR_IP_ADDRESS_MISMATCH", map[Stack]string{
				StackNode: "0 @0 ERR_TLS_CERT_ALTNAME_INVALID", StackGo: "0 @0 HostnameError", StackJava: "0 @0 CertificateException",
				StackDotNet: "0 @0 RemoteCertificateNameMismatch", StackRustls: "0 @0 CertNotValidForName",
			}),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := test.chain.input(t)
			got := Stacks(in, test.host)
			if diff := cmp.Diff(same(test.want), tell(got)); diff != "" {
				t.Errorf("Stacks (-want +got):\n%s", diff)
			}
			for _, v := range got {
				if v.OK != (v.Text == "") {
					t.Errorf("%s: OK = %v beside text %q", v.Stack, v.OK, v.Text)
				}
			}
		})
	}
}

// TestTexts is about the words of each library, as its users paste them.
func TestTexts(t *testing.T) {
	expired := chainTest{specs: standard(edit("leaf", valid(-90, -1))), presented: all, store: []string{"root"}}
	sound := chainTest{specs: standard(nil), presented: all, store: []string{"root"}}
	missing := chainTest{specs: standard(nil), presented: []string{"leaf"}, store: []string{"root"}}
	selfSigned := chainTest{specs: []spec{{id: "leaf"}, {id: "root", edit: ca}}, presented: []string{"leaf"}, store: []string{"root"}}
	tests := []struct {
		name  string
		chain chainTest
		host  string
		stack Stack
		want  string
	}{
		{"OpenSSL 3 of a self-signed leaf", selfSigned, "", StackOpenSSL30, "self-signed certificate"},
		{"OpenSSL 1.1.1 of a self-signed leaf", selfSigned, "", StackOpenSSL111, "self signed certificate"},
		{"OpenSSL 1.1.1 of another host", sound, "db.example.org", StackOpenSSL111, "Hostname mismatch"},
		{"Node.js of a missing intermediate", missing, "", StackNode, "unable to verify the first certificate"},
		{
			"Node.js of another host", sound, "db.example.org", StackNode,
			"Hostname/IP does not match certificate's altnames: Host: db.example.org. is not in the cert's altnames: " +
				"DNS:db.example.com, IP Address:192.0.2.1",
		},
		{
			"Node.js of another address", sound, "192.0.2.2", StackNode,
			"Hostname/IP does not match certificate's altnames: IP: 192.0.2.2 is not in the cert's list: 192.0.2.1",
		},
		{
			"Go of an expired leaf", expired, "", StackGo,
			"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: " +
				"current time 2026-06-01T12:00:00Z is after 2026-05-31T12:00:00Z",
		},
		{
			"Java of an expired leaf", expired, "", StackJava,
			"PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed",
		},
		{
			"Java of a missing intermediate", missing, "", StackJava,
			"PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: " +
				"unable to find valid certification path to requested target",
		},
		{"Java of another host", sound, "db.example.org", StackJava, "No subject alternative DNS name matching db.example.org found."},
		{
			".NET of an expired leaf", expired, "", StackDotNet,
			"The remote certificate is invalid because of errors in the certificate chain: NotTimeValid",
		},
		{
			".NET of an expired leaf and another host", expired, "db.example.org", StackDotNet,
			"The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch, RemoteCertificateChainErrors",
		},
		{
			"rustls of an expired leaf", expired, "", StackRustls,
			"invalid peer certificate: certificate expired: verification time 1780315200 (UNIX), " +
				"but certificate is not valid after 1780228800 (86400 seconds ago)",
		},
		{
			"rustls of another host", sound, "db.example.org", StackRustls,
			`invalid peer certificate: certificate not valid for name "db.example.org"; certificate is only valid for ` +
				`DnsName("db.example.com"), IpAddress(192.0.2.1)`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, v := range Stacks(test.chain.input(t), test.host) {
				if v.Stack == test.stack && v.Text != test.want {
					t.Errorf("Text = %q, want %q", v.Text, test.want)
				}
			}
		})
	}
}

// TestNameRules is the table of how the rules differ, as it was measured.
func TestNameRules(t *testing.T) {
	rules := []NameRule{
		NamesOpenSSL, NamesServiceIdentity, NamesNode, NamesGo, NamesJava, NamesDotNet, NamesRustls, NamesRuby,
	}
	names := func(dns ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = dns, nil }
	}
	common := func(cn string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.Subject.CommonName, c.DNSNames, c.IPAddresses = cn, nil, nil }
	}
	tests := []struct {
		name string
		edit func(*x509.Certificate)
		host string
		want string // the rules that match
	}{
		{"a name", names("a.example.com"), "a.example.com", "openssl service-identity node go java dotnet rustls ruby"},
		{"a name in another case", names("a.EXAMPLE.com"), "A.example.com", "openssl service-identity node go java dotnet rustls ruby"},
		{"a common name only", common("a.example.com"), "a.example.com", "openssl node java dotnet ruby"},
		{"a wildcard in a common name", common("*.example.com"), "a.example.com", "openssl node java dotnet ruby"},
		{
			"a common name beside an address", func(c *x509.Certificate) { c.Subject.CommonName, c.DNSNames = "a.example.com", nil },
			"a.example.com", "openssl node java dotnet",
		},
		{
			"a common name beside a mailbox", func(c *x509.Certificate) {
				common("a.example.com")(c)
				c.EmailAddresses = []string{"dba@example.com"}
			},
			"a.example.com", "openssl node java dotnet ruby",
		},
		{"an address as a common name", common("192.0.2.1"), "192.0.2.1", "ruby"},
		{"an address as a DNS name", names("192.0.2.1"), "192.0.2.1", "ruby"},
		{
			"an address", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.ParseIP("2001:db8::1")} },
			"2001:db8:0::1", "openssl service-identity node go java dotnet rustls ruby",
		},
		{"a wildcard", names("*.example.com"), "a.example.com", "openssl service-identity node go java dotnet rustls ruby"},
		{"a wildcard two labels down", names("*.example.com"), "a.b.example.com", ""},
		{"a wildcard's own domain", names("*.example.com"), "example.com", ""},
		{"a wildcard for a whole domain", names("*.com"), "example.com", "go java ruby"},
		{"a wildcard in the second label", names("a.*.com"), "a.example.com", ""},
		{"a partial wildcard", names("f*.example.com"), "foo.example.com", "node java ruby"},
		{"two asterisks in a label", names("f*o*.example.com"), "foo.example.com", "java"},
		{"a dot at the end of the host", names("a.example.com"), "a.example.com.", "node go java rustls ruby"},
		{"an underscore", names("my_host.example.com"), "my_host.example.com", "openssl service-identity node go dotnet rustls ruby"},
		{"an underscore under a wildcard", names("*.example.com"), "my_host.example.com", "service-identity node go rustls ruby"},
		{"an A-label under a wildcard", names("*.example.com"), "xn--a.example.com", "openssl node go java dotnet rustls ruby"},
		{"an A-label under a partial wildcard", names("x*.example.com"), "xn--a.example.com", "node java"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			made := pki(t, spec{id: "leaf", edit: test.edit})
			var got []string
			for _, rule := range rules {
				if MatchHost(rule, made["leaf"], test.host) {
					got = append(got, string(rule))
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("MatchHost (-want +got):\n%s", diff)
			}
		})
	}
}
