package explain

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/symptom"
)

// firstOf is the first match of a text.
func firstOf(t *testing.T, text string) finding.ID {
	t.Helper()
	x := read(t, text)
	if len(x.Matches) == 0 {
		return "nothing"
	}
	return x.Matches[0].ID
}

// TestEveryFindingHasAnEntry: what a text can be told as is in the catalogue.
func TestEveryFindingHasAnEntry(t *testing.T) {
	for _, s := range slices.Concat(symptom.All(), symptom.Heard()) {
		for _, id := range idsOf(s) {
			if _, ok := finding.Lookup(finding.ID(id)); !ok {
				t.Errorf("%s %q stands for %s, which has no entry", s.Producer, s.Text, id)
			}
		}
	}
	for _, s := range sketches {
		for id := range strings.FieldsSeq(s.ids) {
			if _, ok := finding.Lookup(finding.ID(id)); !ok {
				t.Errorf("a sketch stands for %s, which has no entry", id)
			}
		}
	}
	for _, y := range yields {
		for _, id := range append(slices.Clone(y.to), y.id) {
			if _, ok := finding.Lookup(id); !ok {
				t.Errorf("%s, which yields or is yielded to, has no entry", id)
			}
		}
	}
	for code := range 100 {
		for _, id := range slices.Concat(symptom.VerifyIDs(code), symptom.AlertIDs(code), symptom.ReasonIDs(20, code), symptom.ReasonIDs(9, code), symptom.ReasonIDs(11, code)) {
			if _, ok := finding.Lookup(finding.ID(id)); !ok {
				t.Errorf("number %d stands for %s, which has no entry", code, id)
			}
		}
	}
}

// TestPredictedIsRecognised: what check predicts, explain tells as the same, or as
// a choice that has it.
func TestPredictedIsRecognised(t *testing.T) {
	for _, s := range symptom.All() {
		if newRule(s) == nil {
			continue
		}
		if s.Producer == symptom.Libmongoc && s.Text == "connection closed" {
			// Without what libmongoc writes behind it, it is anyone's.
			continue
		}
		values := map[string]string{
			"host": "db1.example.com", "port": "27017", "name": "a.example.com", "ip": "192.0.2.1", "n": "20", "hex": "302", "file": "/etc/ssl/client.pem",
			"time": "2026-01-01T00:00:00Z", "date": "2025-01-01T00:00:00Z", "function": "ssl3_read_bytes", "path": "../deps/openssl/ssl.c",
			"issuer": "CN=ca", "reason": "why not", "list": "[]", "url": "http://ocsp.example.com", "option": "tlsCRLFile", "age": "3",
			"domain": "example.com",
		}
		text := s.Render(values)
		x := read(t, text)
		ids := idsOf(s)
		if !slices.ContainsFunc(x.Matches, func(m Match) bool { return slices.Contains(ids, string(m.ID)) }) {
			var got []finding.ID
			for _, m := range x.Matches {
				got = append(got, m.ID)
			}
			t.Errorf("%s %q stands for %v, and is told as %v", s.Producer, text, ids, got)
		}
	}
}

// TestEveryVerifyError: each error of X509_verify_cert is known by its text in
// every wrapping, by Node's code and by its number.
func TestEveryVerifyError(t *testing.T) {
	count := 0
	for _, s := range symptom.Heard() {
		var code int
		if _, err := fmt.Sscan(s.Code, &code); err != nil || s.Producer != symptom.OpenSSL || code == 0 || code > 100 {
			continue
		}
		ids := symptom.VerifyIDs(code)
		if !slices.Equal(ids, s.IDs) {
			continue
		}
		count++
		want := finding.ID(ids[0])
		text := s.Text
		spellings := []string{text, strings.ToUpper(text), "x: " + text + "."}
		if text == strings.ToUpper(text) {
			spellings = append(spellings, "MongoServerSelectionError: x code: '"+text+"'", "X509_V_ERR_"+strings.TrimPrefix(text, "X509_V_ERR_"))
		} else {
			spellings = append(spellings,
				"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "+text+" (_ssl.c:1129)",
				"SSL_connect returned=1 errno=0 state=error: certificate verify failed ("+text+")",
				fmt.Sprintf("TLS handshake failed: certificate verify failed (%d): %s", code, text),
				fmt.Sprintf("Verify return code: %d (%s)", code, text),
				fmt.Sprintf("error %d at 1 depth lookup: %s", code, text),
			)
		}
		for _, text := range spellings {
			if got := firstOf(t, text); got != want {
				t.Errorf("%q is told as %s, want %s", text, got, want)
			}
		}
		if got := firstOf(t, fmt.Sprintf("verify error:num=%d:", code)); got != want {
			t.Errorf("number %d is told as %s, want %s", code, got, want)
		}
	}
	const least = 150
	if count < least {
		t.Errorf("%d texts of verification errors, want %d and more", count, least)
	}
}

