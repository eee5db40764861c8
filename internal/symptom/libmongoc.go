package symptom

import (
	"fmt"
	"slices"
)

// libmongoc are the texts of libmongoc with OpenSSL, and so of C, C++ and PHP.
var libmongoc = slices.Concat(
	[]Symptom{
		{Producer: Libmongoc, Event: StapleRevoked, Text: "TLS handshake failed: Failed OCSP verification"},
		{Producer: Libmongoc, Event: StapleInvalid, Text: "TLS handshake failed: Failed OCSP verification"},
		{Producer: Libmongoc, Event: StapleUnreadable, Text: "TLS handshake failed: Failed OCSP verification"},
		{Producer: Libmongoc, Event: StapleMissing, Text: "TLS handshake failed: Failed OCSP verification"},
		{Producer: Libmongoc, Event: ResponderRevoked, Text: "TLS handshake failed: Failed OCSP verification"},
		{Producer: Libmongoc, IDs: []string{"revoked"}, Text: "OCSP Certificate Status: Revoked. Reason: {reason}"},
		{Producer: Libmongoc, IDs: []string{"must-staple-missing"}, Text: "Server must contain a stapled response"},
		// errno is set by hand where the peer just ended the connection.
		{Producer: Libmongoc, Event: HandshakeEOF, Text: "TLS handshake failed: Connection timed out"},
		{Producer: Libmongoc, Event: HandshakeReset, Text: "TLS handshake failed: Connection reset by peer"},
		{Producer: Libmongoc, Event: HandshakeTimeout, Text: "socket timeout"},
		{Producer: Libmongoc, Event: TCPTimeout, Text: "socket timeout"},
		{Producer: Libmongoc, Event: TCPRefused, Text: "connection closed"},
		{Producer: Libmongoc, Event: TCPReset, Text: "connection closed"},
		{Producer: Libmongoc, IDs: []string{"tcp-refused"}, Text: "connection refused calling hello on '{host}:{port}'"},
		{Producer: Libmongoc, Event: NotBalanced, Whole: true, Text: "Driver attempted to initialize in load balancing mode, but the server does not support this mode."},
		{Producer: Libmongoc, Event: ReplyTimeout, Text: "socket timeout"},
		{Producer: Libmongoc, Event: ReplyEOF, Text: "Server closed connection."},
		{Producer: Libmongoc, Event: ReplyReset, Text: "connection closed"},
		{Producer: Libmongoc, Event: ReplyLost, Text: "Failed to receive length header from server."},
		{Producer: Libmongoc, Event: OptionValue, Whole: true, Text: "Unsupported value for \"{option}\""},
		{Producer: Libmongoc, Event: NameNotFound, Whole: true, Text: "Failed to resolve '{host}'"},
		{Producer: Libmongoc, IDs: []string{"handshake-timeout"}, Text: "TLS handshake timed out."},
		// All that is wrong with a file is in the log alone.
		{Producer: Libmongoc, Event: KeyFileMissing, Text: "connection error"},
		{Producer: Libmongoc, Event: CAFileMissing, Text: "connection error"},
		{Producer: Libmongoc, Event: CAFileInvalid, Text: "connection error"},
		{Producer: Libmongoc, Event: CAFileDamaged, Text: "connection error"},
		{Producer: Libmongoc, Event: CRLFileInvalid, Text: "connection error"},
		{Producer: Libmongoc, Event: CRLFileMissing, Text: "connection error"},
		{Producer: Libmongoc, Event: NotMongoDB, Text: "Invalid reply from server."},
		{Producer: Libmongoc, Event: NoCertificate, Text: "connection error"},
		{Producer: Libmongoc, Event: NoKey, Text: "connection error"},
		{Producer: Libmongoc, Event: KeyMismatch, Text: "connection error"},
		{Producer: Libmongoc, Event: KeyFormat, Text: "connection error"},
		{Producer: Libmongoc, Event: PasswordWrong, Text: "connection error"},
		{Producer: Libmongoc, Event: PasswordMissing, Text: "connection error"},
		{Producer: Libmongoc, IDs: []string{"key-file-no-certificate", "file-unreadable"}, Text: "Cannot find certificate in '{file}'"},
		{Producer: Libmongoc, IDs: []string{"key-file-no-key"}, Text: "Cannot find private key in: '{file}'"},
		{Producer: Libmongoc, IDs: []string{"key-mismatch", "key-password-wrong"}, Text: "Cannot load private key: '{file}'"},
		{Producer: Libmongoc, IDs: []string{"ca-file-invalid", "file-unreadable"}, Text: "Cannot load Certificate Authorities from '{file}'"},
		{Producer: Libmongoc, IDs: []string{"srv-not-found"}, Text: "Failed to look up SRV record \"{name}\""},
		{Producer: Libmongoc, IDs: []string{"srv-not-found"}, Text: "No SRV records for \"{name}\""},
		{Producer: Libmongoc, IDs: []string{"srv-txt-invalid"}, Text: "Multiple TXT records for \"{name}\""},
	},
	verifications(func(v verifyError) Symptom {
		return Symptom{Producer: Libmongoc, Text: fmt.Sprintf("TLS handshake failed: certificate verify failed (%d): %s", v.code, v.text), Code: fmt.Sprint(v.code)}
	}),
	reasons(func(r reason) Symptom {
		return Symptom{Producer: Libmongoc, Text: "TLS handshake failed: error:" + r.hex() + ":SSL routines::" + r.text, Code: r.hex()}
	}),
)

// schannel are libmongoc's texts where Windows does its TLS.
var schannel = []Symptom{
	{Producer: SChannel, IDs: []string{"cert-expired", "cert-not-yet-valid"}, Text: "SSL Certification verification failed: certificate has expired"},
	{Producer: SChannel, IDs: []string{"issuer-unknown", "self-signed-leaf", "self-signed-root-untrusted"}, Text: "SSL Certification verification failed: Untrusted root certificate"},
	{Producer: SChannel, IDs: []string{"hostname-mismatch"}, Text: "SSL Certification verification failed: hostname doesn't match certificate"},
	{Producer: SChannel, IDs: []string{"revocation-unchecked"}, Text: "certificate does not include revocation check."},
	{Producer: SChannel, IDs: []string{"handshake-failure"}, Text: "Failed to initialize security context: {reason}"},
	{Producer: SChannel, IDs: []string{"key-encryption"}, Text: "Detected unsupported encrypted private key"},
	{Producer: SChannel, IDs: []string{"key-file-no-certificate"}, Text: "Can't find public certificate in '{file}'"},
	{Producer: SChannel, IDs: []string{"key-file-no-key"}, Text: "Can't find private key in '{file}'"},
}

// secureTransport are libmongoc's texts where macOS does its TLS.
var secureTransport = []Symptom{
	{Producer: SecureTransport, IDs: []string{"issuer-unknown", "cert-expired", "hostname-mismatch"}, Text: "TLS handshake failed ({reason})"},
	{Producer: SecureTransport, IDs: []string{"issuer-unknown", "cert-expired", "hostname-mismatch"}, Text: "Certificate validation errored: {reason}"},
}
