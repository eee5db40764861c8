package finding

import "time"

// Policy is what the user asked to be judged by. It is saved with the report.
type Policy struct {
	// At is the time validity is judged at; zero means when the run started.
	At time.Time `json:"at,omitzero"`
	// ExpiresInSeconds is --expires-in; zero means a third of a certificate's
	// lifetime, at most 30 days.
	ExpiresInSeconds int64 `json:"expiresInSeconds,omitempty"`
	// Drivers are the drivers to judge for; empty means all, and a verdict that is
	// that of one which follows the specifications on OpenSSL.
	Drivers []string `json:"drivers,omitempty"`
	// Ignore are the findings not to count.
	Ignore []ID `json:"ignore,omitempty"`
}

// Chain is the judgement of the presented certificates.
type Chain struct {
	// Trusted is whether at least one path to the deciding store holds.
	Trusted bool `json:"trusted"`
	// Paths are the paths to a trust anchor, leaf first, by SHA-256. Those that
	// hold come first.
	Paths [][]string `json:"paths"`
	// TrustedBy are the stores that would trust it: "tlsCAFile", "system",
	// "mozilla".
	TrustedBy []string `json:"trustedBy"`
	// OpenSSLError is what OpenSSL 3.0 at security level 2 says of the chain,
	// hostname aside: its first error.
	OpenSSLError OpenSSLError `json:"opensslError"`
	// Breaks marks what is wrong where: by position in the drawn tree.
	Breaks []Break `json:"breaks,omitempty"`
}

// OpenSSLError is a result of X509_verify_cert (openssl-verify(1)). Its zero
// value is X509_V_OK.
type OpenSSLError struct {
	// Code is the X509_V_ERR number, Depth the place of the certificate in
	// question, 0 for the leaf. Code is 0 with a Text where OpenSSL cannot read
	// a certificate at all.
	Code  int `json:"code"`
	Depth int `json:"depth"`
	// Text is OpenSSL's own.
	Text string `json:"text"`
}

// Break is a fault of one certificate of the chain, for drawing.
type Break struct {
	// SHA256 is the certificate it concerns; that of the last presented one
	// where the next is missing.
	SHA256 string `json:"sha256"`
	// Finding that tells it in full.
	Finding ID `json:"finding"`
	// Text is a few words: "expired 12 days ago", "issuer not found".
	Text string `json:"text"`
}

// Hostname is the judgement of the leaf's names (RFC 9525).
type Hostname struct {
	OK      bool   `json:"ok"`
	Checked string `json:"checked"`
	// Matched is the name of the certificate that matched, or empty.
	Matched string `json:"matched"`
}
