package keyfile

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The content types and bags of PKCS#12 (RFC 7292 sections 3 and 4.2).
var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidEncryptedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 6}
	oidKeyBag        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 1}
	oidShroudedBag   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 2}
	oidCertBag       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 3}
	oidNestedBag     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 6}
	oidX509          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}
	oidPBMAC1        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14}
)

// macHashes are the digests of MacData.
var macHashes = map[string]func() hash.Hash{
	"1.3.14.3.2.26":          sha1.New,
	"2.16.840.1.101.3.4.2.4": sha256.New224,
	"2.16.840.1.101.3.4.2.1": sha256.New,
	"2.16.840.1.101.3.4.2.2": sha512.New384,
	"2.16.840.1.101.3.4.2.3": sha512.New,
}

var errPKCS12 = errors.New("the PKCS#12 file is cut off or damaged")

// pfx is a PKCS#12 file being read.
type pfx struct {
	store
	password string
	// budget is how many rounds of key derivation are left to the file: one with
	// many bags must not take forever.
	budget int
}

// parsePKCS12 reads a PKCS#12 file (RFC 7292), also one without a MAC, without a
// key or without certificates. The password may be empty, which OpenSSL and Java
// can write as well.
func parsePKCS12(data []byte, password string) store {
	p := &pfx{password: password, budget: maxIterations}
	if err := p.read(data); err != nil {
		p.problem = err
	}
	return p.store
}

func (p *pfx) read(data []byte) error {
	der, err := toDER(data)
	if err != nil {
		return errPKCS12
	}
	s := cryptobyte.String(der)
	var version int
	var authSafe, mac cryptobyte.String
	var hasMAC bool
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1Integer(&version) || !s.ReadASN1(&authSafe, cbasn1.SEQUENCE) ||
		!s.ReadOptionalASN1(&mac, &hasMAC, cbasn1.SEQUENCE) {
		return errPKCS12
	}
	content, err := dataContent(authSafe)
	if err != nil {
		return err
	}
	if hasMAC {
		if err := p.checkMAC(mac, content); err != nil {
			return err
		}
	}
	safes := cryptobyte.String(content)
	if !safes.ReadASN1(&safes, cbasn1.SEQUENCE) {
		return errPKCS12
	}
	for !safes.Empty() {
		var info cryptobyte.String
		if !safes.ReadASN1(&info, cbasn1.SEQUENCE) {
			return errPKCS12
		}
		if err := p.readSafe(info); err != nil {
			return err
		}
	}
	return nil
}

// dataContent is the content of a ContentInfo of type data.
func dataContent(info cryptobyte.String) ([]byte, error) {
	var oid asn1.ObjectIdentifier
	var content cryptobyte.String
	if !info.ReadASN1ObjectIdentifier(&oid) {
		return nil, errPKCS12
	}
	if !oid.Equal(oidData) {
		return nil, unsupportedError{what: "a PKCS#12 file that is signed instead of having a MAC"}
	}
	if !info.ReadASN1(&content, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
		!content.ReadASN1(&content, cbasn1.OCTET_STRING) {
		return nil, errPKCS12
	}
	return content, nil
}

// spend takes rounds of key derivation from the file's budget.
func (p *pfx) spend(iterations int) error {
	if p.budget -= iterations; p.budget < 0 {
		return unsupportedError{what: "too many rounds of key derivation"}
	}
	return nil
}

// checkMAC verifies MacData (RFC 7292 section 4 and appendix B), by which a wrong
// password is told from a damaged file.
func (p *pfx) checkMAC(s cryptobyte.String, content []byte) error {
	var info, algorithm, want, salt cryptobyte.String
	var oid asn1.ObjectIdentifier
	iterations := 1
	if !s.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&oid) || !info.ReadASN1(&want, cbasn1.OCTET_STRING) ||
		!s.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return errPKCS12
	}
	if !s.Empty() && (!s.ReadASN1Integer(&iterations) || iterations <= 0) {
		return errPKCS12
	}
	newHash, ok := macHashes[oid.String()]
	if oid.Equal(oidPBMAC1) {
		return p.checkPBMAC1(algorithm, content, want)
	}
	if !ok {
		return unsupportedError{what: "MAC " + oid.String()}
	}
	if err := p.spend(iterations); err != nil {
		return err
	}
	secrets := [][]byte{bmpString(p.password)}
	if p.password == "" {
		// Some writers hash an empty password as nothing at all.
		secrets = append(secrets, nil)
	}
	for _, secret := range secrets {
		key := pkcs12KDF(newHash, secret, salt, iterations, purposeMAC, newHash().Size())
		if hmac.Equal(want, macOf(newHash, key, content)) {
			return nil
		}
	}
	return p.refused()
}

// checkPBMAC1 verifies the MAC of RFC 9579.
func (p *pfx) checkPBMAC1(s cryptobyte.String, content, want []byte) error {
	var kdf, params, salt, algorithm, mac cryptobyte.String
	var oid, kdfOID asn1.ObjectIdentifier
	var iterations, size int
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&kdf, cbasn1.SEQUENCE) || !s.ReadASN1(&mac, cbasn1.SEQUENCE) ||
		!kdf.ReadASN1ObjectIdentifier(&kdfOID) || !kdfOID.Equal(oidPBKDF2) || !kdf.ReadASN1(&params, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&salt, cbasn1.OCTET_STRING) || !params.ReadASN1Integer(&iterations) || iterations <= 0 ||
		!params.ReadASN1Integer(&size) || size < 20 || size > 64 || !params.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&oid) {
		return errPKCS12
	}
	derive, known := prfs[oid.String()]
	var macOID asn1.ObjectIdentifier
	if !mac.ReadASN1ObjectIdentifier(&macOID) {
		return errPKCS12
	}
	sum, knownMAC := prfs[macOID.String()]
	if !known || !knownMAC {
		return unsupportedError{what: "MAC PBMAC1 with " + macOID.String()}
	}
	if err := p.spend(iterations); err != nil {
		return err
	}
	key, _, err := derive.pbkdf2(salt, iterations)(p.password, size, 0)
	if err != nil {
		return errPKCS12
	}
	if !hmac.Equal(want, macOf(sum.hash, key, content)) {
		return p.refused()
	}
	return nil
}

