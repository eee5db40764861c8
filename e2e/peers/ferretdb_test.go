package peers

import (
	"context"
	"log/slog"
	"net/url"
	"sync"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// starting is held while a FerretDB is made: ferretdb.New writes to a variable of
// its module.
var starting sync.Mutex

// startFerretDB runs a FerretDB with a database of its own until the test ends,
// and returns the address it listens on.
func startFerretDB(t *testing.T, listener ferretdb.ListenerConfig) (address string) {
	t.Helper()
	starting.Lock()
	f, err := ferretdb.New(&ferretdb.Config{
		Listener:  listener,
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: "file:" + t.TempDir() + "/",
	})
	starting.Unlock()
	if err != nil {
		t.Fatalf("starting FerretDB: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("running FerretDB: %v", err)
		}
	})
	u, err := url.Parse(f.MongoDBURI())
	if err != nil {
		t.Fatalf("FerretDB's own connection string: %v", err)
	}
	return u.Host
}
