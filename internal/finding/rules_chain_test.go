package finding

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// presenting gives an endpoint its certificates and trust store, and a CA file
// its name.
func presenting(store *fact.Trust, chain ...*pair) edit {
	return func(t *fact.Target, e *fact.Endpoint) {
		e.Certificates, e.Trust = present(chain...), store
		if store != nil && store.Store == verify.StoreCAFile {
			t.Options.TLSCAFile = "ca.pem"
		}
	}
}

// skewed sets the server's clock against this machine's.
func skewed(by time.Duration) edit {
	return served(func(s *fact.Server) { ms := float64(by.Milliseconds()); s.ClockSkewMs = &ms })
}

// replicaSet makes the server a member.
func replicaSet(_ *fact.Target, e *fact.Endpoint) {
	e.Server.SetName, e.Server.Type = "rs0", "RSPrimary"
}

func option(change func(*fact.Options)) edit {
	return func(t *fact.Target, _ *fact.Endpoint) { change(&t.Options) }
}

// at gives a finding the title that tells which certificate.
func at(b brief, title string) brief { return b.titled(title) }

func TestChain(t *testing.T) {
	const host = "db.example.com"
	root := issue(t, nil, "Example Root", authority)
	intermediate := issue(t, root, "Example Intermediate", authority)
	leaf := issue(t, intermediate, host, names(host))
	direct := func(edits ...func(*x509.Certificate)) *pair {
		return issue(t, root, host, append([]func(*x509.Certificate){names(host)}, edits...)...)
	}
	ca := func() *fact.Trust { return trust(verify.StoreCAFile, root) }
	private := func(chain ...*pair) edit { return presenting(ca(), chain...) }
	other := issue(t, nil, "Another Root", authority)
	again := issue(t, nil, "Example Root", authority)
	alone := issue(t, nil, host, names(host))
	old := issue(t, root, "Old Intermediate", authority, valid(-900*day, -3*day))
	oldRoot := issue(t, nil, "Old Root", authority, valid(-900*day, -3*day))
	noCA := issue(t, root, "Not a CA")
	short := issue(t, root, "Short CA", authority, func(c *x509.Certificate) { c.MaxPathLenZero = true })
	below := issue(t, short, "Below", authority)
	limited := issue(t, root, "Limited CA", authority, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.net"} })
	weakKey, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	future := issue(t, nil, "Future Root", authority, valid(2*time.Hour, 900*day))
	system := func(anchors ...fact.Anchor) *fact.Trust {
		size := 140
		return &fact.Trust{Store: verify.StoreSystem, StoreSize: &size, Anchors: anchors}
	}
	none := 0
	fit := issue(t, root, host, authority, names(host), valid(-100*day, 265*day), func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageDigitalSignature })
	lower := issue(t, intermediate, "Lower Intermediate", authority)
	const place = "The server's certificate"

	judgeRows(t, []row{
		{"a chain that holds", []edit{private(leaf, intermediate)}, nil, Pass},
		{"a root sent too", []edit{private(leaf, intermediate, root)}, []brief{at(info("chain-extra-certificates"), "The server sends its root certificate too")}, Pass},
		{"a certificate sent for nothing", []edit{private(leaf, intermediate, other)}, []brief{info("chain-extra-certificates")}, Pass},
		{"a certificate sent twice", []edit{private(leaf, intermediate, intermediate)}, []brief{info("chain-extra-certificates")}, Pass},

		{"expired", []edit{private(direct(valid(-365*day, -12*day)))}, []brief{at(failing("cert-expired"), place+" expired 12 days ago")}, Failure},
		{"not yet valid", []edit{private(direct(valid(2*time.Hour, 300*day)))}, []brief{at(failing("cert-not-yet-valid"), place+" is not valid for another 2 hours")}, Failure},
		{"expiring, by a third of its lifetime", []edit{private(direct(valid(-60*day, 29*day)))}, []brief{at(warning("cert-expiring"), place+" expires in 29 days")}, Warning},
		{"thirty days left of a year", []edit{private(direct(valid(-335*day, 30*day)))}, nil, Pass},
		{"less than thirty days left of a year", []edit{private(direct(valid(-335*day, 30*day-time.Second)))}, []brief{at(warning("cert-expiring"), place+" expires in 29 days")}, Warning},
		{"three days left of six is as it should be", []edit{private(direct(valid(-3*day, 3*day)))}, nil, Pass},
		{"an intermediate that has expired", []edit{private(issue(t, old, host, names(host)), old)}, []brief{at(failing("intermediate-expired"), "An intermediate certificate expired 3 days ago")}, Failure},
		{"a root that has expired", []edit{presenting(trust(verify.StoreCAFile, oldRoot), issue(t, oldRoot, host, names(host)))}, []brief{at(failing("root-expired"), "The root certificate expired 3 days ago")}, Failure},

		{"an intermediate that is not sent", []edit{presenting(trust(verify.StoreCAFile, root), issue(t, intermediate, host, names(host)))}, []brief{likely("intermediate-missing")}, Failure},
		{"a private CA without a CA file", []edit{presenting(system(), leaf, intermediate)}, []brief{failing("issuer-unknown")}, Failure},
		{"a private CA that sends its root, without a CA file", []edit{presenting(system(), leaf, intermediate, root)}, []brief{failing("self-signed-root-untrusted")}, Failure},
		{"a self-signed certificate", []edit{presenting(system(), alone)}, []brief{failing("self-signed-leaf")}, Failure},
		{"a self-signed certificate that is trusted", []edit{presenting(trust(verify.StoreCAFile, alone), alone)}, nil, Pass},
		{"a root that only Mozilla has", []edit{presenting(system(anchor(root, verify.StoreMozilla)), leaf, intermediate)}, []brief{failing("issuer-unknown")}, Failure},

		{"another company's CA file", []edit{presenting(trust(verify.StoreCAFile, other), leaf, intermediate)}, []brief{failing("ca-file-mismatch")}, Failure},
		{"an older certificate of the CA", []edit{presenting(trust(verify.StoreCAFile, again), leaf, intermediate)}, []brief{at(failing("ca-file-mismatch"), "The CA file holds an older or newer certificate of this CA")}, Failure},
		{"an intermediate as CA file", []edit{presenting(trust(verify.StoreCAFile, intermediate), leaf)}, []brief{at(failing("ca-file-mismatch"), "The CA file holds an intermediate and not its root")}, Failure},
		{"the server's own certificate as CA file", []edit{presenting(trust(verify.StoreCAFile, leaf), leaf)}, []brief{at(failing("ca-file-mismatch"), "The CA file holds the server's certificate and not its CA")}, Failure},
		{"a self-signed certificate and another CA file", []edit{presenting(trust(verify.StoreCAFile, other), alone)}, []brief{failing("self-signed-leaf")}, Failure},

		{"an issuer that is no CA", []edit{private(issue(t, noCA, host, names(host)), noCA)}, []brief{failing("issuer-not-ca"), info("key-identifier-missing")}, Failure},
		{"a path that is too long", []edit{private(issue(t, below, host, names(host)), below, short)}, []brief{failing("path-length-exceeded")}, Failure},
		{"a name that the CA may not certify", []edit{private(issue(t, limited, host, names(host)), limited)}, []brief{failing("name-constraint")}, Failure},
		{"a critical extension that nobody knows", []edit{private(direct(critical))}, []brief{failing("critical-extension")}, Failure},
		{"a certificate for clients only", []edit{private(direct(clientOnly))}, []brief{failing("purpose-server-auth")}, Failure},
		{"a key of 1024 bits", []edit{private(issueFor(t, root, weakKey, host, names(host)))}, []brief{failing("key-too-small")}, Failure},
		{"a SHA-1 signature", []edit{private(direct(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }))}, []brief{failing("signature-weak")}, Failure},
		{"the wrong order", []edit{private(issue(t, lower, host, names(host)), intermediate, lower)}, []brief{warning("chain-misordered")}, Warning},
		{"the CA first", []edit{private(intermediate, leaf)}, []brief{at(failing("chain-misordered"), "The first certificate sent is a CA's")}, Failure},
		{"a CA's certificate that is fit for a server, first", []edit{private(fit, leaf, intermediate)}, []brief{at(warning("chain-misordered"), "The first certificate sent is a CA's"), info("chain-extra-certificates")}, Warning},
		{"ten years", []edit{private(direct(valid(-100*day, 3550*day)))}, []brief{warning("cert-lifetime")}, Warning},
		{"a certificate that Go refuses", []edit{private(direct(badName))}, []brief{at(warning("cert-malformed"), "A certificate that the Go driver and the database tools refuse to read")}, Warning},
		{"an extension twice", []edit{private(direct(twice))}, []brief{failing("cert-malformed")}, Failure},
		{"bytes that are no certificate", []edit{private(leaf, intermediate), func(_ *fact.Target, e *fact.Endpoint) {
			e.Certificates = append(e.Certificates, fact.Certificate{PEM: pemOf([]byte("no certificate"))})
		}}, []brief{likely("cert-malformed")}, Failure},
		{"a certificate that the report has lost", []edit{private(leaf, intermediate), func(_ *fact.Target, e *fact.Endpoint) {
			e.Certificates[0].PEM = ""
		}}, []brief{likely("cert-malformed")}, Failure},

		{"a member's certificate for servers only", []edit{private(direct(serverOnly)), replicaSet}, []brief{warning("purpose-client-auth")}, Warning},
		{"a member's, in one connection", []edit{private(direct(serverOnly)), replicaSet, func(_ *fact.Target, e *fact.Endpoint) { e.Questions = nil }},
			[]brief{entryTitle("purpose-client-auth", Info, Likely)}, Pass},
		{"a router's, too", []edit{private(direct(serverOnly)), served(func(s *fact.Server) { s.Type = "Mongos" })}, []brief{warning("purpose-client-auth")}, Warning},
		{"a lone server's needs no client purpose", []edit{private(direct(serverOnly))}, nil, Pass},

		{"a fault that tlsInsecure hides", []edit{private(direct(valid(-365*day, -12*day))), option(func(o *fact.Options) { o.TLSInsecure = true })},
			[]brief{warning("insecure-option"), at(warning("cert-expired"), place+" expired 12 days ago")}, Warning},
		{"a fault that tlsAllowInvalidCertificates hides", []edit{presenting(system(), leaf, intermediate), option(func(o *fact.Options) { o.TLSAllowInvalidCertificates = true })},
			[]brief{warning("insecure-option"), warning("issuer-unknown")}, Warning},
		{"a fault that tlsAllowInvalidHostnames does not hide", []edit{presenting(system(), leaf, intermediate), option(func(o *fact.Options) { o.TLSAllowInvalidHostnames = true })},
			[]brief{failing("issuer-unknown"), warning("insecure-option")}, Failure},
		{"a fault that a client without TLS never meets", []edit{presenting(system(), leaf, intermediate), plaintext},
			[]brief{warning("no-encryption"), info("issuer-unknown")}, Warning},

		{"no trust store, and a server that Mozilla's would trust", []edit{presenting(&fact.Trust{Store: verify.StoreSystem, StoreSize: &none, StoreError: "no such file", Anchors: []fact.Anchor{anchor(root, verify.StoreMozilla)}}, leaf, intermediate)},
			[]brief{failing("trust-store-missing")}, Failure},
		{"no trust store, and a private CA", []edit{presenting(&fact.Trust{Store: verify.StoreSystem, StoreSize: &none}, leaf, intermediate)},
			[]brief{failing("trust-store-missing"), failing("issuer-unknown")}, Failure},
		{"no trust store, with tlsInsecure", []edit{presenting(&fact.Trust{Store: verify.StoreSystem, StoreSize: &none}, leaf, intermediate), option(func(o *fact.Options) { o.TLSInsecure = true })},
			[]brief{warning("trust-store-missing"), warning("insecure-option"), warning("issuer-unknown")}, Warning},
		{"no trust store, and a client without TLS", []edit{presenting(&fact.Trust{Store: verify.StoreSystem, StoreSize: &none}, leaf, intermediate), plaintext},
			[]brief{warning("no-encryption"), info("trust-store-missing"), info("issuer-unknown")}, Warning},
		{"a trust store of a size that was not established", []edit{presenting(&fact.Trust{Store: verify.StoreSystem, Anchors: []fact.Anchor{anchor(root, verify.StoreSystem, verify.StoreMozilla)}}, leaf, intermediate)}, nil, Pass},
		{"certificates without a word on trust", []edit{presenting(nil, leaf, intermediate)}, []brief{failing("issuer-unknown")}, Failure},

		{"a clock that is wrong", []edit{private(leaf, intermediate), skewed(time.Hour)}, []brief{warning("clock-skew")}, Warning},
		{"a clock that is a little wrong", []edit{private(leaf, intermediate), skewed(-4 * time.Minute)}, nil, Pass},
		{"a clock that makes a certificate look premature", []edit{private(direct(valid(time.Hour, 300*day))), skewed(2 * time.Hour)}, []brief{likely("clock-skew")}, Failure},
		{"a clock that makes a certificate look expired", []edit{private(direct(valid(-300*day, -time.Hour))), skewed(-2 * time.Hour)}, []brief{likely("clock-skew")}, Failure},
		{"a clock that makes a root look premature", []edit{presenting(trust(verify.StoreCAFile, future), issue(t, future, host, names(host))), skewed(3 * time.Hour)}, []brief{likely("clock-skew")}, Failure},
		{"a clock that explains one of two faults hides none", []edit{presenting(trust(verify.StoreCAFile, oldRoot), issue(t, oldRoot, host, names(host), valid(time.Hour, 300*day))), skewed(2 * time.Hour)},
			[]brief{at(failing("cert-not-yet-valid"), place+" is not valid for another 1 hour"), at(failing("root-expired"), "The root certificate expired 3 days ago"), warning("clock-skew")}, Failure},
		{"a clock that explains nothing", []edit{private(direct(valid(-365*day, -12*day))), skewed(2 * time.Hour)},
			[]brief{at(failing("cert-expired"), place+" expired 12 days ago"), warning("clock-skew")}, Failure},
		{"a clock from the end of time", []edit{private(leaf, intermediate), served(func(s *fact.Server) { ms := 1e300; s.ClockSkewMs = &ms })}, []brief{warning("clock-skew")}, Warning},
		{"a clock that explains a fault that tlsInsecure hides", []edit{private(direct(valid(time.Hour, 300*day))), skewed(2 * time.Hour), option(func(o *fact.Options) { o.TLSInsecure = true })},
			[]brief{warning("insecure-option"), entryTitle("clock-skew", Warn, Likely)}, Warning},
	})
}

