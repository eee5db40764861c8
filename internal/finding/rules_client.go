package finding

import (
	"maps"
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// refusal is that a server ended the connection over the client's certificate, or
// over its absence.
type refusal struct {
	confidence Confidence
	// seen is how, in sentences; evidence is what it rests on.
	seen     string
	evidence map[string]any
	// alert is what the server said; nil where it just closed, as mongod does.
	alert *fact.Alert
}

// clientCert is the certificate that the options name, and what can be said of it
// before any server has.
type clientCert struct {
	*certificate.Certificate
	verify.ClientResult
	// chain are the certificates of its file, itself first.
	chain []*certificate.Certificate
}

// judgeClient: the client's certificate, by itself, by what the server asked for
// and by what became of it.
func judgeClient(j *judge) {
	told := len(j.found)
	c := j.clientCert()
	auth := j.clientAuth()
	switch {
	case j.refused != nil && auth.Presented == "":
		j.judgeNoneSent()
	case j.refused != nil:
		j.judgeRefused(c)
	case c != nil:
		j.judgeUnrefused(c)
	}
	j.judgeNotRequested(c)
	j.judgeClusterMember(c)
	if j.has("no-encryption") {
		// A driver without TLS presents no certificate to anybody.
		for i := range j.found[told:] {
			j.weaken(&j.found[told+i])
		}
	}
}

// clientCert reads the certificate that the options name; nil without one.
func (j *judge) clientCert() *clientCert {
	var chain []*certificate.Certificate
	for _, f := range j.target.ClientCertificates {
		if c, err := certificate.FromPEM(f.PEM); err == nil {
			chain = append(chain, c)
		} else if len(chain) == 0 {
			return nil
		}
	}
	if len(chain) == 0 {
		return nil
	}
	auth := j.clientAuth()
	in := verify.ClientInput{
		Presented: chain, Names: auth.AcceptableNames, MoreNames: auth.LeftOut > 0,
		At: j.at, ExpiresIn: j.input.ExpiresIn,
	}
	// One CA usually issues for both sides, so that what the server sends and what
	// the client trusts may be what the client's file lacks.
	in.Known = slices.Concat(j.presented, j.fetched())
	for _, a := range j.anchors {
		in.Known = append(in.Known, a.Certificate)
	}
	return &clientCert{Certificate: chain[0], ClientResult: verify.Client(in), chain: chain}
}

// clientFaultID is the finding that tells a fault of a client's certificate.
func clientFaultID(f verify.Fault) ID {
	switch f.Kind {
	case verify.KindExpired, verify.KindNotYetValid, verify.KindIntermediateExpired, verify.KindRootExpired:
		return "client-cert-expired"
	case verify.KindPurposeClient:
		return "client-cert-purpose"
	case verify.KindExpiring:
		return "cert-expiring"
	}
	return "client-cert-rejected"
}

// untrusted reports whether a certificate leads to none of the CAs that the server
// named.
func (c *clientCert) untrusted() bool { return c.Named != nil && !*c.Named }

// judgeNoneSent: the server wants a certificate and got none.
func (j *judge) judgeNoneSent() {
	auth, r := j.clientAuth(), j.refused
	r.evidence["acceptableCAs"] = auth.AcceptableCAs
	if auth.Withheld != "" {
		j.addWithheld(Fail, r.confidence, r.seen, r.evidence)
		return
	}
	j.add("client-cert-required", Fail, r.confidence,
		"The server asked for a client certificate and none was sent. "+r.seen+acceptsWords(auth), r.evidence)
}

// addWithheld tells that the certificate at hand could not be used.
func (j *judge) addWithheld(severity Severity, confidence Confidence, seen string, evidence map[string]any) {
	auth := j.clientAuth()
	evidence["signatureSchemes"] = auth.SignatureSchemes
	f := j.add("client-cert-rejected", severity, confidence,
		"The client certificate was not sent, as no TLS library would: its key makes none of the signatures that the server verifies, which are "+listed(auth.SignatureSchemes)+". "+seen, evidence)
	f.Title = "The server verifies no signature of the client certificate's key"
	f.Fix = []string{
		"Request a client certificate with a key that every server takes: ECDSA on P-256, or RSA of 2048 bits.",
		"$ (umask 077; openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout client.key -out client.csr)",
		"Or allow the signature at the server: mongod goes by the defaults of its OpenSSL, a proxy may have a list of its own.",
	}
}

// judgeRefused: a certificate was sent, and the server ended the connection.
func (j *judge) judgeRefused(c *clientCert) {
	auth, r := j.clientAuth(), j.refused
	r.evidence["acceptableCAs"], r.evidence["presented"] = auth.AcceptableCAs, auth.Presented
	told := len(j.found)
	said := alertFindings[alertCode(r.alert)]
	if c != nil {
		j.judgeClientFaults(c, said)
		if c.untrusted() {
			j.addUntrusted(c, said)
		}
	}
	named := slices.ContainsFunc(j.found[told:], func(f Finding) bool { return f.ID == said && f.Severity == Fail })
	switch {
	case said != "" && !named:
		j.addSaid(c, said)
	case len(j.found) == told:
		j.addRejected(c)
	}
	if auth.Required == nil || *auth.Required {
		return
	}
	for i := range j.found[told:] {
		if f := &j.found[told+i]; f.Severity == Fail {
			f.Evidence["required"] = false
			f.Fix = append(f.Fix, withoutOne)
		}
	}
}

// alertFindings are the findings that an alert names by itself (RFC 8446 section
// 6.2).
var alertFindings = map[int]ID{
	alertUnsupportedCertificate: "client-cert-purpose",
	alertCertificateExpired:     "client-cert-expired",
	alertUnknownCA:              "client-cert-untrusted",
}

// judgeClientFaults tells the faults for which the certificate is refused. said is
// what the server's alert named, or empty.
func (j *judge) judgeClientFaults(c *clientCert, said ID) {
	r := j.refused
	for _, f := range c.Faults {
		if f.Kind == verify.KindExpiring {
			continue
		}
		id := clientFaultID(f)
		confidence := Likely
		if id == said || j.clientDecides() && id != "client-cert-rejected" && f.Confidence == verify.Certain {
			confidence = Certain
		}
		title, detail := clientFaultWords(j, c, f)
		g := j.add(id, Fail, confidence, detail+" "+r.seen+j.withoutWords(), j.clientEvidence(f, r.evidence))
		if title != "" {
			g.Title = title
		}
	}
}

// clientDecides reports whether it is the client's certificate for which the server
// ended the connection: it said so, it answers without one, or it is mongod, which
// lets nobody in whose certificate it does not verify.
func (j *judge) clientDecides() bool {
	auth := j.clientAuth()
	return j.refused.alert != nil || auth.Required != nil && !*auth.Required || j.mongodItself()
}

// mongodItself reports whether TLS ends at mongod or mongos: they answer an HTTP
// request on their port, in clear, and what stands before them does not.
func (j *judge) mongodItself() bool { return j.outcome(fact.AskHTTP) == fact.OutcomeOK }

// clientEvidence is what a fault rests on, beside how the connection ended.
func (j *judge) clientEvidence(f verify.Fault, more map[string]any) map[string]any {
	evidence := map[string]any{"depth": f.Depth}
	maps.Copy(evidence, more)
	if f.Cert != nil {
		evidence["subject"], evidence["sha256"] = f.Cert.Subject, f.Cert.SHA256
		evidence["notBefore"], evidence["notAfter"] = stamp(f.Cert.NotBefore), stamp(f.Cert.NotAfter)
	}
	if len(f.Details) > 0 {
		evidence["details"] = f.Details
	}
	return evidence
}

// addUntrusted tells that the certificate leads to none of the CAs that the server
// named. Where the alert blames something else the server has come further than
// that: what it verifies by is not what it names.
func (j *judge) addUntrusted(c *clientCert, said ID) {
	r := j.refused
	if said != "" && said != "client-cert-untrusted" || alertCode(r.alert) == alertCertificateRevoked {
		return
	}
	confidence := Likely
	if said != "" || j.mongodItself() {
		confidence = Certain
	}
	detail := untrustedWords(j, c) + " " + r.seen + j.withoutWords() + j.otherDriversWords(c)
	j.tellUntrusted(c, Fail, confidence, detail, r.evidence)
}

// tellUntrusted is the finding of a certificate that leads nowhere, or would with
// an intermediate that its file lacks.
func (j *judge) tellUntrusted(c *clientCert, severity Severity, confidence Confidence, detail string, more map[string]any) *Finding {
	evidence := map[string]any{"subject": c.Subject, "sha256": c.SHA256, "issuer": c.Path[len(c.Path)-1].Issuer, "acceptableCAs": j.clientAuth().AcceptableCAs}
	maps.Copy(evidence, more)
	if len(c.WithheldBy) > 0 {
		evidence["withheldBy"] = stackNames(c.WithheldBy)
	}
	g := j.addWith(map[string]string{"issuer": c.Path[len(c.Path)-1].Issuer}, "client-cert-untrusted", severity, confidence, detail, evidence)
	if len(c.Missing) > 0 {
		text := ""
		var missing []string
		for _, m := range c.Missing {
			text, missing = text+m.PEM(), append(missing, m.Subject)
		}
		g.Title = "The client's file lacks an intermediate certificate"
		g.Evidence["missing"], g.Evidence["pem"] = missing, text
		g.Fix = append([]string{
			"Put the missing certificate (" + joined(missing) + "), which is in the JSON report (evidence.pem), behind the client's own in its file:",
			fill("$ mongotls cert {keyfile} intermediate.crt --combine client-chain.pem", j.values),
		}, g.Fix[len(g.Fix)-2:]...)
	}
	return g
}

// addSaid tells what the server's alert names and nothing here shows.
func (j *judge) addSaid(c *clientCert, id ID) {
	r := j.refused
	detail := "The certificate " + j.clientAuth().Presented + " was sent. " + r.seen + j.withoutWords() + saidWords(j, c, id)
	values := map[string]string{}
	if c != nil && len(c.Path) > 0 {
		values["issuer"] = c.Path[len(c.Path)-1].Issuer
	}
	j.addWith(values, id, Fail, r.confidence, detail, r.evidence)
}

// addRejected tells of a certificate in which nothing wrong is to be seen.
func (j *judge) addRejected(c *clientCert) {
	auth, r := j.clientAuth(), j.refused
	detail := "The certificate " + auth.Presented + " was sent. " + r.seen + j.withoutWords() + acceptsWords(auth)
	if c != nil {
		detail += soundWords(c)
	}
	f := j.add("client-cert-rejected", Fail, r.confidence, detail, r.evidence)
	if alertCode(r.alert) == alertCertificateRevoked {
		f.Title = "The server says that the client certificate was revoked"
	}
	if c != nil && c.Namesake != nil {
		f.Evidence["namesake"] = c.Namesake.SHA256
	}
}
