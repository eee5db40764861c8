package certificate

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Bounds for what one certificate may list.
const (
	maxExtensions = 256
	maxNames      = 10000
)

// The extensions that are read.
const (
	oidSubjectKeyID    = "2.5.29.14"
	oidKeyUsage        = "2.5.29.15"
	oidSubjectAltName  = "2.5.29.17"
	oidIssuerAltName   = "2.5.29.18"
	oidBasicConstraint = "2.5.29.19"
	oidNameConstraints = "2.5.29.30"
	oidCRLPoints       = "2.5.29.31"
	oidAuthorityKeyID  = "2.5.29.35"
	oidExtendedKeyUse  = "2.5.29.37"
	oidAuthorityInfo   = "1.3.6.1.5.5.7.1.1"
	oidTLSFeature      = "1.3.6.1.5.5.7.1.24"
	oidProxyCertInfo   = "1.3.6.1.5.5.7.1.14"
	oidNetscapeType    = "2.16.840.1.113730.1.1"
)

// extensionReaders decode an extension's value. The name is what
// ExtensionErrors calls it.
var extensionReaders = map[string]struct {
	name string
	read func(*Certificate, cryptobyte.String) error
}{
	oidSubjectKeyID:    {"subjectKeyIdentifier", (*Certificate).readSubjectKeyID},
	oidKeyUsage:        {"keyUsage", (*Certificate).readKeyUsage},
	oidSubjectAltName:  {"subjectAltName", (*Certificate).readSubjectAltName},
	oidBasicConstraint: {"basicConstraints", (*Certificate).readBasicConstraints},
	oidNameConstraints: {"nameConstraints", (*Certificate).readNameConstraints},
	oidCRLPoints:       {"cRLDistributionPoints", (*Certificate).readCRLPoints},
	oidAuthorityKeyID:  {"authorityKeyIdentifier", (*Certificate).readAuthorityKeyID},
	oidExtendedKeyUse:  {"extKeyUsage", (*Certificate).readExtendedKeyUsage},
	oidNetscapeType:    {"nsCertType", (*Certificate).readNetscapeType},
}

// optionalReaders decode extensions that OpenSSL's verifier does not look at, so
// that an unreadable one does no harm there.
var optionalReaders = map[string]func(*Certificate, cryptobyte.String) error{
	oidAuthorityInfo: (*Certificate).readAuthorityInfo,
	oidTLSFeature:    (*Certificate).readTLSFeature,
}

// processed are the extensions that OpenSSL lets be critical: those it reads
// itself and those that its verifier accounts for elsewhere.
var processed = map[string]bool{
	oidNetscapeType:        true,
	oidKeyUsage:            true,
	oidSubjectAltName:      true,
	oidBasicConstraint:     true,
	"2.5.29.32":            true, // certificatePolicies
	oidCRLPoints:           true,
	oidExtendedKeyUse:      true,
	"1.3.6.1.5.5.7.1.7":    true, // sbgp-ipAddrBlock
	"1.3.6.1.5.5.7.1.8":    true, // sbgp-autonomousSysNum
	"1.3.6.1.5.5.7.48.1.5": true, // id-pkix-ocsp-nocheck
	"2.5.29.36":            true, // policyConstraints
	oidProxyCertInfo:       true,
	oidNameConstraints:     true,
	"2.5.29.33":            true, // policyMappings
	"2.5.29.54":            true, // inhibitAnyPolicy
}

func (c *Certificate) parseExtensions(s cryptobyte.String) error {
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) {
		return errors.New("extensions are not readable")
	}
	seen := make(map[string]bool)
	for !s.Empty() {
		var ext, oid, value cryptobyte.String
		critical := false
		if !s.ReadASN1(&ext, cbasn1.SEQUENCE) ||
			!ext.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
			!readCritical(&ext, &critical) ||
			!ext.ReadASN1(&value, cbasn1.OCTET_STRING) {
			return errors.New("extension is not readable")
		}
		if len(seen) >= maxExtensions {
			return fmt.Errorf("more than %d extensions", maxExtensions)
		}
		id := dotted(oid)
		reader, known := extensionReaders[id]
		if critical && !processed[id] {
			c.UnknownCriticalExtensions = append(c.UnknownCriticalExtensions, id)
		}
		if seen[id] {
			if known {
				c.ExtensionErrors = append(c.ExtensionErrors, reader.name+" occurs more than once")
			}
			continue
		}
		seen[id] = true
		c.HasExtensions = true
		switch id {
		case oidBasicConstraint:
			c.BasicConstraintsCritical = critical
		case oidSubjectAltName:
			c.SANCritical = critical
		case oidSubjectKeyID:
			c.SKICritical = critical
		case oidAuthorityKeyID:
			c.AKICritical = critical
		case oidProxyCertInfo:
			c.ProxyCertificate = true
		}
		if known {
			if err := reader.read(c, value); err != nil {
				c.ExtensionErrors = append(c.ExtensionErrors, reader.name+" is not readable: "+err.Error())
			}
		}
		if read, ok := optionalReaders[id]; ok {
			// What an unreadable extension would have said stays unsaid.
			_ = read(c, value)
		}
	}
	if c.ProxyCertificate && (c.IsCA || c.HasSAN || seen[oidIssuerAltName]) {
		// RFC 3820 sections 3.4 and 3.5.
		c.ExtensionErrors = append(c.ExtensionErrors, "proxyCertInfo in a CA certificate or beside an alternative name")
	}
	return nil
}

