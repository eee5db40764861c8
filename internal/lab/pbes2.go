package lab

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/pem"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The parts of PBES2 that OpenSSL 3 uses (RFC 8018 appendix A and B).
var (
	oidPBES2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidHMACSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidAES256CBC  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
)

const pbkdf2Iterations = 2048

// encryptPKCS8 is a key in PKCS #8 as ENCRYPTED PRIVATE KEY (RFC 5958 section 3).
func encryptPKCS8(der []byte, password string) (*pem.Block, error) {
	salt, iv := make([]byte, 16), make([]byte, aes.BlockSize)
	padding := aes.BlockSize - len(der)%aes.BlockSize
	padded := append([]byte{}, der...)
	for range padding {
		padded = append(padded, byte(padding))
	}
	data := make([]byte, len(padded))
	// One wrong password in 256 is noticed by the content alone and not by the
	// padding, and clients word that otherwise. A case has to be always the same.
	for noticed := false; !noticed; {
		// It never fails.
		_, _ = rand.Read(salt)
		_, _ = rand.Read(iv)
		right, err := pbes2Cipher(password, salt)
		if err != nil {
			return nil, err
		}
		wrong, err := pbes2Cipher(wrongPassword, salt)
		if err != nil {
			return nil, err
		}
		cipher.NewCBCEncrypter(right, iv).CryptBlocks(data, padded)
		opened := make([]byte, len(data))
		cipher.NewCBCDecrypter(wrong, iv).CryptBlocks(opened, data)
		last := opened[len(opened)-1]
		noticed = last == 0 || last > aes.BlockSize
	}

	var b cryptobyte.Builder
	sequence := func(b *cryptobyte.Builder, f func(b *cryptobyte.Builder)) { b.AddASN1(cbasn1.SEQUENCE, f) }
	sequence(&b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidPBES2)
			sequence(b, func(b *cryptobyte.Builder) {
				sequence(b, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidPBKDF2)
					sequence(b, func(b *cryptobyte.Builder) {
						b.AddASN1OctetString(salt)
						b.AddASN1Int64(pbkdf2Iterations)
						sequence(b, func(b *cryptobyte.Builder) {
							b.AddASN1ObjectIdentifier(oidHMACSHA256)
							b.AddASN1NULL()
						})
					})
				})
				sequence(b, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidAES256CBC)
					b.AddASN1OctetString(iv)
				})
			})
		})
		b.AddASN1OctetString(data)
	})
	encoded, err := b.Bytes()
	return &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: encoded}, err
}

// pbes2Cipher is what a password encrypts with.
func pbes2Cipher(password string, salt []byte) (cipher.Block, error) {
	const keySize = 32
	key, err := pbkdf2.Key(sha256.New, password, salt, pbkdf2Iterations, keySize)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("encrypting a key: %w", err)
	}
	return block, nil
}
