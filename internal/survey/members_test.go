package survey

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/target"
)

// network is a deployment of servers with names, each of which has an address of
// its own. rtt is how long it takes to get there and back.
type network struct {
	rtt     time.Duration
	ips     map[string]netip.Addr
	servers map[string]string

	mu     sync.Mutex
	dialed map[string]int
}

// newNetwork runs a server for every name: db1.example.test:27017 and so on. edit
// changes what the one at an index says.
func newNetwork(t testing.TB, count int, rtt time.Duration, edit func(i int, h *lab.Hello)) *network {
	t.Helper()
	n := &network{rtt: rtt, ips: map[string]netip.Addr{}, servers: map[string]string{}, dialed: map[string]int{}}
	pki, err := lab.NewPKI(time.Now(), lab.Node{ID: "root", CA: true}, lab.Node{ID: "leaf", Issuer: "root", DNSNames: []string{"*.example.test"}})
	if err != nil {
		t.Fatal(err)
	}
	certificate := pki.Chain("leaf")
	var hosts []string
	for i := range count {
		hosts = append(hosts, hostAt(i)+":27017")
	}
	for i := range count {
		h := lab.Hello{SetName: "rs0", Hosts: hosts, Me: hosts[i], Secondary: i > 0, Primary: hosts[0]}
		if edit != nil {
			edit(i, &h)
		}
		n.serve(t, i, certificate, h)
	}
	return n
}

func hostAt(i int) string { return fmt.Sprintf("db%d.example.test", i) }

func (n *network) serve(t testing.TB, i int, certificate tls.Certificate, h lab.Hello) {
	t.Helper()
	instance, err := lab.StartMongod(t.Context(), lab.Options{Certificate: certificate, Hello: h}, lab.StartOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Close)
	ip := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
	n.ips[hostAt(i)] = ip
	n.servers[ip.String()+":27017"] = instance.Address
}

