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
