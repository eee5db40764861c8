package lab

import (
	"context"
	"net"
	"net/netip"
	"strings"
)

// Zone is what a name server of the lab knows, for what no scenario shows: a name
// that it does not have does not exist. Names end in a dot or not.
type Zone struct {
	Addresses map[string][]netip.Addr
	SRV       map[string][]net.SRV
	// TXT has one string for each record.
	TXT map[string][]string
}

// StartNameServer runs a name server on loopback, by UDP and TCP. The resolver
// asks it and nobody else; stop ends it.
func StartNameServer(ctx context.Context, z Zone) (resolver *net.Resolver, stop func(), err error) {
	name := func(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) + "." }
	inner := &zone{addresses: map[string][]netip.Addr{}, services: map[string][]service{}, texts: map[string][][]string{}}
	for host, addresses := range z.Addresses {
		inner.addresses[name(host)] = addresses
	}
	for host, records := range z.SRV {
		for _, r := range records {
			inner.services[name(host)] = append(inner.services[name(host)], service{port: r.Port, target: name(r.Target)})
		}
	}
	for host, records := range z.TXT {
		for _, r := range records {
			inner.texts[name(host)] = append(inner.texts[name(host)], []string{r})
		}
	}
	n, err := startNameServer(ctx, inner)
	if err != nil {
		return nil, nil, err
	}
	return n.resolver(), n.close, nil
}
