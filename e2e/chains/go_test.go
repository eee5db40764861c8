package chains

import (
	"crypto/x509"
	"sync"
	"testing"

	"github.com/mongotls/mongotls/internal/verify"
)

// TestGo holds the Go column to crypto/x509.
func TestGo(t *testing.T) {
	keys := newKeyring(t)
	var mu sync.Mutex
	wrong, accepted := 0, 0
	each(t, keys, func(number int, w *world, in verify.Input) {
		v := verify.GoX509(in, w.options.Host)
		err := verifyWithGo(in, w.options.Host)
		mu.Lock()
		defer mu.Unlock()
		if v.OK {
			accepted++
		}
		if v.OK != (err == nil) {
			wrong++
			t.Logf("chain %d: %s\n  crypto/x509 %v\n  verify      %s", number, w.describe(), err, v.Text)
		}
	})
	t.Logf("%d of %d accepted", accepted, *count)
	if wrong > 0 {
		t.Errorf("%d of %d chains disagree", wrong, *count)
	}
}

// verifyWithGo verifies as a client of crypto/tls does.
func verifyWithGo(in verify.Input, host string) error {
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: in.At, DNSName: host,
	}
	for _, a := range in.Anchors {
		options.Roots.AppendCertsFromPEM([]byte(a.PEM()))
	}
	var leaf *x509.Certificate
	for i, c := range in.Presented {
		parsed, err := x509.ParseCertificate(c.Raw)
		if err != nil {
			return err
		}
		if i == 0 {
			leaf = parsed
		} else {
			options.Intermediates.AddCert(parsed)
		}
	}
	if _, err := leaf.Verify(options); err != nil {
		return err
	}
	if leaf.PublicKey == nil {
		return x509.ErrUnsupportedAlgorithm
	}
	return nil
}

// TestChain holds verify.Chain, which tells everything, to the verdict of
// verify.OpenSSL, which TestOpenSSL holds to OpenSSL itself.
func TestChain(t *testing.T) {
	keys := newKeyring(t)
	var mu sync.Mutex
	wrong := 0
	each(t, keys, func(number int, w *world, in verify.Input) {
		v := verify.OpenSSL(in, verify.OpenSSLOptions{SecurityLevel: 2})
		r := verify.Chain(in)
		mu.Lock()
		defer mu.Unlock()
		if r.Trusted != v.OK {
			wrong++
			t.Logf("chain %d: %s\n  OpenSSL %v %d at %d %s\n  Chain   %v %v", number, w.describe(), v.OK, v.Code, v.Depth, v.Text, r.Trusted, r.Faults)
		}
	})
	t.Logf("%d of %d verdicts differ", wrong, *count)
	if wrong > *count/200 {
		t.Errorf("%d of %d verdicts differ", wrong, *count)
	}
}
