package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// rubyDriver is the Ruby driver 2.14 and later on MRI
// (lib/mongo/socket/ssl.rb): OpenSSL verifies the chain, Ruby compares names, and
// tlsAllowInvalidHostnames does not keep it from that. It has no CRL file.
var rubyDriver = Model{
	Name: "ruby", TLS: "OpenSSL (Ruby)", Basis: Source,
	Words: []symptom.Producer{symptom.RubyDriver, symptom.RubyOpenSSL},
	Roots: systemRoots, BadCAFile: UseTheRest,
	Stack:    debian,
	NameRule: verify.NamesRuby,
	Insecure: all, InvalidCertificates: Skips{Chain: true},
	Old: true, Offer: offer.Reference, LargeHello: No, NamesAddress: true,
	Responder: AsksWithIssuer,
}

var ruby = []*Model{&rubyDriver, rubyOld()}

// rubyOld is the driver before 2.14, which asks about no revocation,
// compares names behind the handshake, sends no intermediate certificates, and
// reads no more than one CA.
func rubyOld() *Model {
	m := rubyDriver
	m.Variant, m.Basis, m.Vague = "<2.14", Measured, true
	m.Words = []symptom.Producer{symptom.RubyDriver2, symptom.RubyDriver, symptom.RubyOpenSSL}
	m.Responder, m.LeafOnly = NeverAsks, true
	m.FirstCA, m.NoLoadBalancer = true, true
	return &m
}
