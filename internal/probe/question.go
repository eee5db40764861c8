package probe

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
	"github.com/mongotls/mongotls/internal/wire"
)

// errGrace is the cause by which side questions are given up.
var errGrace = errors.New("the other questions have their answers")

// answer is a side question's fact, and what came with it.
type answer struct {
	fact.Question
	flight tlswire.Flight
	hello  *helloAnswer
	main   *mainAnswer
}

// endpointDialer makes one more connection to the address in use.
type endpointDialer func(ctx context.Context) (net.Conn, error)

// ask puts one side question on a connection of its own.
func (c *Client) ask(ctx context.Context, id fact.QuestionID, r Request, dial endpointDialer) answer {
	start := c.now()
	a := answer{Question: fact.Question{ID: id}}
	conn, err := dial(ctx)
	if err != nil {
		// A reset can come so soon that it ends the connecting itself.
		a.Outcome, a.Detail = connection.OutcomeOf(err), err.Error()
		if ctx.Err() != nil {
			a.Outcome = fact.OutcomeTimeout
		}
	} else {
		release := connection.Bind(ctx, conn)
		c.exchange(ctx, &a, r, conn)
		release()
	}
	if a.Outcome == fact.OutcomeTimeout && context.Cause(ctx) == errGrace {
		a.Outcome = fact.OutcomeUnanswered
	}
	a.Ms = c.since(start)
	return a
}

func (c *Client) exchange(ctx context.Context, a *answer, r Request, conn net.Conn) {
	name := SNI(serverName(r))
	switch a.ID {
	case fact.AskPlaintext:
		c.askPlaintext(a, r, conn)
	case fact.AskHTTP:
		askHTTP(a, conn)
	case fact.AskSilence:
		askSilence(a, conn)
	case fact.AskTLS10:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS10, Max: tls.VersionTLS10, Suites: soundAndWeak(), ServerName: name})
	case fact.AskTLS11:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS11, Max: tls.VersionTLS11, Suites: soundAndWeak(), ServerName: name})
	case fact.AskTLS12:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS12, Max: tls.VersionTLS12, Suites: registry.CommonSound, ServerName: name})
	case fact.AskSmallHello:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS12, Max: tls.VersionTLS13, Suites: tls13AndMain(), ServerName: name})
	case fact.AskWeakCiphers:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS12, Max: tls.VersionTLS12, Suites: registry.CommonWeak, ServerName: name})
	case fact.AskNoSNI:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS12, Max: tls.VersionTLS13, Suites: tls13AndMain()})
	case fact.AskStrongSuites:
		askFlight(a, conn, tlswire.ClientHello{Min: tls.VersionTLS12, Max: tls.VersionTLS12, Suites: strongSuites(), ServerName: name})
	case fact.AskNoClientCert, fact.AskAddressName:
		if a.ID == fact.AskNoClientCert {
			r.ClientCertificate, r.Authenticate = nil, false
		} else {
			// crypto/tls sends no address, but a name with a dot at its end, and that
			// without the dot.
			r.ServerName, r.Authenticate = serverName(r)+"..", false
		}
		m := c.handshake(ctx, conn, r)
		a.main = &m
		a.Outcome, a.Alert, a.Detail = m.facts.Outcome, m.facts.Alert, m.facts.Error
		a.Version, a.CipherSuite = m.facts.Version, m.facts.CipherSuite
		if m.facts.OK {
			a.Outcome, a.Alert, a.Detail = m.hello.outcome, m.hello.alert, m.hello.err
		}
	}
}

// askFlight sends a hello of ours and reads the server's answer to it: up to the
// ServerHello with TLS 1.3, to its whole flight before that.
func askFlight(a *answer, conn net.Conn, h tlswire.ClientHello) {
	hello, err := h.Marshal()
	if err == nil {
		_, err = conn.Write(hello)
	}
	if err != nil {
		a.Outcome, a.Detail = connection.OutcomeOf(err), err.Error()
		return
	}
	var reader tlswire.FlightReader
	f := &reader.Flight
	buf := make([]byte, 8<<10)
	for {
		n, err := conn.Read(buf)
		reader.Feed(buf[:n])
		if f.Settled() || err != nil || reader.Size() > tlswire.MaxHandshake {
			a.flight = *f
			describe(f, &a.Question, err)
			return
		}
	}
}

