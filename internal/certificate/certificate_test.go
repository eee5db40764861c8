package certificate

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mongotls/mongotls/internal/fact"
)

// ignored are the fields that hold raw bytes and what follows from them.
var ignored = cmp.Options{
	cmpopts.IgnoreFields(Certificate{}, "Raw", "RawTBS", "RawSubject", "RawIssuer", "RawSPKI", "SHA256", "PublicKey"),
	cmpopts.IgnoreUnexported(Certificate{}),
	cmp.Comparer(func(a, b *big.Int) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

func TestParse(t *testing.T) {
	data := der(t, nil)
	got, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	want := &Certificate{
		Version: 3, Serial: big.NewInt(0x1234), SerialHex: "1234",
		Subject: "CN=db.example.com,O=Acme", Issuer: "CN=db.example.com,O=Acme",
		CommonName: "db.example.com", CommonNames: []string{"db.example.com"}, IssuerCommonName: "db.example.com",
		Organizations: []string{"Acme"}, IssuerOrganizations: []string{"Acme"},
		NotBefore: from, NotAfter: until,
		HasSAN: true, DNSNames: []string{"db.example.com", "*.db.example.com"},
		IPAddresses:    []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")},
		EmailAddresses: []string{"dba@example.com"},
		AltNames: []GeneralName{
			{Tag: TagDNS, Value: []byte("db.example.com")}, {Tag: TagDNS, Value: []byte("*.db.example.com")},
			{Tag: TagEmail, Value: []byte("dba@example.com")},
			{Tag: TagIP, Value: []byte{192, 0, 2, 1}}, {Tag: TagIP, Value: net.ParseIP("2001:db8::1")},
		},
		KeyAlgorithm: "ECDSA", KeyBits: 256, KeyType: "ECDSA-P256",
		SignatureAlgorithm: "ECDSA-SHA256", SignatureOID: "1.2.840.10045.4.3.2", SignatureHash: 5,
		BasicConstraintsPresent: true, BasicConstraintsCritical: true,
		KeyUsagePresent: true, KeyUsage: x509.KeyUsageDigitalSignature,
		EKUPresent: true, EKUs: []string{EKUServerAuth},
		SKI:                    []byte{1, 2, 3},
		OCSPServers:            []string{"http://ocsp.example.com/"},
		IssuingCertificateURLs: []string{"http://ca.example.com/ca.der"},
		CRLDistributionPoints:  []string{"http://ca.example.com/ca.crl"},
		HasExtensions:          true,
	}
	if diff := cmp.Diff(want, got, ignored); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	parsed, err := x509.ParseCertificate(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		name      string
		want, got []byte
	}{
		{"Raw", parsed.Raw, got.Raw}, {"RawTBS", parsed.RawTBSCertificate, got.RawTBS}, {"RawSubject", parsed.RawSubject, got.RawSubject},
		{"RawIssuer", parsed.RawIssuer, got.RawIssuer}, {"RawSPKI", parsed.RawSubjectPublicKeyInfo, got.RawSPKI},
	} {
		if !bytes.Equal(part.want, part.got) {
			t.Errorf("%s differs from that of crypto/x509", part.name)
		}
	}
}

func TestParseWhatGoRefuses(t *testing.T) {
	san := func(value ...byte) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses, c.EmailAddresses = nil, nil, nil
			c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: []int{2, 5, 29, 17}, Value: value})
		}
	}
	type summary struct {
		Serial, Subject            string
		DNSNames                   []string
		IPs                        int
		URIs                       []string
		SANErrors, ExtensionErrors []string
		GoRefuses                  bool
	}
	sound := summary{Serial: "1234", Subject: "CN=db.example.com,O=Acme"}
	tests := []struct {
		name string
		make func(t *testing.T) []byte
		want func(*summary)
	}{
		{"a negative serial number", func(t *testing.T) []byte {
			return replace(t, der(t, nil), []byte{2, 2, 0x12, 0x34}, []byte{2, 2, 0xff, 0x34})
		}, func(s *summary) { s.Serial, s.DNSNames, s.IPs = "-cc", template().DNSNames, 2 }},
		{"an unknown extension twice", func(t *testing.T) []byte {
			e := extension(t, false, 1, 1, 3, 6, 1, 4, 1, 99999, 1)
			return der(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{e, e} })
		}, func(s *summary) { s.DNSNames, s.IPs = template().DNSNames, 2 }},
		{"a dNSName with a byte that is no ASCII", func(t *testing.T) []byte {
			return der(t, san(0x30, 4, 0x82, 2, 'a', 0xff))
		}, func(s *summary) {
			s.DNSNames, s.SANErrors = []string{"a\xff"}, []string{`dNSName "a\xff" is not printable ASCII`}
		}},
		{"a URI that is none", func(t *testing.T) []byte {
			return der(t, san(append([]byte{0x30, 13, 0x86, 11}, "http://[bad"...)...))
		}, func(s *summary) { s.URIs = []string{"http://[bad"} }},
		{"an address of five bytes", func(t *testing.T) []byte {
			return der(t, san(0x30, 7, 0x87, 5, 1, 2, 3, 4, 5))
		}, func(s *summary) { s.SANErrors = []string{"iPAddress of 5 bytes"} }},
		{"a PrintableString that is not printable", func(t *testing.T) []byte {
			one := der(t, func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: "a-b"} })
			// Subject and issuer both.
			return bytes.ReplaceAll(one, []byte{0x13, 3, 'a', '-', 'b'}, []byte{0x13, 3, 'a', '@', 'b'})
		}, func(s *summary) { s.Subject, s.DNSNames, s.IPs = "CN=a@b", template().DNSNames, 2 }},
		{"subjectAltName twice", func(t *testing.T) []byte {
			e := pkix.Extension{Id: []int{2, 5, 29, 17}, Value: []byte{0x30, 3, 0x82, 1, 'a'}}
			return der(t, func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{e, e} })
		}, func(s *summary) {
			s.DNSNames, s.ExtensionErrors = []string{"a"}, []string{"subjectAltName occurs more than once"}
		}},
		{"basicConstraints that cannot be read", func(t *testing.T) []byte {
			return der(t, func(c *x509.Certificate) {
				c.BasicConstraintsValid = false
				c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 19}, Value: []byte{4, 0}}}
			})
		}, func(s *summary) {
			s.DNSNames, s.IPs = template().DNSNames, 2
			s.ExtensionErrors = []string{"basicConstraints is not readable: malformed"}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse(test.make(t))
			if err != nil {
				t.Fatalf("Parse: %v", err)
			}
			got := summary{
				c.SerialHex, c.Subject, c.DNSNames, len(c.IPAddresses), c.URIs, c.SANErrors, c.ExtensionErrors, c.GoError != "",
			}
			want := sound
			want.GoRefuses = true
			test.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseExtensions(t *testing.T) {
	limit := 0
	tests := []struct {
		name string
		edit func(*x509.Certificate)
		want func(*Certificate)
	}{
		{"a CA with a path length of zero", func(c *x509.Certificate) {
			c.IsCA, c.MaxPathLenZero, c.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		}, func(c *Certificate) {
			c.IsCA, c.MaxPathLen, c.KeyUsage = true, &limit, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		}},
		{"must-staple", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{extension(t, false, []int{5}, 1, 3, 6, 1, 5, 5, 7, 1, 24)}
		}, func(c *Certificate) { c.MustStaple = true }},
		{"a TLS feature that is not status_request", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{extension(t, false, []int{17}, 1, 3, 6, 1, 5, 5, 7, 1, 24)}
		}, func(*Certificate) {}},
		{"an unknown critical extension", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{extension(t, true, 1, 1, 3, 6, 1, 4, 1, 99999, 1)}
		}, func(c *Certificate) { c.UnknownCriticalExtensions = []string{"1.3.6.1.4.1.99999.1"} }},
		{"any extended key usage", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} },
			func(c *Certificate) { c.EKUs, c.AnyEKU = []string{EKUAny}, true }},
		{"name constraints", func(c *x509.Certificate) {
			c.IsCA, c.PermittedDNSDomains, c.ExcludedEmailAddresses = true, []string{"example.com"}, []string{"example.org"}
		}, func(c *Certificate) {
			c.IsCA = true
			c.NameConstraints = &NameConstraints{
				Permitted: []Subtree{{GeneralName: GeneralName{Tag: TagDNS, Value: []byte("example.com")}}},
				Excluded:  []Subtree{{GeneralName: GeneralName{Tag: TagEmail, Value: []byte("example.org")}}},
			}
		}},
		{"nsCertType for servers", func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{extension(t, false, []byte{3, 2, 6, 0x40}, 2, 16, 840, 1, 113730, 1, 1)}
		}, func(c *Certificate) { c.NetscapeCertTypePresent, c.NetscapeCertType = true, 0x40 }},
		{"an authority key identifier by issuer and serial", func(c *x509.Certificate) {
			dn := []byte{0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'x'}
			value := append([]byte{0x30, 0x15, 0xa1, 0x10, 0xa4, 0x0e}, dn...)
			value = append(value, 0x82, 0x01, 0x07)
			c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 35}, Value: value}}
		}, func(c *Certificate) {
			c.AKIPresent, c.AKISerial = true, big.NewInt(7)
			c.AKIIssuer = []byte{0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'x'}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want, err := Parse(der(t, nil))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse(der(t, test.edit))
			if err != nil {
				t.Fatal(err)
			}
			test.want(want)
			if diff := cmp.Diff(want, got, ignored, cmpopts.IgnoreFields(Certificate{}, "GoError")); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseFails(t *testing.T) {
	sound := der(t, nil)
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "not a DER certificate"},
		{"junk", []byte("junk"), "not a DER certificate"},
		{"half a certificate", sound[:len(sound)/2], "not a DER certificate"},
		{"more than a certificate", append(bytes.Clone(sound), 0), "certificate: trailing data"},
		{"too much", make([]byte, maxSize+1), "certificate of 1048577 bytes is larger than 1048576"},
		{"a date that is none", bytes.Replace(bytes.Clone(sound), []byte("260101000000Z"), []byte("269901000000Z"), 1),
			"notBefore: time is not in the form of RFC 5280"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse(test.data)
			if err == nil || err.Error() != test.want {
				t.Errorf("Parse error = %v, want %q", err, test.want)
			}
			if c == nil || c.Error != test.want || !bytes.Equal(c.Raw, test.data) || len(c.SHA256) != 64 || c.Subject != "" {
				t.Errorf("Parse = %+v, want raw bytes and error only", c)
			}
		})
	}
}

