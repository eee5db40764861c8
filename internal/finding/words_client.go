package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// withoutOne is the way round a certificate that a server refuses and does not
// need.
const withoutOne = "Or, where the application does not authenticate by it (MONGODB-X509), leave tlsCertificateKeyFile out: this server lets clients in that send none."

// acceptsWords lists the CAs that the server names.
func acceptsWords(auth *fact.ClientAuth) string {
	if len(auth.AcceptableCAs) == 0 {
		return ""
	}
	return " The server accepts certificates from: " + listed(auth.AcceptableCAs) + "."
}

// withoutWords says so where the server answers clients without a certificate.
func (j *judge) withoutWords() string {
	if auth := j.clientAuth(); auth.Required == nil || *auth.Required {
		return ""
	}
	return " Without a certificate the server answers: it is this certificate that it rejects."
}

// unrefusedWords is what became of a certificate that has a fault and was not
// refused.
func (j *judge) unrefusedWords() string {
	h := j.endpoint.Handshake
	switch {
	case j.accepts():
		return "The server accepted it all the same: it does not verify it, as mongod does with net.tls.allowInvalidCertificates (log id 23235), and lets in whoever presents any."
	case h != nil && h.OK && !j.clientAuth().Requested:
		return "This server does not ask for one; a server that does will refuse it."
	}
	return "What this server makes of it was not seen; one that verifies it refuses it."
}

// clientWhich says which certificate of the client's path is meant.
func clientWhich(c *clientCert, depth int) string {
	switch {
	case depth == 0:
		return "The client certificate " + c.Subject
	case c.Path[depth].SelfIssued():
		return "The root " + c.Path[depth].Subject + " in the client's file"
	}
	return "The intermediate " + c.Path[depth].Subject + " in the client's file"
}

// clientFaultWords are chainWords for a client's certificate.
func clientFaultWords(j *judge, c *clientCert, f verify.Fault) (title, detail string) {
	which := clientWhich(c, f.Depth)
	short := "The client certificate"
	if f.Depth > 0 {
		short = "A certificate in the client's file"
	}
	switch f.Kind {
	case verify.KindExpired, verify.KindIntermediateExpired, verify.KindRootExpired:
		ago := span(j.at.Sub(f.Cert.NotAfter))
		return fmt.Sprintf("%s expired %s ago", short, ago), fmt.Sprintf("%s was valid until %s, %s ago.", which, stamp(f.Cert.NotAfter), ago)
	case verify.KindNotYetValid:
		in := span(f.Cert.NotBefore.Sub(j.at))
		return fmt.Sprintf("%s is not valid for another %s", short, in), fmt.Sprintf("%s is valid from %s, in %s.", which, stamp(f.Cert.NotBefore), in)
	case verify.KindExpiring:
		left := span(f.Cert.NotAfter.Sub(j.at))
		return fmt.Sprintf("%s expires in %s", short, left), fmt.Sprintf("%s is valid until %s, %s from now.", which, stamp(f.Cert.NotAfter), left)
	case verify.KindPurposeClient:
		detail = fmt.Sprintf("%s is limited to purposes without clientAuth: %s.", which, purposeWords(f))
		if f.Depth == 0 && c.IsCA {
			detail += " It is the certificate of a CA, not of a client."
		}
		return "", detail
	}
	_, detail = chainWords(j, f)
	return "", strings.Replace(detail, place(f.Cert, f.Depth), which, 1)
}

// untrustedWords say that a certificate leads to none of the CAs that the server
// named.
func untrustedWords(j *judge, c *clientCert) string {
	top, names := c.Path[len(c.Path)-1], listed(j.clientAuth().AcceptableCAs)
	switch {
	case len(c.Missing) > 0:
		last := c.Missing[len(c.Missing)-1]
		return fmt.Sprintf("The client certificate %s was issued by %s, which is an intermediate of %s, a CA that the server names, and whose certificate is not in the client's file.", c.Subject, top.Issuer, last.Issuer)
	case len(c.Path) == 1 && c.SelfIssued():
		return fmt.Sprintf("The client certificate %s is its own issuer, and the server names other CAs: %s.", c.Subject, names)
	}
	detail := fmt.Sprintf("The client certificate %s leads to %s, which is none of the CAs that the server names: %s.", c.Subject, top.Issuer, names)
	if top.SelfIssued() {
		return detail
	}
	detail += " If it is an intermediate of one of them, its certificate is missing in the client's file"
	if urls := top.IssuingCertificateURLs; len(urls) > 0 {
		detail += " and can be had from " + joined(urls)
	}
	return detail + "."
}

