package files

import (
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/mongotls/mongotls/internal/keyfile"
)

// openSSLReads is what an inspection says of drivers on OpenSSL.
func openSSLReads(s seen) bool {
	return s.Kind == keyfile.KindCertificateKey && len(s.Findings) == 0
}

// goReads is what an inspection says of the Go driver.
func goReads(s seen) bool { return openSSLReads(s) && !s.GoLimit }

// onlyGo are rows that are wrong because of OpenSSL, and that the Go driver
// reads.
var onlyGo = []string{
	"SEC 1 under the label of PKCS#8",
	"SEC 1 under the label of RSA",
	"PKCS#1 under the label of PKCS#8",
	"blank lines in the base64 text",
	"DEK-Info with DES",
}

// nodeDiffers are rows that Node reads and other programs on OpenSSL do not: it
// takes the key apart from the certificate, and a key of another certificate
// takes that one's place without a word. The handshake fails then.
var nodeDiffers = []string{"the CA before the certificate"}

// tryGoDriver holds the prediction to what the Go driver does with the file.
func tryGoDriver(t *testing.T, path, password string, row string, got seen) {
	t.Helper()
	query := url.Values{"tls": {"true"}, "tlsCertificateKeyFile": {path}}
	if password != "" {
		query.Set("tlsCertificateKeyFilePassword", password)
	}
	err := options.Client().ApplyURI("mongodb://localhost/?" + strings.ReplaceAll(query.Encode(), "+", "%20")).Validate()
	predicted := goReads(got) || slices.Contains(onlyGo, row)
	if (err == nil) != predicted {
		t.Errorf("the Go driver says %v; it was predicted to read the file: %t", err, predicted)
	}
}

// loadWithNode loads a file as the Node driver does: the same bytes as
// certificate and key.
const loadWithNode = `
const pem = require('fs').readFileSync(process.argv[1]);
const options = {cert: pem, key: pem};
if (process.argv[2]) options.passphrase = process.argv[2];
try { require('tls').createSecureContext(options); } catch (e) { console.log(e.message); process.exit(3); }
`

// tryNode holds the prediction to what Node, and OpenSSL in it, does with the
// file.
func tryNode(t *testing.T, path, password, row string, got seen) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil || slices.Contains(nodeDiffers, row) {
		t.Logf("Node was not asked: %v", err)
		return
	}
	out, err := exec.CommandContext(t.Context(), node, "-e", loadWithNode, path, password).Output()
	if predicted := openSSLReads(got); (err == nil) != predicted {
		t.Errorf("Node says %v %s; it was predicted to read the file: %t", err, out, predicted)
	}
}
