package finding

// lookUp shows what this machine's resolver says of the host.
const lookUp = "$ getent ahosts {dialhost}"

// lookUpSRV shows the SRV record.
const lookUpSRV = "$ dig +short SRV {srv}"

// withoutAuthorities are the consequences of having no CA certificate to verify
// by.
var withoutAuthorities = []ID{"issuer-unknown", "ca-file-mismatch", "self-signed-root-untrusted", "self-signed-leaf", "intermediate-missing"}

// reaching: what keeps a client from getting to the endpoint at all.
var reaching = []Entry{
	{
		ID:    "srv-not-found",
		Title: "No SRV record for the mongodb+srv name",
		Why:   "A mongodb+srv connection string names no server itself: the driver asks DNS for {srv} and connects to the hosts that come back. Without that record it stops before any connection: \"querySrv ENOTFOUND\" (Node), \"The DNS query name does not exist\" (PyMongo), \"Failed looking up SRV record\" (Java), \"no such host\" (Go).",
		Fix: []string{
			"Compare the name with the one your provider shows; a typo and a deleted cluster look the same from here.",
			lookUpSRV,
			"If another resolver knows the record, this machine's does not: a VPN, a private zone or a home router that drops SRV answers. Use a resolver that has it, or a mongodb:// connection string that lists the hosts.",
		},
	},
	{
		ID:    "srv-domain-mismatch",
		Title: "An SRV record points outside the parent domain",
		Why:   "Drivers accept only SRV targets in the domain of the name that was asked for (Initial DNS Seedlist Discovery specification), so that a forged record cannot send them elsewhere: \"Server record does not share hostname with parent URI\" (Node), \"Invalid SRV host\" (PyMongo), \"does not share domain name\" (Java).",
		Fix: []string{
			"Publish SRV targets that end in the same parent domain as the name in the connection string, and certificates for those names.",
			lookUpSRV,
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
		Why:   "DNS has no address for {dialhost}, so no driver gets as far as a connection: \"getaddrinfo ENOTFOUND\" (Node), \"Name or service not known\" (PyMongo), \"no such host\" (Go), UnknownHostException (Java).",
		Fix: []string{
			"Check the spelling of {dialhost}.",
			"A name of a private network (a VPC, a cluster, a container) resolves only inside it: run the client there, or give this machine that network's resolver.",
			lookUp,
		},
	},
	{
		ID:    "dns-timeout",
		Title: "The name server did not answer",
		Why:   "The lookup ran out of time. Drivers show it as a server selection timeout, often without a word about DNS.",
		Fix: []string{
			"Check the resolver of this machine and the way to it.",
			lookUp,
			"In a container or pod, check that its DNS service runs and that port 53 is open, by UDP and TCP.",
		},
	},
	{
		ID:    "dns-failure",
		Title: "The name server answered with an error",
		Why:   "The lookup of the host failed for another reason than a missing name, so no driver gets as far as a connection.",
		Fix: []string{
			"Read the resolver's error above. A SERVFAIL comes from the name server or the zone, not from this machine.",
			lookUp,
		},
	},
	{
		ID:    "tcp-refused",
		Title: "Nothing listens on the port",
		Why:   "The machine answered that the port is closed: \"Connection refused\" (ECONNREFUSED). TLS was not reached.",
		Fix: []string{
			"Check that mongod runs there; a mongod that rejects its own TLS configuration exits at start, and its log says why.",
			"Check the port: 27017 is the default of mongod and mongos, 27018 of shard members, 27019 of config servers.",
			"If it runs, look at net.bindIp: it listens on localhost only unless told otherwise.",
		},
	},
	{
		ID:    "tcp-timeout",
		Title: "The port does not answer",
		Why:   "Not even a refusal came back, which is how firewalls drop packets. Drivers show a server selection timeout or \"connection timed out\"; TLS was not reached.",
		Fix: []string{
			"Check the way to it: security group, firewall, network policy, VPN. At MongoDB Atlas, check the IP access list; Amazon DocumentDB is reached from inside its VPC only.",
			"Run this again from a machine that is known to connect, and compare:",
			"$ mongotls check {endpoint}",
		},
	},
	{
		ID:    "deadline-exceeded",
		Title: "The endpoint was not looked at",
		Why:   "The time of the whole run, --deadline, was over before its turn came. Nothing is known of it.",
		Fix: []string{
			"Give the run more time, or fewer endpoints; --concurrency lets more of them be looked at at once.",
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
		Why:   "Connections are accepted, or seem to be, and reset before anything is said on them. That is not how mongod refuses TLS: something before it does this, or there are too many connections.",
		Fix: []string{
			"Check what stands between: a port-forward or tunnel whose other end is down, a load balancer without a healthy backend, a service mesh, a firewall that resets.",
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
			"If the server's certificate is from a private CA, add tlsCAFile=ca.pem with that CA's certificate as well.",
		},
	},
	{
		ID:    "tls-disabled",
		Title: "A MongoDB server that does not use TLS",
		Why:   "The server answers in clear and gives a TLS ClientHello no answer. The driver sees the connection end during the handshake: \"connection closed\", \"Client network socket disconnected before secure TLS connection was established\" (Node), \"EOF occurred in violation of protocol\" (PyMongo). mongod logs \"SSL handshake received but server is started without SSL support\" (id 22988).",
		Fix: []string{
			"Check that this is the server you mean: a local test instance often listens on the same port.",
			"Switch TLS on at the server: net.tls.mode, net.tls.certificateKeyFile and net.tls.CAFile in mongod.conf, then restart it. While some clients still connect without TLS, use mode preferTLS first and requireTLS later.",
			"If the deployment is meant to run without TLS, connect without tls=true.",
		},
		Silences: []ID{"handshake-closed", "handshake-timeout", "not-tls", "plaintext-accepted"},
	},
	{
		ID:    "not-tls",
		Title: "Something other than TLS answers on this port",
		Why:   "The answer to the ClientHello is not a TLS record: \"wrong version number\" (OpenSSL), \"first record does not look like a TLS handshake\" (Go), \"Unsupported or unrecognized SSL message\" (Java).",
		Fix: []string{
			"Check host and port: what answered is shown above.",
			"If a proxy or load balancer stands there, it must pass TCP through, or do TLS on this port.",
		},
		Silences: []ID{"handshake-closed", "not-mongodb"},
	},
	{
		ID:    "not-mongodb",
		Title: "TLS answers, but no MongoDB server behind it",
		Why:   "The handshake works, and the hello command gets no MongoDB reply. Drivers report a malformed reply, an unexpected message length or a timeout.",
		Fix: []string{
			"Check host and port, and the certificate's names: this may be a web server, another database, or a proxy without a MongoDB backend.",
			showChain,
		},
	},
	{
		ID:    "no-encryption",
		Title: "The connection is not encrypted",
		Why:   "The connection string has no TLS and the server takes connections in clear: drivers connect, and all data crosses the network in clear, for anyone on the way to read and change.",
		Fix: []string{
			"If the server offers TLS, add tls=true to the connection string; if not, switch it on there with net.tls.mode.",
			"$ mongotls check {tlsuri}",
		},
		Silences: []ID{"plaintext-accepted", "tls-disabled", "handshake-closed", "handshake-timeout", "not-tls"},
	},
	{
		ID:    "plaintext-accepted",
		Title: "The server also accepts connections without TLS",
		Why:   "A client that forgets tls=true is served in clear, and nobody notices. In mongod that is net.tls.mode allowTLS or preferTLS, meant for the time of changing over; a service mesh that takes both looks the same from here.",
		Fix: []string{
			"Once all clients and members use TLS, set net.tls.mode to requireTLS. From preferTLS an administrator can do so at run time; put it into mongod.conf as well:",
			"$ mongosh --tls --host {host} --port {port} --eval 'db.adminCommand({setParameter: 1, tlsMode: \"requireTLS\"})'",
		},
	},
	{
		ID:    "hello-error",
		Title: "The server answers hello with an error",
		Why:   "TLS is not the problem: the server took the connection and then refused the first command.",
		Fix: []string{
			"Read the server's message above.",
			"Errors 433, 449 and 462: the server is overloaded or limits the rate; try again later.",
		},
	},
}

// configuration: options and the trust store.
var configuration = []Entry{
	{
		ID:       "option-conflict",
		Title:    "Options that drivers refuse together",
		Why:      "The specifications forbid some options beside each other, such as tls and ssl with different values or tlsInsecure with the narrower ones, and drivers raise an error before they connect: \"All values of tls/ssl must be the same\" (Node), \"authentication source must be $external or None for MONGODB-X509\" (PyMongo), \"auth source must be $external\" (Go).",
		Fix:      []string{"Leave one of them out; of two that bear on verification, the one that switches it off."},
		Silences: []ID{"x509-auth-failed"},
	},
	{
		ID:    "trust-store-missing",
		Title: "This machine has no trust store",
		Why:   "Without tlsCAFile a driver trusts the system's roots, and there are none here: no certificate of any CA can be verified. Drivers show \"unable to get local issuer certificate\" or \"certificate signed by unknown authority\" for every server.",
		Fix: []string{
			"If SSL_CERT_FILE or SSL_CERT_DIR is set, check that it names a file or folder that exists.",
			"Install the roots; on Debian, Ubuntu and their containers, as root:",
			"$ apt-get update && apt-get install -y ca-certificates",
			"If the server's certificate is from a private CA, the roots will not hold it: name the CA's certificate with tlsCAFile.",
			"macOS with Python from python.org: run \"/Applications/Python 3.x/Install Certificates.command\".",
		},
	},
	{
		ID:    "insecure-option",
		Title: "Certificate verification is switched off",
		Why:   "{options} makes the driver accept any certificate or name: the connection is encrypted, but to whom is not known, and whoever stands in the way can read and change it. It also hides every other fault of the certificates.",
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
			"Find your driver in the list above; where it ignores the option, configure the same thing in its own way.",
		},
	},
}
