package spec

import (
	"bytes"
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/cli"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
)

// TestSeedlistDiscoveryByCheck runs the vectors through the command line, with a
// real name server that has their zone: what a driver refuses, check must either
// refuse as a connection string, or tell as a problem of the lookup.
func TestSeedlistDiscoveryByCheck(t *testing.T) {
	zone := lab.Zone{SRV: map[string][]net.SRV{}, TXT: map[string][]string{}}
	for first, records := range srvRecords {
		zone.SRV["_mongodb._tcp."+first+domain] = records
	}
	zone.SRV["_customname._tcp.test22"+domain] = customService
	for first, records := range txtRecords {
		zone.TXT[first+domain] = records
	}
	resolver, stop, err := lab.StartNameServer(t.Context(), zone)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	// The program asks the system's resolver, and there is no flag for another.
	system := net.DefaultResolver
	net.DefaultResolver = resolver
	defer func() { net.DefaultResolver = system }()

	dir := testdata(t)
	held := 0
	for _, name := range files(t, dir, "initial-dns-seedlist-discovery/*/*.json") {
		t.Run(strings.TrimPrefix(name, "initial-dns-seedlist-discovery/"), func(t *testing.T) {
			var v srvVector
			read(t, dir, name, &v)
			held++
			checkByCommand(t, v)
		})
	}

	const least = 40
	if held < least {
		t.Errorf("%d vectors, want %d and more", held, least)
	}
}

func checkByCommand(t *testing.T, v srvVector) {
	t.Helper()
	var out, errs bytes.Buffer
	s := cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) string { return "" }}
	code := cli.Main(t.Context(), []string{"check", "--dry-run", "-o", "json", v.URI}, s)
	if code == 2 {
		if !v.Error {
			t.Fatalf("check refuses %q: %s", v.URI, &errs)
		}
		return
	}
	var plan report.Plan
	if err := json.Unmarshal(out.Bytes(), &plan); err != nil || len(plan.Targets) != 1 {
		t.Fatalf("exit code %d, plan of %q: %v\n%s%s", code, v.URI, err, &out, &errs)
	}
	got := plan.Targets[0]
	if failed := got.SRV == nil || got.SRV.Problem != ""; failed != v.Error {
		t.Fatalf("resolving %q fails: %t, want %t: %+v", v.URI, failed, v.Error, got.SRV)
	}
	if v.Error {
		return
	}
	var seeds []string
	for _, e := range got.Endpoints {
		seeds = append(seeds, fact.HostPort(e.Host, e.Port))
	}
	slices.Sort(seeds)
	if v.Seeds != nil {
		slices.Sort(v.Seeds)
		if diff := cmp.Diff(v.Seeds, seeds); diff != "" {
			t.Errorf("seeds of %q (-want +got):\n%s", v.URI, diff)
		}
	}
	if v.NumSeeds != nil && len(seeds) != *v.NumSeeds {
		t.Errorf("%q has seeds %v, want %d", v.URI, seeds, *v.NumSeeds)
	}
	for option, value := range map[string]any{
		"ssl": got.Options.TLS, "replicaSet": got.Options.ReplicaSet, "loadBalanced": got.Options.LoadBalanced, "directConnection": got.Options.DirectConnection,
	} {
		if want, ok := v.Options[option]; ok && want != value {
			t.Errorf("%s of %q is %v, want %v", option, v.URI, value, want)
		}
	}
}
