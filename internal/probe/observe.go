package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
)

func serverName(r Request) string {
	if r.ServerName != "" {
		return r.ServerName
	}
	return r.Host
}

// Observe looks at one endpoint. It always returns what it saw; ctx ends it
// early, and a silent peer costs one timeout, whatever is asked of it.
func (c *Client) Observe(ctx context.Context, r Request) fact.Endpoint {
	e := fact.Endpoint{
		Host: r.Host, Port: r.Port, Source: r.Source, ServerName: serverName(r),
		Addresses: []fact.Address{},
	}
	if ctx.Err() != nil {
		// The run is over before this endpoint's turn: it was not looked at.
		return e
	}
	host, port := r.Host, r.Port
	if r.ConnectHost != "" {
		host, port = r.ConnectHost, r.ConnectPort
	}
	ips, dns := c.lookup(ctx, host)
	e.DNS = dns
	if len(ips) == 0 {
		return e
	}
	used, wait := c.connectAll(ctx, ips, port)
	if used == nil {
		e.Addresses = wait()
		return e
	}
	c.converse(ctx, r, used, ips[used.index], port, &e)
	e.Addresses = wait()
	return e
}

// converse asks the main question on the connection at hand, and the side
// questions beside it, each on one of its own to the same address.
func (c *Client) converse(ctx context.Context, r Request, used *attempt, ip netip.Addr, port int, e *fact.Endpoint) {
	started := time.Now()
	ctx, cancel := context.WithDeadline(ctx, started.Add(c.timeout()))
	defer cancel()
	sideCtx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)

	address := net.JoinHostPort(ip.String(), strconv.Itoa(port))
	dial := func(ctx context.Context) (net.Conn, error) { return c.dial(ctx, "tcp", address) }
	questions := Plan(r)
	answers := make([]answer, len(questions))
	var sides sync.WaitGroup
	for i, id := range questions {
		sides.Go(func() { answers[i] = c.ask(sideCtx, id, r, dial) })
	}

	release := connection.Bind(ctx, used.conn)
	if r.Quick && !r.TLS {
		h := c.introduce(used.conn, r)
		release()
		e.Server = c.server(nil, []answer{{Question: fact.Question{ID: fact.AskPlaintext, Outcome: h.outcome}, hello: &h}})
		return
	}
	m := c.handshakeAs(ctx, used.conn, r, SNI(serverName(r)), c.introduce)
	release()

	grace := graceAfterFailure
	if m.facts.OK && m.hello.outcome == fact.OutcomeOK {
		grace = graceAfterSuccess
	}
	roundTrip := time.Duration(used.tcp.Ms * float64(time.Millisecond))
	grace += 3 * roundTrip
	timer := time.AfterFunc(grace, func() { giveUp(errGrace) })
	horizons := c.askHorizons(sideCtx, r, horizonNames(r, m.facts.ServerName, m.hello.reply), dial)
	sides.Wait()
	timer.Stop()
	if o := m.facts.Outcome; !r.Quick && (o == fact.OutcomeClosed || o == fact.OutcomeReset) {
		// Whether connections end unasked matters only where this one ended
		// unexplained. Asked beside the others, it would keep a server that
		// serves one connection at a time from all of them.
		answers = append(answers, c.askSilent(ctx, r, dial, graceOfSilence+3*roundTrip))
	}
	if !r.Quick {
		answers = append(answers, c.askAgain(ctx, r, dial, &m, grace)...)
	}

	e.Handshake = &m.facts
	for _, a := range answers {
		e.Questions = append(e.Questions, a.Question)
	}
	e.Protocols = protocols(&m, answers)
	m.learnRequest(answers)
	if m.version != 0 || m.requested {
		e.ClientAuth = clientAuth(&m, withoutClientCertificate(&m, answers))
	}
	e.Certificates = presented(&m, answers)
	e.Server = c.server(&m, answers)
	e.Server.Horizons = horizons
	e.Authentication = m.authentication
}

// askAgain asks what only the answer to the first questions makes worth asking.
func (c *Client) askAgain(ctx context.Context, r Request, dial endpointDialer, m *mainAnswer, grace time.Duration) []answer {
	var ids []fact.QuestionID
	if m.facts.OK && m.facts.Version == "TLS1.2" && !strong(m.facts.CipherSuite) {
		ids = append(ids, fact.AskStrongSuites)
	}
	nameless := m.facts.ServerName == "" && (m.facts.Outcome == fact.OutcomeAlert || m.hello.reply != nil && m.hello.reply.Code != 0)
	if nameless {
		ids = append(ids, fact.AskAddressName)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, grace, errGrace)
	defer cancel()
	var list []answer
	for _, id := range ids {
		list = append(list, c.ask(ctx, id, r, dial))
	}
	return list
}

// askSilent asks what becomes of a connection on which nothing is sent. To hear
// nothing is the usual answer, and waited for no longer than the grace.
func (c *Client) askSilent(ctx context.Context, r Request, dial endpointDialer, grace time.Duration) answer {
	ctx, cancel := context.WithTimeoutCause(ctx, grace, errGrace)
	defer cancel()
	return c.ask(ctx, fact.AskSilence, r, dial)
}

// find returns the answer to a question, or nil.
func find(answers []answer, id fact.QuestionID) *answer {
	for i := range answers {
		if answers[i].ID == id {
			return &answers[i]
		}
	}
	return nil
}

