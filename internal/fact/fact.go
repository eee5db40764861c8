// Package fact holds what was observed of a MongoDB deployment, and nothing
// that was concluded from it. The probe fills these types in, judgement reads
// them, and a saved report carries them, so that a report can be judged again
// on another machine by a later version.
//
// A fact is three-valued where it can be: yes, no, or not established. A nil
// pointer, an empty enumeration or an absent list means "not asked"; a question
// that was asked without an answer carries its reason.
//
// The package imports neither net nor os: facts are data.
package fact

import "time"

// Run is one invocation's observations.
type Run struct {
	StartedAt  time.Time
	DurationMs float64
	Targets    []Target
}

// Target is what the user named: one host, or one connection string.
type Target struct {
	// Input is the target as given, with credentials and passwords redacted.
	Input string `json:"input"`
	// Warnings are the remarks of parsing the connection string, a sentence each.
	Warnings []string `json:"warnings"`
	// Unsupported are the options given that some drivers do not take.
	Unsupported []UnsupportedOption `json:"unsupportedOptions,omitempty"`
	// TLSImplied are the drivers that use TLS because of another option, where the
	// connection string itself does not turn it on, or turns it off: driver names as
	// --driver takes them.
	TLSImplied []string `json:"tlsImpliedFor,omitempty"`
	// TLSOffRefused are the drivers that refuse a connection string which turns TLS
	// off beside options that need it.
	TLSOffRefused []string `json:"tlsOffRefusedBy,omitempty"`
	// Options are the TLS options in force: the connection string's, with the
	// command line's over them.
	Options Options `json:"options"`
	// X509 is what authentication by client certificate goes by; nil where the
	// options do not ask for it.
	X509 *X509 `json:"x509,omitempty"`
	// Files are the local files that the options name, as read.
	Files []File `json:"files,omitempty"`
	// ClientCertificates are those of the file that tlsCertificateKeyFile names, in
	// the order in which a client sends them; absent where none is named or it
	// cannot be used.
	ClientCertificates []Certificate `json:"clientCertificates,omitempty"`
	// SRV is the seed list lookup of a mongodb+srv target; nil for others.
	SRV *SRV `json:"srv,omitempty"`
	// Discovery is how the members were found that the endpoints name; nil where
	// the report has no such part.
	Discovery *Discovery `json:"discovery,omitempty"`
	// Endpoints are what was observed of each host. A report holds them beside
	// their judgement.
	Endpoints []Endpoint `json:"-"`
}

// UnsupportedOption is an option that some drivers ignore or reject.
type UnsupportedOption struct {
	Option string `json:"option"`
	// Ignored and Rejected are driver names as --driver takes them: those that
	// go on without the option, and those that refuse the connection string.
	Ignored  []string `json:"ignored,omitempty"`
	Rejected []string `json:"rejected,omitempty"`
	// For is the option that it is another name of; empty for an option under its
	// own name.
	For string `json:"for,omitempty"`
	// Value is whether it is the value that those in Rejected refuse, and the
	// others ignore with the option.
	Value bool `json:"value,omitempty"`
	// Note says more where the drivers differ in a way that lists cannot tell.
	Note string `json:"note,omitempty"`
}

