package keyfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// password is the one given, or asked for once.
func (i *Inspector) passwordFor(path string) string {
	if i.Password == "" && i.Ask != nil && !i.asked {
		i.asked = true
		i.Password = i.Ask(path)
	}
	return i.Password
}

// readPEM reads the blocks of a PEM file.
func (f *Inspection) readPEM(i *Inspector, data []byte) {
	for _, b := range blocks(data) {
		entry := fact.FileBlock{Type: b.label, Line: b.line, Error: b.fault}
		switch {
		case b.isKey() && !f.Fact.Key.Present:
			f.readKey(i, &b, &entry, data)
		case b.fault != "":
		case b.isCertificate():
			f.addCertificate(&entry, certificateOf(b))
		case b.label == crlLabel:
			addCRL(&entry, b.der)
		}
		f.Fact.Blocks = append(f.Fact.Blocks, entry)
		if b.afterMark {
			f.Fact.Limits = append(f.Fact.Limits, markLimit)
		}
		f.Fact.Limits = append(f.Fact.Limits, b.limits()...)
	}
}

// readKey reads the private key of a PEM file.
func (f *Inspection) readKey(i *Inspector, b *block, entry *fact.FileBlock, data []byte) {
	key := &f.Fact.Key
	key.Present, key.Encrypted = true, b.encrypted()
	if b.fault != "" {
		f.problem(&Error{
			Finding: FindingKeyFormat, Path: f.Fact.Path,
			Detail: fmt.Sprintf("the private key at line %d: %s", b.line, b.fault), Hint: "export it again",
		})
		return
	}
	password := ""
	if key.Encrypted {
		if e, err := b.encryption(); err == nil {
			key.Encryption = e.scheme
			password = i.passwordFor(f.Fact.Path)
		}
	} else {
		key.Form = string(formOf(b.der))
	}
	var err error
	if f.key, err = b.privateKey(password); err != nil {
		entry.Error = err.Error()
	}
	key.Type, f.password = f.key.algorithm, password
	if err == nil {
		err = b.outdated()
	}
	if err != nil && !readByOpenSSL(err) {
		f.problem(keyError(f.Fact.Path, err))
	}
	if err == nil || f.key.Signer == nil {
		f.keyPEM = textOf(data, b.line)
	}
}

// readByOpenSSL reports whether a key that is not read here is read by OpenSSL,
// so that there is nothing wrong with it for most drivers.
func readByOpenSSL(err error) bool {
	var unsupported unsupportedError
	var other otherKeyError
	return errors.As(err, &unsupported) && unsupported.openSSL || errors.As(err, &other) && other.openSSL
}

// textOf is the PEM block that begins at a line, as it stands in the file.
func textOf(data []byte, at int) []byte {
	var out []byte
	for line := 1; len(data) > 0; line++ {
		var text []byte
		text, data = cutLine(data)
		if line < at {
			continue
		}
		out = append(append(out, text...), '\n')
		if line > at && bytes.HasPrefix(text, []byte(endMark)) {
			return out
		}
	}
	return nil
}

// readStore reads a PKCS#12 file or a Java key store.
func (f *Inspection) readStore(i *Inspector, format Format, data []byte) {
	var s store
	if format == FormatPKCS12 {
		s = parsePKCS12(data, i.Password)
		if errors.Is(s.problem, errPasswordRequired) {
			s = parsePKCS12(data, i.passwordFor(f.Fact.Path))
		}
	} else {
		s = parseJKS(data)
	}
	for _, der := range s.certificates {
		entry := fact.FileBlock{Type: "CERTIFICATE"}
		f.addCertificate(&entry, der)
		f.Fact.Blocks = append(f.Fact.Blocks, entry)
	}
	for n, k := range s.keys {
		entry := fact.FileBlock{Type: "PRIVATE KEY"}
		if n == 0 {
			key := &f.Fact.Key
			key.Present, key.Encrypted, key.Encryption = true, k.encrypted, k.scheme
			password := i.Password
			if k.encrypted && format != FormatPKCS12 {
				password = i.passwordFor(f.Fact.Path)
			}
			var err error
			if f.key, err = k.open(password); err != nil {
				entry.Error = err.Error()
				f.problem(keyError(f.Fact.Path, err))
			}
			key.Type, f.password = f.key.algorithm, password
		}
		f.Fact.Blocks = append(f.Fact.Blocks, entry)
	}
	if s.problem != nil {
		f.problem(storeError(f.Fact.Path, format, s.problem))
	}
}

