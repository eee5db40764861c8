package probe

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/wire"
)

// buildInfoID is the request ID of buildInfo; those before it are of hello and
// authenticate.
const buildInfoID = 4

// introduce says hello on the main connection and asks for buildInfo in the same
// breath: servers answer one request after the other, and so the second costs no
// round trip of its own. Whoever waits for the members is told before it is
// answered.
func (c *Client) introduce(conn net.Conn, r Request) helloAnswer {
	if r.Quick || r.Authenticate {
		h := c.sayHello(conn, r)
		h.tell(r)
		return h
	}
	meta := wire.Metadata{Version: c.Version, LoadBalanced: r.LoadBalanced}
	request := wire.LegacyHelloRequest(1, meta)
	if r.LoadBalanced {
		request = wire.HelloRequest(1, meta)
	}
	sent := c.now()
	if _, err := conn.Write(append(request, wire.BuildInfoRequest(buildInfoID)...)); err != nil {
		return failedHello(err)
	}
	h := c.readHello(conn, sent)
	if h.reply == nil {
		return h
	}
	h.tell(r)
	build := c.readBuildInfo(conn, c.now().Sub(sent))
	if h.reply.Code == codeUnsupportedOpQuery {
		_ = conn.SetReadDeadline(time.Now().Add(c.timeout()))
		h = c.exchangeHello(conn, wire.HelloRequest(2, meta))
		h.tell(r)
	}
	h.build = build
	return h
}

// askBuildInfo asks for buildInfo on its own, of a server whose last answer took so
// long; nil where the server is too old for the message.
func (c *Client) askBuildInfo(conn net.Conn, h *helloAnswer, took time.Duration) *fact.BuildInfo {
	if h.reply == nil || h.reply.MaxWireVersion < wire.FirstOpMsg {
		return h.build
	}
	if _, err := conn.Write(wire.BuildInfoRequest(buildInfoID)); err != nil {
		return &fact.BuildInfo{Error: err.Error()}
	}
	return c.readBuildInfo(conn, took)
}

// tell passes the members on that a reply names.
func (h *helloAnswer) tell(r Request) {
	if r.Named != nil && h.reply != nil && h.reply.OK {
		r.Named(members(h.reply))
	}
}

// readBuildInfo reads the reply to buildInfo. It is not waited for as long as the
// one to hello, which has answered in took: nothing depends on it.
func (c *Client) readBuildInfo(conn net.Conn, took time.Duration) *fact.BuildInfo {
	// A deadline that cannot be set leaves that of the whole connection.
	_ = conn.SetReadDeadline(time.Now().Add(graceAfterSuccess + took))
	header, body, err := wire.ReadMessage(conn, maxHello)
	if err != nil {
		return &fact.BuildInfo{Error: err.Error()}
	}
	info, err := wire.ParseBuildInfo(header, body)
	switch {
	case err != nil:
		return &fact.BuildInfo{Error: err.Error()}
	case !info.OK:
		return &fact.BuildInfo{ErrorCode: info.Code, Error: info.ErrMsg}
	}
	return &fact.BuildInfo{Version: info.Version, FerretDB: info.FerretDB}
}

// horizonNames are the server names that a member of a replica set is asked under
// beside the one sent: none at all, and its own name in the set. With split
// horizons the members it names differ by that.
func horizonNames(r Request, sent string, reply *wire.Hello) []string {
	if r.Quick || r.Source == "member" || reply == nil || !reply.OK || reply.SetName == "" {
		return nil
	}
	var names []string
	if sent != "" {
		names = append(names, "")
	}
	host, _, err := net.SplitHostPort(reply.Me)
	if own := SNI(host); err == nil && own != "" && !strings.EqualFold(own, sent) {
		names = append(names, own)
	}
	return names
}

// askHorizons asks under each name, on connections of their own.
func (c *Client) askHorizons(ctx context.Context, r Request, names []string, dial endpointDialer) []fact.Horizon {
	horizons := make([]fact.Horizon, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() { horizons[i] = c.askHorizon(ctx, r, name, dial) })
	}
	all.Wait()
	return horizons
}

func (c *Client) askHorizon(ctx context.Context, r Request, name string, dial endpointDialer) fact.Horizon {
	h := fact.Horizon{ServerName: name}
	conn, err := dial(ctx)
	if err != nil {
		h.Error = err.Error()
		return h
	}
	release := connection.Bind(ctx, conn)
	defer release()
	r.Authenticate = false
	m := c.handshakeAs(ctx, conn, r, name, c.sayHello)
	switch {
	case !m.facts.OK:
		h.Error = m.facts.Error
	case m.hello.reply == nil:
		h.Error = m.hello.err
	case !m.hello.reply.OK:
		h.Error = m.hello.reply.ErrMsg
	default:
		h.Me, h.Hosts = m.hello.reply.Me, members(m.hello.reply)
	}
	return h
}