func macOf(newHash func() hash.Hash, key, content []byte) []byte {
	m := hmac.New(newHash, key)
	m.Write(content)
	return m.Sum(nil)
}

// refused is why the password given does not do.
func (p *pfx) refused() error {
	if p.password == "" {
		return errPasswordRequired
	}
	return errPasswordWrong
}

// readSafe reads a ContentInfo of the AuthenticatedSafe.
func (p *pfx) readSafe(info cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	peek := slices.Clone(info)
	if !peek.ReadASN1ObjectIdentifier(&oid) {
		return errPKCS12
	}
	switch {
	case oid.Equal(oidData):
		content, err := dataContent(info)
		if err != nil {
			return err
		}
		return p.readBags(content, 0)
	case oid.Equal(oidEncryptedData):
		return p.readEncrypted(peek)
	}
	return unsupportedError{what: "content of type " + oid.String()}
}

// readEncrypted opens an EncryptedData (RFC 2315 section 13).
func (p *pfx) readEncrypted(s cryptobyte.String) error {
	var version int
	var info, algorithm cryptobyte.String
	var oid asn1.ObjectIdentifier
	var sealed cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.Tag(0).Constructed().ContextSpecific()) || !s.ReadASN1(&s, cbasn1.SEQUENCE) ||
		!s.ReadASN1Integer(&version) || !s.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1ObjectIdentifier(&oid) ||
		!info.ReadASN1(&algorithm, cbasn1.SEQUENCE) {
		return errPKCS12
	}
	if !readImplicitString(&info, &sealed) {
		return errPKCS12
	}
	e, err := parseScheme(algorithm, sealed)
	if err != nil {
		return asStoreError(err)
	}
	if err := p.spend(e.iterations); err != nil {
		return err
	}
	if e.derive == nil {
		return unsupportedError{what: e.scheme + " of a PKCS#12 file"}
	}
	plain, err := e.open(p.password)
	if errors.Is(err, errPasswordWrong) {
		return p.refused()
	}
	if err != nil {
		return asStoreError(err)
	}
	if err := p.readBags(plain, 0); err != nil {
		// Without a MAC a wrong password can leave padding that looks right.
		return p.refused()
	}
	return nil
}

// readImplicitString reads a [0] IMPLICIT OCTET STRING, in one piece or, as BER
// allows, in segments.
func readImplicitString(in, out *cryptobyte.String) bool {
	tag := cbasn1.Tag(0).ContextSpecific()
	if in.PeekASN1Tag(tag) {
		return in.ReadASN1(out, tag)
	}
	var segments, segment cryptobyte.String
	if !in.ReadASN1(&segments, tag.Constructed()) {
		return false
	}
	for !segments.Empty() {
		if !segments.ReadASN1(&segment, cbasn1.OCTET_STRING) {
			return false
		}
		*out = append(*out, segment...)
	}
	return true
}

// readBags reads a SafeContents.
func (p *pfx) readBags(content []byte, depth int) error {
	s := cryptobyte.String(content)
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || depth > maxBERDepth {
		return errPKCS12
	}
	for !s.Empty() {
		var bag, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !s.ReadASN1(&bag, cbasn1.SEQUENCE) || !bag.ReadASN1ObjectIdentifier(&oid) ||
			!bag.ReadASN1(&value, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
			len(p.certificates)+len(p.keys) >= maxEntries {
			return errPKCS12
		}
		switch {
		case oid.Equal(oidCertBag):
			var kind asn1.ObjectIdentifier
			if !value.ReadASN1(&value, cbasn1.SEQUENCE) || !value.ReadASN1ObjectIdentifier(&kind) ||
				!value.ReadASN1(&value, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
				!value.ReadASN1(&value, cbasn1.OCTET_STRING) {
				return errPKCS12
			}
			if kind.Equal(oidX509) {
				p.certificates = append(p.certificates, value)
			}
		case oid.Equal(oidKeyBag):
			p.keys = append(p.keys, storedKey{open: func(string) (privateKey, error) { return parsePlainKey(value) }})
		case oid.Equal(oidShroudedBag):
			p.keys = append(p.keys, p.shrouded(value))
		case oid.Equal(oidNestedBag):
			if err := p.readBags(value, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// shrouded is the key of a pkcs8ShroudedKeyBag.
func (p *pfx) shrouded(der []byte) storedKey {
	k := storedKey{encrypted: true}
	e, err := parseEncryption(der)
	if e != nil {
		k.scheme = e.scheme
	}
	if err == nil {
		err = p.spend(e.iterations)
	}
	k.open = func(password string) (privateKey, error) {
		if err != nil {
			return privateKey{}, err
		}
		return e.openKey(password)
	}
	return k
}

// asStoreError makes of an error about a key one about the file.
func asStoreError(err error) error {
	if errors.Is(err, errNotKey) {
		return errPKCS12
	}
	return fmt.Errorf("the certificates: %w", err)
}
