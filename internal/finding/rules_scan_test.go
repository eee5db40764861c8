package finding

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
)

// scanOf is a scan in which each version has these suites, and all groups that
// are common; without any it is refused.
func scanOf(suites map[string][]uint16) *fact.Scan {
	s := &fact.Scan{Order: "client"}
	for _, v := range []string{"TLS1.3", "TLS1.2", "TLS1.1", "TLS1.0", "SSL3.0", "SSL2.0"} {
		accepted := len(suites[v]) > 0
		s.Versions = append(s.Versions, fact.ScannedVersion{Version: v, Supported: &accepted, SuitesComplete: accepted, GroupsComplete: accepted})
		for _, id := range suites[v] {
			s.Suites = append(s.Suites, fact.ScannedSuite{Version: v, ID: fmt.Sprintf("0x%04x", id), Name: registry.SuiteName(id)})
		}
		if accepted && (v == "TLS1.3" || v == "TLS1.2") {
			for _, g := range []uint16{29, 23} {
				s.Groups = append(s.Groups, fact.ScannedGroup{Version: v, ID: fmt.Sprintf("0x%04x", g), Name: registry.GroupName(g)})
			}
		}
	}
	return s
}

// scanned gives the facts a scan, and the protocols that follow from it.
func scanned(suites map[string][]uint16, changes ...func(*fact.Scan)) edit {
	return func(_ *fact.Target, e *fact.Endpoint) {
		e.Scan = scanOf(suites)
		for _, change := range changes {
			change(e.Scan)
		}
		e.Protocols = nil
		for _, v := range slices.Backward(e.Scan.Versions) {
			e.Protocols = append(e.Protocols, fact.Protocol{Version: v.Version, Supported: v.Supported})
		}
	}
}

// withGroups replaces the groups that a version was seen to have.
func withGroups(version string, ids ...uint16) func(*fact.Scan) {
	return func(s *fact.Scan) {
		s.Groups = slices.DeleteFunc(s.Groups, func(g fact.ScannedGroup) bool { return g.Version == version })
		for _, id := range ids {
			s.Groups = append(s.Groups, fact.ScannedGroup{Version: version, ID: fmt.Sprintf("0x%04x", id), Name: registry.GroupName(id)})
		}
	}
}

// withDH gives the DHE suites of TLS 1.2 a prime of this length.
func withDH(bits int) func(*fact.Scan) {
	return func(s *fact.Scan) {
		for _, suite := range s.Suites {
			if registry.IsDHE(suite.Name) {
				s.DH = append(s.DH, fact.ScannedDH{Version: suite.Version, Suite: suite.Name, Bits: bits})
			}
		}
	}
}

var (
	modern = map[string][]uint16{"TLS1.3": {0x1301, 0x1302}, "TLS1.2": {0xc02b, 0xc02f, 0xc030}}
	dhe    = map[string][]uint16{"TLS1.2": {0x009e, 0x009f}}
)