// storeError tells why a store could not be read in full.
func storeError(path string, format Format, err error) *Error {
	e := &Error{Finding: FindingKeyFormat, Path: path, Detail: err.Error(), Hint: "export it again", Err: err}
	var unsupported unsupportedError
	switch {
	case errors.Is(err, errPasswordRequired):
		e.Finding, e.Detail = FindingPasswordRequired, "what is in the "+string(format)+" file is encrypted, and no password was given"
		e.Hint = "give tlsCertificateKeyFilePassword"
	case errors.Is(err, errPasswordWrong):
		e.Finding, e.Detail = FindingPasswordWrong, "the password does not open the "+string(format)+" file"
	case errors.As(err, &unsupported):
		e.Finding = FindingKeyEncryption
		e.Hint = fmt.Sprintf(`convert it: "openssl pkcs12 -in %s -out client.pem" (add -legacy for one made before OpenSSL 3)`, shellQuote(path))
	case format == FormatJCEKS:
		e.Detail = "it has an entry that only Java reads, such as a secret key"
	}
	return e
}

// readDER reads a file that is one DER structure.
func (f *Inspection) readDER(data []byte) {
	entry := fact.FileBlock{}
	if key, err := parsePlainKey(data); err == nil || errors.Is(err, errKeyTooLarge) || key.algorithm != "" {
		entry.Type = "PRIVATE KEY"
		f.key = key
		f.Fact.Key = fact.FileKey{Present: true, Type: key.algorithm, Form: string(formOf(data))}
	} else if e, err := parseEncryption(data); err == nil {
		entry.Type = "ENCRYPTED PRIVATE KEY"
		f.Fact.Key = fact.FileKey{Present: true, Encrypted: true, Encryption: e.scheme}
	} else if _, err := parseCRL(data); err == nil {
		entry.Type = crlLabel
		addCRL(&entry, data)
	} else {
		entry.Type = "CERTIFICATE"
		f.addCertificate(&entry, data)
	}
	f.Fact.Blocks = append(f.Fact.Blocks, entry)
}

// addCertificate enters a certificate as a block, with what MongoDB makes of it.
func (f *Inspection) addCertificate(entry *fact.FileBlock, der []byte) {
	c, err := certificate.Parse(der)
	if err != nil {
		entry.Error = err.Error()
		return
	}
	f.Certificates = append(f.Certificates, c)
	described := c.Fact()
	entry.Certificate = &described
	if !c.IsCA {
		user := c.X509User()
		entry.X509User, entry.X509UserNote = user.Name, user.Uncertain
		if !c.EKUPresent || slices.Contains(c.EKUs, certificate.EKUClientAuth) {
			entry.CreateUser = user.CreateUser()
		}
	}
	roles, err := c.Roles()
	if err != nil {
		entry.Error = "the extension with MongoDB roles: " + err.Error()
	}
	for _, r := range roles {
		entry.Roles = append(entry.Roles, r.Role+"@"+r.DB)
	}
	if entry.Membership, err = c.Membership(); err != nil {
		entry.Error = "the extension with MongoDB's cluster membership: " + err.Error()
	}
}

// addCRL enters a CRL as a block.
func addCRL(entry *fact.FileBlock, der []byte) {
	c, err := parseCRL(der)
	if err != nil {
		entry.Error = err.Error()
		return
	}
	entry.CRL = &fact.FileCRL{Issuer: c.Issuer, ThisUpdate: c.ThisUpdate.UTC(), Revoked: c.Revoked}
	if !c.NextUpdate.IsZero() {
		next := c.NextUpdate.UTC()
		entry.CRL.NextUpdate = &next
	}
}
