package revocation

import (
	"bytes"
	"context"
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// checkCRL looks the leaf up in a CRL, as a fetched one is.
func checkCRL(der []byte, path, others []*certificate.Certificate) fact.RevocationCheck {
	c := &Checker{Now: func() time.Time { return now }, Tolerance: -1}
	j := c.judge(Request{Path: path, Others: others}, 0)
	check := fact.RevocationCheck{Certificate: path[0].SHA256}
	var want search
	found := want.add(path[0])
	list, err := readFetched(context.Background(), bytes.NewReader(der), &want)
	if err == nil {
		err = j.judge(&check, list, found.found)
	}
	if err != nil {
		fail(&check, failureOf(err))
	}
	return check
}

// TestCRLAlgorithms goes through whose key may sign a CRL.
func TestCRLAlgorithms(t *testing.T) {
	tests := []struct {
		name   string
		key    crypto.Signer
		scheme string
		pss    crypto.Hash
		want   string
	}{
		{"RSA with SHA-256", rsaKeys[0](), sha256RSA, 0, "SHA256-RSA"},
		{"RSA with SHA-1", rsaKeys[0](), sha1RSA, 0, "SHA1-RSA"},
		{"RSA-PSS with SHA-256", rsaKeys[0](), "", crypto.SHA256, "SHA256-RSAPSS"},
		{"ECDSA on P-256", ecKey(t, elliptic.P256()), sha256ECDSA, 0, "ECDSA-SHA256"},
		{"ECDSA on P-384", ecKey(t, elliptic.P384()), sha384ECDSA, 0, "ECDSA-SHA384"},
		{"Ed25519", edKey(t), ed25519OID, 0, "Ed25519"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPKI(t, test.key, nil, nil)
			want := fact.RevocationCheck{
				Certificate: p.leaf.cert.SHA256, ThisUpdate: ptr(now.Add(-time.Hour)), NextUpdate: ptr(now.Add(24 * time.Hour)),
				Status: fact.StatusRevoked, RevokedAt: ptr(now.Add(-48 * time.Hour)),
				Signer: "CN=CA,O=Acme", SignatureAlgorithm: test.want,
			}
			spec := newCRL(p.ca, 0x1234)
			spec.scheme, spec.pss = test.scheme, test.pss
			if diff := cmp.Diff(want, checkCRL(spec.build(t), p.path(), nil)); diff != "" {
				t.Error(diff)
			}
			spec.tampered = true
			if got := checkCRL(spec.build(t), p.path(), nil); got.Problem != fact.ProblemSignature || got.RevokedAt != nil {
				t.Errorf("with a wrong signature: %+v", got)
			}
		})
	}
}

const pointURL = "http://crl.example.com/7.crl"

// crlCase is a CRL and what it says of its PKI's leaf.
type crlCase struct {
	name string
	pki  *pki
	spec *crlSpec
	edit func(*crlSpec)
	want fact.RevocationCheck
	// openssl is why OpenSSL comes to another end; empty if it does not.
	openssl string
}

// needsExtended is for CRLs that OpenSSL reads with X509_V_FLAG_EXTENDED_CRL_SUPPORT
// only, and then as we do. No driver sets that.
const needsExtended = "it needs extended CRL support"

func (c crlCase) build(t testing.TB) []byte {
	t.Helper()
	if c.edit != nil {
		c.edit(c.spec)
	}
	return c.spec.build(t)
}

