package explain

import (
	"strings"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/symptom"
)

// sketch recognises a failure by words that stand near each other, where no text
// of the catalogue is found: libraries that nobody has listed word the same
// failures with the same words.
type sketch struct {
	ids string
	// words must all be there, within sketchReach; of those that "|" separates one.
	words []string
}

// sketchReach is how far apart the words of a sketch may be, in bytes.
const sketchReach = 120

// sketches are asked in this order.
var sketches = []sketch{
	{"revoked", []string{"certificate|cert", "revoked"}},
	{"crl-expired", []string{"crl", "expired"}},
	{"cert-not-yet-valid clock-skew", []string{"certificate|cert", "not yet valid|not valid yet|not valid before"}},
	{"cert-expired intermediate-expired clock-skew", []string{"certificate|certificat|zertifikat|certificado|cert", "expired|expire|abgelaufen|caducado|vencido|outdated"}},
	{"self-signed-leaf self-signed-root-untrusted", []string{"certificate|cert", "self signed|selfsigned|auto sign"}},
	{"hostname-mismatch hostname-ip-not-in-san", []string{"certificate|cert|altname|subjectaltname|san", "hostname|host name|domain name|common name| cn|server name", "match|mismatch|valid for|verif"}},
	{"issuer-unknown intermediate-missing ca-file-mismatch", []string{"certificate|cert|issuer|root| ca", "untrusted|not trusted|unknown authority|unknown issuer|unknown ca|not be trusted|trusted root|trust anchor|no issuer"}},
	{"purpose-server-auth", []string{"certificate|cert", "purpose|key usage|keyusage"}},
	{"client-cert-required", []string{"client certificate|peer certificate|client cert", "required|missing|not provided|not sent|did not provide"}},
	{"client-cert-rejected", []string{"client certificate|client cert", "rejected|invalid|denied|refused"}},
	{"option-conflict", []string{"tls|ssl", "conflict|consistent|same value|be combined|cannot both|mutually exclusive"}},
	{"option-unsupported", []string{"tls|ssl", "option|parameter|argument|keyword|flag", "unknown|unsupported|not supported|unexpected|unrecognized|unrecognised|deprecated|no longer|invalid|must be"}},
	{"protocol-version", []string{"tls|ssl", "version|protocol", "unsupported|not supported|mismatch|disabled|too old|too low|deprecated"}},
	{"no-shared-cipher", []string{"cipher", "no |unsupported|mismatch|not supported|overlap"}},
	{"key-password-wrong key-password-required", []string{"pem|private key|keystore|pkcs12|key file", "password|passphrase|decrypt"}},
	{"file-unreadable", []string{".pem|.crt|.key|.pfx|.p12|.jks|cafile|ca file|keyfile", "no such file|not found|cannot open|can't open|permission denied|cannot read|unable to read|does not exist"}},
	{"key-format ca-file-invalid", []string{"pem|private key|keystore|pkcs12|certificate file|ca file", "pars|bad format|wrong format|unsupported format|format error|format of|not in pem|invalid|malformed|corrupt|error loading|fail|unable to load|cannot load|could not load|can't load"}},
	{"verify-failed issuer-unknown hostname-mismatch", []string{"certificate|cert", "verify|verification|validate|validation|not valid|invalid", "fail|error|unable|could not|cannot|not valid|is invalid"}},
	{"handshake-timeout tcp-timeout", []string{"ssl|tls|handshake", "timed out|timeout"}},
	{"handshake-closed tls-disabled plaintext-client atlas-access-list", []string{"ssl|tls|handshake", "closed|eof|reset|aborted|hang up|disconnect|terminated"}},
	{"handshake-failure", []string{"handshake", "fail|error|exception|unable|could not|cannot|can't|abort|alert|reject|refuse|not complete|unexpected|broken|interrupt|problem"}},
	{"handshake-failure", []string{"ssl routines|sslerror|ssl error|tls error|ssl exception|sslexception|ssl.error|openssl.ssl.error"}},
	{"handshake-failure", []string{"ssl|tls", "fail|error|unable|could not|cannot"}},
	{"handshake-closed plaintext-client tls-disabled client-cert-required", []string{"connection|socket|tcp|stream|peer|server|mongo", "closed|reset by|eof|broken pipe|hang up|aborted|disconnected|end of file"}},
	{"tcp-refused", []string{"connection|connect|refused", "refused|rejected by target"}},
	{"dns-not-found", []string{"host|dns|hostname|domain|name", "not resolve|unresolved|could not resolve|cannot resolve|unable to resolve|not found: nxdomain|nxdomain"}},
	{"tcp-timeout handshake-timeout", []string{"connection|connect|connecting|socket|network|mongo", "timed out|timeout"}},
	{"undetermined", []string{"mongo|database|replica set", "unable to connect|cannot connect|could not connect|couldn't connect|failed to connect|connection failed|connection error|no connection|not connected|unreachable"}},
	{"not-tls-failure", []string{"mongo|bson|replica set|replset|collection|database|aggregation|gridfs", "error|exception|fail|invalid|unsupported|cannot|denied|not allowed|forbidden|missing|unknown|refused|unexpected|required|must "}},
	// A failure in which nothing speaks of TLS.
	{"not-tls-failure", []string{"error|exception|panic:|fatal|traceback|failed|denied|errno|segmentation fault|refused|unsupported"}},
}

// sketched is what a text shows by its words; nil where it shows nothing.
func sketched(formed string) []hit {
	for _, s := range sketches {
		at, ok := s.find(formed)
		if !ok {
			continue
		}
		r := &rule{Symptom: symptom.Symptom{Producer: symptom.Anyone}, literals: []string{"sketch"}}
		for _, id := range strings.Fields(s.ids) {
			r.ids = append(r.ids, finding.ID(id))
		}
		return []hit{{rule: r, spans: []span{at}, sketch: true}}
	}
	return nil
}

// maxSketchTries bounds how many places one sketch is looked for at.
const maxSketchTries = 50

// find returns where the words of a sketch stand near each other.
func (s sketch) find(formed string) (span, bool) {
	tries := 0
	for _, first := range strings.Split(s.words[0], "|") {
		for from := 0; tries < maxSketchTries; tries++ {
			at := wordIndex(formed[from:], first)
			if at < 0 {
				break
			}
			at += from
			from = at + len(first)
			window := span{max(0, at-sketchReach), min(len(formed), at+len(first)+sketchReach)}
			if s.within(formed[window.from:window.to], s.words[1:]) {
				return span{at, at + len(first)}, true
			}
		}
	}
	return span{}, false
}

func (s sketch) within(window string, words []string) bool {
	for _, alternatives := range words {
		found := false
		for _, w := range strings.Split(alternatives, "|") {
			found = found || strings.Contains(window, w)
		}
		if !found {
			return false
		}
	}
	return true
}

// wordIndex is where a word begins in a text; what follows it may make it longer.
func wordIndex(text, word string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return -1
		}
		at += from
		if at == 0 || !isWord(word[0]) || !isWord(text[at-1]) {
			return at
		}
		from = at + 1
	}
}
