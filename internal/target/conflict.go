package target

import "fmt"

// forbidden are the pairs of options that must not appear together, whatever
// their values (URI options specification, "Conflicting TLS options").
var forbidden = [][2]string{
	{"tlsInsecure", "tlsAllowInvalidCertificates"},
	{"tlsInsecure", "tlsAllowInvalidHostnames"},
	{"tlsInsecure", "tlsDisableOCSPEndpointCheck"},
	{"tlsInsecure", "tlsDisableCertificateRevocationCheck"},
	{"tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"},
	{"tlsAllowInvalidCertificates", "tlsDisableCertificateRevocationCheck"},
	{"tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"},
}

// Validate returns what is wrong with the options together: every pair that the
// specifications forbid, and what follows from the options for TLS. It depends
// on the options in force alone and may be called at any time; Parse, Override
// and ResolveSRV have reported the same, each what was new.
func (t *Target) Validate() []Problem {
	var problems []Problem
	names := t.present()
	for _, pair := range forbidden {
		a, b := names[pair[0]], names[pair[1]]
		if a != "" && b != "" {
			problems = append(problems, conflict(a+" and "+b+" must not be given together, whatever their values", "leave one out", a, b))
		}
	}
	problems = append(problems, t.checkTLSValues()...)
	problems = append(problems, t.checkTopology()...)
	problems = append(problems, t.checkTransport(names)...)
	problems = append(problems, t.checkTLSUse()...)
	return append(problems, t.checkX509()...)
}

func conflict(message, hint string, options ...string) Problem {
	return Problem{Severity: Error, ID: OptionConflict, Options: options, Message: message, Hint: hint}
}

// present returns the name under which each option is in force or, if its value
// is wrong, was given. A TXT record's options cannot bear on TLS.
func (t *Target) present() map[string]string {
	names := map[string]string{}
	strongest := map[string]given{}
	for _, g := range t.given {
		if s, ok := strongest[g.option.name]; !ok || !s.outranks(g) {
			strongest[g.option.name] = g
			names[g.option.name] = g.name
		}
	}
	return names
}

// checkTLSValues holds all of tls and ssl to one value.
func (t *Target) checkTLSValues() []Problem {
	var first *given
	for i, g := range t.given {
		if g.option.name != "tls" || g.value == nil {
			continue
		}
		if first == nil {
			first = &t.given[i]
		} else if first.value != g.value {
			return []Problem{conflict(
				fmt.Sprintf("%s=%t and %s=%t contradict each other", first.name, first.value, g.name, g.value),
				"leave one out", first.name, g.name)}
		}
	}
	return nil
}

// checkTopology applies the rules of directConnection, loadBalanced and the SRV
// options (URI options, load balancer and initial DNS seedlist discovery
// specifications).
func (t *Target) checkTopology() []Problem {
	var problems []Problem
	add := func(message, hint string, options ...string) {
		problems = append(problems, conflict(message, hint, options...))
	}
	o := t.Options
	hosts := len(t.Hosts) + len(t.Sockets)
	direct, balanced := o.DirectConnection, o.LoadBalanced
	if direct.Value && hosts > 1 {
		add(fmt.Sprintf("%s=true connects to one host, and there are %d", direct.Name, hosts), "leave it out, or name one host", direct.Name)
	}
	if direct.Value && t.Scheme == SRV {
		add(direct.Name+"=true cannot go with mongodb+srv, whose name stands for several hosts", "leave it out, or use mongodb:// with one host", direct.Name)
	}
	if balanced.Value {
		if hosts > 1 {
			add(fmt.Sprintf("%s=true takes one host, and there are %d", balanced.Name, hosts), "name the load balancer alone", balanced.Name)
		}
		if o.ReplicaSet.IsSet() {
			add(balanced.Name+"=true cannot go with "+o.ReplicaSet.Name, "leave one out", balanced.Name, o.ReplicaSet.Name)
		}
		if direct.Value {
			add(balanced.Name+"=true cannot go with "+direct.Name+"=true", "leave one out", balanced.Name, direct.Name)
		}
	}
	if most := o.SRVMaxHosts; most.Value > 0 {
		if o.ReplicaSet.IsSet() {
			add(most.Name+" cannot go with "+o.ReplicaSet.Name+": it selects among routers", "leave one out", most.Name, o.ReplicaSet.Name)
		}
		if balanced.Value {
			add(most.Name+" cannot go with "+balanced.Name+"=true", "leave one out", most.Name, balanced.Name)
		}
	}
	if t.Scheme != SRV {
		for _, g := range t.given {
			switch g.option.name {
			case "srvServiceName", "srvMaxHosts", "srvAllowedHostsSuffix":
				add(g.name+" is for mongodb+srv only", "leave it out", g.name)
			}
		}
	}
	return problems
}

// checkTransport tells of ways to the server that carry no TLS or that are not
// taken here.
func (t *Target) checkTransport(names map[string]string) []Problem {
	var problems []Problem
	if len(t.Sockets) > 0 {
		p := Problem{ID: UnixSocket, Message: "there is no TLS over a Unix domain socket, and it is left out"}
		if len(t.Hosts) == 0 {
			p.Severity = Error
			p.Message = "there is no TLS over a Unix domain socket, and no other host to check"
			p.Hint = "name the host and port that the server listens on"
		}
		problems = append(problems, p)
	}
	if name := names["proxyHost"]; name != "" {
		problems = append(problems, Problem{
			ID: ProxyNotUsed, Options: []string{name},
			Message: name + " names a SOCKS5 proxy, and the hosts are checked without it",
			Hint:    "run the check where the hosts can be reached directly",
		})
	}
	return problems
}
