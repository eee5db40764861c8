package drivers

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// namespaced runs a program where another file can stand in the place of the
// machine's hosts file, without a privilege and without a trace.
const namespaced = "/usr/bin/unshare"

// inNamespace are the arguments before those of a program that is to find names
// in this hosts file, and nowhere else: a name server may keep it waiting for those
// that are not to be found.
func inNamespace(hosts, services string) []string {
	return []string{
		namespaced, "--map-root-user", "--mount", "sh", "-c",
		`mount --bind "$0" /etc/hosts && mount --bind "$1" /etc/nsswitch.conf && shift && exec "$@"`, hosts, services,
	}
}

// filesOnly is an nsswitch.conf by which names are looked up in the hosts file.
const filesOnly = "passwd: files\ngroup: files\nhosts: files\n"

// namespaces reports whether this machine lets tests have them: containers often
// do not.
var namespaces = sync.OnceValue(func() bool {
	args := append(inNamespace("/etc/hosts", "/etc/nsswitch.conf"), "true")
	return exec.Command(args[0], args[1:]...).Run() == nil
})

// hostsFile leads the names of cases to where the lab listens.
func hostsFile(cases []connection) []byte {
	var b bytes.Buffer
	b.WriteString("127.0.0.1 localhost\n")
	for _, name := range namesOf(cases) {
		fmt.Fprintf(&b, "127.0.0.1 %s\n", name)
	}
	return b.Bytes()
}

// namesOf are the names of all cases, each once. Cases share them, so that a name
// which is not to be found in one must not be known to another.
func namesOf(cases []connection) []string {
	var names []string
	for _, c := range cases {
		names = append(names, c.names...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// share are the cases that this driver can be given here.
func (d driver) share(t *testing.T, cases []connection) []connection {
	t.Helper()
	named := 0
	own := slices.DeleteFunc(slices.Clone(cases), func(c connection) bool {
		if len(c.names) > 0 && d.cannotFindNames() {
			named++
			return true
		}
		if slices.Contains(d.hangs, c.ID) {
			t.Logf("%s: NOT MEASURED: %s, in which it hangs", d.title, c.ID)
			return true
		}
		return c.uriOnly && d.inCode || d.noLoadBalancer && strings.Contains(c.URI, "loadBalanced=true")
	})
	switch {
	case named > 0 && d.ownHosts:
		// Nothing that could be installed.
		t.Logf("%s: NOT MEASURED: %d scenarios with host names, without namespaces", d.title, named)
	case named > 0:
		missing(t, "%s: NOT MEASURED: %d scenarios with host names, without libnss_wrapper", d.title, named)
	}
	return own
}

func (d driver) cannotFindNames() bool {
	switch {
	case d.ownHosts:
		return !namespaces()
	case d.name == "go":
		// It has a dialer of its own.
		return false
	}
	return resolver() == ""
}
