package target

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOffComesFirst: Go takes the last word for it, others the one that is said.
func TestOffComesFirst(t *testing.T) {
	for query, want := range map[string][]string{
		"tls=false&tlsCAFile=ca.pem":    {"go"},
		"tlsCAFile=ca.pem&tls=false":    nil,
		"tls=false&tlsInsecure=true":    nil,
		"tls=true&tlsCAFile=ca.pem":     nil,
		"tlsDisableOCSPEndpointCheck=x": nil,
	} {
		target, _ := Parse("mongodb://db1/?" + query)
		if diff := cmp.Diff(want, target.Facts().TLSImplied); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// TestOffRefused: PyMongo and Rust refuse tls=false beside what turns TLS on there.
func TestOffRefused(t *testing.T) {
	for query, want := range map[string][]string{
		"tls=false&tlsCAFile=ca.pem":  {"pymongo", "rust"},
		"tlsCAFile=ca.pem&tls=false":  {"pymongo", "rust"},
		"tls=false&tlsCRLFile=ca.crl": {"pymongo"},
		"tls=false&tlsInsecure=true":  {"rust"},
		"tls=false":                   nil,
		"tls=true&tlsCAFile=ca.pem":   nil,
		"tlsCAFile=ca.pem":            nil,
	} {
		target, _ := Parse("mongodb://db1/?" + query)
		got := target.Facts().TLSOffRefused
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}
