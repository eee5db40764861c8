package peers

import (
	"crypto"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/youmark/pkcs8"

	"github.com/mongotls/mongotls/internal/lab"
)

// TestGoDriverAndFerretDB lets FerretDB do the TLS itself. With a CA file it
// requires client certificates, and refuses them by alert, as servers written in
// Go do.
func TestGoDriverAndFerretDB(t *testing.T) {
	t.Parallel()
	files := newFiles(t)
	withTLS := func(certificate, ca string) string {
		l := ferretdb.ListenerConfig{TLS: "127.0.0.1:0", TLSCertFile: files[certificate], TLSKeyFile: files[certificate]}
		if ca != "" {
			l.TLSCAFile = files[ca]
		}
		return startFerretDB(t, l)
	}
	servers := map[string]string{
		"without client CAs": withTLS("server", ""),
		"with client CAs":    withTLS("server", "ca"),
		"expired":            withTLS("expired server", ""),
		"without TLS":        startFerretDB(t, ferretdb.ListenerConfig{TCP: "127.0.0.1:0"}),
	}
	for _, row := range []struct {
		name   string
		server string
		// host is what the client asks for; empty is 127.0.0.1.
		host string
		// query are the options of the connection string, names and values; the
		// name of a file stands for its path.
		query     []string
		want      []string
		goDiffers string
	}{
		{
			name: "a sound server", server: "without client CAs",
			query: []string{"tlsCAFile", "ca"},
		},
		{
			name: "a sound server by its name", server: "without client CAs", host: host,
			query: []string{"tlsCAFile", "ca"},
		},
		{
			name: "another name", server: "without client CAs", host: "other.example.test",
			query: []string{"tlsCAFile", "ca"},
			want:  []string{"fail hostname-mismatch"},
		},
		{
			name: "another name that may be", server: "without client CAs", host: "other.example.test",
			query:     []string{"tlsCAFile", "ca", "tlsAllowInvalidHostnames", "true"},
			want:      []string{"warn insecure-option", "warn hostname-mismatch", "warn option-unsupported"},
			goDiffers: "the Go driver does not take tlsAllowInvalidHostnames",
		},
		{
			name: "another CA", server: "without client CAs",
			query: []string{"tlsCAFile", "other ca"},
			want:  []string{"fail ca-file-mismatch"},
		},
		{
			name: "another CA and any certificate will do", server: "without client CAs",
			query: []string{"tlsCAFile", "other ca", "tlsInsecure", "true"},
			want:  []string{"warn insecure-option", "warn ca-file-mismatch"},
		},
		{
			name: "no CA file", server: "without client CAs",
			want: []string{"fail issuer-unknown"},
		},
		{
			name: "an expired server certificate", server: "expired",
			query: []string{"tlsCAFile", "ca"},
			want:  []string{"fail cert-expired"},
		},
		{
			name: "a client certificate asked for and sent", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "client"},
		},
		{
			name: "a client certificate asked for and none sent", server: "with client CAs",
			query: []string{"tlsCAFile", "ca"},
			want:  []string{"fail client-cert-required"},
		},
		{
			name: "a client certificate of another CA", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "other client"},
			want:  []string{"fail client-cert-untrusted"},
		},
		{
			name: "an expired client certificate", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "expired client"},
			want:  []string{"fail client-cert-expired"},
		},
		{
			name: "a server's certificate as the client's", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "server only"},
			want:  []string{"fail client-cert-purpose"},
		},
		{
			name: "a client certificate that nobody asked for", server: "without client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "client"},
			want:  []string{"warn client-cert-not-requested"},
		},
		{
			name: "an encrypted key", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "encrypted client", "tlsCertificateKeyFilePassword", password},
			want:  []string{"warn option-unsupported"},
		},
		{
			name: "an encrypted key with another password", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "encrypted client", "tlsCertificateKeyFilePassword", "not it"},
			want:  []string{"fail key-password-wrong"},
		},
		{
			name: "an encrypted key without password", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "encrypted client"},
			want:  []string{"fail key-password-required"},
		},
		{
			name: "a key of another certificate", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "mixed client"},
			want:  []string{"fail key-mismatch"},
		},
		{
			name: "a certificate without key", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "client without key"},
			want:  []string{"fail key-file-no-key"},
		},
		{
			name: "the CA file as certificate-key file", server: "with client CAs",
			query: []string{"tlsCAFile", "ca", "tlsCertificateKeyFile", "ca"},
			want:  []string{"fail wrong-file"},
		},
		{
			name: "a CA file that is not there", server: "without client CAs",
			query: []string{"tlsCAFile", "missing"},
			want:  []string{"fail file-unreadable"},
		},
		{
			name: "a CA file without certificates", server: "without client CAs",
			query: []string{"tlsCAFile", "nonsense"},
			want:  []string{"fail ca-file-invalid"},
		},
		{
			name: "a server without TLS", server: "without TLS",
			query: []string{"tlsCAFile", "ca"},
			want:  []string{"fail tls-disabled"},
		},
		{
			name: "neither side with TLS", server: "without TLS",
			query: []string{"tls", "false"},
			want:  []string{"warn no-encryption"},
		},
		{
			name: "a client without TLS", server: "without client CAs",
			query: []string{"tls", "false"},
			want:  []string{"fail plaintext-client", "fail issuer-unknown"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			asked := row.host
			if asked == "" {
				asked = "127.0.0.1"
			}
			query := append([]string{}, row.query...)
			for i := 1; i < len(query); i += 2 {
				if path, ok := files[query[i]]; ok {
					query[i] = path
				}
			}
			address := servers[row.server]
			uri := connectionString(t, asked, address, query...)
			got := untilAnswered(func() checked { return check(t, uri, "--connect", address) })
			if diff := cmp.Diff(row.want, got.tellings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			compareWithDriver(t, got, uri, address, row.goDiffers)
		})
	}
}

