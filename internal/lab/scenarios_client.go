package lab

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"
)

// clientCertificates are the endpoints that turn the client's certificate away,
// or its absence.
func clientCertificates() []Scenario {
	const group = "Client certificate"
	// verifying is a terminator that refuses clients by alert.
	verifying := func(version uint16, edit func(*setting)) func(*bench) error {
		return onTerminator(func(s *setting, c *tls.Config) {
			s.clientCAs = []string{root}
			c.ClientAuth, c.MaxVersion = tls.RequireAndVerifyClientCert, version
			edit(s)
		})
	}
	none := func(*setting) {}
	return []Scenario{
		{
			ID: "client-cert-required", Group: group, Title: "none given, mongod",
			Summary: "mongod requires a client certificate and gets none: the handshake completes, then it closes without a word.",
			Finding: "client-cert-required", Verdict: "fail",
			build: onMongod(func(s *setting) { s.clientCAs = []string{root} }),
		},
		{
			ID: "client-cert-required-tls12", Group: group, Title: "none given, terminator, TLS 1.2",
			Summary: "A TLS terminator requires a client certificate, and fails the handshake with the alert handshake_failure.",
			Finding: "client-cert-required", Verdict: "fail",
			build: verifying(tls.VersionTLS12, none),
		},
		{
			ID: "client-cert-required-tls13", Group: group, Title: "none given, terminator, TLS 1.3",
			Summary: "A TLS terminator requires a client certificate, and sends the alert certificate_required when the client believes the handshake done.",
			Finding: "client-cert-required", Verdict: "fail",
			build: verifying(tls.VersionTLS13, none),
		},
		{
			ID: "client-cert-rejected", Group: group, Title: "one that mongod does not verify",
			Summary: "The client's certificate is signed by a former CA with the name of the one that mongod trusts: the handshake completes, then mongod closes without a word.",
			Finding: "client-cert-rejected", Verdict: "fail",
			build: onMongod(formerClient),
		},
		{
			ID: "client-cert-rejected-optional", Group: group, Title: "one that is not even required",
			Summary: "mongod has allowConnectionsWithoutCertificates, which does not excuse a certificate that it cannot verify: without one the client would get in.",
			Finding: "client-cert-rejected", Verdict: "fail",
			build: onMongod(func(s *setting) {
				formerClient(s)
				s.server.AllowConnectionsWithoutCertificates = true
			}),
		},
		{
			ID: "client-cert-rejected-alert", Group: group, Title: "one that a terminator has revoked",
			Summary: "A TLS terminator has a list of certificates that it refuses, the client's among them, and sends the alert bad_certificate: nothing in the certificate says why.",
			Finding: "client-cert-rejected", Verdict: "fail",
			build: onTerminator(func(s *setting, c *tls.Config) {
				soundClient(s)
				c.ClientAuth = tls.RequireAndVerifyClientCert
				c.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error { return errors.New("revoked") }
			}),
		},
		{
			ID: "client-cert-untrusted", Group: group, Title: "one of another CA",
			Summary: "The client's certificate is of a CA that mongod does not have, and does not name in its CertificateRequest.",
			Finding: "client-cert-untrusted", Verdict: "fail",
			build: onMongod(strangeClient),
		},
		{
			ID: "client-cert-untrusted-optional", Group: group, Title: "one of another CA that is not even required",
			Summary: "As above, with allowConnectionsWithoutCertificates: drivers on OpenSSL send the certificate and are turned away, Go and Java leave it out and connect.",
			Finding: "client-cert-untrusted", Verdict: "fail",
			build: onMongod(with(strangeClient, optional)),
		},
		{
			ID: "client-cert-untrusted-tls12", Group: group, Title: "one of another CA, terminator, TLS 1.2",
			Summary: "A TLS terminator does not have the CA of the client's certificate, and fails the handshake with the alert unknown_ca.",
			Finding: "client-cert-untrusted", Verdict: "fail",
			build: verifying(tls.VersionTLS12, strangeClient),
		},
		{
			ID: "client-cert-untrusted-tls13", Group: group, Title: "one of another CA, terminator, TLS 1.3",
			Summary: "A TLS terminator does not have the CA of the client's certificate, and sends the alert unknown_ca when the client believes the handshake done.",
			Finding: "client-cert-untrusted", Verdict: "fail",
			build: verifying(tls.VersionTLS13, strangeClient),
		},
		{
			ID: "client-cert-untrusted-same-name", Group: group, Title: "one of a former CA, terminator",
			Summary: "The client's certificate is signed by a former CA with the name of the one that a TLS terminator trusts, which sends the alert unknown_ca.",
			Finding: "client-cert-untrusted", Verdict: "fail",
			build: verifying(0, formerClient),
		},
		{
			ID: "client-cert-untrusted-intermediate", Group: group, Title: "one without its intermediate",
			Summary: "The client's file holds its certificate and not the intermediate that issued it: mongod, which has the root, cannot get from one to the other.",
			Finding: "client-cert-untrusted", Verdict: "fail",
			build: onMongod(with(soundClient, func(s *setting) { s.client = []string{client} })),
		},
		{
			ID: "client-cert-untrusted-accepted", Group: group, Title: "one of another CA that is let in",
			Summary: "mongod has allowInvalidCertificates, and lets the client in whose CA it does not name: Go and Java do not send such a certificate, and are turned away.",
			Finding: "client-cert-untrusted", Verdict: "warn",
			build: onMongod(with(strangeClient, invalid)),
		},
		{
			ID: "client-cert-expired", Group: group, Title: "one that has expired",
			Summary: "The client's certificate ended 12 days ago: the handshake completes, then mongod closes without a word.",
			Finding: "client-cert-expired", Verdict: "fail",
			build: onMongod(expiredClient),
		},
		{
			ID: "client-cert-expired-tls12", Group: group, Title: "one that has expired, terminator, TLS 1.2",
			Summary: "A TLS terminator fails the handshake with the alert certificate_expired.",
			Finding: "client-cert-expired", Verdict: "fail",
			build: verifying(tls.VersionTLS12, expiredClient),
		},
		{
			ID: "client-cert-expired-tls13", Group: group, Title: "one that has expired, terminator, TLS 1.3",
			Summary: "A TLS terminator sends the alert certificate_expired when the client believes the handshake done.",
			Finding: "client-cert-expired", Verdict: "fail",
			build: verifying(tls.VersionTLS13, expiredClient),
		},
		{
			ID: "client-cert-expired-future", Group: group, Title: "one of the future",
			Summary: "The client's certificate begins in three days; mongod has allowConnectionsWithoutCertificates, which does not excuse it.",
			Finding: "client-cert-expired", Verdict: "fail",
			build: onMongod(with(soundClient, optional, dated(3*day, 368*day))),
		},
		{
			ID: "client-cert-expired-accepted", Group: group, Title: "one that has expired and is let in",
			Summary: "mongod has allowInvalidCertificates, and lets clients in whatever they present.",
			Finding: "client-cert-expired", Verdict: "warn",
			build: onMongod(with(expiredClient, invalid)),
		},
		{
			ID: "client-cert-expired-unasked", Group: group, Title: "one that has expired and nobody asks for",
			Summary: "mongod has no CA file and does not ask for the client's certificate, which ended 12 days ago.",
			Finding: "client-cert-expired", Verdict: "warn",
			build: onMongod(with(expiredClient, unasking)),
		},
		{
			ID: "client-cert-purpose", Group: group, Title: "a server's certificate as the client's",
			Summary: "The extendedKeyUsage of the client's certificate has serverAuth alone: mongod closes without a word.",
			Finding: "client-cert-purpose", Verdict: "fail",
			build: onMongod(serversClient),
		},
		{
			ID: "client-cert-purpose-optional", Group: group, Title: "a server's certificate that is not even required",
			Summary: "As above, with allowConnectionsWithoutCertificates: without a certificate the client would get in.",
			Finding: "client-cert-purpose", Verdict: "fail",
			build: onMongod(with(serversClient, optional)),
		},
		{
			ID: "client-cert-purpose-alert", Group: group, Title: "a server's certificate, terminator",
			Summary: "A TLS terminator refuses it with the alert bad_certificate, as servers written in Go do.",
			Finding: "client-cert-purpose", Verdict: "fail",
			build: verifying(0, serversClient),
		},
		{
			ID: "client-cert-purpose-key-usage", Group: group, Title: "one whose key may not sign",
			Summary: "The keyUsage of the client's certificate has keyEncipherment alone, where a client has to sign: mongod closes without a word.",
			Finding: "client-cert-purpose", Verdict: "fail",
			build: onMongod(with(soundClient, func(s *setting) { s.node(client).KeyUsage = x509.KeyUsageKeyEncipherment })),
		},
		{
			ID: "client-cert-purpose-ca", Group: group, Title: "a CA's certificate as the client's",
			Summary: "The client presents the certificate of a CA, which mongod accepts: whoever has its key can issue certificates for other clients.",
			Finding: "client-cert-purpose", Verdict: "warn",
			build: onMongod(with(soundClient, func(s *setting) {
				n := s.node(client)
				n.CA, n.Issuer, n.KeyUsage = true, root, x509.KeyUsageDigitalSignature|x509.KeyUsageCertSign
				s.client = []string{client}
			})),
		},
		{
			ID: "client-cert-cluster-member", Group: group, Title: "one that passes for a member's",
			Summary: "The client's certificate has the O and OU of the server's: mongod takes whoever presents it for a member, where clusterAuthMode allows x.509.",
			Finding: "client-cert-cluster-member", Verdict: "warn",
			build: onMongod(with(soundClient, func(s *setting) { s.node(client).OrganizationalUnit = s.node(leaf).OrganizationalUnit })),
		},
		{
			ID: "client-cert-not-requested", Group: group, Title: "none asked for, MongoDB 6.0",
			Summary: "mongod 6.0 runs TLS without a CA file, as releases before 6.0.14 do: it asks for no certificate and verifies none.",
			Finding: "client-cert-not-requested", Verdict: "pass",
			build: onMongod(func(s *setting) { s.server.Hello.MaxWireVersion = 17 }),
		},
		{
			ID: "client-cert-not-requested-given", Group: group, Title: "one given that nobody asks for",
			Summary: "A TLS terminator does not ask for the client's certificate, by which the application means to authenticate.",
			Finding: "client-cert-not-requested", Verdict: "warn",
			build: onTerminator(func(s *setting, _ *tls.Config) { with(soundClient, unasking)(s) }),
		},
	}
}

