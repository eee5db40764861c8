package peers

import (
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
)

// The users of TestGoDriverAndX509's certificates.
const (
	applicationUser = "CN=application,OU=clients,O=mongotls lab"
	memberUser      = "CN=node,OU=servers,O=mongotls lab"
	oddUser         = `CN=J\C3\BCrgen \"the\, app\",OU=clients,O=mongotls lab`
)

// TestGoDriverAndX509 authenticates with client certificates at a stand-in for
// mongod: check --authenticate passes where the Go driver gets in.
func TestGoDriverAndX509(t *testing.T) {
	t.Parallel()
	c := usual()
	c.node(t, leaf).OrganizationalUnit = "servers"
	template := *c.node(t, client)
	member, odd, stranger := template, template, template
	member.ID, member.CommonName, member.OrganizationalUnit = "member", "node", "servers"
	odd.ID, odd.CommonName = "odd", `Jürgen "the, app"`
	// Another CA of the same name: a client cannot tell it from the accepted one.
	former := lab.Node{ID: "former", CommonName: root, CA: true}
	stranger.ID, stranger.Issuer = "stranger", "former"
	c.nodes = append(c.nodes, member, odd, former, stranger)
	made := c.issue(t)
	cas, err := made.Certificates(root)
	if err != nil {
		t.Fatal(err)
	}
	ca := write(t, "ca.pem", made.authorities)
	for _, row := range []struct {
		name string
		// user is the user name of the connection string, present the certificate;
		// empty for none.
		user, present string
		server        func(*lab.Options)
		want          []string
		serverUser    string
		goDiffers     string
	}{
		{name: "the certificate's user", user: applicationUser, present: client, serverUser: applicationUser},
		{name: "no user name", present: client, serverUser: applicationUser},
		{name: "a name that needs escapes", user: oddUser, present: "odd", serverUser: oddUser},
		{name: "a name that needs escapes, left to the server", present: "odd", serverUser: oddUser},
		{
			name: "the user in another order", user: "O=mongotls lab,OU=clients,CN=application", present: client,
			want: []string{"fail x509-user-mismatch"}, goDiffers: "the Go driver sends no user name",
		},
		{
			name: "another user", user: "CN=root", present: client,
			want: []string{"fail x509-user-mismatch"}, goDiffers: "the Go driver sends no user name",
		},
		{
			name: "a user that there is not", present: client, server: func(o *lab.Options) { o.Users = nil },
			want: []string{"fail x509-auth-failed"},
		},
		{
			name: "no certificate", server: func(o *lab.Options) { o.AllowConnectionsWithoutCertificates = true },
			want: []string{"fail x509-auth-failed"},
		},
		{
			name: "no certificate where one is required",
			want: []string{"fail client-cert-required"},
		},
		{
			name: "a certificate that was let in without verifying", present: "stranger", server: func(o *lab.Options) { o.AllowInvalidCertificates = true },
			want: []string{"fail x509-auth-failed"},
		},
		{
			name: "a certificate that was not asked for", present: client, server: func(o *lab.Options) { o.ClientCAs = nil },
			want: []string{"fail client-cert-not-requested"},
		},
		{
			name: "a member's certificate where clusterAuthMode is keyFile", present: "member",
			want: []string{"fail x509-auth-failed", "warn client-cert-cluster-member"},
		},
		{
			name: "a member's certificate where clusterAuthMode is x509", present: "member", server: func(o *lab.Options) { o.ClusterX509 = true },
			want: []string{"warn client-cert-cluster-member"}, serverUser: memberUser,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := lab.Options{Certificate: made.server, ClientCAs: cas, Users: []string{applicationUser, oddUser}}
			if row.server != nil {
				row.server(&o)
			}
			mongod, err := lab.StartMongod(t.Context(), o, lab.StartOptions{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(mongod.Close)
			options := []string{"tlsCAFile", ca, "authMechanism", "MONGODB-X509"}
			if row.present != "" {
				options = append(options, "tlsCertificateKeyFile", write(t, "client.pem", certificateKeyPEM(t, made.Chain(append([]string{row.present}, above(row.present)...)...))))
			}
			uri := connectionString(t, "127.0.0.1", mongod.Address, options...)
			if row.user != "" {
				uri = "mongodb://" + strings.ReplaceAll(url.QueryEscape(row.user), "+", "%20") + "@" + strings.TrimPrefix(uri, "mongodb://")
			}
			got := untilAnswered(func() checked { return check(t, uri, "--authenticate") })
			if diff := cmp.Diff(row.want, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			serverUser := ""
			if a := got.endpoint().Authentication; a != nil {
				serverUser = a.ServerUser
			}
			if serverUser != row.serverUser {
				t.Errorf("authenticated as %q, want %q", serverUser, row.serverUser)
			}
			// The server's rendering is the lab's own, and has to be what was expected.
			if x := got.report.Targets[0].X509; serverUser != "" && x.CertificateUser != serverUser {
				t.Errorf("expected %q, the server says %q", x.CertificateUser, serverUser)
			}
			compareWithDriver(t, got, uri, mongod.Address, row.goDiffers)
		})
	}
}

// TestGoDriverAndX509WithoutTLS: a server that takes clients in clear lets nobody
// authenticate there, and check fails without being asked to try.
func TestGoDriverAndX509WithoutTLS(t *testing.T) {
	t.Parallel()
	made := usual().issue(t)
	mongod, err := lab.StartMongod(t.Context(), lab.Options{Mode: lab.PreferTLS, Certificate: made.server, Users: []string{applicationUser}}, lab.StartOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(mongod.Close)
	uri := connectionString(t, "127.0.0.1", mongod.Address, "tls", "false", "authMechanism", "MONGODB-X509")
	got := untilAnswered(func() checked { return check(t, uri) })
	if found := got.findings(); len(found) == 0 || found[0].ID != "x509-auth-failed" {
		t.Errorf("findings: %v", got.tellings())
	}
	compareWithDriver(t, got, uri, mongod.Address, "")
}

// above are the certificates that a client sends behind its own.
func above(id string) []string {
	if id == "stranger" {
		return nil
	}
	return []string{intermediate}
}

// TestGoDriverRefusesX509Options: what check refuses as given, the driver does.
func TestGoDriverRefusesX509Options(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, uri string }{
		{"a password", "mongodb://CN%3Dapp:secret@127.0.0.1:1/?tls=true&authMechanism=MONGODB-X509"},
		{"another source", "mongodb://127.0.0.1:1/?tls=true&authMechanism=MONGODB-X509&authSource=admin"},
		{"an empty source", "mongodb://127.0.0.1:1/?tls=true&authMechanism=MONGODB-X509&authSource="},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			err := exec.CommandContext(t.Context(), mongotls, "check", row.uri).Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 2 {
				t.Errorf("check: %v, want exit code 2", err)
			}
			// Nothing listens there; what the driver refuses, it refuses at once.
			start := time.Now()
			if err := ping(t, row.uri, "127.0.0.1:1", untilItGivesUp); err == nil || time.Since(start) > untilItGivesUp/2 {
				t.Errorf("the driver: %v after %v", err, time.Since(start))
			}
		})
	}
}

// TestFerretDBAndX509: FerretDB has no MONGODB-X509, and says so; the certificate
// got it through the handshake all the same.
func TestFerretDBAndX509(t *testing.T) {
	t.Parallel()
	files := newFiles(t)
	address := startFerretDB(t, ferretdb.ListenerConfig{
		TLS: "127.0.0.1:0", TLSCertFile: files["server"], TLSKeyFile: files["server"], TLSCAFile: files["ca"],
	})
	uri := connectionString(t, "127.0.0.1", address, "tlsCAFile", files["ca"], "tlsCertificateKeyFile", files["client"], "authMechanism", "MONGODB-X509")
	got := untilAnswered(func() checked { return check(t, uri, "--authenticate") })
	if diff := cmp.Diff([]string{"fail x509-auth-failed"}, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	want := &fact.Authentication{Outcome: fact.OutcomeOK, Code: 59, CodeName: "CommandNotFound", Message: "no such command: 'authenticate'"}
	if diff := cmp.Diff(want, got.endpoint().Authentication, cmpopts.IgnoreFields(fact.Authentication{}, "Ms")); diff != "" {
		t.Errorf("authentication (-want +got):\n%s", diff)
	}
	compareWithDriver(t, got, uri, address, "")
}
