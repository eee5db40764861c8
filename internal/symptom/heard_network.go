package symptom

import "slices"

// heardNames: DNS, SRV and TXT records.
func heardNames() []Symptom {
	return slices.Concat(
		heard(NodeJS, "srv-not-found",
			"querySrv ENOTFOUND", "querySrv ENODATA", "querySrv ESERVFAIL", "queryTxt ENOTFOUND", "queryTxt ESERVFAIL", "querySrv EBADNAME", "No addresses found at host", "querySrv EBADRESP", "querySrv ENOTIMP", "querySrv EFORMERR", "queryTxt EBADNAME", "querySrv EREFUSED", "queryTxt EREFUSED"),
		heard(NodeJS, "dns-timeout srv-not-found", "querySrv ETIMEOUT", "queryTxt ETIMEOUT", "queryTxt ETIMEDOUT", "querySrv ETIMEDOUT", "querySrv ECONNREFUSED", "queryTxt ECONNREFUSED", "querySrv ECONNRESET", "queryA ETIMEOUT", "queryTxt ECONNRESET"),
		heard(PyMongo, "srv-not-found",
			"The DNS query name does not exist", "None of DNS query names exist", "The DNS response does not contain an answer to the question", "dns.resolver.NXDOMAIN", "dns.resolver.NoAnswer", "The DNS response does not contain", "No SRV records"),
		heard(PyMongo, "dns-timeout", "The DNS operation timed out", "dns.resolver.LifetimeTimeout", "The resolution lifetime expired", "dns.exception.Timeout", "dns.resolver.Timeout", "DNS operation timed out", "context deadline exceeded: lookup"),
		heard(PyMongo, "dns-failure", "All nameservers failed to answer the query", "dns.resolver.NoNameservers", "is not a dns.nameserver.Nameserver instance", "cannot open /etc/resolv.conf", "Do not have any nameservers", "no nameservers"),
		heard(PyMongo, "uri-invalid", "dns.resolver.NoResolverConfiguration"),
		heard(JavaDriver, "srv-not-found", "Failed looking up SRV record", "Unable to look up SRV record", "Unable to look up TXT record", "No SRV records available for", "Failed looking up TXT record", "Unable to resolve SRV record", "No SRV record available"),
		heard(JavaDriver, "dns-failure srv-not-found", "DNS name not found [response code 3]", "DNS error [response code 2]", "DNS server failure [response code 2]", "DNS service refused", "javax.naming.NameNotFoundException", "javax.naming.CommunicationException: DNS error", "javax.naming.ServiceUnavailableException", "DNS server returned an error"),
		heard(GoDriver, "srv-not-found", "error parsing uri: lookup", "lookup _mongodb._tcp", "lookup {name} on {host}: dnsquery", "error looking up SRV", "cannot unmarshal DNS message", "no SRV records"),
		heard(Libmongoc, "srv-not-found", "Failed to look up SRV record", "Failed to look up TXT record", "No SRV records for"),
		heard(RubyDriver, "srv-not-found", "Mongo::Error::NoSRVRecords", "The DNS query returned no SRV records", "NoSRVRecords"),
		heard(CSharp, "srv-not-found", "DNS SRV query on", "returned no valid hosts", "DnsClient.DnsResponseException", "No SRV records were found", "Non-Existent Domain"),
		heard(Anyone, "srv-domain-mismatch", "does not share hostname with parent URI", "Invalid SRV host", "does not share domain name", "domain suffix from SRV record not matched input domain", "SRV records not in parent domain", "MismatchedDomain", "which does not match domain name", "does not match parent", "SRV record does not share"),
		heard(Anyone, "srv-txt-invalid", "Text record may only set any of", "Text record must only set", "Only one TXT record is supported", "Multiple TXT records", "multiple records from TXT not supported", "Multiple text records not allowed", "TXT record may only", "Only authSource and replicaSet are supported from DNS", "InvalidTXTRecord"),
		heard(NodeJS, "dns-not-found", "getaddrinfo ENOTFOUND", "failed to connect to server [{host}] on first connect [MongoNetworkError: getaddrinfo ENOTFOUND", "ENOTFOUND"),
		heard(NodeJS, "dns-timeout dns-failure", "getaddrinfo EAI_AGAIN", "EAI_AGAIN", "getaddrinfo ETIMEOUT", "getaddrinfo EMFILE"),
		heard(Python, "dns-not-found", "nodename nor servname provided, or not known", "Name or service not known", "getaddrinfo failed", "No address associated with hostname", "[Errno 11001]", "[Errno 11004]", "unknown host"),
		heard(Python, "dns-timeout dns-failure", "Temporary failure in name resolution", "Name resolution timed out", "Temporary DNS failure"),
		heard(Go, "dns-not-found", "no such host"),
		heard(Go, "dns-failure", "server misbehaving", "dnsquery: DNS name does not exist"),
		heard(JSSE, "dns-not-found", "UnknownHostException", "Unknown host", "nodename nor servname"),
		heard(Libmongoc, "dns-not-found", "Failed to resolve"),
		heard(Mongod, "dns-not-found", "Host not found (authoritative)", "Could not find address for", "couldn't resolve hostname", "getaddrinfo(\"{host}\") failed", "Failed to resolve host"),
		heard(Mongod, "dns-timeout dns-failure", "Host not found (non-authoritative), try again later"),
		heard(DotNet, "dns-not-found", "No such host is known", "The requested name is valid, but no data of the requested type was found", "This is usually a temporary error during hostname resolution"),
		heard(RustDriver, "dns-not-found srv-not-found", "failed to lookup address information", "no record found for", "An error occurred during DNS resolution", "no records found for"),
		heard(RustDriver, "dns-timeout dns-failure", "An error occurred during DNS resolution: request timed out", "proto error: io error"),
	)
}

