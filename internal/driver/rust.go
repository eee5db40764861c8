package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// rustlsDriver is the Rust driver as it is built by default
// (driver/src/runtime/tls_rustls.rs): rustls, with Mozilla's roots compiled in.
var rustlsDriver = Model{
	Name: "rust", TLS: "rustls", Basis: Source,
	Words:     []symptom.Producer{symptom.RustDriver, symptom.Rustls},
	BadCAFile: TrustNobody,
	Roots:     mozillaRoots,
	Stack:     Stack{ID: "rustls", Texts: symptom.Rustls, Verify: verify.Rustls},
	Insecure:  all, InvalidCertificates: all,
	Offer: offer.Rustls, LargeHello: Varies, NoPSSKeys: true,
}

var rust = []*Model{&rustlsDriver, rustOpenSSL()}

// rustOpenSSL is the crate's feature openssl-tls (tls_openssl.rs).
func rustOpenSSL() *Model {
	m := rustlsDriver
	m.Variant, m.TLS = "openssl-tls", "OpenSSL"
	m.Words = []symptom.Producer{symptom.RustDriver, symptom.OpenSSL}
	m.Accepts = []string{"tlsAllowInvalidHostnames"}
	m.BadCAFile = RefuseCAFile
	m.Roots, m.AddsRoots = systemRoots, true
	m.Stack = debian
	m.InvalidCertificates, m.InvalidHostnames = Skips{Chain: true}, Skips{Names: true}
	m.Offer, m.LargeHello, m.NoPSSKeys = offer.Reference, No, false
	return &m
}
