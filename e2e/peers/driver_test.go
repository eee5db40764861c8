package peers

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/mongotls/mongotls/internal/finding"
)

// How long the driver looks for a server that it can use. What connects on
// loopback does so in milliseconds, on a machine that has nothing else to do;
// what does not is tried several times.
const (
	untilItConnects = 20 * time.Second
	untilItGivesUp  = 2 * time.Second
)

// ping connects by the official Go driver and sends ping. The error is what the
// application would see after a server selection of this length. Every
// connection goes to address, whatever host the connection string names.
func ping(t *testing.T, uri, address string, selection time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri).
		SetServerSelectionTimeout(selection).
		SetDialer(dialer(address)))
	if err != nil {
		return err
	}
	defer func() {
		if err := client.Disconnect(context.WithoutCancel(ctx)); err != nil {
			t.Errorf("disconnecting the driver: %v", err)
		}
	}()
	return client.Ping(ctx, nil)
}

// compareWithDriver holds check's exit code to what the Go driver does with the
// same connection string. Where the two differ for a reason they must do so, lest
// the reason outlives its cause, and what stops only the Go driver must be a
// warning.
func compareWithDriver(t *testing.T, got checked, uri, address, differs string) {
	t.Helper()
	passed := got.exit == 0
	// A driver that is expected to connect may take its time: it does not use it.
	selection := untilItGivesUp
	if passed == (differs == "") {
		selection = untilItConnects
	}
	driver := ping(t, uri, address, selection)
	connected := driver == nil
	if got.exit != 0 && got.exit != 1 {
		t.Errorf("check: exit code %d, want 0 or 1; the driver: %v", got.exit, driver)
	}
	switch {
	case differs == "" && passed != connected:
		t.Errorf("check: exit code %d, %v; the driver: %v", got.exit, got.tellings(), driver)
	case differs != "" && passed == connected:
		t.Errorf("check: exit code %d, %v; the driver agrees: %v; expected it not to: %s", got.exit, got.tellings(), driver, differs)
	case passed && !connected && !warns(got):
		t.Errorf("check passes without a warning, where the driver fails: %v", driver)
	}
}

// warns reports whether there is a finding of severity warn.
func warns(got checked) bool {
	return slices.ContainsFunc(got.findings(), func(f finding.Finding) bool { return f.Severity == finding.Warn })
}

// dialer dials one address in place of any other.
type dialer string

// DialContext makes it an options.ContextDialer.
func (d dialer) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	var n net.Dialer
	return n.DialContext(ctx, network, string(d))
}