func TestScan(t *testing.T) {
	with := func(version string, ids ...uint16) map[string][]uint16 {
		m := map[string][]uint16{"TLS1.3": modern["TLS1.3"], "TLS1.2": modern["TLS1.2"]}
		m[version] = ids
		return m
	}
	refused := broken(fact.OutcomeAlert, 40)
	chose := mainly(func(h *fact.Handshake) { h.Version, h.CipherSuite = "TLS1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256" })
	judgeRows(t, []row{
		{"what every client has", []edit{scanned(modern)}, nil, Pass},
		{"old versions", []edit{scanned(map[string][]uint16{"TLS1.3": {0x1301}, "TLS1.2": {0xc02b, 0xc02f}, "TLS1.0": {0xc009}})}, []brief{warning("weak-protocol-enabled")}, Warning},
		{"SSL 3.0", []edit{scanned(with("SSL3.0", 0x002f))}, []brief{warning("weak-protocol-enabled").titled("The server still accepts SSL3.0")}, Warning},
		{"a weak suite", []edit{scanned(with("TLS1.2", 0xc02b, 0xc02f, 0x000a))}, []brief{warning("weak-cipher-enabled")}, Warning},
		{"a short prime beside others", []edit{scanned(with("TLS1.2", 0xc02f, 0xc02b, 0x009e), withDH(1024))}, []brief{warning("dh-too-small")}, Warning},
		{"a prime of the right length", []edit{scanned(with("TLS1.2", 0xc02f, 0xc02b, 0x009e), withDH(2048))}, nil, Pass},
		{"TLS 1.3 alone", []edit{scanned(map[string][]uint16{"TLS1.3": {0x1301}})}, []brief{
			entryTitle("protocol-version", Warn, Likely).titled("No TLS version in common with C driver on Windows (Secure Channel), and 1 more"),
		}, Warning},
		{"a suite that few have", []edit{chose, scanned(map[string][]uint16{"TLS1.2": {0x009c}})}, []brief{
			entryTitle("no-shared-cipher", Warn, Likely).titled("No cipher suite in common with PyMongo on Python 3.10 and later, and 4 more"),
			info("tls13-unavailable"),
		}, Warning},
		{"a suite that few have beside one that all have", []edit{chose, scanned(map[string][]uint16{"TLS1.2": {0x009c, 0xc02f}})}, []brief{info("tls13-unavailable")}, Pass},
		{"only groups that few have", []edit{scanned(modern, withGroups("TLS1.3", 30), withGroups("TLS1.2", 30))}, []brief{
			entryTitle("no-shared-cipher", Warn, Likely).titled("No key exchange group in common with Go 1.22 and later, and 3 more"),
		}, Warning},
		{"groups that were not established", []edit{scanned(modern, withGroups("TLS1.3", 30), withGroups("TLS1.2", 30), func(s *fact.Scan) {
			s.Versions[0].GroupsComplete, s.Versions[1].GroupsComplete = false, false
		})}, nil, Pass},
		{"suites that were not established", []edit{chose, scanned(map[string][]uint16{"TLS1.2": {0x009c}}, func(s *fact.Scan) { s.Versions[1].SuitesComplete = false })},
			[]brief{info("tls13-unavailable")}, Pass},
		{"a version that was not established", []edit{chose, scanned(map[string][]uint16{"TLS1.2": {0x009c}}, func(s *fact.Scan) { s.Versions[0].Supported = nil })},
			[]brief{info("tls13-unavailable")}, Pass},

		{"TLS 1.0 alone", []edit{refused, scanned(map[string][]uint16{"TLS1.0": {0x002f}})}, []brief{failing("protocol-version")}, Failure},
		{"weak suites alone", []edit{refused, scanned(map[string][]uint16{"TLS1.2": {0x0005}})}, []brief{failing("no-shared-cipher")}, Failure},
		{"DHE alone", []edit{refused, scanned(dhe, withDH(2048))}, []brief{
			entryTitle("no-shared-cipher", Warn, Likely).titled("No cipher suite in common with Go 1.22 and later, and 2 more"),
		}, Warning},
		{"DHE alone, with a short prime", []edit{refused, scanned(dhe, withDH(1024))}, []brief{
			failing("dh-too-small"),
			entryTitle("no-shared-cipher", Warn, Likely).titled("No cipher suite in common with Go 1.22 and later, and 2 more"),
		}, Failure},
		{"a handshake that fails for another reason", []edit{refused, scanned(modern)}, []brief{failing("handshake-failure")}, Failure},
		{"a scan that was not made", []edit{refused, func(_ *fact.Target, e *fact.Endpoint) { e.Scan = &fact.Scan{Skipped: "why"} }}, []brief{failing("handshake-failure")}, Failure},
		{"a scan that found nothing", []edit{refused, scanned(nil)}, []brief{failing("handshake-failure")}, Failure},
	})
}

func TestLargeHelloBySize(t *testing.T) {
	sizes := func(padded fact.Outcome) func(*fact.Scan) {
		return func(s *fact.Scan) {
			s.Sizes = []fact.ScannedSize{
				{Kind: "large", Bytes: 1568, Answer: fact.Answer{Outcome: fact.OutcomeTimeout}},
				{Kind: "small", Bytes: 344, Answer: fact.Answer{Outcome: fact.OutcomeOK}},
				{Kind: "padded", Bytes: 1568, Answer: fact.Answer{Outcome: padded}},
			}
		}
	}
	timeout := broken(fact.OutcomeTimeout, 0)
	small := ok(fact.AskSmallHello, "TLS1.3", "TLS_AES_128_GCM_SHA256")
	judgeRows(t, []row{
		{"for its size", []edit{timeout, small, scanned(modern, sizes(fact.OutcomeTimeout))}, []brief{failing("large-hello-dropped")}, Failure},
		{"for its key share", []edit{timeout, small, scanned(modern, sizes(fact.OutcomeOK))},
			[]brief{failing("large-hello-dropped").titled("Something on the way drops ClientHellos with a post-quantum key share")}, Failure},
		{"for what is not known", []edit{timeout, small, scanned(modern, sizes(fact.OutcomeAlert))}, []brief{likely("large-hello-dropped")}, Failure},
		{"not, when it was asked again", []edit{timeout, small, scanned(modern, func(s *fact.Scan) {
			s.Sizes = []fact.ScannedSize{{Kind: "large", Bytes: 1568, Answer: fact.Answer{Outcome: fact.OutcomeOK}}}
		})}, []brief{failing("handshake-timeout")}, Failure},
		{"without a scan", []edit{timeout, small}, []brief{likely("large-hello-dropped")}, Failure},
	})
}

// TestLacksAreNamed looks at the words: which clients, and what the server takes.
func TestLacksAreNamed(t *testing.T) {
	target, endpoint := facts(broken(fact.OutcomeAlert, 40), scanned(dhe, withDH(2048)))
	got := Judge(target, endpoint, Policy{}, now).Findings[0]
	want := "Every suite was asked for: with TLS1.2 the server takes TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384. " +
		"No cipher suite in common: Go 1.22 and later; .NET 5 and later on Linux; Rust (rustls). The handshake ended: alert some_alert (40)."
	if diff := cmp.Diff(want, got.Detail); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{
		"clients": []string{"Go 1.22 and later", ".NET 5 and later on Linux", "Rust (rustls)"}, "versions": []string{"TLS1.2"}, "complete": true,
	}, got.Evidence); diff != "" {
		t.Errorf("evidence (-want +got)\n%s", diff)
	}
}
