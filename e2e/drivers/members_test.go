package drivers

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/cli"
	"github.com/mongotls/mongotls/internal/lab"
)

// A deployment is several servers, and whether a driver connects is a question of
// all of them: it has to get to one that the connection string names, hear of the
// others there, and find among these one that takes what it asks. check answers
// that for the drivers together, and for each driver server by server; this is
// the one made of the other.

// checkedTarget is the part of a target of the report that matters here.
type checkedTarget struct {
	Deployment *checkedDeployment
	Endpoints  []checkedEndpoint
}

type checkedDeployment struct{ Type, Primary string }

type checkedEndpoint struct {
	Host    string
	Port    int
	Source  string
	Server  struct{ Type string }
	Drivers []checkedDriver
}

type checkedDriver struct {
	Driver, Variant, Reason, Error string
	Connects                       *bool
}

// predictions are those of the target, by driver.
func (t checkedTarget) predictions() map[string]prediction {
	all := map[string]prediction{}
	for _, e := range t.Endpoints {
		for id := range e.predictions() {
			all[id] = t.predict(id)
		}
	}
	return all
}

func (e checkedEndpoint) predictions() map[string]prediction {
	all := map[string]prediction{}
	for _, d := range e.Drivers {
		all[driver{name: d.Driver, variant: d.Variant}.id()] = prediction{d.Connects, d.Reason, normal(d.Error)}
	}
	return all
}

// predict is what becomes of one driver.
func (t checkedTarget) predict(id string) prediction {
	var seeds, mongos []prediction
	primary := -1
	for i, e := range t.Endpoints {
		p := e.predictions()[id]
		if e.Source != "member" {
			seeds = append(seeds, p)
		}
		if e.Server.Type == "Mongos" {
			mongos = append(mongos, p)
		}
		if t.Deployment != nil && strings.EqualFold(net.JoinHostPort(e.Host, strconv.Itoa(e.Port)), t.Deployment.Primary) {
			primary = i
		}
	}
	seed := best(seeds)
	switch {
	case t.Deployment == nil || t.Deployment.Type == "LoadBalanced" || !seed.connects():
		return seed
	case t.Deployment.Type == "Sharded":
		return best(mongos)
	case t.Deployment.Type != "ReplicaSet":
		return prediction{Reason: "what drivers make of such hosts is not known"}
	case t.Deployment.Primary == "":
		no := false
		return prediction{Connects: &no, Reason: "no server is the primary, which each tells in its own words"}
	case primary < 0:
		return prediction{Reason: "the primary was not looked at"}
	}
	return t.Endpoints[primary].predictions()[id]
}

// best is what becomes of a driver that has these servers to choose from: one that
// it gets on with is enough.
func best(list []prediction) prediction {
	if len(list) == 0 {
		return prediction{Reason: "no server was looked at"}
	}
	return slices.MaxFunc(list, func(a, b prediction) int { return cmp.Compare(a.rank(), b.rank()) })
}

func (p prediction) connects() bool { return p.Connects != nil && *p.Connects }

// rank orders predictions: connects, not established, fails.
func (p prediction) rank() int {
	switch {
	case p.connects():
		return 2
	case p.Connects == nil:
		return 1
	}
	return 0
}

// know has this process find the names of the cases as the drivers do. mongotls
// is linked without the C library, so that it cannot be led as they are.
func know(t *testing.T, cases []connection) {
	t.Helper()
	zone := lab.Zone{Addresses: map[string][]netip.Addr{}}
	for _, name := range namesOf(cases) {
		zone.Addresses[name] = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	resolver, stop, err := lab.StartNameServer(t.Context(), zone)
	if err != nil {
		t.Fatal(err)
	}
	before := net.DefaultResolver
	net.DefaultResolver = resolver
	t.Cleanup(func() {
		net.DefaultResolver = before
		stop()
	})
}

// checkHere is runCheck in this process, which knows the names.
func checkHere(ctx context.Context, c connection) (checkOutput, error) {
	var out checkOutput
	var stdout, stderr bytes.Buffer
	code := cli.Main(ctx, []string{"check", "-o", "json", c.given}, cli.Streams{
		In: strings.NewReader(""), Out: &stdout, Err: &stderr, Env: os.Getenv,
	})
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		return out, fmt.Errorf("exit code %d, the report: %w\n%s", code, err, tail(stderr.Bytes()))
	}
	return out, nil
}
