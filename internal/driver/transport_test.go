package driver

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

func unreached(failure string) edit {
	return func(f *Facts) {
		f.Endpoint.Addresses[0].TCP = fact.TCP{Failure: failure, Error: "dial: " + failure}
		f.Endpoint.Handshake, f.Endpoint.Server = nil, nil
	}
}

func accepts(version string) edit {
	yes := true
	return func(f *Facts) {
		f.Endpoint.Protocols = append(f.Endpoint.Protocols, fact.Protocol{Version: version, Supported: &yes})
	}
}

// tls12 is whether the server speaks TLS 1.2; nil is not established.
func tls12(supported *bool) edit {
	return func(f *Facts) { f.Endpoint.Protocols[0].Supported = supported }
}

func TestTransport(t *testing.T) {
	plain := options(func(o *fact.Options) { o.TLS, o.TLSFrom = false, "default" })
	balanced := func(o *fact.Options) { o.LoadBalanced = true }
	answers := func(hello fact.Outcome, alert int) edit {
		return func(f *Facts) {
			f.Endpoint.Server.Hello = hello
			if alert != 0 {
				f.Endpoint.Server.HelloAlert = &fact.Alert{Code: alert}
			}
		}
	}
	hold(t, "transport", []row{
		{"nothing wrong", nil},
		{"no such name", []edit{unreached("not-tried"), func(f *Facts) { f.Endpoint.DNS.Failure = "not-found"; f.Endpoint.Addresses = nil }}},
		{"a name server that fails", []edit{unreached("not-tried"), func(f *Facts) { f.Endpoint.DNS.Failure = "timeout"; f.Endpoint.Addresses = nil }}},
		{"refused", []edit{unreached("refused")}},
		{"no answer to TCP", []edit{unreached("timeout")}},
		{"no route", []edit{unreached("unreachable")}},
		{"reset at once", []edit{unreached("reset")}},
		{"not tried", []edit{unreached("not-tried")}},
		{"the handshake ends", []edit{broken(fact.OutcomeClosed, 0)}},
		{"the handshake is reset", []edit{broken(fact.OutcomeReset, 0)}},
		{"the handshake is not answered", []edit{broken(fact.OutcomeTimeout, 0)}},
		{"not TLS", []edit{broken(fact.OutcomeOther, 0)}},
		{"a failure of this side", []edit{broken(fact.OutcomeLocal, 0)}},
		{"internal_error", []edit{broken(fact.OutcomeAlert, 80)}},
		{"unrecognized_name", []edit{broken(fact.OutcomeAlert, 112)}},
		{"the first command is not answered", []edit{answers(fact.OutcomeTimeout, 0)}},
		{"the first command ends the connection", []edit{answers(fact.OutcomeClosed, 0)}},
		{"the first command is answered by something else", []edit{answers(fact.OutcomeOther, 0)}},
		{"an error in place of the reply", []edit{func(f *Facts) { f.Endpoint.Server.ErrorCode, f.Endpoint.Server.ErrorMessage = 8000, "no SNI name sent" }}},
		{"a load balancer", []edit{options(balanced), func(f *Facts) { f.Endpoint.Server.Type, f.Endpoint.Server.ServiceID = "LoadBalancer", "6543" }}},
		{"no load balancer where one was expected", []edit{options(balanced), func(f *Facts) { f.Endpoint.Server.Type = "Mongos" }}},
		{"in clear, and accepted", []edit{plain, func(f *Facts) { f.Endpoint.Server.Plaintext = "accepted" }}},
		{"in clear, and closed", []edit{plain, asked(fact.Question{ID: fact.AskPlaintext, Outcome: fact.OutcomeClosed})}},
		{"in clear, and reset", []edit{plain, asked(fact.Question{ID: fact.AskPlaintext, Outcome: fact.OutcomeReset})}},
		{"in clear, and not established", []edit{plain, func(f *Facts) { f.Endpoint.Server.Plaintext = "unknown" }}},
		{"TLS that some take from another option", []edit{options(func(o *fact.Options) { o.TLSFrom = "implied" }), func(f *Facts) { f.Target.TLSImplied = []string{"pymongo", "go", "c", "php", "rust"} },
			asked(fact.Question{ID: fact.AskPlaintext, Outcome: fact.OutcomeClosed})}},
	})
}

func TestNegotiation(t *testing.T) {
	suite := func(name string) []edit {
		return []edit{broken(fact.OutcomeAlert, 40), asked(fact.Question{ID: fact.AskTLS12, Outcome: fact.OutcomeOK, Version: "TLS1.2", CipherSuite: name}), accepts("TLS1.2")}
	}
	chosen := func(name string) []edit {
		return []edit{func(f *Facts) {
			f.Endpoint.Handshake.Version, f.Endpoint.Handshake.CipherSuite, f.Endpoint.Handshake.Group = "TLS1.2", name, "x25519"
		}}
	}
	small := func(group string) edit {
		return asked(fact.Question{ID: fact.AskSmallHello, Outcome: fact.OutcomeOK, Version: "TLS1.3", Group: group})
	}
	no := false
	root := issue(t, nil, "root", authority)
	leaf := issue(t, root, host, names(host))
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards := issueFor(t, root, key, host, names(host))
	hold(t, "negotiation", []row{
		{"TLS 1.3 alone", []edit{tls12(&no)}},
		{"TLS 1.3, and it is not known what else", []edit{tls12(nil)}},
		{"TLS 1.0 alone, and the certificate was seen", []edit{broken(fact.OutcomeAlert, 70), accepts("TLS1.0"), presenting(leaf), trusted(root, verify.StoreCAFile)}},
		{"an Ed25519 key", []edit{presenting(edwards), trusted(root, verify.StoreCAFile)}},
		{"TLS 1.0 and 1.1 alone, with an alert", []edit{broken(fact.OutcomeAlert, 70), accepts("TLS1.0"), accepts("TLS1.1")}},
		{"TLS 1.1 alone, without an alert", []edit{broken(fact.OutcomeClosed, 0), accepts("TLS1.1")}},
		{"TLS 1.1 selected although it was not offered", []edit{broken(fact.OutcomeLocal, 0), accepts("TLS1.1"), func(f *Facts) { f.Endpoint.Handshake.Version = "TLS1.1" }}},
		{"DHE alone", suite("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")},
		{"ECDHE with CBC and SHA-2 alone", suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")},
		{"RSA key exchange alone", suite("TLS_RSA_WITH_AES_256_CBC_SHA256")},
		{"CCM alone", suite("TLS_ECDHE_ECDSA_WITH_AES_128_CCM")},
		{"Camellia alone", suite("TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384")},
		{"RC4 alone", []edit{broken(fact.OutcomeAlert, 40), asked(fact.Question{ID: fact.AskTLS12, Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 40}})}},
		{"RSA key exchange, chosen before others", chosen("TLS_RSA_WITH_AES_128_GCM_SHA256")},
		{"ECDHE with CBC, chosen before others", chosen("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")},
		{"AES-GCM", chosen("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")},
		{"a group that only OpenSSL and Java have", []edit{broken(fact.OutcomeAlert, 40), small("x448")}},
		{"P-521", []edit{func(f *Facts) { f.Endpoint.Handshake.Group = "secp521r1" }}},
		{"large ClientHellos are lost", []edit{broken(fact.OutcomeTimeout, 0), small("x25519")}},
	})
}