// LookupNetIP makes it a probe.Resolver.
func (n *network) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if ip, ok := n.ips[strings.ToLower(strings.TrimSuffix(host, "."))]; ok {
		return []netip.Addr{ip}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dialed[address]++
	n.mu.Unlock()
	select {
	case <-time.After(n.rtt):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	near, ok := n.servers[address]
	if !ok {
		return nil, errors.New("connection refused")
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, near)
	if err != nil || n.rtt == 0 {
		return conn, err
	}
	return delayed(conn, n.rtt), nil
}

// far is a connection to a server whose answers take their time.
type far struct {
	net.Conn
	answers net.Conn
}

// delayed holds what comes back for as long as a round trip takes, which to a
// client is the same as delaying both ways.
func delayed(conn net.Conn, rtt time.Duration) net.Conn {
	near, there := net.Pipe()
	type chunk struct {
		data []byte
		due  time.Time
	}
	chunks := make(chan chunk, 256)
	go func() {
		defer close(chunks)
		for {
			buf := make([]byte, 16<<10)
			n, err := conn.Read(buf)
			chunks <- chunk{buf[:n], time.Now().Add(rtt)}
			if err != nil {
				return
			}
		}
	}()
	go func() {
		defer there.Close()
		for c := range chunks {
			time.Sleep(time.Until(c.due))
			if len(c.data) > 0 {
				// A reader that has gone wants no more; the rest is drained.
				_, _ = there.Write(c.data)
			}
		}
	}()
	return &far{conn, near}
}

func (f *far) Read(p []byte) (int, error) {
	n, err := f.answers.Read(p)
	if errors.Is(err, io.ErrClosedPipe) {
		err = io.EOF
	}
	return n, err
}

func (f *far) Close() error { return errors.Join(f.answers.Close(), f.Conn.Close()) }

func (f *far) SetDeadline(t time.Time) error {
	return errors.Join(f.answers.SetDeadline(t), f.Conn.SetDeadline(t))
}

func (f *far) SetReadDeadline(t time.Time) error { return f.answers.SetReadDeadline(t) }

// survey is one that sees this network.
func (n *network) survey() *Survey {
	return &Survey{Client: &probe.Client{Resolver: n, Dial: n.dial}, SRV: noRecords{}, Offline: true, Env: func(string) string { return "" }}
}

// outline are the endpoints of a target, with what became of each.
func outline(f fact.Target) []string {
	var list []string
	for _, e := range f.Endpoints {
		state := "ok"
		switch {
		case e.DNS != nil && e.DNS.Failure != "":
			state = e.DNS.Failure
		case e.Server == nil || e.Server.Hello != fact.OutcomeOK:
			state = "not reached"
		}
		list = append(list, fmt.Sprintf("%s %s %s", e.Source, fact.HostPort(e.Host, e.Port), state))
	}
	return list
}

// TestMembersAreFollowed: who is looked at, under which options.
func TestMembersAreFollowed(t *testing.T) {
	n := newNetwork(t, 3, 0, nil)
	all := []string{"seed db0.example.test:27017 ok", "member db1.example.test:27017 ok", "member db2.example.test:27017 ok"}
	yes := fact.Discovery{Followed: true, Named: 3}
	tests := []struct {
		name, input string
		change      func(*Survey)
		want        []string
		discovery   fact.Discovery
	}{
		{"a bare host", "db0.example.test", nil, all, yes},
		{"a name in other case", "DB0.Example.Test", nil, []string{"seed DB0.Example.Test:27017 ok", all[1], all[2]}, yes},
		{"one endpoint at a time", "db0.example.test", func(s *Survey) { s.Concurrency = 1 }, all, yes},
		{"a secondary", "db1.example.test", nil, []string{"seed db1.example.test:27017 ok", "member db0.example.test:27017 ok", all[2]}, yes},
		{"two seeds, one of them not there", "mongodb://db0.example.test,db9.example.test/?tls=true", nil,
			[]string{all[0], "seed db9.example.test:27017 not-found", all[1], all[2]}, yes},
		{"--no-members", "db0.example.test", func(s *Survey) { s.NoMembers = true }, all[:1], fact.Discovery{Reason: "--no-members", Named: 3}},
		{"--quick", "db0.example.test", func(s *Survey) { s.Quick = true }, all[:1], fact.Discovery{Reason: "--quick", Named: 3}},
		{"--connect", "db0.example.test", func(s *Survey) { s.ConnectHost, s.ConnectPort = "10.0.0.0", 27017 }, all[:1], fact.Discovery{Reason: "--connect leads to one endpoint", Named: 3}},
		{"directConnection", "mongodb://db0.example.test/?tls=true&directConnection=true", nil, all[:1], fact.Discovery{Reason: "directConnection=true", Named: 3}},
		{"loadBalanced", "mongodb://db0.example.test/?tls=true&loadBalanced=true", nil, all[:1], fact.Discovery{Reason: "loadBalanced=true", Named: 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := n.survey()
			if tt.change != nil {
				tt.change(s)
			}
			f := s.Observe(t.Context(), []*target.Target{parse(t, tt.input)}).Targets[0]
			if diff := cmp.Diff(tt.want, outline(f)); diff != "" {
				t.Errorf("endpoints (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(&tt.discovery, f.Discovery); diff != "" {
				t.Errorf("discovery (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTargetsShareTheirMembers: a member is observed once in a run, whoever
// names it, and not beneath another target where it is one itself.
func TestTargetsShareTheirMembers(t *testing.T) {
	n := newNetwork(t, 3, 0, nil)
	run := n.survey().Observe(t.Context(), []*target.Target{parse(t, "db0.example.test"), parse(t, "db1.example.test")})
	want := [][]string{
		{"seed db0.example.test:27017 ok", "member db2.example.test:27017 ok"},
		{"seed db1.example.test:27017 ok", "member db2.example.test:27017 ok"},
	}
	for i, w := range want {
		if diff := cmp.Diff(w, outline(run.Targets[i])); diff != "" {
			t.Errorf("target %d (-want +got):\n%s", i, diff)
		}
		if diff := cmp.Diff([]string{fmt.Sprintf("db%d.example.test:27017", 1-i)}, run.Targets[i].Discovery.Elsewhere); diff != "" {
			t.Errorf("target %d, members that are targets (-want +got):\n%s", i, diff)
		}
	}
	if once, seed := n.dialed["10.0.0.2:27017"], n.dialed["10.0.0.0:27017"]; once >= seed {
		// A seed is asked under two server names more.
		t.Errorf("db2 was connected to %d times, db0 %d times: it was observed twice", once, seed)
	}
}

// TestHostileMembers: whatever hello names, the run ends soon, and with a bounded
// number of endpoints.
func TestHostileMembers(t *testing.T) {
	var crowd []string
	for i := range 10_000 {
		crowd = append(crowd, fmt.Sprintf("crowd%d.example.test:27017", i))
	}
	tests := []struct {
		name      string
		count     int
		edit      func(i int, h *lab.Hello)
		endpoints int
		discovery fact.Discovery
	}{
		{"ten thousand hosts", 1, func(_ int, h *lab.Hello) { h.Hosts = crowd }, 1 + MaxMembers,
			fact.Discovery{Followed: true, Named: 10_000, Left: crowdNames(MaxMembers, maxNamesKept)}},
		{"itself", 1, func(i int, h *lab.Hello) {
			h.Hosts = slices.Repeat([]string{h.Me, "DB0.example.TEST:27017", "db0.example.test"}, 300)
		}, 1,
			fact.Discovery{Followed: true, Named: 900}},
		{"a loop", 3, func(i int, h *lab.Hello) { h.Hosts = []string{hostAt((i+1)%3) + ":27017"} }, 3,
			fact.Discovery{Followed: true, Named: 3}},
		{"an endless chain", 60, func(i int, h *lab.Hello) { h.Hosts = []string{hostAt(i+1) + ":27017"} }, 1 + MaxMembers,
			fact.Discovery{Followed: true, Named: 51, Left: []string{"db51.example.test:27017"}}},
		{"no host names", 1, func(_ int, h *lab.Hello) {
			h.Hosts = []string{h.Me, "", "a b", "x:y:z", "host:0", "host:99999", "\x1b[31mred", "/tmp/mongodb.sock"}
		}, 1,
			fact.Discovery{Followed: true, Named: 8, Unusable: []string{"", "\x1b[31mred", "/tmp/mongodb.sock", "a b", "host:0", "host:99999", "x:y:z"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newNetwork(t, tt.count, 0, tt.edit)
			started := time.Now()
			f := n.survey().Observe(t.Context(), []*target.Target{parse(t, "db0.example.test")}).Targets[0]
			if took := time.Since(started); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
			if len(f.Endpoints) != tt.endpoints {
				t.Errorf("%d endpoints, want %d: %v", len(f.Endpoints), tt.endpoints, outline(f))
			}
			if diff := cmp.Diff(&tt.discovery, f.Discovery); diff != "" {
				t.Errorf("discovery (-want +got):\n%s", diff)
			}
		})
	}
}

// crowdNames are names of the crowd as they are kept.
func crowdNames(from, count int) []string {
	var list []string
	for i := from; i < from+count; i++ {
		list = append(list, fmt.Sprintf("crowd%d.example.test:27017", i))
	}
	slices.Sort(list)
	return list
}

// TestMembersInRoundTrips holds discovery to what it may take of wall time: the
// members are looked at as soon as the seed has named them.
func TestMembersInRoundTrips(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes more time than is measured")
	}
	const rtt = 100 * time.Millisecond
	for _, tt := range []struct{ members, most int }{{3, 8}, {50, 10}} {
		t.Run(fmt.Sprintf("%d members", tt.members), func(t *testing.T) {
			n := newNetwork(t, tt.members, rtt, nil)
			best := time.Hour
			// What else runs on the machine is not what is measured.
			for attempt := 0; attempt < 8 && best > time.Duration(tt.most)*rtt; attempt++ {
				s := n.survey()
				s.loadRoots()
				started := time.Now()
				f := s.Observe(t.Context(), []*target.Target{parse(t, "db0.example.test")}).Targets[0]
				best = min(best, time.Since(started))
				if len(f.Endpoints) != tt.members {
					t.Fatalf("%d endpoints: %v", len(f.Endpoints), outline(f))
				}
				for _, e := range f.Endpoints {
					if e.Server == nil || e.Server.Hello != fact.OutcomeOK {
						t.Fatalf("%s was not observed: %+v", e.Host, e.Server)
					}
				}
			}
			t.Logf("%v, that is %.2f round trips of %v", best, float64(best)/float64(rtt), rtt)
			if best > time.Duration(tt.most)*rtt {
				t.Errorf("took %v, more than %d round trips of %v", best, tt.most, rtt)
			}
		})
	}
}

// TestNamesOfTheOtherKind: a name that DNS does not have is looked for in the
// other way.
func TestNamesOfTheOtherKind(t *testing.T) {
	n := newNetwork(t, 1, 0, nil)
	s := n.survey()
	f := s.Observe(t.Context(), []*target.Target{parse(t, "mongodb+srv://db0.example.test/")}).Targets[0]
	if diff := cmp.Diff([]string{"10.0.0.0"}, f.SRV.Addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	s.SRV = oneRecord{}
	f = s.Observe(t.Context(), []*target.Target{parse(t, "cluster0.example.test")}).Targets[0]
	if diff := cmp.Diff([]string{"db0.example.test:27017"}, f.Endpoints[0].DNS.SRVHosts); diff != "" {
		t.Errorf("SRV hosts (-want +got):\n%s", diff)
	}
}

// oneRecord is a resolver to which every name has one SRV record.
type oneRecord struct{ noRecords }

func (oneRecord) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", []*net.SRV{{Target: "db0.example.test.", Port: 27017}}, nil
}
