package report

import (
	_ "embed"
	"io"
	"reflect"
	"time"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// CertificatesSchema identifies the JSON of Certificates. Within v1 fields are
// added, never renamed or given another meaning.
const CertificatesSchema = "mongotls.certificates/v1"

// CertificatesSchemaJSON is the JSON Schema (draft 2020-12) of encoded
// Certificates, exact for the version of mongotls it belongs to.
//
//go:embed certificates.schema.json
var CertificatesSchemaJSON []byte

// Certificates is what local files hold, and whether it would work.
type Certificates struct {
	Schema    string          `json:"schema"`
	Tool      Tool            `json:"tool"`
	StartedAt time.Time       `json:"startedAt"`
	Policy    finding.Policy  `json:"policy"`
	Verdict   finding.Verdict `json:"verdict"`
	// As is what the certificate was asked to be; empty where it was guessed.
	As    string           `json:"as,omitempty"`
	Files []fact.LocalFile `json:"files"`
	// CAFile and CRLFile are the files of the options; nil without them.
	CAFile  *fact.LocalFile `json:"tlsCAFile,omitempty"`
	CRLFile *fact.LocalFile `json:"tlsCRLFile,omitempty"`
	// Trust is what the trust stores hold that bears on the certificates.
	Trust *fact.Trust `json:"trust,omitempty"`
	// Chain is that of the first certificate that is not a CA's; nil without one.
	Chain *finding.Chain `json:"chain,omitempty"`
	// Hostname is one judgement for each name that was asked for.
	Hostname []finding.Hostname `json:"hostname"`
	// Revocation is what the file of tlsCRLFile says; nil without it.
	Revocation *fact.Revocation  `json:"revocation,omitempty"`
	Findings   []finding.Finding `json:"findings"`
	// Drivers are what drivers make of the first file with a certificate that is
	// not a CA's.
	Drivers []driver.Prediction `json:"drivers"`
}

// NewCertificates judges the facts of local files.
func NewCertificates(tool Tool, f *fact.Files, policy finding.Policy) *Certificates {
	j := finding.JudgeFiles(f, policy)
	return &Certificates{
		Schema: CertificatesSchema, Tool: tool, StartedAt: f.StartedAt, Policy: policy, Verdict: j.Verdict,
		As: f.As, Files: f.Files, CAFile: f.CAFile, CRLFile: f.CRLFile, Trust: f.Trust,
		Chain: j.Chain, Hostname: j.Hostnames, Revocation: f.Revocation, Findings: j.Findings, Drivers: j.Drivers,
	}
}

// EncodeCertificates writes c as EncodeJSON writes a report.
func EncodeCertificates(w io.Writer, c *Certificates) error {
	return encode(w, canonical(reflect.ValueOf(*c)).Interface())
}

// CertificatesExitCode is ExitFail if the verdict is fail, or warn with failOn
// "warn", and ExitPass otherwise.
func CertificatesExitCode(c *Certificates, failOn string) int {
	if c.Verdict == finding.Failure || c.Verdict == finding.Warning && failOn == "warn" {
		return ExitFail
	}
	return ExitPass
}
