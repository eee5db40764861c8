package lab

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"time"

	"github.com/mongotls/mongotls/internal/wire"
)

// Mode is mongod's net.tls.mode.
type Mode int

// The modes. The zero value is the one that production should have.
const (
	// RequireTLS: connections without TLS are closed.
	RequireTLS Mode = iota
	// PreferTLS: clients may use TLS or not; members use it among themselves.
	PreferTLS
	// AllowTLS: clients may use TLS or not; members do not use it.
	AllowTLS
	// Disabled: connections with TLS are closed.
	Disabled
)

// Options configure a stand-in for mongod on OpenSSL, after net.tls of its
// configuration file. The zero value with a Certificate is a server that
// requires TLS 1.2 or later and asks for no client certificate.
type Options struct {
	Mode Mode
	// Certificate is what it presents: certificateKeyFile, chain included, and
	// in OCSPStaple the response that it staples to the first of them.
	Certificate tls.Certificate
	// ClientCAs are the CAFile as far as inbound connections go. With any, every
	// handshake has a CertificateRequest that lists their subjects; none of them
	// fails for what the client answers. It is judged afterwards.
	ClientCAs []*x509.Certificate
	// AllowConnectionsWithoutCertificates lets clients in that present none. It
	// does not excuse a certificate that does not verify.
	AllowConnectionsWithoutCertificates bool
	// AllowInvalidCertificates lets clients in whatever they present. They cannot
	// authenticate with what does not verify.
	AllowInvalidCertificates bool
	// Users are those of the database $external, who authenticate with a
	// certificate (MONGODB-X509): "CN=app,O=Acme".
	Users []string
	// ClusterX509 is clusterAuthMode x509: who has a certificate like the server's
	// own is a member, and may do anything.
	ClusterX509 bool
	// MinVersion and MaxVersion bound the protocol version, as disabledProtocols
	// does; zero means TLS 1.2 and TLS 1.3.
	MinVersion, MaxVersion uint16
	// CipherSuites are the TLS 1.2 suites; nil means Go's defaults.
	CipherSuites []uint16
	// RefuseTLS closes on every ClientHello, as a server does whose own settings
	// leave nothing to agree on: the alert that says so is never sent.
	RefuseTLS bool
	// Hello is what it tells of itself.
	Hello Hello
	// Now is its clock; nil means the system's.
	Now func() time.Time
}

// mongod answers connections as a MongoDB server does that runs on OpenSSL.
type mongod struct {
	options  Options
	config   *tls.Config
	database *database
}

func newMongod(o Options) *mongod {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &tls.Config{
		Certificates: []tls.Certificate{o.Certificate},
		MinVersion:   o.minVersion(),
		MaxVersion:   o.MaxVersion,
		CipherSuites: o.CipherSuites,
		Time:         o.Now,
	}
	if len(o.ClientCAs) > 0 {
		c.ClientAuth = tls.RequestClientCert
		c.ClientCAs = pool(o.ClientCAs)
	}
	d := &database{hello: o.Hello, now: o.Now, accounts: accounts{users: o.Users, clusterX509: o.ClusterX509}}
	if len(o.Certificate.Certificate) > 0 {
		// One that is malformed on purpose makes nobody a member.
		d.accounts.server, _ = x509.ParseCertificate(o.Certificate.Certificate[0])
	}
	return &mongod{options: o, config: c, database: d}
}

func (o Options) minVersion() uint16 {
	if o.MinVersion == 0 {
		return tls.VersionTLS12
	}
	return o.MinVersion
}

func pool(certs []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c)
	}
	return p
}

// httpAnswer is what mongod says to an HTTP request, in clear whatever its TLS
// mode.
const httpAnswer = "HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 85\r\n\r\n" +
	"It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"

// handle decides by the first 16 bytes what a connection speaks. mongod has no
// timeout there, and reads nothing beyond them before it closes.
func (m *mongod) handle(conn net.Conn) {
	head := make([]byte, wire.HeaderSize)
	if _, err := io.ReadFull(conn, head); err != nil {
		return
	}
	responseTo := wire.ParseHeader([wire.HeaderSize]byte(head)).ResponseTo
	replay := &replayConn{Conn: conn, first: head}
	switch {
	case bytes.HasPrefix(head, []byte("GET ")):
		_, _ = io.WriteString(conn, httpAnswer)
		linger(conn)
	case responseTo == 0 || responseTo == -1:
		if m.options.Mode != RequireTLS {
			m.database.talk(replay, "")
		}
	case m.options.Mode == Disabled || m.options.RefuseTLS:
	default:
		if alert := m.versionAlert(head); alert != nil {
			_, _ = conn.Write(alert)
			linger(conn)
			return
		}
		m.secure(replay)
	}
}

// versionAlert is the protocol_version alert that mongod makes by hand for a
// ClientHello of TLS 1.0 or 1.1 when that version is disabled; nil for others.
// It goes by client_version alone (RFC 5246 section 7.4.1.2), which is that of
// TLS 1.2 in a ClientHello of TLS 1.3.
func (m *mongod) versionAlert(head []byte) []byte {
	const handshake, clientHello = 22, 1
	if head[0] != handshake || head[5] != clientHello {
		return nil
	}
	version := binary.BigEndian.Uint16(head[9:])
	if version != tls.VersionTLS10 && version != tls.VersionTLS11 || version >= m.options.minVersion() {
		return nil
	}
	return alertRecord(version, alertProtocolVersion)
}

// secure makes the TLS handshake and then answers, unless the client
// certificate stands against it.
func (m *mongod) secure(conn net.Conn) {
	flight := &flightConn{Conn: conn}
	t := tls.Server(flight, m.config)
	if err := t.Handshake(); err != nil {
		return
	}
	if err := flight.finish(); err != nil {
		return
	}
	state := t.ConnectionState()
	if client, ok := m.admits(state.PeerCertificates); ok {
		m.database.converse(t, session{serverName: state.ServerName, client: client})
	}
	// Closed without close_notify, and without an alert that would say why.
	linger(conn)
}

// admits tells whether a client with this certificate chain may go on, and gives
// its certificate where that was verified.
func (m *mongod) admits(chain []*x509.Certificate) (client *x509.Certificate, ok bool) {
	if len(m.options.ClientCAs) == 0 {
		return nil, true
	}
	if len(chain) == 0 {
		return nil, m.options.AllowConnectionsWithoutCertificates
	}
	// OpenSSL asks for a key that may sign; crypto/x509 does not look.
	usage := chain[0].KeyUsage
	signs := usage == 0 || usage&(x509.KeyUsageDigitalSignature|x509.KeyUsageKeyAgreement) != 0
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots:         pool(m.options.ClientCAs),
		Intermediates: pool(slices.Clone(chain[1:])),
		CurrentTime:   m.options.Now(),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil || !signs {
		return nil, m.options.AllowInvalidCertificates
	}
	return chain[0], true
}
