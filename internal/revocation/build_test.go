package revocation

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

// The signature algorithms that tests sign with, by the content of their OIDs.
const (
	sha256RSA   = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"
	sha1RSA     = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"
	sha256ECDSA = "\x2a\x86\x48\xce\x3d\x04\x03\x02"
	sha384ECDSA = "\x2a\x86\x48\xce\x3d\x04\x03\x03"
	ed25519OID  = "\x2b\x65\x70"
)

var hashOIDs = map[crypto.Hash]string{
	crypto.SHA1:   "\x2b\x0e\x03\x02\x1a",
	crypto.SHA256: "\x60\x86\x48\x01\x65\x03\x04\x02\x01",
	crypto.SHA384: "\x60\x86\x48\x01\x65\x03\x04\x02\x02",
	crypto.SHA512: "\x60\x86\x48\x01\x65\x03\x04\x02\x03",
}

// ocspSpec is a response to build: newOCSP gives a good one, tests change what
// they are about.
type ocspSpec struct {
	status       int
	kind         string // OID of the response type
	signer       *identity
	scheme       string      // OID; empty: what fits the signer's key, with SHA-256
	pss          crypto.Hash // RSA-PSS with this hash
	named        *identity   // in the ResponderID
	byKey        bool
	producedAt   time.Time
	singles      []singleSpec
	extensions   []extension
	certificates [][]byte
	tampered     bool   // the last byte of the signature is changed
	version      []byte // DER in place of the default version

	afterSingle, afterData, afterBasic, afterBytes, after []byte
	timeFormat                                            string
}

type singleSpec struct {
	cert, issuer *certificate.Certificate
	hash         crypto.Hash
	nameHash     []byte // nil: as it should be
	keyHash      []byte
	serial       *big.Int
	status       int // 0 good, 1 revoked, 2 unknown, others are malformed
	reason       int
	revokedAt    time.Time
	thisUpdate   time.Time
	nextUpdate   *time.Time
	extensions   []extension
}

// newOCSP is a good response of the signer about the PKI's leaf.
func newOCSP(p *pki, signer *identity) *ocspSpec {
	s := &ocspSpec{kind: oidOCSPBasic, signer: signer, named: signer, producedAt: now.Add(-time.Hour)}
	if signer != p.ca {
		s.certificates = [][]byte{signer.cert.Raw}
	}
	s.singles = []singleSpec{{
		cert: p.leaf.cert, issuer: p.ca.cert, hash: crypto.SHA1, reason: reasonNone,
		revokedAt: now.Add(-48 * time.Hour), thisUpdate: now.Add(-time.Hour), nextUpdate: ptr(now.Add(24 * time.Hour)),
	}}
	return s
}

// shift moves all times.
func (s *ocspSpec) shift(by time.Duration) {
	s.producedAt = s.producedAt.Add(by)
	for i := range s.singles {
		one := &s.singles[i]
		one.thisUpdate, one.revokedAt = one.thisUpdate.Add(by), one.revokedAt.Add(by)
		if one.nextUpdate != nil {
			one.nextUpdate = ptr(one.nextUpdate.Add(by))
		}
	}
}

func (s *ocspSpec) build(t testing.TB) []byte {
	t.Helper()
	if s.timeFormat == "" {
		s.timeFormat = "20060102150405Z"
	}
	data := seq(
		s.version,
		s.responderID(),
		tlv(cbasn1.GeneralizedTime, []byte(s.producedAt.Format(s.timeFormat))),
		seq(s.singlesDER()...),
		extensionsDER(explicit(1), s.extensions),
		s.afterData,
	)
	alg, signature := sign(t, s.signer, s.scheme, s.pss, data)
	if s.tampered {
		signature[len(signature)-1] ^= 1
	}
	var certs []byte
	if s.certificates != nil {
		certs = tlv(explicit(0), seq(s.certificates...))
	}
	basic := append(seq(data, alg, tlv(cbasn1.BIT_STRING, append([]byte{0}, signature...)), certs), s.afterBasic...)
	bytes := tlv(explicit(0), append(seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte(s.kind)), tlv(cbasn1.OCTET_STRING, basic)), s.afterBytes...))
	if s.status != 0 {
		bytes = nil
	}
	return append(seq(tlv(cbasn1.ENUM, []byte{byte(s.status)}), bytes), s.after...)
}

