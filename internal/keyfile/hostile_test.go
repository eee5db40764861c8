package keyfile

import (
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hugeKey is an RSA key in PKCS#1 of so many bits, which to check would take
// hours: its numbers fit each other as far as they are compared first.
func hugeKey(t testing.TB, bits uint) []byte {
	t.Helper()
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), bits/2), big.NewInt(1))
	der, err := asn1.Marshal(struct {
		Version                int
		N, E, D, P, Q, X, Y, Z *big.Int
	}{0, new(big.Int).Mul(prime, prime), big.NewInt(65537), prime, prime, prime, prime, prime, prime})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestHugeKeysTakeNoTime: whatever a file holds, and however often, it is told
// quickly that no driver has a use for it.
func TestHugeKeysTakeNoTime(t *testing.T) {
	der := hugeKey(t, 2_000_000)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}))
	a := makeCertificate(t, "a")
	sealed := pbes2(t, oidPBKDF2, struct {
		Salt  []byte
		Count int
	}{make([]byte, 8), maxIterations}, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, make([]byte, 16), make([]byte, 1<<20))
	const tooLarge = "the private key: it is larger than 16 KiB, and no driver has a use for such a key"
	tests := []struct {
		name string
		data []byte
		want fault
	}{
		{"in PEM", []byte(a.cert + text), fault{FindingKeyFormat, tooLarge}},
		{"in PEM, ten times", []byte(a.cert + strings.Repeat(text, 10)), fault{FindingKeyFormat, tooLarge}},
		{"encrypted, before any of the rounds that are allowed", []byte(a.cert + string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: sealed}))), fault{FindingKeyFormat, tooLarge}},
		{"in DER", der, fault{FindingKeyFormat, "is a private key in DER, not PEM"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			_, err := parsePair("file", test.data, "file", test.data, password)
			if diff := cmp.Diff(test.want, faultOf(t, err, "file")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			i := (&Inspector{Password: password}).InspectData("file", test.data)
			if len(i.Fact.Problems) == 0 {
				t.Error("nothing is wrong with it")
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// slow reports whether reading a file takes more rounds of key derivation than a
// fuzzer has time for. What they come to at most is held elsewhere.
func slow(data []byte, password string) bool {
	const most = 1000
	for _, b := range blocks(data) {
		if e, err := b.encryption(); err == nil && e != nil && e.iterations > most {
			return true
		}
	}
	if e, err := parseEncryption(data); err == nil && e.iterations > most {
		return true
	}
	if formatOf(data).format != FormatPKCS12 {
		return false
	}
	p := &pfx{password: password, budget: most}
	_ = p.read(data)
	return p.budget < 0
}

// FuzzFile gives whatever a file may hold to everything that reads one, with a
// password for what is encrypted.
func FuzzFile(f *testing.F) {
	a := makeCertificate(f, "a")
	keystore := newJKS(1)
	keystore.entry(1)
	protected := protect(f, pkcs8DER(f, a), password)
	keystore.number(uint32(len(protected)))
	keystore.Write(protected)
	keystore.number(1)
	keystore.certificate(a.der)
	full := keystore.seal()
	for _, seed := range [][]byte{
		[]byte(a.cert + a.pkcs8Key(f)), append([]byte(a.cert), encryptedBlock(f, a)...),
		[]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000\n\nAAAAAAAAAAAAAAAAAAAAAA==\n-----END RSA PRIVATE KEY-----\n"),
		a.der, pkcs8DER(f, a), full, hostilePKCS12(f, 1), makeCRL(f, 1), []byte(utf16LE(a.cert)), []byte("- abcD1234\n- x"),
		[]byte("PuTTY-User-Key-File-3: ssh-rsa\n"), {},
	} {
		f.Add(seed, password)
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		if slow(data, password) {
			t.Skip("slow key derivation")
		}
		i := (&Inspector{Password: password}).InspectData("file", data)
		if i.Fact.Kind == "" || i.Fact.Format == "" {
			t.Errorf("kind %q, format %q", i.Fact.Kind, i.Fact.Format)
		}
		for _, p := range i.Fact.Problems {
			if p.Finding == "" || p.Detail == "" {
				t.Errorf("a problem without a word: %+v", p)
			}
		}
		if _, err := PartsOf([]*Inspection{i}); err != nil && i.key.Signer != nil {
			t.Errorf("a key that was read cannot be written: %v", err)
		}
		InspectCAData("file", data)
		if file, err := parseCAs("file", data); (err == nil) != (file != nil && len(file.Certificates) > 0) {
			t.Errorf("error %v beside %+v", err, file)
		}
		if pair, err := parsePair("file", data, "file", data, password); (pair == nil) == (err == nil) {
			t.Errorf("pair %v beside error %v", pair, err)
		}
	})
}
