package finding

import (
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// FilesJudgement is what the facts of local files amount to.
type FilesJudgement struct {
	// Chain is that of the first certificate that is not a CA's; nil without one.
	Chain *Chain
	// Hostnames are one for each name given, judged by that certificate.
	Hostnames []Hostname
	// Findings are ordered, the root cause first.
	Findings []Finding
	// Drivers are what drivers make of the first file with a certificate that is
	// not a CA's.
	Drivers []driver.Prediction
	Verdict Verdict
}

// The roles that a certificate can be looked at for.
const (
	asServer = "server"
	asMember = "member"
	asClient = "client"
	asCA     = "ca"
)

// JudgeFiles concludes from local files what check would conclude from an
// endpoint that uses them.
func JudgeFiles(f *fact.Files, p Policy) FilesJudgement {
	j := &filesJudge{judge: judge{
		target:   &fact.Target{Options: fact.Options{TLS: true}},
		endpoint: &fact.Endpoint{}, policy: p, at: p.At, values: map[string]string{},
	}, files: f}
	if j.at.IsZero() {
		j.at = f.StartedAt
	}
	if f.CAFile != nil {
		j.values["cafile"] = f.CAFile.Path
		j.target.Options.TLSCAFile = f.CAFile.Path
	} else if f.Trust != nil && f.Trust.Store == verify.StoreCAFile {
		j.values["cafile"] = f.Trust.StorePath
		j.target.Options.TLSCAFile = f.Trust.StorePath
	}
	out := FilesJudgement{Hostnames: []Hostname{}}
	j.judgeOptionFiles()
	for i := range f.Files {
		file := &f.Files[i]
		j.values["file"], j.values["keyfile"] = file.Path, file.Path
		j.judgeFile(file)
		chain, names := j.judgeCertificates(file)
		if chain != nil && out.Chain == nil {
			out.Chain = chain
			out.Hostnames = append(out.Hostnames, names...)
		}
	}
	j.judgeMembership()
	related := func(cause, consequence Finding) bool {
		// A fault of one file explains nothing about another, but for that of the
		// file by which all are judged.
		return cause.Evidence["path"] == consequence.Evidence["path"] || f.CAFile != nil && cause.Evidence["path"] == f.CAFile.Path
	}
	out.Drivers = j.judgeDrivers(j.drivers, j.settleAmong(related))
	out.Findings = j.byDrivers(j.settleAmong(related), out.Drivers)
	out.Verdict = verdictOf(out.Findings)
	return out
}

// filesJudge is a judge of local files. Each certificate-key file in turn takes
// the place of the endpoint.
type filesJudge struct {
	judge
	files *fact.Files
	// path is the file being judged, role what its certificate is to be.
	path, role string
	leaves     []leafOf
	drivers    []driver.Prediction
}

// leafOf is a certificate that is not a CA's, and its role.
type leafOf struct {
	path, role string
	cert       *certificate.Certificate
	membership string
}

// addFile records a finding about a file.
func (j *filesJudge) addFile(path, hint string, id ID, severity Severity, detail string, evidence map[string]any) *Finding {
	values := map[string]string{"file": path}
	if hint != "" {
		values["filehint"] = hint + "."
	}
	if evidence == nil {
		evidence = map[string]any{}
	}
	evidence["path"] = path
	return j.addWith(values, id, severity, Certain, detail, evidence)
}

// fileWarnings are the findings about a file that can be used.
var fileWarnings = []ID{"key-file-permissions", "ca-file-private-key"}

// judgeFile tells what is wrong with a file as such, and who does not read it.
func (j *filesJudge) judgeFile(file *fact.LocalFile) {
	for _, p := range file.Problems {
		id := known(p.Finding, "file-unreadable")
		severity, hint := Fail, p.Hint
		detail := file.Path + ": " + p.Detail + "."
		switch {
		case id == "key-file-no-key" && j.files.As == asCA:
			continue
		case slices.Contains(fileWarnings, id):
			severity = Warn
		case id == "key-file-no-key":
			severity, detail, hint = j.withoutKey(file, detail, hint)
		case id == "key-file-no-certificate" && file.Key.Matches != "":
			severity = Info
			detail = file.Path + " holds the key alone; its certificate is in another of these files."
		}
		j.addFile(file.Path, hint, id, severity, detail, nil)
	}
	for _, l := range file.Limits {
		severity := Warn
		if l.OwnWay {
			severity = Info
		}
		f := j.addFile(file.Path, l.Hint, "key-format-driver", severity, sentence(l.Detail), map[string]any{"drivers": l.Drivers})
		f.Title += ": " + strings.Join(l.Drivers, ", ")
		if !l.OwnWay {
			f.Drivers = l.Drivers
		}
		if l.Hint == "" {
			f.Fix = []string{}
		}
	}
	for _, b := range file.Blocks {
		if b.CRL != nil {
			j.judgeCRL(file.Path, b.CRL)
		}
	}
}

// withoutKey tells how bad it is that a certificate's file has no key: a server
// or client that was asked for cannot do without, a certificate that is only
// looked at can, and the key may be in another of the files.
func (j *filesJudge) withoutKey(file *fact.LocalFile, detail, hint string) (Severity, string, string) {
	for _, b := range file.Blocks {
		for _, other := range j.files.Files {
			if b.Certificate != nil && other.Key.Matches == b.Certificate.SHA256 {
				return Warn, file.Path + " holds the certificate and " + other.Path + " its key. MongoDB and its drivers want both in one file.",
					"mongotls cert " + shellQuote(file.Path) + " " + shellQuote(other.Path) + " --combine client.pem"
			}
		}
	}
	if j.files.As == "" {
		return Warn, detail, hint
	}
	return Fail, detail, hint
}

// sentence begins with a capital and ends in a full stop.
func sentence(fragment string) string {
	if fragment == "" {
		return ""
	}
	first := fragment[0]
	if first >= 'a' && first <= 'z' {
		first -= 'a' - 'A'
	}
	return string(first) + fragment[1:] + "."
}

// judgeOptionFiles tells what is wrong with the files of tlsCAFile and tlsCRLFile.
func (j *filesJudge) judgeOptionFiles() {
	if f := j.files.CAFile; f != nil {
		for _, p := range f.Problems {
			id, severity := known(p.Finding, "file-unreadable"), Fail
			if slices.Contains(fileWarnings, id) {
				severity = Warn
			}
			j.addFile(f.Path, p.Hint, id, severity, "tlsCAFile="+f.Path+": "+p.Detail+".", nil)
		}
	}
	if f := j.files.CRLFile; f != nil {
		j.judgeCRLFile(f)
	}
}

// judgeCRLFile tells what is wrong with the file of tlsCRLFile. What it says of
// the certificates is told with them.
func (j *filesJudge) judgeCRLFile(f *fact.LocalFile) {
	j.target.Options.TLSCRLFile = f.Path
	for _, p := range f.Problems {
		j.addFile(f.Path, p.Hint, known(p.Finding, "crl-file-invalid"), Fail, "tlsCRLFile="+f.Path+": "+p.Detail+".", nil)
	}
	for _, l := range f.Limits {
		j.addFile(f.Path, l.Hint, "crl-file-invalid", Warn, "tlsCRLFile="+f.Path+": "+l.Detail+".", map[string]any{"drivers": l.Drivers}).
			Title = "The CRL file is in a form that not every driver reads"
	}
	for _, b := range f.Blocks {
		if b.CRL != nil && j.files.Revocation == nil {
			j.judgeCRL(f.Path, b.CRL)
		}
	}
}

// judgeCRL tells of a CRL that is out of date.
func (j *filesJudge) judgeCRL(path string, c *fact.FileCRL) {
	if c.NextUpdate == nil || j.at.Before(*c.NextUpdate) {
		return
	}
	f := j.addFile(path, "fetch the current one from its CA", "crl-expired", Fail,
		"The CRL of "+c.Issuer+" was to be replaced by "+stamp(*c.NextUpdate)+", "+span(j.at.Sub(*c.NextUpdate))+
			" ago. Once it is over, every certificate of that CA is refused: \"CRL has expired\" (OpenSSL, error 12).",
		map[string]any{"issuer": c.Issuer, "nextUpdate": stamp(*c.NextUpdate)})
	f.Title = "A CRL has expired"
}

// judgeMembership tells of a client certificate that members take for their own.
func (j *filesJudge) judgeMembership() {
	for _, client := range j.leaves {
		if client.role != asClient {
			continue
		}
		if client.membership != "" {
			j.addFile(client.path, "", "client-cert-cluster-member", Warn,
				client.path+" has MongoDB's cluster membership extension ("+client.membership+"): where net.tls.clusterAuthX509.extensionValue says the same, its holder is a member.", nil)
			continue
		}
		for _, server := range j.leaves {
			if server.role != asClient && client.cert.SameCluster(server.cert) {
				j.addFile(client.path, "", "client-cert-cluster-member", Warn,
					client.path+" has the same O, OU and DC as "+server.path+": "+client.cert.Subject+" and "+server.cert.Subject+".",
					map[string]any{"subject": client.cert.Subject, "server": server.cert.Subject})
				break
			}
		}
	}
}

// roleOf guesses what a certificate is to be from its purposes and names.
func (j *filesJudge) roleOf(leaf *certificate.Certificate) string {
	if j.files.As != "" {
		return j.files.As
	}
	server, client := slices.Contains(leaf.EKUs, certificate.EKUServerAuth), slices.Contains(leaf.EKUs, certificate.EKUClientAuth)
	switch {
	case len(j.files.Hostnames) > 0, server:
		return asServer
	case client || len(leaf.DNSNames)+len(leaf.IPAddresses) == 0:
		return asClient
	}
	return asServer
}

// expiresIn is the policy's, as verify wants it.
func (j *filesJudge) expiresIn() time.Duration {
	return time.Duration(j.policy.ExpiresInSeconds) * time.Second
}
