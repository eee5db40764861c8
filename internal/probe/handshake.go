package probe

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// mainAnswer is a whole TLS connection: handshake, what it showed, and hello.
type mainAnswer struct {
	facts     fact.Handshake
	chain     [][]byte
	requested bool
	request   tlswire.CertificateRequest
	// presented is the subject of the certificate that was sent, withheld why the
	// one at hand was not.
	presented string
	withheld  string
	hello     helloAnswer
	// authentication is nil where none was made.
	authentication *fact.Authentication
	// version and suite as numbers, of the ServerHello even where the
	// handshake did not complete; zero without one.
	version uint16
}

// handshake makes the connection as a driver does. Verification is left out on
// purpose, so that it never cuts the observation short: what the certificates
// are worth is judged afterwards, from what is recorded here.
func (c *Client) handshake(ctx context.Context, conn net.Conn, r Request) mainAnswer {
	return c.handshakeAs(ctx, conn, r, SNI(serverName(r)), c.sayHello)
}

// handshakeAs is handshake with a server name of its own; greet is what is said
// once it is complete.
func (c *Client) handshakeAs(ctx context.Context, conn net.Conn, r Request, name string, greet func(net.Conn, Request) helloAnswer) mainAnswer {
	start := c.now()
	rec := &tlswire.Recorder{Conn: conn}
	keys := &tlswire.KeyLog{}
	var m mainAnswer
	config := &tls.Config{
		InsecureSkipVerify: true,
		ServerName:         name,
		MinVersion:         tls.VersionTLS12,
		CipherSuites:       mainSuites(),
		KeyLogWriter:       keys,
		GetClientCertificate: func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			m.requested = true
			if r.ClientCertificate == nil {
				return &tls.Certificate{}, nil
			}
			if m.withheld = unsigned(info, r.ClientCertificate); m.withheld != "" {
				return &tls.Certificate{}, nil
			}
			m.presented = subjectOf(r.ClientCertificate)
			return r.ClientCertificate, nil
		},
	}
	tc := tls.Client(rec, config)
	err := tc.Handshake()
	rec.Stop = true
	m.facts = fact.Handshake{OK: err == nil, ServerName: config.ServerName, Ms: c.since(start)}
	if err != nil {
		m.fail(ctx, err, rec.Bytes, keys.Secret)
		return m
	}
	m.request = tlswire.ReadFlight(rec.Bytes, keys.Secret).Request
	state := tc.ConnectionState()
	m.version = state.Version
	m.facts.Outcome = fact.OutcomeOK
	m.facts.Version = registry.VersionName(state.Version)
	m.facts.CipherSuite = registry.SuiteName(state.CipherSuite)
	m.facts.Group = registry.GroupName(uint16(state.CurveID))
	m.facts.Staple = state.OCSPResponse
	for _, cert := range state.PeerCertificates {
		m.chain = append(m.chain, cert.Raw)
	}
	m.hello = greet(tc, r)
	if r.Authenticate && m.hello.outcome == fact.OutcomeOK && m.hello.reply.OK {
		m.authentication = c.authenticate(tc, r, m.hello.reply)
		if !r.Quick {
			m.hello.build = c.askBuildInfo(tc, &m.hello, time.Duration(m.authentication.Ms*float64(time.Millisecond)))
		}
	}
	// A close_notify where the peer still listens; bind closes the rest.
	_ = tc.Close()
	return m
}

// fail records a handshake that did not complete, with all that was seen of it.
func (m *mainAnswer) fail(ctx context.Context, err error, recorded, secret []byte) {
	f := tlswire.ReadFlight(recorded, secret)
	m.chain = f.Chain
	if f.Requested {
		m.requested, m.request = true, f.Request
	}
	if f.HelloSeen {
		m.version = f.Hello.Version
		m.facts.Version = registry.VersionName(f.Hello.Version)
		m.facts.CipherSuite = registry.SuiteName(f.Hello.Suite)
	}
	m.facts.Error = err.Error()
	var header tls.RecordHeaderError
	switch {
	case receivedAlert(err) != nil:
		m.facts.Outcome, m.facts.Alert = fact.OutcomeAlert, receivedAlert(err)
	case errors.As(err, &header), f.NotRecords:
		m.facts.Outcome = fact.OutcomeOther
		m.facts.FirstBytes = hex.EncodeToString(recorded[:min(len(recorded), 32)])
	case ctx.Err() != nil && !connection.IsTimeout(ctx.Err()):
		m.facts.Outcome, m.facts.Error = fact.OutcomeFailed, "interrupted"
	default:
		m.facts.Outcome = connection.OutcomeOf(err)
		if m.facts.Outcome == fact.OutcomeFailed && len(recorded) > 0 {
			m.facts.Outcome = fact.OutcomeLocal
		}
	}
}

