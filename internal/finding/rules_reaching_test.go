package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
)

// addresses replaces the addresses and what came after them. Each is an address
// and how its connection failed, "" where it did not.
func addresses(list ...[2]string) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		e.Addresses = nil
		reached := false
		for _, a := range list {
			tcp := fact.TCP{OK: a[1] == "", Failure: a[1]}
			if !tcp.OK {
				tcp.Error = "dial: " + a[1]
			}
			reached = reached || tcp.OK
			e.Addresses = append(e.Addresses, fact.Address{IP: a[0], TCP: tcp})
		}
		if !reached {
			*e = fact.Endpoint{Host: e.Host, Port: e.Port, Source: e.Source, ServerName: e.ServerName, DNS: e.DNS, Addresses: e.Addresses}
		}
	}
}

func lookupFailed(failure string) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		*e = fact.Endpoint{Host: e.Host, Port: e.Port, ServerName: e.ServerName, Addresses: []fact.Address{}, DNS: &fact.DNS{Failure: failure, Error: "lookup: " + failure}}
	}
}

func TestReaching(t *testing.T) {
	judgeRows(t, []row{
		{"a name that does not exist", []edit{lookupFailed("not-found")}, []brief{failing("dns-not-found")}, Unreachable},
		{"a resolver that does not answer", []edit{lookupFailed("timeout")}, []brief{failing("dns-timeout")}, Unreachable},
		{"a resolver that fails otherwise", []edit{lookupFailed("error")}, []brief{failing("dns-failure")}, Unreachable},
		{"a resolver's failure of a later version", []edit{lookupFailed("dnssec")}, []brief{failing("dns-failure")}, Unreachable},
		{"a closed port", []edit{addresses([2]string{"192.0.2.1", "refused"})}, []brief{failing("tcp-refused")}, Unreachable},
		{"a silent port", []edit{addresses([2]string{"192.0.2.1", "timeout"})}, []brief{failing("tcp-timeout")}, Unreachable},
		{"a reset on connecting", []edit{addresses([2]string{"192.0.2.1", "reset"})}, []brief{failing("tcp-reset")}, Unreachable},
		{"no route", []edit{addresses([2]string{"192.0.2.1", "unreachable"})}, []brief{failing("tcp-unreachable")}, Unreachable},
		{"another error", []edit{addresses([2]string{"192.0.2.1", "error"})}, []brief{failing("tcp-unreachable")}, Unreachable},
		{"a refusal says more than silence", []edit{addresses([2]string{"192.0.2.1", "timeout"}, [2]string{"192.0.2.2", "refused"})}, []brief{failing("tcp-refused")}, Unreachable},
		{"silence says more than a missing route", []edit{addresses([2]string{"2001:db8::1", "unreachable"}, [2]string{"192.0.2.1", "timeout"})}, []brief{failing("tcp-timeout")}, Unreachable},
		{"one of two addresses refuses", []edit{addresses([2]string{"192.0.2.1", ""}, [2]string{"192.0.2.2", "refused"})},
			[]brief{warning("tcp-refused").titled("1 of the name's 2 addresses cannot be reached")}, Warning},
		{"one of two addresses is silent", []edit{addresses([2]string{"192.0.2.1", ""}, [2]string{"192.0.2.2", "timeout"})},
			[]brief{warning("tcp-timeout").titled("1 of the name's 2 addresses cannot be reached")}, Warning},
		{"an IPv6 address on a machine without IPv6", []edit{addresses([2]string{"2001:db8::1", "unreachable"}, [2]string{"192.0.2.1", ""})},
			[]brief{info("tcp-unreachable").titled("1 of the name's 2 addresses cannot be reached")}, Pass},
		{"localhost with a server on one address", []edit{called("localhost"), addresses([2]string{"::1", "refused"}, [2]string{"127.0.0.1", ""})},
			[]brief{info("tcp-refused").titled("1 of the name's 2 addresses cannot be reached")}, Pass},
		{"a port-forward on one address of localhost", []edit{
			func(t *fact.Target, _ *fact.Endpoint) { t.Options.Connect = "localhost:27018" },
			addresses([2]string{"::1", "refused"}, [2]string{"127.0.0.1", ""}),
		}, []brief{info("tcp-refused").titled("1 of the name's 2 addresses cannot be reached")}, Pass},
		{"an address that was not tried is no failure", []edit{addresses([2]string{"192.0.2.1", ""}, [2]string{"192.0.2.2", "not-tried"})}, nil, Pass},
		{"no address was tried", []edit{addresses([2]string{"192.0.2.1", "not-tried"})},
			[]brief{likely("deadline-exceeded")}, Unreachable},
		{"no facts at all", []edit{func(t *fact.Target, e *fact.Endpoint) { *t, *e = fact.Target{}, fact.Endpoint{} }},
			[]brief{likely("deadline-exceeded")}, Unreachable},
	})
}

