package finding

// reaching: what keeps a client from getting to the endpoint at all.
var reaching = []Entry{
	{
		ID:    "srv-not-found",
		Title: "No SRV record for the mongodb+srv name",
		Why:   "A mongodb+srv connection string names no server itself: the driver asks DNS for {srv} and connects to the hosts that come back. Without that record it stops before any connection: \"querySrv ENOTFOUND\" (Node), \"The DNS query name does not exist\" (PyMongo), \"Failed looking up SRV record\" (Java), \"no such host\" (Go).",
		Fix: []string{
			"Compare the name with the one your provider shows; a typo and a deleted cluster look the same from here.",
			"$ dig +short SRV {srv}",
			"If another resolver knows the record, this machine's does not: a VPN, a private zone or a home router that drops SRV answers. Use a resolver that has it, or a mongodb:// connection string that lists the hosts.",
		},
	},
	{
		ID:    "srv-domain-mismatch",
		Title: "An SRV record points outside the parent domain",
		Why:   "Drivers accept only SRV targets in the domain of the name that was asked for (Initial DNS Seedlist Discovery specification), so that a forged record cannot send them elsewhere: \"Server record does not share hostname with parent URI\" (Node), \"Invalid SRV host\" (PyMongo), \"does not share domain name\" (Java).",
		Fix: []string{
			"Publish SRV targets that end in the same parent domain as the name in the connection string, and certificates for those names.",
			"$ dig +short SRV {srv}",
			"Or connect with a mongodb:// connection string that lists the hosts.",
		},
	},
	{
		ID:    "srv-txt-invalid",
		Title: "The TXT record of the mongodb+srv name is not allowed",
		Why:   "Beside the SRV record a driver reads one TXT record, which may set authSource, replicaSet and loadBalanced and nothing else; a second record or another option is refused: \"Text record may only set any of\" (Node), \"Only one TXT record is supported\" (PyMongo).",
		Fix: []string{
			"Leave one TXT record, with authSource, replicaSet or loadBalanced only; put every other option into the connection string.",
			"$ dig +short TXT {srvhost}",
		},
	},
	{
		ID:    "dns-not-found",
		Title: "The host name does not exist",
		Why:   "DNS has no address for {host}, so no driver gets as far as a connection: \"getaddrinfo ENOTFOUND\" (Node), \"Name or service not known\" (PyMongo), \"no such host\" (Go), UnknownHostException (Java).",
		Fix: []string{
			"Check the spelling of {host}.",
			"A name of a private network (a VPC, a cluster, a container) resolves only inside it: run the client there, or give this machine that network's resolver.",
			"$ getent ahosts {host}",
		},
	},
	{
		ID:    "dns-timeout",
		Title: "The name server did not answer",
		Why:   "The lookup ran out of time. Drivers show it as a server selection timeout, often without a word about DNS.",
		Fix: []string{
			"Check the resolver of this machine and the way to it.",
			"$ getent ahosts {host}",
			"In a container or pod, check that its DNS service runs and that port 53 is open, by UDP and TCP.",
		},
	},
	{
		ID:    "dns-failure",
		Title: "The name server answered with an error",
		Why:   "The lookup of the host failed for another reason than a missing name, so no driver gets as far as a connection.",
		Fix: []string{
			"Read the resolver's error below; SERVFAIL is a fault of the name server or of the zone's DNSSEC signatures.",
			"$ getent ahosts {host}",
		},
	},
	{
		ID:    "tcp-refused",
		Title: "Nothing listens on the port",
		Why:   "The machine answered that the port is closed: \"Connection refused\" (ECONNREFUSED). TLS was not reached.",
		Fix: []string{
			"Check that mongod runs there and on this port.",
			"If it runs, look at net.bindIp: it listens on 127.0.0.1 only unless told otherwise.",
			"Check the port: 27017 is the default of mongod and mongos, 27018 of shard members, 27019 of config servers.",
		},
	},
	{
		ID:    "tcp-timeout",
		Title: "The port does not answer",
		Why:   "Not even a refusal came back, which is how firewalls drop packets. Drivers show a server selection timeout or \"connection timed out\"; TLS was not reached.",
		Fix: []string{
			"Check the way to it: firewall, security group, network policy, VPN, or the provider's IP access list.",
			"Run this again from a machine that is known to connect, and compare.",
		},
	},
	{
		ID:    "tcp-unreachable",
		Title: "There is no route to the host",
		Why:   "The network said that the address cannot be reached from here; TLS was not reached.",
		Fix: []string{
			"Check routes, VPN and the address itself; an IPv6 address without IPv6 connectivity ends the same way.",
		},
	},
	{
		ID:    "tcp-reset",
		Title: "Every connection is reset",
		Why:   "Connections are accepted and reset whatever is said on them, with and without TLS. That is not how mongod behaves: something before it does this.",
		Fix: []string{
			"Check what stands between: a load balancer without a healthy backend, a firewall that resets, a service mesh, a tunnel whose other end is down.",
			"If mongod itself is there, look in its log for \"Connection refused because there are too many open connections\" (id 22942).",
		},
		Silences: []ID{"handshake-closed"},
	},
}