// heardNetwork: TCP, in the words of every system and runtime.
func heardNetwork() []Symptom {
	return slices.Concat(
		heard(OperatingOS, "tcp-refused",
			"ECONNREFUSED", "Connection refused", "connect: connection refused", "actively refused it", "WinError 10061", "os error 111", "os error 61", "os error 10061", "Errno 111", "Errno 61", "Verbindungsaufbau abgelehnt", "Connexion refus", "Connection refused (Connection refused)",
			"No connection could be made because the target machine actively refused it", "Could not connect to localhost:27017", "couldn't connect to server 127.0.0.1:27017", "HostUnreachable: Connection refused", "Verbindung abgelehnt"),
		heard(OperatingOS, "tcp-timeout atlas-access-list",
			"ETIMEDOUT", "connect ETIMEDOUT", "Connection timed out", "connect timed out", "Operation timed out", "i/o timeout", "WinError 10060", "os error 110", "os error 60", "Errno 110", "Errno 60",
			"did not properly respond after a period of time", "dial tcp {host}: i/o timeout", "MongoSocketOpenException: Exception opening socket: connect timed out", "Connect timed out", "connection timeout", "Couldn't connect in time", "NetworkTimeout: Error connecting",
			"Socket 'connect' timed out", "Timed out connecting to", "java.net.SocketTimeoutException: connect timed out", "Error: connect ETIMEDOUT"),
		heard(NodeDriver, "tcp-timeout handshake-timeout atlas-access-list large-hello-dropped", "MongoNetworkTimeoutError: connection timed out", "MongoNetworkTimeoutError", "connection {n} to {host} timed out", "connection <monitor> to {host} timed out", "failed to connect to server [{host}] on first connect [MongoNetworkTimeoutError"),
		heard(OperatingOS, "tcp-unreachable",
			"EHOSTUNREACH", "ENETUNREACH", "No route to host", "Network is unreachable", "os error 113", "os error 101", "os error 65", "WinError 10065", "WinError 10051", "A socket operation was attempted to an unreachable", "Host is unreachable", "EADDRNOTAVAIL", "NoRouteToHostException", "network is down", "Can't assign requested address"),
	)
}

