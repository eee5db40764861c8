package finding

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// TestSRVLookups: what a lookup that failed is told as, and what is to be done
// first.
func TestSRVLookups(t *testing.T) {
	const name = "_mongodb._tcp.cluster0.abcde.mongodb.net"
	failed := func(answer string) fact.SRV {
		return fact.SRV{Name: name, Problem: "dns-failure", Server: "192.0.2.53:53", Answer: answer, Detail: "no SRV records"}
	}
	tests := []struct {
		name  string
		srv   fact.SRV
		want  brief
		first string
	}{
		{"refused", failed("REFUSED"), failing("dns-failure").titled("The name server refuses the SRV lookup"), "Use a name server that answers"},
		{"truncated", failed("truncated"), failing("dns-failure").titled("The answer to the SRV lookup does not fit a datagram, and TCP does not work"), "Open the way to the name server by TCP"},
		{"another error", failed("SERVFAIL"), failing("dns-failure").titled("The name server answers the SRV lookup with an error"), "Read the resolver's error"},
		{"an error that nobody saw", failed(""), failing("dns-failure"), "Read the resolver's error"},
		{"not there, at a provider", fact.SRV{Name: name, Problem: "srv-not-found", Detail: "no SRV records"}, failing("srv-not-found"), "At MongoDB Atlas, compare the name"},
		{"not there", fact.SRV{Name: "_mongodb._tcp.db.example.com", Problem: "srv-not-found", Detail: "no SRV records"}, failing("srv-not-found"), "Compare the name"},
		{"a host's name", fact.SRV{Name: name, Problem: "srv-not-found", Addresses: []string{"192.0.2.1"}}, failing("not-srv-host"), "Copy the connection string"},
		{"options that contradict", fact.SRV{Name: name, Problem: "option-conflict", Detail: "loadBalanced=true cannot go with replicaSet"}, failing("option-conflict").titled("Options of the connection string and of DNS contradict each other"), "Take one of the options out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings, _, _ := JudgeTarget(&fact.Target{SRV: &tt.srv}, nil, Policy{})
			if diff := cmp.Diff([]brief{tt.want}, briefs(findings)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if !strings.HasPrefix(findings[0].Fix[0], tt.first) {
				t.Errorf("the fix begins with %q, want %q", findings[0].Fix[0], tt.first)
			}
		})
	}
}

// TestSRVHostsAreVerified: a certificate for the name of the SRV records is one
// for nobody.
func TestSRVHostsAreVerified(t *testing.T) {
	ca := issue(t, nil, "root", authority)
	target, endpoint := facts(called("db1.example.com"), func(f *fact.Target, e *fact.Endpoint) {
		f.SRV, e.Source = &fact.SRV{Name: "_mongodb._tcp.cluster0.example.com"}, "srv"
		e.Certificates, e.Trust = present(issue(t, ca, "x", names("cluster0.example.com"))), trust("tlsCAFile", ca)
	})
	findings := Judge(target, endpoint, Policy{}, now).Findings
	if len(findings) == 0 || findings[0].ID != "hostname-mismatch" || !strings.Contains(findings[0].Detail, "It is for cluster0.example.com, the name in the connection string") {
		t.Fatalf("findings = %+v", findings)
	}
	if !strings.HasPrefix(findings[0].Fix[0], "Issue a certificate that has db1.example.com") {
		t.Errorf("the fix begins with %q", findings[0].Fix[0])
	}
}
