package survey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/target"
)

// MaxMembers is how many members are looked at of one target beside its own
// hosts: as many as a replica set can have. What answers hello with more is no
// replica set, and gets no more connections out of us.
const MaxMembers = 50

// The bounds of what is kept of names that are not looked at.
const (
	maxNamesKept = 20
	maxNamed     = 10_000
)

// whyNotFollowed is why the members that hello names are not looked at; empty
// where they are.
func (s *Survey) whyNotFollowed(t *target.Target) string {
	switch {
	case s.NoMembers:
		return "--no-members"
	case s.Quick:
		return "--quick"
	case s.ConnectHost != "":
		return "--connect leads to one endpoint"
	case t.Options.DirectConnection.Value:
		return "directConnection=true"
	case t.Options.LoadBalanced.Value:
		return "loadBalanced=true"
	}
	return ""
}

// run is what the targets of one run share.
type run struct {
	slots chan struct{}
	tally *tally
	// seeds are the hosts that some target names.
	seeds map[target.HostPort]bool

	mu sync.Mutex
	// members are those observed, by name and by the options that they were
	// observed with: several targets may lead to the same.
	members map[string]func() fact.Endpoint
}

// newRun readies a run over the targets.
func (s *Survey) newRun(targets []*target.Target) *run {
	r := &run{
		slots: make(chan struct{}, s.concurrency()), tally: &tally{report: s.Progress},
		seeds: map[target.HostPort]bool{}, members: map[string]func() fact.Endpoint{},
	}
	for _, t := range targets {
		for _, h := range t.Hosts {
			r.seeds[folded(h)] = true
		}
	}
	return r
}

// folded is a host as names compare, without regard to case.
func folded(h target.HostPort) target.HostPort {
	h.Host = strings.ToLower(h.Host)
	return h
}

// deployment is a target while its endpoints are observed: those that it names,
// and the members that these name in turn.
type deployment struct {
	survey *Survey
	run    *run
	target *target.Target
	local  *localFiles
	// options tell which targets see a member alike.
	options string
	follow  bool
	// authenticate is whether to authenticate by the client certificate, and
	// username what the connection string has as user name.
	authenticate bool
	username     string
	all          sync.WaitGroup

	mu      sync.Mutex
	seeds   []fact.Endpoint
	members []*fact.Endpoint
	seen    map[target.HostPort]bool
	named   map[target.HostPort]bool
	// These are names that are not looked at here: see fact.Discovery.
	elsewhere, left, unusable []string
}

// observe looks at the hosts and at what they name, and returns when all is done.
func (d *deployment) observe(ctx context.Context, hosts []target.HostPort, source string) {
	d.seeds = make([]fact.Endpoint, len(hosts))
	d.seen, d.named = map[target.HostPort]bool{}, map[target.HostPort]bool{}
	for _, h := range hosts {
		d.seen[folded(h)] = true
	}
	d.run.tally.expect(len(hosts))
	for i, h := range hosts {
		d.all.Go(func() {
			d.run.slots <- struct{}{}
			defer func() { <-d.run.slots; d.run.tally.done() }()
			s := d.survey
			e := s.observeEndpoint(ctx, d.target, d.local, probe.Request{
				Host: h.Host, Port: h.Port, Source: source,
				ServerName: s.ServerName, ConnectHost: s.ConnectHost, ConnectPort: s.ConnectPort,
				Authenticate: d.authenticate, Username: d.username,
				Named: func(members []string) { d.take(ctx, members) },
			})
			if e.Server != nil {
				// Where hello was answered in clear alone, it is learned of here.
				d.take(ctx, e.Server.Hosts)
			}
			d.seeds[i] = e
		})
	}
	d.all.Wait()
}

// take notes the members that an endpoint names, and looks at those that are new.
func (d *deployment) take(ctx context.Context, names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range names {
		h, err := target.ParseMember(name)
		if err != nil {
			d.unusable = keep(d.unusable, name)
			continue
		}
		if len(d.named) < maxNamed {
			d.named[h] = true
		}
		switch {
		case !d.follow || d.seen[h]:
		case d.run.seeds[h]:
			// It is a target of its own, and judged as that.
			d.elsewhere = keep(d.elsewhere, h.String())
		case len(d.members) >= MaxMembers:
			d.left = keep(d.left, h.String())
		default:
			d.seen[h] = true
			e := &fact.Endpoint{}
			d.members = append(d.members, e)
			d.run.tally.expect(1)
			d.all.Go(func() { *e = d.observeMember(ctx, h) })
		}
	}
}

// keep adds a name to a short list, once.
func keep(list []string, name string) []string {
	if len(list) >= maxNamesKept || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// observeMember looks at a member by the name that the set advertises it by. What
// it names is followed too: its list may be another.
func (d *deployment) observeMember(ctx context.Context, h target.HostPort) fact.Endpoint {
	defer d.run.tally.done()
	key := h.String() + " " + d.options
	d.run.mu.Lock()
	observed, ok := d.run.members[key]
	if !ok {
		observed = sync.OnceValue(func() fact.Endpoint {
			d.run.slots <- struct{}{}
			defer func() { <-d.run.slots }()
			return d.survey.observeEndpoint(ctx, d.target, d.local, probe.Request{
				Host: h.Host, Port: h.Port, Source: "member",
				Authenticate: d.authenticate, Username: d.username,
				Named: func(members []string) { d.take(ctx, members) },
			})
		})
		d.run.members[key] = observed
	}
	d.run.mu.Unlock()
	e := observed()
	if e.Server != nil {
		d.take(ctx, e.Server.Hosts)
	}
	return e
}

// endpoints are those observed: the target's own in its order, then the members
// by name.
func (d *deployment) endpoints() []fact.Endpoint {
	all := d.seeds
	slices.SortFunc(d.members, func(a, b *fact.Endpoint) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Port, b.Port))
	})
	for _, e := range d.members {
		all = append(all, *e)
	}
	return all
}

// discovery tells how the members were found.
func (d *deployment) discovery(f *fact.Discovery, endpoints []fact.Endpoint) *fact.Discovery {
	f.Named, f.Elsewhere, f.Left, f.Unusable = len(d.named), d.elsewhere, d.left, d.unusable
	for _, e := range endpoints {
		if e.Server != nil {
			f.Named = max(f.Named, e.Server.HostCount)
		}
	}
	slices.Sort(f.Elsewhere)
	slices.Sort(f.Left)
	slices.Sort(f.Unusable)
	return f
}

// newDeployment readies the observation of a target with the facts known of it.
func (s *Survey) newDeployment(r *run, t *target.Target, f *fact.Target, local *localFiles) *deployment {
	d := &deployment{
		survey: s, run: r, target: t, local: local,
		options: fmt.Sprintf("%+v", f.Options), follow: f.Discovery.Followed,
		// A client whose certificate-key file is of no use never gets to authenticate.
		authenticate: s.Authenticate && (local.client != nil || !t.Options.TLSCertificateKeyFile.IsSet()),
	}
	if f.X509 != nil {
		d.username = f.X509.Username
		d.options += " " + d.username
	}
	return d
}
