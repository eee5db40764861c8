package lab

import (
	"crypto/x509"
	"fmt"
	"time"
)

// certificates are the endpoints whose certificate chain is wrong, or not
// trusted.
func certificates() []Scenario {
	const group = "Chain"
	chain := func(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
	}
	return []Scenario{
		chain("issuer-unknown", "issuer-unknown", "fail", "a private CA without a CA file",
			"The certificate is of a private CA, and the client has no tlsCAFile: no public root issued it.",
			func(s *setting) {
				s.node(leaf).Issuer = root
				s.present, s.caFile = []string{leaf}, nil
			}),
		chain("intermediate-missing", "intermediate-missing", "fail", "the intermediate is not sent",
			"certificateKeyFile holds the leaf alone; the client trusts the root and cannot get from one to the other.",
			func(s *setting) { s.present = []string{leaf} }),
		chain("intermediate-missing-fetched", "intermediate-missing", "fail", "the intermediate is not sent, and can be fetched",
			"As above, and the leaf says where its issuer can be had: browsers fetch it there and connect, drivers do not.",
			func(s *setting) {
				s.present = []string{leaf}
				s.issuerPoint = &webService{open: func(pki *PKI, _ func() time.Time) (handler, error) {
					return onWeb(always(answer{contentType: "application/pkix-cert", body: pki.Raw(intermediate)})), nil
				}}
			}),
		chain("interception", "self-signed-root-untrusted", "fail", "a proxy that inspects TLS",
			"Something on the way replaces the server's certificate with one of its own CA, which bears the name of a product for TLS inspection.",
			func(s *setting) {
				s.node(root).CommonName = "Zscaler Root CA"
				s.present, s.caFile = []string{leaf, intermediate, root}, nil
			}),
		chain("self-signed-leaf", "self-signed-leaf", "fail", "a self-signed certificate",
			"The server presents a certificate that it signed itself, which the client has not been told to trust.",
			func(s *setting) {
				s.node(leaf).Issuer = ""
				s.present, s.caFile = []string{leaf}, nil
			}),
		chain("self-signed-root-untrusted", "self-signed-root-untrusted", "fail", "a private root that is sent, not trusted",
			"The server sends its whole chain, root included, but a root is trusted for being in the client's CA file, and the client has none.",
			func(s *setting) { s.present, s.caFile = []string{leaf, intermediate, root}, nil }),
		chain("ca-file-mismatch", "ca-file-mismatch", "fail", "the CA file of another CA",
			"The client's tlsCAFile holds a root that has nothing to do with the server's.",
			func(s *setting) {
				s.add(Node{ID: "other", CommonName: "another company's root", CA: true})
				s.caFile = []string{"other"}
			}),
		chain("ca-file-mismatch-same-name", "ca-file-mismatch", "fail", "a CA file from before the CA was made anew",
			"The client's tlsCAFile holds a root of the same name as the server's, but with another key.",
			func(s *setting) {
				former := rootNode()
				former.ID = "former"
				s.add(former)
				s.caFile = []string{"former"}
			}),
		chain("ca-file-mismatch-intermediate", "ca-file-mismatch", "fail", "a CA file without the root",
			"The client's tlsCAFile holds the intermediate but not the root: Go and Java stop there, OpenSSL goes on to a root.",
			func(s *setting) { s.caFile = []string{intermediate} }),
		chain("cert-expired", "cert-expired", "fail", "an expired certificate",
			"The server's certificate ended 12 days ago; mongod goes on presenting it until it is restarted or told to rotate.",
			func(s *setting) { s.node(leaf).NotBefore, s.node(leaf).NotAfter = -353*day, -12*day }),
		chain("cert-not-yet-valid", "cert-not-yet-valid", "fail", "a certificate of the future",
			"The server's certificate begins in three days, by the server's clock as by the client's.",
			func(s *setting) { s.node(leaf).NotBefore, s.node(leaf).NotAfter = 3*day, 368*day }),
		chain("cert-expiring", "cert-expiring", "warn", "a certificate about to expire",
			"The server's certificate of 90 days has 5 left.",
			func(s *setting) { s.node(leaf).NotBefore, s.node(leaf).NotAfter = -85*day, 5*day }),
		chain("intermediate-expired", "intermediate-expired", "fail", "an expired intermediate",
			"The leaf is valid, but the intermediate that issued it ended 10 days ago.",
			func(s *setting) { s.node(intermediate).NotBefore, s.node(intermediate).NotAfter = -2*year, -10*day }),
		chain("root-expired", "root-expired", "fail", "an expired root",
			"Leaf and intermediate are valid, but the root in the client's CA file ended 4 days ago.",
			func(s *setting) { s.node(root).NotBefore, s.node(root).NotAfter = -10*year, -4*day }),
		chain("clock-skew", "clock-skew", "fail", "clocks that disagree",
			"The certificate is valid by the server's clock and not yet by the client's: the two are three hours apart.",
			func(s *setting) {
				s.node(leaf).NotBefore, s.node(leaf).NotAfter = 2*time.Hour, 365*day
				s.server.Hello.ClockSkew = 3 * time.Hour
			}),
		chain("chain-misordered", "chain-misordered", "warn", "the chain in the wrong order",
			"Of two intermediates the upper one is sent before the lower; most clients sort them.",
			func(s *setting) { twoIntermediates(s, nil, []string{leaf, intermediate, "issuing"}) }),
		chain("chain-extra-certificates", "chain-extra-certificates", "pass", "a certificate that does not belong",
			"The server sends a certificate that is no part of its chain, which costs bytes and misleads readers.",
			func(s *setting) {
				s.add(Node{ID: "stray", CommonName: "an unrelated CA", CA: true})
				s.present = []string{leaf, intermediate, "stray"}
			}),
		chain("issuer-not-ca", "issuer-not-ca", "fail", "issued by a certificate that may not",
			"The leaf is signed with the key of a certificate whose basicConstraints say that it is no CA.",
			func(s *setting) { s.node(intermediate).CA, s.node(intermediate).PathLength = false, nil }),
		chain("path-length-exceeded", "path-length-exceeded", "fail", "one intermediate too many",
			"The upper intermediate has pathLenConstraint 0, but another CA stands below it.",
			func(s *setting) { twoIntermediates(s, new(0), []string{leaf, "issuing", intermediate}) }),
		chain("name-constraint", "name-constraint", "fail", "a name that the CA may not certify",
			"The intermediate is constrained to example.com, and the leaf is for localhost.",
			func(s *setting) { s.node(intermediate).PermittedDNS = []string{"example.com"} }),
		chain("purpose-server-auth", "purpose-server-auth", "fail", "a client's certificate on a server",
			"The certificate's extendedKeyUsage has clientAuth alone.",
			func(s *setting) { s.node(leaf).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }),
		chain("purpose-client-auth", "purpose-client-auth", "warn", "a member that cannot act as client",
			"A replica set member's certificate has serverAuth alone: drivers connect, other members refuse it.",
			func(s *setting) {
				s.node(leaf).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
				me := fmt.Sprintf("localhost:%d", s.bench.port)
				s.server.Hello = Hello{SetName: "rs0", Hosts: []string{me}, Me: me}
			}),
		chain("key-too-small", "key-too-small", "fail", "a key of 1024 bits",
			"The server's RSA key has 1024 bits, which OpenSSL refuses at its usual security level.",
			func(s *setting) { s.node(leaf).Key = RSA1024 }),
		chain("signature-weak", "signature-weak", "fail", "signed with SHA-1",
			"The intermediate signed the server's certificate with SHA-1.",
			func(s *setting) { s.node(leaf).SHA1 = true }),
		chain("key-identifier-missing", "key-identifier-missing", "pass", "no authority key identifier",
			"The server's certificate has no authorityKeyIdentifier; only clients that insist on RFC 5280 refuse it.",
			func(s *setting) { s.node(leaf).NoAuthorityKeyID = true }),
		chain("not-strict", "not-strict", "pass", "a root without keyUsage",
			"The root in the client's CA file has no keyUsage, as openssl req -x509 makes them; only clients that insist on RFC 5280 refuse it.",
			func(s *setting) { s.node(root).NoKeyUsage = true }),
		chain("cert-malformed", "cert-malformed", "warn", "a negative serial number",
			"The server's certificate has a serial number below zero: OpenSSL takes it, Go refuses to read it.",
			func(s *setting) { s.node(leaf).NegativeSerial = true }),
		chain("cert-lifetime", "cert-lifetime", "warn", "valid for ten years",
			"The server's certificate is valid for longer than 825 days, which clients on macOS refuse.",
			func(s *setting) { s.node(leaf).NotBefore, s.node(leaf).NotAfter = -30*day, 10*year-30*day }),
	}
}

// twoIntermediates puts a CA between the intermediate, whose path length is
// upper, and the leaf.
func twoIntermediates(s *setting, upper *int, present []string) {
	s.node(intermediate).PathLength = upper
	s.insert(leaf, Node{ID: "issuing", Issuer: intermediate, CommonName: "mongotls lab issuing", CA: true})
	s.node(leaf).Issuer = "issuing"
	s.present = present
}
