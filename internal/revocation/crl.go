package revocation

import (
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// The CRL extensions (RFC 5280 section 5.2), as the content of their OIDs.
const (
	oidAuthorityKeyID = "\x55\x1d\x23"
	oidCRLNumber      = "\x55\x1d\x14"
	oidDeltaCRL       = "\x55\x1d\x1b"
	oidIssuingPoint   = "\x55\x1d\x1c"
)

// crlCritical are the extensions that may be critical, as OpenSSL sees it: the
// others of RFC 5280 never are.
var crlCritical = map[string]bool{
	oidAuthorityKeyID: true,
	oidDeltaCRL:       true, // judged as such
	oidIssuingPoint:   true,
}

// crl is a CertificateList without its entries, read and not verified.
type crl struct {
	version    int // 1 or 2
	rawIssuer  []byte
	issuer     string // canonical
	thisUpdate time.Time
	nextUpdate *time.Time

	entries int
	// entriesStart and entriesEnd are where the entries lie.
	entriesStart, entriesEnd int64
	// entryCritical is the first critical entry extension that is not
	// understood, as a dotted OID.
	entryCritical string

	extensions []extension
	number     *big.Int
	delta      bool
	keyID      []byte // authorityKeyIdentifier
	keyIssuer  string // its authorityCertIssuer, canonical
	keySerial  string // its authorityCertSerialNumber, as serialKey has it
	scope      *scope // nil: of all certificates of the issuer

	innerAlgorithm []byte
	algorithm      algorithm
	data           signed
	signature      []byte
}

// scope is an issuingDistributionPoint (RFC 5280 section 5.2.5).
type scope struct {
	pointName
	onlyUser, onlyCA, onlyAttribute bool
	someReasons, indirect           bool
}

func canonical(name []byte) (string, bool) { return certificate.CanonicalName(name) }

// readExtensions reads crlExtensions with its tag.
func (c *crl) readExtensions(tail cryptobyte.String) error {
	var list cryptobyte.String
	if !tail.ReadASN1(&tail, explicit(0)) || !tail.ReadASN1(&list, cbasn1.SEQUENCE) || !tail.Empty() {
		return malformed("crlExtensions")
	}
	var err error
	if c.extensions, err = readExtensions(list); err != nil {
		return err
	}
	if value := findExtension(c.extensions, oidCRLNumber); value != nil {
		s, n := cryptobyte.String(value), new(big.Int)
		if !s.ReadASN1Integer(n) || !s.Empty() {
			return malformed("cRLNumber")
		}
		c.number = n
	}
	c.delta = findExtension(c.extensions, oidDeltaCRL) != nil
	if value := findExtension(c.extensions, oidAuthorityKeyID); value != nil && !c.readAuthority(value) {
		return malformed("authorityKeyIdentifier")
	}
	if value := findExtension(c.extensions, oidIssuingPoint); value != nil {
		var ok bool
		if c.scope, ok = readScope(value); !ok {
			return malformed("issuingDistributionPoint")
		}
	}
	return nil
}

func (c *crl) readAuthority(s cryptobyte.String) bool {
	var body, id, names, serial cryptobyte.String
	var hasID, hasNames, hasSerial bool
	if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !s.Empty() ||
		!body.ReadOptionalASN1(&id, &hasID, cbasn1.Tag(0).ContextSpecific()) ||
		!body.ReadOptionalASN1(&names, &hasNames, explicit(1)) ||
		!body.ReadOptionalASN1(&serial, &hasSerial, cbasn1.Tag(2).ContextSpecific()) {
		return false
	}
	if hasID {
		c.keyID = id
	}
	if hasSerial {
		c.keySerial = string(minimal(serial))
	}
	if !hasNames {
		return true
	}
	list, ok := generalNames(names)
	c.keyIssuer, _ = firstDirectoryName(list)
	return ok
}

func readScope(s cryptobyte.String) (*scope, bool) {
	var body, name, reasons cryptobyte.String
	var hasName, hasReasons bool
	out := new(scope)
	if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !s.Empty() || !body.ReadOptionalASN1(&name, &hasName, explicit(0)) {
		return nil, false
	}
	if hasName {
		var ok bool
		if out.pointName, ok = readPointName(name); !ok {
			return nil, false
		}
	}
	if !readFlag(&body, 1, &out.onlyUser) || !readFlag(&body, 2, &out.onlyCA) ||
		!body.ReadOptionalASN1(&reasons, &hasReasons, cbasn1.Tag(3).ContextSpecific()) ||
		!readFlag(&body, 4, &out.indirect) || !readFlag(&body, 5, &out.onlyAttribute) || !body.Empty() {
		return nil, false
	}
	out.someReasons = hasReasons
	return out, true
}

// readFlag reads an implicitly tagged BOOLEAN DEFAULT FALSE.
func readFlag(s *cryptobyte.String, n uint8, out *bool) bool {
	var body cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&body, &present, cbasn1.Tag(n).ContextSpecific()) {
		return false
	}
	if present {
		if len(body) != 1 {
			return false
		}
		*out = body[0] != 0
	}
	return true
}
