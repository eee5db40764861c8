package symptom

import "slices"

// heardFiles: files that cannot be read or are not what they should be.
func heardFiles() []Symptom {
	return slices.Concat(
		heard(OperatingOS, "file-unreadable",
			"ENOENT: no such file or directory, open '{file}'", "EACCES: permission denied, open '{file}'", "No such file or directory: '{file}.pem'", "No such file or directory: '{file}.crt'", "No such file or directory: '{file}.key'", "open {file}.pem: no such file or directory", "open {file}.crt: no such file or directory",
			"open {file}.pem: permission denied", "Permission denied: '{file}.pem'", "The tlscafile file is not readable", "file is not readable", "NoSuchFileException: {file}.pem", "NoSuchFileException: {file}.jks", "NoSuchFileException: {file}.p12", "No such file or directory @ rb_sysopen - {file}.pem", "rb_sysopen", "FileNotFoundException: {file}.pem", "FileNotFoundException: {file}.jks", "FileNotFoundException: {file}.p12", "fopen:No such file or directory", "fopen:Permission denied", "BIO_new_file", "{file}.pem: No such file", "{file}.pem (No such file or directory)", "{file}.jks (No such file or directory)", "{file}.p12 (No such file or directory)",
			"Could not find file '{file}.pem'", "Could not find file '{file}.pfx'", "SSL_CTX_load_verify_locations", "load_verify_locations", "unable to load certificate", "error setting certificate verify locations", "Could not load TLS CA certificate", "{file}.pem: permission denied"),
		heard(Libmongoc, "key-file-no-certificate file-unreadable", "Cannot find certificate in", "Can't find public certificate in"),
		heard(Libmongoc, "key-file-no-key file-unreadable", "Cannot find private key in", "Can't find private key in", "Unable to parse PEM-encoded item"),
		heard(Libmongoc, "key-mismatch key-password-wrong", "Cannot load private key"),
		heard(Libmongoc, "ca-file-invalid file-unreadable", "Cannot load Certificate Authorities", "Cannot load CA"),
		heard(OpenSSL, "key-file-no-key key-password-wrong key-format", "Could not read private key", "Could not find private key", "Could not read key"),
		heard(OpenSSL, "key-file-no-certificate ca-file-invalid key-format", "Could not read any certificates", "Could not read certificate", "Could not find certificate"),
		heard(RustDriver, "key-format", "Could not parse pemfile", "Unable to parse PEM-encoded client certificate", "No encrypted private keys found", "no private key found in", "pem file parse"),
		heard(RustDriver, "key-password-wrong key-password-required", "Failed to decrypt private key"),
		heard(RubyOpenSSL, "key-format key-file-no-key key-password-wrong", "Could not parse PKey", "Neither PUB key nor PRIV key", "OpenSSL::PKey::RSAError", "OpenSSL::PKey::PKeyError", "nested asn1 error"),
		heard(RubyOpenSSL, "key-file-no-certificate ca-file-invalid key-format key-format-driver", "OpenSSL::X509::CertificateError", "PEM_read_bio_X509: no start line"),
		heard(RubyDriver, "handshake-failure tls-disabled not-tls issuer-unknown intermediate-missing self-signed-root-untrusted cert-expired hostname-mismatch self-signed-leaf ca-file-mismatch trust-store-missing client-cert-required client-cert-rejected protocol-version no-shared-cipher alert-internal-error atlas-access-list handshake-closed sni-required sni-unrecognized cert-not-yet-valid clock-skew intermediate-expired root-expired purpose-server-auth key-too-small signature-weak issuer-not-ca path-length-exceeded name-constraint revoked", "SSL handshake failed. MongoDB may not be configured with SSL support", "MongoDB may not be configured with SSL support"),
		heard(RubyDriver, "hostname-mismatch hostname-ip-not-in-san hostname-cn-only", "handshake failed due to a hostname mismatch"),
		heard(OpenSSL, "key-format ca-file-invalid", "bad base64 decode", "unable to load Private Key", "unable to load key", "expecting: ANY PRIVATE KEY", "Expecting: TRUSTED CERTIFICATE", "asn1 encoding routines", "wrong tag", "bad end line", "unsupported key type", "not a PEM file", "PEM_read_bio_ex", "error reading PEM"),
		heard(OpenSSL, "key-password-wrong key-password-required", "PEM_do_header:bad decrypt", "bad decrypt", "bad password read", "PEM_do_header:bad password read", "wrong password", "maybe wrong password"),
		heard(OpenSSL, "key-encryption", "unsupported pkcs5", "unknown pbe algorithm", "unsupported cipher", "unsupported kdf"),
		heard(Mongod, "file-unreadable", "Unable to access file", "permissions on {file} are too open"),
	)
}

