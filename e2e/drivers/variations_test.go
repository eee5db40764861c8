package drivers

import (
	"net/url"
	"strings"

	"github.com/mongotls/mongotls/internal/lab"
)

// variation is a connection string to a sound server that no flags of mongotls
// check can express: what is right or wrong about it is the string.
type variation struct {
	id, title, finding string
	// query replaces that of the scenario healthy; CA stands for its CA file.
	query string
}

const variationGroup = "Connection strings"

// variations are the options that may not stand beside each other (URI options
// specification, "Conflicting TLS options"), and those that drivers read each in
// their way.
var variations = []variation{
	{"conflict-insecure-certificates", "tlsInsecure and tlsAllowInvalidCertificates", "option-conflict", "tls=true&tlsInsecure=true&tlsAllowInvalidCertificates=true"},
	{"conflict-insecure-hostnames", "tlsInsecure and tlsAllowInvalidHostnames", "option-conflict", "tls=true&tlsInsecure=true&tlsAllowInvalidHostnames=true"},
	{"conflict-insecure-ocsp", "tlsInsecure and tlsDisableOCSPEndpointCheck", "option-conflict", "tls=true&tlsInsecure=true&tlsDisableOCSPEndpointCheck=true"},
	{"conflict-insecure-revocation", "tlsInsecure and tlsDisableCertificateRevocationCheck", "option-conflict", "tls=true&tlsInsecure=true&tlsDisableCertificateRevocationCheck=true"},
	{"conflict-certificates-ocsp", "tlsAllowInvalidCertificates and tlsDisableOCSPEndpointCheck", "option-conflict", "tls=true&tlsAllowInvalidCertificates=true&tlsDisableOCSPEndpointCheck=true"},
	{"conflict-certificates-revocation", "tlsAllowInvalidCertificates and tlsDisableCertificateRevocationCheck", "option-conflict", "tls=true&tlsAllowInvalidCertificates=true&tlsDisableCertificateRevocationCheck=true"},
	{"conflict-ocsp-revocation", "tlsDisableOCSPEndpointCheck and tlsDisableCertificateRevocationCheck", "option-conflict", "tls=true&tlsDisableOCSPEndpointCheck=true&tlsDisableCertificateRevocationCheck=true&tlsCAFile=CA"},
	{"conflict-tls-ssl", "tls=true and ssl=false", "option-conflict", "tls=true&ssl=false&tlsCAFile=CA"},
	{"option-unknown", "an option that nobody knows", "", "tls=true&tlsCAFile=CA&tlsVerify=true"},
	{"option-former", "a former name of an option", "", "tls=true&ssl_ca_certs=CA"},
	{"option-implied", "a CA file, and no tls=true", "", "tlsCAFile=CA"},
	{"option-off", "a CA file, and tls=false", "", "tls=false&tlsCAFile=CA"},
	{"option-off-after", "a CA file, and tls=false after it", "", "tlsCAFile=CA&tls=false"},
	{"option-value", "a value that is none", "", "tls=true&tlsCAFile=CA&tlsAllowInvalidHostnames=perhaps"},
}

// connection is the case of a variation of the scenario healthy.
func (v variation) connection(healthy *lab.Instance) (connection, error) {
	base, _, _ := strings.Cut(healthy.URI, "?")
	query := strings.ReplaceAll(v.query, "=CA", "="+url.QueryEscape(healthy.Files["tlsCAFile"]))
	c := connection{ID: v.id, Files: healthy.Files, given: base + "?" + query, uriOnly: true}
	return c, c.setURI(1)
}
