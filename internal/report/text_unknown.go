package report

import (
	"fmt"

	"github.com/mongotls/mongotls/internal/fact"
)

// unknown writes what is not known, so that silence does not read as "no".
func (t *text) unknown(label string, list []string) {
	if len(list) == 0 {
		return
	}
	t.put("  ", "  ", t.dim(label))
	for _, line := range list {
		t.put("    ", "      ", t.dim(line))
	}
}

// notEstablished lists what was asked without an answer, each with its reason.
func notEstablished(e *Endpoint) []string {
	var list []string
	add := func(what, reason string) { list = append(list, what+reasonAfter(reason)) }
	for _, p := range e.Protocols {
		if p.Supported == nil {
			add("whether "+p.Version+" is accepted", p.Reason)
		}
	}
	list = append(list, notScanned(e.Scan)...)
	if s := e.Server; s != nil {
		if s.MongoDB == nil {
			reason := s.HelloError
			if reason == "" && s.Hello != "" && s.Hello != fact.OutcomeOK {
				reason = outcomeText(s.Hello, s.HelloAlert)
			}
			add("whether it is MongoDB", reason)
		}
		if s.Plaintext == "unknown" {
			reason := ""
			if q := e.Question(fact.AskPlaintext); q != nil {
				reason = orElse(q.Detail, outcomeText(q.Outcome, q.Alert))
			}
			add("whether plaintext is accepted", reason)
		}
	}
	if c := e.ClientAuth; c != nil && c.Requested && c.Required == nil {
		add("whether a client certificate is required", c.Reason)
	}
	if s := e.Trust; s != nil && s.StoreSize == nil {
		add("how many certificates the trust store holds", s.StoreError)
	}
	return list
}

// notChecked lists what was not asked at all.
func notChecked(e *Endpoint) []string {
	var list []string
	for _, a := range e.Addresses {
		if !a.TCP.OK && a.TCP.Failure == "not-tried" {
			list = append(list, fmt.Sprintf("address %s: another one answered first", a.IP))
		}
	}
	if e.Handshake != nil && len(e.Questions) == 0 && len(e.Protocols) == 0 {
		list = append(list, "other protocol versions, plaintext: one connection only was asked for")
	}
	if e.Revocation != nil {
		for _, why := range e.Revocation.Skipped {
			list = append(list, "revocation, "+why)
		}
	} else if len(e.Certificates) > 0 {
		list = append(list, "revocation: the report does not have it")
	}
	return list
}
