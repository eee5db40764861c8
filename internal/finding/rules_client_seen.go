package finding

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// judgeUnrefused: what is wrong with a certificate that the server did not refuse,
// because it accepted it, did not ask, or did not come to that.
func (j *judge) judgeUnrefused(c *clientCert) {
	auth := j.clientAuth()
	accepted := j.accepts()
	if auth.Withheld != "" {
		seen := "What becomes of clients that send none was not seen."
		if j.server().Hello == fact.OutcomeOK {
			seen = "The server lets clients in that send none, and takes them for nobody."
		}
		j.addWithheld(Warn, Certain, seen, map[string]any{})
		return
	}
	for _, f := range c.Faults {
		id := clientFaultID(f)
		if id == "client-cert-rejected" || f.Confidence == verify.Likely || f.Kind == verify.KindExpiring && !accepted {
			continue
		}
		title, detail := clientFaultWords(j, c, f)
		if f.Kind != verify.KindExpiring {
			detail += " " + j.unrefusedWords()
		}
		g := j.add(id, Warn, Certain, detail, j.clientEvidence(f, nil))
		if title != "" {
			g.Title = title
		}
		if f.Kind == verify.KindExpiring {
			g.Why = "The server verifies it by its own clock, from its notAfter on in vain: mongod closes the connection after the handshake then. Some 30 days before that it begins to log a warning (ids 23221, 23222)."
			g.Fix = []string{"Renew it before then, and restart the clients that have read it: drivers read their files when they start."}
		}
	}
	if issues(c) {
		g := j.add("client-cert-purpose", Warn, Certain,
			fmt.Sprintf("%s is a CA's certificate (CA:TRUE), and its key may sign others. Whoever has it can issue client certificates that lead to the same CA, members' included; servers on rustls refuse it.", clientWhich(c, 0)),
			j.clientEvidence(verify.Fault{Cert: c.Certificate}, nil))
		g.Title = "The client certificate is a CA's"
		g.Why = "OpenSSL and Go let a CA's certificate act as a client's. An application keeps its key less well than a CA does, and with this one others can be made for any name, also for one that the server knows (MONGODB-X509)."
	}
	switch {
	case !c.untrusted():
	case accepted:
		j.addFiltered(c)
	default:
		j.tellUntrusted(c, Warn, Likely, untrustedWords(j, c)+" "+j.unrefusedWords(), nil)
	}
}

// accepts reports whether the server was sent the certificate and answered.
func (j *judge) accepts() bool {
	h := j.endpoint.Handshake
	return h != nil && h.OK && j.server().Hello == fact.OutcomeOK && j.clientAuth().Presented != ""
}

// issues reports whether a client's certificate could sign others, and is not
// refused for that alone.
func issues(c *clientCert) bool {
	purposeless := slices.ContainsFunc(c.Faults, func(f verify.Fault) bool { return f.Kind == verify.KindPurposeClient && f.Depth == 0 })
	return c.IsCA && !purposeless && (!c.KeyUsagePresent || c.KeyUsage&x509.KeyUsageCertSign != 0)
}

// addFiltered tells that the server accepts a certificate whose CA it does not
// name, so that drivers which go by the names do not send it.
func (j *judge) addFiltered(c *clientCert) {
	auth := j.clientAuth()
	detail := untrustedWords(j, c) + " The server accepted it all the same: it verifies by other CAs than it names, or not at all, as mongod does with net.tls.allowInvalidCertificates (log id 23235)."
	switch {
	case auth.Required == nil:
		detail += " Go and Java do not send it."
	case *auth.Required:
		detail += " Go and Java do not send it, and the server turns away who sends none."
	default:
		detail += " Go and Java do not send it, and connect without one: nobody is known by it then, MONGODB-X509 included."
	}
	g := j.tellUntrusted(c, Warn, Certain, detail, nil)
	g.Title = "Go and Java do not send this client certificate to this server"
	g.Why = "Their TLS libraries leave a certificate out that comes from none of the CAs which the server names in its CertificateRequest; OpenSSL sends it whatever they are."
}

