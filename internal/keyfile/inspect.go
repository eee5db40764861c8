package keyfile

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// The kinds of file that fact.LocalFile.Kind names.
const (
	KindCA             = "ca"
	KindCertificateKey = "certificate-key"
	KindCRL            = "crl"
	KindUnknown        = "unknown"
)

// Findings beside those of Error, which are about a file that can be used.
const (
	FindingCAPrivateKey = "ca-file-private-key"
	FindingPermissions  = "key-file-permissions"
)

// Inspector looks at files as a whole, whatever is in them.
type Inspector struct {
	// Password opens encrypted keys; empty means that there is none.
	Password string
	// Ask asks for the password of a file when Password is empty and there is
	// something to open; nil asks nobody. An empty answer is none.
	Ask func(path string) string

	asked bool
}

// Inspection is a file that was looked at.
type Inspection struct {
	// Fact is what is told of it.
	Fact fact.LocalFile
	// Certificates are those that could be read, in the file's order.
	Certificates []*certificate.Certificate

	key privateKey
	// keyPEM is the key as it stands in a PEM file; empty otherwise.
	keyPEM []byte
	// password is what opened the key.
	password string
}

// Inspect reads the files; stdin is the content of the one that is named "-".
// Nothing is an error: what is wrong with a file is told of it. A key that
// belongs to the certificate of another of the files is matched with that.
func (i *Inspector) Inspect(paths []string, stdin []byte) []*Inspection {
	var list []*Inspection
	for _, path := range paths {
		if path == "-" {
			list = append(list, i.InspectData(path, stdin))
			continue
		}
		data, err := read(path)
		if err != nil {
			list = append(list, unreadable(path, err))
			continue
		}
		f := i.InspectData(path, data)
		f.Fact.Mode = modeOf(path)
		f.checkMode()
		list = append(list, f)
	}
	for _, f := range list {
		f.match(list)
	}
	return list
}

// InspectData looks at the content of a file that was read already.
func (i *Inspector) InspectData(path string, data []byte) *Inspection {
	content := formatOf(data)
	f := &Inspection{Fact: fact.LocalFile{Path: path, Format: string(content.format), Blocks: []fact.FileBlock{}}}
	switch content.format {
	case FormatPEM:
		f.readPEM(i, data)
	case FormatPKCS12, FormatJKS, FormatJCEKS:
		f.readStore(i, content.format, data)
	case FormatDER:
		f.readDER(data)
	}
	f.Fact.Kind = f.kind()
	f.judgeContent(content, data)
	f.match(nil)
	for n := range f.Fact.Limits {
		f.Fact.Limits[n].Hint = strings.ReplaceAll(f.Fact.Limits[n].Hint, "FILE", shellQuote(path))
	}
	return f
}

// InspectCA looks at the file of tlsCAFile: its problems are those of a CA file,
// whatever it is otherwise.
func InspectCA(path string) *Inspection {
	data, err := read(path)
	if err != nil {
		return unreadable(path, err)
	}
	f := InspectCAData(path, data)
	f.Fact.Mode = modeOf(path)
	return f
}

// InspectCAData is InspectCA of content that was read already.
func InspectCAData(path string, data []byte) *Inspection {
	f := (&Inspector{}).InspectData(path, data)
	f.Fact.Problems = nil
	cas, err := parseCAs(path, data)
	if err != nil {
		f.problem(err)
		return f
	}
	if len(cas.Bad) > 0 {
		// OpenSSL reads a file as a whole or not at all; measured with 3.0.
		f.problem(&Error{
			Finding: FindingCAInvalid, Path: path,
			Detail: fmt.Sprintf("the block at line %d cannot be read: %s. OpenSSL-based drivers refuse the whole file for it, Go and rustls use the rest",
				cas.Bad[0].Line, cas.Bad[0].Detail),
			Hint: "remove that block, or paste the certificate again in full",
		})
	}
	if cas.Keys > 0 {
		f.problem(&Error{
			Finding: FindingCAPrivateKey, Path: path, Detail: "holds a private key beside its certificates",
			Hint: "name a file with the CA's certificates alone",
		})
	}
	return f
}

// unreadable is a file that could not even be read.
func unreadable(path string, err error) *Inspection {
	f := &Inspection{Fact: fact.LocalFile{Path: path, Kind: KindUnknown, Blocks: []fact.FileBlock{}}}
	f.problem(err)
	return f
}

// problem records what is wrong.
func (f *Inspection) problem(err error) {
	p := fact.FileProblem{Finding: FindingUnreadable, Detail: err.Error()}
	var e *Error
	if errors.As(err, &e) {
		p = fact.FileProblem{Finding: e.Finding, Detail: e.Detail, Hint: e.Hint}
	}
	f.Fact.Problems = append(f.Fact.Problems, p)
}

// kind is what the content is for.
func (f *Inspection) kind() string {
	isCA := func(c *certificate.Certificate) bool { return c.IsCA || c.Version == 1 && c.SelfIssued() }
	has := func(test func(fact.FileBlock) bool) bool { return slices.ContainsFunc(f.Fact.Blocks, test) }
	switch {
	case slices.ContainsFunc(f.Certificates, func(c *certificate.Certificate) bool { return !isCA(c) }):
		return KindCertificateKey
	case len(f.Certificates) > 0:
		return KindCA
	case f.Fact.Key.Present:
		return KindCertificateKey
	case has(func(b fact.FileBlock) bool { return b.Type == crlLabel }):
		return KindCRL
	}
	return KindUnknown
}

