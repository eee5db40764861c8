package finding

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// clientWorld is a PKI of clients and servers.
type clientWorld struct {
	root, sub, other, former                            *pair
	sound, strange, old, young, soon, server, enciphers *pair
	caClient, member, renamed, leaf                     *pair
}

func newClientWorld(t testing.TB) clientWorld {
	forClients := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }
	in := func(unit string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.Subject.Organization, c.Subject.OrganizationalUnit = []string{"Acme"}, []string{unit}
		}
	}
	var w clientWorld
	w.root = issue(t, nil, "root", authority)
	w.sub = issue(t, w.root, "sub", authority)
	w.other = issue(t, nil, "other", authority)
	w.former = issue(t, nil, "root", authority)
	w.sound = issue(t, w.root, "app", forClients, in("apps"))
	w.strange = issue(t, w.other, "app", forClients, in("apps"))
	w.old = issue(t, w.root, "app", forClients, in("apps"), valid(-100*day, -12*day))
	w.young = issue(t, w.root, "app", forClients, in("apps"), valid(3*day, 100*day))
	w.soon = issue(t, w.root, "app", forClients, in("apps"), valid(-100*day, 5*day))
	w.server = issue(t, w.root, "app", serverOnly, in("apps"))
	w.enciphers = issue(t, w.root, "app", forClients, in("apps"), func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
	w.caClient = issue(t, w.root, "app", authority, in("apps"), func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageDigitalSignature })
	w.member = issue(t, w.root, "app", forClients, in("db"))
	w.renamed = issue(t, w.former, "app", forClients, in("apps"))
	w.leaf = issue(t, w.root, "db", names("db.example.com"), in("db"))
	return w
}

// holding gives the client a certificate file.
func holding(pairs ...*pair) edit {
	return func(t *fact.Target, _ *fact.Endpoint) {
		t.ClientCertificates = present(pairs...)
		t.Options.TLSCertificateKeyFile = "client.pem"
	}
}

// asking makes the server ask for a certificate of these CAs, and the client send
// what it holds.
func asking(cas ...*pair) edit {
	return func(t *fact.Target, e *fact.Endpoint) {
		a := &fact.ClientAuth{Requested: true, AcceptableCAs: []string{}}
		for _, ca := range cas {
			a.AcceptableCAs = append(a.AcceptableCAs, "CN="+ca.template.Subject.CommonName)
			a.AcceptableNames = append(a.AcceptableNames, ca.template.RawSubject)
		}
		if len(t.ClientCertificates) > 0 {
			a.Presented = t.ClientCertificates[0].Subject
		}
		e.ClientAuth = a
	}
}

// required is what is known of whether the server needs a certificate.
func required(yes bool) edit {
	return func(_ *fact.Target, e *fact.Endpoint) { e.ClientAuth.Required = &yes }
}

// closed is mongod's way to turn a client away; behindProxy makes it that of
// something before it.
func closed(t *fact.Target, e *fact.Endpoint) { replied(fact.OutcomeClosed, 0)(t, e) }

func behindProxy(t *fact.Target, e *fact.Endpoint) { ends(fact.AskHTTP, fact.OutcomeClosed)(t, e) }

// wire is the version of MongoDB that answers.
func wireVersion(n int, release string) edit {
	return served(func(s *fact.Server) { s.MaxWireVersion, s.Version = n, release })
}

