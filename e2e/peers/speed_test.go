package peers

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

// The figures of TestSpeed.
const (
	// speedRuns are the runs of each program in a round. A round is measured
	// again, speedRounds times at most, because something else may have run on
	// the machine.
	speedRuns   = 20
	speedRounds = 3
	// slowest is how many times as long as one s_client a whole check may take.
	slowest = 2.0
)

// TestSpeed compares whole runs of check, which asks some ten questions, with
// whole runs of s_client, which makes one connection, against the same server.
// It is not parallel, so that no other test runs beside it.
func TestSpeed(t *testing.T) {
	switch {
	case testing.Short():
		t.Skip("measuring takes seconds")
	case raceEnabled:
		t.Skip("the race detector slows the server down, and with it what is measured")
	}
	needOpenSSL(t)
	instance, err := lab.Start(t.Context(), "healthy", lab.StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(instance.Close)
	address, authorities := instance.Address, instance.Files["tlsCAFile"]
	var ratio float64
	for range speedRounds {
		var ours, theirs []time.Duration
		for range speedRuns {
			ours = append(ours, wholeRun(t, mongotls, "check", address, "--tlsCAFile", authorities))
			theirs = append(theirs, wholeRun(t, "openssl", "s_client", "-connect", address, "-CAfile", authorities, "-brief"))
		}
		check, client := median(ours), median(theirs)
		ratio = float64(check) / float64(client)
		t.Logf("medians of %d runs: mongotls check %v, openssl s_client %v, ratio %.2f", speedRuns, check, client, ratio)
		if ratio <= slowest {
			return
		}
	}
	t.Errorf("a check takes %.2f times as long as one s_client, want %.1f at most", ratio, slowest)
}

// wholeRun is how long a program takes from start to end, with the null device
// for standard input and output, and the trust store of the machine in its usual
// place.
func wholeRun(t *testing.T, program string, args ...string) time.Duration {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "SSL_CERT_FILE=") || strings.HasPrefix(v, "SSL_CERT_DIR=")
	})
	start := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	return time.Since(start)
}

// median sorts d.
func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return (d[(len(d)-1)/2] + d[len(d)/2]) / 2
}
