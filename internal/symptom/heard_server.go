package symptom

import "slices"

// heardServer: what mongod and mongos say of connections, in structured logs and
// in those before 4.4. The ids are of structured lines.
func heardServer() []Symptom {
	line := func(ids, id string, texts ...string) []Symptom {
		list := heard(Mongod, ids, texts...)
		for i := range list {
			list[i].Code = id
		}
		return list
	}
	return slices.Concat(
		line("plaintext-client", "22988", "The server is configured to only allow SSL connections"),
		line("tls-disabled", "22988", "SSL handshake received but server is started without SSL support"),
		line("protocol-version", "22988", "SSL handshake failed, as client requested disabled protocol"),
		line("client-cert-required", "23255", "no SSL certificate provided by peer; connection rejected"),
		line("client-cert-cluster-member x509-user-mismatch", "23236", "Client connecting with server's own TLS certificate"),
		line("client-cert-cluster-member", "20430", "connecting with a certificate with cluster membership"),
		line("client-cert-expired", "23221", "Peer certificate expires soon", "Peer certificate expiration information",
			"Peer certificate '{name}' expires soon"),
		line("hostname-ip-not-in-san", "23237", "You have an IP Address in the DNS Name field on your certificate"),
		line("hostname-mismatch", "23238", "The server certificate does not match the host name",
			"The server certificate does not match the remote host name",
			"does not match SAN(s): {names}", "does not match CN: {names}",
			"No Common Name (CN) or Subject Alternate Names (SAN) found", "would have matched, but was overridden by SAN"),
		line("plaintext-accepted", "23838", "SSL mode is set to 'preferred' and connection", "is not using SSL"),
		line("x509-user-mismatch", "23219", "Unable to parse client subject name", "Unable to normalize client subject name"),
		line("handshake-timeout", "23258", "SSL: possibly timed out during connect"),
		line("handshake-closed tls-disabled plaintext-client", "23259", "SSL network connection closed",
			"Unexpected EOF encountered during SSL communication", "The SSL BIO reported an I/O error",
			"SSL: error: unexpected eof"),
		line("handshake-failure", "23260", "unrecognized SSL error", "SSLHandshakeFailed"),
		line("not-tls", "4615638", "recv(): message msgLen {n} is invalid", "recv(): message mstLen is invalid",
			"recv(): message len {n} is invalid", "message msgLen {n} is invalid"),
		line("not-tls-failure", "6067900", "Error while parsing proxy protocol header"),
		line("tcp-reset", "22942", "connection refused because too many open connections",
			"Connection refused because there are too many open connections"),
		line("not-tls", "22988", "Client sent an HTTP request over a native MongoDB connection",
			"It looks like you are trying to access MongoDB over HTTP on the native driver port"),
		line("x509-user-mismatch", "", "No verified subject name available from client",
			"There is no x.509 client certificate matching the user", "SSL support is required for the MONGODB-X509 mechanism",
			"X.509 authentication must always use the $external database", "x.509 authentication is disabled",
			"Username and certificate subject do not match", "MONGODB-X509 authentication failed",
			"Failed to authenticate {name} on $external", "client certificate subject",
			"There is no certificate subject", "The provided certificate can only be used for cluster authentication, not client authentication"),
		line("client-cert-cluster-member", "", "represents both a cluster member and an explicit user"),
		line("option-conflict server-misconfigured", "", "Illegal state transition for tlsMode", "Illegal state transition for sslMode"),
		line("must-staple-missing", "", "Peer certificate requires a stapled OCSP response, but none were provided"),
		line("staple-invalid", "23225", "Stapled OCSP Response validation failed", "OCSP Basic Response is invalid",
			"Failed to verify signature from OCSP response"),
		line("revoked", "", "OCSP Certificate Status: Revoked"),
		line("ocsp-unreachable must-staple-missing", "5512201", "Server was unable to staple OCSP Response",
			"Could not staple OCSP response to outgoing certificate", "Could not get staple", "OCSP fetch/staple failed"),
		line("staple-expired", "4633601", "Server will remove and not staple the expiring OCSP Response"),
		line("ocsp-invalid", "6144500", "Server will not staple the OCSP response because it is missing a nextUpdate time"),
		line("sni-required", "", "no SNI name sent, make sure using a MongoDB 3.4+ driver/shell", "no SNI name sent",
			"must provide SNI", "SNI not provided", "SNI is required"),
	)
}

