package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// csharp is the driver on .NET 8 on Linux (src/MongoDB.Driver/Core): SslStream,
// with certificates from the system's store and from code in place of files, and
// no revocation unless it is asked for. On Windows SChannel verifies; what it
// shows differs.
var csharp = []*Model{{
	Name: "csharp", TLS: "OpenSSL (.NET 8 on Linux)", Basis: Source,
	Words:    []symptom.Producer{symptom.CSharp, symptom.DotNet},
	OwnFiles: true, BadCAFile: UseTheRest,
	Roots:    systemRoots,
	Stack:    Stack{ID: "dotnet", Texts: symptom.DotNet, Verify: verify.DotNet},
	Insecure: all,
	Offer:    offer.DotNet, LargeHello: No,
}}
