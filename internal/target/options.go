package target

// Origin tells where the value of an option comes from.
type Origin string

// The origins, weakest first. The zero value is an option that is not set.
const (
	// FromTXT is the TXT record of a mongodb+srv name.
	FromTXT Origin = "txt"
	// FromURI is the connection string.
	FromURI Origin = "uri"
	// FromFlag is the command line.
	FromFlag Origin = "flag"
)

// Option is the value of an option and where it comes from. The zero value is
// an option that is not set, which has its default.
type Option[T any] struct {
	Value  T
	Origin Origin
	// Name is the option as the user wrote it: "ssl_ca_certs", "--tlsCAFile".
	Name string
}

// IsSet reports whether the option was given, with a value that it takes.
func (o Option[T]) IsSet() bool { return o.Origin != "" }

// Options are the options that bear on TLS, on the seed list, and on what to
// expect of the deployment, under the names of the URI options specification.
type Options struct {
	// TLS is tls or ssl. Whether TLS is used is Target.TLS.
	TLS       Option[bool]
	TLSCAFile Option[string]
	// TLSCertificateKeyFile holds the client certificate, and its key unless
	// TLSPrivateKeyFile is set.
	TLSCertificateKeyFile Option[string]
	// TLSPrivateKeyFile is the key beside the certificate: ssl_keyfile,
	// tlsPrivateKeyFile, sslKey. There is no such option in the specification.
	TLSPrivateKeyFile                    Option[string]
	TLSCertificateKeyFilePassword        Option[Secret]
	TLSCRLFile                           Option[string]
	TLSInsecure                          Option[bool]
	TLSAllowInvalidCertificates          Option[bool]
	TLSAllowInvalidHostnames             Option[bool]
	TLSDisableOCSPEndpointCheck          Option[bool]
	TLSDisableCertificateRevocationCheck Option[bool]

	AuthMechanism    Option[string]
	AuthSource       Option[string]
	ReplicaSet       Option[string]
	DirectConnection Option[bool]
	LoadBalanced     Option[bool]

	// ConnectTimeoutMS and ServerSelectionTimeoutMS are milliseconds; 0 is no
	// timeout.
	ConnectTimeoutMS         Option[int64]
	ServerSelectionTimeoutMS Option[int64]

	// SRVServiceName is the service of the SRV lookup, "mongodb" by default.
	SRVServiceName Option[string]
	// SRVMaxHosts limits the hosts taken from the SRV records; 0 is no limit.
	SRVMaxHosts Option[int64]
	// SRVAllowedHostsSuffix is the domain that the hosts of the SRV records must
	// be in, instead of that of the SRV name; in lower case, without dots around.
	SRVAllowedHostsSuffix Option[string]
}

// given is an option as it was given.
type given struct {
	option *option
	// spelling is the other name that was used; nil for the current one.
	spelling *spelling
	// name is as the user wrote it.
	name   string
	origin Origin
	// value is the value where it is one that the option takes; nil otherwise.
	// A secret is behind a pointer: package fmt prints unexported fields without
	// their String methods, but follows no pointers.
	value any
}

// field returns the field of an option by its current name, or nil for one that
// is not kept: *Option[bool], *Option[int64], *Option[string] or *Option[Secret].
func (o *Options) field(name string) any {
	switch name {
	case "tls":
		return &o.TLS
	case "tlsCAFile":
		return &o.TLSCAFile
	case "tlsCertificateKeyFile":
		return &o.TLSCertificateKeyFile
	case "tlsPrivateKeyFile":
		return &o.TLSPrivateKeyFile
	case "tlsCertificateKeyFilePassword":
		return &o.TLSCertificateKeyFilePassword
	case "tlsCRLFile":
		return &o.TLSCRLFile
	case "tlsInsecure":
		return &o.TLSInsecure
	case "tlsAllowInvalidCertificates":
		return &o.TLSAllowInvalidCertificates
	case "tlsAllowInvalidHostnames":
		return &o.TLSAllowInvalidHostnames
	case "tlsDisableOCSPEndpointCheck":
		return &o.TLSDisableOCSPEndpointCheck
	case "tlsDisableCertificateRevocationCheck":
		return &o.TLSDisableCertificateRevocationCheck
	case "authMechanism":
		return &o.AuthMechanism
	case "authSource":
		return &o.AuthSource
	case "replicaSet":
		return &o.ReplicaSet
	case "directConnection":
		return &o.DirectConnection
	case "loadBalanced":
		return &o.LoadBalanced
	case "connectTimeoutMS":
		return &o.ConnectTimeoutMS
	case "serverSelectionTimeoutMS":
		return &o.ServerSelectionTimeoutMS
	case "srvServiceName":
		return &o.SRVServiceName
	case "srvMaxHosts":
		return &o.SRVMaxHosts
	case "srvAllowedHostsSuffix":
		return &o.SRVAllowedHostsSuffix
	}
	return nil
}

// set puts a value into the field of its option. The value has the type that
// the option's kind parses to.
func (o *Options) set(g given) {
	switch f := o.field(g.option.name).(type) {
	case *Option[bool]:
		*f = Option[bool]{g.value.(bool), g.origin, g.name}
	case *Option[int64]:
		*f = Option[int64]{g.value.(int64), g.origin, g.name}
	case *Option[string]:
		*f = Option[string]{g.value.(string), g.origin, g.name}
	case *Option[Secret]:
		*f = Option[Secret]{*g.value.(*Secret), g.origin, g.name}
	}
}
