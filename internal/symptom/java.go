package symptom

import "slices"

// The beginnings of the messages of JSSE's trust manager.
const (
	jssePath      = "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
	jsseBuilding  = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"
	jsseAlgorithm = "Algorithm constraints check failed on "
)

// The exceptions in which JSSE wraps an alert: its own for those that only a
// handshake can bring.
const (
	jsseAlert          = "javax.net.ssl.SSLException: Received fatal alert: "
	jsseHandshakeAlert = "javax.net.ssl.SSLHandshakeException: Received fatal alert: "
)

// jsse are the texts of Java's TLS and sockets.
var jsse = slices.Concat(
	[]Symptom{
		{Producer: JSSE, IDs: []string{"issuer-unknown", "intermediate-missing", "self-signed-leaf", "self-signed-root-untrusted", "ca-file-mismatch"}, Text: jsseBuilding, Code: "SunCertPathBuilderException"},
		{Producer: JSSE, IDs: []string{"trust-store-missing", "ca-file-invalid"}, Text: "the trustAnchors parameter must be non-empty", Code: "InvalidAlgorithmParameterException"},
		{Producer: JSSE, IDs: []string{"cert-expired", "intermediate-expired"}, Text: "NotAfter: {time}", Code: "CertificateExpiredException"},
		{Producer: JSSE, IDs: []string{"cert-not-yet-valid"}, Text: "NotBefore: {time}", Code: "CertificateNotYetValidException"},
		{Producer: JSSE, IDs: []string{"cert-expired", "intermediate-expired", "cert-not-yet-valid", "clock-skew"}, Text: jssePath + "validity check failed", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"ca-file-mismatch", "issuer-unknown"}, Text: jssePath + "Path does not chain with any of the trust anchors", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"ca-file-mismatch"}, Text: jssePath + "signature check failed", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"path-length-exceeded"}, Text: jssePath + "basic constraints check failed: pathLenConstraint violated", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"issuer-not-ca"}, Text: jssePath + "basic constraints check failed", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"issuer-not-ca"}, Text: jssePath + "incorrect KeyUsage extension", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"issuer-not-ca"}, Text: jssePath + "CA key usage check failed", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"name-constraint"}, Text: jssePath + "name constraints check failed", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"critical-extension"}, Text: jssePath + "unrecognized critical extension(s)", Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"key-too-small", "signature-weak"}, Text: jssePath + jsseAlgorithm, Code: "CertPathValidatorException"},
		{Producer: JSSE, IDs: []string{"issuer-not-ca"}, Text: "TrustAnchor with subject \"{name}\" is not a CA certificate", Code: "ValidatorException"},
		{Producer: JSSE, IDs: []string{"issuer-not-ca"}, Text: "TrustAnchor with subject \"{name}\" does not have keyCertSign bit set in KeyUsage extension", Code: "ValidatorException"},
		{Producer: JSSE, IDs: []string{"purpose-server-auth"}, Text: "Extended key usage does not permit use for TLS server authentication", Code: "ValidatorException"},
		{Producer: JSSE, IDs: []string{"purpose-server-auth"}, Text: "KeyUsage does not allow", Code: "ValidatorException"},
		{Producer: JSSE, IDs: []string{"hostname-mismatch"}, Text: "No subject alternative DNS name matching {host} found.", Code: "CertificateException"},
		{Producer: JSSE, IDs: []string{"hostname-mismatch"}, Text: "No name matching {host} found", Code: "CertificateException"},
		{Producer: JSSE, IDs: []string{"hostname-mismatch"}, Text: "Illegal given domain name: {host}", Code: "CertificateException"},
		{Producer: JSSE, IDs: []string{"hostname-ip-not-in-san"}, Text: "No subject alternative names matching IP address {host} found", Code: "CertificateException"},
		{Producer: JSSE, IDs: []string{"hostname-ip-not-in-san"}, Text: "No subject alternative names present", Code: "CertificateException"},
		{Producer: JSSE, Event: StapleRevoked, Text: jssePath + "Certificate has been revoked, reason: {reason}, revocation date: {time}, authority: {name}, extension OIDs: {list}", Code: "CertPathValidatorException"},
		{Producer: JSSE, Event: RevocationPath, Text: jsseBuilding, Code: "SunCertPathBuilderException"},
		{Producer: JSSE, Event: RevocationUnknown, Text: jssePath + "Could not determine revocation status", Code: "CertPathValidatorException"},
		{Producer: JSSE, Event: ResponderMissing, Text: jssePath + "Certificate does not specify OCSP responder", Code: "CertPathValidatorException"},
		{Producer: JSSE, Event: ResponderDown, Text: jssePath + "Unable to determine revocation status due to network error", Code: "CertPathValidatorException"},
		{Producer: JSSE, Event: NotTLS, Text: "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message"},
		{Producer: JSSE, Event: ServerTooOld, Text: "javax.net.ssl.SSLHandshakeException: The server selected protocol version {name} is not accepted by client preferences {list}"},
		{Producer: JSSE, Event: HandshakeEOF, Text: "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake"},
		{Producer: JSSE, Event: HandshakeReset, Text: "java.net.SocketException: Connection reset"},
		{Producer: JSSE, Event: ReplyReset, Text: "java.net.SocketException: Connection reset"},
		{Producer: JSSE, Event: HandshakeTimeout, Text: "java.net.SocketTimeoutException: Read timed out"},
		{Producer: JSSE, Event: ReplyTimeout, Text: "java.net.SocketTimeoutException: Read timed out"},
		{Producer: JSSE, Event: TCPRefused, Text: "java.net.ConnectException: Connection refused"},
		{Producer: JSSE, Event: TCPTimeout, Text: "java.net.SocketTimeoutException: Connect timed out"},
		{Producer: JSSE, Event: TCPReset, Whole: true, Text: "java.net.SocketException: Connection reset"},
		{Producer: JSSE, Event: TCPUnreachable, Text: "java.net.NoRouteToHostException: No route to host"},
		{Producer: JSSE, Event: NameNotFound, Text: "java.net.UnknownHostException: {host}"},
		{Producer: JSSE, IDs: []string{"key-password-wrong"}, Text: "keystore password was incorrect"},
	},
	alerts(JSSE, "{alert}", map[int]string{
		10: "javax.net.ssl.SSLProtocolException: Received fatal alert: unexpected_message",
		20: jsseAlert + "bad_record_mac", 22: jsseAlert + "record_overflow",
		40: jsseHandshakeAlert + "handshake_failure", 42: jsseHandshakeAlert + "bad_certificate",
		43: jsseHandshakeAlert + "unsupported_certificate", 44: jsseHandshakeAlert + "certificate_revoked",
		45: jsseHandshakeAlert + "certificate_expired", 46: jsseHandshakeAlert + "certificate_unknown",
		47: jsseHandshakeAlert + "illegal_parameter", 48: jsseHandshakeAlert + "unknown_ca",
		49: jsseHandshakeAlert + "access_denied", 50: jsseHandshakeAlert + "decode_error",
		51: jsseHandshakeAlert + "decrypt_error", 70: jsseHandshakeAlert + "protocol_version",
		71: jsseHandshakeAlert + "insufficient_security", 80: jsseAlert + "internal_error",
		109: jsseHandshakeAlert + "missing_extension", 112: jsseHandshakeAlert + "unrecognized_name",
		116: jsseHandshakeAlert + "certificate_required", 120: jsseHandshakeAlert + "no_application_protocol",
	}),
)

// javaDriver are the texts of the Java driver.
var javaDriver = []Symptom{
	{Producer: JavaDriver, Event: ReplyEOF, Whole: true, Text: "com.mongodb.MongoSocketReadException: Prematurely reached end of stream"},
	{Producer: JavaDriver, Event: NameNotFound, Whole: true, Text: "com.mongodb.MongoSocketException: {host}}, caused by {java.net.UnknownHostException: {host}"},
	{Producer: JavaDriver, Event: NotMongoDB, Whole: true, Text: "com.mongodb.MongoInternalException: The reply message length {n} is less than the maximum message length {limit}"},
	{Producer: JavaDriver, IDs: []string{"srv-not-found"}, Text: "Failed looking up SRV record for '{name}'."},
	{Producer: JavaDriver, IDs: []string{"srv-not-found"}, Text: "No SRV records available for '{name}'."},
	{Producer: JavaDriver, IDs: []string{"srv-domain-mismatch"}, Text: "The SRV host name '{name}' resolved to a host '{host}' that does not share domain name"},
	{Producer: JavaDriver, IDs: []string{"srv-txt-invalid"}, Text: "Multiple TXT records found for host '{host}'.  Only one is permitted"},
}
