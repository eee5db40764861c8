package fact

import "time"

// Files is what was seen of local files that are looked at before they are
// deployed.
type Files struct {
	StartedAt time.Time
	// As is what the certificate is to be: "server", "member", "client", "ca", or
	// empty where it is to be guessed from the content.
	As string
	// Hostnames are the names that clients will dial.
	Hostnames []string
	// CAFile is the file of tlsCAFile, CRLFile that of tlsCRLFile; nil where the
	// option is not given.
	CAFile, CRLFile *LocalFile
	Files           []LocalFile
	// Trust is what the trust stores hold that bears on the certificates.
	Trust *Trust
	// Revocation is what CRLFile says of the first certificate that is not a CA's,
	// and of the path above it; nil without either.
	Revocation *Revocation
}

// LocalFile is one file as it was read.
type LocalFile struct {
	Path string `json:"path"`
	// Kind is "ca", "certificate-key", "crl" or "unknown", by the content.
	Kind string `json:"kind"`
	// Format is "PEM", "DER", "PKCS#12", "PKCS#7", "JKS", "JCEKS", "UTF-16",
	// "keyFile" (of a replica set), "PuTTY", "base64", "empty" or "unknown"; empty
	// where the file could not be read.
	Format string `json:"format,omitempty"`
	// Mode are the permissions, octal ("0600"); empty where they mean nothing.
	Mode string `json:"mode,omitempty"`
	// Blocks are the PEM blocks, or what corresponds to them in another format.
	Blocks []FileBlock `json:"blocks"`
	Key    FileKey     `json:"key"`
	// Problems are what is wrong with it, the worst first.
	Problems []FileProblem `json:"problems,omitempty"`
	// Limits are what some drivers do not read in it and others do.
	Limits []FileLimit `json:"limits,omitempty"`
}

// FileBlock is one PEM block.
type FileBlock struct {
	// Type is the label: "CERTIFICATE".
	Type string `json:"type"`
	// Line is where it begins, from 1; 0 in a file that is not PEM.
	Line        int          `json:"line"`
	Certificate *Certificate `json:"certificate,omitempty"`
	// X509User is the MONGODB-X509 user name of a certificate that is not a CA's;
	// X509UserNote is why the server may see another name. CreateUser is the
	// mongosh command that makes the user.
	X509User     string `json:"x509User,omitempty"`
	X509UserNote string `json:"x509UserNote,omitempty"`
	CreateUser   string `json:"createUser,omitempty"`
	// Roles are those that the certificate itself grants in MongoDB, "role@db".
	Roles []string `json:"roles,omitempty"`
	// Membership is the text of MongoDB's cluster membership extension.
	Membership string   `json:"clusterMembership,omitempty"`
	CRL        *FileCRL `json:"crl,omitempty"`
	// Error is why the block could not be read.
	Error string `json:"error"`
}

// FileCRL is the head of a CRL.
type FileCRL struct {
	Issuer     string    `json:"issuer"`
	ThisUpdate time.Time `json:"thisUpdate"`
	// NextUpdate is nil where the CRL does not say.
	NextUpdate *time.Time `json:"nextUpdate,omitempty"`
	// Revoked counts the certificates on it.
	Revoked int `json:"revoked"`
}

// FileKey is the private key of a file: the first if there are several.
type FileKey struct {
	Present   bool `json:"present"`
	Encrypted bool `json:"encrypted"`
	// Type is as of Certificate; empty where the key could not be opened.
	Type string `json:"type"`
	// Form is "PKCS#8", "PKCS#1" or "SEC 1", Encryption what encrypts it: "PBES2
	// (PBKDF2 with HMAC-SHA256, AES-256-CBC)".
	Form       string `json:"form,omitempty"`
	Encryption string `json:"encryption,omitempty"`
	// Matches is the fingerprint (SHA-256) of the certificate that it belongs to;
	// empty where there is none, or the key could not be opened.
	Matches string `json:"matches"`
}

// FileProblem is something wrong with a file.
type FileProblem struct {
	// Finding is the identifier of the class: "key-mismatch".
	Finding string `json:"finding"`
	// Detail and Hint are what is wrong and what to do, a sentence fragment each;
	// Hint may be empty.
	Detail string `json:"detail"`
	Hint   string `json:"hint,omitempty"`
}

// FileLimit is something that some drivers do not read.
type FileLimit struct {
	// Detail is what that is, a sentence fragment.
	Detail string `json:"detail"`
	// Drivers are those that do not read it, as --driver takes them.
	Drivers []string `json:"drivers"`
	// OwnWay is whether the drivers take certificates in another way altogether,
	// so that nothing is wrong with the file.
	OwnWay bool   `json:"ownWay,omitempty"`
	Hint   string `json:"hint,omitempty"`
}
