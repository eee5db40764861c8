package certificate

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSameCluster(t *testing.T) {
	server := one(domain("com"), organization("Acme"), orgUnit("db"), commonName("db1"))
	tests := []struct {
		name string
		rdns [][]av
		want bool
	}{
		{"the same but for the common name", one(domain("com"), organization("Acme"), orgUnit("db"), commonName("app")), true},
		{"another order", one(commonName("app"), orgUnit("db"), domain("com"), organization("Acme")), true},
		{"another place", one(av{"2.5.4.7", utf8String, "Rome"}, domain("com"), organization("Acme"), orgUnit("db")), true},
		{"in one RDN", [][]av{{organization("Acme"), orgUnit("db"), domain("com")}}, true},
		{"another string type", one(domain("com"), av{"2.5.4.10", printableString, "Acme"}, orgUnit("db")), true},
		{"another unit", one(domain("com"), organization("Acme"), orgUnit("clients")), false},
		{"one unit more", one(domain("com"), organization("Acme"), orgUnit("db"), orgUnit("clients")), false},
		{"the same unit twice", one(domain("com"), organization("Acme"), orgUnit("db"), orgUnit("db")), false},
		{"no domain component", one(organization("Acme"), orgUnit("db")), false},
		{"other letters' case", one(domain("com"), organization("ACME"), orgUnit("db")), false},
		{"nothing but a common name", one(commonName("db1")), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := named(t, subject(t, server...)), named(t, subject(t, test.rdns...))
			if got := [2]bool{a.SameCluster(b), b.SameCluster(a)}; got != [2]bool{test.want, test.want} {
				t.Errorf("SameCluster = %v, want %v", got, test.want)
			}
		})
	}
	bare := named(t, subject(t, one(commonName("db1"))...))
	if bare.SameCluster(bare) {
		t.Error("certificates without O, OU and DC are of one cluster")
	}
}

// role is an entry of the extension with roles.
type role struct {
	Role string `asn1:"utf8"`
	DB   string `asn1:"utf8"`
}

func TestRolesAndMembership(t *testing.T) {
	roles := func(list ...role) []byte {
		der, err := asn1.MarshalWithParams(list, "set")
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	text, err := asn1.MarshalWithParams("rs0", "utf8")
	if err != nil {
		t.Fatal(err)
	}
	type result struct {
		Roles           []Role
		RolesError      string
		Membership      string
		MembershipError string
	}
	tests := []struct {
		name       string
		extensions []pkix.Extension
		want       result
	}{
		{"neither", nil, result{}},
		{"one role", []pkix.Extension{extension(t, false, roles(role{"read", "test"}), 1, 3, 6, 1, 4, 1, 34601, 2, 1, 1)},
			result{Roles: []Role{{"read", "test"}}}},
		{"two roles, and a membership", []pkix.Extension{
			extension(t, false, text, 1, 3, 6, 1, 4, 1, 34601, 2, 1, 2),
			extension(t, true, roles(role{"backup", "admin"}, role{"readAnyDatabase", "admin"}), 1, 3, 6, 1, 4, 1, 34601, 2, 1, 1),
		}, result{Roles: []Role{{"backup", "admin"}, {"readAnyDatabase", "admin"}}, Membership: "rs0"}},
		{"no role in the set", []pkix.Extension{extension(t, false, roles(), 1, 3, 6, 1, 4, 1, 34601, 2, 1, 1)}, result{Roles: []Role{}}},
		{"roles that are none", []pkix.Extension{extension(t, false, []byte{4, 1, 0}, 1, 3, 6, 1, 4, 1, 34601, 2, 1, 1)}, result{RolesError: "malformed"}},
		{"a role without a database", []pkix.Extension{extension(t, false, []byte{0x31, 5, 0x30, 3, 0x0c, 1, 'r'}, 1, 3, 6, 1, 4, 1, 34601, 2, 1, 1)}, result{RolesError: "malformed"}},
		{"a membership that is no text", []pkix.Extension{extension(t, false, []byte{4, 1, 0}, 1, 3, 6, 1, 4, 1, 34601, 2, 1, 2)}, result{MembershipError: "malformed"}},
		{"a membership and more", []pkix.Extension{extension(t, false, append(text, 0), 1, 3, 6, 1, 4, 1, 34601, 2, 1, 2)}, result{MembershipError: "malformed"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse(der(t, func(x *x509.Certificate) { x.ExtraExtensions = test.extensions }))
			if err != nil {
				t.Fatal(err)
			}
			var got result
			var rolesErr, membershipErr error
			got.Roles, rolesErr = c.Roles()
			got.Membership, membershipErr = c.Membership()
			if rolesErr != nil {
				got.RolesError = rolesErr.Error()
			}
			if membershipErr != nil {
				got.MembershipError = membershipErr.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Roles and Membership (-want +got):\n%s", diff)
			}
		})
	}
}
