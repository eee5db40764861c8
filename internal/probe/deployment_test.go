package probe

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/wire"
)

// horizons is a member of a set that has other names from outside.
var horizons = lab.Hello{
	SetName: "rs0", Hosts: []string{"db0.inside.test:27017", "db1.inside.test:27017"}, Me: "db0.inside.test:27017",
	Horizons: map[string]lab.Horizon{"db0.outside.test": {
		Hosts: []string{"db0.outside.test:1", "db1.outside.test:2"}, Me: "db0.outside.test:1",
	}},
}

// TestHorizons: under which names a member is asked again, and what it says.
func TestHorizons(t *testing.T) {
	inside := []string{"db0.inside.test:27017", "db1.inside.test:27017"}
	outside := []string{"db0.outside.test:1", "db1.outside.test:2"}
	tests := []struct {
		name   string
		hello  lab.Hello
		change func(*Request)
		hosts  []string
		want   []fact.Horizon
	}{
		{"from outside", horizons, nil, outside, []fact.Horizon{{Me: "db0.inside.test:27017", Hosts: inside}}},
		{"through a tunnel", horizons, func(r *Request) { r.ServerName = "localhost" }, inside, []fact.Horizon{
			{Me: "db0.inside.test:27017", Hosts: inside},
			{ServerName: "db0.inside.test", Me: "db0.inside.test:27017", Hosts: inside},
		}},
		{"by an address", horizons, func(r *Request) { r.ServerName = "127.0.0.1" }, inside, []fact.Horizon{
			{ServerName: "db0.inside.test", Me: "db0.inside.test:27017", Hosts: inside},
		}},
		{"a member that a seed named", horizons, func(r *Request) { r.Source = "member" }, outside, nil},
		{"one connection and no more", horizons, func(r *Request) { r.Quick = true }, outside, nil},
		{"no replica set", lab.Hello{}, nil, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host, port := healthyMongod(t, func(o *lab.Options) { o.Hello = tt.hello })
			r := Request{Host: host, Port: port, ServerName: "db0.outside.test", Source: "seed", TLS: true}
			if tt.change != nil {
				tt.change(&r)
			}
			var named [][]string
			r.Named = func(members []string) { named = append(named, members) }
			s := (&Client{}).Observe(t.Context(), r).Server
			if diff := cmp.Diff(tt.hosts, s.Hosts, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, s.Horizons, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("horizons (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([][]string{tt.hosts}, named, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("told while it was observed (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBuildInfo: what is asked beside hello, and that nothing depends on it.
func TestBuildInfo(t *testing.T) {
	tests := []struct {
		name  string
		hello lab.Hello
		quick bool
		want  *fact.BuildInfo
	}{
		{"told", lab.Hello{BuildInfo: wire.Document{{Key: "version", Value: wire.String("8.0.4")}}}, false, &fact.BuildInfo{Version: "8.0.4"}},
		{"refused", lab.Hello{RefuseBuildInfo: true}, false, &fact.BuildInfo{ErrorCode: 13, Error: "Command buildInfo requires authentication"}},
		{"FerretDB 1", lab.Hello{BuildInfo: wire.Document{
			{Key: "version", Value: wire.String("7.0.42")}, {Key: "ferretdbVersion", Value: wire.String("v1.24.2")},
		}}, false, &fact.BuildInfo{Version: "7.0.42", FerretDB: "v1.24.2"}},
		{"FerretDB 2", lab.Hello{BuildInfo: wire.Document{
			{Key: "version", Value: wire.String("7.0.77")}, {Key: "ferretdb", Value: wire.Document{{Key: "version", Value: wire.String("v2.0.0")}}},
		}}, false, &fact.BuildInfo{Version: "7.0.77", FerretDB: "v2.0.0"}},
		{"not asked for", lab.Hello{BuildInfo: wire.Document{{Key: "version", Value: wire.String("8.0.4")}}}, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host, port := healthyMongod(t, func(o *lab.Options) { o.Hello = tt.hello })
			s := (&Client{}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true, Quick: tt.quick}).Server
			if s.Hello != fact.OutcomeOK || s.ConnectionID != 1 {
				t.Errorf("hello: %+v", s)
			}
			if diff := cmp.Diff(tt.want, s.BuildInfo); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBuildInfoIsNotWaitedFor: a server that answers hello and then falls silent
// costs a grace and no timeout.
func TestBuildInfoIsNotWaitedFor(t *testing.T) {
	host, port := healthyMongod(t, func(o *lab.Options) { o.Hello.SilentAfterHello = true })
	started := time.Now()
	s := (&Client{Timeout: 10 * time.Second}).Observe(t.Context(), Request{Host: host, Port: port, ServerName: "localhost", TLS: true}).Server
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
	if s.Hello != fact.OutcomeOK || s.BuildInfo == nil || s.BuildInfo.Error == "" {
		t.Errorf("server = %+v", s)
	}
}

// TestBuildInfoComesAfterAuthentication: on a connection that is authenticated
// nothing is asked for in between.
func TestBuildInfoComesAfterAuthentication(t *testing.T) {
	host, port, client := x509Server(t, func(o *lab.Options) {
		o.Hello.BuildInfo = wire.Document{{Key: "version", Value: wire.String("8.0.4")}}
		o.Hello.SetName, o.Hello.Me, o.Hello.Hosts = "rs0", "db0.inside.test:1", []string{"db0.inside.test:1"}
	})
	e := (&Client{}).Observe(t.Context(), Request{
		Host: host, Port: port, ServerName: "localhost", Source: "seed", TLS: true, ClientCertificate: &client, Authenticate: true, Username: user,
	})
	if e.Authentication == nil || !e.Authentication.OK {
		t.Errorf("authentication = %+v", e.Authentication)
	}
	if diff := cmp.Diff(&fact.BuildInfo{Version: "8.0.4"}, e.Server.BuildInfo); diff != "" {
		t.Errorf("buildInfo (-want +got):\n%s", diff)
	}
	if len(e.Server.Horizons) != 2 || e.Server.Horizons[0].Error != "" {
		t.Errorf("horizons = %+v", e.Server.Horizons)
	}
}
