package symptom

import (
	"slices"
	"strings"
)

// nodeError is how Node.js prints an error of OpenSSL's queue: {hex} is a thread,
// {function} and {path} are of the build.
func nodeError(r reason) string {
	return ":error:" + r.hex() + ":SSL routines:{function}:" + r.text + ":{path}:{n}:"
}

// node are the texts of Node.js.
var node = slices.Concat(
	[]Symptom{
		{Producer: NodeJS, IDs: []string{"hostname-mismatch"}, Text: "Hostname/IP does not match certificate's altnames: Host: {host}. is not in the cert's altnames: {name}", Code: "ERR_TLS_CERT_ALTNAME_INVALID"},
		{Producer: NodeJS, IDs: []string{"hostname-mismatch"}, Text: "Hostname/IP does not match certificate's altnames: Host: {host}. is not cert's CN: {name}", Code: "ERR_TLS_CERT_ALTNAME_INVALID"},
		{Producer: NodeJS, IDs: []string{"hostname-mismatch"}, Text: "Hostname/IP does not match certificate's altnames: Cert does not contain a DNS name", Code: "ERR_TLS_CERT_ALTNAME_INVALID"},
		{Producer: NodeJS, IDs: []string{"hostname-ip-not-in-san"}, Text: "Hostname/IP does not match certificate's altnames: IP: {host} is not in the cert's list: {name}", Code: "ERR_TLS_CERT_ALTNAME_INVALID"},
		{Producer: NodeJS, Event: HandshakeEOF, Text: "Client network socket disconnected before secure TLS connection was established", Code: "ECONNRESET"},
		{Producer: NodeJS, Event: HandshakeReset, Text: "read ECONNRESET", Code: "ECONNRESET"},
		{Producer: NodeJS, Event: ReplyReset, Text: "read ECONNRESET", Code: "ECONNRESET"},
		{Producer: NodeJS, Event: TCPRefused, Text: "connect ECONNREFUSED {ip}:{port}", Code: "ECONNREFUSED"},
		{Producer: NodeJS, Event: TCPReset, Text: "connect ECONNRESET {ip}:{port}", Code: "ECONNRESET"},
		{Producer: NodeJS, Event: TCPUnreachable, Text: "connect EHOSTUNREACH {ip}:{port}", Code: "EHOSTUNREACH"},
		{Producer: NodeJS, Event: NameNotFound, Text: "getaddrinfo ENOTFOUND {host}", Code: "ENOTFOUND"},
		{Producer: NodeJS, Event: KeyFileMissing, Text: "ENOENT: no such file or directory, open '{file}'", Code: "ENOENT"},
		{Producer: NodeJS, Event: CAFileMissing, Text: "ENOENT: no such file or directory, open '{file}'", Code: "ENOENT"},
		{Producer: NodeJS, Event: CRLFileMissing, Text: "ENOENT: no such file or directory, open '{file}'", Code: "ENOENT"},
		{Producer: NodeJS, Event: PasswordWrong, Text: "error:1C800064:Provider routines::bad decrypt", Code: "ERR_OSSL_BAD_DECRYPT"},
		{Producer: NodeJS, Event: PasswordMissing, Text: "error:1C800064:Provider routines::bad decrypt", Code: "ERR_OSSL_BAD_DECRYPT"},
		{Producer: NodeJS, Event: NoKey, Text: "error:1E08010C:DECODER routines::unsupported", Code: "ERR_OSSL_UNSUPPORTED"},
		{Producer: NodeJS, Event: KeyFormat, Text: "error:1E08010C:DECODER routines::unsupported", Code: "ERR_OSSL_UNSUPPORTED"},
		{Producer: NodeJS, Event: NoCertificate, Text: "error:0480006C:PEM routines::no start line", Code: "ERR_OSSL_PEM_NO_START_LINE"},
		{Producer: NodeJS, Event: KeyMismatch, Text: "error:05800074:x509 certificate routines::key values mismatch", Code: "ERR_OSSL_X509_KEY_VALUES_MISMATCH"},
		{Producer: NodeJS, Event: CRLFileInvalid, Text: "Failed to parse CRL", Code: "ERR_CRYPTO_OPERATION_FAILED"},
	},
	verifications(func(v verifyError) Symptom {
		code := v.node
		if code == "" {
			code = "UNSPECIFIED"
		}
		return Symptom{Producer: NodeJS, Text: v.text, Code: code}
	}),
	reasons(func(r reason) Symptom { return nodeAlert(NodeJS, r) }),
)

// node24 are those texts that OpenSSL 3.2 and later has otherwise.
var node24 = renamed(func(r reason) Symptom { return nodeAlert(NodeJS24, r) })

func nodeAlert(producer Producer, r reason) Symptom {
	s := Symptom{Producer: producer, Text: nodeError(r), Code: "ERR_SSL_" + r.name()}
	if strings.HasPrefix(string(r.event), "alert-") {
		s.Text += "SSL alert number " + strings.TrimPrefix(string(r.event), "alert-")
	}
	return s
}

// nodeDriver are the texts of the Node.js driver, and so of mongosh and Compass.
var nodeDriver = []Symptom{
	{Producer: NodeDriver, Event: HandshakeTimeout, Text: "Socket 'secureConnect' timed out after {n}ms (connectTimeoutMS: {n})"},
	{Producer: NodeDriver, Event: TCPTimeout, Text: "Socket 'secureConnect' timed out after {n}ms (connectTimeoutMS: {n})"},
	{Producer: NodeDriver, Event: NotMongoDB, Text: "connection <monitor> to {ip}:{port} closed"},
	{Producer: NodeDriver, IDs: []string{"tcp-timeout"}, Text: "Socket 'connect' timed out after {n}ms (connectTimeoutMS: {n})"},
	{Producer: NodeDriver, Event: NotBalanced, Text: "Driver attempted to initialize in load balancing mode, but the server does not support this mode."},
	{Producer: NodeDriver, Event: ReplyTimeout, Text: "connection <monitor> to {ip}:{port} timed out"},
	{Producer: NodeDriver, Event: ReplyEOF, Text: "connection <monitor> to {ip}:{port} closed"},
	{Producer: NodeDriver, Event: OptionUnknown, Text: "option {option} is not supported", Code: "MongoParseError"},
	{Producer: NodeDriver, Event: OptionValue, Text: "must be either \"true\" or \"false\"", Code: "MongoParseError"},
	{Producer: NodeDriver, IDs: []string{"srv-domain-mismatch"}, Text: "Server record does not share hostname with parent URI", Code: "MongoAPIError"},
	{Producer: NodeDriver, IDs: []string{"srv-not-found"}, Text: "querySrv ENOTFOUND {name}", Code: "ENOTFOUND"},
	{Producer: NodeDriver, IDs: []string{"srv-txt-invalid"}, Text: "Multiple text records not allowed"},
	{Producer: NodeDriver, IDs: []string{"srv-txt-invalid"}, Text: "Text record may only set any of: authSource, replicaSet, loadBalanced"},
}
