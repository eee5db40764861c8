package explain

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/symptom"
)

// marks are words by which a text gives away who wrote it, in the form that texts
// are compared in. The first that has one is it.
var marks = []struct {
	producer string
	words    []string
}{
	{"mongod", []string{"'c':'network'", "'c': 'network'", "'c':'control'", "'c': 'control'", "'c':'access'", "'c': 'access'", "'c':'repl", "'c': 'repl", "network [listener]", "network [conn", "] ssl peer certificate validation failed: {conn", "error receiving request from client", "control [main]", "control [initandlisten]", "end connection", "ssl handshake received but server", "the server is configured to only allow ssl", "no ssl certificate provided by peer"}},
	{"compass", []string{"compass"}},
	{"mongosh", []string{"mongosh", "mongodbshell"}},
	{"pymongo", []string{"pymongo", "(_ssl.c:", "ssl.c:", "autoreconnect", "topologydescription", "motor.motor", "[ssl: ", "mongoengine", "djongo", "traceback (most recent call last)", "_cffi_ssl", "[('ssl routines'"}},
	{"php", []string{"mongodb\\driver", "mongodb driver exception", "php fatal", "php warning", ".php:", "phplib"}},
	{"ruby", []string{"mongo::error", "mongoid", "openssl::ssl", "/gems/", "errno::", "openssl::x509", "openssl::pkey"}},
	{"csharp", []string{"mongodb.driver.", "system.security.authentication", "system.net.security", "compositeserverselector", "system.timeoutexception", "system.io.ioexception", "win32exception", ".cs:line"}},
	{"java", []string{"com.mongodb", "javax.net.ssl", "sun.security", "java.security", "java.net.", "java.io.", "mongosocket", ".java:", "mongotimeoutexception: timed out", "client view of cluster state", "keystore"}},
	{"rust", []string{"kind: server selection timeout", "kind: i/o error", "labels: {", "rustls", "(os error ", "invalid peer certificate:", "webpki"}},
	{"elixir", []string{"mongo.protocol", "mongo.error", "tls_alert", "tls alert", ".erl:", "elixir"}},
	{"go", []string{"x509: ", "remote error: tls", "server selection error:", "dial tcp", "go.mongodb.org", "connection() error occurred", "mgo.v2", ".go:", "goroutine ", "first record does not look like a tls"}},
	{"c", []string{"calling hello on", "calling ismaster on", "no suitable servers found", "mongoc", "libmongoc", "mongolite", "mongocxx"}},
	{"node", []string{"mongoserverselectionerror", "mongonetworkerror", "mongooseserverselectionerror", "mongooseerror", "node_modules", "tlssocket", "mongoerror", "node:internal", "mongoparseerror", "mongoapierror", "err ssl", "err tls", "querysrv", "mongotimeouterror", "mongonetworktimeouterror", "getaddrinfo enotfound", "econnrefused", "unable to verify leaf", "depth zero self", "cert has expired", "altnames", "mongoose"}},
	{"mongo-shell", []string{"mongodb shell version", "network [js]", "network [thread1]", "replicasetmonitor", "error: couldn't connect to server", "@src/mongo/shell", "exception: connect failed", "robo 3t", "robomongo"}},
	{"curl", []string{"curl: ("}},
	{"schannel", []string{"schannel", "sspi", "0x8009", "sec e "}},
	{"securetransport", []string{"osstatus", "errssl", "cssmerr", "secure transport"}},
	{"openssl", []string{"ssl routines", "verify return code", "verify error:num", "openssl", "depth lookup"}},
}

// producers are what a producer of texts is called to users. CLI users know
// drivers, not the libraries below them.
var producers = map[symptom.Producer]string{
	symptom.Python: "pymongo", symptom.PyOpenSSL: "pymongo", symptom.PyMongo: "pymongo",
	symptom.NodeJS: "node", symptom.NodeDriver: "node", symptom.Mongoose: "node",
	symptom.Go: "go", symptom.GoDriver: "go",
	symptom.JSSE: "java", symptom.JavaDriver: "java",
	symptom.DotNet: "csharp", symptom.CSharp: "csharp",
	symptom.Rustls: "rust", symptom.RustDriver: "rust",
	symptom.RubyOpenSSL: "ruby", symptom.RubyDriver: "ruby",
	symptom.Libmongoc: "c", symptom.PHP: "php", symptom.Perl: "perl", symptom.Erlang: "elixir",
	symptom.SChannel: "schannel", symptom.SecureTransport: "securetransport",
	symptom.Mongod: "mongod", symptom.MongoShell: "mongo-shell",
	symptom.OpenSSL: "openssl", symptom.BoringSSL: "node", symptom.GnuTLS: "gnutls",
}

// producerOf is who worded a text: by what it says of itself, or else whose words
// the first recognised are.
func producerOf(text string, first *rule) string {
	formed := form(text)
	for _, m := range marks {
		if slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(formed, form(w)) }) {
			return m.producer
		}
	}
	if name, ok := producers[first.Producer]; ok && first.Producer != symptom.OpenSSL {
		return name
	}
	return "unknown"
}
