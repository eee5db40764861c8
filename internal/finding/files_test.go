package finding_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/keyfile"
	"github.com/mongotls/mongotls/internal/verify"
)

// now is when the files of these tests are looked at.
var now = time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)

// issued is a certificate with its key.
type issued struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (i issued) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.cert.Raw}))
}

func (i issued) keyPEM(t testing.TB) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// issue makes a certificate, self-signed without an issuer.
func issue(t testing.TB, issuer *issued, name pkix.Name, edit func(*x509.Certificate)) issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: name, SubjectKeyId: []byte(name.CommonName),
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if edit != nil {
		edit(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.cert, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return issued{cert, key}
}

func authority(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid = true, true
	c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

// purposes sets the extended key usages, and the name db1.example.com for a
// server.
func purposes(usages ...x509.ExtKeyUsage) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.ExtKeyUsage = usages
		if slices.Contains(usages, x509.ExtKeyUsageServerAuth) {
			c.DNSNames = []string{"db1.example.com"}
		}
	}
}

func both(edits ...func(*x509.Certificate)) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, edit := range edits {
			edit(c)
		}
	}
}

func expired(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = now.AddDate(-1, 0, 0), now.AddDate(0, 0, -12)
}

// look reads files as the command does, with the CAs of caFile as trust store.
func look(t testing.TB, files map[string]string, caFile string) *fact.Files {
	t.Helper()
	f := &fact.Files{StartedAt: now}
	i := &keyfile.Inspector{}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	f.Trust = &fact.Trust{Store: verify.StoreSystem, Anchors: []fact.Anchor{}}
	anchors := ""
	for _, name := range names {
		if name == caFile {
			f.CAFile, anchors = &keyfile.InspectCAData(name, []byte(files[name])).Fact, name
			continue
		}
		file := i.InspectData(name, []byte(files[name])).Fact
		if file.Kind == keyfile.KindCA && caFile == "" {
			anchors = name
		}
		f.Files = append(f.Files, file)
	}
	// Keys are matched across files, as by Inspect.
	for k := range f.Files {
		for _, other := range f.Files {
			for _, b := range other.Blocks {
				if f.Files[k].Key.Present && f.Files[k].Key.Matches == "" && b.Certificate != nil &&
					i.InspectData("", []byte(b.Certificate.PEM+files[f.Files[k].Path])).Fact.Key.Matches == b.Certificate.SHA256 {
					f.Files[k].Key.Matches = b.Certificate.SHA256
				}
			}
		}
	}
	if anchors != "" {
		f.Trust.Store, f.Trust.StorePath = verify.StoreCAFile, anchors
		for _, c := range i.InspectData(anchors, []byte(files[anchors])).Certificates {
			f.Trust.Anchors = append(f.Trust.Anchors, fact.Anchor{Stores: []string{verify.StoreCAFile}, Subject: c.Subject, SHA256: c.SHA256, PEM: c.PEM()})
		}
	}
	return f
}

// said are a judgement's findings in short; those about drivers that go their
// own way and about members are left out, because every file has them, or every
// server's.
func said(j finding.FilesJudgement) []string {
	var list []string
	for _, f := range j.Findings {
		if f.Severity == finding.Info && (f.ID == "key-format-driver" || f.ID == "purpose-client-auth") {
			continue
		}
		list = append(list, string(f.Severity)+" "+string(f.ID)+": "+f.Detail)
	}
	return list
}

