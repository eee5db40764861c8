package survey

import (
	"crypto/tls"
	"errors"
	"fmt"
	"sync"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/revocation"
	"github.com/mongotls/mongotls/internal/target"
)

// maxSubjects bounds the subjects told of a CA file, maxClientChain the
// certificates told of a client's file.
const (
	maxSubjects    = 20
	maxClientChain = 32
)

// localFiles are the files that a target's options name, as read.
type localFiles struct {
	facts []fact.File
	// caNamed is whether there is a tlsCAFile; authorities is nil when it could
	// not be used.
	caNamed     bool
	caPath      string
	caProblem   string
	authorities *keyfile.CAFile
	client      *tls.Certificate
	// clientFacts is the client's chain as it is told of.
	clientFacts []fact.Certificate
	// crls is nil without a tlsCRLFile, or where it could not be used.
	crls *revocation.CRLFile
}

// fileCache reads each file once: a list of a thousand targets usually names the
// same, and to open an encrypted key is meant to take a while.
type fileCache struct {
	mu      sync.Mutex
	cas     map[string]func() (*keyfile.CAFile, error)
	clients map[clientFile]func() (*tls.Certificate, error)
}

// clientFile is a client certificate by what it is read with.
type clientFile struct {
	path, keyPath string
	password      target.Secret
}

func (c *fileCache) authorities(path string) (*keyfile.CAFile, error) {
	return once(c, &c.cas, path, func() (*keyfile.CAFile, error) { return keyfile.LoadCAs(path) })
}

func (c *fileCache) client(f clientFile) (*tls.Certificate, error) {
	return once(c, &c.clients, f, func() (*tls.Certificate, error) {
		return keyfile.LoadCertificateKey(f.path, f.keyPath, string(f.password))
	})
}

// once calls read for each key one time, and others wait for that.
func once[K comparable, V any](c *fileCache, known *map[K]func() (V, error), key K, read func() (V, error)) (V, error) {
	c.mu.Lock()
	if *known == nil {
		*known = map[K]func() (V, error){}
	}
	result, ok := (*known)[key]
	if !ok {
		result = sync.OnceValues(read)
		(*known)[key] = result
	}
	c.mu.Unlock()
	return result()
}

// readFiles reads the files that a target's options name. What is wrong with
// one is a fact; the endpoint is looked at without it.
func (s *Survey) readFiles(t *target.Target) localFiles {
	var l localFiles
	o := t.Options
	if path := o.TLSCAFile.Value; path != "" {
		l.caNamed, l.caPath = true, path
		f := fact.File{Option: "tlsCAFile", Path: path}
		cas, err := s.files.authorities(path)
		if err != nil {
			describe(&f, err)
			l.caProblem = f.Detail
		} else {
			l.authorities = cas
			if len(cas.Bad) > 0 {
				// OpenSSL reads a file as a whole or not at all; measured with 3.0.
				f.Problem = keyfile.FindingCAInvalid
				f.Detail = fmt.Sprintf("the block at line %d cannot be read: %s. OpenSSL-based drivers refuse the whole file for it, Go and rustls use the rest",
					cas.Bad[0].Line, cas.Bad[0].Detail)
				f.Hint = "remove that block, or paste the certificate again in full."
			}
			f.Limits = cas.Limits
			f.Certificates = len(cas.Certificates)
			for _, c := range cas.Certificates[:min(len(cas.Certificates), maxSubjects)] {
				f.Subjects = append(f.Subjects, c.Subject)
			}
		}
		l.facts = append(l.facts, f)
	}
	if path := o.TLSCertificateKeyFile.Value; path != "" {
		f := fact.File{Option: "tlsCertificateKeyFile", Path: path}
		client, err := s.files.client(clientFile{path, o.TLSPrivateKeyFile.Value, s.keyPassword(t)})
		if err != nil {
			describe(&f, err)
		} else {
			l.client = client
			f.Limits = keyfile.KeyLimits(path)
			f.Certificates = len(client.Certificate)
			for _, der := range client.Certificate[:min(f.Certificates, maxClientChain)] {
				l.clientFacts = append(l.clientFacts, certificate.Describe(der))
			}
		}
		l.facts = append(l.facts, f)
	}
	if path := o.TLSCRLFile.Value; path != "" {
		f := fact.File{Option: "tlsCRLFile", Path: path}
		crls, err := revocation.LoadCRLs(path)
		if err != nil {
			describe(&f, err)
		} else {
			l.crls = crls
			if crls.DER {
				// Measured with Python 3.11 and Node.js 20 on OpenSSL 3.0.
				f.Problem, f.Tolerated = revocation.FindingCRLInvalid, true
				f.Detail = "is in DER, which MongoDB's documentation allows, and which PyMongo and Node.js refuse: they read PEM"
				f.Hint = "convert it to PEM"
			}
			for _, list := range crls.Lists[:min(len(crls.Lists), maxSubjects)] {
				f.Subjects = append(f.Subjects, list.Issuer)
			}
		}
		l.facts = append(l.facts, f)
	}
	return l
}

// keyPassword is the password for the key of a target's client certificate: the
// option's, or else the one that was typed for the file.
func (s *Survey) keyPassword(t *target.Target) target.Secret {
	if p := t.Options.TLSCertificateKeyFilePassword; p.IsSet() {
		return p.Value
	}
	return s.KeyPasswords[KeyFile(t)]
}

// KeyFile is the file that holds the key of a target's client certificate; empty
// where it has none.
func KeyFile(t *target.Target) string {
	if apart := t.Options.TLSPrivateKeyFile.Value; apart != "" {
		return apart
	}
	return t.Options.TLSCertificateKeyFile.Value
}

// describeUser records which user a server takes a client certificate for. x is
// nil where nobody authenticates by it, client nil without one.
func describeUser(x *fact.X509, client *tls.Certificate) {
	if x == nil || client == nil {
		return
	}
	if c, err := certificate.Parse(client.Certificate[0]); err == nil {
		u := c.X509User()
		x.CertificateUser, x.CertificateUserNote = u.Name, u.Uncertain
	}
}

// describe records what is wrong with a file.
func describe(f *fact.File, err error) {
	f.Problem, f.Detail = keyfile.FindingUnreadable, err.Error()
	var fault *keyfile.Error
	if errors.As(err, &fault) {
		f.Problem, f.Detail, f.Hint = fault.Finding, fault.Detail, fault.Hint
		f.Format, f.KeyOfLater = string(fault.Format), fault.Later
		if fault.Certificate != nil {
			inside := certificate.Describe(fault.Certificate.Raw)
			f.Inside = &inside
		}
		f.Path = fault.Path
	}
}