// Options are the options in force that bear on TLS, under the names of the URI
// options specification. Absent options have their default. No secret is here.
type Options struct {
	// TLS is whether a driver would use TLS with this target.
	TLS bool `json:"tls"`
	// TLSFrom says why: "bare-host", "srv", "uri", "flag", "implied" (by another
	// tls option, as some drivers do) or "default".
	TLSFrom                              string `json:"tlsFrom,omitempty"`
	TLSCAFile                            string `json:"tlsCAFile,omitempty"`
	TLSCertificateKeyFile                string `json:"tlsCertificateKeyFile,omitempty"`
	TLSCRLFile                           string `json:"tlsCRLFile,omitempty"`
	TLSInsecure                          bool   `json:"tlsInsecure,omitempty"`
	TLSAllowInvalidCertificates          bool   `json:"tlsAllowInvalidCertificates,omitempty"`
	TLSAllowInvalidHostnames             bool   `json:"tlsAllowInvalidHostnames,omitempty"`
	TLSDisableOCSPEndpointCheck          bool   `json:"tlsDisableOCSPEndpointCheck,omitempty"`
	TLSDisableCertificateRevocationCheck bool   `json:"tlsDisableCertificateRevocationCheck,omitempty"`
	ReplicaSet                           string `json:"replicaSet,omitempty"`
	DirectConnection                     bool   `json:"directConnection,omitempty"`
	LoadBalanced                         bool   `json:"loadBalanced,omitempty"`
	AuthMechanism                        string `json:"authMechanism,omitempty"`
	AuthSource                           string `json:"authSource,omitempty"`
	// Authenticate is --authenticate: to authenticate by client certificate.
	Authenticate bool `json:"authenticate,omitempty"`
	// ServerName is --servername: the name for SNI and for verification.
	ServerName string `json:"servername,omitempty"`
	// Connect is --connect: the address dialled in place of the target's.
	Connect string `json:"connect,omitempty"`
}

// SkipsChain reports whether the options switch chain verification off.
func (o Options) SkipsChain() bool { return o.TLSInsecure || o.TLSAllowInvalidCertificates }

// SkipsHostname reports whether the options switch hostname verification off.
func (o Options) SkipsHostname() bool { return o.TLSInsecure || o.TLSAllowInvalidHostnames }

// File is a local file that an option names.
type File struct {
	// Option is the URI option that names it: "tlsCAFile".
	Option string `json:"option"`
	Path   string `json:"path"`
	// Problem is the finding that the file's fault stands for
	// ("file-unreadable", "ca-file-invalid"); empty when it was read.
	Problem string `json:"problem,omitempty"`
	// Detail is what is wrong with it, in a sentence.
	Detail string `json:"detail,omitempty"`
	// Hint is what to do about it, in a sentence.
	Hint string `json:"hint,omitempty"`
	// Tolerated is whether a driver that follows the specifications uses the
	// file in spite of Problem.
	Tolerated bool `json:"tolerated,omitempty"`
	// Format is the container that it is in where that is the problem, as of
	// LocalFile.
	Format string `json:"format,omitempty"`
	// Inside is the certificate of a CA file in DER, which some drivers read; nil
	// otherwise.
	Inside *Certificate `json:"inside,omitempty"`
	// KeyOfLater is whether the key is that of a later certificate of the file.
	KeyOfLater bool `json:"keyOfLaterCertificate,omitempty"`
	// Limits are what some drivers do not read in it and others do.
	Limits []FileLimit `json:"limits,omitempty"`
	// Certificates counts the certificates read from it.
	Certificates int `json:"certificates"`
	// Subjects are the first of their subjects, at most 20.
	Subjects []string `json:"subjects,omitempty"`
}

// Endpoint is what was observed of one host and port.
type Endpoint struct {
	Host string `json:"host"`
	Port int    `json:"port"`
	// Source says where the endpoint comes from: "seed", "srv" or "member".
	Source string `json:"source"`
	// ServerName is the name that the certificate must carry.
	ServerName string `json:"serverName"`
	// DNS is the lookup of Host; nil when Host is an address.
	DNS *DNS `json:"dns,omitempty"`
	// Addresses are all addresses, each with its TCP connection.
	Addresses []Address `json:"addresses"`
	// Handshake is the TLS connection as a driver makes it; nil when no address
	// could be reached.
	Handshake *Handshake `json:"handshake,omitempty"`
	// Protocols tells which protocol versions the server accepts.
	Protocols []Protocol `json:"protocols"`
	// Questions are the small connections beside the handshake.
	Questions []Question `json:"questions,omitempty"`
	// Scan is what was found with --scan; nil without.
	Scan *Scan `json:"scan,omitempty"`
	// Certificates are those that the server presented, in its order, whatever
	// became of the handshake.
	Certificates []Certificate `json:"certificates"`
	// Trust is what the trust stores hold that bears on Certificates.
	Trust *Trust `json:"trust,omitempty"`
	// Issuers is what was fetched where Certificates lead to no trust anchor;
	// nil where nothing was asked.
	Issuers *Issuers `json:"issuers,omitempty"`
	// Revocation is what was learned of the revocation of Certificates; nil
	// without any.
	Revocation *Revocation `json:"revocation,omitempty"`
	// ClientAuth is what the server asked for as client certificate.
	ClientAuth *ClientAuth `json:"clientAuth,omitempty"`
	// Server is what the hello command told.
	Server *Server `json:"server,omitempty"`
	// Authentication is how authentication ended; nil where none was made:
	// because none was asked for, or because hello was not answered.
	Authentication *Authentication `json:"authentication,omitempty"`
}

