package fact

// Issuers is what the places that certificates name for their issuers had
// (authorityInfoAccess caIssuers, RFC 5280 section 4.2.2.1). They are asked only
// where the presented chain leads to no trust anchor.
type Issuers struct {
	Fetches []IssuerFetch `json:"fetches"`
	// Certificates are the issuers found, each of the one below: none of them
	// was sent by the server.
	Certificates []Certificate `json:"certificates"`
}

// IssuerFetch is one place that was asked.
type IssuerFetch struct {
	// URL is as the certificate has it: text from a stranger.
	URL string `json:"url"`
	// Error is why it had no issuer; empty if it had.
	Error string  `json:"error,omitempty"`
	Ms    float64 `json:"ms"`
}
