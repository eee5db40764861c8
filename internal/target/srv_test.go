package target

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// memory is a resolver whose answers are in memory. Names that it does not
// hold are not found.
type memory struct {
	srv    map[string][]*net.SRV
	txt    map[string][]string
	srvErr error
	txtErr error
	// silent, if not nil, holds the answer to the SRV question back until it is
	// closed, even when the context is over.
	silent <-chan struct{}
	// both, if not nil, holds each answer back until both questions are asked.
	both *sync.WaitGroup
}

func (m memory) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	if m.silent != nil {
		<-m.silent
	}
	m.meet()
	name = "_" + service + "._" + proto + "." + name
	records := m.srv[name]
	if len(records) == 0 && m.srvErr == nil {
		return "", nil, &net.DNSError{Err: "no such host", Name: name, Server: "192.0.2.53:53", IsNotFound: true}
	}
	return name, records, m.srvErr
}

func (m memory) LookupTXT(_ context.Context, name string) ([]string, error) {
	m.meet()
	records := m.txt[name]
	if len(records) == 0 && m.txtErr == nil {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return records, m.txtErr
}

func (m memory) meet() {
	if m.both != nil {
		m.both.Done()
		m.both.Wait()
	}
}

// at makes SRV records of "host port" lines.
func at(lines ...string) []*net.SRV {
	var records []*net.SRV
	for _, line := range lines {
		r := &net.SRV{}
		if _, err := fmt.Sscan(line, &r.Target, &r.Port); err != nil {
			panic(err)
		}
		records = append(records, r)
	}
	return records
}

func TestResolveSRV(t *testing.T) {
	const asked = "_mongodb._tcp.c.example.com."
	good := map[string][]*net.SRV{asked: at("a.example.com. 27017")}
	tests := []struct {
		name     string
		input    string
		resolver memory
		want     fact.SRV
		hosts    []HostPort
		// problems as lines.
		problems []string
	}{
		{
			name:     "hosts come in order, in lower case, without the last dot, once",
			input:    "mongodb+srv://C.example.com",
			resolver: memory{srv: map[string][]*net.SRV{"_mongodb._tcp.C.example.com.": at("B.example.com. 27017", "a.Example.com. 27018", "a.example.com 27017", "b.example.com. 27017")}},
			want:     fact.SRV{Name: "_mongodb._tcp.C.example.com", Hosts: []string{"a.example.com:27017", "a.example.com:27018", "b.example.com:27017", "b.example.com:27017"}},
			hosts:    []HostPort{{"a.example.com", 27017}, {"a.example.com", 27018}, {"b.example.com", 27017}},
		},
		{
			name: "another service", input: "mongodb+srv://c.example.com./?srvServiceName=db",
			resolver: memory{srv: map[string][]*net.SRV{"_db._tcp.c.example.com.": at("a.example.com. 27017")}},
			want:     fact.SRV{Name: "_db._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}},
			hosts:    []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "no records", input: "mongodb+srv://c.example.com",
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{}, Problem: "srv-not-found", Detail: "no SRV records for _mongodb._tcp.c.example.com: no such host"},
		},
		{
			name: "a record that says there is no service", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: map[string][]*net.SRV{asked: at(". 0")}},
			want:     fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{}, Problem: "srv-not-found", Detail: "no SRV records for _mongodb._tcp.c.example.com"},
		},
		{
			name: "an answer of a server that failed, escaped", input: "mongodb+srv://c.example.com",
			resolver: memory{srvErr: errors.New("server\x1b misbehaving")},
			want:     fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{}, Problem: "srv-not-found", Detail: "no SRV records for _mongodb._tcp.c.example.com: server\uFFFD misbehaving"},
		},
		{
			name: "a lookup that the resolver gave up", input: "mongodb+srv://c.example.com",
			resolver: memory{srvErr: &net.DNSError{Err: "i/o timeout", IsTimeout: true}},
			want:     fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{}, Problem: "dns-timeout", Detail: "no SRV records for _mongodb._tcp.c.example.com: the lookup took too long"},
		},
		{
			name: "malformed names do not hide the others", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: good, srvErr: &net.DNSError{Err: "DNS response contained records which contain invalid names"}},
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}, Problem: "srv-domain-mismatch",
				Detail: "some SRV records for _mongodb._tcp.c.example.com have malformed names"},
			hosts: []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "hosts of other domains, and such as are none, are left out and told", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: map[string][]*net.SRV{asked: at("a.example.com. 27017", "evil.com. 1", "xexample.com. 2", "example.com. 3", "b.example.com. 0", "[.example.com. 4")}},
			want: fact.SRV{
				Name:    "_mongodb._tcp.c.example.com",
				Hosts:   []string{"[.example.com:4", "a.example.com:27017", "b.example.com:0", "evil.com:1", "example.com:3", "xexample.com:2"},
				Problem: "srv-domain-mismatch",
				Detail:  "the SRV records name [.example.com:4, b.example.com:0, evil.com:1 and 2 more, of which none is a host with a port in example.com: drivers refuse the whole list",
			},
			hosts: []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "the host of a name with three labels may be the name", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: map[string][]*net.SRV{asked: at("c.example.com. 27017")}},
			want:     fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"c.example.com:27017"}},
			hosts:    []HostPort{{"c.example.com", 27017}},
		},
		{
			name: "the hosts of a name with two labels have one more", input: "mongodb+srv://mongo.local",
			resolver: memory{srv: map[string][]*net.SRV{"_mongodb._tcp.mongo.local.": at("a.mongo.local. 1", "mongo.local. 2", "b.local. 3", "a.hostmongo.local. 4")}},
			want: fact.SRV{
				Name: "_mongodb._tcp.mongo.local", Hosts: []string{"a.hostmongo.local:4", "a.mongo.local:1", "b.local:3", "mongo.local:2"}, Problem: "srv-domain-mismatch",
				Detail: "the SRV records name a.hostmongo.local:4, b.local:3, mongo.local:2, of which none is a host with a port in mongo.local: drivers refuse the whole list",
			},
			hosts: []HostPort{{"a.mongo.local", 1}},
		},
		{
			name: "the hosts of a name with one label have one more", input: "mongodb+srv://localhost",
			resolver: memory{srv: map[string][]*net.SRV{"_mongodb._tcp.localhost.": at("a.localhost. 1", "localhost. 2")}},
			want: fact.SRV{
				Name: "_mongodb._tcp.localhost", Hosts: []string{"a.localhost:1", "localhost:2"}, Problem: "srv-domain-mismatch",
				Detail: "the SRV records name localhost:2, of which none is a host with a port in localhost: drivers refuse the whole list",
			},
			hosts: []HostPort{{"a.localhost", 1}},
		},
		{
			name: "a suffix takes the place of the domain", input: "mongodb+srv://c.example.com/?srvAllowedHostsSuffix=.Example.net",
			resolver: memory{srv: map[string][]*net.SRV{asked: at("a.example.net. 1", "b.example.com. 2")}},
			want: fact.SRV{
				Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.net:1", "b.example.com:2"}, Problem: "srv-domain-mismatch",
				Detail: "the SRV records name b.example.com:2, of which none is a host with a port in example.net: drivers refuse the whole list",
			},
			hosts: []HostPort{{"a.example.net", 1}},
		},
		{
			name: "two TXT records", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: good, txt: map[string][]string{"c.example.com.": {"replicaSet=rs0", "authSource=admin"}}},
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}, Problem: "srv-txt-invalid",
				Detail: "there are 2 TXT records, and there may be one"},
			hosts: []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "a TXT record with what it may not have", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: good, txt: map[string][]string{"c.example.com.": {"replicaSet=rs0&tls=false&authSource&v=spf1&loadBalanced=1"}}},
			want: fact.SRV{
				Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}, TXT: "replicaSet=rs0&tls=false&authSource&v=***&loadBalanced=1", Problem: "srv-txt-invalid",
				Detail: "the TXT record sets tls, and may set authSource, replicaSet and loadBalanced only; " +
					`in the TXT record: authSource has no "=" and value; ` +
					"in the TXT record: v is an unknown option: some drivers ignore it, others refuse the connection string",
			},
			hosts:    []HostPort{{"a.example.com", 27017}},
			problems: []string{`warning option-invalid-value [loadBalanced] in the TXT record: loadBalanced must be true or false, not "1", and is ignored`},
		},
		{
			name: "an empty TXT record", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: good, txt: map[string][]string{"c.example.com.": {""}}},
			want:     fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}},
			hosts:    []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "a TXT lookup that took too long", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: good, txtErr: context.DeadlineExceeded},
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}, Problem: "dns-timeout",
				Detail: "the TXT record could not be looked up: the lookup took too long"},
			hosts: []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "a TXT lookup that failed", input: "mongodb+srv://c.example.com",
			resolver: memory{srv: good, txtErr: &net.DNSError{Err: "server misbehaving"}},
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:27017"}, Problem: "srv-txt-invalid",
				Detail: "the TXT record could not be looked up: server misbehaving"},
			hosts: []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "the heaviest of two problems stands, and both are told", input: "mongodb+srv://c.example.com",
			resolver: memory{txt: map[string][]string{"c.example.com.": {"a", "b"}}},
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{}, Problem: "srv-not-found",
				Detail: "no SRV records for _mongodb._tcp.c.example.com: no such host; there are 2 TXT records, and there may be one"},
		},
		{
			name: "a load balancer of several hosts, from the TXT record, with a replica set", input: "mongodb+srv://c.example.com/?replicaSet=rs0",
			resolver: memory{
				srv: map[string][]*net.SRV{asked: at("a.example.com. 1", "a.example.com. 2")},
				txt: map[string][]string{"c.example.com.": {"loadBalanced=true"}},
			},
			want: fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{"a.example.com:1", "a.example.com:2"}, TXT: "loadBalanced=true", Problem: "option-conflict",
				Detail: "loadBalanced=true takes one host, and the SRV records name 2; loadBalanced=true cannot go with replicaSet"},
			hosts: []HostPort{{"a.example.com", 1}, {"a.example.com", 2}},
			problems: []string{
				"error option-conflict [loadBalanced] loadBalanced=true takes one host, and the SRV records name 2; leave it out, or let the name stand for the load balancer alone",
				"error option-conflict [loadBalanced replicaSet] loadBalanced=true cannot go with replicaSet; leave one out",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, problems := Parse(test.input)
			if problems != nil {
				t.Fatal(problems)
			}
			target.Now = func() time.Time { return time.Time{} }
			got, hosts, problems := target.ResolveSRV(t.Context(), test.resolver, time.Minute)
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("fact (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.hosts, hosts); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, lines(problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTXTOptions(t *testing.T) {
	tests := []struct {
		name  string
		query string
		txt   string
		want  Options
	}{
		{
			name: "they are the target's", txt: "authSource=admin&replicaSet=rs0",
			want: Options{AuthSource: Option[string]{"admin", FromTXT, "authSource"}, ReplicaSet: Option[string]{"rs0", FromTXT, "replicaSet"}},
		},
		{
			name: "those of the connection string go before", query: "?authSource=mine", txt: "authSource=admin&loadBalanced=false",
			want: Options{AuthSource: Option[string]{"mine", FromURI, "authSource"}, LoadBalanced: Option[bool]{false, FromTXT, "loadBalanced"}},
		},
		{
			name: "those that bear on TLS do not count", txt: "tls=false&tlsCAFile=evil.pem&tlsInsecure=true",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, _ := Parse("mongodb+srv://c.example.com/" + test.query)
			r := memory{srv: map[string][]*net.SRV{"_mongodb._tcp.c.example.com.": at("a.example.com. 1")}, txt: map[string][]string{"c.example.com.": {test.txt}}}
			target.ResolveSRV(t.Context(), r, time.Minute)
			if diff := cmp.Diff(test.want, target.Options); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
			if !target.TLS {
				t.Error("the TXT record switched TLS off")
			}
		})
	}
}

