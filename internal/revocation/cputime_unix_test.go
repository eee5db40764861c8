//go:build unix

package revocation

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is what the process has had of the processors, which, unlike the time
// on the wall, does not depend on what else the machine does.
func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
