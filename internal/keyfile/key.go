package keyfile

import (
	"crypto"
	"crypto/cipher"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/youmark/pkcs8"
)

var (
	errPasswordRequired = errors.New("encrypted")
	errPasswordWrong    = errors.New("password is wrong")
	errNotKey           = errors.New("content is not a private key")
)

// privateKey reads a key in any of the forms that PEM files have: PKCS#1, SEC 1
// and PKCS#8, in clear, or encrypted by RFC 1421 headers or PKCS#8. Errors hold
// nothing of the key.
func (b *block) privateKey(password string) (crypto.Signer, error) {
	der := b.der
	_, encrypted := b.headers["DEK-Info"]
	encrypted = encrypted || strings.Contains(b.headers["Proc-Type"], "ENCRYPTED")
	if (encrypted || b.label == "ENCRYPTED PRIVATE KEY") && password == "" {
		return nil, errPasswordRequired
	}
	if b.label == "ENCRYPTED PRIVATE KEY" {
		return decryptPKCS8(der, password)
	}
	if encrypted {
		block := &pem.Block{Type: b.label, Headers: b.headers, Bytes: der}
		//lint:ignore SA1019 deprecated because the encryption is weak; the files exist all the same
		plain, err := x509.DecryptPEMBlock(block, []byte(password))
		if errors.Is(err, x509.IncorrectPasswordError) {
			return nil, errPasswordWrong
		}
		if err != nil {
			return nil, errors.New("encrypted in a way that is not supported")
		}
		key, err := parsePlainKey(plain)
		if err != nil {
			// One wrong password in 256 leaves padding that looks right.
			return nil, errPasswordWrong
		}
		return key, nil
	}
	return parsePlainKey(der)
}

// parsePlainKey tries the forms one after the other: labels are not always true.
func parsePlainKey(der []byte) (crypto.Signer, error) {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return asSigner(key)
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	return nil, errNotKey
}

func asSigner(key any) (crypto.Signer, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("key cannot sign")
	}
	return signer, nil
}

// decryptPKCS8 opens an EncryptedPrivateKeyInfo (RFC 5958 section 3).
func decryptPKCS8(der []byte, password string) (crypto.Signer, error) {
	params, err := parseEncryption(der)
	if err != nil {
		return nil, err
	}
	if !params.scrypt {
		return params.decrypt(password)
	}
	key, _, err := pkcs8.ParsePrivateKey(der, []byte(password))
	if err != nil {
		return nil, errPasswordWrong
	}
	return asSigner(key)
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

// decrypt opens a key encrypted by way of PBKDF2. The pkcs8 library knows two of
// its pseudo-random functions only.
func (p *encryption) decrypt(password string) (crypto.Signer, error) {
	key, err := p.derive(password)
	if err != nil {
		return nil, err
	}
	block, err := p.newCipher(key)
	if err != nil {
		return nil, errNotSupported
	}
	plain := make([]byte, len(p.data))
	cipher.NewCBCDecrypter(block, p.iv).CryptBlocks(plain, p.data)
	der, ok := unpad(plain, block.BlockSize())
	if !ok {
		return nil, errPasswordWrong
	}
	signer, err := parsePlainKey(der)
	if err != nil {
		return nil, errPasswordWrong
	}
	return signer, nil
}
