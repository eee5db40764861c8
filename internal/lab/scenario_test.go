package lab

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What most endpoints have in common.
var (
	sound    = seen{TLS: "TLS 1.3", Verify: "ok", Hello: "Standalone", Plain: "closed", HTTP: "mongod"}
	untold   = seen{Plain: "closed", HTTP: "closed"}
	greeting = seen{TLS: "no TLS", Plain: "no MongoDB"}
	// proxied is sound, behind a terminator.
	proxied = sound.with(func(s *seen) { s.HTTP = "closed" })
)

// The servers of a deployment, by what hello tells of them.
var (
	primary    = sound.with(func(s *seen) { s.Hello = "RSPrimary" })
	secondary  = sound.with(func(s *seen) { s.Hello = "RSSecondary" })
	mongos     = sound.with(func(s *seen) { s.Hello = "Mongos" })
	unbalanced = sound.with(func(s *seen) { s.Hello = "error 354 LoadBalancerSupportMismatch" })
)

// with is s with a change.
func (s seen) with(change func(*seen)) seen {
	change(&s)
	return s
}

// verify is a sound server whose chain crypto/x509 says this of.
func verify(said string) seen { return sound.with(func(s *seen) { s.Verify = said }) }

// turnedAway is mongod that closes on the first command; alerted is a terminator
// that has its alert arrive in place of the reply.
var turnedAway = sound.with(func(s *seen) { s.Hello = "closed" })

func alerted(alert string) seen {
	return seen{TLS: "TLS 1.3", Verify: "ok", Hello: "alert " + alert, Plain: "closed", HTTP: "closed"}
}

// after is a server that ends the handshake so and says nothing else.
func after(tls string) seen { return untold.with(func(s *seen) { s.TLS = tls }) }

