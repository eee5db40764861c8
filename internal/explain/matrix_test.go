package explain

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mongotls/mongotls/internal/finding"
)

// matrixFile is what real drivers showed of every scenario of the lab.
const matrixFile = "../../e2e/drivers/matrix.json"

// TestMatrix: every text that a real driver showed is explained as what is really
// wrong, or as a choice that has it, where the text could be of several.
func TestMatrix(t *testing.T) {
	content, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	var matrix struct {
		Scenarios []struct {
			ID, Finding string
			Drivers     []struct {
				Driver, Error string
				Connects      bool
			}
		}
	}
	if err := json.Unmarshal(content, &matrix); err != nil {
		t.Fatal(err)
	}
	first, choice, open, texts := 0, 0, 0, 0
	for _, s := range matrix.Scenarios {
		for _, d := range s.Drivers {
			if d.Connects || d.Error == "" || s.Finding == "" || isElsewhere(s.ID, d.Driver) {
				continue
			}
			texts++
			want := finding.ID(s.Finding)
			if other, ok := stoppedBy[s.ID+" "+d.Driver]; ok {
				want = other
			}
			host := "localhost:27017"
			if s.ID == "atlas-access-list" {
				// The lab can behave as Atlas does, and not be named so.
				host = "cluster0-shard-00-00.abcde.mongodb.net:27017"
			}
			x := read(t, strings.NewReplacer("localhost:PORT", host, "PORT", "51234", "LINE", "1006").Replace(d.Error))
			at := slices.IndexFunc(x.Matches, func(m Match) bool { return m.ID == want || m.ID == whole[want] })
			switch {
			case at == 0 && x.Matches[0].Confidence != Possible:
				first++
			case at >= 0:
				choice++
			case len(x.Matches) > 0 && slices.Contains(endings, x.Matches[0].ID):
				open++
				t.Logf("%s by %s is left open: %s", s.ID, d.Driver, x.Matches[0].ID)
			default:
				var ids []string
				for _, m := range x.Matches {
					ids = append(ids, string(m.ID))
				}
				t.Errorf("%s (%s) by %s is told as %v:\n%s", s.ID, want, d.Driver, ids, d.Error)
			}
		}
	}
	t.Logf("%d texts: the cause first in %d, one of a choice in %d, said to be open in %d", texts, first, choice, open)
	if texts == 0 || open*100 > texts {
		t.Errorf("of %d texts %d are left open", texts, open)
	}
}

// isElsewhere reports whether a driver is stopped by something that the scenario is
// not of: one that asks for revocation where nobody can tell; whatever a driver
// meets that does not know an option that the scenario is of; and Python's prompt
// for a password, without a terminal.
func isElsewhere(scenario, driver string) bool {
	return driver == "java checkRevocation" || scenario+" "+driver == "key-password-required pymongo 3.x" || strings.HasPrefix(scenario, "insecure-option") || strings.HasPrefix(scenario, "option-") || strings.HasPrefix(scenario, "conflict-")
}

// whole is the finding that has several others as its reasons, where a client is
// not told which it is.
var whole = map[finding.ID]finding.ID{
	"client-cert-untrusted": "client-cert-rejected",
	"client-cert-expired":   "client-cert-rejected",
	"client-cert-purpose":   "client-cert-rejected",
}

// endings say how a connection ended, and nothing of why. The choice that is told
// with them holds what is common; the commands told with it find the rest.
var endings = []finding.ID{"verify-failed", "undetermined", "handshake-failure", "handshake-closed", "handshake-timeout"}

// stoppedBy is what stops a driver where that is not what the scenario is of.
var stoppedBy = map[string]finding.ID{
	// PyOpenSSL takes no CRL, whatever it holds.
	"crl-file-good pymongo 3.x ocsp":      "option-unsupported",
	"crl-file-revoked pymongo 3.x ocsp":   "option-unsupported",
	"crl-expired pymongo 3.x ocsp":        "option-unsupported",
	"crl-missing-issuer pymongo 3.x ocsp": "option-unsupported",
	"crl-invalid pymongo 3.x ocsp":        "option-unsupported",
	"crl-file-invalid pymongo 3.x ocsp":   "option-unsupported",
	// Where checks are switched off, one driver refuses the option and another
	// does not know it and checks.
	"revocation-disabled pymongo 3.x ocsp": "revoked",
	"revocation-disabled node":             "option-unsupported",
	"revocation-disabled mongosh":          "option-unsupported",
	// tlsInsecure is of names only in Java.
	"insecure-option java": "cert-expired",
}
