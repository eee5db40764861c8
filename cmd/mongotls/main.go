// Command mongotls says why a MongoDB TLS connection fails, and how to fix it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/mongotls/mongotls/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks the program to end, a second one ends it.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Main(ctx, os.Args[1:], cli.SystemStreams()))
}
