package peers

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/lab"
)

// clientKind is one way that a client's certificate can be.
type clientKind struct {
	name string
	// present are the certificates of the client's file, its own first; none is a
	// client without.
	present []string
	// want is what check must find first where the server refuses it, and accepted
	// where the server lets it in all the same; empty is nothing.
	want, accepted string
	// unnamed is whether the server does not name its CA, so that crypto/tls does not
	// send it.
	unnamed bool
}

func clientKinds() []clientKind {
	return []clientKind{
		{name: "none", want: "fail client-cert-required"},
		{name: "a sound one", present: []string{client, intermediate}},
		{name: "one of the root itself", present: []string{"direct"}},
		{name: "one without extended key usage", present: []string{"any purpose", intermediate}},
		{name: "one of another CA", present: []string{"strange", "other"}, want: "fail client-cert-untrusted", unnamed: true},
		{name: "a self-signed one", present: []string{"self-signed"}, want: "fail client-cert-untrusted", unnamed: true},
		{name: "one without its intermediate", present: []string{client}, want: "fail client-cert-untrusted", unnamed: true},
		// Whoever says so by alert says unknown_ca.
		{name: "one of a CA of the same name", present: []string{"renamed"}, want: "fail client-cert-rejected"},
		{name: "an expired one", present: []string{"expired", intermediate}, want: "fail client-cert-expired"},
		{name: "one of the future", present: []string{"future", intermediate}, want: "fail client-cert-expired"},
		{name: "a server's", present: []string{"server only", intermediate}, want: "fail client-cert-purpose"},
		{name: "one whose key may not sign", present: []string{"enciphers", intermediate}, want: "fail client-cert-purpose", accepted: "warn client-cert-purpose"},
		{name: "a CA's", present: []string{"authority"}, accepted: "warn client-cert-purpose"},
	}
}

// clientPKI is the usual chain, and a certificate for each kind.
func clientPKI(t *testing.T) issued {
	t.Helper()
	c := usual()
	like := func(id string, edit func(*lab.Node)) lab.Node {
		n := *c.node(t, client)
		n.ID = id
		edit(&n)
		return n
	}
	c.nodes = append(c.nodes,
		lab.Node{ID: "other", CA: true},
		lab.Node{ID: "former", CommonName: root, CA: true},
		like("direct", func(n *lab.Node) { n.Issuer = root }),
		like("any purpose", func(n *lab.Node) { n.Usages = nil }),
		like("strange", func(n *lab.Node) { n.Issuer = "other" }),
		like("self-signed", func(n *lab.Node) { n.Issuer = "" }),
		like("renamed", func(n *lab.Node) { n.Issuer = "former" }),
		like("expired", func(n *lab.Node) { n.NotBefore, n.NotAfter = -year, -day }),
		like("future", func(n *lab.Node) { n.NotBefore, n.NotAfter = 3*day, year }),
		like("server only", func(n *lab.Node) { n.Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }),
		like("enciphers", func(n *lab.Node) { n.KeyUsage = x509.KeyUsageKeyEncipherment }),
		like("authority", func(n *lab.Node) {
			n.Issuer, n.CA, n.KeyUsage = root, true, x509.KeyUsageDigitalSignature|x509.KeyUsageCertSign
		}),
	)
	return c.issue(t)
}

// clientServer is one way that a server can ask for a client's certificate.
type clientServer struct {
	name  string
	start func(t *testing.T, made issued, backend string) (address string)
	// optional is whether a client may send none.
	optional bool
	// alerts is whether the server says what it objects to, and anyKeyUsage whether
	// it does not look at the keyUsage.
	alerts, anyKeyUsage bool
	// alone is whether it takes the connections of one check and no more.
	alone bool
}

