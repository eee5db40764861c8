package revocation

import (
	"crypto"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// crlSpec is a CRL to build: newCRL gives a complete one, tests change what they
// are about.
type crlSpec struct {
	v1         bool
	version    []byte // DER in place of the version
	issuer     []byte // DER Name; nil: the signer's
	signer     *identity
	scheme     string
	pss        crypto.Hash
	thisUpdate time.Time
	nextUpdate *time.Time
	entries    []entrySpec
	raw        []byte // DER in place of the entries
	extensions []extension
	outer      []byte // signatureAlgorithm in place of the signed one
	tampered   bool

	afterTBS, after []byte
}

type entrySpec struct {
	serial     *big.Int
	at         time.Time
	extensions []extension
}

func newCRL(signer *identity, serials ...int64) *crlSpec {
	s := &crlSpec{signer: signer, thisUpdate: now.Add(-time.Hour), nextUpdate: ptr(now.Add(24 * time.Hour))}
	for _, n := range serials {
		s.entries = append(s.entries, entrySpec{serial: big.NewInt(n), at: now.Add(-48 * time.Hour)})
	}
	s.extensions = []extension{
		{oid: oidAuthorityKeyID, value: seq(tlv(cbasn1.Tag(0).ContextSpecific(), signer.cert.SKI))},
		{oid: oidCRLNumber, value: integer(big.NewInt(0x2a))},
	}
	return s
}

func (s *crlSpec) build(t testing.TB) []byte {
	t.Helper()
	version := integer(big.NewInt(1))
	if s.v1 {
		version, s.extensions = nil, nil
	}
	if s.version != nil {
		version = s.version
	}
	issuer := s.issuer
	if issuer == nil {
		issuer = s.signer.cert.RawSubject
	}
	var next, entries []byte
	if s.nextUpdate != nil {
		next = utcTime(*s.nextUpdate)
	}
	if s.entries != nil {
		var list [][]byte
		for _, e := range s.entries {
			var extensions []byte
			if e.extensions != nil {
				extensions = seq(extensionList(e.extensions)...)
			}
			list = append(list, seq(integer(e.serial), utcTime(e.at), extensions))
		}
		entries = seq(list...)
	}
	if s.raw != nil {
		entries = s.raw
	}
	// The algorithm is signed too, so signing nothing finds out what it is.
	alg, _ := sign(t, s.signer, s.scheme, s.pss, nil)
	tbs := seq(version, alg, issuer, utcTime(s.thisUpdate), next, entries, extensionsDER(explicit(0), s.extensions), s.afterTBS)
	_, signature := sign(t, s.signer, s.scheme, s.pss, tbs)
	if s.tampered {
		signature[len(signature)-1] ^= 1
	}
	if s.outer != nil {
		alg = s.outer
	}
	return append(seq(tbs, alg, tlv(cbasn1.BIT_STRING, append([]byte{0}, signature...))), s.after...)
}

// extend adds an extension, or replaces the one of that OID.
func (s *crlSpec) extend(oid string, critical bool, value []byte) {
	for i := range s.extensions {
		if s.extensions[i].oid == oid {
			s.extensions[i] = extension{oid, critical, value}
			return
		}
	}
	s.extensions = append(s.extensions, extension{oid, critical, value})
}

func utcTime(t time.Time) []byte { return tlv(cbasn1.UTCTime, []byte(t.Format("060102150405Z"))) }

// uriPoint is a DistributionPointName of one URI.
func uriPoint(uri string) []byte {
	return tlv(explicit(0), tlv(explicit(0), tlv(tagURI, []byte(uri))))
}

// dirName is a GeneralName of a DER Name.
func dirName(name []byte) []byte { return tlv(tagDirectoryName, name) }

// flag is an implicitly tagged TRUE.
func flag(n uint8) []byte { return tlv(cbasn1.Tag(n).ContextSpecific(), []byte{0xff}) }

func reason(n byte) extension {
	return extension{oid: oidReasonCode, value: tlv(cbasn1.ENUM, []byte{n})}
}

func crlPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemLabel, Bytes: der})
}