func crlCases(t *testing.T) []crlCase {
	p := newPKI(t, nil, nil, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{pointURL} })
	plain := newPKI(t, nil, nil, nil)
	otherKey := issue(t, caTemplate("CA", 22), p.root, nil)
	noSign := newPKI(t, nil, nil, nil)
	mute := caTemplate("CA", 2)
	mute.KeyUsage = x509.KeyUsageCertSign
	noSign.ca = issue(t, mute, noSign.root, noSign.ca.key)
	relative := newPKI(t, nil, nil, func(c *x509.Certificate) {
		rdn := seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte("\x55\x04\x03")), tlv(cbasn1.UTF8String, []byte("Part 7")))
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31},
			Value: seq(seq(tlv(explicit(0), tlv(explicit(1), rdn))))}}
	})
	fullName := func(ca *identity) []byte {
		rdn := seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte("\x55\x04\x03")), tlv(cbasn1.PrintableString, []byte("PART  7")))
		inner := ca.cert.RawSubject[2:]
		return tlv(explicit(0), tlv(explicit(0), dirName(seq(inner, tlv(cbasn1.SET, rdn)))))
	}

	good := fact.RevocationCheck{Status: fact.StatusGood}
	revoked := func(reason string) fact.RevocationCheck {
		return fact.RevocationCheck{Status: fact.StatusRevoked, Reason: reason, RevokedAt: ptr(now.Add(-48 * time.Hour))}
	}
	problem := func(p fact.RevocationProblem) fact.RevocationCheck {
		return fact.RevocationCheck{Status: fact.StatusError, Problem: p}
	}
	idp := func(parts ...[]byte) func(*crlSpec) {
		return func(s *crlSpec) { s.extend(oidIssuingPoint, true, seq(parts...)) }
	}
	entryOf := func(extensions ...extension) func(*crlSpec) {
		return func(s *crlSpec) { s.entries[0].extensions = extensions }
	}
	return []crlCase{
		{"a list without entries", p, newCRL(p.ca), nil, good, ""},
		{"a list of others", p, newCRL(p.ca, 1, 0x12, 0x34, 0x123456), nil, good, ""},
		{"a list that has it", p, newCRL(p.ca, 1, 0x1234, 2), nil, revoked(""), ""},
		{"a list with a reason", p, newCRL(p.ca, 0x1234), entryOf(reason(1)), revoked("keyCompromise"), ""},
		{"a list with a reason and more", p, newCRL(p.ca, 0x1234), entryOf(
			extension{oid: oidInvalidityDate, value: tlv(cbasn1.GeneralizedTime, []byte("20260101000000Z"))}, reason(6),
			extension{oid: "\x2a\x03", value: []byte{5, 0}}), revoked("certificateHold"), ""},
		{"an entry that was removed", p, newCRL(p.ca, 0x1234), entryOf(reason(8)), good, ""},
		{"version 1", p, newCRL(p.ca, 1, 0x1234), func(s *crlSpec) { s.v1 = true }, revoked(""), ""},
		{"version 1 without entries", p, newCRL(p.ca), func(s *crlSpec) { s.v1 = true }, good, ""},
		{"no nextUpdate", p, newCRL(p.ca), func(s *crlSpec) { s.nextUpdate = nil }, good, ""},
		{"an empty list of entries", p, newCRL(p.ca), func(s *crlSpec) { s.entries = []entrySpec{} }, good, ""},
		{"no authorityKeyIdentifier", p, newCRL(p.ca), func(s *crlSpec) { s.extensions = s.extensions[1:] }, good, ""},
		{"an authorityKeyIdentifier by issuer and serial number", p, newCRL(p.ca), func(s *crlSpec) {
			s.extend(oidAuthorityKeyID, false, seq(tlv(explicit(1), dirName(p.root.cert.RawSubject)), tlv(cbasn1.Tag(2).ContextSpecific(), []byte{2})))
		}, good, ""},
		{"a critical authorityKeyIdentifier", p, newCRL(p.ca), func(s *crlSpec) { s.extensions[0].critical = true }, good, ""},
		{"a critical cRLNumber", p, newCRL(p.ca), func(s *crlSpec) { s.extensions[1].critical = true }, problem(fact.ProblemCriticalExtension), ""},
		{"a critical reason", p, newCRL(p.ca, 0x1234), entryOf(extension{oidReasonCode, true, []byte{10, 1, 1}}), problem(fact.ProblemCriticalExtension), ""},

		{"the partition of its distribution point", p, newCRL(p.ca), idp(uriPoint(pointURL), flag(1)), good, ""},
		{"the partition of its distribution point, revoked", p, newCRL(p.ca, 0x1234), idp(uriPoint(pointURL)), revoked(""), ""},
		{"the partition of another distribution point", p, newCRL(p.ca, 0x1234), idp(uriPoint(pointURL + "x")), problem(fact.ProblemWrongPartition), ""},
		{"a partition for a certificate without distribution points", plain, newCRL(plain.ca), idp(uriPoint(pointURL)), problem(fact.ProblemWrongPartition), ""},
		{"a distribution point of the issuer's name for one without", plain, newCRL(plain.ca),
			idp(tlv(explicit(0), tlv(explicit(0), dirName(plain.ca.cert.RawSubject)))), good, "it does not know the last paragraph of section 6.3.3"},
		{"a relative distribution point against its full name", relative, newCRL(relative.ca), idp(fullName(relative.ca)), good, ""},
		{"a relative distribution point against another", relative, newCRL(relative.ca), idp(uriPoint(pointURL)), problem(fact.ProblemWrongPartition), ""},
		{"for end entities", p, newCRL(p.ca), idp(flag(1)), good, ""},
		{"for CAs", p, newCRL(p.ca), idp(flag(2)), problem(fact.ProblemWrongScope), ""},
		{"for attribute certificates", p, newCRL(p.ca), idp(flag(5)), problem(fact.ProblemWrongScope), ""},
		{"for some reasons, not listed", p, newCRL(p.ca), idp(tlv(cbasn1.Tag(3).ContextSpecific(), []byte{1, 0x40})),
			fact.RevocationCheck{Status: fact.StatusUnknown, Problem: fact.ProblemSomeReasons}, ""},
		{"for some reasons, listed", p, newCRL(p.ca, 0x1234), idp(tlv(cbasn1.Tag(3).ContextSpecific(), []byte{1, 0x40})), revoked(""), needsExtended},
		{"an empty issuingDistributionPoint", p, newCRL(p.ca), idp(), good, ""},
		{"an indirect list of the same issuer", p, newCRL(p.ca, 0x1234), idp(flag(4)), revoked(""), needsExtended},
		{"an entry of another issuer", p, newCRL(p.ca, 0x1234), func(s *crlSpec) {
			idp(flag(4))(s)
			entryOf(extension{oidCertificateIssuer, true, seq(dirName(p.root.cert.RawSubject))})(s)
		}, good, needsExtended},
		{"an entry after one of another issuer", p, newCRL(p.ca, 7, 0x1234), func(s *crlSpec) {
			idp(flag(4))(s)
			entryOf(extension{oidCertificateIssuer, true, seq(dirName(p.root.cert.RawSubject))})(s)
		}, good, needsExtended},
		{"an entry after another issuer's and the own again", p, newCRL(p.ca, 7, 0x1234), func(s *crlSpec) {
			idp(flag(4))(s)
			entryOf(extension{oidCertificateIssuer, true, seq(dirName(p.root.cert.RawSubject))})(s)
			s.entries[1].extensions = []extension{{oidCertificateIssuer, true, seq(dirName(p.ca.cert.RawSubject))}}
		}, revoked(""), needsExtended},

		{"another issuer", p, newCRL(p.root, 0x1234), nil, problem(fact.ProblemWrongIssuer), ""},
		{"the issuer's name and another key", p, newCRL(otherKey, 0x1234), nil, problem(fact.ProblemIssuerKey), ""},
		{"the issuer's name and another key that is not named", p, newCRL(otherKey, 0x1234), func(s *crlSpec) {
			s.extensions = s.extensions[1:]
		}, problem(fact.ProblemSignature), ""},
		{"an authorityKeyIdentifier with another serial number", p, newCRL(p.ca), func(s *crlSpec) {
			s.extend(oidAuthorityKeyID, false, seq(tlv(explicit(1), dirName(p.root.cert.RawSubject)), tlv(cbasn1.Tag(2).ContextSpecific(), []byte{3})))
		}, problem(fact.ProblemIssuerKey), ""},
		{"an authorityKeyIdentifier with another issuer", p, newCRL(p.ca), func(s *crlSpec) {
			s.extend(oidAuthorityKeyID, false, seq(tlv(explicit(1), dirName(p.ca.cert.RawSubject)), tlv(cbasn1.Tag(2).ContextSpecific(), []byte{2})))
		}, problem(fact.ProblemIssuerKey), ""},
		{"an issuer without cRLSign", noSign, newCRL(noSign.ca), nil, problem(fact.ProblemIssuerKeyUsage), ""},
		{"a delta CRL without it", p, newCRL(p.ca), func(s *crlSpec) { s.extend(oidDeltaCRL, true, integer(big.NewInt(1))) }, problem(fact.ProblemDeltaOnly),
			"it takes a delta CRL for a complete one"},
		{"a delta CRL with it", p, newCRL(p.ca, 0x1234), func(s *crlSpec) { s.extend(oidDeltaCRL, true, integer(big.NewInt(1))) }, revoked(""), ""},
		{"an unknown critical extension", p, newCRL(p.ca), func(s *crlSpec) { s.extend("\x2a\x03", true, []byte{5, 0}) }, problem(fact.ProblemCriticalExtension), ""},
		{"an unknown extension", p, newCRL(p.ca), func(s *crlSpec) { s.extend("\x2a\x03", false, []byte{5, 0}) }, good, ""},
		{"an unknown critical extension of another's entry", p, newCRL(p.ca, 7), entryOf(extension{"\x2a\x03", true, []byte{5, 0}}), problem(fact.ProblemCriticalExtension), ""},
		{"nextUpdate this very second", p, newCRL(p.ca), func(s *crlSpec) { s.nextUpdate = &now }, problem(fact.ProblemExpired), ""},
		{"nextUpdate in the past, listed", p, newCRL(p.ca, 0x1234), func(s *crlSpec) { s.nextUpdate = ptr(now.Add(-time.Minute)) },
			fact.RevocationCheck{Status: fact.StatusError, Problem: fact.ProblemExpired, RevokedAt: ptr(now.Add(-48 * time.Hour))}, ""},
		{"thisUpdate in the future", p, newCRL(p.ca), func(s *crlSpec) { s.thisUpdate = now.Add(time.Minute) }, problem(fact.ProblemNotYetValid), ""},
		{"nextUpdate before thisUpdate", p, newCRL(p.ca), func(s *crlSpec) { s.nextUpdate = ptr(now.Add(-2 * time.Hour)) }, problem(fact.ProblemInconsistentTimes), ""},
	}
}

