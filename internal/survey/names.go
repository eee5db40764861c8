package survey

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/target"
)

// lookOtherwise asks for a name that DNS does not have in the other way: a name
// of SRV records in mongodb://, or a host's in mongodb+srv://, looks like a typo
// and is none.
func (s *Survey) lookOtherwise(ctx context.Context, t *target.Target, f *fact.Target) {
	ctx, cancel := context.WithTimeout(ctx, s.srvTimeout())
	defer cancel()
	if f.SRV != nil && f.SRV.Problem == "srv-not-found" {
		f.SRV.Addresses = s.addresses(ctx, t.SRVHost)
	}
	if t.Scheme == target.SRV || s.ConnectHost != "" {
		return
	}
	var all sync.WaitGroup
	for i := range f.Endpoints {
		e := &f.Endpoints[i]
		if e.Source == "seed" && e.DNS != nil && e.DNS.Failure == "not-found" {
			all.Go(func() { e.DNS.SRVHosts = s.srvHosts(ctx, e.Host) })
		}
	}
	all.Wait()
}

// addresses are those of a host; none where it has none.
func (s *Survey) addresses(ctx context.Context, host string) []string {
	resolver := s.client().Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ips, err := resolver.LookupNetIP(ctx, "ip", strings.TrimSuffix(host, ".")+".")
	if err != nil {
		return nil
	}
	var list []string
	for _, ip := range ips {
		list = keep(list, ip.Unmap().String())
	}
	return list
}

// srvHosts are the targets of a name's SRV records; none where it has none.
func (s *Survey) srvHosts(ctx context.Context, name string) []string {
	_, records, err := s.srv().LookupSRV(ctx, "mongodb", "tcp", strings.TrimSuffix(name, ".")+".")
	if err != nil {
		return nil
	}
	var list []string
	for _, r := range records {
		list = keep(list, net.JoinHostPort(strings.TrimSuffix(r.Target, "."), strconv.Itoa(int(r.Port))))
	}
	return list
}
