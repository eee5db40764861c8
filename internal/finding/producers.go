package finding

import "slices"

// ProducerFix returns what to do about a failure class in one driver, tool or
// runtime, before what its entry says for all: what to change in PyMongo is not
// what to change in Java. It is empty where there is nothing of its own to say.
func ProducerFix(id ID, producer string) []string {
	for {
		for _, f := range producerFixes {
			if slices.Contains(f.ids, id) && f.producer == producer {
				return slices.Clone(f.fix)
			}
		}
		// mongosh and Compass are the Node.js driver, PHP's is libmongoc.
		parent, ok := builtOn[producer]
		if !ok {
			return nil
		}
		producer = parent
	}
}

// builtOn is the driver that a tool or driver is made with.
var builtOn = map[string]string{"mongosh": "node", "compass": "node", "php": "c"}

// Producers returns the producers that an entry has something of its own for, in
// the order of the catalogue.
func Producers(id ID) []string {
	var list []string
	for _, f := range producerFixes {
		if slices.Contains(f.ids, id) && !slices.Contains(list, f.producer) {
			list = append(list, f.producer)
		}
	}
	return list
}

// producerFix is what to do in one driver about failures that are repaired alike.
type producerFix struct {
	ids      []ID
	producer string
	fix      []string
}

var producerFixes = slices.Concat(untrusted, tooOld, wrongName, withCertificate, withFiles, ownWays)

// unverified are the failures of a certificate that is not trusted.
var unverified = []ID{"verify-failed", "issuer-unknown", "trust-store-missing", "self-signed-root-untrusted", "ca-file-mismatch", "intermediate-missing"}

