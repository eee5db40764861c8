package drivers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/lab"
)

// matrix is what matrix.json holds: what every driver did with every scenario.
type matrix struct {
	Measured  []measured `json:"measured"`
	Scenarios []row      `json:"scenarios"`
}

// measured is a driver of the matrix.
type measured struct {
	Driver string `json:"driver"`
	Title  string `json:"title"`
	// Short is its name at the head of a column.
	Short string `json:"short"`
	// Setting is whether it had a setting that it does not come with.
	Setting bool `json:"setting,omitempty"`
	// Version is the release that was measured, and what it ran on.
	Version string `json:"version"`
}

// row is a scenario and what became of it.
type row struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Title string `json:"title"`
	// Finding is the true cause, empty where there is none.
	Finding string `json:"finding"`
	Cells   []cell `json:"drivers"`
}

// cell is one driver before one scenario.
type cell struct {
	Driver string `json:"driver"`
	// Predicted is what mongotls check says; nil where it refuses to check, for a
	// connection string that contradicts itself.
	Predicted *prediction `json:"predicted,omitempty"`
	Connects  bool        `json:"connects"`
	// Error is what the driver's user sees, without what differs from one run to
	// the next; empty where it connects.
	Error string `json:"error,omitempty"`
	// Also are other errors that it was seen to show, where the scenario is a
	// race: see races.
	Also []string `json:"also,omitempty"`
}

// of is the cell of a driver; false where it was not measured.
func (r row) of(driver string) (cell, bool) {
	at := slices.IndexFunc(r.Cells, func(c cell) bool { return c.Driver == driver })
	if at < 0 {
		return cell{}, false
	}
	return r.Cells[at], true
}

// races are the scenarios in which the peer closes or resets while the driver
// writes, so that what it notices first is not always the same. That it does not
// connect is.
var races = map[string]bool{
	"tcp-reset":                true,
	"handshake-closed-at-once": true,
	"handshake-closed-reset":   true,
}

// In a deployment what is noticed first, and in which order servers are listed,
// is not always the same either.
func init() {
	for _, s := range lab.Scenarios() {
		if s.Group == "Members" {
			races[s.ID] = true
		}
	}
}

// endings are how drivers show that the peer ended the connection. Which of them
// shows depends on what the driver was about to do when it noticed.
var endings = []string{
	"reset by peer", "Connection reset", "ECONNRESET", "connection closed", ":PORT closed", "EOF", "eof", "roken pipe", "EPIPE",
	"Connection timed out calling", "socket disconnected", "Remote host terminated", "Prematurely reached",
	"Failed to receive length header",
}

// ending are the scenarios in which the peer ends the connection at the driver's first
// message, and so maybe while it still writes. The words may differ there, as long as
// they are of an ended connection.
var ending = []string{"handshake-closed", "handshake-closed-proxy", "tls-disabled", "plaintext-client"}

// sameWords reports whether a driver showed the same twice, or at an ending twice that
// the peer ended the connection.
func sameWords(scenario, before, now string) bool {
	ended := func(text string) bool {
		return slices.ContainsFunc(endings, func(e string) bool { return strings.Contains(text, e) })
	}
	return before == now || slices.Contains(ending, scenario) && ended(before) && ended(now)
}

// merge is what was seen now, with what was seen before where that is a race.
func (m matrix) merge(before matrix) {
	for _, r := range m.Scenarios {
		if !races[r.ID] {
			continue
		}
		for i := range r.Cells {
			c := &r.Cells[i]
			b, ok := before.of(r.ID).of(c.Driver)
			if !ok || b.Connects != c.Connects {
				continue
			}
			seen := append([]string{b.Error}, b.Also...)
			if !slices.Contains(seen, c.Error) {
				seen = append(seen, c.Error)
			}
			c.Error, c.Also = seen[0], seen[1:]
		}
	}
}

// of is the row of a scenario; an empty one where there is none.
func (m matrix) of(scenario string) row {
	at := slices.IndexFunc(m.Scenarios, func(r row) bool { return r.ID == scenario })
	if at < 0 {
		return row{}
	}
	return m.Scenarios[at]
}

const matrixFile = "matrix.json"

// readMatrix reads the matrix of the repository.
func readMatrix() (matrix, error) {
	var m matrix
	b, err := os.ReadFile(matrixFile)
	if err != nil {
		return m, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w", matrixFile, err)
	}
	return m, nil
}

// encode writes a driver or a cell on a line of its own, so that a change shows
// as one.
func (m matrix) encode() ([]byte, error) {
	var b bytes.Buffer
	var failed error
	line := func(v any) []byte {
		var l bytes.Buffer
		e := json.NewEncoder(&l)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			failed = err
		}
		return bytes.TrimSpace(l.Bytes())
	}
	list := func(indent string, n int, item func(int)) {
		b.WriteString("[")
		for i := range n {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n" + indent)
			item(i)
		}
		b.WriteString("\n" + indent[2:] + "]")
	}
	b.WriteString("{\n  \"measured\": ")
	list("    ", len(m.Measured), func(i int) { b.Write(line(m.Measured[i])) })
	b.WriteString(",\n  \"scenarios\": ")
	list("    ", len(m.Scenarios), func(i int) {
		r := m.Scenarios[i]
		fmt.Fprintf(&b, "{\"id\": %s, \"group\": %s, \"title\": %s, \"finding\": %s, \"drivers\": ", line(r.ID), line(r.Group), line(r.Title), line(r.Finding))
		list("      ", len(r.Cells), func(i int) { b.Write(line(r.Cells[i])) })
		b.WriteString("}")
	})
	b.WriteString("\n}\n")
	return b.Bytes(), failed
}
