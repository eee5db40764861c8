package target

import (
	"math"
	"net/url"
	"strings"

	"github.com/mongotls/mongotls/internal/levenshtein"
)

// option is an option that a connection string may have.
type option struct {
	// name is the spelling of the specification.
	name string
	// parse reads a percent-decoded value.
	parse parser
	// secret is whether the value must not be shown.
	secret bool
	// repeats is whether each occurrence is a value of its own.
	repeats bool
	// strict is whether a wrong value is an error; otherwise it is a warning and
	// the option is ignored (connection string specification, "Values").
	strict bool
}

// isTLS reports whether the option configures TLS.
func (o *option) isTLS() bool { return strings.HasPrefix(o.name, "tls") }

// options are those of the URI options specification, then those of the
// specification's predecessors and of several drivers, which pass in silence.
var options = []option{
	{name: "tls", parse: boolean},
	{name: "tlsCAFile", parse: text},
	{name: "tlsCertificateKeyFile", parse: text},
	{name: "tlsPrivateKeyFile", parse: text},
	{name: "tlsCertificateKeyFilePassword", parse: text, secret: true},
	{name: "tlsCRLFile", parse: text},
	{name: "tlsInsecure", parse: boolean},
	{name: "tlsAllowInvalidCertificates", parse: boolean},
	{name: "tlsAllowInvalidHostnames", parse: boolean},
	{name: "tlsDisableOCSPEndpointCheck", parse: boolean},
	{name: "tlsDisableCertificateRevocationCheck", parse: boolean},

	{name: "appName", parse: text},
	{name: "authMechanism", parse: text},
	{name: "authMechanismProperties", parse: pairs, secret: true},
	{name: "authSource", parse: text, strict: true},
	{name: "compressors", parse: text, repeats: true},
	{name: "connectTimeoutMS", parse: number(0, math.MaxInt32)},
	{name: "directConnection", parse: boolean},
	{name: "enableOverloadRetargeting", parse: boolean},
	{name: "heartbeatFrequencyMS", parse: number(500, math.MaxInt32)},
	{name: "journal", parse: boolean},
	{name: "loadBalanced", parse: boolean},
	{name: "localThresholdMS", parse: number(0, math.MaxInt32)},
	{name: "maxAdaptiveRetries", parse: number(0, math.MaxInt32)},
	{name: "maxConnecting", parse: number(1, math.MaxInt32)},
	{name: "maxIdleTimeMS", parse: number(0, math.MaxInt32)},
	{name: "maxPoolSize", parse: number(0, math.MaxInt32)},
	{name: "maxStalenessSeconds", parse: staleness},
	{name: "minPoolSize", parse: number(0, math.MaxInt32)},
	{name: "proxyHost", parse: text},
	{name: "proxyPort", parse: number(0, math.MaxUint16)},
	{name: "proxyUsername", parse: text, secret: true},
	{name: "proxyPassword", parse: text, secret: true},
	{name: "readConcernLevel", parse: text},
	{name: "readPreference", parse: text},
	{name: "readPreferenceTags", parse: tags, repeats: true},
	{name: "replicaSet", parse: text},
	{name: "retryReads", parse: boolean},
	{name: "retryWrites", parse: boolean},
	{name: "serverMonitoringMode", parse: oneOf("auto", "poll", "stream")},
	{name: "serverSelectionTimeoutMS", parse: number(0, math.MaxInt32)},
	{name: "serverSelectionTryOnce", parse: boolean},
	{name: "socketTimeoutMS", parse: number(0, math.MaxInt32)},
	{name: "srvAllowedHostsSuffix", parse: hostsSuffix, strict: true},
	{name: "srvMaxHosts", parse: number(0, math.MaxInt32)},
	{name: "srvServiceName", parse: serviceName},
	{name: "timeoutMS", parse: number(0, math.MaxInt32)},
	{name: "w", parse: writeConcern},
	{name: "waitQueueTimeoutMS", parse: number(0, math.MaxInt32)},
	{name: "wTimeoutMS", parse: number(0, math.MaxInt64)},
	{name: "zlibCompressionLevel", parse: number(-1, 9)},

	{name: "canonicalizeHostname", parse: boolean},
	{name: "connect", parse: text},
	{name: "fsync", parse: boolean},
	{name: "gssapiServiceName", parse: text},
	{name: "safe", parse: boolean},
	{name: "slaveOk", parse: boolean},
	{name: "socketCheckIntervalMS", parse: number(0, math.MaxInt32)},
	{name: "uuidRepresentation", parse: text},
	{name: "waitQueueMultiple", parse: text},
}

// spelling is another name of an option: an older one, or one of some drivers.
type spelling struct {
	name string
	// option is the option that it stands for.
	option string
	// parse reads its value as one of the option's; nil: as the option does.
	parse parser
	// inverted is whether true stands for false.
	inverted bool
	// takers are the drivers whose current versions know the name.
	takers []string
	// keyApart is whether the key may be in a file of its own.
	keyApart bool
	// instead is the current name to advise where it is not option.
	instead string
}

// current is the name to advise.
func (s *spelling) current() string {
	if s.instead != "" {
		return s.instead
	}
	return s.option
}

