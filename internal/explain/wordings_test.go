package explain

import "testing"

// wordings are texts of many stacks and versions, and the finding that each is told
// as first. What a text says is what the libraries, drivers and servers word.
var wordings = []struct {
	id    string
	texts []string
}{
	{"alert-internal-error", []string{
		"MongoServerSelectionError: 00D04EF301000000:error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1605:SSL alert number 80",
		"connection() error occurred during connection handshake: remote error: tls: internal error",
		"javax.net.ssl.SSLException: Received fatal alert: internal_error",
		"Kind: I/O error: received fatal alert: InternalError, labels: {}",
	}},
	{"atlas-access-list", []string{
		"pymongo.errors.ServerSelectionTimeoutError: cluster0-shard-00-02.x.mongodb.net:27017: timed out",
		"SSL handshake failed: ac-x-shard-00-01.abc.mongodb.net:27017: [SSL: TLSV1_ALERT_INTERNAL_ERROR] tlsv1 alert internal error (_ssl.c:1002)",
	}},
	{"ca-file-invalid", []string{
		"the specified CA file does not contain any valid certificates",
		"[X509] no certificate or crl found (_ssl.c:4149)",
		"java.security.cert.CertificateException: No certificate data found",
	}},
	{"cert-expired", []string{
		`Error: certificate has expired at TLSSocket.onConnectSecure (_tls_wrap.js:1055:34) code: "CERT_HAS_EXPIRED"`,
		"MongoDB shell version v4.4.6\nconnecting to: mongodb://x:27017\n2021-10-01T10:00:00.000+0000 E NETWORK [js] SSL peer certificate validation failed: certificate has expired\nError: couldn't connect to server x:27017, connection attempt failed: SSLHandshakeFailed: SSL peer certificate validation failed: certificate has expired",
		"x509: certificate has expired or is not yet valid: current time 2021-10-01T04:05:06Z is after 2021-09-30T14:01:15Z",
		"javax.net.ssl.SSLHandshakeException: java.security.cert.CertificateExpiredException: NotAfter: Thu Sep 30 14:01:15 UTC 2021",
		"curl: (60) SSL certificate problem: certificate has expired",
	}},
	{"cert-not-yet-valid", []string{
		"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1129)",
	}},
	{"client-cert-rejected", []string{
		"remote error: tls: bad certificate",
		"sslv3 alert bad certificate",
		"Received fatal alert: bad_certificate",
		`{"t":{"$date":"2022-01-05T13:58:28.410+00:00"},"s":"E",  "c":"NETWORK",  "id":23256,   "ctx":"conn12","msg":"SSL peer certificate validation failed","attr":{"error":"SSL peer certificate validation failed: certificate revoked"}}`,
	}},
	{"client-cert-required", []string{
		"tlsv13 alert certificate required",
		"remote error: tls: certificate required",
		"Received fatal alert: certificate_required",
		"[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:2580)",
		"2021-01-01T00:00:00.000+0000 E NETWORK  [conn8] no SSL certificate provided by peer; connection rejected",
	}},
	{"client-cert-untrusted", []string{
		"[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca (_ssl.c:1125)",
		"remote error: tls: unknown certificate authority",
		"Received fatal alert: unknown_ca",
	}},
	{"client-rejected-certificate", []string{
		`{"t":{"$date":"2022-01-05T13:58:28.410+00:00"},"s":"I",  "c":"NETWORK",  "id":22988,   "ctx":"conn12","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":6,"codeName":"HostUnreachable","errmsg":"sslv3 alert bad certificate"},"remote":"10.0.0.1:4444","connectionId":12}}`,
		"2020-01-01T00:00:00.000+0000 I  NETWORK  [conn5] Error receiving request from client: HostUnreachable: tlsv1 alert unknown ca. Ending connection from 10.0.0.1:555 (connection id: 5)",
	}},
	{"crl-expired", []string{
		"certificate verify failed: CRL has expired",
	}},
	{"crl-missing-issuer", []string{
		"unable to get certificate CRL",
	}},
	{"dependency-missing", []string{
		`The "SCRAM-SHA-1" authentication mechanism requires libmongoc built with --enable-ssl`,
		"mongo: Error parsing command line: unrecognised option '--ssl'",
		"ImportError: dnspython must be installed",
		`MongoDB\Driver\Exception\InvalidArgumentException: Cannot create SSL client. SSL is not enabled in this build.`,
		"ModuleNotFoundError: No module named '_ssl'",
		"error: SSL options not allowed; SSL is disabled",
	}},
	{"dns-failure", []string{
		"pymongo.errors.ConfigurationError: All nameservers failed to answer the query _mongodb._tcp.x. IN SRV: Server 127.0.0.53 UDP port 53 answered SERVFAIL",
		"lookup mongo on 127.0.0.11:53: server misbehaving",
	}},
	{"dns-not-found", []string{
		"MongooseServerSelectionError: getaddrinfo ENOTFOUND mongo",
		"java.net.UnknownHostException: mongo: Name or service not known",
		"dial tcp: lookup mongo on 127.0.0.11:53: no such host",
		"pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno -2] Name or service not known",
		"[Errno 11001] getaddrinfo failed",
		"php_network_getaddresses: getaddrinfo failed: Failed to resolve 'mongodb'",
	}},
	{"dns-timeout", []string{
		"Error: querySrv ETIMEOUT _mongodb._tcp.cluster0.x.mongodb.net",
		"pymongo.errors.ConfigurationError: The resolution lifetime expired after 21.202 seconds: Server Do53:8.8.8.8@53 answered The DNS operation timed out.",
		"getaddrinfo EAI_AGAIN mongo",
		"queryTxt ETIMEOUT cluster0.x.mongodb.net",
	}},
	{"file-unreadable", []string{
		"Error: ENOENT: no such file or directory, open 'rds-combined-ca-bundle.pem'",
		"FileNotFoundError: [Errno 2] No such file or directory: '/etc/ssl/ca.pem'",
		"open /certs/ca.crt: no such file or directory",
		"java.io.FileNotFoundException: /opt/truststore.jks (No such file or directory)",
	}},
	{"handshake-closed", []string{
		"Connection on pool for xxxx cleared because another operation failed with: Broken pipe (os error 32)",
		"MongoNetworkError: connection <id> closed",
		"MongoError: pool destroyed",
		"MongoError: server instance pool was destroyed",
		"MongoError: Topology was destroyed",
		"ERROR Error connecting to MongoDB: MongoNetworkError: read ECONNRESET",
	}},
	{"handshake-failure", []string{
		"[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:1045)",
		"error:14077410:SSL routines:SSL23_GET_SERVER_HELLO:sslv3 alert handshake failure",
		"javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure",
		"remote error: tls: handshake failure",
		"SSL routines::ssl/tls alert handshake failure",
	}},
	{"handshake-timeout", []string{
		"pymongo.errors.ServerSelectionTimeoutError: 10.0.0.9:27017: timed out, Timeout: 30s",
	}},
	{"hostname-cn-only", []string{
		"x509: certificate relies on legacy Common Name field, use SANs or temporarily enable Common Name matching with GODEBUG=x509ignoreCN=0",
	}},
	{"hostname-ip-not-in-san", []string{
		`ssl.SSLCertVerificationError: ("hostname '10.1.1.1' doesn't match 'db.local'",)`,
		"The server certificate does not match the host name. Hostname: 127.0.0.1 does not match SAN(s): db.example.com",
		"java.security.cert.CertificateException: No subject alternative names matching IP address 10.0.0.1 found",
		"x509: cannot validate certificate for 10.0.0.4 because it doesn't contain any IP SANs",
	}},
	{"hostname-mismatch", []string{
		"ssl.CertificateError: hostname 'localhost' doesn't match either of '*.mongodb.net', 'mongodb.net'",
		"Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: mongo. is not in the cert's altnames: DNS:localhost",
		"javax.net.ssl.SSLHandshakeException: No name matching mongo found",
		"x509: certificate is valid for localhost, not mongo-0.mongo",
		"RemoteCertificateNameMismatch",
		"certificate subject name does not match target host name",
	}},
	{"key-file-no-certificate", []string{
		"Error: error:0909006C:PEM routines:get_name:no start line",
		"tls: failed to find any PEM data in certificate input",
	}},
	{"key-file-no-key", []string{
		"failed to find PRIVATE KEY",
	}},
	{"key-mismatch", []string{
		"error:0B080074:x509 certificate routines:X509_check_private_key:key values mismatch",
		"tls: private key does not match public key",
		"pymongo.errors.ConfigurationError: Private key doesn't match certificate: [X509: KEY_VALUES_MISMATCH] key values mismatch (_ssl.c:3503)",
	}},
	{"key-password-wrong", []string{
		"Error: error:06065064:digital envelope routines:EVP_DecryptFinal_ex:bad decrypt",
		"error:1C800064:Provider routines::bad decrypt",
		"pkcs8: incorrect password",
		"x509: decryption password incorrect",
		"[SSL] PEM lib (_ssl.c:3862)",
	}},
	{"dh-too-small", []string{
		"[SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:1056)",
		"error:141A318A:SSL routines:tls_process_ske_dhe:dh key too small",
	}},
	{"key-too-small", []string{
		"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: EE certificate key too weak (_ssl.c:1129)",
		"[SSL: EE_KEY_TOO_SMALL] ee key too small (_ssl.c:3862)",
	}},
	{"legacy-renegotiation", []string{
		"[SSL: UNSAFE_LEGACY_RENEGOTIATION_DISABLED] unsafe legacy renegotiation disabled (_ssl.c:1007)",
		`MongoServerSelectionError: C0B7A1F6:error:0A000152:SSL routines:final_renegotiate:unsafe legacy renegotiation disabled:c:\ws\deps\openssl\openssl\ssl\statem\extensions.c:922:`,
	}},
	{"must-staple-missing", []string{
		"server provided a certificate with the Must-Staple extension but did not provide a stapled OCSP response",
	}},
	{"no-shared-cipher", []string{
		"error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher",
		"javax.net.ssl.SSLHandshakeException: no cipher suites in common",
		"[SSL: NO_SHARED_CIPHER] no shared cipher",
	}},
	{"not-tls", []string{
		"[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1123)",
		"tls: first record does not look like a TLS handshake",
		"javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?",
		"[SSL: UNKNOWN_PROTOCOL] unknown protocol (_ssl.c:590)",
		"error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
		"io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 4854",
	}},
	{"not-tls-failure", []string{
		"Failed to authenticate ...@... with mechanism MONGODB-CR: AuthenticationFailed MONGODB-CR credentials missing in the user document.",
		"MongoServerError: bad auth : Authentication failed.",
		"pymongo.errors.OperationFailure: bad auth : authentication failed, full error: {'ok': 0, 'errmsg': 'bad auth : authentication failed', 'code': 8000, 'codeName': 'AtlasError'}",
		"MongoServerError: command find requires authentication",
		"MongoServerError: user is not allowed to do action [find] on [test.users]",
		"(NotWritablePrimary) not primary",
		"NotMasterError: not master",
		"NotYetInitialized: Cannot use replica set...no replset config has been received",
		"exception: connect failed exiting with code 1 Error: Authentication failed.",
		`E11000 duplicate key error collection: test.users index: email_1 dup key: { email: "a" }`,
		"MongoServerError: E11000",
		"MongoServerError: Transaction numbers are only allowed on a replica set member or mongos",
		`CastError: Cast to ObjectId failed for value "x" (type string) at path "_id" for model "User"`,
		"OverwriteModelError: Cannot overwrite `User` model once compiled.",
		"MongoServerError: Document failed validation",
		"WiredTiger error (2) [1600:1]: __posix_open_file: No such file or directory",
		"Address already in use",
		"pymongo.errors.CursorNotFound: cursor id 123 not found",
		"MongoServerError: Executor error during find command: OperationExceededTimeLimit: operation exceeded time limit",
		`MongoDB\Driver\Exception\BulkWriteException: E11000 duplicate key`,
		"MongoWriteConcernError: No write concern mode named majority found",
		"com.mongodb.MongoCommandException: Command failed with error 13 (Unauthorized): command insert requires authentication",
		"MongoCompatibilityError: Server at x reports maximum wire version 5, but this version of the Node.js Driver requires at least 6 (MongoDB 3.6)",
		"MongoServerError: Plan executor error during findAndModify",
		"Error: Unsupported OP_QUERY command: find. The client driver may require an upgrade",
		"BSONTypeError: Argument passed in must be a string of 12 bytes",
		`{"t":{"$date":"2022-01-05T13:58:28.410+00:00"},"s":"E","c":"CONTROL","id":20557,"ctx":"initandlisten","msg":"DBException in initAndListen, terminating","attr":{"error":"DBPathInUse: Unable to lock the lock file"}}`,
		"MongoServerError: Our replica set config is invalid or we are not a member of it",
		"MongoServerError: This node was not started with replication enabled.",
		"MongoServerError: Unrecognized pipeline stage name: $lookupp",
	}},
	{"option-conflict", []string{
		"MongoAPIError: The 'tlsInsecure' option cannot be used with the 'tlsAllowInvalidCertificates' option",
	}},
	{"option-unsupported", []string{
		"MongoParseError: option sslca is not supported",
		"MongoParseError: options usecreateindex, usefindandmodify are not supported",
		"the options [useMongoClient] is not supported",
		"MongoParseError: option tlscertificatefile is not supported",
		"TypeError: __init__() got an unexpected keyword argument 'ssl_ca_certs'",
		"pymongo.errors.ConfigurationError: Unknown option ssl_cert_reqs",
	}},
	{"protocol-version", []string{
		"pymongo.errors.ServerSelectionTimeoutError: SSL handshake failed: [SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (_ssl.c:590)",
		"error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version",
		"javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or cipher suites are inappropriate)",
		"remote error: tls: protocol version not supported",
		"tls: server selected unsupported protocol version 301",
		"SSLError: [SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1123)",
		"Client requested protocol TLSv1 not enabled or not supported",
		"[Error: 140735161336640:error:1407742E:SSL routines:SSL23_GET_SERVER_HELLO:tlsv1 alert protocol version:../deps/openssl/openssl/ssl/s23_clnt.c:762:\n]",
		"The client and server cannot communicate, because they do not possess a common algorithm",
	}},
	{"purpose-server-auth", []string{
		"x509: certificate specifies an incompatible key usage",
		"certificate verify failed: unsuitable certificate purpose",
		"Extended key usage does not permit use for TLS server authentication",
		"unsupported certificate purpose",
	}},
	{"revoked", []string{
		"certificate revoked",
		"OCSP verification failed: certificate is revoked",
		"java.security.cert.CertPathValidatorException: Certificate has been revoked, reason: KEY_COMPROMISE, revocation date: X",
	}},
	{"self-signed-root-untrusted", []string{
		"Unable to load connection: MongoServerSelectionError: self signed certificate in certificate chain",
		"MongooseServerSelectionError: SELF_SIGNED_CERT_IN_CHAIN",
		"SSLHandshakeFailed: SSL peer certificate validation failed: self signed certificate in certificate chain",
	}},
	{"server-misconfigured", []string{
		"Error parsing command line: need tlsCertificateKeyFile",
		"F CONTROL  [main] Failed global initialization: InvalidSSLConfiguration: Can not set up PEM key file.",
		"The use of TLS without specifying a chain of trust is no longer supported. See https://...",
		"Unrecognized option: net.tls.mode\ntry 'mongod --help' for more information",
		"Failed global initialization: BadValue need to enable SSL via the sslMode flag",
	}},
	{"signature-weak", []string{
		"[SSL: CA_MD_TOO_WEAK] ca md too weak (_ssl.c:4024)",
		"error:0A00018E:SSL routines::ca md too weak",
		"certificate verify failed: CA signature digest algorithm too weak",
	}},
	{"sni-unrecognized", []string{
		"[SSL: TLSV1_UNRECOGNIZED_NAME] tlsv1 unrecognized name (_ssl.c:1129)",
		"remote error: tls: unrecognized name",
		"javax.net.ssl.SSLProtocolException: handshake alert:  unrecognized_name",
	}},
	{"srv-not-found", []string{
		"Error: querySrv ENODATA _mongodb._tcp.cluster0.abc.mongodb.net",
		"MongoParseError: No addresses found at host",
		"lookup _mongodb._tcp.x.mongodb.net: no such host",
		"pymongo.errors.ConfigurationError: The DNS response does not contain an answer to the question: _mongodb._tcp.localhost. IN SRV",
		"querySrv EREFUSED _mongodb._tcp.cluster0.x.mongodb.net",
		"DNSHINT: queryTxt ESERVFAIL x",
	}},
	{"tcp-refused", []string{
		"MongooseServerSelectionError: connect ECONNREFUSED ::1:27017",
		"pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111] Connection refused, Timeout: 30s",
		"com.mongodb.MongoSocketOpenException: Exception opening socket Caused by: java.net.ConnectException: Connection refused (Connection refused)",
		"dial tcp 127.0.0.1:27017: connect: connection refused",
		"No connection could be made because the target machine actively refused it. 127.0.0.1:27017",
		"Error: couldn't connect to server 127.0.0.1:27017, connection attempt failed: SocketException: Error connecting to 127.0.0.1:27017 :: caused by :: Connection refused",
		"Failed: error connecting to db server: no reachable servers ... connection refused",
	}},
	{"tcp-timeout", []string{
		"MongooseServerSelectionError: connection timed out",
		"MongoNetworkError: failed to connect to server [x:27017] on first connect [MongoNetworkTimeoutError: connection timed out",
		"dial tcp 10.0.0.1:27017: i/o timeout",
		"com.mongodb.MongoSocketOpenException: Exception opening socket: java.net.SocketTimeoutException: connect timed out",
		"connect ETIMEDOUT 3.4.5.6:27017",
	}},
	{"tls-record-corrupt", []string{
		"[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed or bad record mac (_ssl.c:2536)",
		"javax.crypto.AEADBadTagException: Tag mismatch!",
		"error:1408F119:SSL routines:ssl3_get_record:decryption failed or bad record mac",
		"local error: tls: bad record MAC",
	}},
	{"trust-store-missing", []string{
		"java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty",
		"x509: failed to load system roots and no roots provided",
		"pymongo.errors.ConfigurationError: tlsCAFile is required",
	}},
	{"undetermined", []string{
		"MongooseError: Operation `users.insertOne()` buffering timed out after 10000ms",
		"pymongo.errors.ServerSelectionTimeoutError: No servers found yet, Timeout: 30s",
		"pymongo.errors.ServerSelectionTimeoutError: No replica set members found yet",
		"server selection error: server selection timeout, current topology: { Type: ReplicaSetNoPrimary, Servers: [] }",
		"com.mongodb.MongoTimeoutException: Timed out after 30000 ms while waiting for a server that matches WritableServerSelector. Client view of cluster state is {type=REPLICA_SET, servers=[]",
		"Mongo::Error::NoServerAvailable: No primary server is available in cluster",
		"MongoServerSelectionError: Server selection timed out after 30000 ms",
	}},
	{"uri-invalid", []string{
		`MongoParseError: Invalid scheme, expected connection string to start with "mongodb://" or "mongodb+srv://"`,
		"MongoParseError: Password contains unescaped characters",
		"pymongo.errors.InvalidURI: Username and password must be escaped according to RFC 3986, use urllib.parse.quote_plus",
		"MongoAPIError: URI cannot contain options with no value",
		"MongoParseError: mongodb+srv URI cannot have port number",
		"MongooseError: The `uri` parameter to `openUri()` must be a string, got \"undefined\". Make sure the first parameter to `mongoose.connect()` or `mongoose.createConnection()` is a string.",
		"MongoParseError: URI malformed, cannot be parsed",
		"error parsing uri: unescaped @ sign in user info",
		"TypeError [ERR_INVALID_URL]: Invalid URL",
	}},
	{"x509-user-mismatch", []string{
		`Command execution failed on MongoDB server with error 18 (AuthenticationFailed): 'There is no x.509 client certificate matching the user.' on server localhost:27017. The full response is {"ok": 0.0, "errmsg": "There is no x.509 client certificate matching the user.", "code": 18, "codeName": "AuthenticationFailed"}`,
		`"SSL support is required for the MONGODB-X509 mechanism."`,
	}},
}

func TestWordings(t *testing.T) {
	for _, w := range wordings {
		for _, text := range w.texts {
			x := read(t, text)
			got := "nothing"
			if len(x.Matches) > 0 {
				got = string(x.Matches[0].ID)
			}
			if got != w.id {
				t.Errorf("%q is told as %s, want %s", text, got, w.id)
			}
		}
	}
}
