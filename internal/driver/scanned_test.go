package driver

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/offer"
	"github.com/mongotls/mongotls/internal/registry"
)

// scanOf is a scan in which each version has these suites, and x25519 and P-256;
// without any it is refused.
func scanOf(suites map[string][]uint16) *fact.Scan {
	s := &fact.Scan{}
	for _, v := range []string{"TLS1.3", "TLS1.2", "TLS1.1", "TLS1.0", "SSL3.0", "SSL2.0"} {
		accepted := len(suites[v]) > 0
		s.Versions = append(s.Versions, fact.ScannedVersion{Version: v, Supported: &accepted, SuitesComplete: accepted, GroupsComplete: accepted})
		for _, id := range suites[v] {
			s.Suites = append(s.Suites, fact.ScannedSuite{Version: v, ID: fmt.Sprintf("0x%04x", id), Name: registry.SuiteName(id)})
		}
		if accepted {
			groupsOf(s, v, 29, 23)
		}
	}
	return s
}

// groupsOf replaces the groups that a version was seen to have.
func groupsOf(s *fact.Scan, version string, ids ...uint16) {
	s.Groups = slices.DeleteFunc(s.Groups, func(g fact.ScannedGroup) bool { return g.Version == version })
	for _, id := range ids {
		s.Groups = append(s.Groups, fact.ScannedGroup{Version: version, ID: fmt.Sprintf("0x%04x", id), Name: registry.GroupName(id)})
	}
}

// withDH gives the DHE suites a prime of this length.
func withDH(s *fact.Scan, bits int) *fact.Scan {
	for _, suite := range s.Suites {
		if registry.IsDHE(suite.Name) {
			s.DH = append(s.DH, fact.ScannedDH{Version: suite.Version, Suite: suite.Name, Bits: bits})
		}
	}
	return s
}

func TestScanned(t *testing.T) {
	// scan gives the facts a scan of a server with these suites of TLS 1.2.
	scan := func(change func(*fact.Scan), suites ...uint16) edit {
		return func(f *Facts) {
			f.Endpoint.Scan = scanOf(map[string][]uint16{"TLS1.2": suites})
			if change != nil {
				change(f.Endpoint.Scan)
			}
		}
	}
	chosen := func(name, group string) edit {
		return func(f *Facts) {
			f.Endpoint.Handshake.Version, f.Endpoint.Handshake.CipherSuite, f.Endpoint.Handshake.Group = "TLS1.2", name, group
		}
	}
	closing := func(s *fact.Scan) { s.Refusal = &fact.Answer{Outcome: fact.OutcomeClosed} }
	hold(t, "scanned", []row{
		{"RSA key exchange alone, and an alert for others", []edit{chosen("TLS_RSA_WITH_AES_128_GCM_SHA256", ""), scan(func(s *fact.Scan) {
			s.Refusal = &fact.Answer{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 70}}
		}, 0x009c)}},
		{"RSA key exchange alone, and a closed connection for others", []edit{chosen("TLS_RSA_WITH_AES_128_GCM_SHA256", ""), scan(closing, 0x009c)}},
		{"RSA key exchange before ECDHE with AES-GCM", []edit{chosen("TLS_RSA_WITH_AES_128_GCM_SHA256", ""), scan(nil, 0x009c, 0xc02f)}},
		{"ChaCha20 alone", []edit{chosen("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "x25519"), scan(nil, 0xcca8)}},
		{"what was not established is left to the questions", []edit{
			chosen("TLS_RSA_WITH_AES_128_GCM_SHA256", ""), scan(func(s *fact.Scan) { s.Versions[1].SuitesComplete = false }, 0x009c),
		}},
		{"DHE alone", []edit{broken(fact.OutcomeAlert, 40), scan(func(s *fact.Scan) { withDH(s, 2048) }, 0x009e)}},
		{"DHE alone, with a short prime", []edit{broken(fact.OutcomeAlert, 40), scan(func(s *fact.Scan) { withDH(s, 1024) }, 0x009e)}},
		{"X448 alone", []edit{broken(fact.OutcomeClosed, 0), scan(func(s *fact.Scan) { groupsOf(s, "TLS1.2", 30) }, 0xc02b, 0xc02f)}},
		{"a post-quantum group alone", []edit{
			func(f *Facts) { f.Endpoint.Handshake.Group = "X25519MLKEM768" },
			asked(fact.Question{ID: fact.AskSmallHello, Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 40}}),
			func(f *Facts) {
				f.Endpoint.Scan = scanOf(map[string][]uint16{"TLS1.3": {0x1301}})
				groupsOf(f.Endpoint.Scan, "TLS1.3", 4588)
			},
		}},
		{"TLS 1.0 alone", []edit{broken(fact.OutcomeAlert, 70), accepts("TLS1.0"), func(f *Facts) {
			f.Endpoint.Scan = scanOf(map[string][]uint16{"TLS1.0": {0x002f}})
		}}},
		{"a handshake that fails for another reason", []edit{broken(fact.OutcomeAlert, 80), scan(nil, 0xc02b, 0xc02f)}},
	})
}

// TestLackOf looks at one client: Python 3.6 with OpenSSL 1.0.2.
func TestLackOf(t *testing.T) {
	i := slices.IndexFunc(offer.Clients(), func(c offer.Client) bool { return c.Name == "PyMongo on Python 3.6 with OpenSSL 1.0.2" })
	client := offer.Clients()[i]
	for _, tt := range []struct {
		name string
		scan *fact.Scan
		want Lack
		ok   bool
	}{
		{"TLS 1.2", scanOf(map[string][]uint16{"TLS1.3": {0x1301}, "TLS1.2": {0xc02f}}), LacksNothing, true},
		{"TLS 1.0", scanOf(map[string][]uint16{"TLS1.0": {0x002f}}), LacksNothing, true},
		{"TLS 1.3", scanOf(map[string][]uint16{"TLS1.3": {0x1301}}), LacksVersion, true},
		{"ChaCha20", scanOf(map[string][]uint16{"TLS1.2": {0xcca8}}), LacksSuite, true},
		{"x25519", func() *fact.Scan {
			s := scanOf(map[string][]uint16{"TLS1.2": {0xc02f}})
			groupsOf(s, "TLS1.2", 29)
			return s
		}(), LacksGroup, true},
		{"a prime of 512 bits", withDH(scanOf(map[string][]uint16{"TLS1.2": {0x009e}}), 512), LacksDH, true},
		{"nothing known", &fact.Scan{Versions: []fact.ScannedVersion{{Version: "TLS1.2"}}}, LacksVersion, false},
	} {
		if got, ok := LackOf(client, tt.scan); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %q, %t, want %q, %t", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}
