package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// nodeDriver is the driver on Node.js 18 and 20, and the releases of 22 with the
// same OpenSSL (src/mongo_client.ts,
// src/cmap/connect.ts): OpenSSL 3.0 at security level 1, Mozilla's roots compiled
// in, names compared by tls.checkServerIdentity. Mongoose stands on it.
var nodeDriver = Model{
	Name: "node", TLS: "OpenSSL 3.0 (Node.js 18-20)", Basis: Measured,
	Words:     []symptom.Producer{symptom.NodeDriver, symptom.NodeJS},
	BadCAFile: TrustNobody,
	Roots:     mozillaRoots,
	Stack:     nodeJS("1", verify.NodeOptions{SecurityLevel: 1}),
	Insecure:  all, InvalidCertificates: all, InvalidHostnames: Skips{Names: true},
	Offer: offer.Node, LargeHello: No,
	CRLFile: FirstCRLOfAll,
}

var node = []*Model{&nodeDriver, nodeSystemCA(), node22(), nodeNew()}

// nodeSystemCA is Node.js with --use-system-ca, which adds the system's roots.
func nodeSystemCA() *Model {
	m := nodeDriver
	m.Variant, m.Basis, m.Roots = "use-system-ca", Source, bothRoots
	return &m
}

// node22 is Node.js 22 since it has OpenSSL 3.5: the words and the key share of
// 24, at the security level of 20.
func node22() *Model {
	m := nodeNew()
	m.Variant, m.TLS, m.Stack = "node22", "OpenSSL 3.5 (Node.js 22)", nodeDriver.Stack
	m.Offer.MinDHBits = nodeDriver.Offer.MinDHBits
	return m
}

// nodeNew is Node.js 24 and later: OpenSSL 3.5 at security level 2, and a
// post-quantum key share.
func nodeNew() *Model {
	m := nodeDriver
	m.Variant, m.TLS = "node>=24", "OpenSSL 3.5 (Node.js 24)"
	m.Stack = nodeJS("2", verify.NodeOptions{SecurityLevel: 2})
	m.Words = []symptom.Producer{symptom.NodeDriver, symptom.NodeJS24, symptom.NodeJS}
	m.Offer, m.LargeHello = offer.Node24, Yes
	return &m
}
