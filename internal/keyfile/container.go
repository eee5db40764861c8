package keyfile

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// Format is what a file's content is, by its first bytes and not by its name.
type Format string

// The formats.
const (
	FormatPEM    Format = "PEM"
	FormatDER    Format = "DER"
	FormatPKCS12 Format = "PKCS#12"
	FormatPKCS7  Format = "PKCS#7"
	FormatJKS    Format = "JKS"
	FormatJCEKS  Format = "JCEKS"
	FormatUTF16  Format = "UTF-16"
	// FormatKeyFile is a replica set's keyFile (security.keyFile).
	FormatKeyFile Format = "keyFile"
	FormatPuTTY   Format = "PuTTY"
	// FormatBase64 is the text of a PEM block without BEGIN and END.
	FormatBase64  Format = "base64"
	FormatEmpty   Format = "empty"
	FormatUnknown Format = "unknown"
)

// container is what is told of a file that is not PEM.
type container struct {
	format     Format
	name, hint string
}

// formatOf recognises what a file is. The name and hint are for messages; FILE
// stands for the path.
func formatOf(data []byte) container {
	const (
		pkcs12Hint   = `convert it: "openssl pkcs12 -in FILE -out FILE.pem" (add -nokeys for a CA file)`
		keystoreHint = `convert it: "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12", then "openssl pkcs12 -in FILE.p12 -out FILE.pem"`
	)
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return container{FormatEmpty, "empty", ""}
	case bytes.HasPrefix(data, []byte{0xfe, 0xed, 0xfe, 0xed}):
		return container{FormatJKS, "a Java key store (JKS)", keystoreHint}
	case bytes.HasPrefix(data, []byte{0xce, 0xce, 0xce, 0xce}):
		return container{FormatJCEKS, "a Java key store (JCEKS)", keystoreHint}
	case isUTF16(data):
		return container{FormatUTF16, "text in UTF-16", "save it as ASCII or UTF-8; PowerShell's redirection writes UTF-16"}
	case len(blocks(data)) > 0:
		return container{FormatPEM, "PEM", ""}
	case isPKCS12(data):
		return container{FormatPKCS12, "a PKCS#12 file", pkcs12Hint}
	case isPKCS7(data):
		return container{FormatPKCS7, "a PKCS#7 file", `convert it: "openssl pkcs7 -inform DER -in FILE -print_certs -out FILE.pem"`}
	case bytes.HasPrefix(data, []byte("PuTTY-User-Key-File-")):
		return container{FormatPuTTY, "a PuTTY key", "it is a key for SSH; name the key that the certificate was requested with"}
	}
	if what, how := derContent(data); what != "" {
		return container{FormatDER, what + " in DER", fmt.Sprintf("convert it: \"openssl %s -inform DER -in FILE -out FILE.pem\"", how)}
	}
	if text := withoutBlanks(data); text != nil {
		if der, err := base64.StdEncoding.DecodeString(string(text)); err == nil {
			if what, _ := derContent(der); what != "" {
				return container{FormatBase64, what + " in base64 without its BEGIN and END lines",
					"put a line that says -----BEGIN CERTIFICATE----- before it and one that says -----END CERTIFICATE----- behind it (for a key: PRIVATE KEY)"}
			}
		}
	}
	if isReplicaSetKey(data) {
		return container{FormatKeyFile, "the keyFile of a replica set (security.keyFile), by its look",
			"that is a password which members share, and has nothing to do with TLS; name the PEM file with the certificate"}
	}
	return container{FormatUnknown, "", ""}
}

// notPEM reports whether the format is one that is named instead of being
// searched for PEM blocks.
func (c container) notPEM() bool {
	return c.format != FormatPEM && c.format != FormatUnknown && c.format != FormatEmpty
}

// derContent names what a DER file holds, and the openssl command that reads it.
func derContent(data []byte) (what, command string) {
	if _, err := certificate.Parse(data); err == nil {
		return "a certificate", "x509"
	}
	if _, err := parseCRL(data); err == nil {
		return "a CRL", "crl"
	}
	if _, err := parsePlainKey(data); err == nil || errors.Is(err, errKeyTooLarge) || keyAlgorithm(data) != "" {
		return "a private key", "pkey"
	}
	if _, err := parseEncryption(data); err == nil {
		return "an encrypted private key", "pkcs8"
	}
	return "", ""
}

// isUTF16 reports whether the text is UTF-16, with or without its byte order
// mark: ASCII has a zero in every other byte then.
func isUTF16(data []byte) bool {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return true
	}
	little, big := []byte("-\x00-\x00-\x00B\x00E\x00G\x00"), []byte("\x00-\x00-\x00-\x00B\x00E\x00G")
	return bytes.Contains(data, little) || bytes.Contains(data, big)
}

// withoutBlanks is text without white space, or nil if it has characters that
// are not of base64.
func withoutBlanks(data []byte) []byte {
	text := bytes.Join(bytes.Fields(data), nil)
	for _, c := range text {
		if c != '+' && c != '/' && c != '=' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return nil
		}
	}
	return text
}

// isReplicaSetKey recognises what mongod takes as keyFile: 6 to 1024 characters
// of base64, or a YAML list of such. A word of small letters is text.
func isReplicaSetKey(data []byte) bool {
	var keys [][]byte
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("- ")); ok {
			keys = append(keys, bytes.Trim(rest, `"' `))
		}
	}
	if keys == nil {
		keys = [][]byte{data}
	}
	for _, key := range keys {
		text := withoutBlanks(key)
		if len(text) < 6 || len(text) > 1024 || !bytes.ContainsAny(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=") {
			return false
		}
	}
	return true
}

// isPKCS12 recognises PFX (RFC 7292 section 4): a sequence that begins with
// version 3 and a ContentInfo.
func isPKCS12(data []byte) bool {
	s, ok := sequence(data)
	var version int
	return ok && s.PeekASN1Tag(cbasn1.INTEGER) && s.ReadASN1Integer(&version) && version == 3 &&
		s.PeekASN1Tag(cbasn1.SEQUENCE)
}

// isPKCS7 recognises a ContentInfo (RFC 2315 section 7).
func isPKCS7(data []byte) bool {
	s, ok := sequence(data)
	var oid cryptobyte.String
	return ok && s.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) &&
		bytes.HasPrefix(oid, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07})
}

// sequence opens the outermost SEQUENCE, whether it is in DER or of indefinite
// length, as Windows writes PKCS#12.
func sequence(data []byte) (cryptobyte.String, bool) {
	if bytes.HasPrefix(data, []byte{0x30, 0x80}) {
		return cryptobyte.String(data[2:]), true
	}
	s := cryptobyte.String(data)
	ok := s.ReadASN1(&s, cbasn1.SEQUENCE)
	return s, ok
}

// elementLength is the size of the first ASN.1 element of data.
func elementLength(data []byte) (int, bool) {
	s := cryptobyte.String(data)
	var element cryptobyte.String
	var tag cbasn1.Tag
	ok := s.ReadAnyASN1Element(&element, &tag)
	return len(element), ok
}

// named is the hint with the file's name in it, quoted for a POSIX shell where
// that is needed.
func (c container) named(path string) string {
	return strings.ReplaceAll(c.hint, "FILE", shellQuote(path))
}

// shellQuote makes a word of a POSIX shell.
func shellQuote(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/@%+,=:-"
	if s != "" && s[0] != '-' && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
