// Package truststore looks up trust anchors: those of a CA file, those of the
// operating system and those of Mozilla's programme. A store of a hundred and
// more roots is kept as bytes and searched by name; only certificates that are
// asked for are read.
package truststore

import (
	"iter"
	"slices"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/verify"
)

// Bounds on what is told of the stores.
const (
	// maxAnchors bounds the anchors of one report.
	maxAnchors = 200
	// wholeCAFile is the size up to which all of a CA file is told: among so few
	// the one that the chain was meant to end in can be guessed.
	wholeCAFile = 50
	// maxStore bounds the certificates of one store.
	maxStore = 20000
)

// Options say which stores to load.
type Options struct {
	// CAFile is the bundle of tlsCAFile; nil if the option is not given. It
	// decides in place of the system's store then.
	CAFile *keyfile.CAFile
	// CAFilePath and CAFileError tell of a CA file that could not be read, in
	// which case CAFile is nil and the store that decides is empty.
	CAFilePath  string
	CAFileError string
	// Env reads the environment for SSL_CERT_FILE and SSL_CERT_DIR; nil means
	// that neither is set. Pass os.Getenv.
	Env func(string) string
	// Bundles and Dirs are where the system's roots are looked for, the first
	// that exists; nil means the usual places.
	Bundles, Dirs []string
	// SkipMozilla leaves Mozilla's roots out.
	SkipMozilla bool
}

// Store is the trust stores of one run. It may be used concurrently.
type Store struct {
	options Options
	system  *list
	mozilla *list
}

// list is one store: certificates in DER by subject.
type list struct {
	name string
	path string
	// problem is why the store could not be read.
	problem string
	// available is whether the store can be enumerated here.
	available bool
	size      int
	bySubject map[string][]*entry
}

// entry is a certificate that is read when first asked for.
type entry struct {
	der   []byte
	parse func() *certificate.Certificate
}

func newList(name string) *list {
	return &list{name: name, available: true, bySubject: make(map[string][]*entry)}
}

// add enters a certificate unless it is there already or has no readable name.
func (l *list) add(der []byte) {
	subject, ok := certificate.SubjectOf(der)
	if !ok || l.size >= maxStore {
		return
	}
	key, ok := certificate.CanonicalName(subject)
	if !ok {
		return
	}
	same := func(e *entry) bool { return slices.Equal(e.der, der) }
	if slices.ContainsFunc(l.bySubject[key], same) {
		return
	}
	l.size++
	l.bySubject[key] = append(l.bySubject[key], &entry{
		der: der,
		parse: sync.OnceValue(func() *certificate.Certificate {
			c, err := certificate.Parse(der)
			if err != nil {
				return nil
			}
			return c
		}),
	})
}

// named gives the certificates of one subject, as certificate.CanonicalName has
// it.
func (l *list) named(subject string) iter.Seq[*certificate.Certificate] {
	return func(yield func(*certificate.Certificate) bool) {
		for _, e := range l.bySubject[subject] {
			if c := e.parse(); c != nil && !yield(c) {
				return
			}
		}
	}
}

// Load reads the stores. What cannot be read is told by Trust, not here: it is
// an observation like any other.
func Load(o Options) *Store {
	s := &Store{options: o, system: loadSystem(o), mozilla: newList(verify.StoreMozilla)}
	if !o.SkipMozilla {
		for root := range bundle.Roots() {
			s.mozilla.add(root.Certificate)
		}
	}
	return s
}

// WithCAFile is the same stores under a CA file, which decides in place of the
// system's. file is nil where the one at path could not be used; problem says why.
func (s *Store) WithCAFile(file *keyfile.CAFile, path, problem string) *Store {
	o := s.options
	o.CAFile, o.CAFilePath, o.CAFileError = file, path, problem
	return &Store{options: o, system: s.system, mozilla: s.mozilla}
}

// Deciding names the store that a driver with these options trusts.
func (s *Store) Deciding() string {
	if s.options.CAFile != nil || s.options.CAFilePath != "" {
		return verify.StoreCAFile
	}
	return verify.StoreSystem
}

// Available reports whether the system's roots can be enumerated. On macOS and
// Windows they cannot; PlatformVerify asks the system there.
func (s *Store) Available() bool { return s.system.available }

// Trust tells what the stores hold that bears on the presented certificates.
func (s *Store) Trust(presented []*certificate.Certificate) *fact.Trust {
	t := &fact.Trust{Store: s.Deciding(), Anchors: []fact.Anchor{}}
	if t.Store == verify.StoreCAFile {
		t.StorePath, t.StoreError = s.options.CAFilePath, s.options.CAFileError
		size := 0
		if file := s.options.CAFile; file != nil {
			t.StorePath, size = file.Path, len(file.Certificates)
		}
		t.StoreSize = &size
	} else {
		t.StorePath, t.StoreError = s.system.path, s.system.problem
		if s.system.available {
			size := s.system.size
			t.StoreSize = &size
		}
	}
	for _, a := range s.Relevant(presented, maxAnchors) {
		t.Anchors = append(t.Anchors, fact.Anchor{
			Stores: a.Stores, Subject: a.Subject, NotBefore: a.NotBefore.UTC(), NotAfter: a.NotAfter.UTC(),
			KeyType: a.KeyType, SHA256: a.SHA256, PEM: a.PEM(),
		})
	}
	return t
}

// Anchors reads back the anchors of a fact; those that cannot be read are left
// out.
func Anchors(t *fact.Trust) []verify.Anchor {
	if t == nil {
		return nil
	}
	var anchors []verify.Anchor
	for _, a := range t.Anchors {
		if c, err := certificate.FromPEM(a.PEM); err == nil {
			anchors = append(anchors, verify.Anchor{Certificate: c, Stores: a.Stores})
		}
	}
	return anchors
}
