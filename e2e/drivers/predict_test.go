package drivers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/symptom"
)

// prediction is what mongotls check says of one driver before one scenario.
type prediction struct {
	// Connects is nil where that could not be established; Reason says why.
	Connects *bool  `json:"connects"`
	Reason   string `json:"reason,omitempty"`
	// Error is the line that it is said to show, without what is volatile.
	Error string `json:"error,omitempty"`
}

// checkOutput is the part of a report, or of an error in its place, that matters
// here.
type checkOutput struct {
	Targets []checkedTarget
	Error   struct{ ID string }
}

// predictAll asks mongotls check about every case, with the connection string
// that drivers get. The predictions are by scenario and driver; the identifier of
// the error is in place of them where there was nothing to check.
func predictAll(t *testing.T, cases []connection) (map[string]map[string]prediction, map[string]string) {
	t.Helper()
	know(t, cases)
	predictions, refused := map[string]map[string]prediction{}, map[string]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, 4)
	for _, c := range cases {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			out, err := runCheck(t.Context(), c)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%s: %v", c.ID, err)
				return
			}
			refused[c.ID] = out.Error.ID
			predictions[c.ID] = map[string]prediction{}
			for _, target := range out.Targets {
				maps.Copy(predictions[c.ID], target.predictions())
			}
		})
	}
	wg.Wait()
	return predictions, refused
}

func runCheck(ctx context.Context, c connection) (checkOutput, error) {
	var out checkOutput
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if len(c.names) > 0 && !c.connect {
		return checkHere(ctx, c)
	}
	cmd := exec.CommandContext(ctx, mongotls, "check", "-o", "json", c.given)
	if c.connect {
		cmd.Args = append(cmd.Args, "--connect="+c.address)
	}
	cmd.Env = environment()
	for name, value := range c.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return out, err
	}
	if err := json.Unmarshal(stdout.Bytes(), &out); err != nil {
		return out, fmt.Errorf("the report: %w\n%s", err, tail(stderr.Bytes()))
	}
	return out, nil
}

// undetermined are the cases in which check says that it does not know, and why it
// cannot.
var undetermined = map[string]string{
	"revocation-disabled, pymongo 3.x ocsp":    "it asks an OCSP responder that check was told not to ask",
	"key-mismatch-order, java":                 "its key store is made with another certificate than was sent",
	"key-mismatch-order, java checkRevocation": "its key store is made with another certificate than was sent",
	"openssl-ffdhe, java checkRevocation":      "the server's certificate is encrypted, by a handshake that crypto/tls cannot make",
	"openssl-x448, java checkRevocation":       "the server's certificate is encrypted, by a handshake that crypto/tls cannot make",
}

// leastWords is the share of failures in which the line that is predicted must be
// within what the driver showed, in percent.
const leastWords = 95

// judge holds what was predicted to what was observed.
func judge(t *testing.T, m matrix) {
	t.Helper()
	cells, agreed, open, failures, worded := 0, 0, 0, 0, 0
	for _, r := range m.Scenarios {
		for _, c := range r.Cells {
			if c.Predicted == nil {
				continue
			}
			if c.Predicted.Connects == nil && undetermined[r.ID+", "+c.Driver] != "" {
				open++
				continue
			}
			cells++
			if c.Predicted.Connects == nil || *c.Predicted.Connects != c.Connects {
				t.Errorf("%s, %s: predicted %s, observed %s", r.ID, c.Driver, c.Predicted.words(), c.words())
				continue
			}
			agreed++
			if c.Connects {
				continue
			}
			failures++
			if c.worded() {
				worded++
				continue
			}
			t.Logf("%s, %s: other words than predicted: %s\nobserved: %s", r.ID, c.Driver, c.Predicted.words(), c.words())
		}
	}
	if cells == 0 || failures == 0 {
		t.Fatal("nothing was predicted and measured")
	}
	t.Logf("predicted and observed agree in %d of %d cases, %d are not predicted; of %d failures, %d show the predicted line (%.1f %%)",
		agreed, cells, open, failures, worded, 100*float64(worded)/float64(failures))
	if 100*worded < leastWords*failures {
		t.Errorf("the predicted line is shown in %d of %d failures, want at least %d %%", worded, failures, leastWords)
	}
}

// worded reports whether the line that was predicted is within what was shown.
func (c cell) worded() bool {
	if c.Predicted.Error == "" {
		return false
	}
	for _, shown := range append([]string{c.Error}, c.Also...) {
		if symptom.Within(c.Predicted.Error, shown) {
			return true
		}
	}
	return false
}

func (p prediction) words() string {
	switch {
	case p.Connects == nil:
		return "nothing: " + p.Reason
	case *p.Connects:
		return "that it connects"
	case p.Error == "":
		return "a failure without words: " + p.Reason
	}
	return p.Error
}

func (c cell) words() string {
	if c.Connects {
		return "that it connects"
	}
	return c.Error
}