// heardClosed: the connection ended, and nobody says why.
func heardClosed() []Symptom {
	const closed = "handshake-closed plaintext-client tls-disabled client-cert-required atlas-access-list client-cert-rejected tcp-reset no-shared-cipher not-mongodb"
	return slices.Concat(
		heard(OperatingOS, closed,
			"ECONNRESET", "Connection reset by peer", "Connection reset", "read ECONNRESET", "write ECONNRESET", "connection was reset", "WinError 10054", "WinError 10053", "os error 104", "os error 54", "os error 10054", "Errno 104", "Errno 54", "Errno 10054",
			"EPIPE", "write EPIPE", "Broken pipe", "os error 32", "ECONNABORTED", "Software caused connection abort", "connection was forcibly closed", "connection was aborted", "connection was closed"),
		heard(PyMongo, closed, "connection closed", "AutoReconnect: connection closed", "connection pool paused", "_OperationCancelled", "connection was closed by", "peer closed connection"),
		heard(NodeDriver, closed,
			"connection {n} to {host} closed", "connection <monitor> to {host} closed", "MongoNetworkError: connection", "connection to {host} closed", "connection establishment was cancelled", "MongoNetworkError: socket", "server {host} sockets closed", "sockets closed", "socket closed", "connection destroyed, not possible to instantiate cursor",
			"Topology was destroyed", "Topology is closed", "topology was destroyed", "pool destroyed", "pool was destroyed", "pool is destroyed", "PoolClearedOnNetworkError", "PoolClearedError", "MongoPoolClearedError", "Connection pool for {host} was cleared because another operation failed"),
		heard(JavaDriver, closed,
			"Prematurely reached end of stream", "MongoSocketReadException", "MongoSocketWriteException", "Exception receiving message", "Exception sending message", "MongoSocketClosedException", "Cannot read from a closed stream", "The connection to the server was closed", "end of stream"),
		heard(Libmongoc, "handshake-closed tcp-refused plaintext-client tls-disabled client-cert-required client-cert-rejected no-shared-cipher", "connection closed calling"),
		heard(Libmongoc, "undetermined ca-file-invalid file-unreadable key-file-no-key key-mismatch key-password-wrong key-password-required key-file-no-certificate key-format crl-file-invalid", "connection error calling"),
		heard(Libmongoc, "handshake-closed client-cert-required client-cert-rejected client-cert-untrusted plaintext-client", "Failed to receive length header from server"),
		heard(Libmongoc, closed, "TLS handshake failed: Connection timed out", "Server closed connection", "socket error or timeout", "Failed to read {n} bytes", "Failed to send \"{name}\" command", "Failure during socket delivery"),
		heard(GoDriver, closed, "Last error: EOF"),
		heard(RubyDriver, closed, "Mongo::Error::SocketError", "EOFError", "Errno::ECONNRESET", "Errno::EPIPE"),
		heard(CSharp, closed, "An exception occurred while receiving a message from the server", "An exception occurred while sending a message to the server", "MongoConnectionPoolPausedException"),
		heard(Mongod, closed, "Connection closed by peer", "HostUnreachable: Connection closed by peer", "HostUnreachable: Connection reset by peer", "SocketException: Connection closed", "network error while attempting", "HostUnreachable: End of file", "End of file", "asio.ssl.stream: stream truncated", "stream truncated", "short read"),
	)
}

// heardTimeouts: time ran out, and nobody says on what.
func heardTimeouts() []Symptom {
	return slices.Concat(
		heard(Python, "handshake-timeout tcp-timeout", "{host}:{port}: timed out", "socket.timeout: timed out", "NetworkTimeout: {host}", "TimeoutError: timed out", "NetworkTimeout"),
		heard(JSSE, "handshake-timeout tcp-timeout", "SocketTimeoutException: Read timed out", "Read timed out", "MongoSocketReadTimeoutException", "Timeout while receiving message"),
		heard(Go, "handshake-timeout tcp-timeout large-hello-dropped atlas-access-list", "client timed out waiting for server response", "Last error: context deadline exceeded", "net/http: TLS handshake timeout"),
		heard(RubyDriver, "handshake-timeout tcp-timeout", "execution expired", "The socket took over"),
		heard(CSharp, "handshake-timeout tcp-timeout", "Timed out authenticating", "The operation was canceled: authenticat"),
		heard(Libmongoc, "handshake-timeout tcp-timeout large-hello-dropped", "socket timeout calling hello", "socket timeout calling ismaster", "socket timeout"),
	)
}

// heardReplies: what drivers say of an answer that is none of MongoDB's.
func heardReplies() []Symptom {
	return heard(Anyone, "not-mongodb not-tls handshake-closed",
		"Got response id {n} but expected {n}", "length of read message too large", "The reply message length", "reply message length {n} is", "Invalid reply from server", "exceeds allowed max message size", "Invalid message size", "Message exceeds allowed max",
		"malformed message length", "unexpected opcode", "Unknown opcode", "is larger than server max message size", "Message length {n} is larger than", "invalid message length", "Unexpected reply", "Unexpected message", "The server's response was malformed", "unexpected response", "MongoInternalException: The reply",
		"Unable to decode the reply", "invalid bson length", "Size of the received message", "The size of the message is invalid", "The responseTo", "FormatException: An error occurred while deserializing")
}

