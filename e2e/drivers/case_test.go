package drivers

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mongotls/mongotls/internal/lab"
)

// connection is one case for a runner, a line of JSON.
type connection struct {
	// ID is that of the scenario.
	ID string `json:"id"`
	// URI is the connection string as it is given to a driver that takes all
	// options from there. Plain is without the TLS options, which Options has by
	// name, for drivers that take them in code.
	URI     string            `json:"uri"`
	Plain   string            `json:"plain"`
	Options map[string]string `json:"options"`
	// Files are paths by the option that names them.
	Files map[string]string `json:"files"`
	// ConnectTimeoutMS is that of the connection string too.
	ConnectTimeoutMS int64 `json:"connectTimeoutMS"`

	// given is the connection string as the scenario has it.
	given string
	// env are the environment variables that belong to the case; with any it has
	// a process to itself.
	env map[string]string
	// names are host names that only entries in the hosts file lead to this
	// machine; none for others. connect is whether mongotls check is led to the
	// address in place of the name, as its users are.
	names   []string
	connect bool
	// address is where the endpoint listens.
	address string
	// uriOnly is whether it is about the connection string itself, which drivers
	// that are given their options in code do not see.
	uriOnly bool
}

// answer is what a runner says of a case, a line of JSON.
type answer struct {
	ID string `json:"id"`
	// Connects tells whether a ping went through.
	Connects bool `json:"connects"`
	// Error is what the user of the driver sees, with the chain of causes.
	Error string `json:"error"`
	// Ms is how long it took.
	Ms int `json:"ms"`
}

// How long a driver looks for a server, and how long it waits for one
// connection. What connects on loopback does so in milliseconds, but machines
// are busy; what fails, drivers try until the time is up.
const (
	selection = 4 * time.Second
	connect   = 3 * time.Second
	// patience is for a case that waits for another than the server, and for one
	// that went otherwise than before: so many times as long.
	patience = 4
)

// waiting are the scenarios in which a client waits for another than the server,
// and then connects all the same.
var waiting = map[string]bool{"ocsp-timeout": true}

// newConnection is the case of a scenario.
func newConnection(id string, i *lab.Instance) (connection, error) {
	c := connection{ID: id, Files: i.Files, given: i.URI, env: i.Env, names: i.Names, address: i.Address}
	if i.Name != "" {
		c.names, c.connect = []string{i.Name}, true
	}
	times := int64(1)
	if waiting[id] {
		times = patience
	}
	return c, c.setURI(times)
}

// setURI makes the connection strings of what is given, and has the driver wait
// so many times as long as usual.
func (c *connection) setURI(times int64) error {
	uri, err := url.Parse(c.given)
	if err != nil {
		return fmt.Errorf("scenario %s: %w", c.ID, err)
	}
	c.Options = map[string]string{}
	var all, plain []string
	for option := range strings.SplitSeq(uri.RawQuery, "&") {
		if option == "" {
			continue
		}
		all = append(all, option)
		name, value, _ := strings.Cut(option, "=")
		if name != "ssl" && !strings.HasPrefix(name, "tls") {
			plain = append(plain, option)
			continue
		}
		if c.Options[name], err = url.QueryUnescape(value); err != nil {
			return fmt.Errorf("scenario %s: option %s: %w", c.ID, name, err)
		}
	}
	c.ConnectTimeoutMS = times * connect.Milliseconds()
	waits := []string{
		fmt.Sprintf("serverSelectionTimeoutMS=%d", times*selection.Milliseconds()),
		fmt.Sprintf("connectTimeoutMS=%d", c.ConnectTimeoutMS),
	}
	with := func(options []string) string {
		u := *uri
		u.RawQuery = strings.Join(append(options, waits...), "&")
		return u.String()
	}
	c.URI, c.Plain = with(all), with(plain)
	return nil
}
