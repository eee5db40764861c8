package lab

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// zone is what the lab's name server knows. Names are lower-case with a
// trailing dot. It answers NXDOMAIN for names that it does not have.
type zone struct {
	addresses map[string][]netip.Addr
	services  map[string][]service
	// texts are TXT records: each a list of character strings.
	texts map[string][][]string
	// failing names are answered with SERVFAIL, refused ones with REFUSED, silent
	// ones not at all.
	failing, refused map[string]bool
	silent           map[string]bool
	// truncated answers do not fit a datagram, and by TCP the name server cannot
	// be asked.
	truncated bool
}

// service is the target of an SRV record (RFC 2782).
type service struct {
	port   uint16
	target string
}

// ttl is of every record: the zone lives as long as its scenario.
const ttl = 5

// answer makes the reply to a query; nil means to stay silent. What cannot be
// parsed is not answered.
func (z *zone) answer(query []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil || header.Response {
		return nil
	}
	question, err := p.Question()
	if err != nil {
		return nil
	}
	name := strings.ToLower(question.Name.String())
	if z.silent[name] {
		return nil
	}
	reply := dnsmessage.Message{
		Header: dnsmessage.Header{
			ID: header.ID, Response: true, Authoritative: true,
			RecursionDesired: header.RecursionDesired, RecursionAvailable: true,
			RCode: z.code(name),
		},
		Questions: []dnsmessage.Question{question},
	}
	if reply.Truncated = z.truncated; reply.RCode == dnsmessage.RCodeSuccess && !z.truncated {
		reply.Answers = z.records(name, question)
	}
	out, err := reply.Pack()
	if err != nil {
		return nil
	}
	return out
}

func (z *zone) code(name string) dnsmessage.RCode {
	_, a := z.addresses[name]
	_, s := z.services[name]
	_, t := z.texts[name]
	switch {
	case z.failing[name]:
		return dnsmessage.RCodeServerFailure
	case z.refused[name]:
		return dnsmessage.RCodeRefused
	case a, s, t:
		return dnsmessage.RCodeSuccess
	}
	return dnsmessage.RCodeNameError
}

func (z *zone) records(name string, q dnsmessage.Question) []dnsmessage.Resource {
	var answers []dnsmessage.Resource
	add := func(body dnsmessage.ResourceBody) {
		answers = append(answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: ttl},
			Body:   body,
		})
	}
	switch q.Type {
	case dnsmessage.TypeA:
		for _, a := range z.addresses[name] {
			if a.Is4() {
				add(&dnsmessage.AResource{A: a.As4()})
			}
		}
	case dnsmessage.TypeAAAA:
		for _, a := range z.addresses[name] {
			if a.Is6() {
				add(&dnsmessage.AAAAResource{AAAA: a.As16()})
			}
		}
	case dnsmessage.TypeSRV:
		for _, s := range z.services[name] {
			add(&dnsmessage.SRVResource{Port: s.port, Target: dnsmessage.MustNewName(s.target)})
		}
	case dnsmessage.TypeTXT:
		for _, t := range z.texts[name] {
			add(&dnsmessage.TXTResource{TXT: t})
		}
	}
	return answers
}

// The bounds of the name server's TCP side; UDP is one datagram each.
const (
	maxQuery   = 4096
	dnsTimeout = 10 * time.Second
)

// nameServer answers on loopback by UDP and TCP.
type nameServer struct {
	zone    *zone
	packets net.PacketConn
	streams *server
	wg      sync.WaitGroup
}

func startNameServer(ctx context.Context, z *zone) (*nameServer, error) {
	var lc net.ListenConfig
	packets, err := lc.ListenPacket(ctx, "udp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the name server: %w", err)
	}
	l, err := lc.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		packets.Close()
		return nil, fmt.Errorf("starting the name server: %w", err)
	}
	n := &nameServer{zone: z, packets: packets}
	n.streams = serve([]net.Listener{l}, n.stream)
	if z.truncated {
		l.Close()
	}
	n.wg.Go(n.datagrams)
	return n, nil
}

func (n *nameServer) close() {
	n.packets.Close()
	n.streams.close()
	n.wg.Wait()
}

func (n *nameServer) datagrams() {
	buffer := make([]byte, maxQuery)
	for {
		size, from, err := n.packets.ReadFrom(buffer)
		if err != nil {
			return
		}
		if reply := cut(n.zone.answer(buffer[:size])); reply != nil {
			_, _ = n.packets.WriteTo(reply, from)
		}
	}
}

// maxDatagram is how large an answer by UDP may be in bytes, for a client that
// says nothing else (RFC 1035 section 4.2.1).
const maxDatagram = 512

// cut leaves of an answer that does not fit a datagram that it does not.
func cut(reply []byte) []byte {
	if len(reply) <= maxDatagram {
		return reply
	}
	var m dnsmessage.Message
	if err := m.Unpack(reply); err != nil {
		return nil
	}
	m.Truncated, m.Answers = true, nil
	short, err := m.Pack()
	if err != nil {
		return nil
	}
	return short
}

// stream answers queries with their two bytes of length before them (RFC 1035
// section 4.2.2).
func (n *nameServer) stream(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(dnsTimeout))
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, int(length[0])<<8|int(length[1]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		reply := n.zone.answer(query)
		if reply == nil {
			continue
		}
		if _, err := conn.Write(append([]byte{byte(len(reply) >> 8), byte(len(reply))}, reply...)); err != nil {
			return
		}
	}
}

// resolver asks this name server, whatever the system is configured with.
func (n *nameServer) resolver() *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			address := n.packets.LocalAddr().String()
			if strings.HasPrefix(network, "tcp") {
				address = n.streams.listeners[0].Addr().String()
			}
			var d net.Dialer
			return d.DialContext(ctx, network, address)
		},
	}
}

// dns starts a name server and has the instance ask it.
func (b *bench) dns(z *zone) error {
	n, err := startNameServer(b.ctx, z)
	if err != nil {
		return err
	}
	b.onClose(n.close)
	b.instance.Resolver = n.resolver()
	return nil
}
