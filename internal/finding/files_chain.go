package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// judgeCertificates judges what is in a file: the chain of its first certificate
// that is not a CA's, or each CA's certificate by itself.
func (j *filesJudge) judgeCertificates(file *fact.LocalFile) (*Chain, []Hostname) {
	var leaf *fact.FileBlock
	for i := range file.Blocks {
		b := &file.Blocks[i]
		if b.Certificate == nil {
			continue
		}
		c, err := certificate.FromPEM(b.Certificate.PEM)
		if err != nil {
			continue
		}
		if file.Kind == asCA || j.files.As == asCA {
			j.judgeAuthority(file, c)
		} else if !c.IsCA && leaf == nil {
			leaf = b
		}
	}
	if file.Kind == asCA {
		j.judgeBundle(file)
	}
	if leaf == nil {
		return nil, nil
	}
	return j.judgeLeaf(file, leaf)
}

// judgeLeaf judges the chain that begins with a file's own certificate, with the
// other certificates of the file and those of files that have none of their own.
func (j *filesJudge) judgeLeaf(file *fact.LocalFile, leaf *fact.FileBlock) (*Chain, []Hostname) {
	e := &fact.Endpoint{Trust: j.files.Trust}
	add := func(c *fact.Certificate) {
		if !slices.ContainsFunc(e.Certificates, func(have fact.Certificate) bool { return have.SHA256 == c.SHA256 }) {
			e.Certificates = append(e.Certificates, *c)
		}
	}
	add(leaf.Certificate)
	for _, b := range file.Blocks {
		if b.Certificate != nil {
			add(b.Certificate)
		}
	}
	own := len(e.Certificates)
	if j.files.CAFile != nil {
		for _, other := range j.files.Files {
			for _, b := range other.Blocks {
				if other.Kind == asCA && b.Certificate != nil {
					add(b.Certificate)
				}
			}
		}
	}
	j.endpoint, j.presented, j.anchors, j.name = e, nil, nil, nil
	if len(j.files.Hostnames) > 0 {
		e.ServerName = j.files.Hostnames[0]
	}
	j.readCertificates()
	if j.leaf() == nil {
		return nil, nil
	}
	j.path, j.role = file.Path, j.roleOf(j.leaf())
	j.leaves = append(j.leaves, leafOf{file.Path, j.role, j.leaf(), leaf.Membership})
	for _, f := range j.chain.Faults {
		j.judgeFault(f, own)
	}
	if len(j.leaves) == 1 {
		j.judgeLookup()
		j.drivers = j.askDrivers(file)
		j.about = map[string]any{"path": file.Path}
	}
	names := j.judgeNames()
	if len(names) == 0 {
		j.name = nil // nothing was asked
	}
	if j.role == asClient {
		j.chain.Trusted, j.chain.TrustedBy = clientTrusted(j.chain, j.trustStore())
	}
	chain := j.drawChain()
	if j.role == asClient {
		chain.Breaks = slices.DeleteFunc(chain.Breaks, func(b Break) bool { return b.Finding == ID(verify.KindPurposeServer) })
	}
	return chain, names
}

// askDrivers is what drivers make of a server's certificate, or of a file that
// they are to use.
func (j *filesJudge) askDrivers(file *fact.LocalFile) []driver.Prediction {
	facts := j.facts()
	facts.Endpoint.Revocation = j.files.Revocation
	if j.role != asClient {
		return driver.JudgeCertificate(facts, j.files.Hostnames)
	}
	target := *j.target
	for _, p := range file.Problems {
		if !slices.Contains(fileWarnings, ID(p.Finding)) {
			target.Files = append(target.Files, fact.File{
				Option: "tlsCertificateKeyFile", Path: file.Path, Problem: string(known(p.Finding, "file-unreadable")), Detail: p.Detail,
			})
		}
	}
	facts.Target = &target
	return driver.JudgeKeyFile(facts, file.Limits)
}

func (j *filesJudge) trustStore() string {
	if j.files.Trust == nil {
		return verify.StoreSystem
	}
	return j.files.Trust.Store
}

// clientTrusted is the judgement of the paths for a client's certificate, which
// need not be fit for servers and has to be for clients.
func clientTrusted(r *verify.Result, store string) (trusted bool, by []string) {
	for _, p := range r.Paths {
		holds := p.Complete && !slices.ContainsFunc(p.Faults, func(f verify.Fault) bool {
			return f.Fatal && f.Kind != verify.KindPurposeServer || f.Kind == verify.KindPurposeClient
		})
		if holds {
			by = append(by, p.Stores...)
		}
	}
	slices.Sort(by)
	by = slices.Compact(by)
	return slices.Contains(by, store), by
}

// trustKinds are the faults by which a chain does not lead to the store.
var trustKinds = []verify.Kind{
	verify.KindCAFileMismatch, verify.KindIntermediateMissing, verify.KindIssuerUnknown,
	verify.KindSelfSignedLeaf, verify.KindSelfSignedRoot,
}

