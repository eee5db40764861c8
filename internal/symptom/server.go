package symptom

// operatingSystem are the texts of errno that no producer words anew.
var operatingSystem = []Symptom{
	{Producer: OperatingOS, Event: TCPRefused, Text: "Connection refused", Code: "ECONNREFUSED"},
	{Producer: OperatingOS, Event: HandshakeReset, Text: "Connection reset by peer", Code: "ECONNRESET"},
	{Producer: OperatingOS, Event: TCPUnreachable, Text: "No route to host", Code: "EHOSTUNREACH"},
	{Producer: OperatingOS, Event: TCPTimeout, Text: "Connection timed out", Code: "ETIMEDOUT"},
}

// mongod are lines of the server's log.
var mongod = []Symptom{
	{Producer: Mongod, IDs: []string{"client-cert-required"}, Text: "no SSL certificate provided by peer; connection rejected"},
	{Producer: Mongod, IDs: []string{"tls-disabled"}, Text: "SSL handshake received but server is started without SSL support"},
	{Producer: Mongod, IDs: []string{"plaintext-client"}, Text: "The server is configured to only allow SSL connections"},
	{Producer: Mongod, IDs: []string{"protocol-version"}, Text: "SSL handshake failed, as client requested disabled protocol"},
}
