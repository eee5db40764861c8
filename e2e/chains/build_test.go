// Package chains holds the verdicts of internal/verify to those of the TLS
// libraries themselves, over random chains with random defects.
package chains

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"
)

// now is the time that all chains are judged at: the present, since not every
// library can be told another.
var now = time.Now().UTC().Truncate(time.Second)

const day = 24 * time.Hour

// key is a key pair, and how certificates show it.
type key struct {
	crypto.Signer
	// spki is the SubjectPublicKeyInfo, DER.
	spki []byte
	id   []byte
}

// keyring are all key pairs of a run. Making RSA keys is slow, so that chains
// share them.
type keyring struct {
	ec []*key
	// byName are the others: "rsa1024", "rsa2048", "rsa2040", "p224", "p384",
	// "p521", "ed25519".
	byName map[string][]*key
}

func newKeyring(t testing.TB) *keyring {
	t.Helper()
	r := &keyring{byName: make(map[string][]*key)}
	generate := func(make func() (crypto.Signer, error)) *key {
		signer, err := make()
		if err != nil {
			t.Fatal(err)
		}
		spki, err := marshalKey(signer.Public())
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(spki)
		return &key{Signer: signer, spki: spki, id: sum[:8]}
	}
	curve := func(c elliptic.Curve) *key {
		return generate(func() (crypto.Signer, error) { return ecdsa.GenerateKey(c, rand.Reader) })
	}
	for range 24 {
		r.ec = append(r.ec, curve(elliptic.P256()))
	}
	for name, bits := range map[string]int{"rsa1024": 1024, "rsa2040": 2040, "rsa1900": 1900, "rsa2048": 2048} {
		for range 3 {
			r.byName[name] = append(r.byName[name], generate(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, bits) }))
		}
	}
	for name, c := range map[string]elliptic.Curve{"p224": elliptic.P224(), "p384": elliptic.P384(), "p521": elliptic.P521()} {
		r.byName[name] = []*key{curve(c), curve(c)}
	}
	for range 2 {
		r.byName["ed25519"] = append(r.byName["ed25519"], generate(func() (crypto.Signer, error) {
			_, signer, err := ed25519.GenerateKey(rand.Reader)
			return signer, err
		}))
	}
	return r
}

// extension is one extension of a certificate.
type extension struct {
	id       asn1.ObjectIdentifier
	critical bool
	value    []byte
}

// plan is a certificate before it is made. Everything may be changed until then.
type plan struct {
	// id names it in messages.
	id      string
	version int
	serial  int64
	subject []byte
	// issuerName is the issuer as the certificate has it; nil for the issuer's
	// subject.
	issuerName []byte
	issuer     *plan // itself if self-signed
	key        *key
	from, to   time.Time
	hash       crypto.Hash
	pss        bool
	// extensions in their order, found by their OID.
	extensions []extension
	// outerAlgorithm is a signature algorithm for the outside only.
	outerAlgorithm []byte
	// innerAlgorithm and outer alike are of no known algorithm.
	unknownAlgorithm bool
	// spki takes the place of the key's.
	spki []byte
	// tamper changes the signature.
	tamper bool
	der    []byte
}

var (
	oidSKI        = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage   = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidSAN        = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidBasic      = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidNames      = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidAKI        = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidEKU        = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidNetscape   = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 1}
	oidProxy      = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 14}
	oidUnknown    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}
	oidServerAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	oidClientAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	oidCodeSign   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 3}
	oidAnyUsage   = asn1.ObjectIdentifier{2, 5, 29, 37, 0}
)

