package peers

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

// kind is one way that the certificates of a server can be.
type kind struct {
	name string
	// host is what the client asks for; empty is the const of that name.
	host string
	edit func(t *testing.T, c *chain)
	// want are the findings that check must give, "severity id" each, without
	// those of severity info.
	want []string
	// goDiffers is why the Go driver decides otherwise than OpenSSL, which
	// check judges by; empty where they agree.
	goDiffers string
	// partialWildcard is set where openssl s_client takes the name and the
	// drivers do not: they switch partial wildcards off
	// (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS), and s_client has no flag for it.
	partialWildcard bool
}

func (k kind) asked() string {
	if k.host == "" {
		return host
	}
	return k.host
}

func kinds() []kind {
	names := func(cn string, dns []string, ips ...net.IP) func(*testing.T, *chain) {
		return func(t *testing.T, c *chain) {
			n := c.node(t, leaf)
			n.CommonName, n.DNSNames, n.IPAddresses = cn, dns, ips
		}
	}
	validity := func(id string, from, to time.Duration) func(*testing.T, *chain) {
		return func(t *testing.T, c *chain) { c.node(t, id).NotBefore, c.node(t, id).NotAfter = from, to }
	}
	amend := func(f func(*x509.Certificate)) func(*testing.T, *chain) {
		return func(_ *testing.T, c *chain) { c.amend = f }
	}
	loopback := net.IPv4(127, 0, 0, 1)
	return []kind{
		// Paths.
		{name: "a sound chain", edit: func(*testing.T, *chain) {}},
		{
			name: "a leaf of the root itself",
			edit: func(t *testing.T, c *chain) { c.node(t, leaf).Issuer, c.present = root, []string{leaf} },
		},
		{
			name: "an RSA chain",
			edit: func(t *testing.T, c *chain) {
				for _, id := range []string{root, intermediate, leaf} {
					c.node(t, id).Key = lab.RSA2048
				}
			},
		},
		{
			name: "the root sent too",
			edit: func(_ *testing.T, c *chain) { c.present = []string{leaf, intermediate, root} },
		},
		{
			name: "the intermediate not sent",
			edit: func(_ *testing.T, c *chain) { c.present = []string{leaf} },
			want: []string{"fail intermediate-missing"},
		},
		{
			name: "the intermediate not sent but in the CA file",
			edit: func(_ *testing.T, c *chain) { c.present, c.trust = []string{leaf}, []string{root, intermediate} },
		},
		{
			name: "the CA file of another CA",
			edit: func(_ *testing.T, c *chain) {
				c.nodes = append(c.nodes, lab.Node{ID: "other", CA: true})
				c.trust = []string{"other"}
			},
			want: []string{"fail ca-file-mismatch"},
		},
		{
			name: "the CA file from before the root was made anew",
			edit: func(_ *testing.T, c *chain) {
				c.nodes = append(c.nodes, lab.Node{ID: "former", CommonName: root, CA: true})
				c.trust = []string{"former"}
			},
			want: []string{"fail ca-file-mismatch"},
		},
		{
			name: "a CA file with the former root before the present one",
			edit: func(_ *testing.T, c *chain) {
				c.nodes = append(c.nodes, lab.Node{ID: "former", CommonName: root, CA: true})
				c.trust = []string{"former", root}
			},
		},
		{
			name:      "a CA file with the intermediate alone",
			edit:      func(_ *testing.T, c *chain) { c.trust = []string{intermediate} },
			want:      []string{"fail ca-file-mismatch"},
			goDiffers: "crypto/x509 takes any certificate of the CA file as an anchor; OpenSSL wants a self-signed one",
		},
		{
			name: "the upper intermediate sent before the lower",
			edit: func(t *testing.T, c *chain) { twoIntermediates(t, c, nil, leaf, intermediate, "issuing") },
			want: []string{"warn chain-misordered"},
		},
		{
			name: "a certificate that does not belong",
			edit: func(_ *testing.T, c *chain) {
				c.nodes = append(c.nodes, lab.Node{ID: "stray", CA: true})
				c.present = append(c.present, "stray")
			},
		},
		{
			name: "a self-signed leaf that nobody trusts",
			edit: func(t *testing.T, c *chain) { c.node(t, leaf).Issuer, c.present = "", []string{leaf} },
			want: []string{"fail self-signed-leaf"},
		},
		{
			name: "a self-signed leaf in the CA file",
			edit: func(t *testing.T, c *chain) {
				c.node(t, leaf).Issuer, c.present, c.trust = "", []string{leaf}, []string{leaf}
			},
		},
		{
			name: "a self-signed leaf that is a CA, as openssl req -x509 makes them",
			edit: func(t *testing.T, c *chain) {
				n := c.node(t, leaf)
				n.Issuer, n.CA, n.NoKeyUsage, n.Usages = "", true, true, nil
				n.NotBefore, n.NotAfter = -30*day, 335*day
				c.present, c.trust = []string{leaf}, []string{leaf}
			},
			// rustls refuses a CA's certificate as a server's.
			want: []string{"warn purpose-server-auth"},
		},

		// Validity.
		{name: "an expired leaf", edit: validity(leaf, -year, -12*day), want: []string{"fail cert-expired"}},
		{name: "a leaf of the future", edit: validity(leaf, 3*day, year), want: []string{"fail cert-not-yet-valid"}},
		{name: "an expired intermediate", edit: validity(intermediate, -2*year, -10*day), want: []string{"fail intermediate-expired"}},
		{name: "an expired root", edit: validity(root, -9*year, -4*day), want: []string{"fail root-expired"}},
		{name: "a leaf with five days left", edit: validity(leaf, -85*day, 5*day), want: []string{"warn cert-expiring"}},
		{name: "a leaf of ten years", edit: validity(leaf, -30*day, 10*year), want: []string{"warn cert-lifetime"}},

		// What a certificate is for.
		{
			name: "an intermediate that is no CA",
			edit: func(t *testing.T, c *chain) {
				c.node(t, intermediate).CA, c.node(t, intermediate).PathLength = false, nil
			},
			want: []string{"fail issuer-not-ca"},
		},
		{
			name: "one intermediate too many",
			edit: func(t *testing.T, c *chain) { twoIntermediates(t, c, new(0), leaf, "issuing", intermediate) },
			want: []string{"fail path-length-exceeded"},
		},
		{
			name: "a name that the intermediate may not certify",
			edit: func(t *testing.T, c *chain) { c.node(t, intermediate).PermittedDNS = []string{"example.org"} },
			want: []string{"fail name-constraint"},
		},
		{
			name: "a name that the intermediate may certify",
			edit: func(t *testing.T, c *chain) { c.node(t, intermediate).PermittedDNS = []string{"example.test"} },
		},
		{
			name: "a leaf for clients only",
			edit: func(t *testing.T, c *chain) {
				c.node(t, leaf).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			},
			want: []string{"fail purpose-server-auth"},
		},
		{
			name: "an intermediate for clients only",
			edit: func(t *testing.T, c *chain) {
				c.node(t, intermediate).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
			},
			want: []string{"fail purpose-server-auth"},
		},
		{
			name: "a leaf for any purpose",
			edit: func(t *testing.T, c *chain) {
				c.node(t, leaf).Usages = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
			},
			want:      []string{"fail purpose-server-auth"},
			goDiffers: "OpenSSL does not take anyExtendedKeyUsage for serverAuth",
		},
		{
			name: "a leaf without extended key usage",
			edit: func(t *testing.T, c *chain) { c.node(t, leaf).Usages = nil },
		},
		{
			name:      "a leaf whose key is for signing CRLs",
			edit:      amend(func(t *x509.Certificate) { t.KeyUsage = x509.KeyUsageCRLSign }),
			want:      []string{"fail purpose-server-auth"},
			goDiffers: "crypto/x509 does not look at the keyUsage of a leaf",
		},
		{
			name: "a critical extension that nobody knows",
			edit: amend(func(t *x509.Certificate) {
				t.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 5923, 9}, Critical: true, Value: []byte{5, 0}}}
			}),
			want: []string{"fail critical-extension"},
		},

		// Algorithms and form.
		{
			name:      "an RSA key of 1024 bits",
			edit:      func(t *testing.T, c *chain) { c.node(t, leaf).Key = lab.RSA1024 },
			want:      []string{"fail key-too-small"},
			goDiffers: "crypto/tls takes RSA keys of 1024 bits; OpenSSL does not at security level 2",
		},
		{
			name: "a signature with SHA-1",
			edit: func(t *testing.T, c *chain) { c.node(t, leaf).SHA1 = true },
			want: []string{"fail signature-weak"},
		},
		{
			name:      "a negative serial number",
			edit:      func(t *testing.T, c *chain) { c.node(t, leaf).NegativeSerial = true },
			want:      []string{"warn cert-malformed"},
			goDiffers: "crypto/x509 does not read negative serial numbers",
		},
		{
			name: "a leaf without authority key identifier",
			edit: func(t *testing.T, c *chain) { c.node(t, leaf).NoAuthorityKeyID = true },
		},
		{
			name: "a root without key usage",
			edit: func(t *testing.T, c *chain) { c.node(t, root).NoKeyUsage = true },
		},

		// Names.
		{
			name: "another name", edit: names("other", []string{"other.example.test"}),
			want: []string{"fail hostname-mismatch"},
		},
		{name: "the name in capitals", edit: names("", []string{"DB.Example.TEST"})},
		{
			// Java refuses the name itself.
			name: "an underscore in the name", host: "db_1.example.test", edit: names("", []string{"db_1.example.test"}),
			want: []string{"warn hostname-mismatch"},
		},
		{name: "an asterisk for the first label", edit: names("", []string{"*.example.test"})},
		{
			name: "an asterisk for two labels", host: "a.db.example.test", edit: names("", []string{"*.example.test"}),
			want: []string{"fail hostname-mismatch"},
		},
		{
			name: "an asterisk within a label", edit: names("", []string{"d*.example.test"}),
			want: []string{"fail hostname-mismatch"}, partialWildcard: true,
		},
		{
			name: "an asterisk before a single label", host: "db.test", edit: names("", []string{"*.test"}),
			want:      []string{"fail hostname-mismatch"},
			goDiffers: "OpenSSL wants two labels after the asterisk, crypto/x509 one",
		},
		{
			name: "the name as common name only", edit: names(host, nil),
			want:      []string{"warn hostname-cn-only"},
			goDiffers: "crypto/x509 does not look at common names",
		},
		{
			name: "the name as common name beside another", edit: names(host, []string{"other.example.test"}),
			want: []string{"fail hostname-mismatch"},
		},
		{
			name: "the name as common name beside an address", edit: names(host, nil, loopback),
			want:      []string{"warn hostname-cn-only"},
			goDiffers: "crypto/x509 does not look at common names",
		},
		{
			name: "a dot at the end of the name asked for", host: host + ".", edit: func(*testing.T, *chain) {},
			want:      []string{"fail hostname-mismatch"},
			goDiffers: "crypto/x509 drops the dot at the end of a host",
		},
		{name: "the address", host: "127.0.0.1", edit: func(*testing.T, *chain) {}},
		{
			name: "another address", host: "127.0.0.1", edit: names(host, []string{host}, net.IPv4(192, 0, 2, 1)),
			want: []string{"fail hostname-ip-not-in-san"},
		},
		{
			name: "the address as a DNS name", host: "127.0.0.1", edit: names("", []string{"127.0.0.1"}),
			want: []string{"fail hostname-ip-not-in-san"},
		},
		{
			name: "the address as common name", host: "127.0.0.1", edit: names("127.0.0.1", nil),
			want: []string{"fail hostname-ip-not-in-san"},
		},

		// More than one fault.
		{
			name: "an expired leaf for another name",
			edit: func(t *testing.T, c *chain) {
				validity(leaf, -year, -12*day)(t, c)
				c.node(t, leaf).DNSNames = []string{"other.example.test"}
			},
			want: []string{"fail cert-expired", "fail hostname-mismatch"},
		},
	}
}

// twoIntermediates puts a CA between the intermediate, whose path length is
// upper, and the leaf.
func twoIntermediates(t *testing.T, c *chain, upper *int, present ...string) {
	c.node(t, intermediate).PathLength = upper
	c.node(t, leaf).Issuer = "issuing"
	nodes := append([]lab.Node{}, c.nodes[:2]...)
	nodes = append(nodes, lab.Node{ID: "issuing", Issuer: intermediate, CA: true})
	c.nodes = append(nodes, c.nodes[2:]...)
	c.present = present
}

// issueKind makes the certificates of a kind.
func issueKind(t *testing.T, k kind) issued {
	t.Helper()
	c := usual()
	k.edit(t, c)
	return c.issue(t)
}
