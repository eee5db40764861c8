package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// Model is how a driver treats what an endpoint is made of.
type Model struct {
	// Name is the driver as --driver takes it, Variant as in Prediction.
	Name, Variant string
	TLS           string
	Basis         Basis
	// Words are the producers of its texts: itself, which also wraps those of the
	// others, then the libraries below it.
	Words []symptom.Producer

	// Vague is whether it tells of a failed handshake in one way, whatever the
	// reason.
	Vague bool

	// Accepts are options that this variant takes although the driver is among
	// those that refuse them.
	Accepts []string
	// FormerNames is whether it takes the options' names of before 2020.
	FormerNames bool
	// NoCRLFile is whether it refuses tlsCRLFile where others take it.
	NoCRLFile bool
	// OwnFiles is whether it takes certificates and keys in another way than from
	// the files of the options, so that it is judged as configured with the same.
	OwnFiles bool
	// BadCAFile is what becomes of a CA file that holds something unreadable.
	BadCAFile BadCAFile
	// FirstCA is whether it reads the first certificate of a CA file alone.
	FirstCA bool
	// DERList is whether it reads a CRL file that is DER.
	DERList bool

	// Roots are the stores that it trusts where no CA file is given: the Store
	// constants of verify. AddsRoots is whether a CA file adds to them.
	Roots     []string
	AddsRoots bool
	// OrRoots are those that it trusts in other installations in place of Roots;
	// empty where all have the same.
	OrRoots []string

	// Stack judges the chain. NameRule is by which the name is compared where the
	// driver or its runtime does so itself, behind the chain; empty where Stack
	// does it.
	Stack    Stack
	NameRule verify.NameRule
	// NamesInCN is whether NameRule is extended to the common names of a
	// certificate without subjectAltName.
	NamesInCN bool

	// Insecure, InvalidCertificates and InvalidHostnames are what tlsInsecure,
	// tlsAllowInvalidCertificates and tlsAllowInvalidHostnames switch off.
	Insecure, InvalidCertificates, InvalidHostnames Skips

	// Old is whether it offers TLS 1.0 and 1.1, which its library then refuses to
	// sign at its security level.
	Old bool
	// SpeaksOld is whether it connects with TLS 1.0 and 1.1, No13 whether it does
	// not use TLS 1.3.
	SpeaksOld, No13 bool
	// Offer is what it offers: its own, or that of another client which leaves as
	// much to the library.
	Offer offer.Client
	// NoPSSKeys is whether it offers no signature algorithm for a server's key that
	// is for RSA-PSS alone.
	NoPSSKeys bool
	// NoEdDSA is whether it offers no signature algorithm for an Ed25519 or Ed448
	// key.
	NoEdDSA bool
	// NamesAddress is whether it sends an address as server name (SNI).
	NamesAddress bool
	// LargeHello is whether its ClientHello has a post-quantum key share and fills
	// more than one packet; empty where that differs between builds.
	LargeHello Tristate

	// Staple is whether it verifies a stapled OCSP response, MustStaple whether it
	// insists on one where the certificate does, Responder whom it asks itself.
	Staple, MustStaple bool
	Responder          Responder
	// AnyStaple is whether it does not look whether the staple is about the
	// certificate, Fragile whether it stumbles over a response that is none.
	AnyStaple, Fragile bool
	// HardFail is whether it refuses a certificate whose status it cannot learn.
	HardFail bool
	// CRLFile is how much of the path it looks up in the file of tlsCRLFile.
	CRLFile CRLScope
	// NoLoadBalancer is whether it was made before loadBalanced, which it ignores.
	NoLoadBalancer bool
	// Ignores are options on revocation that it does not know.
	Ignores []string

	// ByAuthority is whether it keeps a client certificate back that is of none of
	// the authorities which the server names.
	ByAuthority bool
	// LeafOnly is whether it sends the first certificate of its file alone.
	LeafOnly bool
}

// Skips is what an option switches off.
type Skips struct{ Chain, Names bool }

// BadCAFile is what becomes of a CA file with a fault.
type BadCAFile int

// The ways to treat it.
const (
	// RefuseCAFile: the file is refused as a whole.
	RefuseCAFile BadCAFile = iota
	// UseTheRest: what can be read is used; without any certificate it is refused.
	UseTheRest
	// TrustNobody: what can be read up to the fault is used, and if that is
	// nothing, nobody is trusted.
	TrustNobody
)

// Tristate is yes, no, or not the same everywhere.
type Tristate string

// The values.
const (
	Yes    Tristate = "yes"
	No     Tristate = "no"
	Varies Tristate = ""
)

// Responder is whether a driver asks OCSP responders.
type Responder int

// The ways.
const (
	NeverAsks Responder = iota
	Asks
	// AsksWithIssuer: only if the server sends the issuer's certificate too.
	AsksWithIssuer
)

// CRLScope is how much of a path is looked up in CRLs.
type CRLScope int

// The scopes.
const (
	NoCRL CRLScope = iota
	CRLOfLeaf
	// FirstCRLOfAll: every certificate of the path, in the first CRL of the file
	// alone.
	FirstCRLOfAll
)

// Stack judges chains as a library does.
type Stack struct {
	// ID tells stacks apart that judge differently.
	ID string
	// Verify judges, and looks for the host if one is given.
	Verify func(in verify.Input, host string) verify.Verdict
	// Texts is who words its verdicts: a producer whose texts Verify gives. Empty
	// where they are looked up by OpenSSL's number among the driver's words.
	Texts symptom.Producer
	// Silent is whether users are not told why a certificate was not verified.
	Silent bool
}

// openSSL is the stack of OpenSSL as most runtimes set it up.
func openSSL(id string, o verify.OpenSSLOptions) Stack {
	return Stack{ID: "openssl-" + id, Verify: func(in verify.Input, host string) verify.Verdict {
		o := o
		o.Host = host
		return verify.OpenSSL(in, o)
	}}
}

// nodeJS is the stack of Node.js.
func nodeJS(id string, o verify.NodeOptions) Stack {
	return Stack{ID: "node-" + id, Texts: symptom.NodeJS, Verify: func(in verify.Input, host string) verify.Verdict {
		return verify.Node(in, host, o)
	}}
}

// debian is OpenSSL 3.0 at security level 2, as Debian, Ubuntu and most others
// build it.
var debian = openSSL("3.0", verify.OpenSSLOptions{SecurityLevel: 2})

// all is what tlsInsecure switches off for most.
var all = Skips{Chain: true, Names: true}

// The trust stores that drivers use where no file is given.
var (
	systemRoots  = []string{verify.StoreSystem}
	mozillaRoots = []string{verify.StoreMozilla}
	bothRoots    = []string{verify.StoreSystem, verify.StoreMozilla}
)
