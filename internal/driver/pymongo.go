package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// python is PyMongo 4 on Python 3.10 and later with the standard library's ssl
// (pymongo/ssl_support.py): OpenSSL verifies chain and name, and nothing asks
// about revocation but tlsCRLFile.
var python = Model{
	Name: "pymongo", TLS: "OpenSSL (Python ssl)", Basis: Source,
	Words:    []symptom.Producer{symptom.PyMongo, symptom.Python},
	Roots:    systemRoots,
	Stack:    debian,
	Insecure: all, InvalidCertificates: all, InvalidHostnames: Skips{Names: true},
	Offer: offer.Python, LargeHello: No,
	CRLFile: CRLOfLeaf,
}

var pymongo = []*Model{&python, pythonOCSP(), pythonOld(), pymongo3(), pymongo3OCSP()}

// pythonOCSP is the extra "ocsp": PyOpenSSL in place of ssl, service-identity for
// names, and OCSP, which asynchronous clients never do
// (pymongo/pyopenssl_context.py, pymongo/ocsp_support.py). Of a staple it verifies
// the signature, and not whose status it is.
func pythonOCSP() *Model {
	m := python
	m.Variant, m.TLS = "ocsp", "OpenSSL (PyOpenSSL)"
	m.Words = []symptom.Producer{symptom.PyMongo, symptom.PyOpenSSL, symptom.Python}
	m.Stack.Silent = true
	m.NameRule = verify.NamesServiceIdentity
	m.NoCRLFile, m.CRLFile = true, NoCRL
	m.Old, m.Offer = true, offer.Reference
	m.Staple, m.AnyStaple, m.MustStaple = true, true, true
	m.Responder, m.Fragile = Asks, true
	return &m
}

// pythonOld is Python up to 3.9, which leaves versions and suites to OpenSSL.
func pythonOld() *Model {
	m := python
	m.Variant = "python<3.10"
	m.Old, m.Offer = true, offer.Reference
	return &m
}

// pymongo3 is PyMongo 3.11 on Python 3.11 as Debian 12 has both; Debian, Ubuntu
// and Fedora build Python so that it leaves versions and suites to OpenSSL.
func pymongo3() *Model {
	m := python
	m.Variant, m.Basis, m.FormerNames = "3.x", Measured, true
	m.NoLoadBalancer = true
	m.Words = []symptom.Producer{symptom.PyMongo3, symptom.Python311, symptom.PyMongo, symptom.Python}
	m.Old, m.Offer = true, offer.Reference
	return &m
}

// pymongo3OCSP is that with its extra "ocsp", and service-identity before 23.1,
// which takes common names.
func pymongo3OCSP() *Model {
	m := *pythonOCSP()
	m.Variant, m.Basis, m.FormerNames = "3.x ocsp", Measured, true
	m.NoLoadBalancer = true
	m.Words = []symptom.Producer{symptom.PyMongo3, symptom.ServiceIdentity18, symptom.PyOpenSSL, symptom.PyMongo, symptom.Python}
	m.NamesInCN = true
	m.Ignores = []string{"tlsDisableOCSPEndpointCheck"}
	return &m
}
