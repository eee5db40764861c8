package keyfile

import (
	"fmt"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/fact"
)

// CAFile is a bundle of trust anchors as an option names it.
type CAFile struct {
	Path string
	// Certificates are those that could be read, in the file's order, at least
	// one.
	Certificates []*certificate.Certificate
	// Bad are the blocks that could not. OpenSSL refuses the whole file for a
	// broken certificate; Go and rustls pass over it.
	Bad []BadBlock
	// Keys counts private keys in the file, which do not belong there.
	Keys int
	// Mark is whether a byte order mark hides the first block from Go and from
	// OpenSSL before 3.0.
	Mark bool
	// Limits are what some drivers do not read in it.
	Limits []fact.FileLimit
}

// BadBlock is a PEM block of a CA file that is no certificate one can read.
type BadBlock struct {
	// Line is where it begins, from 1.
	Line   int
	Detail string
}

// maxBadBlocks bounds the blocks told of one file.
const maxBadBlocks = 100

// LoadCAs reads a PEM bundle of CA certificates. Text around the blocks is
// allowed. The error is an *Error with FindingUnreadable or FindingCAInvalid.
func LoadCAs(path string) (*CAFile, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return parseCAs(path, data)
}

func parseCAs(path string, data []byte) (*CAFile, error) {
	fail := func(detail, hint string) (*CAFile, error) {
		return nil, &Error{Finding: FindingCAInvalid, Path: path, Detail: detail, Hint: hint}
	}
	content := formatOf(data)
	if content.format == FormatEmpty {
		return fail("is empty", "put the CA's certificate there, in PEM")
	}
	if content.notPEM() {
		_, err := fail("is "+content.name+", not PEM", content.named(path))
		fault := err.(*Error)
		fault.Format = content.format
		if c, err := certificate.Parse(data); err == nil && content.format == FormatDER {
			fault.Certificate = c
		}
		return nil, fault
	}
	file := &CAFile{Path: path}
	requests, crls := 0, 0
	bad := func(line int, detail string) {
		if len(file.Bad) < maxBadBlocks {
			file.Bad = append(file.Bad, BadBlock{line, detail})
		}
	}
	for _, b := range blocks(data) {
		file.Mark = file.Mark || b.afterMark
		switch {
		case b.isKey():
			file.Keys++
		case b.isRequest():
			requests++
		case b.label == crlLabel:
			crls++
		case !b.isCertificate():
		case b.fault != "":
			bad(b.line, b.fault)
		default:
			file.Limits = append(file.Limits, b.limits()...)
			c, err := certificate.Parse(certificateOf(b))
			if err != nil {
				bad(b.line, err.Error())
				continue
			}
			file.Certificates = append(file.Certificates, c)
		}
	}
	if file.Mark {
		file.Limits = append(file.Limits, markLimit)
	}
	if len(file.Certificates) > 0 {
		return file, nil
	}
	if len(file.Bad) > 0 {
		first := file.Bad[0]
		return fail(fmt.Sprintf("holds no readable certificate; the block at line %d: %s", first.Line, first.Detail),
			"export the CA's certificate again")
	}
	if file.Keys > 0 {
		return fail("holds a private key and no certificate", "name the CA's certificate, and keep the key elsewhere")
	}
	if requests > 0 {
		return fail("holds a certificate request, not a certificate", "name the certificate that the CA made of it")
	}
	if crls > 0 {
		return fail("holds a CRL and no certificate", "name it with tlsCRLFile, and the CA's certificate with tlsCAFile")
	}
	return fail("holds no certificate", "a CA file is PEM: it has lines that say BEGIN CERTIFICATE and END CERTIFICATE")
}

// crlLabel is the label of a CRL (RFC 7468 section 6).
const crlLabel = "X509 CRL"

// certificateOf is the certificate of a block. That of OpenSSL's TRUSTED
// CERTIFICATE is followed by auxiliary trust settings.
func certificateOf(b block) []byte {
	if b.label != "TRUSTED CERTIFICATE" {
		return b.der
	}
	if n, ok := elementLength(b.der); ok {
		return b.der[:n]
	}
	return b.der
}
