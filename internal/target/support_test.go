package target

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
)

func TestUnsupported(t *testing.T) {
	crl := fact.UnsupportedOption{
		Option: "tlsCRLFile", Ignored: []string{"go", "java", "c", "php", "csharp", "ruby"}, Rejected: []string{"rust"},
		Note: "pymongo refuses it where PyOpenSSL is installed; c and php have an option of their own in code",
	}
	file := "x.crl"
	tests := []struct {
		name  string
		query string
		flags Flags
		want  []fact.UnsupportedOption
	}{
		{"an option that all take", "tls=true&ssl=true&replicaSet=rs0", Flags{}, nil},
		{"an option given twice is told once", "tlsCRLFile=a&tlsCRLFile=b", Flags{}, []fact.UnsupportedOption{crl}},
		{"a flag stands for the option", "", Flags{TLSCRLFile: &file}, []fact.UnsupportedOption{crl}},
		{"a value that some refuse", "tlsCRLFile=&tlsInsecure=x", Flags{}, []fact.UnsupportedOption{
			{Option: "tlsInsecure", Rejected: []string{"node", "mongosh", "c", "php"}, Value: true},
		}},
		{"an option that means less to one driver", "tlsInsecure=true", Flags{},
			[]fact.UnsupportedOption{{Option: "tlsInsecure", Note: "java skips only the verification of hostnames"}}},
		{"a name that nobody knows, behind one that somebody does not", "colour=blue&colour=red&tlsCRLFile=a", Flags{}, []fact.UnsupportedOption{crl, {
			Option: "colour", Ignored: []string{"pymongo", "go", "java", "c", "php", "csharp", "ruby"}, Rejected: []string{"node", "mongosh", "rust"},
		}}},
		{"a name that one driver knows", "sslInvalidHostNameAllowed=true", Flags{}, []fact.UnsupportedOption{{
			Option: "sslInvalidHostNameAllowed", Ignored: []string{"pymongo", "go", "c", "php", "csharp", "ruby"}, Rejected: []string{"node", "mongosh", "rust"},
			For: "tlsAllowInvalidHostnames",
		}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, _ := Parse("mongodb://db1/?" + test.query)
			target.Override(test.flags)
			if diff := cmp.Diff(test.want, target.Unsupported()); diff != "" {
				t.Errorf("unsupported (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDriverNames: the tables name drivers as --driver does, and options that
// there are.
func TestDriverNames(t *testing.T) {
	known := func(where string, drivers []string) {
		for _, d := range drivers {
			if !slices.Contains(allDrivers, d) {
				t.Errorf("%s names the driver %q", where, d)
			}
		}
	}
	for _, u := range unsupported {
		known(u.Option, u.Ignored)
		known(u.Option, u.Rejected)
		if e, ok := lookUp(u.Option); !ok || e.spelling != nil || !e.option.isTLS() {
			t.Errorf("%s is no TLS option by its current name", u.Option)
		}
	}
	for _, s := range spellings {
		known(s.name, s.takers)
	}
	for i := range options {
		known(options[i].name, impliers(given{option: &options[i], value: false}))
	}
	known("refuseUnknown", refuseUnknown)
}
