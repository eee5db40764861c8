package driver

import (
	"bytes"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
)

// finishHandshake: the client's certificate, and the first command.
func finishHandshake(c *connection) *outcome {
	h, s := c.handshake(), c.server()
	if c.keepsBack() {
		return c.withoutCertificate(h)
	}
	if c.cutOff() {
		o := c.stop(symptom.StageReply, symptom.ReplyLost)
		o.ids = []string{"client-cert-untrusted", "client-cert-rejected"}
		return o
	}
	if q := c.answered(fact.AskAddressName); q.Outcome == fact.OutcomeOK && c.NamesAddress && c.isAddress() {
		return nil
	}
	switch {
	case h.OK:
		return c.answer(s.Hello, s.HelloAlert)
	case modern(h.Version) && h.Outcome != fact.OutcomeLocal:
		return c.ended(h)
	case c.requested():
		return c.unsure("the server asked for a client certificate in a handshake that this tool could not complete")
	}
	// The server answered a ClientHello like the driver's, or the rest failed for
	// a reason that is not the driver's.
	return c.connects()
}

func (c *connection) requested() bool {
	auth := c.facts.Endpoint.ClientAuth
	return auth != nil && auth.Requested
}

// keepsBack reports whether the driver does not send the client certificate that
// was sent here, because the server names other authorities or it does not know
// the name of the option.
func (c *connection) keepsBack() bool {
	chain := c.clientChain()
	return c.ByAuthority && !c.accepted(chain) || len(chain) > 0 && !c.takes("tlsCertificateKeyFile")
}

// cutOff reports whether the server cannot verify the client certificate for
// want of the intermediate ones, which were sent here and the driver does not
// send.
func (c *connection) cutOff() bool {
	chain := c.clientChain()
	if !c.LeafOnly || len(chain) < 2 || !c.accepted(chain) || c.accepted(chain[:1]) {
		return false
	}
	// A server that takes a certificate which is out of date does not verify it.
	at := c.facts.Chain.At
	taken := c.handshake().OK && c.server().Hello == fact.OutcomeOK
	return !taken || !at.After(chain[0].NotAfter) && !at.Before(chain[0].NotBefore)
}

// clientChain is the client certificate that was sent, with its issuers; empty if
// none was.
func (c *connection) clientChain() []*certificate.Certificate {
	var chain []*certificate.Certificate
	if auth := c.facts.Endpoint.ClientAuth; auth == nil || auth.Presented == "" {
		return nil
	}
	for _, described := range c.facts.Target.ClientCertificates {
		if cert, err := certificate.FromPEM(described.PEM); err == nil {
			chain = append(chain, cert)
		}
	}
	return chain
}

// accepted reports whether the issuer of one of the certificates is an authority
// that the server names. It is true of none, and where the server names none.
func (c *connection) accepted(chain []*certificate.Certificate) bool {
	auth := c.facts.Endpoint.ClientAuth
	if auth == nil || len(auth.AcceptableNames) == 0 || len(chain) == 0 {
		return true
	}
	for _, cert := range chain {
		for _, name := range auth.AcceptableNames {
			if bytes.Equal(name, cert.RawIssuer) {
				return true
			}
		}
	}
	return false
}

// withoutCertificate is what becomes of a client that sends no certificate.
func (c *connection) withoutCertificate(h fact.Handshake) *outcome {
	q := c.answered(fact.AskNoClientCert)
	var o *outcome
	switch {
	case q.Outcome == fact.OutcomeOK:
		return nil
	case q.Outcome == fact.OutcomeAlert && q.Alert != nil && h.Version == "TLS1.2":
		o = c.stop(symptom.StageHandshake, symptom.Alert(q.Alert.Code))
	case q.Outcome == fact.OutcomeAlert || q.Outcome == fact.OutcomeClosed || q.Outcome == fact.OutcomeReset:
		o = c.answer(q.Outcome, q.Alert)
	default:
		return c.unsure("it would not send the client certificate, and what the server does without one was not established")
	}
	o.ids = append([]string{"client-cert-untrusted", "client-cert-rejected", "client-cert-required"}, o.ids...)
	return o
}

// answer is the end of the first command.
func (c *connection) answer(ended fact.Outcome, alert *fact.Alert) *outcome {
	s := c.server()
	switch {
	case ended == fact.OutcomeOK && s.ErrorCode == 0 && s.ErrorMessage == "":
		return c.topology()
	case ended == fact.OutcomeOK:
		// Every driver hands on what the server says.
		no := false
		return &outcome{connects: &no, text: s.ErrorMessage, ids: []string{"sni-required", "load-balancer-mismatch", "hello-error"}}
	case ended == fact.OutcomeAlert || ended == fact.OutcomeClosed || ended == fact.OutcomeReset:
		if _, ok := symptom.Find(symptom.ReplyLost, c.Words...); ok {
			o := c.stop(symptom.StageReply, symptom.ReplyLost)
			if alert != nil {
				o.ids = symptom.Alert(alert.Code).IDs()
			}
			return o
		}
	}
	if ended == fact.OutcomeAlert && alert != nil {
		return c.stop(symptom.StageReply, symptom.Alert(alert.Code))
	}
	if event, ok := replyEvents[ended]; ok {
		return c.stop(symptom.StageReply, event)
	}
	return c.unsure("the first command was not answered here")
}

// topology is a server that answers and that no driver uses, as the Server
// Discovery and Monitoring and the Load Balancer specifications have it.
func (c *connection) topology() *outcome {
	t, e := c.facts.Target, c.facts.Endpoint
	switch {
	case c.NoLoadBalancer && t.Options.LoadBalanced && c.server().ServiceID != "":
		return c.mute("the server refuses it in words of its own", []string{"load-balancer-mismatch"})
	case t.OfAnotherSet(e):
		return c.mute("that it left the server out it does not say", []string{"set-name-mismatch"})
	case c.NoLoadBalancer:
		return nil
	case t.Unbalanced(e):
		return c.stop(symptom.StageReply, symptom.NotBalanced)
	}
	return nil
}
