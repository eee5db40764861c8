package lab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
)

// The names of the lab's zone: cluster is that of mongodb+srv, member that of
// its target.
const (
	clusterName = "cluster0.lab.test"
	memberName  = "member0.lab.test"
	serviceName = "_mongodb._tcp." + clusterName + "."
)

// reaching are the endpoints that cannot be reached, and those that can by a
// detour.
func reaching() []Scenario {
	const group = "Reaching it"
	return []Scenario{
		{
			ID: "srv-healthy", Group: group, Title: "mongodb+srv with nothing wrong",
			Summary: "The SRV record names a member in the parent domain, and its certificate is for that name.",
			Verdict: "pass", NeedsLabDNS: true,
			build: onSRV(memberName+".", nil),
		},
		{
			ID: "dns-not-found", Group: group, Title: "the host name does not exist",
			Summary: "The name server answers NXDOMAIN.",
			Finding: "dns-not-found", Verdict: "unreachable", NeedsLabDNS: true,
			build: onName("missing.lab.test", func(string) *zone { return &zone{} }),
		},
		{
			ID: "dns-timeout", Group: group, Title: "the name server does not answer",
			Summary: "Queries for the host name go unanswered.",
			Finding: "dns-timeout", Verdict: "unreachable", NeedsLabDNS: true,
			build: onName("silent.lab.test", func(name string) *zone { return &zone{silent: map[string]bool{name: true}} }),
		},
		{
			ID: "dns-server-failure", Group: group, Title: "the name server has no answer",
			Summary: "The name server answers SERVFAIL, as one does that cannot reach the domain's own.",
			Finding: "dns-failure", Verdict: "unreachable", NeedsLabDNS: true,
			build: onName("failing.lab.test", func(name string) *zone { return &zone{failing: map[string]bool{name: true}} }),
		},
		{
			ID: "srv-not-found", Group: group, Title: "no SRV record",
			Summary: "The name of a mongodb+srv connection string has no SRV record.",
			Finding: "srv-not-found", Verdict: "unreachable", NeedsLabDNS: true,
			build: func(b *bench) error {
				b.scheme, b.host = "mongodb+srv", clusterName
				return b.dns(&zone{})
			},
		},
		{
			ID: "srv-domain-mismatch", Group: group, Title: "the SRV record leads to another domain",
			Summary: "The SRV record of cluster0.lab.test names a host that is not in lab.test, which drivers refuse.",
			Finding: "srv-domain-mismatch", Verdict: "fail", NeedsLabDNS: true,
			build: onSRV("member0.elsewhere.test.", nil),
		},
		{
			ID: "srv-txt-invalid", Group: group, Title: "the TXT record sets an option that it may not",
			Summary: "The TXT record beside the SRV record has ssl=false; only authSource, replicaSet and loadBalanced are allowed.",
			Finding: "srv-txt-invalid", Verdict: "fail", NeedsLabDNS: true,
			build: onSRV(memberName+".", [][]string{{"authSource=admin&ssl=false"}}),
		},
		{
			ID: "tcp-refused", Group: group, Title: "nothing listens",
			Summary: "The host refuses the connection: no process listens on the port.",
			Finding: "tcp-refused", Verdict: "unreachable",
			build: refusing,
		},
		{
			ID: "tcp-timeout", Group: group, Title: "the connection is not answered",
			Summary: "Packets to the port go unanswered, as a firewall has it that drops them. On Linux a listener whose queue is full does so, elsewhere it is modelled.",
			Finding: "tcp-timeout", Verdict: "unreachable",
			build: unanswering,
		},
		{
			ID: "tcp-unreachable", Group: group, Title: "no route to the host",
			Summary: "A router answers that the host cannot be reached. Loopback cannot fail so: it is modelled.",
			Finding: "tcp-unreachable", Verdict: "unreachable", Modelled: true,
			build: func(b *bench) error {
				b.host, b.port = "192.0.2.1", 27017
				b.instance.Dial = func(_ context.Context, network, _ string) (net.Conn, error) {
					return nil, &net.OpError{Op: "dial", Net: network, Addr: b.address(), Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}
				}
				return nil
			},
		},
		{
			ID: "tcp-reset", Group: group, Title: "the connection is reset at once",
			Summary: "The connection is accepted and reset before a byte is exchanged, as a load balancer does that has no server behind it.",
			Finding: "tcp-reset", Verdict: "unreachable",
			build: onPeer(resetOnAccept),
		},
		{
			ID: "one-address-refused", Group: group, Title: "one of two addresses refuses",
			Summary: "The name has an IPv4 and an IPv6 address, and the server listens on the first alone.",
			Finding: "tcp-refused", Verdict: "warn", NeedsLabDNS: true,
			build: func(b *bench) error {
				b.host = "two.lab.test"
				if err := b.bindOnlyIPv4(); err != nil {
					return err
				}
				both := []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
				if err := b.dns(&zone{addresses: map[string][]netip.Addr{b.host + ".": both}}); err != nil {
					return err
				}
				s := newSetting(b)
				s.node(leaf).DNSNames = []string{b.host}
				if err := s.issue(); err != nil {
					return err
				}
				b.serve(newMongod(s.server).handle)
				return nil
			},
		},
	}
}

