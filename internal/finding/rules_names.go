package finding

import (
	"fmt"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
)

// judgeOtherKind: a host that DNS does not have, and whose name has SRV records.
func (j *judge) judgeOtherKind() bool {
	dns := j.endpoint.DNS
	if dns == nil || dns.Failure == "" || len(dns.SRVHosts) == 0 {
		return false
	}
	host := j.endpoint.Host
	j.addWith(map[string]string{"otheruri": "mongodb+srv://" + host + "/"}, "not-srv-host", Fail, Certain,
		fmt.Sprintf("%s has no address, and SRV records that name %s: it is a name for mongodb+srv.", host, listed(dns.SRVHosts)),
		map[string]any{"name": host, "srvHosts": dns.SRVHosts})
	return true
}

// judgeSRV: what the seed list lookup came to.
func (j *judge) judgeSRV(srv *fact.SRV) {
	if srv == nil || srv.Problem == "" {
		return
	}
	host := srvHost(srv.Name)
	j.values = map[string]string{"srv": srv.Name, "srvhost": host, "dialhost": host}
	if len(srv.Addresses) > 0 {
		j.addWith(map[string]string{"otheruri": "mongodb://" + host + "/?tls=true"}, "not-srv-host", Fail, Certain,
			fmt.Sprintf("%s has no SRV record, and the addresses %s: it is a host, for mongodb:// with tls=true.", host, listed(srv.Addresses)),
			map[string]any{"name": srv.Name, "addresses": srv.Addresses})
		return
	}
	evidence := map[string]any{"name": srv.Name, "hosts": srv.Hosts, "txt": srv.TXT}
	if srv.Server != "" {
		evidence["server"], evidence["answer"] = srv.Server, srv.Answer
	}
	f := j.add(known(srv.Problem, "dns-failure"), Fail, Certain, srv.Detail, evidence)
	for i, line := range f.Fix {
		if line == fill(lookUp, j.values) {
			f.Fix[i] = fill(lookUpSRV, j.values)
		}
	}
	if link := cloudNamed(host); link != nil && srv.Problem == "srv-not-found" {
		f.Fix = append([]string{"At " + link.name + ", compare the name with the one shown there; a cluster that is deleted, or not ready yet, has no record: " + link.connect}, f.Fix...)
	}
	if srv.Problem == "option-conflict" {
		f.Title = "Options of the connection string and of DNS contradict each other"
		f.Why = "What the SRV and TXT records add to the connection string counts as if it stood there, and drivers refuse what does not go together: loadBalanced=true with several hosts, with replicaSet or with directConnection, and srvMaxHosts with replicaSet."
		f.Fix = []string{"Take one of the options out, of the connection string or of the TXT record:", fill("$ dig +short TXT {srvhost}", j.values)}
	}
	if srv.Problem != "dns-failure" {
		return
	}
	switch srv.Answer {
	case "truncated":
		f.Title = "The answer to the SRV lookup does not fit a datagram, and TCP does not work"
		f.Fix = append([]string{"Open the way to the name server by TCP, port 53: an answer that does not fit a datagram is asked for again that way."}, f.Fix[1:]...)
	case "REFUSED":
		f.Title = "The name server refuses the SRV lookup"
		f.Fix = append([]string{"Use a name server that answers this machine: REFUSED means that it is not meant for it, or not for this domain. In a private network it is often that of another network."}, f.Fix[1:]...)
	case "":
	default:
		f.Title = "The name server answers the SRV lookup with an error"
	}
}

// srvHostFix is how a host of SRV records is given a certificate: nobody who uses
// the connection string can choose another name.
func (j *judge) srvHostFix(lines []string) []string {
	lines = without(lines, fill(useItsName, j.values), fill(throughTunnel, j.values), fill(tryTunnel, j.values))
	for i := range lines {
		lines[i] = strings.Replace(lines[i], "Or issue a certificate", "Issue a certificate", 1)
	}
	return append(lines, "Or have the SRV records name hosts that the certificates are for, in the same domain.")
}
