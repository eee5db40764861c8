package keyfile

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

// makeCA makes a CA's certificate.
func makeCA(t testing.TB, name string) material {
	t.Helper()
	a := makeCertificate(t, name)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return material{a.key, der, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

// makeCRL makes a CRL with so many entries, in DER.
func makeCRL(t testing.TB, entries int) []byte {
	t.Helper()
	ca := makeCA(t, "ca")
	issuer, err := x509.ParseCertificate(ca.der)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Unix(0, 0), NextUpdate: time.Unix(1<<32, 0)}
	for i := range entries {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(int64(i + 1)), RevocationTime: time.Unix(0, 0)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, issuer, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// summary is what of a fact.LocalFile the tests compare; certificates are by
// their subject.
type summary struct {
	Kind, Format string
	Blocks       []string
	Key          fact.FileKey
	Problems     []fault
	Limits       []string
}

func summaryOf(f fact.LocalFile) summary {
	s := summary{Kind: f.Kind, Format: f.Format, Key: f.Key}
	for _, b := range f.Blocks {
		text := b.Type
		if b.Certificate != nil {
			text += " " + b.Certificate.Subject
		}
		if b.Error != "" {
			text += ": " + b.Error
		}
		s.Blocks = append(s.Blocks, text)
	}
	for _, p := range f.Problems {
		s.Problems = append(s.Problems, fault{p.Finding, p.Detail})
	}
	for _, l := range f.Limits {
		if !l.OwnWay {
			s.Limits = append(s.Limits, strings.Join(l.Drivers, ",")+": "+l.Detail)
		}
	}
	return s
}

func TestInspectData(t *testing.T) {
	a, b, ca := makeCertificate(t, "a"), makeCertificate(t, "b"), makeCA(t, "ca")
	inspected := (&Inspector{}).InspectData("x", []byte(a.cert))
	sha256 := inspected.Certificates[0].SHA256
	caSHA256 := (&Inspector{}).InspectData("x", []byte(ca.cert)).Certificates[0].SHA256
	clear := fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8", Matches: sha256}
	block := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	ed448 := []byte("\x30\x47\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x71\x04\x3b\x04\x39" + strings.Repeat("k", 57))
	dsa := []byte{0x30, 18, 2, 1, 0, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1}
	const cert, key = "CERTIFICATE CN=a", "PRIVATE KEY"
	tests := []struct {
		name, content string
		want          summary
	}{
		{"certificate and key", a.cert + a.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{cert, key}, clear, nil, nil}},
		{"nothing", "", summary{KindUnknown, "empty", nil, fact.FileKey{}, []fault{{FindingNoCertificate, "is empty"}}, nil}},
		{"text", "hello there", summary{KindUnknown, "unknown", nil, fact.FileKey{},
			[]fault{{FindingNoCertificate, "holds neither a certificate nor a private key in PEM"}}, nil}},
		{"a CA's certificate", ca.cert, summary{KindCA, "PEM", []string{"CERTIFICATE CN=ca"}, fact.FileKey{}, nil, nil}},
		{"a CA's certificate and key", ca.cert + ca.pkcs8Key(t), summary{KindCA, "PEM", []string{"CERTIFICATE CN=ca", key},
			fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8", Matches: caSHA256},
			[]fault{{FindingCAPrivateKey, "holds the private key of a CA beside its certificate"}}, nil}},
		{"a certificate and its CA's", a.cert + a.pkcs8Key(t) + ca.cert,
			summary{KindCertificateKey, "PEM", []string{cert, key, "CERTIFICATE CN=ca"}, clear, nil, nil}},
		{"the CA's first", ca.cert + a.cert + a.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{"CERTIFICATE CN=ca", cert, key}, clear,
			[]fault{{FindingMismatch, "the private key (ECDSA-P256) does not belong to the first certificate, CN=ca (ECDSA-P256), but to a later one, CN=a"}}, nil}},
		{"another's key", a.cert + b.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{cert, key},
			fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8"},
			[]fault{{FindingMismatch, "the private key (ECDSA-P256) does not belong to the first certificate, CN=a (ECDSA-P256)"}}, nil}},
		{"two keys, of which the first counts", a.cert + b.pkcs8Key(t) + a.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{cert, key, key},
			fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8"},
			[]fault{{FindingMismatch, "the private key (ECDSA-P256) does not belong to the first certificate, CN=a (ECDSA-P256)"}}, nil}},
		{"a certificate alone", a.cert, summary{KindCertificateKey, "PEM", []string{cert}, fact.FileKey{}, []fault{{FindingNoKey, "holds no private key"}}, nil}},
		{"a certificate and a public key", a.cert + block("PUBLIC KEY", []byte{1}), summary{KindCertificateKey, "PEM", []string{cert, "PUBLIC KEY"}, fact.FileKey{},
			[]fault{{FindingNoKey, "holds a public key, not the private one"}}, nil}},
		{"a key alone", a.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{key},
			fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8"}, []fault{{FindingNoCertificate, "holds no certificate"}}, nil}},
		{"a SEC 1 key", a.cert + sec1(t, a), summary{KindCertificateKey, "PEM", []string{cert, "EC PRIVATE KEY"},
			fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "SEC 1", Matches: sha256}, nil, nil}},
		{"a key of another type than Go has", a.cert + block("PRIVATE KEY", ed448), summary{KindCertificateKey, "PEM",
			[]string{cert, "PRIVATE KEY: it is a key of type Ed448, which Go programs and this tool cannot use"},
			fact.FileKey{Present: true, Type: "Ed448", Form: "PKCS#8"}, nil,
			[]string{"go: a key of type Ed448 is read by OpenSSL and not by Go, nor by this tool, so that it is not known whether it belongs to the certificate"}}},
		{"a DSA key", a.cert + block("DSA PRIVATE KEY", dsa), summary{KindCertificateKey, "PEM",
			[]string{cert, "DSA PRIVATE KEY: it is a key of type DSA, which Go programs and this tool cannot use"},
			fact.FileKey{Present: true, Type: "DSA", Form: "PKCS#1"},
			[]fault{{FindingKeyFormat, "the private key: it is a key of type DSA, which Go programs and this tool cannot use"}}, nil}},
		{"a key of OpenSSH", a.cert + block("OPENSSH PRIVATE KEY", []byte{1}), summary{KindCertificateKey, "PEM",
			[]string{cert, "OPENSSH PRIVATE KEY: it is in OpenSSH's own form, which no driver reads"}, fact.FileKey{Present: true},
			[]fault{{FindingKeyFormat, "the private key: it is in OpenSSH's own form, which no driver reads"}}, nil}},
		{"a key of PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\n", summary{KindUnknown, "PuTTY", nil, fact.FileKey{},
			[]fault{{FindingKeyFormat, "is a PuTTY key, not PEM"}}, nil}},
		{"a byte order mark", "\xef\xbb\xbf" + a.cert + a.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{cert, key}, clear, nil,
			[]string{"go: a byte order mark before the first block hides it from Go, and from OpenSSL before 3.0"}}},
		{"OpenSSL's own label", strings.ReplaceAll(a.cert, "CERTIFICATE", "X509 CERTIFICATE") + a.pkcs8Key(t),
			summary{KindCertificateKey, "PEM", []string{"X509 " + cert, key}, clear, nil,
				[]string{"go,rust: the label X509 CERTIFICATE is OpenSSL's own; Go and Rust know CERTIFICATE only"}}},
		{"UTF-16", utf16LE(a.cert), summary{KindUnknown, "UTF-16", nil, fact.FileKey{}, []fault{{FindingKeyFormat, "is text in UTF-16, not PEM"}}, nil}},
		{"UTF-16 without a byte order mark", utf16LE(a.cert)[2:], summary{KindUnknown, "UTF-16", nil, fact.FileKey{}, []fault{{FindingKeyFormat, "is text in UTF-16, not PEM"}}, nil}},
		{"a certificate in DER", string(a.der), summary{KindCertificateKey, "DER", []string{cert}, fact.FileKey{}, []fault{{FindingKeyFormat, "is a certificate in DER, not PEM"}}, nil}},
		{"a CA's certificate in DER", string(ca.der), summary{KindCA, "DER", []string{"CERTIFICATE CN=ca"}, fact.FileKey{}, []fault{{FindingCAInvalid, "is a certificate in DER, not PEM"}}, nil}},
		{"base64 without its marks", strings.Join(strings.Split(a.cert, "\n")[1:8], "\n"), summary{KindUnknown, "unknown", nil, fact.FileKey{},
			[]fault{{FindingNoCertificate, "holds neither a certificate nor a private key in PEM"}}, nil}},
		{"a CRL", block("X509 CRL", makeCRL(t, 2)), summary{KindCRL, "PEM", []string{"X509 CRL"}, fact.FileKey{}, nil, nil}},
		{"a CRL in DER", string(makeCRL(t, 0)), summary{KindCRL, "DER", []string{"X509 CRL"}, fact.FileKey{}, nil,
			[]string{"pymongo,node,mongosh: " + DERListLimit.Detail}}},
		{"a CRL that is none", block("X509 CRL", []byte("junk")), summary{KindCRL, "PEM", []string{"X509 CRL: not a CRL"}, fact.FileKey{},
			[]fault{{FindingCRLInvalid, "the CRL at line 1: not a CRL"}}, nil}},
		{"a keyFile", strings.Repeat("aB3+", 100), summary{KindUnknown, "keyFile", nil, fact.FileKey{},
			[]fault{{FindingWrongFile, "is the keyFile of a replica set (security.keyFile), by its look, not PEM"}}, nil}},
		{"a keyFile with two keys", "- \"First1Key\"\n- 'Second2Key'\n", summary{KindUnknown, "keyFile", nil, fact.FileKey{},
			[]fault{{FindingWrongFile, "is the keyFile of a replica set (security.keyFile), by its look, not PEM"}}, nil}},
		{"a certificate that is not base64, and a key", strings.Replace(a.cert, "\nMII", "\n!!!", 1) + a.pkcs8Key(t),
			summary{KindCertificateKey, "PEM", []string{"CERTIFICATE: not base64", key}, fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8"},
				[]fault{{FindingKeyFormat, "the certificate at line 1: not base64"}}, nil}},
		{"a certificate glued to its key", strings.TrimSuffix(a.cert, "\n") + a.pkcs8Key(t),
			summary{KindCertificateKey, "PEM", []string{"CERTIFICATE: " + faultGlued, "PRIVATE KEY: " + faultGlued}, fact.FileKey{Present: true},
				[]fault{{FindingKeyFormat, fmt.Sprintf("the private key at line %d: %s", strings.Count(a.cert, "\n"), faultGlued)}, {FindingKeyFormat, "the certificate at line 1: " + faultGlued}}, nil}},
		{"everything on one line", strings.ReplaceAll(a.cert+a.pkcs8Key(t), "\n", ""),
			summary{KindCertificateKey, "PEM", []string{"CERTIFICATE: " + faultOneLine, "PRIVATE KEY: " + faultOneLine}, fact.FileKey{Present: true},
				[]fault{{FindingKeyFormat, "the private key at line 1: " + faultOneLine}, {FindingKeyFormat, "the certificate at line 1: " + faultOneLine}}, nil}},
		{"line ends as two characters", strings.ReplaceAll(a.cert, "\n", `\n`),
			summary{KindUnknown, "PEM", []string{"CERTIFICATE: " + faultEscaped}, fact.FileKey{}, []fault{{FindingCAInvalid, "the certificate at line 1: " + faultEscaped}}, nil}},
		{"a request and a key", block("CERTIFICATE REQUEST", []byte{1}) + a.pkcs8Key(t), summary{KindCertificateKey, "PEM", []string{"CERTIFICATE REQUEST", key},
			fact.FileKey{Present: true, Type: "ECDSA-P256", Form: "PKCS#8"}, []fault{{FindingNoCertificate, "holds no certificate"}}, nil}},
		{"a store of Java cut off", "\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01" + strings.Repeat("x", 20), summary{KindUnknown, "JKS", nil, fact.FileKey{},
			[]fault{{FindingKeyFormat, "the store is cut off or damaged"}, {FindingKeyFormat, "is a Java key store (JKS), not PEM"}},
			nil}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := summaryOf((&Inspector{}).InspectData("file.pem", []byte(test.content)).Fact)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("InspectData (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInspectMatchesKeysAcrossFiles(t *testing.T) {
	a := makeCertificate(t, "a")
	cert, key := write(t, a.cert), write(t, a.pkcs8Key(t))
	list := (&Inspector{}).Inspect([]string{cert, key, filepath.Join(t.TempDir(), "missing")}, nil)
	if got, want := list[1].Fact.Key.Matches, list[0].Certificates[0].SHA256; got != want {
		t.Errorf("Matches = %q, want %q", got, want)
	}
	if diff := cmp.Diff([]fault{{FindingUnreadable, "no such file"}}, summaryOf(list[2].Fact).Problems); diff != "" {
		t.Errorf("problems of a missing file (-want +got):\n%s", diff)
	}
}

func TestInspectReadsStdin(t *testing.T) {
	a := makeCertificate(t, "a")
	got := (&Inspector{}).Inspect([]string{"-"}, []byte(a.cert))[0]
	if got.Fact.Path != "-" || len(got.Certificates) != 1 || got.Fact.Mode != "" {
		t.Errorf("path %q, %d certificates, mode %q", got.Fact.Path, len(got.Certificates), got.Fact.Mode)
	}
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has permissions of another kind")
	}
	a := makeCertificate(t, "a")
	pair := a.cert + a.pkcs8Key(t)
	sealed := a.cert + strings.ReplaceAll(a.pkcs8Key(t), "PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
	tests := []struct {
		name, content string
		mode          os.FileMode
		want          string
	}{
		{"a key of its owner", pair, 0o600, ""},
		{"a key of a group", pair, 0o640, ""},
		{"a key for all to read", pair, 0o644, "holds a private key and has mode 0644: every user of this machine may read it"},
		{"an encrypted key for all to read", sealed, 0o644, ""},
		{"an encrypted key for all to change", sealed, 0o646, "holds a private key and has mode 0646: every user of this machine may change it"},
		{"a key for a group to change", pair, 0o660, "holds a private key and has mode 0660: its group may change it"},
		{"a certificate for all to read", a.cert, 0o644, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, test.content)
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range (&Inspector{}).Inspect([]string{path}, nil)[0].Fact.Problems {
				if p.Finding == FindingPermissions {
					got = p.Detail
				}
			}
			if got != test.want {
				t.Errorf("problem %q, want %q", got, test.want)
			}
		})
	}
}

func TestInspectorAsksOnce(t *testing.T) {
	a := makeCertificate(t, "a")
	sealed := a.cert + string(encryptedBlock(t, a))
	first, second := write(t, sealed), write(t, sealed)
	asked := 0
	i := &Inspector{Ask: func(path string) string {
		asked++
		if path != first {
			t.Errorf("asked for the password of %q, want %q", path, first)
		}
		return password
	}}
	for _, f := range i.Inspect([]string{write(t, a.cert), first, second}, nil)[1:] {
		if f.Fact.Key.Matches == "" {
			t.Errorf("key is not opened: %+v", f.Fact.Problems)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}
