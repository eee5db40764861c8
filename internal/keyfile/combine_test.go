package keyfile

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// issue makes a certificate of an issuer.
func issue(t testing.TB, issuer material, name string, isCA bool) material {
	t.Helper()
	m := makeCertificate(t, name)
	parent, err := x509.ParseCertificate(issuer.der)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0), IsCA: isCA, BasicConstraintsValid: isCA,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, m.key.Public(), issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	return material{m.key, der, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

func TestPartsOf(t *testing.T) {
	root := makeCA(t, "root")
	upper := issue(t, root, "upper", true)
	lower := issue(t, upper, "lower", true)
	leaf := issue(t, lower, "leaf", false)
	stranger := makeCertificate(t, "stranger")
	key := leaf.pkcs8Key(t)
	sealed := string(encryptedBlock(t, leaf))
	type result struct {
		// Files are the labels and subjects of each file, by its name.
		Files    map[string][]string
		Combined []string
		Error    string
	}
	tests := []struct {
		name  string
		files []string
		want  result
	}{
		{"in any order", []string{upper.cert + root.cert + key + leaf.cert + lower.cert}, result{
			Files: map[string][]string{
				"certificate.pem": {"CN=leaf"}, "key.pem": {"PRIVATE KEY"}, "chain.pem": {"CN=lower", "CN=upper"}, "ca.pem": {"CN=root"},
			},
			Combined: []string{"CN=leaf", "CN=lower", "CN=upper", "PRIVATE KEY"},
		}},
		{"in files of their own", []string{leaf.cert, key, lower.cert}, result{
			Files:    map[string][]string{"certificate.pem": {"CN=leaf"}, "key.pem": {"PRIVATE KEY"}, "chain.pem": {"CN=lower"}},
			Combined: []string{"CN=leaf", "CN=lower", "PRIVATE KEY"},
		}},
		{"with the certificate of another before", []string{stranger.cert + leaf.cert + key}, result{
			Files:    map[string][]string{"certificate.pem": {"CN=leaf"}, "key.pem": {"PRIVATE KEY"}, "ca.pem": {"CN=stranger"}},
			Combined: []string{"CN=leaf", "PRIVATE KEY"},
		}},
		{"with an encrypted key that stays so", []string{leaf.cert + sealed}, result{
			Files:    map[string][]string{"certificate.pem": {"CN=leaf"}, "key.pem": {"ENCRYPTED PRIVATE KEY"}},
			Combined: []string{"CN=leaf", "ENCRYPTED PRIVATE KEY"},
		}},
		{"twice the same", []string{leaf.cert + key, leaf.cert}, result{
			Files:    map[string][]string{"certificate.pem": {"CN=leaf"}, "key.pem": {"PRIVATE KEY"}},
			Combined: []string{"CN=leaf", "PRIVATE KEY"},
		}},
		{"without a key", []string{leaf.cert}, result{Files: map[string][]string{"certificate.pem": {"CN=leaf"}}, Error: "there is no private key"}},
		{"without a certificate", []string{key}, result{Files: map[string][]string{"key.pem": {"PRIVATE KEY"}}, Error: "there is no certificate that is not a CA's"}},
		{"with CAs only", []string{root.cert + upper.cert}, result{Files: map[string][]string{"ca.pem": {"CN=root", "CN=upper"}}, Error: "there is no certificate that is not a CA's"}},
		{"with nothing", []string{"text"}, result{Files: map[string][]string{}, Error: "there is no certificate that is not a CA's"}},
	}
	labels := func(content []byte) []string {
		var list []string
		f := (&Inspector{Password: password}).InspectData("written", content)
		for _, b := range f.Fact.Blocks {
			if b.Certificate != nil {
				list = append(list, b.Certificate.Subject)
			} else {
				list = append(list, b.Type)
			}
			if b.Error != "" {
				t.Errorf("a written block cannot be read: %s", b.Error)
			}
		}
		return list
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var files []*Inspection
			for _, content := range test.files {
				files = append(files, (&Inspector{Password: password}).InspectData("file", []byte(content)))
			}
			parts, err := PartsOf(files)
			if err != nil {
				t.Fatal(err)
			}
			got := result{Files: map[string][]string{}}
			for _, f := range parts.Split() {
				got.Files[f.Name] = labels(f.Content)
			}
			combined, err := parts.Combined()
			if err != nil {
				got.Error = err.Error()
			} else {
				got.Combined = labels(combined)
				if _, err := parsePair("combined", combined, "combined", combined, password); err != nil {
					t.Errorf("the combined file is not one that can be loaded: %v", err)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("PartsOf (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeysOfStoresStayEncrypted: what was protected by a password is not written
// in clear.
func TestKeysOfStoresStayEncrypted(t *testing.T) {
	a := makeCertificate(t, "a")
	full := newJKS(1)
	full.entry(1)
	sealed := protect(t, pkcs8DER(t, a), password)
	full.number(uint32(len(sealed)))
	full.Write(sealed)
	full.number(1)
	full.certificate(a.der)
	parts, err := PartsOf([]*Inspection{(&Inspector{Password: password}).InspectData("file", full.seal())})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(parts.Key), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n") {
		t.Error("the key is not encrypted")
	}
	combined, err := parts.Combined()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsePair("file", combined, "file", combined, password); err != nil {
		t.Error(err)
	}
	locked := (&Inspector{}).InspectData("file", full.seal())
	if _, err := PartsOf([]*Inspection{locked}); err == nil {
		t.Error("a key that could not be opened is written")
	}
}

func TestContradicts(t *testing.T) {
	a, b := makeCertificate(t, "a"), makeCertificate(t, "b")
	look := func(content string) *Inspection { return (&Inspector{}).InspectData("file", []byte(content)) }
	leaf := look(a.cert).Certificates[0]
	got := []bool{
		Contradicts([]*Inspection{look(a.cert + a.pkcs8Key(t))}, leaf),
		Contradicts([]*Inspection{look(a.cert), look(b.pkcs8Key(t))}, leaf),
		Contradicts([]*Inspection{look(a.cert + string(encryptedBlock(t, b)))}, leaf),
		Contradicts([]*Inspection{look(a.pkcs8Key(t))}, nil),
	}
	if diff := cmp.Diff([]bool{false, true, false, true}, got); diff != "" {
		t.Errorf("Contradicts of its key, another's, a locked one, no certificate (-want +got):\n%s", diff)
	}
}