func TestClientCertificate(t *testing.T) {
	w := newClientWorld(t)
	expired := failing("client-cert-expired").titled("The client certificate expired 12 days ago")
	young := failing("client-cert-expired").titled("The client certificate is not valid for another 3 days")
	missing := failing("client-cert-untrusted").titled("The client's file lacks an intermediate certificate")
	purpose, untrusted := failing("client-cert-purpose"), failing("client-cert-untrusted")
	asWarning := func(b brief) brief { b.Severity = Warn; return b }
	asLikely := func(b brief) brief { b.Confidence = Likely; return b }
	asInfo := func(b brief) brief { b.Severity = Info; return b }
	filtered := warning("client-cert-untrusted").titled("Go and Java do not send this client certificate to this server")
	ofCA := warning("client-cert-purpose").titled("The client certificate is a CA's")
	below := issue(t, w.sub, "app")
	serves := presenting(trust(verify.StoreCAFile, w.root), w.leaf)
	unasked := warning("client-cert-not-requested")
	withoutCA := asInfo(unasked).titled("The server asks for no client certificate, as a mongod without a CA file")
	wrongKey := likely("client-cert-rejected").titled("The server verifies no signature of the client certificate's key")
	judgeRows(t, []row{
		// Turned away by mongod, which says nothing.
		{"sound, closed", []edit{holding(w.sound), asking(w.root), closed}, []brief{likely("client-cert-rejected")}, Failure},
		{"expired, closed", []edit{holding(w.old), asking(w.root), closed}, []brief{expired}, Failure},
		{"not yet valid, closed", []edit{holding(w.young), asking(w.root), closed}, []brief{young}, Failure},
		{"a server's, closed", []edit{holding(w.server), asking(w.root), closed}, []brief{purpose}, Failure},
		{"a key that may not sign, closed", []edit{holding(w.enciphers), asking(w.root), closed}, []brief{purpose}, Failure},
		{"of another CA, closed", []edit{holding(w.strange), asking(w.root), closed}, []brief{untrusted}, Failure},
		{"of another CA, and none is named", []edit{holding(w.strange), asking(), closed}, []brief{likely("client-cert-rejected")}, Failure},
		{"of another CA than are told of", []edit{holding(w.strange), asking(w.root), closed, func(_ *fact.Target, e *fact.Endpoint) { e.ClientAuth.LeftOut = 1 }},
			[]brief{likely("client-cert-rejected")}, Failure},
		{"without its intermediate, which the server sends", []edit{holding(below), asking(w.root), presenting(trust(verify.StoreCAFile, w.root), w.leaf, w.sub), closed},
			[]brief{missing, at(info("chain-extra-certificates"), "The server sends certificates that are not needed")}, Failure},
		{"expired and of another CA", []edit{holding(issue(t, w.other, "app", valid(-100*day, -12*day))), asking(w.root), closed}, []brief{expired, untrusted}, Failure},
		{"not one that the server needs", []edit{holding(w.old), asking(w.root), required(false), closed}, []brief{expired}, Failure},

		// By something that is not mongod, the cause is less certain.
		{"expired, closed by a proxy", []edit{holding(w.old), asking(w.root), behindProxy, closed}, []brief{asLikely(expired)}, Failure},
		{"expired, closed by a proxy that lets in without", []edit{holding(w.old), asking(w.root), required(false), behindProxy, closed}, []brief{expired}, Failure},
		{"expired, 42 by a proxy", []edit{holding(w.old), asking(w.root), behindProxy, replied(fact.OutcomeAlert, 42)}, []brief{expired}, Failure},
		{"of another CA, 42 by a proxy", []edit{holding(w.strange), asking(w.root), behindProxy, replied(fact.OutcomeAlert, 42)}, []brief{asLikely(untrusted)}, Failure},
		{"of another CA, 48 by a proxy", []edit{holding(w.strange), asking(w.root), behindProxy, replied(fact.OutcomeAlert, 48)}, []brief{untrusted}, Failure},
		{"of another CA, closed by a proxy", []edit{holding(w.strange), asking(w.root), behindProxy, closed}, []brief{asLikely(untrusted)}, Failure},

		// By alert, after the handshake or in it.
		{"expired, 45", []edit{holding(w.old), asking(w.root), replied(fact.OutcomeAlert, 45)}, []brief{expired}, Failure},
		{"expired, 42", []edit{holding(w.old), asking(w.root), replied(fact.OutcomeAlert, 42)}, []brief{expired}, Failure},
		{"expired, 45 in the handshake", []edit{holding(w.old), broken(fact.OutcomeAlert, 45), asking(w.root)}, []brief{expired}, Failure},
		{"of another CA, 48", []edit{holding(w.strange), asking(w.root), replied(fact.OutcomeAlert, 48)}, []brief{untrusted}, Failure},
		{"of another CA, handshake_failure in the handshake", []edit{holding(w.strange), broken(fact.OutcomeAlert, 40), asking(w.root)}, []brief{asLikely(untrusted)}, Failure},
		{"a server's, 43", []edit{holding(w.server), asking(w.root), replied(fact.OutcomeAlert, 43)}, []brief{purpose}, Failure},
		{"a server's, 42", []edit{holding(w.server), asking(w.root), replied(fact.OutcomeAlert, 42)}, []brief{purpose}, Failure},
		{"sound, 42", []edit{holding(w.sound), asking(w.root), replied(fact.OutcomeAlert, 42)}, []brief{failing("client-cert-rejected")}, Failure},
		{"sound, 44", []edit{holding(w.sound), asking(w.root), replied(fact.OutcomeAlert, 44)},
			[]brief{failing("client-cert-rejected").titled("The server says that the client certificate was revoked")}, Failure},
		{"sound, 45", []edit{holding(w.sound), asking(w.root), replied(fact.OutcomeAlert, 45)}, []brief{failing("client-cert-expired")}, Failure},
		{"sound, 43", []edit{holding(w.sound), asking(w.root), replied(fact.OutcomeAlert, 43)}, []brief{purpose}, Failure},
		{"sound by name, 48", []edit{holding(w.renamed), asking(w.root), replied(fact.OutcomeAlert, 48)}, []brief{untrusted}, Failure},
		{"what the alert says comes after the CA was found", []edit{holding(issue(t, w.other, "app", valid(-100*day, -12*day))), asking(w.root), replied(fact.OutcomeAlert, 45)}, []brief{expired}, Failure},
		{"an alert, and a report that has no certificate", []edit{asksForClient("CN=me"), replied(fact.OutcomeAlert, 45)}, []brief{failing("client-cert-expired")}, Failure},

		// Accepted in spite of it.
		{"sound, accepted", []edit{holding(w.sound), asking(w.root)}, nil, Pass},
		{"expired, accepted", []edit{holding(w.old), asking(w.root)}, []brief{asWarning(expired)}, Warning},
		{"a server's, accepted", []edit{holding(w.server), asking(w.root)}, []brief{asWarning(purpose)}, Warning},
		{"of another CA, accepted", []edit{holding(w.strange), asking(w.root)}, []brief{filtered}, Warning},
		{"of another CA, accepted where none is named", []edit{holding(w.strange), asking()}, nil, Pass},
		{"a CA's, accepted", []edit{holding(w.caClient), asking(w.root)}, []brief{ofCA}, Warning},
		{"soon to expire, accepted", []edit{holding(w.soon), asking(w.root)}, []brief{warning("cert-expiring").titled("The client certificate expires in 5 days")}, Warning},

		// Not asked for, or not come to that.
		{"sound, not asked for", []edit{holding(w.sound)}, []brief{unasked}, Warning},
		{"expired, not asked for", []edit{holding(w.old)}, []brief{asWarning(expired), unasked}, Warning},
		{"expired, and nobody there", []edit{holding(w.old), func(_ *fact.Target, e *fact.Endpoint) {
			*e = fact.Endpoint{Host: e.Host, Port: e.Port, Addresses: []fact.Address{{IP: "192.0.2.1", TCP: fact.TCP{Failure: "refused"}}}}
		}}, []brief{failing("tcp-refused"), asWarning(expired)}, Unreachable},
		{"of another CA, and a handshake that failed otherwise", []edit{holding(w.strange), broken(fact.OutcomeAlert, 80), asking(w.root)},
			[]brief{failing("alert-internal-error"), asLikely(asWarning(untrusted))}, Failure},
		{"expired, and no TLS", []edit{holding(w.old), plaintext, asking(w.root), closed, func(_ *fact.Target, e *fact.Endpoint) { accepted(nil, e) }},
			[]brief{warning("no-encryption"), asInfo(expired)}, Warning},

		// No signature in common.
		{"a key that the server does not verify", []edit{holding(w.sound), asking(w.root), withheld, closed}, []brief{wrongKey}, Failure},
		{"a key that the server does not verify and does not need", []edit{holding(w.sound), asking(w.root), withheld},
			[]brief{asWarning(failing("client-cert-rejected")).titled(wrongKey.Title)}, Warning},

		// Servers that ask for nothing.
		{"mongod 6.0 that asks for nothing", []edit{wireVersion(17, "6.0")}, []brief{withoutCA}, Pass},
		{"mongod 4.2 that asks for nothing", []edit{wireVersion(8, "4.2")}, []brief{withoutCA}, Pass},
		{"mongod 6.0 that asks", []edit{wireVersion(17, "6.0"), asking(w.root), required(false)}, nil, Pass},
		{"mongod 7.3 that asks for nothing", []edit{wireVersion(24, "7.3")}, nil, Pass},
		{"7.0 behind a proxy", []edit{wireVersion(21, "7.0"), behindProxy}, nil, Pass},
		{"7.0, and HTTP was not answered in time", []edit{wireVersion(21, "7.0"), ends(fact.AskHTTP, fact.OutcomeUnanswered)}, []brief{asInfo(unasked)}, Pass},
		{"7.0 at Atlas", []edit{called("a.b.mongodb.net"), wireVersion(21, "7.0")}, nil, Pass},
		{"7.0 behind a proxy, with a certificate", []edit{holding(w.sound), wireVersion(21, "7.0"), behindProxy}, []brief{unasked}, Warning},
		{"MONGODB-X509 with a server that asks for nothing", []edit{option(func(o *fact.Options) { o.AuthMechanism = "MONGODB-X509" })}, []brief{unasked}, Warning},

		// Members.
		{"a member's O and OU", []edit{holding(w.member), asking(w.root), serves}, []brief{warning("client-cert-cluster-member")}, Warning},
		{"the server's own", []edit{holding(w.leaf), asking(w.root), serves}, []brief{warning("client-cert-cluster-member")}, Warning},
		{"a member's O and OU, in one connection", []edit{holding(w.member), asking(w.root), serves, func(_ *fact.Target, e *fact.Endpoint) { e.Questions = nil }},
			[]brief{asLikely(warning("client-cert-cluster-member"))}, Warning},
		{"a member's O and OU, to a proxy", []edit{holding(w.member), asking(w.root), serves, behindProxy}, nil, Pass},
		{"an application's O and OU", []edit{holding(w.sound), asking(w.root), serves}, nil, Pass},
		{"a member's O and OU, to a server that does not ask", []edit{holding(w.member), serves}, []brief{unasked}, Warning},
		{"a membership extension", []edit{holding(issue(t, w.root, "app", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 4, 1, 34601, 2, 1, 2}, Value: []byte("\x0c\x03rs0")}}
		})), asking(w.root), serves}, []brief{asLikely(warning("client-cert-cluster-member"))}, Warning},
	})
}

