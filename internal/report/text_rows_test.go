package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// rowsOf returns the lines that follow a label, the label taken away, up to the
// next one.
func rowsOf(text, label string) []string {
	var rows []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if len(line) > 2 && line[:2] == "  " && line[2] != ' ' {
			inside = strings.HasPrefix(line, "  "+label+" ") || line == "  "+label
			line = strings.TrimPrefix(line, "  "+label)
		} else if !strings.HasPrefix(line, "    ") {
			inside = false
		}
		if line = strings.TrimSpace(line); inside && line != "" {
			rows = append(rows, line)
		}
	}
	return rows
}

func TestRowsOfAnEndpoint(t *testing.T) {
	tests := []struct {
		name    string
		change  func(e *Endpoint)
		options TextOptions
		label   string
		want    []string
	}{
		{"say nothing of a lookup that worked", func(e *Endpoint) {}, TextOptions{}, "DNS", nil},
		{"tell of a lookup that failed", func(e *Endpoint) { e.DNS = &fact.DNS{Failure: "timeout"} }, TextOptions{}, "DNS", []string{"timeout"}},
		{"tell of a connection that failed without a class", func(e *Endpoint) { e.Addresses[0].TCP = fact.TCP{} }, TextOptions{}, "address", []string{"192.0.2.10  failed"}},
		{"tell of an alert", func(e *Endpoint) {
			e.Handshake = &fact.Handshake{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 40, Name: "handshake_failure"}, Ms: 2}
		}, TextOptions{}, "handshake", []string{"failed: TLS alert 40 (handshake_failure), 2.0 ms"}},
		{"tell of an alert without a name", func(e *Endpoint) {
			e.Handshake = &fact.Handshake{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 200}, Ms: 2}
		}, TextOptions{}, "handshake", []string{"failed: TLS alert 200, 2.0 ms"}},
		{"tell what answered in place of TLS", func(e *Endpoint) {
			e.Handshake = &fact.Handshake{Outcome: fact.OutcomeOther, Error: "not a TLS record", FirstBytes: "48545450", Ms: 2}
		}, TextOptions{}, "handshake", []string{"failed: another protocol answered, 2.0 ms", "not a TLS record", "it answered (hex): 48545450"}},
		{"say that no name was sent", func(e *Endpoint) { e.Handshake.ServerName = "" }, TextOptions{}, "SNI", []string{"none sent"}},
		{"list accepted versions alone", func(e *Endpoint) { e.Protocols = e.Protocols[2:] }, TextOptions{}, "protocols", []string{"TLS1.2, TLS1.3 accepted"}},
		{"list refused versions alone", func(e *Endpoint) { e.Protocols = e.Protocols[:2] }, TextOptions{}, "protocols", []string{"TLS1.0, TLS1.1 refused"}},
		{"say nothing of versions that are not established", func(e *Endpoint) { e.Protocols = []fact.Protocol{{Version: "TLS1.0"}} }, TextOptions{}, "protocols", nil},
		{"say that it is not MongoDB", func(e *Endpoint) { e.Server = &fact.Server{MongoDB: new(false)} }, TextOptions{}, "server", []string{"not MongoDB"}},
		{"say that it is some MongoDB", func(e *Endpoint) { e.Server = &fact.Server{MongoDB: new(true)} }, TextOptions{}, "server", []string{"MongoDB"}},
		{"show what hello ended with", func(e *Endpoint) { e.Server = &fact.Server{Hello: fact.OutcomeClosed} }, TextOptions{}, "hello", []string{"closed without a word"}},
		{"say nothing of an authentication that was not made", func(e *Endpoint) {}, TextOptions{}, "X.509 auth", nil},
		{"tell as whom the client is authenticated", func(e *Endpoint) {
			e.Authentication = &fact.Authentication{Outcome: fact.OutcomeOK, OK: true, ServerUser: "CN=app"}
		}, TextOptions{}, "X.509 auth", []string{"authenticated as CN=app"}},
		{"tell that the client is authenticated as whomever", func(e *Endpoint) {
			e.Authentication = &fact.Authentication{Outcome: fact.OutcomeOK, OK: true}
		}, TextOptions{}, "X.509 auth", []string{"authenticated"}},
		{"tell that the client is not authenticated", func(e *Endpoint) {
			e.Authentication = &fact.Authentication{Outcome: fact.OutcomeOK, Code: 18, CodeName: "AuthenticationFailed", Message: "Authentication failed."}
		}, TextOptions{}, "X.509 auth", []string{"error 18 AuthenticationFailed: Authentication failed."}},
		{"tell of an authentication without an answer", func(e *Endpoint) {
			e.Authentication = &fact.Authentication{Outcome: fact.OutcomeClosed, Error: "EOF"}
		}, TextOptions{}, "X.509 auth", []string{"closed without a word: EOF"}},
		{"show the error that hello replied with", func(e *Endpoint) {
			e.Server = &fact.Server{Hello: fact.OutcomeOK, ErrorCode: 13, ErrorMessage: "not authorized"}
		}, TextOptions{}, "hello", []string{"error 13: not authorized"}},
		{"pass over a clock less than a second off", func(e *Endpoint) { e.Server.ClockSkewMs = new(999.0) }, TextOptions{}, "clock", nil},
		{"tell of a clock ahead", func(e *Endpoint) { e.Server.ClockSkewMs = new(1000.0) }, TextOptions{}, "clock", []string{"1 second ahead of this machine's"}},
		{"tell of a clock behind", func(e *Endpoint) { e.Server.ClockSkewMs = new(-86400000.0) }, TextOptions{}, "clock", []string{"1 day behind this machine's"}},
		{"survive a clock beyond all years", func(e *Endpoint) { e.Server.ClockSkewMs = new(1e300) }, TextOptions{}, "clock", []string{"31709 years ahead of this machine's"}},
		{"say that no client certificate was asked for", func(e *Endpoint) { e.ClientAuth = &fact.ClientAuth{} }, TextOptions{}, "client cert", []string{"not asked for"}},
		{"say why a client certificate was not sent", func(e *Endpoint) {
			e.ClientAuth = &fact.ClientAuth{Requested: true, Withheld: "no signature in common"}
		}, TextOptions{}, "client cert", []string{"asked for, none sent: no signature in common"}},
		{"say that a name was matched by a wildcard", func(e *Endpoint) { e.Hostname.Matched = "*.example.com" }, TextOptions{}, "hostname", []string{"matches db1.example.com by *.example.com"}},
		{"say that no name matched", func(e *Endpoint) { e.Hostname = &finding.Hostname{Checked: "db9"} }, TextOptions{}, "hostname", []string{"no match for db9"}},
		{"say that another store would trust the chain", func(e *Endpoint) { e.Chain = &finding.Chain{TrustedBy: []string{"system"}} }, TextOptions{}, "chain",
			[]string{
				"not trusted; it would be by system",
				"CN=db1.example.com,O=Example", "|  2026-10-01 to 2027-01-24, 62 days left, ECDSA-P256", "|  names db1.example.com, *.db.example.com, 192.0.2.10",
				"+- CN=Example Issuing CA,O=Example", "|  2024-01-01 to 2030-01-01, 3 years left, RSA-2048",
				"+- not sent, one of this name in tlsCAFile: CN=Example Root CA,O=Example",
			}},
		{"say only that an issuer was not sent without a trust store", func(e *Endpoint) { e.Chain, e.Trust, e.Certificates = nil, nil, e.Certificates[1:] }, TextOptions{}, "chain",
			[]string{"1 certificate", "CN=Example Issuing CA,O=Example", "|  2024-01-01 to 2030-01-01, 3 years left, RSA-2048", "+- not sent: CN=Example Root CA,O=Example"}},
		{"call certificates without a subject that", func(e *Endpoint) {
			e.Certificates = []fact.Certificate{{SHA256: fingerprint("leaf"), NotBefore: leaf().NotBefore, NotAfter: leaf().NotAfter}}
			e.Trust.Anchors[0].Subject = ""
			e.Chain.Paths = [][]string{{fingerprint("leaf"), fingerprint("root")}}
		}, TextOptions{}, "chain",
			[]string{"trusted by tlsCAFile", "certificate with an empty subject", "|  2026-10-01 to 2027-01-24, 62 days left", "+- certificate with an empty subject", "2020-01-01 to 2040-01-01, 13 years left, ECDSA-P384, in tlsCAFile"}},
		{"keep the questions for those who ask", func(e *Endpoint) {}, TextOptions{}, "asked", nil},
		{"give the reason of a plaintext question without an answer", func(e *Endpoint) {
			e.Server.Plaintext = "unknown"
			e.Questions = []fact.Question{{ID: fact.AskPlaintext, Outcome: fact.OutcomeReset}}
		}, TextOptions{}, "Not established:", []string{"whether plaintext is accepted: connection reset"}},
		{"give the reason of a hello without an answer", func(e *Endpoint) {
			e.Server = &fact.Server{Hello: fact.OutcomeTimeout}
		}, TextOptions{}, "Not established:", []string{"whether it is MongoDB: no answer in time"}},
		{"claim nothing of revocation without a certificate", func(e *Endpoint) { e.Certificates = nil }, TextOptions{}, "Not checked:", nil},
		{"have no line for what is all known", func(e *Endpoint) {}, TextOptions{}, "Not established:", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := db1()
			tt.change(&e)
			got := rowsOf(render(t, sampleReport(finding.Pass, bareHost(e)), tt.options), tt.label)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.label, diff)
			}
		})
	}
}

