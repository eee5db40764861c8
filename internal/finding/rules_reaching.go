package finding

import (
	"fmt"
	"slices"

	"github.com/mongotls/mongotls/internal/fact"
)

// judgeAddresses: was there an address, and a port that answers.
func judgeAddresses(j *judge) {
	e := j.endpoint
	if e.DNS != nil && e.DNS.Failure != "" {
		id := map[string]ID{"not-found": "dns-not-found", "timeout": "dns-timeout"}[e.DNS.Failure]
		if id == "" {
			id = "dns-failure"
		}
		j.add(id, Fail, Certain, fmt.Sprintf("Looking up %s: %s.", e.Host, e.DNS.Error), map[string]any{"error": e.DNS.Error})
		return
	}
	failed := slices.DeleteFunc(slices.Clone(e.Addresses), func(a fact.Address) bool { return a.TCP.OK })
	if len(failed) == 0 {
		return
	}
	a := tellingAddress(failed)
	id := tcpFinding(a.TCP.Failure)
	var ips, errors []string
	for _, f := range failed {
		ips = append(ips, f.IP)
		errors = append(errors, f.IP+": "+f.TCP.Error)
	}
	evidence := map[string]any{"addresses": ips, "errors": errors}
	if len(failed) == len(e.Addresses) {
		j.add(id, Fail, Certain, fmt.Sprintf("Connecting to %s port %s: %s.", listed(ips), j.dialPort(), a.TCP.Error), evidence)
		return
	}
	severity := Warn
	if e.Host == "localhost" {
		// A name with an IPv4 and an IPv6 address and a server on one of them is
		// how localhost usually is.
		severity = Info
	}
	f := j.add(id, severity, Certain, fmt.Sprintf("%d of %d addresses of %s do not accept connections: %s. Clients that try only the first address fail now and then.",
		len(failed), len(e.Addresses), e.Host, listed(errors)), evidence)
	f.Title = fmt.Sprintf("%d of the name's %d addresses cannot be reached", len(failed), len(e.Addresses))
}

// dialPort is the port that was dialled.
func (j *judge) dialPort() string {
	if j.target.Options.Connect != "" {
		dial := j.target.Options.Connect
		for i := len(dial) - 1; i >= 0; i-- {
			if dial[i] == ':' {
				return dial[i+1:]
			}
		}
	}
	return j.values["port"]
}

// tellingAddress is the failure that says most: an answer more than silence.
func tellingAddress(failed []fact.Address) fact.Address {
	for _, failure := range []string{"refused", "reset", "unreachable", "timeout"} {
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
