package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/driver"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

// sampleNow is when every sample was taken.
var sampleNow = time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)

// fingerprint stands for a certificate of this name.
func fingerprint(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

func sampleReport(verdict finding.Verdict, targets ...Target) *Report {
	return &Report{
		Schema:     Schema,
		Tool:       Tool{Name: "mongotls", Version: "1.2.3"},
		StartedAt:  sampleNow,
		DurationMs: 41.7,
		Verdict:    verdict,
		Targets:    targets,
	}
}

// bareHost is a target of one endpoint given by name.
func bareHost(e Endpoint) Target {
	return Target{
		Target: fact.Target{
			Input:   e.Host,
			Options: fact.Options{TLS: true, TLSFrom: "bare-host", TLSCAFile: "/etc/mongo/ca.pem"},
			Files: []fact.File{{Option: "tlsCAFile", Path: "/etc/mongo/ca.pem", Certificates: 1,
				Subjects: []string{"CN=Example Root CA,O=Example"}}},
		},
		Verdict:   e.Verdict,
		Endpoints: []Endpoint{e},
	}
}

func leaf() fact.Certificate {
	return fact.Certificate{
		Subject:            "CN=db1.example.com,O=Example",
		Issuer:             "CN=Example Issuing CA,O=Example",
		Serial:             "2a",
		NotBefore:          time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:           time.Date(2027, time.January, 24, 0, 0, 0, 0, time.UTC),
		DNSNames:           []string{"db1.example.com", "*.db.example.com"},
		IPAddresses:        []string{"192.0.2.10"},
		KeyType:            "ECDSA-P256",
		SignatureAlgorithm: "ECDSA-SHA256",
		SHA256:             fingerprint("leaf"),
		PEM:                "-----BEGIN CERTIFICATE-----\n",
	}
}

func intermediate() fact.Certificate {
	return fact.Certificate{
		Subject:            "CN=Example Issuing CA,O=Example",
		Issuer:             "CN=Example Root CA,O=Example",
		Serial:             "07",
		NotBefore:          time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:           time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC),
		KeyType:            "RSA-2048",
		SignatureAlgorithm: "SHA256-RSA",
		SHA256:             fingerprint("intermediate"),
		PEM:                "-----BEGIN CERTIFICATE-----\n",
	}
}

// db1 is an endpoint that works, with everything about it known.
func db1() Endpoint {
	return Endpoint{
		Endpoint: fact.Endpoint{
			Host: "db1.example.com", Port: 27017, Source: "seed", ServerName: "db1.example.com",
			DNS:       &fact.DNS{Ms: 1.5},
			Addresses: []fact.Address{{IP: "192.0.2.10", TCP: fact.TCP{OK: true, Ms: 0.4}}},
			Handshake: &fact.Handshake{OK: true, Version: "TLS1.3", CipherSuite: "TLS_AES_128_GCM_SHA256",
				Group: "X25519MLKEM768", ServerName: "db1.example.com", Outcome: fact.OutcomeOK, Ms: 12.3},
			Protocols: []fact.Protocol{
				{Version: "TLS1.0", Supported: new(false)},
				{Version: "TLS1.1", Supported: new(false)},
				{Version: "TLS1.2", Supported: new(true)},
				{Version: "TLS1.3", Supported: new(true)},
			},
			Questions: []fact.Question{
				{ID: fact.AskPlaintext, Outcome: fact.OutcomeClosed, Ms: 1.25},
				{ID: fact.AskTLS10, Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 70, Name: "protocol_version"}, Ms: 0.8},
				{ID: fact.AskTLS12, Outcome: fact.OutcomeOK, Version: "TLS1.2", CipherSuite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", Ms: 101.9},
			},
			Certificates: []fact.Certificate{leaf(), intermediate()},
			Trust: &fact.Trust{Store: "tlsCAFile", StorePath: "/etc/mongo/ca.pem", StoreSize: new(1),
				Anchors: []fact.Anchor{{Stores: []string{"tlsCAFile"}, Subject: "CN=Example Root CA,O=Example",
					SHA256: fingerprint("root"), KeyType: "ECDSA-P384", PEM: "-----BEGIN CERTIFICATE-----\n",
					NotBefore: time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2040, time.January, 1, 0, 0, 0, 0, time.UTC)}}},
			ClientAuth: &fact.ClientAuth{Requested: true, Required: new(false), AcceptableCAs: []string{"CN=Example Root CA,O=Example"}},
			Server: &fact.Server{MongoDB: new(true), Plaintext: "refused", Hello: fact.OutcomeOK, Version: "7.0",
				MaxWireVersion: 21, Topology: "ReplicaSetWithPrimary", SetName: "rs0", Me: "db1.example.com:27017",
				Hosts: []string{"db1.example.com:27017", "db2.example.com:27017"}, ClockSkewMs: new(-80.0), ConnectionID: 4711},
		},
		Chain: &finding.Chain{Trusted: true, TrustedBy: []string{"tlsCAFile"},
			Paths: [][]string{{fingerprint("leaf"), fingerprint("intermediate"), fingerprint("root")}}},
		Hostname: &finding.Hostname{OK: true, Checked: "db1.example.com", Matched: "db1.example.com"},
		Verdict:  finding.Pass,
	}
}

