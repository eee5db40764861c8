package keyfile

import (
	"crypto/cipher"
	"encoding/asn1"
	"errors"
	"fmt"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Bounds on key derivation. OpenSSL writes 2048 rounds by default; a file that
// asks for thousands of times that is broken or hostile.
const (
	maxIterations   = 10_000_000
	maxScryptMemory = 256 << 20
	maxScryptWork   = 1 << 30 // bytes filled, in all lanes
	maxScryptLanes  = 64
)

// unsupportedError is an encryption that is understood and not supported; its
// text names it.
type unsupportedError struct {
	what string
	// openSSL is whether OpenSSL, and with it most drivers, reads it all the same.
	openSSL bool
}

func (e unsupportedError) Error() string {
	return "it is encrypted in a way that is not supported here: " + e.what
}

// legacyError is an encryption that was opened, and that today's libraries do not
// open.
type legacyError struct{ scheme string }

func (e legacyError) Error() string {
	return "it is encrypted by " + e.scheme + ", which OpenSSL does not open since 3.0, nor the Go driver"
}

// outdated is a legacyError if the encryption is of that kind; nil otherwise.
func (e *encryption) outdated() error {
	if e == nil || !e.cipher.legacy {
		return nil
	}
	return legacyError{e.scheme}
}

// encryption is how data is encrypted with a password: PBES1 and PBES2 (RFC 8018
// section 6), the schemes of PKCS#12 (RFC 7292 appendix C), or DEK-Info (RFC 1421).
type encryption struct {
	// scheme is its name for people: "PBES2 (PBKDF2 with HMAC-SHA256,
	// AES-256-CBC)".
	scheme string
	// goReads is whether the library of the Go driver reads it.
	goReads bool
	derive  derivation
	cipher  cipherInfo
	iv      []byte
	data    []byte
	// sealed is the whole structure where scrypt is left to the pkcs8 library.
	sealed []byte
	// iterations of the key derivation; the fuzzer bounds them.
	iterations int
}

// derivation makes key and, where the scheme does not carry one, iv of a password.
type derivation func(password string, keySize, ivSize int) (key, iv []byte, err error)

// The algorithms of PBES2.
var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
)

// parseEncryption reads an EncryptedPrivateKeyInfo (RFC 5958 section 3) and
// checks everything that decryption takes for granted.
func parseEncryption(der []byte) (*encryption, error) {
	s := cryptobyte.String(der)
	var algorithm, data cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!s.ReadASN1(&data, cbasn1.OCTET_STRING) {
		return nil, errNotKey
	}
	e, err := parseScheme(algorithm, data)
	if e != nil {
		e.sealed = der
	}
	return e, err
}

// parseScheme reads an AlgorithmIdentifier of password-based encryption, with
// what it encrypts.
func parseScheme(algorithm cryptobyte.String, data []byte) (*encryption, error) {
	var oid asn1.ObjectIdentifier
	if !algorithm.ReadASN1ObjectIdentifier(&oid) {
		return nil, errNotKey
	}
	e := &encryption{data: data}
	if !oid.Equal(oidPBES2) {
		return e, e.readPBES1(oid, algorithm)
	}
	var kdf, scheme cryptobyte.String
	if !algorithm.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!algorithm.ReadASN1(&kdf, cbasn1.SEQUENCE) || !algorithm.ReadASN1(&scheme, cbasn1.SEQUENCE) {
		return nil, errNotKey
	}
	if err := e.readScheme(scheme); err != nil {
		return nil, err
	}
	return e, e.readKDF(kdf)
}

// readScheme reads the cipher of PBES2 and its initialization vector.
func (e *encryption) readScheme(s cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	var iv cryptobyte.String
	if !s.ReadASN1ObjectIdentifier(&oid) {
		return errNotKey
	}
	c, ok := ciphersByOID[oid.String()]
	if !ok {
		return otherCipher(oid.String())
	}
	if c.name == "RC2-CBC" {
		// RC2-CBC-Parameter (RFC 8018 appendix B.2.3).
		var version int
		if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1Integer(&version) {
			return errNotKey
		}
		size, ok := rc2Sizes[version]
		if !ok {
			return unsupportedError{what: fmt.Sprintf("RC2 of version %d", version)}
		}
		c = rc2Info(size)
	}
	if !s.ReadASN1(&iv, cbasn1.OCTET_STRING) || len(iv) != c.blockSize {
		return errNotKey
	}
	e.cipher, e.iv = c, iv
	return e.checkData()
}

// checkData holds the data to the cipher's block size.
func (e *encryption) checkData() error {
	if len(e.data) == 0 || e.cipher.blockSize > 0 && len(e.data)%e.cipher.blockSize != 0 {
		return errNotKey
	}
	return nil
}

