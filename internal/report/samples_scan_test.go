package report

import (
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// scanned is an endpoint of which everything was asked for.
func scanned() Endpoint {
	e := db1()
	suite := func(version, id, name string) fact.ScannedSuite {
		return fact.ScannedSuite{Version: version, ID: id, Name: name}
	}
	e.Protocols = append([]fact.Protocol{{Version: "SSL2.0", Supported: new(false)}, {Version: "SSL3.0", Reason: "no answer"}}, e.Protocols...)
	e.Protocols[2].Supported, e.Protocols[3].Supported = new(true), new(true)
	e.Scan = &fact.Scan{
		Suites: []fact.ScannedSuite{
			suite("TLS1.3", "0x1301", "TLS_AES_128_GCM_SHA256"),
			suite("TLS1.3", "0x1302", "TLS_AES_256_GCM_SHA384"),
			suite("TLS1.2", "0xc02f", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
			suite("TLS1.2", "0xc030", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
			suite("TLS1.2", "0x009e", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
			suite("TLS1.2", "0x000a", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
			suite("TLS1.1", "0x002f", "TLS_RSA_WITH_AES_128_CBC_SHA"),
			suite("TLS1.0", "0x002f", "TLS_RSA_WITH_AES_128_CBC_SHA"),
			suite("SSL2.0", "0x010080", "SSL_CK_RC4_128_WITH_MD5"),
		},
		Groups: []fact.ScannedGroup{
			{Version: "TLS1.3", ID: "0x11ec", Name: "X25519MLKEM768"}, {Version: "TLS1.3", ID: "0x001d", Name: "x25519"},
			{Version: "TLS1.2", ID: "0x001d", Name: "x25519"},
		},
		Order:  "unknown",
		Orders: []fact.ScannedOrder{{Version: "TLS1.3", Order: "client"}, {Version: "TLS1.2", Order: "server"}},
		Versions: []fact.ScannedVersion{
			{Version: "TLS1.3", Supported: new(true), SuitesComplete: true, GroupsComplete: true},
			{Version: "TLS1.2", Supported: new(true), SuitesComplete: true, Reason: "the connection was reset"},
			{Version: "TLS1.1", Supported: new(true), Reason: "no answer"},
			{Version: "TLS1.0", Supported: new(true), SuitesComplete: true},
			{Version: "SSL3.0", Reason: "no answer"},
			{Version: "SSL2.0", Supported: new(true), SuitesComplete: true},
		},
		DH: []fact.ScannedDH{
			{Version: "TLS1.2", Suite: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", Bits: 1024},
			{Version: "TLS1.2", Suite: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", Bits: 3072, Group: "ffdhe3072"},
		},
		SecureRenegotiation: new(true), ExtendedMasterSecret: new(false), SessionTickets: new(true),
		SNI:              fact.ScannedSNI{Without: "other", Other: "refused"},
		SignatureSchemes: []fact.ScannedSchemes{{Version: "TLS1.2", Schemes: []string{"ecdsa_secp256r1_sha256", "rsa_pkcs1_sha256"}}},
		Sizes: []fact.ScannedSize{
			{Kind: "large", Bytes: 1568, Answer: fact.Answer{Outcome: fact.OutcomeTimeout}},
			{Kind: "small", Bytes: 344, Answer: fact.Answer{Outcome: fact.OutcomeOK}},
			{Kind: "padded", Bytes: 1568, Answer: fact.Answer{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 50, Name: "decode_error"}}},
		},
		Refusal:     &fact.Answer{Outcome: fact.OutcomeClosed},
		Connections: 45, Ms: 612.4,
	}
	e.Verdict = finding.Warning
	return e
}

func init() {
	samples = append(samples,
		sample{"scanned", func() *Report { return sampleReport(finding.Warning, bareHost(scanned())) }},
		sample{"scan-skipped", func() *Report {
			e := db1()
			e.Scan = &fact.Scan{Skipped: "nothing was answered in time", Order: "unknown", SNI: fact.ScannedSNI{Without: "unknown", Other: "unknown"}}
			return sampleReport(finding.Pass, bareHost(e))
		}},
	)
}