func expiredFinding() finding.Finding {
	return finding.Finding{
		ID: "cert-expired", Severity: finding.Fail, Title: "certificate expired 12 days ago",
		Detail:   "The certificate of db1.example.com was valid until 2026-11-10 00:00 UTC.",
		Why:      "Every driver checks the dates of the certificate before it sends anything, and closes the connection when they are past.",
		Evidence: map[string]any{"notAfter": "2026-11-10T00:00:00Z", "days": 12, "names": []string{"db1.example.com", "*.db.example.com"}},
		Fix: []string{
			"Issue a new certificate for the server, put it where net.tls.certificateKeyFile points, and have mongod read it:",
			"$ mongosh --host db1.example.com --tls --eval 'db.adminCommand({rotateCertificates: 1, message: \"renewed\"})'",
			"If mongod already has a new file, it has not read it yet: rotate, or restart it.",
		},
		Confidence: finding.Certain,
	}
}

// sample is a report to render.
type sample struct {
	name   string
	report func() *Report
}

var samples = []sample{
	{"healthy", func() *Report {
		e := db1()
		e.Findings = []finding.Finding{{ID: "tls13-unavailable", Severity: finding.Info, Title: "one member speaks TLS 1.2 only",
			Detail: "db2 does not offer TLS 1.3.", Evidence: map[string]any{"member": "db2.example.com:27017"}, Confidence: finding.Likely}}
		return sampleReport(finding.Pass, bareHost(e))
	}},
	{"expired-leaf", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		e.Certificates[0].NotBefore = time.Date(2025, time.November, 10, 0, 0, 0, 0, time.UTC)
		e.Certificates[0].NotAfter = time.Date(2026, time.November, 10, 0, 0, 0, 0, time.UTC)
		e.Chain.Trusted, e.Chain.TrustedBy = false, nil
		e.Chain.Breaks = []finding.Break{{SHA256: fingerprint("leaf"), Finding: "cert-expired", Text: "expired 12 days ago"}}
		e.Findings = []finding.Finding{expiredFinding()}
		return sampleReport(finding.Failure, bareHost(e))
	}},
	{"hostname-and-intermediate", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		e.Host, e.ServerName = "10.0.0.5", "10.0.0.5"
		e.Handshake.ServerName = ""
		e.DNS = nil
		e.Certificates = e.Certificates[:1]
		e.Chain = &finding.Chain{Breaks: []finding.Break{{SHA256: fingerprint("leaf"), Finding: "intermediate-missing", Text: "issuer not sent"}}}
		e.Hostname = &finding.Hostname{Checked: "10.0.0.5"}
		e.Protocols[0] = fact.Protocol{Version: "TLS1.0", Reason: "no answer while there was time"}
		e.ClientAuth.Required, e.ClientAuth.Reason = nil, "the options name a certificate, and the question without it was not answered"
		e.Findings = []finding.Finding{
			{ID: "intermediate-missing", Severity: finding.Fail, Title: "the server does not send its intermediate certificate",
				Detail:     "The certificate was issued by CN=Example Issuing CA,O=Example, which the server did not send.",
				Why:        "A client knows only its roots; the certificates between must come from the server (RFC 8446 section 4.4.2).",
				Fix:        []string{"Append the intermediate to the server's certificateKeyFile:", "$ cat intermediate.pem >> /etc/mongo/server.pem"},
				Confidence: finding.Certain},
			{ID: "hostname-ip-not-in-san", Severity: finding.Fail, Title: "the certificate does not name the address 10.0.0.5",
				Detail: "Its names are db1.example.com, *.db.example.com and 192.0.2.10.",
				Fix:    []string{"Connect by a name that the certificate carries.", "Or issue a certificate with the address as an iPAddress entry."}, Confidence: finding.Certain},
			{ID: "cert-lifetime", Severity: finding.Warn, Title: "something to mind", Detail: "It will bite later.", Confidence: finding.Likely},
		}
		return sampleReport(finding.Failure, bareHost(e))
	}},
	{"tls-disabled", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		e.Handshake = &fact.Handshake{ServerName: "db1.example.com", Outcome: fact.OutcomeClosed, Error: "EOF", Ms: 1.1}
		e.Protocols, e.Certificates, e.Trust, e.ClientAuth, e.Chain, e.Hostname = nil, nil, nil, nil, nil, nil
		e.Server = &fact.Server{MongoDB: new(true), Plaintext: "accepted", Version: "7.0", MaxWireVersion: 21, Topology: "Single"}
		e.Questions = []fact.Question{{ID: fact.AskPlaintext, Outcome: fact.OutcomeOK, Ms: 0.9}, {ID: fact.AskHTTP, Outcome: fact.OutcomeOther, Detail: "mongod", Ms: 0.7}}
		e.Findings = []finding.Finding{{ID: "tls-disabled", Severity: finding.Fail, Title: "the server speaks MongoDB, but no TLS",
			Detail: "It answers hello in clear and closes on a ClientHello.", Confidence: finding.Certain,
			Fix: []string{"Set net.tls.mode: requireTLS in mongod.conf.", "Check that the port is the one you mean."}}}
		return sampleReport(finding.Failure, bareHost(e))
	}},
	{"unreachable", func() *Report {
		e := Endpoint{Endpoint: fact.Endpoint{Host: "2001:db8::7", Port: 27018, Source: "seed", ServerName: "2001:db8::7",
			Addresses: []fact.Address{{IP: "2001:db8::7", TCP: fact.TCP{Failure: "refused", Ms: 0.2, Error: "connect: connection refused"}}}},
			Verdict: finding.Unreachable,
			Findings: []finding.Finding{{ID: "tcp-refused", Severity: finding.Fail, Title: "nothing listens on port 27018",
				Detail: "The host answered that the port is closed.", Fix: []string{"Start mongod, or correct the port."}, Confidence: finding.Certain}}}
		return sampleReport(finding.Unreachable, Target{
			Target:  fact.Target{Input: "[2001:db8::7]:27018", Options: fact.Options{TLS: true, TLSFrom: "bare-host"}},
			Verdict: finding.Unreachable, Endpoints: []Endpoint{e}})
	}},
	{"mixed", func() *Report {
		good, expired := db1(), db1()
		expired.Host, expired.Verdict = "db2.example.com", finding.Failure
		expired.Certificates[0].NotAfter = time.Date(2026, time.November, 10, 0, 0, 0, 0, time.UTC)
		expired.Chain.Breaks = []finding.Break{{SHA256: fingerprint("leaf"), Finding: "cert-expired", Text: "expired 12 days ago"}}
		expired.Findings = []finding.Finding{expiredFinding()}
		gone := Endpoint{Endpoint: fact.Endpoint{Host: "database-three.internal.example.com", Port: 27017, Source: "member",
			DNS: &fact.DNS{Failure: "not-found", Error: "no such host"}}, Verdict: finding.Unreachable}
		return sampleReport(finding.Failure, Target{
			Target: fact.Target{
				Input:    "mongodb+srv://cluster0.example.com/?tlsCaFil=ca.pem",
				Warnings: []string{`unknown option "tlsCaFil": did you mean tlsCAFile?`},
				Unsupported: []fact.UnsupportedOption{{Option: "tlsCRLFile", Ignored: []string{"go", "java"}, Rejected: []string{"rust"},
					Note: "the Go driver logs nothing of it"}},
				Options: fact.Options{TLS: true, TLSFrom: "srv", TLSInsecure: true, ReplicaSet: "rs0", ServerName: "db.example.com"},
				Files: []fact.File{
					{Option: "tlsCRLFile", Path: "/etc/mongo/crl.pem", Problem: "file-unreadable", Detail: "permission denied"},
					{Option: "tlsCertificateKeyFile", Path: "/etc/mongo/client.pem", Certificates: 2},
				},
				SRV: &fact.SRV{Name: "_mongodb._tcp.cluster0.example.com", Hosts: []string{"db1.example.com:27017", "db2.example.com:27017"}, TXT: "replicaSet=rs0", Ms: 8.25},
			},
			Verdict:   finding.Failure,
			Endpoints: []Endpoint{good, expired, gone},
		})
	}},
	{"replica-set", func() *Report { return sampleReport(finding.Warning, replicaSet()) }},
	{"many", func() *Report {
		var targets []Target
		for i := range 5 {
			e := db1()
			e.Host = "shard-" + string(rune('a'+i)) + ".example.com"
			if i == 3 {
				e.Verdict = finding.Warning
				e.Findings = []finding.Finding{{ID: "cert-expiring", Severity: finding.Warn, Title: "certificate expires in 62 days", Confidence: finding.Certain}}
			}
			targets = append(targets, Target{Target: fact.Target{Input: e.Host, Options: fact.Options{TLS: true, TLSFrom: "bare-host"}}, Verdict: e.Verdict, Endpoints: []Endpoint{e}})
		}
		targets = append(targets, Target{
			Target: fact.Target{Input: "mongodb+srv://gone.example.com", Options: fact.Options{TLS: true, TLSFrom: "srv"},
				SRV: &fact.SRV{Name: "_mongodb._tcp.gone.example.com", Problem: "srv-not-found", Detail: "the name has no SRV record", Ms: 3}},
			Verdict: finding.Failure,
			Findings: []finding.Finding{{ID: "srv-not-found", Severity: finding.Fail, Title: "no SRV record",
				Fix: []string{"$ dig +short SRV _mongodb._tcp.gone.example.com"}, Confidence: finding.Certain}},
		})
		return sampleReport(finding.Failure, targets...)
	}},
	{"uri-without-tls", func() *Report {
		e := db1()
		e.Verdict = finding.Warning
		e.Handshake, e.Chain, e.Hostname, e.Certificates, e.Trust, e.ClientAuth, e.Protocols = nil, nil, nil, nil, nil, nil, nil
		e.Server.Plaintext = "accepted"
		e.Server.ClockSkewMs = new(-3725000.0)
		e.Findings = []finding.Finding{{ID: "no-encryption", Severity: finding.Warn, Title: "nothing is encrypted",
			Detail: "The connection string has no tls=true, and the server accepts that.",
			Fix:    []string{"Add tls=true to the connection string once the server speaks TLS."}, Confidence: finding.Certain}}
		return sampleReport(finding.Warning, Target{
			Target:    fact.Target{Input: "mongodb://db1.example.com/", Options: fact.Options{TLSFrom: "default"}},
			Verdict:   finding.Warning,
			Endpoints: []Endpoint{e},
		})
	}},
	{"cross-signed", func() *Report {
		e := db1()
		old := intermediate()
		old.Subject, old.Issuer, old.SHA256 = "CN=Example Root CA,O=Example", "CN=Old Root CA,O=Example", fingerprint("cross")
		e.Certificates = append(e.Certificates, old,
			fact.Certificate{SHA256: fingerprint("unreadable"), Error: "x509: negative serial number"})
		e.Chain.TrustedBy = []string{"tlsCAFile", "system"}
		e.Chain.Paths = append(e.Chain.Paths, []string{fingerprint("leaf"), fingerprint("intermediate"), fingerprint("cross"), fingerprint("old-root")})
		e.Trust.Anchors = append(e.Trust.Anchors, fact.Anchor{Stores: []string{"system", "mozilla"}, Subject: "CN=Old Root CA,O=Example", SHA256: fingerprint("old-root"), KeyType: "RSA-4096",
			NotBefore: time.Date(2006, time.January, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)})
		e.Handshake.Staple = []byte{0x30}
		e.Hostname.Matched = "*.db.example.com"
		r := sampleReport(finding.Pass, bareHost(e))
		r.Policy = finding.Policy{At: time.Date(2026, time.December, 24, 0, 0, 0, 0, time.UTC), Ignore: []finding.ID{"chain-extra-certificates"}}
		r.Targets[0].Endpoints[0].Findings = []finding.Finding{{ID: "chain-extra-certificates", Severity: finding.Warn,
			Title: "a certificate too many", Detail: "It is not needed.", Why: "A client passes over it.", Confidence: finding.Certain}}
		return r
	}},
	{"revoked", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		at := time.Date(2026, time.November, 20, 8, 0, 0, 0, time.UTC)
		until := at.AddDate(0, 0, 7)
		e.Handshake.Staple = []byte{0x30}
		e.Revocation = &fact.Revocation{
			Status: fact.StatusRevoked, Skipped: []string{"CRL distribution points: a CRL file is given"}, MustStaple: []string{fingerprint("leaf")},
			Checks: []fact.RevocationCheck{
				{Certificate: fingerprint("leaf"), Source: fact.SourceStaple, Status: fact.StatusRevoked, Reason: "keyCompromise", RevokedAt: &at, ThisUpdate: &at, NextUpdate: &until,
					Signer: "CN=OCSP responder,O=Example", Delegate: true, SignatureAlgorithm: "ECDSA-SHA256", CertIDHash: "SHA1", Ms: 0.2},
				{Certificate: fingerprint("leaf"), Source: fact.SourceOCSP, URL: "http://ocsp.example.com/", Status: fact.StatusError, Problem: fact.ProblemTimeout,
					Error: "no answer within 5 s", Ms: 5000},
				{Certificate: fingerprint("intermediate"), Source: fact.SourceCRLFile, Status: fact.StatusGood, ThisUpdate: &at, NextUpdate: &until, Signer: "CN=Example Root CA,O=Example", Ms: 1},
			},
		}
		e.Findings = []finding.Finding{{ID: "revoked", Severity: finding.Fail, Title: "The server's certificate is revoked",
			Detail: "It was revoked on 2026-11-20.", Fix: []string{"Issue a new one."}, Drivers: []string{"go", "ruby"}, Confidence: finding.Certain}}
		e.Drivers = []driver.Prediction{
			{Driver: "pymongo", TLS: "OpenSSL", Connects: new(true), Basis: driver.Measured},
			{Driver: "pymongo", Variant: "ocsp", TLS: "OpenSSL (PyOpenSSL)", Connects: new(false), Error: "[('SSL routines', '', 'invalid status response')]", Finding: "revoked", Basis: driver.Source},
			{Driver: "go", TLS: "crypto/tls", Connects: new(false), Error: "Last error: OCSP verification failed: certificate is revoked", Finding: "revoked", Basis: driver.Measured},
			{Driver: "java", TLS: "JSSE", Reason: "installations differ in the roots that they trust", Basis: driver.Measured},
			{Driver: "java", Variant: "checkRevocation", TLS: "JSSE", Connects: new(false), Reason: "the words for it are not known", Finding: "revocation-unchecked", Basis: driver.Source},
			{Driver: "ruby", TLS: "OpenSSL", Connects: new(false), Error: "Mongo::Error::ServerCertificateRevoked: TLS certificate of 'db1.example.com' has been revoked", Finding: "revoked", Basis: driver.Source},
			{Driver: "ruby", Variant: "<2.14", TLS: "OpenSSL", Connects: new(true), Basis: driver.Measured},
		}
		return sampleReport(finding.Failure, bareHost(e))
	}},
	{"unrevocable", func() *Report {
		e := db1()
		e.Revocation = &fact.Revocation{Status: fact.StatusUnchecked}
		return sampleReport(finding.Pass, bareHost(e))
	}},
	{"client-certificate-refused", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		e.Questions = nil
		e.Protocols = nil
		e.Addresses = append(e.Addresses, fact.Address{IP: "192.0.2.11", TCP: fact.TCP{Failure: "not-tried"}}, fact.Address{IP: "192.0.2.12", TCP: fact.TCP{Failure: "timeout"}})
		e.ClientAuth = &fact.ClientAuth{Requested: true, Required: new(true), Presented: "CN=app,OU=clients",
			AcceptableCAs: []string{"CN=1", "CN=2", "CN=3", "CN=4", "CN=5", "CN=6", "CN=7", "CN=8", "CN=9", "CN=10", "CN=11", "CN=12"}}
		e.Server = &fact.Server{Plaintext: "unknown", Hello: fact.OutcomeAlert, HelloAlert: &fact.Alert{Code: 48, Name: "unknown_ca"}, HelloError: "remote error: tls: unknown certificate authority"}
		e.Trust.StoreSize, e.Trust.StoreError = nil, "reading the store: permission denied"
		e.Chain = nil
		e.Findings = []finding.Finding{{ID: "client-cert-untrusted", Severity: finding.Fail, Title: "the server does not trust the client certificate", Confidence: finding.Certain}}
		return sampleReport(finding.Failure, bareHost(e))
	}},
	{"x509-refused", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		e.ClientAuth = &fact.ClientAuth{Requested: true, Required: new(true), Presented: "CN=app,O=Example", AcceptableCAs: []string{}}
		e.Authentication = &fact.Authentication{User: "O=Example,CN=app", Outcome: fact.OutcomeOK, Code: 18, CodeName: "AuthenticationFailed", Message: "Authentication failed.", Ms: 0.4}
		e.Findings = []finding.Finding{{ID: "x509-user-mismatch", Severity: finding.Fail, Title: "the user name is another", Confidence: finding.Certain}}
		target := bareHost(e)
		target.Options.AuthSource, target.Options.Authenticate = "$external", true
		target.X509 = &fact.X509{Username: "O=Example,CN=app", CertificateUser: "CN=app,O=Example", CertificateUserNote: "CN has characters that the server normalizes"}
		return sampleReport(finding.Failure, target)
	}},
	{"hostile", func() *Report {
		e := db1()
		e.Verdict = finding.Failure
		evil := "\x1b \x1b[2J\x1b]0;owned\a\nPASS  db1.example.com:27017\r\u202egpj.exe\u2066\u200b\u009b31m\xff\x00\x7f\ufeff\U000e0041"
		e.Certificates[0].Subject = "CN=" + evil
		e.Certificates[0].DNSNames = []string{evil}
		e.Certificates[1].Error = evil
		e.Server.SetName, e.Server.Me, e.Server.Version, e.Server.Hosts = evil, evil, evil, []string{evil}
		e.Server.HelloError, e.Server.Hello = evil, "\x1b[1m"
		e.Server.ErrorMessage = evil
		e.Authentication = &fact.Authentication{Outcome: fact.OutcomeOK, User: evil, Code: 18, CodeName: evil, Message: evil, ServerUser: evil}
		e.Handshake.Version = evil
		e.Hostname = &finding.Hostname{Checked: evil}
		e.ClientAuth.AcceptableCAs = []string{evil}
		e.Chain.Breaks = []finding.Break{{SHA256: fingerprint("leaf"), Text: evil}}
		e.Addresses[0].TCP = fact.TCP{Failure: "error", Error: evil}
		e.Questions[0].Detail = evil
		e.Scan = &fact.Scan{
			Suites:   []fact.ScannedSuite{{Version: evil, ID: evil, Name: evil}},
			Groups:   []fact.ScannedGroup{{Version: evil, ID: evil, Name: evil}},
			Versions: []fact.ScannedVersion{{Version: evil, Supported: new(true), Reason: evil}},
			DH:       []fact.ScannedDH{{Group: evil}},
			Order:    evil, Orders: []fact.ScannedOrder{{Version: evil, Order: evil}},
			SNI:              fact.ScannedSNI{Without: evil, Other: evil},
			SignatureSchemes: []fact.ScannedSchemes{{Version: evil, Schemes: []string{evil}}},
			Sizes:            []fact.ScannedSize{{Kind: evil, Answer: fact.Answer{Outcome: fact.Outcome(evil)}}},
		}
		e.Revocation = &fact.Revocation{Status: fact.RevocationStatus(evil), Skipped: []string{evil}, Checks: []fact.RevocationCheck{{
			Certificate: fingerprint("leaf"), Source: fact.SourceOCSP, URL: evil, Status: fact.RevocationStatus(evil), Reason: evil, Error: evil}}}
		e.Findings = []finding.Finding{{ID: finding.ID(evil), Severity: finding.Fail, Title: evil, Detail: evil, Why: evil,
			Evidence: map[string]any{evil: []any{evil, 1.5}}, Fix: []string{evil, "$ echo " + evil}}}
		e.Drivers = []driver.Prediction{
			{Driver: evil, TLS: evil, Connects: new(true), Basis: driver.Basis(evil)},
			{Driver: "go", TLS: evil, Connects: new(false), Reason: evil, Error: evil, Finding: evil},
			{Driver: "go", Variant: evil, TLS: evil, Connects: new(true)},
			{Driver: "ruby", Reason: evil},
		}
		target := bareHost(e)
		target.Input = "mongodb://" + evil
		target.Warnings = []string{evil}
		target.Files[0].Subjects = []string{evil}
		target.X509 = &fact.X509{Username: evil, CertificateUser: evil, CertificateUserNote: evil}
		target.SRV = &fact.SRV{Name: evil, TXT: evil, Hosts: []string{evil}}
		return sampleReport(finding.Failure, target)
	}},
}

