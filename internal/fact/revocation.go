package fact

import "time"

// Revocation is what was learned about the revocation of a chain's certificates.
// What it comes to for a client is judged elsewhere.
type Revocation struct {
	// Status sums the checks of the server's own certificate up: revoked if one
	// of them says so, else good, else unknown; "unchecked" where none could
	// tell.
	Status RevocationStatus `json:"status"`
	// Skipped is what was left out and why, a sentence fragment each.
	Skipped []string `json:"skipped,omitempty"`
	// Checks are the questions asked and their answers: the leaf's first, and of
	// one certificate in the order staple, ocsp, crl-file, crl.
	Checks []RevocationCheck `json:"checks"`
	// MustStaple are the fingerprints of the path's certificates whose TLS
	// feature extension asks for status_request (RFC 7633): a client may insist
	// on a staple then.
	MustStaple []string `json:"mustStaple,omitempty"`
}

// RevocationCheck is one source's answer about one certificate.
type RevocationCheck struct {
	// Certificate is the fingerprint (SHA-256) of the certificate asked about.
	Certificate string           `json:"certificate"`
	Source      RevocationSource `json:"source"`
	// URL is what was asked, as the certificate names it: text from a stranger.
	// Empty for a staple and a CRL file.
	URL    string           `json:"url,omitempty"`
	Status RevocationStatus `json:"status"`
	// Reason is the revocation reason of RFC 5280 section 5.3.1 by name
	// ("keyCompromise"); empty if none is given. Reason and RevokedAt are set of
	// what is signed as it should be, even if it is out of date and Status is
	// error for that.
	Reason    string     `json:"reason,omitempty"`
	RevokedAt *time.Time `json:"revokedAt,omitempty"`
	// ThisUpdate, NextUpdate and ProducedAt (OCSP only) are as the answer has
	// them, whether it could be verified or not; nil where it has none.
	ThisUpdate *time.Time `json:"thisUpdate,omitempty"`
	NextUpdate *time.Time `json:"nextUpdate,omitempty"`
	ProducedAt *time.Time `json:"producedAt,omitempty"`
	// Problem is why Status is error; empty otherwise, except for "some-reasons",
	// which goes with unknown.
	Problem RevocationProblem `json:"problem,omitempty"`
	// Error is Problem as a sentence fragment, with its particulars.
	Error string `json:"error"`
	// Signer is the subject of the certificate whose key signed the answer,
	// known once the signature was verified. Delegate is whether that is not
	// the issuer itself (RFC 6960 section 4.2.2.2; of an indirect CRL, RFC 5280
	// section 5.2.5), NoCheck whether the delegate's certificate has
	// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1).
	Signer   string `json:"signer,omitempty"`
	Delegate bool   `json:"delegate,omitempty"`
	NoCheck  bool   `json:"noCheck,omitempty"`
	// SignatureAlgorithm is as of Certificate; MD5 and SHA-1 are verified like
	// any other.
	SignatureAlgorithm string `json:"signatureAlgorithm,omitempty"`
	// CertIDHash is the digest by which an OCSP response identifies the
	// certificate ("SHA1", "SHA256").
	CertIDHash string `json:"certIDHash,omitempty"`
	// Nonce is what became of the nonce sent to a responder: "echoed", "absent"
	// or "mismatch"; empty if none was sent.
	Nonce string `json:"nonce,omitempty"`
	// Method is the HTTP method by which a responder was asked in the end.
	Method string  `json:"method,omitempty"`
	Ms     float64 `json:"ms"`
}

// RevocationSource is where a status comes from.
type RevocationSource string

// The sources of a status.
const (
	// SourceStaple: the response stapled to the handshake (RFC 6066 section 8).
	SourceStaple RevocationSource = "staple"
	// SourceOCSP: a responder that the certificate names.
	SourceOCSP RevocationSource = "ocsp"
	// SourceCRLFile: the file of tlsCRLFile.
	SourceCRLFile RevocationSource = "crl-file"
	// SourceCRL: a distribution point that the certificate names.
	SourceCRL RevocationSource = "crl"
)

// RevocationStatus is what a source says of a certificate.
type RevocationStatus string

// The statuses. The first two are conclusive, and are given only to an answer
// that is signed as it should be and in force.
const (
	StatusGood    RevocationStatus = "good"
	StatusRevoked RevocationStatus = "revoked"
	// StatusUnknown: the source says that it does not know.
	StatusUnknown RevocationStatus = "unknown"
	// StatusError: there is no answer that counts; see Problem.
	StatusError RevocationStatus = "error"
	// StatusUnchecked: no source was asked, or none had an answer that counts.
	// Only a summary has it.
	StatusUnchecked RevocationStatus = "unchecked"
)

// RevocationProblem is why there is no answer that counts.
type RevocationProblem string

