package scan

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/offer"
)

// negotiation are the findings about what client and server have in common.
var negotiation = []string{"protocol-version", "no-shared-cipher", "dh-too-small"}

// TestClientsLeftOut holds whom a scan says that a server leaves out, and which
// drivers it says to fail for that, to what the runtimes on this machine do with
// that server.
func TestClientsLeftOut(t *testing.T) {
	need(t, "openssl")
	files := certFiles(t)
	clients := realClients(t)
	rsa := []string{"-cert", "RSA.cert", "-key", "RSA.key"}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"defaults", nil},
		{"TLS 1.3 alone", []string{"-tls1_3"}},
		{"TLS 1.1 alone", []string{"-tls1_1", "-cipher", anySuite}},
		{"RSA key exchange alone", []string{"-tls1_2", "-cipher", "AES128-GCM-SHA256"}},
		{"RSA key exchange with CBC", []string{"-tls1_2", "-cipher", "AES128-SHA"}},
		{"CBC and SHA-256", []string{"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"}},
		{"CBC and SHA-1", []string{"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"}},
		{"DHE", []string{"-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"}},
		{"DHE with a short prime", []string{"-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "-dhparam", "DH1024"}},
		{"CCM", []string{"-tls1_2", "-cipher", "AESCCM"}},
		{"Camellia", []string{"-tls1_2", "-cipher", "CAMELLIA"}},
		{"X448", []string{"-groups", "X448"}},
		{"a field of TLS 1.3", []string{"-tls1_3", "-groups", "ffdhe3072"}},
		{"Brainpool", []string{"-tls1_2", "-groups", "brainpoolP256r1", "-cipher", "ECDHE"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := slices.Concat(rsa, c.args)
			for i, a := range args {
				if path, ok := files[a]; ok {
					args[i] = path
				}
			}
			server := opensslServer(t, atOnce, 0, args...)
			endpoint, findings := check(t, server.address)
			said := map[string]bool{}
			for _, f := range findings {
				names, _ := f.Evidence["clients"].([]any)
				for _, name := range names {
					said[name.(string)] = true
				}
			}
			want, got := map[string]bool{}, map[string]bool{}
			for name, connects := range clients {
				want[name], got[name] = !connects(t, server.address), said[name]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("left out (-client +scan)\n%s", diff)
			}
			fails, predicted := map[string]bool{}, map[string]bool{}
			for _, m := range driver.Models() {
				if left, ok := want[m.Offer.Name]; ok && isOfRuntime(m) {
					fails[m.Name+" "+m.Variant] = left
				}
			}
			for _, p := range endpoint.Drivers {
				id := p.Driver + " " + p.Variant
				if _, ok := fails[id]; ok {
					predicted[id] = p.Fails() && slices.Contains(negotiation, p.Finding)
				}
			}
			if diff := cmp.Diff(fails, predicted); diff != "" {
				t.Errorf("drivers that fail for it (-client +verdict)\n%s", diff)
			}
		})
	}
}

// isOfRuntime reports whether a model negotiates as the client does that its offer is
// named after, and not as an older or a more lenient release.
func isOfRuntime(m *driver.Model) bool {
	return !m.SpeaksOld && !m.No13 && slices.ContainsFunc(offer.Clients(), func(c offer.Client) bool {
		return c.Name == m.Offer.Name && c.MinDHBits == m.Offer.MinDHBits
	})
}

// realClients are those of package offer that this machine has, each telling
// whether its handshake with an address completes.
func realClients(t *testing.T) map[string]func(t *testing.T, address string) bool {
	t.Helper()
	dir := t.TempDir()
	source := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	goSource := source("main.go", `package main

import (
	"crypto/tls"
	"os"
)

func main() {
	if _, err := tls.Dial("tcp", os.Args[1], &tls.Config{InsecureSkipVerify: true}); err != nil {
		os.Exit(1)
	}
}
`)
	goClient := filepath.Join(dir, "client")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", goClient, goSource).CombinedOutput(); err != nil {
		t.Fatalf("building a client: %v\n%s", err, out)
	}
	java := source("Client.java", `import java.security.cert.X509Certificate;
import javax.net.ssl.*;
public class Client {
    public static void main(String[] args) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new X509ExtendedTrustManager() {
            public void checkClientTrusted(X509Certificate[] c, String a) {}
            public void checkServerTrusted(X509Certificate[] c, String a) {}
            public void checkClientTrusted(X509Certificate[] c, String a, java.net.Socket s) {}
            public void checkServerTrusted(X509Certificate[] c, String a, java.net.Socket s) {}
            public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}
            public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}
            public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        }}, null);
        String[] parts = args[0].split(":");
        ((SSLSocket) context.getSocketFactory().createSocket(parts[0], Integer.parseInt(parts[1]))).startHandshake();
    }
}
`)
	python := source("client.py", `import socket, ssl, sys
host, port = sys.argv[1].split(":")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.wrap_socket(socket.create_connection((host, int(port))))
`)
	node := source("client.js", `const [host, port] = process.argv[2].split(":")
const s = require("tls").connect({host, port, rejectUnauthorized: false}, () => process.exit(0))
s.on("error", () => process.exit(1))
`)
	available := map[string]func(t *testing.T, address string) bool{}
	for _, c := range []struct {
		name, version, want string
		run                 []string
	}{
		{offer.Reference.Name, "openssl version", "OpenSSL 3.0", []string{"openssl", "s_client", "-cipher", "DEFAULT:@SECLEVEL=2", "-connect"}},
		{"C and PHP drivers on OpenSSL 3", "openssl version", "OpenSSL 3.0", []string{"openssl", "s_client", "-cipher", "HIGH:!EXPORT:!aNULL@STRENGTH:@SECLEVEL=2", "-connect"}},
		{"PyMongo on Python 3.10 and later", "python3 --version", "Python 3.1", []string{"python3", python}},
		{"Node.js 18 to 22 (driver, mongosh, Compass)", "node --version", "v20.", []string{"node", node}},
		{offer.Node24.Name, node24() + " --version", "v24.", []string{node24(), node}},
		{"Go 1.22 and later", "go version", "go1.", []string{goClient}},
		{"Java 11 to 23", "java --version", "openjdk 17.", []string{"java", java}},
		{"Java 24 and later", "java --version", "openjdk 25.", []string{"java", java}},
	} {
		version := strings.Fields(c.version)
		if out, err := exec.CommandContext(t.Context(), version[0], version[1:]...).Output(); err != nil || !strings.Contains(string(out), c.want) {
			t.Logf("%s is not on this machine", c.name)
			continue
		}
		available[c.name] = func(t *testing.T, address string) bool {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			return exec.CommandContext(ctx, c.run[0], append(slices.Clone(c.run[1:]), address)...).Run() == nil
		}
	}
	return available
}
