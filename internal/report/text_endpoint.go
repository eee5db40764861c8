package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// endpoint writes what was seen of an endpoint, what was not, and its findings.
func (t *text) endpoint(e *Endpoint) {
	title := "Seen at " + fact.HostPort(e.Host, e.Port)
	switch e.Source {
	case "srv":
		title += " (from SRV)"
	case "member":
		title += " (replica-set member)"
	}
	t.heading(title)
	t.addresses(e)
	t.handshake(e.Handshake)
	t.protocols(e.Protocols)
	t.scan(e.Scan)
	t.server(e)
	t.clientAuth(e.ClientAuth)
	t.authentication(e.Authentication)
	t.hostname(e)
	t.trust(e.Trust)
	t.chain(e)
	t.revocation(e)
	t.questions(e.Questions)
	t.driversRow(e.Drivers, connecting)
	t.unknown("Not established:", notEstablished(e))
	t.unknown("Not checked:", notChecked(e))
	t.findings("Findings at "+fact.HostPort(e.Host, e.Port), e.Findings)
	t.drivers("Drivers at "+fact.HostPort(e.Host, e.Port), e.Drivers, connecting)
}

// addresses tells of the lookup and of each TCP connection.
func (t *text) addresses(e *Endpoint) {
	if e.DNS != nil && e.DNS.Failure != "" {
		t.row("DNS", t.fail(spaced(e.DNS.Failure)), plain(reasonAfter(e.DNS.Error)))
	}
	label := "address"
	if len(e.Addresses) > 1 {
		label = "addresses"
	}
	shown := 0
	for _, a := range e.Addresses {
		switch {
		case a.TCP.OK:
			t.row(first(shown, label), plain(fmt.Sprintf("%s  connected in %s", a.IP, milliseconds(a.TCP.Ms))))
		case a.TCP.Failure == "not-tried":
			continue
		default:
			t.row(first(shown, label), plain(a.IP+"  "), t.fail(orElse(spaced(a.TCP.Failure), "failed")), plain(reasonAfter(a.TCP.Error)))
		}
		shown++
	}
}