// spellings are the other names. PyMongo dropped the ssl_ names in 4.0, the
// Node.js driver its ssl names in 5.0; libmongoc (C, PHP), the Go driver, Java
// and C# keep some of theirs.
var spellings = []spelling{
	{name: "ssl_ca_certs", option: "tlsCAFile"},
	{name: "ssl_certfile", option: "tlsCertificateKeyFile", keyApart: true},
	{name: "ssl_keyfile", option: "tlsPrivateKeyFile", instead: "tlsCertificateKeyFile"},
	{name: "ssl_pem_passphrase", option: "tlsCertificateKeyFilePassword"},
	{name: "ssl_crlfile", option: "tlsCRLFile"},
	{name: "ssl_cert_reqs", option: "tlsAllowInvalidCertificates", parse: certReqs},
	{name: "ssl_match_hostname", option: "tlsAllowInvalidHostnames", inverted: true},

	{name: "sslCertificateAuthorityFile", option: "tlsCAFile", takers: []string{"go", "c", "php"}},
	{name: "sslClientCertificateKeyFile", option: "tlsCertificateKeyFile", takers: []string{"go", "c", "php"}},
	{name: "sslClientCertificateKeyPassword", option: "tlsCertificateKeyFilePassword", takers: []string{"go", "c", "php"}},
	{name: "sslInsecure", option: "tlsInsecure", takers: []string{"go"}},
	{name: "sslAllowInvalidCertificates", option: "tlsAllowInvalidCertificates", takers: []string{"c", "php"}},
	{name: "sslAllowInvalidHostnames", option: "tlsAllowInvalidHostnames", takers: []string{"c", "php"}},
	{name: "sslInvalidHostNameAllowed", option: "tlsAllowInvalidHostnames", takers: []string{"java"}},
	{name: "sslVerifyCertificate", option: "tlsInsecure", inverted: true, takers: []string{"csharp"}},
	{name: "tlsCertificateFile", option: "tlsCertificateKeyFile", keyApart: true, takers: []string{"go"}},
	{name: "tlsPrivateKeyFile", option: "tlsPrivateKeyFile", instead: "tlsCertificateKeyFile", takers: []string{"go"}},

	{name: "sslPEMKeyFile", option: "tlsCertificateKeyFile"},
	{name: "sslPEMKeyPassword", option: "tlsCertificateKeyFilePassword"},
	{name: "sslCRLFile", option: "tlsCRLFile"},

	{name: "sslCA", option: "tlsCAFile"},
	{name: "sslCert", option: "tlsCertificateKeyFile", keyApart: true},
	{name: "sslKey", option: "tlsPrivateKeyFile", instead: "tlsCertificateKeyFile"},
	{name: "sslPass", option: "tlsCertificateKeyFilePassword"},
	{name: "sslCRL", option: "tlsCRLFile"},
	{name: "sslValidate", option: "tlsAllowInvalidCertificates", inverted: true},

	{name: "j", option: "journal", takers: allDrivers},
	{name: "wtimeout", option: "wTimeoutMS", takers: allDrivers},
}

// entry is what a name stands for: an option, by its own name or another.
type entry struct {
	option   *option
	spelling *spelling
}

// byName finds entries by lower-case name: names are case-insensitive.
var byName = index()

func index() map[string]entry {
	m := make(map[string]entry, len(options)+len(spellings)+1)
	for i := range options {
		m[strings.ToLower(options[i].name)] = entry{option: &options[i]}
	}
	for i := range spellings {
		s := &spellings[i]
		m[strings.ToLower(s.name)] = entry{option: m[strings.ToLower(s.option)].option, spelling: s}
	}
	// ssl is no older spelling: the specification keeps it as an alias of tls.
	m["ssl"] = m["tls"]
	return m
}

// lookUp finds what a name stands for, percent-encoded or not.
func lookUp(name string) (entry, bool) {
	if decoded, err := url.PathUnescape(name); err == nil {
		name = decoded
	}
	e, ok := byName[strings.ToLower(name)]
	return e, ok
}

// nearest returns the known name closest to an unknown one, or "" when none is
// close. An edit for every third letter is close.
func nearest(name string) string {
	const longest = 54 // no name is close to a longer one; bounds the work
	if len(name) > longest {
		return ""
	}
	low := strings.ToLower(name)
	// Many write ssl where the name has tls: that is no edit.
	tls := low
	if rest, ok := strings.CutPrefix(low, "ssl"); ok {
		tls = "tls" + rest
	}
	best, least := "", max(1, len(low)/3)+1
	consider := func(known string) {
		if len(known)-len(low) >= least || len(low)-len(known) >= least {
			return // that many letters are too few or too many
		}
		k := strings.ToLower(known)
		if d := min(levenshtein.Distance(low, k), levenshtein.Distance(tls, k)); d < least {
			best, least = known, d
		}
	}
	for _, o := range options {
		consider(o.name)
	}
	for _, s := range spellings {
		consider(s.name)
	}
	if e, ok := byName[strings.ToLower(best)]; ok && e.spelling != nil {
		return e.spelling.current()
	}
	return best
}
