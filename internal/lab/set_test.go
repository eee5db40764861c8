package lab

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/wire"
)

// askMember resolves a member by the instance's name server, and says hello there under
// a server name: what it names, or why it does not.
func askMember(t *testing.T, i *Instance, member, serverName string) (wire.Hello, *tls.ConnectionState, error) {
	t.Helper()
	host, port, err := net.SplitHostPort(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	resolver := i.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ips, err := resolver.LookupNetIP(ctx, "ip4", host)
	if err != nil {
		return wire.Hello{}, nil, err
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(ips[0].String(), port), patience)
	if err != nil {
		return wire.Hello{}, nil, err
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	c := tls.Client(conn, &tls.Config{ServerName: serverName, InsecureSkipVerify: true, MinVersion: tls.VersionTLS12})
	if _, err := c.Write(wire.HelloRequest(1, wire.Metadata{})); err != nil {
		return wire.Hello{}, nil, err
	}
	header, body, err := wire.ReadMessage(c, 0)
	if err != nil {
		return wire.Hello{}, nil, err
	}
	h, err := wire.ParseReply(header, body)
	state := c.ConnectionState()
	return h, &state, err
}

// seedOf is the first host of an instance's target.
func seedOf(i *Instance) string { return firstHost(i.Target) }

// TestSets: each member of a set, as a client sees it who follows their names.
func TestSets(t *testing.T) {
	tests := []struct {
		id   string
		want []string
	}{
		{"set-healthy-names", []string{"db0.lab.test RSPrimary ok", "db1.lab.test RSSecondary ok", "db2.lab.test RSSecondary ok"}},
		{"member-hostname-mismatch", []string{"db0.lab.test RSPrimary ok", "db1.lab.test RSSecondary ok", "db2.lab.test RSSecondary other name"}},
		{"member-expired", []string{"localhost RSPrimary ok", "localhost RSSecondary ok", "localhost RSSecondary expired"}},
		{"member-other-ca", []string{"localhost RSPrimary ok", "localhost RSSecondary ok", "localhost RSSecondary unknown authority"}},
		{"member-unreachable", []string{"db0.lab.test RSPrimary ok", "db1.lab.test RSSecondary ok", "db2.lab.test refused"}},
		{"member-unresolvable", []string{"mongo0 not found", "mongo1 not found", "mongo2 not found"}},
		{"member-localhost", []string{"localhost refused"}},
		{"no-primary", []string{"localhost RSSecondary ok", "localhost RSSecondary ok", "localhost RSSecondary ok"}},
		{"split-horizon-tunnel", []string{"db0.inside.test not found", "db1.inside.test not found", "db2.inside.test not found"}},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			i := run(t, tt.id)
			seed := seedOf(i)
			host, _, _ := net.SplitHostPort(seed)
			h, _, err := askMember(t, i, seed, host)
			if err != nil || h.SetName != setName {
				t.Fatalf("the seed %s: %+v, %v", seed, h, err)
			}
			var got []string
			for _, member := range h.Hosts {
				got = append(got, outline(t, i, member))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// outline is a member for the table above.
func outline(t *testing.T, i *Instance, member string) string {
	host, _, _ := net.SplitHostPort(member)
	h, state, err := askMember(t, i, member, host)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return host + " not found"
	case err != nil:
		return host + " refused"
	}
	return fmt.Sprintf("%s %s %s", host, h.Topology(), verification(t, i, state.PeerCertificates, host))
}

// TestHorizonsGoByServerName: the names of a set with horizons.
func TestHorizonsGoByServerName(t *testing.T) {
	i := run(t, "split-horizon")
	for name, domain := range map[string]string{"db0.lab.test": ".lab.test:", "": ".inside.test:", "db0.inside.test": ".inside.test:", "other.test": ".inside.test:"} {
		h, _, err := askMember(t, i, seedOf(i), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, named := range append(h.Hosts, h.Me, h.Primary) {
			if !strings.Contains(named, domain) {
				t.Errorf("to %q it names %s", name, named)
			}
		}
	}
}

// TestStartNameServer: a zone of the caller's, by both transports.
func TestStartNameServer(t *testing.T) {
	var long []net.SRV
	for n := range 60 {
		long = append(long, net.SRV{Target: fmt.Sprintf("member-with-a-long-name-%d.lab.test", n), Port: 27017})
	}
	resolver, stop, err := StartNameServer(t.Context(), Zone{
		Addresses: map[string][]netip.Addr{"DB.lab.test": {netip.MustParseAddr("192.0.2.7")}},
		SRV:       map[string][]net.SRV{"_mongodb._tcp.c.lab.test.": long},
		TXT:       map[string][]string{"c.lab.test": {"replicaSet=rs0", "authSource=admin"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	ips, err := resolver.LookupNetIP(t.Context(), "ip4", "db.lab.test.")
	if err != nil || len(ips) != 1 || ips[0] != netip.MustParseAddr("192.0.2.7") {
		t.Errorf("address: %v, %v", ips, err)
	}
	_, srv, err := resolver.LookupSRV(t.Context(), "mongodb", "tcp", "c.lab.test.")
	if err != nil || len(srv) != len(long) {
		t.Errorf("%d SRV records, want %d: %v", len(srv), len(long), err)
	}
	txt, err := resolver.LookupTXT(t.Context(), "c.lab.test.")
	if diff := cmp.Diff([]string{"replicaSet=rs0", "authSource=admin"}, txt); diff != "" || err != nil {
		t.Errorf("TXT: %v (-want +got):\n%s", err, diff)
	}
	var dns *net.DNSError
	if _, err := resolver.LookupNetIP(t.Context(), "ip4", "other.lab.test."); !errors.As(err, &dns) || !dns.IsNotFound {
		t.Errorf("a name that is not there: %v", err)
	}
}

// TestNameServersThatRefuse: the ways in which a name server has no answer.
func TestNameServersThatRefuse(t *testing.T) {
	for id, want := range map[string]string{"srv-refused": "server misbehaving", "srv-truncated": "connect"} {
		i := run(t, id)
		_, _, err := i.Resolver.LookupSRV(t.Context(), "mongodb", "tcp", clusterName+".")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", id, err, want)
		}
	}
}
