package keyfile

import (
	"crypto"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"

	"github.com/mongotls/mongotls/internal/fact"
)

// encryptedBlock is the key of m in PKCS#8, encrypted, in PEM.
func encryptedBlock(t testing.TB, m material) []byte {
	t.Helper()
	der, err := pkcs8.MarshalPrivateKey(m.key, []byte(password), &pkcs8.Opts{
		Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1, HMACHash: crypto.SHA256},
	})
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
}

// secretsOf are what must not be told: the password, and any part of the key
// that is long enough to be told by chance.
func secretsOf(t testing.TB, m material) []string {
	t.Helper()
	scalar, err := m.key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Split(m.pkcs8Key(t), "\n")[1:], "")
	secrets := []string{password, fmt.Sprintf("%x", scalar), base64.StdEncoding.EncodeToString(scalar)[:40]}
	for at := 0; at+24 <= len(text); at += 24 {
		secrets = append(secrets, text[at:at+24])
	}
	return secrets
}

// TestNothingTellsSecrets looks for the key and its password in all that is told
// of good and of broken files.
func TestNothingTellsSecrets(t *testing.T) {
	a, b := makeCertificate(t, "a"), makeCertificate(t, "b")
	clear, sealed := a.pkcs8Key(t), string(encryptedBlock(t, a))
	files := map[string]string{
		"pair": a.cert + clear, "key": clear, "sealed": a.cert + sealed, "mismatch": b.cert + clear,
		"glued": strings.TrimSuffix(a.cert, "\n") + clear, "one line": strings.ReplaceAll(a.cert+clear, "\n", ""),
		"cut off": a.cert + clear[:len(clear)-40], "wrong label": a.cert + strings.ReplaceAll(clear, "PRIVATE", "RSA PRIVATE"),
		"header":  a.cert + strings.Replace(clear, "KEY-----\n", "KEY-----\nDEK-Info: "+password+"\n\n", 1),
		"escaped": strings.ReplaceAll(clear, "\n", `\n`), "no marks": strings.Join(strings.Split(clear, "\n")[1:4], "\n"),
	}
	for name, content := range files {
		for _, given := range []string{"", password, password + "!"} {
			path := write(t, content)
			told := fmt.Sprintf("%+v", (&Inspector{Password: given}).Inspect([]string{path}, nil)[0].Fact)
			_, err := LoadCertificateKey(path, "", given)
			told += fmt.Sprint(err)
			_, err = LoadCAs(path)
			told += fmt.Sprint(err)
			for _, secret := range secretsOf(t, a) {
				if strings.Contains(told, secret) {
					t.Errorf("%s: %q is told", name, secret)
				}
			}
		}
	}
}

// TestSecretsAreFound: the test above can fail.
func TestSecretsAreFound(t *testing.T) {
	a := makeCertificate(t, "a")
	found := false
	told := fmt.Sprintf("%+v", fact.LocalFile{Problems: []fact.FileProblem{{Detail: strings.Split(a.pkcs8Key(t), "\n")[1]}}})
	for _, secret := range secretsOf(t, a) {
		found = found || strings.Contains(told, secret)
	}
	if !found {
		t.Error("a line of the key is not recognised as a secret")
	}
}
