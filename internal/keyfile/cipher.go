package keyfile

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rc4"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// cipherInfo is a cipher in CBC mode, or a stream cipher.
type cipherInfo struct {
	name      string
	keySize   int
	blockSize int // 0 of a stream cipher
	open      func(key []byte) (cipher.Block, error)
	stream    func(key, data []byte) ([]byte, error)
	// inGo is whether the library of the Go driver has it in PBES2.
	inGo bool
	// legacy is whether OpenSSL has it since 3.0 only in its legacy provider,
	// which no driver loads. Measured with Node 20 and OpenSSL 3.0.
	legacy bool
}

// The ciphers that are read.
var (
	aes128    = cipherInfo{name: "AES-128-CBC", keySize: 16, blockSize: aes.BlockSize, open: aes.NewCipher, inGo: true}
	aes192    = cipherInfo{name: "AES-192-CBC", keySize: 24, blockSize: aes.BlockSize, open: aes.NewCipher, inGo: true}
	aes256    = cipherInfo{name: "AES-256-CBC", keySize: 32, blockSize: aes.BlockSize, open: aes.NewCipher, inGo: true}
	tripleDES = cipherInfo{name: "DES-EDE3-CBC", keySize: 24, blockSize: des.BlockSize, open: des.NewTripleDESCipher, inGo: true}
	doubleDES = cipherInfo{name: "DES-EDE-CBC", keySize: 16, blockSize: des.BlockSize, open: newDoubleDES}
	singleDES = cipherInfo{name: "DES-CBC", keySize: 8, blockSize: des.BlockSize, open: des.NewCipher, legacy: true}
)

// ciphersByOID are those of PBES2.
var ciphersByOID = map[string]cipherInfo{
	"2.16.840.1.101.3.4.1.2":  aes128,
	"2.16.840.1.101.3.4.1.22": aes192,
	"2.16.840.1.101.3.4.1.42": aes256,
	"1.2.840.113549.3.7":      tripleDES,
	"1.3.14.3.2.7":            singleDES,
	"1.2.840.113549.3.2":      rc2Info(16),
}

// ciphersByName are those of DEK-Info (RFC 1421 section 4.6.1.3, with OpenSSL's
// names).
var ciphersByName = map[string]cipherInfo{
	"DES-CBC":      singleDES,
	"DES-EDE3-CBC": tripleDES,
	"DES-EDE-CBC":  doubleDES,
	"AES-128-CBC":  aes128,
	"AES-192-CBC":  aes192,
	"AES-256-CBC":  aes256,
	"RC2-CBC":      rc2Info(16),
	"RC2-64-CBC":   rc2Info(8),
	"RC2-40-CBC":   rc2Info(5),
}

// otherCiphers are ciphers that OpenSSL can be told to write and that are not
// read here. The value says whether OpenSSL reads them since 3.0, too, without its
// legacy provider.
var otherCiphers = map[string]struct {
	name    string
	openSSL bool
}{
	"1.2.392.200011.61.1.1.1.2": {"Camellia-128-CBC", true},
	"1.2.392.200011.61.1.1.1.3": {"Camellia-192-CBC", true},
	"1.2.392.200011.61.1.1.1.4": {"Camellia-256-CBC", true},
	"1.2.410.200046.1.1.2":      {"ARIA-128-CBC", true},
	"1.2.410.200046.1.1.7":      {"ARIA-192-CBC", true},
	"1.2.410.200046.1.1.12":     {"ARIA-256-CBC", true},
	"1.2.156.10197.1.104.2":     {"SM4-CBC", true},
	"2.16.840.1.101.3.4.1.4":    {"AES-128-CFB", true},
	"2.16.840.1.101.3.4.1.24":   {"AES-192-CFB", true},
	"2.16.840.1.101.3.4.1.44":   {"AES-256-CFB", true},
	"2.16.840.1.101.3.4.1.3":    {"AES-128-OFB", true},
	"2.16.840.1.101.3.4.1.23":   {"AES-192-OFB", true},
	"2.16.840.1.101.3.4.1.43":   {"AES-256-OFB", true},
	"1.2.410.200004.1.4":        {"SEED-CBC", false},
	"1.3.6.1.4.1.3029.1.2":      {"Blowfish-CBC", false},
	"1.2.840.113533.7.66.10":    {"CAST5-CBC", false},
	"1.3.6.1.4.1.188.7.1.1.2":   {"IDEA-CBC", false},
	"2.16.840.1.101.3.4.1.6":    {"AES-128-GCM", false},
	"2.16.840.1.101.3.4.1.26":   {"AES-192-GCM", false},
	"2.16.840.1.101.3.4.1.46":   {"AES-256-GCM", false},
}

// otherCipher is the error for a cipher that is not read here.
func otherCipher(oid string) unsupportedError {
	c, ok := otherCiphers[oid]
	if !ok {
		return unsupportedError{what: "cipher " + oid}
	}
	return unsupportedError{"cipher " + c.name, c.openSSL}
}

// newDoubleDES is triple DES of two keys, the first of which is used twice.
func newDoubleDES(key []byte) (cipher.Block, error) {
	return des.NewTripleDESCipher(append(key[:16:16], key[:8]...))
}

// rc4Info is RC4 with a key of so many bytes.
func rc4Info(keySize int) cipherInfo {
	return cipherInfo{name: "RC4", keySize: keySize, legacy: true, stream: func(key, data []byte) ([]byte, error) {
		c, err := rc4.NewCipher(key)
		if err != nil {
			return nil, err
		}
		plain := make([]byte, len(data))
		c.XORKeyStream(plain, data)
		return plain, nil
	}}
}

// rc2Sizes are the key sizes in bytes that the version of an RC2-CBC-Parameter
// stands for (RFC 8018 appendix B.2.3).
var rc2Sizes = map[int]int{160: 5, 120: 8, 58: 16}

// rc2Info is RC2 with a key, and effective key, of so many bytes.
func rc2Info(keySize int) cipherInfo {
	return cipherInfo{name: "RC2-CBC", keySize: keySize, blockSize: 8, open: newRC2, legacy: true}
}

// prf is a pseudo-random function of PBKDF2: an HMAC.
type prf struct {
	name string
	hash func() hash.Hash
	// inGo is whether the library of the Go driver has it.
	inGo bool
}

// prfs are the HMACs by OID, all that OpenSSL writes.
var prfs = map[string]prf{
	"1.2.840.113549.2.6":  {"HMAC-MD5", md5.New, false},
	"1.2.840.113549.2.7":  {"HMAC-SHA1", sha1.New, true},
	"1.2.840.113549.2.8":  {"HMAC-SHA224", sha256.New224, false},
	"1.2.840.113549.2.9":  {"HMAC-SHA256", sha256.New, true},
	"1.2.840.113549.2.10": {"HMAC-SHA384", sha512.New384, false},
	"1.2.840.113549.2.11": {"HMAC-SHA512", sha512.New, false},
	"1.2.840.113549.2.12": {"HMAC-SHA512-224", sha512.New512_224, false},
	"1.2.840.113549.2.13": {"HMAC-SHA512-256", sha512.New512_256, false},
}

func (p prf) pbkdf2(salt []byte, iterations int) derivation {
	return func(password string, keySize, _ int) (key, iv []byte, err error) {
		key, err = pbkdf2.Key(p.hash, password, salt, iterations, keySize)
		return key, nil, err
	}
}
