package drivers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPredictTarget: from what is said of each server to what becomes of the
// target.
func TestPredictTarget(t *testing.T) {
	yes, no := true, false
	fine, bad, open := prediction{Connects: &yes}, prediction{Connects: &no, Error: "bad"}, prediction{Reason: "open"}
	worse := prediction{Connects: &no, Error: "worse"}
	server := func(host, source, kind string, p prediction) checkedEndpoint {
		e := checkedEndpoint{Host: host, Port: 1, Source: source, Drivers: []checkedDriver{{Driver: "go", Connects: p.Connects, Reason: p.Reason, Error: p.Error}}}
		e.Server.Type = kind
		return e
	}
	target := func(kind, primary string, list ...checkedEndpoint) checkedTarget {
		return checkedTarget{Deployment: &checkedDeployment{Type: kind, Primary: primary}, Endpoints: list}
	}
	for _, c := range []struct {
		name   string
		target checkedTarget
		want   prediction
	}{
		{"one server", checkedTarget{Endpoints: []checkedEndpoint{server("a", "seed", "", bad)}}, bad},
		{"the primary decides", target("ReplicaSet", "A:1", server("b", "seed", "", fine), server("a", "member", "", bad), server("c", "member", "", fine)), bad},
		{"others do not", target("ReplicaSet", "a:1", server("b", "seed", "", fine), server("a", "member", "", fine), server("c", "member", "", bad)), fine},
		{"no way to the primary", target("ReplicaSet", "a:1", server("b", "seed", "", worse), server("a", "member", "", fine)), worse},
		{"one seed is enough", target("ReplicaSet", "a:1", server("b", "seed", "", bad), server("c", "seed", "", fine), server("a", "member", "", fine)), fine},
		{"a primary that is not established", target("ReplicaSet", "a:1", server("b", "seed", "", fine), server("a", "member", "", open)), open},
		{"a primary that was not looked at", target("ReplicaSet", "x:1", server("b", "seed", "", fine)), prediction{Reason: "the primary was not looked at"}},
		{"no primary", target("ReplicaSet", "", server("b", "seed", "", fine)), prediction{Connects: &no, Reason: "no server is the primary, which each tells in its own words"}},
		{"one mongos is enough", target("Sharded", "", server("a", "seed", "Mongos", bad), server("b", "seed", "Mongos", fine)), fine},
		{"a seed that is no mongos", target("Sharded", "", server("a", "seed", "Standalone", fine), server("b", "seed", "Mongos", bad)), bad},
		{"a load balancer", target("LoadBalanced", "", server("a", "seed", "", bad)), bad},
		{"servers that have nothing to do with each other", target("Hosts", "", server("a", "seed", "", fine), server("b", "seed", "", fine)), prediction{Reason: "what drivers make of such hosts is not known"}},
	} {
		if diff := cmp.Diff(map[string]prediction{"go": c.want}, c.target.predictions()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