// describe tells what a flight amounts to; err is what ended the reading.
func describe(f *tlswire.Flight, q *fact.Question, err error) {
	switch {
	case f.HelloSeen:
		q.Outcome = fact.OutcomeOK
		q.Version, q.CipherSuite = registry.VersionName(f.Hello.Version), registry.SuiteName(f.Hello.Suite)
		q.Group = registry.GroupName(f.Hello.Group)
	case f.AlertSeen:
		q.Outcome, q.Alert = fact.OutcomeAlert, alert(f.AlertCode)
	case f.NotRecords:
		q.Outcome, q.Detail = fact.OutcomeOther, "the answer is not TLS"
	case err != nil:
		q.Outcome = connection.OutcomeOf(err)
		if q.Outcome == fact.OutcomeFailed {
			q.Detail = err.Error()
		}
	default:
		q.Outcome, q.Detail = fact.OutcomeOther, "the answer is longer than a handshake"
	}
}

// HTTPFromMongod is the Detail of the answer to AskHTTP by which mongod and
// mongos give themselves away, in every TLS mode: they recognise an HTTP request
// and say so in clear.
const HTTPFromMongod = "mongod"

// mongodHTTP is the part of mongod's answer that is recognised.
const mongodHTTP = "trying to access MongoDB over HTTP"

// maxHTTP bounds what is read of an HTTP answer, in bytes.
const maxHTTP = 4 << 10

// askHTTP sends an HTTP request in clear. Sixteen bytes or more are needed for
// mongod to look at any.
func askHTTP(a *answer, conn net.Conn) {
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		a.Outcome, a.Detail = connection.OutcomeOf(err), err.Error()
		return
	}
	var got bytes.Buffer
	_, err := io.Copy(&got, io.LimitReader(conn, maxHTTP))
	switch line, _ := bufio.NewReader(bytes.NewReader(got.Bytes())).ReadString('\n'); {
	case strings.Contains(got.String(), mongodHTTP):
		a.Outcome, a.Detail = fact.OutcomeOK, HTTPFromMongod
	case got.Len() > 0:
		a.Outcome, a.Detail = fact.OutcomeOther, strings.TrimSpace(line)
		a.fallback(got.Bytes())
	case err == nil:
		a.Outcome = fact.OutcomeClosed
	default:
		a.Outcome = connection.OutcomeOf(err)
	}
}

// askSilence waits for the peer to speak or close, unasked.
func askSilence(a *answer, conn net.Conn) {
	buf := make([]byte, 256)
	n, err := conn.Read(buf)
	if n > 0 {
		line, _, _ := bytes.Cut(buf[:n], []byte("\n"))
		a.Outcome, a.Detail = fact.OutcomeOther, strings.TrimSpace(string(line))
		return
	}
	a.Outcome = connection.OutcomeOf(err)
}

// fallback tells of an answer in clear that is TLS after all.
func (a *answer) fallback(got []byte) {
	if len(got) >= 5 && tlswire.IsRecordHeader(got) {
		a.Detail = "a TLS record"
		if f := tlswire.ReadFlight(got, nil); f.AlertSeen {
			a.Outcome, a.Alert, a.Detail = fact.OutcomeAlert, alert(f.AlertCode), ""
		}
	}
}

// askPlaintext sends hello without TLS.
func (c *Client) askPlaintext(a *answer, r Request, conn net.Conn) {
	h := c.sayHello(conn, r)
	a.hello = &h
	a.Outcome, a.Detail = h.outcome, h.err
	// A TLS server says so with an alert, which is shorter than a message.
	var not *wire.NotMongoDBError
	var cut *wire.TruncatedError
	switch {
	case errors.As(h.cause, &not):
		a.fallback(not.Prefix)
	case errors.As(h.cause, &cut) && len(cut.Prefix) > 0:
		a.Outcome = fact.OutcomeOther
		a.fallback(cut.Prefix)
	}
}