// firstFixed are the releases that CVE-2024-1351 is fixed in, by maxWireVersion.
// Release lines before these and between them have none.
var firstFixed = map[int]string{9: "4.4.29", 13: "5.0.25", 17: "6.0.14", 21: "7.0.6"}

// lastVulnerable is the maxWireVersion of MongoDB 7.0, the last with releases that
// run TLS without a CA.
const lastVulnerable = 21

// judgeNotRequested: a server that asks for no certificate. With a CA, mongod
// always asks; without one, releases before the fix of CVE-2024-1351 verify nobody,
// and later ones do not start.
func (j *judge) judgeNotRequested(c *clientCert) {
	h, s := j.endpoint.Handshake, j.server()
	if h == nil || !h.OK || j.endpoint.ClientAuth == nil || j.clientAuth().Requested || s.Hello != fact.OutcomeOK || s.MongoDB == nil || !*s.MongoDB {
		return
	}
	old := s.MaxWireVersion > 0 && s.MaxWireVersion <= lastVulnerable && !j.managed()
	evidence := map[string]any{"maxWireVersion": s.MaxWireVersion}
	mechanism := strings.EqualFold(j.target.Options.AuthMechanism, "MONGODB-X509")
	http := j.outcome(fact.AskHTTP)
	severity, want := Info, ""
	switch {
	case mechanism:
		severity, want = Warn, " MONGODB-X509 cannot work: the server never sees a certificate."
	case c != nil:
		severity, want = Warn, " The client certificate of "+j.values["keyfile"]+" is never sent."
	case !old || http != fact.OutcomeOK && http != fact.OutcomeUnanswered && http != "":
		// Nobody wants it, and it is no mongod that could ask.
		return
	}
	g := j.add("client-cert-not-requested", severity, Certain, notRequestedWords(s, old, http)+want, evidence)
	if old && http == fact.OutcomeOK {
		g.Title = "The server asks for no client certificate, as a mongod without a CA file"
	}
	g.Fix = slices.DeleteFunc(g.Fix, func(line string) bool {
		ofRelease := strings.HasPrefix(line, "Update") || strings.HasPrefix(line, "$ mongosh")
		return !old && ofRelease || http == fact.OutcomeOK && strings.HasPrefix(line, "If a proxy")
	})
}

// judgeClusterMember: a client's certificate that mongod takes for a member's.
// What ends TLS before it shows it another certificate, or none.
func (j *judge) judgeClusterMember(c *clientCert) {
	leaf, http := j.leaf(), j.outcome(fact.AskHTTP)
	if c == nil || leaf == nil || !j.clientAuth().Requested || j.managed() {
		return
	}
	confidence := Certain
	switch http {
	case fact.OutcomeOK:
	case "", fact.OutcomeUnanswered:
		confidence = Likely
	default:
		return
	}
	evidence := map[string]any{"subject": c.Subject, "server": leaf.Subject}
	membership, _ := c.Membership()
	var detail string
	switch {
	case c.SHA256 == leaf.SHA256:
		detail = fmt.Sprintf("The client presents the server's own certificate, %s; mongod logs that (id 23236).", c.Subject)
	case c.SameCluster(leaf):
		detail = fmt.Sprintf("The client certificate %s and the server's, %s, have the same O, OU and DC.", c.Subject, leaf.Subject)
	case membership != "":
		evidence["membership"] = membership
		confidence = Likely
		detail = fmt.Sprintf("The client certificate %s has MongoDB's cluster membership extension (%s): where net.tls.clusterAuthX509.extensionValue says the same, its holder is a member.", c.Subject, membership)
	default:
		return
	}
	j.add("client-cert-cluster-member", Warn, confidence, detail, evidence)
}
