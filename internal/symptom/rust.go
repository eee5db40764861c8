package symptom

import "slices"

const rustlsInvalid = "invalid peer certificate: "

// rustls are the texts of rustls 0.23.
var rustls = slices.Concat(
	[]Symptom{
		{Producer: Rustls, IDs: []string{"cert-expired", "intermediate-expired", "clock-skew"}, Text: rustlsInvalid + "certificate expired: verification time {n} (UNIX), but certificate is not valid after {date} ({age} seconds ago)"},
		{Producer: Rustls, IDs: []string{"cert-not-yet-valid", "clock-skew"}, Text: rustlsInvalid + "certificate not valid yet: verification time {n} (UNIX), but certificate is not valid before {date} ({age} seconds in future)"},
		{Producer: Rustls, IDs: []string{"cert-expired", "intermediate-expired", "clock-skew"}, Text: rustlsInvalid + "Expired"},
		{Producer: Rustls, IDs: []string{"cert-not-yet-valid", "clock-skew"}, Text: rustlsInvalid + "NotValidYet"},
		{Producer: Rustls, IDs: []string{"issuer-unknown", "intermediate-missing", "self-signed-leaf", "self-signed-root-untrusted", "ca-file-mismatch"}, Text: rustlsInvalid + "UnknownIssuer"},
		{Producer: Rustls, IDs: []string{"hostname-mismatch", "hostname-cn-only", "hostname-ip-not-in-san"}, Text: rustlsInvalid + "certificate not valid for name \"{host}\""},
		{Producer: Rustls, IDs: []string{"hostname-mismatch", "hostname-cn-only", "hostname-ip-not-in-san"}, Text: rustlsInvalid + "NotValidForName"},
		{Producer: Rustls, IDs: []string{"purpose-server-auth"}, Text: rustlsInvalid + "certificate does not allow extended key usage for"},
		{Producer: Rustls, IDs: []string{"ca-file-mismatch", "issuer-unknown", "key-too-small"}, Text: rustlsInvalid + "BadSignature"},
		{Producer: Rustls, IDs: []string{"signature-weak", "key-too-small"}, Text: rustlsInvalid + "UnsupportedSignatureAlgorithm"},
		{Producer: Rustls, IDs: []string{"cert-malformed"}, Text: rustlsInvalid + "BadEncoding"},
		{Producer: Rustls, IDs: []string{"purpose-server-auth", "self-signed-leaf", "chain-misordered"}, Text: rustlsInvalid + "Other(OtherError(CaUsedAsEndEntity))"},
		{Producer: Rustls, IDs: []string{"issuer-not-ca"}, Text: rustlsInvalid + "Other(OtherError(EndEntityUsedAsCa))"},
		{Producer: Rustls, IDs: []string{"path-length-exceeded"}, Text: rustlsInvalid + "Other(OtherError(PathLenConstraintViolated))"},
		{Producer: Rustls, IDs: []string{"path-length-exceeded"}, Text: rustlsInvalid + "Other(OtherError(MaximumPathDepthExceeded))"},
		{Producer: Rustls, IDs: []string{"name-constraint"}, Text: rustlsInvalid + "Other(OtherError(NameConstraintViolation))"},
		{Producer: Rustls, IDs: []string{"critical-extension"}, Text: rustlsInvalid + "Other(OtherError(UnsupportedCriticalExtension))"},
		{Producer: Rustls, IDs: []string{"cert-malformed"}, Text: rustlsInvalid + "Other(OtherError({name}))"},
		{Producer: Rustls, IDs: []string{"cert-malformed"}, Text: "peer sent no certificates"},
		{Producer: Rustls, Event: NotTLS, Text: "received corrupt message of type InvalidContentType"},
		{Producer: Rustls, Event: ServerTooOld, Text: "peer is incompatible: ServerDoesNotSupportTls12Or13"},
		{Producer: Rustls, Event: HandshakeEOF, Text: "tls handshake eof"},
		{Producer: Rustls, IDs: []string{"key-mismatch"}, Text: "keys may not be consistent: KeyMismatch"},
	},
	alerts(Rustls, "received fatal alert: {alert}", map[int]string{
		10: "UnexpectedMessage", 20: "BadRecordMac", 22: "RecordOverflow", 40: "HandshakeFailure", 42: "BadCertificate",
		43: "UnsupportedCertificate", 44: "CertificateRevoked", 45: "CertificateExpired", 46: "CertificateUnknown",
		47: "IllegalParameter", 48: "UnknownCA", 49: "AccessDenied", 50: "DecodeError", 51: "DecryptError", 70: "ProtocolVersion",
		71: "InsufficientSecurity", 80: "InternalError", 109: "MissingExtension", 112: "UnrecognizedName",
		116: "CertificateRequired", 120: "NoApplicationProtocol",
	}),
)

// rustDriver are the texts of the Rust driver and of Rust's standard library.
var rustDriver = []Symptom{
	{Producer: RustDriver, Event: HandshakeReset, Text: "Connection reset by peer (os error 104)"},
	{Producer: RustDriver, Event: ReplyReset, Text: "Connection reset by peer (os error 104)"},
	{Producer: RustDriver, Event: ReplyEOF, Text: "unexpected end of file"},
	{Producer: RustDriver, Event: TCPRefused, Text: "Connection refused (os error 111)"},
	{Producer: RustDriver, Event: TCPReset, Text: "Connection reset by peer (os error 104)"},
	{Producer: RustDriver, Event: TCPUnreachable, Text: "No route to host (os error 113)"},
	{Producer: RustDriver, Event: TCPTimeout, Text: "timed out"},
	{Producer: RustDriver, Event: HandshakeTimeout, Text: "timed out"},
	{Producer: RustDriver, Event: ReplyTimeout, Text: "timed out"},
	{Producer: RustDriver, Event: NameNotFound, Text: "failed to lookup address information: Name or service not known"},
	{Producer: RustDriver, Event: OptionUnknown, Text: "An invalid argument was provided: {option} is an invalid option"},
	{Producer: RustDriver, Event: OptionNotBuiltIn, Text: "An invalid argument was provided: the cert-key-password feature must be enabled to specify tlsCertificateKeyFilePassword in the URI"},
	{Producer: RustDriver, Event: KeyMismatch, Text: "keys may not be consistent: KeyMismatch"},
	{Producer: RustDriver, Event: NoCertificate, Text: "Unable to parse PEM-encoded client certificate from {file}"},
	{Producer: RustDriver, Event: NoKey, Text: "Unable to parse PEM-encoded item from {file}"},
	{Producer: RustDriver, Event: PasswordWrong, Text: "Failed to decrypt private key: {reason}"},
	{Producer: RustDriver, IDs: []string{"key-format"}, Text: "No encrypted private keys found"},
	{Producer: RustDriver, IDs: []string{"srv-not-found"}, Text: "SRV lookup for {name} returned no records"},
	{Producer: RustDriver, IDs: []string{"srv-domain-mismatch"}, Text: "SRV lookup for {name} returned result {host}, which does not match domain name {domain}"},
}
