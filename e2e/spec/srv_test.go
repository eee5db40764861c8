package spec

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/target"
)

// srvVector is a file of the initial DNS seedlist discovery specification.
type srvVector struct {
	URI      string         `json:"uri"`
	Seeds    []string       `json:"seeds"`
	NumSeeds *int           `json:"numSeeds"`
	Options  map[string]any `json:"options"`
	Parsed   parsedOptions  `json:"parsed_options"`
	Error    bool           `json:"error"`
	// Comment is for readers of the vectors.
	Comment string `json:"comment"`
	// Hosts, NumHosts and Ping are what a client finds in a running deployment;
	// they are not held to: there is none behind the zone.
	Hosts    []string `json:"hosts"`
	NumHosts *int     `json:"numHosts"`
	Ping     *bool    `json:"ping"`
}

type parsedOptions struct {
	User *string `json:"user"`
	// Password is not held to: a Target does not keep it.
	Password     *string `json:"password"`
	DB           *string `json:"db"`
	AuthDatabase *string `json:"auth_database"`
}

func TestSeedlistDiscovery(t *testing.T) {
	dir := testdata(t)
	for _, name := range files(t, dir, "initial-dns-seedlist-discovery/*/*.json") {
		t.Run(strings.TrimPrefix(name, "initial-dns-seedlist-discovery/"), func(t *testing.T) {
			var v srvVector
			read(t, dir, name, &v)
			checkSRV(t, v)
		})
	}
}

func checkSRV(t *testing.T, v srvVector) {
	got, problems := target.Parse(v.URI)
	if target.HasError(problems) && !v.Error {
		t.Fatalf("Parse(%q): %v", v.URI, problems)
	}
	if target.HasError(problems) {
		return // a driver does not go on to look anything up
	}
	lookup, hosts, problems := got.ResolveSRV(context.Background(), zone{}, 10*time.Second)
	failed := target.HasError(problems) || lookup.Problem != ""
	if failed != v.Error {
		t.Fatalf("resolving %q fails: %t, want %t: %+v; problems: %v", v.URI, failed, v.Error, *lookup, problems)
	}
	if v.Error {
		return
	}
	var seeds []string
	for _, h := range hosts {
		seeds = append(seeds, h.String())
	}
	if v.Seeds != nil {
		slices.Sort(v.Seeds)
		if diff := cmp.Diff(v.Seeds, seeds); diff != "" {
			t.Errorf("seeds of %q (-want +got):\n%s", v.URI, diff)
		}
	}
	if v.NumSeeds != nil && len(seeds) != *v.NumSeeds {
		t.Errorf("%q has seeds %v, want %d", v.URI, seeds, *v.NumSeeds)
	}
	if ssl, ok := v.Options["ssl"]; ok && ssl != got.TLS {
		t.Errorf("TLS of %q is %t, want %v", v.URI, got.TLS, ssl)
	}
	delete(v.Options, "ssl") // held to just above: it may be on by default
	checkOptions(t, got.Options, v.Options, false)
	for what, pair := range map[string]struct {
		want *string
		got  string
	}{
		"user name":     {v.Parsed.User, string(got.Username)},
		"database":      {v.Parsed.DB, got.Database},
		"auth database": {v.Parsed.AuthDatabase, got.Database},
	} {
		if pair.want != nil && *pair.want != pair.got {
			t.Errorf("%s of %q is %q, want %q", what, v.URI, pair.got, *pair.want)
		}
	}
}

// zone answers as the DNS zone that the vectors are written for. Its records are
// those that the specification's own README lists ("Test Setup"), which has more
// of them than the copy beside the vectors (test23 and test24). The resolver
// joins the strings of a TXT record, as a real one does.
type zone struct{}

const domain = ".test.build.10gen.cc"

// srvRecords maps the first label of a name to its SRV records.
var srvRecords = map[string][]net.SRV{
	"test1":  {{Target: "localhost" + domain + ".", Port: 27017}, {Target: "localhost" + domain + ".", Port: 27018}},
	"test2":  {{Target: "localhost" + domain + ".", Port: 27018}, {Target: "localhost" + domain + ".", Port: 27019}},
	"test3":  {{Target: "localhost" + domain + ".", Port: 27017}},
	"test5":  {{Target: "localhost" + domain + ".", Port: 27017}},
	"test6":  {{Target: "localhost" + domain + ".", Port: 27017}},
	"test7":  {{Target: "localhost" + domain + ".", Port: 27017}},
	"test8":  {{Target: "localhost" + domain + ".", Port: 27017}},
	"test10": {{Target: "localhost" + domain + ".", Port: 27017}},
	"test11": {{Target: "localhost" + domain + ".", Port: 27017}},
	"test12": {{Target: "localhost.build.10gen.cc.", Port: 27017}},
	"test13": {{Target: "test.build.10gen.cc.", Port: 27017}},
	"test14": {{Target: "localhost.not-test.build.10gen.cc.", Port: 27017}},
	"test15": {{Target: "localhost.test.not-build.10gen.cc.", Port: 27017}},
	"test16": {{Target: "localhost.test.build.not-10gen.cc.", Port: 27017}},
	"test17": {{Target: "localhost.test.build.10gen.not-cc.", Port: 27017}},
	"test18": {{Target: "localhost.sub" + domain + ".", Port: 27017}},
	"test19": {{Target: "localhost.evil.build.10gen.cc.", Port: 27017}, {Target: "localhost" + domain + ".", Port: 27017}},
	"test20": {{Target: "localhost" + domain + ".", Port: 27017}},
	"test21": {{Target: "localhost" + domain + ".", Port: 27017}},
	"test23": {{Target: "localhost" + domain + ".", Port: 8000}},
	"test24": {{Target: "localhost" + domain + ".", Port: 8000}},
}

// txtRecords maps the first label of a name to its TXT records.
var txtRecords = map[string][]string{
	"test5":  {"replicaSet=repl0&authSource=thisDB"},
	"test6":  {"replicaSet=repl0", "authSource=otherDB"},
	"test7":  {"ssl=false"},
	"test8":  {"authSource"},
	"test10": {"socketTimeoutMS=500"},
	"test11": {"replicaS" + "et=rep" + "l0"},
	"test20": {"loadBalanced=true"},
	"test21": {"loadBalanced=false"},
	"test24": {"loadBalanced=true"},
}

// customService are the records of test22, the one under another service name.
// The README lists the first; the vector expects both.
var customService = []net.SRV{{Target: "localhost" + domain + ".", Port: 27017}, {Target: "localhost" + domain + ".", Port: 27018}}

// label returns the first label of a name in the zone; names compare without
// case (RFC 4343).
func label(name string) string {
	first, ok := strings.CutSuffix(strings.ToLower(strings.TrimSuffix(name, ".")), domain)
	if !ok {
		return ""
	}
	return first
}

func notFound(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (zone) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	records := srvRecords[label(name)]
	if label(name) == "test22" && service == "customname" {
		records = customService
	} else if service != "mongodb" {
		records = nil
	}
	if len(records) == 0 || proto != "tcp" {
		return "", nil, notFound(name)
	}
	var found []*net.SRV
	for _, r := range records {
		found = append(found, &r)
	}
	return name, found, nil
}

func (zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if records := txtRecords[label(name)]; len(records) > 0 {
		return records, nil
	}
	return nil, notFound(name)
}