// TestSRVMaxHosts: the selection is random, bounded, and in order.
func TestSRVMaxHosts(t *testing.T) {
	r := memory{srv: map[string][]*net.SRV{"_mongodb._tcp.c.example.com.": at("a.example.com. 1", "b.example.com. 2", "c.example.com. 3")}}
	seen := map[string]bool{}
	for seed := range uint64(20) {
		target, _ := Parse("mongodb+srv://c.example.com/?srvMaxHosts=2")
		target.Rand = rand.New(rand.NewPCG(seed, 0))
		_, hosts, _ := target.ResolveSRV(t.Context(), r, time.Minute)
		if len(hosts) != 2 || hosts[0].compare(hosts[1]) >= 0 {
			t.Fatalf("hosts %v, want 2 in order", hosts)
		}
		seen[fmt.Sprint(hosts)] = true
	}
	if len(seen) != 3 {
		t.Errorf("of 3 pairs of hosts, 20 seeds selected %d", len(seen))
	}
}

func TestResolveSRVAsksBothAtOnce(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	r := memory{both: &both, srv: map[string][]*net.SRV{"_mongodb._tcp.c.example.com.": at("a.example.com. 1")}}
	target, _ := Parse("mongodb+srv://c.example.com")
	got, hosts, _ := target.ResolveSRV(t.Context(), r, 10*time.Second)
	if got.Problem != "" || len(hosts) != 1 {
		t.Errorf("%+v with hosts %v: each question waited for the other's answer", *got, hosts)
	}
}

