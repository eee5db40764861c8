package lab

import (
	"crypto/x509"
)

// keys are the kinds of keys and signatures that certificates have.
func keys() []Scenario {
	const group = "Chain"
	kind := func(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
	}
	of := func(k Key) func(*setting) { return func(s *setting) { s.node(leaf).Key = k } }
	// signed gives the CA such a key, and its signature on the leaf this algorithm.
	signed := func(k Key, a x509.SignatureAlgorithm) func(*setting) {
		return func(s *setting) { s.node(intermediate).Key, s.node(leaf).Signature = k, a }
	}
	return []Scenario{
		kind("key-rsa-2048", "", "pass", "an RSA key of 2048 bits",
			"The server's key is an RSA key of 2048 bits.", of(RSA2048)),
		kind("key-rsa-4096", "", "pass", "an RSA key of 4096 bits",
			"The server's key is an RSA key of 4096 bits.", of(RSA4096)),
		kind("key-p384", "", "pass", "a key on P-384",
			"The server's key is an elliptic-curve key on P-384.", of(P384)),
		kind("key-p521", "", "pass", "a key on P-521",
			"The server's key is an elliptic-curve key on P-521.", of(P521)),
		kind("key-ed25519", "", "pass", "an Ed25519 key",
			"The server's key is an Ed25519 key.", of(Ed25519)),
		kind("key-too-small-ca", "key-too-small", "fail", "a CA with a key of 1024 bits",
			"The RSA key of the intermediate has 1024 bits, which OpenSSL refuses at its usual security level.",
			func(s *setting) { s.node(intermediate).Key = RSA1024 }),
		kind("signature-sha512", "", "pass", "signed with SHA-512",
			"The intermediate signed the server's certificate with ECDSA and SHA-512.",
			signed(P256, x509.ECDSAWithSHA512)),
		kind("signature-rsa-pss", "", "pass", "signed with RSA-PSS",
			"The intermediate signed the server's certificate with RSA-PSS.",
			signed(RSA2048, x509.SHA256WithRSAPSS)),
		kind("signature-rsa-sha1", "signature-weak", "fail", "signed with RSA and SHA-1",
			"The intermediate, whose key is an RSA key, signed the server's certificate with SHA-1.",
			func(s *setting) { s.node(intermediate).Key, s.node(leaf).SHA1 = RSA2048, true }),
		kind("signature-weak-intermediate", "signature-weak", "fail", "an intermediate signed with SHA-1",
			"The root signed the intermediate with SHA-1.",
			func(s *setting) { s.node(intermediate).SHA1 = true }),
		kind("signature-sha1-root", "", "pass", "a root that signed itself with SHA-1",
			"The root in the client's CA file is signed with SHA-1, which nobody verifies: it is trusted for being there.",
			func(s *setting) { s.node(root).SHA1 = true }),
	}
}

// purposes are certificates for other ends than TLS servers, or for none in
// particular.
func purposes() []Scenario {
	const group = "Chain"
	purpose := func(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
		return Scenario{ID: id, Group: group, Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
	}
	return []Scenario{
		purpose("purpose-none", "", "pass", "no purpose at all",
			"The certificate has no extendedKeyUsage, and so may serve any.",
			func(s *setting) { s.node(leaf).Usages = nil }),
		purpose("purpose-any", "purpose-server-auth", "fail", "any purpose",
			"The certificate's extendedKeyUsage is anyExtendedKeyUsage: Go and Java take that, OpenSSL does not.",
			func(s *setting) { s.node(leaf).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }),
		purpose("purpose-code-signing", "purpose-server-auth", "fail", "a certificate for signing code",
			"The certificate's extendedKeyUsage has codeSigning alone.",
			func(s *setting) { s.node(leaf).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning} }),
		purpose("purpose-key-usage", "purpose-server-auth", "fail", "a key that may not sign handshakes",
			"The certificate's keyUsage has keyCertSign alone, though it is no CA's.",
			func(s *setting) { s.node(leaf).KeyUsage = x509.KeyUsageCertSign }),
		purpose("purpose-key-agreement", "purpose-server-auth", "warn", "a key for key agreement",
			"The certificate's keyUsage has keyAgreement alone, which is not what its key is used for in a handshake; Java insists.",
			func(s *setting) { s.node(leaf).KeyUsage = x509.KeyUsageKeyAgreement }),
		purpose("purpose-key-encipherment", "purpose-server-auth", "warn", "an RSA key for key encipherment",
			"The keyUsage of the certificate, whose key is an RSA key, has keyEncipherment alone, which is not what it is used for in a handshake; Java insists.",
			func(s *setting) { s.node(leaf).Key, s.node(leaf).KeyUsage = RSA2048, x509.KeyUsageKeyEncipherment }),
		purpose("purpose-intermediate", "purpose-server-auth", "fail", "an intermediate for clients alone",
			"The intermediate's extendedKeyUsage has clientAuth alone.",
			func(s *setting) { s.node(intermediate).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }),
		purpose("purpose-ca", "purpose-server-auth", "warn", "a CA's certificate on a server",
			"The server's certificate is that of a CA, with names in it, which rustls refuses.",
			func(s *setting) {
				n := s.node(leaf)
				n.CA, n.KeyUsage, n.NotBefore, n.NotAfter = true, x509.KeyUsageDigitalSignature, -30*day, 335*day
			}),
	}
}
