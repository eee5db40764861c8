package drivers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

// peer is a server on OpenSSL, which can what crypto/tls, and so the lab, cannot.
type peer struct {
	id, title, finding string
	// host is that of the connection string; empty means localhost.
	host string
	// key makes the server's key, arguments of openssl genpkey.
	key []string
	// args are further arguments of openssl s_server.
	args []string
}

const peerGroup = "Servers on OpenSSL"

var (
	rsaKey = []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}
	pssKey = []string{"-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"}
	ecKey  = []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}
)

var peers = []peer{
	{id: "openssl", title: "as it comes", key: ecKey},
	{id: "openssl-trailing-dot", title: "a host name with a dot at its end", finding: "hostname-mismatch", host: "db1.lab.test.", key: ecKey},
	{id: "openssl-rsa-pss-key", title: "a key for RSA-PSS alone", key: pssKey},
	{id: "openssl-dhe", title: "finite-field Diffie-Hellman only, TLS 1.2", finding: "no-shared-cipher", key: rsaKey, args: []string{"-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"}},
	{id: "openssl-ccm", title: "AES-CCM only, TLS 1.2", finding: "no-shared-cipher", key: ecKey, args: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM"}},
	{id: "openssl-camellia", title: "Camellia only, TLS 1.2", finding: "no-shared-cipher", key: rsaKey, args: []string{"-tls1_2", "-cipher", "ECDHE-RSA-CAMELLIA256-SHA384"}},
	{id: "openssl-ffdhe", title: "the group ffdhe2048 only, TLS 1.3", finding: "no-shared-cipher", key: ecKey, args: []string{"-tls1_3", "-groups", "ffdhe2048"}},
	{id: "openssl-x448", title: "the group X448 only, TLS 1.3", finding: "no-shared-cipher", key: ecKey, args: []string{"-tls1_3", "-groups", "X448"}},
}

// start runs the peer until the test ends, and returns its case.
func (p peer) start(t *testing.T, plain string) connection {
	t.Helper()
	dir := t.TempDir()
	ca, server := p.certify(t, dir)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		// As many at once as all drivers make, and some.
		slots := make(chan struct{}, 32)
		for {
			conn, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				defer conn.Close()
				p.serve(ctx, conn, server, plain)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		cancel()
		wg.Wait()
	})
	c := connection{ID: p.id, address: l.Addr().String(), Files: map[string]string{"tlsCAFile": ca}}
	host := "localhost"
	if p.host != "" {
		host, c.names, c.connect = p.host, []string{p.host}, true
	}
	_, port, err := net.SplitHostPort(c.address)
	if err != nil {
		t.Fatal(err)
	}
	c.given = fmt.Sprintf("mongodb://%s/?tls=true&tlsCAFile=%s", net.JoinHostPort(host, port), url.QueryEscape(ca))
	if err := c.setURI(1); err != nil {
		t.Fatal(err)
	}
	return c
}

// certify makes a CA file and the server's file with certificate and key.
func (p peer) certify(t *testing.T, dir string) (ca, server string) {
	t.Helper()
	in := func(name string) string { return filepath.Join(dir, name) }
	ca, server = in("ca.pem"), in("server.pem")
	names := "subjectAltName=DNS:localhost,DNS:db1.lab.test,IP:127.0.0.1"
	for _, args := range [][]string{
		append([]string{"genpkey", "-out", in("ca.key")}, ecKey...),
		{"req", "-x509", "-key", in("ca.key"), "-out", ca, "-days", "2", "-subj", "/O=mongotls lab/CN=mongotls lab root"},
		append([]string{"genpkey", "-out", in("server.key")}, p.key...),
		{"req", "-new", "-key", in("server.key"), "-out", in("server.csr"), "-subj", "/O=mongotls lab/CN=localhost", "-addext", names},
		{"x509", "-req", "-in", in("server.csr"), "-CA", ca, "-CAkey", in("ca.key"), "-CAcreateserial", "-days", "2", "-copy_extensions", "copyall", "-out", in("server.crt")},
	} {
		if out, err := exec.CommandContext(t.Context(), "openssl", args...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %q: %v\n%s", args, err, out)
		}
	}
	var whole []byte
	for _, name := range []string{"server.crt", "server.key"} {
		b, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		whole = append(whole, b...)
	}
	if err := os.WriteFile(server, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return ca, server
}

// serve has an s_server of its own answer a connection. What that decrypts comes
// out at its standard output and goes to a MongoDB without TLS, whose answers go
// into its standard input.
func (p peer) serve(ctx context.Context, conn net.Conn, server, plain string) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	// The path of a socket is limited to some hundred bytes.
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "s")
	behind, err := net.Dial("tcp", plain)
	if err != nil {
		return
	}
	defer behind.Close()
	cmd := exec.CommandContext(ctx, "openssl", append([]string{"s_server", "-unix", socket, "-naccept", "1", "-quiet", "-cert", server, "-key", server}, p.args...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return
	}
	if cmd.Start() != nil {
		return
	}
	front, err := dialSocket(ctx, socket)
	if err == nil {
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = io.Copy(in, behind) })
		wg.Go(func() { _, _ = io.Copy(behind, out); behind.Close() })
		wg.Go(func() { _, _ = io.Copy(front, conn); front.Close() })
		_, _ = io.Copy(conn, front)
		conn.Close()
		front.Close()
		cancel()
		behind.Close()
		wg.Wait()
	}
	cancel()
	_ = cmd.Wait()
}

// dialSocket connects as soon as the socket is there.
func dialSocket(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	for {
		conn, err := d.DialContext(ctx, "unix", path)
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// startPlain runs a MongoDB without TLS until the test ends, and returns its
// address.
func startPlain(t *testing.T) string {
	t.Helper()
	i, err := lab.StartMongod(t.Context(), lab.Options{Mode: lab.Disabled}, lab.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i.Address
}
