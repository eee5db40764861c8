package lab

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"
)

// labPassword opens the encrypted keys of the lab, which guard nothing, and
// wrongPassword does not.
const (
	labPassword   = "correct horse"
	wrongPassword = "battery staple"
)

// keyFiles are the certificate-key files of clients, before a server that
// requires a client certificate.
func keyFiles() []Scenario {
	const group = "Configuration and local files"
	// file is a client whose file holds what content makes.
	file := func(id, finding, verdict, title, summary string, content func(*PKI) ([]byte, error), options ...string) Scenario {
		return Scenario{
			ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict,
			build: onMongod(func(s *setting) {
				s.add(otherClientNode())
				s.clientCAs, s.clientContent = []string{root}, content
				for i := 0; i < len(options); i += 2 {
					s.bench.option(options[i], options[i+1])
				}
			}),
		}
	}
	const password = "tlsCertificateKeyFilePassword"
	return []Scenario{
		file("key-file-key-first", "", "pass", "the key before the certificate",
			"The client's certificate-key file has the key first.",
			func(p *PKI) ([]byte, error) {
				key, err := p.KeyPEM(client)
				return append(key, p.PEM(client, intermediate)...), err
			}),
		file("key-file-windows", "", "pass", "a certificate-key file from Windows",
			"The lines of the client's certificate-key file end in CR LF.",
			func(p *PKI) ([]byte, error) {
				key, err := p.KeyPEM(client)
				return bytes.ReplaceAll(append(p.PEM(client, intermediate), key...), []byte("\n"), []byte("\r\n")), err
			}),
		file("key-file-sec1", "", "pass", "a key in the form of its kind",
			"The key in the client's certificate-key file is an EC PRIVATE KEY, as OpenSSL wrote them before.",
			func(p *PKI) ([]byte, error) {
				key, err := sec1(p)
				return append(p.PEM(client, intermediate), pem.EncodeToMemory(key)...), err
			}),
		file("key-file-encrypted", "", "pass", "an encrypted key, and its password",
			"The key in the client's certificate-key file is encrypted, and the client has its password.",
			encrypted, password, labPassword),
		file("key-file-dek-info", "key-format-driver", "warn", "a key encrypted as OpenSSL did once",
			"The key in the client's certificate-key file is encrypted in the way of Proc-Type and DEK-Info, and the client has its password.",
			dekInfo, password, labPassword),
		file("key-password-required", "key-password-required", "fail", "an encrypted key, and no password",
			"The key in the client's certificate-key file is encrypted, and the client has no password.",
			encrypted),
		file("key-password-wrong", "key-password-wrong", "fail", "an encrypted key, and a wrong password",
			"The key in the client's certificate-key file is encrypted, and the client has another password.",
			encrypted, password, wrongPassword),
		file("key-mismatch", "key-mismatch", "fail", "the key of another certificate",
			"The client's certificate-key file holds a certificate, and the key of another.",
			func(p *PKI) ([]byte, error) {
				key, err := p.KeyPEM(otherClient)
				return append(p.PEM(client, intermediate), key...), err
			}),
		file("key-mismatch-order", "key-mismatch", "fail", "the intermediate before the certificate",
			"The client's certificate-key file begins with the intermediate: the first certificate is taken for the client's, and the key is not its.",
			func(p *PKI) ([]byte, error) {
				key, err := p.KeyPEM(client)
				return append(p.PEM(intermediate, client), key...), err
			}),
		file("key-file-no-key", "key-file-no-key", "fail", "a certificate without its key",
			"The client's certificate-key file holds certificates and no key.",
			func(p *PKI) ([]byte, error) { return p.PEM(client, intermediate), nil }),
		file("key-file-no-certificate", "key-file-no-certificate", "fail", "a key without its certificate",
			"The client's certificate-key file holds a key and no certificate.",
			func(p *PKI) ([]byte, error) { return p.KeyPEM(client) }),
		{
			ID: "file-unreadable-key", Group: group, Title: "a certificate-key file that is not there",
			Summary: "tlsCertificateKeyFile names a file that does not exist.",
			Finding: "file-unreadable", Verdict: "fail",
			build: onMongod(func(s *setting) {
				s.clientCAs = []string{root}
				s.bench.option("tlsCertificateKeyFile", filepath.Join(s.bench.dir, "no-such-client.pem"))
			}),
		},
	}
}

// otherClient is a certificate of another client.
const otherClient = "other client"

func otherClientNode() Node {
	n := clientNode(intermediate)
	n.ID, n.CommonName = otherClient, "another application"
	return n
}

// sec1 is the client's key as RFC 5915 has it.
func sec1(p *PKI) (*pem.Block, error) {
	key, ok := p.issued[client].key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the client's key is of type %T", p.issued[client].key)
	}
	der, err := x509.MarshalECPrivateKey(key)
	return &pem.Block{Type: "EC PRIVATE KEY", Bytes: der}, err
}

// encrypted is a certificate-key file with a key encrypted as PKCS #8 has it, in
// the way of OpenSSL 3.
func encrypted(p *PKI) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.issued[client].key)
	if err != nil {
		return nil, fmt.Errorf("encoding the client's key: %w", err)
	}
	key, err := encryptPKCS8(der, labPassword)
	if err != nil {
		return nil, err
	}
	return append(p.PEM(client, intermediate), pem.EncodeToMemory(key)...), nil
}

// dekInfo is a certificate-key file with a key encrypted as RFC 1421 has it.
func dekInfo(p *PKI) ([]byte, error) {
	plain, err := sec1(p)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 that it is weak is what the case is about
	key, err := x509.EncryptPEMBlock(rand.Reader, plain.Type, plain.Bytes, []byte(labPassword), x509.PEMCipherAES256)
	if err != nil {
		return nil, fmt.Errorf("encrypting the client's key: %w", err)
	}
	return append(p.PEM(client, intermediate), pem.EncodeToMemory(key)...), nil
}
