// Package lab runs misconfigured MongoDB TLS endpoints on loopback, with the
// PKI that each needs, so that anyone can see a failure, point a client at it,
// and so that this project's tests have something to diagnose.
//
// An endpoint behaves on the wire as the real one does: mongod on OpenSSL, a
// TLS-terminating proxy written in Go, another kind of server, or none. Every
// key and certificate is made when a scenario starts and is worth nothing
// elsewhere.
package lab

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// Scenario is one thing that can be wrong with an endpoint, or nothing.
type Scenario struct {
	// ID names it: that of the finding where one scenario shows one finding.
	ID string
	// Group is the heading that it is listed under.
	Group string
	// Title is a few words, Summary what is wrong and where, in a sentence or
	// two.
	Title   string
	Summary string
	// Finding is the identifier of the true cause, which a diagnosis must name
	// first; empty where there is nothing to find.
	Finding string
	// Verdict is the endpoint's, or the target's where it has no endpoint:
	// "pass", "warn", "fail" or "unreachable".
	Verdict string
	// NeedsLabDNS says that the target exists only in the lab's own name server,
	// so that no other client can be pointed at it.
	NeedsLabDNS bool
	// Modelled says that loopback cannot fail this way, so that the failure is
	// that of Instance.Dial, and no other client can see it.
	Modelled bool

	build func(*bench) error
}

// Servable reports whether any client on this machine can see the scenario, once
// it finds Instance.Name where there is one.
func (s Scenario) Servable() bool { return !s.NeedsLabDNS && !s.Modelled }

// Scenarios returns all scenarios, grouped, always in the same order.
func Scenarios() []Scenario {
	return slices.Concat(
		healthy(), reaching(), answering(), handshaking(), protocols(), scanned(),
		certificates(), anchors(), paths(), keys(), purposes(), hostnames(), names(),
		revocations(), clientCertificates(), authentications(), configurations(), keyFiles(), connectionOptions(),
		seedLists(), members(), clouds(),
	)
}

// StartOptions say how to run a scenario.
type StartOptions struct {
	// Dir is the folder to write certificates and keys to, each readable by its
	// owner alone; empty means a temporary one that Close removes.
	Dir string
	// Now is the clock that certificates are valid by and that servers tell; nil
	// means the system's.
	Now func() time.Time
	// Listen is the address to listen on, "127.0.0.1:27017"; empty means a free
	// port of 127.0.0.1 and, where there is one, the same of ::1.
	Listen string
}

// Instance is a scenario that runs.
type Instance struct {
	// Target is what to check, as mongotls check takes it.
	Target string
	// Args are the flags of mongotls check that belong to the case:
	// "--tlsCAFile=/tmp/lab/ca.pem".
	Args []string
	// URI is the connection string for any other client, TLS options included.
	URI string
	// Name is the target's host where it is a name that leads to the endpoint only
	// by an entry in the hosts file; empty for others.
	Name string
	// Names are those of a deployment's members that lead to this machine only by
	// entries in the hosts file, where they are not this machine's own; sorted.
	Names []string
	// Address is where the endpoint listens, "127.0.0.1:40123"; empty where
	// nothing does.
	Address string
	// Files are the paths of the files written, by the option that names them:
	// "tlsCAFile".
	Files map[string]string
	// Resolver is the name server that knows the target; nil means the system's.
	Resolver *net.Resolver
	// Dial is how the target is reached; nil means by the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Env are environment variables that belong to the case: SSL_CERT_FILE.
	Env map[string]string

	closers []func()
	once    sync.Once
}

// Close stops the endpoint, ends its connections and waits for them. It may be
// called more than once.
func (i *Instance) Close() {
	i.once.Do(func() {
		for _, f := range slices.Backward(i.closers) {
			f()
		}
	})
}

// Start runs the scenario of this ID until the context ends or the instance is
// closed, whichever comes first; the caller closes it in any case.
func Start(ctx context.Context, id string, opts StartOptions) (*Instance, error) {
	scenarios := Scenarios()
	at := slices.IndexFunc(scenarios, func(s Scenario) bool { return s.ID == id })
	if at < 0 {
		return nil, fmt.Errorf("no scenario %q", id)
	}
	i, err := start(ctx, opts, scenarios[at].build)
	if err != nil {
		return nil, fmt.Errorf("starting scenario %q: %w", id, err)
	}
	return i, nil
}

// StartMongod runs a mongod as the options have it, for what no scenario shows.
// The target is localhost, and the instance has neither flags nor files.
func StartMongod(ctx context.Context, o Options, opts StartOptions) (*Instance, error) {
	i, err := start(ctx, opts, func(b *bench) error {
		if err := b.bind(); err != nil {
			return err
		}
		if o.Now == nil {
			o.Now = b.now
		}
		b.serve(newMongod(o).handle)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("starting mongod: %w", err)
	}
	return i, nil
}

func start(ctx context.Context, opts StartOptions, build func(*bench) error) (*Instance, error) {
	ctx, cancel := context.WithCancel(ctx)
	b, err := newBench(ctx, cancel, opts)
	if err == nil {
		err = build(b)
	}
	if err != nil {
		b.instance.Close()
		return nil, err
	}
	b.finish()
	context.AfterFunc(ctx, b.instance.Close)
	return b.instance, nil
}
