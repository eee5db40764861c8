package keyfile

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Bounds on key derivation. OpenSSL writes 2048 rounds by default; a file that
// asks for a thousand times that is broken or hostile.
const (
	maxIterations   = 3_000_000
	maxScryptMemory = 256 << 20
	maxScryptLanes  = 64
)

var errNotSupported = errors.New("encrypted in a way that is not supported")

// encryption are the parameters of PBES2 (RFC 8018 section 6.2).
type encryption struct {
	scrypt     bool
	salt       []byte
	iterations int
	prf        func() hash.Hash // nil with scrypt
	newCipher  func([]byte) (cipher.Block, error)
	keySize    int
	iv         []byte
	data       []byte
}

// The algorithms of PBES2.
var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
)

// prfs are the HMACs of PBKDF2 by OID. Drivers on OpenSSL know them all; the Go
// driver only the first two.
var prfs = map[string]func() hash.Hash{
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.8":  sha256.New224,
	"1.2.840.113549.2.10": sha512.New384,
	"1.2.840.113549.2.11": sha512.New,
}

var ciphers = map[string]struct {
	open    func([]byte) (cipher.Block, error)
	keySize int
}{
	"2.16.840.1.101.3.4.1.2":  {aes.NewCipher, 16},
	"2.16.840.1.101.3.4.1.22": {aes.NewCipher, 24},
	"2.16.840.1.101.3.4.1.42": {aes.NewCipher, 32},
	"1.2.840.113549.3.7":      {des.NewTripleDESCipher, 24},
}

// parseEncryption reads an EncryptedPrivateKeyInfo and checks everything that
// decryption takes for granted.
func parseEncryption(der []byte) (*encryption, error) {
	s := cryptobyte.String(der)
	var algorithm, data, kdf, scheme cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!s.ReadASN1(&data, cbasn1.OCTET_STRING) || !algorithm.ReadASN1ObjectIdentifier(&oid) {
		return nil, errNotKey
	}
	if !oid.Equal(oidPBES2) {
		return nil, fmt.Errorf("%w (PKCS#5 version 1.5 or PKCS#12 encryption)", errNotSupported)
	}
	if !algorithm.ReadASN1(&algorithm, cbasn1.SEQUENCE) ||
		!algorithm.ReadASN1(&kdf, cbasn1.SEQUENCE) || !algorithm.ReadASN1(&scheme, cbasn1.SEQUENCE) {
		return nil, errNotKey
	}
	e := &encryption{data: data}
	if err := e.readScheme(scheme); err != nil {
		return nil, err
	}
	return e, e.readKDF(kdf)
}

func (e *encryption) readScheme(s cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	var iv cryptobyte.String
	if !s.ReadASN1ObjectIdentifier(&oid) {
		return errNotKey
	}
	c, ok := ciphers[oid.String()]
	if !ok {
		return fmt.Errorf("%w (cipher %s)", errNotSupported, oid)
	}
	block, err := c.open(make([]byte, c.keySize))
	if err != nil || !s.ReadASN1(&iv, cbasn1.OCTET_STRING) ||
		len(iv) != block.BlockSize() || len(e.data) == 0 || len(e.data)%block.BlockSize() != 0 {
		return errNotKey
	}
	e.newCipher, e.keySize, e.iv = c.open, c.keySize, iv
	return nil
}

func (e *encryption) readKDF(s cryptobyte.String) error {
	var oid asn1.ObjectIdentifier
	var params, salt cryptobyte.String
	if !s.ReadASN1ObjectIdentifier(&oid) || !s.ReadASN1(&params, cbasn1.SEQUENCE) ||
		!params.ReadASN1(&salt, cbasn1.OCTET_STRING) {
		return errNotKey
	}
	e.salt = salt
	switch {
	case oid.Equal(oidScrypt):
		var cost, size, lanes int
		if !params.ReadASN1Integer(&cost) || !params.ReadASN1Integer(&size) || !params.ReadASN1Integer(&lanes) ||
			cost <= 1 || size <= 0 || lanes <= 0 {
			return errNotKey
		}
		if lanes > maxScryptLanes || size > maxScryptMemory/128 || cost > maxScryptMemory/128/size {
			return fmt.Errorf("%w (scrypt parameters are too large)", errNotSupported)
		}
		e.scrypt = true
		return nil
	case oid.Equal(oidPBKDF2):
		return e.readPBKDF2(params)
	}
	return fmt.Errorf("%w (key derivation %s)", errNotSupported, oid)
}

func (e *encryption) readPBKDF2(params cryptobyte.String) error {
	if !params.ReadASN1Integer(&e.iterations) || e.iterations <= 0 {
		return errNotKey
	}
	if e.iterations > maxIterations {
		return fmt.Errorf("%w (%d rounds of key derivation)", errNotSupported, e.iterations)
	}
	if !params.SkipOptionalASN1(cbasn1.INTEGER) { // keyLength
		return errNotKey
	}
	e.prf = sha1.New
	if params.Empty() {
		return nil
	}
	var prf cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !params.ReadASN1(&prf, cbasn1.SEQUENCE) || !prf.ReadASN1ObjectIdentifier(&oid) {
		return errNotKey
	}
	h, ok := prfs[oid.String()]
	if !ok {
		return fmt.Errorf("%w (pseudo-random function %s)", errNotSupported, oid)
	}
	e.prf = h
	return nil
}

func (e *encryption) derive(password string) ([]byte, error) {
	key, err := pbkdf2.Key(e.prf, password, e.salt, e.iterations, e.keySize)
	if err != nil {
		return nil, errNotSupported
	}
	return key, nil
}
