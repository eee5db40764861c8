package finding

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// isMember reports whether the endpoint is one that only hello named.
func (j *judge) isMember() bool { return j.endpoint.Source == "member" }

// setOf is what the set is called for a sentence.
func setOf(name string) string {
	if name == "" {
		return "the replica set"
	}
	return "the replica set " + name
}

// judgeUnreachableMember: a member that is not to be had by the name that the set
// gives it. The name itself is the first suspect. It reports whether the member
// is such a one.
func (j *judge) judgeUnreachableMember() bool {
	e := j.endpoint
	reached := slices.ContainsFunc(e.Addresses, func(a fact.Address) bool { return a.TCP.OK })
	lookup := e.DNS != nil && e.DNS.Failure != ""
	failed := slices.DeleteFunc(slices.Clone(e.Addresses), func(a fact.Address) bool { return a.TCP.OK || a.TCP.Failure == "not-tried" })
	if !j.isMember() || reached || (!lookup && len(failed) == 0) {
		return false
	}
	evidence := map[string]any{"member": fact.HostPort(e.Host, e.Port), "setName": j.setName(), "advertisedBy": j.advertisers()}
	detail := fmt.Sprintf("%s advertises the member %s.", capital(setOf(j.setName())), fact.HostPort(e.Host, e.Port))
	if lookup {
		evidence["error"] = e.DNS.Error
		detail += fmt.Sprintf(" Looking up %s: %s.", e.Host, e.DNS.Error)
	} else {
		ips, more := addressEvidence(failed)
		evidence["addresses"], evidence["errors"] = more["addresses"], more["errors"]
		detail += fmt.Sprintf(" Connecting to %s port %d: %s.", listed(ips), e.Port, tellingAddress(failed).TCP.Error)
	}
	f := j.add("member-unreachable", Fail, Certain, "", evidence)
	switch {
	case loopback(e.Host) && !j.seedIsLocal():
		detail += " That name is every machine's own: to a client elsewhere it is the client's machine. A set that was initiated by rs.initiate() without a configuration, as in many containers, has such a name."
		f.Title = "The replica set advertises a member as " + e.Host
		f.Fix = f.Fix[1:]
	case lookup && e.DNS.Failure == "not-found" && !strings.Contains(strings.TrimSuffix(e.Host, "."), "."):
		detail += " A name without a domain resolves only where it was made up: in the containers of one network, or by a hosts file."
	case lookup && e.DNS.Failure == "not-found":
	case isPrivate(e.Host):
		detail += " It is an address of a private network, and is reached from within that only."
	case !lookup && tcpFinding(tellingAddress(failed).TCP.Failure) == "tcp-refused":
		f.Fix = append([]string{"Check that mongod runs there, and listens on that address and port (net.bindIp, net.port); a mongod that rejects its own TLS configuration exits at start."}, f.Fix...)
	}
	f.Detail = detail
	if f.Fix[0] == fill(renameMember, j.values) {
		f.Fix[0] = strings.TrimPrefix(f.Fix[0], "Or a")
		f.Fix[0] = "A" + f.Fix[0]
	}
	return true
}

// seedIsLocal reports whether the target names this machine itself.
func (j *judge) seedIsLocal() bool {
	return slices.ContainsFunc(j.target.Endpoints, func(e fact.Endpoint) bool { return e.Source != "member" && loopback(e.Host) })
}

