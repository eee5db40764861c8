package lab

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mongotls/mongotls/internal/wire"
)

// Hello is what a server answers to the hello command. The zero value is a
// stand-alone MongoDB 8.0 whose clock is right.
type Hello struct {
	// SetName makes it the primary of a replica set, with Hosts as its members
	// and Me as its own name among them, "host:port" each.
	SetName string
	Hosts   []string
	Me      string
	// Secondary makes it a secondary of the set instead, of which Primary is the
	// primary; empty stands for none.
	Secondary bool
	Primary   string
	// Passives and Arbiters are further members.
	Passives, Arbiters []string
	// Horizons are the names of the set by the server name of the connection; for
	// others Hosts, Me and Primary hold.
	Horizons map[string]Horizon
	// Mongos makes it a mongos. LoadBalanced makes it one behind a load balancer,
	// which takes no clients but those that know of it.
	Mongos, LoadBalanced bool
	// BuildInfo is what it answers to buildInfo; nil means a MongoDB 8.0.0.
	// RefuseBuildInfo wants authentication first, as MongoDB does since 8.1.
	BuildInfo       wire.Document
	RefuseBuildInfo bool
	// SilentAfterHello leaves every other command unanswered.
	SilentAfterHello bool
	// MaxWireVersion tells the release; zero means 25, which is MongoDB 8.0.
	MaxWireVersion int
	// ClockSkew is how far localTime is ahead of the lab's clock.
	ClockSkew time.Duration
	// Error is answered to every command in place of a reply; nil means none.
	Error *CommandError
	// ErrorWithoutSNI is answered on connections whose ClientHello had no
	// server_name; nil means that such are served like any other.
	ErrorWithoutSNI *CommandError
}

// Horizon is a replica set under the names of one horizon.
type Horizon struct {
	Hosts       []string
	Me, Primary string
}

// CommandError is a reply with ok: 0.
type CommandError struct {
	// Code and CodeName are of MongoDB's error_codes.yml, or of a proxy's own.
	Code     int32
	CodeName string
	Message  string
}

// defaultWireVersion is that of MongoDB 8.0.
const defaultWireVersion = 25

// unauthorized is mongod's answer to a command that needs authentication.
func unauthorized(command string) *CommandError {
	return &CommandError{Code: 13, CodeName: "Unauthorized", Message: fmt.Sprintf("Command %s requires authentication", command)}
}

// database answers commands on connections that are ready for them.
type database struct {
	hello    Hello
	accounts accounts
	now      func() time.Time
	// connections numbers them, as connectionId does.
	connections atomic.Int32
}

// maxRequest bounds a message from a client, in bytes: nothing that is asked
// before authentication comes near it.
const maxRequest = 1 << 20

// talk is converse with a client of which only the SNI of its connection is
// known: one behind a TLS terminator.
func (d *database) talk(conn net.Conn, serverName string) {
	d.converse(conn, session{serverName: serverName})
}

// converse answers the messages of one connection until the client leaves or
// sends what is no MongoDB message.
func (d *database) converse(conn net.Conn, s session) {
	s.id = d.connections.Add(1)
	for reply := int32(1); ; reply++ {
		_ = conn.SetDeadline(time.Now().Add(idleTimeout))
		header, body, err := wire.ReadMessage(conn, maxRequest)
		if err != nil {
			return
		}
		command, request, err := wire.ParseRequest(header, body)
		if err != nil {
			return
		}
		if d.hello.SilentAfterHello && !isHello(command) {
			continue
		}
		legacy := header.OpCode == wire.OpQuery
		doc := d.answer(command, request, s)
		if _, err := conn.Write(wire.Reply(reply, header.RequestID, legacy, doc)); err != nil {
			return
		}
	}
}

// notBalanced is what a mongos behind a load balancer answers to a client that
// does not know of it.
var notBalanced = CommandError{
	Code: 354, CodeName: "LoadBalancerSupportMismatch",
	Message: "The server is being accessed through a load balancer, but this driver does not have load balancing enabled",
}

// isHello reports whether a command is hello, under either name.
func isHello(command string) bool {
	return command == "hello" || strings.EqualFold(command, "isMaster")
}

