package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// WriteCertificatesText writes c for a person: the verdict, what is in each file,
// the chain, and what is wrong. Every text is cleaned (see Clean). The error is
// w's.
func WriteCertificatesText(w io.Writer, c *Certificates, o TextOptions) error {
	t := newText(o)
	if t.now.IsZero() {
		t.now = c.Policy.At
	}
	if t.now.IsZero() {
		t.now = c.StartedAt
	}
	for _, id := range c.Policy.Ignore {
		t.ignored[id] = true
	}
	t.certificates(c)
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

func (t *text) certificates(c *Certificates) {
	var paths []string
	for _, f := range c.Files {
		paths = append(paths, f.Path)
	}
	reason := t.reason(c.Findings, c.Verdict)
	if c.Verdict == finding.Pass {
		reason = t.certificateLeft(c)
	}
	t.verdicts([]headline{{c.Verdict, some(paths, 3), reason}})
	if t.options.Quiet {
		return
	}
	if !c.Policy.At.IsZero() {
		t.blank()
		t.put("", "  ", plain("Validity is judged at "+c.Policy.At.UTC().Format(dateTime)+"."))
	}
	for i := range c.Files {
		t.localFile(&c.Files[i])
	}
	t.chainOf(c)
	t.driversRow(c.Drivers, accepting)
	t.findings("Findings", c.Findings)
	t.drivers("Drivers", c.Drivers, accepting)
}

// certificateLeft sums up what is in order.
func (t *text) certificateLeft(c *Certificates) string {
	for _, f := range c.Files {
		for _, b := range f.Blocks {
			if b.Certificate != nil && b.Certificate.NotAfter.After(t.now) {
				return "certificate has " + timeSpan(t.now, b.Certificate.NotAfter) + " left"
			}
		}
	}
	return ""
}

// kinds puts fact.LocalFile.Kind into words.
var kinds = map[string]string{
	"ca": "CA file", "certificate-key": "certificate-key file", "crl": "CRL", "unknown": "unknown",
}

// localFile writes what a file holds.
func (t *text) localFile(f *fact.LocalFile) {
	t.heading("File " + f.Path)
	t.row("kind", plain(strings.Join(present([]string{orElse(kinds[f.Kind], f.Kind), f.Format, prefixed("mode ", f.Mode)}), ", ")))
	limit := len(f.Blocks)
	if n := 4 * t.limit(); n > 0 {
		limit = min(limit, n)
	}
	for i := range f.Blocks[:limit] {
		t.block(&f.Blocks[i])
	}
	if hidden := len(f.Blocks) - limit; hidden > 0 {
		t.row("", t.dim(fmt.Sprintf("and %d more blocks; -v shows them", hidden)))
	}
	t.key(f)
	for i := range f.Limits {
		t.row(first(i, "not read by"), plain(some(f.Limits[i].Drivers, 0)+": "+f.Limits[i].Detail))
	}
}

// block writes one PEM block.
func (t *text) block(b *fact.FileBlock) {
	where := b.Type
	if b.Line > 0 {
		where = fmt.Sprintf("line %d: %s", b.Line, b.Type)
	}
	switch c := b.Certificate; {
	case b.CRL != nil:
		t.row("CRL", span{b.CRL.Issuer, t.theme.Bold})
		dates := "from " + b.CRL.ThisUpdate.UTC().Format(dateOnly)
		if b.CRL.NextUpdate != nil {
			dates += " to " + b.CRL.NextUpdate.UTC().Format(dateOnly)
		}
		t.row("", plain(dates+", "+count(b.CRL.Revoked, "certificate", "certificates")+" revoked"))
	case c != nil:
		t.row("certificate", span{orElse(c.Subject, "certificate with an empty subject"), t.theme.Bold})
		t.row("", t.dim(where))
		t.row("", plain("issued by "+c.Issuer))
		parts := append(t.validity(c.NotBefore, c.NotAfter, nil), c.KeyType, c.SignatureAlgorithm)
		t.row("", plain(strings.Join(parts, ", ")))
		if names := slices.Concat(c.DNSNames, c.IPAddresses); len(names) > 0 {
			t.row("", plain("names "+some(names, t.limit())))
		}
		t.row("", t.dim("sha256 "+c.SHA256))
	case b.Error == "":
		t.row("block", plain(where))
	default:
		t.row("block", plain(where+"  "), t.fail(b.Error))
		return
	}
	if b.Error != "" {
		t.row("", t.fail(b.Error))
	}
	t.user(b)
}

// user writes what MongoDB makes of a certificate.
func (t *text) user(b *fact.FileBlock) {
	if b.X509User != "" {
		t.row("X.509 user", plain(b.X509User))
		if b.X509UserNote != "" {
			t.row("", t.dim("the server may see another name: "+b.X509UserNote))
		}
	}
	if b.CreateUser != "" {
		t.raw(fmt.Sprintf("%*s", labelWidth, ""), span{b.CreateUser, t.theme.Command})
	}
	if len(b.Roles) > 0 {
		t.row("grants roles", plain(some(b.Roles, t.limit())))
	}
	if b.Membership != "" {
		t.row("member of", plain(b.Membership))
	}
}

// key writes what is known of the private key, which is never the key.
func (t *text) key(f *fact.LocalFile) {
	k := f.Key
	if !k.Present {
		return
	}
	parts := present([]string{k.Type, k.Form})
	if k.Encrypted {
		parts = append(parts, "encrypted"+prefixed(" by ", k.Encryption))
	}
	t.row("key", plain(orElse(strings.Join(parts, ", "), "present")))
	if k.Matches != "" {
		t.row("", t.pass("matches"), plain(" the certificate "+k.Matches))
	}
}

// chainOf draws the chain, as check draws that of an endpoint.
func (t *text) chainOf(c *Certificates) {
	for i, h := range c.Hostname {
		if i == 0 {
			t.heading("Names and chain")
		}
		if h.OK {
			t.row(first(i, "hostname"), t.pass("ok"), plain("  "+h.Checked+" matches "+h.Matched))
		} else {
			t.row(first(i, "hostname"), t.fail("no"), plain("  "+h.Checked))
		}
	}
	e := &Endpoint{Chain: c.Chain}
	e.Trust = c.Trust
	e.Certificates = chainCertificates(c)
	if c.Chain == nil || len(e.Certificates) == 0 {
		return
	}
	if len(c.Hostname) == 0 {
		t.heading("Chain")
	}
	e.Revocation = c.Revocation
	t.revocation(e)
	t.chain(e)
}

// chainCertificates are those that the chain can be drawn of: the file of its
// leaf, leaf first.
func chainCertificates(c *Certificates) []fact.Certificate {
	var list []fact.Certificate
	for _, f := range c.Files {
		if f.Kind != "certificate-key" {
			continue
		}
		for _, b := range f.Blocks {
			if b.Certificate != nil {
				list = append(list, *b.Certificate)
			}
		}
		break
	}
	if c.Chain != nil && len(c.Chain.Paths) > 0 && len(c.Chain.Paths[0]) > 0 {
		slices.SortStableFunc(list, func(a, b fact.Certificate) int {
			return boolRank(a.SHA256 != c.Chain.Paths[0][0]) - boolRank(b.SHA256 != c.Chain.Paths[0][0])
		})
	}
	return list
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