// tlv is one DER element.
func tlv(tag byte, contents ...[]byte) []byte {
	body := bytes.Join(contents, nil)
	out := []byte{tag}
	switch n := len(body); {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	default:
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	return append(out, body...)
}

func seq(contents ...[]byte) []byte { return tlv(0x30, contents...) }

// must is for values that always have an encoding.
func must(value any) []byte {
	der, err := asn1.Marshal(value)
	if err != nil {
		panic(err)
	}
	return der
}

// name is a Name of one CN, a UTF8String.
func name(cn string) []byte { return nameOf(0x0c, cn) }

// nameOf is a Name of one CN of a string type; without CN it is empty.
func nameOf(tag byte, cn string) []byte {
	if cn == "" {
		return seq()
	}
	return seq(tlv(0x31, seq(must(asn1.ObjectIdentifier{2, 5, 4, 3}), tlv(tag, []byte(cn)))))
}

// set puts an extension in the place of the one of its OID, or at the end.
func (p *plan) set(id asn1.ObjectIdentifier, critical bool, value []byte) {
	for i := range p.extensions {
		if p.extensions[i].id.Equal(id) {
			p.extensions[i] = extension{id, critical, value}
			return
		}
	}
	p.extensions = append(p.extensions, extension{id, critical, value})
}

// drop removes an extension.
func (p *plan) drop(id asn1.ObjectIdentifier) {
	kept := p.extensions[:0:0]
	for _, e := range p.extensions {
		if !e.id.Equal(id) {
			kept = append(kept, e)
		}
	}
	p.extensions = kept
}

// has reports whether there is an extension.
func (p *plan) has(id asn1.ObjectIdentifier) bool {
	for _, e := range p.extensions {
		if e.id.Equal(id) {
			return true
		}
	}
	return false
}

// basic is a basicConstraints value; a negative limit is none.
func basic(ca bool, limit int) []byte {
	var fields [][]byte
	if ca {
		fields = append(fields, []byte{1, 1, 0xff})
	}
	if limit >= 0 {
		fields = append(fields, []byte{2, 1, byte(limit)})
	}
	return seq(fields...)
}

// The bits of keyUsage, as the first byte of the BIT STRING has them.
const (
	digitalSignature = 0x80
	keyEncipherment  = 0x20
	keyCertSign      = 0x04
	cRLSign          = 0x02
)

func usage(bits byte) []byte {
	unused := byte(0)
	for b := bits; b != 0 && b&1 == 0; b >>= 1 {
		unused++
	}
	return tlv(0x03, []byte{unused, bits})
}

// usages is an extKeyUsage value.
func usages(ids ...asn1.ObjectIdentifier) []byte { return must(ids) }

// keyID is an authorityKeyIdentifier of a key identifier only.
func keyID(id []byte) []byte { return seq(tlv(0x80, id)) }

// algorithm is the AlgorithmIdentifier of a key's signature with a digest.
func (p *plan) algorithm(signer *key) []byte {
	oid := func(ids ...int) []byte { return must(asn1.ObjectIdentifier(ids)) }
	null := []byte{5, 0}
	if p.unknownAlgorithm {
		return seq(must(oidUnknown))
	}
	switch signer.Public().(type) {
	case ed25519.PublicKey:
		return seq(oid(1, 3, 101, 112))
	case *rsa.PublicKey:
		if p.pss {
			sha := seq(oid(2, 16, 840, 1, 101, 3, 4, 2, 1), null)
			mgf := seq(oid(1, 2, 840, 113549, 1, 1, 8), sha)
			return seq(oid(1, 2, 840, 113549, 1, 1, 10), seq(tlv(0xa0, sha), tlv(0xa1, mgf), tlv(0xa2, must(32))))
		}
		last := map[crypto.Hash]int{crypto.MD5: 4, crypto.SHA1: 5, crypto.SHA256: 11, crypto.SHA384: 12}[p.hash]
		return seq(oid(1, 2, 840, 113549, 1, 1, last), null)
	}
	if p.hash == crypto.SHA1 {
		return seq(oid(1, 2, 840, 10045, 4, 1))
	}
	return seq(oid(1, 2, 840, 10045, 4, 3, map[crypto.Hash]int{crypto.SHA256: 2, crypto.SHA384: 3}[p.hash]))
}

// make encodes and signs the certificate.
func (p *plan) make(t testing.TB) {
	t.Helper()
	signer := p.issuer.key
	if _, isRSA := signer.Public().(*rsa.PublicKey); !isRSA && p.hash == crypto.MD5 {
		p.hash = crypto.SHA1 // there is no ECDSA with MD5
	}
	algorithm := p.algorithm(signer)
	issuer := p.issuerName
	if issuer == nil {
		issuer = p.issuer.subject
	}
	spki := p.spki
	if spki == nil {
		spki = p.key.spki
	}
	var fields [][]byte
	if p.version > 1 {
		fields = append(fields, tlv(0xa0, must(p.version-1)))
	}
	fields = append(fields, must(big.NewInt(p.serial)), algorithm, issuer, seq(must(p.from.UTC()), must(p.to.UTC())), p.subject, spki)
	if len(p.extensions) > 0 {
		var all [][]byte
		for _, e := range p.extensions {
			all = append(all, must(pkix.Extension{Id: e.id, Critical: e.critical, Value: e.value}))
		}
		fields = append(fields, tlv(0xa3, seq(all...)))
	}
	tbs := seq(fields...)
	signature := sign(t, signer, tbs, p.hash, p.pss)
	if p.tamper {
		signature[len(signature)-1] ^= 1
	}
	outer := algorithm
	if p.outerAlgorithm != nil {
		outer = p.outerAlgorithm
	}
	p.der = seq(tbs, outer, tlv(0x03, []byte{0}, signature))
}

func sign(t testing.TB, signer *key, message []byte, hash crypto.Hash, pss bool) []byte {
	t.Helper()
	digest, options := message, crypto.SignerOpts(crypto.Hash(0))
	if _, isEd := signer.Public().(ed25519.PublicKey); !isEd {
		h := hash.New()
		h.Write(message)
		digest, options = h.Sum(nil), hash
	}
	if _, isRSA := signer.Public().(*rsa.PublicKey); isRSA && pss {
		options = &rsa.PSSOptions{SaltLength: 32, Hash: hash}
	}
	signature, err := signer.Sign(rand.Reader, digest, options)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}
