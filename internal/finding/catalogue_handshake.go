package finding

// handshaking: TLS is there and does not come about, or could be better.
var handshaking = []Entry{
	{
		ID:    "atlas-access-list",
		Title: "MongoDB Atlas turns this address away: IP access list",
		Why:   "Atlas ends the handshake of clients whose address is not on the project's IP access list, with alert internal_error (80) or without a word: \"tlsv1 alert internal error\" (OpenSSL), \"remote error: tls: internal error\" (Go), \"Received fatal alert: internal_error\" (Java). The certificate has nothing to do with it.",
		Fix: []string{
			"Add this machine's public address in Atlas under Network Access, IP Access List (https://www.mongodb.com/docs/atlas/security/ip-access-list/). Behind NAT or a VPN it is the address that the Internet sees:",
			"$ curl -s https://checkip.amazonaws.com",
			"If it is listed, check that the cluster is not paused, and that the name is spelled as Atlas shows it.",
			"Where the address changes from run to run (Vercel, Netlify, Lambda), use a private endpoint or a fixed egress address.",
		},
		Silences: []ID{"alert-internal-error", "handshake-closed", "handshake-failure", "handshake-timeout"},
	},
	{
		ID:    "sni-required",
		Title: "The server wants a host name (SNI) and got none",
		Why:   "Servers that share an address choose by the name in the ClientHello. Clients send none for an IP address, and very old ones never.",
		Fix: []string{
			"Connect by the host name that the provider gives, not by the address.",
			"To look at this address under its name:",
			"$ mongotls check {endpoint} --servername NAME",
		},
		Silences: []ID{"handshake-failure", "alert-internal-error", "handshake-closed", "hello-error", "hostname-ip-not-in-san"},
	},
	{
		ID:    "sni-unrecognized",
		Title: "The server does not know the host name it was asked for",
		Why:   "The server name sent with the ClientHello ({name}) is none that this proxy or server knows. mongod takes any name, so something else answers there: \"tlsv1 unrecognized name\" (OpenSSL), \"remote error: tls: unrecognized name\" (Go).",
		Fix: []string{
			"Check the name in the connection string; through a tunnel or port-forward, keep the real name and dial the tunnel:",
			"$ mongotls check NAME:{port} --connect {dial}",
			"At the proxy or load balancer, add a route and a certificate for {name}.",
		},
		Silences: []ID{"handshake-failure", "handshake-closed", "hostname-mismatch"},
	},
	{
		ID:    "protocol-version",
		Title: "No TLS version in common",
		Why:   "The server accepts neither TLS 1.2 nor 1.3, and current clients accept nothing older: \"tlsv1 alert protocol version\" or \"legacy sigalg disallowed or unsupported\" (OpenSSL), \"protocol version not supported\" (Go), \"Received fatal alert: protocol_version\" (Java).",
		Fix: []string{
			"At the server, or the proxy that does TLS for it, allow TLS 1.2 and 1.3: take TLS1_2 and TLS1_3 out of net.tls.disabledProtocols.",
			"If they are not disabled there, the server and its TLS library are too old for them: update both.",
			"This connects once it is repaired:",
			"$ openssl s_client -connect {dial} {sni} -tls1_2 </dev/null",
		},
		Silences: []ID{"handshake-failure", "handshake-closed", "no-shared-cipher", "weak-protocol-enabled", "tls13-unavailable"},
	},
	{
		ID:    "no-shared-cipher",
		Title: "No cipher suite in common with some or all clients",
		Why:   "Client and server share a TLS version but no suite for it: \"sslv3 alert handshake failure\" (OpenSSL), \"remote error: tls: handshake failure\" (Go), \"Received fatal alert: handshake_failure\" (Java). mongod closes without an alert.",
		Fix: []string{
			"At the server, remove opensslCipherConfig and opensslCipherSuiteConfig from setParameter, or add ECDHE suites with AES-GCM to them; at a proxy, likewise. The defaults work with every driver.",
			"If the suites are right, look at the certificate: suites with RSA in their name need an RSA key, those with ECDSA an ECDSA key.",
			"This connects once it is repaired:",
			"$ openssl s_client -connect {dial} {sni} -tls1_2 -cipher ECDHE+AESGCM </dev/null",
		},
		Silences: []ID{"handshake-failure", "handshake-closed", "weak-cipher-enabled"},
	},
	{
		ID:    "large-hello-dropped",
		Title: "Something on the way drops large ClientHellos",
		Why:   "A hello with a post-quantum key share (X25519MLKEM768) needs more than one packet; this path answers small hellos and loses that one. Clients on Go 1.24 or later, OpenSSL 3.5 or later and Node 24 or later send the large one: they time out where older ones connect.",
		Fix: []string{
			"Update or reconfigure the firewall, load balancer or VPN on the way: it must take a ClientHello that spans two packets, and pass packets of the full size (check the MTU).",
			"Until then, a Go client can be started without the large key share:",
			"$ GODEBUG=tlsmlkem=0 your-program",
		},
		Silences: []ID{"handshake-timeout", "handshake-closed", "handshake-failure"},
	},
	{
		ID:    "alert-internal-error",
		Title: "The server ended the handshake with an internal error",
		Why:   "The server or a proxy before it could not go on and sent alert internal_error (80): \"tlsv1 alert internal error\" (OpenSSL), \"remote error: tls: internal error\" (Go). mongod itself does not send it; TLS proxies do when they have no certificate, no route or no backend for the name.",
		Fix: []string{
			"Read the log of the proxy or load balancer before the server; check that it has a certificate and a route for {name}, a healthy backend, and no access list that leaves this machine out.",
			"$ openssl s_client -connect {dial} {sni} </dev/null",
		},
	},
	{
		ID:    "handshake-timeout",
		Title: "The server accepts the connection and says nothing",
		Why:   "TCP works, and no byte came back on the handshake. Drivers show \"The handshake operation timed out\" (PyMongo), \"Socket 'secureConnect' timed out\" (Node), \"context deadline exceeded\" (Go).",
		Fix: []string{
			"Check what is on the port: a proxy that waits for its backend, a port-forward whose other end is gone, a service of another kind.",
			"If mongod is there, look at its load and its log: a stopped or swapping process behaves so.",
			"$ openssl s_client -connect {dial} {sni} </dev/null",
		},
	},
	{
		ID:    "handshake-closed",
		Title: "The server closes the connection during the handshake",
		Why:   "The connection ended without an alert: \"EOF occurred in violation of protocol\" (PyMongo), \"Client network socket disconnected before secure TLS connection was established\" (Node), \"EOF\" (Go), \"Remote host terminated the handshake\" (Java). mongod does that for whatever it refuses; firewalls and proxies do it too.",
		Fix: []string{
			"Read the server's log at this moment: id 22988 says why mongod ended the connection, id 22942 that it has too many.",
			"If there is no line for this connection, something before the server closed it: a firewall, an IP allow-list, a load balancer without a backend.",
			"If mongod's line speaks of the protocol or ciphers, see disabledProtocols, opensslCipherConfig and opensslCipherSuiteConfig: mongod refuses those without an alert.",
		},
	},
	{
		ID:    "handshake-failure",
		Title: "The server refused the handshake",
		Why:   "The server ended the handshake with an alert that names no single cause.",
		Fix: []string{
			"Read the server's or the proxy's log at this moment. mongod itself sends no alert but protocol_version, so a proxy or another kind of server is likely there.",
			"If it is handshake_failure, compare the cipher suites, and whether the proxy wants a server name or a client certificate.",
			"$ openssl s_client -connect {dial} {sni} </dev/null",
		},
	},
	{
		ID:    "weak-protocol-enabled",
		Title: "The server still accepts TLS 1.0 or 1.1",
		Why:   "Both were withdrawn by RFC 8996 in 2021. Every current driver speaks TLS 1.2, so nothing but very old clients is lost by switching them off.",
		Fix: []string{
			"Set net.tls.disabledProtocols: TLS1_0,TLS1_1 in mongod.conf and restart. Any value replaces the built-in default, so name both.",
		},
	},
	{
		ID:    "weak-cipher-enabled",
		Title: "The server accepts weak cipher suites",
		Why:   "A suite without encryption, without authentication, with export keys, RC4, DES or 3DES can be had from it (RFC 9325 section 4.1). Drivers do not choose it, an attacker may.",
		Fix: []string{
			"Remove the setParameter opensslCipherConfig that allows it: mongod's default is HIGH:!EXPORT:!aNULL@STRENGTH. Suites of TLS 1.3 are those of opensslCipherSuiteConfig. At a proxy, correct its cipher list.",
		},
	},
	{
		ID:    "dh-too-small",
		Title: "The Diffie-Hellman group of the server is too short",
		Why:   "Suites with DHE exchange keys in a group that the server chooses. OpenSSL at security level 2, which Debian, Ubuntu and Red Hat set, takes no prime below 2048 bits: \"dh key too small\". Java takes none below 1024 bits, Go and rustls have no such suites.",
		Fix: []string{
			"Remove the setParameter opensslDiffieHellmanParameters: mongod's default is ffdhe3072. Or make a file for it with a group of RFC 7919:",
			"$ openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe3072 -out ffdhe3072.pem",
			"Or leave suites with DHE out (opensslCipherConfig: HIGH:!EXPORT:!aNULL:!kDHE@STRENGTH): every driver has ECDHE. At a proxy, likewise.",
		},
	},
	{
		ID:    "tls13-unavailable",
		Title: "The server does not offer TLS 1.3",
		Why:   "TLS 1.2 is fine for every driver. TLS 1.3 saves a round trip on each new connection and encrypts the certificates.",
		Fix: []string{
			"Remove TLS1_3 from net.tls.disabledProtocols, or run mongod on OpenSSL 1.1.1 or later.",
		},
	},
}