// heardOptions: connection strings and options that are refused.
func heardOptions() []Symptom {
	return slices.Concat(
		heard(NodeDriver, "option-unsupported", "option ssl{name} is not supported", "option tls{name} is not supported", "options ssl{name} are not supported", "options tls{name} are not supported", "option {name} is not supported", "options {names} are not supported", "is not a supported option", "options [ssl{name}] is not supported", "options [tls{name}] is not supported", "the options [{names}] is not supported", "the option [{name}] is not supported"),
		heard(PyMongo, "option-unsupported", "Unknown option tls", "Unknown option ssl", "Unknown option: ssl", "Unknown option: tls", "unknown option: {name}. Did you mean", "Unknown option {name}", "got an unexpected keyword argument 'ssl", "got an unexpected keyword argument 'tls", "tlsCRLFile cannot be used with PyOpenSSL", "ssl_crlfile cannot be used with PyOpenSSL", "ssl_crlfile", "TLS has not been enabled but the following tls parameters have been set"),
		heard(JavaDriver, "option-unsupported", "Connection string contains unsupported option", "Unsupported option '", "Unknown MongoDB option"),
		heard(RustDriver, "option-unsupported", "is an invalid option", "An option with a similar name exists"),
		heard(GoDriver, "option-unsupported uri-invalid", "unknown flag: --tls", "unknown flag: --ssl", "unknown option \"ssl", "unknown option \"tls", "unknown option: ssl", "unknown option: tls"),
		heard(RubyDriver, "option-unsupported", "Unsupported URI option"),
		heard(CSharp, "option-unsupported", "Unknown option: "),
		heard(Anyone, "option-conflict",
			"cannot be specified simultaneously", "Can not specify conflicting values for URI options ssl and tls", "All values of tls/ssl must be the same", "cannot be used with the 'tls{name}' option", "cannot be used with the 'tls{name}' parameter", "option tls{name} is not allowed with", "may not be specified with", "cannot both be specified", "tls and ssl options, when both specified, must be equivalent",
			"Conflicting tls and ssl parameter values", "cannot be provided along with", "set along with tlsInsecure is not allowed", "tls has already been configured with a different value", "Specifying both tlsInsecure", "cannot set both tlsinsecure", "all instances of 'tls' and 'ssl' must have the same value",
			"conflicts with canonical name", "if other TLS options are set", "must all have the same value", "ssl is required when {name} is specified", "tls is required when {name} is specified", "requires ssl=true", "requires tls=true", "requires tls to be enabled", "requires ssl to be enabled", "must be consistent", "can not be combined"),
		heard(Anyone, "insecure-option", "NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections", "Certificate validation disabled", "certificate verification is disabled"),
		heard(Anyone, "uri-invalid",
			"Invalid scheme, expected connection string to start with", "Invalid URI scheme", "Invalid connection string", "Username and password must be escaped according to RFC 3986", "must be escaped according to RFC 3986", "contains unescaped characters", "Password contains an illegal unescaped character", "contains an illegal unescaped character",
			"Unescaped slash in userinfo", "unescaped @ sign in user info", "unescaped colon in", "URI malformed", "options with no value", "Bad URI", "error parsing uri: scheme must be", "error parsing uri", "Failed to parse MongoDB URI", "Failed to parse URI", "mongodb+srv URI cannot have port number", "mongodb+srv:// URIs can not have port", "URI must include hostname, domain name, and tld",
			"Invalid URI", "The connection string '{name}' is not valid", "The connection string is invalid", "must not include a port number", "cannot have multiple service names", "Only one SRV host", "an SRV URI must", "URIs must include one, and only one, hostname", "No hostname or hostnames provided in connection string", "Empty host", "Invalid port in the URI", "Port must be an integer between 0 and 65535", "port must be a valid integer",
			"The host and port are not specified correctly", "The port must be an integer", "Option {name} must be", "MongoParseError", "InvalidURI", "Invalid connection string option", "Unable to parse {name} with URL", "The `uri` parameter to `openUri()` must be a string, got 'undefined'", "the uri parameter to openuri() must be a string", "ERR_INVALID_URL", "not a valid MongoDB connection string", "Illegal URL",
			"Slash in host identifier", "Unix domain sockets", "A percent-encoded", "illegal percent encoding", "malformed uri", "URI must begin with 'mongodb://'", "must begin with mongodb", "ERROR parsing connection string", "Hostname cannot have", "host must contain", "not enough domain parts", "must have at least three parts", "the connection string is not valid", "Cannot specify topology as both", "directConnection=true can not", "directConnection=true cannot", "directConnection=true conflicts", "directConnection option requires exactly one host", "directConnection cannot be used with", "A direct connection cannot be made", "cannot use directConnection"),
		heard(MongoShell, "uri-invalid", "FailedToParse: Cannot parse", "FailedToParse: {name} invalid URI", "FailedToParse", "Badly formatted", "doesn't specify both host and port", "bad URI"),
	)
}