// answer is the reply to a command. Who has authenticated may do no more than who
// has not: there is no data here.
func (d *database) answer(command string, request wire.Document, s session) wire.Document {
	if d.hello.Error != nil {
		return d.hello.Error.document()
	}
	if s.serverName == "" && d.hello.ErrorWithoutSNI != nil {
		return d.hello.ErrorWithoutSNI.document()
	}
	if isHello(command) && d.hello.LoadBalanced && !slices.ContainsFunc(request, func(e wire.Element) bool { return e.Key == "loadBalanced" }) {
		return notBalanced.document()
	}
	switch {
	case command == "hello":
		return d.helloReply("isWritablePrimary", s)
	case isHello(command):
		return d.helloReply("ismaster", s)
	case command == "authenticate":
		return d.accounts.authenticate(request, s)
	case strings.EqualFold(command, "buildInfo") && !d.hello.RefuseBuildInfo:
		return d.hello.buildInfo()
	case command == "ping", command == "endSessions":
		return wire.Document{{Key: "ok", Value: wire.Double(1)}}
	}
	return unauthorized(command).document()
}

// serviceID is that of the mongos behind a load balancer.
var serviceID = wire.ObjectID{'l', 'a', 'b', 11: 1}

// buildInfo is the reply to that command. Older drivers ask before they call a
// server usable, and it needs no authentication up to 8.0.
func (h Hello) buildInfo() wire.Document {
	doc := slices.Clone(h.BuildInfo)
	if doc == nil {
		doc = wire.Document{
			{Key: "version", Value: wire.String("8.0.0")},
			{Key: "versionArray", Value: wire.Array{wire.Int32(8), wire.Int32(0), wire.Int32(0), wire.Int32(0)}},
		}
	}
	return append(doc, wire.Element{Key: "ok", Value: wire.Double(1)})
}

// topology is the part of a reply to hello that tells the kind of server.
func (h Hello) topology(serverName string) wire.Document {
	if h.Mongos || h.LoadBalanced {
		doc := wire.Document{{Key: "msg", Value: wire.String("isdbgrid")}}
		if h.LoadBalanced {
			doc = append(doc, wire.Element{Key: "serviceId", Value: serviceID})
		}
		return doc
	}
	if h.SetName == "" {
		return nil
	}
	names := Horizon{Hosts: h.Hosts, Me: h.Me, Primary: h.Primary}
	if other, ok := h.Horizons[serverName]; ok {
		names = other
	}
	if !h.Secondary {
		names.Primary = names.Me
	}
	doc := wire.Document{
		{Key: "hosts", Value: wire.Strings(names.Hosts...)},
		{Key: "setName", Value: wire.String(h.SetName)},
		{Key: "setVersion", Value: wire.Int32(1)},
		{Key: "secondary", Value: wire.Bool(h.Secondary)},
	}
	if len(h.Passives) > 0 {
		doc = append(doc, wire.Element{Key: "passives", Value: wire.Strings(h.Passives...)})
	}
	if len(h.Arbiters) > 0 {
		doc = append(doc, wire.Element{Key: "arbiters", Value: wire.Strings(h.Arbiters...)})
	}
	if names.Primary != "" {
		doc = append(doc, wire.Element{Key: "primary", Value: wire.String(names.Primary)})
	}
	return append(doc, wire.Element{Key: "me", Value: wire.String(names.Me)})
}

func (d *database) helloReply(primary string, s session) wire.Document {
	h := d.hello
	maxWire := h.MaxWireVersion
	if maxWire == 0 {
		maxWire = defaultWireVersion
	}
	doc := append(wire.Document{{Key: "helloOk", Value: wire.Bool(true)}}, h.topology(s.serverName)...)
	return append(doc, wire.Document{
		{Key: primary, Value: wire.Bool(!h.Secondary)},
		{Key: "maxBsonObjectSize", Value: wire.Int32(16 << 20)},
		{Key: "maxMessageSizeBytes", Value: wire.Int32(48_000_000)},
		{Key: "maxWriteBatchSize", Value: wire.Int32(100_000)},
		{Key: "localTime", Value: wire.Date(d.now().Add(h.ClockSkew))},
		{Key: "logicalSessionTimeoutMinutes", Value: wire.Int32(30)},
		{Key: "connectionId", Value: wire.Int32(s.id)},
		{Key: "minWireVersion", Value: wire.Int32(0)},
		{Key: "maxWireVersion", Value: wire.Int32(maxWire)},
		{Key: "readOnly", Value: wire.Bool(false)},
		{Key: "ok", Value: wire.Double(1)},
	}...)
}

func (e *CommandError) document() wire.Document {
	return wire.Document{
		{Key: "ok", Value: wire.Double(0)},
		{Key: "errmsg", Value: wire.String(e.Message)},
		{Key: "code", Value: wire.Int32(e.Code)},
		{Key: "codeName", Value: wire.String(e.CodeName)},
	}
}
