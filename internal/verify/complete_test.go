package verify

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
)

func TestComplete(t *testing.T) {
	made := pki(t,
		spec{id: "root", edit: ca}, spec{id: "int", by: "root", edit: ca}, spec{id: "sub", by: "int", edit: ca},
		spec{id: "leaf", by: "sub"}, spec{id: "other", edit: ca},
	)
	pick := func(ids ...string) (certs []*certificate.Certificate) {
		for _, id := range ids {
			certs = append(certs, made[id])
		}
		return certs
	}
	tests := []struct {
		name                      string
		presented, fetched, store []string
		want                      []string // the missing; nil if there is no completion
	}{
		{"one that is missing", []string{"leaf", "sub"}, []string{"int"}, []string{"root"}, []string{"int"}},
		{"two that are missing, fetched in another order", []string{"leaf"}, []string{"int", "sub"}, []string{"root"}, []string{"sub", "int"}},
		{"a root that was fetched along", []string{"leaf", "sub"}, []string{"int", "root"}, []string{"root"}, []string{"int"}},
		{"one that is not enough", []string{"leaf"}, []string{"sub"}, []string{"root"}, nil},
		{"one that has nothing to do with it", []string{"leaf", "sub"}, []string{"other"}, []string{"root"}, nil},
		{"a store of something else", []string{"leaf", "sub"}, []string{"int", "root"}, []string{"other"}, nil},
		{"a chain that lacks nothing", []string{"leaf", "sub", "int"}, []string{"int"}, []string{"root"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := Input{Presented: pick(test.presented...), Store: StoreCAFile, At: now}
			for _, c := range pick(test.store...) {
				in.Anchors = append(in.Anchors, Anchor{c, []string{StoreCAFile}})
			}
			done, ok := Complete(in, pick(test.fetched...))
			var got []string
			for _, c := range done.Missing {
				got = append(got, c.CommonName)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || ok != (test.want != nil) {
				t.Errorf("Complete = %v (-want +got):\n%s", ok, diff)
			}
			text := ""
			for _, c := range pick(test.want...) {
				text += "# CN=" + c.CommonName + "\n" + c.PEM()
			}
			if diff := cmp.Diff(text, done.PEM); diff != "" {
				t.Errorf("PEM (-want +got):\n%s", diff)
			}
			if ok && !done.Result.Trusted {
				t.Error("the completed chain is not trusted")
			}
		})
	}
}

func TestInterception(t *testing.T) {
	named := func(name pkix.Name) []spec {
		return []spec{
			{id: "root", edit: and(ca, func(c *x509.Certificate) { c.Subject = name })}, {id: "leaf", by: "root"}, {id: "other", edit: ca},
		}
	}
	tests := []struct {
		name  string
		chain chainTest
		want  string
	}{
		{
			"a root of a product that is sent", chainTest{
				specs:     named(pkix.Name{Organization: []string{"Zscaler Inc."}, CommonName: "Zscaler Root CA"}),
				presented: []string{"leaf", "root"}, store: []string{"other"},
			}, "Zscaler by leaf",
		},
		{
			"a root of a product that is not sent", chainTest{
				specs:     named(pkix.Name{CommonName: "DO_NOT_TRUST_FiddlerRoot"}),
				presented: []string{"leaf"}, store: []string{"other"},
			}, "Fiddler by leaf",
		},
		{
			"a root of a product that the company trusts", chainTest{
				specs:     named(pkix.Name{OrganizationalUnit: []string{"FortiGate"}, CommonName: "proxy"}),
				presented: []string{"leaf", "root"}, store: []string{"root"},
			}, "Fortinet FortiGate by leaf",
		},
		{
			"a name of that kind in a public CA", chainTest{
				specs:     named(pkix.Name{Organization: []string{"Sophos Trust"}, CommonName: "ca"}),
				presented: []string{"leaf", "root"}, store: []string{"other"}, others: []string{"root"},
			}, "",
		},
		{
			"a server of such a vendor", chainTest{
				specs: []spec{
					{id: "root", edit: ca}, {id: "leaf", by: "root", edit: organization("Zscaler")},
				}, presented: []string{"leaf", "root"}, store: []string{"root"},
			}, "",
		},
		{
			"a private CA", chainTest{specs: standard(nil), presented: all, store: []string{"root"}}, "",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := test.chain.input(t)
			got := ""
			if i := Chain(in).Interception; i != nil {
				got = i.Product + " by " + test.chain.ids(in)[i.Cert.SHA256]
			}
			if got != test.want {
				t.Errorf("Interception = %q, want %q", got, test.want)
			}
		})
	}
}

// TestInterceptors holds that no text of the table can hide another.
func TestInterceptors(t *testing.T) {
	for _, i := range interceptors {
		for _, text := range i.texts {
			if got := interceptor([]string{"The " + strings.ToUpper(text) + " CA"}); got != i.product {
				t.Errorf("%q tells %q, want %q", text, got, i.product)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	tests := []struct {
		name  string
		chain chainTest
		want  string
	}{
		{
			"a CA made anew under its old name", chainTest{
				specs:     []spec{{id: "old", cn: "root", edit: ca}, {id: "new", cn: "root", edit: ca}, {id: "leaf", by: "old"}},
				presented: []string{"leaf"}, store: []string{"new"},
			}, "name new",
		},
		{
			"a CA renamed with its key", chainTest{
				specs:     []spec{{id: "old", edit: ca}, {id: "new", key: "old", edit: ca}, {id: "leaf", by: "old"}},
				presented: []string{"leaf", "old"}, store: []string{"new"},
			}, "key new",
		},
		{
			"another CA of the house", chainTest{
				specs: []spec{
					{id: "old", cn: "Acme Root CA 1", edit: ca}, {id: "new", cn: "Acme Root CA 2", edit: ca}, {id: "leaf", by: "old"},
				}, presented: []string{"leaf"}, store: []string{"new"},
			}, "organization new",
		},
		{
			"nothing like it", chainTest{
				specs: append(standard(nil), spec{id: "other", edit: ca}), presented: all, store: []string{"other"},
			}, "",
		},
		{"a chain that is trusted", chainTest{specs: standard(nil), presented: all, store: []string{"root"}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := test.chain.input(t)
			got := ""
			if n := Chain(in).Nearest; n != nil {
				got = string(n.Same) + " " + test.chain.ids(in)[n.Cert.SHA256]
			}
			if got != test.want {
				t.Errorf("Nearest = %q, want %q", got, test.want)
			}
		})
	}
}