// withheld makes the certificate one whose key the server does not verify.
func withheld(_ *fact.Target, e *fact.Endpoint) {
	e.ClientAuth.Presented, e.ClientAuth.Withheld = "", "no signature algorithm in common"
	e.ClientAuth.SignatureSchemes = []string{"rsa_pss_rsae_sha256"}
}

// TestClientCertificateInFull compares details and evidence, and what the fix says
// of servers that need no certificate.
func TestClientCertificateInFull(t *testing.T) {
	w := newClientWorld(t)
	subject := "CN=app,OU=apps,O=Acme"
	turnedAway := " The handshake completed, and the server closed the connection on the first command."
	itself := " Without a certificate the server answers: it is this certificate that it rejects."
	for _, row := range []struct {
		name     string
		edits    []edit
		detail   string
		evidence map[string]any
		// optional is whether the fix ends with leaving the certificate out.
		optional bool
	}{
		{
			"expired", []edit{holding(w.old), asking(w.root), required(true), closed},
			"The client certificate " + subject + " was valid until 2026-11-10T12:00:00Z, 12 days ago." + turnedAway,
			map[string]any{"hello": "closed", "acceptableCAs": []string{"CN=root"}, "presented": subject, "depth": 0, "subject": subject,
				"sha256": present(w.old)[0].SHA256, "notBefore": "2026-08-14T12:00:00Z", "notAfter": "2026-11-10T12:00:00Z"},
			false,
		},
		{
			"of another CA where none is needed", []edit{holding(w.strange), asking(w.root), required(false), closed},
			"The client certificate " + subject + " leads to CN=other, which is none of the CAs that the server names: CN=root. If it is an intermediate of one of them, its certificate is missing in the client's file." +
				turnedAway + itself + " Go and Java send no certificate then, and connect; the others are turned away.",
			map[string]any{"hello": "closed", "acceptableCAs": []string{"CN=root"}, "presented": subject, "subject": subject, "issuer": "CN=other",
				"sha256": present(w.strange)[0].SHA256, "withheldBy": []string{"go", "java"}, "required": false},
			true,
		},
		{
			"of a CA of the same name", []edit{holding(w.renamed), asking(w.root), required(true), presenting(trust(verify.StoreCAFile, w.root), w.leaf), closed},
			"The certificate " + subject + " was sent." + turnedAway + " The server accepts certificates from: CN=root. Nothing is wrong with its dates, its purposes, the name of its CA." +
				" The certificate of CN=root that is known here has another key than the one that signed it: if that is what the server has, the CA was made anew in between.",
			map[string]any{"hello": "closed", "acceptableCAs": []string{"CN=root"}, "presented": subject, "namesake": present(w.root)[0].SHA256},
			false,
		},
		{
			"said to be expired", []edit{holding(w.sound), asking(w.root), replied(fact.OutcomeAlert, 45)},
			"The certificate " + subject + " was sent. The handshake completed, and hello was answered with alert some_alert (45). By this machine's clock it is valid, from 2026-08-14T12:00:00Z to 2027-08-14T12:00:00Z." +
				" The server's clock may be wrong, or what it verifies by is over: its CA's certificate, or its CRL.",
			map[string]any{"hello": "alert", "alert": "some_alert", "acceptableCAs": []string{"CN=root"}, "presented": subject},
			false,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(row.edits...)
			f := Judge(target, endpoint, Policy{}, now).Findings[0]
			if diff := cmp.Diff(row.detail, f.Detail); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.evidence, f.Evidence); diff != "" {
				t.Errorf("evidence (-want +got):\n%s", diff)
			}
			if got := strings.HasPrefix(f.Fix[len(f.Fix)-1], "Or, where the application does not authenticate by it"); got != row.optional {
				t.Errorf("the fix ends with %q", f.Fix[len(f.Fix)-1])
			}
		})
	}
}

