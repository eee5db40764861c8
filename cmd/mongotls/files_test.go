package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/youmark/pkcs8"

	"github.com/mongotls/mongotls/internal/lab"
)

// scriptNow is the time that the files of scripts are made for.
var scriptNow = time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)

// makeFiles writes the certificates and keys that scripts about files look at,
// and sets NOW:
//
//	ca.pem, other-ca.pem        CAs
//	server.pem, member.pem      certificate and key, for db1.example.com
//	client.pem, twin.pem        certificate and key; twin passes for a member
//	expired.pem                 a client's, twelve days too old
//	chain.pem                   a server's below an intermediate, with it
//	server.crt, server.key      the two of server.pem apart
//	sealed.pem                  client.pem with its key encrypted by the secret
//	ca.key                      the key of ca.pem
//	revoked.pem                 a client's, which is on ca.crl
//	ca.crl, ca.crl.der          the CRL of ca.pem, for a week, in PEM and DER
func makeFiles(ts *testscript.TestScript, _ []string) {
	const day = 24 * time.Hour
	server, client := x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth
	names := []string{"db1.example.com"}
	pki, err := lab.NewPKI(scriptNow,
		lab.Node{ID: "ca", CA: true},
		lab.Node{ID: "other-ca", CA: true},
		lab.Node{ID: "sub", Issuer: "ca", CA: true},
		lab.Node{ID: "server", Issuer: "ca", OrganizationalUnit: "db", DNSNames: names, Usages: []x509.ExtKeyUsage{server}},
		lab.Node{ID: "member", Issuer: "ca", OrganizationalUnit: "db", DNSNames: names, Usages: []x509.ExtKeyUsage{server, client}},
		lab.Node{ID: "client", Issuer: "ca", OrganizationalUnit: "apps", Usages: []x509.ExtKeyUsage{client}},
		lab.Node{ID: "revoked", Issuer: "ca", OrganizationalUnit: "apps", Usages: []x509.ExtKeyUsage{client}},
		lab.Node{ID: "twin", Issuer: "ca", OrganizationalUnit: "db", Usages: []x509.ExtKeyUsage{client}},
		lab.Node{ID: "expired", Issuer: "ca", OrganizationalUnit: "apps", Usages: []x509.ExtKeyUsage{client}, NotBefore: -90 * day, NotAfter: -12 * day},
		lab.Node{ID: "chain", Issuer: "sub", OrganizationalUnit: "db", DNSNames: names, Usages: []x509.ExtKeyUsage{server}},
	)
	ts.Check(err)
	key := func(id string) []byte {
		text, err := pki.KeyPEM(id)
		ts.Check(err)
		return text
	}
	files := map[string][]byte{
		"ca.pem": pki.PEM("ca"), "other-ca.pem": pki.PEM("other-ca"), "ca.key": key("ca"),
		"server.crt": pki.PEM("server"), "server.key": key("server"),
		"chain.pem":  append(pki.PEM("chain", "sub"), key("chain")...),
		"sealed.pem": append(pki.PEM("client"), sealed(ts, key("client"))...),
	}
	for _, id := range []string{"server", "member", "client", "twin", "expired", "revoked"} {
		files[id+".pem"] = append(pki.PEM(id), key(id)...)
	}
	certs, err := pki.Certificates("ca", "revoked")
	ts.Check(err)
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: scriptNow.Add(-day), NextUpdate: scriptNow.Add(6 * day),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: certs[1].SerialNumber, RevocationTime: scriptNow.Add(-2 * day), ReasonCode: 1}},
	}, certs[0], pki.Chain("ca").PrivateKey.(crypto.Signer))
	ts.Check(err)
	files["ca.crl.der"] = list
	files["ca.crl"] = pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list})
	for name, content := range files {
		ts.Check(os.WriteFile(ts.MkAbs(name), content, 0o600))
	}
	ts.Setenv("NOW", scriptNow.Format(time.RFC3339))
}

// sealed encrypts a key with the secret of scripts.
func sealed(ts *testscript.TestScript, text []byte) []byte {
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	ts.Check(err)
	der, err := pkcs8.MarshalPrivateKey(key, []byte(secret), &pkcs8.Opts{
		Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 10, HMACHash: crypto.SHA256},
	})
	ts.Check(err)
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
}

func seal(ts *testscript.TestScript, args []string) {
	rest := []byte(ts.ReadFile(args[0]))
	var out []byte
	for {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		text := pem.EncodeToMemory(block)
		if block.Type == "PRIVATE KEY" {
			text = sealed(ts, text)
		}
		out, rest = append(out, text...), after
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o600))
}

func mode(ts *testscript.TestScript, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, not %s", args[1], got, args[0])
	}
}
