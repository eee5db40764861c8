package lab

import (
	"crypto/x509"
	"net/http"
	"slices"
	"time"
)

// revocations are the endpoints whose certificate was revoked, and those where
// it cannot be told.
func revocations() []Scenario {
	return slices.Concat(staples(), responders(), crlFiles(), crlPoints(), revocationOptions())
}

// revocationCase is a scenario on a mongod.
func revocationCase(id, finding, verdict, title, summary string, edit func(*setting)) Scenario {
	return Scenario{ID: id, Group: "Revocation", Title: title, Summary: summary, Finding: finding, Verdict: verdict, build: onMongod(edit)}
}

// The IDs of the nodes that only these scenarios have.
const (
	delegate = "delegate"
	other    = "other"
)

// delegateNode is an OCSP responder's certificate, issued by the CA that it
// answers for (RFC 6960 section 4.2.2.2).
func delegateNode() Node {
	return Node{
		ID: delegate, Issuer: intermediate, CommonName: "mongotls lab responder",
		Usages: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, NoCheck: true,
	}
}

// saying is a response with this status, of the CA itself.
func saying(s certStatus) ocspResponse { return ocspResponse{status: s} }

// by is the response signed by another than the CA itself.
func (r ocspResponse) by(signer string) ocspResponse {
	r.signer = signer
	return r
}

// staples are the endpoints that staple a response, or should. A server staples
// what the responder that its certificate names told it, so there is one.
func staples() []Scenario {
	good, revoked, unknown := saying(statusGood), saying(statusRevoked), saying(statusUnknown)
	// stapling is a server that staples this while the responder says that.
	stapling := func(staple, says ocspResponse, nodes ...Node) func(*setting) {
		return func(s *setting) {
			s.add(nodes...)
			s.staple, s.responder = &staple, responding(says)
		}
	}
	return []Scenario{
		revocationCase("staple-good", "", "pass", "a good staple",
			"mongod staples a current response of its CA that says that the certificate is good.",
			stapling(good, good)),
		revocationCase("staple-good-delegate", "", "pass", "a good staple, signed by a delegate",
			"The stapled response is signed by an OCSP responder to whom the CA delegated that, with a certificate of its own that the response encloses.",
			stapling(good.by(delegate), good.by(delegate), delegateNode())),
		revocationCase("must-staple-good", "", "pass", "a staple that is required and there",
			"The certificate has the TLS feature extension, by which clients may insist on a staple, and mongod staples a good one.",
			mustStaple(stapling(good, good))),
		revocationCase("staple-revoked", "revoked", "fail", "revoked, by its staple",
			"mongod staples a response that says that its own certificate was revoked, as it does until it is given another.",
			stapling(revoked, revoked)),
		revocationCase("staple-revoked-delegate", "revoked", "fail", "revoked, by a delegate's staple",
			"The stapled response says that the certificate was revoked, and is signed by the CA's delegate.",
			stapling(revoked.by(delegate), revoked.by(delegate), delegateNode())),
		revocationCase("staple-revoked-rsa", "revoked", "fail", "revoked, by a staple signed with RSA",
			"The stapled response says that the certificate was revoked; the CA's key and the server's are RSA keys.",
			withRSA(stapling(revoked, revoked))),
		revocationCase("staple-invalid", "staple-invalid", "fail", "a staple with a wrong signature",
			"The CA's key does not verify the signature of the stapled response; the responder itself gives a good one.",
			stapling(ocspResponse{tampered: true}, good)),
		revocationCase("staple-wrong-certificate", "staple-invalid", "fail", "a staple about another certificate",
			"The stapled response is the CA's and current, but about another server's certificate.",
			stapling(ocspResponse{about: other}, good, otherLeafNode())),
		revocationCase("staple-delegate-unauthorized", "staple-invalid", "fail", "a staple by somebody else",
			"The stapled response is signed with the key of another server's certificate, which the CA issued but not for signing OCSP responses.",
			stapling(good.by(other), good, otherLeafNode())),
		revocationCase("staple-expired", "staple-expired", "fail", "a staple that is out of date",
			"The server goes on stapling a response whose nextUpdate was two days ago; the responder has a newer one.",
			stapling(ocspResponse{thisUpdate: -9 * day, nextUpdate: -2 * day}, good)),
		revocationCase("staple-unknown", "ocsp-unknown", "warn", "a staple that does not know",
			"The stapled response, like the responder's, says that the CA does not know the certificate.",
			stapling(unknown, unknown)),
		revocationCase("must-staple-missing", "must-staple-missing", "fail", "a staple that is required and not there",
			"The certificate has the TLS feature extension, by which clients may insist on a staple, and mongod staples nothing.",
			mustStaple(func(s *setting) { s.responder = responding(good) })),
		revocationCase("must-staple-revoked", "revoked", "fail", "revoked, and the staple withheld",
			"The certificate has the TLS feature extension and is revoked; a server that means ill staples nothing, and the responder says so.",
			mustStaple(func(s *setting) { s.responder = responding(saying(statusRevoked)) })),
		revocationCase("must-staple-unreachable", "must-staple-missing", "fail", "the staple withheld, the responder down",
			"The certificate has the TLS feature extension; a server that means ill staples nothing, and the responder does not answer.",
			mustStaple(func(s *setting) { s.responder = &webService{} })),
	}
}