// TestNotRequestedInWords: as certain as the wire version is.
func TestNotRequestedInWords(t *testing.T) {
	for _, row := range []struct {
		name   string
		edits  []edit
		detail string
		fixes  int
	}{
		{"a release line with a fix", []edit{wireVersion(17, "6.0")},
			"The server sent no CertificateRequest. It is mongod or mongos itself, which asks as soon as it has a CA file: it has none. MongoDB 6.0 before 6.0.14 verifies no certificate at all then (CVE-2024-1351), and from 6.0.14 on does not start without a CA; which of them this is cannot be seen from here.", 3},
		{"a release line without", []edit{wireVersion(14, "5.1")},
			"The server sent no CertificateRequest. It is mongod or mongos itself, which asks as soon as it has a CA file: it has none. MongoDB 5.1 verifies no certificate at all then (CVE-2024-1351), and has no release with a fix.", 3},
		{"one connection", []edit{wireVersion(9, "4.4"), func(_ *fact.Target, e *fact.Endpoint) { e.Questions = nil }},
			"The server sent no CertificateRequest. Either a proxy ends TLS before MongoDB, or it is a mongod without a CA file. MongoDB 4.4 before 4.4.29 verifies no certificate at all then (CVE-2024-1351), and from 4.4.29 on does not start without a CA; which of them this is cannot be seen from here.", 4},
		{"MONGODB-X509 and a release of today", []edit{option(func(o *fact.Options) { o.AuthMechanism = "MONGODB-X509" })},
			"The server sent no CertificateRequest. It is mongod or mongos itself, which asks as soon as it has a CA file: it has none. Releases of today start without one only with tlsUseSystemCA. MONGODB-X509 cannot work: the server never sees a certificate.", 1},
		{"MONGODB-X509 and a proxy", []edit{option(func(o *fact.Options) { o.AuthMechanism = "mongodb-x509" }), behindProxy},
			"The server sent no CertificateRequest. A proxy or load balancer that ends TLS before MongoDB behaves so, or another server than mongod. MONGODB-X509 cannot work: the server never sees a certificate.", 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(row.edits...)
			findings := Judge(target, endpoint, Policy{}, now).Findings
			if len(findings) != 1 || findings[0].ID != "client-cert-not-requested" {
				t.Fatalf("findings %v", briefs(findings))
			}
			if diff := cmp.Diff(row.detail, findings[0].Detail); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			if len(findings[0].Fix) != row.fixes {
				t.Errorf("%d lines of fix: %q", len(findings[0].Fix), findings[0].Fix)
			}
		})
	}
}
