package symptom

// Stage is how far a connection came.
type Stage string

// The stages.
const (
	// StageSetup: files and options, before anything is dialled.
	StageSetup Stage = "setup"
	// StageOpen: name and TCP.
	StageOpen Stage = "open"
	// StageHandshake: the handshake, other than what StageVerify is.
	StageHandshake Stage = "handshake"
	// StageVerify: the client refuses the server's certificate.
	StageVerify Stage = "verify"
	// StageRevocation: the driver itself refuses it, behind the handshake.
	StageRevocation Stage = "revocation"
	// StageReply: the first command, behind the handshake or in clear.
	StageReply Stage = "reply"
)

// Wrapper is what a driver writes around the text of what stopped it.
type Wrapper struct {
	Producer Producer
	Stage    Stage
	// Text is the template; {error} is what is wrapped. What stands around it
	// at the outside and tells nothing, such as the view of the cluster, is left
	// out.
	Text string
}

// Wrappers returns all wrappers.
func Wrappers() []Wrapper { return wrappers }

var wrappers = []Wrapper{
	{PyMongo, StageSetup, "{error}"},
	{PyMongo, StageOpen, "{host}:{port}: {error}"},
	{PyMongo, StageHandshake, "SSL handshake failed: {host}:{port}: {error}"},
	{PyMongo, StageVerify, "{host}:{port}: {error}"},
	{PyMongo, StageRevocation, "SSL handshake failed: {host}:{port}: {error}"},
	{PyMongo, StageReply, "{host}:{port}: {error}"},

	{PyMongo3, StageSetup, "{error}"},
	{PyMongo3, StageOpen, "{host}:{port}: {error}"},
	{PyMongo3, StageHandshake, "SSL handshake failed: {host}:{port}: {error}"},
	{PyMongo3, StageVerify, "{host}:{port}: {error}"},
	{PyMongo3, StageRevocation, "SSL handshake failed: {host}:{port}: {error}"},
	{PyMongo3, StageReply, "{host}:{port}: {error}"},

	{NodeDriver, StageSetup, "{error}"},
	{NodeDriver, StageOpen, "{error}"},
	{NodeDriver, StageHandshake, "{error}"},
	{NodeDriver, StageVerify, "{error}"},
	{NodeDriver, StageReply, "{error}"},

	{GoDriver, StageSetup, "{error}"},
	{GoDriver, StageOpen, "Last error: dial tcp {address}: {error}"},
	{GoDriver, StageHandshake, "Last error: {error}"},
	{GoDriver, StageVerify, "Last error: {error}"},
	{GoDriver, StageRevocation, "Last error: {error}"},
	{GoDriver, StageReply, "Last error: connection({host}:{port}{id}) incomplete read of message header: {error}"},

	{JavaDriver, StageSetup, "{error}"},
	{JavaDriver, StageOpen, "com.mongodb.MongoSocketOpenException: Exception opening socket}, caused by {{error}}"},
	// JSSE begins the handshake with the first write.
	{JavaDriver, StageHandshake, "com.mongodb.MongoSocketWriteException: Exception sending message}, caused by {{error}}"},
	{JavaDriver, StageVerify, "com.mongodb.MongoSocketWriteException: Exception sending message}, caused by {javax.net.ssl.SSLHandshakeException: {error}}"},
	{JavaDriver, StageRevocation, "com.mongodb.MongoSocketWriteException: Exception sending message}, caused by {javax.net.ssl.SSLHandshakeException: {error}}"},
	{JavaDriver, StageReply, "com.mongodb.MongoSocketReadException: Exception receiving message}, caused by {{error}}"},

	{Libmongoc, StageSetup, "{error} calling hello on '{host}:{port}'"},
	{Libmongoc, StageOpen, "{error} calling hello on '{host}:{port}'"},
	{Libmongoc, StageHandshake, "{error} calling hello on '{host}:{port}'"},
	{Libmongoc, StageVerify, "{error} calling hello on '{host}:{port}'"},
	{Libmongoc, StageRevocation, "{error} calling hello on '{host}:{port}'"},
	{Libmongoc, StageReply, "{error} calling hello on '{host}:{port}'"},

	{CSharp, StageOpen, "MongoDB.Driver.MongoConnectionException: An exception occurred while opening a connection to the server. ---> {error}"},
	{CSharp, StageHandshake, "MongoDB.Driver.MongoConnectionException: An exception occurred while opening a connection to the server. ---> {error}"},
	{CSharp, StageVerify, "MongoDB.Driver.MongoConnectionException: An exception occurred while opening a connection to the server. ---> System.Security.Authentication.AuthenticationException: {error}"},
	{CSharp, StageReply, "MongoDB.Driver.MongoConnectionException: An exception occurred while receiving a message from the server. ---> {error}"},

	{RustDriver, StageSetup, "{error}"},
	{RustDriver, StageOpen, "Kind: I/O error: {error}"},
	{RustDriver, StageHandshake, "Kind: I/O error: {error}"},
	{RustDriver, StageVerify, "Kind: I/O error: {error}"},
	{RustDriver, StageReply, "Kind: I/O error: {error}"},

	// The exception itself tells nothing of TLS; this is in the log.
	{RubyDriver, StageSetup, "{error}"},
	{RubyDriver, StageOpen, "Error checking {host}:{port}: Mongo::Error::SocketError: {error}"},
	{RubyDriver, StageHandshake, "Error checking {host}:{port}: Mongo::Error::SocketError: OpenSSL::SSL::SSLError: SSL_connect {state}: {error}"},
	{RubyDriver, StageVerify, "Error checking {host}:{port}: Mongo::Error::SocketError: OpenSSL::SSL::SSLError: SSL_connect {state}: {error}"},
	{RubyDriver, StageRevocation, "Error checking {host}:{port}: {error}"},
	{RubyDriver, StageReply, "Error checking {host}:{port}: Mongo::Error::SocketError: {error}"},
}

// Wrap is the text that a driver shows around an error at a stage; the error
// alone where it has no wrapper there.
func Wrap(producer Producer, stage Stage, text string, values map[string]string) string {
	for _, w := range wrappers {
		if w.Producer == producer && w.Stage == stage {
			filled := map[string]string{"error": text}
			for name, value := range values {
				filled[name] = value
			}
			return Fill(w.Text, filled)
		}
	}
	return text
}