// clientCertificates: what becomes of the client's certificate at the server.
var clientCertificates = []Entry{
	{
		ID:    "client-cert-required",
		Title: "The server requires a client certificate",
		Why:   "The server asked for a certificate, none was sent, and it ended the connection. mongod completes the handshake first and closes afterwards, so drivers show a plain \"connection closed\" or \"EOF\" on the first command; others send an alert: \"tlsv13 alert certificate required\" (OpenSSL), \"remote error: tls: certificate required\" (Go). mongod logs \"no SSL certificate provided by peer; connection rejected\" (ids 23255, 22988).",
		Fix: []string{
			"Give the client a certificate from a CA that the server accepts, with its key in one PEM file:",
			"$ mongotls check {endpoint} --tlsCertificateKeyFile client.pem",
			"Or, if clients are not meant to need one, set net.tls.allowConnectionsWithoutCertificates: true at the server.",
		},
		Silences: []ID{"handshake-closed", "handshake-failure", "not-mongodb"},
	},
	{
		ID:    "client-cert-rejected",
		Title: "The server rejects the client certificate",
		Why:   "The certificate was sent and the server ended the connection, and nothing in the certificate says why. It may be on the server's CRL; the CRL may be over or lack the certificate's issuer, which refuses every client; the server's CA may have the same name and another key. mongod logs the reason behind \"SSL peer certificate validation failed\" (ids 23256, 22988); allowConnectionsWithoutCertificates does not excuse a bad certificate, and OCSP is never asked about clients.",
		Fix: []string{
			"Read the reason in the server's log (mongod: id 23256), by the time of this check.",
			"Compare the key identifier of the CA that issued the certificate with that of the CA certificate in net.tls.CAFile (or clusterCAFile) at the server: equal names are not enough.",
			"$ openssl x509 -in {keyfile} -noout -subject -issuer -serial -dates -ext authorityKeyIdentifier",
			"At the server, see whether net.tls.CRLFile lists its serial number, is over, or is of another CA:",
			"$ openssl crl -in {crlfile} -noout -issuer -nextupdate -text",
		},
		Silences: []ID{"handshake-closed", "handshake-failure", "not-mongodb"},
	},
	{
		ID:    "client-cert-not-requested",
		Title: "The server does not ask for a client certificate",
		Why:   "A client sends a certificate only where the server's CertificateRequest asks for one; without, MONGODB-X509 fails: \"Authentication failed\" at the client, \"No verified subject name available from client\" in the server's log. mongod asks whenever it has a CA file. Without one, releases before 4.4.29, 5.0.25, 6.0.14 and 7.0.6 run TLS and verify nobody, members included (CVE-2024-1351); later ones do not start.",
		Fix: []string{
			"At mongod, set net.tls.CAFile to the CA of clients and members; net.tls.allowConnectionsWithoutCertificates: true keeps clients without a certificate welcome.",
			"Update to a release with the fix: 4.4.29, 5.0.25, 6.0.14, 7.0.6 or later. Which one runs, and whether it has a CA:",
			"$ mongosh --tls --host {host} --port {port} --eval 'db.version(); db.serverStatus().security'",
			"If a proxy ends TLS, have it pass TLS through to MongoDB, or authenticate in another way than by certificate.",
		},
	},
}