func clientOnly(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
}
func serverOnly(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
}

// badName adds a DNS name that is no ASCII, which OpenSSL reads and Go does not.
func badName(c *x509.Certificate) {
	host := []byte("db.example.com")
	san := append([]byte{0x82, byte(len(host))}, host...)
	san = append(san, 0x82, 2, 0xc3, 0xbc)
	c.DNSNames = nil
	c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{
		Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: append([]byte{0x30, byte(len(san))}, san...),
	})
}

// twice has one extension two times.
func twice(c *x509.Certificate) {
	for range 2 {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Value: []byte{3, 2, 7, 0x80}})
	}
}

// pemOf is a PEM block of a certificate's label with any bytes in it.
func pemOf(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestHostname(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	of := func(cn string, list ...string) edit {
		return presenting(trust(verify.StoreCAFile, root), issue(t, root, cn, names(list...)))
	}
	mismatch := func(name string) brief {
		return failing("hostname-mismatch").titled("The certificate is not for this host name: " + name)
	}
	noIP := func(ip string) brief {
		return failing("hostname-ip-not-in-san").titled("The certificate is not for this IP address: " + ip)
	}
	weak := func(b brief) brief { b.Severity = Warn; return b }
	judgeRows(t, []row{
		{"a name that matches", []edit{of("x", "db.example.com")}, nil, Pass},
		{"a wildcard that matches", []edit{of("x", "*.example.com")}, nil, Pass},
		{"another name", []edit{of("x", "db.example.net")}, []brief{mismatch("db.example.com")}, Failure},
		{"a wildcard one label short", []edit{called("a.b.example.com"), of("x", "*.example.com")}, []brief{mismatch("a.b.example.com")}, Failure},
		{"a dot at the end", []edit{called("db.example.com."), of("x", "db.example.com")}, []brief{mismatch("db.example.com.")}, Failure},
		{"a common name only", []edit{of("db.example.com")}, []brief{warning("hostname-cn-only")}, Warning},
		{"another common name only", []edit{of("db.example.net")}, []brief{mismatch("db.example.com")}, Failure},
		{"an address that is there", []edit{called("192.0.2.1"), of("x", "192.0.2.1")}, nil, Pass},
		{"an address that is not there", []edit{called("192.0.2.1"), of("x", "db.example.com")}, []brief{noIP("192.0.2.1")}, Failure},
		{"an address as common name", []edit{called("192.0.2.1"), of("192.0.2.1")}, []brief{noIP("192.0.2.1")}, Failure},
		{"another name, with tlsAllowInvalidHostnames", []edit{of("x", "db.example.net"), option(func(o *fact.Options) { o.TLSAllowInvalidHostnames = true })}, []brief{warning("insecure-option"), weak(mismatch("db.example.com"))}, Warning},
		{"another name, with tlsAllowInvalidCertificates", []edit{of("x", "db.example.net"), option(func(o *fact.Options) { o.TLSAllowInvalidCertificates = true })}, []brief{warning("insecure-option"), weak(mismatch("db.example.com"))}, Warning},
		{"another name, with tlsInsecure", []edit{of("x", "db.example.net"), option(func(o *fact.Options) { o.TLSInsecure = true })}, []brief{warning("insecure-option"), weak(mismatch("db.example.com"))}, Warning},
		{"the certificate of another name's proxy, where the name is not known", []edit{broken(fact.OutcomeAlert, 112), of("x", "default.example.net")}, []brief{failing("sni-unrecognized")}, Failure},
		{"insecure options without TLS", []edit{plaintext, option(func(o *fact.Options) { o.TLSInsecure = true })}, []brief{warning("no-encryption")}, Warning},
	})
}

// TestHostnameInFull compares detail and advice.
func TestHostnameInFull(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	for _, row := range []struct {
		name, host, cn string
		names          []string
		detail         string
		fix            []string
	}{
		{
			"through a tunnel", "localhost", "x", []string{"*.example.com", "db.example.com"},
			"localhost is none of the certificate's names: *.example.com, db.example.com.",
			[]string{
				throughTunnel, "$ mongotls check db.example.com:27017 --connect localhost:27017",
				"Connect by a name that the certificate has: *.example.com, db.example.com.",
				"Or issue a certificate that has localhost beside its names. A request for it:",
				"$ openssl req -new -key server.key -subj /CN=localhost -addext subjectAltName=DNS:localhost -out server.csr",
			},
		},
		{
			"this machine by its address", "127.0.0.1", "x", []string{"localhost"},
			"The certificate has no IP entry 127.0.0.1; its names are: localhost.",
			[]string{
				"Connect by a name that the certificate has: localhost.",
				"Or issue a certificate that has the address as IP entry beside its names. A request for it:",
				"$ openssl req -new -key server.key -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -out server.csr",
				throughTunnel, "$ mongotls check localhost:27017 --connect 127.0.0.1:27017",
			},
		},
		{
			"names that are no part of a command", "db.example.com", "x", []string{"*.example.net", "a b;c", "-rf.example.net"},
			"db.example.com is none of the certificate's names: *.example.net, a b;c, -rf.example.net.",
			[]string{
				"Connect by a name that the certificate has: *.example.net, a b;c, -rf.example.net.",
				"Or issue a certificate that has db.example.com beside its names. A request for it:",
				"$ openssl req -new -key server.key -subj /CN=db.example.com -addext subjectAltName=DNS:db.example.com -out server.csr",
				throughTunnel, "$ mongotls check NAME:27017 --connect db.example.com:27017",
			},
		},
		{
			"an address in the wrong place", "192.0.2.1", "192.0.2.1", nil,
			"The certificate has no IP entry 192.0.2.1; its names are: 192.0.2.1. The address stands there as a DNS name or common name, where most clients do not look for it. It has no subjectAltName.",
			[]string{
				"Or issue a certificate that has the address as IP entry beside its names. A request for it:",
				"$ openssl req -new -key server.key -subj /CN=192.0.2.1 -addext subjectAltName=IP:192.0.2.1 -out server.csr",
				throughTunnel, "$ mongotls check NAME:27017 --connect 192.0.2.1:27017",
			},
		},
		{
			"no name at all", "db.example.com", "", nil,
			"db.example.com is none of the certificate's names: none. It has no subjectAltName.",
			[]string{
				"Or issue a certificate that has db.example.com beside its names. A request for it:",
				"$ openssl req -new -key server.key -subj /CN=db.example.com -addext subjectAltName=DNS:db.example.com -out server.csr",
				throughTunnel, "$ mongotls check NAME:27017 --connect db.example.com:27017",
			},
		},
		{
			"a dot at the end", "db.example.com.", "x", []string{"db.example.com"},
			"db.example.com. is none of the certificate's names: db.example.com. Without the dot at its end the name would match: leave it out of the connection string.",
			nil,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(called(row.host), presenting(trust(verify.StoreCAFile, root), issue(t, root, row.cn, names(row.names...))))
			f := Judge(target, endpoint, Policy{}, now).Findings[0]
			if diff := cmp.Diff(row.detail, f.Detail); diff != "" {
				t.Errorf("detail (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.fix, f.Fix); row.fix != nil && diff != "" {
				t.Errorf("fix (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCAFileAdvice: to leave the CA file out is advice where the roots would do,
// and the first then.
func TestCAFileAdvice(t *testing.T) {
	root := issue(t, nil, "Root", authority)
	other := issue(t, nil, "Another Root", authority)
	leaf := issue(t, root, "x", names("db.example.com"))
	entry, _ := Lookup("ca-file-mismatch")
	for _, row := range []struct {
		name  string
		store *fact.Trust
		want  []string
	}{
		{"a private CA", trust(verify.StoreCAFile, other), entry.Fix[:2]},
		{"a public CA", &fact.Trust{Store: verify.StoreCAFile, Anchors: []fact.Anchor{anchor(other, verify.StoreCAFile), anchor(root, verify.StoreSystem)}}, []string{leaveOutCAFile, entry.Fix[0], entry.Fix[1]}},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(presenting(row.store, leaf))
			got := Judge(target, endpoint, Policy{}, now).Findings[0].Fix
			want := fillAll(row.want, map[string]string{"issuer": "CN=Root", "cafile": "ca.pem"})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("fix (-want +got):\n%s", diff)
			}
		})
	}
}
