package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// ok is the answer to a TLS question.
func ok(id fact.QuestionID, version, suite string) edit {
	return answer(fact.Question{ID: id, Outcome: fact.OutcomeOK, Version: version, CipherSuite: suite})
}

// refused is an alert to a TLS question.
func refused(id fact.QuestionID, code int) edit {
	return answer(fact.Question{ID: id, Outcome: fact.OutcomeAlert, Alert: alertOf(code)})
}

// ends is a question that ended without an answer.
func ends(id fact.QuestionID, o fact.Outcome) edit { return answer(fact.Question{ID: id, Outcome: o}) }

const gcm = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"

// mongodSays is mongod's answer to an HTTP request.
func mongodSays(_ *fact.Target, e *fact.Endpoint) {
	yes := true
	e.Server.MongoDB = &yes
	ends(fact.AskHTTP, fact.OutcomeOK)(nil, e)
}

func TestEncryption(t *testing.T) {
	judgeRows(t, []row{
		{"a client without TLS that is served", []edit{plaintext}, []brief{warning("no-encryption")}, Warning},
		{"a server that also takes clients without TLS", []edit{accepted}, []brief{warning("plaintext-accepted")}, Warning},
		{"a client without TLS and a server that requires it", []edit{withoutTLS}, []brief{failing("plaintext-client")}, Failure},
		{"a hello in clear that is not answered where TLS is", []edit{
			withoutTLS, ends(fact.AskPlaintext, fact.OutcomeTimeout), served(func(s *fact.Server) { s.Plaintext = "unknown" }),
		}, []brief{likely("plaintext-client")}, Failure},
		{"connections beside the main one that are all reset tell nothing of plaintext", []edit{withoutTLS, silent(fact.OutcomeReset)},
			[]brief{entryTitle("plaintext-client", Warn, Likely).titled("Whether the server takes connections without TLS was not established")}, Warning},
		{"connections beside the main one that are all unanswered, likewise", []edit{withoutTLS, silent(fact.OutcomeUnanswered)},
			[]brief{entryTitle("plaintext-client", Warn, Likely).titled("Whether the server takes connections without TLS was not established")}, Warning},
		{"one hello in clear that is refused", []edit{withoutTLS, func(_ *fact.Target, e *fact.Endpoint) {
			e.Handshake, e.Questions, e.ClientAuth = nil, nil, nil
			e.Server = &fact.Server{Plaintext: "refused"}
		}}, []brief{likely("plaintext-client")}, Failure},
		{"one hello in clear that is not answered", []edit{withoutTLS, func(_ *fact.Target, e *fact.Endpoint) {
			e.Handshake, e.Questions, e.ClientAuth = nil, nil, nil
			e.Server = &fact.Server{Plaintext: "unknown"}
		}}, []brief{likely("handshake-timeout")}, Failure},
		{"one hello in clear that is answered", []edit{withoutTLS, func(_ *fact.Target, e *fact.Endpoint) {
			yes := true
			e.Handshake, e.Questions, e.ClientAuth = nil, nil, nil
			e.Server = &fact.Server{Plaintext: "accepted", MongoDB: &yes}
		}}, []brief{warning("no-encryption")}, Warning},
		{"a client without TLS and a web server with TLS", []edit{withoutTLS, ends(fact.AskHTTP, fact.OutcomeOther), served(func(s *fact.Server) {
			no := false
			*s = fact.Server{MongoDB: &no, Plaintext: "refused", Hello: fact.OutcomeOther, HelloError: "not a MongoDB message"}
		})}, []brief{failing("not-mongodb")}, Failure},
		{"a client without TLS that is served never meets a failed handshake", []edit{broken(fact.OutcomeReset, 0), plaintext}, []brief{warning("no-encryption")}, Warning},
		{"nor the server's wish for a client certificate", []edit{plaintext, asksForClient(""), served(func(s *fact.Server) { s.Hello = fact.OutcomeClosed })},
			[]brief{warning("no-encryption"), entryTitle("client-cert-required", Info, Likely)}, Warning},
		{"but an error in clear", []edit{broken(fact.OutcomeReset, 0), plaintext, served(func(s *fact.Server) { s.ErrorCode, s.ErrorMessage = 433, "rate limit" })},
			[]brief{failing("hello-error"), warning("no-encryption")}, Failure},
		{"a client without TLS and a silent server", []edit{withoutTLS, broken(fact.OutcomeTimeout, 0)}, []brief{failing("handshake-timeout")}, Failure},
		{"a client without TLS and a web server without", []edit{withoutTLS, broken(fact.OutcomeOther, 0)}, []brief{failing("not-tls")}, Failure},
	})
}

