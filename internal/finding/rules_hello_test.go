package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
)

// replied is a hello over TLS that ended in another way than with a reply.
func replied(o fact.Outcome, code int) edit {
	return served(func(s *fact.Server) {
		*s = fact.Server{Plaintext: "refused", Hello: o, HelloError: "what the connection says"}
		if code > 0 {
			s.HelloAlert = alertOf(code)
		}
	})
}

func TestHello(t *testing.T) {
	atlas := called("cluster0-shard-00-00.abcde.mongodb.net")
	after := likely("handshake-closed").titled("The server closes the connection after the handshake")
	judgeRows(t, []row{
		{"a reply", nil, nil, Pass},
		{"no answer to the missing certificate but certificate_required", []edit{asksForClient(""), replied(fact.OutcomeAlert, 116)}, []brief{failing("client-cert-required")}, Failure},
		{"unknown_ca to the certificate", []edit{asksForClient("CN=me"), replied(fact.OutcomeAlert, 48)}, []brief{failing("client-cert-untrusted")}, Failure},
		{"handshake_failure after a request", []edit{asksForClient(""), replied(fact.OutcomeAlert, 40)}, []brief{failing("client-cert-required")}, Failure},
		{"handshake_failure without a request", []edit{replied(fact.OutcomeAlert, 40)}, []brief{failing("handshake-failure")}, Failure},
		{"unknown_ca without a request", []edit{replied(fact.OutcomeAlert, 48)}, []brief{failing("handshake-failure")}, Failure},
		{"internal_error", []edit{replied(fact.OutcomeAlert, 80)}, []brief{failing("alert-internal-error")}, Failure},
		{"internal_error at Atlas", []edit{atlas, replied(fact.OutcomeAlert, 80)}, []brief{likely("atlas-access-list")}, Failure},
		{"an alert of which the report has lost the number", []edit{replied(fact.OutcomeAlert, 0)}, []brief{failing("handshake-failure")}, Failure},
		{"closed after a request, as by mongod", []edit{asksForClient(""), replied(fact.OutcomeClosed, 0)}, []brief{likely("client-cert-required")}, Failure},
		{"reset with a certificate sent", []edit{asksForClient("CN=me"), replied(fact.OutcomeReset, 0)}, []brief{likely("client-cert-rejected")}, Failure},
		{"closed at Atlas", []edit{atlas, replied(fact.OutcomeClosed, 0)}, []brief{likely("atlas-access-list")}, Failure},
		{"closed by a proxy without a backend", []edit{replied(fact.OutcomeClosed, 0)}, []brief{after}, Failure},
		{"a web server", []edit{replied(fact.OutcomeOther, 0)}, []brief{failing("not-mongodb")}, Failure},
		{"silence from who knows whom", []edit{replied(fact.OutcomeTimeout, 0)}, []brief{likely("not-mongodb")}, Failure},
		{"silence from mongod", []edit{replied(fact.OutcomeTimeout, 0), served(func(s *fact.Server) { yes := true; s.MongoDB = &yes })},
			[]brief{likely("handshake-timeout").titled("The server does not answer the first command")}, Failure},
		{"an interrupted run", []edit{replied(fact.OutcomeFailed, 0)}, []brief{likely("hello-error").titled("The first command could not be completed")}, Failure},
		{"a hello that was not asked", []edit{replied("", 0)}, nil, Pass},
		{"facts without a server", []edit{func(_ *fact.Target, e *fact.Endpoint) { e.Server, e.ClientAuth = nil, nil }}, nil, Pass},
		{"facts without the client's part", []edit{replied(fact.OutcomeClosed, 0), func(_ *fact.Target, e *fact.Endpoint) { e.ClientAuth = nil }}, []brief{after}, Failure},

		{"a shared Atlas cluster that got no name", []edit{called("192.0.2.1"), served(func(s *fact.Server) {
			s.ErrorCode, s.ErrorMessage = 8000, "no SNI name sent"
		})}, []brief{failing("sni-required")}, Failure},
		{"another error of Atlas", []edit{served(func(s *fact.Server) { s.ErrorCode, s.ErrorMessage = 8000, "paused" })}, []brief{failing("hello-error")}, Failure},
		{"a load balancer's port", []edit{served(func(s *fact.Server) { s.ErrorCode, s.ErrorMessage = 354, "load balanced" })}, []brief{failing("load-balancer-mismatch")}, Failure},
		{"an error without a number", []edit{served(func(s *fact.Server) { s.ErrorMessage = "no" })}, []brief{failing("hello-error")}, Failure},
	})
}

