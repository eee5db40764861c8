package finding

import (
	"fmt"
	"slices"

	"github.com/mongotls/mongotls/internal/fact"
)

// judgeAddresses: was there an address, and a port that answers.
func judgeAddresses(j *judge) {
	e := j.endpoint
	host := j.values["dialhost"]
	if j.judgeUnreachableMember() || j.judgeOtherKind() {
		return
	}
	if e.DNS != nil && e.DNS.Failure != "" {
		id := map[string]ID{"not-found": "dns-not-found", "timeout": "dns-timeout"}[e.DNS.Failure]
		if id == "" {
			id = "dns-failure"
		}
		j.add(id, Fail, Certain, fmt.Sprintf("Looking up %s: %s.", host, e.DNS.Error), map[string]any{"error": e.DNS.Error})
		return
	}
	reached := slices.ContainsFunc(e.Addresses, func(a fact.Address) bool { return a.TCP.OK })
	failed := slices.DeleteFunc(slices.Clone(e.Addresses), func(a fact.Address) bool {
		return a.TCP.OK || a.TCP.Failure == "not-tried"
	})
	switch {
	case len(failed) > 0 && reached:
		j.judgeSomeAddresses(host, failed)
	case len(failed) > 0:
		a := tellingAddress(failed)
		ips, evidence := addressEvidence(failed)
		j.add(tcpFinding(a.TCP.Failure), Fail, Certain, fmt.Sprintf("Connecting to %s port %s: %s.", listed(ips), j.values["dialport"], a.TCP.Error), evidence)
	case !reached && e.Handshake == nil:
		j.add("deadline-exceeded", Fail, Likely, "No connection was tried.", nil)
	}
}

// judgeSomeAddresses: some of a name's addresses are reached and others are not.
func (j *judge) judgeSomeAddresses(host string, failed []fact.Address) {
	all := len(j.endpoint.Addresses)
	_, evidence := addressEvidence(failed)
	severity := Warn
	id := tcpFinding(tellingAddress(failed).TCP.Failure)
	if id == "tcp-unreachable" || loopback(host) {
		// This machine lacks a route, to IPv6 mostly, and every client here
		// learns that at once; and localhost has two addresses and usually a
		// server on one.
		severity = Info
	}
	f := j.add(id, severity, Certain, fmt.Sprintf("%d of %d addresses of %s do not accept connections: %s.",
		len(failed), all, host, listed(evidence["errors"].([]string))), evidence)
	f.Title = fmt.Sprintf("%d of the name's %d addresses cannot be reached", len(failed), all)
	f.Why = "Clients try the addresses of a name in one order or another: some go on to the next at once, some after a timeout, and some use only the first. Connections are slow or fail now and then."
	f.Fix = []string{"Make the server listen on every address of the name (net.bindIp, net.ipv6), open the way to it, or take the address out of DNS."}
}

// addressEvidence lists addresses with what became of them.
func addressEvidence(failed []fact.Address) (ips []string, evidence map[string]any) {
	var errors []string
	for _, f := range failed {
		ips = append(ips, f.IP)
		errors = append(errors, f.IP+": "+f.TCP.Error)
	}
	return ips, map[string]any{"addresses": ips, "errors": errors}
}

// tellingAddress is the failure that says most: the host's answer more than
// silence, and silence more than what this machine's own routes say.
func tellingAddress(failed []fact.Address) fact.Address {
	for _, failure := range []string{"refused", "reset", "timeout", "unreachable"} {
		for _, a := range failed {
			if a.TCP.Failure == failure {
				return a
			}
		}
	}
	return failed[0]
}

func tcpFinding(failure string) ID {
	switch failure {
	case "refused":
		return "tcp-refused"
	case "reset":
		return "tcp-reset"
	case "timeout":
		return "tcp-timeout"
	}
	return "tcp-unreachable"
}
