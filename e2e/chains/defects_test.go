package chains

import (
	"crypto"
	"encoding/asn1"
	"slices"
)

// defects are what may be wrong with a chain, or look wrong.
var defects = slices.Concat(timeDefects, pathDefects, extensionDefects, strengthDefects, nameDefects)

var timeDefects = []change{
	{"a leaf that has expired", func(w *world) { w.leaf().to = now.Add(-day) }},
	{"a leaf that expires this second", func(w *world) { w.leaf().to = now }},
	{"a leaf that is not yet valid", func(w *world) { w.leaf().from = now.Add(day) }},
	{"a leaf that is valid from this second", func(w *world) { w.leaf().from = now }},
	{"a CA that has expired", func(w *world) { w.someCA().to = now.Add(-day) }},
	{"a CA that is not yet valid", func(w *world) { w.someCA().from = now.Add(day) }},
	{"a root that has expired", func(w *world) { w.root().to = now.Add(-day) }},
	{"a root that is not yet valid", func(w *world) { w.root().from = now.Add(day) }},
}

var pathDefects = []change{
	{"no intermediates sent", func(w *world) { w.presented = w.presented[:1] }},
	{"an intermediate is missing", func(w *world) {
		if len(w.presented) > 1 {
			i := 1 + w.IntN(len(w.presented)-1)
			w.presented = slices.Delete(slices.Clone(w.presented), i, i+1)
		}
	}},
	{"an empty store", func(w *world) { w.store = nil }},
	{"a store of something else", func(w *world) { w.store = []*plan{w.ca("unrelated", nil)} }},
	{"a store of another root of the same name", func(w *world) {
		other := w.root().copy("namesake")
		other.key = w.newKey()
		other.identify()
		w.store = []*plan{other}
		if w.IntN(2) == 0 {
			w.presented = append(w.presented, w.root())
		}
	}},
	{"an unknown root sent along", func(w *world) {
		w.presented = append(w.presented, w.root())
		w.store = []*plan{w.ca("unrelated", nil)}
	}},
	{"a wrong signature on the leaf", func(w *world) { w.leaf().tamper = true }},
	{"a wrong signature on a CA", func(w *world) { w.someCA().tamper = true }},
	{"a wrong signature on the root", func(w *world) { w.root().tamper = true }},
	{"a CA with another key than its issued ones have", func(w *world) {
		p := w.someCA()
		p.key = w.newKey()
		if w.IntN(2) == 0 {
			p.drop(oidSKI)
		}
	}},
	{"an authority key identifier of another key", func(w *world) { w.some().set(oidAKI, false, keyID([]byte("another"))) }},
	{"no authority key identifier", func(w *world) { w.some().drop(oidAKI) }},
	{"an authority key identifier that says nothing", func(w *world) { w.some().set(oidAKI, false, seq()) }},
	{"a critical authority key identifier", func(w *world) { p := w.some(); p.set(oidAKI, true, keyID(p.issuer.key.id)) }},
	{"no subject key identifier", func(w *world) { w.some().drop(oidSKI) }},
	{"a critical subject key identifier", func(w *world) { p := w.some(); p.set(oidSKI, true, tlv(4, p.key.id)) }},
	{"an authority named by issuer and serial number", func(w *world) {
		p := w.leaf()
		issuer := p.issuer.issuer.subject
		serial := p.issuer.serial
		if w.IntN(2) == 0 {
			serial++
		}
		if w.IntN(4) == 0 {
			issuer = name("nobody")
		}
		p.set(oidAKI, false, seq(tlv(0xa1, tlv(0xa4, issuer)), tlv(0x82, must(serial)[2:])))
	}},
	{"an authority named by serial number only", func(w *world) {
		p := w.leaf()
		p.set(oidAKI, false, seq(tlv(0x80, p.issuer.key.id), tlv(0x82, must(p.issuer.serial)[2:])))
	}},
	{"an issuer that is nobody's name", func(w *world) { w.some().issuerName = name("nobody") }},
	{"an empty issuer name", func(w *world) {
		p := w.someCA()
		p.subject, p.issuerName = seq(), nil
	}},
}

