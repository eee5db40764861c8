package probe

import (
	"crypto/tls"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

func TestPlan(t *testing.T) {
	always := []fact.QuestionID{
		fact.AskPlaintext, fact.AskHTTP, fact.AskTLS10, fact.AskTLS11, fact.AskTLS12,
		fact.AskSmallHello, fact.AskWeakCiphers,
	}
	with := func(more ...fact.QuestionID) []fact.QuestionID {
		return append(append([]fact.QuestionID{}, always...), more...)
	}
	tests := []struct {
		name    string
		request Request
		want    []fact.QuestionID
	}{
		{"a name is also asked for without SNI", Request{Host: "db.example.com"}, with(fact.AskNoSNI)},
		{"an address has no SNI to leave out", Request{Host: "192.0.2.1"}, always},
		{"an IPv6 address neither", Request{Host: "2001:db8::1"}, always},
		{"the name to verify decides, not the one dialled", Request{Host: "192.0.2.1", ServerName: "db.example.com"}, with(fact.AskNoSNI)},
		{"a client certificate is also left out once", Request{Host: "192.0.2.1", ClientCertificate: &tls.Certificate{}}, with(fact.AskNoClientCert)},
		{"quick asks nothing else", Request{Host: "db.example.com", ClientCertificate: &tls.Certificate{}, Quick: true}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Plan(tt.request)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestSNI(t *testing.T) {
	for name, want := range map[string]string{
		"db.example.com":  "db.example.com",
		"db.example.com.": "db.example.com",
		"192.0.2.1":       "",
		"2001:db8::1":     "",
		"fe80::1%eth0":    "",
		"localhost":       "localhost",
	} {
		if got := SNI(name); got != want {
			t.Errorf("sni(%q) = %q, want %q", name, got, want)
		}
	}
}
