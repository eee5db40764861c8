package symptom

import (
	"fmt"
	"slices"
)

// python are the texts of Python's ssl module. The number is a line of _ssl.c and
// differs with every build.
var python = slices.Concat(
	[]Symptom{
		{Producer: Python, Event: Verify(62), Text: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for '{host}'. (_ssl.c:{n})", Code: "62"},
		{Producer: Python, Event: Verify(64), Text: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid for '{host}'. (_ssl.c:{n})", Code: "64"},
		{Producer: Python, Event: HandshakeEOF, Text: "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:{n})"},
		{Producer: Python, Event: HandshakeReset, Text: "[Errno 104] Connection reset by peer"},
		{Producer: Python, Event: TCPReset, Text: "[Errno 104] Connection reset by peer"},
		{Producer: Python, Event: ReplyReset, Text: "[Errno 104] Connection reset by peer"},
		{Producer: Python, Event: HandshakeTimeout, Text: "_ssl.c:{n}: The handshake operation timed out"},
		{Producer: Python, Event: ReplyTimeout, Text: "timed out"},
		{Producer: Python, Event: TCPTimeout, Text: "timed out"},
		{Producer: Python, Event: TCPRefused, Text: "[Errno 111] Connection refused"},
		{Producer: Python, Event: TCPUnreachable, Text: "[Errno 113] No route to host"},
		{Producer: Python, Event: NameNotFound, Text: "[Errno -2] Name or service not known"},
		{Producer: Python, Event: KeyFileMissing, Text: "[Errno 2] No such file or directory: '{file}'"},
		{Producer: Python, Event: CAFileMissing, Text: "[Errno 2] No such file or directory: '{file}'"},
		{Producer: Python, Event: CRLFileMissing, Text: "[Errno 2] No such file or directory: '{file}'"},
		{Producer: Python, Event: CAFileInvalid, Text: "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:{n})"},
		{Producer: Python, Event: CAFileDamaged, Text: "[X509] PEM lib (_ssl.c:{n})"},
		{Producer: Python, Event: CRLFileInvalid, Text: "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:{n})"},
		{Producer: Python, Event: KeyMismatch, Text: "[X509: KEY_VALUES_MISMATCH] key values mismatch (_ssl.c:{n})"},
		{Producer: Python, Event: PasswordWrong, Text: "[SSL] PEM lib (_ssl.c:{n})"},
		{Producer: Python, Event: NoKey, Text: "[SSL] PEM lib (_ssl.c:{n})"},
		{Producer: Python, Event: NoCertificate, Text: "[SSL] PEM lib (_ssl.c:{n})"},
		{Producer: Python, Event: KeyFormat, Text: "[SSL] PEM lib (_ssl.c:{n})"},
	},
	verifications(func(v verifyError) Symptom {
		return Symptom{Producer: Python, Text: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + v.text + " (_ssl.c:{n})", Code: fmt.Sprint(v.code)}
	}),
	reasons(func(r reason) Symptom {
		return Symptom{Producer: Python, Text: "[SSL: " + r.name() + "] " + r.text + " (_ssl.c:{n})", Code: r.name()}
	}),
)

// python311 are those texts that Python 3.10 to 3.12 has otherwise: it has
// OpenSSL ignore an unexpected end, and lacks the names of some errors.
var python311 = []Symptom{
	{Producer: Python311, Event: HandshakeEOF, Text: "TLS/SSL connection has been closed (EOF) (_ssl.c:{n})"},
	{Producer: Python311, Event: NoOldSignature, Text: "[SSL] legacy sigalg disallowed or unsupported (_ssl.c:{n})"},
}

// serviceIdentity18 are the texts of service-identity before 23.1.
var serviceIdentity18 = []Symptom{
	{Producer: ServiceIdentity18, Event: Verify(62), Text: "(\"VerificationError(errors=[DNSMismatch(mismatched_id=DNS_ID(hostname=b'{host}'))])\",)"},
	{Producer: ServiceIdentity18, Event: Verify(64), Text: "(\"VerificationError(errors=[IPAddressMismatch(mismatched_id=IPAddress_ID(ip=IPv{n}Address('{host}')))])\",)"},
}

// pyOpenSSL are the texts of PyOpenSSL, which tell no reason of a certificate
// that was not verified, and of service-identity, which looks for the name.
var pyOpenSSL = slices.Concat(
	[]Symptom{
		{Producer: PyOpenSSL, Event: VerifyFailed, Text: "[('SSL routines', '', 'certificate verify failed')]"},
		{Producer: PyOpenSSL, Event: Verify(62), Text: "VerificationError(errors=[DNSMismatch(mismatched_id=DNS_ID(hostname=b'{host}'))])"},
		{Producer: PyOpenSSL, Event: Verify(64), Text: "VerificationError(errors=[IPAddressMismatch(mismatched_id=IPAddress_ID(ip=IPv{n}Address('{host}')))])"},
		{Producer: PyOpenSSL, Event: NoNames, Text: "Certificate does not contain any `subjectAltName`s."},
		{Producer: PyOpenSSL, Event: StapleRevoked, Text: "[('SSL routines', '', 'invalid status response')]"},
		{Producer: PyOpenSSL, Event: StapleInvalid, Text: "[('SSL routines', '', 'invalid status response')]"},
		{Producer: PyOpenSSL, Event: StapleUnreadable, Text: "[('SSL routines', '', 'invalid status response')]"},
		{Producer: PyOpenSSL, Event: StapleMissing, Text: "[('SSL routines', '', 'invalid status response')]"},
		{Producer: PyOpenSSL, Event: ResponderRevoked, Text: "[('SSL routines', '', 'invalid status response')]"},
		{Producer: PyOpenSSL, Event: ResponderGarbage, Whole: true, Text: "error parsing asn1 value: ParseError { kind: {reason}"},
		{Producer: PyOpenSSL, Event: HandshakeTimeout, Text: "timed out"},
		{Producer: PyOpenSSL, Event: NoCertificate, Text: "('SSL routines', '', 'PEM lib')]"},
		{Producer: PyOpenSSL, Event: NoKey, Text: "('SSL routines', '', 'PEM lib')]"},
		{Producer: PyOpenSSL, Event: KeyFormat, Text: "('SSL routines', '', 'PEM lib')]"},
		{Producer: PyOpenSSL, Event: PasswordWrong, Text: "('SSL routines', '', 'PEM lib')]"},
		{Producer: PyOpenSSL, Event: KeyMismatch, Text: "('x509 certificate routines', '', 'key values mismatch')]"},
		{Producer: PyOpenSSL, Event: CAFileInvalid, Text: "[('x509 certificate routines', '', 'no certificate or crl found')]"},
		{Producer: PyOpenSSL, Event: CAFileDamaged, Text: "('x509 certificate routines', '', 'PEM lib')]"},
		{Producer: PyOpenSSL, Event: HandshakeEOF, Text: "(-1, 'Unexpected EOF')"},
		{Producer: PyOpenSSL, Event: TCPReset, Whole: true, Text: "(104, 'ECONNRESET')"},
		{Producer: PyOpenSSL, Event: HandshakeReset, Text: "(104, 'ECONNRESET')"},
	},
	reasons(func(r reason) Symptom {
		return Symptom{Producer: PyOpenSSL, Text: "[('SSL routines', '', '" + r.text + "')]", Code: r.name()}
	}),
)
