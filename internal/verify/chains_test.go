package verify

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
	"strings"
)

// chainTest is a chain, the stores it is judged against and everything that is
// to be told of it. The same tests are put to OpenSSL.
type chainTest struct {
	name  string
	specs []spec
	// presented are ids, leaf first.
	presented []string
	// store are the ids of the deciding store; others those of Mozilla's.
	store, others []string
	// system is whether the deciding store is the system's.
	system bool
	// want are the faults, as describe has them; trusted is in the first place.
	want []string
}

// standard is a root, an intermediate and a leaf.
func standard(edits map[string]func(*x509.Certificate)) []spec {
	with := func(id string, base func(*x509.Certificate)) func(*x509.Certificate) {
		return func(t *x509.Certificate) {
			if base != nil {
				base(t)
			}
			if e := edits[id]; e != nil {
				e(t)
			}
		}
	}
	return []spec{
		{id: "root", edit: with("root", ca)},
		{id: "int", by: "root", edit: with("int", ca)},
		{id: "leaf", by: "int", edit: with("leaf", nil)},
	}
}

func edit(id string, e func(*x509.Certificate)) map[string]func(*x509.Certificate) {
	return map[string]func(*x509.Certificate){id: e}
}

// extension makes an extension of an OID and a DER value.
func extension(critical bool, value []byte, oid ...int) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{
			Id: asn1.ObjectIdentifier(oid), Critical: critical, Value: value,
		})
	}
}

func organization(o string) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.Subject.Organization = []string{o} }
}

var all = []string{"leaf", "int"}

