package symptom

import (
	"fmt"
	"slices"
)

// rubyOpenSSL are the texts of Ruby's openssl and sockets.
var rubyOpenSSL = slices.Concat(
	[]Symptom{
		{Producer: RubyOpenSSL, Event: HandshakeReset, Text: "Errno::ECONNRESET: Connection reset by peer - SSL_connect"},
		{Producer: RubyOpenSSL, Event: ReplyReset, Text: "Errno::ECONNRESET: Connection reset by peer"},
		{Producer: RubyOpenSSL, Event: ReplyEOF, Text: "EOFError"},
		{Producer: RubyOpenSSL, Event: TCPRefused, Text: "Errno::ECONNREFUSED: Connection refused - connect(2) for {ip}:{port}"},
		{Producer: RubyOpenSSL, Event: TCPReset, Text: "Connection reset by peer"},
		{Producer: RubyOpenSSL, Event: TCPUnreachable, Text: "Errno::EHOSTUNREACH: No route to host - connect(2) for {ip}:{port}"},
		{Producer: RubyOpenSSL, Event: NameNotFound, Text: "SocketError: getaddrinfo: Name or service not known"},
		{Producer: RubyOpenSSL, Event: CAFileMissing, Text: "No such file or directory @ rb_sysopen - {file}"},
		{Producer: RubyOpenSSL, Event: KeyFileMissing, Text: "No such file or directory @ rb_sysopen - {file}"},
		{Producer: RubyOpenSSL, Event: CAFileInvalid, Text: "PEM_read_bio_X509: no start line"},
		{Producer: RubyOpenSSL, Event: NoKey, Text: "OpenSSL::PKey::PKeyError: Could not parse PKey: unsupported"},
		{Producer: RubyOpenSSL, Event: PasswordWrong, Text: "OpenSSL::PKey::PKeyError: Could not parse PKey: unsupported"},
		{Producer: RubyOpenSSL, Event: KeyFormat, Text: "OpenSSL::PKey::PKeyError: Could not parse PKey: unsupported"},
		{Producer: RubyOpenSSL, Event: NoCertificate, Text: "OpenSSL::X509::CertificateError: PEM_read_bio_X509: no start line"},
		{Producer: RubyOpenSSL, Event: KeyMismatch, Text: "OpenSSL::SSL::SSLError: SSL_CTX_use_PrivateKey: key values mismatch"},
	},
	verifications(func(v verifyError) Symptom {
		return Symptom{Producer: RubyOpenSSL, Text: "certificate verify failed (" + v.text + ")", Code: fmt.Sprint(v.code)}
	}),
	reasons(func(r reason) Symptom {
		return Symptom{Producer: RubyOpenSSL, Text: r.text, Code: r.hex()}
	}),
)

// rubyDriver are the texts of the Ruby driver.
var rubyDriver = []Symptom{
	{Producer: RubyDriver, Event: ResponderRevoked, Text: "Mongo::Error::ServerCertificateRevoked: TLS certificate of '{host}' has been revoked according to '{url}' (redirected from {name}) for reason '{n}' at '{time}'"},
	{Producer: RubyDriver, Event: NameAlone, Text: "TLS handshake failed due to a hostname mismatch."},
	{Producer: RubyDriver, Event: TCPTimeout, Text: "Mongo::Error::SocketTimeoutError: The socket took over {n} seconds to connect"},
	{Producer: RubyDriver, Event: HandshakeTimeout, Text: "Mongo::Error::SocketTimeoutError: The socket took over {n} seconds to connect"},
	{Producer: RubyDriver, Event: NotMongoDB, Text: "Message exceeds allowed max message size."},
	{Producer: RubyDriver, IDs: []string{"srv-domain-mismatch"}, Text: "Parent domain name in SRV record result ({name}) does not match"},
}

// rubyDriver2 are the texts of the driver before 2.14, which tells of a failed
// handshake in one way only.
var rubyDriver2 = []Symptom{
	{Producer: RubyDriver2, Event: HandshakeFailed, Text: "SSL handshake failed. MongoDB may not be configured with SSL support."},
	{Producer: RubyDriver2, Event: HandshakeReset, Text: "Connection reset by peer - SSL_connect"},
	{Producer: RubyDriver2, Event: HandshakeTimeout, Text: "execution expired"},
	{Producer: RubyDriver2, Event: TCPTimeout, Text: "execution expired"},
	{Producer: RubyDriver2, Event: TCPRefused, Text: "Connection refused - connect(2) for {ip}:{port}"},
	{Producer: RubyDriver2, Event: ReplyLost, Text: "SSL handshake failed. MongoDB may not be configured with SSL support."},
	{Producer: RubyDriver2, Event: Verify(62), Text: "SSL handshake failed due to a hostname mismatch."},
	{Producer: RubyDriver2, Event: NameNotFound, Text: "getaddrinfo: Name or service not known"},
	{Producer: RubyDriver2, Event: NoKey, Text: "Could not parse PKey: unsupported"},
	{Producer: RubyDriver2, Event: PasswordWrong, Text: "Could not parse PKey: unsupported"},
	{Producer: RubyDriver2, Event: PasswordMissing, Text: "Could not parse PKey: unsupported"},
	{Producer: RubyDriver2, Event: KeyFormat, Text: "Could not parse PKey: unsupported"},
	{Producer: RubyDriver2, Event: KeyMismatch, Text: "SSL_CTX_use_PrivateKey: key values mismatch"},
	{Producer: RubyDriver2, Event: NoCertificate, Text: "PEM_read_bio_X509: no start line"},
	{Producer: RubyDriver2, Event: TCPReset, Text: "Connection reset by peer"},
	{Producer: RubyDriver2, Event: ReplyReset, Text: "Connection reset by peer"},
}