func TestSubjectOf(t *testing.T) {
	data := der(t, nil)
	c, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if subject, ok := SubjectOf(data); !ok || !bytes.Equal(subject, c.RawSubject) {
		t.Errorf("SubjectOf = %x, %v; want %x", subject, ok, c.RawSubject)
	}
	if subject, ok := SubjectOf(data[:20]); ok {
		t.Errorf("SubjectOf the first bytes = %x", subject)
	}
}

func TestFactAndPEM(t *testing.T) {
	data := der(t, nil)
	c, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: data}))
	want := fact.Certificate{
		Subject: c.Subject, Issuer: c.Issuer, Serial: "1234", NotBefore: from, NotAfter: until,
		DNSNames: []string{"db.example.com", "*.db.example.com"}, IPAddresses: []string{"192.0.2.1", "2001:db8::1"},
		KeyType: "ECDSA-P256", SignatureAlgorithm: "ECDSA-SHA256", SHA256: c.SHA256, PEM: text,
	}
	if diff := cmp.Diff(want, c.Fact()); diff != "" {
		t.Errorf("Fact (-want +got):\n%s", diff)
	}
	again, err := FromPEM("a comment\n" + c.PEM())
	if err != nil || again.SHA256 != c.SHA256 {
		t.Errorf("FromPEM(PEM()) = %v, %v", again, err)
	}
	if _, err := FromPEM(strings.ReplaceAll(text, "CERTIFICATE", "PRIVATE KEY")); err == nil {
		t.Error("FromPEM took a private key")
	}
	broken, _ := Parse([]byte("junk"))
	wantBroken := fact.Certificate{
		DNSNames: []string{}, IPAddresses: []string{}, SHA256: broken.SHA256, PEM: broken.PEM(), Error: "not a DER certificate",
	}
	if diff := cmp.Diff(wantBroken, broken.Fact()); diff != "" {
		t.Errorf("Fact of junk (-want +got):\n%s", diff)
	}
}