// Problems of getting an answer.
const (
	ProblemIssuerMissing RevocationProblem = "issuer-missing" // the issuer's certificate is not known
	ProblemURL           RevocationProblem = "url"            // not a usable URL, or one with credentials
	ProblemScheme        RevocationProblem = "scheme"         // neither http nor https: not asked
	ProblemTooManyURLs   RevocationProblem = "too-many-urls"  // more URLs than are asked
	ProblemTimeout       RevocationProblem = "timeout"
	ProblemUnreachable   RevocationProblem = "unreachable" // no name, no connection, or one that broke
	ProblemTLS           RevocationProblem = "tls"         // of an https URL
	ProblemRedirect      RevocationProblem = "redirect"    // too many, or without a target
	ProblemHTTPStatus    RevocationProblem = "http-status"
	ProblemTooLarge      RevocationProblem = "too-large"
	ProblemEmpty         RevocationProblem = "empty"
	ProblemNotOCSP       RevocationProblem = "not-ocsp" // a web page, say
	ProblemNotCRL        RevocationProblem = "not-crl"
)

// Problems of an answer, OCSP response or CRL.
const (
	ProblemMalformed            RevocationProblem = "malformed"
	ProblemTrailingData         RevocationProblem = "trailing-data"
	ProblemCriticalExtension    RevocationProblem = "critical-extension" // one that is not understood
	ProblemSignature            RevocationProblem = "signature"          // no key that may sign verifies it
	ProblemSignatureUnsupported RevocationProblem = "signature-unsupported"
	ProblemNotYetValid          RevocationProblem = "not-yet-valid"
	ProblemExpired              RevocationProblem = "expired"
	ProblemInconsistentTimes    RevocationProblem = "inconsistent-times" // nextUpdate before thisUpdate
)

// The OCSP response statuses other than successful (RFC 6960 section 4.2.1).
const (
	ProblemMalformedRequest RevocationProblem = "malformed-request"
	ProblemInternalError    RevocationProblem = "internal-error"
	ProblemTryLater         RevocationProblem = "try-later"
	ProblemSigRequired      RevocationProblem = "sig-required"
	ProblemUnauthorized     RevocationProblem = "unauthorized"
	ProblemResponseStatus   RevocationProblem = "response-status" // one without a name
)

// Problems of an OCSP response (RFC 6960 section 3.2).
const (
	ProblemResponseType           RevocationProblem = "response-type"     // not id-pkix-ocsp-basic
	ProblemWrongCertificate       RevocationProblem = "wrong-certificate" // another serial number
	ProblemWrongIssuer            RevocationProblem = "wrong-issuer"      // the serial number, but another issuer; of a CRL: another issuer
	ProblemContradictory          RevocationProblem = "contradictory"     // several statuses for the certificate
	ProblemNonceMismatch          RevocationProblem = "nonce-mismatch"
	ProblemResponderID            RevocationProblem = "responder-id"             // does not name who signed
	ProblemResponderMissing       RevocationProblem = "responder-missing"        // the delegate's certificate is not enclosed
	ProblemResponderNotIssued     RevocationProblem = "responder-not-issued"     // by the certificate's issuer, directly
	ProblemResponderNotAuthorized RevocationProblem = "responder-not-authorized" // no id-kp-OCSPSigning
	ProblemResponderIsCA          RevocationProblem = "responder-is-ca"          // a CA without id-kp-OCSPSigning
	ProblemResponderKeyUsage      RevocationProblem = "responder-key-usage"
	ProblemResponderMalformed     RevocationProblem = "responder-malformed" // extensions that cannot be relied on
	ProblemResponderExpired       RevocationProblem = "responder-expired"
	ProblemResponderNotYetValid   RevocationProblem = "responder-not-yet-valid"
)

// Problems of a CRL (RFC 5280 section 6.3.3).
const (
	ProblemNoCRLForIssuer   RevocationProblem = "no-crl-for-issuer"  // the file holds none
	ProblemIssuerKey        RevocationProblem = "issuer-key"         // the CRL names another key of that issuer
	ProblemIssuerKeyUsage   RevocationProblem = "issuer-key-usage"   // the issuer's keyUsage lacks cRLSign
	ProblemIssuerNotTrusted RevocationProblem = "issuer-not-trusted" // an indirect CRL's issuer is of another hierarchy, or out of date
	ProblemDeltaOnly        RevocationProblem = "delta-only"         // says only what changed, and nothing of the certificate
	ProblemWrongScope       RevocationProblem = "wrong-scope"        // for other kinds of certificates
	ProblemWrongPartition   RevocationProblem = "wrong-partition"    // of another distribution point
	ProblemSomeReasons      RevocationProblem = "some-reasons"       // tells of some reasons only
)
