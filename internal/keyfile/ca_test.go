package keyfile

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// material is a certificate and its key.
type material struct {
	key  *ecdsa.PrivateKey
	der  []byte
	cert string // PEM
}

// made caches material by name; a name stands for one certificate.
var made sync.Map

func makeCertificate(t testing.TB, name string) material {
	t.Helper()
	if m, ok := made.Load(name); ok {
		return m.(material)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	m := material{key, der, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
	made.Store(name, m)
	return m
}

// pkcs8Key is the key in clear, PKCS#8.
func (m material) pkcs8Key(t testing.TB) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(m.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// write makes a file for the duration of the test.
func write(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.pem")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// fault is what the tests compare of an Error.
type fault struct{ Finding, Detail string }

func faultOf(t testing.TB, err error, path string) fault {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error = %v, want an *Error", err)
	}
	if e.Path != path || !strings.Contains(e.Error(), path) || !strings.Contains(e.Error(), e.Detail) {
		t.Errorf("error %q of path %q does not tell %q", e, e.Path, path)
	}
	return fault{e.Finding, e.Detail}
}

func TestLoadCAs(t *testing.T) {
	a, b := makeCertificate(t, "a"), makeCertificate(t, "b")
	broken := strings.Replace(a.cert, "\nMII", "\n!!!", 1)
	short := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.der[:50]}))
	type summary struct {
		Subjects []string
		Bad      []BadBlock
		Keys     int
	}
	tests := []struct {
		name, content string
		want          summary
	}{
		{"one certificate", a.cert, summary{Subjects: []string{"CN=a"}}},
		{"several with text around them", "# ours\n" + a.cert + "subject=b\n\n" + b.cert + "the end\n", summary{Subjects: []string{"CN=a", "CN=b"}}},
		{"Windows line ends and a byte order mark", "\xef\xbb\xbf" + strings.ReplaceAll(a.cert, "\n", "\r\n"), summary{Subjects: []string{"CN=a"}}},
		{"blanks at the line ends", strings.ReplaceAll(a.cert, "\n", "  \n"), summary{Subjects: []string{"CN=a"}}},
		{"no newline at the end", strings.TrimSpace(a.cert), summary{Subjects: []string{"CN=a"}}},
		{"a block that is not base64 before a good one", broken + b.cert,
			summary{Subjects: []string{"CN=b"}, Bad: []BadBlock{{1, "not base64"}}}},
		{"a block cut off before a good one", "\n" + a.cert[:100] + "\n" + b.cert,
			summary{Subjects: []string{"CN=b"}, Bad: []BadBlock{{2, "BEGIN without END"}}}},
		{"a certificate cut off", short + b.cert, summary{Subjects: []string{"CN=b"}, Bad: []BadBlock{{1, "not a DER certificate"}}}},
		{"an empty block", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" + b.cert,
			summary{Subjects: []string{"CN=b"}, Bad: []BadBlock{{1, "empty"}}}},
		{"a key beside the certificate", a.pkcs8Key(t) + a.cert, summary{Subjects: []string{"CN=a"}, Keys: 1}},
		{"the label of old", strings.ReplaceAll(a.cert, "CERTIFICATE", "X509 CERTIFICATE"), summary{Subjects: []string{"CN=a"}}},
		{"OpenSSL's trusted certificate", string(pem.EncodeToMemory(&pem.Block{
			Type: "TRUSTED CERTIFICATE", Bytes: append(bytes.Clone(a.der), 0x30, 0),
		})), summary{Subjects: []string{"CN=a"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, test.content)
			file, err := LoadCAs(path)
			if err != nil {
				t.Fatal(err)
			}
			got := summary{Bad: file.Bad, Keys: file.Keys}
			for _, c := range file.Certificates {
				got.Subjects = append(got.Subjects, c.Subject)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("LoadCAs (-want +got):\n%s", diff)
			}
			if file.Path != path {
				t.Errorf("Path = %q, want %q", file.Path, path)
			}
		})
	}
}

