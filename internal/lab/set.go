package lab

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// setName is the name of the lab's replica set.
const setName = "rs0"

// set is a replica set of three members, each on a port and with a certificate of
// its own. The first is the primary, and the target.
type set struct {
	bench   *bench
	members []*member
	// nodes are further CAs, caFile what the client's CA file holds.
	nodes  []Node
	caFile []string
	// zone is the lab's name server; nil while all names are this machine's.
	zone *zone
	// seeds are the members that the target names.
	seeds []*member
	// query is what the target has for options beside tls=true; with any, or
	// several seeds, it is a connection string.
	query []string
}

// member is one server of a set, or of a sharded cluster.
type member struct {
	// host is the name that the set has it by, port where it listens.
	host string
	port int
	// leaf is its certificate, of the intermediate if it has no other issuer.
	leaf Node
	// options are how it behaves. Those of the certificate are filled in.
	options Options
	// down is a member that is not there: nothing listens on its port.
	down bool

	listeners []net.Listener
}

// name is the member as the set's configuration has it.
func (m *member) name() string { return net.JoinHostPort(m.host, strconv.Itoa(m.port)) }

// names are the members as the set's configuration has them.
func (s *set) names() []string {
	var list []string
	for _, m := range s.members {
		list = append(list, m.name())
	}
	return list
}

// onSet is a replica set that departs from a healthy one on localhost by edit.
func onSet(edit func(*set)) func(*bench) error { return onNamedSet(nil, edit) }

// onNamedSet is onSet with a name for each member, which the lab's name server
// knows. The members tell each other apart by port alone without.
func onNamedSet(hosts []string, edit func(*set)) func(*bench) error {
	return func(b *bench) error {
		s := &set{bench: b, caFile: []string{root}}
		if hosts != nil {
			s.zone = &zone{addresses: map[string][]netip.Addr{}}
		}
		for i := range 3 {
			host := "localhost"
			if hosts != nil {
				host = hosts[i]
				s.resolve(host)
			}
			if err := s.add(host); err != nil {
				return err
			}
		}
		s.configure()
		s.seeds = s.members[:1]
		edit(s)
		return s.start()
	}
}

// resolve has the name server lead a name to this machine.
func (s *set) resolve(host string) {
	s.zone.addresses[host+"."] = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
}

// add adds a member, and binds it: the ports are part of the configuration.
func (s *set) add(host string) error {
	b := s.bench
	m := &member{host: host, leaf: leafNode()}
	m.leaf.ID = fmt.Sprintf("db%d", len(s.members))
	if host != "localhost" {
		m.leaf.CommonName, m.leaf.DNSNames, m.leaf.IPAddresses = host, []string{host}, nil
	}
	if len(s.members) == 0 {
		if err := b.bind(); err != nil {
			return err
		}
		m.listeners = b.listeners
	} else {
		listeners, err := listenLoopback(b.ctx)
		if err != nil {
			return err
		}
		for _, l := range listeners {
			b.onClose(func() { l.Close() })
		}
		m.listeners = listeners
	}
	m.port = m.listeners[0].Addr().(*net.TCPAddr).Port
	s.members = append(s.members, m)
	return nil
}

// configure tells every member of the others.
func (s *set) configure() {
	for i, m := range s.members {
		m.options.Hello = Hello{
			SetName: setName, Hosts: s.names(), Me: m.name(),
			Secondary: i > 0, Primary: s.members[0].name(),
		}
	}
}

// start makes the certificates and serves the members.
func (s *set) start() error {
	b := s.bench
	nodes := []Node{rootNode(), intermediateNode()}
	nodes = append(nodes, s.nodes...)
	for _, m := range s.members {
		nodes = append(nodes, m.leaf)
	}
	pki, err := NewPKI(b.now(), nodes...)
	if err != nil {
		return err
	}
	if len(s.caFile) > 0 {
		if err := b.file("tlsCAFile", "ca.pem", pki.PEM(s.caFile...)); err != nil {
			return err
		}
	}
	if err := s.close(); err != nil {
		return err
	}
	for _, m := range s.members {
		if m.down {
			continue
		}
		present := []string{m.leaf.ID}
		if m.leaf.Issuer != "" && m.leaf.Issuer != root {
			present = append(present, m.leaf.Issuer)
		}
		m.options.Certificate, m.options.Now = pki.Chain(present...), b.now
		served := serve(m.listeners, newMongod(m.options).handle)
		b.onClose(served.close)
	}
	if s.zone != nil {
		for name := range s.zone.addresses {
			b.instance.Names = append(b.instance.Names, strings.TrimSuffix(name, "."))
		}
		slices.Sort(b.instance.Names)
		if err := b.dns(s.zone); err != nil {
			return err
		}
	}
	s.finish()
	return nil
}

// close takes the members off the network that are down. Each gets a port that
// nobody can be given meanwhile, in place of the one that was bound for it.
func (s *set) close() error {
	up := slices.IndexFunc(s.members, func(m *member) bool { return !m.down })
	for _, m := range s.members {
		if !m.down {
			continue
		}
		for _, l := range m.listeners {
			l.Close()
		}
		port, err := s.bench.closedPort(s.members[up].listeners[0].Addr())
		if err != nil {
			return err
		}
		was := m.name()
		m.port = port
		for _, other := range s.members {
			h := &other.options.Hello
			h.Hosts = renamed(h.Hosts, was, m.name())
			h.Primary = renamed([]string{h.Primary}, was, m.name())[0]
			h.Me = renamed([]string{h.Me}, was, m.name())[0]
		}
	}
	return nil
}

// renamed are names of which one has changed.
func renamed(names []string, from, to string) []string {
	list := slices.Clone(names)
	for i := range list {
		if list[i] == from {
			list[i] = to
		}
	}
	return list
}

// finish sets the target and the connection string.
func (s *set) finish() {
	b := s.bench
	if b.scheme == "mongodb+srv" {
		b.host = clusterName
		return
	}
	b.host, b.port = s.seeds[0].host, s.seeds[0].port
	if l := s.seeds[0].listeners; len(l) > 0 && !s.seeds[0].down {
		b.instance.Address = l[0].Addr().String()
	}
	for _, m := range s.seeds {
		b.seeds = append(b.seeds, m.name())
	}
	if len(s.seeds) > 1 || len(s.query) > 0 {
		b.instance.Target = "mongodb://" + strings.Join(b.seeds, ",") + "/?" + strings.Join(append([]string{"tls=true"}, s.query...), "&")
	}
	hello := s.members[0].options.Hello
	switch {
	case len(s.query) > 0:
		b.query = append(slices.Clone(s.query), b.query...)
	case hello.SetName != "":
		b.query = append([]string{"replicaSet=" + hello.SetName}, b.query...)
	}
}