func (e *encryption) readKDF(s cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	var params, salt cryptobyte.String
	if !s.ReadASN1ObjectIdentifier(&oid) || !s.ReadASN1(&params, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return errNotKey
	}
	switch {
	case oid.Equal(oidScrypt):
		return e.readScrypt(params)
	case oid.Equal(oidPBKDF2):
		return e.readPBKDF2(params, salt)
	}
	return unsupportedError{what: "key derivation " + oid.String()}
}

func (e *encryption) readScrypt(params cryptobyte.String) error {
	var cost, size, lanes int
	if !params.ReadASN1Integer(&cost) || !params.ReadASN1Integer(&size) || !params.ReadASN1Integer(&lanes) ||
		cost <= 1 || size <= 0 || lanes <= 0 {
		return errNotKey
	}
	if lanes > maxScryptLanes || size > maxScryptMemory/128 || cost > maxScryptMemory/128/size ||
		cost*size*lanes > maxScryptWork/128 {
		return unsupportedError{what: "scrypt parameters are too large"}
	}
	e.scheme = fmt.Sprintf("PBES2 (scrypt, %s)", e.cipher.name)
	e.goReads = e.cipher.inGo
	e.iterations = cost
	if !e.cipher.inGo {
		return unsupportedError{what: "scrypt with " + e.cipher.name}
	}
	return nil
}

func (e *encryption) readPBKDF2(params cryptobyte.String, salt []byte) error {
	if !params.ReadASN1Integer(&e.iterations) || e.iterations <= 0 {
		return errNotKey
	}
	if e.iterations > maxIterations {
		return unsupportedError{what: fmt.Sprintf("%d rounds of key derivation", e.iterations)}
	}
	if !params.SkipOptionalASN1(cbasn1.INTEGER) { // keyLength
		return errNotKey
	}
	prf := prfs["1.2.840.113549.2.7"]
	if !params.Empty() {
		var algorithm cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !params.ReadASN1(&algorithm, cbasn1.SEQUENCE) || !algorithm.ReadASN1ObjectIdentifier(&oid) {
			return errNotKey
		}
		known := false
		if prf, known = prfs[oid.String()]; !known {
			return unsupportedError{what: "pseudo-random function " + oid.String()}
		}
	}
	e.scheme = fmt.Sprintf("PBES2 (PBKDF2 with %s, %s)", prf.name, e.cipher.name)
	e.goReads = e.cipher.inGo && prf.inGo
	e.derive = prf.pbkdf2(salt, e.iterations)
	return nil
}

// open decrypts and removes the padding. A password that gives no padding is
// wrong; one that does may be wrong all the same.
func (e *encryption) open(password string) ([]byte, error) {
	key, iv, err := e.derive(password, e.cipher.keySize, e.cipher.blockSize)
	if err != nil {
		return nil, err
	}
	if e.iv != nil {
		iv = e.iv
	}
	if e.cipher.stream != nil {
		return e.cipher.stream(key, e.data)
	}
	b, err := e.cipher.open(key)
	if err != nil {
		return nil, errNotKey
	}
	plain := make([]byte, len(e.data))
	cipher.NewCBCDecrypter(b, iv).CryptBlocks(plain, e.data)
	plain, ok := unpad(plain, b.BlockSize())
	if !ok {
		return nil, errPasswordWrong
	}
	return plain, nil
}

// openKey decrypts a private key.
func (e *encryption) openKey(password string) (privateKey, error) {
	if len(e.data) > maxKey {
		return privateKey{}, errKeyTooLarge
	}
	if e.derive == nil {
		key, _, err := pkcs8.ParsePrivateKey(e.sealed, []byte(password))
		if err != nil {
			return privateKey{}, errPasswordWrong
		}
		return asPrivateKey(key)
	}
	der, err := e.open(password)
	if err != nil {
		return privateKey{}, err
	}
	key, err := parsePlainKey(der)
	if errors.Is(err, errNotKey) {
		// One wrong password in 256 leaves padding that looks right.
		return privateKey{}, errPasswordWrong
	}
	return key, err
}

// unpad removes the padding of PKCS#7 (RFC 8018 section 6.1.1).
func unpad(plain []byte, blockSize int) ([]byte, bool) {
	if len(plain) == 0 {
		return nil, false
	}
	n := int(plain[len(plain)-1])
	if n == 0 || n > blockSize || n > len(plain) {
		return nil, false
	}
	for _, b := range plain[len(plain)-n:] {
		if int(b) != n {
			return nil, false
		}
	}
	return plain[:len(plain)-n], true
}