// The advice on names that both kinds of mismatch give.
const (
	useItsName    = "Connect by a name that the certificate has: {names}."
	throughTunnel = "Through a tunnel or port-forward, keep the server's name in the connection string and let it resolve to the tunnel's end here (hosts file); to look at it that way:"
	tryTunnel     = "$ mongotls check {certname}:{port} --connect {dial}"
)

// hostnames: the certificate is not for the name.
var hostnames = []Entry{
	{
		ID:    "hostname-ip-not-in-san",
		Title: "The certificate is not for this IP address",
		Why:   "An address in the connection string must stand in the certificate as an iPAddress entry of the subjectAltName; a common name or a DNS entry with the same digits does not count: \"IP address mismatch\" (OpenSSL), \"doesn't contain any IP SANs\" (Go), \"No subject alternative names matching IP address\" (Java).",
		Fix: []string{
			useItsName,
			"Or issue a certificate that has the address as IP entry beside its names. A request for it:",
			"$ openssl req -new -key server.key -subj /CN={name} -addext subjectAltName=IP:{name} -out server.csr",
			throughTunnel,
			tryTunnel,
		},
	},
	{
		ID:    "hostname-mismatch",
		Title: "The certificate is not for this host name",
		Why:   "The name that the client dials must stand in the certificate's subjectAltName; it protects against being sent elsewhere: \"Hostname mismatch, certificate is not valid for\" (PyMongo), \"does not match certificate's altnames\" (Node), \"certificate is valid for ..., not\" (Go), \"No subject alternative DNS name matching\" (Java).",
		Fix: []string{
			useItsName,
			"Or issue a certificate that has {name} beside its names. A request for it:",
			"$ openssl req -new -key server.key -subj /CN={name} -addext subjectAltName=DNS:{name} -out server.csr",
			throughTunnel,
			tryTunnel,
		},
	},
	{
		ID:    "hostname-cn-only",
		Title: "The name stands only in the certificate's common name",
		Why:   "The certificate has no subjectAltName. OpenSSL-based drivers fall back to the common name; Go, Rust (rustls), and PyMongo with the ocsp extra do not: \"certificate relies on legacy Common Name field, use SANs instead\" (Go).",
		Fix: []string{
			"Issue the certificate again with the name in the subjectAltName. A request for it:",
			"$ openssl req -new -key server.key -subj /CN={name} -addext subjectAltName=DNS:{name} -out server.csr",
		},
	},
}
