package verify

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// contrived are inputs that nobody has but who wants to keep us busy.
func contrived(t testing.TB) map[string]Input {
	t.Helper()
	many := func(n int, name func(i int) string) (names []string) {
		for i := range n {
			names = append(names, name(i))
		}
		return names
	}
	constrained := standard(map[string]func(*x509.Certificate){
		"int": func(c *x509.Certificate) {
			c.PermittedDNSDomains = many(4000, func(i int) string { return fmt.Sprintf("d%d.example.com", i) })
			c.ExcludedIPRanges = []*net.IPNet{{IP: net.IPv4(10, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}}
		},
		"leaf": func(c *x509.Certificate) {
			c.DNSNames = many(200, func(i int) string { return fmt.Sprintf("host%d.d%d.example.com", i, 3999-i) })
		},
	})
	made := pki(t, constrained...)
	copies := pki(t, standard(nil)...)
	repeated := chainInput(copies["leaf"], copies["int"], copies["root"])
	for len(repeated.Presented) < 500 {
		repeated.Presented = append(repeated.Presented, copies["int"])
	}
	return map[string]Input{
		"hundreds of cross-signatures": tangle(t, 6, 8),
		"huge name constraints":        chainInput(made["leaf"], made["int"], made["root"]),
		"one certificate 500 times":    repeated,
	}
}

// TestContrivedChainsAreBounded allows ten times what is promised without the
// race detector.
func TestContrivedChainsAreBounded(t *testing.T) {
	for name, in := range contrived(t) {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			Stacks(in, "db.example.com")
			Chain(in)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > time.Second {
				t.Errorf("took %v", took)
			}
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 256<<20 {
				t.Errorf("allocated %d bytes", allocated)
			}
		})
	}
}

func BenchmarkStacks(b *testing.B) {
	made := pki(b, standard(nil)...)
	in := chainInput(made["leaf"], made["int"], made["root"])
	in.Presented = in.Presented[:2]
	b.Run("standard", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Stacks(in, "db.example.com")
		}
	})
	for name, in := range contrived(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Stacks(in, "db.example.com")
			}
		})
	}
}

// FuzzStacks holds that any list of blobs gets a judgement from every stack, and
// that a stack that refuses says why.
func FuzzStacks(f *testing.F) {
	made := pki(f, append(standard(edit("int", func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.MaxPathLen = []string{"example.com"}, 1
	})), spec{id: "self", edit: ca})...)
	join := func(ids ...string) []byte {
		var all []byte
		for _, id := range ids {
			all = append(all, made[id].Raw...)
		}
		return all
	}
	f.Add(join("leaf", "int"), join("root"), "db.example.com")
	f.Add(join("leaf"), join("int"), "192.0.2.1")
	f.Add(join("self"), join("self", "root"), "*.example.com")
	f.Add([]byte("junk"), []byte{}, "")
	f.Fuzz(func(t *testing.T, presented, anchors []byte, host string) {
		if len(host) > 300 {
			return
		}
		in := Input{Presented: split(presented), Store: StoreCAFile, At: now}
		for _, c := range split(anchors) {
			in.Anchors = append(in.Anchors, Anchor{c, []string{StoreCAFile}})
		}
		for _, v := range Stacks(in, host) {
			if v.OK != (v.Text == "") {
				t.Errorf("%s: OK = %v beside %q", v.Stack, v.OK, v.Text)
			}
		}
		Chain(in)
		Complete(in, split(anchors))
	})
}

// split takes bytes for DER elements one after another, and the rest for one
// that is broken.
func split(data []byte) (certs []*certificate.Certificate) {
	for len(data) > 0 && len(certs) < 16 {
		n := len(data)
		if len(data) > 4 && bytes.HasPrefix(data, []byte{0x30, 0x82}) {
			n = min(n, 4+int(data[2])<<8+int(data[3]))
		}
		c, _ := certificate.Parse(data[:n])
		certs, data = append(certs, c), data[n:]
	}
	return certs
}
