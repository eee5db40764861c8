package survey

import (
	"context"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/revocation"
)

// LocalRequest is what ObserveFiles looks at.
type LocalRequest struct {
	// Paths are the files. Stdin is the content of the one that is named "-".
	Paths []string
	Stdin []byte
	// CAFile and CRLFile are those of tlsCAFile and tlsCRLFile; empty where the
	// option is not given.
	CAFile, CRLFile string
	// As and Hostnames are as of fact.Files.
	As        string
	Hostnames []string
	// At is the time that a CRL has to be in force at; zero is now.
	At time.Time
	// Inspector reads the files; it has the password.
	Inspector *keyfile.Inspector
}

// ObserveFiles looks at local files before they are deployed. Nothing is asked of
// the network. The inspections are those of Paths, in their order.
func (s *Survey) ObserveFiles(ctx context.Context, r LocalRequest) (fact.Files, []*keyfile.Inspection) {
	f := fact.Files{StartedAt: s.now().UTC(), As: r.As, Hostnames: r.Hostnames, Files: []fact.LocalFile{}}
	inspections := r.Inspector.Inspect(r.Paths, r.Stdin)
	var all []*certificate.Certificate
	for _, i := range inspections {
		f.Files = append(f.Files, i.Fact)
		all = append(all, i.Certificates...)
	}
	roots := s.loadRoots()
	if r.CAFile != "" {
		f.CAFile = &keyfile.InspectCA(r.CAFile).Fact
		cas, err := s.files.authorities(r.CAFile)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		roots = roots.WithCAFile(cas, r.CAFile, problem)
	} else if given := authoritiesOf(inspections); given != nil {
		roots = roots.WithCAFile(given, given.Path, "")
	}
	f.Trust = roots.Trust(all)
	if r.CRLFile != "" {
		crls, err := revocation.LoadCRLs(r.CRLFile)
		f.CRLFile = describeCRLs(r.CRLFile, crls, err)
		if crls != nil {
			f.Revocation = s.lookUp(ctx, r.At, inspections, crls, f.Trust)
		}
	}
	return f, inspections
}

// describeCRLs is the file of tlsCRLFile, or why it could not be used.
func describeCRLs(path string, crls *revocation.CRLFile, err error) *fact.LocalFile {
	f := &fact.LocalFile{Path: path, Kind: keyfile.KindUnknown, Blocks: []fact.FileBlock{}}
	if err != nil {
		var described fact.File
		describe(&described, err)
		f.Problems = []fact.FileProblem{{Finding: described.Problem, Detail: described.Detail, Hint: described.Hint}}
		return f
	}
	f.Kind, f.Format = keyfile.KindCRL, string(keyfile.FormatPEM)
	if crls.DER {
		f.Format = string(keyfile.FormatDER)
		f.Limits = []fact.FileLimit{keyfile.DERListLimit}
	}
	for _, list := range crls.Lists {
		f.Blocks = append(f.Blocks, fact.FileBlock{Type: "X509 CRL", CRL: &fact.FileCRL{
			Issuer: list.Issuer, ThisUpdate: list.ThisUpdate, NextUpdate: list.NextUpdate, Revoked: list.Entries,
		}})
	}
	return f
}

// lookUp looks the path of the first certificate that is not a CA's up in the
// CRLs; nil without such a certificate.
func (s *Survey) lookUp(ctx context.Context, at time.Time, inspections []*keyfile.Inspection, crls *revocation.CRLFile, trust *fact.Trust) *fact.Revocation {
	e := &fact.Endpoint{Trust: trust}
	for _, i := range inspections {
		for _, c := range i.Certificates {
			if len(e.Certificates) > 0 || !c.IsCA {
				e.Certificates = append(e.Certificates, c.Fact())
			}
		}
	}
	if len(e.Certificates) == 0 {
		return nil
	}
	path, others := s.path(e)
	checker := &revocation.Checker{Now: s.now}
	if !at.IsZero() {
		checker.Now = func() time.Time { return at }
	}
	found := checker.Check(ctx, revocation.Request{Path: path, Others: others, CRLFile: crls, SkipEndpoints: true, SkipCRLFetch: true})
	found.Status = summary(found.Checks, path[0].SHA256)
	return &found
}

// authoritiesOf makes a trust store of the CA files among those that are looked
// at, where no other is named: who gives a server's file and its CA's wants to
// know whether the two go together.
func authoritiesOf(inspections []*keyfile.Inspection) *keyfile.CAFile {
	var file *keyfile.CAFile
	for _, i := range inspections {
		if i.Fact.Kind != keyfile.KindCA {
			continue
		}
		for _, c := range i.Certificates {
			if file == nil {
				file = &keyfile.CAFile{Path: i.Fact.Path}
			}
			file.Certificates = append(file.Certificates, c)
		}
	}
	return file
}
