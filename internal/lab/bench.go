package lab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// bench is where a scenario is put together: what it starts and writes goes
// into the instance, and is undone by its Close.
type bench struct {
	ctx      context.Context
	now      func() time.Time
	dir      string
	listen   string
	instance *Instance

	listeners []net.Listener
	// host and port are the target's; scheme is empty for a target without a
	// connection string.
	host   string
	port   int
	scheme string
	// seeds are the hosts of the connection string, where it has several.
	seeds []string
	// tls is whether the connection string switches TLS on.
	tls bool
	// x509 is whether the client authenticates with its certificate, and user the
	// user name that it gives for that; empty for none.
	x509 bool
	user string
	// query are the options of the connection string, "name=value", encoded.
	query []string
}

// newBench readies a bench whose instance cancels ctx when it is closed.
func newBench(ctx context.Context, cancel context.CancelFunc, opts StartOptions) (*bench, error) {
	b := &bench{
		ctx:      ctx,
		now:      opts.Now,
		dir:      opts.Dir,
		listen:   opts.Listen,
		instance: &Instance{Files: map[string]string{}, Env: map[string]string{}},
		host:     "localhost",
		tls:      true,
	}
	b.onClose(cancel)
	if b.now == nil {
		b.now = time.Now
	}
	if b.dir != "" {
		if err := os.MkdirAll(b.dir, 0o700); err != nil {
			return b, fmt.Errorf("making the folder for certificates: %w", err)
		}
		return b, nil
	}
	dir, err := os.MkdirTemp("", "mongotls-lab-")
	if err != nil {
		return b, fmt.Errorf("making a folder for certificates: %w", err)
	}
	b.dir = dir
	b.onClose(func() { os.RemoveAll(dir) })
	return b, nil
}

func (b *bench) onClose(f func()) { b.instance.closers = append(b.instance.closers, f) }

// isLoopback reports whether a host is an address of this machine only.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

// bind opens the listeners, so that the port is known before what it serves.
func (b *bench) bind() error {
	var err error
	if b.listen != "" {
		// The keys behind these endpoints guard nothing, so nobody else may be
		// led to them.
		if host, _, err := net.SplitHostPort(b.listen); err != nil || !isLoopback(host) {
			return fmt.Errorf("listening on %q: the lab serves loopback addresses only, such as 127.0.0.1:27017", b.listen)
		}
		var lc net.ListenConfig
		var l net.Listener
		if l, err = lc.Listen(b.ctx, "tcp", b.listen); err != nil {
			return fmt.Errorf("listening on %s: %w", b.listen, err)
		}
		b.listeners = []net.Listener{l}
	} else if b.listeners, err = listenLoopback(b.ctx); err != nil {
		return err
	}
	for _, l := range b.listeners {
		b.onClose(func() { l.Close() })
	}
	b.instance.Address = b.listeners[0].Addr().String()
	b.port = b.listeners[0].Addr().(*net.TCPAddr).Port
	return nil
}

// serve answers on the listeners that bind opened.
func (b *bench) serve(h handler) {
	s := serve(b.listeners, h)
	b.onClose(s.close)
}

// bindOnlyIPv4 is bind on 127.0.0.1 alone.
func (b *bench) bindOnlyIPv4() error {
	if b.listen == "" {
		b.listen = "127.0.0.1:0"
	}
	return b.bind()
}

// hostPort is the target's host with the port bound.
func (b *bench) hostPort() string { return net.JoinHostPort(b.host, strconv.Itoa(b.port)) }

// named makes the target a host of this name, after bind. mongotls check finds it
// without an entry in the hosts file.
func (b *bench) named(host string) {
	b.host, b.instance.Name = host, host
	b.flag("connect", b.instance.Address)
}

// option sets a TLS option, in the connection string and as a flag.
func (b *bench) option(name, value string) {
	b.flag(name, value)
	b.query = append(b.query, name+"="+encode(value))
}

// flag sets what only mongotls check takes.
func (b *bench) flag(name, value string) {
	b.instance.Args = append(b.instance.Args, "--"+name+"="+value)
}

// write writes a file into the folder, readable by its owner alone.
func (b *bench) write(name string, content []byte) (path string, err error) {
	path = filepath.Join(b.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return "", fmt.Errorf("writing %s: %w", name, err)
	}
	return path, nil
}

// file writes a file and sets the option that names it.
func (b *bench) file(option, name string, content []byte) error {
	path, err := b.write(name, content)
	if err != nil {
		return err
	}
	b.instance.Files[option] = path
	b.option(option, path)
	return nil
}

// finish makes the target and the connection string from what was set.
func (b *bench) finish() {
	address := b.hostPort()
	if len(b.seeds) > 0 {
		address = strings.Join(b.seeds, ",")
	}
	scheme := "mongodb"
	switch b.scheme {
	case "mongodb+srv":
		scheme, address = b.scheme, b.host
	default:
		if b.tls {
			b.query = append([]string{"tls=true"}, b.query...)
		}
	}
	if b.x509 {
		b.query = append(b.query, "authMechanism=MONGODB-X509")
		b.instance.Args = append(b.instance.Args, "--authenticate")
	}
	server := scheme + "://" + address + "/"
	if b.user != "" {
		server = scheme + "://" + encode(b.user) + "@" + address + "/"
	}
	b.instance.URI = server
	if len(b.query) > 0 {
		b.instance.URI += "?" + strings.Join(b.query, "&")
	}
	switch {
	case b.instance.Target != "":
	case b.x509:
		// The rest is in the flags.
		b.instance.Target = server + "?tls=true&authMechanism=MONGODB-X509"
	case b.scheme != "":
		b.instance.Target = server
	default:
		b.instance.Target = address
	}
}

// encode percent-encodes what stands in a connection string.
func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