// DNS is an address lookup that failed or succeeded.
type DNS struct {
	Ms float64 `json:"ms"`
	// Failure is "" (answered), "not-found", "timeout" or "error".
	Failure string `json:"failure,omitempty"`
	Error   string `json:"error,omitempty"`
	// SRVHosts are the targets of the name's SRV record, where it has no address:
	// then it is a name for mongodb+srv, and no host.
	SRVHosts []string `json:"srvHosts,omitempty"`
}

// Address is one address of an endpoint.
type Address struct {
	IP  string `json:"ip"`
	TCP TCP    `json:"tcp"`
}

// TCP is the outcome of connecting to an address.
type TCP struct {
	OK bool    `json:"ok"`
	Ms float64 `json:"ms"`
	// Failure is "" (connected), "refused", "timeout", "unreachable", "reset",
	// "not-tried" or "error".
	Failure string `json:"failure,omitempty"`
	Error   string `json:"error"`
}

// Handshake is one TLS handshake.
type Handshake struct {
	// OK is whether the handshake completed on our side. With TLS 1.3, and with
	// mongod always, a refused client certificate shows only afterwards.
	OK          bool   `json:"ok"`
	Version     string `json:"version,omitempty"`
	CipherSuite string `json:"cipherSuite,omitempty"`
	Group       string `json:"group,omitempty"`
	// ServerName is the SNI sent; empty when none was (an IP address).
	ServerName string `json:"serverName"`
	// Outcome tells how it ended: see the Outcome constants.
	Outcome Outcome `json:"outcome"`
	Alert   *Alert  `json:"alert,omitempty"`
	// FirstBytes are the first bytes that a peer which does not speak TLS
	// answered with, in hexadecimal, at most 32 of them.
	FirstBytes string  `json:"firstBytes,omitempty"`
	Error      string  `json:"error"`
	Ms         float64 `json:"ms"`
	// Staple is the OCSP response that the server stapled, DER; empty without
	// one.
	Staple []byte `json:"staple,omitempty"`
}

// Alert is a TLS alert received from the server (RFC 8446 section 6).
type Alert struct {
	Code int    `json:"code"`
	Name string `json:"name"`
}

// Outcome tells how one connection's question ended.
type Outcome string

// The outcomes of a question.
const (
	// OutcomeOK: the answer hoped for: a completed handshake, a ServerHello, a
	// reply to hello.
	OutcomeOK Outcome = "ok"
	// OutcomeAlert: a TLS alert.
	OutcomeAlert Outcome = "alert"
	// OutcomeClosed: the peer closed the connection without a word (EOF).
	OutcomeClosed Outcome = "closed"
	// OutcomeReset: the peer reset the connection (RST).
	OutcomeReset Outcome = "reset"
	// OutcomeTimeout: nothing within the timeout.
	OutcomeTimeout Outcome = "timeout"
	// OutcomeUnanswered: nothing within the grace that side questions get once
	// the main one is answered; not established.
	OutcomeUnanswered Outcome = "unanswered"
	// OutcomeOther: bytes that are not the protocol spoken: see Detail.
	OutcomeOther Outcome = "other"
	// OutcomeLocal: our own TLS library would not go on with what the server
	// sent; another library might. See Error.
	OutcomeLocal Outcome = "local"
	// OutcomeFailed: a local failure, such as no connection: see Detail.
	OutcomeFailed Outcome = "failed"
)

