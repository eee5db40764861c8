package verify

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Interception is a product that inspects TLS and that, by the names in it,
// issued the chain in the place of the server. It is never more than Likely:
// anybody can use any name.
type Interception struct {
	// Product is its name for people.
	Product string
	// Cert is the certificate that bears the name, as its subject or, where the
	// issuer is not sent, as its issuer.
	Cert *certificate.Certificate
}

// interceptors are products that make certificates as they go, and texts by
// which the names of their CAs can be told, in lower case. Vendors that are or
// were public CAs too are told by the names of their products only.
var interceptors = []struct {
	product string
	texts   []string
}{
	{"Zscaler", []string{"zscaler"}},
	{"Netskope", []string{"netskope", "goskope"}},
	{"Palo Alto Networks", []string{"palo alto networks", "paloaltonetworks", "prisma access"}},
	{"Fortinet FortiGate", []string{"fortinet", "fortigate", "fortiproxy"}},
	{"Sophos", []string{"sophos"}},
	{"Cisco Umbrella", []string{"cisco umbrella", "opendns"}},
	{"Cisco Secure Web Appliance", []string{"cisco secure access", "cisco web security", "ironport"}},
	{"Skyhigh Security (McAfee)", []string{"mcafee web gateway", "mcafee, inc", "skyhigh security", "skyhigh secure web gateway"}},
	{"Symantec (Blue Coat)", []string{"blue coat", "bluecoat", "symantec web security service", "symantec cloud swg"}},
	{"Check Point", []string{"check point", "checkpoint software"}},
	{"Forcepoint", []string{"forcepoint", "websense"}},
	{"Cloudflare Gateway", []string{"gateway ca - cloudflare managed", "cloudflare for teams"}},
	{"Cato Networks", []string{"cato networks"}},
	{"iboss", []string{"iboss"}},
	{"Menlo Security", []string{"menlo security"}},
	{"Barracuda", []string{"barracuda"}},
	{"SonicWall", []string{"sonicwall"}},
	{"WatchGuard", []string{"watchguard", "fireware https proxy"}},
	{"Smoothwall", []string{"smoothwall"}},
	{"Untangle", []string{"untangle"}},
	{"Lightspeed Systems", []string{"lightspeed systems"}},
	{"Securly", []string{"securly"}},
	{"Kaspersky", []string{"kaspersky"}},
	{"ESET", []string{"eset ssl filter", "eset, spol"}},
	{"Avast", []string{"avast web/mail shield", "avast! web/mail shield", "avast trusted ca"}},
	{"AVG", []string{"avg web/mail shield", "avg technologies"}},
	{"Bitdefender", []string{"bitdefender"}},
	{"AdGuard", []string{"adguard"}},
	{"mitmproxy", []string{"mitmproxy"}},
	{"Charles Proxy", []string{"charles proxy"}},
	{"Fiddler", []string{"do_not_trust_fiddlerroot", "fiddler root"}},
	{"Burp Suite", []string{"portswigger"}},
	{"OWASP ZAP", []string{"owasp zed attack proxy", "owasp root ca", "zap root ca"}},
}

// intercepted looks for such a product in the names above the leaf of a path:
// those of the CAs that were sent, and that of the last one's issuer. What
// Mozilla trusts is of a public CA.
func intercepted(presented []*certificate.Certificate, trustedBy []string) *Interception {
	if slices.Contains(trustedBy, StoreMozilla) {
		return nil
	}
	for i, c := range presented {
		if c == nil || c.Error != "" {
			continue
		}
		names := slices.Concat(c.IssuerOrganizations, c.IssuerOrgUnits, []string{c.IssuerCommonName})
		if i > 0 {
			names = slices.Concat(names, c.Organizations, c.OrgUnits, c.CommonNames)
		}
		if product := interceptor(names); product != "" {
			return &Interception{Product: product, Cert: c}
		}
	}
	return nil
}

// interceptor is the product that one of several names tells, or empty.
func interceptor(names []string) string {
	for _, name := range names {
		name = strings.ToLower(name)
		for _, i := range interceptors {
			if slices.ContainsFunc(i.texts, func(text string) bool { return strings.Contains(name, text) }) {
				return i.product
			}
		}
	}
	return ""
}
