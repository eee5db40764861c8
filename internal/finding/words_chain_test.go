package finding

import (
	"crypto/x509"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestChainWords tells each fault in words, those among them that are hard to
// provoke.
func TestChainWords(t *testing.T) {
	parse := func(p *pair) *certificate.Certificate {
		c, err := certificate.Parse(p.der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	rootPair := issue(t, nil, "Root", authority)
	root, leaf := parse(rootPair), parse(issue(t, rootPair, "leaf"))
	middle := parse(issue(t, rootPair, "Middle", authority))
	broken, err := certificate.Parse([]byte("no certificate"))
	if err == nil {
		t.Fatal("bytes that are no certificate were read")
	}
	for _, row := range []struct {
		name          string
		fault         verify.Fault
		title, detail string
	}{
		{"expired", verify.Fault{Kind: verify.KindIntermediateExpired, Cert: parse(issue(t, rootPair, "Old", authority, valid(-9*day, -3*day))), Depth: 1},
			"An intermediate certificate expired 3 days ago", "The intermediate CN=Old was valid until 2026-11-19T12:00:00Z, 3 days ago."},
		{"not yet valid", verify.Fault{Kind: verify.KindNotYetValid, Cert: parse(issue(t, nil, "New", authority, valid(2*day, 9*day))), Depth: 2},
			"The root certificate is not valid for another 2 days", "The root CN=New is valid from 2026-11-24T12:00:00Z, in 2 days."},
		{"expiring", verify.Fault{Kind: verify.KindExpiring, Cert: leaf}, "The server's certificate expires in 265 days", "The server's certificate is valid until 2027-08-14T12:00:00Z, 265 days from now."},

		{"no issuer sent", verify.Fault{Kind: verify.KindIntermediateMissing, Cert: leaf}, "", "The chain ends in CN=leaf, whose issuer CN=Root was not sent."},
		{"another intermediate sent", verify.Fault{Kind: verify.KindIntermediateMissing, Reason: verify.ReasonWrongIntermediate, Cert: leaf, Other: middle}, "",
			"The chain ends in CN=leaf, whose issuer CN=Root was not sent. A certificate of that name was sent, with another key: it is an older or newer one."},
		{"a related root", verify.Fault{Kind: verify.KindIntermediateMissing, Reason: verify.ReasonRelatedRoot, Cert: leaf, Other: root}, "",
			"The chain ends in CN=leaf, whose issuer CN=Root was not sent. The trust store has CN=Root, which may have issued it."},
		{"a place to fetch it from", verify.Fault{Kind: verify.KindIntermediateMissing, Reason: verify.ReasonIssuerURL, Cert: leaf, Details: []string{"http://a/"}}, "",
			"The chain ends in CN=leaf, whose issuer CN=Root was not sent. The certificate says where it can be had: http://a/."},

		{"an unknown issuer", verify.Fault{Kind: verify.KindIssuerUnknown, Cert: leaf}, "", "The server's certificate was issued by CN=Root, which is not in the trust store."},
		{"an issuer of another key", verify.Fault{Kind: verify.KindIssuerUnknown, Reason: verify.ReasonOtherKey, Cert: leaf, Other: root}, "",
			"The server's certificate was issued by CN=Root. The trust store has a certificate of that name, with another key."},
		{"an intermediate in the system's store", verify.Fault{Kind: verify.KindIssuerUnknown, Reason: verify.ReasonPartial, Cert: root, Other: middle, Depth: 2}, "",
			"The chain ends in CN=Root, which is not in the trust store. It has CN=Middle, which is no root; OpenSSL-based drivers want the root."},
		{"a path that OpenSSL does not find", verify.Fault{Kind: verify.KindIssuerUnknown, Reason: verify.ReasonNotTried, Cert: leaf, Other: middle}, "OpenSSL does not find the path to a trusted root",
			"There is a path to a trusted root, and OpenSSL leaves it at CN=Middle: it looks up each issuer once and does not go back."},
		{"two issuers of one name", verify.Fault{Kind: verify.KindKeyIdentifierMissing, Reason: verify.ReasonAmbiguousIssuer, Cert: leaf, Other: root}, "OpenSSL takes the wrong one of two CA certificates",
			"The server's certificate does not say by which key it was signed, and there are two certificates of CN=Root. OpenSSL takes one that did not sign it, and does not try the other."},
		{"no key identifier of the issuer", verify.Fault{Kind: verify.KindKeyIdentifierMissing, Reason: verify.ReasonAuthorityKey, Cert: leaf}, "", "The server's certificate has no authorityKeyIdentifier."},
		{"no key identifier", verify.Fault{Kind: verify.KindKeyIdentifierMissing, Reason: verify.ReasonSubjectKey, Cert: middle, Depth: 1}, "", "The intermediate CN=Middle has no subjectKeyIdentifier."},

		{"another CA", verify.Fault{Kind: verify.KindCAFileMismatch, Reason: verify.ReasonUnrelated, Cert: leaf}, "",
			"The chain ends in CN=leaf, issued by CN=Root. ca.pem holds no certificate of that name. Without tlsCAFile it would be trusted (system). It holds: CN=Another."},
		{"another key", verify.Fault{Kind: verify.KindCAFileMismatch, Reason: verify.ReasonOtherKey, Cert: leaf, Other: root}, "The CA file holds an older or newer certificate of this CA",
			"ca.pem has a certificate of CN=Root, with another key than the one that signed this chain: the CA was made again. Without tlsCAFile it would be trusted (system)."},
		{"another key identifier", verify.Fault{Kind: verify.KindCAFileMismatch, Reason: verify.ReasonKeyIdentifier, Cert: leaf, Other: root}, "",
			"ca.pem has a certificate of CN=Root with the right key, but the chain names another authority key identifier. Without tlsCAFile it would be trusted (system)."},
		{"another signature", verify.Fault{Kind: verify.KindCAFileMismatch, Reason: verify.ReasonBadSignature, Cert: leaf, Other: root}, "",
			"ca.pem has a certificate of CN=Root with the right name and key identifier, and the signature is not its own. Without tlsCAFile it would be trusted (system)."},

		{"bytes that are no certificate", verify.Fault{Kind: verify.KindMalformed, Reason: verify.ReasonUnreadable, Cert: broken, Depth: 1}, "", "Certificate 2 of those sent cannot be read at all: not a DER certificate."},
		{"a curve spelt out", verify.Fault{Kind: verify.KindMalformed, Reason: verify.ReasonExplicitCurve, Cert: leaf}, "", "The server's certificate has an elliptic curve key with explicit parameters, which OpenSSL 3 and Go refuse."},
		{"an extension that cannot be read", verify.Fault{Kind: verify.KindMalformed, Reason: verify.ReasonExtension, Cert: leaf, Details: []string{"keyUsage twice"}}, "",
			"The server's certificate has an extension that cannot be decoded: keyUsage twice."},
		{"Go alone", verify.Fault{Kind: verify.KindMalformed, Reason: verify.ReasonGoRefuses, Cert: leaf, Details: []string{"x509: odd"}}, "A certificate that the Go driver and the database tools refuse to read",
			"The server's certificate is read by OpenSSL and refused by Go: x509: odd."},

		{"no CA", verify.Fault{Kind: verify.KindIssuerNotCA, Reason: verify.ReasonNoCertSign, Cert: middle, Depth: 1}, "", "The intermediate CN=Middle issued another certificate and may not: its keyUsage lacks keyCertSign."},
		{"a path too long", verify.Fault{Kind: verify.KindPathLength, Cert: root, Depth: 3, Value: 2, Limit: 1}, "", "The root CN=Root has pathlen 1; the number of intermediates below it is 2."},
		{"names that are not permitted", verify.Fault{Kind: verify.KindNameConstraint, Reason: verify.ReasonNotPermitted, Cert: leaf, Other: middle, Details: []string{"a", "b"}}, "", "The names a, b are not among those that CN=Middle may certify."},
		{"names that are excluded", verify.Fault{Kind: verify.KindNameConstraint, Reason: verify.ReasonExcluded, Cert: leaf, Other: middle, Details: []string{"a"}}, "", "The names a are among those that CN=Middle must not certify."},
		{"constraints that were not evaluated", verify.Fault{Kind: verify.KindNameConstraint, Reason: verify.ReasonNotEvaluated, Cert: leaf, Other: middle, Details: []string{"a subtree"}}, "", "CN=Middle has name constraints that were not evaluated here: a subtree."},
		{"a critical extension", verify.Fault{Kind: verify.KindCriticalExtension, Cert: leaf, Details: []string{"1.2.3"}}, "", "The server's certificate has 1.2.3."},
		{"purposes by name and number", verify.Fault{Kind: verify.KindPurposeServer, Reason: verify.ReasonExtendedKeyUsage, Cert: leaf, Details: []string{"1.3.6.1.5.5.7.3.2", "1.2.3"}}, "", "The server's certificate is limited to other purposes than serverAuth: extendedKeyUsage clientAuth, 1.2.3."},
		{"a purpose of old", verify.Fault{Kind: verify.KindPurposeClient, Reason: verify.ReasonNetscapeCertType, Cert: leaf}, "", "The server's certificate is limited to purposes without clientAuth: its nsCertType says so."},
		{"key usage", verify.Fault{Kind: verify.KindPurposeServer, Reason: verify.ReasonKeyUsage, Cert: leaf}, "", "The server's certificate is limited to other purposes than serverAuth: its keyUsage has none of digitalSignature, keyEncipherment and keyAgreement."},
		{"a small key", verify.Fault{Kind: verify.KindKeyTooSmall, Cert: leaf, Value: 160, Limit: 224}, "", "The server's certificate has a key of 160 bits (ECDSA-P256); 224 are the least."},
		{"the wrong order", verify.Fault{Kind: verify.KindMisordered, Cert: leaf}, "", "The server's certificate is not followed by its issuer, which was sent elsewhere."},
		{"a CA's certificate first", verify.Fault{Kind: verify.KindMisordered, Reason: verify.ReasonLeafNotFirst, Cert: middle}, "The first certificate sent is a CA's", "CN=Middle is sent as the server's own, and another certificate comes later."},
		{"a long life", verify.Fault{Kind: verify.KindLifetime, Cert: leaf, Value: 900, Limit: 825}, "", "The server's certificate is valid for 900 days; Apple's systems accept 825."},
		{"rules", verify.Fault{Kind: verify.KindNotStrict, Cert: middle, Depth: 1, Details: []string{"one", "two"}}, "", "The intermediate CN=Middle: one, two."},
		{"a kind of a later version", verify.Fault{Kind: "quantum", Cert: leaf}, "", "The server's certificate."},
	} {
		t.Run(row.name, func(t *testing.T) {
			j := &judge{at: now, chain: &verify.Result{}, target: &fact.Target{Options: fact.Options{TLSCAFile: "ca.pem"}, Files: []fact.File{{Option: "tlsCAFile", Subjects: []string{"CN=Another"}}}}}
			if row.fault.Kind == verify.KindCAFileMismatch {
				j.chain.TrustedBy = []string{"system"}
			}
			title, detail := chainWords(j, row.fault)
			if diff := cmp.Diff([]string{row.title, row.detail}, []string{title, detail}); diff != "" {
				t.Errorf("title and detail (-want +got):\n%s", diff)
			}
			if breakWords(j, row.fault) == "" {
				t.Error("no words for the drawing")
			}
		})
	}
}

// TestElsewhere: that another store would trust it is told where it helps.
func TestElsewhere(t *testing.T) {
	for _, row := range []struct {
		name      string
		trustedBy []string
		want      string
	}{
		{"nobody", nil, ""},
		{"both", []string{"mozilla", "system"}, ""},
		{"Mozilla alone", []string{"mozilla"}, " Mozilla's roots trust it, this machine's do not: they are outdated."},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := (&judge{chain: &verify.Result{TrustedBy: row.trustedBy}}).elsewhere(); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// TestDrawing: what a report draws of a chain, and which certificate breaks it.
func TestDrawing(t *testing.T) {
	root := issue(t, nil, "Root", authority)
	leaf := issue(t, root, "x", names("db.example.net"), valid(-9*day, -3*day), func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	target, endpoint := facts(presenting(trust(verify.StoreCAFile, root), leaf, root))
	sum := func(p *pair) string { return certificate.Describe(p.der).SHA256 }
	got := Judge(target, endpoint, Policy{}, now)
	want := &Chain{
		Trusted: false, TrustedBy: []string{}, Paths: [][]string{{sum(leaf), sum(root)}},
		OpenSSLError: OpenSSLError{Code: 10, Text: "certificate has expired"},
		Breaks: []Break{
			{SHA256: sum(leaf), Finding: "cert-expired", Text: "expired 3 days ago"},
			{SHA256: sum(leaf), Finding: "hostname-mismatch", Text: "not for db.example.com"},
		},
	}
	if diff := cmp.Diff(want, got.Chain); diff != "" {
		t.Errorf("chain (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&Hostname{Checked: "db.example.com"}, got.Hostname); diff != "" {
		t.Errorf("hostname (-want +got):\n%s", diff)
	}
	target, endpoint = facts()
	if got := Judge(target, endpoint, Policy{}, now); got.Chain != nil || got.Hostname != nil {
		t.Errorf("without certificates: %v, %v", got.Chain, got.Hostname)
	}
}
