package revocation

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/mongotls/mongotls/internal/fact"
)

// fuzzPKI is the same in every process: the one that mutates the seeds is not the
// one that made them. Ed25519 takes its keys and signatures from no chance.
func fuzzPKI(f *testing.F) *pki {
	f.Helper()
	key := func(n byte) crypto.Signer { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize)) }
	p := new(pki)
	p.root = issue(f, caTemplate("Root", 1), nil, key(1))
	p.ca = issue(f, caTemplate("CA", 2), p.root, key(2))
	p.leaf = issue(f, template("db.example.com", 0x1234), p.ca, key(3))
	p.delegate = issue(f, delegateTemplate(), p.ca, key(4))
	return p
}

// FuzzVerifyOCSP holds that no response makes the verifier panic, and that one
// it believes is one that golang.org/x/crypto/ocsp reads in the same way.
func FuzzVerifyOCSP(f *testing.F) {
	p := fuzzPKI(f)
	leaf, err := x509.ParseCertificate(p.leaf.cert.Raw)
	if err != nil {
		f.Fatal(err)
	}
	for _, signer := range []*identity{p.ca, p.delegate} {
		for status := range 3 {
			spec := newOCSP(p, signer)
			spec.singles[0].status, spec.singles[0].reason, spec.byKey = status, 1, status == 2
			spec.extensions = []extension{{oid: oidOCSPNonce, value: []byte{4, 1, 7}}}
			f.Add(spec.build(f))
		}
	}
	f.Add((&ocspSpec{status: 3, signer: p.ca, named: p.ca}).build(f))
	f.Fuzz(func(t *testing.T, der []byte) {
		got := VerifyOCSP(der, p.leaf.cert, p.ca.cert, now, OCSPOptions{Tolerance: time.Minute, Nonce: []byte{7}})
		if (got.Status == fact.StatusError) != (got.Problem != "") || got.Problem == "" != (got.Error == "") {
			t.Fatalf("%+v", got)
		}
		if got.Status == fact.StatusError {
			return
		}
		if got.Delegate {
			// It verifies a delegate's signature, but none by Ed25519.
			return
		}
		theirs, err := ocsp.ParseResponseForCert(der, leaf, nil)
		if err != nil {
			t.Fatalf("%+v is refused elsewhere: %v", got, err)
		}
		want := map[int]fact.RevocationStatus{ocsp.Good: fact.StatusGood, ocsp.Revoked: fact.StatusRevoked, ocsp.Unknown: fact.StatusUnknown}
		if want[theirs.Status] != got.Status || !theirs.ThisUpdate.Equal(*got.ThisUpdate) {
			t.Fatalf("ours %+v, theirs %+v", got, theirs)
		}
	})
}

// FuzzReadCRL holds that no CRL makes the reader panic, and that of one that
// crypto/x509 reads too the same entries are found.
func FuzzReadCRL(f *testing.F) {
	p := fuzzPKI(f)
	plain := newCRL(p.ca, 1, 0x1234)
	plain.entries[1].extensions = []extension{reason(1)}
	f.Add(plain.build(f))
	f.Add(crlPEM(plain.build(f)))
	old := newCRL(p.ca, 0x1234)
	old.v1 = true
	f.Add(old.build(f))
	indirect := newCRL(p.ca, 7, 0x1234)
	indirect.entries[0].extensions = []extension{{oidCertificateIssuer, true, seq(dirName(p.root.cert.RawSubject))}}
	indirect.extend(oidIssuingPoint, true, seq(uriPoint(pointURL), flag(4)))
	f.Add(indirect.build(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkCRL(data, p.path(), nil)
		var want search
		found := want.add(p.leaf.cert)
		ours, err := readCRL(context.Background(), bytes.NewReader(data), &want)
		if err != nil {
			return
		}
		theirs, err := x509.ParseRevocationList(data)
		if err != nil {
			return
		}
		if len(theirs.RevokedCertificateEntries) != ours.entries {
			t.Fatalf("%d entries, crypto/x509 reads %d", ours.entries, len(theirs.RevokedCertificateEntries))
		}
		listed := false
		for _, e := range theirs.RevokedCertificateEntries {
			listed = listed || e.SerialNumber.Cmp(big.NewInt(0x1234)) == 0
		}
		if found.found != nil && !listed {
			t.Fatal("an entry was found that crypto/x509 does not read")
		}
	})
}

// FuzzLoadCRLs goes through PEM and DER as of a file.
func FuzzLoadCRLs(f *testing.F) {
	p := fuzzPKI(f)
	der := newCRL(p.ca, 0x1234).build(f)
	f.Add(der)
	f.Add(append(crlPEM(der), certPEM(p.ca)...))
	f.Add([]byte("-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := readLists("file", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		if len(file.Lists) == 0 {
			t.Fatal("neither a list nor an error")
		}
		new(Checker).Check(t.Context(), Request{Path: p.path(), CRLFile: file})
	})
}

// FuzzPoints goes through the extensions that name distribution points.
func FuzzPoints(f *testing.F) {
	p := fuzzPKI(f)
	f.Add([]byte(seq(uriPoint(pointURL), flag(1), flag(4))))
	f.Add([]byte(seq(seq(tlv(explicit(0), tlv(explicit(0), dirName(p.ca.cert.RawSubject)))))))
	f.Fuzz(func(t *testing.T, value []byte) {
		scope, ok := readScope(value)
		if ok {
			scope.under(p.ca.cert.RawSubject)
		}
		for _, one := range readPoints(value) {
			one.under(p.ca.cert.RawSubject)
		}
	})
}