// withoutClientCertificate is the connection that presented no certificate.
func withoutClientCertificate(m *mainAnswer, answers []answer) *mainAnswer {
	if m.presented == "" {
		return m
	}
	if a := find(answers, fact.AskNoClientCert); a != nil {
		return a.main
	}
	return nil
}

// maxCertificates bounds the certificates kept of what a server presents.
const maxCertificates = 32

// presented is the chain of the main connection or, where that showed none, of
// the first side question that did: up to TLS 1.2 a server's certificates are in
// clear even for a client that has nothing in common with it.
func presented(m *mainAnswer, answers []answer) []fact.Certificate {
	chain := m.chain
	for _, a := range answers {
		// Without SNI a server may present another certificate.
		if len(chain) == 0 && a.main == nil && a.ID != fact.AskNoSNI {
			chain = a.flight.Chain
		}
	}
	var certificates []fact.Certificate
	for _, der := range chain[:min(len(chain), maxCertificates)] {
		certificates = append(certificates, certificate.Describe(der))
	}
	return certificates
}

// protocols tells the versions from what was negotiated and what was answered.
func protocols(m *mainAnswer, answers []answer) []fact.Protocol {
	list := []fact.Protocol{
		version("TLS1.0", find(answers, fact.AskTLS10), m.facts.OK),
		version("TLS1.1", find(answers, fact.AskTLS11), m.facts.OK),
		version("TLS1.2", find(answers, fact.AskTLS12), m.facts.OK),
		version("TLS1.3", find(answers, fact.AskSmallHello), m.facts.OK),
	}
	yes, no := true, false
	for i := range list {
		p := &list[i]
		switch {
		case m.facts.OK && m.facts.Version == p.Version:
			*p = fact.Protocol{Version: p.Version, Supported: &yes}
		case m.facts.OK && m.facts.Version == "TLS1.2" && p.Version == "TLS1.3":
			// It was offered and would have been chosen (RFC 8446 section 4.2.1).
			*p = fact.Protocol{Version: p.Version, Supported: &no}
		case selected(answers, fact.AskWeakCiphers) == p.Version:
			// With weak suites only, and still that version.
			*p = fact.Protocol{Version: p.Version, Supported: &yes}
		}
	}
	return list
}

// selected is the version of the ServerHello that answered a side question, or
// empty.
func selected(answers []answer, id fact.QuestionID) string {
	if a := find(answers, id); a != nil && a.Outcome == fact.OutcomeOK {
		return a.Version
	}
	return ""
}

// versionAlerts are the alerts by which servers refuse a version: by its name, or
// as JSSE does because nothing that it allows with that version is in common.
var versionAlerts = []int{40, 47, 70, 71, 86}

// version reads one version's support out of the answer to its question. Only a
// ServerHello is a yes, and only an alert a no: a server that closes says neither.
// welcome is whether the server gave us a handshake; to a client that it turns
// away for another reason, such as its address, only an alert about versions is
// one.
func version(name string, a *answer, welcome bool) fact.Protocol {
	p := fact.Protocol{Version: name}
	yes, no := true, false
	switch {
	case a == nil:
		p.Reason = "not asked"
	case a.Outcome == fact.OutcomeOK && a.Version == name:
		p.Supported = &yes
	case a.Outcome == fact.OutcomeOK:
		p.Supported = &no
	case a.Outcome == fact.OutcomeAlert && (welcome || slices.Contains(versionAlerts, a.Alert.Code)):
		p.Supported = &no
	case a.Outcome == fact.OutcomeAlert:
		p.Reason = fmt.Sprintf("the server answered with alert %s (%d)", a.Alert.Name, a.Alert.Code)
	case a.Outcome == fact.OutcomeClosed, a.Outcome == fact.OutcomeReset:
		p.Reason = "the server closed the connection without an alert"
	case a.Outcome == fact.OutcomeOther:
		p.Reason = "the answer was not TLS"
	default:
		p.Reason = "no answer"
	}
	return p
}

// server gathers what hello, over TLS or else in clear, and the side questions
// tell of who is there. m is nil when TLS was not tried.
func (c *Client) server(m *mainAnswer, answers []answer) *fact.Server {
	s := &fact.Server{Plaintext: "unknown"}
	yes, no := true, false
	var plain *helloAnswer
	if a := find(answers, fact.AskPlaintext); a != nil {
		plain = a.hello
		switch a.Outcome {
		case fact.OutcomeOK:
			s.Plaintext = "accepted"
		case fact.OutcomeClosed, fact.OutcomeReset, fact.OutcomeAlert, fact.OutcomeOther:
			s.Plaintext = "refused"
		}
	}
	if m != nil && m.facts.OK {
		s.Hello, s.HelloAlert, s.HelloError = m.hello.outcome, m.hello.alert, m.hello.err
	}
	http := find(answers, fact.AskHTTP)
	switch {
	case m != nil && m.hello.reply != nil:
		s.MongoDB = &yes
		m.hello.fill(s)
	case plain != nil && plain.reply != nil:
		s.MongoDB = &yes
		plain.fill(s)
	case http != nil && http.Outcome == fact.OutcomeOK:
		s.MongoDB = &yes
	case m != nil && m.facts.OK && m.hello.outcome == fact.OutcomeOther:
		s.MongoDB = &no
	case http != nil && http.Outcome == fact.OutcomeOther && plain != nil && plain.outcome == fact.OutcomeOther:
		s.MongoDB = &no
	}
	return s
}
