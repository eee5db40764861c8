package drivers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/version"
)

// goRunner is the environment variable that makes the test program the runner of
// the Go driver: a case may have an environment of its own, so that it is a
// process like the others.
const goRunner = "MONGOTLS_GO_RUNNER"

// runGo reads all cases, then connects with each, and returns the exit code.
func runGo(in io.Reader, out io.Writer) int {
	if slices.Contains(os.Args, "--version") {
		fmt.Fprintf(out, "Go driver %s, %s\n", version.Driver, strings.Replace(runtime.Version(), "go", "Go ", 1))
		return 0
	}
	var cases []connection
	for s := bufio.NewScanner(in); s.Scan(); {
		var c connection
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		cases = append(cases, c)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, 32)
	for _, c := range cases {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			a := connectGo(c)
			mu.Lock()
			defer mu.Unlock()
			// What cannot be written, the reader misses.
			_ = json.NewEncoder(out).Encode(a)
		})
	}
	wg.Wait()
	return 0
}

func connectGo(c connection) answer {
	a := answer{ID: c.ID}
	began := time.Now()
	err := pingGo(c.URI)
	a.Ms = int(time.Since(began).Milliseconds())
	if a.Connects = err == nil; err != nil {
		a.Error = err.Error()
	}
	return a
}

func pingGo(uri string) error {
	ctx := context.Background()
	client, err := mongo.Connect(options.Client().ApplyURI(uri).SetDialer(dialer{}))
	if err != nil {
		return err
	}
	// What stands in the way of leaving is not what the case is about.
	defer func() { _ = client.Disconnect(ctx) }()
	return client.Ping(ctx, nil)
}

// dialer finds the names that are only here, and no others, as the other runners
// do by libnss_wrapper.
type dialer struct{ net.Dialer }

// DialContext makes it an options.ContextDialer.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if file := os.Getenv(hostsVariable); file != "" && err == nil && host != "localhost" {
		hosts, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(strings.Fields(string(hosts)), host) {
			return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: host, Server: "127.0.0.1:53", IsNotFound: true}}
		}
		address = net.JoinHostPort("127.0.0.1", port)
	}
	return d.Dialer.DialContext(ctx, network, address)
}
