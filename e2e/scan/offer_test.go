package scan

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/cryptobyte"

	"github.com/mongotls/mongotls/internal/offer"
)

// TestOffers holds what package offer says of runtimes to the ClientHellos that
// those on this machine send.
func TestOffers(t *testing.T) {
	const javaClient = `import javax.net.ssl.*;
public class Client {
    public static void main(String[] args) throws Exception {
        ((SSLSocket) SSLSocketFactory.getDefault().createSocket("127.0.0.1", Integer.parseInt(args[0]))).startHandshake();
    }
}
`
	java := filepath.Join(t.TempDir(), "Client.java")
	if err := os.WriteFile(java, []byte(javaClient), 0o600); err != nil {
		t.Fatal(err)
	}
	goClient := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(goClient, []byte("package main\n\nimport (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nfunc main() { tls.Dial(\"tcp\", \"127.0.0.1:\"+os.Args[1], &tls.Config{}) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		client string
		// version must be in what version prints, so that another runtime is not
		// held to what this one sends.
		version []string
		want    string
		run     []string
	}{
		{
			offer.Reference.Name, []string{"openssl", "version"}, "OpenSSL 3.0",
			[]string{"openssl", "s_client", "-connect", "127.0.0.1:PORT"},
		},
		{
			"C and PHP drivers on OpenSSL 3", []string{"openssl", "version"}, "OpenSSL 3.0",
			[]string{"openssl", "s_client", "-connect", "127.0.0.1:PORT", "-cipher", "HIGH:!EXPORT:!aNULL@STRENGTH"},
		},
		{
			"PyMongo on Python 3.10 and later", []string{"python3", "-c", "import ssl, sys; print(sys.version_info >= (3, 10), ssl.OPENSSL_VERSION)"}, "True OpenSSL 3.0",
			[]string{"python3", "-c", "import socket, ssl\nc = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.check_hostname = False\nc.wrap_socket(socket.create_connection(('127.0.0.1', PORT)))"},
		},
		{
			"Node.js 18 to 22 (driver, mongosh, Compass)", []string{"node", "--version"}, "v20.",
			[]string{"node", "-e", "require('tls').connect({port: PORT, host: '127.0.0.1'}).on('error', () => {})"},
		},
		{
			offer.Node24.Name, []string{node24(), "--version"}, "v24.",
			[]string{node24(), "-e", "require('tls').connect({port: PORT, host: '127.0.0.1'}).on('error', () => {})"},
		},
		{"Java 11 to 23", []string{"java", "--version"}, "openjdk 17.", []string{"java", java, "PORT"}},
		{"Java 24 and later", []string{"java", "--version"}, "openjdk 25.", []string{"java", java, "PORT"}},
		{"Go 1.22 and later", []string{"go", "version"}, "go1.26", []string{"go", "run", goClient, "PORT"}},
	} {
		t.Run(tt.client, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), tt.version[0], tt.version[1:]...).Output()
			if err != nil || !strings.Contains(string(out), tt.want) {
				t.Skipf("this machine has another %s: %q, %v", tt.version[0], out, err)
			}
			i := slices.IndexFunc(offer.Clients(), func(c offer.Client) bool { return c.Name == tt.client })
			if i < 0 {
				t.Fatal("there is no such client")
			}
			client := offer.Clients()[i]
			if !client.Measured {
				t.Error("it is not told to be measured")
			}
			got := helloOf(t, tt.run)
			if diff := cmp.Diff(offered{client.Suites, client.Groups}, got); diff != "" {
				t.Errorf("(-offer +hello)\n%s", diff)
			}
		})
	}
}

// node24 is the Node.js 24 that the drivers' tests have of npm.
func node24() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return filepath.Join("..", "drivers", "runners", "node_modules", "node24-"+arch, "bin", "node")
}

// offered is what a ClientHello offers, without values that stand for none.
type offered struct{ Suites, Groups []uint16 }

// helloOf runs a client that connects to PORT, and reads its ClientHello.
func helloOf(t *testing.T, args []string) offered {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := strings.Cut(listener.Addr().String(), ":")
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	args = slices.Clone(args)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "PORT", port)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	_ = listener.(*net.TCPListener).SetDeadline(time.Now().Add(longest))
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	record := make([]byte, 5)
	if _, err := io.ReadFull(conn, record); err != nil {
		t.Fatal(err)
	}
	body := make([]byte, binary.BigEndian.Uint16(record[3:]))
	if _, err := io.ReadFull(conn, body); err != nil {
		t.Fatal(err)
	}
	s := cryptobyte.String(body)
	var session, suites, compressions, extensions cryptobyte.String
	if !s.Skip(4+2+32) || !s.ReadUint8LengthPrefixed(&session) || !s.ReadUint16LengthPrefixed(&suites) ||
		!s.ReadUint8LengthPrefixed(&compressions) || !s.ReadUint16LengthPrefixed(&extensions) {
		t.Fatalf("no ClientHello: %x", body)
	}
	var got offered
	for !suites.Empty() {
		var id uint16
		const renegotiation = 0x00ff
		if suites.ReadUint16(&id); id != renegotiation {
			got.Suites = append(got.Suites, id)
		}
	}
	for !extensions.Empty() {
		var id uint16
		var value, groups cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&value) {
			break
		}
		if id == 10 && value.ReadUint16LengthPrefixed(&groups) {
			for !groups.Empty() {
				var g uint16
				groups.ReadUint16(&g)
				got.Groups = append(got.Groups, g)
			}
		}
	}
	return got
}