// answering: what is there instead of the MongoDB server with TLS that was
// expected.
var answering = []Entry{
	{
		ID:    "plaintext-client",
		Title: "The server requires TLS and the connection string does not use it",
		Why:   "Without tls=true the driver sends its first message in clear; mongod with net.tls.mode requireTLS closes the connection at once: \"connection closed\" (PyMongo, Node), \"incomplete read of message header: EOF\" (Go), \"Prematurely reached end of stream\" (Java). mongod logs \"The server is configured to only allow SSL connections\" (id 22988).",
		Fix: []string{
			"Add tls=true to the connection string.",
			"$ mongotls check {tlsuri}",
			"If the server's certificate is from a private CA, add tlsCAFile with that CA as well.",
		},
		Silences: []ID{"plaintext-accepted"},
	},
	{
		ID:    "tls-disabled",
		Title: "A MongoDB server that does not use TLS",
		Why:   "The server answers hello in clear and closes the connection on a TLS ClientHello. The driver sees the connection end during the handshake: \"connection closed\", \"Client network socket disconnected before secure TLS connection was established\" (Node), \"EOF occurred in violation of protocol\" (PyMongo). mongod logs \"SSL handshake received but server is started without SSL support\" (id 22988).",
		Fix: []string{
			"Switch TLS on at the server: net.tls.mode: requireTLS and net.tls.certificateKeyFile in mongod.conf, then restart it.",
			"Check that this is the server you mean: a local test instance often listens on the same port.",
			"If the deployment is meant to run without TLS, connect without tls=true.",
		},
		Silences: []ID{"handshake-closed", "handshake-timeout", "not-tls", "plaintext-accepted"},
	},
	{
		ID:    "not-tls",
		Title: "Something other than TLS answers on this port",
		Why:   "The answer to the ClientHello is not a TLS record: \"wrong version number\" (OpenSSL), \"first record does not look like a TLS handshake\" (Go), \"Unsupported or unrecognized SSL message\" (Java).",
		Fix: []string{
			"Check host and port: what answered is shown below.",
			"If a proxy or load balancer stands there, it must pass TCP through, or do TLS on this port.",
		},
		Silences: []ID{"handshake-closed", "not-mongodb"},
	},
	{
		ID:    "not-mongodb",
		Title: "TLS answers, but no MongoDB server behind it",
		Why:   "The handshake works, and the hello command gets no MongoDB reply. Drivers report a malformed reply, an unexpected message length or a timeout.",
		Fix: []string{
			"Check host and port: this may be a web server, another database, or a proxy without a MongoDB backend.",
			"$ openssl s_client -connect {dial} -servername {name}",
		},
	},
	{
		ID:    "no-encryption",
		Title: "The connection is not encrypted",
		Why:   "The connection string has no TLS and the server takes connections in clear: drivers connect, and everything, passwords' proofs and data alike, crosses the network readable.",
		Fix: []string{
			"If the server offers TLS, add tls=true to the connection string; if not, switch it on with net.tls.mode.",
			"$ mongotls check {tlsuri}",
		},
		Silences: []ID{"plaintext-accepted", "tls-disabled", "handshake-closed", "handshake-timeout", "not-tls"},
	},
	{
		ID:    "plaintext-accepted",
		Title: "The server also accepts connections without TLS",
		Why:   "net.tls.mode is allowTLS or preferTLS: a client that forgets tls=true is served in clear, and nobody notices.",
		Fix: []string{
			"Once all clients use TLS, set net.tls.mode to requireTLS; at run time, from preferTLS:",
			"$ mongosh --tls --host {host} --port {port} --eval 'db.adminCommand({setParameter: 1, tlsMode: \"requireTLS\"})'",
		},
	},
	{
		ID:    "hello-error",
		Title: "The server answers hello with an error",
		Why:   "TLS is not the problem: the server took the connection and then refused the first command.",
		Fix: []string{
			"Read the server's message below.",
			"Error 354 wants loadBalanced=true in the connection string: the port is that of a load balancer.",
		},
	},
}

