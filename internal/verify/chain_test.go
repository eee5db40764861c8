package verify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/certificate"
)

// input makes the Input of a test.
func (c chainTest) input(t testing.TB) Input {
	t.Helper()
	made := pki(t, c.specs...)
	in := Input{Store: StoreCAFile, At: now}
	if c.system {
		in.Store = StoreSystem
	}
	pick := func(id string) *certificate.Certificate {
		if made[id] == nil {
			t.Fatalf("no certificate %q", id)
		}
		return made[id]
	}
	for _, id := range c.presented {
		in.Presented = append(in.Presented, pick(id))
	}
	for _, id := range c.store {
		in.Anchors = append(in.Anchors, Anchor{pick(id), []string{in.Store}})
	}
	for _, id := range c.others {
		in.Anchors = append(in.Anchors, Anchor{pick(id), []string{StoreMozilla}})
	}
	return in
}

// ids maps certificates to their ids, which the CN need not be.
func (c chainTest) ids(in Input) map[string]string {
	names := make(map[string]string)
	for i, id := range c.presented {
		names[in.Presented[i].SHA256] = id
	}
	for i, id := range slices.Concat(c.store, c.others) {
		names[in.Anchors[i].SHA256] = id
	}
	return names
}

// describe puts a result into lines.
func describe(r Result, ids map[string]string) []string {
	lines := []string{"untrusted"}
	if r.Trusted {
		lines[0] = "trusted"
	}
	for _, s := range r.TrustedBy {
		if s == StoreMozilla || !r.Trusted {
			lines = append(lines, "by "+s)
		}
	}
	name := func(c *certificate.Certificate) string {
		if c.CommonName != "" && strings.Contains(c.CommonName, ".") || ids[c.SHA256] == "" {
			return c.CommonName
		}
		return ids[c.SHA256]
	}
	for _, f := range r.Faults {
		var b strings.Builder
		if f.Fatal {
			b.WriteString("FATAL ")
		}
		b.WriteString(string(f.Kind))
		if f.Reason != "" {
			b.WriteString("/" + string(f.Reason))
		}
		fmt.Fprintf(&b, " @%d %s", f.Depth, name(f.Cert))
		if f.Other != nil {
			fmt.Fprintf(&b, " (%s)", name(f.Other))
		}
		if f.Confidence == Likely {
			b.WriteString(" likely")
		}
		if f.Value != 0 || f.Limit != 0 {
			fmt.Fprintf(&b, " %d/%d", f.Value, f.Limit)
		}
		if len(f.Details) > 0 {
			fmt.Fprintf(&b, " [%s]", strings.Join(f.Details, "; "))
		}
		lines = append(lines, b.String())
	}
	return lines
}

func TestChain(t *testing.T) {
	for _, test := range chainTests {
		t.Run(test.name, func(t *testing.T) {
			in := test.input(t)
			got := describe(Chain(in), test.ids(in))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Chain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChainOfNothing(t *testing.T) {
	if diff := cmp.Diff(Result{}, Chain(Input{Store: StoreSystem, At: now})); diff != "" {
		t.Errorf("Chain (-want +got):\n%s", diff)
	}
}

func TestChainWithUnreadableCertificates(t *testing.T) {
	junk, err := certificate.Parse([]byte("junk"))
	if err == nil {
		t.Fatal("Parse read junk")
	}
	made := pki(t, standard(nil)...)
	anchors := []Anchor{{made["root"], []string{StoreCAFile}}}
	tests := []struct {
		name      string
		presented []*certificate.Certificate
		want      []string
	}{
		{"a leaf that is no certificate", []*certificate.Certificate{junk, made["int"]},
			[]string{"untrusted", "FATAL cert-malformed/unreadable @0  likely [not a DER certificate]"}},
		{"an extra that is no certificate", []*certificate.Certificate{made["leaf"], made["int"], junk},
			[]string{"untrusted", "by tlsCAFile", "FATAL cert-malformed/unreadable @2  likely [not a DER certificate]"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := Chain(Input{Presented: test.presented, Anchors: anchors, Store: StoreCAFile, At: now})
			if diff := cmp.Diff(test.want, describe(r, nil)); diff != "" {
				t.Errorf("Chain (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpiresIn(t *testing.T) {
	made := pki(t, standard(edit("leaf", valid(-30, 60)))...)
	in := Input{
		Presented: []*certificate.Certificate{made["leaf"], made["int"]},
		Anchors:   []Anchor{{made["root"], []string{StoreCAFile}}},
		Store:     StoreCAFile, At: now, ExpiresIn: 61 * day,
	}
	want := []string{"trusted", "cert-expiring/leaf @0 leaf 60/61"}
	if diff := cmp.Diff(want, describe(Chain(in), nil)); diff != "" {
		t.Errorf("Chain (-want +got):\n%s", diff)
	}
	in.ExpiresIn = time.Hour
	if diff := cmp.Diff([]string{"trusted"}, describe(Chain(in), nil)); diff != "" {
		t.Errorf("Chain with an hour (-want +got):\n%s", diff)
	}
}