// untrusted: CERTIFICATE_VERIFY_FAILED and its likes, by who trusts what.
var untrusted = []producerFix{
	{unverified, "pymongo", []string{
		"Private CA (a server of your own, Amazon DocumentDB, a test instance): name its certificate in the client, tlsCAFile=\"/path/ca.pem\" in MongoClient or in the connection string.",
		"Public CA, as MongoDB Atlas has: Python lacks the roots, or has old ones. This shows where this interpreter looks for them:",
		"$ python3 -c 'import ssl; print(ssl.OPENSSL_VERSION); print(ssl.get_default_verify_paths())'",
		"macOS with Python from python.org: that Python has no roots until this is run, with your version in place of 3.12:",
		"$ '/Applications/Python 3.12/Install Certificates.command'",
		"Anywhere: bring the roots of the package certifi along, with tlsCAFile=certifi.where() in MongoClient, or for all programs of the shell:",
		"$ python3 -m pip install --upgrade certifi && export SSL_CERT_FILE=\"$(python3 -m certifi)\"",
		"Container without roots (slim, alpine, distroless): install them in the image; Alpine has apk add ca-certificates.",
		"$ apt-get update && apt-get install -y ca-certificates",
		"PyPy and Pythons that were built by hand look where their own OpenSSL was configured to: point SSL_CERT_FILE at the system's bundle, /etc/ssl/certs/ca-certificates.crt (Debian) or /etc/pki/tls/certs/ca-bundle.crt (Red Hat).",
		"Old roots (CentOS 7, Ubuntu 16.04, OpenSSL 1.0.2) still follow Let's Encrypt's expired DST Root CA X3: update ca-certificates and OpenSSL, or use certifi as above.",
		"If the issuer that the check names is your company's or an antivirus program's, a proxy opens the connection: add its root to the file that tlsCAFile names, or have the database's hosts exempted.",
	}},
	{unverified, "node", []string{
		"Private CA: add tlsCAFile=/path/ca.pem to the connection string or options; it replaces Node's roots. Drivers before 4.0 call it sslCA and want the file's content.",
		"Public CA: Node has its roots built in and does not ask the system. Update Node; from 22.15 on it takes the system's with:",
		"$ NODE_OPTIONS=--use-system-ca your-program",
		"For a root beside those built in, such as a proxy's or a company's:",
		"$ NODE_EXTRA_CA_CERTS=/path/ca.pem your-program",
		"\"unable to verify the first certificate\" also means that the server leaves its intermediate out, which is repaired at the server.",
	}},
	{unverified, "java", []string{
		"Java takes no tlsCAFile: put the CA into a trust store, and name that. A truststore of your own replaces the JDK's cacerts:",
		"$ keytool -importcert -trustcacerts -alias mongodb-ca -file ca.pem -keystore truststore.p12 -storetype PKCS12",
		"Start the program with -Djavax.net.ssl.trustStore=truststore.p12 and -Djavax.net.ssl.trustStorePassword=..., or give MongoClientSettings an SSLContext with applyToSslSettings.",
		"Public CA: update the JDK, whose cacerts has the roots. Java before 8u141 lacks Let's Encrypt's.",
		"Several Javas on one machine have one cacerts each; this shows which one runs:",
		"$ java -XshowSettings:properties -version",
	}},
	{unverified, "go", []string{
		"Private CA: add tlsCAFile=/path/ca.pem to the connection string, or options.Client().SetTLSConfig with a RootCAs pool.",
		"Public CA: Go reads the system's roots. In a container FROM scratch or alpine there are none: copy /etc/ssl/certs/ca-certificates.crt into the image, or install ca-certificates.",
		"SSL_CERT_FILE and SSL_CERT_DIR name other roots (not on macOS and Windows):",
		"$ SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt your-program",
	}},
	{unverified, "csharp", []string{
		"The .NET driver ignores tlsCAFile: put the CA into the store of the machine or user. Windows, as administrator:",
		"$ certutil -addstore -f Root ca.crt",
		"On Debian and Ubuntu, as root; .NET reads OpenSSL's folders, and SSL_CERT_FILE and SSL_CERT_DIR:",
		"$ cp ca.pem /usr/local/share/ca-certificates/mongodb-ca.crt && update-ca-certificates",
		"PartialChain means that an issuer in between is missing: the server should send it.",
		"To trust the CA in the program alone, build an X509Chain with CustomRootTrust in SslSettings.ServerCertificateValidationCallback, and return what it says.",
	}},
	{unverified, "c", []string{
		"Private CA: add tlsCAFile=/path/ca.pem to the connection string; in PHP it is the URI option tlsCAFile of MongoDB\\Driver\\Manager.",
		"Public CA: libmongoc with OpenSSL reads the system's roots; install ca-certificates, and see which OpenSSL folder it looks in:",
		"$ openssl version -d",
		"On Windows and macOS it uses the system's store: put the CA there.",
	}},
	{unverified, "ruby", []string{
		"Private CA: ssl_ca_cert: '/path/ca.pem' in the client's options, or tlsCAFile in the connection string.",
		"Public CA: Ruby reads OpenSSL's folders; this shows which, and SSL_CERT_FILE names another:",
		"$ ruby -ropenssl -e 'puts OpenSSL::X509::DEFAULT_CERT_FILE, OpenSSL::OPENSSL_LIBRARY_VERSION'",
	}},
	{unverified, "rust", []string{
		"Private CA: tlsCAFile=/path/ca.pem in the connection string, or TlsOptions::builder().ca_file_path(...).",
		"With rustls the driver has Mozilla's roots compiled in and does not ask the system: a company's root that the system trusts must be named with tlsCAFile. The feature openssl-tls asks the system.",
		"\"UnknownIssuer\" for a public CA: update the crate webpki-roots, or the server does not send its intermediate.",
	}},
	{unverified, "elixir", []string{
		"Give the driver ssl_opts: [verify: :verify_peer, cacertfile: \"/path/ca.pem\"]; for public CAs cacerts: :public_key.cacerts_get() (OTP 25) or the package castore.",
	}},
	{unverified, "mongosh", []string{
		"Private CA: start it with the CA file:",
		"$ mongosh {endpoint} --tls --tlsCAFile ca.pem",
		"mongosh and Compass trust the system's roots, Node's and the CA file together, so they can connect where a driver does not.",
	}},
	{unverified, "compass", []string{
		"Private CA: choose the file under Advanced Connection Options, TLS/SSL, Certificate Authority.",
	}},
	{unverified, "mongo-shell", []string{
		"Name the CA file; before 4.2 the flags are --ssl and --sslCAFile:",
		"$ mongo --host {host} --port {port} --tls --tlsCAFile ca.pem",
		"Without a CA file the old shell trusts the system's roots only from 3.6 on, and on Linux only if OpenSSL's folder has them: for Atlas, --sslCAFile /etc/ssl/certs/ca-certificates.crt.",
	}},
}