// silence returns a channel that is closed when the test is over.
func silence(t *testing.T) <-chan struct{} {
	c := make(chan struct{})
	t.Cleanup(func() { close(c) })
	return c
}

func TestResolveSRVEndsInTime(t *testing.T) {
	target, _ := Parse("mongodb+srv://c.example.com")
	r := memory{silent: silence(t), txt: map[string][]string{"c.example.com.": {"replicaSet=rs0"}}}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // ends the test where the timeout does not
	defer cancel()
	started := time.Now()
	got, hosts, _ := target.ResolveSRV(ctx, r, 50*time.Millisecond)
	took := time.Since(started)
	if took > 4*time.Second {
		t.Errorf("took %v, with a timeout of 50ms", took)
	}
	if got.Ms < 50 || got.Ms > float64(took)/float64(time.Millisecond) {
		t.Errorf("the fact says %g ms of %v", got.Ms, took)
	}
	got.Ms = 0
	want := &fact.SRV{Name: "_mongodb._tcp.c.example.com", Hosts: []string{}, TXT: "replicaSet=rs0", Problem: "dns-timeout",
		Detail: "no SRV records for _mongodb._tcp.c.example.com: the lookup took too long"}
	if diff := cmp.Diff(want, got); diff != "" || hosts != nil {
		t.Errorf("hosts %v, fact (-want +got):\n%s", hosts, diff)
	}
}

func TestResolveSRVInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	target, _ := Parse("mongodb+srv://c.example.com")
	got, _, _ := target.ResolveSRV(ctx, memory{silent: silence(t), txtErr: context.Canceled}, 0)
	want := "no SRV records for _mongodb._tcp.c.example.com: the lookup was interrupted; the TXT record could not be looked up: the lookup was interrupted"
	if got.Problem != "dns-timeout" || got.Detail != want {
		t.Errorf("problem %q, detail %q; want dns-timeout, %q", got.Problem, got.Detail, want)
	}
}

// TestSRVBounds: more records than a target may have hosts.
func TestSRVBounds(t *testing.T) {
	var many []string
	for i := range 5000 {
		many = append(many, fmt.Sprintf("h%04d.example.com. 27017", i))
	}
	target, _ := Parse("mongodb+srv://c.example.com")
	got, hosts, _ := target.ResolveSRV(t.Context(), memory{srv: map[string][]*net.SRV{"_mongodb._tcp.c.example.com.": at(many...)}}, time.Minute)
	if len(hosts) != maxHosts || len(got.Hosts) != maxHosts || !strings.Contains(got.Detail, "5000 SRV records") {
		t.Errorf("%d hosts, %d in the fact, detail %q", len(hosts), len(got.Hosts), got.Detail)
	}
}

func TestResolveSRVOfOthers(t *testing.T) {
	target, _ := Parse("mongodb://db1,db2")
	got, hosts, problems := target.ResolveSRV(t.Context(), nil, 0)
	if diff := cmp.Diff([]HostPort{{"db1", 27017}, {"db2", 27017}}, hosts); diff != "" || got != nil || problems != nil {
		t.Errorf("fact %v, problems %v, hosts (-want +got):\n%s", got, problems, diff)
	}
}
