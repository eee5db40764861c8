package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/wire"
)

// needOpenSSL skips the test where there is no OpenSSL 3 to run: LibreSSL and
// OpenSSL 1.1.1 verify otherwise, and do not know all the options used here.
func needOpenSSL(t *testing.T) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "openssl", "version").Output()
	if version := string(out); err != nil || !strings.HasPrefix(version, "OpenSSL ") || strings.HasPrefix(version, "OpenSSL 1.") {
		t.Skipf("there is no OpenSSL 3 on this machine to be a peer: %q, %v", version, err)
	}
}

// ownTrust keeps openssl from the machine's trust store.
var ownTrust = []string{"-no-CAfile", "-no-CApath", "-no-CAstore"}

// serverArgs are the arguments by which s_server presents a chain. Its security
// level is the lowest, so that it presents anything; clients have their own.
func serverArgs(t *testing.T, i issued) []string {
	t.Helper()
	args := append([]string{
		"-cert", write(t, "cert.pem", pemOf(i.server.Certificate[:1])),
		"-key", write(t, "key.pem", keyPEM(t, i.server.PrivateKey)),
	}, ownTrust...)
	if rest := i.server.Certificate[1:]; len(rest) > 0 {
		args = append(args, "-cert_chain", write(t, "chain.pem", pemOf(rest)))
	}
	return args
}

// anyCipher is the s_server argument for the lowest security level.
var anyCipher = []string{"-cipher", "ALL:@SECLEVEL=0"}

// serveOneByOne runs a single s_server. It takes one connection at a time: the
// others wait until that has ended. It returns the address.
func serveOneByOne(t *testing.T, args ...string) (address string) {
	t.Helper()
	socket := startServer(t, args...)
	return accept(t, func(conn net.Conn) func() { return forward(conn, "unix", socket) })
}

// ready is how many s_server wait for the connections of serveEach: as many as
// one check makes at once, and some.
const ready = 14

// serveEach runs an s_server for each connection, started before it comes, and
// returns the address.
func serveEach(t *testing.T, args ...string) (address string) {
	t.Helper()
	args = append(args, "-naccept", "1")
	sockets := make(chan string, ready)
	for range ready {
		sockets <- startServer(t, args...)
	}
	return accept(t, func(conn net.Conn) func() {
		select {
		case socket := <-sockets:
			return forward(conn, "unix", socket)
		default:
			t.Errorf("more than %d connections were made", ready)
			return func() {}
		}
	})
}

