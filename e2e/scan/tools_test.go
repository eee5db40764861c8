package scan

import (
	"crypto"
	"crypto/x509"
	"encoding/csv"
	"encoding/pem"
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func privateKeyPEM(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// toolVersions are our names of versions, by those of the tools.
var toolVersions = map[string]string{
	"ssl 2": "SSL2.0", "ssl 3": "SSL3.0", "tls 1.0": "TLS1.0", "tls 1.1": "TLS1.1", "tls 1.2": "TLS1.2", "tls 1.3": "TLS1.3",
	"SSLv2": "SSL2.0", "SSLv3": "SSL3.0", "TLSv1.0": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2", "TLSv1.3": "TLS1.3",
	"SSLv2.0": "SSL2.0", "ssl2": "SSL2.0", "ssl3": "SSL3.0", "tls1": "TLS1.0", "tls1_1": "TLS1.1", "tls1_2": "TLS1.2", "tls1_3": "TLS1.3",
}

// bySSLScan is what sslscan finds.
func bySSLScan(t *testing.T, address string) seen {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sslscan.xml")
	_ = output(t, "sslscan", "--no-colour", "--no-heartbleed", "--no-check-certificate", "--sni-name=localhost", "--xml="+file, address)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Test struct {
			Protocols []struct {
				Type    string `xml:"type,attr"`
				Version string `xml:"version,attr"`
				Enabled string `xml:"enabled,attr"`
			} `xml:"protocol"`
			Ciphers []struct {
				Version string `xml:"sslversion,attr"`
				ID      string `xml:"id,attr"`
			} `xml:"cipher"`
			Groups []struct {
				Version string `xml:"sslversion,attr"`
				ID      string `xml:"id,attr"`
			} `xml:"group"`
		} `xml:"ssltest"`
	}
	if err := xml.Unmarshal(content, &document); err != nil {
		t.Fatalf("sslscan's XML: %v\n%s", err, content)
	}
	got := newSeen()
	for _, p := range document.Test.Protocols {
		if p.Enabled == "1" {
			got.versions[toolVersions[p.Type+" "+p.Version]] = true
		}
	}
	for _, c := range document.Test.Ciphers {
		got.suites[toolVersions[c.Version]+" "+strings.ToLower(c.ID)] = true
	}
	for _, g := range document.Test.Groups {
		got.groups[toolVersions[g.Version]+" "+strings.ToLower(g.ID)] = true
	}
	return got
}

// testsslCipher is how testssl.sh names a cipher suite that it was given.
var testsslCipher = regexp.MustCompile(`^cipher-(\w+)_x([0-9a-f]+)$`)

// byTestssl is what testssl.sh finds of versions and suites.
func byTestssl(t *testing.T, address string) seen {
	t.Helper()
	file := filepath.Join(t.TempDir(), "testssl.csv")
	_, port, _ := strings.Cut(address, ":")
	_ = output(t, "testssl", "--quiet", "--warnings", "off", "--color", "0", "--ip", "127.0.0.1", "--csvfile", file, "-p", "-E", "localhost:"+port)
	content, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	rows, err := csv.NewReader(content).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{"SSLv2": "SSL2.0", "SSLv3": "SSL3.0", "TLS1": "TLS1.0", "TLS1_1": "TLS1.1", "TLS1_2": "TLS1.2", "TLS1_3": "TLS1.3"}
	got := newSeen()
	for _, row := range rows {
		id, finding := row[0], row[4]
		if version, ok := ids[id]; ok && strings.HasPrefix(finding, "offered") {
			got.versions[version] = true
		}
		if m := testsslCipher.FindStringSubmatch(id); m != nil {
			digits := m[2]
			for len(digits) < 4 || len(digits) == 5 {
				digits = "0" + digits
			}
			got.suites[toolVersions[m[1]]+" 0x"+digits] = true
		}
	}
	return got
}
