package lab

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/wire"
)

// How long the tests wait for an answer: patience for one that must come, and
// impatience for one that must not.
const (
	patience   = 10 * time.Second
	impatience = 250 * time.Millisecond
)

// seen is what a client sees of an endpoint, on a connection of its own for
// each field; empty where the question does not arise.
type seen struct {
	TLS    string // the handshake, whatever the certificate
	Verify string // what crypto/x509 says to the chain and the name
	Hello  string // hello over TLS
	Plain  string // hello without TLS
	HTTP   string // GET / without TLS
}

// observe asks an instance all questions, each for so long.
func observe(t *testing.T, i *Instance, wait time.Duration) seen {
	t.Helper()
	var s seen
	target := firstHost(i.Target)
	if !strings.Contains(target, "://") {
		target = "mongodb://" + target
	}
	u, err := url.Parse(target)
	if err != nil {
		t.Fatalf("target %q: %v", i.Target, err)
	}
	host := u.Hostname()
	conn := dial(t, i, wait)
	c := tls.Client(conn, clientConfig(t, i, host))
	if err := c.Handshake(); err != nil {
		s.TLS = ending(err)
	} else {
		state := c.ConnectionState()
		s.TLS = tls.VersionName(state.Version)
		s.Verify = verification(t, i, state.PeerCertificates, host)
		s.Hello = hello(c)
	}
	s.Plain = hello(dial(t, i, wait))
	s.HTTP = get(dial(t, i, wait))
	return s
}

// connect makes a handshake, whatever the certificate, and returns what came
// of it.
func connect(t *testing.T, i *Instance) tls.ConnectionState {
	t.Helper()
	c := tls.Client(dial(t, i, patience), clientConfig(t, i, "localhost"))
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	return c.ConnectionState()
}

// dial connects to the endpoint, for so long in all.
func dial(t *testing.T, i *Instance, wait time.Duration) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", i.Address, wait)
	if err != nil {
		t.Fatalf("dialling: %v", err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(wait))
	return conn
}

func clientConfig(t *testing.T, i *Instance, host string) *tls.Config {
	t.Helper()
	c := &tls.Config{ServerName: host, InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	if path := i.Files["tlsCertificateKeyFile"]; path != "" {
		// A file that cannot be used is what some cases are about, and then there is
		// no certificate to present.
		if certificate, err := tls.LoadX509KeyPair(path, path); err == nil {
			c.Certificates = []tls.Certificate{certificate}
		}
	}
	return c
}

// ending names how a connection ended, the same whether by FIN or RST.
func ending(err error) string {
	var timeout net.Error
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "closed"
	case errors.As(err, &record):
		return "no TLS"
	}
	text := err.Error()
	if _, alert, ok := strings.Cut(text, "remote error: tls: "); ok {
		return "alert " + alert
	}
	if strings.HasPrefix(text, "tls: failed to parse certificate") {
		return "malformed certificate"
	}
	return text
}

// authorities are the certificates in the client's CA file.
func authorities(t *testing.T, i *Instance) (certs []*x509.Certificate) {
	t.Helper()
	path := i.Files["tlsCAFile"]
	if path == "" {
		return nil
	}
	rest, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for block, rest := pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			certs = append(certs, c)
		}
	}
	return certs
}

func verification(t *testing.T, i *Instance, chain []*x509.Certificate, host string) string {
	t.Helper()
	roots, intermediates := pool(authorities(t, i)), x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates})
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
	case errors.As(err, &unknown):
		return "unknown authority"
	case errors.As(err, &invalid):
		return reason(invalid)
	default:
		return err.Error()
	}
	if err := chain[0].VerifyHostname(host); err != nil {
		return "other name"
	}
	return "ok"
}

func reason(err x509.CertificateInvalidError) string {
	switch err.Reason {
	case x509.Expired:
		if strings.Contains(err.Detail, "is before") {
			return "not yet valid"
		}
		return "expired"
	case x509.TooManyIntermediates:
		return "path too long"
	case x509.CANotAuthorizedForThisName:
		return "name constraint"
	case x509.IncompatibleUsage:
		return "purpose"
	}
	return err.Error()
}

func hello(conn net.Conn) string {
	if _, err := conn.Write(wire.HelloRequest(1, wire.Metadata{})); err != nil {
		return ending(err)
	}
	header, body, err := wire.ReadMessage(conn, wire.DefaultMaxMessage)
	var other *wire.NotMongoDBError
	if errors.As(err, &other) {
		return "no MongoDB"
	}
	if err != nil {
		return ending(err)
	}
	h, err := wire.ParseReply(header, body)
	if err != nil {
		return err.Error()
	}
	if !h.OK {
		return fmt.Sprintf("error %d %s", h.Code, h.CodeName)
	}
	return h.Topology()
}

func get(conn net.Conn) string {
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\nHost: lab\r\n\r\n"); err != nil {
		return ending(err)
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 4096))
	switch {
	case string(answer) == httpAnswer:
		return "mongod"
	case strings.HasPrefix(string(answer), "HTTP/"):
		return "HTTP"
	case len(answer) > 0:
		return fmt.Sprintf("%d bytes", len(answer))
	case err == nil:
		return "closed"
	}
	return ending(err)
}

// run starts a scenario that lasts until the test ends.
func run(t *testing.T, id string) *Instance {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	i, err := Start(ctx, id, StartOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close(); cancel() })
	return i
}

// firstHost is the first host of a target, with its port.
func firstHost(target string) string {
	hosts := strings.TrimPrefix(target, "mongodb://")
	if end := strings.IndexAny(hosts, ",/"); end >= 0 {
		hosts = hosts[:end]
	}
	return hosts
}