func TestCRLVerdicts(t *testing.T) {
	for _, test := range crlCases(t) {
		t.Run(test.name, func(t *testing.T) {
			got := checkCRL(test.build(t), test.pki.path(), nil)
			ignore := cmpopts.IgnoreFields(fact.RevocationCheck{}, "Certificate", "ThisUpdate", "NextUpdate", "Signer", "SignatureAlgorithm", "Error")
			if diff := cmp.Diff(test.want, got, ignore); diff != "" {
				t.Errorf("%s\n%s", diff, got.Error)
			}
			if (got.Error == "") != (got.Problem == "") {
				t.Errorf("problem %q, error %q", got.Problem, got.Error)
			}
		})
	}
}

// TestIndirectCRL holds who may sign for another issuer.
func TestIndirectCRL(t *testing.T) {
	namedIssuer := template("CRL issuer", 0).Subject
	rawName, err := asn1.Marshal(namedIssuer.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	p := newPKI(t, nil, nil, func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31},
			Value: seq(seq(tlv(explicit(0), tlv(explicit(0), tlv(tagURI, []byte(pointURL)))), tlv(explicit(2), dirName(rawName))))}}
	})
	stranger := newPKI(t, nil, nil, nil)
	signer := func(issuer *identity, edit func(*x509.Certificate)) *identity {
		c := template("CRL issuer", 50)
		c.KeyUsage = x509.KeyUsageCRLSign
		if edit != nil {
			edit(c)
		}
		return issue(t, c, issuer, nil)
	}
	ours := signer(p.root, nil)
	spec := func(s *identity, indirect bool, point string) *crlSpec {
		out := newCRL(s, 0x1234)
		out.entries[0].extensions = []extension{reason(5), {oidCertificateIssuer, true, seq(dirName(p.ca.cert.RawSubject))}}
		parts := [][]byte{uriPoint(point)}
		if indirect {
			parts = append(parts, flag(4))
		}
		out.extend(oidIssuingPoint, true, seq(parts...))
		return out
	}
	tests := []struct {
		name   string
		spec   *crlSpec
		others []*identity
		want   fact.RevocationCheck
	}{
		{"issued by the path's root", spec(ours, true, pointURL), []*identity{p.delegate, ours}, fact.RevocationCheck{
			Status: fact.StatusRevoked, Reason: "cessationOfOperation", RevokedAt: ptr(now.Add(-48 * time.Hour)),
			Signer: "CN=CRL issuer,O=Acme", Delegate: true}},
		{"of another distribution point", spec(ours, true, pointURL+"x"), []*identity{ours}, fact.RevocationCheck{Problem: fact.ProblemWrongPartition}},
		{"that does not say that it is indirect", spec(ours, false, pointURL), []*identity{ours}, fact.RevocationCheck{Problem: fact.ProblemWrongIssuer}},
		{"whose issuer is not known", spec(ours, true, pointURL), nil, fact.RevocationCheck{Problem: fact.ProblemIssuerMissing}},
		{"issued by a stranger", spec(signer(stranger.root, nil), true, pointURL), nil, fact.RevocationCheck{Problem: fact.ProblemIssuerNotTrusted}},
		{"whose issuer expired", spec(signer(p.root, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) }), true, pointURL), nil,
			fact.RevocationCheck{Problem: fact.ProblemIssuerNotTrusted}},
	}
	direct := newCRL(p.ca, 0x1234)
	direct.extend(oidIssuingPoint, true, seq(uriPoint(pointURL)))
	tests = append(tests, tests[0], tests[0])
	tests[6].name, tests[6].want = "issued by the leaf, which is no CA", fact.RevocationCheck{Problem: fact.ProblemIssuerNotTrusted}
	tests[6].spec = spec(signer(p.leaf, nil), true, pointURL)
	tests[7].name, tests[7].want = "that is not the indirect one that the distribution point asks for", fact.RevocationCheck{Problem: fact.ProblemWrongPartition}
	tests[7].spec = direct
	for i := range tests[4:] {
		tests[4+i].others = []*identity{tests[4+i].spec.signer}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var others []*certificate.Certificate
			for _, o := range test.others {
				others = append(others, o.cert)
			}
			if test.want.Problem != "" {
				test.want.Status = fact.StatusError
			}
			got := checkCRL(test.spec.build(t), p.path(), others)
			ignore := cmpopts.IgnoreFields(fact.RevocationCheck{}, "Certificate", "ThisUpdate", "NextUpdate", "SignatureAlgorithm", "Error")
			if diff := cmp.Diff(test.want, got, ignore); diff != "" {
				t.Errorf("%s\n%s", diff, got.Error)
			}
		})
	}
}

