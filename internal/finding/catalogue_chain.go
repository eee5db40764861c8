package finding

// showChain is the command that shows what a server presents.
const showChain = "$ openssl s_client -connect {dial} {sni} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates"

// showAll is the command that shows all that a server presents.
const showAll = "$ openssl s_client -connect {dial} {sni} -showcerts </dev/null"

// oneFile makes the file that net.tls.certificateKeyFile names. It holds a
// private key.
const oneFile = "$ (umask 077; cat server.key server.crt intermediate.crt > server.pem)"

// leaveOutCAFile is for a file that a public CA's server does not need.
const leaveOutCAFile = "If the server's certificate is from a public CA, as MongoDB Atlas's is, leave tlsCAFile out."

// chains: the presented certificates and the trust store.
var chains = []Entry{
	{
		ID:    "clock-skew",
		Title: "This machine's clock and the server's disagree",
		Why:   "Each side judges validity by its own clock. A clock that is wrong makes good certificates look bad, \"certificate is not yet valid\" or \"certificate has expired\", and bad ones good.",
		Fix: []string{
			"Compare both clocks with the right time; here:",
			"$ date -u",
			"If this machine's is wrong, set it and let NTP keep it; in a container or virtual machine that is the host's clock, and a resumed snapshot keeps the old time:",
			"$ timedatectl set-ntp true",
			"If the server's is wrong, correct it there. What this machine's clock says of the certificates is true then: renew those that have expired.",
		},
		Silences: []ID{"cert-not-yet-valid", "cert-expired", "intermediate-expired", "root-expired"},
	},
	{
		ID:    "cert-expired",
		Title: "The server's certificate has expired",
		Why:   "Every driver verifies the validity period by its own clock: \"certificate has expired\" (OpenSSL, error 10; Node CERT_HAS_EXPIRED), \"certificate has expired or is not yet valid\" (Go), \"validity check failed\" (Java).",
		Fix: []string{
			"Renew the certificate, put it with its key and its intermediates into the file that net.tls.certificateKeyFile names, and restart the server, one member at a time.",
			"If it was renewed already, the server still serves the old one: see which file it reads, then restart it. This shows what it serves:",
			showChain,
			"From MongoDB 5.0 the command rotateCertificates does it without a restart, from a shell that is still connected: new ones cannot verify the server any more. Use it before the next expiry.",
		},
		Silences: []ID{"cert-expiring"},
	},
	{
		ID:    "cert-not-yet-valid",
		Title: "The server's certificate is not valid yet",
		Why:   "Its notBefore lies in the future by this machine's clock: \"certificate is not yet valid\" (OpenSSL, error 9; Node CERT_NOT_YET_VALID), \"certificate has expired or is not yet valid\" (Go).",
		Fix: []string{
			"Compare this machine's clock with the right time:",
			"$ date -u",
			"If the clock is right, the certificate was deployed too early: serve the previous one until then, or issue it again.",
		},
	},
	{
		ID:    "intermediate-expired",
		Title: "An intermediate certificate is outside its validity",
		Why:   "The server's own certificate may be valid; a certificate between it and the root is not, and the path breaks there: \"certificate has expired\" at depth 1 or more (OpenSSL).",
		Fix: []string{
			"Get the CA's current intermediate certificate and put it in place of the old one, behind the server's certificate in net.tls.certificateKeyFile, then restart the server.",
			showAll,
		},
		Silences: []ID{"issuer-unknown", "intermediate-missing", "cert-expiring"},
	},
	{
		ID:    "root-expired",
		Title: "The root certificate has expired",
		Why:   "The trusted root itself is outside its validity; OpenSSL and Go verify its dates like any other's: \"certificate has expired\" at the depth of the root.",
		Fix: []string{
			"Get the CA's new root certificate and put it into tlsCAFile at every client, and into net.tls.CAFile at every server.",
			"With public CAs, update the system's roots (package ca-certificates) and the runtime's (certifi, the JDK, Node).",
		},
		Silences: []ID{"issuer-unknown", "ca-file-mismatch", "cert-expiring"},
	},
	{
		ID:    "cert-malformed",
		Title: "A certificate is encoded wrongly",
		Why:   "Libraries differ in what they read: OpenSSL takes many encodings that Go, Java or rustls refuse, so one driver connects and another does not: \"failed to parse certificate from server\" (Go).",
		Fix: []string{
			"Issue the certificate again with current software; the fault is named above.",
		},
	},
	{
		ID:    "intermediate-missing",
		Title: "The server does not send its intermediate certificate",
		Why:   "The client has the root and the server sends its own certificate, but nothing links the two: \"unable to get local issuer certificate\" (OpenSSL, error 20), \"unable to verify the first certificate\" (Node), \"certificate signed by unknown authority\" (Go), \"PKIX path building failed\" (Java). Browsers and Windows fetch the missing one themselves, so it can look fine there.",
		Fix: []string{
			"Append the intermediate certificate ({issuer}) to the file that net.tls.certificateKeyFile names, behind the server's own, then restart the server:",
			oneFile,
			"If there is no intermediate between this certificate and its root, the client has another CA's root: give it that of {issuer}.",
		},
		Silences: []ID{"issuer-unknown", "ca-file-mismatch"},
	},
	{
		ID:    "ca-file-mismatch",
		Title: "The CA file does not hold the CA of this server",
		Why:   "tlsCAFile replaces the system's roots, and the chain that the server sends does not end in a certificate of the file: \"unable to get local issuer certificate\", \"self-signed certificate in certificate chain\" (OpenSSL), \"certificate signed by unknown authority\" (Go).",
		Fix: []string{
			"Name the file that holds {issuer} with tlsCAFile, or append that CA's certificate to the file in use. This shows what it holds:",
			"$ openssl crl2pkcs7 -nocrl -certfile {cafile} | openssl pkcs7 -print_certs -noout",
			leaveOutCAFile,
		},
		Silences: []ID{"issuer-unknown", "self-signed-root-untrusted", "self-signed-leaf"},
	},
	{
		ID:    "self-signed-leaf",
		Title: "The server's certificate is self-signed and not trusted",
		Why:   "It is its own issuer, so only a client that has this very certificate in its CA file trusts it: \"self-signed certificate\" (OpenSSL, error 18; Node DEPTH_ZERO_SELF_SIGNED_CERT), \"certificate signed by unknown authority\" (Go), \"PKIX path building failed\" (Java).",
		Fix: []string{
			"Give the clients this very certificate, obtained from the server's administrator and not from the network:",
			"$ mongotls check {endpoint} --tlsCAFile server.crt",
			"Better for the long run: issue the server's certificate from a CA of your own, and give the clients that CA's certificate with tlsCAFile.",
		},
		Silences: []ID{"issuer-unknown"},
	},
	{
		ID:    "self-signed-root-untrusted",
		Title: "The chain ends in a root that is not trusted here",
		Why:   "The server sends its root, and the client's trust store does not have it: a private CA without tlsCAFile, or a TLS-inspecting proxy on the way: \"self-signed certificate in certificate chain\" (OpenSSL, error 19; Node SELF_SIGNED_CERT_IN_CHAIN), \"certificate signed by unknown authority\" (Go), \"PKIX path building failed\" (Java).",
		Fix: []string{
			"If this is your organisation's CA, give the client its certificate, obtained from who runs it:",
			"$ mongotls check {endpoint} --tlsCAFile ca.pem",
			"If you do not know the issuer {issuer}, a proxy may be replacing certificates: ask who runs the network.",
		},
		Silences: []ID{"issuer-unknown"},
	},
	{
		ID:    "issuer-unknown",
		Title: "The issuer of the certificate is not trusted here",
		Why:   "No certificate of {issuer} is in the client's trust store: \"unable to get local issuer certificate\" (OpenSSL, error 20), \"certificate signed by unknown authority\" (Go), \"PKIX path building failed\" (Java), \"UnknownIssuer\" (Rust).",
		Fix: []string{
			"For a private CA, give the client the CA's certificate:",
			"$ mongotls check {endpoint} --tlsCAFile ca.pem",
			"For a public CA, update the roots: package ca-certificates (Linux), certifi (Python), the JDK (Java), Node itself (it has its own).",
			"Amazon DocumentDB has CAs of its own; outside GovCloud and China they are in https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
		},
	},
	{
		ID:    "issuer-not-ca",
		Title: "A certificate in the path may not issue others",
		Why:   "A certificate that signed another one is not a CA: basicConstraints lacks CA:TRUE, or keyUsage lacks keyCertSign: \"invalid CA certificate\" (OpenSSL, error 24), \"not authorized to sign other certificates\" (Go).",
		Fix: []string{
			"Issue the CA's certificate again, with the same name and key, with basicConstraints=critical,CA:TRUE and keyUsage=critical,keyCertSign,cRLSign; what it signed need not be issued again.",
			"$ openssl x509 -in ca.pem -noout -ext basicConstraints,keyUsage",
		},
		Silences: []ID{"issuer-unknown"},
	},
	{
		ID:    "path-length-exceeded",
		Title: "The path is longer than a CA in it allows",
		Why:   "A CA certificate has a pathlen in its basicConstraints, and more intermediates follow it: \"path length constraint exceeded\" (OpenSSL, error 25), \"too many intermediates for path length constraint\" (Go).",
		Fix: []string{
			"Issue from a CA higher up, or issue the constrained CA certificate again with a greater pathlen.",
		},
	},
	{
		ID:    "name-constraint",
		Title: "A name is outside what its CA may certify",
		Why:   "A CA certificate has nameConstraints, and a name of the server's certificate is not among the permitted ones: \"permitted subtree violation\" (OpenSSL, error 47), \"not permitted by any constraint\" (Go).",
		Fix: []string{
			"Issue the certificate with names that the CA is allowed to certify, or from another CA.",
		},
	},
	{
		ID:    "critical-extension",
		Title: "A certificate has a critical extension that clients do not know",
		Why:   "RFC 5280 section 4.2 tells clients to refuse it: \"unhandled critical extension\" (OpenSSL, error 34; Go).",
		Fix: []string{
			"Issue the certificate again without that extension, or with it not critical.",
		},
	},
	{
		ID:    "purpose-server-auth",
		Title: "The certificate is not made for servers",
		Why:   "It has an extendedKeyUsage without serverAuth: \"unsuitable certificate purpose\" (OpenSSL, error 26; Node INVALID_PURPOSE), \"incompatible key usage\" (Go), \"Extended key usage does not permit use for TLS server authentication\" (Java).",
		Fix: []string{
			"First see that net.tls.certificateKeyFile does not name a client's file by mistake.",
			"Issue it again with extendedKeyUsage=serverAuth,clientAuth: members of a replica set act as both.",
		},
	},
	{
		ID:    "key-too-small",
		Title: "A key is too small",
		Why:   "OpenSSL at security level 2, which Debian, Ubuntu and others set, refuses RSA keys below 2048 bits: \"EE certificate key too weak\" (error 66), \"CA certificate key too weak\" (67).",
		Fix: []string{
			"Make a new key of 2048 bits RSA or 256 bits ECDSA or more, and issue the certificate again.",
			"$ (umask 077; openssl ecparam -name prime256v1 -genkey -noout -out server.key)",
		},
	},
	{
		ID:    "signature-weak",
		Title: "A certificate is signed with a broken digest",
		Why:   "SHA-1 and MD5 signatures can be forged; OpenSSL at security level 2 and Go refuse them: \"CA signature digest algorithm too weak\" (OpenSSL, error 68), \"insecure algorithm SHA1-RSA\" (Go).",
		Fix: []string{
			"Issue the certificate again with SHA-256:",
			"$ openssl x509 -req -sha256 -in server.csr -CA ca.pem -CAkey ca.key -out server.crt -days 365 -copy_extensions copy",
		},
	},
	{
		ID:    "cert-expiring",
		Title: "A certificate expires soon",
		Why:   "It is valid now. From its notAfter on, every driver refuses it.",
		Fix: []string{
			"Renew it before then, and make the server read it. From MongoDB 5.0 an administrator can do so without a restart:",
			"$ mongosh --tls --host {host} --port {port} --eval 'db.adminCommand({rotateCertificates: 1})'",
		},
	},
	{
		ID:    "chain-misordered",
		Title: "The certificates are sent in the wrong order",
		Why:   "Each certificate is to be followed by its issuer's (RFC 5246 section 7.4.2), the server's own first. OpenSSL, Go and Java sort out the rest; other clients may not, and none copes with another certificate in the first place.",
		Fix: []string{
			"In the server's file put its own certificate first, then the intermediate that issued it, then that one's issuer:",
			oneFile,
		},
	},
	{
		ID:    "cert-lifetime",
		Title: "The certificate lives longer than Apple's systems accept",
		Why:   "macOS and iOS refuse TLS server certificates of more than 825 days that were issued after June 2019, from private CAs too: drivers that verify by the system there (Go without tlsCAFile, .NET, libmongoc with Secure Transport) fail, others do not.",
		Fix: []string{
			"At the next renewal, issue for at most 825 days; for a public CA the limit is lower anyway.",
		},
	},
	{
		ID:    "purpose-client-auth",
		Title: "The member's certificate cannot act as a client",
		Why:   "Members connect to each other and present this certificate as client certificate, also where they authenticate by keyfile, unless net.tls.clusterFile names another. With an extendedKeyUsage that lacks clientAuth, or a keyUsage that lacks digitalSignature, the other members refuse it: \"SSL peer certificate validation failed: unsuitable certificate purpose\" in their logs (id 23256). Public CAs no longer issue clientAuth, since April 2026 (MongoDB technical advisory TA-2026-001).",
		Fix: []string{
			"Issue member certificates from a private CA with extendedKeyUsage=serverAuth,clientAuth and keyUsage=digitalSignature.",
			"Or give members a separate client certificate with net.tls.clusterFile, with extendedKeyUsage=clientAuth, from the CA in net.tls.clusterCAFile or CAFile of the others; the public one then serves in net.tls.certificateKeyFile alone.",
			"Or, with keyfile authentication between members, set the parameter tlsWithholdClientCertificate to true, and net.tls.allowConnectionsWithoutCertificates: true, at every member.",
			"Before either is deployed, this says whether a file will do for a member:",
			"$ mongotls cert member.pem --as member --tlsCAFile {cafile}",
		},
	},
	{
		ID:    "chain-extra-certificates",
		Title: "The server sends certificates that are not needed",
		Why:   "They are not part of the path. Clients ignore them, at the price of larger handshakes.",
		Fix: []string{
			"Leave in net.tls.certificateKeyFile the key, the server's certificate and its intermediates; the root belongs to the clients.",
		},
	},
	{
		ID:    "key-identifier-missing",
		Title: "A certificate lacks its key identifiers",
		Why:   "RFC 5280 asks for subjectKeyIdentifier and authorityKeyIdentifier. Official drivers connect; clients with X509_V_FLAG_X509_STRICT, as Python 3.13's default context sets it for other programs, refuse: \"Missing Authority Key Identifier\".",
		Fix: []string{
			"Issue with subjectKeyIdentifier=hash and authorityKeyIdentifier=keyid.",
		},
	},
	{
		ID:    "not-strict",
		Title: "A certificate does not hold to RFC 5280 in full",
		Why:   "Official drivers connect; clients with X509_V_FLAG_X509_STRICT, as Python 3.13's default context sets it for other programs, refuse it, for example \"Basic Constraints of CA cert not marked critical\".",
		Fix: []string{
			"Issue the certificate again by current rules; the deviations are listed above.",
		},
	},
}