// Protocol tells whether a protocol version is accepted.
type Protocol struct {
	// Version is "TLS1.0" to "TLS1.3"; a scan adds "SSL2.0" and "SSL3.0".
	Version string `json:"version"`
	// Supported is nil when it was not established; Reason says why.
	Supported *bool  `json:"supported"`
	Reason    string `json:"reason,omitempty"`
}

// QuestionID names a side question.
type QuestionID string

// The side questions. Each is a connection of its own.
const (
	// AskPlaintext: hello in clear.
	AskPlaintext QuestionID = "plaintext-hello"
	// AskHTTP: GET / in clear, which mongod answers on any port.
	AskHTTP QuestionID = "http-get"
	// AskSilence: a connection on which nothing is sent, to see who speaks or
	// closes first. MongoDB does neither, so the usual outcome is unanswered.
	AskSilence QuestionID = "silence"
	// AskTLS10 to AskTLS12: a ClientHello that offers this version only.
	AskTLS10 QuestionID = "tls1.0"
	AskTLS11 QuestionID = "tls1.1"
	AskTLS12 QuestionID = "tls1.2"
	// AskSmallHello: TLS 1.3 and 1.2 with one classical key share, so that the
	// hello fits one small packet.
	AskSmallHello QuestionID = "small-hello"
	// AskWeakCiphers: a ClientHello that offers only weak cipher suites.
	AskWeakCiphers QuestionID = "weak-ciphers"
	// AskNoSNI: a ClientHello without server_name.
	AskNoSNI QuestionID = "no-sni"
	// AskStrongSuites: a ClientHello of TLS 1.2 that offers suites with ECDHE and
	// AEAD alone, which every driver has. Asked where the server chose another.
	AskStrongSuites QuestionID = "strong-ciphers"
	// AskAddressName: the whole handshake and hello with the address as server
	// name, which RFC 6066 forbids and some drivers send. Asked where the server
	// turned a client without a server name away.
	AskAddressName QuestionID = "address-as-sni"
	// AskNoClientCert: the whole handshake and hello without the client
	// certificate that the options name.
	AskNoClientCert QuestionID = "no-client-certificate"
)

// Question is a side question and its answer.
type Question struct {
	ID      QuestionID `json:"id"`
	Outcome Outcome    `json:"outcome"`
	Alert   *Alert     `json:"alert,omitempty"`
	// Version and CipherSuite are what a ServerHello selected.
	Version     string `json:"version,omitempty"`
	CipherSuite string `json:"cipherSuite,omitempty"`
	// Group is the key exchange group that the server asked for in a
	// HelloRetryRequest, or named in a ServerKeyExchange; empty where it did
	// neither.
	Group string `json:"group,omitempty"`
	// Detail says more: an error, or what the peer said ("mongod" for its
	// answer to an HTTP request).
	Detail string  `json:"detail,omitempty"`
	Ms     float64 `json:"ms"`
}

// Certificate is a certificate as the server presented it. Everything follows
// from PEM; the other fields are there for readers without an X.509 parser.
type Certificate struct {
	Subject            string    `json:"subject"`
	Issuer             string    `json:"issuer"`
	Serial             string    `json:"serial"`
	NotBefore          time.Time `json:"notBefore"`
	NotAfter           time.Time `json:"notAfter"`
	DNSNames           []string  `json:"dnsNames"`
	IPAddresses        []string  `json:"ipAddresses"`
	KeyType            string    `json:"keyType"`
	SignatureAlgorithm string    `json:"signatureAlgorithm"`
	SHA256             string    `json:"sha256"`
	PEM                string    `json:"pem"`
	// Error is why it could not be read; then only SHA256 and PEM are set.
	Error string `json:"error,omitempty"`
}

