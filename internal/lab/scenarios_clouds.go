package lab

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"os"

	"github.com/mongotls/mongotls/internal/wire"
)

// The names of the lab's clouds: as their providers form them, known to the lab's
// name server only.
const (
	documentdbHost = "docdb-lab.cluster-abcdefghijkl.eu-central-1.docdb.amazonaws.com"
	cosmosHost     = "lab-account.mongo.cosmos.azure.com"
)

// clouds are the endpoints that behave as a provider's do. What they do is
// modelled after what is known of them; nothing of the providers is contacted.
func clouds() []Scenario {
	const group = "Clouds"
	return []Scenario{
		{
			ID: "atlas-healthy", Group: group, Title: "a cluster of MongoDB Atlas",
			Summary: "A proxy as before the shared clusters of Atlas, with a name of mongodb.net.",
			Verdict: "pass", NeedsLabDNS: true,
			build: onCloud(atlasHost, func(*setting, *tls.Config) {}),
		},
		{
			ID: "atlas-ca-file", Group: group, Title: "Atlas, and a CA file without its CA",
			Summary: "The client's tlsCAFile holds the root of one of the two CAs of Atlas, and the cluster has just been given a certificate of the other.",
			Finding: "ca-file-mismatch", Verdict: "fail", NeedsLabDNS: true,
			build: onCloud(atlasHost, func(s *setting, _ *tls.Config) {
				s.add(Node{ID: "other", CommonName: "the other of the two roots", CA: true})
				s.caFile = []string{"other"}
			}),
		},
		{
			ID: "atlas-silence", Group: group, Title: "Atlas does not answer",
			Summary: "Packets to a host of mongodb.net go unanswered, as they may from an address that is not in the access list.",
			Finding: "tcp-timeout", Verdict: "unreachable", NeedsLabDNS: true, Modelled: true,
			build: onSilentCloud(atlasHost),
		},
		{
			ID: "atlas-closes", Group: group, Title: "Atlas closes the connection",
			Summary: "A host of mongodb.net takes the connection and closes it on the ClientHello: another way to turn an address away.",
			Finding: "atlas-access-list", Verdict: "fail", NeedsLabDNS: true,
			build: func(b *bench) error {
				if err := b.cloud(atlasHost); err != nil {
					return err
				}
				b.serve(closeAfterFirstBytes)
				return nil
			},
		},
		{
			ID: "atlas-no-sni", Group: group, Title: "Atlas by its address",
			Summary: "The target is an address, for which clients send no server name, and an Atlas proxy answers every command with error 8000.",
			Finding: "sni-required", Verdict: "fail",
			build: onTerminator(func(s *setting, _ *tls.Config) {
				s.bench.host = "127.0.0.1"
				s.node(leaf).DNSNames = []string{"*.abcde.mongodb.net"}
				s.server.Hello.ErrorWithoutSNI = &noSNI
			}),
		},
		{
			ID: "documentdb-no-ca-file", Group: group, Title: "Amazon DocumentDB without its CA bundle",
			Summary: "The certificate is of a CA of Amazon's own, which no system's store has, and the client has no tlsCAFile.",
			Finding: "issuer-unknown", Verdict: "fail", NeedsLabDNS: true,
			build: onCloud(documentdbHost, func(s *setting, _ *tls.Config) {
				amazon(s)
				s.caFile = nil
			}),
		},
		{
			ID: "documentdb-tunnel", Group: group, Title: "Amazon DocumentDB through an SSH tunnel",
			Summary: "The target is localhost, where a tunnel begins, and the certificate is for the cluster's name.",
			Finding: "hostname-mismatch", Verdict: "fail",
			build: onTerminator(func(s *setting, _ *tls.Config) {
				amazon(s)
				s.node(leaf).DNSNames, s.node(leaf).IPAddresses = []string{documentdbHost}, nil
			}),
		},
		{
			ID: "documentdb-vpc", Group: group, Title: "Amazon DocumentDB from outside of its VPC",
			Summary: "Packets to the cluster go unanswered: it is reached from within its VPC only.",
			Finding: "tcp-timeout", Verdict: "unreachable", NeedsLabDNS: true, Modelled: true,
			build: onSilentCloud(documentdbHost),
		},
		{
			ID: "cosmosdb-port", Group: group, Title: "Azure Cosmos DB at the usual port",
			Summary: "The target has port 27017, and the account answers at 10255 alone.",
			Finding: "tcp-timeout", Verdict: "unreachable", NeedsLabDNS: true, Modelled: true,
			build: onSilentCloud(cosmosHost),
		},
		{
			ID: "cosmosdb-minimum-version", Group: group, Title: "Azure Cosmos DB accepts TLS 1.0",
			Summary: "The handshake takes TLS 1.0 and 1.1, whatever the account's minimum is: it is enforced above the handshake.",
			Finding: "weak-protocol-enabled", Verdict: "warn", NeedsLabDNS: true,
			build: onCloud(cosmosHost, func(s *setting, c *tls.Config) {
				c.MinVersion = tls.VersionTLS10
				s.server.Hello.MaxWireVersion = 7
			}),
		},
		{
			ID: "ferretdb", Group: group, Title: "FerretDB",
			Summary: "A server that speaks the protocol of MongoDB 7.0 and says in buildInfo that it is FerretDB.",
			Verdict: "pass",
			build: onTerminator(func(s *setting, _ *tls.Config) {
				s.server.Hello.MaxWireVersion = 21
				s.server.Hello.BuildInfo = wire.Document{
					{Key: "version", Value: wire.String("7.0.42")},
					{Key: "ferretdbVersion", Value: wire.String("v1.24.2")},
				}
			}),
		},
	}
}

// amazon makes the chain look like one of Amazon DocumentDB.
func amazon(s *setting) {
	s.node(root).CommonName = "Amazon RDS eu-central-1 Root CA RSA2048 G1"
	s.node(intermediate).CommonName = "Amazon RDS eu-central-1 Subordinate CA RSA2048 G1.A.1"
}

// cloud makes a provider's name the target, on this machine.
func (b *bench) cloud(host string) error {
	b.host = host
	if err := b.bindOnlyIPv4(); err != nil {
		return err
	}
	return b.dns(&zone{addresses: map[string][]netip.Addr{host + ".": {netip.AddrFrom4([4]byte{127, 0, 0, 1})}}})
}

// onCloud is a TLS terminator with a provider's name, and a certificate for it.
func onCloud(host string, edit func(*setting, *tls.Config)) func(*bench) error {
	terminator := onTerminator(func(s *setting, c *tls.Config) {
		n := s.node(leaf)
		n.CommonName, n.DNSNames, n.IPAddresses = host, []string{host}, nil
		edit(s, c)
	})
	return func(b *bench) error {
		b.host = host
		if err := b.dns(&zone{addresses: map[string][]netip.Addr{host + ".": {netip.AddrFrom4([4]byte{127, 0, 0, 1})}}}); err != nil {
			return err
		}
		if b.listen == "" {
			b.listen = "127.0.0.1:0"
		}
		return terminator(b)
	}
}

// onSilentCloud is a provider's name, to whose address packets go unanswered.
func onSilentCloud(host string) func(*bench) error {
	return func(b *bench) error {
		b.host, b.port = host, 27017
		b.flag("timeout", shortTimeout)
		b.instance.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrDeadlineExceeded}
		}
		return b.dns(&zone{addresses: map[string][]netip.Addr{host + ".": {netip.AddrFrom4([4]byte{192, 0, 2, 1})}}})
	}
}