// tooOld: TLSV1_ALERT_PROTOCOL_VERSION and its likes, by which library a client has.
var tooOld = []producerFix{
	{[]ID{"protocol-version", "client-runtime-outdated"}, "pymongo", []string{
		"See which OpenSSL this Python has; 1.0.1 is the first with TLS 1.2, 1.1.1 the first with TLS 1.3:",
		"$ python3 -c 'import ssl; print(ssl.OPENSSL_VERSION, ssl.HAS_TLSv1_2, ssl.HAS_TLSv1_3)'",
		"With 0.9.8 or 1.0.0, as Python on macOS before 10.13 and old system Pythons have, the client speaks TLS 1.0 at most: install a Python from python.org, Homebrew, conda or pyenv, and run the program with that one.",
		"With a current OpenSSL, the server speaks only TLS 1.0 or 1.1, which Python from 3.10 on does not: mongod before 3.0 or on an old OpenSSL, or a proxy. Update the server.",
		"MongoDB Atlas refuses TLS 1.0 and 1.1; mongod refuses 1.0 from 4.0 on, and what net.tls.disabledProtocols names.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "node", []string{
		"See which versions this Node speaks; before 12 TLS 1.0 is its least, from 12 on 1.2:",
		"$ node -p 'process.versions.openssl + \" \" + tls.DEFAULT_MIN_VERSION + \" \" + tls.DEFAULT_MAX_VERSION'",
		"Node before 10 has no TLS 1.3: update it. If Node is current, the server is too old.",
		"See that NODE_OPTIONS and the program set no --tls-max-v1.1 and no secureProtocol.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "java", []string{
		"See which Java runs, and update it: 8u261 and later, 11.0.10 and later, or 17:",
		"$ java -version",
		"Java 7 has TLS 1.2 switched off for clients; start it with -Djdk.tls.client.protocols=TLSv1.2, or update it.",
		"Java 8u291, 11.0.11 and later refuse TLS 1.0 and 1.1 (jdk.tls.disabledAlgorithms): then it is the server that has nothing newer.",
		"JDK 11 before 11.0.3, with \"should not be presented in certificate_request\": update; until then -Djdk.tls.client.protocols=TLSv1.2.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "csharp", []string{
		"Set no SslSettings.EnabledSslProtocols, or SslProtocols.Tls12 | SslProtocols.Tls13. .NET Framework before 4.7 takes TLS 1.0 unless told otherwise: target 4.7.2 or later.",
		"On Windows see that TLS 1.2 is not switched off for clients (SCHANNEL\\Protocols in the registry); Windows 7 and Server 2008 R2 need KB3140245.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "go", []string{
		"Go speaks TLS 1.2 and 1.3 unless MinVersion says otherwise: the server, or the proxy before it, has nothing newer than 1.1. Update it.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "ruby", []string{
		"See which OpenSSL this Ruby has:",
		"$ ruby -ropenssl -e 'puts OpenSSL::OPENSSL_LIBRARY_VERSION'",
		"If it is 1.0.1 or newer, the server is too old; else install a Ruby that is built with a current one.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "c", []string{
		"See which OpenSSL the driver was built with; for PHP:",
		"$ php -r 'phpinfo(INFO_MODULES);' | grep -i -e openssl -e libmongoc",
		"On Windows libmongoc with Secure Channel speaks TLS 1.1 and 1.2 only: a server with TLS 1.3 alone refuses it.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "mongod", []string{
		"The line is the server's: a client asked for TLS 1.0 or 1.1 at most, which the server has switched off. Update that client, at the address in the line.",
	}},
	{[]ID{"protocol-version", "client-runtime-outdated"}, "mongo-shell", []string{
		"The shell before 3.6 on macOS speaks TLS 1.0: use mongosh.",
	}},
}

// wrongName: the certificate is for another name.
var wrongName = []producerFix{
	{[]ID{"hostname-mismatch", "hostname-ip-not-in-san", "hostname-cn-only"}, "java", []string{
		"Java lets no host name with an underscore pass (\"Illegal given domain name\"): give the server another name.",
	}},
	{[]ID{"hostname-mismatch", "hostname-ip-not-in-san", "hostname-cn-only"}, "go", []string{
		"Go looks at the subjectAltName only, never at the common name.",
	}},
	{[]ID{"hostname-mismatch", "hostname-ip-not-in-san", "hostname-cn-only"}, "rust", []string{
		"rustls looks at the subjectAltName only, never at the common name.",
	}},
	{[]ID{"hostname-mismatch", "hostname-ip-not-in-san"}, "mongod", []string{
		"The line is of a connection that the server made itself, to another member: rs.conf() must name the members as their certificates do.",
	}},
	{[]ID{"hostname-mismatch", "hostname-ip-not-in-san"}, "mongosh", []string{
		"Without a host mongosh connects to 127.0.0.1; give it the name that the certificate has:",
		"$ mongosh --tls --tlsCAFile ca.pem --host NAME",
	}},
}

// withCertificate: how a client is given a certificate.
var withCertificate = []producerFix{
	{clientCertificate, "java", []string{
		"Java takes no tlsCertificateKeyFile: put certificate and key into a key store, and start the program with -Djavax.net.ssl.keyStore=client.p12 and -Djavax.net.ssl.keyStorePassword=...",
		"$ openssl pkcs12 -export -in client.pem -out client.p12",
		"Java and Go send no certificate at all if its issuer is not among those that the server asks for.",
	}},
	{clientCertificate, "go", []string{
		"Go sends no certificate at all if its issuer is not among those that the server asks for: see which those are.",
		"$ mongotls check {endpoint} --tlsCertificateKeyFile client.pem",
	}},
	{clientCertificate, "csharp", []string{
		"The .NET driver ignores tlsCertificateKeyFile: give SslSettings.ClientCertificates an X509Certificate2 that has its private key.",
	}},
	{clientCertificate, "mongod", []string{
		"The line is the server's: the client is at the address in it. If that is a member, its net.tls.certificateKeyFile or clusterFile is what was presented.",
	}},
	{clientCertificate, "mongosh", []string{
		"Start it with the file:",
		"$ mongosh {endpoint} --tls --tlsCAFile ca.pem --tlsCertificateKeyFile client.pem",
	}},
}

