package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/fact"
)

// Resolver looks up DNS records. *net.Resolver is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// The findings that a seed list lookup can come to, by rising weight: the
// heaviest is fact.SRV.Problem, and fact.SRV.Detail tells them all.
const (
	txtInvalid     = "srv-txt-invalid"
	domainMismatch = "srv-domain-mismatch"
	dnsTimeout     = "dns-timeout"
	dnsFailure     = "dns-failure"
	srvNotFound    = "srv-not-found"
)

var srvWeight = []string{OptionConflict, txtInvalid, domainMismatch, dnsTimeout, dnsFailure, srvNotFound}

// ResolveSRV looks up the seed list of a mongodb+srv target (initial DNS
// seedlist discovery specification): SRV and TXT records at the same time,
// within timeout if that is positive. For other targets it returns no fact and
// the target's own hosts.
//
// The fact has all hosts that came back; the list has those that a driver may
// connect to, at most srvMaxHosts of them, in order. A failure is the fact's
// Problem and not an error: a driver would stop there, but the hosts are
// returned all the same. The options of a TXT record become the target's where
// the connection string has none; the problems are those that they bring.
func (t *Target) ResolveSRV(ctx context.Context, r Resolver, timeout time.Duration) (*fact.SRV, []HostPort, []Problem) {
	if t.Scheme != SRV || t.SRVHost == "" {
		return nil, t.Hosts, nil
	}
	now := t.Now
	if now == nil {
		now = time.Now
	}
	service := "mongodb"
	if s := t.Options.SRVServiceName; s.IsSet() {
		service = s.Value
	}
	name := strings.TrimSuffix(t.SRVHost, ".")
	f := &fact.SRV{Name: "_" + service + "._tcp." + name, Hosts: []string{}}
	started := now()
	srv, txt := lookUpSeeds(ctx, r, timeout, service, name)
	f.Ms = float64(now().Sub(started)) / float64(time.Millisecond)

	s := seeds{fact: f, domain: t.seedDomain(name)}
	if srv.err != nil && len(srv.records) == 0 && ctx.Err() == nil {
		s.said = diagnose(ctx, r, service, name)
		f.Server, f.Answer = s.said.server, s.said.answer()
	}
	hosts := s.takeSRV(srv)
	read, problems := s.takeTXT(txt)
	problems = append(problems, t.applyTXT(read)...)
	if b := t.Options.LoadBalanced; b.Value && len(hosts) > 1 {
		problems = append(problems, conflict(
			fmt.Sprintf("%s=true takes one host, and the SRV records name %d", b.Name, len(hosts)),
			"leave it out, or let the name stand for the load balancer alone", b.Name))
	}
	fresh := t.settle(problems)
	for _, p := range fresh {
		if p.Severity == Error {
			s.fault(OptionConflict, p.Message)
		}
	}
	return f, t.selectHosts(hosts), fresh
}

// srvAnswer and txtAnswer are what a lookup came to.
type srvAnswer struct {
	records []*net.SRV
	err     error
}

type txtAnswer struct {
	records []string
	err     error
}

// lookUpSeeds asks both questions at once. It returns when the time is over
// even if the resolver does not.
func lookUpSeeds(ctx context.Context, r Resolver, timeout time.Duration, service, name string) (srvAnswer, txtAnswer) {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	// The dot at the end keeps the search list of the system out: a driver that
	// tried it would look in domains that the user did not name.
	name += "."
	srvs := make(chan srvAnswer, 1)
	txts := make(chan txtAnswer, 1)
	go func() {
		_, records, err := r.LookupSRV(ctx, service, "tcp", name)
		srvs <- srvAnswer{records, err}
	}()
	go func() {
		records, err := r.LookupTXT(ctx, name)
		txts <- txtAnswer{records, err}
	}()
	srv, err := await(ctx, srvs)
	if err != nil {
		srv.err = err
	}
	txt, err := await(ctx, txts)
	if err != nil {
		txt.err = err
	}
	return srv, txt
}

// await receives an answer, or the reason why there is none; an answer that is
// there counts even when the time is over.
func await[T any](ctx context.Context, answers <-chan T) (T, error) {
	select {
	case a := <-answers:
		return a, nil
	case <-ctx.Done():
	}
	select {
	case a := <-answers:
		return a, nil
	default:
		var none T
		return none, ctx.Err()
	}
}

// seedDomain returns the domain that the hosts must be in: that of the name
// without its first label, or, of a name with fewer than three, the name.
func (t *Target) seedDomain(name string) string {
	if s := t.Options.SRVAllowedHostsSuffix; s.IsSet() {
		return s.Value
	}
	name = strings.ToLower(name)
	if _, parent, _ := strings.Cut(name, "."); strings.Contains(parent, ".") {
		return parent
	}
	return name
}

// seeds is a lookup as it is judged.
type seeds struct {
	fact *fact.SRV
	// domain is what the hosts must be in.
	domain string
	// said is what the name server said where it had no SRV record.
	said response
}

// fault records a problem, or "" for a remark; the heaviest stands, the details
// add up.
func (s *seeds) fault(problem, detail string) {
	if slices.Index(srvWeight, problem) > slices.Index(srvWeight, s.fact.Problem) {
		s.fact.Problem = problem
	}
	if s.fact.Detail != "" {
		s.fact.Detail += "; "
	}
	s.fact.Detail += detail
}

