package driver

import (
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/symptom"
)

// libmongoc is the C driver with OpenSSL, as it is built for Linux
// (src/libmongoc/src/mongoc/mongoc-openssl.c), and with it the C++ driver, which
// has no name of its own. PHP, which stands on it too, has one.
// tlsCRLFile stands for its option crl_file.
var libmongoc = Model{
	Name: "c", TLS: "OpenSSL", Basis: Source,
	Words:    []symptom.Producer{symptom.Libmongoc},
	Roots:    systemRoots,
	Stack:    debian,
	Insecure: all, InvalidCertificates: all, InvalidHostnames: Skips{Names: true},
	Old: true, Offer: offer.C, LargeHello: No, NamesAddress: true,
	Staple: true, MustStaple: true, Responder: Asks, CRLFile: CRLOfLeaf,
}

var c = []*Model{&libmongoc}

// php is the PHP driver, which is libmongoc.
var php = []*Model{extension()}

func extension() *Model {
	m := libmongoc
	m.Name, m.TLS, m.Basis = "php", "OpenSSL (libmongoc)", Measured
	return &m
}
