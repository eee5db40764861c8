package verify

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/mongotls/mongotls/internal/certificate"
)

// maxGoRSABits is the size of RSA keys beyond which crypto/tls gives up.
const maxGoRSABits = 8192

// GoX509 is the verdict of crypto/x509, run on the presented chain as a
// crypto/tls client does and worded as that does. Certificates of the store that
// Go cannot read are not in its pool. No host means none is looked for.
func GoX509(in Input, host string) Verdict {
	v := Verdict{Stack: StackGo, Basis: BasisRun}
	fail := func(depth int, name, text string) Verdict {
		v.Depth, v.Name, v.Text = depth, name, text
		return v
	}
	if len(in.Presented) == 0 {
		return fail(0, "", "tls: received empty certificates message")
	}
	certs := make([]*x509.Certificate, len(in.Presented))
	for i, c := range in.Presented {
		var der []byte
		if c != nil {
			der = c.Raw
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			return fail(i, "", "tls: failed to parse certificate from server: "+err.Error())
		}
		if key, ok := parsed.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxGoRSABits {
			return fail(i, "", fmt.Sprintf("tls: server sent certificate containing RSA key larger than %d bits", maxGoRSABits))
		}
		certs[i] = parsed
	}
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: in.At, DNSName: host,
	}
	known := make(map[string]*certificate.Certificate)
	for _, c := range in.Presented {
		known[string(c.Raw)] = c
	}
	for _, a := range in.Anchors {
		if a.Certificate == nil || !slices.Contains(a.Stores, in.Store) {
			continue
		}
		if root, err := x509.ParseCertificate(a.Raw); err == nil {
			options.Roots.AddCert(root)
			known[string(a.Raw)] = a.Certificate
		}
	}
	for _, c := range certs[1:] {
		options.Intermediates.AddCert(c)
	}
	chains, err := certs[0].Verify(options)
	if err != nil {
		depth := 0
		var invalid x509.CertificateInvalidError
		if errors.As(err, &invalid) {
			depth = max(0, slices.IndexFunc(certs, func(c *x509.Certificate) bool { return c.Equal(invalid.Cert) }))
		}
		return fail(depth, reflect.TypeOf(err).Name(), "tls: failed to verify certificate: "+err.Error())
	}
	switch certs[0].PublicKey.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		return fail(0, "", fmt.Sprintf("tls: server's certificate contains an unsupported type of public key: %T", certs[0].PublicKey))
	}
	v.OK = true
	for _, c := range chains[0] {
		v.Path = append(v.Path, known[string(c.Raw)])
	}
	return v
}