// reasonAfter is an error's text behind what it explains, if there is one.
func reasonAfter(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// orElse is text, or instead when there is none.
func orElse(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

// handshake tells how the TLS connection went that a driver would make.
func (t *text) handshake(h *fact.Handshake) {
	if h == nil {
		return
	}
	if h.OK {
		parts := []string{h.Version, h.CipherSuite, h.Group, milliseconds(h.Ms)}
		if len(h.Staple) > 0 {
			parts = append(parts, "OCSP response stapled")
		}
		t.row("handshake", plain(strings.Join(present(parts), ", ")))
	} else {
		said := outcomeText(h.Outcome, h.Alert)
		t.row("handshake", t.fail("failed"), plain(fmt.Sprintf(": %s, %s", said, milliseconds(h.Ms))))
		if h.Error != "" {
			t.row("", t.dim(h.Error))
		}
		if h.FirstBytes != "" {
			t.row("", t.dim("it answered (hex): "+h.FirstBytes))
		}
	}
	t.row("SNI", plain(orElse(h.ServerName, "none sent")))
}

// present leaves out what is empty.
func present(parts []string) []string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return list
}

// outcomeText puts an outcome into words.
func outcomeText(o fact.Outcome, a *fact.Alert) string {
	switch o {
	case fact.OutcomeOK:
		return "ok"
	case fact.OutcomeAlert:
		if a != nil {
			return alertText(a)
		}
		return "TLS alert"
	case fact.OutcomeClosed:
		return "closed without a word"
	case fact.OutcomeReset:
		return "connection reset"
	case fact.OutcomeTimeout:
		return "no answer in time"
	case fact.OutcomeUnanswered:
		return "no answer while there was time"
	case fact.OutcomeOther:
		return "another protocol answered"
	case fact.OutcomeLocal:
		return "not understood by our own TLS library"
	case fact.OutcomeFailed:
		return "could not be asked"
	default:
		return string(o)
	}
}

// alertText names an alert.
func alertText(a *fact.Alert) string {
	if a.Name == "" {
		return fmt.Sprintf("TLS alert %d", a.Code)
	}
	return fmt.Sprintf("TLS alert %d (%s)", a.Code, a.Name)
}

// protocols tells which versions are accepted and which refused.
func (t *text) protocols(list []fact.Protocol) {
	var yes, no []string
	for _, p := range list {
		switch {
		case p.Supported == nil:
		case *p.Supported:
			yes = append(yes, p.Version)
		default:
			no = append(no, p.Version)
		}
	}
	var parts []string
	if len(yes) > 0 {
		parts = append(parts, some(yes, 0)+" accepted")
	}
	if len(no) > 0 {
		parts = append(parts, some(no, 0)+" refused")
	}
	if len(parts) > 0 {
		t.row("protocols", plain(strings.Join(parts, "; ")))
	}
}

// server tells what answered behind the handshake.
func (t *text) server(e *Endpoint) {
	s := e.Server
	if s == nil {
		return
	}
	var parts []string
	switch {
	case s.MongoDB == nil:
	case !*s.MongoDB:
		parts = append(parts, "not MongoDB")
	default:
		parts = append(parts, orElse(identityText(e), "MongoDB"))
	}
	if e.Identity != nil && e.Identity.Proxy {
		parts = append(parts, "by way of a proxy")
	}
	if e.Identity != nil && t.options.Verbose && len(e.Identity.By) > 0 {
		parts = append(parts, "known by "+strings.Join(e.Identity.By, " and "))
	}
	if s.MaxWireVersion > 0 && t.options.Verbose {
		parts = append(parts, fmt.Sprintf("wire version %d", s.MaxWireVersion))
	}
	parts = append(parts, s.Topology)
	if s.SetName != "" {
		parts = append(parts, "set "+s.SetName)
	}
	if s.Me != "" {
		parts = append(parts, "calls itself "+s.Me)
	}
	if s.ConnectionID != 0 {
		parts = append(parts, fmt.Sprintf("connectionId %d", s.ConnectionID))
	}
	if parts = present(parts); len(parts) > 0 {
		t.row("server", plain(strings.Join(parts, ", ")))
	}
	if s.Hello != "" && s.Hello != fact.OutcomeOK {
		t.row("hello", t.fail(outcomeText(s.Hello, s.HelloAlert)), plain(reasonAfter(s.HelloError)))
	}
	if s.ErrorCode != 0 || s.ErrorMessage != "" {
		t.row("hello", t.fail(fmt.Sprintf("error %d", s.ErrorCode)), plain(reasonAfter(s.ErrorMessage)))
	}
	if len(s.Hosts) > 0 {
		t.row("members", plain(some(s.Hosts, t.limit())))
	}
	if s.BuildInfo != nil && s.BuildInfo.Error != "" && t.options.Verbose {
		t.row("buildInfo", plain("not told: "+s.BuildInfo.Error))
	}
	if s.ClockSkewMs != nil {
		t.clock(*s.ClockSkewMs)
	}
	if s.Plaintext == "accepted" || s.Plaintext == "refused" {
		t.row("plaintext", plain(s.Plaintext))
	}
}

// clock tells how the server's clock differs from ours, from a second on:
// below that, the round trip hides it.
func (t *text) clock(skewMs float64) {
	const second, limit = 1000, 1e15
	// Any pair of times this far apart will do. The bound keeps a number from a
	// file within what an int64 holds.
	ours, theirs := time.UnixMilli(0), time.UnixMilli(int64(min(max(skewMs, -limit), limit)))
	switch {
	case skewMs >= second:
		t.row("clock", plain(timeSpan(ours, theirs)+" ahead of this machine's"))
	case skewMs <= -second:
		t.row("clock", plain(timeSpan(ours, theirs)+" behind this machine's"))
	}
}

// clientAuth tells what the server asked for and what it was given.
func (t *text) clientAuth(c *fact.ClientAuth) {
	if c == nil {
		return
	}
	if !c.Requested {
		t.row("client cert", plain("not asked for"))
		return
	}
	parts := []string{"asked for"}
	if c.Required != nil {
		if *c.Required {
			parts = append(parts, "required")
		} else {
			parts = append(parts, "not required")
		}
	}
	t.row("client cert", plain(strings.Join(append(parts, orElse(prefixed("sent: ", c.Presented), "none sent"+reasonAfter(c.Withheld))), ", ")))
	for i, ca := range c.AcceptableCAs {
		if limit := t.limit(); limit > 0 && i == limit {
			t.row("", plain(fmt.Sprintf("and %d more", len(c.AcceptableCAs)-i)))
			break
		}
		t.row("", plain("accepted CA: "+ca))
	}
}

// prefixed is text behind prefix, or nothing when there is no text.
func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// hostname tells whether the certificate is for the name.
func (t *text) hostname(e *Endpoint) {
	h := e.Hostname
	switch {
	case h == nil:
	case h.OK && h.Matched == h.Checked:
		t.row("hostname", t.pass("matches"), plain(" "+h.Checked))
	case h.OK:
		t.row("hostname", t.pass("matches"), plain(" "+h.Checked), plain(prefixed(" by ", h.Matched)))
	default:
		t.row("hostname", t.fail("no match"), plain(" for "+h.Checked))
	}
}

// trust tells which store decides.
func (t *text) trust(s *fact.Trust) {
	if s == nil {
		return
	}
	text := s.Store
	if s.StoreSize != nil {
		text += ", " + count(*s.StoreSize, "certificate", "certificates")
	}
	t.row("trust store", plain(text+prefixed(": ", s.StorePath)))
	if s.StoreError != "" {
		t.row("", t.fail(s.StoreError))
	}
}

// questions is the table of the side questions, on request.
func (t *text) questions(list []fact.Question) {
	if !t.options.Verbose {
		return
	}
	id, outcome := 0, 0
	for _, q := range list {
		id = max(id, columns(string(q.ID)))
		outcome = max(outcome, columns(string(q.Outcome)))
	}
	for i, q := range list {
		var more []string
		if q.Alert != nil {
			more = append(more, alertText(q.Alert))
		}
		more = present(append(more, q.Version, q.CipherSuite, q.Detail))
		ms := fmt.Sprintf("%10s", milliseconds(q.Ms))
		t.row(first(i, "asked"), plain(string(q.ID)+gap(string(q.ID), id)+
			string(q.Outcome)+gap(string(q.Outcome), outcome)+ms+"  "+strings.Join(more, ", ")))
	}
}
