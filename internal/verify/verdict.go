package verify

import "github.com/mongotls/mongotls/internal/certificate"

// Stack is an implementation of TLS that judges certificates.
type Stack string

// The stacks, by the drivers that are built on them.
const (
	// StackOpenSSL111, StackOpenSSL30 and StackOpenSSL35 are libcrypto, for
	// Python, C, C++, PHP, Ruby, Node.js and mongod on Linux. 3.5 stands for
	// everything from 3.1 on; none of its verdicts differs from those of 3.0.
	StackOpenSSL111 Stack = "openssl-1.1.1"
	StackOpenSSL30  Stack = "openssl-3.0"
	StackOpenSSL35  Stack = "openssl-3.5"
	// StackNode is Node.js, which makes its own of what OpenSSL 3 finds.
	StackNode Stack = "node"
	// StackGo is crypto/x509.
	StackGo Stack = "go"
	// StackJava is JSSE with its PKIX trust manager.
	StackJava Stack = "java"
	// StackDotNet is .NET on Linux.
	StackDotNet Stack = "dotnet"
	// StackRustls is rustls with webpki.
	StackRustls Stack = "rustls"
)

// Basis is how a verdict came about.
type Basis string

// The bases.
const (
	// BasisRun: the library itself was run on the certificates.
	BasisRun Basis = "run"
	// BasisMeasured: the rules were compared with the library's own verdicts
	// over thousands of chains.
	BasisMeasured Basis = "measured"
	// BasisSource: the rules follow from the library's source and documents,
	// and nothing was run.
	BasisSource Basis = "source"
)

// Verdict is what one stack says of a presented chain.
type Verdict struct {
	Stack Stack
	// OK is whether the stack accepts the chain, and the host where one was
	// given. Revocation is not part of it.
	OK bool
	// Code is the number of the error, of OpenSSL an X509_V_ERR_*; zero where
	// the library has no numbers.
	Code int
	// Depth is the place in Path of the certificate at fault, 0 for the leaf;
	// zero also where the library does not tell.
	Depth int
	// Name is the library's name of the error: X509_V_ERR_CERT_HAS_EXPIRED,
	// Node's CERT_HAS_EXPIRED, a Go or Java class, a flag of .NET, a variant of
	// webpki's Error. Empty if OK.
	Name string
	// Text is the library's own text, as its users see it, with what a peer
	// wrote in it as it stands; empty if OK.
	Text string
	// Path is the path that the stack built, leaf first, as far as it came. It
	// is nil where the stack does not say which.
	Path []*certificate.Certificate
	// Basis is how much the verdict is to be believed.
	Basis Basis
}
