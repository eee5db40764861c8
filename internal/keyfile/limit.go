package keyfile

import (
	"errors"

	"github.com/mongotls/mongotls/internal/fact"
)

// What some drivers do not read and others do. The names are those of --driver.

// markLimit is a byte order mark before the first block. Measured: OpenSSL 3.0
// skips it, Go 1.26 does not find the block.
var markLimit = fact.FileLimit{
	Detail:  "a byte order mark before the first block hides it from Go, and from OpenSSL before 3.0",
	Drivers: []string{"go"},
	Hint:    "save the file without the mark, as ASCII or as UTF-8 without BOM",
}

// pemLimit is PEM itself.
var pemLimit = fact.FileLimit{
	Detail:  "Java and C# do not read a PEM file that a URI names: Java takes a key store, C# a certificate object",
	Drivers: []string{"java", "csharp"},
	OwnWay:  true,
	Hint:    `for them make a PKCS#12 file of it: "openssl pkcs12 -export -in FILE -out FILE.p12"`,
}

// DERListLimit is a CRL in DER. Measured with Python 3.11 and Node 20 on OpenSSL
// 3.0.
var DERListLimit = fact.FileLimit{
	Detail:  "a CRL in DER, which MongoDB's documentation allows, is refused by PyMongo and Node: they read PEM",
	Drivers: []string{"pymongo", "node", "mongosh"},
	Hint:    `convert it: "openssl crl -inform DER -in FILE -out FILE.pem"`,
}

// keyStores are the drivers that can be given a store of a format by code or by
// the runtime's own settings.
var keyStores = map[Format]struct{ detail string }{
	FormatPKCS12: {"Java (javax.net.ssl.keyStore), C# (X509Certificate2) and Node (option pfx, in code) read PKCS#12, the others do not"},
	FormatJKS:    {"Java (javax.net.ssl.keyStore) reads JKS, the others do not"},
	FormatJCEKS:  {"Java (javax.net.ssl.keyStore) reads JCEKS, the others do not"},
}

// storeLimits tells who reads a store.
func storeLimits(format Format) []fact.FileLimit {
	s, ok := keyStores[format]
	if !ok {
		return nil
	}
	drivers := []string{"pymongo", "node", "mongosh", "go", "c", "php", "csharp", "rust", "ruby"}
	if format == FormatPKCS12 {
		drivers = []string{"pymongo", "mongosh", "go", "c", "php", "rust", "ruby"}
	}
	return []fact.FileLimit{{Detail: s.detail, Drivers: drivers, OwnWay: true}}
}

// KeyLimits tells who does not read what is in a certificate-key file; nothing of
// a file that cannot be read.
func KeyLimits(path string) []fact.FileLimit {
	data, err := read(path)
	if err != nil {
		return nil
	}
	var limits []fact.FileLimit
	for _, b := range blocks(data) {
		if b.afterMark {
			limits = append(limits, markLimit)
		}
		limits = append(limits, b.limits()...)
	}
	return limits
}

// limits tells who does not read a block that OpenSSL reads.
func (b *block) limits() []fact.FileLimit {
	switch {
	case b.fault != "":
		return nil
	case b.isCertificate() && b.label != "CERTIFICATE":
		drivers, whom := []string{"go", "rust"}, "Go and Rust know CERTIFICATE only"
		if b.label == "TRUSTED CERTIFICATE" {
			// It is followed by settings, which takes another function to read.
			drivers, whom = append(drivers, "ruby"), "Go, Rust and Ruby do not know it"
		}
		return []fact.FileLimit{{
			Detail:  "the label " + b.label + " is OpenSSL's own; " + whom,
			Drivers: drivers,
			Hint:    `write it anew: "openssl x509 -in FILE -out FILE.pem"`,
		}}
	case b.isKey() && b.encrypted():
		return b.encryptionLimits()
	case b.isKey():
		if other, ok := otherKey(b.der); ok && other.openSSL {
			return []fact.FileLimit{{
				Detail:  "a key of type " + other.algorithm + " is read by OpenSSL and not by Go, nor by this tool, so that it is not known whether it belongs to the certificate",
				Drivers: []string{"go"},
				Hint:    "request a certificate with an ECDSA key on P-256, or with an RSA key",
			}}
		}
	}
	return nil
}

// encryptionLimits tells who does not open an encrypted key.
func (b *block) encryptionLimits() []fact.FileLimit {
	const hint = `encrypt it with what all read: "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in FILE -out key.pem"`
	e, err := b.encryption()
	var unsupported unsupportedError
	if errors.As(err, &unsupported) && unsupported.openSSL {
		return []fact.FileLimit{{
			Detail:  "the key is encrypted with " + unsupported.what + ", which OpenSSL opens, and the Go driver's library and this tool do not, so that it is not known whether it belongs to the certificate",
			Drivers: []string{"go", "rust"}, Hint: hint,
		}}
	}
	if err != nil {
		return nil
	}
	var limits []fact.FileLimit
	if !e.goReads && e.outdated() == nil {
		limits = append(limits, fact.FileLimit{
			Detail:  "OpenSSL opens a key encrypted by " + e.scheme + "; the Go driver's library does not",
			Drivers: []string{"go"}, Hint: hint,
		})
	}
	if b.label != "ENCRYPTED PRIVATE KEY" {
		return append(limits, fact.FileLimit{
			Detail: "Rust (rustls) does not open a key encrypted by DEK-Info", Drivers: []string{"rust"}, Hint: hint,
		})
	}
	return append(limits, fact.FileLimit{
		Detail:  "Rust opens an encrypted key only when built with the feature cert-key-password, libmongoc (C, PHP) on Windows not at all",
		Drivers: []string{"rust"}, OwnWay: true,
	})
}
