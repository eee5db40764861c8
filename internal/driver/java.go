package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// jvm is the driver on Java 8 to 21 with its default settings: JSSE with the PKIX
// trust manager and HTTPS endpoint identification, a trust store and a key store
// in place of files (driver-core, SslHelper.java). A JDK
// has roots of its own, or those of the system that it was installed with.
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

var java = []*Model{&jvm, javaRevocation()}

// javaRevocation is -Dcom.sun.net.ssl.checkRevocation=true, which refuses what it
// cannot establish and asks nobody unless the security property ocsp.enable is
// set too.
func javaRevocation() *Model {
	m := jvm
	m.Variant = "checkRevocation"
	m.Staple, m.HardFail = true, true
	return &m
}
