package verify

import (
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"github.com/mongotls/mongotls/internal/certificate"
)

// chainInput is a leaf that is its own anchor, or a chain whose last
// certificate is the anchor.
func chainInput(certs ...*certificate.Certificate) Input {
	return Input{
		Presented: certs,
		Anchors:   []Anchor{{certs[len(certs)-1], []string{StoreCAFile}}},
		Store:     StoreCAFile, At: now,
	}
}

// tangle is layers of CAs of which every one signed all of the next lower
// layer, without key identifiers that could tell them apart.
func tangle(t testing.TB, layers, width int) Input {
	t.Helper()
	var specs []spec
	anonymous := func(p *x509.Certificate) { p.SubjectKeyId = nil }
	for layer := range layers {
		for i := range width {
			for j := range width {
				s := spec{
					id: fmt.Sprintf("%d-%d-%d", layer, i, j), cn: fmt.Sprintf("layer %d", layer),
					key: fmt.Sprintf("%d-%d", layer, i), edit: ca, issued: anonymous,
				}
				if layer > 0 {
					s.by = fmt.Sprintf("%d-%d-0", layer-1, j)
				} else if j > 0 {
					continue
				}
				specs = append(specs, s)
			}
		}
	}
	specs = append(specs, spec{id: "leaf", by: fmt.Sprintf("%d-0-0", layers-1), issued: anonymous}, spec{id: "other", edit: ca})
	made := pki(t, specs...)
	in := Input{Presented: []*certificate.Certificate{made["leaf"]}, Store: StoreCAFile, At: now}
	for _, s := range specs {
		if s.edit != nil && s.id != "other" {
			in.Presented = append(in.Presented, made[s.id])
		}
	}
	in.Anchors = []Anchor{{made["other"], []string{StoreCAFile}}}
	return in
}

func TestChainIsBounded(t *testing.T) {
	in := tangle(t, 6, 8)
	start := time.Now()
	r := Chain(in)
	took := time.Since(start)
	if r.Trusted || len(r.Faults) == 0 {
		t.Errorf("Chain of %d certificates is trusted", len(in.Presented))
	}
	// Generous: the race detector slows arithmetic down tenfold.
	if limit := 2 * time.Second; took > limit {
		t.Errorf("Chain of %d certificates took %v, more than %v", len(in.Presented), took, limit)
	}
}

func TestChainFindsThePathInATangle(t *testing.T) {
	in := tangle(t, 4, 4)
	top := in.Presented[1] // of layer 0, self-signed
	in.Anchors = append(in.Anchors, Anchor{top, []string{StoreCAFile}})
	if r := Chain(in); !r.Trusted {
		t.Errorf("Chain of %d certificates is not trusted: %v", len(in.Presented), describe(r, nil))
	}
}

func BenchmarkChain(b *testing.B) {
	b.Run("standard", func(b *testing.B) {
		made := pki(b, standard(nil)...)
		in := chainInput(made["leaf"], made["int"], made["root"])
		b.ReportAllocs()
		for b.Loop() {
			if !Chain(in).Trusted {
				b.Fatal("not trusted")
			}
		}
	})
	b.Run("tangle", func(b *testing.B) {
		in := tangle(b, 6, 8)
		b.ReportMetric(float64(len(in.Presented)), "certs")
		for b.Loop() {
			Chain(in)
		}
	})
}
