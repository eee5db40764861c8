package probe

import (
	"net/netip"

	"github.com/mongotls/mongotls/internal/fact"
)

// Plan lists the side questions for a request; AskSilence comes afterwards, where
// the handshake ends without a word. One connection proves little of
// mongod, which closes without an alert for most of what it refuses; several
// small questions, asked at the same time, tell the cases apart. It is a pure
// function, so that what is asked can be tested without a network.
func Plan(r Request) []fact.QuestionID {
	if r.Quick {
		return nil
	}
	questions := []fact.QuestionID{
		fact.AskPlaintext, fact.AskHTTP,
		fact.AskTLS10, fact.AskTLS11, fact.AskTLS12,
		fact.AskSmallHello, fact.AskWeakCiphers,
	}
	if SNI(serverName(r)) != "" {
		questions = append(questions, fact.AskNoSNI)
	}
	if r.ClientCertificate != nil {
		questions = append(questions, fact.AskNoClientCert)
	}
	return questions
}

// SNI is the server_name to send for a name: none for an IP address, which
// RFC 6066 section 3 does not permit, and no trailing dot.
func SNI(name string) string {
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	if n := len(name); n > 1 && name[n-1] == '.' {
		return name[:n-1]
	}
	return name
}
