package verify

import (
	"crypto/x509"
	"testing"
)

// TestMongodNames: what members of a set take of each other, and drivers do not,
// or the other way round.
func TestMongodNames(t *testing.T) {
	tests := []struct {
		name            string
		edit            func(*x509.Certificate)
		host            string
		mongod, drivers bool
	}{
		{"a name", names("", []string{"db1.example.com"}), "DB1.example.com", true, true},
		{"another name", names("", []string{"db1.example.com"}), "db2.example.com", false, false},
		{"a wildcard", names("", []string{"*.example.com"}), "db1.example.com", true, true},
		{"a wildcard for two labels", names("", []string{"*.example.com"}), "a.db1.example.com", false, false},
		{"a wildcard right below the top", names("", []string{"*.local"}), "db1.local", true, false},
		{"a dot at the end of the host", names("", []string{"db1.example.com"}), "db1.example.com.", true, false},
		{"a dot at the end of the name", names("", []string{"db1.example.com."}), "db1.example.com", true, false},
		{"a common name alone", names("db1.example.com", nil), "db1.example.com", true, true},
		{"a common name beside an address", names("db1.example.com", nil, "192.0.2.1"), "db1.example.com", false, true},
		{"a common name beside another name", names("db1.example.com", []string{"db.example.com"}), "db1.example.com", false, false},
		{"an address", names("", nil, "192.0.2.1"), "192.0.2.1", true, true},
		{"an address as a DNS name", names("", []string{"192.0.2.1"}), "192.0.2.1", true, false},
		{"an address as the common name", names("192.0.2.1", nil), "192.0.2.1", true, false},
		{"another address", names("", nil, "192.0.2.1"), "192.0.2.2", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leaf := pki(t, spec{id: "leaf", edit: tt.edit})["leaf"]
			if got := MatchHost(NamesMongod, leaf, tt.host); got != tt.mongod {
				t.Errorf("mongod takes it: %t, want %t", got, tt.mongod)
			}
			if got := MatchHost(NamesOpenSSL, leaf, tt.host); got != tt.drivers {
				t.Errorf("drivers take it: %t, want %t", got, tt.drivers)
			}
		})
	}
}
