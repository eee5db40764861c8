package finding

import (
	"slices"

	"github.com/mongotls/mongotls/internal/fact"
)

// judgeEncryption: a client without TLS, and a server that takes one.
func judgeEncryption(j *judge) {
	server, h := j.server(), j.endpoint.Handshake
	offered := h != nil && h.OK
	switch {
	case server.Plaintext == "accepted" && !j.target.Options.TLS:
		detail := "The connection string does not use TLS, and the server answers without."
		if offered {
			detail += " It offers TLS as well."
		}
		j.add("no-encryption", Warn, Certain, detail, map[string]any{"tlsOffered": offered})
	case server.Plaintext == "accepted" && offered:
		j.add("plaintext-accepted", Warn, Certain, "The server answered hello over TLS and in clear.", nil)
	case j.target.Options.TLS || j.endpoint.Server == nil || server.Hello == fact.OutcomeOther:
		// A client with TLS is judged by its handshake, and what is not MongoDB
		// is told as that.
	case h == nil:
		j.judgeOneHello(server)
	case j.speaksTLS():
		j.judgeUnencryptedClient(server)
	}
}

// judgeOneHello: a hello in clear was all that was asked (--quick).
func (j *judge) judgeOneHello(server *fact.Server) {
	evidence := map[string]any{"plaintext": server.Plaintext}
	if server.Plaintext == "refused" {
		j.add("plaintext-client", Fail, Likely, "A hello in clear was refused, as a server that requires TLS does. Nothing else was asked; without --quick more can be told.", evidence)
		return
	}
	j.add("handshake-timeout", Fail, Likely, "A hello in clear was not answered. Nothing else was asked; without --quick more can be told.", evidence)
}

// judgeUnencryptedClient: a hello in clear was not answered by a server that
// speaks TLS.
func (j *judge) judgeUnencryptedClient(server *fact.Server) {
	evidence := map[string]any{"plaintext": string(j.outcome(fact.AskPlaintext))}
	switch {
	case !j.sidesAnswered():
		// A server or firewall that limits the rate of connections treats them
		// all alike: the plaintext one tells nothing then.
		f := j.add("plaintext-client", Warn, Likely, "The connections beside the TLS one all went unanswered, the one without TLS among them.", evidence)
		f.Title = "Whether the server takes connections without TLS was not established"
	case server.Plaintext == "refused":
		j.add("plaintext-client", Fail, Certain, "The server closes connections that do not begin with TLS, and answers those that do.", evidence)
	default:
		j.add("plaintext-client", Fail, Likely, "A hello in clear was not answered in time, and TLS was.", evidence)
	}
}

// sidesAnswered reports whether any side question was answered, other than by
// ending the connection. Only then does the end of another one tell something.
func (j *judge) sidesAnswered() bool {
	return slices.ContainsFunc(append([]fact.QuestionID{fact.AskHTTP}, tlsQuestions...), func(id fact.QuestionID) bool {
		return slices.Contains([]fact.Outcome{fact.OutcomeOK, fact.OutcomeAlert, fact.OutcomeOther}, j.outcome(id))
	})
}

// speaksTLS reports whether anything was heard from the server that only a TLS
// server says.
func (j *judge) speaksTLS() bool {
	h := j.endpoint.Handshake
	if h != nil && (h.OK || h.Version != "" || h.Outcome == fact.OutcomeAlert || h.Outcome == fact.OutcomeLocal) {
		return true
	}
	return slices.ContainsFunc(tlsQuestions, func(id fact.QuestionID) bool {
		return slices.Contains([]fact.Outcome{fact.OutcomeOK, fact.OutcomeAlert}, j.outcome(id))
	})
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

// server is what hello told; nothing at all where a report has no such part.
func (j *judge) server() *fact.Server {
	if j.endpoint.Server == nil {
		return &fact.Server{}
	}
	return j.endpoint.Server
}

// clientAuth is what the server asked for as client certificate; nothing at all
// where a report has no such part.
func (j *judge) clientAuth() *fact.ClientAuth {
	if j.endpoint.ClientAuth == nil {
		return &fact.ClientAuth{}
	}
	return j.endpoint.ClientAuth
}
