package finding

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// judgeEncryption: a client without TLS, and a server that takes one.
func judgeEncryption(j *judge) {
	server := j.endpoint.Server
	if server == nil {
		return
	}
	offered := j.endpoint.Handshake != nil && j.endpoint.Handshake.OK
	switch {
	case server.Plaintext == "accepted" && !j.target.Options.TLS:
		detail := "The connection string does not use TLS, and the server answers without."
		if offered {
			detail += " It offers TLS as well."
		}
		j.add("no-encryption", Warn, Certain, detail, map[string]any{"tlsOffered": offered})
	case server.Plaintext == "accepted" && offered:
		j.add("plaintext-accepted", Warn, Certain, "The server answered hello over TLS and in clear.", nil)
	case server.Plaintext == "refused" && !j.target.Options.TLS && j.speaksTLS():
		j.add("plaintext-client", Fail, Certain, "The server closes connections that do not begin with TLS, and answers those that do.", map[string]any{
			"plaintext": j.outcome(fact.AskPlaintext),
		})
	}
}

// speaksTLS reports whether anything was heard from the server that only a TLS
// server says.
func (j *judge) speaksTLS() bool {
	h := j.endpoint.Handshake
	if h != nil && (h.OK || h.Outcome == fact.OutcomeAlert || h.Outcome == fact.OutcomeLocal) {
		return true
	}
	for _, id := range tlsQuestions {
		if o := j.outcome(id); o == fact.OutcomeOK || o == fact.OutcomeAlert {
			return true
		}
	}
	return false
}

// tlsQuestions are the side questions that are a ClientHello.
var tlsQuestions = []fact.QuestionID{
	fact.AskTLS10, fact.AskTLS11, fact.AskTLS12, fact.AskSmallHello, fact.AskWeakCiphers, fact.AskNoSNI,
}

// outcome is how a side question ended; empty when it was not asked.
func (j *judge) outcome(id fact.QuestionID) fact.Outcome {
	if q := j.endpoint.Question(id); q != nil {
		return q.Outcome
	}
	return ""
}

// judgeHandshake: why there was no handshake.
func judgeHandshake(j *judge) {
	h := j.endpoint.Handshake
	if h == nil || h.OK || j.has("no-encryption") {
		return
	}
	seen := "The handshake ended: " + handshakeWords(h) + "."
	evidence := map[string]any{"outcome": string(h.Outcome), "serverName": h.ServerName}
	if h.Alert != nil {
		evidence["alert"] = h.Alert.Name
	}
	for _, cause := range handshakeCauses {
		if cause(j, h, seen, evidence) {
			return
		}
	}
}

