package finding

// localFiles: the files that options name, as they are on this machine.
var localFiles = []Entry{
	{
		ID:    "file-unreadable",
		Title: "A file that the options name cannot be read",
		Why:   "Drivers read it before they connect, and stop there: FileNotFoundError (PyMongo), ENOENT (Node), \"no such file or directory\" (Go).",
		Fix: []string{
			"Check the path, as the user and in the container that the client runs in.",
			"$ ls -l -- {file}",
		},
		Silences: withoutAuthorities,
	},
	{
		ID:    "ca-file-invalid",
		Title: "The CA file holds no certificate that a driver can use",
		Why:   "tlsCAFile is a PEM file with one or more certificates. Without one in it no server can be trusted: \"the specified CA file does not contain any valid certificates\" (Go), \"no certificate or crl found\" (OpenSSL).",
		Fix: []string{
			"Get the CA's certificate in PEM form and name that file with tlsCAFile; {filehint}",
			"$ openssl x509 -in {file} -noout -subject -dates",
		},
		Silences: withoutAuthorities,
	},
	{
		ID:       "key-file-no-certificate",
		Title:    "The certificate-key file holds no certificate",
		Why:      "tlsCertificateKeyFile needs the client certificate and its private key in one PEM file.",
		Fix:      []string{"Concatenate the two into one file that only you can read:", "$ (umask 077; cat client.crt client.key > client.pem)"},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:       "key-file-no-key",
		Title:    "The certificate-key file holds no private key",
		Why:      "tlsCertificateKeyFile needs the client certificate and its private key in one PEM file.",
		Fix:      []string{"Concatenate the two into one file that only you can read:", "$ (umask 077; cat client.crt client.key > client.pem)"},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:       "key-mismatch",
		Title:    "The private key does not belong to the certificate",
		Why:      "Drivers refuse the pair before they connect: \"key values mismatch\" (OpenSSL), \"private key does not match public key\" (Go).",
		Fix:      []string{"Find the key that was made with this certificate; the two public keys must be equal:", "$ openssl x509 -in {file} -noout -pubkey | sha256sum; openssl pkey -in {file} -pubout | sha256sum"},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:       "key-password-required",
		Title:    "The private key is encrypted and no password was given",
		Why:      "The key in tlsCertificateKeyFile needs tlsCertificateKeyFilePassword: \"bad decrypt\" (Node), \"no password provided to decrypt private key\" (Go), a prompt on the terminal (PyMongo).",
		Fix:      []string{"Give the password with tlsCertificateKeyFilePassword; to this tool, in the environment variable MONGOTLS_KEY_PASSWORD."},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:       "key-password-wrong",
		Title:    "The password does not decrypt the private key",
		Why:      "The key in tlsCertificateKeyFile is encrypted with another password: \"bad decrypt\" (OpenSSL, Node), \"incorrect password\" (Go).",
		Fix:      []string{"Try the password on the file itself:", "$ openssl pkey -in {file} -noout"},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:    "key-format",
		Title: "The certificate-key file has a form that drivers do not read",
		Why:   "Drivers read PEM: a CERTIFICATE block, and a key in PKCS#8, PKCS#1 or SEC 1 under its own label. Other containers, and text that only looks like PEM, are refused: \"PEM lib\" (PyMongo), \"DECODER routines::unsupported\" (Node), \"failed to find PRIVATE KEY\" (Go).",
		Fix: []string{
			"As the file's own fault has it: {filehint}",
			"This writes certificate, chain and key as drivers and mongod want them, from PEM, DER, PKCS#12 or JKS:",
			"$ mongotls cert {file} --combine client.pem",
			"Or with OpenSSL, from a PKCS#12 file (.p12, .pfx):",
			"$ (umask 077; openssl pkcs12 -in {file} -nodes -out client.pem)",
		},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:    "key-encryption",
		Title: "The private key is encrypted in a way that is not read",
		Why:   "The encryption of a key is the choice of whoever wrote the file, and libraries know few each: OpenSSL refuses some of old since 3.0, the Go driver knows only PBES2 with AES or triple DES.",
		Fix: []string{
			"Encrypt the key in a way that all drivers read; OpenSSL asks for the old password and a new one:",
			"$ (umask 077; openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in {file} -out client.key)",
			"If OpenSSL does not read it either, add -provider legacy -provider default.",
		},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:    "wrong-file",
		Title: "The option names a file that is meant for something else",
		Why:   "CA file, certificate-key file, CRL and the keyFile of a replica set look alike from their names and hold different things; the driver does not find in one what belongs in another.",
		Fix: []string{
			"See what the file holds, and name it with the option that it is for:",
			"$ mongotls cert {file}",
		},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:    "ca-file-private-key",
		Title: "The CA file holds a private key",
		Why:   "A CA file goes to every client. Whoever has the CA's private key can make certificates that all of them trust.",
		Fix: []string{
			"Write the certificates alone, and give out that file:",
			"$ openssl crl2pkcs7 -nocrl -certfile {file} | openssl pkcs7 -print_certs -out ca.pem",
			"Where the file was given out already, make a new CA: the key is known.",
		},
	},
	{
		ID:    "key-file-permissions",
		Title: "The private key can be read or changed by others on this machine",
		Why:   "Drivers and mongod read the file all the same. Whoever can read a private key can pass for its owner, and whoever can change the file decides who that is.",
		Fix: []string{
			"Leave the file to the user that the client or server runs as:",
			"$ chmod 600 {file}",
		},
	},
	{
		ID:    "key-format-driver",
		Title: "Not every driver reads the file in this form",
		Why:   "The forms that a driver reads are those of the library below it: OpenSSL, Go's, rustls, the JDK or .NET.",
		Fix: []string{
			"If your driver is among those named: {filehint}",
		},
	},
}

