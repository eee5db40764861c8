package scan

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

// front is a port on loopback whose connections are passed on to servers that
// take one at a time, each to one that is free. It can stand for distance.
type front struct {
	address     string
	connections atomic.Int64
}

// newFront passes connections on; delay is how long everything takes each way.
func newFront(t *testing.T, servers []func() (net.Conn, error), delay time.Duration) *front {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &front{address: listener.Addr().String()}
	free := make(chan func() (net.Conn, error), len(servers))
	for _, s := range servers {
		free <- s
	}
	var all sync.WaitGroup
	t.Cleanup(func() { listener.Close(); all.Wait() })
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			f.connections.Add(1)
			all.Go(func() {
				defer client.Close()
				_ = client.SetDeadline(time.Now().Add(longest))
				dial := <-free
				defer func() { free <- dial }()
				server, err := dial()
				if err != nil {
					return
				}
				defer server.Close()
				_ = server.SetDeadline(time.Now().Add(longest))
				var both sync.WaitGroup
				both.Go(func() { relay(server, client, delay) })
				both.Go(func() {
					relay(client, server, delay)
					// When the server has ended, all is said: some clients never close.
					client.Close()
				})
				both.Wait()
			})
		}
	})
	return f
}

// relay copies from one connection to another, late, and then ends that
// direction.
func relay(to, from net.Conn, delay time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pieces := make(chan piece, 256)
	go func() {
		defer close(pieces)
		for {
			data := make([]byte, 16<<10)
			n, err := from.Read(data)
			if n > 0 {
				pieces <- piece{data[:n], time.Now().Add(delay)}
			}
			if err != nil {
				pieces <- piece{nil, time.Now().Add(delay)}
				return
			}
		}
	}()
	for p := range pieces {
		time.Sleep(time.Until(p.due))
		if p.data != nil {
			_, _ = to.Write(p.data)
		}
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// atOnce is how many s_server stand behind one port.
const atOnce = 4

// opensslServer starts s_servers with the same arguments behind one port, on Unix
// domain sockets, which need no port to be guessed.
func opensslServer(t *testing.T, many int, delay time.Duration, args ...string) *front {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	var servers []func() (net.Conn, error)
	for i := range many {
		socket := filepath.Join(dir, string(rune('a'+i)))
		ctx, cancel := context.WithCancel(context.Background())
		cmd := exec.CommandContext(ctx, "openssl", append([]string{"s_server", "-unix", socket, "-quiet"}, args...)...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			cancel()
			t.Fatal(err)
		}
		t.Cleanup(func() { cancel(); _ = cmd.Wait() })
		ready := false
		for range 500 {
			if s, err := os.Stat(socket); err == nil && s.Mode()&os.ModeSocket != 0 {
				ready = true
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if !ready {
			cancel()
			_ = cmd.Wait()
			t.Fatalf("openssl s_server %q does not listen:\n%s", args, &stderr)
		}
		servers = append(servers, func() (net.Conn, error) { return net.Dial("unix", socket) })
	}
	return newFront(t, servers, delay)
}

// javaServer starts the JSSE server of testdata, with everything enabled that
// Java still has.
func javaServer(t *testing.T) *front {
	t.Helper()
	java := need(t, "java")
	ctx, cancel := context.WithCancel(context.Background())
	store := filepath.Join(t.TempDir(), "server.p12")
	keys := keyFiles(t, lab.RSA2048)
	_ = output(t, "openssl", "pkcs12", "-export", "-in", keys.cert, "-inkey", keys.key, "-out", store, "-passout", "pass:changeit")
	cmd := exec.CommandContext(ctx, java, filepath.Join("testdata", "Legacy.java"), store)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the Java server tells no port: %v", err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	address := "127.0.0.1:" + strings.TrimSpace(line)
	dial := func() (net.Conn, error) { return net.Dial("tcp", address) }
	var servers []func() (net.Conn, error)
	for range 16 {
		servers = append(servers, dial)
	}
	return newFront(t, servers, 0)
}

// keys are the files of a server's certificate and key.
type keys struct{ cert, key string }

// keyFiles makes a self-signed certificate for localhost.
func keyFiles(t *testing.T, key lab.Key) keys {
	t.Helper()
	pki, err := lab.NewPKI(time.Now(), lab.Node{ID: "leaf", Key: key, DNSNames: []string{"localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	chain := pki.Chain("leaf")
	dir := t.TempDir()
	k := keys{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	for path, content := range map[string][]byte{k.cert: pki.PEM("leaf"), k.key: privateKeyPEM(t, chain.PrivateKey)} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return k
}
