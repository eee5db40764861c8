package explain

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// corpusFile holds real texts, each with the class that a person gave it.
const corpusFile = "../../../shared/data/error-texts.jsonl"

// classes are our identifiers for the classes of the corpus.
var classes = map[string]string{
	"untrusted_issuer":      "issuer-unknown intermediate-missing ca-file-mismatch trust-store-missing self-signed-root-untrusted",
	"self_signed_in_chain":  "self-signed-root-untrusted self-signed-leaf ca-file-mismatch",
	"self_signed":           "self-signed-leaf self-signed-root-untrusted",
	"verify_failed_generic": "verify-failed",
	"cert_expired":          "cert-expired intermediate-expired root-expired",
	"cert_not_yet_valid":    "cert-not-yet-valid clock-skew",
	"cert_purpose":          "purpose-server-auth purpose-client-auth client-cert-purpose",
	"hostname_mismatch":     "hostname-mismatch hostname-ip-not-in-san hostname-cn-only member-hostname-mismatch",
	"handshake_failure":     "handshake-failure no-shared-cipher",
	"protocol_version":      "protocol-version client-runtime-outdated",
	"alert_internal_error":  "alert-internal-error",
	"atlas_ip_access_list":  "atlas-access-list",
	"sni_missing":           "sni-required sni-unrecognized",
	"conn_closed":           "handshake-closed tcp-reset",
	"conn_timeout":          "tcp-timeout handshake-timeout",
	"tls_to_plaintext":      "tls-disabled not-tls",
	"plaintext_to_tls":      "plaintext-client",
	"client_cert_required":  "client-cert-required",
	"client_cert_rejected":  "client-cert-rejected client-cert-untrusted client-cert-expired client-rejected-certificate",
	"x509_auth":             "x509-user-mismatch client-cert-cluster-member",
	"pem_file":              "file-unreadable ca-file-invalid key-file-no-key key-file-no-certificate key-mismatch key-password-required key-password-wrong key-format key-encryption crl-file-invalid",
	"server_config":         "server-misconfigured",
	"uri_option":            "option-unsupported option-conflict uri-invalid insecure-option",
	"jdk_tls13_bug":         "client-runtime-outdated",
	"ocsp_revocation":       "revoked staple-invalid staple-expired must-staple-missing ocsp-invalid ocsp-unreachable ocsp-unknown revocation-unchecked crl-expired crl-missing-issuer",
	"tls_record_corrupt":    "tls-record-corrupt",
	"legacy_renegotiation":  "legacy-renegotiation",
	"dependency_missing":    "dependency-missing",
	"srv_dns":               "srv-not-found srv-domain-mismatch srv-txt-invalid dns-not-found dns-timeout dns-failure not-srv-host",
	"not_tls":               "not-tls-failure tcp-refused tcp-timeout tcp-unreachable dns-not-found dns-timeout dns-failure srv-not-found uri-invalid",
	"generic_no_cause":      "undetermined",
}

// sample is a line of the corpus.
type sample struct {
	ID     int      `json:"id"`
	Text   string   `json:"text"`
	Class  string   `json:"class"`
	Accept []string `json:"accept"`
}

func corpus(t testing.TB) []sample {
	t.Helper()
	name := corpusFile
	if other := os.Getenv("EXPLAIN_CORPUS"); other != "" {
		name = other
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of real texts is not in this checkout: it holds what others wrote")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCorpus: of the real texts, the first match of 95 in 100 is the right one, and
// none that is not of TLS is told as one.
func TestCorpus(t *testing.T) {
	samples := corpus(t)
	right := 0
	for _, s := range samples {
		var accepted []string
		for _, class := range s.Accept {
			ids, ok := classes[class]
			if !ok {
				t.Errorf("class %s has no identifiers", class)
			}
			accepted = append(accepted, strings.Fields(ids)...)
		}
		x := read(t, s.Text)
		first := "nothing"
		if len(x.Matches) > 0 {
			first = string(x.Matches[0].ID)
		}
		if slices.Contains(accepted, first) {
			right++
			continue
		}
		t.Logf("text %d is %v, and told as %s", s.ID, s.Accept, first)
		if s.Class == "not_tls" && len(x.Matches) > 0 && !isReaching(x.Matches[0].ID) {
			t.Errorf("text %d is not of TLS, and told as %s", s.ID, first)
		}
	}
	share := float64(right) / float64(len(samples))
	t.Logf("%d of %d right, %.1f%%", right, len(samples), 100*share)
	if share < 0.95 {
		t.Errorf("%.1f%% right, want 95%%", 100*share)
	}
}
