package keyfile

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// pbes1 is a scheme of PBES1 (RFC 8018 section 6.1, PBKDF1) or of PKCS#12 (RFC
// 7292 appendix C).
type pbes1 struct {
	name   string
	hash   func() hash.Hash
	cipher cipherInfo
	pkcs12 bool
}

// pbes1Schemes are those that OpenSSL writes, by OID.
var pbes1Schemes = map[string]pbes1{
	"1.2.840.113549.1.5.3":    {"PBE-MD5-DES", md5.New, singleDES, false},
	"1.2.840.113549.1.5.6":    {"PBE-MD5-RC2-64", md5.New, rc2Info(8), false},
	"1.2.840.113549.1.5.10":   {"PBE-SHA1-DES", sha1.New, singleDES, false},
	"1.2.840.113549.1.5.11":   {"PBE-SHA1-RC2-64", sha1.New, rc2Info(8), false},
	"1.2.840.113549.1.12.1.1": {"PBE-SHA1-RC4-128", sha1.New, rc4Info(16), true},
	"1.2.840.113549.1.12.1.2": {"PBE-SHA1-RC4-40", sha1.New, rc4Info(5), true},
	"1.2.840.113549.1.12.1.3": {"PBE-SHA1-3DES", sha1.New, tripleDES, true},
	"1.2.840.113549.1.12.1.4": {"PBE-SHA1-2DES", sha1.New, doubleDES, true},
	"1.2.840.113549.1.12.1.5": {"PBE-SHA1-RC2-128", sha1.New, rc2Info(16), true},
	"1.2.840.113549.1.12.1.6": {"PBE-SHA1-RC2-40", sha1.New, rc2Info(5), true},
}

// readPBES1 reads the parameters of a scheme before PBES2.
func (e *encryption) readPBES1(oid asn1.ObjectIdentifier, s cryptobyte.String) error {
	scheme, ok := pbes1Schemes[oid.String()]
	if !ok {
		return unsupportedError{what: "scheme " + oid.String()}
	}
	var salt cryptobyte.String
	if !s.ReadASN1(&s, cbasn1.SEQUENCE) || !s.ReadASN1(&salt, cbasn1.OCTET_STRING) ||
		!s.ReadASN1Integer(&e.iterations) || e.iterations <= 0 {
		return errNotKey
	}
	if e.iterations > maxIterations {
		return unsupportedError{what: fmt.Sprintf("%d rounds of key derivation", e.iterations)}
	}
	e.scheme, e.cipher = "PBES1 ("+scheme.name+")", scheme.cipher
	e.derive = scheme.derivation(salt, e.iterations)
	return e.checkData()
}

func (p pbes1) derivation(salt []byte, iterations int) derivation {
	return func(password string, keySize, ivSize int) (key, iv []byte, err error) {
		if p.pkcs12 {
			secret := bmpString(password)
			return pkcs12KDF(p.hash, secret, salt, iterations, purposeKey, keySize),
				pkcs12KDF(p.hash, secret, salt, iterations, purposeIV, ivSize), nil
		}
		// PBKDF1 (RFC 8018 section 5.1): one digest holds key and IV.
		sum := digest(p.hash(), []byte(password), salt)
		for range iterations - 1 {
			sum = digest(p.hash(), sum)
		}
		return sum[:keySize], sum[keySize : keySize+ivSize], nil
	}
}

func digest(h hash.Hash, parts ...[]byte) []byte {
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// The purposes of the derivation of RFC 7292 appendix B.3.
const (
	purposeKey = 1
	purposeIV  = 2
	purposeMAC = 3
)

// bmpString is a password as PKCS#12 hashes it: UTF-16 in network order, with a
// zero at its end (RFC 7292 appendix B.1).
func bmpString(password string) []byte {
	var out []byte
	for _, unit := range append(utf16.Encode([]rune(password)), 0) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return out
}

// pkcs12KDF derives size bytes (RFC 7292 appendix B.2).
func pkcs12KDF(newHash func() hash.Hash, password, salt []byte, iterations int, purpose byte, size int) []byte {
	h := newHash()
	v := h.BlockSize()
	// fill repeats b to a multiple of the hash's block size.
	fill := func(b []byte) []byte {
		if len(b) == 0 {
			return nil
		}
		size := (len(b) + v - 1) / v * v
		return slices.Repeat(b, (size+len(b)-1)/len(b))[:size]
	}
	d := slices.Repeat([]byte{purpose}, v)
	i := append(fill(salt), fill(password)...)
	var out []byte
	one, modulus := big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), uint(v*8))
	for {
		a := digest(newHash(), d, i)
		for range iterations - 1 {
			a = digest(newHash(), a)
		}
		out = append(out, a...)
		if len(out) >= size {
			return out[:size]
		}
		b := new(big.Int).SetBytes(slices.Repeat(a, (v+len(a)-1)/len(a))[:v])
		b.Add(b, one)
		for at := 0; at < len(i); at += v {
			part := new(big.Int).SetBytes(i[at : at+v])
			part.Add(part, b).Mod(part, modulus).FillBytes(i[at : at+v])
		}
	}
}

// parseDEKInfo reads the encryption of RFC 1421 headers as OpenSSL writes them:
// the key is made of the password and the first eight bytes of the IV by one
// round of MD5 (EVP_BytesToKey).
func parseDEKInfo(value string, data []byte) (*encryption, error) {
	name, text, _ := strings.Cut(value, ",")
	name = strings.ToUpper(strings.TrimSpace(name))
	c, ok := ciphersByName[name]
	if !ok {
		if name == "" {
			return nil, errNotKey
		}
		return nil, unsupportedError{"cipher " + cipherText(name), strings.HasPrefix(name, "CAMELLIA-") || strings.HasPrefix(name, "ARIA-")}
	}
	iv, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(iv) != c.blockSize {
		return nil, errNotKey
	}
	e := &encryption{
		scheme: "DEK-Info (" + name + ")", cipher: c, iv: iv, data: data,
		goReads: c.inGo || c.name == singleDES.name,
		derive: func(password string, keySize, _ int) (key, _ []byte, err error) {
			var sum []byte
			for len(key) < keySize {
				sum = digest(md5.New(), sum, []byte(password), iv[:8])
				key = append(key, sum...)
			}
			return key[:keySize], nil, nil
		},
	}
	return e, e.checkData()
}

// cipherText is a cipher's name from a header, as far as it can be one.
func cipherText(name string) string {
	if len(name) > 32 || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return "of a name that is not known"
	}
	return name
}
