package truststore

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
	"github.com/mongotls/mongotls/internal/verify"
)

// Bounds on reading a system's store.
const (
	maxBundle   = 16 << 20
	maxDirFiles = 5000
)

// usualBundles are where systems keep their roots in one file.
func usualBundles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Gentoo
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL, Fedora, Amazon Linux
		"/etc/pki/tls/certs/ca-bundle.crt",                  // older RHEL and Fedora
		"/etc/ssl/ca-bundle.pem",                            // SUSE
		"/var/lib/ca-certificates/ca-bundle.pem",            // SUSE, newer
		"/etc/ssl/cert.pem",                                 // Alpine, OpenBSD, FreeBSD
		"/etc/pki/tls/cert.pem",                             // RHEL and Fedora, for OpenSSL
		"/usr/local/share/certs/ca-root-nss.crt",            // FreeBSD ports
		"/etc/openssl/certs/ca-certificates.crt",            // NetBSD
		"/etc/certs/ca-certificates.crt",                    // illumos
	}
}

// usualDirs are where systems keep them one by one.
func usualDirs() []string {
	return []string{"/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/openssl/certs", "/etc/certs/CA"}
}

// loadSystem reads the roots that OpenSSL would take by default. SSL_CERT_FILE
// and SSL_CERT_DIR each replace their own default only, and also where they name
// nothing that exists: with SSL_CERT_FILE alone, OpenSSL still searches its
// directory of hashed names.
func loadSystem(o Options) *list {
	l := newList(verify.StoreSystem)
	env := o.Env
	if env == nil {
		env = func(string) string { return "" }
	}
	file, dirs := env("SSL_CERT_FILE"), env("SSL_CERT_DIR")
	if file == "" && dirs == "" && o.Bundles == nil && o.Dirs == nil && !enumerable() {
		l.available = false
		return l
	}
	var problems []string
	if file != "" {
		l.path = file
		if err := l.addFile(file); err != nil {
			problems = append(problems, fmt.Sprintf("reading SSL_CERT_FILE %q: %v", file, reason(err)))
		}
	}
	if dirs != "" {
		l.path = strings.Trim(l.path+string(filepath.ListSeparator)+dirs, string(filepath.ListSeparator))
		for _, dir := range filepath.SplitList(dirs) {
			if err := l.addDir(dir); err != nil {
				problems = append(problems, fmt.Sprintf("reading SSL_CERT_DIR %q: %v", dir, reason(err)))
			}
		}
	}
	if file == "" {
		bundles := orDefault(o.Bundles, usualBundles)
		if dirs != "" {
			// Only what OpenSSL itself takes for its default file.
			bundles = slices.DeleteFunc(slices.Clone(bundles), func(b string) bool { return filepath.Base(b) != "cert.pem" })
		}
		l.addUsual(bundles, l.addFile)
	}
	if dirs == "" && (file != "" || l.size == 0) {
		l.addUsual(orDefault(o.Dirs, usualDirs), l.addDir)
	}
	if l.size == 0 && len(problems) == 0 {
		problems = append(problems, "no trusted certificates found in any of the usual places")
	}
	l.problem = strings.Join(problems, "; ")
	return l
}

// enumerable is whether the system keeps its roots in files.
func enumerable() bool {
	return runtime.GOOS != "darwin" && runtime.GOOS != "windows" && runtime.GOOS != "ios"
}

func orDefault(given []string, usual func() []string) []string {
	if given != nil {
		return given
	}
	return usual()
}

// addUsual reads the first of the places that holds anything.
func (l *list) addUsual(places []string, read func(string) error) {
	for _, place := range places {
		before := l.size
		if err := read(place); err == nil && l.size > before {
			if l.path == "" {
				l.path = place
			}
			return
		}
	}
}

func (l *list) addFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	if info.Size() > maxBundle {
		return fmt.Errorf("larger than %d MiB", maxBundle>>20)
	}
	// A file that shrinks while it is read gives fewer bytes, one that grows no
	// more.
	data := make([]byte, info.Size())
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	data = data[:n]
	for der := range certificates(data) {
		l.add(der)
	}
	return nil
}

// certificates gives the content of the CERTIFICATE blocks of a PEM file. It is
// several times as fast as encoding/pem, which matters when every start reads a
// hundred and more roots; blocks with headers or broken base64 are passed over.
func certificates(data []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for {
			_, rest, found := bytes.Cut(data, []byte("-----BEGIN CERTIFICATE-----"))
			if !found {
				return
			}
			body, rest, found := bytes.Cut(rest, []byte("-----END CERTIFICATE-----"))
			if !found {
				return
			}
			data = rest
			// base64 is fastest without line ends to skip.
			packed := make([]byte, 0, len(body))
			for line := range bytes.Lines(body) {
				packed = append(packed, bytes.TrimSpace(line)...)
			}
			n, err := base64.StdEncoding.Decode(packed, packed)
			if err == nil && !yield(packed[:n]) {
				return
			}
		}
	}
}

// addDir reads a directory as OpenSSL does, which finds certificates by the hash
// of their subject only: files named like 5ed36f99.0.
func (l *list) addDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	hashed := 0
	for _, e := range entries {
		if e.IsDir() || !isHashedName(e.Name()) {
			continue
		}
		if hashed++; hashed > maxDirFiles {
			return fmt.Errorf("more than %d certificates", maxDirFiles)
		}
		// One unreadable file does not keep OpenSSL from the others.
		_ = l.addFile(filepath.Join(dir, e.Name()))
	}
	if hashed == 0 {
		return errors.New(`no file has a hashed name, by which OpenSSL finds certificates ("openssl rehash" makes them)`)
	}
	return nil
}

// isHashedName reports whether a file is named by the hash of a subject: eight
// hexadecimal digits, a dot and a number.
func isHashedName(name string) bool {
	hash, number, ok := strings.Cut(name, ".")
	return ok && len(hash) == 8 && strings.Trim(hash, "0123456789abcdef") == "" &&
		number != "" && strings.Trim(number, "0123456789") == ""
}

// reason is the text of err without the path, which stands beside it.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// PlatformVerify asks the operating system's verifier for the root that it
// trusts the presented chain by, where the roots cannot be enumerated. Hostname
// and purpose are left out. The error is that of crypto/x509.
func PlatformVerify(presented []*certificate.Certificate, at time.Time) (*certificate.Certificate, error) {
	if len(presented) == 0 {
		return nil, errors.New("no certificate to verify")
	}
	leaf, err := x509.ParseCertificate(presented[0].Raw)
	if err != nil {
		return nil, err
	}
	options := x509.VerifyOptions{
		Intermediates: x509.NewCertPool(),
		CurrentTime:   at,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	for _, p := range presented[1:] {
		if c, err := x509.ParseCertificate(p.Raw); err == nil {
			options.Intermediates.AddCert(c)
		}
	}
	chains, err := leaf.Verify(options)
	if err != nil {
		return nil, err
	}
	chain := chains[0]
	return certificate.Parse(chain[len(chain)-1].Raw)
}