func clientServers() []clientServer {
	terminator := func(version uint16, auth tls.ClientAuthType) func(*testing.T, issued, string) string {
		return func(t *testing.T, made issued, backend string) string {
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM(made.authorities)
			return terminate(t, &tls.Config{
				Certificates: []tls.Certificate{made.server}, ClientAuth: auth, ClientCAs: pool, MaxVersion: version,
			}, backend)
		}
	}
	mongod := func(version uint16, optional bool) func(*testing.T, issued, string) string {
		return func(t *testing.T, made issued, _ string) string {
			cas, err := made.Certificates(root)
			if err != nil {
				t.Fatal(err)
			}
			i, err := lab.StartMongod(t.Context(), lab.Options{
				Certificate: made.server, ClientCAs: cas, AllowConnectionsWithoutCertificates: optional, MaxVersion: version,
			}, lab.StartOptions{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(i.Close)
			return i.Address
		}
	}
	ferret := func(t *testing.T, made issued, _ string) string {
		file := write(t, "server.pem", certificateKeyPEM(t, made.server))
		return startFerretDB(t, ferretdb.ListenerConfig{
			TLS: "127.0.0.1:0", TLSCertFile: file, TLSKeyFile: file, TLSCAFile: write(t, "ca.pem", made.authorities),
		})
	}
	openssl := func(args ...string) func(*testing.T, issued, string) string {
		return func(t *testing.T, made issued, _ string) string {
			needOpenSSL(t)
			return serveEach(t, slices.Concat(serverArgs(t, made), args, []string{
				"-CAfile", write(t, "ca.pem", made.authorities), "-verify_return_error",
			})...)
		}
	}
	return []clientServer{
		{name: "FerretDB", start: ferret, alerts: true, anyKeyUsage: true},
		{name: "terminator, TLS 1.2", start: terminator(tls.VersionTLS12, tls.RequireAndVerifyClientCert), alerts: true, anyKeyUsage: true},
		{name: "terminator, optional", start: terminator(0, tls.VerifyClientCertIfGiven), optional: true, alerts: true, anyKeyUsage: true},
		{name: "terminator, optional, TLS 1.2", start: terminator(tls.VersionTLS12, tls.VerifyClientCertIfGiven), optional: true, alerts: true, anyKeyUsage: true},
		// The stand-in for mongod.
		{name: "mongod", start: mongod(0, false)},
		{name: "mongod, TLS 1.2", start: mongod(tls.VersionTLS12, false)},
		{name: "mongod, optional", start: mongod(0, true), optional: true},
		{name: "OpenSSL", start: openssl("-Verify", "5"), alerts: true, alone: true},
		{name: "OpenSSL, TLS 1.2", start: openssl("-Verify", "5", "-no_tls1_3"), alerts: true, alone: true},
		{name: "OpenSSL, optional", start: openssl("-verify", "5"), optional: true, alerts: true, alone: true},
	}
}

// TestClientCertificates presents every kind of client certificate to every kind of
// server. The first finding is the cause; the exit code is what a client on
// OpenSSL comes to; and the Go driver, which leaves out a certificate whose CA the
// server does not name, parts with it exactly where the report says so.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	made := clientPKI(t)
	backend := startFerretDB(t, ferretdb.ListenerConfig{TCP: "127.0.0.1:0"})
	authorities := write(t, "authorities.pem", made.authorities)
	for _, server := range clientServers() {
		for _, kind := range clientKinds() {
			t.Run(server.name+"/"+kind.name, func(t *testing.T) {
				t.Parallel()
				file := ""
				if len(kind.present) > 0 {
					file = write(t, "client.pem", certificateKeyPEM(t, made.Chain(kind.present...)))
				}
				again := func() string { return server.start(t, made, backend) }
				address := again()
				next := func() string {
					if server.alone {
						return again()
					}
					return address
				}
				got := check(t, clientURI(t, address, authorities, file), "--connect", address)
				first := ""
				if list := got.tellings(); len(list) > 0 {
					first = list[0]
				}
				if diff := cmp.Diff(expected(server, kind), first); diff != "" {
					t.Errorf("first finding of %v (-want +got):\n%s", got.tellings(), diff)
				}

				at := next()
				args := clientArgs(at, host, authorities)
				if file != "" {
					args = append(args, "-cert", file, "-key", file)
					if len(kind.present) > 1 {
						args = append(args, "-cert_chain", write(t, "chain.pem", made.PEM(kind.present[1:]...)))
					}
				}
				if err := helloByOpenSSL(t, args); (err == nil) != (got.exit == 0) {
					t.Errorf("check: exit code %d, %v; openssl: %v", got.exit, got.tellings(), err)
				}

				differs := ""
				if kind.unnamed && server.optional {
					differs = "crypto/tls does not send a certificate whose CA the server does not name, and the server lets in who sends none"
				}
				if diff := cmp.Diff(withheldBy(kind), evidence(got, "withheldBy"), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("drivers said to send none (-want +got):\n%s", diff)
				}
				if server.alone {
					// Each try of the driver is several connections.
					return
				}
				compareWithDriver(t, got, clientURI(t, at, authorities, file), at, differs)
			})
		}
	}
}

// clientURI is the connection string of a client with these files.
func clientURI(t *testing.T, address, authorities, file string) string {
	t.Helper()
	query := []string{"tlsCAFile", authorities}
	if file != "" {
		query = append(query, "tlsCertificateKeyFile", file)
	}
	return connectionString(t, host, address, query...)
}

// expected is the first finding of a kind at a server.
func expected(s clientServer, k clientKind) string {
	switch {
	case k.name == "none" && s.optional:
		return ""
	case k.want == "", k.accepted != "" && s.anyKeyUsage:
		return k.accepted
	case k.want == "fail client-cert-rejected" && s.alerts:
		return "fail client-cert-untrusted"
	}
	return k.want
}

// withheldBy are the drivers that do not send a certificate.
func withheldBy(k clientKind) []any {
	if !k.unnamed {
		return nil
	}
	return []any{"go", "java"}
}

// evidence is a list that the first finding of a check rests on.
func evidence(c checked, key string) []any {
	list := c.findings()
	at := slices.IndexFunc(list, func(f finding.Finding) bool { return f.Evidence[key] != nil })
	if at < 0 {
		return nil
	}
	values, ok := list[at].Evidence[key].([]any)
	if !ok {
		return []any{fmt.Sprintf("%T", list[at].Evidence[key])}
	}
	return values
}

// TestClientKeyThatTheServerDoesNotVerify has s_server verify RSA signatures only:
// a client with an ECDSA key sends no certificate then, whatever its library.
func TestClientKeyThatTheServerDoesNotVerify(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	made := clientPKI(t)
	authorities := write(t, "authorities.pem", made.authorities)
	file := write(t, "client.pem", certificateKeyPEM(t, made.Chain("direct")))
	for _, test := range []struct{ name, ask, want, said string }{
		{"required", "-Verify", "fail client-cert-rejected", "key makes none of the signatures that the server verifies, which are rsa_pss_rsae_sha256."},
		{"optional", "-verify", "warn client-cert-rejected", "The server lets clients in that send none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			start := func() string {
				return serveEach(t, slices.Concat(serverArgs(t, made), []string{
					test.ask, "5", "-CAfile", authorities, "-verify_return_error", "-client_sigalgs", "rsa_pss_rsae_sha256",
				})...)
			}
			address := start()
			got := check(t, clientURI(t, address, authorities, file), "--connect", address)
			if diff := cmp.Diff([]string{test.want}, got.tellings()); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if detail := got.findings()[0].Detail; !strings.Contains(detail, test.said) {
				t.Errorf("%q, want %q in it", detail, test.said)
			}
			at := start()
			if err := helloByOpenSSL(t, append(clientArgs(at, host, authorities), "-cert", file, "-key", file)); (err == nil) != (got.exit == 0) {
				t.Errorf("check: exit code %d; openssl: %v", got.exit, err)
			}
		})
	}
}
