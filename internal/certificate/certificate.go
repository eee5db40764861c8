// Package certificate reads X.509 certificates the way OpenSSL does rather than
// the way crypto/x509 does: what a driver on OpenSSL accepts is read, even where
// Go refuses it, and Go's objection is kept beside it. It judges nothing; it
// only answers what a certificate says and whether a signature is right.
//
// The package does no I/O.
package certificate

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxSize bounds one certificate. OpenSSL and crypto/tls bound the whole
// Certificate message at about 100 KiB and 256 KiB by default.
const maxSize = 1 << 20

// Certificate is an X.509 certificate (RFC 5280 section 4). Fields that an
// absent extension would fill have their zero value. A Certificate is not
// changed after Parse and may be read concurrently.
type Certificate struct {
	// Raw is the whole certificate, DER. RawTBS, RawSubject, RawIssuer and
	// RawSPKI are parts of it, each with its tag and length.
	Raw, RawTBS, RawSubject, RawIssuer, RawSPKI []byte
	// SHA256 is the fingerprint of Raw, hexadecimal in lower case.
	SHA256 string
	// Error is why Parse could not read the certificate; if it is set, only Raw
	// and SHA256 are.
	Error string
	// GoError is why crypto/x509 refuses the certificate, and with it every Go
	// program; empty when it does not.
	GoError string

	// Version is 1, 2 or 3.
	Version int
	// Serial may be negative, zero or longer than RFC 5280 allows. SerialHex
	// is its hexadecimal form in lower case, with a sign if negative.
	Serial    *big.Int
	SerialHex string

	// Subject and Issuer are the names as OpenSSL prints them with -nameopt
	// RFC2253: last RDN first, everything but printable ASCII escaped.
	Subject, Issuer string
	// CommonName is the last CN of the subject, CommonNames are all of them in
	// their order; control characters are kept.
	CommonName  string
	CommonNames []string
	// Organizations, OrgUnits and DomainComponents are the O, OU and DC values
	// of the subject; IssuerOrganizations and the like those of the issuer.
	// mongod takes servers for members of one cluster by them.
	Organizations, OrgUnits, DomainComponents                   []string
	IssuerOrganizations, IssuerOrgUnits, IssuerDomainComponents []string
	IssuerCommonName                                            string

	NotBefore, NotAfter time.Time

	// HasSAN is whether there is a subjectAltName extension, even an empty one.
	HasSAN bool
	// DNSNames and IPAddresses are those of the subjectAltName. Bytes that are
	// no ASCII are kept; IP addresses of a length other than 4 or 16 are told
	// in SANErrors instead.
	DNSNames    []string
	IPAddresses []netip.Addr
	// EmailAddresses and URIs are the other names that OpenSSL constrains.
	EmailAddresses, URIs []string
	// AltNames are all names of the subjectAltName in their order, as they
	// stand there.
	AltNames []GeneralName
	// SANErrors are the names of the subjectAltName that no client can match.
	SANErrors []string
	// SANCritical is whether the subjectAltName is marked critical.
	SANCritical bool
	// SubjectEmails are the emailAddress attributes of the subject, which
	// OpenSSL constrains like rfc822Names.
	SubjectEmails []SubjectEmail

	// KeyAlgorithm is "RSA", "RSA-PSS", "ECDSA", "Ed25519", "Ed448", "DSA" or
	// the algorithm's dotted OID. KeyBits is the size of the modulus or field,
	// zero if it is not known. KeyType joins the two: "RSA-2048", "ECDSA-P256".
	KeyAlgorithm string
	KeyBits      int
	KeyType      string
	// ExplicitCurve is whether an ECDSA key spells out its curve's parameters
	// instead of naming it; OpenSSL 3 and Go refuse these.
	ExplicitCurve bool
	// PublicKey is a *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey, or
	// nil for any other key.
	PublicKey any
	// KeyMalformed is whether the key is of an algorithm or a curve that is not
	// known here or cannot be decoded, so that OpenSSL has no key to use.
	KeyMalformed bool

	// SignatureAlgorithm is "SHA256-RSA", "ECDSA-SHA256", "Ed25519" and so on,
	// or the dotted OID in SignatureOID where it is not known.
	SignatureAlgorithm string
	SignatureOID       string
	// SignatureHash is the digest that is signed; zero if the scheme has none
	// of its own (Ed25519) or is not known.
	SignatureHash crypto.Hash
	// SignatureAlgorithmMismatch is whether the algorithm inside the signed
	// part differs from the one outside it (RFC 5280 section 4.1.1.2).
	SignatureAlgorithmMismatch bool

	// BasicConstraintsPresent and the following are basicConstraints (section
	// 4.2.1.9). MaxPathLen is nil when there is no limit.
	BasicConstraintsPresent, BasicConstraintsCritical bool
	IsCA                                              bool
	MaxPathLen                                        *int

	// KeyUsage is meaningful if KeyUsagePresent (section 4.2.1.3).
	KeyUsagePresent bool
	KeyUsage        x509.KeyUsage
	// EKUs are the extended key usages as dotted OIDs, if EKUPresent (section
	// 4.2.1.12). AnyEKU is whether anyExtendedKeyUsage is among them.
	EKUPresent bool
	EKUs       []string
	AnyEKU     bool
	// NetscapeCertType is the first byte of the nsCertType extension, which
	// OpenSSL still honours; meaningful if NetscapeCertTypePresent.
	NetscapeCertTypePresent bool
	NetscapeCertType        byte

	// SKI is the subjectKeyIdentifier, AKI the keyIdentifier of the
	// authorityKeyIdentifier; nil when absent. AKIPresent is whether there is
	// an authorityKeyIdentifier at all. AKIIssuer (a DER Name) and AKISerial
	// are its other fields.
	SKI, AKI   []byte
	AKIPresent bool
	AKIIssuer  []byte
	AKISerial  *big.Int
	// SKICritical and AKICritical are whether they are marked critical.
	SKICritical, AKICritical bool

	// NameConstraints is nil when absent (section 4.2.1.10).
	NameConstraints *NameConstraints

	// OCSPServers and IssuingCertificateURLs are the URIs of
	// authorityInfoAccess, CRLDistributionPoints those of the extension of that
	// name. They come from the peer: escape them before they reach a terminal.
	OCSPServers, IssuingCertificateURLs, CRLDistributionPoints []string
	// MustStaple is whether the TLS feature extension asks for status_request
	// (RFC 7633).
	MustStaple bool

	// UnknownCriticalExtensions are the dotted OIDs of critical extensions that
	// OpenSSL does not process, for which it refuses the certificate.
	UnknownCriticalExtensions []string
	// ExtensionErrors are the extensions that cannot be decoded or occur twice,
	// a sentence fragment each. OpenSSL pairs such a certificate with no issuer
	// and with nothing it issued.
	ExtensionErrors []string
	// HasExtensions is whether there is any extension.
	HasExtensions bool
	// ProxyCertificate is whether there is a proxyCertInfo extension (RFC
	// 3820), with which no TLS client trusts the certificate.
	ProxyCertificate bool

	canonicalSubject, canonicalIssuer string
	signature                         []byte
	scheme, innerScheme               scheme
	curve                             string // the OID of the key's curve
}