// password is that of the encrypted key.
const password = "correct horse"

// newFiles writes the files of TestGoDriverAndFerretDB and returns their paths by
// name.
func newFiles(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"missing": filepath.Join(dir, "missing.pem")}
	put := func(name string, content []byte) {
		files[name] = filepath.Join(dir, name+".pem")
		if err := os.WriteFile(files[name], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := usual()
	template := *c.node(t, leaf)
	expired, serverOnly, expiredClient := template, template, *c.node(t, client)
	expired.ID, expired.NotBefore, expired.NotAfter = "expired", -year, -day
	serverOnly.ID, serverOnly.Usages = "server only", serverOnly.Usages[:1]
	expiredClient.ID, expiredClient.NotBefore, expiredClient.NotAfter = "expired client", -year, -day
	other := lab.Node{ID: "other", CA: true}
	otherClient := *c.node(t, client)
	otherClient.ID, otherClient.Issuer = "other client", "other"
	c.nodes = append(c.nodes, expired, serverOnly, expiredClient, other, otherClient)
	made := c.issue(t)

	put("ca", made.authorities)
	put("other ca", made.PEM("other"))
	put("nonsense", []byte("no certificate is in here\n"))
	put("server", certificateKeyPEM(t, made.server))
	put("expired server", certificateKeyPEM(t, made.Chain("expired", intermediate)))
	put("client", certificateKeyPEM(t, made.Chain(client, intermediate)))
	put("client without key", made.PEM(client, intermediate))
	put("expired client", certificateKeyPEM(t, made.Chain("expired client", intermediate)))
	put("server only", certificateKeyPEM(t, made.Chain("server only", intermediate)))
	put("other client", certificateKeyPEM(t, made.Chain("other client")))
	put("mixed client", append(made.PEM(client, intermediate), keyPEM(t, made.Chain(leaf).PrivateKey)...))
	put("encrypted client", append(made.PEM(client, intermediate), encryptedKeyPEM(t, made.Chain(client).PrivateKey)...))
	return files
}

// encryptedKeyPEM is a key under password, as PKCS #8 (RFC 5958 section 3).
func encryptedKeyPEM(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	der, err := pkcs8.MarshalPrivateKey(key, []byte(password), nil)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
}
