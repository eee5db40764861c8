package finding

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// readCertificates makes certificates of the facts, and verifies them.
func (j *judge) readCertificates() {
	e := j.endpoint
	if len(e.Certificates) == 0 {
		return
	}
	for _, f := range e.Certificates {
		c, _ := certificate.FromPEM(f.PEM)
		if c == nil {
			// A report that was edited by hand.
			c = &certificate.Certificate{SHA256: f.SHA256, Error: "not in the report"}
		}
		j.presented = append(j.presented, c)
	}
	store := verify.StoreSystem
	if e.Trust != nil {
		store = e.Trust.Store
		for _, a := range e.Trust.Anchors {
			if c, err := certificate.FromPEM(a.PEM); err == nil {
				j.anchors = append(j.anchors, verify.Anchor{Certificate: c, Stores: a.Stores})
			}
		}
	}
	j.input = verify.Input{
		Presented: j.presented, Anchors: j.anchors, Store: store, At: j.at,
		ExpiresIn: time.Duration(j.policy.ExpiresInSeconds) * time.Second,
	}
	result := verify.Chain(j.input)
	j.chain = &result
	if leaf := j.leaf(); leaf != nil {
		name := verify.Hostname(leaf, e.ServerName)
		j.name = &name
		j.values["names"] = listed(others(name))
		for _, n := range leaf.DNSNames {
			// It becomes part of a command, and whoever issued it chose it.
			if hostName.MatchString(n) {
				j.values["certname"] = n
				break
			}
		}
	}
}

// others are the names of a certificate but for the one that was checked: an
// address that stands there as text is what just did not match.
func others(n verify.NameResult) []string {
	return slices.DeleteFunc(slices.Clone(n.Names), func(name string) bool { return name == n.Checked })
}

// hostName is what a name in a command looks like.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)

// leaf is the server's own certificate, or nil when it cannot be read.
func (j *judge) leaf() *certificate.Certificate {
	if len(j.presented) == 0 || j.presented[0].Error != "" {
		return nil
	}
	return j.presented[0]
}

func (j *judge) refusedByGo(sha256 string) bool {
	return slices.ContainsFunc(j.presented, func(c *certificate.Certificate) bool {
		return c.SHA256 == sha256 && (c.GoError != "" || c.Error != "")
	})
}

// chainInfo are the faults that no official driver minds.
var chainInfo = []verify.Kind{verify.KindKeyIdentifierMissing, verify.KindNotStrict, verify.KindExtra}

// judgeChain tells the faults of the chain.
func judgeChain(j *judge) {
	if j.chain == nil {
		return
	}
	for _, f := range j.chain.Faults {
		severity := Warn
		switch {
		case f.Fatal:
			severity = Fail
		case slices.Contains(chainInfo, f.Kind):
			severity = Info
		case f.Kind == verify.KindPurposeClient && j.mayBeMember():
			severity, f.Confidence = Info, verify.Likely
		case f.Kind == verify.KindPurposeClient && !j.member():
			continue
		case f.Reason == verify.ReasonGoRefuses && j.refusedByAll(f.Cert):
			continue
		}
		if f.Reason == verify.ReasonLeafNotFirst && j.unfit() {
			// What is wrong with the CA's certificate as a server's follows.
			severity = Fail
			j.setSilences("chain-misordered", "purpose-server-auth", "hostname-mismatch", "hostname-ip-not-in-san", "cert-lifetime", "chain-extra-certificates")
		}
		title, detail := chainWords(j, f)
		evidence := map[string]any{"depth": f.Depth}
		values := map[string]string{}
		if f.Cert != nil {
			evidence["subject"], evidence["sha256"] = f.Cert.Subject, f.Cert.SHA256
			if f.Cert.Error == "" {
				evidence["notBefore"], evidence["notAfter"] = stamp(f.Cert.NotBefore), stamp(f.Cert.NotAfter)
				if f.Cert.Issuer != "" {
					values["issuer"] = f.Cert.Issuer
				}
			}
		}
		if f.Other != nil {
			evidence["other"] = f.Other.Subject
		}
		if f.Reason != "" {
			evidence["reason"] = string(f.Reason)
		}
		if len(f.Details) > 0 {
			evidence["details"] = f.Details
		}
		confidence := Certain
		if f.Confidence == verify.Likely {
			confidence = Likely
		}
		g := j.addWith(values, chainID(f.Kind), severity, confidence, detail, evidence)
		if title != "" {
			g.Title = title
		}
		if mistrusted[f.Kind] {
			j.tellInterception(g)
			j.tellNearest(g, f)
		}
		if f.Kind == verify.KindCAFileMismatch {
			g.Fix = without(g.Fix, leaveOutCAFile)
			if len(j.chain.TrustedBy) > 0 {
				g.Fix = append([]string{leaveOutCAFile}, g.Fix...)
			}
		}
		if severity == Fail && j.switchedOff(j.target.Options.SkipsChain()) {
			j.weaken(g)
		}
	}
}

