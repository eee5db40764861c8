package driver

import (
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
)

// openSocket: the name, and TCP.
func openSocket(c *connection) *outcome {
	e := c.facts.Endpoint
	if e.DNS != nil && e.DNS.Failure != "" {
		if e.DNS.Failure == "not-found" {
			return c.stop(symptom.StageOpen, symptom.NameNotFound)
		}
		return c.mute("what it shows of a name server that fails is not known", []string{"dns-timeout", "dns-failure"})
	}
	var first *fact.Address
	for i := range e.Addresses {
		a := &e.Addresses[i]
		if a.TCP.OK {
			return nil
		}
		if first == nil && a.TCP.Failure != "not-tried" {
			first = a
		}
	}
	if first == nil {
		return c.unsure("no address was tried")
	}
	c = c.dialled(first.IP)
	switch first.TCP.Failure {
	case "refused":
		return c.stop(symptom.StageOpen, symptom.TCPRefused)
	case "timeout":
		return c.stop(symptom.StageOpen, symptom.TCPTimeout)
	case "unreachable":
		return c.stop(symptom.StageOpen, symptom.TCPUnreachable)
	case "reset":
		return c.stop(symptom.StageOpen, symptom.TCPReset)
	}
	return c.unsure("no connection was made: " + first.TCP.Error)
}

// sayHelloInClear: the driver does not use TLS with these options.
func sayHelloInClear(c *connection) *outcome {
	if c.usesTLS() {
		return nil
	}
	switch c.server().Plaintext {
	case "accepted":
		return c.connects()
	case "refused":
	default:
		return c.unsure("whether the server takes connections without TLS was not established")
	}
	o := c.stop(symptom.StageReply, replyEvents[c.answered(fact.AskPlaintext).Outcome])
	o.ids = []string{"plaintext-client", "tls-disabled", "handshake-closed"}
	return o
}

// replyEvents are how the first command may end.
var replyEvents = map[fact.Outcome]symptom.Event{
	fact.OutcomeClosed:  symptom.ReplyEOF,
	fact.OutcomeReset:   symptom.ReplyReset,
	fact.OutcomeTimeout: symptom.ReplyTimeout,
	fact.OutcomeOther:   symptom.NotMongoDB,
}

// handshakeEvents are how a handshake may end, but for an alert.
var handshakeEvents = map[fact.Outcome]symptom.Event{
	fact.OutcomeClosed:  symptom.HandshakeEOF,
	fact.OutcomeReset:   symptom.HandshakeReset,
	fact.OutcomeTimeout: symptom.HandshakeTimeout,
	fact.OutcomeOther:   symptom.NotTLS,
}