// configuration: options and local files.
var configuration = []Entry{
	{
		ID:    "file-unreadable",
		Title: "A file that the options name cannot be read",
		Why:   "Drivers read it before they connect, and stop there: FileNotFoundError (PyMongo), ENOENT (Node), \"no such file or directory\" (Go).",
		Fix: []string{
			"Check the path, as the user and in the container that the client runs in.",
			"$ ls -l {file}",
		},
		Silences: []ID{"issuer-unknown", "ca-file-mismatch", "self-signed-root-untrusted", "self-signed-leaf", "intermediate-missing"},
	},
	{
		ID:    "ca-file-invalid",
		Title: "The CA file holds no certificate that a driver can use",
		Why:   "tlsCAFile is a PEM file with one or more certificates. Without one in it no server can be trusted: \"the specified CA file does not contain any valid certificates\" (Go), \"no certificate or crl found\" (OpenSSL).",
		Fix: []string{
			"Get the CA's certificate in PEM form and name that file with tlsCAFile; {filehint}",
			"$ openssl x509 -in {file} -noout -subject -dates",
		},
		Silences: []ID{"issuer-unknown", "ca-file-mismatch", "self-signed-root-untrusted", "self-signed-leaf", "intermediate-missing"},
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
		ID:       "key-format",
		Title:    "The private key has a form that cannot be read",
		Why:      "Drivers read PEM keys: PKCS#8, PKCS#1 or SEC 1. Other containers, and encryptions that the library does not know, are refused.",
		Fix:      []string{"Convert it to PKCS#8 in PEM form:", "$ (umask 077; openssl pkcs8 -topk8 -in {file} -out client.key)"},
		Silences: []ID{"client-cert-required"},
	},
	{
		ID:    "trust-store-missing",
		Title: "This machine has no trust store",
		Why:   "Without tlsCAFile a driver trusts the system's roots, and there are none here: no certificate of any CA can be verified. Drivers show \"unable to get local issuer certificate\" or \"certificate signed by unknown authority\" for every server.",
		Fix: []string{
			"Install the roots; on Debian, Ubuntu and their containers:",
			"$ apt-get install -y ca-certificates",
			"If SSL_CERT_FILE or SSL_CERT_DIR is set, check that it names a file or folder that exists.",
			"macOS with Python from python.org: run \"/Applications/Python 3.x/Install Certificates.command\".",
		},
	},
	{
		ID:    "insecure-option",
		Title: "Certificate verification is switched off",
		Why:   "{options} makes the driver accept any certificate or name: the connection is encrypted, but to whom is not known, and whoever stands in the way can read and change it. It also hides the faults below until the day it is removed.",
		Fix: []string{
			"Remove {options} from the client's configuration, and repair what then fails: it is listed here.",
			"For a private CA, name its certificate with tlsCAFile; for a name that does not fit, issue a certificate that has it.",
		},
	},
}

// remarks come last: they stop nobody who has connected so far.
var remarks = []Entry{
	{
		ID:    "option-unsupported",
		Title: "An option that not every driver takes",
		Why:   "The URI options specification names more options than each driver understands: some ignore one silently, others refuse the connection string.",
		Fix: []string{
			"Check the drivers listed; where one ignores the option, configure the same thing in its own way.",
		},
	},
}
