// Package scan finds out what a server would have accepted: every protocol
// version, cipher suite and key exchange group, and what it makes of the offers
// beside them. It sends ClientHellos and reads the answers to them, on a connection
// each; no handshake is completed but one, which asks a TLS 1.3 server for its
// CertificateRequest. It decides nothing: what it returns are facts.
package scan

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
	"github.com/mongotls/mongotls/internal/tlswire"
)

// DefaultRate is how many connections are begun in a second to one endpoint,
// unless a Scanner says otherwise.
const DefaultRate = 100

// DefaultTimeout is what one question may take, with its repetition, unless a
// Scanner says otherwise.
const DefaultTimeout = 5 * time.Second

// longestScan bounds a scan, in timeouts: a server that answers each question at the
// last moment would keep it for as long as it likes.
const longestScan = 24

// maxAtOnce bounds the connections that are open at once to one endpoint.
const maxAtOnce = 20

// Scanner asks. Its zero value is ready for use, and it may be used by several
// goroutines.
type Scanner struct {
	// Dial makes TCP connections; nil is connection.Dial.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Timeout is for one question with its repetition; zero is DefaultTimeout.
	Timeout time.Duration
	// Rate is how many connections are begun in a second to one endpoint; zero is
	// DefaultRate, and a negative one sets no limit.
	Rate int
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Request is an endpoint that was looked at already.
type Request struct {
	// Address is what to dial: an IP address and a port.
	Address string
	// ServerName is the SNI to send; empty sends none.
	ServerName string
	// Welcome is whether the server was seen to answer a ClientHello with a
	// ServerHello. To a client that it turns away for another reason, such as its
	// address, only an alert about versions or suites refuses any.
	Welcome bool
	// Known are the versions that it was seen to select, Refused those that it
	// refused by name, with alert protocol_version.
	Known, Refused []string
	// LargeAnswered is whether a ClientHello of more than one packet was answered.
	LargeAnswered bool
	// NoRequest is whether a TLS 1.3 handshake went by without a
	// CertificateRequest.
	NoRequest bool
}

// Scan asks a server for everything. It returns when all is asked, ctx ends, or
// after longestScan timeouts; what was not answered by then is recorded as not
// established.
func (s *Scanner) Scan(ctx context.Context, request Request) *fact.Scan {
	start := s.now()
	ctx, cancel := context.WithTimeout(ctx, longestScan*s.timeout())
	defer cancel()
	r := &run{
		scanner: s, ctx: ctx, request: request,
		slots: make(chan struct{}, maxAtOnce), pace: newPace(s.rate(), s.now),
	}
	r.calibrate = sync.OnceFunc(r.askImpossible)
	versions := []uint16{registry.TLS13, registry.TLS12, registry.TLS11, registry.TLS10, registry.SSL30}
	results := make([]*version, len(versions))
	var old ssl2
	var all sync.WaitGroup
	all.Go(func() { old = r.askSSL2() })
	for i, v := range versions {
		all.Go(func() { results[i] = r.open(v) })
	}
	all.Wait()
	f := &fact.Scan{}
	r.askBesides(&all, results, f)
	for _, v := range results {
		if v.supported() {
			all.Go(func() { r.askSuites(v) })
		}
	}
	all.Wait()
	f.SNI = r.names()
	// A server that closes connections because there were too many of them does
	// not stop at those that ask for what it does not have.
	if r.closedMeantNo.Load() && !r.alive() {
		for _, v := range results {
			v.doubt()
		}
		old.doubt()
	}
	tell(f, results, old)
	f.Refusal = r.refused(results)
	f.Connections = int(r.connections.Load())
	f.Ms = float64(s.now().Sub(start).Microseconds()) / 1000
	return f
}

// run is one scan.
type run struct {
	scanner *Scanner
	ctx     context.Context
	request Request
	slots   chan struct{}
	pace    *pace
	// refusal is the answer to a hello that nobody can accept. It is asked for by
	// calibrate, once, when a connection is closed without a word.
	refusal   reply
	calibrate func()
	// named is the version with which server names are tried, without what the
	// server makes of none, and other what it makes of one that nobody has; they
	// are empty before it was asked.
	named          *version
	without, other string

	connections atomic.Int64
	// lastAnswer is when a connection was last ended otherwise than by silence,
	// in nanoseconds; given is whether the server went silent for good.
	lastAnswer atomic.Int64
	given      atomic.Bool
	// good is a hello that was answered.
	good atomic.Pointer[tlswire.ClientHello]
	// closedMeantNo is whether a closed connection was taken for a refusal.
	closedMeantNo atomic.Bool
}

func (s *Scanner) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *Scanner) timeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return DefaultTimeout
}

func (s *Scanner) rate() int {
	if s.Rate == 0 {
		return DefaultRate
	}
	return max(s.Rate, 0)
}

func (s *Scanner) dial(ctx context.Context, address string) (net.Conn, error) {
	if s.Dial != nil {
		return s.Dial(ctx, "tcp", address)
	}
	return connection.Dial(ctx, "tcp", address)
}

// refused is how this server refuses: what it does with a hello that nobody can
// accept or, where that was not asked, with a version that it does not have.
func (r *run) refused(results []*version) *fact.Answer {
	if r.refusal.outcome != "" {
		answer := r.refusal.fact()
		return &answer
	}
	for _, v := range results {
		if v.says == saysNo && v.first.outcome != fact.OutcomeOK && v.first.outcome != "" {
			answer := v.first.fact()
			return &answer
		}
	}
	return nil
}

// known is whether a version was seen to be selected before the scan.
func (r *run) known(v uint16) bool { return slices.Contains(r.request.Known, registry.VersionName(v)) }