var chainTests = []chainTest{
	{
		name: "a sound chain", specs: standard(nil), presented: all, store: []string{"root"},
		want: []string{"trusted"},
	},
	{
		name: "a sound chain against the system's store", specs: standard(nil), presented: all, store: []string{"root"}, system: true,
		want: []string{"trusted"},
	},
	{
		name: "a root that is sent along", specs: standard(nil), presented: []string{"leaf", "int", "root"}, store: []string{"root"},
		want: []string{"trusted", "chain-extra-certificates/root-included @2 root"},
	},
	{
		name: "a leaf directly below the root", presented: []string{"leaf"}, store: []string{"root"},
		specs: []spec{{id: "root", edit: ca}, {id: "leaf", by: "root"}},
		want:  []string{"trusted"},
	},
	{
		name: "an intermediate that only the store holds", specs: standard(nil), presented: []string{"leaf"}, store: []string{"int", "root"},
		want: []string{"trusted"},
	},
	{
		name: "an expired leaf", specs: standard(edit("leaf", valid(-90, -1))), presented: all, store: []string{"root"},
		want: []string{"untrusted", "FATAL cert-expired @0 leaf"},
	},
	{
		name: "a leaf whose last second is now", specs: standard(edit("leaf", valid(-90, 0))), presented: all, store: []string{"root"},
		want: []string{"untrusted", "FATAL cert-expired @0 leaf"},
	},
	{
		name: "a leaf that is valid from this second", specs: standard(edit("leaf", valid(0, 90))), presented: all, store: []string{"root"},
		want: []string{"trusted"},
	},
	{
		name: "a leaf that is not yet valid", specs: standard(edit("leaf", valid(1, 90))), presented: all, store: []string{"root"},
		want: []string{"untrusted", "FATAL cert-not-yet-valid/leaf @0 leaf"},
	},
	{
		name: "an intermediate that is not yet valid", specs: standard(edit("int", valid(1, 900))), presented: all, store: []string{"root"},
		want: []string{"untrusted", "FATAL cert-not-yet-valid/intermediate @1 int"},
	},
	{
		name: "an expired intermediate", specs: standard(edit("int", valid(-900, -1))), presented: all, store: []string{"root"},
		want: []string{"untrusted", "FATAL intermediate-expired @1 int"},
	},
	{
		name: "an expired root", specs: standard(edit("root", valid(-900, -1))), presented: all, store: []string{"root"},
		want: []string{"untrusted", "FATAL root-expired @2 root"},
	},
	{
		name: "leaf and intermediate expired", presented: all, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){"leaf": valid(-90, -1), "int": valid(-900, -2)}),
		want:  []string{"untrusted", "FATAL cert-expired @0 leaf", "FATAL intermediate-expired @1 int"},
	},
	{
		name: "a leaf about to expire", specs: standard(edit("leaf", valid(-80, 10))), presented: all, store: []string{"root"},
		want: []string{"trusted", "cert-expiring/leaf @0 leaf 10/30"},
	},
	{
		name: "a short-lived leaf with a third of its time left", specs: standard(edit("leaf", valid(-4, 2))), presented: all, store: []string{"root"},
		want: []string{"trusted"},
	},
	{
		name: "a self-signed leaf that the store lacks", presented: []string{"leaf"}, store: []string{"root"},
		specs: []spec{{id: "root", edit: ca}, {id: "leaf"}},
		want:  []string{"untrusted", "FATAL self-signed-leaf @0 leaf"},
	},
	{
		name: "a self-signed leaf that the store holds", presented: []string{"leaf"}, store: []string{"leaf"},
		specs: []spec{{id: "leaf"}},
		want:  []string{"trusted"},
	},
	{
		name: "a self-signed leaf made anew since", presented: []string{"leaf"}, store: []string{"old"},
		specs: []spec{{id: "old", cn: "leaf"}, {id: "leaf"}},
		want:  []string{"untrusted", "FATAL ca-file-mismatch/same-name-other-key @0 leaf (old)"},
	},
	{
		name: "a self-signed root sent and unknown to the system", presented: []string{"leaf", "int", "root"}, system: true,
		specs: standard(nil),
		want:  []string{"untrusted", "FATAL self-signed-root-untrusted @2 root"},
	},
	{
		name: "a root sent that is not the one of the CA file", presented: []string{"leaf", "int", "root"}, store: []string{"other"},
		specs: append(standard(nil), spec{id: "other", edit: ca}),
		want:  []string{"untrusted", "FATAL ca-file-mismatch/unrelated @2 root"},
	},
	{
		name: "a CA made anew under its old name", presented: []string{"leaf"}, store: []string{"new"},
		specs: []spec{{id: "old", cn: "root", edit: ca}, {id: "new", cn: "root", edit: ca}, {id: "leaf", by: "old"}},
		want:  []string{"untrusted", "FATAL ca-file-mismatch/same-name-other-key @0 leaf (new)"},
	},
	{
		name: "a CA made anew under its old name, and no key identifiers", presented: []string{"leaf"}, store: []string{"new"},
		specs: []spec{
			{id: "old", cn: "root", edit: ca}, {id: "new", cn: "root", edit: ca},
			{id: "leaf", by: "old", issued: func(p *x509.Certificate) { p.SubjectKeyId = nil }},
		},
		want: []string{"untrusted", "FATAL ca-file-mismatch/same-name-other-key @0 leaf (new)"},
	},
	{
		name: "a CA reissued with its key under another key identifier", presented: []string{"leaf"}, store: []string{"new"},
		specs: []spec{
			{id: "old", cn: "root", edit: ca},
			{id: "new", cn: "root", key: "old", edit: and(ca, func(t *x509.Certificate) { t.SubjectKeyId = []byte("else") })},
			{id: "leaf", by: "old"},
		},
		want: []string{"untrusted", "FATAL ca-file-mismatch/key-identifier-mismatch @0 leaf (new)"},
	},
	{
		name: "a leaf changed after it was signed", presented: all, store: []string{"root"},
		specs: func() []spec {
			s := standard(nil)
			s[2].der = func(der []byte) []byte {
				return []byte(strings.Replace(string(der), "db.example.com", "dx.example.com", 1))
			}
			return s
		}(),
		want: []string{
			"untrusted", "FATAL intermediate-missing/bad-signature @0 leaf (int) likely",
		},
	},
	{
		name: "a missing intermediate below a root of the same organisation", presented: []string{"leaf"}, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){"root": organization("Acme"), "int": organization("ACME")}),
		want:  []string{"untrusted", "FATAL intermediate-missing/related-root @0 leaf (root) likely"},
	},
	{
		name: "a missing intermediate whose name differs in generic words only", presented: []string{"leaf"}, store: []string{"root"},
		specs: []spec{
			{id: "root", cn: "Acme Root CA", edit: ca}, {id: "int", cn: "Acme Issuing CA 2", by: "root", edit: ca}, {id: "leaf", by: "int"},
		},
		want: []string{"untrusted", "FATAL intermediate-missing/related-root @0 leaf (root) likely"},
	},
	{
		name: "a missing intermediate that the leaf says where to fetch", presented: []string{"leaf"}, system: true,
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.IssuingCertificateURL = []string{"http://ca.example.com/int.der"} })),
		want:  []string{"untrusted", "FATAL intermediate-missing/issuer-url @0 leaf likely [http://ca.example.com/int.der]"},
	},
	{
		name: "a missing intermediate and an unrelated CA file", presented: []string{"leaf"}, store: []string{"other"},
		specs: append(standard(edit("leaf", func(t *x509.Certificate) { t.IssuingCertificateURL = []string{"http://ca.example.com/int.der"} })),
			spec{id: "other", edit: ca}),
		want: []string{
			"untrusted", "FATAL ca-file-mismatch/unrelated @0 leaf",
			"FATAL intermediate-missing/issuer-url @0 leaf likely [http://ca.example.com/int.der]",
		},
	},
	{
		name: "an unknown issuer", presented: []string{"leaf"}, system: true, specs: standard(nil),
		want: []string{"untrusted", "FATAL issuer-unknown @0 leaf"},
	},
	{
		name: "an intermediate of the right name and the wrong key", presented: []string{"leaf", "stale"}, store: []string{"root"},
		specs: append(standard(nil), spec{id: "stale", cn: "int", by: "root", edit: ca}),
		want:  []string{"untrusted", "FATAL intermediate-missing/wrong-intermediate @0 leaf (stale) likely"},
	},
	{
		name: "a CA file with the intermediate only", presented: all, store: []string{"int"}, specs: standard(nil),
		want: []string{"untrusted", "FATAL ca-file-mismatch/partial-chain @1 int (int)"},
	},
	{
		name: "a CA file with the leaf only", presented: all, store: []string{"leaf"}, specs: standard(nil),
		want: []string{"untrusted", "FATAL ca-file-mismatch/leaf-only @1 int (leaf)"},
	},
	{
		name: "a CA file of another CA for a chain that Mozilla trusts", presented: all, store: []string{"other"}, others: []string{"root"},
		specs: append(standard(nil), spec{id: "other", edit: ca}),
		want:  []string{"untrusted", "by mozilla", "FATAL ca-file-mismatch/unrelated @2 root"},
	},
	{
		name: "a root that the system lacks and Mozilla has", presented: all, system: true, others: []string{"root"}, specs: standard(nil),
		want: []string{"untrusted", "by mozilla", "FATAL issuer-unknown/root-not-in-store @1 int (root)"},
	},
	{
		name: "a chain in the wrong order", presented: []string{"leaf", "root", "int"}, store: []string{"root"}, specs: standard(nil),
		want: []string{
			"trusted", "chain-misordered @1 root (int)", "chain-extra-certificates/root-included @1 root",
		},
	},
	{
		name: "a CA first and the leaf after it", presented: []string{"int", "leaf"}, store: []string{"root"}, specs: standard(nil),
		want: []string{
			"untrusted", "FATAL purpose-server-auth/key-usage @0 int", "chain-misordered/leaf-not-first @0 int (leaf)",
			"purpose-client-auth/key-usage @0 int",
		},
	},
	{
		name: "certificates that do not belong", presented: []string{"leaf", "int", "other", "int"}, store: []string{"root"},
		specs: append(standard(nil), spec{id: "other", edit: ca}),
		want: []string{
			"trusted", "chain-extra-certificates/not-in-path @2 other", "chain-extra-certificates/duplicate @3 int",
		},
	},
	{
		name: "an issuer marked as no CA", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) { t.IsCA = false })),
		want: []string{
			"untrusted", "FATAL issuer-not-ca/not-a-ca @1 int", "not-strict @1 int [keyCertSign in a certificate that is not a CA]",
		},
	},
	{
		name: "an issuer without basicConstraints", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) {
			t.IsCA, t.BasicConstraintsValid, t.KeyUsage = false, false, x509.KeyUsageDigitalSignature
		})),
		want: []string{"untrusted", "FATAL issuer-not-ca/no-basic-constraints @1 int"},
	},
	{
		name: "an intermediate with keyCertSign and no basicConstraints", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) { t.IsCA, t.BasicConstraintsValid = false, false })),
		want: []string{
			"untrusted", "FATAL issuer-not-ca/no-basic-constraints @1 int",
			"not-strict @1 int [keyCertSign in a certificate that is not a CA; issuer is not marked as a CA by basicConstraints]",
		},
	},
	{
		name: "a root with keyCertSign and no basicConstraints", presented: all, store: []string{"root"},
		specs: standard(edit("root", func(t *x509.Certificate) { t.IsCA, t.BasicConstraintsValid = false, false })),
		want: []string{
			"trusted",
			"not-strict @2 root [keyCertSign in a certificate that is not a CA; issuer is not marked as a CA by basicConstraints]",
		},
	},
	{
		name: "a CA whose keyUsage lacks keyCertSign", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) { t.KeyUsage = x509.KeyUsageCRLSign })),
		want:  []string{"untrusted", "FATAL issuer-not-ca/no-key-cert-sign @1 int"},
	},
	{
		name: "a CA without keyUsage", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) { t.KeyUsage = 0 })),
		want:  []string{"trusted", "not-strict @1 int [CA without keyUsage]"},
	},
	{
		name: "a path longer than a constraint allows", presented: []string{"leaf", "sub", "int"}, store: []string{"root"},
		specs: []spec{
			{id: "root", edit: ca},
			{id: "int", by: "root", edit: and(ca, func(t *x509.Certificate) { t.MaxPathLenZero = true })},
			{id: "sub", by: "int", edit: ca},
			{id: "leaf", by: "sub"},
		},
		want: []string{"untrusted", "FATAL path-length-exceeded @2 int 1/0"},
	},
	{
		name: "a path as long as the constraints allow", presented: []string{"leaf", "sub", "int"}, store: []string{"root"},
		specs: []spec{
			{id: "root", edit: and(ca, func(t *x509.Certificate) { t.MaxPathLen = 2 })},
			{id: "int", by: "root", edit: and(ca, func(t *x509.Certificate) { t.MaxPathLen = 1 })},
			{id: "sub", by: "int", edit: and(ca, func(t *x509.Certificate) { t.MaxPathLenZero = true })},
			{id: "leaf", by: "sub"},
		},
		want: []string{"trusted"},
	},
	{
		name: "a root with a path length constraint that is exceeded", presented: []string{"leaf", "int"}, store: []string{"root"},
		specs: standard(edit("root", func(t *x509.Certificate) { t.MaxPathLenZero = true })),
		want:  []string{"untrusted", "FATAL path-length-exceeded @2 root 1/0"},
	},
	{
		name: "a self-issued intermediate that no path length counts", presented: []string{"leaf", "new", "old"}, store: []string{"root"},
		specs: []spec{
			{id: "root", edit: ca},
			{id: "old", cn: "int", by: "root", edit: and(ca, func(t *x509.Certificate) { t.MaxPathLenZero = true })},
			{id: "new", cn: "int", by: "old", edit: ca},
			{id: "leaf", by: "new"},
		},
		want: []string{"trusted"},
	},
	{
		name: "a DNS name outside what is permitted", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) {
			t.PermittedDNSDomainsCritical, t.PermittedDNSDomains = true, []string{"example.org"}
		})),
		want: []string{"untrusted", "FATAL name-constraint/not-permitted @0 leaf (int) [db.example.com]"},
	},
	{
		name: "a DNS name inside what is permitted", presented: all, store: []string{"root"},
		specs: standard(edit("root", func(t *x509.Certificate) { t.PermittedDNSDomains = []string{"example.com", "example.org"} })),
		want:  []string{"trusted"},
	},
	{
		name: "a DNS name that is excluded", presented: all, store: []string{"root"},
		specs: standard(edit("root", func(t *x509.Certificate) { t.ExcludedDNSDomains = []string{"EXAMPLE.com"} })),
		want:  []string{"untrusted", "FATAL name-constraint/excluded @0 leaf (root) [db.example.com]"},
	},
	{
		name: "an address outside what is permitted", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) {
			t.PermittedIPRanges = []*net.IPNet{{IP: net.IPv4(10, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}}
		})),
		want: []string{"untrusted", "FATAL name-constraint/not-permitted @0 leaf (int) [192.0.2.1]"},
	},
	{
		name: "a common name that stands for a DNS name, outside what is permitted", presented: all, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){
			"int": func(t *x509.Certificate) { t.PermittedDNSDomains = []string{"example.org"} },
			"leaf": func(t *x509.Certificate) {
				t.Subject.CommonName, t.DNSNames, t.IPAddresses = "db.example.com", nil, nil
			},
		}),
		want: []string{"untrusted", "FATAL name-constraint/not-permitted @0 db.example.com (int) [db.example.com]"},
	},
	{
		name: "a URI whose host is the one permitted", presented: all, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){
			"int":  func(t *x509.Certificate) { t.PermittedURIDomains = []string{"example.com"} },
			"leaf": func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "spiffe", Host: "example.com"}} },
		}),
		want: []string{"trusted"},
	},
	{
		name: "a URI whose host is not the one permitted", presented: all, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){
			"int":  func(t *x509.Certificate) { t.PermittedURIDomains = []string{".example.com"} },
			"leaf": func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "spiffe", Host: "example.com"}} },
		}),
		want: []string{"untrusted", "FATAL name-constraint/not-permitted @0 leaf (int) [spiffe://example.com]"},
	},
	{
		name: "a URI without a host below a constraint on URIs", presented: all, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){
			"int":  func(t *x509.Certificate) { t.PermittedURIDomains = []string{"example.com"} },
			"leaf": func(t *x509.Certificate) { t.URIs = []*url.URL{{Scheme: "urn", Opaque: "uuid:1"}} },
		}),
		want: []string{"untrusted", "FATAL name-constraint/not-evaluated @0 leaf (int) [urn:uuid:1]"},
	},
	{
		name: "a mailbox that is excluded", presented: all, store: []string{"root"},
		specs: standard(map[string]func(*x509.Certificate){
			"int":  func(t *x509.Certificate) { t.ExcludedEmailAddresses = []string{"dba@example.com"} },
			"leaf": func(t *x509.Certificate) { t.EmailAddresses = []string{"dba@EXAMPLE.com"} },
		}),
		want: []string{"untrusted", "FATAL name-constraint/excluded @0 leaf (int) [dba@EXAMPLE.com]"},
	},
	{
		name: "a leaf for clients only", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })),
		want:  []string{"untrusted", "FATAL purpose-server-auth/extended-key-usage @0 leaf [1.3.6.1.5.5.7.3.2]"},
	},
	{
		name: "a leaf for servers only", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })),
		want:  []string{"trusted", "purpose-client-auth/extended-key-usage @0 leaf [1.3.6.1.5.5.7.3.1]"},
	},
	{
		name: "a leaf for any usage", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })),
		want: []string{
			"untrusted", "FATAL purpose-server-auth/extended-key-usage @0 leaf [2.5.29.37.0]",
			"purpose-client-auth/extended-key-usage @0 leaf [2.5.29.37.0]",
		},
	},
	{
		name: "a leaf without extended key usage", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.ExtKeyUsage = nil })),
		want:  []string{"trusted"},
	},
	{
		name: "an intermediate for clients only", presented: all, store: []string{"root"},
		specs: standard(edit("int", func(t *x509.Certificate) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })),
		want:  []string{"untrusted", "FATAL purpose-server-auth/extended-key-usage @1 int [1.3.6.1.5.5.7.3.2]"},
	},
	{
		name: "a leaf whose keyUsage allows no key exchange", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.KeyUsage = x509.KeyUsageContentCommitment })),
		want: []string{
			"untrusted", "FATAL purpose-server-auth/key-usage @0 leaf", "purpose-client-auth/key-usage @0 leaf",
		},
	},
	{
		name: "a leaf whose nsCertType is for clients", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", extension(false, []byte{3, 2, 7, 0x80}, 2, 16, 840, 1, 113730, 1, 1))),
		want:  []string{"untrusted", "FATAL purpose-server-auth/ns-cert-type @0 leaf"},
	},
	{
		name: "a short RSA key in the leaf", presented: all, store: []string{"root"},
		specs: func() []spec { s := standard(nil); s[2].key = "rsa1024:leaf"; return s }(),
		want:  []string{"untrusted", "FATAL key-too-small @0 leaf 1024/2048"},
	},
	{
		name: "a short RSA key in the root", presented: all, store: []string{"root"},
		specs: func() []spec { s := standard(nil); s[0].key = "rsa1024:root"; return s }(),
		want:  []string{"untrusted", "FATAL key-too-small @2 root 1024/2048"},
	},
	{
		name: "keys of all sizes that are large enough", presented: all, store: []string{"root"},
		specs: func() []spec {
			s := standard(nil)
			s[0].key, s[1].key, s[2].key = "rsa2048:root", "ed:int", "p224:leaf"
			return s
		}(),
		want: []string{"trusted"},
	},
	{
		name: "a leaf signed with SHA-1", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", func(t *x509.Certificate) { t.SignatureAlgorithm = x509.ECDSAWithSHA1 })),
		want:  []string{"untrusted", "FATAL signature-weak @0 leaf [ECDSA-SHA1]"},
	},
	{
		name: "a root signed with SHA-1", presented: all, store: []string{"root"},
		specs: standard(edit("root", func(t *x509.Certificate) { t.SignatureAlgorithm = x509.ECDSAWithSHA1 })),
		want:  []string{"trusted"},
	},
	{
		name: "an unknown critical extension", presented: all, store: []string{"root"},
		specs: standard(edit("leaf", extension(true, []byte{5, 0}, 1, 3, 6, 1, 4, 1, 99999, 1))),
		want:  []string{"untrusted", "FATAL critical-extension-unknown @0 leaf [1.3.6.1.4.1.99999.1]"},
	},
	{
		name: "a leaf without authority key identifier", presented: all, store: []string{"root"},
		specs: func() []spec {
			s := standard(nil)
			s[2].issued = func(p *x509.Certificate) { p.SubjectKeyId = nil }
			return s
		}(),
		want: []string{"trusted", "key-identifier-missing/authority-key-identifier @0 leaf"},
	},
	{
		name: "a leaf that lives too long for Apple", specs: standard(edit("leaf", valid(-30, 900))), presented: all, store: []string{"root"},
		want: []string{"trusted", "cert-lifetime @0 leaf 930/825"},
	},
	{
		name: "an old root beside its cross-signed successor", presented: []string{"leaf", "int", "cross"}, store: []string{"new"},
		specs: []spec{
			{id: "old", edit: and(ca, valid(-3000, -1))},
			{id: "new", edit: ca},
			{id: "cross", cn: "new", key: "new", by: "old", edit: and(ca, valid(-900, -1))},
			{id: "int", by: "new", edit: ca},
			{id: "leaf", by: "int"},
		},
		want: []string{"trusted"},
	},
	{
		name: "a cross-signed root whose expired issuer the store still has", presented: []string{"leaf", "int", "cross"}, store: []string{"old", "new"},
		specs: []spec{
			{id: "old", edit: and(ca, valid(-3000, -1))},
			{id: "new", edit: ca},
			{id: "cross", cn: "new", key: "new", by: "old", edit: and(ca, valid(-900, 300))},
			{id: "int", by: "new", edit: ca},
			{id: "leaf", by: "int"},
		},
		want: []string{"trusted"},
	},
	{
		name: "a chain by way of a cross-signature", presented: []string{"leaf", "int", "cross"}, store: []string{"old"},
		specs: []spec{
			{id: "old", edit: ca},
			{id: "new", edit: ca},
			{id: "cross", cn: "new", key: "new", by: "old", edit: ca},
			{id: "int", by: "new", edit: ca},
			{id: "leaf", by: "int"},
		},
		want: []string{"trusted"},
	},
	{
		name: "two CAs that signed each other", presented: []string{"leaf", "ab", "ba"}, store: []string{"other"},
		specs: []spec{
			{id: "a", edit: ca}, {id: "b", edit: ca}, {id: "other", edit: ca},
			{id: "ab", cn: "a", key: "a", by: "b", edit: ca},
			{id: "ba", cn: "b", key: "b", by: "a", edit: ca},
			{id: "leaf", by: "a"},
		},
		want: []string{"untrusted", "FATAL ca-file-mismatch/unrelated @2 ba"},
	},
	{
		name: "an issuer whose name differs in case and spaces", presented: []string{"leaf"}, store: []string{"root"},
		specs: []spec{
			{id: "root", cn: "Acme Root", edit: ca},
			{id: "leaf", by: "root", issued: func(p *x509.Certificate) { p.Subject.CommonName = "  ACME   root " }},
		},
		want: []string{"trusted"},
	},
	{
		name: "two cross-signatures, the first of them by an unknown root", presented: []string{"leaf", "int", "int2"}, store: []string{"root"},
		specs: []spec{
			{id: "root", edit: ca}, {id: "other", edit: ca},
			{id: "int", by: "other", edit: ca},
			{id: "int2", cn: "int", key: "int", by: "root", edit: ca},
			{id: "leaf", by: "int"},
		},
		want: []string{"untrusted", "by tlsCAFile", "FATAL issuer-unknown/not-tried @0 leaf (int) likely"},
	},
	{
		name: "two cross-signatures, the first of them expired", presented: []string{"leaf", "int", "int2"}, store: []string{"root"},
		specs: []spec{
			{id: "root", edit: ca}, {id: "other", edit: ca},
			{id: "int", by: "other", edit: and(ca, valid(-90, -1))},
			{id: "int2", cn: "int", key: "int", by: "root", edit: ca},
			{id: "leaf", by: "int"},
		},
		want: []string{"trusted"},
	},
	{
		name: "an issuer in the store whose own issuer only the server sends", presented: []string{"leaf", "int", "sub"}, store: []string{"root", "sub"},
		specs: []spec{
			{id: "root", edit: ca}, {id: "int", by: "root", edit: ca}, {id: "sub", by: "int", edit: ca}, {id: "leaf", by: "sub"},
		},
		want: []string{
			"untrusted", "by tlsCAFile", "FATAL issuer-unknown/not-tried @1 sub (int) likely", "chain-misordered @1 int (sub)",
		},
	},
	{
		name: "two intermediates of one name and no key identifiers", presented: []string{"leaf", "stale", "int"}, store: []string{"root"},
		specs: []spec{
			{id: "root", edit: ca},
			{id: "int", by: "root", edit: ca}, {id: "stale", cn: "int", by: "root", edit: ca},
			{id: "leaf", by: "int", issued: func(p *x509.Certificate) { p.SubjectKeyId = nil }},
		},
		want: []string{
			"untrusted", "by tlsCAFile", "FATAL key-identifier-missing/ambiguous-issuer @0 leaf (stale) likely",
			"key-identifier-missing/authority-key-identifier @0 leaf",
		},
	},
	{
		name: "everything wrong at once", presented: []string{"leaf", "int", "other"}, store: []string{"unrelated"},
		specs: append(standard(map[string]func(*x509.Certificate){
			"leaf": and(valid(-900, -1), func(t *x509.Certificate) { t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }),
			"int":  and(valid(-900, -1), func(t *x509.Certificate) { t.IsCA = false }),
		}), spec{id: "other", edit: ca}, spec{id: "unrelated", edit: ca}),
		want: []string{
			"untrusted", "FATAL ca-file-mismatch/unrelated @1 int", "FATAL cert-expired @0 leaf", "FATAL intermediate-expired @1 int",
			"FATAL issuer-not-ca/not-a-ca @1 int", "FATAL purpose-server-auth/extended-key-usage @0 leaf [1.3.6.1.5.5.7.3.2]",
			"chain-extra-certificates/not-in-path @2 other", "cert-lifetime @0 leaf 899/825",
			"not-strict @1 int [keyCertSign in a certificate that is not a CA]",
		},
	},
}