func TestJudgeFiles(t *testing.T) {
	acme := func(unit, name string) pkix.Name {
		return pkix.Name{Organization: []string{"Acme"}, OrganizationalUnit: []string{unit}, CommonName: name}
	}
	root := issue(t, nil, pkix.Name{CommonName: "root"}, authority)
	sub := issue(t, &root, pkix.Name{CommonName: "sub"}, authority)
	server := issue(t, &root, acme("db", "server"), purposes(x509.ExtKeyUsageServerAuth))
	member := issue(t, &root, acme("db", "member"), purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth))
	client := issue(t, &root, acme("apps", "client"), purposes(x509.ExtKeyUsageClientAuth))
	twin := issue(t, &root, acme("db", "twin"), purposes(x509.ExtKeyUsageClientAuth))
	below := issue(t, &sub, acme("db", "below"), purposes(x509.ExtKeyUsageServerAuth))
	old := issue(t, &root, acme("apps", "old"), both(purposes(x509.ExtKeyUsageClientAuth), expired))
	oldServer := issue(t, &root, acme("db", "old"), both(purposes(x509.ExtKeyUsageServerAuth), expired))
	oldRoot := issue(t, nil, pkix.Name{CommonName: "old root"}, both(authority, expired))
	stranger := issue(t, nil, pkix.Name{CommonName: "stranger"}, authority)
	soon := issue(t, &root, acme("apps", "soon"), both(purposes(x509.ExtKeyUsageClientAuth), func(c *x509.Certificate) { c.NotAfter = now.AddDate(0, 0, 5) }))
	pair := func(i issued) string { return i.pem() + i.keyPEM(t) }
	tests := []struct {
		name      string
		files     map[string]string
		caFile    string
		as        string
		hostnames []string
		want      []string
		trusted   bool
		verdict   finding.Verdict
	}{
		{name: "a server's file and its CA", files: map[string]string{"s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem",
			hostnames: []string{"db1.example.com"}, trusted: true, verdict: finding.Pass},
		{name: "the CA beside it instead of as an option", files: map[string]string{"s.pem": pair(server), "x.pem": root.pem()}, trusted: true, verdict: finding.Pass},
		{name: "another name", files: map[string]string{"s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem", hostnames: []string{"db1.example.com", "other"},
			want: []string{"fail hostname-mismatch: other is none of the certificate's names: db1.example.com."}, trusted: true, verdict: finding.Failure},
		{name: "an address", files: map[string]string{"s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem", hostnames: []string{"192.0.2.1"},
			want: []string{"fail hostname-ip-not-in-san: The certificate has no IP entry 192.0.2.1; its names are: db1.example.com."}, trusted: true, verdict: finding.Failure},
		{name: "a server's certificate as a member's", files: map[string]string{"s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem", as: "member",
			want: []string{"fail purpose-client-auth: The server's certificate is limited to purposes without clientAuth: extendedKeyUsage serverAuth."}, trusted: true, verdict: finding.Failure},
		{name: "a member's certificate", files: map[string]string{"m.pem": pair(member), "ca.pem": root.pem()}, caFile: "ca.pem", as: "member", trusted: true, verdict: finding.Pass},
		{name: "a client's certificate", files: map[string]string{"c.pem": pair(client), "ca.pem": root.pem()}, caFile: "ca.pem", trusted: true, verdict: finding.Pass},
		{name: "a client's certificate as a server's", files: map[string]string{"c.pem": pair(client), "ca.pem": root.pem()}, caFile: "ca.pem", as: "server",
			want: []string{"fail purpose-server-auth: The server's certificate is limited to other purposes than serverAuth: extendedKeyUsage clientAuth."}, verdict: finding.Failure},
		{name: "a server's certificate as a client's", files: map[string]string{"s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem", as: "client",
			want: []string{"fail client-cert-purpose: The client's certificate is limited to purposes without clientAuth: extendedKeyUsage serverAuth."}, verdict: finding.Failure},
		{name: "an expired client certificate", files: map[string]string{"c.pem": pair(old), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{"fail client-cert-expired: The client's certificate was valid until 2026-05-20T00:00:00Z, 12 days ago."}, verdict: finding.Failure},
		{name: "an expired server certificate", files: map[string]string{"s.pem": pair(oldServer), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{"fail cert-expired: The server's certificate was valid until 2026-05-20T00:00:00Z, 12 days ago."}, verdict: finding.Failure},
		{name: "a client certificate that expires soon", files: map[string]string{"c.pem": pair(soon), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{"warn cert-expiring: The client's certificate is valid until 2026-06-06T00:00:00Z, 5 days from now."}, trusted: true, verdict: finding.Warning},
		{name: "a client certificate of another CA", files: map[string]string{"c.pem": pair(client), "ca.pem": stranger.pem()}, caFile: "ca.pem",
			want:    []string{"fail client-cert-untrusted: The chain ends in CN=client,OU=apps,O=Acme, issued by CN=root. ca.pem holds no certificate of that name."},
			verdict: finding.Failure},
		{name: "a client certificate and no CA", files: map[string]string{"c.pem": pair(client)},
			want:    []string{"info client-cert-untrusted: The client's certificate was issued by CN=root, which is not in the trust store. No CA file was named, so this is judged by this machine's roots; name the one that will decide with --tlsCAFile."},
			verdict: finding.Pass},
		{name: "a server's certificate of another CA", files: map[string]string{"s.pem": pair(server), "ca.pem": stranger.pem()}, caFile: "ca.pem",
			want: []string{"fail ca-file-mismatch: The chain ends in CN=server,OU=db,O=Acme, issued by CN=root. ca.pem holds no certificate of that name."}, verdict: finding.Failure},
		{name: "a chain with its intermediate", files: map[string]string{"s.pem": pair(below) + sub.pem(), "ca.pem": root.pem()}, caFile: "ca.pem", trusted: true, verdict: finding.Pass},
		{name: "a chain without its intermediate", files: map[string]string{"s.pem": pair(below), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{"fail ca-file-mismatch: The chain ends in CN=below,OU=db,O=Acme, issued by CN=sub. ca.pem holds no certificate of that name."}, verdict: finding.Failure},
		{name: "a chain with its root", files: map[string]string{"s.pem": pair(server) + root.pem(), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{"info chain-extra-certificates: The root CN=root is in the file; the other side uses its own copy."}, trusted: true, verdict: finding.Pass},
		{name: "a client that passes for a member", files: map[string]string{"c.pem": pair(twin), "s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem",
			want:    []string{"warn client-cert-cluster-member: c.pem has the same O, OU and DC as s.pem: CN=twin,OU=db,O=Acme and CN=server,OU=db,O=Acme."},
			trusted: true, verdict: finding.Warning},
		{name: "a client beside a server", files: map[string]string{"c.pem": pair(client), "s.pem": pair(server), "ca.pem": root.pem()}, caFile: "ca.pem", trusted: true, verdict: finding.Pass},
		{name: "another's key", files: map[string]string{"s.pem": server.pem() + client.keyPEM(t), "ca.pem": root.pem()}, caFile: "ca.pem",
			want:    []string{"fail key-mismatch: s.pem: the private key (ECDSA-P256) does not belong to the first certificate, CN=server,OU=db,O=Acme (ECDSA-P256)."},
			trusted: true, verdict: finding.Failure},
		{name: "a certificate to look at", files: map[string]string{"s.pem": server.pem(), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{"warn key-file-no-key: s.pem: holds no private key."}, trusted: true, verdict: finding.Warning},
		{name: "a certificate without its key, to be a server's", files: map[string]string{"s.pem": server.pem(), "ca.pem": root.pem()}, caFile: "ca.pem", as: "server",
			want: []string{"fail key-file-no-key: s.pem: holds no private key."}, trusted: true, verdict: finding.Failure},
		{name: "certificate and key in files of their own", files: map[string]string{"s.crt": server.pem(), "s.key": server.keyPEM(t), "ca.pem": root.pem()}, caFile: "ca.pem",
			want: []string{
				"warn key-file-no-key: s.crt holds the certificate and s.key its key. MongoDB and its drivers want both in one file.",
				"info key-file-no-certificate: s.key holds the key alone; its certificate is in another of these files.",
			}, trusted: true, verdict: finding.Warning},
		{name: "a CA file", files: map[string]string{"ca.pem": root.pem()}, verdict: finding.Pass},
		{name: "a CA file with its key", files: map[string]string{"ca.pem": root.pem() + root.keyPEM(t)},
			want: []string{"warn ca-file-private-key: ca.pem: holds the private key of a CA beside its certificate."}, verdict: finding.Warning},
		{name: "a CA file that has expired", files: map[string]string{"ca.pem": oldRoot.pem()},
			want: []string{"fail root-expired: CN=old root in ca.pem is valid until 2026-05-20T00:00:00Z, 12 days ago."}, verdict: finding.Failure},
		{name: "a CA file of which one has expired", files: map[string]string{"ca.pem": oldRoot.pem() + root.pem()},
			want: []string{"warn root-expired: CN=old root in ca.pem is valid until 2026-05-20T00:00:00Z, 12 days ago."}, verdict: finding.Warning},
		{name: "a CA file without a root", files: map[string]string{"ca.pem": sub.pem()},
			want:    []string{"warn ca-file-invalid: ca.pem holds CN=sub and no root. Go, Java and mongosh accept that as the end of a path; OpenSSL-based drivers want the self-signed root: \"unable to get issuer certificate\"."},
			verdict: finding.Warning},
		{name: "a server's certificate as a CA's", files: map[string]string{"s.pem": server.pem()}, as: "ca",
			want: []string{"fail issuer-not-ca: CN=server,OU=db,O=Acme in s.pem is not a CA's certificate."}, verdict: finding.Failure},
		{name: "a CA option that names a key", files: map[string]string{"s.pem": pair(server), "x.pem": client.keyPEM(t)}, caFile: "x.pem",
			want: []string{"fail ca-file-invalid: tlsCAFile=x.pem: holds a private key and no certificate."}, verdict: finding.Failure},
		{name: "a replica set's keyFile", files: map[string]string{"key": strings.Repeat("aB3+", 100)},
			want: []string{"fail wrong-file: key: is the keyFile of a replica set (security.keyFile), by its look, not PEM."}, verdict: finding.Failure},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := look(t, test.files, test.caFile)
			f.As, f.Hostnames = test.as, test.hostnames
			got := finding.JudgeFiles(f, finding.Policy{})
			want := test.want
			if diff := cmp.Diff(want, said(got)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if trusted := got.Chain != nil && got.Chain.Trusted; trusted != test.trusted || got.Verdict != test.verdict {
				t.Errorf("trusted %t, verdict %q, want %t, %q", trusted, got.Verdict, test.trusted, test.verdict)
			}
			if len(got.Hostnames) != len(test.hostnames) {
				t.Errorf("%d names are judged, want %d", len(got.Hostnames), len(test.hostnames))
			}
		})
	}
}

// TestServersAreToldOfMembers: what a certificate is to be is guessed, and most
// servers are members.
func TestServersAreToldOfMembers(t *testing.T) {
	root := issue(t, nil, pkix.Name{CommonName: "root"}, authority)
	for _, test := range []struct {
		name, as string
		usages   []x509.ExtKeyUsage
		want     []finding.Severity
	}{
		{"a server's", "", []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []finding.Severity{finding.Info}},
		{"a server's that is to be one", "server", []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, nil},
		{"a server's that is to be a member's", "member", []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []finding.Severity{finding.Fail}},
		{"one for both", "", []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, nil},
		{"one for anything", "", nil, nil},
		{"one for neither", "server", []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			leaf := issue(t, &root, pkix.Name{CommonName: "leaf"}, purposes(test.usages...))
			f := look(t, map[string]string{"s.pem": leaf.pem() + leaf.keyPEM(t), "ca.pem": root.pem()}, "ca.pem")
			f.As = test.as
			var got []finding.Severity
			for _, g := range finding.JudgeFiles(f, finding.Policy{}).Findings {
				if g.ID == "purpose-client-auth" {
					got = append(got, g.Severity)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("severities (-want +got):\n%s", diff)
			}
		})
	}
}

// TestJudgeFilesByPolicy: the policy is that of check.
func TestJudgeFilesByPolicy(t *testing.T) {
	root := issue(t, nil, pkix.Name{CommonName: "root"}, authority)
	leaf := issue(t, &root, pkix.Name{CommonName: "leaf"}, purposes(x509.ExtKeyUsageClientAuth))
	f := look(t, map[string]string{"c.pem": leaf.pem() + leaf.keyPEM(t), "ca.pem": root.pem()}, "ca.pem")
	tests := []struct {
		name   string
		policy finding.Policy
		want   finding.Verdict
	}{
		{"as it is", finding.Policy{}, finding.Pass},
		{"two years on", finding.Policy{At: now.AddDate(2, 0, 0)}, finding.Failure},
		{"two years on, ignored", finding.Policy{At: now.AddDate(2, 0, 0), Ignore: []finding.ID{"client-cert-expired", "root-expired"}}, finding.Pass},
		{"with two years to be left", finding.Policy{ExpiresInSeconds: 2 * 365 * 24 * 3600}, finding.Warning},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := finding.JudgeFiles(f, test.policy).Verdict; got != test.want {
				t.Errorf("verdict %q, want %q", got, test.want)
			}
		})
	}
}

// TestEveryFileFindingIsInTheCatalogue: what keyfile names, the catalogue
// explains.
func TestEveryFileFindingIsInTheCatalogue(t *testing.T) {
	for _, id := range []string{
		keyfile.FindingUnreadable, keyfile.FindingCAInvalid, keyfile.FindingNoKey, keyfile.FindingNoCertificate, keyfile.FindingMismatch,
		keyfile.FindingPasswordRequired, keyfile.FindingPasswordWrong, keyfile.FindingKeyFormat, keyfile.FindingKeyEncryption,
		keyfile.FindingWrongFile, keyfile.FindingCRLInvalid, keyfile.FindingCAPrivateKey, keyfile.FindingPermissions,
		"key-format-driver", "client-cert-expired", "client-cert-purpose", "client-cert-untrusted", "client-cert-cluster-member", "x509-user-mismatch",
	} {
		if _, ok := finding.Lookup(finding.ID(id)); !ok {
			t.Errorf("the catalogue has no %s", id)
		}
	}
}
