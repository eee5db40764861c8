package finding

import (
	"crypto/x509"
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestHealthyDeployments: nothing wrong is told of what is well. Each row is a
// way in which MongoDB, or what speaks its protocol, is run.
func TestHealthyDeployments(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	public := issue(t, nil, "Public Root", authority)
	issuing := issue(t, public, "Public Intermediate", authority)
	ninety := valid(-50*day, 40*day)
	publicLeaf := func(list ...string) *pair {
		return issue(t, issuing, "", names(list...), serverOnly, ninety)
	}
	system := func() *fact.Trust {
		size := 140
		return &fact.Trust{Store: verify.StoreSystem, StoreSize: &size, Anchors: []fact.Anchor{anchor(public, verify.StoreSystem, verify.StoreMozilla)}}
	}
	private := func(edits ...func(*x509.Certificate)) edit {
		leaf := issue(t, root, "db", append([]func(*x509.Certificate){names("db.example.com", "*.db.example.com", "127.0.0.1")}, edits...)...)
		return presenting(trust(verify.StoreCAFile, root), leaf, root)
	}
	rootSent := at(info("chain-extra-certificates"), "The server sends its root certificate too")
	// proxied is TLS that ends before the server: a request in clear gets
	// nowhere, and the server behind is a member all the same.
	proxied := func(http fact.Outcome) edit {
		return func(t *fact.Target, e *fact.Endpoint) {
			ends(fact.AskHTTP, http)(t, e)
			ends(fact.AskPlaintext, http)(t, e)
			replicaSet(t, e)
		}
	}
	hosts := func(suffix string) edit {
		return served(func(s *fact.Server) { s.Hosts = []string{"a" + suffix, "b" + suffix, "c" + suffix} })
	}
	atlasHost := "cluster0-shard-00-00.abcde.mongodb.net"

	judgeRows(t, []row{
		{"mongod with requireTLS and a private CA that sends its root", []edit{private()}, []brief{rootSent}, Pass},
		{"a member of a replica set", []edit{private(), replicaSet, asksForClient("CN=me,O=x")}, []brief{rootSent}, Pass},
		{"mongod that asks for a client certificate and does not need one", []edit{private(), asksForClient(""), func(_ *fact.Target, e *fact.Endpoint) { no := false; e.ClientAuth.Required = &no }}, []brief{rootSent}, Pass},
		{"mongos", []edit{private(), served(func(s *fact.Server) { s.Type, s.Topology = "Mongos", "Sharded" })}, []brief{rootSent}, Pass},
		{"mongod that closes on what it does not take", []edit{private(), ends(fact.AskTLS10, fact.OutcomeReset), ends(fact.AskTLS11, fact.OutcomeClosed), ends(fact.AskWeakCiphers, fact.OutcomeClosed)}, []brief{rootSent}, Pass},

		{"Atlas M10", []edit{
			called(atlasHost), presenting(system(), publicLeaf("*.abcde.mongodb.net"), issuing), replicaSet, hosts(".abcde.mongodb.net:27017"),
			silent(fact.OutcomeClosed), ok(fact.AskTLS12, "TLS1.2", gcm), ok(fact.AskSmallHello, "TLS1.3", "TLS_AES_128_GCM_SHA256"), ok(fact.AskNoSNI, "TLS1.3", "TLS_AES_128_GCM_SHA256"),
		}, nil, Pass},
		{"Atlas M10 that answers HTTP as mongod does", []edit{called(atlasHost), presenting(system(), publicLeaf("*.abcde.mongodb.net"), issuing), replicaSet}, nil, Pass},
		{"Atlas M0, which turns away who sends no name", []edit{
			called(atlasHost), presenting(system(), publicLeaf("*.abcde.mongodb.net"), issuing), replicaSet,
			silent(fact.OutcomeReset), refused(fact.AskNoSNI, 80), refused(fact.AskTLS10, 80), ok(fact.AskSmallHello, "TLS1.3", "TLS_AES_128_GCM_SHA256"),
		}, nil, Pass},
		{"Amazon DocumentDB with its bundle", []edit{
			called("cluster.abc.eu-west-1.docdb.amazonaws.com"), presenting(trust(verify.StoreCAFile, public), publicLeaf("*.abc.eu-west-1.docdb.amazonaws.com"), issuing),
			replicaSet, silent(fact.OutcomeReset), ok(fact.AskTLS12, "TLS1.2", gcm), ok(fact.AskSmallHello, "TLS1.2", gcm),
			mainly(func(h *fact.Handshake) { h.Version, h.CipherSuite = "TLS1.2", gcm }),
		}, []brief{info("tls13-unavailable")}, Pass},
		{"Azure Cosmos DB, which leaves a hello in clear unanswered", []edit{
			called("acct.mongo.cosmos.azure.com"), presenting(system(), publicLeaf("*.mongo.cosmos.azure.com"), issuing),
			silent(fact.OutcomeUnanswered), ok(fact.AskTLS12, "TLS1.2", gcm),
		}, nil, Pass},
		{"FerretDB with a replica set's name", []edit{private(), proxied(fact.OutcomeClosed)}, []brief{rootSent}, Pass},
		{"FerretDB whose certificate is for servers only", []edit{private(serverOnly), proxied(fact.OutcomeClosed)}, []brief{rootSent}, Pass},

		{"HAProxy that ends TLS before a member", []edit{private(serverOnly), proxied(fact.OutcomeClosed)}, []brief{rootSent}, Pass},
		{"nginx that answers HTTP to HTTPS's port", []edit{private(serverOnly), proxied(fact.OutcomeClosed), answer(fact.Question{ID: fact.AskHTTP, Outcome: fact.OutcomeOther, Detail: "HTTP/1.1 400 Bad Request"})}, []brief{rootSent}, Pass},
		{"Envoy, which resets", []edit{private(serverOnly), proxied(fact.OutcomeReset), ends(fact.AskNoSNI, fact.OutcomeReset)}, []brief{rootSent}, Pass},
		{"a proxy that answers what is in clear with an alert", []edit{private(serverOnly), proxied(fact.OutcomeAlert)}, []brief{rootSent}, Pass},
		{"Istio, whose sidecar wants TLS and lets a greeting wait", []edit{private(serverOnly), proxied(fact.OutcomeTimeout)}, []brief{rootSent}, Pass},

		{"kubectl port-forward under the server's name", []edit{
			option(func(o *fact.Options) { o.Connect = "localhost:27018" }), private(), addresses([2]string{"127.0.0.1", ""}, [2]string{"::1", "refused"}),
		}, []brief{at(info("tcp-refused"), "1 of the name's 2 addresses cannot be reached"), rootSent}, Pass},
		{"a tunnel to a certificate that has this machine's address", []edit{called("127.0.0.1"), private()}, []brief{rootSent}, Pass},

		{"a slow link on which only the main answer comes in time", []edit{private(), silent(fact.OutcomeUnanswered)}, []brief{rootSent}, Pass},
		{"a slow link without any time left", []edit{private(), silent(fact.OutcomeTimeout)}, []brief{rootSent}, Pass},
		{"a limit on the rate of connections that resets", []edit{private(), silent(fact.OutcomeReset), replicaSet}, []brief{rootSent}, Pass},
		{"a limit on the rate of connections that closes", []edit{private(), silent(fact.OutcomeClosed)}, []brief{rootSent}, Pass},
		{"no more connections to be had", []edit{private(), silent(fact.OutcomeFailed)}, []brief{rootSent}, Pass},
		{"one connection and no side questions", []edit{private(), func(_ *fact.Target, e *fact.Endpoint) { e.Questions = nil }, served(func(s *fact.Server) { s.Plaintext = "unknown" })}, []brief{rootSent}, Pass},
	})
}
