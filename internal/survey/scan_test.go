package survey

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/scan"
)

func TestNotScanned(t *testing.T) {
	question := func(o fact.Outcome) []fact.Question { return []fact.Question{{ID: fact.AskTLS12, Outcome: o}} }
	for _, tt := range []struct {
		name string
		e    fact.Endpoint
		want string
	}{
		{"a handshake", fact.Endpoint{Handshake: &fact.Handshake{OK: true, Outcome: fact.OutcomeOK}}, ""},
		{"a refusal", fact.Endpoint{Handshake: &fact.Handshake{Outcome: fact.OutcomeClosed}, Questions: question(fact.OutcomeClosed)}, ""},
		{"nothing dialled", fact.Endpoint{}, "there was no connection"},
		{"another protocol", fact.Endpoint{Handshake: &fact.Handshake{Outcome: fact.OutcomeOther}}, "what answers there does not speak TLS"},
		{"silence", fact.Endpoint{Handshake: &fact.Handshake{Outcome: fact.OutcomeTimeout}, Questions: question(fact.OutcomeTimeout)}, "nothing was answered in time"},
		{"silence to large hellos alone", fact.Endpoint{Handshake: &fact.Handshake{Outcome: fact.OutcomeTimeout}, Questions: question(fact.OutcomeOK)}, ""},
	} {
		if got := notScanned(&tt.e); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestWithScan: a scan knows more than the side questions, but what was selected
// once is accepted, and what a scan did not learn stays as it was.
func TestWithScan(t *testing.T) {
	yes, no := true, false
	known := []fact.Protocol{
		{Version: "TLS1.0", Supported: &no}, {Version: "TLS1.1", Reason: "no answer"},
		{Version: "TLS1.2", Supported: &yes}, {Version: "TLS1.3", Supported: &no},
	}
	f := &fact.Scan{Versions: []fact.ScannedVersion{
		{Version: "TLS1.3", Reason: "the connection was reset"}, {Version: "TLS1.2", Supported: &no}, {Version: "TLS1.1", Supported: &yes, Reason: "about its suites"},
		{Version: "TLS1.0", Supported: &yes}, {Version: "SSL3.0", Supported: &no}, {Version: "SSL2.0", Reason: "no answer"},
	}}
	want := []fact.Protocol{
		{Version: "SSL2.0", Reason: "no answer"}, {Version: "SSL3.0", Supported: &no}, {Version: "TLS1.0", Supported: &yes},
		{Version: "TLS1.1", Supported: &yes}, {Version: "TLS1.2", Supported: &yes}, {Version: "TLS1.3", Supported: &no},
	}
	if diff := cmp.Diff(want, withScan(known, f)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(known, withScan(known, &fact.Scan{Skipped: "why"})); diff != "" {
		t.Errorf("without a scan (-want +got)\n%s", diff)
	}
}

// TestScanOf: what was observed decides whether there is a scan.
func TestScanOf(t *testing.T) {
	unreachable := &fact.Endpoint{Addresses: []fact.Address{{IP: "192.0.2.1"}}}
	silent := &fact.Endpoint{Addresses: []fact.Address{{IP: "192.0.2.1", TCP: fact.TCP{OK: true}}}, Handshake: &fact.Handshake{Outcome: fact.OutcomeTimeout}}
	if got := (&Survey{}).scan(t.Context(), silent)(); got != nil {
		t.Errorf("a scan that nobody asked for: %+v", got)
	}
	s := &Survey{Scan: &scan.Scanner{}}
	if got := s.scan(t.Context(), unreachable)(); got != nil {
		t.Errorf("a scan of nothing: %+v", got)
	}
	want := &fact.Scan{Skipped: "nothing was answered in time", Order: "unknown", SNI: fact.ScannedSNI{Without: "unknown", Other: "unknown"}}
	if diff := cmp.Diff(want, s.scan(t.Context(), silent)()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
