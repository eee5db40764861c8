package target

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOptions(t *testing.T) {
	set := func(name string) Option[bool] { return Option[bool]{true, FromURI, name} }
	unset := func(name string) Option[bool] { return Option[bool]{false, FromURI, name} }
	file := func(name, value string) Option[string] { return Option[string]{value, FromURI, name} }
	tls := set("tls")
	tests := []struct {
		name string
		// query follows "tls=true&".
		query    string
		want     Options
		problems []string
	}{
		{
			name:  "every TLS option by its current name",
			query: "tlsCAFile=ca.pem&tlsCertificateKeyFile=c.pem&tlsCertificateKeyFilePassword=hunter2&tlsCRLFile=x.crl&tlsAllowInvalidHostnames=false&tlsDisableOCSPEndpointCheck=true",
			want: Options{
				TLS: tls, TLSCAFile: file("tlsCAFile", "ca.pem"), TLSCertificateKeyFile: file("tlsCertificateKeyFile", "c.pem"),
				TLSCertificateKeyFilePassword: Option[Secret]{"hunter2", FromURI, "tlsCertificateKeyFilePassword"},
				TLSCRLFile:                    file("tlsCRLFile", "x.crl"), TLSAllowInvalidHostnames: unset("tlsAllowInvalidHostnames"),
				TLSDisableOCSPEndpointCheck: set("tlsDisableOCSPEndpointCheck"),
			},
		},
		{
			name: "names in any case and percent-encoded, values percent-decoded, plus kept", query: "TLSCAFILE=%2Fetc%2Fca+1.pem&tls%49nsecure=true",
			want: Options{TLS: tls, TLSCAFile: file("TLSCAFILE", "/etc/ca+1.pem"), TLSInsecure: set("tls%49nsecure")},
		},
		{
			name:  "what else is kept",
			query: "replicaSet=rs0&authSource=$external&authMechanism=PLAIN&directConnection=false&loadBalanced=false&connectTimeoutMS=0&serverSelectionTimeoutMS=5000",
			want: Options{
				TLS: tls, ReplicaSet: file("replicaSet", "rs0"), AuthSource: file("authSource", "$external"), AuthMechanism: file("authMechanism", "PLAIN"),
				DirectConnection: unset("directConnection"), LoadBalanced: unset("loadBalanced"),
				ConnectTimeoutMS:         Option[int64]{0, FromURI, "connectTimeoutMS"},
				ServerSelectionTimeoutMS: Option[int64]{5000, FromURI, "serverSelectionTimeoutMS"},
			},
		},
		{
			name: "PyMongo's older names", query: "ssl_ca_certs=ca.pem&ssl_certfile=c.pem&ssl_keyfile=k.pem&ssl_pem_passphrase=hunter2&ssl_crlfile=x.crl&ssl_cert_reqs=CERT_NONE&ssl_match_hostname=false",
			want: Options{
				TLS: tls, TLSCAFile: file("ssl_ca_certs", "ca.pem"), TLSCertificateKeyFile: file("ssl_certfile", "c.pem"),
				TLSPrivateKeyFile:             file("ssl_keyfile", "k.pem"),
				TLSCertificateKeyFilePassword: Option[Secret]{"hunter2", FromURI, "ssl_pem_passphrase"},
				TLSCRLFile:                    file("ssl_crlfile", "x.crl"), TLSAllowInvalidCertificates: set("ssl_cert_reqs"), TLSAllowInvalidHostnames: set("ssl_match_hostname"),
			},
			problems: []string{
				"warning option-deprecated [ssl_ca_certs] ssl_ca_certs is an older name of tlsCAFile that no current driver understands; use tlsCAFile",
				"warning option-deprecated [ssl_certfile] ssl_certfile is an older name of tlsCertificateKeyFile that no current driver understands; use tlsCertificateKeyFile",
				"warning option-deprecated [ssl_keyfile] ssl_keyfile is an older name of tlsCertificateKeyFile that no current driver understands; use tlsCertificateKeyFile with a file that holds certificate and key",
				"warning option-deprecated [ssl_pem_passphrase] ssl_pem_passphrase is an older name of tlsCertificateKeyFilePassword that no current driver understands; use tlsCertificateKeyFilePassword",
				"warning option-deprecated [ssl_crlfile] ssl_crlfile is an older name of tlsCRLFile that no current driver understands; use tlsCRLFile",
				"warning option-deprecated [ssl_cert_reqs] ssl_cert_reqs is an older name of tlsAllowInvalidCertificates that no current driver understands; use tlsAllowInvalidCertificates",
				"warning option-deprecated [ssl_match_hostname] ssl_match_hostname is an older name of tlsAllowInvalidHostnames that no current driver understands; use tlsAllowInvalidHostnames, which means the opposite",
			},
		},
		{
			name: "names that some drivers know", query: "sslCertificateAuthorityFile=ca.pem&sslVerifyCertificate=true",
			want: Options{TLS: tls, TLSCAFile: file("sslCertificateAuthorityFile", "ca.pem"), TLSInsecure: unset("sslVerifyCertificate")},
			problems: []string{
				"warning option-deprecated [sslCertificateAuthorityFile] sslCertificateAuthorityFile is another name of tlsCAFile; of the current drivers it is known to go, c and php only; use tlsCAFile",
				"warning option-deprecated [sslVerifyCertificate] sslVerifyCertificate is another name of tlsInsecure; of the current drivers it is known to csharp only; use tlsInsecure, which means the opposite",
			},
		},
		{
			name: "a key file beside one that holds certificate and key", query: "tlsPrivateKeyFile=k.pem&tlsCertificateKeyFile=c.pem",
			want: Options{TLS: tls, TLSCertificateKeyFile: file("tlsCertificateKeyFile", "c.pem")},
			problems: []string{
				"warning option-deprecated [tlsPrivateKeyFile] tlsPrivateKeyFile is another name of tlsCertificateKeyFile; of the current drivers it is known to go only; use tlsCertificateKeyFile with a file that holds certificate and key",
				"warning option-conflict [tlsCertificateKeyFile tlsPrivateKeyFile] tlsPrivateKeyFile is ignored beside tlsCertificateKeyFile, whose file holds the key too; the go driver refuses both; leave tlsPrivateKeyFile out",
			},
		},
		{
			name: "a key file without a certificate", query: "ssl_keyfile=k.pem",
			want: Options{TLS: tls, TLSPrivateKeyFile: file("ssl_keyfile", "k.pem")},
			problems: []string{
				"warning option-deprecated [ssl_keyfile] ssl_keyfile is an older name of tlsCertificateKeyFile that no current driver understands; use tlsCertificateKeyFile with a file that holds certificate and key",
				"warning option-conflict [ssl_keyfile] ssl_keyfile names a key, and no option names its certificate; use tlsCertificateKeyFile with a file that holds both",
			},
		},
		{
			name: "a current name goes before an older one", query: "tlsCAFile=new.pem&sslCA=old.pem",
			want: Options{TLS: tls, TLSCAFile: file("tlsCAFile", "new.pem")},
			problems: []string{
				"warning option-deprecated [sslCA] sslCA is an older name of tlsCAFile that no current driver understands; use tlsCAFile",
				"warning option-repeated [tlsCAFile sslCA] tlsCAFile and sslCA are names of one option; tlsCAFile is taken, and the older name ignored; give it once",
			},
		},
		{
			name: "the last of the same option counts", query: "tlsCAFile=a.pem&TLSCAFile=b.pem",
			want:     Options{TLS: tls, TLSCAFile: file("TLSCAFile", "b.pem")},
			problems: []string{"warning option-repeated [tlsCAFile TLSCAFile] tlsCAFile is given 2 times, and drivers differ in which they take; the last is taken here; give it once"},
		},
		{
			name: "options that repeat, or that bear on nothing here, pass", query: "readPreferenceTags=dc:ny,rack:1&readPreferenceTags=&tls=true&w=majority&compressors=zstd&retryWrites=true&zlibCompressionLevel=-1&maxStalenessSeconds=90&&",
			want: Options{TLS: tls},
		},
		{
			name: "wrong values are ignored", query: "tlsInsecure=True&tlsCAFile=&directConnection=1&connectTimeoutMS=-1&ssl_cert_reqs=NONE&tlsAllowInvalidHostnames=true;replicaSet=rs0&srvServiceName=a--b",
			want: Options{TLS: tls},
			problems: []string{
				`warning option-invalid-value [tlsInsecure] tlsInsecure must be true or false, not "True", and is ignored; write it in lower case`,
				"warning option-invalid-value [tlsCAFile] tlsCAFile must not be empty, and is ignored",
				`warning option-invalid-value [directConnection] directConnection must be true or false, not "1", and is ignored`,
				`warning option-invalid-value [connectTimeoutMS] connectTimeoutMS must be a number from 0 to 2147483647, not "-1", and is ignored`,
				`warning option-invalid-value [ssl_cert_reqs] ssl_cert_reqs must be CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED, not "NONE", and is ignored`,
				"warning option-deprecated [ssl_cert_reqs] ssl_cert_reqs is an older name of tlsAllowInvalidCertificates that no current driver understands; use tlsAllowInvalidCertificates",
				`warning option-invalid-value [tlsAllowInvalidHostnames] tlsAllowInvalidHostnames must be true or false, not "true;replicaSet=rs0", and is ignored; separate options with "&"`,
				`warning option-invalid-value [srvServiceName] srvServiceName must be a service name: letters, digits and single inner hyphens, with a letter, up to 62, not "a--b", and is ignored`,
				"error option-conflict [tlsInsecure ssl_cert_reqs] tlsInsecure and ssl_cert_reqs must not be given together, whatever their values; leave one out",
				"error option-conflict [tlsInsecure tlsAllowInvalidHostnames] tlsInsecure and tlsAllowInvalidHostnames must not be given together, whatever their values; leave one out",
				"error option-conflict [srvServiceName] srvServiceName is for mongodb+srv only; leave it out",
			},
		},
		{
			name: "unknown options, with the nearest known name", query: "tlsCAFlie=ca.pem&sslCAFile=ca.pem&zzz=1&a%20b=1&=1",
			want: Options{TLS: tls},
			problems: []string{
				"warning option-unknown [tlsCAFlie] tlsCAFlie is an unknown option: some drivers ignore it, others refuse the connection string; did you mean tlsCAFile?",
				"warning option-unknown [sslCAFile] sslCAFile is an unknown option: some drivers ignore it, others refuse the connection string; did you mean tlsCAFile?",
				"warning option-unknown [zzz] zzz is an unknown option: some drivers ignore it, others refuse the connection string",
				"warning option-unknown option 5 of 6 is an unknown option: some drivers ignore it, others refuse the connection string",
				"warning option-unknown option 6 of 6 is an unknown option: some drivers ignore it, others refuse the connection string",
			},
		},
		{
			name: "options that are not written as such", query: "replicaSet&a/b&tlsCAFile=5%",
			want: Options{TLS: tls},
			problems: []string{
				`error uri-invalid replicaSet has no "=" and value; write name=value`,
				`error uri-invalid option 3 of 4 has no "=" and value; write name=value`,
				`error uri-invalid [tlsCAFile] the value of tlsCAFile contains a "%" that begins no percent-encoding; percent-encode it: "%" is %25`,
			},
		},
		{
			name: "a password with an ampersand", query: "tlsCertificateKeyFilePassword=hun&ter2&x=y&appName=app",
			want: Options{TLS: tls, TLSCertificateKeyFilePassword: Option[Secret]{"hun", FromURI, "tlsCertificateKeyFilePassword"}},
			problems: []string{
				`error uri-invalid option 3 of 5 is none, and follows on a password: the password seems to contain an "&" that is not percent-encoded; percent-encode it: "&" is %26`,
				`error uri-invalid option 4 of 5 is none, and follows on a password: the password seems to contain an "&" that is not percent-encoded; percent-encode it: "&" is %26`,
			},
		},
		{
			name: "a proxy that is not used, a mechanism without its certificate", query: "proxyHost=socks&authMechanism=MONGODB-X509",
			want: Options{TLS: tls, AuthMechanism: file("authMechanism", "MONGODB-X509")},
			problems: []string{
				"warning proxy-not-used [proxyHost] proxyHost names a SOCKS5 proxy, and the hosts are checked without it; run the check where the hosts can be reached directly",
				"warning x509-incomplete [authMechanism] authMechanism=MONGODB-X509 needs a client certificate, and no option names one: drivers connect without, and the server has nobody to authenticate; set tls=true and tlsCertificateKeyFile",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := Parse("mongodb://db1/?tls=true&" + test.query)
			if diff := cmp.Diff(test.want, got.Options); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNames holds the table of names together: what it names exists, once.
func TestNames(t *testing.T) {
	if got, want := len(byName), len(options)+len(spellings)+1; got != want-1 {
		// tlsPrivateKeyFile is both: an option of its own here, and a name that
		// the specification does not have.
		t.Errorf("%d names are known, want %d: one of them is there twice", got, want-1)
	}
	for _, s := range spellings {
		if e, ok := lookUp(s.name); !ok || e.option == nil || e.option.name != s.option {
			t.Errorf("%s does not lead to %s", s.name, s.option)
		}
	}
	kept := reflect.TypeFor[Options]()
	for i := range kept.NumField() {
		name := kept.Field(i).Name
		if e, ok := lookUp(name); !ok || new(Options).field(e.option.name) == nil {
			t.Errorf("no option fills the field %s", name)
		}
	}
	for _, o := range options {
		if o.isTLS() && new(Options).field(o.name) == nil {
			t.Errorf("the TLS option %s is not kept", o.name)
		}
	}
}

func TestValues(t *testing.T) {
	tests := []struct {
		name    string
		parse   parser
		valid   []string
		invalid []string
	}{
		{"a number", number(500, 1000), []string{"500", "1000"}, []string{"", "499", "1001", "1e3", "0x200", "99999999999999999999"}},
		{"one of several", oneOf("auto", "poll"), []string{"auto", "poll"}, []string{"", "Auto", "stream"}},
		{"staleness", staleness, []string{"-1", "90", "120"}, []string{"", "0", "89", "-2", "x"}},
		{"a write concern", writeConcern, []string{"0", "3", "majority"}, []string{"", "-1"}},
		{"pairs", pairs, []string{"a:b", "a:b,c:mongodb://x"}, []string{"", "a", ":b", "a:b,"}},
		{"a tag set", tags, []string{"", "dc:ny"}, []string{"dc"}},
		{"a service name", serviceName, []string{"mongodb", "a", "a-1", strings.Repeat("a", 62)}, []string{"", "1", "-a", "a-", "a--b", "a_b", "ä", strings.Repeat("a", 63)}},
		{"a suffix of hosts", hostsSuffix, []string{".example.com", "example.com", "Example.COM.", "localhost", ".internal"}, []string{"", ".", ".com", "..com", "a b.com", "com"}},
		{"requirements of a certificate", certReqs, []string{"CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED"}, []string{"", "cert_none", "0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, s := range test.valid {
				if v, mustBe := test.parse(s); v == nil || mustBe != "" {
					t.Errorf("%q is refused: %s", s, mustBe)
				}
			}
			for _, s := range test.invalid {
				if v, mustBe := test.parse(s); v != nil || mustBe == "" {
					t.Errorf("%q is taken as %v", s, v)
				}
			}
		})
	}
}

func TestNearest(t *testing.T) {
	tests := []struct{ name, unknown, want string }{
		{"a letter too few", "tlsCAFil", "tlsCAFile"},
		{"another case and letters swapped", "TLSINSECUER", "tlsInsecure"},
		{"an older name leads to the current one", "ssl_ca_cert", "tlsCAFile"},
		{"ssl for tls", "sslCAFile", "tlsCAFile"},
		{"a short name needs to be closer", "tl", "tls"},
		{"nothing near", "frobnicate", ""},
		{"longer than any", strings.Repeat("tlsCAFile", 8), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := nearest(test.unknown); got != test.want {
				t.Errorf("nearest(%q) = %q, want %q", test.unknown, got, test.want)
			}
		})
	}
}
