package probe

import (
	"crypto/tls"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/wire"
)

// x509Server runs a mongod that knows one user by its certificate, and gives that.
func x509Server(t *testing.T, change func(*lab.Options)) (host string, port int, client tls.Certificate) {
	t.Helper()
	pki, err := lab.NewPKI(time.Now(), lab.Node{ID: "ca", CA: true},
		lab.Node{ID: "localhost", Issuer: "ca", DNSNames: []string{"localhost"}}, lab.Node{ID: "app", Issuer: "ca", OrganizationalUnit: "apps"})
	if err != nil {
		t.Fatal(err)
	}
	cas, err := pki.Certificates("ca")
	if err != nil {
		t.Fatal(err)
	}
	o := lab.Options{Certificate: pki.Chain("localhost"), ClientCAs: cas, AllowConnectionsWithoutCertificates: true, Users: []string{user}}
	if change != nil {
		change(&o)
	}
	instance, err := lab.StartMongod(t.Context(), o, lab.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Close)
	host, port = split(t, instance.Address)
	return host, port, pki.Chain("app")
}

const user = "CN=app,OU=apps,O=mongotls lab"

func TestAuthenticate(t *testing.T) {
	failed := fact.Authentication{Outcome: fact.OutcomeOK, Code: 18, CodeName: "AuthenticationFailed", Message: "Authentication failed."}
	with := func(user string, a fact.Authentication) *fact.Authentication { a.User = user; return &a }
	tests := []struct {
		name   string
		server func(*lab.Options)
		// request is made with the client certificate unless bare.
		request Request
		bare    bool
		want    *fact.Authentication
	}{
		{"nobody asked for it", nil, Request{}, false, nil},
		{"nobody asked for it, whatever the user name", nil, Request{Username: user}, false, nil},
		{"as the certificate's user", nil, Request{Authenticate: true, Username: user}, false, &fact.Authentication{User: user, Outcome: fact.OutcomeOK, OK: true, ServerUser: user}},
		{"without a user name", nil, Request{Authenticate: true}, false, &fact.Authentication{Outcome: fact.OutcomeOK, OK: true, ServerUser: user}},
		{"on the one connection", nil, Request{Authenticate: true, Quick: true, TLS: true}, false, &fact.Authentication{Outcome: fact.OutcomeOK, OK: true, ServerUser: user}},
		{"as another", nil, Request{Authenticate: true, Username: "CN=root"}, false, with("CN=root", failed)},
		{"without a certificate", nil, Request{Authenticate: true}, true, &failed},
		{"as nobody whom the server knows", func(o *lab.Options) { o.Users = nil }, Request{Authenticate: true}, false,
			&fact.Authentication{Outcome: fact.OutcomeOK, Code: 11, CodeName: "UserNotFound", Message: `Could not find user "` + user + `" for db "$external"`}},
		{"where hello is an error", func(o *lab.Options) { o.Hello.Error = &lab.CommandError{Code: 8000, Message: "no"} }, Request{Authenticate: true}, false, nil},
		{"where hello is not answered", func(o *lab.Options) { o.AllowConnectionsWithoutCertificates = false }, Request{Authenticate: true}, true, nil},
		{"at a server that is too old", func(o *lab.Options) { o.Hello.MaxWireVersion = 5 }, Request{Authenticate: true}, false,
			&fact.Authentication{Outcome: fact.OutcomeFailed, Error: "not tried, because the server is MongoDB 3.4, which no current driver speaks with"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			host, port, client := x509Server(t, test.server)
			r := test.request
			r.Host, r.Port, r.ServerName = host, port, "localhost"
			if !test.bare {
				r.ClientCertificate = &client
			}
			e := (&Client{}).Observe(t.Context(), r)
			if diff := cmp.Diff(test.want, e.Authentication, cmpopts.IgnoreFields(fact.Authentication{}, "Ms")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestAuthenticateWithHostilePeers is about servers that answer hello and then
// not as a server would.
func TestAuthenticateWithHostilePeers(t *testing.T) {
	serverConfig := &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}}
	hello := wire.Document{{Key: "ok", Value: wire.Double(1)}, {Key: "maxWireVersion", Value: wire.Int32(25)}, {Key: "isWritablePrimary", Value: wire.Bool(true)}}
	huge := make([]byte, wire.HeaderSize)
	copy(huge, []byte{0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 0xdd, 0x07, 0, 0})
	endless := append([]byte{0, 0, 0x10, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0xdd, 0x07, 0, 0}, make([]byte, 100)...)
	tests := []struct {
		name    string
		answer  func(net.Conn)
		outcome []fact.Outcome
	}{
		{"closes", func(net.Conn) {}, []fact.Outcome{fact.OutcomeClosed, fact.OutcomeReset}},
		{"is silent", func(c net.Conn) { c.Read(make([]byte, 1)) }, []fact.Outcome{fact.OutcomeTimeout}},
		{"announces two gigabytes", func(c net.Conn) { c.Write(huge) }, []fact.Outcome{fact.OutcomeOther}},
		{"begins a message and does not end it", func(c net.Conn) { c.Write(endless); c.Read(make([]byte, 1)) }, []fact.Outcome{fact.OutcomeTimeout}},
		{"speaks HTTP", func(c net.Conn) { c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, []fact.Outcome{fact.OutcomeOther}},
		{"sends no document", func(c net.Conn) { c.Write([]byte{20, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0xdd, 7, 0, 0, 0, 0, 0, 0}) }, []fact.Outcome{fact.OutcomeOther}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			host, port := listen(t, func(conn net.Conn) {
				c := tls.Server(conn, serverConfig)
				header, _, err := wire.ReadMessage(c, 0)
				if err != nil {
					return
				}
				if _, err := c.Write(wire.Reply(1, header.RequestID, header.OpCode == wire.OpQuery, hello)); err != nil {
					return
				}
				if _, _, err := wire.ReadMessage(c, 0); err != nil {
					return
				}
				test.answer(c)
				c.Close()
			})
			start := time.Now()
			e := (&Client{Timeout: 500 * time.Millisecond}).Observe(t.Context(), Request{Host: host, Port: port, Authenticate: true, Quick: true, TLS: true})
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
			a := e.Authentication
			if a == nil || a.OK || a.Error == "" {
				t.Fatalf("authentication = %+v", a)
			}
			if !slices.Contains(test.outcome, a.Outcome) {
				t.Errorf("outcome %s (%s), want %v", a.Outcome, a.Error, test.outcome)
			}
		})
	}
}
