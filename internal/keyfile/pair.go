package keyfile

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// LoadCertificateKey reads a client certificate, what follows it as its chain,
// and its private key. Both are in the PEM file path, in any order, unless
// keyPath names a file for the key. password opens an encrypted key; empty means
// that there is none.
//
// The error is an *Error. The Leaf of the result is nil if crypto/x509 refuses
// the certificate, which does not keep a client from sending it.
func LoadCertificateKey(path, keyPath, password string) (*tls.Certificate, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	keyData := data
	if keyPath == "" {
		keyPath = path
	} else if keyData, err = read(keyPath); err != nil {
		return nil, err
	}
	return parsePair(path, data, keyPath, keyData, password)
}

// NeedsPassword reports whether LoadCertificateKey without a password fails for
// want of one.
func NeedsPassword(path, keyPath string) bool {
	_, err := LoadCertificateKey(path, keyPath, "")
	var e *Error
	return errors.As(err, &e) && e.Finding == FindingPasswordRequired
}

func parsePair(path string, data []byte, keyPath string, keyData []byte, password string) (*tls.Certificate, error) {
	for _, f := range []struct {
		path string
		data []byte
	}{{path, data}, {keyPath, keyData}} {
		if err := notPEM(f.path, f.data); err != nil {
			return nil, err
		}
	}
	chain, err := parseChain(path, data)
	if err != nil {
		return nil, swapped(err, path, keyPath, keyData)
	}
	leaf := chain[0]
	key, err := parseKey(keyPath, keyData, password)
	if err != nil {
		return nil, err
	}
	if key.Signer == nil || !isKeyOf(key, leaf) {
		return nil, mismatch(keyPath, key, chain)
	}
	out := &tls.Certificate{Certificate: raw(chain), PrivateKey: key.Signer}
	if parsed, err := x509.ParseCertificate(leaf.Raw); err == nil {
		out.Leaf = parsed
	}
	return out, nil
}

// notPEM recognises files that have no PEM block at all.
func notPEM(path string, data []byte) error {
	c := formatOf(data)
	e := &Error{Finding: FindingKeyFormat, Path: path, Detail: "is " + c.name + ", not PEM", Hint: c.named(path)}
	switch c.format {
	case FormatPEM:
		return nil
	case FormatEmpty:
		e.Finding, e.Detail = FindingNoCertificate, "is empty"
		e.Hint = "the file has to be PEM, with certificate and private key"
	case FormatKeyFile:
		e.Finding = FindingWrongFile
	case FormatUnknown:
		e.Finding, e.Detail = FindingNoCertificate, "holds neither a certificate nor a private key in PEM"
		e.Hint = "the file has to be PEM, with certificate and private key"
	}
	return e
}

// oneFileHint is how certificate and key get into one file.
const oneFileHint = `put certificate and key into one file: "(umask 077; cat client.crt client.key > client.pem)"`

// parseChain reads the certificates of a file, at least one, leaf first.
func parseChain(path string, data []byte) ([]*certificate.Certificate, error) {
	fail := func(finding, detail, hint string) ([]*certificate.Certificate, error) {
		return nil, &Error{Finding: finding, Path: path, Detail: detail, Hint: hint}
	}
	var chain []*certificate.Certificate
	request := false
	for _, b := range blocks(data) {
		request = request || b.isRequest()
		if !b.isCertificate() {
			continue
		}
		if b.fault != "" {
			return fail(FindingKeyFormat, fmt.Sprintf("the certificate at line %d: %s", b.line, b.fault), "export it again")
		}
		c, err := certificate.Parse(certificateOf(b))
		if err != nil {
			return fail(FindingKeyFormat, fmt.Sprintf("the certificate at line %d: %s", b.line, err), "export it again")
		}
		chain = append(chain, c)
	}
	switch {
	case len(chain) == 0 && request:
		return fail(FindingNoCertificate, "holds a certificate request, not a certificate",
			"put there the certificate that the CA made of it")
	case len(chain) == 0:
		return fail(FindingNoCertificate, "holds no certificate", oneFileHint)
	}
	return chain, nil
}

// swapped says so where certificate and key are two files named the wrong way
// round.
func swapped(err error, path, keyPath string, keyData []byte) error {
	var e *Error
	if path == keyPath || !errors.As(err, &e) || e.Finding != FindingNoCertificate {
		return err
	}
	if chain, _ := parseChain(keyPath, keyData); len(chain) == 0 {
		return err
	}
	return &Error{
		Finding: FindingWrongFile, Path: path, Detail: fmt.Sprintf("holds the key, and %q the certificate: the two are mixed up", keyPath),
		Hint: "name them the other way round",
	}
}

