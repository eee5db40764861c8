package lab

import (
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/wire"
)

// authenticated sends a command and reads the reply as that to authenticate.
func authenticated(t *testing.T, conn net.Conn, request []byte) wire.Authentication {
	t.Helper()
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	header, body, err := wire.ReadMessage(conn, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := wire.ParseAuthentication(header, body)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestAuthenticate is about what mongod answers to a client certificate, and as
// whom it knows it.
func TestAuthenticate(t *testing.T) {
	const (
		user   = "CN=application,OU=clients,O=mongotls lab"
		member = "CN=member,OU=servers,O=mongotls lab"
		odd    = `CN=J\C3\BCrgen \"the\, app\",OU=clients,O=mongotls lab`
	)
	memberNode, oddNode, other := clientNode(root), clientNode(root), rootNode()
	memberNode.ID, memberNode.CommonName, memberNode.OrganizationalUnit = "member", "member", "servers"
	oddNode.ID, oddNode.CommonName = "odd", `Jürgen "the, app"`
	other.ID = "other"
	stranger := clientNode("other")
	stranger.ID = "stranger"
	pki, err := NewPKI(time.Now(), rootNode(), intermediateNode(), leafNode(), clientNode(root), memberNode, oddNode, other, stranger)
	if err != nil {
		t.Fatal(err)
	}
	cas, err := pki.Certificates(root)
	if err != nil {
		t.Fatal(err)
	}
	failed := wire.Authentication{Code: 18, CodeName: "AuthenticationFailed", ErrMsg: "Authentication failed."}
	unknown := func(user string) wire.Authentication {
		return wire.Authentication{Code: 11, CodeName: "UserNotFound", ErrMsg: fmt.Sprintf("Could not find user %q for db \"$external\"", user)}
	}
	as := func(user string) wire.Authentication { return wire.Authentication{OK: true, User: user} }
	command := func(mechanism, database string) []byte {
		return wire.Reply(7, 0, false, wire.Document{
			{Key: "authenticate", Value: wire.Int32(1)}, {Key: "mechanism", Value: wire.String(mechanism)}, {Key: "$db", Value: wire.String(database)},
		})
	}
	x509 := func(user string) []byte { return wire.AuthenticateRequest(7, user) }
	users := []string{user, odd}
	tests := []struct {
		name    string
		present string
		server  func(*Options)
		request []byte
		want    wire.Authentication
	}{
		{"the user of the certificate", client, nil, x509(user), as(user)},
		{"no user, whom the server takes from the certificate", client, nil, x509(""), as(user)},
		{"a user whose name needs escapes", "odd", nil, x509(""), as(odd)},
		{"another user than the certificate's", client, nil, x509("CN=root"), failed},
		{"the same in another order", client, nil, x509("O=mongotls lab,OU=clients,CN=application"), failed},
		{"a user that there is not", client, func(o *Options) { o.Users = nil }, x509(""), unknown(user)},
		{"no certificate", "", func(o *Options) { o.AllowConnectionsWithoutCertificates = true }, x509(""), failed},
		{"no certificate, and a user", "", func(o *Options) { o.AllowConnectionsWithoutCertificates = true }, x509(user), failed},
		{"a certificate that was let in without verifying", "stranger", func(o *Options) { o.AllowInvalidCertificates = true }, x509(""), failed},
		{"a certificate that was not asked for", client, func(o *Options) { o.ClientCAs = nil }, x509(""), failed},
		{"a member where clusterAuthMode is keyFile", "member", nil, x509(""), failed},
		{"a member where clusterAuthMode is x509", "member", func(o *Options) { o.ClusterX509 = true }, x509(""), as(member)},
		{"another database", client, nil, command("MONGODB-X509", "admin"),
			wire.Authentication{Code: 17, CodeName: "ProtocolError", ErrMsg: "X.509 authentication must always use the $external database."}},
		{"another mechanism", client, nil, command("MONGODB-CR", "$external"), failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := Options{Certificate: pki.Chain(leaf, intermediate), ClientCAs: cas, Users: users}
			if test.server != nil {
				test.server(&o)
			}
			config := &tls.Config{InsecureSkipVerify: true}
			if test.present != "" {
				config.Certificates = []tls.Certificate{pki.Chain(test.present)}
				// Sent whatever CAs the server names.
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &config.Certificates[0], nil }
			}
			conn := tls.Client(dial(t, runMongod(t, o), patience), config)
			if diff := cmp.Diff(test.want, authenticated(t, conn, test.request)); diff != "" {
				t.Errorf("reply (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAuthenticateInClear: without TLS there is no certificate to go by.
func TestAuthenticateInClear(t *testing.T) {
	o := options(t)
	o.Mode = Disabled
	want := wire.Authentication{Code: 18, CodeName: "AuthenticationFailed", ErrMsg: "Authentication failed."}
	if diff := cmp.Diff(want, authenticated(t, dial(t, runMongod(t, o), patience), wire.AuthenticateRequest(7, ""))); diff != "" {
		t.Errorf("reply (-want +got):\n%s", diff)
	}
}