// clientFiles: a client certificate judged from its file and from what the server
// is known to accept.
var clientFiles = []Entry{
	{
		ID:    "client-cert-expired",
		Title: "The client certificate is outside its validity",
		Why:   "The server verifies its dates by its own clock. mongod completes the handshake and then closes: a plain \"connection closed\" or EOF at the client, \"SSL peer certificate validation failed: certificate has expired\" in its log (ids 23256, 22988). Others send an alert: \"sslv3 alert certificate expired\" (OpenSSL), \"remote error: tls: expired certificate\" (Go).",
		Fix: []string{
			"Renew the client certificate, and put the new one with its key into the file that tlsCertificateKeyFile names. What it holds, and whether it would work:",
			"$ mongotls cert {keyfile} --as client",
			"If it is valid by the right time, correct the clock of this machine or of the server:",
			"$ date -u",
		},
		Silences: []ID{"client-cert-rejected", "x509-auth-failed"},
	},
	{
		ID:    "client-cert-purpose",
		Title: "The client certificate is not made for clients",
		Why:   "It has an extendedKeyUsage without clientAuth, or a keyUsage without digitalSignature: mongod logs \"SSL peer certificate validation failed: unsuitable certificate purpose\" (ids 23256, 22988) and closes after the handshake; others send an alert: \"sslv3 alert unsupported certificate\" (OpenSSL), \"remote error: tls: bad certificate\" (Go). One with no extendedKeyUsage at all is accepted.",
		Fix: []string{
			"First see that tlsCertificateKeyFile does not name a server's file by mistake.",
			"Issue it again with extendedKeyUsage=clientAuth and keyUsage=digitalSignature. Public CAs no longer issue clientAuth, since April 2026: use a private CA. What the certificate has now:",
			"$ openssl x509 -in {keyfile} -noout -ext extendedKeyUsage,keyUsage,basicConstraints",
		},
		Silences: []ID{"client-cert-rejected", "x509-auth-failed"},
	},
	{
		ID:    "client-cert-untrusted",
		Title: "The client certificate is not from a CA that the server accepts",
		Why:   "mongod verifies client certificates by net.tls.clusterCAFile, or net.tls.CAFile without it, and names those CAs in its CertificateRequest. Drivers on OpenSSL send one from another CA nevertheless; mongod closes after the handshake, also where none at all is allowed, and logs \"SSL peer certificate validation failed: unable to get local issuer certificate\" (ids 23256, 22988), others answer \"tlsv1 alert unknown ca\". Go and Java do not send it, and fail as without one (\"certificate required\", ids 23255, 22988), or connect where none is needed (id 23234).",
		Fix: []string{
			"Present a certificate from one of the CAs that the server accepts, with its intermediates behind it in the file:",
			"$ mongotls cert client.crt intermediate.crt client.key --combine client.pem",
			"Or add the CA of this one ({issuer}) to net.tls.CAFile (or clusterCAFile) at every server, and restart them; from MongoDB 5.0 the command rotateCertificates does it.",
			"This shows the chain in the file, and what the CA file makes of it:",
			"$ mongotls cert {keyfile} --as client --tlsCAFile {cafile}",
		},
		Silences: []ID{"client-cert-rejected", "x509-auth-failed"},
	},
	{
		ID:    "client-cert-cluster-member",
		Title: "The client certificate passes for a member of the cluster",
		Why:   "mongod takes whoever presents a certificate with the same O, OU and DC as its own for a member, and a member may do anything (role __system), where clusterAuthMode allows x.509 (log id 20430). Without that, authentication with MONGODB-X509 fails for it instead. O, OU and DC count with their values and their number; CN, L, ST and C do not.",
		Fix: []string{
			"Issue client certificates with another O or OU than the members have, such as OU=clients.",
			"Or tell mongod what members look like: net.tls.clusterAuthX509.attributes, or extensionValue with an extension that only members have.",
		},
	},
	{
		ID:    "x509-user-mismatch",
		Title: "The user name is not the certificate's subject",
		Why:   "With MONGODB-X509 the user is the certificate's subject as mongod renders it, character by character: \"Authentication failed\" (code 18) at the client, \"There is no x.509 client certificate matching the user\" in the server's log. The Go driver leaves the name to the server, and is not stopped.",
		Fix: []string{
			"Leave the user name out of the connection string: the server takes it from the certificate.",
			"Or write it as the server sees it, percent-encoded ({encodeduser}).",
		},
		Silences: []ID{"x509-auth-failed"},
	},
	{
		ID:    "x509-auth-failed",
		Title: "The server refuses to authenticate the client certificate",
		Why:   "mongod keeps its reasons to itself: but for a user that does not exist (code 11) it tells the client \"Authentication failed\" (code 18), whatever is wrong. Its log says more: \"No verified subject name available from client\" where no certificate was sent or verified, \"x.509 authentication is disabled\" where authenticationMechanisms lacks MONGODB-X509, \"can only be used for cluster authentication\" where it is a member's.",
		Fix: []string{
			readServerLog,
			"See which user the certificate stands for, with the command that creates it in $external:",
			"$ mongotls cert {keyfile}",
			"Check that the setParameter authenticationMechanisms, if it is set, has MONGODB-X509 in it.",
		},
	},
	{
		ID:    "x509-user-differs",
		Title: "The server sees another user than was expected",
		Why:   "What mongotls and mongosh show of a certificate's user name is computed as mongod computes it; the server's own word counts. A service that imitates MongoDB may render subjects in another way.",
		Fix: []string{
			"Create users under the name that the server gives.",
		},
	},
}
