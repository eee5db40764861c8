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
	"github.com/mongotls/mongotls/internal/target"
	"github.com/mongotls/mongotls/internal/truststore"
)

// DefaultConcurrency is how many endpoints are observed at once. Each takes up to
// ten connections, and systems give a process a thousand descriptors or fewer.
const DefaultConcurrency = 32

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
	// Offline contacts nobody but the endpoints.
	Offline bool
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
	slots := make(chan struct{}, s.concurrency())
	tally := &tally{report: s.Progress}
	for i, t := range targets {
		all.Go(func() { run.Targets[i] = s.observeTarget(ctx, t, slots, tally) })
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
	return f, distinct(hosts)
}

func (s *Survey) observeTarget(ctx context.Context, t *target.Target, slots chan struct{}, tally *tally) fact.Target {
	f, hosts := s.Plan(ctx, t)
	tally.expect(len(hosts))
	local := s.readFiles(t)
	f.Files, f.ClientCertificates = local.facts, local.clientFacts
	describeUser(f.X509, local.client)
	source := "seed"
	if t.Scheme == target.SRV {
		source = "srv"
	}
	f.Endpoints = make([]fact.Endpoint, len(hosts))
	// A client whose certificate-key file is of no use never gets to authenticate.
	authenticate := s.Authenticate && (local.client != nil || !t.Options.TLSCertificateKeyFile.IsSet())
	username := ""
	if f.X509 != nil {
		username = f.X509.Username
	}
	var all sync.WaitGroup
	for i, h := range hosts {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots; tally.done() }()
			e := s.client().Observe(ctx, probe.Request{
				Host: h.Host, Port: h.Port, Source: source,
				ServerName: s.ServerName, ConnectHost: s.ConnectHost, ConnectPort: s.ConnectPort,
				TLS: t.TLS, LoadBalanced: t.Options.LoadBalanced.Value,
				ClientCertificate: local.client, Quick: s.Quick,
				Authenticate: authenticate, Username: username,
			})
			if len(e.Certificates) > 0 {
				e.Trust = s.trust(&local, e.Certificates)
				e.Issuers = s.issuers(ctx, t, &e)
				e.Revocation = s.revocation(ctx, t, &local, &e)
			}
			f.Endpoints[i] = e
		})
	}
	all.Wait()
	return f
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
