package keyfile

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/asn1"
	"errors"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// store is what a PKCS#12 file or a Java key store holds.
type store struct {
	// certificates are in the order of the file, DER.
	certificates [][]byte
	// keys are the private keys, encrypted or not.
	keys []storedKey
	// problem is why not all of it could be read; nil if it could.
	problem error
}

// storedKey is a private key in a store.
type storedKey struct {
	encrypted bool
	// scheme is as of encryption; empty if it is in clear.
	scheme string
	open   func(password string) (privateKey, error)
}

// maxEntries bounds the entries of a store.
const maxEntries = 10000

var errStore = errors.New("the store is cut off or damaged")

// parseJKS reads a Java key store (JKS, and JCEKS as far as it is the same). The
// certificates are in clear there; only keys need the password.
func parseJKS(data []byte) store {
	var s store
	const digestSize = sha1.Size
	if len(data) < 12+digestSize {
		s.problem = errStore
		return s
	}
	in := cryptobyte.String(data[:len(data)-digestSize])
	var magic, version, count uint32
	in.ReadUint32(&magic)
	in.ReadUint32(&version)
	in.ReadUint32(&count)
	if version != 1 && version != 2 || count > maxEntries {
		s.problem = errStore
		return s
	}
	for range count {
		if !s.readEntry(&in, version) {
			s.problem = errStore
			return s
		}
	}
	return s
}

// The tags of entries. A secret key, which JCEKS knows, is a serialized Java
// object of no stated length.
const (
	jksKey         = 1
	jksCertificate = 2
)

func (s *store) readEntry(in *cryptobyte.String, version uint32) bool {
	var tag uint32
	var alias cryptobyte.String
	var created uint64
	if !in.ReadUint32(&tag) || !in.ReadUint16LengthPrefixed(&alias) || !in.ReadUint64(&created) {
		return false
	}
	switch tag {
	case jksCertificate:
		return s.readCertificate(in, version)
	case jksKey:
		var sealed cryptobyte.String
		var chain uint32
		if !readUint32Prefixed(in, &sealed) || !in.ReadUint32(&chain) {
			return false
		}
		s.keys = append(s.keys, jksStoredKey(sealed))
		for range chain {
			if !s.readCertificate(in, version) {
				return false
			}
		}
		return true
	}
	return false
}

func (s *store) readCertificate(in *cryptobyte.String, version uint32) bool {
	var kind, der cryptobyte.String
	if version == 2 && !in.ReadUint16LengthPrefixed(&kind) {
		return false
	}
	if !readUint32Prefixed(in, &der) || len(s.certificates) >= maxEntries {
		return false
	}
	s.certificates = append(s.certificates, der)
	return true
}

func readUint32Prefixed(in, out *cryptobyte.String) bool {
	var size uint32
	return in.ReadUint32(&size) && int64(size) <= int64(len(*in)) && in.ReadBytes((*[]byte)(out), int(size))
}

// oidJavaKeyProtector is the encryption of keys in JKS.
var oidJavaKeyProtector = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 42, 2, 17, 1, 1}

// jksStoredKey reads the EncryptedPrivateKeyInfo of an entry.
func jksStoredKey(der []byte) storedKey {
	k := storedKey{encrypted: true, scheme: "the key store's own scheme"}
	s := cryptobyte.String(der)
	var algorithm, sealed cryptobyte.String
	var oid asn1.ObjectIdentifier
	ok := s.ReadASN1(&s, cbasn1.SEQUENCE) && s.ReadASN1(&algorithm, cbasn1.SEQUENCE) &&
		algorithm.ReadASN1ObjectIdentifier(&oid) && s.ReadASN1(&sealed, cbasn1.OCTET_STRING)
	k.open = func(password string) (privateKey, error) {
		switch {
		case !ok:
			return privateKey{}, errNotKey
		case !oid.Equal(oidJavaKeyProtector):
			return privateKey{}, unsupportedError{what: "the Java key store's scheme " + oid.String()}
		case password == "":
			return privateKey{}, errPasswordRequired
		}
		return openJKSKey(sealed, password)
	}
	return k
}

// openJKSKey undoes the key protector of the JDK: the key is XORed with a stream
// of SHA-1 digests that begins with the salt, and followed by a digest of
// password and key.
func openJKSKey(sealed []byte, password string) (privateKey, error) {
	if len(sealed) < 2*sha1.Size {
		return privateKey{}, errNotKey
	}
	var secret []byte
	for _, unit := range utf16.Encode([]rune(password)) {
		secret = append(secret, byte(unit>>8), byte(unit))
	}
	salt := sealed[:sha1.Size]
	body := sealed[sha1.Size : len(sealed)-sha1.Size]
	plain := make([]byte, len(body))
	stream := salt
	for at := 0; at < len(body); at += sha1.Size {
		stream = digest(sha1.New(), secret, stream)
		subtle.XORBytes(plain[at:], body[at:min(at+sha1.Size, len(body))], stream)
	}
	if subtle.ConstantTimeCompare(digest(sha1.New(), secret, plain), sealed[len(sealed)-sha1.Size:]) != 1 {
		return privateKey{}, errPasswordWrong
	}
	return parsePlainKey(plain)
}