// heardDependencies: a part of the client is not there.
func heardDependencies() []Symptom {
	return heard(Anyone, "dependency-missing",
		"\"dnspython\" module must be installed", "dnspython must be installed", "dnspython' module must be installed", "No module named 'dns'", "No module named dns", "No module named 'dnspython'", "You must install dnspython",
		"No module named 'OpenSSL'", "No module named 'certifi'", "No module named 'service_identity'", "requires PyOpenSSL", "PyOpenSSL is required", "pymongo[srv]", "pymongo[tls]", "pymongo[ocsp]",
		"No module named 'pymongo'", "cannot import name 'MongoClient'", "requires the dnspython", "without libresolv", "built without SRV", "mongodb+srv:// is not supported", "mongodb+srv not supported", "SRV support is not available", "libssl.so.{n}: cannot open shared object file", "error while loading shared libraries", "Library not loaded: {file}libssl",
		"version `OPENSSL_", "OPENSSL_1_1_1' not found", "Symbol not found: _SSL", "undefined symbol: SSL_", "undefined symbol: OPENSSL_", "Could not load library libssl", "Class 'MongoDB\\Driver\\Manager' not found", "Unable to load dynamic library 'mongodb", "The mongodb extension is missing",
	)
}

// heardElse: failures that TLS has no part in. The server answered, or the
// command did not get so far.
func heardElse() []Symptom {
	const id = "not-tls-failure"
	return slices.Concat(
		heard(Anyone, id,
			"Authentication failed", "bad auth", "auth failed", "AuthenticationFailed", "error 18 (AuthenticationFailed)", "MongoSecurityException", "Exception authenticating MongoCredential", "auth error", "unable to authenticate using mechanism", "Unable to authenticate using sasl protocol mechanism",
			"MongoAuthenticationException", "Could not find user", "UserNotFound", "Invalid password", "Invalid credentials", "mechanism SCRAM", "no such user", "Password can not be null when the authentication mechanism", "A password is required", "auth fails", "user is not authorized", "Unable to use SCRAM", "sasl conversation error", "AuthMechanismTooWeak",
			"requires authentication", "command {name} requires authentication", "not authorized on", "not authorized for", "not authorized to execute", "is not allowed to do action", "Unauthorized", "user is not allowed to do action", "(Unauthorized)", "there are no users authenticated", "too many users are authenticated", "logical sessions can't have multiple authenticated users"),
		heard(Anyone, id,
			"not primary", "not master", "NotWritablePrimary", "NotMaster", "NotPrimaryNoSecondaryOk", "not master and slaveOk=false", "NotPrimaryError", "NotMasterError", "node is recovering", "PrimarySteppedDown", "InterruptedAtShutdown", "InterruptedDueToReplStateChange", "ShutdownInProgress", "no replset config has been received", "NotYetInitialized", "Our replica set config is invalid or we are not a member of it", "InvalidReplicaSetConfig", "NodeNotFound", "NoReplicationEnabled",
			"This node was not started with the replSet option", "does not match expected replica set name", "is not a member of the set", "client is configured to connect to a replica set named"),
		heard(Anyone, id,
			"E11000", "duplicate key error", "DuplicateKey", "WriteConflict", "CursorNotFound", "cursor id {n} not found", "Cursor not found", "Document failed validation", "DocumentValidationFailure", "BSONObjectTooLarge", "BSONObj size", "object to insert too large", "document is larger than the maximum size", "exceeded memory limit", "exceeded time limit", "MaxTimeMSExpired", "operation exceeded time limit", "ExceededTimeLimit",
			"NamespaceNotFound", "ns not found", "NamespaceExists", "IndexNotFound", "IndexOptionsConflict", "IndexKeySpecsConflict", "CannotCreateIndex", "FailedToParse: unknown", "unknown operator", "unknown top level operator", "Unrecognized pipeline stage", "unrecognized field", "CommandNotFound", "no such command", "no such cmd", "command not found", "ImmutableField", "Performing an update on the path '_id'", "ConflictingUpdateOperators",
			"Cast to ObjectId failed", "CastError", "ValidationError", "validation failed: {name}: Path", "Path `{name}` is required", "BSONError", "BSONTypeError", "Argument passed in must be a", "InvalidBSON", "InvalidDocument", "cannot encode object", "db assertion failure", "BulkWriteError", "WriteError", "Transaction numbers are only allowed on a replica set member or mongos", "NoSuchTransaction", "IllegalOperation", "OperationNotSupportedInTransaction",
			"Transaction {n} has been aborted", "LockTimeout", "LockBusy", "ReadConcernMajorityNotAvailableYet", "WriteConcernError", "waiting for replication timed out", "UnsatisfiableWriteConcern", "This MongoDB deployment does not support retryable writes", "QueryPlanKilled", "QueryExceededMemoryLimit", "InvalidNamespace", "Invalid namespace", "TypeMismatch", "BadValue", "is a reserved", "you are over your space quota", "AtlasError: ", "over your quota", "Rate exceeded", "Request rate is large", "TooManyRequests"),
		heard(Anyone, id,
			"MongoServerError", "MongoCommandException", "Command failed with error", "MongoWriteException", "MongoBulkWriteException", "OperationFailure", "pymongo.errors.OperationFailure", "MongoQueryException", "MongoCommandException: Command", "MongoBulkWriteError", "MongoInvalidArgumentError", "ExceptionCode:", "$err"),
		heard(Anyone, id,
			"Server at {host} reports wire version", "reports maximum wire version", "maximum wire version", "wire version {n}, but this version of", "IncompatibleServerVersion", "UnsupportedOpQueryCommand", "Unsupported OP_QUERY command", "OP_QUERY is no longer supported", "driver may require an upgrade", "MongoCompatibilityError", "MongoIncompatibleDriverException", "requires at least {n} (MongoDB"),
		heard(Mongod, "load-balancer-mismatch",
			"load balancing mode", "LoadBalancerSupportMismatch", "does not have load balancing enabled"),
		heard(Mongod, id,
			"Address already in use", "Failed to set up listener", "SocketException: Address already in use", "Data directory {file} not found", "NonExistentPath", "DBPathInUse", "Unable to lock the lock file", "WiredTiger error", "WT_PANIC", "No space left on device", "Too many open files", "exited with code 100", "exit code 14", "exit code 48", "exit code 62", "shutdown with signal", "Unable to acquire security key", "permissions on {file} are too open",
			"error opening file: {file}: bad file", "Error creating service context", "Failed to unlink socket file", "Illegal instruction", "requires a CPU with AVX support", "UPGRADE PROBLEM", "IncompatibleServer"),
		heard(Anyone, id, "Cannot use a session", "MongoExpiredSessionError", "Client must be connected before running operations", "MongoNotConnectedError", "you must call MongoClient.connect", "Cannot read property 'collection' of", "Cannot read properties of undefined", "is not a function", "is not a constructor", "Cannot find module", "OverwriteModelError", "MissingSchemaError", "ECONNREFUSED 127.0.0.1:6379", "after the event loop", "Event loop is closed"),
		heard(Anyone, id, "MongoClient opened before fork"),
	)
}