var clientCertificate = []ID{"client-cert-required", "client-cert-rejected", "client-cert-untrusted"}

// withFiles: what each driver wants of certificate and key.
var withFiles = []producerFix{
	{keyFiles, "pymongo", []string{
		"PyMongo says \"Private key doesn't match certificate\" of everything that is wrong with the file, and \"PEM lib\" of a missing key as of a wrong password. This tells them apart:",
		"$ mongotls cert {file}",
	}},
	{keyFiles, "node", []string{
		"Node says \"bad decrypt\" of a missing password as of a wrong one, \"DECODER routines::unsupported\" of a missing key, \"no start line\" of a missing certificate. This tells them apart:",
		"$ mongotls cert {file}",
	}},
	{keyFiles, "java", []string{
		"Java wants a key store, PKCS#12 or JKS, not PEM:",
		"$ openssl pkcs12 -export -in client.pem -out client.p12",
	}},
	{keyFiles, "c", []string{
		"libmongoc tells what is wrong with the file in its log only (MONGOC_ERROR; in PHP mongodb.debug=stderr). This shows it:",
		"$ mongotls cert {file}",
	}},
	{keyFiles, "mongod", []string{
		"net.tls.certificateKeyFile is one PEM file with the server's certificate and its key, readable by the user that mongod runs as:",
		"$ mongotls cert {file} --as server",
	}},
}

var keyFiles = []ID{"key-file-no-key", "key-file-no-certificate", "key-mismatch", "key-password-required", "key-password-wrong", "key-format"}

// ownWays are what is left.
var ownWays = []producerFix{
	{[]ID{"dependency-missing"}, "pymongo", []string{
		"For mongodb+srv (PyMongo before 4.3) and for OCSP:",
		"$ python3 -m pip install 'pymongo[srv,ocsp]'",
		"\"SSL module is not available\": this Python was built without OpenSSL; with pyenv or from source, install libssl-dev first and build it again.",
	}},
	{[]ID{"dependency-missing"}, "php", []string{
		"Install the extension with TLS: libssl-dev must be there when it is built.",
		"$ php --ri mongodb",
	}},
	{[]ID{"dependency-missing"}, "ruby", []string{"Install libssl-dev and build Ruby again; gem install openssl alone needs it too."}},
	{[]ID{"dependency-missing"}, "rust", []string{"Switch the feature on that the message names: dns-resolver, rustls-tls, openssl-tls or cert-key-password."}},
	{[]ID{"dependency-missing"}, "mongod", []string{"Community builds without TLS were usual before 3.0: install a current package from MongoDB."}},
	{[]ID{"tls-record-corrupt"}, "pymongo", []string{"Create MongoClient in each worker process after the fork; with gunicorn, without preload_app or in post_fork."}},
	{[]ID{"tls-record-corrupt"}, "ruby", []string{"After a fork (Puma, Unicorn, Passenger, Resque) call Mongo::Client#reconnect in the child."}},
	{[]ID{"plaintext-client"}, "mongo-shell", []string{"Start the shell with --tls (before 4.2 --ssl) and the CA file."}},
	{[]ID{"plaintext-client"}, "mongod", []string{"The line is the server's: the client at the address in it does not use TLS. Health checks and exporters are often forgotten."}},
	{[]ID{"tls-disabled"}, "mongod", []string{"The line is the server's: a client at the address in it uses TLS, or something else that is not MongoDB's protocol, and the server has TLS switched off."}},
	{[]ID{"option-unsupported"}, "node", []string{"Driver 4 and later take tls, tlsCAFile and tlsCertificateKeyFile in place of ssl, sslCA, sslCert and sslKey; what is not known is refused."}},
	{[]ID{"option-unsupported"}, "pymongo", []string{"PyMongo 4 takes tlsCAFile and tlsCertificateKeyFile in place of ssl_ca_certs, ssl_certfile and ssl_keyfile, and goes on without what it does not know."}},
	{[]ID{"option-unsupported"}, "java", []string{"The Java driver takes no files from the connection string: use a trust store and a key store."}},
	{[]ID{"option-unsupported"}, "csharp", []string{"The .NET driver takes no files from the connection string: use SslSettings."}},
}