func utf16LE(s string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(s)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func TestLoadCAsFails(t *testing.T) {
	a := makeCertificate(t, "a")
	tests := []struct {
		name, content string
		want          fault
	}{
		{"nothing", "", fault{FindingCAInvalid, "is empty"}},
		{"blank lines", " \n\r\n", fault{FindingCAInvalid, "is empty"}},
		{"text", "hello\n", fault{FindingCAInvalid, "holds no certificate"}},
		{"a private key", a.pkcs8Key(t), fault{FindingCAInvalid, "holds a private key and no certificate"}},
		{"a certificate request", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
			fault{FindingCAInvalid, "holds a certificate request, not a certificate"}},
		{"a certificate in DER", string(a.der),
			fault{FindingCAInvalid, "is a certificate in DER, not PEM"}},
		{"only a broken block", strings.Replace(a.cert, "\nMII", "\n!!!", 1),
			fault{FindingCAInvalid, "holds no readable certificate; the block at line 1: not base64"}},
		{"a block with the wrong end", strings.Replace(a.cert, "END CERTIFICATE", "END CERT", 1),
			fault{FindingCAInvalid, "holds no readable certificate; the block at line 1: END does not match BEGIN"}},
		{"line ends of old Macintoshes", strings.ReplaceAll(a.cert, "\n", "\r"),
			fault{FindingCAInvalid, "holds no readable certificate; the block at line 1: its lines end in CR alone, which no driver reads"}},
		{"a Java key store", "\xfe\xed\xfe\xed\x00\x00\x00\x02", fault{FindingCAInvalid, "is a Java key store (JKS), not PEM"}},
		{"a Java key store with JCE", "\xce\xce\xce\xce\x00\x00\x00\x02", fault{FindingCAInvalid, "is a Java key store (JCEKS), not PEM"}},
		{"PKCS#12", "\x30\x07\x02\x01\x03\x30\x02\x06\x00", fault{FindingCAInvalid, "is a PKCS#12 file, not PEM"}},
		{"PKCS#12 of indefinite length", "\x30\x80\x02\x01\x03\x30\x80\x06\x00", fault{FindingCAInvalid, "is a PKCS#12 file, not PEM"}},
		{"PKCS#7", "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", fault{FindingCAInvalid, "is a PKCS#7 file, not PEM"}},
		{"UTF-16", utf16LE(a.cert), fault{FindingCAInvalid, "is text in UTF-16, not PEM"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := write(t, test.content)
			_, err := LoadCAs(path)
			if diff := cmp.Diff(test.want, faultOf(t, err, path)); diff != "" {
				t.Errorf("LoadCAs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.pem")
	large := filepath.Join(dir, "large.pem")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, MaxSize+1); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(dir, "closed.pem")
	if err := os.WriteFile(closed, []byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, path string
		want       fault
	}{
		{"a missing file", missing, fault{FindingUnreadable, "no such file"}},
		{"a directory", dir, fault{FindingUnreadable, "is a directory"}},
		{"a device", os.DevNull, fault{FindingUnreadable, "is not a regular file"}},
		{"a huge file", large, fault{FindingUnreadable, "is larger than 16 MiB"}},
		{"a file of somebody else", closed, fault{FindingUnreadable, "permission denied"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.path != missing && test.path != dir {
				t.Skip("Windows has other devices and permissions")
			}
			if test.path == closed && os.Geteuid() == 0 {
				t.Skip("root may read every file")
			}
			_, err := LoadCAs(test.path)
			if diff := cmp.Diff(test.want, faultOf(t, err, test.path)); diff != "" {
				t.Errorf("LoadCAs (-want +got):\n%s", diff)
			}
			_, err = LoadCertificateKey(test.path, "", "")
			if diff := cmp.Diff(test.want, faultOf(t, err, test.path)); diff != "" {
				t.Errorf("LoadCertificateKey (-want +got):\n%s", diff)
			}
		})
	}
}

// TestContainersOfOpenSSL recognises what OpenSSL really writes.
func TestContainersOfOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("OpenSSL makes these files and is not installed")
	}
	a := makeCertificate(t, "a")
	in := write(t, a.cert+a.pkcs8Key(t))
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"PKCS#12", []string{"pkcs12", "-export", "-passout", "pass:x", "-in", in}, "is a PKCS#12 file, not PEM"},
		{"PKCS#7", []string{"crl2pkcs7", "-nocrl", "-certfile", in, "-outform", "DER"}, "is a PKCS#7 file, not PEM"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			if text, err := exec.CommandContext(t.Context(), openssl, append(test.args, "-out", out)...).CombinedOutput(); err != nil {
				t.Fatalf("openssl: %v\n%s", err, text)
			}
			_, err := LoadCAs(out)
			if diff := cmp.Diff(fault{FindingCAInvalid, test.want}, faultOf(t, err, out)); diff != "" {
				t.Errorf("LoadCAs (-want +got):\n%s", diff)
			}
			_, err = LoadCertificateKey(out, "", "x")
			if diff := cmp.Diff(fault{FindingKeyFormat, test.want}, faultOf(t, err, out)); diff != "" {
				t.Errorf("LoadCertificateKey (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParseCAs(f *testing.F) {
	a := makeCertificate(f, "a")
	f.Add([]byte(a.cert))
	f.Add(a.der)
	f.Add([]byte(utf16LE("x")))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parseCAs("file", data)
		if (err == nil) != (file != nil && len(file.Certificates) > 0) {
			t.Errorf("error %v beside %+v", err, file)
		}
	})
}
