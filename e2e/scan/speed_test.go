package scan

import (
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

// What is measured: a server with OpenSSL's default suites at a distance.
const (
	// oneWay is half of the round-trip time.
	oneWay = 25 * time.Millisecond
	// speedRuns are the runs of each program; MONGOTLS_E2E_SPEED in the
	// environment asks for a comparison with the other tools, which takes
	// minutes.
	speedRuns = 5
	// sslscanTimes and testsslTimes are how many times faster a scan is to be.
	sslscanTimes, testsslTimes = 8, 10
	// longestScan is what a scan may take where nothing is compared, on a machine
	// that is busy with other tests.
	longestScan = 3 * time.Second
	// mostConnections are those of a whole check with a scan.
	mostConnections = 55
)

// TestSpeed is not parallel, so that no other test runs beside it.
func TestSpeed(t *testing.T) {
	if testing.Short() {
		t.Skip("measuring takes seconds")
	}
	need(t, "openssl")
	k := keyFiles(t, lab.RSA2048)
	server := opensslServer(t, 16, oneWay, "-cert", k.cert, "-key", k.key)
	_, port, _ := strings.Cut(server.address, ":")
	target := "localhost:" + port
	run := func(program string, args ...string) (took time.Duration, connections int64) {
		before, start := server.connections.Load(), time.Now()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+k.cert)
		// What it finds is held to elsewhere, and its exit code says that no
		// MongoDB is there.
		_ = cmd.Run()
		return time.Since(start), server.connections.Load() - before
	}
	tools := [][]string{{mongotls, "check", target, "--scan", "-o", "json"}}
	rounds := 1
	if os.Getenv("MONGOTLS_E2E_SPEED") != "" {
		rounds = speedRuns
		tools = append(tools, []string{need(t, "sslscan"), target}, []string{need(t, "testssl"), "--quiet", "--warnings", "off", "-p", "-E", target})
	}
	times, connections := make([][]time.Duration, len(tools)), make([]int64, len(tools))
	for range rounds {
		for i, tool := range tools {
			took, n := run(tool[0], tool[1:]...)
			times[i], connections[i] = append(times[i], took), n
		}
	}
	medians := make([]time.Duration, len(tools))
	for i, tool := range tools {
		slices.Sort(times[i])
		medians[i] = times[i][len(times[i])/2]
		t.Logf("%s: median of %d %v, %d connections", tool[0], rounds, medians[i], connections[i])
	}
	if connections[0] > mostConnections {
		t.Errorf("%d connections, want %d at most", connections[0], mostConnections)
	}
	if rounds == 1 {
		if medians[0] > longestScan {
			t.Errorf("a check with a scan took %v, want %v at most", medians[0], longestScan)
		}
		return
	}
	for i, factor := range []int{sslscanTimes, testsslTimes} {
		times := float64(medians[i+1]) / float64(medians[0])
		t.Logf("%s takes %.1f times as long", tools[i+1][0], times)
		if times < float64(factor) || connections[0] >= connections[i+1] {
			t.Errorf("%s takes %.1f times as long with %d connections; want %d times, and more than %d", tools[i+1][0], times, connections[i+1], factor, connections[0])
		}
	}
}

// TestSilentPort: a port that says nothing costs one timeout, and what a process
// takes to start and end.
func TestSilentPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
		}
	}()
	const timeout = 2 * time.Second
	start := time.Now()
	out := output(t, mongotls, "check", listener.Addr().String(), "--scan", "--timeout", timeout.String())
	if took := time.Since(start); took > timeout*12/10 {
		t.Errorf("it took %v, want %v at most:\n%s", took, timeout*12/10, out)
	}
	if !strings.Contains(string(out), "scan         not done: nothing was answered in time") {
		t.Errorf("the report does not say that nothing was scanned:\n%s", out)
	}
}
