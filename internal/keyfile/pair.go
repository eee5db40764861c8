package keyfile

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

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

func parsePair(path string, data []byte, keyPath string, keyData []byte, password string) (*tls.Certificate, error) {
	for _, f := range []struct {
		path string
		data []byte
	}{{path, data}, {keyPath, keyData}} {
		if err := notPEM(f.path, f.data); err != nil {
			return nil, err
		}
	}
	chain, leaf, err := parseChain(path, data)
	if err != nil {
		return nil, err
	}
	key, err := parseKey(keyPath, keyData, password)
	if err != nil {
		return nil, err
	}
	type equaler interface{ Equal(crypto.PublicKey) bool }
	public, ok := key.Public().(equaler)
	if !ok || !public.Equal(leaf.PublicKey) {
		return nil, &Error{
			Finding: FindingMismatch, Path: keyPath,
			Detail: fmt.Sprintf("the private key does not belong to the first certificate, %s (%s)", leaf.Subject, leaf.KeyType),
			Hint:   "put the client's own certificate first, before its intermediates, and beside it the key it was requested with",
		}
	}
	out := &tls.Certificate{Certificate: chain, PrivateKey: key}
	if parsed, err := x509.ParseCertificate(chain[0]); err == nil {
		out.Leaf = parsed
	}
	return out, nil
}

// notPEM recognises files that have no PEM block at all.
func notPEM(path string, data []byte) error {
	if len(blocks(data)) > 0 {
		return nil
	}
	e := &Error{Finding: FindingKeyFormat, Path: path, Hint: "the file has to be PEM, with certificate and private key"}
	c, isContainer := containerOf(data)
	_, parseErr := certificate.Parse(data)
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		e.Finding, e.Detail = FindingNoCertificate, "is empty"
	case isContainer:
		e.Detail, e.Hint = "is "+c.name+", not PEM", c.hint
	case parseErr == nil:
		e.Detail, e.Hint = "is a certificate in DER, not PEM", `convert it: "openssl x509 -inform DER -in FILE -out FILE.pem"`
	default:
		e.Finding, e.Detail = FindingNoCertificate, "holds neither a certificate nor a private key in PEM"
	}
	return e
}

// parseChain reads the certificates of a file, leaf first.
func parseChain(path string, data []byte) ([][]byte, *certificate.Certificate, error) {
	fail := func(finding, detail, hint string) ([][]byte, *certificate.Certificate, error) {
		return nil, nil, &Error{Finding: finding, Path: path, Detail: detail, Hint: hint}
	}
	var chain [][]byte
	var leaf *certificate.Certificate
	request := false
	for _, b := range blocks(data) {
		if b.label == "CERTIFICATE REQUEST" || b.label == "NEW CERTIFICATE REQUEST" {
			request = true
		}
		if !b.isCertificate() {
			continue
		}
		if b.fault != "" {
			return fail(FindingKeyFormat, fmt.Sprintf("the certificate at line %d: %s", b.line, b.fault), "export it again")
		}
		der := certificateOf(b)
		c, err := certificate.Parse(der)
		if err != nil {
			return fail(FindingKeyFormat, fmt.Sprintf("the certificate at line %d: %s", b.line, err), "export it again")
		}
		if leaf == nil {
			leaf = c
		}
		chain = append(chain, der)
	}
	if leaf == nil && request {
		return fail(FindingNoCertificate, "holds a certificate request, not a certificate",
			"put there the certificate that the CA made of it")
	}
	if leaf == nil {
		return fail(FindingNoCertificate, "holds no certificate",
			`put certificate and key into one file: "cat client.crt client.key > client.pem"`)
	}
	return chain, leaf, nil
}

// parseKey reads the first private key of a file.
func parseKey(path string, data []byte, password string) (crypto.Signer, error) {
	for _, b := range blocks(data) {
		if !b.isKey() {
			continue
		}
		if b.fault != "" {
			return nil, &Error{
				Finding: FindingKeyFormat, Path: path,
				Detail: fmt.Sprintf("the private key at line %d: %s", b.line, b.fault), Hint: "export it again",
			}
		}
		key, err := b.privateKey(password)
		if err == nil {
			return key, nil
		}
		e := &Error{Finding: FindingKeyFormat, Path: path, Detail: "the private key: " + err.Error(), Err: err}
		switch {
		case errors.Is(err, errPasswordRequired):
			e.Finding, e.Detail = FindingPasswordRequired, "the private key is encrypted, and no password was given"
			e.Hint = "give tlsCertificateKeyFilePassword"
		case errors.Is(err, errPasswordWrong):
			e.Finding, e.Detail = FindingPasswordWrong, "the password does not open the private key"
		default:
			e.Hint = `rewrite it: "openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out KEY.pem"`
		}
		return nil, e
	}
	return nil, &Error{
		Finding: FindingNoKey, Path: path, Detail: "holds no private key",
		Hint: `put certificate and key into one file: "cat client.crt client.key > client.pem"`,
	}
}
