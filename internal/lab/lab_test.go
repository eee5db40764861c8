package lab

import (
	"context"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestInstances is about what a user is told to type.
func TestInstances(t *testing.T) {
	type told struct {
		Target, URI string
		Args, Files []string
		Env         map[string]string
		Name        string
	}
	tests := []struct {
		id   string
		want told
	}{
		{"healthy", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
		}},
		{"healthy-client-certificate", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem&tlsCertificateKeyFile=DIR%2Fclient.pem",
			Args:   []string{"--tlsCAFile=DIR/ca.pem", "--tlsCertificateKeyFile=DIR/client.pem"},
			Files:  []string{"ca.pem", "client.pem"},
		}},
		{"x509-user-mismatch", told{
			Target: "mongodb://O%3Dmongotls%20lab%2COU%3Dclients%2CCN%3Dapplication@localhost:PORT/?tls=true&authMechanism=MONGODB-X509",
			URI:    "mongodb://O%3Dmongotls%20lab%2COU%3Dclients%2CCN%3Dapplication@localhost:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem&tlsCertificateKeyFile=DIR%2Fclient.pem&authMechanism=MONGODB-X509",
			Args:   []string{"--tlsCAFile=DIR/ca.pem", "--tlsCertificateKeyFile=DIR/client.pem", "--authenticate"},
			Files:  []string{"ca.pem", "client.pem"},
		}},
		{"x509-user-unknown", told{
			Target: "mongodb://localhost:PORT/?tls=true&authMechanism=MONGODB-X509",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem&tlsCertificateKeyFile=DIR%2Fclient.pem&authMechanism=MONGODB-X509",
			Args:   []string{"--tlsCAFile=DIR/ca.pem", "--tlsCertificateKeyFile=DIR/client.pem", "--authenticate"},
			Files:  []string{"ca.pem", "client.pem"},
		}},
		{"crl-file-revoked", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem&tlsCRLFile=DIR%2Fcrl.pem",
			Args:   []string{"--tlsCAFile=DIR/ca.pem", "--tlsCRLFile=DIR/crl.pem"},
			Files:  []string{"ca.pem", "crl.pem"},
		}},
		{"crl-file-invalid", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCRLFile=DIR%2Fcrl.pem&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--tlsCRLFile=DIR/crl.pem", "--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem", "crl.pem"},
		}},
		{"ocsp-timeout", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--timeout=1s", "--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
		}},
		{"revocation-disabled", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsDisableOCSPEndpointCheck=true&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--tlsDisableOCSPEndpointCheck=true", "--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
		}},
		{"no-encryption", told{Target: "mongodb://localhost:PORT/", URI: "mongodb://localhost:PORT/"}},
		{"srv-healthy", told{
			Target: "mongodb+srv://cluster0.lab.test/",
			URI:    "mongodb+srv://cluster0.lab.test/?tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
		}},
		{"atlas-access-list", told{
			Target: "cluster0-shard-00-00.abcde.mongodb.net:27017",
			URI:    "mongodb://localhost:PORT/?tls=true",
			Args:   []string{"--connect=127.0.0.1:PORT"},
		}},
		{"hostname-ip-not-in-san", told{
			Target: "127.0.0.1:PORT",
			URI:    "mongodb://127.0.0.1:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
		}},
		{"dns-timeout", told{Target: "silent.lab.test:27017", URI: "mongodb://silent.lab.test:27017/?tls=true", Args: []string{"--timeout=1s"}}},
		{"trust-store-missing", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true",
			Env:    map[string]string{"SSL_CERT_FILE": "DIR/no-such-bundle.pem", "SSL_CERT_DIR": "DIR/no-such-folder"},
		}},
		{"file-unreadable", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCAFile=DIR%2Fno-such-ca.pem",
			Args:   []string{"--tlsCAFile=DIR/no-such-ca.pem"},
		}},
		{"hostname-wildcard", told{
			Target: "db1.lab.test:PORT",
			URI:    "mongodb://db1.lab.test:PORT/?tls=true&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--connect=127.0.0.1:PORT", "--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
			Name:   "db1.lab.test",
		}},
		{"key-file-encrypted", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsCertificateKeyFilePassword=correct%20horse&tlsCAFile=DIR%2Fca.pem&tlsCertificateKeyFile=DIR%2Fclient.pem",
			Args:   []string{"--tlsCertificateKeyFilePassword=correct horse", "--tlsCAFile=DIR/ca.pem", "--tlsCertificateKeyFile=DIR/client.pem"},
			Files:  []string{"ca.pem", "client.pem"},
		}},
		{"insecure-option", told{
			Target: "localhost:PORT",
			URI:    "mongodb://localhost:PORT/?tls=true&tlsInsecure=true&tlsCAFile=DIR%2Fca.pem",
			Args:   []string{"--tlsInsecure=true", "--tlsCAFile=DIR/ca.pem"},
			Files:  []string{"ca.pem"},
		}},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			dir := t.TempDir()
			i, err := Start(t.Context(), test.id, StartOptions{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer i.Close()
			mask := func(s string) string {
				s = strings.ReplaceAll(s, url.QueryEscape(dir), "DIR")
				s = strings.ReplaceAll(s, dir, "DIR")
				if _, port, err := net.SplitHostPort(i.Address); err == nil {
					s = strings.ReplaceAll(s, ":"+port, ":PORT")
				}
				return s
			}
			got := told{Target: mask(i.Target), URI: mask(i.URI), Name: i.Name}
			for _, a := range i.Args {
				got.Args = append(got.Args, mask(a))
			}
			for name, value := range i.Env {
				if got.Env == nil {
					got.Env = map[string]string{}
				}
				got.Env[name] = mask(value)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				got.Files = append(got.Files, e.Name())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesAreForTheirOwnerAndTemporary(t *testing.T) {
	i, err := Start(t.Context(), "healthy-client-certificate", StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for option, path := range i.Files {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode() != 0o600 {
			t.Errorf("%s has mode %v, want %v", option, info.Mode(), fs.FileMode(0o600))
		}
	}
	dir := filepath.Dir(i.Files["tlsCAFile"])
	i.Close()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("after Close the folder %s is still there: %v", dir, err)
	}
}

// TestEverythingEnds starts all scenarios with a connection held open to each,
// ends them in the ways there are, and looks for what goes on.
func TestEverythingEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	for n, s := range Scenarios() {
		ctx, cancel := context.WithCancel(context.Background())
		i, err := Start(ctx, s.ID, StartOptions{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if i.Address != "" && s.ID != "tcp-timeout" {
			// Some endpoints reset at once, which is as good.
			if conn, err := net.DialTimeout("tcp", i.Address, time.Second); err == nil {
				defer conn.Close()
			}
		}
		var addresses []string
		if i.Address != "" {
			addresses = append(addresses, i.Address)
		}
		if s.Group == "Revocation" {
			for _, address := range services(t, i) {
				if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
					defer conn.Close()
				}
				addresses = append(addresses, address)
			}
		}
		if n%2 == 0 {
			i.Close()
			i.Close()
			cancel()
		} else {
			cancel()
			i.Close()
		}
		for _, address := range addresses {
			if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
				conn.Close()
				t.Errorf("%s still accepts connections at %s after it was closed", s.ID, address)
			}
		}
	}
	for deadline := time.Now().Add(2 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// services are the addresses that the leaf of an instance names: of responders
// and of distribution points.
func services(t *testing.T, i *Instance) (addresses []string) {
	t.Helper()
	leaf := connect(t, i).PeerCertificates[0]
	for _, text := range append(leaf.OCSPServer, leaf.CRLDistributionPoints...) {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		addresses = append(addresses, u.Host)
	}
	return addresses
}

func TestConnectionsAreBounded(t *testing.T) {
	i := run(t, "handshake-timeout")
	for range maxConnections {
		dial(t, i, patience)
	}
	over := dial(t, i, patience)
	if _, err := over.Read(make([]byte, 1)); ending(err) != "closed" {
		t.Errorf("connection %d: %s, want closed", maxConnections+1, ending(err))
	}
}

func TestStartErrors(t *testing.T) {
	taken := run(t, "healthy").Address
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, id string
		opts     StartOptions
		want     string
	}{
		{"an unknown scenario", "no-such", StartOptions{}, `no scenario "no-such"`},
		{"an address in use", "healthy", StartOptions{Listen: taken}, "listening on " + taken},
		{"a folder that is a file", "healthy", StartOptions{Dir: file}, `starting scenario "healthy": making the folder for certificates:`},
		{"an address that others can reach", "healthy", StartOptions{Listen: "0.0.0.0:0"}, "the lab serves loopback addresses only"},
		{"an address without a port", "healthy", StartOptions{Listen: "127.0.0.1"}, "the lab serves loopback addresses only"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i, err := Start(t.Context(), test.id, test.opts)
			if err == nil {
				i.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q in it", err, test.want)
			}
		})
	}
}

func TestListenAddressIsTheOneAskedFor(t *testing.T) {
	i, err := Start(t.Context(), "healthy", StartOptions{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	if diff := cmp.Diff(sound, observe(t, i, patience)); diff != "" {
		t.Errorf("a client sees (-want +got):\n%s", diff)
	}
}
