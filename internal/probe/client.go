// Package probe observes an endpoint: its addresses, its TCP port, its TLS
// handshake, the certificates it presents, and what it answers to a handful of
// small questions. It decides nothing: a failed dial, an alert or a silence is a
// fact to record, not an error to return.
package probe

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"time"

	"github.com/mongotls/mongotls/internal/connection"
)

// DefaultTimeout is what one connection may take, dialling included.
const DefaultTimeout = 5 * time.Second

// The graces are how long side questions may still be unanswered when the main
// one has its answer. After a success there is little left to learn from them;
// after a failure they are what tells the causes apart. A connection's round
// trips are given on top, so that distance alone loses no answer.
const (
	graceAfterSuccess = 250 * time.Millisecond
	graceAfterFailure = time.Second
	graceOfSilence    = 100 * time.Millisecond
)

// Resolver looks up addresses; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Client observes endpoints. Its zero value is ready for use, and it may be used
// by several goroutines.
type Client struct {
	// Resolver is asked for addresses; nil is net.DefaultResolver.
	Resolver Resolver
	// Dial makes TCP connections; nil is connection.Dial.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Timeout is for one connection, dialling included; zero is DefaultTimeout.
	Timeout time.Duration
	// Version is the tool's version, told to the server with hello.
	Version string
}

// Request is one endpoint to observe.
type Request struct {
	Host string
	Port int
	// Source is "seed", "srv" or "member".
	Source string
	// ServerName is the name for SNI and verification; empty is Host.
	ServerName string
	// ConnectHost and ConnectPort are dialled in place of Host and Port, unless
	// ConnectHost is empty.
	ConnectHost string
	ConnectPort int
	// TLS is whether a driver would use TLS. It only matters with Quick: without,
	// the endpoint is looked at both ways.
	TLS bool
	// LoadBalanced is the URI's loadBalanced=true: hello must say so.
	LoadBalanced bool
	// ClientCertificate is presented when the server asks for one; nil presents
	// none.
	ClientCertificate *tls.Certificate
	// Authenticate authenticates by the client certificate, once hello is
	// answered; Username is the user name to send with it, which may be empty.
	Authenticate bool
	Username     string
	// Quick makes one connection, as a driver does, and asks nothing else.
	Quick bool
	// Named, if not nil, is told the members that the reply to hello names, as
	// soon as it is there: what is said of them need not wait for the rest.
	Named func(members []string)
}

func (c *Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// since is the time from start in milliseconds, to the microsecond.
func (c *Client) since(start time.Time) float64 {
	return float64(c.now().Sub(start).Microseconds()) / 1000
}

func (c *Client) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return DefaultTimeout
}

func (c *Client) resolver() Resolver {
	if c.Resolver != nil {
		return c.Resolver
	}
	return net.DefaultResolver
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.Dial != nil {
		return c.Dial(ctx, network, address)
	}
	return connection.Dial(ctx, network, address)
}