func TestOutcomesHaveWords(t *testing.T) {
	want := map[fact.Outcome]string{
		fact.OutcomeOK:         "ok",
		fact.OutcomeAlert:      "TLS alert",
		fact.OutcomeClosed:     "closed without a word",
		fact.OutcomeReset:      "connection reset",
		fact.OutcomeTimeout:    "no answer in time",
		fact.OutcomeUnanswered: "no answer while there was time",
		fact.OutcomeOther:      "another protocol answered",
		fact.OutcomeLocal:      "not understood by our own TLS library",
		fact.OutcomeFailed:     "could not be asked",
		"later":                "later",
	}
	got := map[fact.Outcome]string{}
	for o := range want {
		got[o] = outcomeText(o, nil)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestFixes(t *testing.T) {
	tests := []struct {
		name string
		fix  []string
		want string
	}{
		{"are left out when there is none", nil, ""},
		{"stand beside the label when there is one", []string{"Restart mongod."}, "    Fix: Restart mongod.\n"},
		{"keep their commands below", []string{"Look:", "$ ls -l", "$ id"}, "    Fix: Look:\n         ls -l\n         id\n"},
		{"are numbered when there are several", []string{"Look:", "$ ls -l", "Or ask."}, "    Fix:\n      1. Look:\n         ls -l\n      2. Or ask.\n"},
		{"may be commands alone", []string{"$ ls -l"}, "    Fix:\n         ls -l\n"},
		{"may begin with a command", []string{"$ ls -l", "Then ask."}, "    Fix:\n         ls -l\n      1. Then ask.\n"},
		{"take no command from within a line", []string{"Look.\n$ rm -rf /"}, "    Fix: Look.\\x0a$ rm -rf /\n"},
		{"stay aligned past nine", []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"},
			"    Fix:\n      1. a\n      2. b\n      3. c\n      4. d\n      5. e\n      6. f\n      7. g\n      8. h\n      9. i\n      10. j\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := new(text)
			r.fix(tt.fix)
			if diff := cmp.Diff(tt.want, r.out.String()); diff != "" {
				t.Errorf("fix (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindings(t *testing.T) {
	fail := finding.Finding{ID: "revoked", Severity: finding.Fail, Title: "revoked", Detail: "It is."}
	info := finding.Finding{ID: "no-news", Severity: finding.Info, Title: "by the way", Detail: "Nothing to do.", Confidence: finding.Likely}
	ignored := finding.Finding{ID: "cert-lifetime", Severity: finding.Warn, Title: "valid for too long", Detail: "For years."}
	tests := []struct {
		name    string
		list    []finding.Finding
		verbose bool
		want    string
	}{
		{name: "have no heading when there are none"},
		{name: "are set apart when in full", list: []finding.Finding{fail, fail},
			want: "\nFindings\n  FAIL  revoked  revoked\n    It is.\n\n  FAIL  revoked  revoked\n    It is.\n"},
		{name: "stand together when brief", list: []finding.Finding{fail, info, ignored},
			want: "\nFindings\n  FAIL  revoked  revoked\n    It is.\n\n  INFO  no-news  by the way (likely)\n  WARN  cert-lifetime  valid for too long (ignored)\n"},
		{name: "are all in full when asked", list: []finding.Finding{info, ignored}, verbose: true,
			want: "\nFindings\n  INFO  no-news  by the way (likely)\n    Nothing to do.\n\n  WARN  cert-lifetime  valid for too long (ignored)\n    For years.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &text{options: TextOptions{Verbose: tt.verbose}, ignored: map[finding.ID]bool{"cert-lifetime": true}}
			r.findings("Findings", tt.list)
			if diff := cmp.Diff(tt.want, r.out.String()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
