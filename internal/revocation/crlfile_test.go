package revocation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/keyfile"
)

func writeFile(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crl.pem")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadCRLs(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	one, old := newCRL(p.ca, 1, 2), newCRL(p.root)
	old.v1, old.nextUpdate = true, nil
	partial := newCRL(p.ca)
	partial.extend(oidIssuingPoint, true, seq(flag(1), flag(4)))
	partial.extend(oidDeltaCRL, true, []byte{2, 1, 1})
	der := one.build(t)
	next := now.Add(24 * time.Hour)
	info := CRLInfo{Issuer: "CN=CA,O=Acme", Version: 2, Number: "2a", ThisUpdate: now.Add(-time.Hour), NextUpdate: &next,
		SignatureAlgorithm: "ECDSA-SHA256", Entries: 2}
	oldInfo := CRLInfo{Issuer: "CN=Root,O=Acme", Version: 1, ThisUpdate: now.Add(-time.Hour), SignatureAlgorithm: "ECDSA-SHA256"}
	partialInfo := info
	partialInfo.Entries, partialInfo.Delta, partialInfo.Indirect, partialInfo.Partial = 0, true, true, true

	tests := []struct {
		name string
		data []byte
		want CRLFile
	}{
		{"DER", der, CRLFile{DER: true, Lists: []CRLInfo{info}}},
		{"PEM", crlPEM(der), CRLFile{Lists: []CRLInfo{info}}},
		{"PEM with text and a certificate around it, and DOS line ends",
			bytes.ReplaceAll(bytes.Join([][]byte{[]byte("0 is how this begins"), certPEM(p.ca), crlPEM(der), []byte("end")}, []byte("\n")), []byte("\n"), []byte("\r\n")),
			CRLFile{Lists: []CRLInfo{info}}},
		{"PEM of several lists", bytes.Join([][]byte{crlPEM(der), crlPEM(old.build(t)), crlPEM(partial.build(t))}, nil),
			CRLFile{Lists: []CRLInfo{info, oldInfo, partialInfo}}},
		{"PEM without an end of line at its end", bytes.TrimSpace(crlPEM(der)), CRLFile{Lists: []CRLInfo{info}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Path = writeFile(t, test.data)
			got, err := LoadCRLs(test.want.Path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreUnexported(CRLFile{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLoadCRLsFails(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	der := newCRL(p.ca, 1).build(t)
	dir := t.TempDir()
	file := func(data []byte) func(*testing.T) string {
		return func(t *testing.T) string { return writeFile(t, data) }
	}
	again := "export the CRL again"
	tests := []struct {
		name string
		path func(*testing.T) string
		want keyfile.Error
	}{
		{"no such file", func(*testing.T) string { return filepath.Join(dir, "none") }, keyfile.Error{
			Finding: keyfile.FindingUnreadable, Detail: "no such file", Hint: "check the path; a relative one starts at the current directory"}},
		{"a directory", func(*testing.T) string { return dir }, keyfile.Error{
			Finding: keyfile.FindingUnreadable, Detail: "is a directory", Hint: "name the file itself"}},
		{"a device", func(*testing.T) string { return os.DevNull }, keyfile.Error{
			Finding: keyfile.FindingUnreadable, Detail: "is not a regular file"}},
		{"a file that is too large", func(t *testing.T) string {
			path := writeFile(t, nil)
			if err := os.Truncate(path, maxFile+1); err != nil {
				t.Fatal(err)
			}
			return path
		}, keyfile.Error{Finding: keyfile.FindingUnreadable, Detail: "is larger than 256 MiB"}},
		{"an empty file", file(nil), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "is empty", Hint: "put the CA's CRL there, in PEM"}},
		{"text", file([]byte("hello\n")), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "holds no CRL", Hint: "a CRL file in PEM has lines that say BEGIN X509 CRL and END X509 CRL"}},
		{"a CA file", file(certPEM(p.ca)), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: `holds no CRL, but a PEM block of type "CERTIFICATE"`, Hint: "name the CRL that the CA publishes"}},
		{"a certificate in DER", file(p.ca.cert.Raw), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "is a certificate, not a CRL", Hint: "name the CRL that the CA publishes"}},
		{"DER that is cut off", file(der[:len(der)-1]), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "is no readable CRL: the CRL is cut off", Hint: again}},
		{"a second list that is cut off", file(append(crlPEM(der), crlPEM(der[:40])...)), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: fmt.Sprintf("the CRL at line %d is not readable: the CRL is cut off", bytes.Count(crlPEM(der), []byte("\n"))+1), Hint: again}},
		{"PEM that is not base64", file([]byte("\n-----BEGIN X509 CRL-----\nMII$\n-----END X509 CRL-----\n")), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "the PEM block at line 2 is not readable: it is not base64", Hint: again}},
		{"PEM that lacks a character", file([]byte("-----BEGIN X509 CRL-----\nMII\n-----END X509 CRL-----\n")), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "the PEM block at line 1 is not readable: it is not base64", Hint: again}},
		{"PEM with another end", file([]byte("-----BEGIN X509 CRL-----\nMIIB\n-----END CRL-----\n")), keyfile.Error{
			Finding: FindingCRLInvalid, Hint: again,
			Detail: "the PEM block at line 1 is not readable: the PEM block that ends at line 3 ends in another line than it should"}},
		{"PEM without an end", file([]byte("-----BEGIN X509 CRL-----\nMIIB\n")), keyfile.Error{
			Finding: FindingCRLInvalid, Detail: "the PEM block at line 1 is not readable: the PEM block has no end", Hint: again}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := test.path(t)
			_, err := LoadCRLs(path)
			var got *keyfile.Error
			if !errors.As(err, &got) {
				t.Fatalf("error %v of type %T", err, err)
			}
			test.want.Path = path
			if diff := cmp.Diff(&test.want, got, cmpopts.IgnoreFields(keyfile.Error{}, "Err")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSearchFile holds which of several lists counts.
func TestSearchFile(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	stale := func(s *crlSpec) *crlSpec {
		s.thisUpdate, s.nextUpdate = now.Add(-72*time.Hour), ptr(now.Add(-48*time.Hour))
		return s
	}
	older := func(s *crlSpec) *crlSpec { s.thisUpdate = now.Add(-2 * time.Hour); return s }
	scoped := func(s *crlSpec, scope []byte) *crlSpec { s.extend(oidIssuingPoint, true, seq(scope)); return s }
	delta := func(s *crlSpec) *crlSpec { s.extend(oidDeltaCRL, true, []byte{2, 1, 1}); return s }
	badly := func(s *crlSpec) *crlSpec { s.tampered = true; return s }
	type verdict struct {
		Status  fact.RevocationStatus
		Problem fact.RevocationProblem
	}
	good, revoked := verdict{Status: fact.StatusGood}, verdict{Status: fact.StatusRevoked}
	problem := func(p fact.RevocationProblem) verdict { return verdict{fact.StatusError, p} }
	none := problem(fact.ProblemNoCRLForIssuer)
	tests := []struct {
		name  string
		lists []*crlSpec
		want  [3]verdict // of leaf, CA and root
	}{
		{"the leaf's issuer only", []*crlSpec{newCRL(p.ca, 0x1234)}, [3]verdict{revoked, none, none}},
		{"the root only", []*crlSpec{newCRL(p.root, 2)}, [3]verdict{none, revoked, good}},
		{"both", []*crlSpec{newCRL(p.root), newCRL(p.ca)}, [3]verdict{good, good, good}},
		{"the newer of two counts", []*crlSpec{newCRL(p.ca), older(newCRL(p.ca, 0x1234))}, [3]verdict{good, none, none}},
		{"the newer of two counts, first in the file or not", []*crlSpec{older(newCRL(p.ca)), newCRL(p.ca, 0x1234)}, [3]verdict{revoked, none, none}},
		{"one in force before one that is not", []*crlSpec{stale(newCRL(p.ca, 0x1234)), newCRL(p.ca)}, [3]verdict{good, none, none}},
		{"one that is out of date", []*crlSpec{stale(newCRL(p.ca))}, [3]verdict{problem(fact.ProblemExpired), none, none}},
		{"one out of date rather than one that is forged", []*crlSpec{badly(newCRL(p.ca)), stale(newCRL(p.ca))}, [3]verdict{problem(fact.ProblemExpired), none, none}},
		{"one forged rather than one of another scope", []*crlSpec{scoped(newCRL(p.ca), flag(2)), badly(newCRL(p.ca))}, [3]verdict{problem(fact.ProblemSignature), none, none}},
		{"one for each scope", []*crlSpec{scoped(newCRL(p.root), flag(1)), scoped(newCRL(p.root, 2), flag(2)), scoped(newCRL(p.ca), flag(1))},
			[3]verdict{good, revoked, good}},
		{"a base rather than a delta CRL that does not list it", []*crlSpec{older(newCRL(p.ca, 0x1234)), delta(newCRL(p.ca))}, [3]verdict{revoked, none, none}},
		{"a delta CRL that lists it rather than its base", []*crlSpec{older(newCRL(p.ca)), delta(newCRL(p.ca, 0x1234))}, [3]verdict{revoked, none, none}},
		{"a delta CRL alone", []*crlSpec{delta(newCRL(p.ca))}, [3]verdict{problem(fact.ProblemDeltaOnly), none, none}},
		{"some reasons rather than nothing", []*crlSpec{scoped(newCRL(p.ca), []byte{0x83, 2, 1, 0x40}), scoped(newCRL(p.ca), flag(2))},
			[3]verdict{{fact.StatusUnknown, fact.ProblemSomeReasons}, none, none}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var data []byte
			for _, s := range test.lists {
				data = append(data, crlPEM(s.build(t))...)
			}
			file, err := LoadCRLs(writeFile(t, data))
			if err != nil {
				t.Fatal(err)
			}
			c := &Checker{Now: func() time.Time { return now }}
			facts := c.Check(t.Context(), Request{Path: p.path(), CRLFile: file})
			var got [3]verdict
			for i, check := range facts.Checks {
				got[i] = verdict{check.Status, check.Problem}
				if check.Source != fact.SourceCRLFile || check.Certificate != p.path()[i].SHA256 {
					t.Errorf("check %d: %+v", i, check)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSearchFileStops holds that a search ends with its context.
func TestSearchFileStops(t *testing.T) {
	p := newPKI(t, nil, nil, nil)
	file, err := LoadCRLs(writeFile(t, newCRL(p.ca, 0x1234).build(t)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := new(Checker).Check(ctx, Request{Path: p.path()[:2], CRLFile: file}).Checks[0]
	if got.Problem != fact.ProblemTimeout {
		t.Errorf("problem %q (%s)", got.Problem, got.Error)
	}
}

// largeCRL is a CRL of n entries in DER, the leaf's among them.
func largeCRL(t testing.TB, p *pki, n int) []byte {
	t.Helper()
	spec := newCRL(p.ca)
	rest := append(utcTime(now), seq(extensionList([]extension{reason(1)})...)...)
	entry := seq(tlv(cbasn1.INTEGER, make([]byte, 16)), rest)
	entries := make([]byte, 0, n*len(entry))
	for i := range n {
		if i == n*3/4 {
			entries = append(entries, seq(integer(big.NewInt(0x1234)), rest)...)
			continue
		}
		start := len(entries) + 4 // past two headers
		entries = append(entries, entry...)
		copy(entries[start:], []byte{0x40, byte(i >> 16), byte(i >> 8), byte(i)})
	}
	spec.raw = seq(entries)
	return spec.build(t)
}

const million = 1_000_000

// TestLargeCRL holds what a CRL of a million entries may take: 2 s, and 40 MiB
// of memory besides its own size.
func TestLargeCRL(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("times and memory are measured without the race detector only")
	}
	p := newPKI(t, nil, nil, nil)
	der := largeCRL(t, p, million)
	size := int64(len(der))
	paths := map[string]string{"DER": writeFile(t, der), "PEM": writeFile(t, crlPEM(der))}
	der = nil
	for format, path := range paths {
		t.Run(format, func(t *testing.T) {
			c := &Checker{Now: func() time.Time { return now }, Timeout: time.Minute}
			runtime.GC()
			before := heap()
			peak := watchHeap()
			wall, cpu := time.Now(), cpuTime(t)
			file, err := LoadCRLs(path)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Check(t.Context(), Request{Path: p.path(), CRLFile: file})
			cpu = cpuTime(t) - cpu
			extra := (int64(peak()) - int64(before) - size) >> 10
			t.Logf("%d bytes of DER, %d entries: %v of the processor, %v on the wall, %d KiB of heap besides",
				size, file.Lists[0].Entries, cpu, time.Since(wall), extra)
			if check := got.Checks[0]; check.Status != fact.StatusRevoked || check.Reason != "keyCompromise" {
				t.Fatalf("status %q: %s", check.Status, check.Error)
			}
			if cpu > 2*time.Second {
				t.Errorf("took %v", cpu)
			}
			if extra > 40<<10 {
				t.Errorf("took %d KiB", extra)
			}
		})
	}
}

// heap is the bytes of heap objects, dead ones included. Unlike
// runtime.ReadMemStats this does not stop the world.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// watchHeap samples the heap until its result is asked for.
func watchHeap() (peak func() uint64) {
	var most uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heap())
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		return max(most, heap())
	}
}

func BenchmarkCRLFile(b *testing.B) {
	p := newPKI(b, nil, nil, nil)
	der := largeCRL(b, p, million)
	c := &Checker{Now: func() time.Time { return now }, Timeout: time.Minute}
	var file *CRLFile
	for _, format := range []struct {
		name string
		data []byte
	}{{"DER", der}, {"PEM", crlPEM(der)}} {
		path := writeFile(b, format.data)
		b.Run("load "+format.name, func(b *testing.B) {
			b.SetBytes(int64(len(format.data)))
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if file, err = LoadCRLs(path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("search", func(b *testing.B) {
		b.SetBytes(int64(len(der)))
		b.ReportAllocs()
		for b.Loop() {
			c.Check(b.Context(), Request{Path: p.path(), CRLFile: file})
		}
	})
}
