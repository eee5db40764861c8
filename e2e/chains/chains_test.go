package chains

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/mongotls/mongotls/internal/verify"
)

var (
	count = flag.Int("chains", 5000, "how many random chains to compare")
	seed  = flag.Uint64("seed", 1, "what they are made of")
)

// source is the random source of one chain, so that each can be made alone.
func source(number int) *rand.Rand { return rand.New(rand.NewPCG(*seed, uint64(number))) }

// each makes all chains and hands them out, a few at a time.
func each(t *testing.T, keys *keyring, do func(number int, w *world, in verify.Input)) {
	t.Helper()
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for number := range numbers {
				w := generate(number, source(number), keys)
				do(number, w, w.input(t))
			}
		})
	}
	for number := range *count {
		numbers <- number
	}
	close(numbers)
	workers.Wait()
}

func TestOpenSSL(t *testing.T) {
	path := openssl(t)
	keys := newKeyring(t)
	var mu sync.Mutex
	codes := make(map[int]int)
	wrong := 0
	each(t, keys, func(number int, w *world, in verify.Input) {
		want, output := askOpenSSL(t, path, t.TempDir(), in, w.options)
		v := verify.OpenSSL(in, w.options)
		got := answer{v.OK, v.Code, v.Depth, v.Text}
		mu.Lock()
		defer mu.Unlock()
		codes[want.Code]++
		if got != want {
			wrong++
			t.Logf("chain %d: %s\n  openssl %s\n  verify  %s\n%s", number, w.describe(), want, got, strings.TrimSpace(output))
		}
	})
	t.Logf("%d of %d chains agree; %d different codes: %v", *count-wrong, *count, len(codes), codes)
	if wrong > *count/200 {
		t.Errorf("%d of %d chains disagree", wrong, *count)
	}
}
