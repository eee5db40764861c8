package fact

// X509 is what authentication by client certificate goes by.
type X509 struct {
	// Username is the user name of the connection string; empty without one. It
	// is no secret: the certificate has it too, and goes to everybody in clear up
	// to TLS 1.2.
	Username string `json:"username,omitempty"`
	// CertificateUser is the user that mongod takes the client certificate for;
	// empty where there is none, or its subject is empty. CertificateUserNote is
	// why the server may see another name, a sentence fragment.
	CertificateUser     string `json:"certificateUser,omitempty"`
	CertificateUserNote string `json:"certificateUserNote,omitempty"`
}

// Authentication is how an authentication by client certificate ended, as it was
// really made.
type Authentication struct {
	// User is the user name sent with the command; empty where it was left to the
	// server to take it from the certificate.
	User string `json:"user,omitempty"`
	// Outcome is "ok" where there was a reply, whatever it says.
	Outcome Outcome `json:"outcome"`
	// Alert and Error are what ended the question without a reply.
	Alert *Alert `json:"alert,omitempty"`
	Error string `json:"error,omitempty"`
	// OK is whether the server let the user in.
	OK bool `json:"ok"`
	// ServerUser is the user by the server's own words; empty where it did not
	// say, or did not let the user in.
	ServerUser string `json:"serverUser,omitempty"`
	// Code, CodeName and Message are of a reply with ok: 0.
	Code     int     `json:"code,omitempty"`
	CodeName string  `json:"codeName,omitempty"`
	Message  string  `json:"message,omitempty"`
	Ms       float64 `json:"ms"`
}