// TestCRLForCA looks an intermediate up, to which other scopes apply.
func TestCRLForCA(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	tests := []struct {
		name  string
		scope []byte
		want  fact.RevocationCheck
	}{
		{"for CAs", flag(2), fact.RevocationCheck{Status: fact.StatusGood}},
		{"for end entities", flag(1), fact.RevocationCheck{Status: fact.StatusError, Problem: fact.ProblemWrongScope}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := newCRL(p.root, 0x1234)
			spec.extend(oidIssuingPoint, true, seq(test.scope))
			got := checkCRL(spec.build(t), p.path()[1:], nil)
			if got.Status != test.want.Status || got.Problem != test.want.Problem {
				t.Errorf("status %q, problem %q (%s)", got.Status, got.Problem, got.Error)
			}
		})
	}
}

// TestReadCRLMalformed goes through bytes that are no CRL.
func TestReadCRLMalformed(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:n] } }
	raw := func(b ...byte) func([]byte) []byte { return func([]byte) []byte { return b } }
	entry := func(e entrySpec) func(*crlSpec) { return func(s *crlSpec) { s.entries = []entrySpec{e} } }
	badExtension := func(oid string, value ...byte) func(*crlSpec) {
		return func(s *crlSpec) { s.extend(oid, false, value) }
	}
	bad := func(oid string, value ...byte) func(*crlSpec) {
		return entry(entrySpec{big.NewInt(5), now, []extension{{oid, false, value}}})
	}
	tests := []struct {
		name   string
		edit   func(*crlSpec)
		mutate func([]byte) []byte
		want   fact.RevocationProblem
	}{
		{"nothing", nil, raw(), fact.ProblemEmpty},
		{"a web page", nil, raw([]byte("\r\n <!DOCTYPE html>")...), fact.ProblemNotCRL},
		{"text", nil, raw([]byte("no such file")...), fact.ProblemNotCRL},
		{"another PEM block", nil, raw(certPEM(p.ca)...), fact.ProblemNotCRL},
		{"PEM that is not base64", nil, raw([]byte("-----BEGIN X509 CRL-----\n!!!!\n-----END X509 CRL-----\n")...), fact.ProblemMalformed},
		{"PEM without an end", nil, func(b []byte) []byte { return bytes.Split(crlPEM(b), []byte(pemEnd))[0] }, fact.ProblemMalformed},
		{"PEM with another end", nil, func(b []byte) []byte {
			return bytes.Replace(crlPEM(b), []byte("END X509"), []byte("END X.50"), 1)
		}, fact.ProblemMalformed},
		{"cut off at its end", nil, func(b []byte) []byte { return b[:len(b)-1] }, fact.ProblemMalformed},
		{"cut off in its head", nil, cut(12), fact.ProblemMalformed},
		{"cut off in a header", nil, cut(3), fact.ProblemMalformed},
		{"indefinite length", nil, raw(0x30, 0x80, 0, 0), fact.ProblemMalformed},
		{"a length of eight bytes", nil, raw(0x30, 0x88, 0, 0, 0, 0, 0, 0, 0, 1, 0), fact.ProblemMalformed},
		{"a length with a zero before it", nil, func(b []byte) []byte {
			return append([]byte{0x30, 0x83, 0}, b[2:]...)
		}, fact.ProblemMalformed},
		{"a short length in the long form", nil, raw(0x30, 0x81, 0x7f), fact.ProblemMalformed},
		{"a certificate", nil, func([]byte) []byte { return p.ca.cert.Raw }, fact.ProblemMalformed},
		{"version 3", func(s *crlSpec) { s.version = integer(big.NewInt(2)) }, nil, fact.ProblemMalformed},
		{"two signature algorithms", func(s *crlSpec) { s.outer, _ = sign(t, p.ca, sha384ECDSA, 0, nil) }, nil, fact.ProblemMalformed},
		{"a signature algorithm that is not known", nil, func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(sha256ECDSA), []byte(sha256ECDSA[:7]+"\x7f"))
		}, fact.ProblemSignatureUnsupported},
		{"bytes after the CRL", func(s *crlSpec) { s.after = []byte{0} }, nil, fact.ProblemTrailingData},
		{"bytes after the extensions", func(s *crlSpec) { s.afterTBS = []byte{5, 0} }, nil, fact.ProblemTrailingData},
		{"an entry that is too large", bad("\x2a\x03", make([]byte, maxElement)...), nil, fact.ProblemTooLarge},
		{"an issuer that is too large", func(s *crlSpec) { s.issuer = seq(make([]byte, maxElement)) }, nil, fact.ProblemTooLarge},
		{"an issuer that is no name", func(s *crlSpec) { s.issuer = seq([]byte{5, 0}) }, nil, fact.ProblemMalformed},
		{"extensions that are too large", badExtension("\x2a\x03", make([]byte, maxTail)...), nil, fact.ProblemTooLarge},
		{"a reason that is no enumeration", bad(oidReasonCode, 2, 1, 1), nil, fact.ProblemMalformed},
		{"a certificateIssuer without a name", bad(oidCertificateIssuer, seq(tlv(tagURI, []byte("x")))...), nil, fact.ProblemMalformed},
		{"a certificateIssuer with a name of no kind", bad(oidCertificateIssuer, seq(tlv(cbasn1.Tag('N'), nil))...), nil, fact.ProblemMalformed},
		{"an entry of no kind", nil, func(b []byte) []byte {
			return bytes.Replace(b, []byte{2, 1, 5, byte(cbasn1.UTCTime)}, []byte{2, 1, 5, 4}, 1)
		}, fact.ProblemMalformed},
		{"an issuingDistributionPoint that is not readable", badExtension(oidIssuingPoint, 5, 0), nil, fact.ProblemMalformed},
		{"an issuingDistributionPoint with a name of no kind", badExtension(oidIssuingPoint, seq(tlv(explicit(0), []byte{5, 0}))...), nil, fact.ProblemMalformed},
		{"an authorityKeyIdentifier that is not readable", badExtension(oidAuthorityKeyID, 5, 0), nil, fact.ProblemMalformed},
		{"a cRLNumber that is not readable", badExtension(oidCRLNumber, 5, 0), nil, fact.ProblemMalformed},
		{"an extension that occurs twice", func(s *crlSpec) { s.extensions = append(s.extensions, s.extensions[0]) }, nil, fact.ProblemMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := newCRL(p.ca, 5)
			if test.edit != nil {
				test.edit(spec)
			}
			der := spec.build(t)
			if test.mutate != nil {
				changed := test.mutate(bytes.Clone(der))
				if bytes.Equal(changed, der) {
					t.Fatal("the mutation changes nothing")
				}
				der = changed
			}
			got := checkCRL(der, p.path(), nil)
			if got.Status != fact.StatusError || got.Problem != test.want || got.Error == "" {
				t.Errorf("status %q, problem %q (%s), want %q", got.Status, got.Problem, got.Error, test.want)
			}
		})
	}
}

// TestReadCRLTells holds what is said of some malformed CRLs.
func TestReadCRLTells(t *testing.T) {
	tests := []struct {
		name string
		der  []byte
		want string
	}{
		{"a part longer than the whole", append([]byte{0x30, 0x81, 0x80, 0x30, 0x81, 0x80}, make([]byte, 200)...),
			"TBSCertList reaches beyond what it is part of"},
		{"a length in a form that DER has no use for", append([]byte{0x30, 0x81, 0x7f}, make([]byte, 200)...), "CertificateList is not readable"},
		{"an end", []byte{0x30, 0x81}, "the CRL is cut off"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readCRL(t.Context(), bytes.NewReader(test.der), nil)
			if err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}