// TestKeyForPSS is about a key for which crypto/tls offers no signature algorithm.
// The certificate was seen by a side question.
func TestKeyForPSS(t *testing.T) {
	const host = "db.example.com"
	root := issue(t, nil, "Example Root", authority)
	keyed := func(keyType string) edit {
		return func(t2 *fact.Target, e *fact.Endpoint) {
			presenting(trust(verify.StoreCAFile, root), issue(t, root, host, names(host)))(t2, e)
			e.Certificates[0].KeyType = keyType
		}
	}
	judgeRows(t, []row{
		{"a key for RSA-PSS alone", []edit{broken(fact.OutcomeAlert, 40), keyed("RSA-PSS-2048")},
			[]brief{warning("handshake-failure").titled("The server's key is one that Go and Rust (rustls) cannot use")}, Warning},
		{"a common RSA key", []edit{broken(fact.OutcomeAlert, 40), keyed("RSA-2048")}, []brief{failing("handshake-failure")}, Failure},
		{"a key for RSA-PSS alone, and another alert", []edit{broken(fact.OutcomeAlert, 80), keyed("RSA-PSS-2048")}, []brief{failing("alert-internal-error")}, Failure},
	})
}

func TestHandshakeCauses(t *testing.T) {
	ip := called("192.0.2.1")
	atlas := called("cluster0-shard-00-00.abcde.mongodb.net")
	nothingHere := likely("handshake-failure").titled("The handshake could not be completed from here")
	judgeRows(t, []row{
		{"mongod without TLS", []edit{broken(fact.OutcomeReset, 0), accepted}, []brief{failing("tls-disabled")}, Failure},
		{"a server in clear that lets a ClientHello wait", []edit{broken(fact.OutcomeTimeout, 0), accepted}, []brief{likely("tls-disabled")}, Failure},
		{"a server in clear that answers a ClientHello with something", []edit{broken(fact.OutcomeOther, 0), accepted}, []brief{failing("tls-disabled")}, Failure},
		{"a server in both ways that refuses this handshake", []edit{broken(fact.OutcomeAlert, 40), accepted}, []brief{failing("handshake-failure")}, Failure},

		{"something that is not TLS", []edit{broken(fact.OutcomeOther, 0), mainly(func(h *fact.Handshake) { h.FirstBytes = "485454502f312e31" })}, []brief{failing("not-tls")}, Failure},
		{"something that is not TLS now and is at other times", []edit{broken(fact.OutcomeOther, 0), ok(fact.AskTLS11, "TLS1.2", gcm)}, []brief{likely("not-tls")}, Failure},

		{"a client certificate wanted, by alert", []edit{broken(fact.OutcomeAlert, 116), asksForClient("")}, []brief{failing("client-cert-required")}, Failure},
		{"certificate_required without a request seen", []edit{broken(fact.OutcomeAlert, 116)}, []brief{failing("client-cert-required")}, Failure},
		{"bad_certificate after a request", []edit{broken(fact.OutcomeAlert, 42), asksForClient("CN=me")}, []brief{failing("client-cert-rejected")}, Failure},
		{"access_denied without a request is not about a client certificate", []edit{broken(fact.OutcomeAlert, 49)}, []brief{failing("handshake-failure")}, Failure},
		{"handshake_failure after a request", []edit{broken(fact.OutcomeAlert, 40), asksForClient("")}, []brief{likely("client-cert-required")}, Failure},
		{"closed after a request", []edit{broken(fact.OutcomeClosed, 0), asksForClient("")}, []brief{likely("client-cert-required")}, Failure},
		{"reset after a request", []edit{broken(fact.OutcomeReset, 0), asksForClient("CN=me")}, []brief{likely("client-cert-rejected")}, Failure},
		{"silent after a request is another matter", []edit{broken(fact.OutcomeTimeout, 0), asksForClient("")}, []brief{failing("handshake-timeout")}, Failure},
		{"internal_error after a request is another matter", []edit{broken(fact.OutcomeAlert, 80), asksForClient("")}, []brief{failing("alert-internal-error")}, Failure},

		{"protocol_version and nothing else", []edit{broken(fact.OutcomeAlert, 70)}, []brief{failing("protocol-version")}, Failure},
		{"old versions only, by alert", []edit{broken(fact.OutcomeAlert, 70), ok(fact.AskTLS10, "TLS1.0", "TLS_RSA_WITH_AES_128_CBC_SHA")}, []brief{failing("protocol-version")}, Failure},
		{"old versions only, by the alert to TLS 1.2 alone", []edit{broken(fact.OutcomeReset, 0), ok(fact.AskTLS11, "TLS1.1", "TLS_RSA_WITH_AES_128_CBC_SHA"), refused(fact.AskTLS12, 70)}, []brief{failing("protocol-version")}, Failure},
		{"an old version chosen", []edit{broken(fact.OutcomeLocal, 0), mainly(func(h *fact.Handshake) { h.Version = "TLS1.1" })}, []brief{failing("protocol-version")}, Failure},
		{"old versions only, without a word on the others", []edit{broken(fact.OutcomeReset, 0), ok(fact.AskTLS10, "TLS1.0", "TLS_RSA_WITH_AES_128_CBC_SHA")}, []brief{likely("protocol-version")}, Failure},
		{"TLS 1.2 with weak suites is not a matter of versions", []edit{
			broken(fact.OutcomeReset, 0), ok(fact.AskTLS10, "TLS1.0", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"), ok(fact.AskWeakCiphers, "TLS1.2", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
		}, []brief{failing("no-shared-cipher"), warning("weak-protocol-enabled")}, Failure},

		{"Atlas with internal_error", []edit{atlas, broken(fact.OutcomeAlert, 80)}, []brief{likely("atlas-access-list")}, Failure},
		{"Atlas that closes", []edit{atlas, broken(fact.OutcomeClosed, 0)}, []brief{likely("atlas-access-list")}, Failure},
		{"Atlas that is silent", []edit{atlas, broken(fact.OutcomeTimeout, 0)}, []brief{likely("atlas-access-list")}, Failure},
		{"Atlas for governments, in capitals and with a dot", []edit{called("A.B.MongoDBGov.NET."), broken(fact.OutcomeReset, 0)}, []brief{likely("atlas-access-list")}, Failure},
		{"a domain that only ends like Atlas", []edit{called("evilmongodb.net"), broken(fact.OutcomeAlert, 80)}, []brief{failing("alert-internal-error")}, Failure},
		{"Atlas with another alert", []edit{atlas, broken(fact.OutcomeAlert, 40)}, []brief{failing("handshake-failure")}, Failure},
		{"Atlas and an interrupted run", []edit{atlas, broken(fact.OutcomeFailed, 0)}, []brief{nothingHere}, Failure},
		{"Atlas that answers a small hello has let this address in", []edit{atlas, broken(fact.OutcomeTimeout, 0), ok(fact.AskSmallHello, "TLS1.3", "TLS_AES_128_GCM_SHA256")}, []brief{likely("large-hello-dropped")}, Failure},
		{"Atlas and a proxy that is not TLS", []edit{atlas, broken(fact.OutcomeOther, 0)}, []brief{failing("not-tls")}, Failure},

		{"an address where a name is wanted", []edit{ip, broken(fact.OutcomeAlert, 112)}, []brief{failing("sni-required")}, Failure},
		{"a name that is not known", []edit{broken(fact.OutcomeAlert, 112)}, []brief{failing("sni-unrecognized")}, Failure},
		{"a name that is answered only when it is left out", []edit{broken(fact.OutcomeReset, 0), ok(fact.AskNoSNI, "TLS1.3", "TLS_AES_128_GCM_SHA256")}, []brief{likely("sni-unrecognized")}, Failure},
		{"a small hello that ran out of grace tells nothing of names", []edit{
			broken(fact.OutcomeTimeout, 0), ends(fact.AskSmallHello, fact.OutcomeUnanswered), ok(fact.AskNoSNI, "TLS1.3", "TLS_AES_128_GCM_SHA256"),
		}, []brief{failing("handshake-timeout")}, Failure},

		{"only suites that Go has not", []edit{broken(fact.OutcomeAlert, 40), ok(fact.AskTLS12, "TLS1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")}, []brief{warning("no-shared-cipher").titled("No cipher suite in common with Go 1.22 and later, and 2 more")}, Warning},
		{"only suites that hardly any client has", []edit{broken(fact.OutcomeAlert, 40), ok(fact.AskTLS12, "TLS1.2", "TLS_RSA_WITH_AES_128_CCM_8")},
			[]brief{failing("no-shared-cipher")}, Failure},
		{"a suite that every client has is not the cause", []edit{broken(fact.OutcomeReset, 0), ok(fact.AskTLS12, "TLS1.2", gcm)}, []brief{failing("handshake-closed")}, Failure},
		{"only weak suites", []edit{broken(fact.OutcomeReset, 0), ok(fact.AskWeakCiphers, "TLS1.2", "TLS_RSA_WITH_RC4_128_SHA")}, []brief{failing("no-shared-cipher")}, Failure},
		{"weak suites, where the others were not answered in time", []edit{
			broken(fact.OutcomeReset, 0), ends(fact.AskTLS12, fact.OutcomeUnanswered), ok(fact.AskWeakCiphers, "TLS1.2", "TLS_RSA_WITH_RC4_128_SHA"),
		}, []brief{failing("handshake-closed"), warning("weak-cipher-enabled")}, Failure},
		{"a handshake that got further is not a matter of ciphers", []edit{
			broken(fact.OutcomeReset, 0), mainly(func(h *fact.Handshake) { h.Version = "TLS1.2" }), ok(fact.AskTLS12, "TLS1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
		}, []brief{failing("handshake-closed")}, Failure},

		{"a large hello lost", []edit{broken(fact.OutcomeTimeout, 0), ok(fact.AskSmallHello, "TLS1.3", "TLS_AES_128_GCM_SHA256")}, []brief{likely("large-hello-dropped")}, Failure},
		{"a large hello reset", []edit{broken(fact.OutcomeReset, 0), ok(fact.AskSmallHello, "TLS1.2", gcm)}, []brief{likely("large-hello-dropped")}, Failure},
		{"a large hello that was answered, and then nothing", []edit{
			broken(fact.OutcomeTimeout, 0), mainly(func(h *fact.Handshake) { h.Version = "TLS1.3" }), ok(fact.AskSmallHello, "TLS1.3", "TLS_AES_128_GCM_SHA256"),
		}, []brief{failing("handshake-timeout").titled("The handshake begins and does not go on")}, Failure},

		{"internal_error", []edit{broken(fact.OutcomeAlert, 80)}, []brief{failing("alert-internal-error")}, Failure},
		{"handshake_failure", []edit{broken(fact.OutcomeAlert, 40)}, []brief{failing("handshake-failure")}, Failure},
		{"an alert of which the report has lost the number", []edit{broken(fact.OutcomeAlert, 0), mainly(func(h *fact.Handshake) { h.Alert = nil })}, []brief{failing("handshake-failure")}, Failure},
		{"silence", []edit{broken(fact.OutcomeTimeout, 0)}, []brief{failing("handshake-timeout")}, Failure},
		{"a library that would not go on", []edit{broken(fact.OutcomeLocal, 0)}, []brief{nothingHere}, Failure},
		{"a local failure", []edit{broken(fact.OutcomeFailed, 0)}, []brief{nothingHere}, Failure},
		{"an outcome of a later version", []edit{broken(fact.OutcomeFailed, 0), mainly(func(h *fact.Handshake) { h.Outcome = "elsewhere" })}, []brief{nothingHere}, Failure},
		{"closed by mongod", []edit{broken(fact.OutcomeClosed, 0), mongodSays}, []brief{failing("handshake-closed").titled("MongoDB refuses the handshake, and its log says why")}, Failure},
		{"reset by mongod", []edit{broken(fact.OutcomeReset, 0), mongodSays, ends(fact.AskSilence, fact.OutcomeUnanswered)}, []brief{failing("handshake-closed").titled("MongoDB refuses the handshake, and its log says why")}, Failure},
		{"closed whatever is said", []edit{broken(fact.OutcomeClosed, 0), ends(fact.AskSilence, fact.OutcomeUnanswered)}, []brief{likely("handshake-closed")}, Failure},
		{"closed before anything is said", []edit{broken(fact.OutcomeClosed, 0)}, []brief{failing("handshake-closed").titled("Connections are closed before anything is sent")}, Failure},
		{"reset before anything is said", []edit{broken(fact.OutcomeReset, 0)}, []brief{failing("tcp-reset")}, Unreachable},
		{"reset before anything is said, and TLS at other times", []edit{broken(fact.OutcomeReset, 0), refused(fact.AskTLS10, 70)}, []brief{failing("handshake-closed")}, Failure},
		{"closed without side questions", []edit{broken(fact.OutcomeClosed, 0), func(_ *fact.Target, e *fact.Endpoint) { e.Questions = nil }}, []brief{failing("handshake-closed")}, Failure},
	})
}

// TestHandshakeInFull compares whole findings, details included.
func TestHandshakeInFull(t *testing.T) {
	for _, row := range []struct {
		name     string
		edits    []edit
		id       ID
		detail   string
		evidence map[string]any
	}{
		{
			"closed whatever is said",
			[]edit{broken(fact.OutcomeClosed, 0), ends(fact.AskSilence, fact.OutcomeUnanswered)}, "handshake-closed",
			"The handshake ended: the peer closed the connection without an alert. So do a hello in clear and an HTTP request, which mongod answers: a proxy, a firewall or an allow-list is more likely there.",
			map[string]any{"outcome": "closed", "serverName": "db.example.com", "plaintextHello": "closed", "httpGet": "closed", "silence": "unanswered"},
		},
		{
			"closed on what was asked, while HTTP was not answered in time",
			[]edit{broken(fact.OutcomeClosed, 0), ends(fact.AskSilence, fact.OutcomeUnanswered), ends(fact.AskHTTP, fact.OutcomeUnanswered)}, "handshake-closed",
			"The handshake ended: the peer closed the connection without an alert.",
			map[string]any{"outcome": "closed", "serverName": "db.example.com", "plaintextHello": "closed", "httpGet": "unanswered", "silence": "unanswered"},
		},
		{
			"an address and internal_error",
			[]edit{called("192.0.2.1"), broken(fact.OutcomeAlert, 80), mainly(func(h *fact.Handshake) { h.ServerName = "" })}, "alert-internal-error",
			"The handshake ended: alert some_alert (80). No server name (SNI) was sent, because 192.0.2.1 is an address; a proxy that chooses by name ends such handshakes.",
			map[string]any{"outcome": "alert", "alert": "some_alert", "serverName": ""},
		},
		{
			"TLS 1.2 alone is answered",
			[]edit{broken(fact.OutcomeAlert, 40), ok(fact.AskTLS12, "TLS1.2", gcm)}, "handshake-failure",
			"The handshake ended: alert some_alert (40). A ClientHello of TLS 1.2 alone is answered: what is there may not cope with one that offers TLS 1.3 as well.",
			map[string]any{"outcome": "alert", "alert": "some_alert", "serverName": "db.example.com", "tls12": gcm},
		},
		{
			"a greeting, and an answer to HTTP",
			[]edit{broken(fact.OutcomeOther, 0), mainly(func(h *fact.Handshake) { h.FirstBytes = "5353482d322e302d0d0a" }), answer(fact.Question{ID: fact.AskHTTP, Outcome: fact.OutcomeOther, Detail: "SSH-2.0-"})}, "not-tls",
			`The answer to the ClientHello begins with "SSH-2.0-", which is no TLS record. An HTTP request is answered with "SSH-2.0-".`,
			map[string]any{"outcome": "other", "serverName": "db.example.com", "firstBytes": "5353482d322e302d0d0a", "http": "SSH-2.0-"},
		},
		{
			"first bytes that are no hexadecimal",
			[]edit{broken(fact.OutcomeOther, 0), mainly(func(h *fact.Handshake) { h.FirstBytes = "zz" })}, "not-tls",
			"The answer to the ClientHello is no TLS record.",
			map[string]any{"outcome": "other", "serverName": "db.example.com"},
		},
		{
			"a client certificate where none is needed",
			[]edit{broken(fact.OutcomeReset, 0), asksForClient("CN=me"), func(_ *fact.Target, e *fact.Endpoint) { no := false; e.ClientAuth.Required = &no }}, "client-cert-rejected",
			"The certificate CN=me was sent. The handshake ended: the peer reset the connection without an alert. Without a certificate the server answers: it is this certificate that it rejects. The server accepts certificates from: CN=ca.",
			map[string]any{"outcome": "reset", "serverName": "db.example.com", "presented": "CN=me", "acceptableCAs": []string{"CN=ca"}, "required": false},
		},
		{
			"suites by driver",
			[]edit{broken(fact.OutcomeAlert, 40), ok(fact.AskTLS12, "TLS1.2", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")}, "no-shared-cipher",
			"Of all suites of TLS 1.2 the server chooses TLS_DHE_RSA_WITH_AES_128_CBC_SHA. These do not offer it: PyMongo on Python 3.10 and later; Go 1.22 and later; .NET 5 and later on Linux; Rust (rustls); C driver on Windows (Secure Channel). The handshake ended: alert some_alert (40).",
			map[string]any{"outcome": "alert", "alert": "some_alert", "serverName": "db.example.com", "selected": "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(row.edits...)
			findings := Judge(target, endpoint, Policy{}, now).Findings
			if len(findings) != 1 {
				t.Fatalf("%d findings: %v", len(findings), briefs(findings))
			}
			f := findings[0]
			if diff := cmp.Diff(row.id, f.ID); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(row.detail, f.Detail); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.evidence, f.Evidence); diff != "" {
				t.Errorf("evidence (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWithoutSuite holds that current clients alone are named.
func TestWithoutSuite(t *testing.T) {
	for suite, want := range map[string][]string{
		gcm:                                     {},
		"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256": {"Go 1.22 and later", "Rust (rustls)"},
		"TLS_RSA_WITH_AES_128_GCM_SHA256":       {"PyMongo on Python 3.10 and later", "Go 1.22 and later", "Java 24 and later", ".NET 5 and later on Linux", "Rust (rustls)"},
	} {
		if diff := cmp.Diff(want, withoutSuite(suite)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", suite, diff)
		}
	}
}
