package target

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConflicts(t *testing.T) {
	tests := []struct {
		name  string
		input string
		want  []string
	}{
		{"a pair conflicts by presence alone", "mongodb://db1/?tls=true&tlsInsecure=false&tlsAllowInvalidCertificates=false",
			[]string{"error option-conflict [tlsInsecure tlsAllowInvalidCertificates]"}},
		{"every forbidden pair is told", "mongodb://db1/?tls=true&tlsDisableCertificateRevocationCheck=true&tlsDisableOCSPEndpointCheck=true&tlsAllowInvalidHostnames=true&tlsAllowInvalidCertificates=true&tlsInsecure=true",
			[]string{
				"error option-conflict [tlsInsecure tlsAllowInvalidCertificates]",
				"error option-conflict [tlsInsecure tlsAllowInvalidHostnames]",
				"error option-conflict [tlsInsecure tlsDisableOCSPEndpointCheck]",
				"error option-conflict [tlsInsecure tlsDisableCertificateRevocationCheck]",
				"error option-conflict [tlsAllowInvalidCertificates tlsDisableOCSPEndpointCheck]",
				"error option-conflict [tlsAllowInvalidCertificates tlsDisableCertificateRevocationCheck]",
				"error option-conflict [tlsDisableOCSPEndpointCheck tlsDisableCertificateRevocationCheck]",
			}},
		{"both allowances go together", "mongodb://db1/?tls=true&tlsAllowInvalidHostnames=true&tlsAllowInvalidCertificates=true", nil},
		{"older names conflict as what they stand for", "mongodb://db1/?tls=true&tlsInsecure=true&ssl_match_hostname=true",
			[]string{"warning option-deprecated [ssl_match_hostname]", "error option-conflict [tlsInsecure ssl_match_hostname]"}},
		{"tls and ssl that differ", "mongodb://db1/?tls=true&ssl=true&ssl=false", []string{"error option-conflict [tls ssl]"}},
		{"tls and ssl that agree", "mongodb://db1/?tls=true&ssl=true&tls=true", nil},
		{"an invalid tls contradicts nothing", "mongodb://db1/?tls=yes&ssl=true", []string{"warning option-invalid-value [tls]"}},
		{"directConnection with several hosts, of which one is a socket", "mongodb://db1,%2Ftmp%2Fa.sock/?directConnection=true",
			[]string{"error option-conflict [directConnection]", "warning unix-socket"}},
		{"directConnection=false with several hosts", "mongodb://db1,db2/?directConnection=false", nil},
		{"directConnection with a seed list", "mongodb+srv://c.example.com/?directConnection=true", []string{"error option-conflict [directConnection]"}},
		{"loadBalanced with all it excludes", "mongodb://db1,db2/?loadBalanced=true&replicaSet=rs0&directConnection=true",
			[]string{
				"error option-conflict [directConnection]",
				"error option-conflict [loadBalanced]",
				"error option-conflict [loadBalanced replicaSet]",
				"error option-conflict [loadBalanced directConnection]",
			}},
		{"loadBalanced=false excludes nothing", "mongodb://db1,db2/?loadBalanced=false&replicaSet=rs0", nil},
		{"srvMaxHosts with what it excludes", "mongodb+srv://c.example.com/?srvMaxHosts=1&replicaSet=rs0",
			[]string{"error option-conflict [srvMaxHosts replicaSet]"}},
		{"srvMaxHosts with a load balancer", "mongodb+srv://c.example.com/?srvMaxHosts=1&loadBalanced=true",
			[]string{"error option-conflict [srvMaxHosts loadBalanced]"}},
		{"srvMaxHosts=0 excludes nothing", "mongodb+srv://c.example.com/?srvMaxHosts=0&replicaSet=rs0", nil},
		{"SRV options without SRV", "mongodb://db1/?srvMaxHosts=0&srvServiceName=x&srvAllowedHostsSuffix=example.com",
			[]string{"error option-conflict [srvMaxHosts]", "error option-conflict [srvServiceName]", "error option-conflict [srvAllowedHostsSuffix]"}},
		{"a suffix of hosts that is a top-level domain is an error", "mongodb+srv://c.example.com/?srvAllowedHostsSuffix=.com",
			[]string{"error option-invalid-value [srvAllowedHostsSuffix]"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := Parse(test.input)
			if diff := cmp.Diff(test.want, ids(problems)); diff != "" {
				t.Errorf("problems of %s (-want +got):\n%s", test.input, diff)
			}
		})
	}
}

// TestValidate: it gives the same whenever it is called, however much was told.
func TestValidate(t *testing.T) {
	got, _ := Parse("mongodb://db1/?tlsInsecure=true&tlsAllowInvalidHostnames=true&foo=bar")
	want := []string{
		"error option-conflict [tlsInsecure tlsAllowInvalidHostnames]",
		"warning tls-implied [tlsInsecure tlsAllowInvalidHostnames]",
	}
	for range 2 {
		if diff := cmp.Diff(want, ids(got.Validate())); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
	}
}
