package drivers

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// Names that no resolver knows are found by libnss_wrapper, which has programs
// look in this hosts file in place of the machine's.
const hostsVariable = "NSS_WRAPPER_HOSTS"

// resolver is libnss_wrapper; empty where it is not installed.
func resolver() string {
	// The pattern is well-formed.
	found, _ := filepath.Glob("/usr/lib/*/libnss_wrapper.so")
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// hostsFile leads the names of cases to where the lab listens.
func hostsFile(cases []connection) []byte {
	var b bytes.Buffer
	b.WriteString("127.0.0.1 localhost\n")
	for _, c := range cases {
		fmt.Fprintf(&b, "127.0.0.1 %s\n", c.name)
	}
	return b.Bytes()
}

// share are the cases that this driver can be given here.
func (d driver) share(t *testing.T, cases []connection) []connection {
	t.Helper()
	unknown := 0
	own := slices.DeleteFunc(slices.Clone(cases), func(c connection) bool {
		if c.name != "" && resolver() == "" && d.name != "go" {
			unknown++
			return true
		}
		return c.uriOnly && d.inCode
	})
	if unknown > 0 {
		missing(t, "%s: NOT MEASURED: %d scenarios with host names, without libnss_wrapper", d.title, unknown)
	}
	return own
}