// fetched are the issuers that were fetched besides.
func (j *judge) fetched() []*certificate.Certificate {
	var list []*certificate.Certificate
	if j.endpoint.Issuers != nil {
		for _, f := range j.endpoint.Issuers.Certificates {
			if c, err := certificate.FromPEM(f.PEM); err == nil {
				list = append(list, c)
			}
		}
	}
	return list
}

// judgeCompletion proves a missing intermediate: with the certificate that the
// server's own one points to, the chain verifies.
func judgeCompletion(j *judge) {
	fetched := j.fetched()
	if j.chain == nil || len(fetched) == 0 {
		return
	}
	done, ok := verify.Complete(j.input, fetched)
	if !ok {
		return
	}
	var missing []string
	for _, c := range done.Missing {
		missing = append(missing, c.Subject)
	}
	where := ""
	for _, f := range j.endpoint.Issuers.Fetches {
		if f.Error == "" {
			where = f.URL
			break
		}
	}
	j.found = slices.DeleteFunc(j.found, func(f Finding) bool { return f.ID == "intermediate-missing" })
	g := j.addWith(map[string]string{"issuer": missing[0], "url": where}, "intermediate-missing", Fail, Certain,
		fmt.Sprintf("The server does not send %s. Fetched from %s, it makes the chain verify.", joined(missing), where),
		map[string]any{"missing": missing, "url": where, "pem": done.PEM})
	// There is one: that the client may have another CA's root is ruled out.
	g.Fix = slices.DeleteFunc(g.Fix, func(line string) bool { return strings.HasPrefix(line, "If there is no intermediate") })
	g.Fix = append([]string{
		"Get the missing certificate, which is also in the JSON report (evidence.pem), and append it to the server's:",
		fill("$ curl -sS {url} -o intermediate.cer && (openssl x509 -inform DER -in intermediate.cer || openssl x509 -in intermediate.cer) > intermediate.crt", map[string]string{"url": where}),
	}, g.Fix...)
	if j.switchedOff(j.target.Options.SkipsChain()) {
		j.weaken(g)
	}
}

// mistrusted are the faults that a product which inspects TLS on the way brings
// about.
var mistrusted = map[verify.Kind]bool{
	verify.KindIssuerUnknown: true, verify.KindSelfSignedRoot: true, verify.KindCAFileMismatch: true, verify.KindIntermediateMissing: true,
}

// tellInterception says of an untrusted chain that its names are those of a
// product that replaces certificates.
func (j *judge) tellInterception(f *Finding) {
	seen := j.chain.Interception
	if seen == nil {
		return
	}
	f.Detail += fmt.Sprintf(" The names in it are those of %s, which inspects TLS: something on the way has likely replaced the server's certificate with its own.", seen.Product)
	f.Evidence["interception"] = seen.Product
	f.Confidence = Likely
	f.Fix = append([]string{
		"Ask who runs the network to leave this host out of TLS inspection; or, if they want it inspected, for the certificate of their CA, and add that to what the client trusts.",
	}, f.Fix...)
}

// tellNearest names the certificate of the deciding store that comes closest to
// the one the chain needs, where the fault itself names none.
func (j *judge) tellNearest(g *Finding, f verify.Fault) {
	near := j.chain.Nearest
	if near == nil || f.Other != nil || near.Cert == f.Cert {
		return
	}
	g.Detail += fmt.Sprintf(" The closest that the trust store has is %s: the same %s.", near.Cert.Subject, near.Same)
	g.Evidence["nearest"] = near.Cert.Subject
}

// refusedByAll reports whether a certificate has a fault of encoding that stops
// OpenSSL too, so that Go's objection to it adds nothing.
func (j *judge) refusedByAll(c *certificate.Certificate) bool {
	return slices.ContainsFunc(j.chain.Faults, func(f verify.Fault) bool {
		return f.Kind == verify.KindMalformed && f.Fatal && f.Cert == c
	})
}

// unfit reports whether the first certificate fails as a server's: by its
// purpose or by its name.
func (j *judge) unfit() bool {
	return j.name != nil && !j.name.OK || slices.ContainsFunc(j.chain.Faults, func(f verify.Fault) bool {
		return f.Kind == verify.KindPurposeServer && f.Depth == 0
	})
}

