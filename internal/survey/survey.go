// Package survey observes all targets of a run: it reads the local files that
// the options name, resolves SRV records, probes every endpoint at once, and
// looks up in the trust stores what bears on the certificates that came back. It
// decides nothing; what it returns is facts.
package survey

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/mongotls/mongotls/internal/aia"
	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/revocation"
	"github.com/mongotls/mongotls/internal/scan"
	"github.com/mongotls/mongotls/internal/target"
	"github.com/mongotls/mongotls/internal/truststore"
)

// DefaultConcurrency is how many endpoints are observed at once: the largest
// replica set, and some to spare. Each takes up to a dozen connections, with a scan
// twenty. Go raises the limit of descriptors to what the system allows, which is
// thousands.
const DefaultConcurrency = 64

// Survey holds what a run is observed with.
type Survey struct {
	// Client probes the endpoints; nil is a zero probe.Client.
	Client *probe.Client
	// SRV resolves mongodb+srv names; nil is net.DefaultResolver.
	SRV target.Resolver
	// SRVTimeout is for one SRV lookup; zero is probe.DefaultTimeout.
	SRVTimeout time.Duration
	// Env looks up environment variables for the trust store; nil is os.Getenv.
	Env func(string) string
	// Concurrency is how many endpoints are observed at once; zero or less is
	// DefaultConcurrency.
	Concurrency int
	// ServerName, ConnectHost and ConnectPort hold for every endpoint; see
	// probe.Request.
	ServerName  string
	ConnectHost string
	ConnectPort int
	// Authenticate authenticates by the client certificate at every endpoint.
	Authenticate bool
	// KeyPasswords opens encrypted keys where no option has the password, by the
	// path of the key's file.
	KeyPasswords map[string]target.Secret
	// Quick makes one connection per endpoint, and contacts nobody else.
	Quick bool
	// NoMembers looks at the hosts that the targets name and at no others.
	NoMembers bool
	// Offline contacts nobody but the endpoints.
	Offline bool
	// Scan asks every endpoint for all that it accepts; nil does not.
	Scan *scan.Scanner
	// Issuers fetches issuers that a server does not send.
	Issuers aia.Fetcher
	// Revocation asks responders and distribution points; nil is a zero
	// revocation.Checker.
	Revocation *revocation.Checker
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Progress, if not nil, is told how many of how many endpoints are done.
	// It is called from several goroutines.
	Progress func(done, total int)

	system sync.Once
	roots  *truststore.Store
	files  fileCache
}

// Observe looks at every target. It returns when all endpoints are observed or
// ctx ends; what was not observed by then is recorded as not having answered.
func (s *Survey) Observe(ctx context.Context, targets []*target.Target) fact.Run {
	started := s.now()
	run := fact.Run{StartedAt: started.UTC(), Targets: make([]fact.Target, len(targets))}
	var all sync.WaitGroup
	// Reading a few hundred roots takes as long as a handshake on loopback; it is
	// done while the network is waited for.
	all.Go(func() { s.loadRoots() })
	shared := s.newRun(targets)
	for i, t := range targets {
		all.Go(func() { run.Targets[i] = s.observeTarget(ctx, t, shared) })
	}
	all.Wait()
	run.DurationMs = float64(s.now().Sub(started).Microseconds()) / 1000
	return run
}

// Plan tells what Observe would do with a target: the facts known before any
// connection, and the endpoints. SRV names are resolved.
func (s *Survey) Plan(ctx context.Context, t *target.Target) (fact.Target, []target.HostPort) {
	hosts := t.Hosts
	var srv *fact.SRV
	if t.Scheme == target.SRV {
		srv, hosts, _ = t.ResolveSRV(ctx, s.srv(), s.srvTimeout())
	}
	f := t.Facts()
	f.SRV = srv
	f.Options.ServerName, f.Options.Authenticate = s.ServerName, s.Authenticate
	if s.Authenticate && f.X509 == nil {
		// A certificate and no mechanism: by what else.
		f.X509 = &fact.X509{}
	}
	if s.ConnectHost != "" {
		f.Options.Connect = target.HostPort{Host: s.ConnectHost, Port: s.ConnectPort}.String()
	}
	why := s.whyNotFollowed(t)
	f.Discovery = &fact.Discovery{Followed: why == "", Reason: why}
	return f, distinct(hosts)
}

func (s *Survey) observeTarget(ctx context.Context, t *target.Target, shared *run) fact.Target {
	f, hosts := s.Plan(ctx, t)
	local := s.readFiles(t)
	f.Files, f.ClientCertificates = local.facts, local.clientFacts
	describeUser(f.X509, local.client)
	source := "seed"
	if t.Scheme == target.SRV {
		source = "srv"
	}
	d := s.newDeployment(shared, t, &f, &local)
	d.observe(ctx, hosts, source)
	f.Endpoints = d.endpoints()
	f.Discovery = d.discovery(f.Discovery, f.Endpoints)
	s.lookOtherwise(ctx, t, &f)
	return f
}

// observeEndpoint looks at one endpoint with the options of its target, and
// looks up what bears on the certificates that came back.
func (s *Survey) observeEndpoint(ctx context.Context, t *target.Target, local *localFiles, r probe.Request) fact.Endpoint {
	r.TLS, r.LoadBalanced = t.TLS, t.Options.LoadBalanced.Value
	r.ClientCertificate, r.Quick = local.client, s.Quick
	e := s.client().Observe(ctx, r)
	// Who else is asked of the certificates is not who is scanned.
	scanned := s.scan(ctx, &e)
	if len(e.Certificates) > 0 {
		e.Trust = s.trust(local, e.Certificates)
		e.Issuers = s.issuers(ctx, t, &e)
		e.Revocation = s.revocation(ctx, t, local, &e)
	}
	if e.Scan = scanned(); e.Scan != nil {
		e.Protocols = withScan(e.Protocols, e.Scan)
	}
	return e
}

// trust looks up what the trust stores hold that bears on a presented chain. A
// CA file replaces the system's roots, as it does in drivers.
func (s *Survey) trust(local *localFiles, presented []fact.Certificate) *fact.Trust {
	var chain []*certificate.Certificate
	for _, p := range presented {
		if c, err := certificate.FromPEM(p.PEM); err == nil {
			chain = append(chain, c)
		}
	}
	roots := s.loadRoots()
	if local.caNamed {
		roots = roots.WithCAFile(local.authorities, local.caPath, local.caProblem)
	}
	return roots.Trust(chain)
}

// loadRoots reads the system's and Mozilla's roots, once.
func (s *Survey) loadRoots() *truststore.Store {
	s.system.Do(func() {
		env := s.Env
		if env == nil {
			env = os.Getenv
		}
		s.roots = truststore.Load(truststore.Options{Env: env})
	})
	return s.roots
}

// distinct drops hosts that are named twice.
func distinct(hosts []target.HostPort) []target.HostPort {
	seen := make(map[target.HostPort]bool, len(hosts))
	var list []target.HostPort
	for _, h := range hosts {
		if !seen[h] {
			seen[h] = true
			list = append(list, h)
		}
	}
	return list
}

// tally counts endpoints for Progress.
type tally struct {
	mu             sync.Mutex
	finished, want int
	report         func(done, total int)
}

func (t *tally) expect(n int) { t.update(0, n) }
func (t *tally) done()        { t.update(1, 0) }

func (t *tally) update(finished, want int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished += finished
	t.want += want
	if t.report != nil {
		t.report(t.finished, t.want)
	}
}