// TestReachingInFull compares one finding whole: through --connect it is the
// address dialled that is told, not the name to verify.
func TestReachingInFull(t *testing.T) {
	target, endpoint := facts(func(t *fact.Target, _ *fact.Endpoint) { t.Options.Connect = "[::1]:2222" }, addresses([2]string{"::1", "refused"}))
	entry, _ := Lookup("tcp-refused")
	want := []Finding{{
		ID: "tcp-refused", Severity: Fail, Confidence: Certain,
		Title:    "Nothing listens on the port",
		Detail:   "Connecting to ::1 port 2222: dial: refused.",
		Why:      entry.Why,
		Evidence: map[string]any{"addresses": []string{"::1"}, "errors": []string{"::1: dial: refused"}},
		Fix:      entry.Fix,
		Drivers:  driver.Names(),
	}}
	if diff := cmp.Diff(want, Judge(target, endpoint, Policy{}, now).Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestJudgeTarget(t *testing.T) {
	srv := func(problem string) *fact.SRV {
		return &fact.SRV{Name: "_mongodb._tcp.cluster0.example.com", Hosts: []string{}, Problem: problem, Detail: "What was seen."}
	}
	for _, row := range []struct {
		name    string
		target  fact.Target
		policy  Policy
		want    []brief
		verdict Verdict
		fix     string
	}{
		{"no lookup", fact.Target{}, Policy{}, []brief{}, Pass, ""},
		{"a lookup that went through", fact.Target{SRV: srv("")}, Policy{}, []brief{}, Pass, ""},
		{"no record", fact.Target{SRV: srv("srv-not-found")}, Policy{}, []brief{failing("srv-not-found")}, Unreachable, "$ dig +short SRV _mongodb._tcp.cluster0.example.com"},
		{"a record outside the domain", fact.Target{SRV: srv("srv-domain-mismatch")}, Policy{}, []brief{failing("srv-domain-mismatch")}, Failure, "$ dig +short SRV _mongodb._tcp.cluster0.example.com"},
		{"a text record that is not allowed", fact.Target{SRV: srv("srv-txt-invalid")}, Policy{}, []brief{failing("srv-txt-invalid")}, Failure, "$ dig +short TXT cluster0.example.com"},
		{"a resolver that does not answer is asked for the record again", fact.Target{SRV: srv("dns-timeout")}, Policy{}, []brief{failing("dns-timeout")}, Unreachable, "$ dig +short SRV _mongodb._tcp.cluster0.example.com"},
		{"a problem of a later version", fact.Target{SRV: srv("srv-of-the-future")}, Policy{}, []brief{failing("dns-failure")}, Unreachable, "$ dig +short SRV _mongodb._tcp.cluster0.example.com"},
		{"a problem that is ignored", fact.Target{SRV: srv("srv-txt-invalid")}, Policy{Ignore: []ID{"srv-txt-invalid"}}, []brief{failing("srv-txt-invalid")}, Pass, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			findings, verdict, _ := JudgeTarget(&row.target, nil, row.policy)
			if diff := cmp.Diff(row.want, briefs(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if verdict != row.verdict {
				t.Errorf("verdict %s, want %s", verdict, row.verdict)
			}
			if row.fix != "" && !contains(findings[0].Fix, row.fix) {
				t.Errorf("fix %q lacks %q", findings[0].Fix, row.fix)
			}
		})
	}
}

func contains(list []string, line string) bool {
	for _, l := range list {
		if l == line {
			return true
		}
	}
	return false
}