// member reports whether the certificate is that of a cluster member, which
// presents it to other members as a client. mongod and mongos answer an HTTP
// request on their port themselves, a proxy that ends TLS before them does not.
func (j *judge) member() bool {
	s := j.server()
	return (s.SetName != "" || s.Type == "Mongos") && j.outcome(fact.AskHTTP) == fact.OutcomeOK && !j.managed()
}

// mayBeMember reports whether that is open: the server is of a cluster, and whether
// TLS ends at itself was not asked (--quick), or not answered.
func (j *judge) mayBeMember() bool {
	s, http := j.server(), j.outcome(fact.AskHTTP)
	return (s.SetName != "" || s.Type == "Mongos") && (http == "" || http == fact.OutcomeUnanswered) && !j.managed()
}

// weaken makes a warning of what would stop a driver without the option that
// hides it, or that has no TLS to meet it with.
func (j *judge) weaken(f *Finding) {
	if j.has("no-encryption") {
		f.Severity = Info
		f.Detail += " It does not stop a connection without TLS, and will stop one with."
		return
	}
	f.Severity = Warn
	f.Detail += " The options given hide this from the driver."
}

// switchedOff reports whether a driver with the options given never gets to see
// a fault of the certificates.
func (j *judge) switchedOff(option bool) bool { return option || j.has("no-encryption") }

// chainID is the finding that tells a kind of fault.
func chainID(k verify.Kind) ID {
	if k == verify.KindCriticalExtension {
		return "critical-extension"
	}
	return ID(k)
}

// clockTolerance is the skew between two clocks that nobody minds.
const clockTolerance = 5 * time.Minute

// maxSkewMs bounds what is made of a server's clock, in milliseconds: a century.
const maxSkewMs = 100 * 365 * 24 * 3600 * 1000

// judgeClock: a wrong clock makes good certificates look bad.
func judgeClock(j *judge) {
	s := j.endpoint.Server
	if s == nil || s.ClockSkewMs == nil || !j.policy.At.IsZero() {
		return
	}
	skew := time.Duration(min(max(*s.ClockSkewMs, -maxSkewMs), maxSkewMs)) * time.Millisecond
	if skew.Abs() < clockTolerance {
		return
	}
	direction := "behind"
	if skew < 0 {
		direction = "ahead of"
	}
	detail := fmt.Sprintf("This machine's clock is %s %s the server's.", span(skew), direction)
	evidence := map[string]any{"clockSkewMs": *s.ClockSkewMs}
	cert := j.explainedBy(skew)
	if cert == nil {
		j.setSilences("clock-skew")
		j.add("clock-skew", Warn, Certain, detail, evidence)
		return
	}
	evidence["notBefore"], evidence["notAfter"] = stamp(cert.NotBefore), stamp(cert.NotAfter)
	g := j.add("clock-skew", Fail, Likely, detail+" By the server's clock its certificates are valid, by this machine's they are not.", evidence)
	if j.switchedOff(j.target.Options.SkipsChain()) {
		j.weaken(g)
	}
}

// explainedBy is the certificate that is outside its validity by this machine's
// clock and within it by the server's; nil unless that holds for all that are
// outside.
func (j *judge) explainedBy(skew time.Duration) *certificate.Certificate {
	if j.chain == nil {
		return nil
	}
	var first *certificate.Certificate
	for _, f := range j.chain.Faults {
		if !slices.Contains(validityKinds, f.Kind) {
			continue
		}
		if at := j.at.Add(skew); at.Before(f.Cert.NotBefore) || !at.Before(f.Cert.NotAfter) {
			return nil
		}
		if first == nil {
			first = f.Cert
		}
	}
	return first
}

// validityKinds are the faults that a clock decides.
var validityKinds = []verify.Kind{verify.KindExpired, verify.KindNotYetValid, verify.KindIntermediateExpired, verify.KindRootExpired}

