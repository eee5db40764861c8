package fact

// ClientAuth is what the server's CertificateRequest asked for.
type ClientAuth struct {
	Requested bool `json:"requested"`
	// Required is nil when it was not established; Reason says why. A
	// CertificateRequest alone does not tell: mongod always sends one.
	Required *bool  `json:"required"`
	Reason   string `json:"reason,omitempty"`
	// AcceptableCAs are the subjects the server listed (certificate_authorities).
	// An empty list means that it named none, not that it accepts none.
	AcceptableCAs []string `json:"acceptableCAs"`
	// AcceptableNames are the same names as they were sent, DER: clients that go
	// by them compare bytes.
	AcceptableNames [][]byte `json:"acceptableNames,omitempty"`
	// LeftOut counts the names beyond those kept.
	LeftOut int `json:"acceptableCAsLeftOut,omitempty"`
	// CertificateTypes are the kinds of key that a server asked for up to TLS 1.2
	// ("rsa_sign"), SignatureSchemes the signatures that it verifies
	// ("ecdsa_secp256r1_sha256"); both as of the IANA TLS registries, absent where
	// they were not seen.
	CertificateTypes []string `json:"certificateTypes,omitempty"`
	SignatureSchemes []string `json:"signatureSchemes,omitempty"`
	// Presented is the subject of the client certificate sent, or empty.
	Presented string `json:"presented"`
	// Withheld is why the client certificate at hand was not sent although the
	// server asked for one: the key makes no signature that the server verifies.
	// Empty where it was sent, or there is none.
	Withheld string `json:"withheld,omitempty"`
}
