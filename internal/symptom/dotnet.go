package symptom

import "slices"

// The beginnings of what SslStream says of a certificate.
const (
	dotnetChain = "The remote certificate is invalid because of errors in the certificate chain: "
	dotnetRules = "The remote certificate is invalid according to the validation procedure: "
)

// dotnet are the texts of .NET, in which flags of a chain may be joined.
var dotnet = slices.Concat(
	[]Symptom{
		{Producer: DotNet, IDs: []string{"cert-expired", "cert-not-yet-valid", "intermediate-expired", "root-expired", "clock-skew"}, Text: dotnetChain + "NotTimeValid"},
		{Producer: DotNet, IDs: []string{"ca-file-mismatch", "issuer-unknown"}, Text: dotnetChain + "NotSignatureValid"},
		{Producer: DotNet, IDs: []string{"purpose-server-auth"}, Text: dotnetChain + "NotValidForUsage"},
		{Producer: DotNet, IDs: []string{"self-signed-leaf", "self-signed-root-untrusted"}, Text: dotnetChain + "UntrustedRoot"},
		{Producer: DotNet, IDs: []string{"issuer-unknown", "intermediate-missing", "ca-file-mismatch"}, Text: dotnetChain + "PartialChain"},
		{Producer: DotNet, IDs: []string{"issuer-not-ca", "path-length-exceeded"}, Text: dotnetChain + "InvalidBasicConstraints"},
		{Producer: DotNet, IDs: []string{"cert-malformed"}, Text: dotnetChain + "InvalidExtension"},
		{Producer: DotNet, IDs: []string{"name-constraint"}, Text: dotnetChain + "InvalidNameConstraints"},
		{Producer: DotNet, IDs: []string{"name-constraint"}, Text: dotnetChain + "HasNotSupportedNameConstraint"},
		{Producer: DotNet, IDs: []string{"name-constraint"}, Text: dotnetChain + "HasNotPermittedNameConstraint"},
		{Producer: DotNet, IDs: []string{"name-constraint"}, Text: dotnetChain + "HasExcludedNameConstraint"},
		{Producer: DotNet, IDs: []string{"critical-extension"}, Text: dotnetChain + "HasNotSupportedCriticalExtension"},
		{Producer: DotNet, IDs: []string{"revoked"}, Text: dotnetChain + "Revoked"},
		{Producer: DotNet, IDs: []string{"revocation-unchecked", "ocsp-unreachable"}, Text: dotnetChain + "RevocationStatusUnknown"},
		{Producer: DotNet, IDs: []string{"revocation-unchecked", "ocsp-unreachable"}, Text: dotnetChain + "OfflineRevocation"},
		{Producer: DotNet, IDs: []string{"hostname-mismatch", "hostname-ip-not-in-san"}, Text: dotnetRules + "RemoteCertificateNameMismatch"},
		{Producer: DotNet, IDs: []string{"hostname-mismatch", "issuer-unknown"}, Text: dotnetRules + "RemoteCertificateNameMismatch, RemoteCertificateChainErrors"},
		{Producer: DotNet, IDs: []string{"cert-malformed"}, Text: "SSL Handshake failed with OpenSSL error - SSL_ERROR_SSL."},
		{Producer: DotNet, IDs: []string{"cert-malformed"}, Text: "Error occurred during a cryptographic operation."},
		{Producer: DotNet, Event: NotTLS, Text: "Cannot determine the frame size or a corrupted frame was received."},
		{Producer: DotNet, IDs: []string{"not-tls"}, Text: "The handshake failed due to an unexpected packet format."},
		{Producer: DotNet, Event: HandshakeEOF, Text: "Received an unexpected EOF or 0 bytes from the transport stream."},
		{Producer: DotNet, IDs: []string{"handshake-closed"}, Text: "Authentication failed because the remote party has closed the transport stream."},
		{Producer: DotNet, Event: HandshakeReset, Text: "Unable to read data from the transport connection: Connection reset by peer."},
		{Producer: DotNet, Event: ReplyReset, Text: "Unable to read data from the transport connection: Connection reset by peer."},
		{Producer: DotNet, Event: TCPRefused, Text: "Connection refused"},
		{Producer: DotNet, Event: TCPUnreachable, Text: "No route to host"},
		{Producer: DotNet, Event: NameNotFound, Text: "Name or service not known"},
	},
	alerts(DotNet, "Authentication failed because the remote party sent a TLS alert: '{alert}'.", map[int]string{
		10: "UnexpectedMessage", 20: "BadRecordMac", 22: "RecordOverflow", 40: "HandshakeFailure", 42: "BadCertificate",
		43: "UnsupportedCert", 44: "CertificateRevoked", 45: "CertificateExpired", 46: "CertificateUnknown", 47: "IllegalParameter",
		48: "UnknownCA", 49: "AccessDenied", 50: "DecodeError", 51: "DecryptError", 70: "ProtocolVersion", 71: "InsufficientSecurity",
		80: "InternalError",
	}),
)

// csharp are the texts of the C# driver.
var csharp = []Symptom{
	{Producer: CSharp, Event: ReplyEOF, Text: "System.IO.EndOfStreamException: Attempted to read past the end of the stream."},
	{Producer: CSharp, Event: TCPTimeout, Text: "Timed out connecting to {host}:{port}. Timeout was {time}."},
	{Producer: CSharp, IDs: []string{"srv-txt-invalid"}, Text: "Only 1 TXT record is allowed when using the SRV protocol."},
}
