package probe

import (
	"fmt"
	"net"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/wire"
)

// maxAuthenticate bounds the reply to authenticate, in bytes.
const maxAuthenticate = 1 << 20

// authenticate authenticates by the certificate of a connection on which hello
// was answered, as drivers do: with the user name of the connection string, or
// with none. It never sends a secret.
func (c *Client) authenticate(conn net.Conn, r Request, hello *wire.Hello) *fact.Authentication {
	a := &fact.Authentication{User: r.Username}
	if hello.MaxWireVersion < wire.FirstOpMsg {
		a.Outcome = fact.OutcomeFailed
		a.Error = fmt.Sprintf("not tried, because the server is MongoDB %s, which no current driver speaks with", wire.ReleaseOf(hello.MaxWireVersion))
		return a
	}
	// The requests of hello have the numbers before it.
	const requestID = 3
	start := c.now()
	defer func() { a.Ms = c.since(start) }()
	if _, err := conn.Write(wire.AuthenticateRequest(requestID, r.Username)); err != nil {
		a.Outcome, a.Alert = unanswered(err)
		a.Error = err.Error()
		return a
	}
	header, body, err := wire.ReadMessage(conn, maxAuthenticate)
	if err != nil {
		a.Outcome, a.Alert = unanswered(err)
		a.Error = err.Error()
		return a
	}
	reply, err := wire.ParseAuthentication(header, body)
	if err != nil {
		a.Outcome, a.Error = fact.OutcomeOther, err.Error()
		return a
	}
	a.Outcome, a.OK, a.ServerUser = fact.OutcomeOK, reply.OK, reply.User
	a.Code, a.CodeName, a.Message = reply.Code, reply.CodeName, reply.ErrMsg
	return a
}
