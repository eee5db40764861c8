package finding

// fromText: what only a text can show, since mongotls looks at servers from
// outside, as a client.
var fromText = []Entry{
	{
		ID:    "verify-failed",
		Title: "The certificate was not accepted, and the text does not say why",
		Why:   "A library refused the server's certificate and the reason was lost on the way to this text: \"certificate verify failed\" with nothing behind it (OpenSSL, PyOpenSSL), \"The remote certificate is invalid according to the validation procedure\" (.NET), \"PKIX path validation failed\" cut short (Java). The issuer may be unknown, the name may not fit, or the certificate may be out of date.",
		Fix: []string{
			"Look at the server itself: this names the reason, of this machine's trust store and clock.",
			"$ mongotls check {endpoint}",
			"With a private CA, give the check the CA file that the client has:",
			"$ mongotls check {endpoint} --tlsCAFile ca.pem",
			"Or ask OpenSSL, whose last lines say \"Verify return code\":",
			"$ openssl s_client -connect {dial} {sni} -verify_return_error </dev/null",
		},
	},
	{
		ID:    "client-rejected-certificate",
		Title: "A client refuses this server's certificate",
		Why:   "The text is the server's: a client ended the handshake with an alert about the certificate that it was shown, such as \"tlsv1 alert unknown ca\" (48), \"bad certificate\" (42) or \"certificate unknown\" (46). The reason is with the client: usually it does not have the CA, or connects by a name that the certificate lacks.",
		Fix: []string{
			"Read the error at the client, at the address in the line; or see what a client sees:",
			"$ mongotls check {endpoint} --tlsCAFile ca.pem",
			"Give that client the CA's certificate with tlsCAFile, and let it connect by a name that the certificate has.",
			"If the address is another member's, its net.tls.CAFile (or clusterCAFile) lacks the CA.",
		},
	},
	{
		ID:    "server-misconfigured",
		Title: "The server does not accept its TLS configuration",
		Why:   "The server refuses to start with these options, or warns that clients will not connect. Clients see \"Connection refused\" when it does not run.",
		Fix: []string{
			"Read the message above: it names the option. TLS needs net.tls.mode, net.tls.certificateKeyFile with certificate and key in one file, and net.tls.CAFile or the parameter tlsUseSystemCA, not both.",
			"See that the files hold what the options want, as the user that mongod runs as:",
			"$ mongotls cert {file} --as server",
			"Before 4.2 the options are net.ssl.mode, net.ssl.PEMKeyFile and net.ssl.CAFile.",
			"From 4.4.29, 5.0.25, 6.0.14 and 7.0.6 on, mongod wants a CA wherever TLS is on.",
		},
	},
	{
		ID:    "client-runtime-outdated",
		Title: "The client's TLS library is too old or has a known fault",
		Why:   "The server is right, and the client's runtime is not: a library without TLS 1.2 or without SNI, or the first TLS 1.3 of Java, \"extension (5) should not be presented in certificate_request\" (JDK 11 before 11.0.3), which MongoDB Atlas makes visible.",
		Fix: []string{
			"Update the runtime: Java 8u261, 11.0.10 or later, Python 3.10 or later with OpenSSL 1.1.1 or 3, Node 18 or later.",
			"See that the server is not the cause:",
			"$ mongotls check {endpoint}",
		},
	},
	{
		ID:    "dependency-missing",
		Title: "A part of the client is not installed",
		Why:   "The driver, or the tool, was built without TLS, or a package that mongodb+srv or OCSP needs is missing. No connection was tried.",
		Fix: []string{
			"Install what the message names, in the environment that the program runs in.",
			"See whether the server would be reached from this machine:",
			"$ mongotls check {endpoint}",
		},
	},
	{
		ID:    "legacy-renegotiation",
		Title: "The server lacks secure renegotiation (RFC 5746)",
		Why:   "OpenSSL 3 does not talk to servers without it: \"unsafe legacy renegotiation disabled\". mongod has it; a TLS-inspecting proxy, an old load balancer or an old appliance on the way does not.",
		Fix: []string{
			"Find what stands between: the certificate's issuer gives a proxy away.",
			"$ openssl s_client -connect {dial} {sni} -legacy_server_connect </dev/null",
			"Update it, or exempt the database's hosts from inspection. TLS 1.3 has no renegotiation: allowing it there helps too.",
		},
	},
	{
		ID:    "tls-record-corrupt",
		Title: "What came over the connection is not what was sent",
		Why:   "The TLS was there and a record could not be decrypted: \"bad record mac\" or \"decryption failed or bad record mac\" (OpenSSL), \"Tag mismatch\" (Java), \"The decryption operation failed\" (.NET). Two users of one connection do that, such as a client that was opened before a fork; so do middleboxes that change packets, and faulty memory or network hardware.",
		Fix: []string{
			"If the program forks (gunicorn, uwsgi, Celery, Passenger, PHP workers), create the client after the fork, in each process.",
			"If it comes and goes, compare another network path: VPN, proxy and \"TLS acceleration\" of a network card are usual.",
			"See whether it happens on a connection of its own:",
			"$ mongotls check {endpoint}",
		},
	},
	{
		ID:    "uri-invalid",
		Title: "The driver cannot read the connection string",
		Why:   "It stopped before any connection. Usual are a password with @, :, / or % that is not percent-encoded, a port in a mongodb+srv string, an empty variable in place of the string, and placeholders such as <password> left in it.",
		Fix: []string{
			"Percent-encode user and password: @ is %40, : is %3A, / is %2F, % is %25. In a shell, put the whole string in single quotes.",
			"$ mongotls check 'mongodb+srv://USER:PASSWORD@HOST/' --dry-run",
			"mongodb+srv takes one host without a port; mongodb:// takes hosts with ports.",
		},
	},
	{
		ID:    "not-tls-failure",
		Title: "This is not a failure of TLS",
		Why:   "The text is of something else: the server answered and refused a command or a login, or the program stopped before it reached the server. Where a command was answered, TLS worked.",
		Fix: []string{
			"Authentication (\"Authentication failed\", \"bad auth\", code 18): check user, password and authSource; the reason is in the server's log, component ACCESS.",
			"Roles (\"not authorized\", \"requires authentication\", code 13): the login lacks a role, or there was no login.",
			"\"not primary\": the client writes to a secondary; connect to the replica set as a whole, with replicaSet or mongodb+srv.",
			"Duplicate keys, validation and time limits are matters of the data and the query.",
		},
	},
	{
		ID:    "undetermined",
		Title: "The text does not say what went wrong",
		Why:   "A driver waits for a usable server and in the end says that it found none: \"Server selection timed out\" (Node), \"No suitable servers found\" (C, PHP), \"server selection error\" (Go). The cause is in the part that is missing here, or in no text at all. Firewalls, access lists, DNS, a server that does not run and every failure of TLS end so.",
		Fix: []string{
			"Get the rest of the message: the description of the topology holds each server's own error; in Node it is error.reason, in Ruby the driver's log.",
			"Look at the server itself, from the same machine:",
			"$ mongotls check {endpoint}",
			"At MongoDB Atlas, first see that this machine's address is on the IP access list.",
		},
	},
}