// handshakeCauses are tried from what explains most to what explains least; the
// first that holds is told.
var handshakeCauses = []func(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool{
	causeServerWithoutTLS,
	causeOtherProtocol,
	causeClientCertificate,
	causeProtocolVersion,
	causeAccessList,
	causeServerName,
	causeUnreadableCertificate,
	causeCipher,
	causeLargeHello,
	causeUnexplained,
}

func handshakeWords(h *fact.Handshake) string {
	switch h.Outcome {
	case fact.OutcomeAlert:
		return alertWords(h.Alert)
	case fact.OutcomeClosed:
		return "the peer closed the connection without an alert"
	case fact.OutcomeReset:
		return "the peer reset the connection without an alert"
	case fact.OutcomeTimeout:
		return "no answer within the timeout"
	}
	return h.Error
}

func causeServerWithoutTLS(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if j.endpoint.Server.Plaintext != "accepted" || j.speaksTLS() {
		return false
	}
	confidence := Certain
	if h.Outcome == fact.OutcomeTimeout {
		confidence = Likely
	}
	j.add("tls-disabled", Fail, confidence, "hello is answered in clear. "+seen, evidence)
	return true
}

func causeOtherProtocol(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if h.Outcome != fact.OutcomeOther || j.speaksTLS() {
		return false
	}
	first, _ := hex.DecodeString(h.FirstBytes)
	evidence["firstBytes"] = h.FirstBytes
	detail := fmt.Sprintf("The answer to the ClientHello begins with %q, which is no TLS record.", printable(first))
	if q := j.endpoint.Question(fact.AskHTTP); q != nil && q.Outcome == fact.OutcomeOther && q.Detail != "" {
		detail += fmt.Sprintf(" An HTTP request is answered with %q.", q.Detail)
		evidence["http"] = q.Detail
	}
	j.add("not-tls", Fail, Certain, detail, evidence)
	return true
}

// printable is the text at the beginning of bytes, up to the first that is none.
func printable(b []byte) string {
	if i := slices.IndexFunc(b, func(c byte) bool { return c < 0x20 || c > 0x7e }); i >= 4 {
		b = b[:i]
	}
	return string(b)
}

// clientAlerts are the alerts by which servers answer a client certificate.
var clientAlerts = []int{41, 42, 43, 44, 45, 46, 48, 49, 116}

func causeClientCertificate(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	auth := j.endpoint.ClientAuth
	if auth == nil {
		return false
	}
	named := h.Alert != nil && slices.Contains(clientAlerts, h.Alert.Code)
	// Up to TLS 1.2 a server answers a missing certificate with
	// handshake_failure, or just closes, once it has asked for one.
	after := auth.Requested && (h.Outcome == fact.OutcomeClosed || h.Outcome == fact.OutcomeReset ||
		(h.Alert != nil && h.Alert.Code == 40))
	if !named && !after {
		return false
	}
	confidence := Likely
	if named {
		confidence = Certain
	}
	j.addClientCertificate(confidence, seen, evidence)
	return true
}

// addClientCertificate tells that the server ended the connection over the
// client's certificate, or its absence.
func (j *judge) addClientCertificate(confidence Confidence, seen string, evidence map[string]any) {
	auth := j.endpoint.ClientAuth
	evidence["acceptableCAs"] = auth.AcceptableCAs
	if auth.Presented == "" {
		detail := "The server asked for a client certificate and none was sent. " + seen
		if len(auth.AcceptableCAs) > 0 {
			detail += " It accepts certificates from: " + listed(auth.AcceptableCAs) + "."
		}
		j.add("client-cert-required", Fail, confidence, detail, evidence)
		return
	}
	evidence["presented"] = auth.Presented
	detail := fmt.Sprintf("The certificate %s was sent. %s", auth.Presented, seen)
	if auth.Required != nil && !*auth.Required {
		detail += " Without a certificate the server answers: it is this certificate that it rejects."
	}
	if len(auth.AcceptableCAs) > 0 {
		detail += " It accepts certificates from: " + listed(auth.AcceptableCAs) + "."
	}
	j.add("client-cert-rejected", Fail, confidence, detail, evidence)
}

func causeProtocolVersion(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	var old, current []string
	for _, p := range j.endpoint.Protocols {
		if p.Supported == nil || !*p.Supported {
			continue
		}
		if p.Version == "TLS1.0" || p.Version == "TLS1.1" {
			old = append(old, p.Version)
		} else {
			current = append(current, p.Version)
		}
	}
	alerted := h.Alert != nil && h.Alert.Code == 70
	if len(current) > 0 || (len(old) == 0 && !alerted) {
		return false
	}
	evidence["supported"] = old
	if len(old) == 0 {
		j.add("protocol-version", Fail, Certain, seen+" TLS 1.2 and 1.3 were offered.", evidence)
		return true
	}
	j.add("protocol-version", Fail, Certain, fmt.Sprintf("The server speaks %s, and neither TLS 1.2 nor 1.3. %s", listed(old), seen), evidence)
	return true
}

// atlasDomains are the domains of MongoDB Atlas clusters.
var atlasDomains = []string{".mongodb.net", ".mongodbgov.net"}

func (j *judge) atAtlas() bool {
	name := strings.ToLower(strings.TrimSuffix(j.endpoint.ServerName, "."))
	return slices.ContainsFunc(atlasDomains, func(d string) bool { return strings.HasSuffix(name, d) })
}

func causeAccessList(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if !j.atAtlas() {
		return false
	}
	if h.Outcome == fact.OutcomeAlert && h.Alert.Code != 80 {
		return false
	}
	j.add("atlas-access-list", Fail, Likely, fmt.Sprintf("%s is a MongoDB Atlas name. %s", j.endpoint.ServerName, seen), evidence)
	return true
}

func causeServerName(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	unrecognized := h.Alert != nil && h.Alert.Code == 112
	withoutName := j.outcome(fact.AskNoSNI) == fact.OutcomeOK && j.outcome(fact.AskSmallHello) != fact.OutcomeOK
	switch {
	case h.ServerName == "" && unrecognized:
		j.add("sni-required", Fail, Certain, "No server name was sent, because "+j.endpoint.ServerName+" is an address. "+seen, evidence)
	case h.ServerName != "" && unrecognized:
		j.add("sni-unrecognized", Fail, Certain, fmt.Sprintf("The server name %s was sent. %s", h.ServerName, seen), evidence)
	case h.ServerName != "" && withoutName:
		j.add("sni-unrecognized", Fail, Likely, fmt.Sprintf("With the server name %s: %s. Without a server name the server answers.", h.ServerName, handshakeWords(h)), evidence)
	default:
		return false
	}
	return true
}

func causeCipher(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	if h.Outcome == fact.OutcomeTimeout || j.outcome(fact.AskSmallHello) == fact.OutcomeOK {
		return false
	}
	if q := j.endpoint.Question(fact.AskTLS12); q != nil && q.Outcome == fact.OutcomeOK {
		evidence["selected"] = q.CipherSuite
		severity, who := Fail, "no driver offers by default"
		if opensslDefault(q.CipherSuite) {
			severity, who = Warn, "OpenSSL-based drivers (PyMongo, Node, C, PHP, Ruby) offer, and Go, Rust (rustls) and Java partly do not"
		}
		j.add("no-shared-cipher", severity, Certain, fmt.Sprintf("Of all suites of TLS 1.2 the server chooses %s, which %s. %s", q.CipherSuite, who, seen), evidence)
		return true
	}
	if q := j.endpoint.Question(fact.AskWeakCiphers); q != nil && q.Outcome == fact.OutcomeOK {
		evidence["selected"] = q.CipherSuite
		j.add("no-shared-cipher", Fail, Certain, fmt.Sprintf("The server takes only weak suites, such as %s, which no current client offers. %s", q.CipherSuite, seen), evidence)
		return true
	}
	return false
}

// opensslDefault reports whether OpenSSL 3 offers the suite without being
// configured to: forward secrecy or RSA, with AES or ChaCha20, without CCM.
func opensslDefault(suite string) bool {
	for _, part := range []string{"CCM", "ARIA", "CAMELLIA"} {
		if strings.Contains(suite, part) {
			return false
		}
	}
	return true
}

func causeLargeHello(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	silent := h.Outcome == fact.OutcomeTimeout || h.Outcome == fact.OutcomeClosed || h.Outcome == fact.OutcomeReset
	if !silent || j.outcome(fact.AskSmallHello) != fact.OutcomeOK {
		return false
	}
	j.add("large-hello-dropped", Fail, Likely, "A ClientHello of 400 bytes with the same versions and suites is answered, one of 1,500 bytes with a post-quantum key share is not: "+handshakeWords(h)+".", evidence)
	return true
}

func causeUnreadableCertificate(j *judge, h *fact.Handshake, _ string, _ map[string]any) bool {
	// What is wrong with the certificate is told with the chain.
	return h.Outcome == fact.OutcomeLocal && slices.ContainsFunc(j.endpoint.Certificates, func(c fact.Certificate) bool { return j.refusedByGo(c.SHA256) })
}

func causeUnexplained(j *judge, h *fact.Handshake, seen string, evidence map[string]any) bool {
	switch h.Outcome {
	case fact.OutcomeAlert:
		if h.Alert.Code == 80 {
			j.add("alert-internal-error", Fail, Certain, seen, evidence)
		} else {
			j.add("handshake-failure", Fail, Certain, seen, evidence)
		}
	case fact.OutcomeTimeout:
		j.add("handshake-timeout", Fail, Certain, seen, evidence)
	case fact.OutcomeClosed, fact.OutcomeReset:
		j.addClosed(h, seen, evidence)
	case fact.OutcomeOther:
		j.add("not-tls", Fail, Likely, "The answer to the ClientHello is no TLS record.", evidence)
	default:
		j.add("handshake-failure", Fail, Likely, seen, evidence)
	}
	return true
}

// addClosed tells of a connection that ended without a word, with what the side
// questions know of who ended it.
func (j *judge) addClosed(h *fact.Handshake, seen string, evidence map[string]any) {
	server := j.endpoint.Server
	plain, http, silence := j.outcome(fact.AskPlaintext), j.outcome(fact.AskHTTP), j.outcome(fact.AskSilence)
	evidence["plaintextHello"], evidence["httpGet"], evidence["silence"] = string(plain), string(http), string(silence)
	switch {
	case http == fact.OutcomeOK:
		j.add("handshake-closed", Fail, Certain, seen+" It is mongod or mongos: it answers an HTTP request as only they do.", evidence)
	case silence == fact.OutcomeReset:
		j.add("tcp-reset", Fail, Certain, "Connections are reset before anything is sent on them.", evidence)
	case silence == fact.OutcomeClosed:
		j.add("handshake-closed", Fail, Certain, "Connections are closed before anything is sent on them. mongod does that when it has too many (net.maxIncomingConnections), proxies do when they have no backend.", evidence)
	case server.MongoDB == nil && (plain == fact.OutcomeClosed || plain == fact.OutcomeReset):
		j.add("handshake-closed", Fail, Likely, seen+" So it does on a hello in clear and an HTTP request: a proxy, a firewall or an allow-list is more likely there than mongod.", evidence)
	default:
		j.add("handshake-closed", Fail, Certain, seen, evidence)
	}
}

// judgeHello: what came after the handshake.
func judgeHello(j *judge) {
	s, h := j.endpoint.Server, j.endpoint.Handshake
	if s == nil || h == nil || !h.OK {
		return
	}
	evidence := map[string]any{"hello": string(s.Hello)}
	switch s.Hello {
	case fact.OutcomeOK:
		j.judgeReply(s, h, evidence)
	case fact.OutcomeAlert:
		evidence["alert"] = s.HelloAlert.Name
		seen := fmt.Sprintf("The handshake completed, and hello was answered with %s.", alertWords(s.HelloAlert))
		code := s.HelloAlert.Code
		switch {
		case slices.Contains(clientAlerts, code) || (code == 40 && j.endpoint.ClientAuth.Requested):
			j.addClientCertificate(Certain, seen, evidence)
		case code == 80 && j.atAtlas():
			j.add("atlas-access-list", Fail, Likely, seen, evidence)
		case code == 80:
			j.add("alert-internal-error", Fail, Certain, seen, evidence)
		default:
			j.add("handshake-failure", Fail, Certain, seen, evidence)
		}
	case fact.OutcomeClosed, fact.OutcomeReset:
		seen := "The handshake completed, and the server closed the connection on the first command."
		switch {
		case j.endpoint.ClientAuth.Requested:
			j.addClientCertificate(Likely, seen, evidence)
		case j.atAtlas():
			j.add("atlas-access-list", Fail, Likely, seen, evidence)
		default:
			j.add("handshake-closed", Fail, Likely, seen+" It had not asked for a client certificate.", evidence)
		}
	case fact.OutcomeOther:
		j.add("not-mongodb", Fail, Certain, "The handshake completed, and the answer to hello is no MongoDB message: "+s.HelloError+".", evidence)
	case fact.OutcomeTimeout:
		if s.MongoDB != nil && *s.MongoDB {
			j.add("handshake-timeout", Fail, Likely, "The handshake completed, and hello was not answered in time by a server that is MongoDB.", evidence)
		} else {
			j.add("not-mongodb", Fail, Likely, "The handshake completed, and hello was not answered in time.", evidence)
		}
	}
}

// noSNICode is the AtlasError by which shared Atlas clusters answer a client that
// sent no server name.
const noSNICode = 8000

func (j *judge) judgeReply(s *fact.Server, h *fact.Handshake, evidence map[string]any) {
	if s.ErrorMessage == "" && s.ErrorCode == 0 {
		return
	}
	evidence["code"], evidence["message"] = s.ErrorCode, s.ErrorMessage
	said := fmt.Sprintf("hello was answered with error %d: %s", s.ErrorCode, s.ErrorMessage)
	if s.ErrorCode == noSNICode && strings.Contains(s.ErrorMessage, "SNI") {
		j.add("sni-required", Fail, Certain, said, evidence)
		return
	}
	j.add("hello-error", Fail, Certain, said, evidence)
}

// judgeProtocols: what could be better about versions and suites.
func judgeProtocols(j *judge) {
	h := j.endpoint.Handshake
	if h == nil {
		return
	}
	var old []string
	for _, p := range j.endpoint.Protocols {
		if p.Supported != nil && *p.Supported && (p.Version == "TLS1.0" || p.Version == "TLS1.1") {
			old = append(old, p.Version)
		}
	}
	if len(old) > 0 {
		j.add("weak-protocol-enabled", Warn, Certain, "A ClientHello of "+listed(old)+" alone was answered with a ServerHello.", map[string]any{"versions": old})
	}
	if q := j.endpoint.Question(fact.AskWeakCiphers); q != nil && q.Outcome == fact.OutcomeOK {
		j.add("weak-cipher-enabled", Warn, Certain, "Offered weak suites only, the server chose "+q.CipherSuite+".", map[string]any{"selected": q.CipherSuite})
	}
	if !h.OK {
		return
	}
	if h.Version == "TLS1.2" {
		j.add("tls13-unavailable", Info, Certain, "TLS 1.3 was offered and the server chose 1.2.", nil)
	}
	if strings.HasPrefix(h.CipherSuite, "TLS_RSA_") {
		f := j.add("no-shared-cipher", Warn, Certain, fmt.Sprintf("The server chose %s although suites with forward secrecy were offered.", h.CipherSuite), map[string]any{"selected": h.CipherSuite})
		f.Title = "Only cipher suites with RSA key exchange"
		f.Why = "PyMongo on Python 3.10 and later, Go and Rust (rustls) do not offer RSA key exchange and fail with a handshake failure; other drivers connect, without forward secrecy."
	}
}