// onName is a target of which there is only what the name server says. zone
// gets the name with its trailing dot.
func onName(name string, zone func(name string) *zone) func(*bench) error {
	return func(b *bench) error {
		b.host, b.port = name, 27017
		b.flag("timeout", shortTimeout)
		return b.dns(zone(name + "."))
	}
}

// onSRV is a mongodb+srv connection string that leads to a member of a replica
// set, by an SRV record with this target.
func onSRV(target string, texts [][]string) func(*bench) error {
	return func(b *bench) error {
		b.scheme, b.host = "mongodb+srv", clusterName
		if err := b.bindOnlyIPv4(); err != nil {
			return err
		}
		z := &zone{
			addresses: map[string][]netip.Addr{target: {netip.AddrFrom4([4]byte{127, 0, 0, 1})}},
			services:  map[string][]service{serviceName: {{port: uint16(b.port), target: target}}},
		}
		if texts != nil {
			z.texts = map[string][][]string{clusterName + ".": texts}
		}
		if err := b.dns(z); err != nil {
			return err
		}
		s := newSetting(b)
		s.node(leaf).DNSNames = []string{memberName}
		s.node(leaf).CommonName = memberName
		me := fmt.Sprintf("%s:%d", memberName, b.port)
		s.server.Hello = Hello{SetName: "rs0", Hosts: []string{me}, Me: me}
		if err := s.issue(); err != nil {
			return err
		}
		b.serve(newMongod(s.server).handle)
		return nil
	}
}

// refusing has a port that nothing listens on.
func refusing(b *bench) error {
	if err := b.bind(); err != nil {
		return err
	}
	b.serve(swallow)
	var err error
	if b.port, err = b.closedPort(b.listeners[0].Addr()); err != nil {
		return err
	}
	b.instance.Address = ""
	return newSetting(b).issue()
}

// closedPort keeps a port that nothing listens on: that of the client's end of a
// connection, here to a peer of the lab, which no other process can be given
// meanwhile.
func (b *bench) closedPort(peer net.Addr) (int, error) {
	var d net.Dialer
	conn, err := d.DialContext(b.ctx, "tcp4", peer.String())
	if err != nil {
		return 0, fmt.Errorf("occupying a port: %w", err)
	}
	b.onClose(func() { conn.Close() })
	return conn.LocalAddr().(*net.TCPAddr).Port, nil
}

// unanswering has a port that connections to are never answered.
func unanswering(b *bench) error {
	if err := b.bindOnlyIPv4(); err != nil {
		return err
	}
	b.host = "127.0.0.1"
	b.flag("timeout", shortTimeout)
	release, ok := fillBacklog(b.ctx, b.listeners[0].(*net.TCPListener))
	b.onClose(release)
	if !ok {
		b.instance.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: network, Addr: b.address(), Err: os.ErrDeadlineExceeded}
		}
	}
	return newSetting(b).issue()
}

// address is the target's, which is an IP address.
func (b *bench) address() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(b.host), uint16(b.port)))
}

// shortTimeout is the --timeout of cases that are about waiting in vain.
const shortTimeout = "1s"
