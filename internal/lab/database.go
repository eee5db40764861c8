package lab

import (
	"fmt"
	"net"
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
		legacy := header.OpCode == wire.OpQuery
		doc := d.answer(command, request, s)
		if _, err := conn.Write(wire.Reply(reply, header.RequestID, legacy, doc)); err != nil {
			return
		}
	}
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
	switch {
	case command == "hello":
		return d.helloReply("isWritablePrimary", s.id)
	case strings.EqualFold(command, "isMaster"):
		return d.helloReply("ismaster", s.id)
	// Older drivers ask before they call a server usable. buildInfo needs no
	// authentication up to 8.0.
	case strings.EqualFold(command, "buildInfo"):
		return wire.Document{
			{Key: "version", Value: wire.String("8.0.0")},
			{Key: "versionArray", Value: wire.Array{wire.Int32(8), wire.Int32(0), wire.Int32(0), wire.Int32(0)}},
			{Key: "ok", Value: wire.Double(1)},
		}
	case command == "authenticate":
		return d.accounts.authenticate(request, s)
	case command == "ping", command == "endSessions":
		return wire.Document{{Key: "ok", Value: wire.Double(1)}}
	}
	return unauthorized(command).document()
}

func (d *database) helloReply(primary string, connection int32) wire.Document {
	h := d.hello
	maxWire := h.MaxWireVersion
	if maxWire == 0 {
		maxWire = defaultWireVersion
	}
	doc := wire.Document{{Key: "helloOk", Value: wire.Bool(true)}}
	if h.SetName != "" {
		doc = append(doc,
			wire.Element{Key: "hosts", Value: wire.Strings(h.Hosts...)},
			wire.Element{Key: "setName", Value: wire.String(h.SetName)},
			wire.Element{Key: "setVersion", Value: wire.Int32(1)},
			wire.Element{Key: "secondary", Value: wire.Bool(false)},
			wire.Element{Key: "primary", Value: wire.String(h.Me)},
			wire.Element{Key: "me", Value: wire.String(h.Me)},
		)
	}
	return append(doc, wire.Document{
		{Key: primary, Value: wire.Bool(true)},
		{Key: "maxBsonObjectSize", Value: wire.Int32(16 << 20)},
		{Key: "maxMessageSizeBytes", Value: wire.Int32(48_000_000)},
		{Key: "maxWriteBatchSize", Value: wire.Int32(100_000)},
		{Key: "localTime", Value: wire.Date(d.now().Add(h.ClockSkew))},
		{Key: "logicalSessionTimeoutMinutes", Value: wire.Int32(30)},
		{Key: "connectionId", Value: wire.Int32(connection)},
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
