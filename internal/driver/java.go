package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// jvm is the driver on Java 16 to 23, of which 17 and 21 are maintained, with its
// default settings: JSSE with the PKIX trust manager and HTTPS endpoint
// identification, a trust store and a key store in place of files (driver-core,
// SslHelper.java). A JDK has roots of its own, or those of the system that it was
// installed with.
var jvm = Model{
	Name: "java", TLS: "JSSE", Basis: Measured,
	Words:    []symptom.Producer{symptom.JavaDriver, symptom.JSSE},
	OwnFiles: true,
	Roots:    mozillaRoots, OrRoots: systemRoots,
	Stack:    Stack{ID: "java", Texts: symptom.JSSE, Verify: verify.Java},
	Insecure: Skips{Names: true}, InvalidHostnames: Skips{Names: true},
	Offer: offer.Java, LargeHello: No, NamesAddress: true,
	ByAuthority: true,
}

var java = []*Model{&jvm, javaRevocation(), javaUntil15(), javaWith11(), javaWithout13(), javaOld(), java24()}

// javaRevocation is -Dcom.sun.net.ssl.checkRevocation=true, which refuses what it
// cannot establish and asks nobody unless the security property ocsp.enable is
// set too.
func javaRevocation() *Model {
	m := jvm
	m.Variant = "checkRevocation"
	m.Staple, m.HardFail = true, true
	return &m
}

// javaUntil15 is Java 8 and 11, up to date, and all before 16, which brought
// Ed25519 to TLS (JDK-8254709). It has no x25519 before 13 either; a server that
// has nothing else is not told from others here.
func javaUntil15() *Model {
	m := jvm
	m.Variant, m.Basis, m.NoEdDSA = "java<16", Source, true
	return &m
}

// javaWith11 is Java 11 before 11.0.11, which switched TLS 1.0 and 1.1 off
// (JDK-8254713).
func javaWith11() *Model {
	m := javaUntil15()
	m.Variant, m.SpeaksOld = "java<11.0.11", true
	m.Offer.Versions = []string{"TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"}
	return m
}

// javaWithout13 is Java 8 from 8u291 to 8u333: TLS 1.3, which 8u261 brought,
// clients do not use by themselves there (JDK-8245485); from 8u341 on they do.
func javaWithout13() *Model {
	m := javaUntil15()
	m.Variant, m.No13 = "java<8u341", true
	m.Offer.Versions = []string{"TLS1.2"}
	return m
}

// javaOld is Java 8 before 8u291: no TLS 1.3 by default, and still 1.0 and 1.1.
func javaOld() *Model {
	m := javaWithout13()
	m.Variant, m.SpeaksOld = "java<8u291", true
	m.Offer.Versions = []string{"TLS1.0", "TLS1.1", "TLS1.2"}
	return m
}

// java24 is Java 24 and later, which offers no suite with RSA key exchange
// (jdk.tls.disabledAlgorithms in its java.security).
func java24() *Model {
	m := jvm
	m.Variant, m.Basis, m.Offer = "java>=24", Source, offer.Java24
	return &m
}
