package lab

import (
	"context"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// openssl runs the openssl command and returns what it prints. Its exit status
// is not looked at: it differs from one subcommand to the next.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("the openssl command is not installed")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(out)
}

// lines are those of a text that begin so, in their order, without the space
// around them.
func lines(text string, prefixes ...string) []string {
	var found []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		for _, p := range prefixes {
			if strings.HasPrefix(line, p) {
				found = append(found, line)
			}
		}
	}
	return found
}

// presented is the files of the leaf and the intermediate that an instance
// presents, and the URLs that the leaf names.
func presented(t *testing.T, i *Instance) (leafFile, issuerFile string, ocsp, points []string) {
	t.Helper()
	certs := connect(t, i).PeerCertificates
	var files []string
	for n, name := range []string{"leaf.pem", "issuer.pem"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certs[n].Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	return files[0], files[1], certs[0].OCSPServer, certs[0].CRLDistributionPoints
}

// TestOpenSSLAgrees holds the scenarios to what the most common TLS library of
// MongoDB drivers makes of them.
func TestOpenSSLAgrees(t *testing.T) {
	tests := []struct {
		id string
		// want is the line in which s_client sums up: an X509_V_ERR number.
		want string
	}{
		{"healthy", "Verify return code: 0"},
		{"healthy-client-certificate", "Verify return code: 0"},
		{"issuer-unknown", "Verify return code: 20"},
		{"intermediate-missing", "Verify return code: 20"},
		{"self-signed-leaf", "Verify return code: 18"},
		{"self-signed-root-untrusted", "Verify return code: 19"},
		{"ca-file-mismatch", "Verify return code: 20"},
		{"ca-file-mismatch-same-name", "Verify return code: 20"},
		{"ca-file-mismatch-intermediate", "Verify return code: 2 "},
		{"cert-expired", "Verify return code: 10"},
		{"cert-not-yet-valid", "Verify return code: 9"},
		{"cert-expiring", "Verify return code: 0"},
		{"intermediate-expired", "Verify return code: 10"},
		{"root-expired", "Verify return code: 10"},
		{"clock-skew", "Verify return code: 9"},
		{"chain-misordered", "Verify return code: 0"},
		{"chain-extra-certificates", "Verify return code: 0"},
		{"issuer-not-ca", "Verify return code: 79"},
		{"path-length-exceeded", "Verify return code: 25"},
		{"name-constraint", "Verify return code: 47"},
		{"purpose-server-auth", "Verify return code: 26"},
		{"purpose-client-auth", "Verify return code: 0"},
		{"key-too-small", "Verify return code: 66"},
		{"signature-weak", "Verify return code: 68"},
		{"key-identifier-missing", "Verify return code: 0"},
		{"not-strict", "Verify return code: 0"},
		{"cert-malformed", "Verify return code: 0"},
		{"cert-lifetime", "Verify return code: 0"},
		{"hostname-mismatch", "Verify return code: 62"},
		{"hostname-cn-only", "Verify return code: 0"},
		{"hostname-ip-not-in-san", "Verify return code: 64"},
		{"hostname-ip-not-in-san-absent", "Verify return code: 64"},
		{"must-staple-missing", "Verify return code: 0"},
		{"staple-revoked", "Verify return code: 0"},
		{"staple-revoked-rsa", "Verify return code: 0"},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			i := run(t, test.id)
			host, _, _ := strings.Cut(i.Target, ":")
			// The level is OpenSSL's default since 3.2, and Debian's before.
			args := []string{"s_client", "-connect", i.Address, "-verify_return_error", "-cipher", "DEFAULT@SECLEVEL=2", "-no-CApath", "-no-CAstore"}
			if host == "localhost" {
				args = append(args, "-servername", host, "-verify_hostname", host)
			} else {
				args = append(args, "-verify_ip", host)
			}
			if path := i.Files["tlsCAFile"]; path != "" {
				args = append(args, "-CAfile", path)
			}
			if path := i.Files["tlsCertificateKeyFile"]; path != "" {
				args = append(args, "-cert", path, "-key", path)
			}
			out := openssl(t, args...)
			if !strings.Contains(out, test.want) {
				t.Errorf("s_client does not say %q but:\n%s", test.want, out)
			}
		})
	}
}

// TestOpenSSLSeesTheStaple asks for it as clients do.
func TestOpenSSLSeesTheStaple(t *testing.T) {
	const (
		none       = "OCSP response: no response sent"
		successful = "OCSP Response Status: successful (0x0)"
		reason     = "Revocation Reason: keyCompromise (0x1)"
	)
	const tls12, tls13 = "-tls1_2", "-tls1_3"
	tests := []struct {
		id, version string
		want        []string
	}{
		{"healthy", tls13, []string{none}},
		{"healthy", tls12, []string{none}},
		{"staple-good", tls12, []string{successful, "Cert Status: good"}},
		{"staple-good", tls13, []string{successful, "Cert Status: good"}},
		{"staple-good-delegate", tls13, []string{successful, "Cert Status: good"}},
		{"must-staple-good", tls13, []string{successful, "Cert Status: good"}},
		{"staple-revoked", tls13, []string{successful, "Cert Status: revoked", reason}},
		{"staple-revoked-delegate", tls13, []string{successful, "Cert Status: revoked", reason}},
		{"staple-revoked-rsa", tls13, []string{successful, "Cert Status: revoked", reason}},
		{"staple-invalid", tls13, []string{successful, "Cert Status: good"}},
		{"staple-wrong-certificate", tls13, []string{successful, "Cert Status: good"}},
		{"staple-delegate-unauthorized", tls13, []string{successful, "Cert Status: good"}},
		{"staple-expired", tls13, []string{successful, "Cert Status: good"}},
		{"staple-unknown", tls13, []string{successful, "Cert Status: unknown"}},
		{"must-staple-missing", tls13, []string{none}},
		{"ocsp-revoked", tls13, []string{none}},
		{"revoked-insecure", tls13, []string{successful, "Cert Status: revoked", reason}},
	}
	for _, test := range tests {
		t.Run(test.id+test.version, func(t *testing.T) {
			t.Parallel()
			i := run(t, test.id)
			out := openssl(t, "s_client", "-connect", i.Address, "-servername", "localhost", "-status", test.version, "-CAfile", i.Files["tlsCAFile"])
			got := lines(out, "OCSP response: no", "OCSP Response Status:", "Cert Status:", "Revocation Reason:")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("s_client -status (-want +got):\n%s\n%s", diff, out)
			}
		})
	}
}

