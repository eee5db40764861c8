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
