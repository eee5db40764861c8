package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// sampleCertificates has every part, and texts that a stranger could have
// written.
func sampleCertificates() *Certificates {
	next := sampleNow.AddDate(0, 0, 7)
	c := leaf()
	c.Subject = "CN=\x1b[31mdb1\u202e,O=Acme"
	ca := leaf()
	ca.Subject, ca.SHA256 = c.Issuer, fingerprint("ca")
	return &Certificates{
		Schema: CertificatesSchema, Tool: Tool{"mongotls", "1.2.3"}, StartedAt: sampleNow, Verdict: finding.Failure, As: "server",
		Files: []fact.LocalFile{{
			Path: "server\n.pem", Kind: "certificate-key", Format: "PEM", Mode: "0644",
			Blocks: []fact.FileBlock{
				{
					Type: "CERTIFICATE", Line: 1, Certificate: &c,
					X509User: "CN=\x1bdb1", X509UserNote: "CN is not in UTF-8", CreateUser: `db.getSiblingDB("$external")`,
					Roles: []string{"read@\x07test"}, Membership: "rs0\x1b",
				},
				{Type: "PRIVATE KEY\x1b", Line: 12},
				{Type: "CERTIFICATE", Line: 20, Error: "not base64"},
				{Type: "DH PARAMETERS", Line: 24},
			},
			Key:      fact.FileKey{Present: true, Encrypted: true, Type: "ECDSA-P256", Form: "PKCS#8", Encryption: "PBES1 (PBE-SHA1-3DES)", Matches: c.SHA256},
			Problems: []fact.FileProblem{{Finding: "key-file-permissions", Detail: "mode 0644"}},
			Limits:   []fact.FileLimit{{Detail: "PBES1 is not read", Drivers: []string{"go"}, Hint: "encrypt it again"}},
		}, {
			Path: "crl.pem", Kind: "crl", Format: "PEM", Blocks: []fact.FileBlock{
				{Type: "X509 CRL", Line: 1, CRL: &fact.FileCRL{Issuer: "CN=\x1bCA", ThisUpdate: sampleNow, NextUpdate: &next, Revoked: 2}},
			},
		}},
		Trust: &fact.Trust{Store: "tlsCAFile", Anchors: []fact.Anchor{{Stores: []string{"tlsCAFile"}, Subject: ca.Subject, NotAfter: ca.NotAfter, SHA256: ca.SHA256}}},
		Revocation: &fact.Revocation{Status: fact.StatusRevoked, Checks: []fact.RevocationCheck{
			{Certificate: c.SHA256, Source: fact.SourceCRLFile, Status: fact.StatusRevoked, Reason: "keyCompromise\x1b"},
		}},
		Chain: &finding.Chain{Trusted: true, Paths: [][]string{{c.SHA256, ca.SHA256}}, TrustedBy: []string{"tlsCAFile"}},
		Hostname: []finding.Hostname{
			{OK: true, Checked: "db1.example.com", Matched: "db1.example.com"},
			{Checked: "other\x1b"},
		},
		Findings: []finding.Finding{{
			ID: "hostname-mismatch", Severity: finding.Fail, Confidence: finding.Certain, Title: "The certificate is not for this host name",
			Detail: "other is none of its names.", Evidence: map[string]any{"path": "server.pem"}, Fix: []string{"Issue it again."},
		}},
	}
}

func TestCertificatesAreValid(t *testing.T) {
	var b bytes.Buffer
	if err := EncodeCertificates(&b, sampleCertificates()); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t, CertificatesSchemaJSON).Validate(document); err != nil {
		t.Error(err)
	}
	if i := bytes.IndexAny(b.Bytes(), "\x1b\x07\u202e"); i >= 0 {
		t.Errorf("the document holds the character %q", b.Bytes()[i])
	}
}

