package peers

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
	"github.com/mongotls/mongotls/internal/lab"
	"github.com/mongotls/mongotls/internal/report"
)

// await returns when something listens at an address.
func await(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(longest); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing listens at %s: %v", address, err)
		}
	}
}

// freeAddress is one of loopback that nothing listens at.
func freeAddress(t *testing.T, host string) string {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skipf("there is no %s here: %v", host, err)
	}
	defer l.Close()
	return l.Addr().String()
}

// members is what became of each endpoint, by its name: whether it was reached,
// verified, and answered hello.
type members map[string]bool

// checkMembers is what check makes of a target and its members.
func checkMembers(t *testing.T, args ...string) (exit int, found members, r *report.Report) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, mongotls, append([]string{"check", "-o", "json"}, args...)...)
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+systemRoots, "SSL_CERT_DIR="+filepath.Dir(systemRoots))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("running mongotls: %v", err)
	}
	r, err = report.Decode(&stdout)
	if err != nil || len(r.Targets) != 1 {
		t.Fatalf("mongotls check %q: exit code %d, report: %v\n%s", args, cmd.ProcessState.ExitCode(), err, &stderr)
	}
	found = members{}
	for _, e := range r.Targets[0].Endpoints {
		stopped := e.Verdict == finding.Failure || e.Verdict == finding.Unreachable
		// A server of another set is reached before it is left out.
		found[fact.HostPort(e.Host, e.Port)] = !stopped || e.Findings[0].ID == "set-name-mismatch"
	}
	return cmd.ProcessState.ExitCode(), found, r
}

// driverMembers is what the Go driver makes of a connection string, and of each
// server that it comes to know. A server counts as reached that ever was.
func driverMembers(t *testing.T, uri string, selection time.Duration) (found members, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	var mu sync.Mutex
	found = members{}
	note := func(connection string, reached bool) {
		mu.Lock()
		defer mu.Unlock()
		address, _, _ := strings.Cut(connection, "[-")
		found[address] = found[address] || reached
	}
	monitor := &event.ServerMonitor{
		ServerHeartbeatSucceeded: func(e *event.ServerHeartbeatSucceededEvent) { note(e.ConnectionID, true) },
		ServerHeartbeatFailed: func(e *event.ServerHeartbeatFailedEvent) {
			// What is ended with the client, or because the server has left the
			// topology, has not failed.
			if !errors.Is(e.Failure, context.Canceled) {
				note(e.ConnectionID, false)
			}
		},
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetServerSelectionTimeout(selection).SetServerMonitor(monitor))
	if err != nil {
		return found, err
	}
	connected := client.Ping(ctx, nil)
	// The others are still being looked at when the first is found.
	time.Sleep(time.Second)
	if err := client.Disconnect(context.WithoutCancel(ctx)); err != nil {
		t.Errorf("disconnecting the driver: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	return found, connected
}

// compareMembers holds check to the driver: on every server that both know, and
// on the connection as a whole.
func compareMembers(t *testing.T, uri string, args []string, connects bool) {
	t.Helper()
	exit, ours, r := checkMembers(t, args...)
	selection := untilItGivesUp
	if connects {
		selection = untilItConnects
	}
	theirs, driver := driverMembers(t, uri, selection)
	if connects != (driver == nil) {
		t.Errorf("the driver: %v; expected it to connect: %t", driver, connects)
	}
	if (exit == 0) != (driver == nil) {
		t.Errorf("check: exit code %d, %+v; the driver: %v", exit, r.Targets[0].Deployment, driver)
	}
	for address, reached := range theirs {
		if mine, ok := ours[address]; !ok || mine != reached {
			t.Errorf("%s: reached by check: %t (looked at: %t), by the driver: %t", address, mine, ok, reached)
		}
	}
	if len(theirs) == 0 {
		t.Error("the driver came to know no server")
	}
}

// TestFerretDBSet: a real server that names its member, with TLS at another
// address than the one it names.
func TestFerretDBSet(t *testing.T) {
	i := usual().issue(t)
	key, err := i.KeyPEM(leaf)
	if err != nil {
		t.Fatal(err)
	}
	certificate, keyFile := write(t, "cert.pem", i.PEM(leaf, intermediate)), write(t, "key.pem", key)
	ca := write(t, "ca.pem", i.authorities)
	plain, tls := freeAddress(t, "127.0.0.1"), freeAddress(t, "127.0.0.1")
	startFerretDBSet(t, plain, tls, certificate, keyFile)
	options := "/?tls=true&tlsCAFile=" + url.QueryEscape(ca)
	tests := []struct {
		name, uri string
		connects  bool
	}{
		{"the member that it names has no TLS", "mongodb://" + tls + options + "&replicaSet=rs0", false},
		{"the server alone", "mongodb://" + tls + options + "&directConnection=true", true},
		{"without TLS", "mongodb://" + plain + "/?replicaSet=rs0", true},
		{"another set", "mongodb://" + plain + "/?replicaSet=rs1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { compareMembers(t, tt.uri, []string{tt.uri}, tt.connects) })
	}
	t.Run("who it is", func(t *testing.T) {
		_, _, r := checkMembers(t, "mongodb://"+tls+options+"&directConnection=true")
		if id := r.Targets[0].Endpoints[0].Identity; id == nil || id.Product != "FerretDB" || !id.Exact || id.Version != "1.24.0" {
			t.Errorf("identity = %+v", id)
		}
	})
}

// TestLabSets holds what check makes of the lab's deployments to what the Go
// driver does with them.
func TestLabSets(t *testing.T) {
	for id, connects := range map[string]bool{
		"set-healthy": true, "set-by-secondary": true, "member-expired": true, "member-expired-primary": false, "member-other-ca": true,
		"member-allowtls": true, "member-tls-disabled": true, "set-name-mismatch": false, "set-name-mismatch-member": true,
		"no-primary": false, "members-disagree": true, "directconnection": true, "mongos-healthy": true, "mongos-expired": true,
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			i, err := lab.Start(t.Context(), id, lab.StartOptions{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(i.Close)
			args := append([]string{i.Target}, i.Args...)
			if strings.Contains(i.URI, "tlsInsecure") {
				t.Fatal("it would hide what is compared")
			}
			compareMembers(t, i.URI, args, connects)
		})
	}
}
