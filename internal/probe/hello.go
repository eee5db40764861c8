package probe

import (
	"errors"
	"net"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/wire"
)

// maxHello bounds the reply to hello, in bytes.
const maxHello = 1 << 20

// helloAnswer is how the hello command ended on one connection.
type helloAnswer struct {
	outcome fact.Outcome
	alert   *fact.Alert
	err     string
	cause   error
	reply   *wire.Hello
	skew    time.Duration
	build   *fact.BuildInfo
}

// sayHello asks who is there, as drivers do on a new connection: isMaster by
// OP_QUERY, which servers of every age answer before authentication, or hello by
// OP_MSG where a load balancer's port needs it. It is asked for after every
// handshake, because mongod, and every TLS 1.3 server, rejects a client's
// certificate only then.
func (c *Client) sayHello(conn net.Conn, r Request) helloAnswer {
	meta := wire.Metadata{Version: c.Version, LoadBalanced: r.LoadBalanced}
	request := wire.LegacyHelloRequest(1, meta)
	if r.LoadBalanced {
		request = wire.HelloRequest(1, meta)
	}
	h := c.exchangeHello(conn, request)
	if h.reply != nil && h.reply.Code == codeUnsupportedOpQuery {
		return c.exchangeHello(conn, wire.HelloRequest(2, meta))
	}
	return h
}

// codeUnsupportedOpQuery is UnsupportedOpQueryCommand: a server that has given
// up OP_QUERY for this command too.
const codeUnsupportedOpQuery = 352

func (c *Client) exchangeHello(conn net.Conn, request []byte) helloAnswer {
	sent := c.now()
	if _, err := conn.Write(request); err != nil {
		return failedHello(err)
	}
	return c.readHello(conn, sent)
}

// readHello reads the reply to what was sent at that time.
func (c *Client) readHello(conn net.Conn, sent time.Time) helloAnswer {
	header, body, err := wire.ReadMessage(conn, maxHello)
	if err != nil {
		return failedHello(err)
	}
	received := c.now()
	reply, err := wire.ParseReply(header, body)
	if err != nil {
		return helloAnswer{outcome: fact.OutcomeOther, err: err.Error(), cause: err}
	}
	h := helloAnswer{outcome: fact.OutcomeOK, reply: &reply}
	if !reply.LocalTime.IsZero() {
		h.skew = reply.LocalTime.Sub(sent.Add(received.Sub(sent) / 2))
	}
	return h
}

func failedHello(err error) helloAnswer {
	h := helloAnswer{err: err.Error(), cause: err}
	h.outcome, h.alert = unanswered(err)
	return h
}

// unanswered tells how a command ended that has no reply.
func unanswered(err error) (fact.Outcome, *fact.Alert) {
	var not *wire.NotMongoDBError
	switch alert := receivedAlert(err); {
	case alert != nil:
		return fact.OutcomeAlert, alert
	case errors.As(err, &not):
		return fact.OutcomeOther, nil
	}
	return connection.OutcomeOf(err), nil
}

// fill writes what a reply told into s.
func (h *helloAnswer) fill(s *fact.Server) {
	reply := h.reply
	if reply == nil {
		return
	}
	s.ErrorCode, s.ErrorMessage = reply.Code, reply.ErrMsg
	if !reply.OK {
		return
	}
	s.Type = reply.Topology()
	s.Topology = topologyOf(s.Type)
	s.Version = wire.ReleaseOf(reply.MaxWireVersion)
	s.MaxWireVersion = reply.MaxWireVersion
	s.SetName, s.Me, s.Primary, s.ConnectionID = reply.SetName, reply.Me, reply.Primary, reply.ConnectionID
	s.Hosts, s.Passives, s.Arbiters = members(reply), reply.Passives, reply.Arbiters
	s.HostCount, s.ServiceID = reply.HostCount, reply.ServiceID
	s.BuildInfo = h.build
	if !reply.LocalTime.IsZero() {
		ms := float64(h.skew.Milliseconds())
		s.ClockSkewMs = &ms
	}
}

// members are all that a reply names.
func members(reply *wire.Hello) []string {
	return slices.Concat(reply.Hosts, reply.Passives, reply.Arbiters)
}

// topologyOf is the type of a topology that holds this one server.
func topologyOf(serverType string) string {
	switch serverType {
	case "RSPrimary":
		return "ReplicaSetWithPrimary"
	case "RSSecondary", "RSArbiter", "RSOther", "RSGhost":
		return "ReplicaSetNoPrimary"
	case "Mongos":
		return "Sharded"
	case "Standalone":
		return "Single"
	}
	return serverType
}
