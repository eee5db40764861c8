package survey

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/probe"
	"github.com/mongotls/mongotls/internal/target"
)

func parse(t testing.TB, input string) *target.Target {
	t.Helper()
	parsed, problems := target.Parse(input)
	if target.HasError(problems) {
		t.Fatalf("%s: %v", input, problems)
	}
	return parsed
}

func start(t testing.TB, scenario string) *lab.Instance {
	t.Helper()
	i, err := lab.Start(t.Context(), scenario, lab.StartOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

func TestObserveTrustsTheCAFile(t *testing.T) {
	i := start(t, "healthy")
	run := (&Survey{}).Observe(t.Context(), []*target.Target{parse(t, i.URI)})
	f := run.Targets[0]
	files := []fact.File{{Option: "tlsCAFile", Path: i.Files["tlsCAFile"], Certificates: 1, Subjects: []string{"CN=mongotls lab root,O=mongotls lab"}}}
	if diff := cmp.Diff(files, f.Files); diff != "" {
		t.Errorf("files (-want +got)\n%s", diff)
	}
	trust := f.Endpoints[0].Trust
	if trust == nil || trust.Store != "tlsCAFile" || trust.StoreSize == nil || *trust.StoreSize != 1 || len(trust.Anchors) != 1 {
		t.Errorf("trust = %+v", trust)
	}
}

// TestFilesAreFacts: what is wrong with a local file is recorded, and the
// endpoint is looked at all the same.
func TestFilesAreFacts(t *testing.T) {
	i := start(t, "healthy")
	junk := filepath.Join(t.TempDir(), "junk.pem")
	if err := os.WriteFile(junk, []byte("<html>not found</html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, options, option, problem string
	}{
		{"a CA file that is not there", "tlsCAFile=/no/such/ca.pem", "tlsCAFile", "file-unreadable"},
		{"a CA file that is a web page", "tlsCAFile=" + junk, "tlsCAFile", "ca-file-invalid"},
		{"a certificate-key file that is not there", "tlsCertificateKeyFile=/no/such/client.pem", "tlsCertificateKeyFile", "file-unreadable"},
		{"a certificate-key file without a certificate", "tlsCertificateKeyFile=" + junk, "tlsCertificateKeyFile", "key-file-no-certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			uri := fmt.Sprintf("mongodb://%s/?tls=true&%s", i.Target, tt.options)
			f := (&Survey{}).Observe(t.Context(), []*target.Target{parse(t, uri)}).Targets[0]
			if len(f.Files) != 1 || f.Files[0].Option != tt.option || f.Files[0].Problem != tt.problem || f.Files[0].Detail == "" {
				t.Errorf("files = %+v", f.Files)
			}
			if e := f.Endpoints[0]; e.Handshake == nil || !e.Handshake.OK || len(e.Certificates) == 0 {
				t.Errorf("the endpoint was not looked at: %+v", e.Handshake)
			}
		})
	}
}

func TestEachFileIsReadOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.pem")
	var c fileCache
	readers := map[string]func() error{
		"a CA file":            func() error { _, err := c.authorities(path); return err },
		"a client certificate": func() error { _, err := c.client(clientFile{path: path}); return err },
	}
	first := map[string]error{}
	for name, read := range readers {
		if first[name] = read(); first[name] == nil {
			t.Fatalf("%s that is not there was read", name)
		}
	}
	if err := os.WriteFile(path, []byte("too late"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, read := range readers {
		if second := read(); !errors.Is(second, first[name]) {
			t.Errorf("%s was read again: %v", name, second)
		}
	}
	if _, err := c.client(clientFile{path: path, password: "another"}); errors.Is(err, first["a client certificate"]) {
		t.Error("with another password it was not read again")
	}
}

func TestHostsNamedTwiceAreOne(t *testing.T) {
	f, hosts := (&Survey{}).Plan(t.Context(), parse(t, "mongodb://a:1,b:2,a:1/?tls=true"))
	want := []target.HostPort{{Host: "a", Port: 1}, {Host: "b", Port: 2}}
	if diff := cmp.Diff(want, hosts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !f.Options.TLS {
		t.Error("tls=true was lost")
	}
}

func TestManyTargetsAreBoundedInNumber(t *testing.T) {
	const concurrency, targets = 4, 200
	var at, most atomic.Int32
	dial := func(context.Context, string, string) (net.Conn, error) {
		n := at.Add(1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(time.Millisecond)
		at.Add(-1)
		return nil, errors.New("told to fail")
	}
	var list []*target.Target
	for i := range targets {
		list = append(list, parse(t, fmt.Sprintf("192.0.2.1:%d", i+1)))
	}
	var mu sync.Mutex
	var last [2]int
	s := &Survey{Client: &probe.Client{Dial: dial}, Concurrency: concurrency, Progress: func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		last = [2]int{done, total}
	}}
	run := s.Observe(t.Context(), list)
	if most.Load() > concurrency {
		t.Errorf("%d endpoints at once, %d allowed", most.Load(), concurrency)
	}
	if last != [2]int{targets, targets} {
		t.Errorf("progress ended at %v", last)
	}
	for i, f := range run.Targets {
		if f.Endpoints[0].Port != i+1 {
			t.Fatalf("target %d holds port %d: the order was lost", i, f.Endpoints[0].Port)
		}
	}
}

// noRecords is a resolver to which no name exists.
type noRecords struct{}

func (noRecords) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	return "", nil, &net.DNSError{Err: "no such host", Name: "_" + service + "._" + proto + "." + name, IsNotFound: true}
}

func (noRecords) LookupTXT(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func TestSRVThatIsNotFound(t *testing.T) {
	f := (&Survey{SRV: noRecords{}}).Observe(t.Context(), []*target.Target{parse(t, "mongodb+srv://cluster0.example.com")}).Targets[0]
	if f.SRV == nil || f.SRV.Problem != "srv-not-found" || !strings.Contains(f.SRV.Name, "cluster0.example.com") {
		t.Errorf("SRV = %+v", f.SRV)
	}
	if len(f.Endpoints) != 0 {
		t.Errorf("%d endpoints", len(f.Endpoints))
	}
}

// oneHost is a resolver to which every name has one host, and this TXT record.
type oneHost string

func (oneHost) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", []*net.SRV{{Target: "db1.example.com.", Port: 1}}, nil
}

func (txt oneHost) LookupTXT(context.Context, string) ([]string, error) {
	return []string{string(txt)}, nil
}

// TestSourceOfTheTXTRecord: drivers take authSource from there, which MONGODB-X509
// does not go with.
func TestSourceOfTheTXTRecord(t *testing.T) {
	tests := []struct{ name, uri, want string }{
		{"of the TXT record", "mongodb+srv://c.example.com/?authMechanism=MONGODB-X509", "admin"},
		{"of the connection string", "mongodb+srv://c.example.com/?authMechanism=MONGODB-X509&authSource=$external", "$external"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, hosts := (&Survey{SRV: oneHost("authSource=admin")}).Plan(t.Context(), parse(t, test.uri))
			if f.Options.AuthSource != test.want || f.X509 == nil || len(hosts) != 1 {
				t.Errorf("authSource %q, X.509 %+v, %d hosts", f.Options.AuthSource, f.X509, len(hosts))
			}
		})
	}
}

// TestCertificateUserIsAFact: of whoever authenticates with a certificate.
func TestCertificateUserIsAFact(t *testing.T) {
	i := start(t, "x509-authenticated")
	const user = "CN=application,OU=clients,O=mongotls lab"
	tests := []struct {
		name   string
		survey *Survey
		target string
		want   *fact.X509
	}{
		{"with the mechanism", &Survey{}, i.URI, &fact.X509{Username: user, CertificateUser: user}},
		{"with --authenticate", &Survey{Authenticate: true}, strings.Replace(i.URI, "authMechanism=MONGODB-X509", "", 1), &fact.X509{CertificateUser: user}},
		{"with neither", &Survey{}, strings.Replace(i.URI, "authMechanism=MONGODB-X509", "", 1), nil},
		{"without a certificate that can be read", &Survey{Authenticate: true}, "mongodb://localhost/?tls=true&tlsCertificateKeyFile=/no/such.pem&authMechanism=MONGODB-X509", &fact.X509{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.survey.Client = &probe.Client{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("told to fail") }}
			f := test.survey.Observe(t.Context(), []*target.Target{parse(t, test.target)}).Targets[0]
			if diff := cmp.Diff(test.want, f.X509); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestTypedPasswords open keys that no option opens.
func TestTypedPasswords(t *testing.T) {
	option, typed := target.Option[target.Secret]{Value: "option", Origin: target.FromURI}, map[string]target.Secret{"c.pem": "cert", "k.pem": "key"}
	tests := []struct {
		name    string
		options target.Options
		want    target.Secret
	}{
		{"for the file", target.Options{TLSCertificateKeyFile: target.Option[string]{Value: "c.pem"}}, "cert"},
		{"for the key's own file", target.Options{TLSCertificateKeyFile: target.Option[string]{Value: "c.pem"}, TLSPrivateKeyFile: target.Option[string]{Value: "k.pem"}}, "key"},
		{"under the option", target.Options{TLSCertificateKeyFile: target.Option[string]{Value: "c.pem"}, TLSCertificateKeyFilePassword: option}, "option"},
		{"for another file", target.Options{TLSCertificateKeyFile: target.Option[string]{Value: "d.pem"}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := (&Survey{KeyPasswords: typed}).keyPassword(&target.Target{Options: test.options}); got != test.want {
				t.Error("another password")
			}
		})
	}
}
