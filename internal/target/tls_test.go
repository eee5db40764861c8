package target

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTLS(t *testing.T) {
	type use struct {
		On   bool
		From string
	}
	tests := []struct {
		name  string
		input string
		want  use
		// problems as lines.
		problems []string
	}{
		{"a bare host has it", "db1", use{true, "bare-host"}, nil},
		{"a connection string alone has it not", "mongodb://db1", use{false, "default"}, nil},
		{"ssl is tls", "mongodb://db1/?ssl=true", use{true, "uri"}, nil},
		{"a seed list has it", "mongodb+srv://c.example.com", use{true, "srv"}, nil},
		{"a seed list that switches it off", "mongodb+srv://c.example.com/?tls=false", use{false, "uri"}, nil},
		{"an invalid tls counts as none", "mongodb://db1/?tls=on", use{false, "default"},
			[]string{`warning option-invalid-value [tls] tls must be true or false, not "on", and is ignored`}},
		{"a CA file implies it with some drivers", "mongodb://db1/?tlsCAFile=ca.pem", use{true, "implied"},
			[]string{"warning tls-implied [tlsCAFile] tls=true is missing beside tlsCAFile: TLS with pymongo, go, c, php and rust, no TLS with node, mongosh, java, csharp and ruby; add tls=true"}},
		{"drivers that refuse the option are left out", "mongodb://db1/?tlsDisableOCSPEndpointCheck=true", use{true, "implied"},
			[]string{"warning tls-implied [tlsDisableOCSPEndpointCheck] tls=true is missing beside tlsDisableOCSPEndpointCheck: TLS with go, c and php, no TLS with pymongo, java, csharp and ruby; add tls=true"}},
		{"pymongo takes it from an option that is false", "mongodb://db1/?tlsDisableOCSPEndpointCheck=false", use{true, "implied"},
			[]string{"warning tls-implied [tlsDisableOCSPEndpointCheck] tls=true is missing beside tlsDisableOCSPEndpointCheck: TLS with pymongo, go, c and php, no TLS with java, csharp and ruby; add tls=true"}},
		{"an allowance that is false", "mongodb://db1/?tlsAllowInvalidHostnames=false", use{true, "implied"},
			[]string{"warning tls-implied [tlsAllowInvalidHostnames] tls=true is missing beside tlsAllowInvalidHostnames: TLS with pymongo, c, php and rust, no TLS with node, mongosh, go, java, csharp and ruby; add tls=true"}},
		{"the drivers of several options add up", "mongodb://db1/?tlsCRLFile=x.crl&tlsDisableCertificateRevocationCheck=true&tlsCertificateKeyFilePassword=hunter2", use{true, "implied"},
			[]string{"warning tls-implied [tlsCRLFile tlsDisableCertificateRevocationCheck tlsCertificateKeyFilePassword] tls=true is missing beside tlsCRLFile, tlsDisableCertificateRevocationCheck and tlsCertificateKeyFilePassword: TLS with pymongo, c, php and rust, no TLS with go, java, csharp and ruby; add tls=true"}},
		{"a CRL file alone", "mongodb://db1/?tlsCRLFile=x.crl", use{true, "implied"},
			[]string{"warning tls-implied [tlsCRLFile] tls=true is missing beside tlsCRLFile: TLS with pymongo, no TLS with node, mongosh, go, java, c, php, csharp and ruby; add tls=true"}},
		{"an older name implies it where it is known", "mongodb://db1/?sslInsecure=true", use{true, "implied"},
			[]string{
				"warning option-deprecated [sslInsecure] sslInsecure is another name of tlsInsecure; of the current drivers it is known to go only; use tlsInsecure",
				"warning tls-implied [sslInsecure] tls=true is missing beside sslInsecure: no TLS with pymongo, go, java, c, php, csharp and ruby; add tls=true",
			}},
		{"a key file of its own", "mongodb://db1/?tlsCertificateFile=c.pem&tlsPrivateKeyFile=k.pem", use{true, "implied"},
			[]string{
				"warning option-deprecated [tlsCertificateFile] tlsCertificateFile is another name of tlsCertificateKeyFile; of the current drivers it is known to go only; use tlsCertificateKeyFile",
				"warning option-deprecated [tlsPrivateKeyFile] tlsPrivateKeyFile is another name of tlsCertificateKeyFile; of the current drivers it is known to go only; use tlsCertificateKeyFile with a file that holds certificate and key",
				"warning tls-implied [tlsCertificateFile tlsPrivateKeyFile] tls=true is missing beside tlsCertificateFile and tlsPrivateKeyFile: TLS with go, no TLS with pymongo, java, c, php, csharp and ruby; add tls=true",
			}},
		{"an ignored value implies nothing", "mongodb://db1/?tlsInsecure=maybe", use{false, "default"},
			[]string{`warning option-invalid-value [tlsInsecure] tlsInsecure must be true or false, not "maybe", and is ignored`}},
		{"a file beside tls=false", "mongodb://db1/?ssl=false&tlsCAFile=ca.pem", use{false, "uri"},
			[]string{"warning tls-contradicted [ssl tlsCAFile] ssl=false beside tlsCAFile means different things to drivers: refused by pymongo and rust, TLS for go if ssl comes first, no TLS for the others; leave out ssl=false, or the others"}},
		{"a check that only libmongoc knows beside tls=false", "mongodb://db1/?tls=false&tlsDisableCertificateRevocationCheck=true", use{false, "uri"},
			[]string{"warning tls-contradicted [tls tlsDisableCertificateRevocationCheck] tls=false leaves nothing to do for tlsDisableCertificateRevocationCheck; leave out tls=false, or the others"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := Parse(test.input)
			if diff := cmp.Diff(test.want, use{got.TLS, got.TLSFrom}); diff != "" {
				t.Errorf("TLS (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOverride(t *testing.T) {
	yes, no := true, false
	ca, empty := "flag.pem", ""
	secret, noSecret := Secret("hunter2"), Secret("")
	file := func(origin Origin, name, value string) Option[string] { return Option[string]{value, origin, name} }
	tests := []struct {
		name  string
		input string
		flags Flags
		want  Options
		from  string
		// problems are those beyond Parse's, as lines.
		problems []string
	}{
		{
			name: "a flag goes over the connection string, under whatever name", input: "mongodb://db1/?tls=true&ssl_ca_certs=uri.pem",
			flags: Flags{TLSCAFile: &ca},
			want:  Options{TLS: Option[bool]{true, FromURI, "tls"}, TLSCAFile: file(FromFlag, "--tlsCAFile", "flag.pem")},
			from:  "uri",
		},
		{
			name: "all flags that go together, with a bare host", input: "db1",
			flags: Flags{TLSCAFile: &ca, TLSCertificateKeyFile: &ca, TLSCertificateKeyFilePassword: &secret, TLSCRLFile: &ca, TLSAllowInvalidCertificates: &yes, TLSAllowInvalidHostnames: &no},
			want: Options{
				TLSCAFile: file(FromFlag, "--tlsCAFile", ca), TLSCertificateKeyFile: file(FromFlag, "--tlsCertificateKeyFile", ca),
				TLSCertificateKeyFilePassword: Option[Secret]{"hunter2", FromFlag, "--tlsCertificateKeyFilePassword"},
				TLSCRLFile:                    file(FromFlag, "--tlsCRLFile", ca),
				TLSAllowInvalidCertificates:   Option[bool]{true, FromFlag, "--tlsAllowInvalidCertificates"},
				TLSAllowInvalidHostnames:      Option[bool]{false, FromFlag, "--tlsAllowInvalidHostnames"},
			},
			from: "bare-host",
		},
		{
			name: "a flag that is false counts as present", input: "mongodb://db1/?tls=true&tlsInsecure=true",
			flags: Flags{TLSDisableOCSPEndpointCheck: &no},
			want: Options{
				TLS: Option[bool]{true, FromURI, "tls"}, TLSInsecure: Option[bool]{true, FromURI, "tlsInsecure"},
				TLSDisableOCSPEndpointCheck: Option[bool]{false, FromFlag, "--tlsDisableOCSPEndpointCheck"},
			},
			from:     "uri",
			problems: []string{"error option-conflict [tlsInsecure --tlsDisableOCSPEndpointCheck] tlsInsecure and --tlsDisableOCSPEndpointCheck must not be given together, whatever their values; leave one out"},
		},
		{
			name: "a conflict that was told is not told again under the flag's name", input: "mongodb://db1/?tls=true&tlsInsecure=true&tlsAllowInvalidHostnames=true",
			flags: Flags{TLSInsecure: &no},
			want: Options{
				TLS: Option[bool]{true, FromURI, "tls"}, TLSInsecure: Option[bool]{false, FromFlag, "--tlsInsecure"},
				TLSAllowInvalidHostnames: Option[bool]{true, FromURI, "tlsAllowInvalidHostnames"},
			},
			from: "uri",
		},
		{
			name: "a flag implies TLS", input: "mongodb://db1",
			flags:    Flags{TLSDisableCertificateRevocationCheck: &yes},
			want:     Options{TLSDisableCertificateRevocationCheck: Option[bool]{true, FromFlag, "--tlsDisableCertificateRevocationCheck"}},
			from:     "flag",
			problems: []string{"warning tls-implied [--tlsDisableCertificateRevocationCheck] tls=true is missing beside --tlsDisableCertificateRevocationCheck: TLS with c and php, no TLS with pymongo, go, java, csharp and ruby; add tls=true"},
		},
		{
			name: "an implication that was told is not told again", input: "mongodb://db1/?tlsCAFile=uri.pem",
			flags: Flags{TLSCRLFile: &ca},
			want:  Options{TLSCAFile: file(FromURI, "tlsCAFile", "uri.pem"), TLSCRLFile: file(FromFlag, "--tlsCRLFile", ca)},
			from:  "implied",
		},
		{
			name: "a flag's certificate file does away with a key file", input: "mongodb://db1/?tls=true&ssl_certfile=c.pem&ssl_keyfile=k.pem",
			flags:    Flags{TLSCertificateKeyFile: &ca},
			want:     Options{TLS: Option[bool]{true, FromURI, "tls"}, TLSCertificateKeyFile: file(FromFlag, "--tlsCertificateKeyFile", ca)},
			from:     "uri",
			problems: []string{"warning option-conflict [--tlsCertificateKeyFile ssl_keyfile] ssl_keyfile is ignored beside --tlsCertificateKeyFile, whose file holds the key too; the go driver refuses both; leave ssl_keyfile out"},
		},
		{
			name: "an empty file name is an error, an empty password none", input: "db1",
			flags:    Flags{TLSCAFile: &empty, TLSCertificateKeyFilePassword: &noSecret},
			from:     "bare-host",
			problems: []string{"error option-invalid-value [--tlsCAFile] --tlsCAFile must not be empty; leave it out, or name a file"},
		},
		{name: "no flags change nothing", input: "db1", from: "bare-host"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, _ := Parse(test.input)
			problems := got.Override(test.flags)
			if diff := cmp.Diff(test.want, got.Options); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
			if got.TLSFrom != test.from {
				t.Errorf("TLS is from %q, want %q", got.TLSFrom, test.from)
			}
			if diff := cmp.Diff(test.problems, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