// errTrailing is for bytes after the end of a structure.
var errTrailing = errors.New("trailing data")

// Parse reads one DER certificate. On error the returned certificate is not nil:
// it has Raw, SHA256 and Error, so that it can keep its place in a chain.
//
// Parse reads what OpenSSL reads: negative serial numbers, strings with bytes
// outside their alphabet, names that no client can match, unknown algorithms.
func Parse(der []byte) (*Certificate, error) {
	sum := sha256.Sum256(der)
	c := &Certificate{Raw: der, SHA256: hex.EncodeToString(sum[:])}
	if err := c.parse(); err != nil {
		return &Certificate{Raw: der, SHA256: c.SHA256, Error: err.Error()}, err
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		c.GoError = escapeControls(err.Error())
	}
	return c, nil
}

func (c *Certificate) parse() error {
	if len(c.Raw) > maxSize {
		return fmt.Errorf("certificate of %d bytes is larger than %d", len(c.Raw), maxSize)
	}
	input := cryptobyte.String(c.Raw)
	var outer, tbs, outerAlg cryptobyte.String
	if !input.ReadASN1(&outer, cbasn1.SEQUENCE) {
		return errors.New("not a DER certificate")
	}
	if !input.Empty() {
		return fmt.Errorf("certificate: %w", errTrailing)
	}
	if !outer.ReadASN1Element(&tbs, cbasn1.SEQUENCE) {
		return errors.New("tbsCertificate is not readable")
	}
	c.RawTBS = tbs
	if !outer.ReadASN1Element(&outerAlg, cbasn1.SEQUENCE) {
		return errors.New("signatureAlgorithm is not readable")
	}
	var sig cryptobyte.String
	if !outer.ReadASN1(&sig, cbasn1.BIT_STRING) || len(sig) == 0 || sig[0] > 7 {
		return errors.New("signatureValue is not readable")
	}
	c.signature = sig[1:]
	if !outer.Empty() {
		return fmt.Errorf("certificate: %w", errTrailing)
	}
	if err := c.parseTBS(tbs, outerAlg); err != nil {
		return err
	}
	return nil
}