// TestEveryAlert: each alert is known in the spelling of every library.
func TestEveryAlert(t *testing.T) {
	names := map[int]string{
		10: "unexpected message", 20: "bad record mac", 21: "decryption failed", 22: "record overflow", 30: "decompression failure", 40: "handshake failure",
		42: "bad certificate", 43: "unsupported certificate", 44: "certificate revoked", 45: "certificate expired", 46: "certificate unknown",
		47: "illegal parameter", 48: "unknown ca", 49: "access denied", 50: "decode error", 51: "decrypt error", 60: "export restriction", 70: "protocol version",
		71: "insufficient security", 80: "internal error", 86: "inappropriate fallback", 90: "user canceled", 100: "no renegotiation", 109: "missing extension",
		110: "unsupported extension", 111: "certificate unobtainable", 112: "unrecognized name", 113: "bad certificate status response",
		114: "bad certificate hash value", 115: "unknown psk identity", 116: "certificate required", 120: "no application protocol",
	}
	for code, name := range names {
		ids := symptom.AlertIDs(code)
		if len(ids) == 0 {
			t.Errorf("alert %d stands for nothing", code)
			continue
		}
		want := finding.ID(ids[0])
		upper := strings.ToUpper(strings.ReplaceAll(name, " ", "_"))
		camel := ""
		for word := range strings.FieldsSeq(name) {
			camel += strings.ToUpper(word[:1]) + word[1:]
		}
		for _, text := range []string{
			"sslv3 alert " + name, "tlsv1 alert " + name, "tlsv13 alert " + name, "ssl/tls alert " + name,
			"[SSL: TLSV1_ALERT_" + upper + "] tlsv1 alert " + name + " (_ssl.c:1002)",
			"[SSL: SSLV3_ALERT_" + upper + "]", "ERR_SSL_TLSV1_ALERT_" + upper, "TLSV1_ALERT_" + upper + "(tls_record.cc:592)",
			"[('SSL routines', 'ssl3_read_bytes', 'tlsv1 alert " + name + "')]",
			fmt.Sprintf("SSL alert number %d", code),
			fmt.Sprintf("error:%08X:SSL routines:f:x", 20<<23|1000+code), fmt.Sprintf("error:14094%03X:SSL routines:f:x", 1000+code),
			"javax.net.ssl.SSLHandshakeException: Received fatal alert: " + strings.ToLower(upper),
			"remote error: tls: " + name,
			"received fatal alert: " + camel, "Authentication failed because the remote party sent a TLS alert: '" + camel + "'.",
			"TLS client: In state connection received SERVER ALERT: Fatal - " + name,
			"{:tls_alert, '" + name + "'}", "{tls_alert,{" + strings.ToLower(upper) + ",\"TLS client\"}}",
			"gnutls: A TLS fatal alert has been received: " + name,
		} {
			if code == 48 && strings.HasPrefix(text, "{:tls_alert") {
				// Erlang's client reports so what it found out itself.
				continue
			}
			if got := firstOf(t, text); got != want {
				t.Errorf("alert %d, %q, is told as %s, want %s", code, text, got, want)
			}
		}
	}
}

// TestShortAndLong: a short text is looked at in another way than a long one, and
// shows the same.
func TestShortAndLong(t *testing.T) {
	padding := strings.Repeat(". ", shortText)
	for _, w := range wordings {
		for _, text := range w.texts {
			normal := normalise(text)
			var short, long []string
			for _, h := range theRules().find(normal, form(normal)) {
				short = append(short, fmt.Sprint(h.spans, h.rule.ids))
			}
			for _, h := range theRules().find(normal+padding, form(normal+padding)) {
				long = append(long, fmt.Sprint(h.spans, h.rule.ids))
			}
			slices.Sort(short)
			slices.Sort(long)
			if diff := cmp.Diff(short, long); len(normal) < shortText && diff != "" {
				t.Errorf("%q (-short +long):\n%s", text, diff)
			}
		}
	}
}