func TestTwoDigitYears(t *testing.T) {
	tests := map[string]time.Time{
		"500101000000Z": time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC),
		"490101000000Z": time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for text, want := range tests {
		c, err := Parse(replace(t, der(t, nil), []byte("260101000000Z"), []byte(text)))
		if err != nil || !c.NotBefore.Equal(want) {
			t.Errorf("notBefore %q is %v (%v), want %v", text, c.NotBefore, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(der(f, nil))
	f.Add(der(f, func(c *x509.Certificate) {
		c.IsCA, c.PermittedDNSDomains, c.ExcludedURIDomains = true, []string{"example.com"}, []string{"example.com"}
	}))
	f.Add([]byte("junk"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if (err != nil) != (c.Error != "") {
			t.Errorf("error %v beside Error %q", err, c.Error)
		}
		// Unlike crypto/x509, OpenSSL wants nothing after the last field.
		if _, goErr := x509.ParseCertificate(data); goErr == nil && err != nil && !errors.Is(err, errTrailing) {
			t.Errorf("crypto/x509 reads what Parse does not: %v", err)
		}
		if err != nil {
			return
		}
		if strings.ContainsFunc(c.Subject+c.Issuer+c.GoError, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			t.Errorf("control characters in %q, %q or %q", c.Subject, c.Issuer, c.GoError)
		}
		if subject, ok := SubjectOf(data); !ok || !bytes.Equal(subject, c.RawSubject) {
			t.Errorf("SubjectOf = %x, %v; RawSubject is %x", subject, ok, c.RawSubject)
		}
		_ = c.SelfSigned()
		_ = c.Fact()
	})
}
