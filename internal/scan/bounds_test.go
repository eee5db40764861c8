package scan

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/registry"
)

// TestSilence: a server that says nothing costs one timeout, whatever is asked,
// and nothing is concluded from it.
func TestSilence(t *testing.T) {
	const timeout = 300 * time.Millisecond
	s := &server{silent: true}
	scanner := Scanner{Dial: s.dial, Timeout: timeout}
	start := time.Now()
	f := scanner.Scan(t.Context(), Request{Welcome: true})
	if took := time.Since(start); took > timeout*12/10 {
		t.Errorf("it took %v, want %v at most", took, timeout*12/10)
	}
	for _, v := range f.Versions {
		if v.Supported != nil || v.Reason == "" {
			t.Errorf("%s: supported %v, reason %q", v.Version, v.Supported, v.Reason)
		}
	}
	if f.Connections > 12 {
		t.Errorf("%d connections were made", f.Connections)
	}
}

// TestSilenceInTheMiddle: nor does one that stops answering cost more than a
// second timeout, and what was found stays found.
func TestSilenceInTheMiddle(t *testing.T) {
	const timeout = 300 * time.Millisecond
	s := usual()
	s.maxHello = 800
	scanner := Scanner{Dial: s.dial, Timeout: timeout}
	start := time.Now()
	f := scanner.Scan(t.Context(), Request{Welcome: true})
	if took := time.Since(start); took > 4*timeout {
		t.Errorf("it took %v, want %v at most", took, 4*timeout)
	}
	if is := f.Supports("TLS1.3"); is == nil || !*is {
		t.Errorf("TLS 1.3: %v", is)
	}
	for _, v := range f.Versions {
		if v.Supported != nil && !*v.Supported && v.Version != "TLS1.1" && v.Version != "SSL3.0" && v.Version != "SSL2.0" {
			t.Errorf("silence was taken for a refusal: %+v", v)
		}
	}
}

// TestClosedForOtherReasons: a server that closes without a word where others
// send alerts, and stops answering because there were too many connections, has
// refused nothing.
func TestClosedForOtherReasons(t *testing.T) {
	s := usual()
	s.closes, s.limit = true, 12
	f := scanner(t, s).Scan(t.Context(), Request{Welcome: true})
	for _, v := range f.Versions {
		if v.Supported != nil && !*v.Supported && v.Version != "TLS1.1" && v.Version != "SSL3.0" {
			t.Errorf("%s is told to be refused: %+v", v.Version, v)
		}
		if v.SuitesComplete || v.GroupsComplete {
			t.Errorf("%s is told to be complete: %+v", v.Version, v)
		}
	}
}

// TestSizes: only where a large hello was not answered are others sent.
func TestSizes(t *testing.T) {
	s := usual()
	s.maxHello = 1300
	scanner := Scanner{Dial: s.dial, Timeout: 200 * time.Millisecond, Rate: -1}
	f := scanner.Scan(t.Context(), Request{Welcome: true})
	var got []string
	for _, size := range f.Sizes {
		got = append(got, size.Kind+" "+string(size.Outcome))
		if large := size.Bytes > 1300; large != (size.Kind != "small") {
			t.Errorf("the %s hello has %d bytes", size.Kind, size.Bytes)
		}
	}
	if diff := cmp.Diff([]string{"large timeout", "small ok", "padded timeout"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if f = (&Scanner{Dial: usual().dial, Rate: -1}).Scan(t.Context(), Request{Welcome: true, LargeAnswered: true}); len(f.Sizes) != 0 {
		t.Errorf("sizes were asked for: %v", f.Sizes)
	}
}

func TestRefusal(t *testing.T) {
	for _, tt := range []struct {
		name   string
		closes bool
		want   *fact.Answer
	}{
		{"an alert", false, &fact.Answer{Outcome: fact.OutcomeAlert, Alert: &fact.Alert{Code: 70, Name: "protocol_version"}}},
		{"closed", true, &fact.Answer{Outcome: fact.OutcomeClosed}},
	} {
		s := usual()
		s.closes = tt.closes
		f := scanner(t, s).Scan(t.Context(), Request{Welcome: true})
		if diff := cmp.Diff(tt.want, f.Refusal); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
}

// TestRate: so many connections in a second, and no more.
func TestRate(t *testing.T) {
	s := usual()
	scanner := Scanner{Dial: s.dial, Rate: 100}
	start := time.Now()
	f := scanner.Scan(t.Context(), Request{Welcome: true})
	// A tenth of a second's connections may be made at once.
	least := time.Duration(f.Connections-11) * time.Second / 100
	if took := time.Since(start); took < least {
		t.Errorf("%d connections took %v, want %v at least", f.Connections, took, least)
	}
}

// TestInterrupted: a scan ends with its context, and tells what it did not learn.
func TestInterrupted(t *testing.T) {
	s := &server{silent: true}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	f := (&Scanner{Dial: s.dial}).Scan(ctx, Request{Welcome: true})
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
	for _, v := range f.Versions {
		if v.Supported != nil || v.Reason != "the time was up" {
			t.Errorf("%s: %v, %q", v.Version, v.Supported, v.Reason)
		}
	}
}

// TestTarpit: a server that accepts everything, each time at the last moment, does
// not keep a scan for as long as it likes.
func TestTarpit(t *testing.T) {
	const timeout = 40 * time.Millisecond
	s := usual()
	s.delay = 15 * time.Millisecond
	for _, suite := range registry.Suites() {
		s.suites[0x303] = append(s.suites[0x303], suite.ID)
	}
	start := time.Now()
	f := (&Scanner{Dial: s.dial, Timeout: timeout, Rate: -1}).Scan(t.Context(), Request{Welcome: true})
	if took := time.Since(start); took > longestScan*timeout+time.Second {
		t.Errorf("it took %v, want %v at most", took, longestScan*timeout+time.Second)
	}
	for _, v := range f.Versions {
		if v.Version == "TLS1.2" && (v.SuitesComplete || v.Reason == "") {
			t.Errorf("more could not be asked: %+v", v)
		}
	}
}

// FuzzAnswer is a server that answers every hello with the same bytes: a scan
// ends, and does not tell of more than could be.
func FuzzAnswer(f *testing.F) {
	hello := clientHello{version: 0x303, has: map[uint16]bool{0xff01: true}}
	s := usual()
	f.Add(s.flight(hello, 0xc02f, 29))
	f.Add(s.flight(hello, 0x009f, 0))
	hello.version = 0x304
	f.Add(s.flight(hello, 0x1301, 29))
	f.Add([]byte{21, 3, 3, 0, 2, 2, 40})
	f.Add([]byte("\x80\x16\x04\x00\x01\x00\x02\x00\x03\x00\x06\x00\x02abc\x01\x00\x80\x07\x00\xc0id"))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &server{answer: data}
		found := (&Scanner{Dial: s.dial, Rate: -1, Timeout: 100 * time.Millisecond}).Scan(t.Context(), Request{Welcome: true})
		if found.Connections > 200 {
			t.Errorf("%d connections", found.Connections)
		}
		for _, v := range found.Versions {
			if v.SuitesComplete && (v.Supported == nil || !*v.Supported) {
				t.Errorf("complete without being supported: %+v", v)
			}
		}
	})
}