func render(t *testing.T, r *Report, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteText(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// replicaSet is a target with three members, of which one has an expired
// certificate, and a finding about all.
func replicaSet() Target {
	first, second, third := db1(), db1(), db1()
	for i, e := range []*Endpoint{&first, &second, &third} {
		e.Host = fmt.Sprintf("db%d.example.com", i+1)
		e.Server.Me = e.Host + ":27017"
		e.Server.Plaintext = "refused"
		e.Certificates[0].SHA256 = fingerprint(e.Host)
		e.Chain.Paths[0][0] = fingerprint(e.Host)
		e.Certificates[0].DNSNames = []string{e.Host}
		e.Identity = &finding.Identity{Product: "MongoDB", Role: "secondary", Version: "7.0", By: []string{"maxWireVersion"}}
		if i > 0 {
			e.Source = "member"
		}
	}
	third.Server.Plaintext = "accepted"
	third.Identity.Product, third.Identity.Proxy = "MongoDB protocol", true
	third.Verdict, third.Findings = finding.Failure, []finding.Finding{expiredFinding()}
	third.Certificates[0].NotAfter = time.Date(2026, time.November, 10, 0, 0, 0, 0, time.UTC)
	return Target{
		Target: fact.Target{
			Input: "mongodb://db1.example.com/?replicaSet=rs0&tls=true", Options: fact.Options{TLS: true, TLSFrom: "uri", ReplicaSet: "rs0"},
			Discovery: &fact.Discovery{Followed: true, Named: 3},
		},
		Verdict: finding.Warning,
		Deployment: &finding.Deployment{
			Type: "ReplicaSet", SetName: "rs0", Primary: "db1.example.com:27017", Connects: new(true), Without: []string{"db3.example.com:27017"},
			Certificates: 3, Issuers: []string{"CN=Example Issuing CA,O=Example"},
			Summary: "2 of 3 endpoints of the replica set rs0 work; the primary is db1.example.com:27017, and drivers do without db3.example.com:27017",
		},
		Findings: []finding.Finding{{ID: "member-tls-differs", Severity: finding.Warn, Title: "The members disagree about TLS",
			Detail: "Without TLS db3.example.com:27017 answered, and db1.example.com:27017, db2.example.com:27017 did not.", Confidence: finding.Certain}},
		Endpoints: []Endpoint{first, second, third},
	}
}