// Trust is what the trust stores hold that bears on the presented chain.
type Trust struct {
	// Store is the one that decides: "tlsCAFile" or "system".
	Store string `json:"store"`
	// StorePath is the file or folder that the store was read from.
	StorePath string `json:"storePath,omitempty"`
	// StoreSize counts the certificates of the store; nil when not established.
	StoreSize *int `json:"storeSize"`
	// StoreError is why the store could not be read.
	StoreError string `json:"storeError,omitempty"`
	// Anchors are the certificates of all stores that bear on the chain: they
	// are presented themselves, or carry the name of an issuer in it, or (of a
	// CA file) could be what the chain was meant to end in.
	Anchors []Anchor `json:"anchors"`
}

// Anchor is a certificate of a trust store.
type Anchor struct {
	// Stores are those that hold it: "tlsCAFile", "system", "mozilla".
	Stores    []string  `json:"stores"`
	Subject   string    `json:"subject"`
	NotBefore time.Time `json:"notBefore"`
	NotAfter  time.Time `json:"notAfter"`
	KeyType   string    `json:"keyType"`
	SHA256    string    `json:"sha256"`
	PEM       string    `json:"pem"`
}

// Server is what hello told of the peer.
type Server struct {
	// MongoDB is nil when nothing was heard that tells.
	MongoDB *bool `json:"mongodb"`
	// Plaintext is "accepted", "refused" or "unknown".
	Plaintext string `json:"plaintext"`
	// Hello tells how the hello command over TLS ended; empty when it was not
	// asked because there was no handshake.
	Hello Outcome `json:"hello,omitempty"`
	// HelloAlert is the alert that came in place of the reply: TLS 1.3 servers
	// reject client certificates there.
	HelloAlert *Alert `json:"helloAlert,omitempty"`
	// HelloError is what ended the question without a reply.
	HelloError string `json:"helloError,omitempty"`
	// ErrorCode and ErrorMessage are of a reply with ok: 0.
	ErrorCode    int    `json:"errorCode,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
	// Version is the release that MaxWireVersion stands for ("7.0"), no more
	// exact than that is.
	Version        string `json:"version,omitempty"`
	MaxWireVersion int    `json:"maxWireVersion,omitempty"`
	// Type and Topology are the server's type and the type of a topology of this
	// server alone, as the Server Discovery and Monitoring specification names
	// them ("RSPrimary", "ReplicaSetWithPrimary").
	Type     string `json:"type,omitempty"`
	Topology string `json:"topology,omitempty"`
	SetName  string `json:"setName,omitempty"`
	// Me is the server's own name in the replica set's configuration, Primary
	// that of the primary it knows; "host:port" each.
	Me      string `json:"me,omitempty"`
	Primary string `json:"primary,omitempty"`
	// Hosts are all members that the reply names, "host:port" each; Passives and
	// Arbiters are those of them that can never be the primary.
	Hosts    []string `json:"hosts"`
	Passives []string `json:"passives,omitempty"`
	Arbiters []string `json:"arbiters,omitempty"`
	// HostCount counts the members that the reply named, in Hosts or not.
	HostCount int `json:"hostCount,omitempty"`
	// Horizons are the same server's answers to other server names.
	Horizons []Horizon `json:"horizons,omitempty"`
	// ServiceID is what a mongos behind a load balancer identifies itself by.
	ServiceID string `json:"serviceId,omitempty"`
	// BuildInfo is the answer to buildInfo; nil where it was not asked for.
	BuildInfo *BuildInfo `json:"buildInfo,omitempty"`
	// ClockSkewMs is the server's localTime less ours, at the middle of the
	// round trip; nil when there was no reply.
	ClockSkewMs  *float64 `json:"clockSkewMs,omitempty"`
	ConnectionID int64    `json:"connectionId,omitempty"`
}

// Question returns the side question with this id, or nil if it was not asked.
func (e *Endpoint) Question(id QuestionID) *Question {
	for i := range e.Questions {
		if e.Questions[i].ID == id {
			return &e.Questions[i]
		}
	}
	return nil
}
