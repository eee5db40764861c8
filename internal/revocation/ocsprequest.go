package revocation

import (
	"crypto"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// nonceSize is what RFC 9654 section 2.1 recommends, and the most that
// responders after RFC 8954 take.
const nonceSize = 32

var oidSHA1 = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}

// request is an OCSPRequest for one certificate (RFC 6960 section 4.1.1), not
// signed. The CertID is by SHA-1, the one hash that every responder knows (RFC
// 5019 section 2.1.1); a nil nonce leaves that extension out.
func request(cert, issuer *certificate.Certificate, nonce []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { // OCSPRequest
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { // TBSRequest
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { // requestList
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { // Request
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { // CertID
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1ObjectIdentifier(oidSHA1)
							b.AddASN1NULL()
						})
						b.AddASN1OctetString(digest(crypto.SHA1, cert.RawIssuer))
						b.AddASN1OctetString(digest(crypto.SHA1, keyBits(issuer)))
						b.AddASN1BigInt(cert.Serial)
					})
				})
			})
			if nonce == nil {
				return
			}
			b.AddASN1(explicit(2), func(b *cryptobyte.Builder) { // requestExtensions
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) {
							b.AddBytes([]byte(oidOCSPNonce))
						})
						b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) {
							b.AddASN1OctetString(nonce)
						})
					})
				})
			})
		})
	})
	return b.Bytes()
}
