// Package driver tells of each official MongoDB driver whether it would connect
// to an endpoint, and the line that its users see if it would not.
//
// Every driver is data: a Model of how it treats options, files, trust stores,
// names, revocation and client certificates, and of what it offers, which package
// offer tells; a few rules read it. To add a driver, or a version or runtime of one that behaves otherwise,
// add a file with its Model, and name it in models.go; where it words errors in
// a way of its own, internal/symptom has a file for those. e2e/drivers holds
// those that can be run here to what they really do.
//
// The package is pure: no network, no files, no clock.
package driver

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
	"github.com/mongotls/mongotls/internal/verify"
)

// Basis is how far a verdict is to be believed.
type Basis string

// The bases.
const (
	// Measured: e2e/drivers holds the predictions to the driver itself.
	Measured Basis = "measured"
	// Source: the model follows from the driver's source and its library's.
	Source Basis = "source"
)

// Prediction is what one driver would do at one endpoint.
type Prediction struct {
	// Driver is its name as --driver takes it, Variant the version, runtime or
	// extra that behaves otherwise than the driver with its defaults.
	Driver  string `json:"driver"`
	Variant string `json:"variant,omitempty"`
	// TLS is the library that does its TLS.
	TLS string `json:"tls"`
	// Connects is nil where the facts do not establish it; Reason says why.
	Connects *bool `json:"connects"`
	// Reason is why there is no answer, or no Error, a sentence fragment.
	Reason string `json:"reason,omitempty"`
	// Error is the text that the driver shows, with symptom.Unknown in place of
	// what is not known of it. Empty if it connects or its words are not known.
	Error string `json:"error,omitempty"`
	// Finding is the identifier of what stops it; empty if it connects.
	Finding string `json:"finding,omitempty"`
	Basis   Basis  `json:"basis"`
	// Candidates are the findings that Error may stand for, most likely first.
	Candidates []string `json:"-"`
}

// Default reports whether the verdict is that of the driver with its defaults.
func (v Prediction) Default() bool { return v.Variant == "" }

// Fails reports whether it is established that the driver does not connect.
func (v Prediction) Fails() bool { return v.Connects != nil && !*v.Connects }

// Facts are what verdicts rest on.
type Facts struct {
	Target   *fact.Target
	Endpoint *fact.Endpoint
	// Chain is what the endpoint presented and the trust stores hold that bears
	// on it; Store does not matter.
	Chain verify.Input
}

// Judge returns the verdicts of all drivers, in the order of Models.
func Judge(f Facts) []Prediction {
	f.Chain = f.Chain.Shared()
	cache := map[string]verify.Verdict{}
	var list []Prediction
	for _, m := range Models() {
		list = append(list, newConnection(m, &f, cache).predict())
	}
	return list
}

// Names are the drivers as --driver takes them.
func Names() []string {
	var names []string
	for _, m := range Models() {
		if m.Variant == "" {
			names = append(names, m.Name)
		}
	}
	return names
}

// connection is one driver's attempt to connect.
type connection struct {
	*Model
	facts *Facts
	cache map[string]verify.Verdict
	// host is the name to verify, values what is known for texts.
	host   string
	values map[string]string
}

func newConnection(m *Model, f *Facts, cache map[string]verify.Verdict) *connection {
	e := f.Endpoint
	c := &connection{Model: m, facts: f, cache: cache, host: e.ServerName}
	if c.host == "" {
		c.host = e.Host
	}
	c.values = map[string]string{"host": e.Host, "port": strconv.Itoa(e.Port)}
	for _, a := range e.Addresses {
		if a.TCP.OK {
			return c.dialled(a.IP)
		}
	}
	return c
}

// dialled is the attempt with the address that it comes to.
func (c *connection) dialled(ip string) *connection {
	return c.with("ip", ip).with("address", fact.HostPort(ip, c.facts.Endpoint.Port))
}

// outcome is how an attempt ended.
type outcome struct {
	connects *bool
	reason   string
	text     string
	ids      []string
}

// steps are taken in the order in which a driver takes them; the first that ends
// the attempt decides.
var steps = []func(*connection) *outcome{
	takeOptions, readFiles, openSocket, sayHelloInClear, negotiate, verifyCertificate, checkCRL, checkOCSP, finishHandshake,
}

func (c *connection) predict() Prediction {
	o := c.connects()
	for _, step := range steps {
		if ended := step(c); ended != nil {
			o = ended
			break
		}
	}
	return c.ending(o)
}

// ending is the verdict of an attempt that ended so.
func (c *connection) ending(o *outcome) Prediction {
	return Prediction{
		Driver: c.Name, Variant: c.Variant, TLS: c.TLS, Basis: c.Basis,
		Connects: o.connects, Reason: o.reason, Error: o.text, Candidates: o.ids,
	}
}

func (c *connection) connects() *outcome {
	yes := true
	return &outcome{connects: &yes}
}

// unsure is an attempt whose end the facts do not establish.
func (c *connection) unsure(reason string) *outcome { return &outcome{reason: reason} }

// fail is an attempt that ends with a text.
func (c *connection) fail(stage symptom.Stage, text string, ids []string) *outcome {
	no := false
	return &outcome{connects: &no, text: symptom.Wrap(c.Words[0], stage, text, c.values), ids: ids}
}

// mute is an attempt that ends with a text which is not known.
func (c *connection) mute(reason string, ids []string) *outcome {
	no := false
	return &outcome{connects: &no, reason: reason, ids: ids}
}

// wordsUnknown is why a failure has no text.
const wordsUnknown = "the words for it are not known"

// stop is an attempt that ends with an event.
func (c *connection) stop(stage symptom.Stage, event symptom.Event) *outcome {
	ids := event.IDs()
	if _, own := symptom.Find(event, c.Words[0]); c.Vague && !own && (stage == symptom.StageHandshake || stage == symptom.StageVerify) {
		event = symptom.HandshakeFailed
	}
	s, ok := symptom.Find(event, c.Words...)
	if !ok {
		return c.mute(wordsUnknown, ids)
	}
	o := c.fail(stage, s.Render(c.values), ids)
	if s.Whole {
		o.text = s.Render(c.values)
	}
	return o
}

// with is the attempt with a value for its texts.
func (c *connection) with(name, value string) *connection {
	values := map[string]string{name: value}
	for k, v := range c.values {
		if k != name {
			values[k] = v
		}
	}
	d := *c
	d.values = values
	return &d
}

// isAddress reports whether the name to verify is an IP address.
func (c *connection) isAddress() bool {
	_, err := netip.ParseAddr(c.host)
	return err == nil
}

// handshake is the one that was observed; its zero value where there was none.
func (c *connection) handshake() fact.Handshake {
	if h := c.facts.Endpoint.Handshake; h != nil {
		return *h
	}
	return fact.Handshake{}
}

// answered is how a side question ended; empty when it was not asked.
func (c *connection) answered(id fact.QuestionID) fact.Question {
	if q := c.facts.Endpoint.Question(id); q != nil {
		return *q
	}
	return fact.Question{}
}

// server is what hello told; nothing at all where a report has no such part.
func (c *connection) server() fact.Server {
	if s := c.facts.Endpoint.Server; s != nil {
		return *s
	}
	return fact.Server{}
}

// rejects and ignores report what the driver does with an option of the target.
func (c *connection) rejects(u fact.UnsupportedOption) bool {
	return slices.Contains(u.Rejected, c.Name) && !slices.Contains(c.Accepts, u.Option)
}

// option is an option's name as drivers print it.
func option(name string) string { return strings.ToLower(name) }
