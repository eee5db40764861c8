package finding

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// file adds a local file with a problem.
func file(option, problem string) edit {
	return func(t *fact.Target, _ *fact.Endpoint) {
		t.Files = append(t.Files, fact.File{Option: option, Path: "some.pem", Problem: problem, Detail: "what is wrong"})
	}
}

func TestFiles(t *testing.T) {
	root := issue(t, nil, "Example Root", authority)
	leaf := issue(t, root, "x", names("db.example.com"))
	none := 0
	untrusted := presenting(&fact.Trust{Store: verify.StoreCAFile, StoreSize: &none, StoreError: "unreadable"}, leaf)
	wanted := []edit{asksForClient(""), replied(fact.OutcomeClosed, 0)}
	judgeRows(t, []row{
		{"a file that is fine", []edit{file("tlsCAFile", "")}, nil, Pass},
		{"a CA file that cannot be read", []edit{file("tlsCAFile", "file-unreadable"), untrusted}, []brief{failing("file-unreadable")}, Failure},
		{"a CA file without a certificate", []edit{file("tlsCAFile", "ca-file-invalid"), untrusted}, []brief{failing("ca-file-invalid")}, Failure},
		{"a CA file that cannot be read does not explain a missing client certificate", append([]edit{file("tlsCAFile", "file-unreadable")}, wanted...),
			[]brief{failing("file-unreadable"), likely("client-cert-required")}, Failure},
		{"a client's file that cannot be read", append([]edit{file("tlsCertificateKeyFile", "file-unreadable")}, wanted...), []brief{failing("file-unreadable")}, Failure},
		{"a client's file that cannot be read does not explain an unknown issuer", []edit{file("tlsCertificateKeyFile", "file-unreadable"), presenting(&fact.Trust{Store: verify.StoreSystem}, leaf)},
			[]brief{failing("file-unreadable"), failing("issuer-unknown")}, Failure},
		{"both files", append([]edit{file("tlsCAFile", "file-unreadable"), file("tlsCertificateKeyFile", "file-unreadable"), untrusted}, wanted...),
			[]brief{failing("file-unreadable"), failing("file-unreadable")}, Failure},
		{"a key that is missing", append([]edit{file("tlsCertificateKeyFile", "key-file-no-key")}, wanted...), []brief{failing("key-file-no-key")}, Failure},
		{"a certificate that is missing", append([]edit{file("tlsCertificateKeyFile", "key-file-no-certificate")}, wanted...), []brief{failing("key-file-no-certificate")}, Failure},
		{"a key of another certificate", append([]edit{file("tlsCertificateKeyFile", "key-mismatch")}, wanted...), []brief{failing("key-mismatch")}, Failure},
		{"a key without its password", append([]edit{file("tlsCertificateKeyFile", "key-password-required")}, wanted...), []brief{failing("key-password-required")}, Failure},
		{"a key with another password", append([]edit{file("tlsCertificateKeyFile", "key-password-wrong")}, wanted...), []brief{failing("key-password-wrong")}, Failure},
		{"a key of another form", append([]edit{file("tlsCertificateKeyFile", "key-format")}, wanted...), []brief{failing("key-format")}, Failure},
		{"a problem of a later version", []edit{file("tlsCRLFile", "crl-of-the-future")}, []brief{failing("file-unreadable")}, Failure},
		{"a file of a client without TLS", []edit{plaintext, file("tlsCAFile", "file-unreadable")}, []brief{failing("file-unreadable"), warning("no-encryption")}, Failure},
	})
}

// TestFileInFull compares one finding whole.
func TestFileInFull(t *testing.T) {
	target, endpoint := facts(func(t *fact.Target, _ *fact.Endpoint) {
		t.Files = []fact.File{{Option: "tlsCAFile", Path: "my ca.der", Problem: "ca-file-invalid", Detail: "it is DER", Hint: "convert it."}}
	})
	want := []Finding{{
		ID: "ca-file-invalid", Severity: Fail, Confidence: Certain,
		Title:    "The CA file holds no certificate that a driver can use",
		Detail:   "tlsCAFile=my ca.der: it is DER.",
		Why:      `tlsCAFile is a PEM file with one or more certificates. Without one in it no server can be trusted: "the specified CA file does not contain any valid certificates" (Go), "no certificate or crl found" (OpenSSL).`,
		Evidence: map[string]any{"option": "tlsCAFile", "path": "my ca.der"},
		Fix: []string{
			"Get the CA's certificate in PEM form and name that file with tlsCAFile; convert it.",
			"$ openssl x509 -in 'my ca.der' -noout -subject -dates",
		},
		// The others trust nobody then, and here there is nobody to trust.
		Drivers: []string{"pymongo", "go", "java", "c", "php", "csharp", "ruby"},
	}}
	if diff := cmp.Diff(want, Judge(target, endpoint, Policy{}, now).Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestOptions(t *testing.T) {
	for _, row := range []struct {
		name string
		edit edit
		want []Finding
	}{
		{"none", option(func(*fact.Options) {}), []Finding{}},
		{"two that weaken", option(func(o *fact.Options) { o.TLSAllowInvalidCertificates, o.TLSAllowInvalidHostnames = true, true }), []Finding{{
			ID: "insecure-option", Severity: Warn, Confidence: Certain, Title: "Certificate verification is switched off",
			Detail:   "Given: tlsAllowInvalidCertificates, tlsAllowInvalidHostnames. The verdict is that of a driver that does not look.",
			Evidence: map[string]any{"options": []string{"tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames"}},
		}}},
		{"one that some do not take", func(t *fact.Target, _ *fact.Endpoint) {
			t.Unsupported = []fact.UnsupportedOption{{Option: "tlsCAFile", Ignored: []string{"java", "csharp"}, Rejected: []string{"rust"}, Note: "Java has a trust store"}}
		}, []Finding{{
			ID: "option-unsupported", Severity: Warn, Confidence: Certain, Title: "tlsCAFile is not taken by every driver",
			Detail:   "tlsCAFile is ignored by java, csharp and refused by rust. Beside that: Java has a trust store.",
			Evidence: map[string]any{"option": "tlsCAFile", "ignored": []string{"java", "csharp"}, "rejected": []string{"rust"}},
			Drivers:  []string{"rust"},
		}}},
		{"one with a note only", func(t *fact.Target, _ *fact.Endpoint) {
			t.Unsupported = []fact.UnsupportedOption{{Option: "tls", Note: "they differ"}}
		}, []Finding{{
			ID: "option-unsupported", Severity: Info, Confidence: Certain, Title: "tls is not taken by every driver",
			Detail:   "They differ.",
			Evidence: map[string]any{"option": "tls", "ignored": []string{}, "rejected": []string{}},
		}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			target, endpoint := facts(row.edit)
			got := Judge(target, endpoint, Policy{}, now).Findings
			for i := range got {
				// The catalogue's words are tested with the catalogue.
				got[i].Why, got[i].Fix = "", nil
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