// startServer runs s_server until the test ends, and a MongoDB behind it: what
// s_server decrypts comes out at its standard output, and what goes into its
// standard input it encrypts. It returns the Unix domain socket that it listens
// on, which needs no free port to be guessed.
func startServer(t *testing.T, args ...string) (socket string) {
	t.Helper()
	// A socket's path is limited to some hundred bytes, and that of t.TempDir
	// has the test's name in it.
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "s")
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	cmd := exec.CommandContext(ctx, "openssl", append([]string{"s_server", "-unix", socket, "-quiet"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		answerHello(out, in)
	}()
	t.Cleanup(func() {
		// Cancelling kills it, unless it has ended by itself.
		cancel()
		<-answered
		_ = cmd.Wait()
	})
	for range 500 {
		if conn, err := os.Stat(socket); err == nil && conn.Mode()&os.ModeSocket != 0 {
			return socket
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	<-answered
	_ = cmd.Wait()
	t.Fatalf("openssl s_server %q does not listen:\n%s", args, &stderr)
	return ""
}

// answerHello answers every command as a stand-alone MongoDB 8.0 does hello, and
// reads on to the end of r if there is anything else.
func answerHello(r io.Reader, w io.Writer) {
	for number := int32(1); ; number++ {
		header, _, err := wire.ReadMessage(r, 1<<20)
		if err != nil {
			_, _ = io.Copy(io.Discard, r)
			return
		}
		reply := wire.Reply(number, header.RequestID, header.OpCode == wire.OpQuery, wire.Document{
			{Key: "isWritablePrimary", Value: wire.Bool(true)},
			{Key: "maxBsonObjectSize", Value: wire.Int32(16 << 20)},
			{Key: "localTime", Value: wire.Date(time.Now())},
			{Key: "minWireVersion", Value: wire.Int32(0)},
			{Key: "maxWireVersion", Value: wire.Int32(25)},
			{Key: "ok", Value: wire.Double(1)},
		})
		if _, err := w.Write(reply); err != nil {
			return
		}
	}
}

// The results of X509_verify_cert that are about the name asked for
// (X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH).
const (
	hostnameMismatch = 62
	addressMismatch  = 64
)

var (
	verifyResult = regexp.MustCompile(`(?m)^\s*Verify return code: (\d+) \((.*)\)`)
	verifyError  = regexp.MustCompile(`(?m)^verify error:num=(\d+):`)
)

// verdict is what openssl s_client makes of a server.
type verdict struct {
	// chain is the result of verifying the chain alone: 0, or what stopped it,
	// with its text.
	chain     int
	chainText string
	// name is whether the certificate is for the host asked for.
	name bool
}

// askOpenSSL connects to address by s_client, asking for a host.
func askOpenSSL(t *testing.T, address, host, authorities string) verdict {
	t.Helper()
	var v verdict
	exit, out := runClient(t, clientArgs(address, host, authorities, "-verify_return_error"))
	result := verifyResult.FindStringSubmatch(out)
	if result == nil {
		t.Fatalf("openssl s_client did not come to verify anything:\n%s", out)
	}
	v.chain, v.chainText = number(t, result[1]), result[2]
	if (exit == 0) != (v.chain == 0) {
		t.Fatalf("openssl s_client: exit code %d with the result %d:\n%s", exit, v.chain, out)
	}
	// Without -verify_return_error it goes on after an error, and so gets to the
	// name whatever the chain is worth.
	option := "-verify_hostname"
	if _, err := netip.ParseAddr(host); err == nil {
		option = "-verify_ip"
	}
	_, out = runClient(t, clientArgs(address, host, authorities, option, host))
	if !verifyResult.MatchString(out) {
		t.Fatalf("openssl s_client did not come to verify anything:\n%s", out)
	}
	v.name = true
	for _, e := range verifyError.FindAllStringSubmatch(out, -1) {
		if n := number(t, e[1]); n == hostnameMismatch || n == addressMismatch {
			v.name = false
		}
	}
	return v
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// clientArgs are the arguments of s_client, with the security level of Debian,
// RHEL and, since 3.2, OpenSSL itself.
func clientArgs(address, host, authorities string, more ...string) []string {
	args := []string{"s_client", "-connect", address, "-CAfile", authorities, "-no-CApath", "-no-CAstore", "-cipher", "DEFAULT:@SECLEVEL=2"}
	if _, err := netip.ParseAddr(host); err != nil {
		args = append(args, "-servername", host)
	}
	return append(args, more...)
}

// runClient runs s_client until it has made its connection. A server that takes one
// connection at a time may be too busy for one on a loaded machine: where it said not
// a byte it is asked again.
func runClient(t *testing.T, args []string) (exit int, output string) {
	t.Helper()
	for n := 1; ; n++ {
		exit, output = runClientOnce(t, args)
		if n == attempts || !strings.Contains(output, "SSL handshake has read 0 bytes") {
			return exit, output
		}
	}
}

func runClientOnce(t *testing.T, args []string) (exit int, output string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, "openssl", args...)
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("running openssl s_client: %v", err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// helloByOpenSSL is a MongoDB client whose TLS is that of s_client. It returns
// an error unless hello is answered, with what s_client said.
func helloByOpenSSL(t *testing.T, args []string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, "openssl", append(args, "-quiet", "-verify_return_error")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Stdin = bytes.NewReader(wire.HelloRequest(1, wire.Metadata{}))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	header, body, err := wire.ReadMessage(out, 0)
	if err == nil {
		_, err = wire.ParseReply(header, body)
	}
	// It would go on until the server closes.
	cancel()
	_ = cmd.Wait()
	if err != nil {
		return fmt.Errorf("%w: %s", err, &stderr)
	}
	return nil
}

func (v verdict) String() string {
	return fmt.Sprintf("chain %d (%s), name %t", v.chain, v.chainText, v.name)
}