// responders are the endpoints that staple nothing, so that clients ask the
// responder that the certificate names.
func responders() []Scenario {
	good, revoked, unknown := saying(statusGood), saying(statusRevoked), saying(statusUnknown)
	asking := func(says *webService, nodes ...Node) func(*setting) {
		return func(s *setting) {
			s.add(nodes...)
			s.responder = says
		}
	}
	answering := func(a answer) func(*setting) { return asking(serving(onWeb(always(a)))) }
	timeout := revocationCase("ocsp-timeout", "ocsp-unreachable", "warn", "a responder that does not answer",
		"The OCSP responder that the certificate names accepts connections and says nothing.",
		asking(serving(swallow)))
	timeout.build = withTimeout(timeout.build)
	return []Scenario{
		revocationCase("ocsp-good", "", "pass", "a good answer",
			"mongod staples nothing; the OCSP responder that the certificate names says that it is good.",
			asking(responding(good))),
		revocationCase("ocsp-good-delegate", "", "pass", "a good answer, signed by a delegate",
			"mongod staples nothing; the OCSP responder's answer is good, and signed by the CA's delegate.",
			asking(responding(good.by(delegate)), delegateNode())),
		revocationCase("ocsp-revoked", "revoked", "fail", "revoked, by the responder",
			"mongod staples nothing; the OCSP responder that the certificate names says that it was revoked. Drivers that do not ask it connect.",
			asking(responding(revoked))),
		revocationCase("ocsp-revoked-delegate", "revoked", "fail", "revoked, by the CA's delegate",
			"mongod staples nothing; the OCSP responder says that the certificate was revoked, and signs as the CA's delegate.",
			asking(responding(revoked.by(delegate)), delegateNode())),
		revocationCase("ocsp-revoked-rsa", "revoked", "fail", "revoked, by a responder that signs with RSA",
			"mongod staples nothing; the OCSP responder says that the certificate was revoked; the CA's key and the server's are RSA keys.",
			withRSA(asking(responding(revoked)))),
		revocationCase("ocsp-unknown", "ocsp-unknown", "warn", "a responder that does not know the certificate",
			"The OCSP responder's answer is valid, and says that the CA does not know the certificate.",
			asking(responding(unknown))),
		revocationCase("ocsp-unreachable", "ocsp-unreachable", "warn", "a responder that is not there",
			"Nothing listens where the certificate has its OCSP responder, as behind a firewall that lets only MongoDB through.",
			asking(&webService{})),
		timeout,
		revocationCase("ocsp-try-later", "ocsp-unreachable", "warn", "a responder that is too busy",
			"The OCSP responder answers tryLater.",
			answering(answer{contentType: typeOCSPResponse, body: declined(tryLater)})),
		revocationCase("ocsp-http-error", "ocsp-unreachable", "warn", "a responder with an HTTP error",
			"The server in front of the OCSP responder answers 503 Service Unavailable.",
			answering(answer{status: http.StatusServiceUnavailable, contentType: typeHTML, body: []byte("<html><body>503 Service Unavailable</body></html>\n")})),
		revocationCase("ocsp-malformed", "ocsp-invalid", "warn", "an answer that was cut off",
			"The OCSP responder's answer breaks off in the middle.",
			asking(truncated(good))),
		revocationCase("ocsp-html", "ocsp-invalid", "warn", "a web page for an answer",
			"A proxy answers in place of the OCSP responder, with a login page and status 200.",
			answering(answer{contentType: typeHTML, body: []byte("<!DOCTYPE html>\n<html><body><form>Log in to use the network</form></body></html>\n")})),
		revocationCase("ocsp-wrong-signer", "ocsp-invalid", "warn", "an answer of another CA",
			"The OCSP responder signs with the key of another CA than the one that issued the certificate.",
			asking(responding(good.by(other)), Node{ID: other, CommonName: "another company's root", CA: true})),
		revocationCase("ocsp-wrong-nonce", "ocsp-invalid", "warn", "an answer to another question",
			"The OCSP responder's answer is good, but repeats another nonce than the one that the client sent, as one does that was recorded.",
			asking(responding(ocspResponse{otherNonce: true}))),
	}
}

