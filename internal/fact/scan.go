package fact

// Scan is what a server would have accepted, found out with ClientHellos alone.
type Scan struct {
	// Suites are the cipher suites that were selected, newest version first, the
	// strongest first within one.
	Suites []ScannedSuite `json:"suites"`
	// Groups are the key exchange groups that were selected, by version.
	Groups []ScannedGroup `json:"groups"`
	// Order is whose preference decides among suites: "server" or "client" where
	// all versions agree, or else "unknown".
	Order string `json:"order"`
	// Orders tells it version by version; one with a single suite has none.
	Orders []ScannedOrder `json:"orders"`
	// Versions are all that were asked for, SSL 2.0 to TLS 1.3.
	Versions []ScannedVersion `json:"versions"`
	// DH are the finite-field groups that ServerKeyExchanges named.
	DH []ScannedDH `json:"dh"`
	// SecureRenegotiation, ExtendedMasterSecret and SessionTickets are whether
	// the server takes up these offers, and Compression whether it compresses,
	// with the newest version up to TLS 1.2; nil when not established, or when
	// there is no such version. TLS 1.3 has the first two always and compression
	// never; its tickets come after the handshake.
	SecureRenegotiation  *bool `json:"secureRenegotiation"`
	ExtendedMasterSecret *bool `json:"extendedMasterSecret"`
	SessionTickets       *bool `json:"sessionTickets"`
	Compression          *bool `json:"compression"`
	// SNI is what the server makes of the server name.
	SNI ScannedSNI `json:"sni"`
	// SignatureSchemes are those of the CertificateRequest, by version; empty
	// where none came.
	SignatureSchemes []ScannedSchemes `json:"signatureSchemes"`
	// Sizes are the answers to ClientHellos that differ in size.
	Sizes []ScannedSize `json:"sizes"`
	// Refusal is how the server ends a ClientHello that it cannot accept, by
	// which closed connections are read; nil where it refused none.
	Refusal *Answer `json:"refusal,omitempty"`
	// Skipped is why nothing was asked; empty when it was.
	Skipped string `json:"skipped,omitempty"`
	// Connections counts those that were begun, and Ms is how long they took.
	Connections int     `json:"connections"`
	Ms          float64 `json:"ms"`
}

// ScannedVersion is a protocol version and what is known of it.
type ScannedVersion struct {
	// Version is "SSL2.0", "SSL3.0" or "TLS1.0" to "TLS1.3".
	Version string `json:"version"`
	// Supported is nil when it was not established; Reason says why.
	Supported *bool  `json:"supported"`
	Reason    string `json:"reason,omitempty"`
	// SuitesComplete and GroupsComplete are whether every suite and group that
	// this version has was answered for: those not listed are refused. Without,
	// the lists may lack some; Reason says why.
	SuitesComplete bool `json:"suitesComplete"`
	GroupsComplete bool `json:"groupsComplete"`
}

// ScannedSuite is a suite that the server selected.
type ScannedSuite struct {
	Version string `json:"version"`
	// ID is its number: "0xc02f", with SSL 2.0 "0x010080".
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ScannedGroup is a key exchange group that the server selected.
type ScannedGroup struct {
	Version string `json:"version"`
	ID      string `json:"id"`
	Name    string `json:"name"`
}

// ScannedOrder is whose preference decides among the suites of a version:
// "server", "client" or "unknown".
type ScannedOrder struct {
	Version string `json:"version"`
	Order   string `json:"order"`
}

// ScannedDH is the finite-field group that came with a suite.
type ScannedDH struct {
	Version string `json:"version"`
	Suite   string `json:"suite"`
	// Bits is the length of its prime, and Group the name that it is known by;
	// empty where it is none of RFC 3526 and RFC 7919.
	Bits  int    `json:"bits"`
	Group string `json:"group,omitempty"`
}

// ScannedSNI is what the server makes of server names: "same" certificate as
// with the target's name, "other" certificate, "answered" (its certificate does
// not show, as with TLS 1.3), "refused", or "unknown".
type ScannedSNI struct {
	// Without is a ClientHello without a name, Other one with a name that
	// nobody has.
	Without string `json:"without"`
	Other   string `json:"other"`
}

// ScannedSchemes are the signature schemes that a CertificateRequest accepts.
type ScannedSchemes struct {
	Version string   `json:"version"`
	Schemes []string `json:"schemes"`
}

// ScannedSize is a ClientHello of a size, and what became of it.
type ScannedSize struct {
	// Kind is "small", "large" (with a post-quantum key share) or "padded" (as
	// long, without).
	Kind  string `json:"kind"`
	Bytes int    `json:"bytes"`
	Answer
}

// Answer is how a server ended a connection on which a ClientHello was sent.
type Answer struct {
	Outcome Outcome `json:"outcome"`
	Alert   *Alert  `json:"alert,omitempty"`
}

// Supports is whether a version was selected; nil when not established.
func (s *Scan) Supports(version string) *bool {
	for _, v := range s.Versions {
		if v.Version == version {
			return v.Supported
		}
	}
	return nil
}
