package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
)

// judgeHello: what came after the handshake.
func judgeHello(j *judge) {
	s, h := j.server(), j.endpoint.Handshake
	told := len(j.found)
	clear := j.has("no-encryption")
	if h != nil && h.OK && s.Hello != fact.OutcomeOK {
		j.judgeUnanswered(s)
	}
	if clear {
		// A driver without TLS never gets to see what happens to one with it.
		for i := range j.found[told:] {
			j.weaken(&j.found[told+i])
		}
	}
	if clear || (h != nil && h.OK && s.Hello == fact.OutcomeOK) {
		j.judgeReply(s)
	}
}

// judgeUnanswered: the handshake completed, and hello has no reply.
func (j *judge) judgeUnanswered(s *fact.Server) {
	evidence := map[string]any{"hello": string(s.Hello)}
	switch s.Hello {
	case fact.OutcomeAlert:
		j.judgeHelloAlert(s, evidence)
	case fact.OutcomeClosed, fact.OutcomeReset:
		seen := "The handshake completed, and the server closed the connection on the first command."
		switch {
		case j.clientAuth().Requested:
			j.refuse(Likely, seen, evidence, nil)
		case j.atAtlas():
			j.add("atlas-access-list", Fail, Likely, seen, evidence)
		default:
			f := j.add("handshake-closed", Fail, Likely, seen+" It had not asked for a client certificate. A TLS-terminating proxy whose backend is down behaves so.", evidence)
			f.Title = "The server closes the connection after the handshake"
		}
	case fact.OutcomeOther:
		j.add("not-mongodb", Fail, Certain, "The handshake completed, and the answer to hello is no MongoDB message: "+s.HelloError+".", evidence)
	case fact.OutcomeTimeout:
		if s.MongoDB != nil && *s.MongoDB {
			f := j.add("handshake-timeout", Fail, Likely, "The handshake completed, and hello was not answered in time by a server that is MongoDB.", evidence)
			f.Title = "The server does not answer the first command"
			return
		}
		j.add("not-mongodb", Fail, Likely, "The handshake completed, and hello was not answered in time.", evidence)
	case "":
		// Not asked.
	default:
		f := j.add("hello-error", Fail, Likely, "The handshake completed, and the hello command did not: "+s.HelloError+".", evidence)
		f.Title = "The first command could not be completed"
	}
}

// judgeHelloAlert: with TLS 1.3 a server's objections arrive after the handshake.
func (j *judge) judgeHelloAlert(s *fact.Server, evidence map[string]any) {
	if s.HelloAlert != nil {
		evidence["alert"] = s.HelloAlert.Name
	}
	seen := fmt.Sprintf("The handshake completed, and hello was answered with %s.", alertWords(s.HelloAlert))
	code := alertCode(s.HelloAlert)
	switch {
	case j.judgesClient(s.HelloAlert), code == alertHandshakeFailure && j.clientAuth().Requested:
		j.refuse(Certain, seen, evidence, s.HelloAlert)
	case code == alertInternalError && j.atAtlas():
		j.add("atlas-access-list", Fail, Likely, seen, evidence)
	case code == alertInternalError:
		j.add("alert-internal-error", Fail, Certain, seen, evidence)
	default:
		j.add("handshake-failure", Fail, Certain, seen, evidence)
	}
}

// noSNICode is the AtlasError by which shared Atlas clusters answer a client that
// sent no server name.
const noSNICode = 8000

// judgeReply: a reply to hello that is an error.
func (j *judge) judgeReply(s *fact.Server) {
	if s.ErrorMessage == "" && s.ErrorCode == 0 {
		return
	}
	evidence := map[string]any{"code": s.ErrorCode, "message": s.ErrorMessage}
	said := fmt.Sprintf("The server answered hello with error %d: %s.", s.ErrorCode, strings.TrimSuffix(s.ErrorMessage, "."))
	if s.ErrorCode == noSNICode && strings.Contains(s.ErrorMessage, "SNI") {
		j.add("sni-required", Fail, Certain, said, evidence)
		return
	}
	j.add("hello-error", Fail, Certain, said, evidence)
}

// judgeGroups: a server that agrees on a post-quantum group with the one who
// offers it, and on none with the others. With --scan that is told with all groups.
func judgeGroups(j *judge) {
	h, q := j.endpoint.Handshake, j.endpoint.Question(fact.AskSmallHello)
	if h == nil || !h.OK || !registry.IsHybridName(h.Group) || q == nil || alertCode(q.Alert) != alertHandshakeFailure {
		return
	}
	if s := j.scan(); s != nil && len(clientsWithout(s).group) > 0 {
		return
	}
	f := j.add("no-shared-cipher", Fail, Certain, fmt.Sprintf("The server chose the key exchange group %s, and answers a ClientHello without it with the alert handshake_failure.", h.Group), map[string]any{"group": h.Group})
	f.Title = "No key exchange group in common with clients before OpenSSL 3.5"
	f.Why = "Go has " + h.Group + ", and so has what stands on OpenSSL 3.5 or later, such as Node.js 24. Drivers on an older OpenSSL or on Java do not: \"sslv3 alert handshake failure\", \"Received fatal alert: handshake_failure\"."
	f.Fix = []string{
		"At the server or proxy, allow x25519 or secp256r1 as well: remove the setting that limits its groups (curves).",
	}
}

// judgeProtocols: what could be better about versions and suites.
func judgeProtocols(j *judge) {
	h := j.endpoint.Handshake
	if h == nil {
		return
	}
	if old := j.accepted("SSL2.0", "SSL3.0", "TLS1.0", "TLS1.1"); len(old) > 0 {
		f := j.add("weak-protocol-enabled", Warn, Certain, "A ClientHello of "+listed(old)+" alone was answered with a ServerHello.", map[string]any{"versions": old})
		if strings.HasPrefix(old[0], "SSL") {
			f.Title = "The server still accepts " + listed(old)
			f.Fix = append([]string{"mongod has SSL 2.0 and 3.0 always off (RFC 6176, RFC 7568): look at the proxy or load balancer before it."}, f.Fix...)
		}
	}
	scanned := j.scan() != nil
	if q := j.endpoint.Question(fact.AskWeakCiphers); q != nil && q.Outcome == fact.OutcomeOK && !(scanned && len(j.scan().Suites) > 0) {
		j.add("weak-cipher-enabled", Warn, Certain, "Offered weak suites only, the server chose "+q.CipherSuite+".", map[string]any{"selected": q.CipherSuite})
	}
	if !h.OK || h.Version != "TLS1.2" {
		return
	}
	j.add("tls13-unavailable", Info, Certain, "TLS 1.3 was offered and the server chose 1.2.", nil)
	// What was offered holds suites that every driver has, before all others.
	if without := withoutSuite(h.CipherSuite); !scanned && len(without) > 0 && slices.ContainsFunc([]string{"TLS_RSA_", "_CBC_"}, func(part string) bool { return strings.Contains(h.CipherSuite, part) }) {
		f := j.add("no-shared-cipher", Warn, Likely, fmt.Sprintf("The server chose %s although suites with ECDHE and AES-GCM were offered. If it has none of these, it has none for: %s.", h.CipherSuite, strings.Join(without, "; ")), map[string]any{"selected": h.CipherSuite})
		f.Title = "A cipher suite that some drivers do not offer"
	}
}