// crlFiles are the clients with a CRL file. It holds a CRL of every CA of the
// path, as clients need that look at the whole of it.
func crlFiles() []Scenario {
	with := func(crls ...crl) func(*setting) { return func(s *setting) { s.crlFile = crls } }
	ofRoot := crl{issuer: root}
	junk := revocationCase("crl-file-invalid", "crl-file-invalid", "fail", "a CRL file that is none",
		"tlsCRLFile names a file that holds a web page in place of a CRL.", nil)
	junk.build = func(b *bench) error {
		if err := b.file("tlsCRLFile", "crl.pem", []byte("<html><body>404 Not Found</body></html>\n")); err != nil {
			return err
		}
		return onMongod(func(*setting) {})(b)
	}
	return []Scenario{
		revocationCase("crl-file-good", "crl-missing-issuer", "warn", "a CRL file without the certificate",
			"The client's CRL file holds current CRLs of both CAs, which do not list the server's certificate. Node.js reads the first CRL of the file alone and looks for both; drivers that have no such option connect without looking at it.",
			with(crl{issuer: intermediate}, ofRoot)),
		revocationCase("crl-file-revoked", "revoked", "fail", "revoked, by the CRL file",
			"The CRL of the intermediate in the client's CRL file lists the server's certificate.",
			with(crl{issuer: intermediate, revoked: []string{leaf}}, ofRoot)),
		revocationCase("crl-expired", "crl-expired", "fail", "a CRL file that is out of date",
			"The nextUpdate of the CRL that the client has of the intermediate was three days ago: no client on OpenSSL that is given it connects.",
			with(crl{issuer: intermediate, thisUpdate: -33 * day, nextUpdate: -3 * day}, ofRoot)),
		revocationCase("crl-missing-issuer", "crl-missing-issuer", "fail", "a CRL file without the CA's list",
			"The client's CRL file holds the root's CRL and none of the intermediate, which issued the server's certificate.",
			with(ofRoot)),
		revocationCase("crl-invalid", "crl-invalid", "fail", "a CRL with a wrong signature",
			"The key of the intermediate does not verify the signature of its CRL in the client's CRL file.",
			with(crl{issuer: intermediate, tampered: true}, ofRoot)),
		junk,
	}
}

// crlPoints are the endpoints whose certificate names a CRL distribution point,
// which no official driver asks.
func crlPoints() []Scenario {
	at := func(s *webService) func(*setting) { return func(t *setting) { t.crlPoint = s } }
	return []Scenario{
		revocationCase("crl-good", "", "pass", "a distribution point whose CRL is good",
			"The CRL at the distribution point that the certificate names does not list it.",
			at(publishing(crl{issuer: intermediate}))),
		revocationCase("crl-revoked", "revoked", "warn", "revoked, by the distribution point alone",
			"The CRL at the distribution point that the certificate names lists it. Official drivers do not fetch that, and connect.",
			at(publishing(crl{issuer: intermediate, revoked: []string{leaf}}))),
		revocationCase("crl-partition-good", "", "pass", "a good CRL that is one of many",
			"The CA divides its CRL among distribution points, and the one that the certificate names does not list it.",
			at(publishing(crl{issuer: intermediate, partition: true}))),
		revocationCase("crl-partition-revoked", "revoked", "warn", "revoked, by a CRL that is one of many",
			"The CA divides its CRL among distribution points, and the one that the certificate names lists it. Official drivers do not fetch that, and connect.",
			at(publishing(crl{issuer: intermediate, revoked: []string{leaf}, partition: true}))),
		revocationCase("crl-unreachable", "crl-unreachable", "pass", "a distribution point that is not there",
			"Nothing listens where the certificate has its CRL distribution point, which official drivers never notice.",
			at(&webService{})),
	}
}

// revocationOptions are the clients that were told not to look.
func revocationOptions() []Scenario {
	return []Scenario{
		revocationCase("revocation-disabled", "option-unsupported", "warn", "the responder is not to be asked",
			"The OCSP responder would say that the certificate was revoked, but tlsDisableOCSPEndpointCheck keeps clients from asking, other than Node.js and Rust, which refuse the option.",
			func(s *setting) {
				s.responder = responding(saying(statusRevoked))
				s.bench.option("tlsDisableOCSPEndpointCheck", "true")
			}),
		revocationCase("revoked-insecure", "insecure-option", "warn", "revoked, and verification switched off",
			"mongod staples a response that says that its certificate was revoked, and tlsInsecure lets clients connect all the same.",
			func(s *setting) {
				revoked := saying(statusRevoked)
				s.staple, s.responder = &revoked, responding(revoked)
				s.bench.option("tlsInsecure", "true")
			}),
	}
}

// mustStaple adds the TLS feature extension to the leaf.
func mustStaple(edit func(*setting)) func(*setting) {
	return func(s *setting) {
		s.node(leaf).MustStaple = true
		edit(s)
	}
}

// withRSA gives RSA keys to the server and to the CA that issued its
// certificate.
func withRSA(edit func(*setting)) func(*setting) {
	return func(s *setting) {
		s.node(leaf).Key, s.node(intermediate).Key = RSA2048, RSA2048
		edit(s)
	}
}

// otherLeafNode is another server's certificate, of the same CA.
func otherLeafNode() Node {
	n := leafNode()
	n.ID, n.CommonName, n.DNSNames, n.IPAddresses = other, "db.example.com", []string{"db.example.com"}, nil
	return n
}

// truncated is a responder whose answers end in the middle.
func truncated(r ocspResponse) *webService {
	return &webService{open: func(pki *PKI, now func() time.Time) (handler, error) {
		whole := (&responder{pki: pki, now: now, response: r}).page
		return onWeb(func(request *http.Request) answer {
			a := whole(request)
			a.body = a.body[:len(a.body)/2]
			return a
		}), nil
	}}
}