// judgeHostname: is the certificate for the name.
func judgeHostname(j *judge) {
	leaf := j.leaf()
	if leaf == nil {
		return
	}
	n := *j.name
	evidence := map[string]any{"checked": n.Checked, "names": n.Names, "subject": leaf.Subject}
	if n.OK {
		if n.CNOnly {
			j.add("hostname-cn-only", Warn, Certain, fmt.Sprintf("%s matches the common name %q, and there is no DNS name in the subjectAltName.", n.Checked, n.Matched), evidence)
		}
		return
	}
	if j.isMember() {
		g := j.memberMismatch(n, evidence)
		if j.switchedOff(j.target.Options.SkipsHostname() || j.target.Options.TLSAllowInvalidCertificates) {
			j.weaken(g)
		}
		return
	}
	id := ID("hostname-mismatch")
	detail := fmt.Sprintf("%s is none of the certificate's names: %s.", n.Checked, listed(n.Names))
	if isIP(n.Checked) {
		id = "hostname-ip-not-in-san"
		detail = fmt.Sprintf("The certificate has no IP entry %s; its names are: %s.", n.Checked, listed(n.Names))
		if n.IPInDNS {
			detail += " The address stands there as a DNS name or common name, where most clients do not look for it."
		}
	}
	if n.TrailingDot {
		detail += " Without the dot at its end the name would match: leave it out of the connection string."
	}
	if !leaf.HasSAN {
		detail += " It has no subjectAltName."
	}
	if srv := j.target.SRV; j.endpoint.Source == "srv" && srv != nil && verify.Hostname(leaf, srvHost(srv.Name)).OK {
		detail += fmt.Sprintf(" It is for %s, the name in the connection string: drivers look that up, and verify the hosts that its SRV records name.", srvHost(srv.Name))
	}
	g := j.add(id, Fail, Certain, detail, evidence)
	g.Title += ": " + n.Checked
	if len(others(n)) == 0 {
		g.Fix = without(g.Fix, fill(useItsName, j.values))
	}
	if j.endpoint.Source == "srv" {
		g.Fix = j.srvHostFix(g.Fix)
	}
	if loopback(n.Checked) && !slices.ContainsFunc(n.Names, loopback) {
		// Whoever dials this machine's own name is most likely in a tunnel.
		through := []string{fill(throughTunnel, j.values), fill(tryTunnel, j.values)}
		g.Fix = append(through, without(g.Fix, through...)...)
	}
	if j.switchedOff(j.target.Options.SkipsHostname() || j.target.Options.TLSAllowInvalidCertificates) {
		j.weaken(g)
	}
}

// without is a list less some of its lines.
func without(lines []string, drop ...string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(drop, line) })
}

// loopback reports whether a name is this machine's own.
func loopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || (err == nil && ip.IsLoopback())
}

// hostname is the judgement for the report.
func (j *judge) hostname() *Hostname {
	if j.name == nil {
		return nil
	}
	return &Hostname{OK: j.name.OK, Checked: j.name.Checked, Matched: j.name.Matched}
}

// opensslLevel is the security level of OpenSSL on Debian, Ubuntu and Red Hat, and
// everywhere from 3.2 on.
const opensslLevel = 2

// drawChain is the judgement of the chain for the report, with what breaks it
// where.
func (j *judge) drawChain() *Chain {
	if j.chain == nil {
		return nil
	}
	c := &Chain{Trusted: j.chain.Trusted, Paths: [][]string{}, TrustedBy: []string{}}
	c.TrustedBy = append(c.TrustedBy, j.chain.TrustedBy...)
	if v := verify.OpenSSL(j.input, verify.OpenSSLOptions{SecurityLevel: opensslLevel}); !v.OK {
		c.OpenSSLError = OpenSSLError{Code: v.Code, Depth: v.Depth, Text: v.Text}
	}
	for _, p := range j.chain.Paths {
		if !p.Complete {
			continue
		}
		var path []string
		for _, cert := range p.Certs {
			path = append(path, cert.SHA256)
		}
		c.Paths = append(c.Paths, path)
	}
	for _, f := range j.chain.Faults {
		if f.Cert == nil || (slices.Contains(chainInfo, f.Kind) && !f.Fatal) || f.Kind == verify.KindPurposeClient {
			continue
		}
		c.Breaks = append(c.Breaks, Break{SHA256: f.Cert.SHA256, Finding: chainID(f.Kind), Text: breakWords(j, f)})
	}
	if j.name != nil && !j.name.OK {
		c.Breaks = append(c.Breaks, Break{SHA256: j.leaf().SHA256, Finding: j.hostnameID(), Text: "not for " + j.name.Checked})
	}
	return c
}

// hostnameID is the finding that a name which does not match stands for.
func (j *judge) hostnameID() ID {
	if j.isMember() {
		return "member-hostname-mismatch"
	}
	if isIP(j.name.Checked) {
		return "hostname-ip-not-in-san"
	}
	return "hostname-mismatch"
}

// joined is a list for a sentence without a limit of its own.
func joined(list []string) string { return strings.Join(list, ", ") }