var extensionDefects = []change{
	{"a CA that says it is none", func(w *world) { w.someCA().set(oidBasic, true, basic(false, -1)) }},
	{"a CA without basicConstraints", func(w *world) { w.someCA().drop(oidBasic) }},
	{"a CA without basicConstraints and keyUsage", func(w *world) { p := w.someCA(); p.drop(oidBasic); p.drop(oidKeyUsage) }},
	{"a CA by nsCertType alone", func(w *world) {
		p := w.someCA()
		p.drop(oidBasic)
		p.drop(oidKeyUsage)
		p.set(oidNetscape, false, usage(pick[byte](w.Rand, 0x04, 0x02, 0x01, 0x40)))
	}},
	{"a root without basicConstraints", func(w *world) { w.root().drop(oidBasic) }},
	{"basicConstraints that are not critical", func(w *world) { w.someCA().set(oidBasic, false, basic(true, -1)) }},
	{"a CA whose keyUsage lacks keyCertSign", func(w *world) { w.someCA().set(oidKeyUsage, true, usage(cRLSign)) }},
	{"a CA without keyUsage", func(w *world) { w.someCA().drop(oidKeyUsage) }},
	{"a root of version 1", func(w *world) { p := w.root(); p.version, p.extensions = 1, nil }},
	{"an intermediate of version 1", func(w *world) { p := w.someCA(); p.version, p.extensions = 1, nil }},
	{"a leaf of version 1", func(w *world) { p := w.leaf(); p.version, p.extensions = 1, nil }},
	{"a leaf of version 1 with extensions", func(w *world) { w.leaf().version = 1 }},
	{"a path length of zero", func(w *world) { w.someCA().set(oidBasic, true, basic(true, 0)) }},
	{"a path length of one on the root", func(w *world) { w.root().set(oidBasic, true, basic(true, 1)) }},
	{"a path length of zero on the root", func(w *world) { w.root().set(oidBasic, true, basic(true, 0)) }},
	{"a path length on a leaf", func(w *world) { w.leaf().set(oidBasic, true, basic(false, 0)) }},
	{"a path length without keyUsage", func(w *world) { p := w.someCA(); p.set(oidBasic, true, basic(true, 9)); p.drop(oidKeyUsage) }},
	{"a negative path length", func(w *world) { w.someCA().set(oidBasic, true, seq([]byte{1, 1, 0xff}, []byte{2, 1, 0xff})) }},
	{"a leaf for clients only", func(w *world) { w.leaf().set(oidEKU, false, usages(oidClientAuth)) }},
	{"a leaf for servers only", func(w *world) { w.leaf().set(oidEKU, false, usages(oidServerAuth)) }},
	{"a leaf for any usage", func(w *world) { w.leaf().set(oidEKU, false, usages(oidAnyUsage)) }},
	{"a leaf for signing code", func(w *world) { w.leaf().set(oidEKU, true, usages(oidCodeSign)) }},
	{"a CA for clients only", func(w *world) { w.someCA().set(oidEKU, false, usages(oidClientAuth)) }},
	{"a root for signing code", func(w *world) { w.root().set(oidEKU, false, usages(oidCodeSign)) }},
	{"a leaf for server-gated cryptography", func(w *world) {
		w.leaf().set(oidEKU, false, usages(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 10, 3, 3}))
	}},
	{"a leaf whose keyUsage is for nothing in TLS", func(w *world) { w.leaf().set(oidKeyUsage, true, usage(0x40)) }},
	{"a leaf for key encipherment only", func(w *world) { w.leaf().set(oidKeyUsage, true, usage(keyEncipherment)) }},
	{"a leaf that may sign certificates", func(w *world) { w.leaf().set(oidKeyUsage, true, usage(digitalSignature|keyCertSign)) }},
	{"nsCertType on the leaf", func(w *world) { w.leaf().set(oidNetscape, false, usage(pick[byte](w.Rand, 0x80, 0x40, 0xc0))) }},
	{"an unknown critical extension", func(w *world) { w.some().set(oidUnknown, true, []byte{5, 0}) }},
	{"an unknown extension", func(w *world) { w.some().set(oidUnknown, false, []byte{5, 0}) }},
	{"a proxy certificate", func(w *world) {
		p := w.leaf()
		p.drop(oidSAN)
		p.set(oidProxy, true, seq(seq(must(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 21, 1}))))
	}},
	{"an extension twice", func(w *world) { p := w.some(); p.extensions = append(p.extensions, p.extensions...) }},
	{"an extension that cannot be read", func(w *world) {
		p := w.some()
		p.set(pick(w.Rand, oidBasic, oidKeyUsage, oidEKU, oidSKI, oidAKI, oidSAN, oidNames), false, []byte{4, 1, 1})
	}},
	{"a keyUsage of nothing", func(w *world) { w.some().set(oidKeyUsage, true, []byte{3, 2, 7, 0}) }},
	{"a subjectAltName of nothing", func(w *world) { w.leaf().set(oidSAN, false, seq()) }},
	{"an empty subject", func(w *world) { p := w.leaf(); p.subject = seq() }},
	{"an empty subject and a critical subjectAltName", func(w *world) {
		p := w.leaf()
		p.subject = seq()
		p.set(oidSAN, true, seq(tlv(0x82, []byte("db.example.com"))))
	}},
	{"no subject and no subjectAltName", func(w *world) { p := w.leaf(); p.subject = seq(); p.drop(oidSAN) }},
}

var strengthDefects = []change{
	{"an RSA-1024 leaf", func(w *world) { w.rekey(w.leaf(), w.keys.byName["rsa1024"][0]) }},
	{"an RSA-1024 CA", func(w *world) { w.rekey(w.someCA(), w.keys.byName["rsa1024"][1]) }},
	{"an RSA-1024 root", func(w *world) { w.rekey(w.root(), w.keys.byName["rsa1024"][2]) }},
	{"an RSA-2040 leaf", func(w *world) { w.rekey(w.leaf(), w.keys.byName["rsa2040"][0]) }},
	{"an RSA-1900 leaf", func(w *world) { w.rekey(w.leaf(), w.keys.byName["rsa1900"][0]) }},
	{"a P-224 CA", func(w *world) { w.rekey(w.someCA(), w.keys.byName["p224"][0]) }},
	{"a leaf signed with SHA-1", func(w *world) { w.leaf().hash = crypto.SHA1 }},
	{"a CA signed with SHA-1", func(w *world) { w.someCA().hash = crypto.SHA1 }},
	{"a root signed with SHA-1", func(w *world) { w.root().hash = crypto.SHA1 }},
	{"a leaf signed with MD5", func(w *world) {
		w.rekey(w.leaf().issuer, w.keys.byName["rsa2048"][0])
		w.leaf().hash = crypto.MD5
	}},
	{"a signature of an unknown algorithm", func(w *world) { w.some().unknownAlgorithm = true }},
	{"two signature algorithms", func(w *world) {
		w.some().outerAlgorithm = seq(must(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}))
	}},
	{"a key of an unknown algorithm", func(w *world) { w.some().spki = seq(seq(must(oidUnknown)), tlv(3, []byte{0, 1, 2, 3})) }},
	{"a key on an unknown curve", func(w *world) {
		w.some().spki = seq(seq(must(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}), must(oidUnknown)), tlv(3, []byte{0, 4, 2, 3}))
	}},
}