// TestYieldsEnd: what yields never yields to what yields to it, so that one of a
// text's leads is always told.
func TestYieldsEnd(t *testing.T) {
	to := map[finding.ID][]finding.ID{}
	for _, y := range yields {
		to[y.id] = append(to[y.id], y.to...)
	}
	var visit func(at finding.ID, path []finding.ID)
	visit = func(at finding.ID, path []finding.ID) {
		for _, next := range to[at] {
			if slices.Contains(path, next) {
				t.Errorf("%v leads back to %s", path, next)
				continue
			}
			visit(next, append(slices.Clone(path), next))
		}
	}
	for id := range to {
		visit(id, []finding.ID{id})
	}
}

// TestPlatformNumbers: Windows and Apple name errors by numbers, in several ways.
func TestPlatformNumbers(t *testing.T) {
	tests := []struct {
		text string
		want finding.ID
	}{
		{"SslStream: SEC_E_UNTRUSTED_ROOT (0x80090325)", "issuer-unknown"},
		{"InitializeSecurityContext failed: 0x80090325", "issuer-unknown"},
		{"failed with error -2146893019", "issuer-unknown"},
		{"0x80090322", "hostname-mismatch"},
		{"The target principal name is incorrect.", "hostname-mismatch"},
		{"0x80090328", "cert-expired"},
		{"0x80090308 - The token supplied to the function is invalid", "not-tls"},
		{"0x800b0109", "issuer-unknown"},
		{"0x800B010F", "hostname-mismatch"},
		{"0x80092012", "revocation-unchecked"},
		{"0x80090331", "protocol-version"},
		{"TLS handshake failed: -9806 calling ismaster on 'db:27017' (-9806)", "handshake-closed"},
		{"errSSLXCertChainInvalid", "issuer-unknown"},
		{"SSLHandshake: OSStatus -9814", "cert-expired"},
		{"CFNetwork SSLHandshake failed (-9807)", "issuer-unknown"},
		{"NSOSStatusErrorDomain Code=-9843", "hostname-mismatch"},
		{"(errSecNotTrusted) error -67843", "issuer-unknown"},
		{"CSSMERR_TP_CERT_EXPIRED", "cert-expired"},
		{"CSSMERR_TP_NOT_TRUSTED", "issuer-unknown"},
		{"error:0906D06C:x", "key-file-no-certificate"},
		{"error:0B080074:x", "key-mismatch"},
		{"error:1408F10B:x", "not-tls"},
		{"error:0A00010B:x", "not-tls"},
		{"error:14090086:x", "verify-failed"},
		{"error:0A000086:x", "verify-failed"},
		{"error:0A000126:x", "handshake-closed"},
		{"error:0A000152:x", "legacy-renegotiation"},
	}
	for _, test := range tests {
		if got := firstOf(t, test.text); got != test.want {
			t.Errorf("%q is told as %s, want %s", test.text, got, test.want)
		}
	}
}

// TestNotTLS: no text that has nothing to do with TLS is told as a failure of it.
func TestNotTLS(t *testing.T) {
	for _, text := range []string{
		"the quick brown fox jumps over the lazy dog",
		"SELECT * FROM users WHERE id = 1",
		"npm ERR! code ERESOLVE",
		"user logged in at 10:00",
		"HTTP/1.1 200 OK",
		"warning: unused variable",
		"\x00\x01\x02\xff\xfe\xfd binary \x7fELF\x02\x01\x01",
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
		`{"level":"info","msg":"started","port":27017}`,
		`{"t":{"$date":"2026-03-28T11:23:28.071+01:00"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"on"}}`,
		`{"t":{"$date":"2026-03-28T11:23:28.071+01:00"},"s":"W",  "c":"NETWORK",  "id":23234,   "ctx":"conn1","msg":"No SSL certificate provided by peer"}`,
	} {
		if x := read(t, text); len(x.Matches) > 0 {
			t.Errorf("%q is told as %s", text, x.Matches[0].ID)
		}
	}
	for _, text := range []string{
		"panic: runtime error: index out of range [3] with length 2",
		"segmentation fault (core dumped)",
		"listen EADDRINUSE: address already in use :::27017",
		"java.lang.NullPointerException: Cannot invoke x",
		"error TS2304: Cannot find name 'x'",
	} {
		x := read(t, text)
		if diff := cmp.Diff([]string{"not-tls-failure possible"}, told(x)); diff != "" && len(x.Matches) > 0 && x.Matches[0].ID != "not-tls-failure" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