func raw(chain []*certificate.Certificate) [][]byte {
	var out [][]byte
	for _, c := range chain {
		out = append(out, c.Raw)
	}
	return out
}

// isKeyOf reports whether a private key is that of a certificate.
func isKeyOf(key privateKey, c *certificate.Certificate) bool {
	type equaler interface{ Equal(crypto.PublicKey) bool }
	if key.Signer == nil {
		return false
	}
	public, ok := key.Public().(equaler)
	return ok && public.Equal(c.PublicKey)
}

// mismatch is a key that is not of the first certificate.
func mismatch(path string, key privateKey, chain []*certificate.Certificate) *Error {
	leaf := chain[0]
	e := &Error{
		Finding: FindingMismatch, Path: path,
		Detail: fmt.Sprintf("the private key (%s) does not belong to the first certificate, %s (%s)", key.algorithm, leaf.Subject, leaf.KeyType),
		Hint:   "beside a certificate belongs the key that it was requested with",
	}
	for _, c := range chain[1:] {
		if isKeyOf(key, c) {
			e.Later = true
			e.Detail += ", but to a later one, " + c.Subject
			e.Hint = "put the certificate of the key first, before its intermediates: only the first one is presented as the client's own"
			break
		}
	}
	return e
}

// parseKey reads the first private key of a file.
func parseKey(path string, data []byte, password string) (privateKey, error) {
	for _, b := range blocks(data) {
		if !b.isKey() {
			continue
		}
		if b.fault != "" {
			return privateKey{}, &Error{
				Finding: FindingKeyFormat, Path: path,
				Detail: fmt.Sprintf("the private key at line %d: %s", b.line, b.fault), Hint: "export it again",
			}
		}
		key, err := b.privateKey(password)
		if err == nil {
			err = b.outdated()
		}
		if err == nil {
			return key, nil
		}
		return privateKey{}, keyError(path, err)
	}
	return privateKey{}, noKey(path, data)
}

// keyError tells why a private key could not be read.
func keyError(path string, err error) *Error {
	e := &Error{Finding: FindingKeyFormat, Path: path, Detail: "the private key: " + err.Error(), Err: err}
	var unsupported unsupportedError
	var other otherKeyError
	var label labelError
	var legacy legacyError
	quoted := shellQuote(path)
	switch {
	case errors.Is(err, errPasswordRequired):
		e.Finding, e.Detail = FindingPasswordRequired, "the private key is encrypted, and no password was given"
		e.Hint = "give tlsCertificateKeyFilePassword"
	case errors.Is(err, errPasswordWrong):
		e.Finding, e.Detail = FindingPasswordWrong, "the password does not open the private key"
		e.Hint = "find the password that the key was made with, or request a new certificate with a new key"
	case errors.As(err, &unsupported), errors.As(err, &legacy):
		e.Finding = FindingKeyEncryption
		e.Hint = fmt.Sprintf(`encrypt it again in a way that every driver reads: "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in %s -out key.pem"`, quoted)
	case errors.As(err, &label):
		e.Hint = fmt.Sprintf(`write it anew: "openssl pkey -in %s -out key.pem"`, quoted)
	case errors.As(err, &other):
		e.Hint = "request a certificate with an ECDSA key on P-256, or with an RSA key"
	case errors.Is(err, errKeyTooLarge):
		e.Hint = "request a certificate with an ECDSA key on P-256, or with an RSA key of 2048 to 4096 bits"
	case errors.Is(err, errOpenSSH):
		e.Hint = fmt.Sprintf(`rewrite a copy of it: "ssh-keygen -p -m PKCS8 -f %s"; a key for SSH is seldom one for TLS`, quoted)
	default:
		e.Hint = "export it again"
	}
	return e
}

// noKey tells what a file without a private key is instead.
func noKey(path string, data []byte) *Error {
	e := &Error{Finding: FindingNoKey, Path: path, Detail: "holds no private key", Hint: oneFileHint}
	authorities, others, public := 0, 0, false
	for _, b := range blocks(data) {
		public = public || strings.HasSuffix(b.label, "PUBLIC KEY")
		if c, err := certificate.Parse(certificateOf(b)); !b.isCertificate() || err != nil {
			continue
		} else if c.IsCA {
			authorities++
		} else {
			others++
		}
	}
	switch {
	case authorities > 0 && others == 0:
		e.Finding = FindingWrongFile
		e.Detail = "holds no private key, and its certificates are those of CAs: it is a CA file"
		e.Hint = "name it with tlsCAFile, and with tlsCertificateKeyFile the client's own certificate and key"
	case public:
		e.Detail = "holds a public key, not the private one"
	}
	return e
}
