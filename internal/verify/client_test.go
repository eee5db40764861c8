package verify

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
)

// clientSays is a ClientResult in words that a table can hold.
type clientSays struct {
	Path, Faults, Missing []string
	Named, Namesake       string
	WithheldBy            []Stack
}

func TestClient(t *testing.T) {
	forClients := func(c *x509.Certificate) {
		c.ExtKeyUsage, c.DNSNames, c.IPAddresses = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, nil, nil
	}
	certs := pki(t,
		spec{id: "root", edit: ca},
		spec{id: "sub", by: "root", edit: ca},
		spec{id: "lower", by: "sub", edit: ca},
		spec{id: "client", by: "sub", edit: forClients},
		spec{id: "below", by: "lower", edit: forClients},
		spec{id: "direct", by: "root", edit: forClients},
		spec{id: "other", edit: ca},
		spec{id: "stranger", by: "other", edit: forClients},
		spec{id: "self", edit: forClients},
		spec{id: "former", cn: "root", key: "another", edit: ca},
		spec{id: "old", by: "root", edit: and(forClients, valid(-60, -12))},
		spec{id: "young", by: "root", edit: and(forClients, valid(3, 60))},
		spec{id: "soon", by: "root", edit: and(forClients, valid(-60, 5))},
		spec{id: "server", by: "root", edit: func(c *x509.Certificate) { c.ExtKeyUsage = c.ExtKeyUsage[:1] }},
		spec{id: "plain", by: "root", edit: func(c *x509.Certificate) { c.ExtKeyUsage = nil }},
		spec{id: "enciphers", by: "root", edit: and(forClients, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })},
		spec{id: "signs CRLs", by: "root", edit: ca},
		spec{id: "weak", by: "root", key: "rsa1024:weak", edit: forClients},
		spec{id: "old sub", by: "root", edit: and(ca, valid(-900, -3))},
		spec{id: "under old", by: "old sub", edit: forClients},
		spec{id: "old root", edit: and(ca, valid(-900, -3))},
		spec{id: "of old root", by: "old root", edit: forClients},
	)
	// The same name in another of the string types that it can have.
	printable := []byte("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x04root")
	if der := certs["root"].RawSubject; string(der) == string(printable) {
		t.Fatal("the two forms of a name are one")
	} else if _, err := asn1.Unmarshal(printable, new(asn1.RawValue)); err != nil {
		t.Fatal(err)
	}
	both := []Stack{StackGo, StackJava}
	tests := []struct {
		name      string
		presented []string
		known     []string
		// names are the CAs that the server names, by their certificate.
		names     []string
		rawNames  [][]byte
		moreNames bool
		want      clientSays
	}{
		{name: "a CA that the server names", presented: []string{"direct"}, names: []string{"other", "root"},
			want: clientSays{Path: []string{"direct"}, Named: "true"}},
		{name: "by an intermediate", presented: []string{"client", "sub"}, names: []string{"root"},
			want: clientSays{Path: []string{"client", "sub"}, Named: "true"}},
		{name: "with the root in the file", presented: []string{"client", "sub", "root"}, names: []string{"root"},
			want: clientSays{Path: []string{"client", "sub", "root"}, Named: "true"}},
		{name: "the intermediate itself is named", presented: []string{"client"}, names: []string{"sub"},
			want: clientSays{Path: []string{"client"}, Named: "true"}},
		{name: "no name", presented: []string{"stranger"},
			want: clientSays{Path: []string{"stranger"}, Named: "unknown"}},
		{name: "another CA", presented: []string{"stranger"}, names: []string{"root"}, known: []string{"root", "sub"},
			want: clientSays{Path: []string{"stranger"}, Named: "false", WithheldBy: both}},
		{name: "another CA, whose certificate is known", presented: []string{"stranger"}, names: []string{"root"}, known: []string{"other"},
			want: clientSays{Path: []string{"stranger"}, Named: "false", WithheldBy: both}},
		{name: "another CA than the first of many", presented: []string{"stranger"}, names: []string{"root"}, moreNames: true,
			want: clientSays{Path: []string{"stranger"}, Named: "unknown"}},
		{name: "another CA than is named readably", presented: []string{"stranger"}, names: []string{"root"}, rawNames: [][]byte{{0x30, 1}},
			want: clientSays{Path: []string{"stranger"}, Named: "unknown"}},
		{name: "self-signed", presented: []string{"self"}, names: []string{"root"},
			want: clientSays{Path: []string{"self"}, Named: "false", WithheldBy: both}},
		{name: "self-signed and named", presented: []string{"self"}, names: []string{"self"},
			want: clientSays{Path: []string{"self"}, Named: "true"}},
		{name: "the intermediate is missing", presented: []string{"client"}, names: []string{"root"}, known: []string{"other", "root", "sub"},
			want: clientSays{Path: []string{"client"}, Named: "false", Missing: []string{"sub"}, WithheldBy: both}},
		{name: "two intermediates are missing", presented: []string{"below"}, names: []string{"root"}, known: []string{"sub", "lower"},
			want: clientSays{Path: []string{"below"}, Named: "false", Missing: []string{"lower", "sub"}, WithheldBy: both}},
		{name: "an intermediate is missing that nobody knows", presented: []string{"client"}, names: []string{"root"}, known: []string{"root"},
			want: clientSays{Path: []string{"client"}, Named: "false", WithheldBy: both}},
		{name: "the name of the CA in another string type", presented: []string{"direct"}, rawNames: [][]byte{printable},
			want: clientSays{Path: []string{"direct"}, Named: "true", WithheldBy: []Stack{StackGo}}},
		{name: "a certificate in the file that does not belong is enough for Go", presented: []string{"stranger", "direct"}, names: []string{"root"},
			want: clientSays{Path: []string{"stranger"}, Named: "false"}},
		{name: "a CA of the same name", presented: []string{"direct"}, names: []string{"root"}, known: []string{"former"},
			want: clientSays{Path: []string{"direct"}, Named: "true", Namesake: "root"}},
		{name: "a CA of the same name, and the right one", presented: []string{"direct"}, names: []string{"root"}, known: []string{"former", "root"},
			want: clientSays{Path: []string{"direct"}, Named: "true"}},

		{name: "expired", presented: []string{"old"}, names: []string{"root"},
			want: clientSays{Path: []string{"old"}, Named: "true", Faults: []string{"cert-expired 0 certain"}}},
		{name: "of the future", presented: []string{"young"}, names: []string{"root"},
			want: clientSays{Path: []string{"young"}, Named: "true", Faults: []string{"cert-not-yet-valid 0 certain"}}},
		{name: "soon to expire", presented: []string{"soon"}, names: []string{"root"},
			want: clientSays{Path: []string{"soon"}, Named: "true", Faults: []string{"cert-expiring 0 certain"}}},
		{name: "expired above", presented: []string{"under old", "old sub"}, names: []string{"root"},
			want: clientSays{Path: []string{"under old", "old sub"}, Named: "true", Faults: []string{"intermediate-expired 1 certain"}}},
		{name: "under an expired root", presented: []string{"of old root", "old root"}, names: []string{"old root"},
			want: clientSays{Path: []string{"of old root", "old root"}, Named: "true", Faults: []string{"root-expired 1 likely"}}},
		{name: "a server's", presented: []string{"server"}, names: []string{"root"},
			want: clientSays{Path: []string{"server"}, Named: "true", Faults: []string{"purpose-client-auth 0 certain"}}},
		{name: "without extended key usage", presented: []string{"plain"}, names: []string{"root"},
			want: clientSays{Path: []string{"plain"}, Named: "true"}},
		{name: "whose key does not sign", presented: []string{"enciphers"}, names: []string{"root"},
			want: clientSays{Path: []string{"enciphers"}, Named: "true", Faults: []string{"purpose-client-auth 0 certain"}}},
		{name: "a CA's whose key signs certificates", presented: []string{"signs CRLs"}, names: []string{"root"},
			want: clientSays{Path: []string{"signs CRLs"}, Named: "true", Faults: []string{"purpose-client-auth 0 certain"}}},
		{name: "a small key", presented: []string{"weak"}, names: []string{"root"},
			want: clientSays{Path: []string{"weak"}, Named: "true", Faults: []string{"key-too-small 0 certain"}}},
		{name: "nothing", names: []string{"root"}, want: clientSays{Named: "unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			of := func(ids []string) (list []*certificate.Certificate) {
				for _, id := range ids {
					if certs[id] == nil {
						t.Fatalf("no certificate %q", id)
					}
					list = append(list, certs[id])
				}
				return list
			}
			in := ClientInput{Presented: of(tt.presented), Known: of(tt.known), Names: tt.rawNames, MoreNames: tt.moreNames, At: now}
			for _, c := range of(tt.names) {
				in.Names = append(in.Names, c.RawSubject)
			}
			if diff := cmp.Diff(tt.want, clientWords(Client(in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func clientWords(r ClientResult) clientSays {
	subjects := func(certs []*certificate.Certificate) (list []string) {
		for _, c := range certs {
			list = append(list, c.CommonName)
		}
		return list
	}
	says := clientSays{Path: subjects(r.Path), Missing: subjects(r.Missing), Named: "unknown", WithheldBy: r.WithheldBy}
	for _, f := range r.Faults {
		says.Faults = append(says.Faults, fmt.Sprintf("%s %d %s", f.Kind, f.Depth, f.Confidence))
	}
	if r.Named != nil {
		says.Named = fmt.Sprint(*r.Named)
	}
	if r.Namesake != nil {
		says.Namesake = r.Namesake.CommonName
	}
	return says
}
