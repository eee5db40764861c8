package target

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/mongotls/mongotls/internal/fact"
)

// truncate, as a code, stands for an answer that does not fit a datagram.
const truncate = dnsmessage.RCode(0xff)

// serveDNS answers on loopback until the test is over, and returns a resolver
// that asks there.
func serveDNS(t *testing.T, answer func(dnsmessage.Question) ([]dnsmessage.Resource, dnsmessage.RCode)) *net.Resolver {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			m.Answers, m.RCode = answer(m.Questions[0])
			if m.RCode == truncate {
				m.RCode, m.Truncated = dnsmessage.RCodeSuccess, true
			}
			if reply, err := m.Pack(); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		if network == "tcp" {
			return nil, errors.New("told to fail")
		}
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// TestNetResolver holds what ResolveSRV takes of a resolver to what the one of
// package net does: the names it asks for, strings of a TXT record joined,
// malformed names dropped beside an error, absence told from failure.
func TestNetResolver(t *testing.T) {
	resource := func(q dnsmessage.Question, body dnsmessage.ResourceBody) dnsmessage.Resource {
		return dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}, Body: body}
	}
	srv := func(q dnsmessage.Question, host string) dnsmessage.Resource {
		return resource(q, &dnsmessage.SRVResource{Port: 27017, Target: dnsmessage.MustNewName(host)})
	}
	resolver := serveDNS(t, func(q dnsmessage.Question) ([]dnsmessage.Resource, dnsmessage.RCode) {
		switch q.Type.String() + " " + q.Name.String() {
		case "TypeSRV _mongodb._tcp.good.example.com.":
			return []dnsmessage.Resource{srv(q, "a.example.com."), srv(q, "b.example.com.")}, dnsmessage.RCodeSuccess
		case "TypeTXT good.example.com.":
			return []dnsmessage.Resource{resource(q, &dnsmessage.TXTResource{TXT: []string{"replica", "Set=rs0"}})}, dnsmessage.RCodeSuccess
		case "TypeSRV _mongodb._tcp.malformed.example.com.":
			return []dnsmessage.Resource{srv(q, "a.example.com."), srv(q, "<b>.example.com.")}, dnsmessage.RCodeSuccess
		case "TypeSRV _mongodb._tcp.broken.example.com.":
			return nil, dnsmessage.RCodeServerFailure
		case "TypeSRV _mongodb._tcp.refused.example.com.":
			return nil, dnsmessage.RCodeRefused
		case "TypeSRV _mongodb._tcp.large.example.com.":
			return nil, truncate
		}
		return nil, dnsmessage.RCodeNameError
	})
	tests := []struct {
		name  string
		input string
		want  fact.SRV
		hosts []HostPort
	}{
		{
			name: "records of both kinds", input: "mongodb+srv://good.example.com",
			want:  fact.SRV{Name: "_mongodb._tcp.good.example.com", Hosts: []string{"a.example.com:27017", "b.example.com:27017"}, TXT: "replicaSet=rs0"},
			hosts: []HostPort{{"a.example.com", 27017}, {"b.example.com", 27017}},
		},
		{
			name: "a malformed name", input: "mongodb+srv://malformed.example.com",
			want: fact.SRV{Name: "_mongodb._tcp.malformed.example.com", Hosts: []string{"a.example.com:27017"}, Problem: "srv-domain-mismatch",
				Detail: "some SRV records for _mongodb._tcp.malformed.example.com have malformed names"},
			hosts: []HostPort{{"a.example.com", 27017}},
		},
		{
			name: "no records", input: "mongodb+srv://none.example.com",
			want: fact.SRV{Name: "_mongodb._tcp.none.example.com", Hosts: []string{}, Problem: "srv-not-found", Server: "SERVER", Answer: "NXDOMAIN",
				Detail: "no SRV records for _mongodb._tcp.none.example.com: the name server SERVER has none"},
		},
		{
			name: "a server that fails", input: "mongodb+srv://broken.example.com",
			want: fact.SRV{Name: "_mongodb._tcp.broken.example.com", Hosts: []string{}, Problem: "dns-failure", Server: "SERVER", Answer: "SERVFAIL",
				Detail: "no SRV records for _mongodb._tcp.broken.example.com: the name server SERVER answered SERVFAIL"},
		},
		{
			name: "a server that refuses", input: "mongodb+srv://refused.example.com",
			want: fact.SRV{Name: "_mongodb._tcp.refused.example.com", Hosts: []string{}, Problem: "dns-failure", Server: "SERVER", Answer: "REFUSED",
				Detail: "no SRV records for _mongodb._tcp.refused.example.com: the name server SERVER answered REFUSED"},
		},
		{
			name: "a server that truncates, and no way to it by TCP", input: "mongodb+srv://large.example.com",
			want: fact.SRV{Name: "_mongodb._tcp.large.example.com", Hosts: []string{}, Problem: "dns-failure", Server: "SERVER", Answer: "truncated",
				Detail: "no SRV records for _mongodb._tcp.large.example.com: the name server SERVER truncated its answer by UDP, and by TCP it could not be asked: told to fail"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, _ := Parse(test.input)
			target.Now = func() time.Time { return time.Time{} }
			got, hosts, problems := target.ResolveSRV(t.Context(), resolver, 10*time.Second)
			if got.Server != "" {
				got.Detail = strings.ReplaceAll(got.Detail, got.Server, "SERVER")
				got.Server = "SERVER"
			}
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("fact (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.hosts, hosts); diff != "" || problems != nil {
				t.Errorf("problems %v, hosts (-want +got):\n%s", problems, diff)
			}
		})
	}
}