// heardStartup: why mongod does not start, or warns when it does.
func heardStartup() []Symptom {
	return slices.Concat(
		heard(Mongod, "server-misconfigured",
			"need tlsCertificateKeyFile or certificateSelector when TLS is enabled", "need sslPEMKeyFile",
			"need sslCAFile with sslCRLFile", "need tlsCAFile with tlsCRLFile", "need tlsCertificateKeyFile",
			"No TLS certificate validation can be performed since no CA file has been provided",
			"No SSL certificate validation can be performed since no CA file has been provided",
			"The use of TLS without specifying a chain of trust is no longer supported",
			"The use of both a CA File and the System Certificate store is not supported",
			"need to enable TLS via the sslMode", "need to enable SSL via the sslMode flag",
			"need to enable TLS via the tlsMode flag", "need to enable SSL via the",
			"cannot have x.509 cluster authentication", "cannot have have x.509 cluster authentication",
			"Can not set up PEM key file", "Can not set up ssl clusterFile", "Can't set up PEM key file",
			"Can not set supported cipher suites with config string", "ssl server initialization problem", "SSL server initialization problem",
			"Server certificate has no compatible Subject Alternative Name", "InvalidSSLConfiguration",
			"Could not set FIPS mode", "this version of mongodb was not compiled with FIPS support", "Cannot enable FIPS",
			"SSL FIPS mode", "tlsMode can not be", "incompatible TLS options",
			"Error setting up SSL", "Failed to set up SSL", "Unrecognized option: net.ssl", "Unrecognized option: net.tls",
			"Unrecognized option: net.tls.mode", "Unrecognized option: security.clusterAuthMode",
			"Failed global initialization: InvalidSSLConfiguration", "ERROR: need ssl",
			"Could not verify X509 certificate store for OCSP Stapling", "Warning: No SSL certificate validation",
			"unrecognized line in", "Error parsing YAML config file", "Error reading config file", "Bad value for 'sslMode'",
			"Invalid sslMode", "Unsupported value for sslMode", "unsupported value for tlsMode",
			"unsupported value for sslMode"),
		heard(Mongod, "dependency-missing", "SSL options not allowed; SSL is disabled", "option sslMode is not supported",
			"unrecognised option '--ssl", "unrecognised option '--tls", "unknown option sslMode", "unrecognised option 'ssl",
			"The server was not built with SSL",
			"Error parsing command line: unrecognised option '--ssl", "Error parsing command line: unknown option ssl", "unknown flag `ssl", "unknown flag 'ssl"),
		heard(Mongod, "cert-expired cert-not-yet-valid", "The provided SSL certificate is expired or not yet valid",
			"The provided certificate is expired or not yet valid"),
		heard(Mongod, "file-unreadable key-format key-file-no-certificate", "cannot read certificate file"),
		heard(Mongod, "file-unreadable key-password-wrong key-file-no-key", "cannot read PEM key file", "cannot read PEM key"),
		heard(Mongod, "key-mismatch", "Cannot use PEM key"),
		heard(Mongod, "ca-file-invalid file-unreadable", "cannot read certificate authority file", "Cannot read certificate authority"),
		heard(Mongod, "crl-file-invalid file-unreadable", "Cannot read CRL file", "Can not set up CRL file"),
		heard(Mongod, "key-password-wrong key-password-required", "Failed to get password for PEM", "PEM pass phrase",
			"Enter PEM pass phrase", "Unable to decrypt PEM"),
		heard(Mongod, "cert-expiring", "Server's own X.509 certificate expires", "Certificate will expire", "The server certificate is about to expire"),
	)
}

// heardShell: the mongo shell, mongodump before Go's TLS, Robo 3T and others on
// the server's own client code.
func heardShell() []Symptom {
	return slices.Concat(
		heard(MongoShell, "verify-failed issuer-unknown hostname-mismatch", "SSL peer certificate validation failed"),
		heard(MongoShell, "hostname-mismatch hostname-ip-not-in-san",
			"SSL peer certificate validation failed: The server certificate does not match",
			"hostname '{host}' does not match", "does not match the remote host name",
			"The server certificate does not match the host name. Hostname: {host} does not match"),
		heard(MongoShell, "undetermined", "Network is unreachable or SSL connection rejected by server",
			"Network is unreachable or TLS connection rejected by server", "SSL tunnel failure", "TLS tunnel failure",
			"Set's primary is unreachable", "couldn't connect to server", "exception: connect failed",
			"Error: network error while attempting to run command",
			"network error while attempting to run command 'isMaster' on host"),
		heard(MongoShell, "plaintext-client handshake-closed", "DBClientBase::findN: transport error",
			"transport error: {host} ns: admin.$cmd query: { whatsmyuri", "recv() got 0 bytes", "socket exception [CLOSED]",
			"socket exception [CONNECT_ERROR]", "socket exception [SEND_ERROR]", "socket exception [RECV_ERROR]"),
		heard(MongoShell, "dependency-missing", "SSL not supported", "without SSL support",
			"mongo: unrecognized option '--ssl'", "Error: The SSL option is not supported", "need an SSL-enabled build"),
	)
}
