package revocation

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// TestVerifyOCSPStatuses goes through what a response can say, who may say it
// and by which algorithms.
func TestVerifyOCSPStatuses(t *testing.T) {
	keys := []struct {
		name     string
		key      crypto.Signer
		delegate crypto.Signer
		scheme   string
		pss      crypto.Hash
		want     string
	}{
		{"RSA with SHA-256", rsaKeys[0](), rsaKeys[1](), sha256RSA, 0, "SHA256-RSA"},
		{"RSA with SHA-1", rsaKeys[0](), rsaKeys[1](), sha1RSA, 0, "SHA1-RSA"},
		{"RSA-PSS with SHA-256", rsaKeys[0](), rsaKeys[1](), "", crypto.SHA256, "SHA256-RSAPSS"},
		{"RSA-PSS with SHA-384", rsaKeys[0](), rsaKeys[1](), "", crypto.SHA384, "SHA384-RSAPSS"},
		{"ECDSA on P-256", ecKey(t, elliptic.P256()), ecKey(t, elliptic.P256()), sha256ECDSA, 0, "ECDSA-SHA256"},
		{"ECDSA on P-384", ecKey(t, elliptic.P384()), ecKey(t, elliptic.P384()), sha384ECDSA, 0, "ECDSA-SHA384"},
		{"Ed25519", edKey(t), edKey(t), ed25519OID, 0, "Ed25519"},
	}
	at := now.Add(-48 * time.Hour)
	statuses := []struct {
		name string
		edit func(*singleSpec)
		want func(*fact.RevocationCheck)
	}{
		{"good", func(*singleSpec) {}, func(c *fact.RevocationCheck) { c.Status = fact.StatusGood }},
		{"revoked with a reason", func(s *singleSpec) { s.status, s.reason = 1, 1 }, func(c *fact.RevocationCheck) {
			c.Status, c.Reason, c.RevokedAt = fact.StatusRevoked, "keyCompromise", &at
		}},
		{"revoked without a reason", func(s *singleSpec) { s.status = 1 }, func(c *fact.RevocationCheck) {
			c.Status, c.RevokedAt = fact.StatusRevoked, &at
		}},
		{"revoked for a reason without a name", func(s *singleSpec) { s.status, s.reason = 1, 7 }, func(c *fact.RevocationCheck) {
			c.Status, c.Reason, c.RevokedAt = fact.StatusRevoked, "reason 7", &at
		}},
		{"unknown", func(s *singleSpec) { s.status = 2 }, func(c *fact.RevocationCheck) { c.Status = fact.StatusUnknown }},
	}
	for _, k := range keys {
		p := newPKI(t, k.key, k.delegate, nil)
		for _, signer := range []*identity{p.ca, p.delegate} {
			for _, status := range statuses {
				t.Run(k.name+", signed by "+signer.template.Subject.CommonName+", "+status.name, func(t *testing.T) {
					spec := newOCSP(p, signer)
					spec.scheme, spec.pss = k.scheme, k.pss
					status.edit(&spec.singles[0])
					want := fact.RevocationCheck{
						Certificate: p.leaf.cert.SHA256, ThisUpdate: ptr(now.Add(-time.Hour)), NextUpdate: ptr(now.Add(24 * time.Hour)),
						ProducedAt: ptr(now.Add(-time.Hour)), Signer: "CN=" + signer.template.Subject.CommonName + ",O=Acme",
						Delegate: signer == p.delegate, NoCheck: signer == p.delegate,
						SignatureAlgorithm: k.want, CertIDHash: "SHA1",
					}
					status.want(&want)
					got := VerifyOCSP(spec.build(t), p.leaf.cert, p.ca.cert, now, OCSPOptions{})
					if diff := cmp.Diff(want, got); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
}

// TestVerifyOCSPAccepts holds what is unusual and yet right.
func TestVerifyOCSPAccepts(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	hold := issue(t, func() *x509.Certificate {
		c := delegateTemplate()
		c.ExtraExtensions = nil
		c.KeyUsage = x509.KeyUsageContentCommitment
		return c
	}(), p.ca, nil)
	authorizedCA := issue(t, func() *x509.Certificate {
		c := delegateTemplate()
		c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
		return c
	}(), p.ca, nil)
	noUsage := issue(t, func() *x509.Certificate {
		c := delegateTemplate()
		c.KeyUsage = 0
		return c
	}(), p.ca, nil)
	sharing := issue(t, delegateTemplate(), p.ca, p.ca.key)
	tests := []struct {
		name   string
		signer *identity
		edit   func(*ocspSpec)
		check  fact.RevocationCheck // Status and what differs
	}{
		{"a CertID by SHA-256", p.ca, func(s *ocspSpec) { s.singles[0].hash = crypto.SHA256 }, fact.RevocationCheck{CertIDHash: "SHA256"}},
		{"a CertID by SHA-384", p.ca, func(s *ocspSpec) { s.singles[0].hash = crypto.SHA384 }, fact.RevocationCheck{CertIDHash: "SHA384"}},
		{"a CertID by SHA-512", p.ca, func(s *ocspSpec) { s.singles[0].hash = crypto.SHA512 }, fact.RevocationCheck{CertIDHash: "SHA512"}},
		{"a ResponderID by key", p.ca, func(s *ocspSpec) { s.byKey = true }, fact.RevocationCheck{}},
		{"a delegate's ResponderID by key", p.delegate, func(s *ocspSpec) { s.byKey = true }, fact.RevocationCheck{Delegate: true, NoCheck: true}},
		{"the version spelled out", p.ca, func(s *ocspSpec) { s.version = tlv(explicit(0), integer(new(big.Int))) }, fact.RevocationCheck{}},
		{"the CA's own certificate enclosed", p.ca, func(s *ocspSpec) { s.certificates = [][]byte{p.ca.cert.Raw} }, fact.RevocationCheck{}},
		{"a delegate after certificates of no use", p.delegate, func(s *ocspSpec) {
			s.certificates = [][]byte{p.root.cert.Raw, seq([]byte{5, 0}), p.ca.cert.Raw, p.leaf.cert.Raw, p.delegate.cert.Raw}
		}, fact.RevocationCheck{Delegate: true, NoCheck: true}},
		{"a delegate for content commitment without nocheck", hold, nil, fact.RevocationCheck{Delegate: true}},
		{"a delegate that is a CA and expressly authorized", authorizedCA, nil, fact.RevocationCheck{Delegate: true, NoCheck: true}},
		{"a delegate that shares the CA's key", sharing, nil, fact.RevocationCheck{Delegate: true, NoCheck: true}},
		{"a delegate without key usage", noUsage, nil, fact.RevocationCheck{Delegate: true, NoCheck: true}},
		{"other certificates' statuses before and after", p.ca, func(s *ocspSpec) {
			other := s.singles[0]
			other.serial, other.status = big.NewInt(7), 1
			elsewhere := s.singles[0]
			elsewhere.nameHash, elsewhere.status = make([]byte, 20), 1
			s.singles = []singleSpec{other, elsewhere, s.singles[0], other}
		}, fact.RevocationCheck{}},
		{"two statuses that agree, of which the newer counts", p.ca, func(s *ocspSpec) {
			old := s.singles[0]
			old.thisUpdate, old.nextUpdate = now.Add(-72*time.Hour), ptr(now.Add(-48*time.Hour))
			s.singles = []singleSpec{old, s.singles[0]}
		}, fact.RevocationCheck{}},
		{"extensions that are not critical", p.ca, func(s *ocspSpec) {
			s.extensions = []extension{{oid: "\x2a\x03", value: []byte{5, 0}}}
			s.singles[0].extensions = []extension{{oid: "\x2a\x04", value: []byte{5, 0}}}
		}, fact.RevocationCheck{}},
		{"critical extensions that are understood", p.ca, func(s *ocspSpec) {
			s.extensions = []extension{{oid: oidOCSPNonce, critical: true, value: []byte{4, 1, 0}}}
			s.singles[0].extensions = []extension{{oid: oidInvalidityDate, critical: true, value: []byte{5, 0}}}
		}, fact.RevocationCheck{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := newOCSP(p, test.signer)
			if test.edit != nil {
				test.edit(spec)
			}
			want := test.check
			want.Certificate, want.Status = p.leaf.cert.SHA256, fact.StatusGood
			want.ThisUpdate, want.NextUpdate = ptr(now.Add(-time.Hour)), ptr(now.Add(24*time.Hour))
			want.ProducedAt, want.SignatureAlgorithm = ptr(now.Add(-time.Hour)), "ECDSA-SHA256"
			want.Signer = test.signer.cert.Subject
			if want.CertIDHash == "" {
				want.CertIDHash = "SHA1"
			}
			got := VerifyOCSP(spec.build(t), p.leaf.cert, p.ca.cert, now, OCSPOptions{})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// badResponse is a response that proves nothing.
type badResponse struct {
	name   string
	signer *identity
	edit   func(*ocspSpec)
	mutate func([]byte) []byte
	want   fact.RevocationProblem
	// openssl is why OpenSSL accepts it all the same; empty if it does not.
	openssl string
}

// build makes the response, with its times as of at.
func (b badResponse) build(t testing.TB, p *pki, at time.Time) []byte {
	t.Helper()
	spec := newOCSP(p, b.signer)
	if b.edit != nil {
		b.edit(spec)
	}
	spec.shift(at.Sub(now))
	der := spec.build(t)
	if b.mutate == nil {
		return der
	}
	changed := b.mutate(bytes.Clone(der))
	if bytes.Equal(changed, der) {
		t.Fatal("the mutation changes nothing")
	}
	return changed
}

// badResponses are about a PKI whose CA has an RSA key. The first seven are those
// that golang.org/x/crypto/ocsp accepts.
func badResponses(t *testing.T, p *pki) []badResponse {
	with := func(edit func(*x509.Certificate)) *identity {
		c := delegateTemplate()
		edit(c)
		return issue(t, c, p.ca, nil)
	}
	noUsage := with(func(c *x509.Certificate) { c.ExtKeyUsage = nil })
	subCA := issue(t, caTemplate("Sub CA", 9), p.ca, nil)
	otherCA := issue(t, caTemplate("CA", 8), p.root, rsaKeys[1]())
	stranger := issue(t, delegateTemplate(), subCA, nil)
	impostor := issue(t, delegateTemplate(), otherCA, nil)
	single := func(edit func(*singleSpec)) func(*ocspSpec) {
		return func(s *ocspSpec) { edit(&s.singles[0]) }
	}
	shorten := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:len(b)-n] } }
	unknown := []extension{{oid: "\x2a\x03", critical: true, value: []byte{5, 0}}}
	return []badResponse{
		{"a delegate without OCSPSigning", with(func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), nil, nil, fact.ProblemResponderNotAuthorized, ""},
		{"a delegate that expired", with(func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }), nil, nil, fact.ProblemResponderExpired, ""},
		{"a delegate that is a subordinate CA", subCA, nil, nil, fact.ProblemResponderIsCA, ""},
		{"a CertID of another issuer", p.ca, single(func(s *singleSpec) { s.issuer = p.root.cert }), nil, fact.ProblemWrongIssuer, ""},
		{"nextUpdate in the past", p.ca, single(func(s *singleSpec) {
			s.thisUpdate, s.nextUpdate = now.Add(-48*time.Hour), ptr(now.Add(-time.Second))
		}), nil, fact.ProblemExpired, ""},
		{"thisUpdate in the future", p.ca, single(func(s *singleSpec) { s.thisUpdate = now.Add(time.Minute) }), nil, fact.ProblemNotYetValid, ""},
		{"the ResponderID of someone else", p.ca, func(s *ocspSpec) { s.named = p.root }, nil, fact.ProblemResponderID, ""},

		{"the ResponderID of someone else beside the CA's certificate", p.ca, func(s *ocspSpec) {
			s.named, s.certificates = p.root, [][]byte{p.ca.cert.Raw}
		}, nil, fact.ProblemResponderID, ""},
		{"a ResponderID by someone else's key", p.ca, func(s *ocspSpec) { s.byKey, s.named = true, p.root }, nil, fact.ProblemResponderID, ""},
		{"a delegate's response in the CA's name", p.delegate, func(s *ocspSpec) { s.named = p.ca }, nil, fact.ProblemResponderID, ""},
		{"a CertID with another name hash", p.ca, single(func(s *singleSpec) { s.nameHash = make([]byte, 20) }), nil, fact.ProblemWrongIssuer, ""},
		{"a CertID with another key hash", p.ca, single(func(s *singleSpec) { s.keyHash = make([]byte, 20) }), nil, fact.ProblemWrongIssuer, ""},
		{"a CertID by a hash that is not known", p.ca, single(func(s *singleSpec) { s.hash = crypto.MD4 }), nil, fact.ProblemWrongIssuer, ""},
		{"another serial number", p.ca, single(func(s *singleSpec) { s.serial = big.NewInt(0x1235) }), nil, fact.ProblemWrongCertificate, ""},
		{"the negative of the serial number", p.ca, single(func(s *singleSpec) { s.serial = big.NewInt(-0x1234) }), nil, fact.ProblemWrongCertificate, ""},
		{"no status at all", p.ca, func(s *ocspSpec) { s.singles = nil }, nil, fact.ProblemWrongCertificate, ""},
		{"good and revoked at once", p.ca, func(s *ocspSpec) {
			other := s.singles[0]
			other.status = 1
			s.singles = append(s.singles, other)
		}, nil, fact.ProblemContradictory, "it takes the first of several"},
		{"nextUpdate before thisUpdate", p.ca, single(func(s *singleSpec) { s.nextUpdate = ptr(s.thisUpdate.Add(-time.Second)) }), nil, fact.ProblemInconsistentTimes, ""},
		{"nextUpdate this very second", p.ca, single(func(s *singleSpec) { s.nextUpdate = ptr(now) }), nil, fact.ProblemExpired, ""},

		{"a signature that is wrong", p.ca, func(s *ocspSpec) { s.tampered = true }, nil, fact.ProblemSignature, ""},
		{"a delegate's signature that is wrong", p.delegate, func(s *ocspSpec) { s.tampered = true }, nil, fact.ProblemSignature, ""},
		{"a status changed after signing", p.ca, single(func(s *singleSpec) { s.status = 2 }), func(b []byte) []byte {
			return bytes.Replace(b, []byte{0x82, 0x00, 0x18}, []byte{0x80, 0x00, 0x18}, 1)
		}, fact.ProblemSignature, ""},
		{"another CA of the same name", otherCA, func(s *ocspSpec) { s.certificates = nil }, nil, fact.ProblemSignature, ""},
		{"another CA of the same name, enclosed", otherCA, nil, nil, fact.ProblemResponderNotIssued, ""},
		{"a delegate of another CA of the same name", impostor, nil, nil, fact.ProblemResponderNotIssued, ""},
		{"a delegate issued by a subordinate CA", stranger, func(s *ocspSpec) {
			s.certificates = append(s.certificates, subCA.cert.Raw)
		}, nil, fact.ProblemResponderNotIssued, ""},
		{"the root in the issuer's place", p.root, nil, nil, fact.ProblemResponderNotIssued, ""},
		{"a delegate whose certificate is not enclosed", p.delegate, func(s *ocspSpec) { s.certificates = nil }, nil, fact.ProblemResponderMissing, ""},
		{"another certificate enclosed than the delegate's", p.delegate, func(s *ocspSpec) { s.certificates = [][]byte{p.leaf.cert.Raw} }, nil, fact.ProblemResponderMissing, ""},
		{"the leaf answering for itself", p.leaf, nil, nil, fact.ProblemResponderNotAuthorized, ""},
		{"a delegate for any purpose", with(func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
		}), nil, nil, fact.ProblemResponderNotAuthorized, ""},
		{"a delegate without extended key usage", noUsage, nil, nil, fact.ProblemResponderNotAuthorized, ""},
		{"a delegate that is not valid yet", with(func(c *x509.Certificate) { c.NotBefore = now.AddDate(40, 0, 0) }), nil, nil, fact.ProblemResponderNotYetValid, ""},
		{"a delegate that may only encipher", with(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), nil, nil, fact.ProblemResponderKeyUsage, "it does not look at a responder's key usage"},
		{"a delegate with an unknown critical extension", with(func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}})
		}), nil, nil, fact.ProblemResponderMalformed, ""},
		{"a delegate with an unreadable extension", with(func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 36 - 19}, Value: []byte{5, 0}})
		}), nil, nil, fact.ProblemResponderMalformed, ""},

		{"a critical response extension", p.ca, func(s *ocspSpec) { s.extensions = unknown }, nil, fact.ProblemCriticalExtension, "it does not look at extensions"},
		{"a critical single extension", p.ca, single(func(s *singleSpec) { s.extensions = unknown }), nil, fact.ProblemCriticalExtension, "it does not look at extensions"},
		{"an extension that occurs twice", p.ca, func(s *ocspSpec) {
			s.extensions = []extension{{oid: "\x2a\x03"}, {oid: "\x2a\x03"}}
		}, nil, fact.ProblemMalformed, "it does not look at extensions"},

		{"malformedRequest", p.ca, func(s *ocspSpec) { s.status = 1 }, nil, fact.ProblemMalformedRequest, ""},
		{"internalError", p.ca, func(s *ocspSpec) { s.status = 2 }, nil, fact.ProblemInternalError, ""},
		{"tryLater", p.ca, func(s *ocspSpec) { s.status = 3 }, nil, fact.ProblemTryLater, ""},
		{"a status without a name", p.ca, func(s *ocspSpec) { s.status = 4 }, nil, fact.ProblemResponseStatus, ""},
		{"sigRequired", p.ca, func(s *ocspSpec) { s.status = 5 }, nil, fact.ProblemSigRequired, ""},
		{"unauthorized", p.ca, func(s *ocspSpec) { s.status = 6 }, nil, fact.ProblemUnauthorized, ""},
		{"a response type that is not basic", p.ca, func(s *ocspSpec) { s.kind = "\x2a\x03" }, nil, fact.ProblemResponseType, ""},
		{"a signature algorithm that is not known", p.ca, func(s *ocspSpec) { s.certificates = nil }, func(b []byte) []byte {
			return bytes.Replace(b, []byte(sha256RSA), []byte(sha256RSA[:8]+"\x7f"), 1)
		}, fact.ProblemSignatureUnsupported, ""},

		{"nothing", p.ca, nil, func([]byte) []byte { return nil }, fact.ProblemEmpty, ""},
		{"DER cut off at its end", p.ca, nil, shorten(1), fact.ProblemMalformed, ""},
		{"DER cut off in the middle", p.ca, nil, func(b []byte) []byte { return b[:len(b)/2] }, fact.ProblemMalformed, ""},
		{"a bare status of success", p.ca, nil, func([]byte) []byte { return seq([]byte{10, 1, 0}) }, fact.ProblemMalformed, ""},
		{"a web page", p.ca, nil, func([]byte) []byte { return []byte("<html>") }, fact.ProblemMalformed, ""},
		{"too many bytes", p.ca, func(s *ocspSpec) { s.after = make([]byte, maxOCSP) }, nil, fact.ProblemTooLarge, "it has no such bound, and leaves bytes after the response unread"},
		{"bytes after the response", p.ca, func(s *ocspSpec) { s.after = []byte{0} }, nil, fact.ProblemTrailingData, "it leaves bytes after the response unread"},
		{"bytes after responseBytes", p.ca, func(s *ocspSpec) { s.afterBytes = []byte{5, 0} }, nil, fact.ProblemTrailingData, ""},
		{"bytes after BasicOCSPResponse", p.ca, func(s *ocspSpec) { s.afterBasic = []byte{5, 0} }, nil, fact.ProblemTrailingData, "it leaves bytes after BasicOCSPResponse unread"},
		{"bytes after ResponseData", p.ca, func(s *ocspSpec) { s.afterData = []byte{5, 0} }, nil, fact.ProblemTrailingData, ""},
		{"bytes after a SingleResponse", p.ca, func(s *ocspSpec) { s.afterSingle = []byte{5, 0} }, nil, fact.ProblemTrailingData, ""},
		{"a certificate status of no kind", p.ca, single(func(s *singleSpec) { s.status = 3 }), nil, fact.ProblemMalformed, ""},
		{"version 2", p.ca, func(s *ocspSpec) { s.version = tlv(explicit(0), []byte{2, 1, 1}) }, nil, fact.ProblemMalformed, "it does not look at the version"},
		{"times with fractions of a second", p.ca, func(s *ocspSpec) { s.timeFormat = "20060102150405.5Z" }, nil, fact.ProblemMalformed, "it reads fractions, which RFC 5280 section 4.1.2.5.2 rules out"},
		{"more certificates than anyone needs", p.ca, func(s *ocspSpec) {
			for range maxEmbedded + 1 {
				s.certificates = append(s.certificates, p.ca.cert.Raw)
			}
		}, nil, fact.ProblemMalformed, "it has no such bound"},
	}
}