func (s *ocspSpec) responderID() []byte {
	if s.byKey {
		sum := sha1.Sum(keyBits(s.named.cert))
		return tlv(explicit(2), tlv(cbasn1.OCTET_STRING, sum[:]))
	}
	return tlv(explicit(1), s.named.cert.RawSubject)
}

func (s *ocspSpec) singlesDER() [][]byte {
	var out [][]byte
	for _, one := range s.singles {
		hash := one.hash
		oid, known := hashOIDs[hash]
		if !known {
			hash, oid = crypto.SHA1, "\x2a\x03"
		}
		nameHash, keyHash, serial := one.nameHash, one.keyHash, one.serial
		if nameHash == nil {
			nameHash = digest(hash, one.cert.RawIssuer)
		}
		if keyHash == nil {
			keyHash = digest(hash, keyBits(one.issuer))
		}
		if serial == nil {
			serial = one.cert.Serial
		}
		id := seq(seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte(oid)), []byte{5, 0}),
			tlv(cbasn1.OCTET_STRING, nameHash), tlv(cbasn1.OCTET_STRING, keyHash), integer(serial))
		status := tlv(cbasn1.Tag(one.status).ContextSpecific(), nil)
		if one.status == 1 {
			body := tlv(cbasn1.GeneralizedTime, []byte(one.revokedAt.Format(s.timeFormat)))
			if one.reason != reasonNone {
				body = append(body, tlv(explicit(0), tlv(cbasn1.ENUM, []byte{byte(one.reason)}))...)
			}
			status = tlv(explicit(1), body)
		}
		var next []byte
		if one.nextUpdate != nil {
			next = tlv(explicit(0), tlv(cbasn1.GeneralizedTime, []byte(one.nextUpdate.Format(s.timeFormat))))
		}
		out = append(out, seq(id, status, tlv(cbasn1.GeneralizedTime, []byte(one.thisUpdate.Format(s.timeFormat))), next,
			extensionsDER(explicit(1), one.extensions), s.afterSingle))
	}
	return out
}

// sign signs data and returns the AlgorithmIdentifier too.
func sign(t testing.TB, signer *identity, scheme string, pss crypto.Hash, data []byte) (alg, signature []byte) {
	t.Helper()
	if scheme == "" {
		scheme = map[string]string{"RSA": sha256RSA, "ECDSA": sha256ECDSA, "Ed25519": ed25519OID}[signer.cert.KeyAlgorithm]
	}
	hash := algorithms[scheme].hash
	var options crypto.SignerOpts = hash
	null := []byte{5, 0}
	if pss != 0 {
		hash, scheme = pss, oidRSAPSS
		options = &rsa.PSSOptions{SaltLength: hash.Size(), Hash: hash}
		id := seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte(hashOIDs[hash])), null)
		null = seq(tlv(explicit(0), id),
			tlv(explicit(1), seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08")), id)),
			tlv(explicit(2), integer(big.NewInt(int64(hash.Size())))))
	} else if signer.cert.KeyAlgorithm != "RSA" {
		null = nil
	}
	message := data
	if hash != 0 {
		message = digest(hash, data)
	}
	signature, err := signer.key.Sign(rand.Reader, message, options)
	if err != nil {
		t.Fatal(err)
	}
	return seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte(scheme)), null), signature
}

// tlv is one DER element.
func tlv(tag cbasn1.Tag, body []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(body) })
	return b.BytesOrPanic()
}

// seq is a SEQUENCE of elements; nil ones are left out.
func seq(elements ...[]byte) []byte {
	var body []byte
	for _, e := range elements {
		body = append(body, e...)
	}
	return tlv(cbasn1.SEQUENCE, body)
}

func integer(n *big.Int) []byte {
	der, err := asn1.Marshal(n)
	if err != nil {
		panic(err)
	}
	return der
}

// extensionsDER is a tagged list of extensions; nothing without any.
func extensionsDER(tag cbasn1.Tag, list []extension) []byte {
	if list == nil {
		return nil
	}
	return tlv(tag, seq(extensionList(list)...))
}

func extensionList(list []extension) [][]byte {
	var out [][]byte
	for _, e := range list {
		var critical []byte
		if e.critical {
			critical = []byte{1, 1, 0xff}
		}
		out = append(out, seq(tlv(cbasn1.OBJECT_IDENTIFIER, []byte(e.oid)), critical, tlv(cbasn1.OCTET_STRING, e.value)))
	}
	return out
}
