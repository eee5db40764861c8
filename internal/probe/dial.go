package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"github.com/mongotls/mongotls/internal/connection"
	"github.com/mongotls/mongotls/internal/fact"
)

// maxAddresses bounds the addresses tried of one name: a resolver is not trusted
// to be sparing.
const maxAddresses = 16

// addressHeadStart is how long a connection to an earlier address is waited for
// when a later one has already been made (RFC 8305 section 5 names 250 ms).
const addressHeadStart = 250 * time.Millisecond

// lookup resolves host to addresses. It returns a nil DNS for an address literal.
func (c *Client) lookup(ctx context.Context, host string) ([]netip.Addr, *fact.DNS) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	start := c.now()
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	ips, err := c.resolver().LookupNetIP(ctx, "ip", host)
	dns := &fact.DNS{Ms: c.since(start)}
	if err != nil {
		dns.Error = err.Error()
		var de *net.DNSError
		switch {
		case errors.As(err, &de) && de.IsNotFound:
			dns.Failure = "not-found"
		case connection.IsTimeout(err):
			dns.Failure = "timeout"
		default:
			dns.Failure = "error"
		}
		return nil, dns
	}
	unique := ips[:0]
	seen := map[netip.Addr]bool{}
	for _, ip := range ips {
		if ip = ip.Unmap(); !seen[ip] {
			seen[ip] = true
			unique = append(unique, ip)
		}
	}
	return unique[:min(len(unique), maxAddresses)], dns
}

// attempt is one TCP connection, made or not.
type attempt struct {
	index int
	conn  net.Conn
	tcp   fact.TCP
}

// connectAll dials every address at once. It hands over the connection to use:
// the earliest address that connects, where a later one waits addressHeadStart
// for those before it. The caller gets the outcomes of all when wait returns.
func (c *Client) connectAll(ctx context.Context, ips []netip.Addr, port int) (used *attempt, wait func() []fact.Address) {
	addresses := make([]fact.Address, len(ips))
	results := make(chan attempt, len(ips))
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	for i, ip := range ips {
		addresses[i].IP = ip.String()
		go func() { results <- c.connect(ctx, i, net.JoinHostPort(ip.String(), strconv.Itoa(port))) }()
	}
	pending := len(ips)
	done := make([]bool, len(ips))
	var best *attempt
	take := func(a attempt) {
		pending--
		done[a.index] = true
		addresses[a.index].TCP = a.tcp
		if a.conn == nil {
			return
		}
		if best == nil || a.index < best.index {
			if best != nil {
				best.conn.Close()
			}
			best = &a
			return
		}
		a.conn.Close()
	}
	earlierPending := func() bool {
		for i := range best.index {
			if !done[i] {
				return true
			}
		}
		return false
	}
	for pending > 0 && best == nil {
		take(<-results)
	}
	if best != nil && earlierPending() {
		head := time.NewTimer(addressHeadStart)
		defer head.Stop()
	waiting:
		for pending > 0 && earlierPending() {
			select {
			case a := <-results:
				take(a)
			case <-head.C:
				break waiting
			}
		}
	}
	chosen := best
	return chosen, func() []fact.Address {
		defer cancel()
		for pending > 0 {
			a := <-results
			pending--
			addresses[a.index].TCP = a.tcp
			if a.conn != nil {
				a.conn.Close()
			}
		}
		return addresses
	}
}

// connect makes one TCP connection.
func (c *Client) connect(ctx context.Context, index int, address string) attempt {
	start := c.now()
	conn, err := c.dial(ctx, "tcp", address)
	a := attempt{index: index, conn: conn, tcp: fact.TCP{OK: err == nil, Ms: c.since(start)}}
	if err != nil {
		a.conn = nil
		a.tcp.Error = err.Error()
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			a.tcp.Failure = "not-tried"
		case errors.Is(err, syscall.ECONNREFUSED):
			a.tcp.Failure = "refused"
		case errors.Is(err, syscall.ECONNRESET):
			a.tcp.Failure = "reset"
		case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
			a.tcp.Failure = "unreachable"
		case connection.IsTimeout(err):
			a.tcp.Failure = "timeout"
		default:
			a.tcp.Failure = "error"
		}
	}
	return a
}
