package cli

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	flags := flagNames(newCheckCommand(Streams{}))
	ids := findingIDs()
	tests := []struct {
		name, word string
		names      []string
		want       string
	}{
		{"another case", "tlscafile", flags, "tlsCAFile"},
		{"a part", "CAFile", flags, "tlsCAFile"},
		{"a letter too few", "tlsCAFle", flags, "tlsCAFile"},
		{"two letters changed", "concurency", flags, "concurrency"},
		{"nothing near", "frobnicate", flags, ""},
		{"too short to be a part", "ca", flags, ""},
		{"no word", "", flags, ""},
		{"longer than any name", strings.Repeat("x", 10_000), flags, ""},
		{"an identifier", "cert-expird", ids, "cert-expired"},
		{"a part of an identifier", "mismatch", ids, "srv-domain-mismatch"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := nearest(test.word, test.names); got != test.want {
				t.Errorf("nearest(%q) = %q, want %q", test.word, got, test.want)
			}
		})
	}
}

func TestShellWord(t *testing.T) {
	tests := []struct{ name, word, want string }{
		{"plain", "--tlsCAFile=/tmp/ca.pem", "--tlsCAFile=/tmp/ca.pem"},
		{"a connection string", "mongodb://h/?a=b&c=d", "'mongodb://h/?a=b&c=d'"},
		{"brackets", "[::1]:27017", "'[::1]:27017'"},
		{"a space", "/my files/ca.pem", "'/my files/ca.pem'"},
		{"a quote", "it's", `'it'\''s'`},
		{"nothing", "", "''"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := shellWord(test.word); got != test.want {
				t.Errorf("shellWord(%q) = %s, want %s", test.word, got, test.want)
			}
		})
	}
}
