package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// golang is the Go driver 2, and with it mongodump and the other database tools
// (mongo/options/clientoptions.go, x/mongo/driver/ocsp): crypto/tls with its own
// OCSP.
var golang = []*Model{{
	Name: "go", TLS: "crypto/tls", Basis: Measured,
	Words:     []symptom.Producer{symptom.GoDriver, symptom.Go},
	BadCAFile: UseTheRest,
	Roots:     systemRoots,
	Stack:     Stack{ID: "go", Texts: symptom.Go, Verify: verify.GoX509},
	Insecure:  all,
	Offer:     offer.Go, LargeHello: Yes, NoPSSKeys: true,
	Staple: true, MustStaple: true, Responder: Asks,
	ByAuthority: true,
}}