func TestScenariosOnTheWire(t *testing.T) {
	tests := []struct {
		id   string
		want seen
	}{
		{"healthy", sound},
		{"healthy-tls12", sound.with(func(s *seen) { s.TLS = "TLS 1.2" })},
		{"healthy-allowtls", sound.with(func(s *seen) { s.Plain = "Standalone" })},
		{"healthy-optional-client-certificate", sound},
		{"healthy-client-certificate", sound},
		{"healthy-client-certificate-any-purpose", sound},

		{"no-encryption", seen{TLS: "closed", Plain: "Standalone", HTTP: "mongod"}},
		{"plaintext-client", verify("unknown authority")},
		{"tls-disabled", seen{TLS: "closed", Plain: "Standalone", HTTP: "mongod"}},
		{"plaintext-accepted", sound.with(func(s *seen) { s.Plain = "Standalone" })},
		{"not-tls", greeting.with(func(s *seen) { s.HTTP = "HTTP" })},
		{"not-tls-greeting", greeting.with(func(s *seen) { s.HTTP = "21 bytes" })},
		{"not-tls-binary-greeting", greeting.with(func(s *seen) { s.HTTP = "78 bytes" })},
		{"not-mongodb", seen{TLS: "TLS 1.3", Verify: "ok", Hello: "no MongoDB", Plain: "closed", HTTP: "closed"}},

		{"protocol-version", after("alert protocol version not supported")},
		{"no-shared-cipher", after("alert handshake failure")},
		{"no-shared-cipher-dhe", after("alert handshake failure")},
		{"handshake-failure", after("alert handshake failure")},
		{"handshake-timeout", seen{TLS: "timeout", Plain: "timeout", HTTP: "timeout"}},
		{"handshake-closed", seen{TLS: "closed", Plain: "closed", HTTP: "mongod"}},
		{"handshake-closed-proxy", after("closed")},
		{"handshake-closed-reset", after("closed")},
		{"handshake-closed-at-once", after("closed")},
		{"alert-internal-error", after("alert internal error")},
		{"atlas-access-list", after("alert internal error")},
		{"sni-required", seen{TLS: "TLS 1.3", Verify: "ok", Hello: "error 8000 AtlasError", Plain: "closed", HTTP: "closed"}},
		{"sni-required-alert", after("alert unrecognized name")},
		{"sni-unrecognized", after("alert unrecognized name")},
		{"large-hello-dropped", seen{TLS: "timeout", Plain: "closed", HTTP: "mongod"}},
		{"weak-protocol-enabled", sound},
		{"weak-cipher-enabled", sound},
		{"scan-healthy", sound},
		{"scan-tls13-only", sound},
		{"scan-suite-of-few", after("alert handshake failure")},
		{"dh-too-small", after("alert handshake failure")},
		{"tls13-unavailable", seen{TLS: "TLS 1.2", Verify: "ok", Hello: "Standalone", Plain: "closed", HTTP: "closed"}},

		{"issuer-unknown", verify("unknown authority")},
		{"intermediate-missing", verify("unknown authority")},
		{"intermediate-missing-fetched", verify("unknown authority")},
		{"interception", verify("unknown authority")},
		{"self-signed-leaf", verify("unknown authority")},
		{"self-signed-root-untrusted", verify("unknown authority")},
		{"ca-file-mismatch", verify("unknown authority")},
		{"ca-file-mismatch-same-name", verify("unknown authority")},
		{"ca-file-mismatch-intermediate", verify("ok")},
		{"cert-expired", verify("expired")},
		{"cert-not-yet-valid", verify("not yet valid")},
		{"cert-expiring", verify("ok")},
		{"intermediate-expired", verify("expired")},
		{"root-expired", verify("expired")},
		{"clock-skew", verify("not yet valid")},
		{"chain-misordered", verify("ok")},
		{"chain-extra-certificates", verify("ok")},
		{"issuer-not-ca", verify("unknown authority")},
		{"path-length-exceeded", verify("path too long")},
		{"name-constraint", verify("name constraint")},
		{"purpose-server-auth", verify("purpose")},
		{"purpose-client-auth", sound.with(func(s *seen) { s.Hello = "RSPrimary" })},
		{"key-too-small", verify("ok")},
		{"signature-weak", verify("unknown authority")},
		{"key-identifier-missing", verify("ok")},
		{"not-strict", verify("ok")},
		{"cert-malformed", seen{TLS: "malformed certificate", Plain: "closed", HTTP: "mongod"}},
		{"cert-lifetime", verify("ok")},

		{"hostname-mismatch", verify("other name")},
		{"hostname-cn-only", verify("other name")},
		{"hostname-ip-not-in-san", verify("other name")},
		{"hostname-ip-not-in-san-absent", verify("other name")},

		{"staple-good", sound},
		{"staple-good-delegate", sound},
		{"must-staple-good", sound},
		{"staple-revoked", sound},
		{"staple-revoked-delegate", sound},
		{"staple-revoked-rsa", sound},
		{"staple-invalid", sound},
		{"staple-wrong-certificate", sound},
		{"staple-delegate-unauthorized", sound},
		{"staple-expired", sound},
		{"staple-unknown", sound},
		{"must-staple-missing", sound},
		{"must-staple-revoked", sound},
		{"must-staple-unreachable", sound},
		{"ocsp-timeout", sound},
		{"ocsp-good", sound},
		{"ocsp-good-delegate", sound},
		{"ocsp-revoked", sound},
		{"ocsp-revoked-delegate", sound},
		{"ocsp-revoked-rsa", sound},
		{"ocsp-unknown", sound},
		{"ocsp-unreachable", sound},
		{"ocsp-try-later", sound},
		{"ocsp-http-error", sound},
		{"ocsp-malformed", sound},
		{"ocsp-html", sound},
		{"ocsp-wrong-signer", sound},
		{"crl-file-invalid", sound},
		{"ocsp-wrong-nonce", sound},
		{"crl-file-good", sound},
		{"crl-file-revoked", sound},
		{"crl-expired", sound},
		{"crl-missing-issuer", sound},
		{"crl-invalid", sound},
		{"crl-good", sound},
		{"crl-revoked", sound},
		{"crl-partition-good", sound},
		{"crl-partition-revoked", sound},
		{"crl-unreachable", sound},
		{"revocation-disabled", sound},
		{"revoked-insecure", sound},

		{"client-cert-required", sound.with(func(s *seen) { s.Hello = "closed" })},
		{"client-cert-required-tls12", after("alert handshake failure")},
		{"client-cert-required-tls13", seen{TLS: "TLS 1.3", Verify: "ok", Hello: "alert certificate required", Plain: "closed", HTTP: "closed"}},
		{"client-cert-rejected", sound.with(func(s *seen) { s.Hello = "closed" })},
		{"client-cert-rejected-optional", sound.with(func(s *seen) { s.Hello = "closed" })},
		{"client-cert-rejected-alert", alerted("bad certificate")},

		// The client of these tests is crypto/tls, which sends no certificate whose CA
		// the server does not name.
		{"client-cert-untrusted", turnedAway},
		{"client-cert-untrusted-optional", sound},
		{"client-cert-untrusted-tls12", after("alert handshake failure")},
		{"client-cert-untrusted-tls13", alerted("certificate required")},
		{"client-cert-untrusted-same-name", alerted("unknown certificate authority")},
		{"client-cert-untrusted-intermediate", turnedAway},
		{"client-cert-untrusted-accepted", turnedAway},
		{"client-cert-expired", turnedAway},
		{"client-cert-expired-tls12", after("alert expired certificate")},
		{"client-cert-expired-tls13", alerted("expired certificate")},
		{"client-cert-expired-future", turnedAway},
		{"client-cert-expired-accepted", sound},
		{"client-cert-expired-unasked", sound},
		{"client-cert-purpose", turnedAway},
		{"client-cert-purpose-optional", turnedAway},
		{"client-cert-purpose-alert", alerted("bad certificate")},
		{"client-cert-purpose-key-usage", turnedAway},
		{"client-cert-purpose-ca", sound},
		{"client-cert-cluster-member", sound},
		{"client-cert-not-requested", sound},
		{"client-cert-not-requested-given", seen{TLS: "TLS 1.3", Verify: "ok", Hello: "Standalone", Plain: "closed", HTTP: "closed"}},

		{"x509-authenticated", sound},
		{"x509-user-mismatch", sound},
		{"x509-user-unknown", sound},
		{"x509-no-certificate", sound},
		{"x509-not-verified", sound},
		{"x509-not-asked", sound},
		{"x509-cluster-member", sound},
		{"x509-authenticated-member", sound},

		{"insecure-option", verify("expired")},
		{"trust-store-missing", verify("unknown authority")},
		{"option-unsupported", sound},
		{"file-unreadable", verify("unknown authority")},
		{"ca-file-invalid", verify("unknown authority")},
		{"ca-file-invalid-block", sound},

		// Of several servers this is the first.
		{"set-healthy", primary},
		{"set-by-secondary", secondary},
		{"member-expired", primary},
		{"member-expired-primary", secondary},
		{"member-other-ca", primary},
		{"member-allowtls", primary},
		{"member-tls-disabled", primary},
		{"set-name-mismatch", primary},
		{"set-name-mismatch-member", primary},
		{"no-primary", secondary},
		{"members-disagree", primary},
		{"directconnection", primary},
		{"mongos-healthy", mongos},
		{"mongos-expired", mongos},
		{"load-balancer-healthy", unbalanced},
		{"load-balancer-mismatch", unbalanced},
		{"load-balancer-mismatch-server", mongos},

		{"atlas-no-sni", seen{TLS: "TLS 1.3", Verify: "ok", Hello: "error 8000 AtlasError", Plain: "closed", HTTP: "closed"}},
		{"documentdb-tunnel", seen{TLS: "TLS 1.3", Verify: "other name", Hello: "Standalone", Plain: "closed", HTTP: "closed"}},
		{"ferretdb", seen{TLS: "TLS 1.3", Verify: "ok", Hello: "Standalone", Plain: "closed", HTTP: "closed"}},

		{"protocol-version-tls10", after("alert protocol version not supported")},
		{"protocol-version-tls11", after("alert protocol version not supported")},
		{"protocol-tls13", proxied},
		{"suite-ecdhe-gcm", proxied.with(func(s *seen) { s.TLS = "TLS 1.2" })},
		{"suite-ecdhe-chacha20", proxied.with(func(s *seen) { s.TLS = "TLS 1.2" })},
		{"suite-ecdhe-cbc", proxied.with(func(s *seen) { s.TLS = "TLS 1.2" })},
		{"suite-ecdhe-cbc-sha256", after("alert handshake failure")},
		{"suite-rsa-gcm", after("alert handshake failure")},
		{"suite-ecdhe-ecdsa", proxied.with(func(s *seen) { s.TLS = "TLS 1.2" })},
		{"group-x25519", proxied},
		{"group-p256", proxied},
		{"group-p384", proxied},
		{"group-p521", proxied},
		{"group-hybrid", proxied},

		{"ca-file-bundle", sound},
		{"ca-file-text", sound},
		{"ca-file-duplicate", sound},
		{"ca-file-trusted-label", sound},
		{"ca-file-old-label", sound},
		{"ca-file-empty", verify("unknown authority")},
		{"ca-file-der", verify("unknown authority")},
		{"ca-file-mismatch-leaf", sound},
		{"ca-file-self-signed", sound},
		{"ca-file-intermediate-too", sound},
		{"ca-file-intermediate-first", sound},

		{"chain-root-included", sound},
		{"chain-duplicate", sound},
		{"chain-cross-signed", sound},
		{"chain-cross-signed-both", sound},
		{"chain-long", sound},

		{"key-rsa-2048", sound},
		{"key-rsa-4096", sound},
		{"key-p384", sound},
		{"key-p521", sound},
		{"key-ed25519", sound},
		{"key-too-small-ca", sound},
		{"signature-sha512", sound},
		{"signature-rsa-pss", sound},
		{"signature-rsa-sha1", verify("unknown authority")},
		{"signature-weak-intermediate", verify("unknown authority")},
		{"signature-sha1-root", sound},

		{"purpose-none", sound},
		{"purpose-any", sound},
		{"purpose-code-signing", verify("purpose")},
		{"purpose-key-usage", sound},
		{"purpose-key-agreement", sound},
		{"purpose-key-encipherment", sound},
		{"purpose-intermediate", verify("purpose")},
		{"purpose-ca", sound},

		{"hostname-address", sound},
		{"hostname-ip-not-in-san-other", verify("other name")},
		{"hostname-ip-in-cn", verify("other name")},
		{"hostname-mismatch-cn", verify("other name")},
		{"hostname-mismatch-many", verify("other name")},
		{"hostname-cn-beside-address", verify("other name")},
		{"hostname-cn-beside-email", verify("other name")},
		{"hostname-wildcard", sound},
		{"hostname-wildcard-deep", verify("other name")},
		{"hostname-wildcard-parent", verify("other name")},
		{"hostname-wildcard-partial", verify("other name")},
		{"hostname-wildcard-cn", verify("other name")},
		{"hostname-case", sound},
		{"hostname-a-label", sound},
		{"hostname-underscore", sound},

		{"key-file-key-first", sound},
		{"key-file-windows", sound},
		{"key-file-sec1", sound},
		{"key-file-encrypted", turnedAway},
		{"key-file-dek-info", turnedAway},
		{"key-password-required", turnedAway},
		{"key-password-wrong", turnedAway},
		{"key-mismatch", turnedAway},
		{"key-mismatch-order", turnedAway},
		{"key-file-no-key", turnedAway},
		{"key-file-no-certificate", turnedAway},
		{"file-unreadable-key", turnedAway},

		{"insecure-option-certificates", verify("expired")},
		{"insecure-option-hostnames", verify("other name")},
		{"insecure-option-hostname", verify("other name")},
		{"insecure-option-hostnames-expired", verify("expired")},
		{"option-unsupported-revocation", sound},
	}
	covered := map[string]bool{
		// Reached in other ways than these: see reaching_test.go.
		"tcp-refused": true, "tcp-timeout": true, "tcp-unreachable": true, "tcp-reset": true,
	}
	for _, test := range tests {
		covered[test.id] = true
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			wait := patience
			if test.want.TLS == "timeout" {
				wait = impatience
			}
			if diff := cmp.Diff(test.want, observe(t, run(t, test.id), wait)); diff != "" {
				t.Errorf("a client sees (-want +got):\n%s", diff)
			}
		})
	}
	for _, s := range Scenarios() {
		if !covered[s.ID] && !s.NeedsLabDNS {
			t.Errorf("scenario %q is not in the table", s.ID)
		}
	}
}

func TestScenariosAreDescribed(t *testing.T) {
	verdicts := []string{"pass", "warn", "fail", "unreachable"}
	ids, groups := map[string]bool{}, []string{}
	for _, s := range Scenarios() {
		if ids[s.ID] {
			t.Errorf("%q is there twice", s.ID)
		}
		ids[s.ID] = true
		if s.Title == "" || !strings.HasSuffix(s.Summary, ".") || !slices.Contains(verdicts, s.Verdict) {
			t.Errorf("%q lacks a title, a summary in sentences or a known verdict: %+v", s.ID, s)
		}
		if s.Finding == "" && s.Verdict != "pass" {
			t.Errorf("%q has verdict %q without a cause", s.ID, s.Verdict)
		}
		if len(groups) == 0 || groups[len(groups)-1] != s.Group {
			if slices.Contains(groups, s.Group) {
				t.Errorf("%q stands apart from the others of group %q", s.ID, s.Group)
			}
			groups = append(groups, s.Group)
		}
	}
}