// judgeFault tells one fault of a file's chain. own is how many of the
// certificates are the file's.
func (j *filesJudge) judgeFault(f verify.Fault, own int) {
	id, severity := chainID(f.Kind), Warn
	if f.Fatal {
		severity = Fail
	}
	title, detail := chainWords(&j.judge, f)
	client := j.role == asClient
	switch {
	case slices.Contains(chainInfo, f.Kind):
		severity = Info
		if f.Kind == verify.KindExtra && f.Depth >= own {
			return // it is of another file, which no handshake sends
		}
	case f.Kind == verify.KindPurposeClient && j.role == asServer && j.files.As == "" && j.unasked(f):
		severity, title = Info, "The certificate would not do for a member of a replica set"
		detail += " That is enough for a server that stands alone; a member of a replica set or sharded cluster presents it to the others as a client (--as member judges it so)."
	case f.Kind == verify.KindPurposeServer && client, f.Kind == verify.KindPurposeClient && j.role == asServer,
		f.Kind == verify.KindLifetime && client:
		return
	case f.Kind == verify.KindPurposeClient:
		severity = Fail
		if client {
			id, title = "client-cert-purpose", ""
		}
	case client && f.Depth == 0 && (f.Kind == verify.KindExpired || f.Kind == verify.KindNotYetValid):
		id = "client-cert-expired"
	case slices.Contains(trustKinds, f.Kind):
		id, severity, title, detail = j.judgeTrust(f, id, severity, title, detail)
	}
	values := map[string]string{}
	evidence := map[string]any{"depth": f.Depth, "path": j.path}
	if f.Cert != nil {
		evidence["subject"], evidence["sha256"] = f.Cert.Subject, f.Cert.SHA256
		if f.Cert.Issuer != "" {
			values["issuer"] = f.Cert.Issuer
		}
	}
	confidence := Certain
	if f.Confidence == verify.Likely {
		confidence = Likely
	}
	g := j.addWith(values, id, severity, confidence, j.inFile(detail), evidence)
	if title != "" {
		g.Title = j.inFile(title)
	}
	if words, ok := fileTitles[f.Kind]; ok && title == "" && string(id) == string(f.Kind) {
		g.Title = words
	}
}

// unasked reports whether a server's certificate is good for servers, so that what
// keeps it from being a member's is worth telling.
func (j *filesJudge) unasked(f verify.Fault) bool {
	return f.Depth == 0 && !slices.ContainsFunc(j.chain.Faults, func(other verify.Fault) bool { return other.Kind == verify.KindPurposeServer })
}

// judgeLookup tells what the CRL file says of the certificates.
func (j *filesJudge) judgeLookup() {
	j.endpoint.Revocation = j.files.Revocation
	before := len(j.found)
	judgeRevocation(&j.judge)
	for k := before; k < len(j.found); k++ {
		f := &j.found[k]
		f.Title, f.Detail = j.inFile(f.Title), j.inFile(f.Detail)
		f.Evidence["path"] = j.path
	}
}

// fileTitles say of a file what the catalogue says of a server.
var fileTitles = map[verify.Kind]string{
	verify.KindIntermediateMissing: "The file lacks the intermediate certificate",
	verify.KindMisordered:          "The certificates are in the wrong order",
	verify.KindExtra:               "The file holds certificates that are not needed",
	verify.KindSelfSignedLeaf:      "The certificate is self-signed and not trusted",
}

// inFile words what chainWords says of a server for a file.
func (j *filesJudge) inFile(text string) string {
	whose := "The server's certificate"
	if j.role == asClient {
		whose = "The client's certificate"
	}
	return strings.NewReplacer(
		"The server's certificate", whose,
		"the server's certificate", strings.ToLower(whose[:1])+whose[1:],
		"the server's own certificate", "this very certificate",
		"The server sends its root", "The file holds the root",
		"which the server sent and the trust store", "which is in the file, and the trust store",
		"was not sent", "is not in the file",
		"was sent elsewhere", "is elsewhere",
		"is sent; clients use their own copy", "is in the file; the other side uses its own copy",
		"is sent and is not part", "is in the file and is not part",
		"is sent twice", "is in the file twice",
		"certificate sent is", "certificate of the file is",
		"was sent, with", "is in the file, with",
	).Replace(text)
}

// judgeTrust words that a chain does not lead to the trust store. Where no CA
// file is named, the store is this machine's, which need not be the one that will
// decide.
func (j *filesJudge) judgeTrust(f verify.Fault, id ID, severity Severity, title, detail string) (ID, Severity, string, string) {
	named := j.trustStore() == verify.StoreCAFile
	if !named && f.Kind != verify.KindIntermediateMissing {
		severity = Info
	} else if !named {
		severity = Warn
	}
	if !named {
		detail += " No CA file was named, so this is judged by this machine's roots; name the one that will decide with --tlsCAFile."
	}
	if j.role == asClient && f.Kind != verify.KindIntermediateMissing {
		return "client-cert-untrusted", severity, "", detail
	}
	return id, severity, title, detail
}