func (c *Certificate) parseTBS(tbs, outerAlg cryptobyte.String) error {
	if !tbs.ReadASN1(&tbs, cbasn1.SEQUENCE) {
		return errors.New("tbsCertificate is not readable")
	}
	version := 0
	if !tbs.ReadOptionalASN1Integer(&version, cbasn1.Tag(0).Constructed().ContextSpecific(), 0) ||
		version < 0 || version > 2 {
		return errors.New("version is not readable")
	}
	c.Version = version + 1

	var serial cryptobyte.String
	if !tbs.ReadASN1(&serial, cbasn1.INTEGER) || len(serial) == 0 {
		return errors.New("serialNumber is not readable")
	}
	c.Serial = twosComplement(serial)
	c.SerialHex = c.Serial.Text(16)

	var alg, subject, issuer, validity, spki cryptobyte.String
	if !tbs.ReadASN1Element(&alg, cbasn1.SEQUENCE) {
		return errors.New("signature algorithm is not readable")
	}
	c.SignatureAlgorithmMismatch = string(alg) != string(outerAlg)
	if err := c.parseSignatureAlgorithm(alg, outerAlg); err != nil {
		return err
	}
	if !tbs.ReadASN1Element(&issuer, cbasn1.SEQUENCE) {
		return errors.New("issuer is not readable")
	}
	if !tbs.ReadASN1(&validity, cbasn1.SEQUENCE) {
		return errors.New("validity is not readable")
	}
	var err error
	if c.NotBefore, err = readTime(&validity); err != nil {
		return fmt.Errorf("notBefore: %w", err)
	}
	if c.NotAfter, err = readTime(&validity); err != nil {
		return fmt.Errorf("notAfter: %w", err)
	}
	if !tbs.ReadASN1Element(&subject, cbasn1.SEQUENCE) {
		return errors.New("subject is not readable")
	}
	if err := c.parseNames(subject, issuer); err != nil {
		return err
	}
	if !tbs.ReadASN1Element(&spki, cbasn1.SEQUENCE) {
		return errors.New("subjectPublicKeyInfo is not readable")
	}
	c.RawSPKI = spki
	if err := c.parsePublicKey(); err != nil {
		return err
	}
	// issuerUniqueID and subjectUniqueID mean nothing to TLS.
	for tag := cbasn1.Tag(1); tag <= 2; tag++ {
		if !tbs.SkipOptionalASN1(tag.ContextSpecific()) {
			return errors.New("unique identifiers are not readable")
		}
	}
	var extensions cryptobyte.String
	var present bool
	if !tbs.ReadOptionalASN1(&extensions, &present, cbasn1.Tag(3).Constructed().ContextSpecific()) {
		return errors.New("extensions are not readable")
	}
	if present {
		if err := c.parseExtensions(extensions); err != nil {
			return err
		}
	}
	if !tbs.Empty() {
		return fmt.Errorf("tbsCertificate: %w", errTrailing)
	}
	return nil
}

// twosComplement is the value of a DER INTEGER's content, minimal or not.
func twosComplement(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return n
}

// readTime reads a UTCTime or GeneralizedTime in the one form each that RFC 5280
// section 4.1.2.5 allows. OpenSSL verifies with no other.
func readTime(s *cryptobyte.String) (time.Time, error) {
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) {
		return time.Time{}, errors.New("time is not readable")
	}
	text := string(body)
	switch tag {
	case cbasn1.UTCTime:
		// Two-digit years below 50 are of this century (section 4.1.2.5.1);
		// the package time draws its own line at 69.
		if len(text) < 2 {
			return time.Time{}, errors.New("time is not readable")
		}
		century := "20"
		if text[0] >= '5' {
			century = "19"
		}
		text = century + text
	case cbasn1.GeneralizedTime:
	default:
		return time.Time{}, errors.New("time is not readable")
	}
	t, err := time.Parse("20060102150405Z", text)
	if err != nil {
		return time.Time{}, errors.New("time is not in the form of RFC 5280")
	}
	return t, nil
}