// capital begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// isPrivate reports whether a host is an address that other networks do not lead
// to (RFC 1918, RFC 4193).
func isPrivate(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// setName is the name of the set that the endpoint belongs to or is named by.
func (j *judge) setName() string {
	if j.server().SetName != "" {
		return j.server().SetName
	}
	return j.target.ExpectedSet()
}

// advertisers are the endpoints that name this one as a member.
func (j *judge) advertisers() []string {
	var list []string
	for i := range j.target.Endpoints {
		e := &j.target.Endpoints[i]
		if e.Server != nil && slices.ContainsFunc(e.Server.Hosts, func(h string) bool { return sameHost(h, keyOf(j.endpoint)) }) {
			list = append(list, fact.HostPort(e.Host, e.Port))
		}
	}
	return list
}

// keyOf is the endpoint's name as names of members compare.
func keyOf(e *fact.Endpoint) string { return strings.ToLower(fact.HostPort(e.Host, e.Port)) }

// defaultPort is the port of a name without one.
const defaultPort = 27017

// sameHost reports whether a member's name is the one of the key.
func sameHost(name, key string) bool {
	host, port := splitHostPort(name)
	if port == "" {
		name = fact.HostPort(host, defaultPort)
	}
	return strings.EqualFold(name, key)
}

// judgeSet: is the server of the expected set.
func judgeSet(j *judge) {
	s, want := j.server(), j.target.ExpectedSet()
	if !j.target.OfAnotherSet(j.endpoint) {
		return
	}
	evidence := map[string]any{"expected": want, "setName": s.SetName, "type": s.Type}
	from := "replicaSet in the connection string"
	if j.target.Options.ReplicaSet == "" {
		from = "the set that was found first"
	}
	detail := fmt.Sprintf("The server is of the set %q, and %s is %q.", s.SetName, from, want)
	if s.SetName == "" {
		detail = fmt.Sprintf("The server is of no replica set (%s), and %s is %q.", s.Type, from, want)
	}
	f := j.add("set-name-mismatch", Fail, Certain, detail, evidence)
	if s.Type == "Mongos" {
		f.Fix = append([]string{"The server is a mongos: leave replicaSet out of the connection string."}, f.Fix...)
	}
}

// judgeLoadBalancer: does the server see the load balancer that the connection
// string speaks of.
func judgeLoadBalancer(j *judge) {
	const mismatch = 354
	s := j.server()
	switch {
	case s.ErrorCode == mismatch:
		f := j.add("load-balancer-mismatch", Fail, Certain, fmt.Sprintf("The server answered hello with error %d: %s.", s.ErrorCode, strings.TrimSuffix(s.ErrorMessage, ".")),
			map[string]any{"code": s.ErrorCode, "loadBalanced": j.target.Options.LoadBalanced})
		f.Fix = []string{"Add loadBalanced=true to the connection string: the port is that of a load balancer. Leave out replicaSet and directConnection, which do not go with it."}
	case j.target.Unbalanced(j.endpoint):
		f := j.add("load-balancer-mismatch", Fail, Certain, fmt.Sprintf("The connection string has loadBalanced=true, and the reply to hello has no serviceId; the server is of the type %s.", s.Type),
			map[string]any{"code": 0, "loadBalanced": true})
		f.Fix = []string{"Leave loadBalanced out of the connection string, and out of the TXT record of a mongodb+srv name; or name the load balancer's port, which a mongos has beside its own (loadBalancerPort)."}
	}
}

// judgeMe: does a member call itself as it is called.
func judgeMe(j *judge) {
	s := j.server()
	if s.Me == "" || s.SetName == "" || sameHost(s.Me, keyOf(j.endpoint)) || j.target.Options.DirectConnection {
		return
	}
	name := fact.HostPort(j.endpoint.Host, j.endpoint.Port)
	evidence := map[string]any{"dialled": name, "me": s.Me, "hosts": s.Hosts}
	if j.isMember() {
		j.add("me-mismatch", Warn, Certain, fmt.Sprintf("%s is a member's name, and the server that it leads to calls itself %s.", name, s.Me), evidence)
		return
	}
	f := j.add("me-mismatch", Info, Certain, fmt.Sprintf("%s calls itself %s: drivers go on with the members that it names (%s).", name, s.Me, listed(s.Hosts)), evidence)
	f.Title = "Drivers go on with the members' own names"
}

// memberMismatch tells that a member's certificate is not for its advertised
// name: the names of both sides, and what the other members make of it.
func (j *judge) memberMismatch(n verify.NameResult, evidence map[string]any) *Finding {
	e := j.endpoint
	advertised := fact.HostPort(e.Host, e.Port)
	configured := j.server().Hosts
	if len(configured) == 0 {
		configured = []string{advertised}
	}
	accepts := verify.MatchHost(verify.NamesMongod, j.leaf(), n.Checked)
	evidence["advertised"], evidence["configuration"], evidence["membersAccept"] = advertised, configured, accepts
	detail := fmt.Sprintf("%s advertises the member as %s; its certificate is for %s. The configuration has: %s.",
		capital(setOf(j.setName())), advertised, listed(n.Names), listed(configured))
	if accepts {
		detail += " The members talk to each other all the same: mongod takes the name where drivers do not."
	} else {
		detail += " The other members do not accept it either, unless they have net.tls.allowInvalidHostnames."
	}
	f := j.add("member-hostname-mismatch", Fail, Certain, detail, evidence)
	f.Title += ": " + n.Checked
	return f
}

// judgeMembersMatcher: drivers take the member's certificate for its name, and
// the other members do not.
func judgeMembersMatcher(j *judge) {
	leaf := j.leaf()
	if leaf == nil || !j.name.OK || j.server().SetName == "" || verify.MatchHost(verify.NamesMongod, leaf, j.name.Checked) || !j.advertised() {
		return
	}
	f := j.add("member-hostname-mismatch", Warn, Likely, fmt.Sprintf("Drivers find %s in the certificate (%s), and the other members do not: mongod looks at the common name only without any subjectAltName.", j.name.Checked, listed(j.name.Names)),
		map[string]any{"checked": j.name.Checked, "names": j.name.Names, "membersAccept": false})
	f.Title = "The other members do not find the name in the member's certificate"
}

// advertised reports whether the endpoint's name is one that members are called
// by.
func (j *judge) advertised() bool { return len(j.advertisers()) > 0 }