func TestVerifyOCSPRefuses(t *testing.T) {
	p := newPKI(t, rsaKeys[0](), nil, nil)
	for _, test := range badResponses(t, p) {
		t.Run(test.name, func(t *testing.T) {
			got := VerifyOCSP(test.build(t, p, now), p.leaf.cert, p.ca.cert, now, OCSPOptions{})
			if got.Status != fact.StatusError || got.Problem != test.want || got.Error == "" {
				t.Errorf("status %q, problem %q (%s), want %q", got.Status, got.Problem, got.Error, test.want)
			}
		})
	}
}

// TestVerifyOCSPTells compares whole answers where more is told than a problem.
func TestVerifyOCSPTells(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	revoked := func(s *ocspSpec) {
		one := &s.singles[0]
		one.status, one.reason = 1, 4
		one.thisUpdate, one.nextUpdate = now.Add(-48*time.Hour), ptr(now.Add(-24*time.Hour))
	}
	base := fact.RevocationCheck{
		Certificate: p.leaf.cert.SHA256, ProducedAt: ptr(now.Add(-time.Hour)), SignatureAlgorithm: "ECDSA-SHA256", CertIDHash: "SHA1",
		ThisUpdate: ptr(now.Add(-48 * time.Hour)), NextUpdate: ptr(now.Add(-24 * time.Hour)), Status: fact.StatusError,
	}
	tests := []struct {
		name   string
		issuer *certificate.Certificate
		edit   func(*ocspSpec)
		want   func(*fact.RevocationCheck)
	}{
		{"an expired response tells the revocation that it proves", p.ca.cert, revoked, func(c *fact.RevocationCheck) {
			c.Problem, c.Error = fact.ProblemExpired, "nextUpdate has passed: 2026-05-31T12:00:00Z"
			c.Signer, c.Reason, c.RevokedAt = "CN=CA,O=Acme", "superseded", ptr(now.Add(-48*time.Hour))
		}},
		{"a response with a wrong signature tells no revocation", p.ca.cert, func(s *ocspSpec) { revoked(s); s.tampered = true }, func(c *fact.RevocationCheck) {
			c.Problem, c.Error = fact.ProblemSignature, "neither the issuer's key nor that of an enclosed certificate verifies the signature"
		}},
		{"without the issuer the times are told", nil, revoked, func(c *fact.RevocationCheck) {
			c.Problem = fact.ProblemIssuerMissing
			c.Error = `the certificate of the issuer "CN=CA,O=Acme" is not known, so the response cannot be verified`
		}},
		{"a delegate that is refused is named", p.ca.cert, func(s *ocspSpec) {
			revoked(s)
			s.signer, s.named, s.certificates = p.leaf, p.leaf, [][]byte{p.leaf.cert.Raw}
		}, func(c *fact.RevocationCheck) {
			c.Problem = fact.ProblemResponderNotAuthorized
			c.Error = `the certificate "CN=db.example.com,O=Acme" that signed the response is no OCSP responder's (no OCSPSigning)`
			c.Signer, c.Delegate = "CN=db.example.com,O=Acme", true
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := newOCSP(p, p.ca)
			test.edit(spec)
			want := base
			test.want(&want)
			got := VerifyOCSP(spec.build(t), p.leaf.cert, test.issuer, now, OCSPOptions{})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVerifyOCSPTimes(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	const tolerance = 5 * time.Minute
	this, next := now, now.Add(time.Hour)
	tests := []struct {
		name string
		at   time.Time
		next *time.Time
		want fact.RevocationProblem
	}{
		{"within", now.Add(time.Minute), &next, ""},
		{"at thisUpdate", this, &next, ""},
		{"before thisUpdate by as much as is tolerated", this.Add(-tolerance), &next, ""},
		{"before thisUpdate by more", this.Add(-tolerance - time.Second), &next, fact.ProblemNotYetValid},
		{"after nextUpdate by less than is tolerated", next.Add(tolerance - time.Second), &next, ""},
		{"after nextUpdate by as much as is tolerated", next.Add(tolerance), &next, fact.ProblemExpired},
		{"long after thisUpdate without nextUpdate", this.AddDate(0, 5, 0), nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := newOCSP(p, p.ca)
			spec.singles[0].thisUpdate, spec.singles[0].nextUpdate = this, test.next
			got := VerifyOCSP(spec.build(t), p.leaf.cert, p.ca.cert, test.at, OCSPOptions{Tolerance: tolerance})
			if got.Problem != test.want {
				t.Errorf("problem %q (%s), want %q", got.Problem, got.Error, test.want)
			}
		})
	}
}

func TestVerifyOCSPNonce(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	sent := bytes.Repeat([]byte{7}, nonceSize)
	wrapped := append([]byte{4, nonceSize}, sent...)
	tests := []struct {
		name  string
		sent  []byte
		value []byte
		want  fact.RevocationCheck
	}{
		{"echoed", sent, wrapped, fact.RevocationCheck{Status: fact.StatusGood, Nonce: "echoed"}},
		{"echoed without its wrapping", sent, sent, fact.RevocationCheck{Status: fact.StatusGood, Nonce: "echoed"}},
		{"absent", sent, nil, fact.RevocationCheck{Status: fact.StatusGood, Nonce: "absent"}},
		{"another", sent, []byte{4, 1, 7}, fact.RevocationCheck{
			Status: fact.StatusError, Nonce: "mismatch", Problem: fact.ProblemNonceMismatch,
			Error: "the response has another nonce than the request",
		}},
		{"one that nobody sent", nil, wrapped, fact.RevocationCheck{Status: fact.StatusGood}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spec := newOCSP(p, p.ca)
			if test.value != nil {
				spec.extensions = []extension{{oid: oidOCSPNonce, value: test.value}}
			}
			got := VerifyOCSP(spec.build(t), p.leaf.cert, p.ca.cert, now, OCSPOptions{Nonce: test.sent})
			ignore := cmpopts.IgnoreFields(fact.RevocationCheck{}, "Certificate", "ThisUpdate", "NextUpdate", "ProducedAt",
				"Signer", "SignatureAlgorithm", "CertIDHash")
			if diff := cmp.Diff(test.want, got, ignore); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestVerifyOCSPOddSerials holds that serial numbers are compared as numbers.
func TestVerifyOCSPOddSerials(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	for _, serial := range []*big.Int{big.NewInt(0), big.NewInt(127), big.NewInt(128), big.NewInt(-1), big.NewInt(-129),
		new(big.Int).Lsh(big.NewInt(1), 159), new(big.Int).Lsh(big.NewInt(-1), 167)} {
		t.Run(serial.Text(16), func(t *testing.T) {
			leaf := *p.leaf.cert
			leaf.Serial = serial
			spec := newOCSP(p, p.ca)
			spec.singles[0].cert = &leaf
			if got := VerifyOCSP(spec.build(t), &leaf, p.ca.cert, now, OCSPOptions{}); got.Status != fact.StatusGood {
				t.Errorf("status %q: %s", got.Status, got.Error)
			}
		})
	}
}

// TestFailureText holds that no stranger's name makes a report long.
func TestFailureText(t *testing.T) {
	var check fact.RevocationCheck
	fail(&check, failf(fact.ProblemMalformed, "%s", strings.Repeat("é", maxText)))
	want := fact.RevocationCheck{Status: fact.StatusError, Problem: fact.ProblemMalformed, Error: strings.Repeat("é", maxText/2) + "..."}
	if diff := cmp.Diff(want, check); diff != "" {
		t.Error(diff)
	}
}

// TestTimes holds which forms of a time are read.
func TestTimes(t *testing.T) {
	tests := []struct {
		name string
		tag  cbasn1.Tag
		text string
		want time.Time // zero: not read
	}{
		{"UTCTime of this century", cbasn1.UTCTime, "491231235959Z", time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC)},
		{"UTCTime of the last", cbasn1.UTCTime, "500101000000Z", time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"GeneralizedTime", cbasn1.GeneralizedTime, "20260601120000Z", now},
		{"UTCTime without seconds", cbasn1.UTCTime, "2606011200Z", time.Time{}},
		{"UTCTime with a zone", cbasn1.UTCTime, "260601120000+0000", time.Time{}},
		{"GeneralizedTime with a fraction", cbasn1.GeneralizedTime, "20260601120000.5Z", time.Time{}},
		{"a day that does not exist", cbasn1.GeneralizedTime, "20260231120000Z", time.Time{}},
		{"a leap second", cbasn1.GeneralizedTime, "20261231235960Z", time.Time{}},
		{"nothing", cbasn1.UTCTime, "", time.Time{}},
		{"another type", cbasn1.UTF8String, "20260601120000Z", time.Time{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok := parseTime(test.tag, []byte(test.text))
			if ok != !test.want.IsZero() || ok && !got.Equal(test.want) {
				t.Errorf("%v, %v; want %v", got, ok, test.want)
			}
		})
	}
}

// TestVerifyOCSPIssuerNames holds that the issuer's name may be hashed as either
// certificate has it, where a CA wrote it in two ways.
func TestVerifyOCSPIssuerNames(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	leaf := *p.leaf.cert
	leaf.RawIssuer = seq([]byte("the same name in another encoding"))
	for _, name := range [][]byte{leaf.RawIssuer, p.ca.cert.RawSubject} {
		spec := newOCSP(p, p.ca)
		spec.singles[0].nameHash = digest(crypto.SHA1, name)
		if got := VerifyOCSP(spec.build(t), &leaf, p.ca.cert, now, OCSPOptions{}); got.Status != fact.StatusGood {
			t.Errorf("hash of %q: %s", name, got.Error)
		}
	}
}

// TestKeyOfAnotherKind holds that a signature is verified only with a key that
// makes such signatures: for Ed25519 there is no digest, and an ECDSA key would
// verify a signature of nothing.
func TestKeyOfAnotherKind(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	ed := algorithms[ed25519OID]
	signature, err := p.ca.key.Sign(rand.Reader, nil, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if err := ed.verify(p.ca.cert, ed.signed([]byte("message")), signature); err != errSignature {
		t.Errorf("error %v", err)
	}
}

func TestMinimal(t *testing.T) {
	tests := []struct{ in, want []byte }{
		{nil, nil},
		{[]byte{0}, []byte{0}},
		{[]byte{0, 0}, []byte{0}},
		{[]byte{0, 0, 0x7f}, []byte{0x7f}},
		{[]byte{0, 0x80}, []byte{0, 0x80}},
		{[]byte{0xff}, []byte{0xff}},
		{[]byte{0xff, 0xff, 0x80}, []byte{0x80}},
		{[]byte{0xff, 0x7f}, []byte{0xff, 0x7f}},
	}
	for _, test := range tests {
		if got := minimal(test.in); !bytes.Equal(got, test.want) {
			t.Errorf("%x: %x, want %x", test.in, got, test.want)
		}
	}
}
