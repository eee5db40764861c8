package target

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/fact"
)

// lines writes problems one to a line: "error id [options] message; hint".
func lines(problems []Problem) []string {
	var all []string
	for _, p := range problems {
		severity := "warning"
		if p.Severity == Error {
			severity = "error"
		}
		line := severity + " " + p.ID
		if len(p.Options) > 0 {
			line += fmt.Sprint(" ", p.Options)
		}
		all = append(all, line+" "+p.String())
	}
	return all
}

// ids writes problems as "severity id [options]", for tables about which
// problems there are and not about their words.
func ids(problems []Problem) []string {
	var all []string
	for _, p := range problems {
		p.Message, p.Hint = "", ""
		for _, line := range lines([]Problem{p}) {
			all = append(all, line[:len(line)-1])
		}
	}
	return all
}

// diffTarget compares the exported fields of targets.
func diffTarget(want, got *Target) string {
	return cmp.Diff(want, got, cmpopts.IgnoreUnexported(Target{}))
}

func TestFacts(t *testing.T) {
	got, _ := Parse("mongodb://alice:wonder@db1.example.com,db2.example.com:27018/app?tls=true&ssl_ca_certs=/etc/ca.pem" +
		"&tlsCertificateKeyFile=/etc/client.pem&tlsCertificateKeyFilePassword=hunter2&tlsAllowInvalidHostnames=true" +
		"&tlsDisableOCSPEndpointCheck=true&replicaSet=rs0&authMechanism=MONGODB-X509")
	want := fact.Target{
		Input: "mongodb://***:***@db1.example.com,db2.example.com:27018/app?tls=true&ssl_ca_certs=/etc/ca.pem" +
			"&tlsCertificateKeyFile=/etc/client.pem&tlsCertificateKeyFilePassword=***&tlsAllowInvalidHostnames=true" +
			"&tlsDisableOCSPEndpointCheck=true&replicaSet=rs0&authMechanism=MONGODB-X509",
		Warnings: []string{"ssl_ca_certs is an older name of tlsCAFile that no current driver understands; use tlsCAFile"},
		Unsupported: []fact.UnsupportedOption{
			{Option: "ssl_ca_certs", Ignored: []string{"pymongo", "go", "java", "c", "php", "csharp", "ruby"}, Rejected: []string{"node", "mongosh", "rust"}, For: "tlsCAFile"},
			{Option: "tlsCertificateKeyFile", Ignored: []string{"java", "csharp"}, Note: "java takes a key store, csharp a certificate object"},
			{Option: "tlsCertificateKeyFilePassword", Ignored: []string{"java", "csharp"}, Rejected: []string{"rust"},
				Note: "rust takes it when built with the feature cert-key-password"},
			{Option: "tlsAllowInvalidHostnames", Ignored: []string{"go", "csharp"}, Rejected: []string{"rust"},
				Note: "rust takes it when built with the feature openssl-tls; with ruby it has no effect"},
			{Option: "tlsDisableOCSPEndpointCheck", Ignored: []string{"java", "csharp"}, Rejected: []string{"node", "mongosh", "rust"},
				Note: "with pymongo it has an effect only where PyOpenSSL is installed"},
		},
		Options: fact.Options{
			TLS: true, TLSFrom: "uri",
			TLSCAFile: "/etc/ca.pem", TLSCertificateKeyFile: "/etc/client.pem",
			TLSAllowInvalidHostnames: true, TLSDisableOCSPEndpointCheck: true,
			ReplicaSet: "rs0", AuthMechanism: "MONGODB-X509",
		},
		X509: &fact.X509{},
	}
	if diff := cmp.Diff(want, got.Facts()); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

func TestParseMember(t *testing.T) {
	tests := []struct {
		name string
		want HostPort
		err  string
	}{
		{"db1.example.com:27018", HostPort{"db1.example.com", 27018}, ""},
		{"DB1.Example.com", HostPort{"db1.example.com", 27017}, ""},
		{"192.0.2.1:1", HostPort{"192.0.2.1", 1}, ""},
		{"[2001:DB8::1]:27017", HostPort{"2001:db8::1", 27017}, ""},
		{"2001:db8::1", HostPort{}, "is an IPv6 address without brackets"},
		{"", HostPort{}, "is empty"},
		{"a:b:c", HostPort{}, "has more than one colon"},
		{"a:0", HostPort{}, "has no number from 1 to 65535 as its port"},
		{"a b", HostPort{}, "has a character that no host name has"},
		{"%2Ftmp%2Fmongodb-27017.sock", HostPort{}, "is a Unix domain socket"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseMember(tt.name)
			said := ""
			if err != nil {
				said = err.Error()
			}
			if got != tt.want || said != tt.err {
				t.Errorf("ParseMember(%q) = %v, %q, want %v, %q", tt.name, got, said, tt.want, tt.err)
			}
		})
	}
}