// judgeContent records what is wrong with the file as what it seems to be.
func (f *Inspection) judgeContent(content container, data []byte) {
	fail := func(finding, detail, hint string) {
		f.problem(&Error{Finding: finding, Path: f.Fact.Path, Detail: detail, Hint: hint})
	}
	path := f.Fact.Path
	if content.notPEM() && content.format != FormatDER {
		finding := FindingKeyFormat
		switch {
		case content.format == FormatKeyFile:
			finding = FindingWrongFile
		case f.Fact.Kind == KindCA:
			finding = FindingCAInvalid
		}
		fail(finding, "is "+content.name+", not PEM", content.named(path))
		f.Fact.Limits = append(f.Fact.Limits, storeLimits(content.format)...)
	}
	if content.format == FormatDER && f.Fact.Kind != KindCRL {
		fail(map[bool]string{true: FindingCAInvalid, false: FindingKeyFormat}[f.Fact.Kind == KindCA],
			"is "+content.name+", not PEM", content.named(path))
	}
	for _, b := range f.Fact.Blocks {
		if b.Error == "" || b.Line == 0 {
			continue
		}
		broken := block{label: b.Type}
		switch {
		case broken.isCertificate():
			finding := FindingKeyFormat
			if f.Fact.Kind == KindCA || !f.Fact.Key.Present {
				finding = FindingCAInvalid
			}
			fail(finding, fmt.Sprintf("the certificate at line %d: %s", b.Line, b.Error), "export it again")
		case b.Type == crlLabel:
			fail(FindingCRLInvalid, fmt.Sprintf("the CRL at line %d: %s", b.Line, b.Error), "fetch it again from its CA")
		}
	}
	switch f.Fact.Kind {
	case KindUnknown:
		f.judgeUnknown(content, data)
	case KindCertificateKey:
		if content.format == FormatPEM {
			f.Fact.Limits = append(f.Fact.Limits, pemLimit)
		}
		f.judgePair(content, data)
	case KindCRL:
		if content.format == FormatDER {
			f.Fact.Limits = append(f.Fact.Limits, DERListLimit)
		}
	case KindCA:
		if f.Fact.Key.Present && content.format == FormatPEM {
			fail(FindingCAPrivateKey, "holds the private key of a CA beside its certificate", "keep the key elsewhere, and give out the certificate alone")
		}
	}
}

// judgeUnknown tells what is missing in a file that has nothing of use.
func (f *Inspection) judgeUnknown(content container, data []byte) {
	if len(f.Fact.Problems) > 0 || content.notPEM() {
		return
	}
	if _, err := parseChain(f.Fact.Path, data); content.format == FormatPEM && err != nil {
		f.problem(err)
		return
	}
	if err := notPEM(f.Fact.Path, data); err != nil {
		f.problem(err)
	}
}

// judgePair tells what is missing in, or does not fit of, a certificate and key.
func (f *Inspection) judgePair(content container, data []byte) {
	path := f.Fact.Path
	switch {
	case len(f.Certificates) == 0 && content.format == FormatPEM && !slices.ContainsFunc(f.Fact.Blocks, func(b fact.FileBlock) bool {
		broken := block{label: b.Type}
		return broken.isCertificate()
	}):
		f.problem(&Error{Finding: FindingNoCertificate, Path: path, Detail: "holds no certificate", Hint: oneFileHint})
	case !f.Fact.Key.Present && content.format == FormatPEM:
		f.problem(noKey(path, data))
	case len(f.Certificates) > 0 && f.key.Signer != nil && content.format == FormatPEM && !isKeyOf(f.key, f.Certificates[0]):
		f.problem(mismatch(path, f.key, f.Certificates))
	}
}

// match finds the certificate that the key belongs to, in the file itself or else
// in the others.
func (f *Inspection) match(others []*Inspection) {
	if f.Fact.Key.Matches != "" {
		return
	}
	for _, other := range append([]*Inspection{f}, others...) {
		for _, c := range other.Certificates {
			if isKeyOf(f.key, c) {
				f.Fact.Key.Matches = c.SHA256
				return
			}
		}
	}
}

// modeOf are a file's permissions; empty where the system has others than
// POSIX's.
func modeOf(path string) string {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return ""
	}
	return fmt.Sprintf("%04o", info.Mode().Perm())
}

// checkMode tells of a key that others may read, or replace.
func (f *Inspection) checkMode() {
	var mode uint32
	if _, err := fmt.Sscanf(f.Fact.Mode, "%o", &mode); err != nil || !f.Fact.Key.Present {
		return
	}
	who := ""
	switch {
	case mode&0o002 != 0:
		who = "every user of this machine may change it"
	case mode&0o020 != 0:
		who = "its group may change it"
	case mode&0o004 != 0 && !f.Fact.Key.Encrypted:
		who = "every user of this machine may read it"
	default:
		return
	}
	f.problem(&Error{
		Finding: FindingPermissions, Path: f.Fact.Path,
		Detail: fmt.Sprintf("holds a private key and has mode %s: %s", f.Fact.Mode, who),
		Hint:   fmt.Sprintf(`"chmod 600 %s"`, shellQuote(f.Fact.Path)),
	})
}