// readCritical reads the optional critical flag, of which any byte but zero is
// true to OpenSSL.
func readCritical(s *cryptobyte.String, critical *bool) bool {
	if !s.PeekASN1Tag(cbasn1.BOOLEAN) {
		return true
	}
	var b cryptobyte.String
	if !s.ReadASN1(&b, cbasn1.BOOLEAN) || len(b) != 1 {
		return false
	}
	*critical = b[0] != 0
	return true
}

var errMalformed = errors.New("malformed")

func (c *Certificate) readSubjectKeyID(s cryptobyte.String) error {
	var id cryptobyte.String
	if !s.ReadASN1(&id, cbasn1.OCTET_STRING) {
		return errMalformed
	}
	c.SKI = id
	return nil
}

func (c *Certificate) readAuthorityKeyID(s cryptobyte.String) error {
	var seq, names, serial cryptobyte.String
	var id []byte
	var hasID, hasNames, hasSerial bool
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) ||
		!seq.ReadOptionalASN1((*cryptobyte.String)(&id), &hasID, cbasn1.Tag(0).ContextSpecific()) ||
		!seq.ReadOptionalASN1(&names, &hasNames, cbasn1.Tag(1).Constructed().ContextSpecific()) ||
		!seq.ReadOptionalASN1(&serial, &hasSerial, cbasn1.Tag(2).ContextSpecific()) {
		return errMalformed
	}
	c.AKIPresent = true
	if hasID {
		c.AKI = id
	}
	if hasSerial {
		c.AKISerial = twosComplement(serial)
	}
	// There may be several names; OpenSSL looks at the first directoryName.
	for !names.Empty() {
		var body cryptobyte.String
		var tag cbasn1.Tag
		if !names.ReadAnyASN1(&body, &tag) {
			return errMalformed
		}
		if tag == TagDirectoryName {
			c.AKIIssuer = body
			break
		}
	}
	return nil
}

func (c *Certificate) readKeyUsage(s cryptobyte.String) error {
	bits, ok := readBits(&s)
	if !ok {
		return errMalformed
	}
	for i := range 9 {
		if i/8 < len(bits) && bits[i/8]&(0x80>>(i%8)) != 0 {
			c.KeyUsage |= 1 << i
		}
	}
	c.KeyUsagePresent = true
	if c.KeyUsage == 0 {
		return errors.New("no usage is set")
	}
	return nil
}

func (c *Certificate) readNetscapeType(s cryptobyte.String) error {
	bits, ok := readBits(&s)
	if !ok {
		return errMalformed
	}
	c.NetscapeCertTypePresent = true
	if len(bits) > 0 {
		c.NetscapeCertType = bits[0]
	}
	return nil
}

// readBits reads a BIT STRING of at most a few bytes, most significant bit first.
func readBits(s *cryptobyte.String) ([]byte, bool) {
	var body cryptobyte.String
	if !s.ReadASN1(&body, cbasn1.BIT_STRING) || len(body) == 0 || body[0] > 7 {
		return nil, false
	}
	return body[1:], true
}

func (c *Certificate) readBasicConstraints(s cryptobyte.String) error {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !readCritical(&seq, &c.IsCA) {
		return errMalformed
	}
	c.BasicConstraintsPresent = true
	if !seq.PeekASN1Tag(cbasn1.INTEGER) {
		return nil
	}
	var limit cryptobyte.String
	if !seq.ReadASN1(&limit, cbasn1.INTEGER) || len(limit) == 0 {
		return errMalformed
	}
	n := twosComplement(limit)
	if n.Sign() < 0 {
		return errors.New("pathLenConstraint is negative")
	}
	// No chain is long enough for a larger limit to bind.
	value := 1 << 16
	if n.IsInt64() && n.Int64() < int64(value) {
		value = int(n.Int64())
	}
	c.MaxPathLen = &value
	return nil
}

