package finding

import (
	"crypto/x509"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// TestCompletion: a fetched issuer that completes the chain makes the missing
// intermediate certain; one that does not changes nothing.
func TestCompletion(t *testing.T) {
	root := issue(t, nil, "root", authority)
	intermediate := issue(t, root, "intermediate", authority)
	other := issue(t, nil, "intermediate", authority)
	leaf := issue(t, intermediate, "db.example.com", names("db.example.com"), func(c *x509.Certificate) {
		c.IssuingCertificateURL = []string{"http://ca.example.com/intermediate.cer"}
	})
	fetched := func(p ...*pair) edit {
		return func(_ *fact.Target, e *fact.Endpoint) {
			e.Issuers = &fact.Issuers{Certificates: present(p...), Fetches: []fact.IssuerFetch{{URL: "http://ca.example.com/intermediate.cer"}}}
		}
	}
	alone := presenting(trust(verify.StoreCAFile, root), leaf)
	judgeRows(t, []row{
		{"the issuer was fetched", []edit{alone, fetched(intermediate)}, []brief{failing("intermediate-missing")}, Failure},
		{"the issuer and the root were", []edit{alone, fetched(intermediate, root)}, []brief{failing("intermediate-missing")}, Failure},
		{"another of its name was", []edit{alone, fetched(other)}, []brief{likely("intermediate-missing")}, Failure},
		{"nothing was", []edit{alone, fetched()}, []brief{likely("intermediate-missing")}, Failure},
	})

	target, endpoint := facts(alone, fetched(intermediate))
	f := Judge(target, endpoint, Policy{}, now).Findings[0]
	if diff := cmp.Diff(present(intermediate)[0].PEM, f.Evidence["pem"].(string)[strings.Index(f.Evidence["pem"].(string), "-----BEGIN"):]); diff != "" {
		t.Errorf("the PEM to append (-want +got):\n%s", diff)
	}
	if !strings.Contains(f.Fix[1], "curl -sS http://ca.example.com/intermediate.cer") {
		t.Errorf("fix = %q", f.Fix)
	}
}