// heardOpaque: what is around a cause, and says nothing when it stands alone.
func heardOpaque() []Symptom {
	return slices.Concat(
		heard(PyMongo, "undetermined", "ServerSelectionTimeoutError", "Could not reach any servers in", "No servers found yet", "No replica set members found yet", "No primary available for writes", "No mongos available", "No replica set members match selector", "No servers match selector", "None of the servers are connectable", "AutoReconnect", "could not connect to"),
		heard(NodeDriver, "undetermined", "Server selection timed out after", "MongoServerSelectionError", "MongooseServerSelectionError", "MongoTimeoutError", "no primary server available", "no primary found in replicaset", "no mongos proxy available", "failed to connect to server", "seed list contains no mongos proxies", "no connection available", "ReplicaSetNoPrimary",
			"all servers in the replica set", "Could not connect to any servers in your MongoDB Atlas cluster", "MongoNetworkError", "failed to reconnect after", "no valid seed servers in list", "no valid replicaset members found"),
		heard(Mongoose, "undetermined", "buffering timed out after", "Operation `{name}` buffering timed out", "Cannot call `{name}` before initial connection is complete"),
		heard(NodeDriver, "atlas-access-list undetermined", "Please ensure that your Network Access List allows connections from your IP", "make sure your current IP address is on your Atlas cluster's IP whitelist", "IP that isn't whitelisted", "isn't whitelisted", "is not whitelisted", "IP whitelist", "IP access list"),
		heard(GoDriver, "undetermined handshake-timeout tcp-timeout tcp-refused large-hello-dropped not-mongodb", "context deadline exceeded"),
		heard(GoDriver, "undetermined", "server selection error", "server selection timeout", "no reachable servers", "connection() error occurred during connection handshake", "context canceled", "ReplicaSetNoPrimary, Servers"),
		heard(JavaDriver, "undetermined", "Timed out after {n} ms while waiting", "Timed out while waiting for a server", "Timed out while waiting to connect", "MongoTimeoutException", "MongoSocketOpenException", "MongoSocketException", "Exception opening socket", "Exception in monitor thread while connecting to server", "can't find a master", "No server chosen by"),
		heard(Libmongoc, "undetermined", "No suitable servers found", "serverSelectionTimeoutMS expired", "serverSelectionTryOnce set", "No suitable servers", "ConnectionTimeoutException"),
		heard(CSharp, "undetermined", "A timeout occurred after {n}ms selecting a server", "selecting a server using CompositeServerSelector", "An exception occurred while opening a connection to the server", "MongoConnectionException", "MongoAuthenticationException: Unable to authenticate"),
		heard(RustDriver, "undetermined", "Server selection timeout", "No available servers"),
		heard(RubyDriver, "undetermined", "Mongo::Error::NoServerAvailable", "No server is available matching preference", "server is available in cluster", "No primary server is available"),
		heard(Erlang, "undetermined", "failed to connect: ** (Mongo.Error)", "connection not available and request was dropped from queue"),
		heard(PHP, "undetermined", "MongoConnectionException", "Failed to connect to: {host}", "No candidate servers found", "MongoCursorTimeoutException"),
		heard(Mongod, "undetermined", "HostUnreachable", "Error connecting to {host}", "FailedToSatisfyReadPreference", "Could not find host matching read preference", "NetworkInterfaceExceededTimeLimit", "Heartbeat failed after max retries", "Couldn't get a connection within the time limit"),
		heard(Anyone, "undetermined", "Error dialing to connParams", "none of them worked", "Error checking out client", "Could not connect to a primary node", "Could not connect to any secondary or primary nodes", "unable to connect to MongoDB", "could not connect to MongoDB", "Failed to connect to MongoDB", "MongoDB connection error", "cannot connect to mongo", "Error connecting to MongoDB", "MongoDB connection failed", "connection to MongoDB failed", "Unable to connect to database", "mongo connect error"),
	)
}