func TestGroups(t *testing.T) {
	chose := func(group string) edit { return mainly(func(h *fact.Handshake) { h.Group = group }) }
	some := failing("no-shared-cipher").titled("No key exchange group in common with clients before OpenSSL 3.5")
	judgeRows(t, []row{
		{"a post-quantum group alone", []edit{chose("X25519MLKEM768"), refused(fact.AskSmallHello, 40)}, []brief{some}, Failure},
		{"a post-quantum group beside others", []edit{chose("X25519MLKEM768"), ok(fact.AskSmallHello, "TLS1.3", gcm)}, nil, Pass},
		{"another group, and an alert for another reason", []edit{chose("x25519"), refused(fact.AskSmallHello, 40)}, nil, Pass},
		{"a post-quantum group, and another alert", []edit{chose("X25519MLKEM768"), refused(fact.AskSmallHello, 80)}, nil, Pass},
	})
}

func TestProtocols(t *testing.T) {
	chose := func(suite string) edit {
		return mainly(func(h *fact.Handshake) { h.Version, h.CipherSuite = "TLS1.2", suite })
	}
	some := entryTitle("no-shared-cipher", Warn, Likely).titled("A cipher suite that some drivers do not offer")
	yes := true
	judgeRows(t, []row{
		{"TLS 1.2 at best", []edit{chose(gcm)}, []brief{info("tls13-unavailable")}, Pass},
		{"RSA key exchange", []edit{chose("TLS_RSA_WITH_AES_128_GCM_SHA256")}, []brief{some, info("tls13-unavailable")}, Warning},
		{"CBC", []edit{chose("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA")}, []brief{some, info("tls13-unavailable")}, Warning},
		{"TLS 1.0 by its question", []edit{ok(fact.AskTLS10, "TLS1.0", "TLS_RSA_WITH_AES_128_CBC_SHA")}, []brief{warning("weak-protocol-enabled")}, Warning},
		{"TLS 1.1 by the report's summary", []edit{func(_ *fact.Target, e *fact.Endpoint) {
			e.Protocols = []fact.Protocol{{Version: "TLS1.1", Supported: &yes}, {Version: "TLS1.2", Supported: &yes}}
		}}, []brief{warning("weak-protocol-enabled")}, Warning},
		{"a version that was not established", []edit{func(_ *fact.Target, e *fact.Endpoint) {
			e.Protocols = []fact.Protocol{{Version: "TLS1.0", Reason: "no answer"}}
		}}, nil, Pass},
		{"TLS 1.2 where 1.0 was offered alone", []edit{ok(fact.AskTLS10, "TLS1.2", gcm)}, nil, Pass},
		{"weak suites", []edit{ok(fact.AskWeakCiphers, "TLS1.2", "TLS_RSA_WITH_RC4_128_SHA")}, []brief{warning("weak-cipher-enabled")}, Warning},
		{"weak suites are a consequence where there are no others", []edit{
			broken(fact.OutcomeReset, 0), ok(fact.AskWeakCiphers, "TLS1.2", "TLS_RSA_WITH_RC4_128_SHA"),
		}, []brief{failing("no-shared-cipher")}, Failure},
	})
}

// TestHelloErrorInFull compares one finding whole.
func TestHelloErrorInFull(t *testing.T) {
	target, endpoint := facts(served(func(s *fact.Server) { s.ErrorCode, s.ErrorMessage = 433, "too fast." }))
	entry, _ := Lookup("hello-error")
	want := []Finding{{
		ID: "hello-error", Severity: Fail, Confidence: Certain, Title: "The server answers hello with an error",
		Detail: "The server answered hello with error 433: too fast.", Why: entry.Why,
		Evidence: map[string]any{"code": 433, "message": "too fast."}, Fix: entry.Fix, Drivers: driver.Names(),
	}}
	if diff := cmp.Diff(want, Judge(target, endpoint, Policy{}, now).Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
