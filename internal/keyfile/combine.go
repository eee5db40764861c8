package keyfile

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"github.com/youmark/pkcs8"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Parts are the pieces of files that were looked at, sorted for deployment.
type Parts struct {
	// Leaf is the first certificate that is not a CA's, or that the key belongs
	// to; nil if there is none.
	Leaf *certificate.Certificate
	// Intermediates lead from Leaf up, in that order; Roots are the self-signed
	// CAs, Others the certificates that are neither.
	Intermediates, Roots, Others []*certificate.Certificate
	// Key is the private key in PEM: as it stood, if that was PEM, and else in
	// PKCS#8, encrypted with its password if it was encrypted. It is a secret.
	Key []byte
}

// PartsOf sorts what the files hold. An error means that the key could not be
// written again.
func PartsOf(files []*Inspection) (Parts, error) {
	var p Parts
	var all []*certificate.Certificate
	var keyFile *Inspection
	for _, f := range files {
		for _, c := range f.Certificates {
			if !slices.ContainsFunc(all, func(have *certificate.Certificate) bool { return have.SHA256 == c.SHA256 }) {
				all = append(all, c)
			}
		}
		if keyFile == nil && f.Fact.Key.Present {
			keyFile = f
		}
	}
	for _, c := range all {
		if p.Leaf == nil && !c.IsCA || keyFile != nil && isKeyOf(keyFile.key, c) {
			p.Leaf = c
		}
	}
	p.sort(all)
	if keyFile == nil {
		return p, nil
	}
	var err error
	if p.Key, err = keyFile.writeKey(); err != nil {
		return Parts{}, &Error{Finding: FindingKeyFormat, Path: keyFile.Fact.Path, Detail: "the private key cannot be written: " + err.Error(), Err: err}
	}
	return p, nil
}

// sort finds the place of each certificate.
func (p *Parts) sort(all []*certificate.Certificate) {
	var used []*certificate.Certificate
	if p.Leaf != nil {
		used = append(used, p.Leaf)
	}
	for current := p.Leaf; current != nil; {
		i := slices.IndexFunc(all, func(c *certificate.Certificate) bool {
			return c.IsCA && !c.SelfIssued() && !slices.Contains(used, c) && current.CheckSignatureFrom(c) == nil
		})
		if i < 0 {
			break
		}
		current = all[i]
		used = append(used, current)
		p.Intermediates = append(p.Intermediates, current)
	}
	for _, c := range all {
		switch {
		case slices.Contains(used, c):
		case c.IsCA && c.SelfIssued():
			p.Roots = append(p.Roots, c)
		default:
			p.Others = append(p.Others, c)
		}
	}
}

// writeKey is the private key in PEM.
func (f *Inspection) writeKey() ([]byte, error) {
	if f.keyPEM != nil {
		return f.keyPEM, nil
	}
	if f.key.Signer == nil {
		return nil, errors.New("it could not be opened")
	}
	block := pem.Block{Type: "PRIVATE KEY"}
	var err error
	if f.Fact.Key.Encrypted && f.password != "" {
		block.Type = "ENCRYPTED PRIVATE KEY"
		block.Bytes, err = pkcs8.MarshalPrivateKey(f.key.Signer, []byte(f.password), &pkcs8.Opts{
			Cipher:  pkcs8.AES256CBC,
			KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 600_000, HMACHash: crypto.SHA256},
		})
	} else {
		block.Bytes, err = x509.MarshalPKCS8PrivateKey(f.key.Signer)
	}
	if err != nil {
		return nil, errors.New("its type has no PKCS#8 form")
	}
	return pem.EncodeToMemory(&block), nil
}

// Contradicts reports whether a key of the files is known to belong to another
// certificate than leaf. Of one that could not be opened nothing is known.
func Contradicts(files []*Inspection, leaf *certificate.Certificate) bool {
	return slices.ContainsFunc(files, func(f *Inspection) bool {
		return f.key.Signer != nil && (leaf == nil || !isKeyOf(f.key, leaf))
	})
}

// Combined is the file that net.tls.certificateKeyFile and tlsCertificateKeyFile
// name: certificate, intermediates, key. It is a secret. An error tells which
// part is missing.
func (p Parts) Combined() ([]byte, error) {
	switch {
	case p.Leaf == nil:
		return nil, errors.New("there is no certificate that is not a CA's")
	case p.Key == nil:
		return nil, errors.New("there is no private key")
	}
	return append(pemOf(append([]*certificate.Certificate{p.Leaf}, p.Intermediates...)), p.Key...), nil
}

// Named is a file to write.
type Named struct {
	Name string
	// Content is a secret if the name is that of a key.
	Content []byte
}

// Split is one file for each part: certificate.pem, key.pem, chain.pem (the
// intermediates) and ca.pem (roots, and CAs that lead nowhere).
func (p Parts) Split() []Named {
	var leaf []*certificate.Certificate
	if p.Leaf != nil {
		leaf = append(leaf, p.Leaf)
	}
	var files []Named
	for _, part := range []Named{
		{"certificate.pem", pemOf(leaf)},
		{"key.pem", p.Key},
		{"chain.pem", pemOf(p.Intermediates)},
		{"ca.pem", pemOf(slices.Concat(p.Roots, p.Others))},
	} {
		if len(part.Content) > 0 {
			files = append(files, part)
		}
	}
	return files
}

// pemOf writes certificates, each after a line with its subject.
func pemOf(certs []*certificate.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		fmt.Fprintf(&b, "# %s\n%s", printable(c.Subject), c.PEM())
	}
	return b.Bytes()
}

// printable is a subject without anything that could end a comment, or look like
// the beginning of a block.
func printable(subject string) string {
	out := []byte(subject)
	for i, ch := range out {
		if ch < ' ' || ch > '~' {
			out[i] = '?'
		}
	}
	return string(bytes.ReplaceAll(out, []byte("-----"), []byte("- - -")))
}