// judgeNames judges the names that clients will dial, for a server's certificate.
func (j *filesJudge) judgeNames() []Hostname {
	names := []Hostname{}
	for _, host := range j.files.Hostnames {
		j.endpoint.ServerName = host
		j.values["name"] = host
		result := verify.Hostname(j.leaf(), host)
		j.name = &result
		before := len(j.found)
		judgeHostname(&j.judge)
		for k := before; k < len(j.found); k++ {
			j.found[k].Evidence["path"] = j.path
			// What helps a client that connects is of no use to a file.
			j.found[k].Fix = slices.DeleteFunc(j.found[k].Fix, func(line string) bool {
				return strings.Contains(line, "mongotls check") || strings.HasPrefix(line, "Through a tunnel")
			})
		}
		names = append(names, *j.hostname())
	}
	return names
}

// judgeAuthority judges one certificate of a CA file by itself.
func (j *filesJudge) judgeAuthority(file *fact.LocalFile, c *certificate.Certificate) {
	evidence := func() map[string]any {
		return map[string]any{"subject": c.Subject, "sha256": c.SHA256, "notBefore": stamp(c.NotBefore), "notAfter": stamp(c.NotAfter)}
	}
	j.role, j.path = asCA, file.Path
	anchor := verify.Anchor{Certificate: c, Stores: []string{verify.StoreCAFile}}
	result := verify.Chain(verify.Input{
		Presented: []*certificate.Certificate{c}, Anchors: []verify.Anchor{anchor},
		Store: verify.StoreCAFile, At: j.at, ExpiresIn: j.expiresIn(),
	})
	self := c.SelfIssued()
	for _, f := range result.Faults {
		switch f.Kind {
		case verify.KindExpired, verify.KindRootExpired, verify.KindNotYetValid, verify.KindExpiring:
			id, severity := ID("root-expired"), Fail
			if f.Kind == verify.KindExpiring {
				id, severity = "cert-expiring", Warn
			} else if !self {
				id = "intermediate-expired"
			}
			if severity == Fail && j.othersValid(file, c) {
				severity = Warn
			}
			detail := fmt.Sprintf("%s in %s is valid until %s, %s ago.", c.Subject, file.Path, stamp(c.NotAfter), span(j.at.Sub(c.NotAfter)))
			switch {
			case j.at.Before(c.NotBefore):
				detail = fmt.Sprintf("%s in %s is valid from %s.", c.Subject, file.Path, stamp(c.NotBefore))
			case j.at.Before(c.NotAfter):
				detail = fmt.Sprintf("%s in %s is valid until %s, %s from now.", c.Subject, file.Path, stamp(c.NotAfter), span(c.NotAfter.Sub(j.at)))
			}
			j.addFile(file.Path, "", id, severity, detail, evidence())
		case verify.KindMalformed, verify.KindCriticalExtension, verify.KindKeyTooSmall, verify.KindSignatureWeak:
			_, detail := chainWords(&j.judge, f)
			severity := Warn
			if f.Fatal {
				severity = Fail
			}
			j.addFile(file.Path, "", chainID(f.Kind), severity, strings.Replace(detail, "The server's certificate", c.Subject, 1), evidence())
		}
	}
	if !c.IsCA && !(c.Version == 1 && self) {
		j.addFile(file.Path, "", "issuer-not-ca", Fail, fmt.Sprintf("%s in %s is not a CA's certificate.", c.Subject, file.Path), evidence())
	}
}

// othersValid reports whether a CA file has another certificate that is valid: a
// bundle outlives its members.
func (j *filesJudge) othersValid(file *fact.LocalFile, c *certificate.Certificate) bool {
	return slices.ContainsFunc(file.Blocks, func(b fact.FileBlock) bool {
		return b.Certificate != nil && b.Certificate.SHA256 != c.SHA256 &&
			!j.at.Before(b.Certificate.NotBefore) && j.at.Before(b.Certificate.NotAfter)
	})
}

// judgeBundle tells of a CA file without a root.
func (j *filesJudge) judgeBundle(file *fact.LocalFile) {
	var lone []string
	for _, b := range file.Blocks {
		if b.Certificate == nil {
			continue
		}
		if b.Certificate.Subject == b.Certificate.Issuer {
			return
		}
		lone = append(lone, b.Certificate.Subject)
	}
	if len(lone) == 0 {
		return
	}
	j.addFile(file.Path, "put the root's certificate there too", "ca-file-invalid", Warn,
		fmt.Sprintf("%s holds %s and no root. Go, Java and mongosh accept that as the end of a path; OpenSSL-based drivers want the self-signed root: \"unable to get issuer certificate\".", file.Path, listed(lone)), nil).
		Title = "The CA file holds an intermediate and not its root"
}
