package driver

import (
	"crypto/x509"
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// clientOnly makes a certificate for clients alone.
func clientOnly(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }

func TestTrust(t *testing.T) {
	root := issue(t, nil, "root", authority)
	middle := issue(t, root, "intermediate", authority)
	leaf := issue(t, middle, host, names(host))
	alone := issue(t, nil, host, names(host))
	expired := issue(t, root, host, names(host), func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(-10*day), now.Add(-day) })
	early := issue(t, root, host, names(host), func(c *x509.Certificate) { c.NotBefore = now.Add(day) })
	given := options(func(o *fact.Options) { o.TLSCAFile = "ca.pem" })
	hold(t, "trust", []row{
		{"a CA file", []edit{presenting(leaf, middle), trusted(root, verify.StoreCAFile)}},
		{"the system's roots alone", []edit{presenting(leaf, middle), trusted(root, verify.StoreSystem)}},
		{"Mozilla's roots alone", []edit{presenting(leaf, middle), trusted(root, verify.StoreMozilla)}},
		{"a CA file that takes the place of the system's roots for most", []edit{presenting(leaf, middle), trusted(root, verify.StoreSystem), given}},
		{"an intermediate as anchor", []edit{presenting(leaf, middle), trusted(middle, verify.StoreCAFile)}},
		{"two CAs in the file, of which the second is the right one", []edit{presenting(leaf, middle), trusted(root, verify.StoreCAFile), func(f *Facts) {
			f.Target.Files = []fact.File{{Option: "tlsCAFile", Path: "ca.pem", Certificates: 2, Subjects: []string{"CN=other", "CN=root"}}}
		}}},
		{"the server's own certificate as anchor", []edit{presenting(leaf, middle), trusted(leaf, verify.StoreCAFile)}},
		{"a missing intermediate", []edit{presenting(leaf), trusted(root, verify.StoreCAFile)}},
		{"a self-signed certificate", []edit{presenting(alone), given}},
		{"a root that nobody trusts", []edit{presenting(leaf, middle, root), given}},
		{"expired", []edit{presenting(expired), trusted(root, verify.StoreCAFile)}},
		{"not yet valid", []edit{presenting(early), trusted(root, verify.StoreCAFile)}},
		{"a client's certificate", []edit{presenting(issue(t, root, host, names(host), clientOnly)), trusted(root, verify.StoreCAFile)}},
		{"RSA with 1024 bits", []edit{presenting(issueWeak(t, root, host, names(host))), trusted(root, verify.StoreCAFile)}},
		{"a critical extension that nobody knows", []edit{presenting(issue(t, root, host, names(host), critical)), trusted(root, verify.StoreCAFile)}},
		{"expired, and verification switched off", []edit{presenting(expired), trusted(root, verify.StoreCAFile), options(func(o *fact.Options) { o.TLSInsecure = true })}},
		{"expired, and certificates may be invalid", []edit{presenting(expired), trusted(root, verify.StoreCAFile), options(func(o *fact.Options) { o.TLSAllowInvalidCertificates = true })}},
		{"expired, and hostnames may be invalid", []edit{presenting(expired), trusted(root, verify.StoreCAFile), options(func(o *fact.Options) { o.TLSAllowInvalidHostnames = true })}},
	})
}

func TestNames(t *testing.T) {
	root := issue(t, nil, "root", authority)
	at := func(name string, leaf *pair, more ...edit) []edit {
		return append([]edit{presenting(leaf), trusted(root, verify.StoreCAFile), func(f *Facts) {
			f.Endpoint.Host, f.Endpoint.ServerName = name, name
		}}, more...)
	}
	other := issue(t, root, "other", names("other.example.com"))
	hold(t, "names", []row{
		{"another name", at(host, other)},
		{"another name, and hostnames may be invalid", at(host, other, options(func(o *fact.Options) { o.TLSAllowInvalidHostnames = true }))},
		{"another name, and certificates may be invalid", at(host, other, options(func(o *fact.Options) { o.TLSAllowInvalidCertificates = true }))},
		{"the common name alone", at(host, issue(t, root, host))},
		{"a subjectAltName with an address alone", at(host, issue(t, root, host, names("192.0.2.7")))},
		{"an address in the common name", at("192.0.2.1", issue(t, root, "192.0.2.1"))},
		{"an address that is not in the certificate", at("192.0.2.1", issue(t, root, host, names(host, "192.0.2.2")))},
		{"an asterisk", at(host, issue(t, root, "x", names("*.example.com")))},
		{"an asterisk for two labels", at("a."+host, issue(t, root, "x", names("*.example.com")))},
		{"an asterisk within a label", at(host, issue(t, root, "x", names("d*.example.com")))},
		{"an asterisk in the common name", at(host, issue(t, root, "*.example.com"))},
		{"a dot at the end", at(host+".", issue(t, root, host, names(host)))},
		{"an underscore", at("my_db.example.com", issue(t, root, "x", names("my_db.example.com")))},
		{"a single label", at("localhost", issue(t, root, "x", names("localhost")))},
	})
}