// otherDriversWords tell what becomes of drivers that go by the names, where they
// do not send what is refused.
func (j *judge) otherDriversWords(c *clientCert) string {
	who := strings.Join(driverNames(c.WithheldBy), " and ")
	auth := j.clientAuth()
	switch {
	case who == "":
		return ""
	case auth.Required == nil:
		return fmt.Sprintf(" %s send no certificate then, where others send this one.", who)
	case *auth.Required:
		return fmt.Sprintf(" %s send no certificate then, and are turned away for that.", who)
	}
	return fmt.Sprintf(" %s send no certificate then, and connect; the others are turned away.", who)
}

// driverNames are the drivers on a stack, for a sentence; stackNames are they as
// --driver takes them.
func driverNames(stacks []verify.Stack) (list []string) {
	for _, s := range stacks {
		list = append(list, map[verify.Stack]string{verify.StackGo: "Go", verify.StackJava: "Java"}[s])
	}
	return list
}

func stackNames(stacks []verify.Stack) (list []string) {
	for _, s := range stacks {
		list = append(list, string(s))
	}
	return list
}

// saidWords are what may stand behind an alert where the certificate itself does
// not show it.
func saidWords(j *judge, c *clientCert, id ID) string {
	if c == nil {
		return acceptsWords(j.clientAuth())
	}
	switch id {
	case "client-cert-expired":
		return fmt.Sprintf(" By this machine's clock it is valid, from %s to %s. The server's clock may be wrong, or what it verifies by is over: its CA's certificate, or its CRL.", stamp(c.NotBefore), stamp(c.NotAfter))
	case "client-cert-purpose":
		return " Neither its extendedKeyUsage nor its keyUsage rules clients out: the server may want a key of another kind (" + c.KeyType + ")."
	}
	detail := acceptsWords(j.clientAuth())
	if c.Named != nil && *c.Named {
		detail += " It leads to a CA of a name that the server names; that one has another key, such as before the CA was made anew, or an intermediate is missing."
	}
	return detail + namesakeWords(c)
}

// soundWords are what a refused certificate without a fault may be refused for.
func soundWords(c *clientCert) string {
	what := []string{"its dates", "its purposes"}
	if c.Named != nil {
		what = append(what, "the name of its CA")
	}
	if slices.ContainsFunc(c.Faults, func(f verify.Fault) bool { return f.Kind != verify.KindExpiring }) {
		return ""
	}
	return fmt.Sprintf(" Nothing is wrong with %s.", joined(what)) + namesakeWords(c)
}

// namesakeWords tell of a CA that was made anew.
func namesakeWords(c *clientCert) string {
	if c.Namesake == nil {
		return ""
	}
	return fmt.Sprintf(" The certificate of %s that is known here has another key than the one that signed it: if that is what the server has, the CA was made anew in between.", c.Namesake.Subject)
}

// notRequestedWords tell what a server may be that asks for no certificate. old is
// whether it may be of a release that CVE-2024-1351 concerns.
func notRequestedWords(s *fact.Server, old bool, http fact.Outcome) string {
	about := ""
	switch first, ok := firstFixed[s.MaxWireVersion]; {
	case old && ok:
		about = fmt.Sprintf(" MongoDB %s before %s verifies no certificate at all then (CVE-2024-1351), and from %s on does not start without a CA; which of them this is cannot be seen from here.", s.Version, first, first)
	case old:
		about = fmt.Sprintf(" MongoDB %s verifies no certificate at all then (CVE-2024-1351), and has no release with a fix.", s.Version)
	default:
		about = " Releases of today start without one only with tlsUseSystemCA."
	}
	detail := "The server sent no CertificateRequest."
	switch http {
	case fact.OutcomeOK:
		return detail + " It is mongod or mongos itself, which asks as soon as it has a CA file: it has none." + about
	case "", fact.OutcomeUnanswered:
		return detail + " Either a proxy ends TLS before MongoDB, or it is a mongod without a CA file." + about
	}
	return detail + " A proxy or load balancer that ends TLS before MongoDB behaves so, or another server than mongod."
}