func (c *Certificate) readExtendedKeyUsage(s cryptobyte.String) error {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return errMalformed
	}
	c.EKUPresent = true
	for !seq.Empty() {
		var oid cryptobyte.String
		if !seq.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) || len(c.EKUs) >= maxNames {
			return errMalformed
		}
		id := dotted(oid)
		c.EKUs = append(c.EKUs, id)
		c.AnyEKU = c.AnyEKU || id == EKUAny
	}
	return nil
}

// The extended key usages that matter for TLS (RFC 5280 section 4.2.1.12, and
// the two of server-gated cryptography, which OpenSSL takes for serverAuth).
const (
	EKUAny         = "2.5.29.37.0"
	EKUServerAuth  = "1.3.6.1.5.5.7.3.1"
	EKUClientAuth  = "1.3.6.1.5.5.7.3.2"
	EKUOCSPSigning = "1.3.6.1.5.5.7.3.9"
	EKUMicrosoftGC = "1.3.6.1.4.1.311.10.3.3"
	EKUNetscapeGC  = "2.16.840.1.113730.4.1"
)

func (c *Certificate) readSubjectAltName(s cryptobyte.String) error {
	c.HasSAN = true
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return errMalformed
	}
	for !seq.Empty() {
		name, err := readGeneralName(&seq)
		if err != nil || len(c.AltNames) >= maxNames {
			return errMalformed
		}
		c.AltNames = append(c.AltNames, name)
		switch name.Tag {
		case TagDNS:
			c.DNSNames = append(c.DNSNames, string(name.Value))
			for _, ch := range name.Value {
				if ch < 0x20 || ch >= 0x7f {
					c.SANErrors = append(c.SANErrors, fmt.Sprintf("dNSName %q is not printable ASCII", name.Value))
					break
				}
			}
		case TagIP:
			if ip, ok := netip.AddrFromSlice(name.Value); ok {
				c.IPAddresses = append(c.IPAddresses, ip)
			} else {
				c.SANErrors = append(c.SANErrors, fmt.Sprintf("iPAddress of %d bytes", len(name.Value)))
			}
		case TagEmail:
			c.EmailAddresses = append(c.EmailAddresses, string(name.Value))
		case TagURI:
			c.URIs = append(c.URIs, string(name.Value))
		}
	}
	return nil
}

func (c *Certificate) readCRLPoints(s cryptobyte.String) error {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return errMalformed
	}
	for !seq.Empty() {
		var point, where, full cryptobyte.String
		var hasWhere, hasFull bool
		if !seq.ReadASN1(&point, cbasn1.SEQUENCE) ||
			!point.ReadOptionalASN1(&where, &hasWhere, cbasn1.Tag(0).Constructed().ContextSpecific()) {
			return errMalformed
		}
		if hasWhere && !where.ReadOptionalASN1(&full, &hasFull, cbasn1.Tag(0).Constructed().ContextSpecific()) {
			return errMalformed
		}
		for !full.Empty() {
			var body cryptobyte.String
			var tag cbasn1.Tag
			if !full.ReadAnyASN1(&body, &tag) || len(c.CRLDistributionPoints) >= maxNames {
				return errMalformed
			}
			if tag == TagURI {
				c.CRLDistributionPoints = append(c.CRLDistributionPoints, string(body))
			}
		}
	}
	return nil
}

func (c *Certificate) readAuthorityInfo(s cryptobyte.String) error {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return errMalformed
	}
	for count := 0; !seq.Empty(); count++ {
		var access, method, where cryptobyte.String
		var tag cbasn1.Tag
		if !seq.ReadASN1(&access, cbasn1.SEQUENCE) || count >= maxNames ||
			!access.ReadASN1(&method, cbasn1.OBJECT_IDENTIFIER) ||
			!access.ReadAnyASN1(&where, &tag) {
			return errMalformed
		}
		if tag != TagURI {
			continue
		}
		switch dotted(method) {
		case "1.3.6.1.5.5.7.48.1":
			c.OCSPServers = append(c.OCSPServers, string(where))
		case "1.3.6.1.5.5.7.48.2":
			c.IssuingCertificateURLs = append(c.IssuingCertificateURLs, string(where))
		}
	}
	return nil
}

func (c *Certificate) readTLSFeature(s cryptobyte.String) error {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return errMalformed
	}
	for !seq.Empty() {
		var feature int
		if !seq.ReadASN1Integer(&feature) {
			return errMalformed
		}
		// 5 is status_request (RFC 7633 section 4, RFC 6066 section 8).
		c.MustStaple = c.MustStaple || feature == 5
	}
	return nil
}

// MayTLSServer reports whether keyUsage, if present, leaves room for any TLS key
// exchange: digitalSignature, keyEncipherment or keyAgreement.
func (c *Certificate) MayTLSServer() bool {
	return !c.KeyUsagePresent ||
		c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageKeyEncipherment|x509.KeyUsageKeyAgreement) != 0
}