// with makes several changes to a setting.
func with(edits ...func(*setting)) func(*setting) {
	return func(s *setting) {
		for _, edit := range edits {
			edit(s)
		}
	}
}

// soundClient gives the client a certificate that the server accepts.
func soundClient(s *setting) {
	s.clientCAs, s.client = []string{root}, []string{client, intermediate}
}

// optional and invalid are net.tls.allowConnectionsWithoutCertificates and
// net.tls.allowInvalidCertificates; unasking is a server without a CA file.
func optional(s *setting) { s.server.AllowConnectionsWithoutCertificates = true }
func invalid(s *setting)  { s.server.AllowInvalidCertificates = true }
func unasking(s *setting) { s.clientCAs = nil }

// dated gives the client's certificate another validity.
func dated(from, to time.Duration) func(*setting) {
	return func(s *setting) { s.node(client).NotBefore, s.node(client).NotAfter = from, to }
}

func expiredClient(s *setting) { with(soundClient, dated(-353*day, -12*day))(s) }

// serversClient gives the client a certificate that is made for servers.
func serversClient(s *setting) {
	soundClient(s)
	s.node(client).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
}

// strangeClient gives the client a certificate of a CA that the server does not
// have.
func strangeClient(s *setting) {
	s.insert(client, Node{ID: "stranger", CommonName: "another company's root", CA: true})
	s.node(client).Issuer = "stranger"
	s.clientCAs, s.client = []string{root}, []string{client}
}

// formerClient gives the client a certificate of a CA that has the name of the
// one trusted, and another key. Clients cannot tell: they choose by name.
func formerClient(s *setting) {
	former := rootNode()
	former.ID = "former"
	s.insert(client, former)
	s.node(client).Issuer = "former"
	s.clientCAs = []string{root}
	s.client = []string{client}
}