// TestOpenSSLAsksTheResponder holds what the responders say, and whether it
// counts, to OpenSSL's own client.
func TestOpenSSLAsksTheResponder(t *testing.T) {
	const (
		verified = "Response verify OK"
		failed   = "Response Verify Failure"
		reason   = "Reason: keyCompromise"
	)
	tests := []struct {
		id   string
		want []string
	}{
		{"ocsp-good", []string{verified, "leaf.pem: good"}},
		{"ocsp-good-delegate", []string{verified, "leaf.pem: good"}},
		{"ocsp-revoked", []string{verified, "leaf.pem: revoked", reason}},
		{"ocsp-revoked-delegate", []string{verified, "leaf.pem: revoked", reason}},
		{"ocsp-revoked-rsa", []string{verified, "leaf.pem: revoked", reason}},
		{"ocsp-unknown", []string{verified, "leaf.pem: unknown"}},
		{"ocsp-unreachable", []string{"Error querying OCSP responder"}},
		{"ocsp-try-later", []string{"Responder Error: trylater (3)"}},
		{"ocsp-http-error", []string{"Error querying OCSP responder"}},
		{"ocsp-malformed", []string{"Error querying OCSP responder"}},
		{"ocsp-html", []string{"Error querying OCSP responder"}},
		{"ocsp-wrong-signer", []string{failed, "leaf.pem: good"}},
		{"ocsp-wrong-nonce", []string{"Nonce Verify error"}},
		// What is wrong with these is the staple alone.
		{"staple-good", []string{verified, "leaf.pem: good"}},
		{"staple-invalid", []string{verified, "leaf.pem: good"}},
		{"staple-expired", []string{verified, "leaf.pem: good"}},
		{"must-staple-missing", []string{verified, "leaf.pem: good"}},
		{"revocation-disabled", []string{verified, "leaf.pem: revoked", reason}},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			t.Parallel()
			i := run(t, test.id)
			leafFile, issuerFile, urls, _ := presented(t, i)
			if len(urls) != 1 {
				t.Fatalf("the leaf names the responders %q", urls)
			}
			out := openssl(t, "ocsp", "-issuer", issuerFile, "-cert", leafFile, "-url", urls[0], "-CAfile", i.Files["tlsCAFile"], "-no-CApath", "-no-CAstore")
			out = strings.ReplaceAll(out, leafFile, "leaf.pem")
			got := lines(out, "Response ", "leaf.pem:", "Reason:", "Responder Error:", "Error querying", "WARNING", "Nonce")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("openssl ocsp (-want +got):\n%s\n%s", diff, out)
			}
		})
	}
}

// TestOpenSSLTakesTheCRLs checks paths against the CRL file, or against the CRL
// of the distribution point, as clients on OpenSSL do: the leaf alone, or all.
func TestOpenSSLTakesTheCRLs(t *testing.T) {
	const ok = "leaf.pem: OK"
	tests := []struct {
		id, check, want string
	}{
		{"crl-file-good", "-crl_check", ok},
		{"crl-file-good", "-crl_check_all", ok},
		{"crl-file-revoked", "-crl_check", "error 23 at 0 depth lookup: certificate revoked"},
		{"crl-file-revoked", "-crl_check_all", "error 23 at 0 depth lookup: certificate revoked"},
		{"crl-expired", "-crl_check", "error 12 at 0 depth lookup: CRL has expired"},
		{"crl-missing-issuer", "-crl_check", "error 3 at 0 depth lookup: unable to get certificate CRL"},
		{"crl-invalid", "-crl_check", "error 8 at 0 depth lookup: CRL signature failure"},
		{"crl-good", "-crl_check", ok},
		{"crl-revoked", "-crl_check", "error 23 at 0 depth lookup: certificate revoked"},
		{"crl-partition-good", "-crl_check", ok},
		{"crl-partition-revoked", "-crl_check", "error 23 at 0 depth lookup: certificate revoked"},
	}
	for _, test := range tests {
		t.Run(test.id+test.check, func(t *testing.T) {
			t.Parallel()
			i := run(t, test.id)
			leafFile, issuerFile, _, points := presented(t, i)
			crlFile := i.Files["tlsCRLFile"]
			if crlFile == "" {
				if len(points) != 1 {
					t.Fatalf("the leaf names the distribution points %q", points)
				}
				crlFile = filepath.Join(t.TempDir(), "crl.pem")
				if err := os.WriteFile(crlFile, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: fetch(t, points[0])}), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out := openssl(t, "verify", test.check, "-CAfile", i.Files["tlsCAFile"], "-no-CApath", "-no-CAstore", "-untrusted", issuerFile, "-CRLfile", crlFile, leafFile)
			out = strings.ReplaceAll(out, leafFile, "leaf.pem")
			if got := lines(out, "leaf.pem: OK", "error "); len(got) == 0 || got[0] != test.want {
				t.Errorf("openssl verify does not begin with %q but:\n%s", test.want, out)
			}
		})
	}
}
