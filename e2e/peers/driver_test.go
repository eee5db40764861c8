package peers

import (
	"context"
	"net"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// selection is how long the driver looks for a server that it can use. What
// connects on loopback does so in milliseconds; what does not is tried twice.
const selection = 2 * time.Second

// ping connects by the official Go driver and sends ping. The error is what the
// application would see. Every connection goes to address, whatever host the
// connection string names.
func ping(t *testing.T, uri, address string) error {
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

// dialer dials one address in place of any other.
type dialer string

// DialContext makes it an options.ContextDialer.
func (d dialer) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	var n net.Dialer
	return n.DialContext(ctx, network, string(d))
}