// takeSRV records the hosts and returns those that a driver may connect to, in
// order: priority and weight do not count.
func (s *seeds) takeSRV(a srvAnswer) []HostPort {
	if a.err != nil {
		what := "no SRV records for " + s.fact.Name
		problem, detail := lookupFault(a.err, what)
		if len(a.records) > 0 {
			// net.Resolver drops malformed names and returns the others.
			problem, detail = domainMismatch, "some SRV records for "+s.fact.Name+" have malformed names"
		} else if better, said := s.said.explain(); problem == dnsTimeout && said != "" {
			detail += ": " + said
		} else if said != "" {
			problem, detail = cmp.Or(better, problem), what+": "+said
		}
		s.fault(problem, detail)
	}
	records := a.records
	if len(records) > maxHosts {
		s.fault("", fmt.Sprintf("%d SRV records, of which the first %d are taken", len(records), maxHosts))
		records = records[:maxHosts]
	}
	var allowed, outside []HostPort
	for _, r := range records {
		h := HostPort{strings.ToLower(strings.TrimSuffix(printable(r.Target), ".")), int(r.Port)}
		if h.Host == "" {
			continue // RFC 2782: the service is decidedly not available here
		}
		s.fact.Hosts = append(s.fact.Hosts, h.String())
		if !strings.HasSuffix(h.Host, "."+s.domain) || checkName(h.Host) != "" || h.Port == 0 {
			outside = append(outside, h)
		} else if !slices.Contains(allowed, h) {
			allowed = append(allowed, h)
		}
	}
	slices.SortFunc(allowed, HostPort.compare)
	slices.SortFunc(outside, HostPort.compare)
	slices.Sort(s.fact.Hosts)
	if a.err == nil && len(s.fact.Hosts) == 0 {
		s.fault(srvNotFound, "no SRV records for "+s.fact.Name)
	}
	if len(outside) > 0 {
		const most = 3
		var names []string
		for _, h := range outside[:min(len(outside), most)] {
			names = append(names, h.String())
		}
		detail := "the SRV records name " + strings.Join(names, ", ")
		if n := len(outside) - len(names); n > 0 {
			detail += fmt.Sprintf(" and %d more", n)
		}
		s.fault(domainMismatch, detail+", of which none is a host with a port in "+s.domain+": drivers refuse the whole list")
	}
	return allowed
}

// takeTXT reads the options of the TXT record.
func (s *seeds) takeTXT(a txtAnswer) ([]given, []Problem) {
	var dns *net.DNSError
	if errors.As(a.err, &dns) && dns.IsNotFound && len(a.records) == 0 {
		return nil, nil // there need not be one
	}
	if a.err != nil {
		problem, detail := lookupFault(a.err, "the TXT record could not be looked up")
		if problem == srvNotFound {
			problem = txtInvalid
		}
		s.fault(problem, detail)
		return nil, nil
	}
	if len(a.records) > 1 {
		s.fault(txtInvalid, fmt.Sprintf("there are %d TXT records, and there may be one", len(a.records)))
		return nil, nil
	}
	for _, record := range a.records {
		s.fact.TXT = (&parts{hasQuery: true, query: record}).redacted(nil)[1:]
		return s.readTXT(record)
	}
	return nil, nil
}

// readTXT reads options as in a connection string, of which three are allowed.
// One of the three with a wrong value is a warning, as it is there; anything
// else is a fault.
func (s *seeds) readTXT(record string) ([]given, []Problem) {
	if record == "" {
		return nil, nil
	}
	read, problems := readQuery(record, FromTXT)
	var kept []given
	var warnings []Problem
	for _, g := range read {
		switch g.option.name {
		case "authSource", "replicaSet", "loadBalanced":
			kept = append(kept, g)
		default:
			s.fault(txtInvalid, "the TXT record sets "+g.name+", and may set authSource, replicaSet and loadBalanced only")
		}
	}
	for _, p := range problems {
		p.Message = "in the TXT record: " + p.Message
		switch {
		case p.Severity == Error || p.ID == OptionUnknown:
			s.fault(txtInvalid, p.Message)
		case p.ID == OptionInvalidValue:
			warnings = append(warnings, p)
		}
	}
	return kept, warnings
}

// applyTXT puts the TXT record's options under the target's.
func (t *Target) applyTXT(read []given) []Problem {
	if len(read) == 0 {
		return nil
	}
	t.given = append(t.given, read...)
	return t.apply()
}

// selectHosts takes srvMaxHosts of the hosts, at random.
func (t *Target) selectHosts(hosts []HostPort) []HostPort {
	most := t.Options.SRVMaxHosts.Value
	if most <= 0 || most >= int64(len(hosts)) {
		return hosts
	}
	shuffle := rand.Shuffle
	if t.Rand != nil {
		shuffle = t.Rand.Shuffle
	}
	selected := slices.Clone(hosts)
	shuffle(len(selected), func(i, j int) { selected[i], selected[j] = selected[j], selected[i] })
	selected = selected[:most]
	slices.SortFunc(selected, HostPort.compare)
	return selected
}

// compare orders hosts by name, then by port.
func (h HostPort) compare(other HostPort) int {
	return cmp.Or(cmp.Compare(h.Host, other.Host), cmp.Compare(h.Port, other.Port))
}

// lookupFault tells a lookup that took too long from one that failed.
func lookupFault(err error, what string) (problem, detail string) {
	reason := err.Error()
	var dns *net.DNSError
	if errors.As(err, &dns) {
		// The rest of the text is the name again, and the user's own server.
		reason = dns.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return dnsTimeout, what + ": the lookup was interrupted"
	case errors.Is(err, context.DeadlineExceeded) || dns != nil && dns.IsTimeout:
		return dnsTimeout, what + ": the lookup took too long"
	}
	return srvNotFound, what + ": " + printable(reason)
}