// learnRequest takes over a CertificateRequest that only a side question saw: up
// to TLS 1.2 it comes in clear even to a client with nothing in common.
func (m *mainAnswer) learnRequest(answers []answer) {
	for _, a := range answers {
		if !m.requested && a.flight.Requested {
			m.requested, m.request = true, a.flight.Request
		}
	}
}

// unsigned is why a client cannot prove that the certificate is its own: its key
// makes no signature that the server verifies. Empty if it can. OpenSSL, Go and
// Java send none then. Whether the server names the certificate's CA is not asked:
// OpenSSL sends it all the same, as most drivers do that run on it.
func unsigned(info *tls.CertificateRequestInfo, cert *tls.Certificate) string {
	anyCA := *info
	anyCA.AcceptableCAs = nil
	if err := anyCA.SupportsCertificate(cert); err != nil {
		return strings.TrimPrefix(err.Error(), "tls: ")
	}
	return ""
}

// subjectOf renders the subject of the certificate that a client presents.
func subjectOf(cert *tls.Certificate) string {
	if len(cert.Certificate) == 0 {
		return ""
	}
	leaf, err := certificate.Parse(cert.Certificate[0])
	if err != nil {
		return ""
	}
	return leaf.Subject
}

// clientAuth tells what is known of the server's wish for a client certificate.
// without is the connection that presented none: m itself, or a side question.
func clientAuth(m *mainAnswer, without *mainAnswer) *fact.ClientAuth {
	a := &fact.ClientAuth{Requested: m.requested, AcceptableCAs: []string{}, Presented: m.presented, Withheld: m.withheld}
	kept := m.request.Names[:min(len(m.request.Names), maxAcceptableCAs)]
	a.LeftOut = len(m.request.Names) - len(kept)
	for _, der := range kept {
		a.AcceptableCAs = append(a.AcceptableCAs, certificate.Name(der))
		a.AcceptableNames = append(a.AcceptableNames, der)
	}
	for _, id := range m.request.Types {
		a.CertificateTypes = append(a.CertificateTypes, registry.CertificateTypeName(id))
	}
	for _, id := range m.request.Schemes[:min(len(m.request.Schemes), maxSchemes)] {
		a.SignatureSchemes = append(a.SignatureSchemes, registry.SignatureName(id))
	}
	yes, no := true, false
	switch {
	case !m.requested && m.version != 0 && m.facts.OK:
		a.Required, a.Reason = &no, "the server asked for no client certificate"
	case without == nil:
		a.Reason = "no connection without the client certificate was made"
	case without.facts.OK && without.hello.outcome == fact.OutcomeOK:
		a.Required, a.Reason = &no, "a connection without a client certificate was answered"
	case !without.requested:
		a.Reason = "no CertificateRequest was seen"
	case refusesClient(without.facts.Alert) || refusesClient(without.hello.alert):
		a.Required, a.Reason = &yes, "the server answered the missing certificate with an alert"
	case without.facts.OK && (without.hello.outcome == fact.OutcomeClosed || without.hello.outcome == fact.OutcomeReset):
		a.Required, a.Reason = &yes, "the server asked for a certificate and closed the connection when none came"
	default:
		a.Reason = "the connection without a client certificate ended otherwise"
	}
	return a
}

// The bounds of what is kept of a CertificateRequest: some servers name all roots
// of their system, which are some 150.
const (
	maxAcceptableCAs = 200
	maxSchemes       = 64
)

// refusesClient reports whether an alert is one by which servers answer a
// client certificate that is missing or that they do not like.
func refusesClient(a *fact.Alert) bool {
	return a != nil && slices.Contains([]int{40, 41, 42, 43, 44, 45, 46, 48, 49, 116}, a.Code)
}
