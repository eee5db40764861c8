package survey

import (
	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/keyfile"
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
	// Inspector reads the files; it has the password.
	Inspector *keyfile.Inspector
}

// ObserveFiles looks at local files before they are deployed. Nothing is asked of
// the network. The inspections are those of Paths, in their order.
func (s *Survey) ObserveFiles(r LocalRequest) (fact.Files, []*keyfile.Inspection) {
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
	if r.CRLFile != "" {
		f.CRLFile = &r.Inspector.Inspect([]string{r.CRLFile}, nil)[0].Fact
	}
	f.Trust = roots.Trust(all)
	return f, inspections
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