// TestSharedDefinitionsAreTheSame: what both documents have is described once,
// in the report's schema.
func TestSharedDefinitionsAreTheSame(t *testing.T) {
	definitions := func(text []byte) map[string]any {
		var schema struct {
			Defs map[string]any `json:"$defs"`
		}
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		return schema.Defs
	}
	inReport, inCertificates := definitions(SchemaJSON), definitions(CertificatesSchemaJSON)
	shared := 0
	for name, want := range inReport {
		if got, ok := inCertificates[name]; ok {
			shared++
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-report +certificates):\n%s", name, diff)
			}
		}
	}
	if shared < 10 {
		t.Errorf("only %d definitions are shared", shared)
	}
}

func TestCertificatesText(t *testing.T) {
	tests := []struct {
		name    string
		options TextOptions
		want    string
	}{
		{"quiet", TextOptions{Quiet: true}, "FAIL  server\\x0a.pem, crl.pem  The certificate is not for this host name\n"},
		{"by default", TextOptions{}, `FAIL  server\x0a.pem, crl.pem  The certificate is not for this host name

File server\x0a.pem
  kind         certificate-key file, PEM, mode 0644
  certificate  CN=\x1b[31mdb1\u{202e},O=Acme
               line 1: CERTIFICATE
               issued by CN=Example Issuing CA,O=Example
               2026-10-01 to 2027-01-24, 62 days left, ECDSA-P256, ECDSA-SHA256
               names db1.example.com, *.db.example.com, 192.0.2.10
               sha256 ` + fingerprint("leaf") + `
  X.509 user   CN=\x1bdb1
               the server may see another name: CN is not in UTF-8
               db.getSiblingDB("$external")
  grants roles read@\x07test
  member of    rs0\x1b
  block        line 12: PRIVATE KEY\x1b
  block        line 20: CERTIFICATE  not base64
  block        line 24: DH PARAMETERS
  key          ECDSA-P256, PKCS#8, encrypted by PBES1 (PBE-SHA1-3DES)
               matches the certificate ` + fingerprint("leaf") + `
  not read by  go: PBES1 is not read

File crl.pem
  kind         CRL, PEM
  CRL          CN=\x1bCA
               from 2026-11-22 to 2026-11-29, 2 certificates revoked

Names and chain
  hostname     ok  db1.example.com matches db1.example.com
               no  other\x1b
  revocation   revoked
               CRL file: revoked, keyCompromise\x1b
  chain        trusted by tlsCAFile
    CN=\x1b[31mdb1\u{202e},O=Acme
    |  2026-10-01 to 2027-01-24, 62 days left, ECDSA-P256
    |  names db1.example.com, *.db.example.com, 192.0.2.10
    +- CN=Example Issuing CA,O=Example
          0001-01-01 to 2027-01-24, 62 days left, in tlsCAFile

Findings
  FAIL  hostname-mismatch  The certificate is not for this host name
    other is none of its names.
    Fix: Issue it again.
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			if err := WriteCertificatesText(&b, sampleCertificates(), test.options); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Errorf("WriteCertificatesText (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCertificatesExitCode(t *testing.T) {
	tests := []struct {
		verdict finding.Verdict
		failOn  string
		want    int
	}{
		{finding.Pass, "fail", ExitPass},
		{finding.Pass, "warn", ExitPass},
		{finding.Warning, "fail", ExitPass},
		{finding.Warning, "warn", ExitFail},
		{finding.Failure, "fail", ExitFail},
		{finding.Failure, "warn", ExitFail},
	}
	for _, test := range tests {
		t.Run(string(test.verdict)+" with "+test.failOn, func(t *testing.T) {
			if got := CertificatesExitCode(&Certificates{Verdict: test.verdict}, test.failOn); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

func TestNewCertificatesJudges(t *testing.T) {
	f := &fact.Files{StartedAt: sampleNow, Files: []fact.LocalFile{{Path: "x", Kind: "unknown", Problems: []fact.FileProblem{{Finding: "file-unreadable", Detail: "no such file"}}}}}
	got := NewCertificates(Tool{Name: "mongotls"}, f, finding.Policy{At: sampleNow.Add(time.Hour)})
	if got.Verdict != finding.Failure || len(got.Findings) != 1 || got.Findings[0].ID != "file-unreadable" || got.Chain != nil {
		t.Errorf("NewCertificates = %+v", got)
	}
}
