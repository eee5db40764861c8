package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progressDelay is how long a run is silent before it shows that it goes on, and
// progressEvery how often the line is written again.
const (
	progressDelay = time.Second
	progressEvery = 100 * time.Millisecond
)

// progress shows on a terminal how far a run is. It writes one line and takes it
// away again, on standard error only.
type progress struct {
	mu          sync.Mutex
	w           io.Writer
	done, total int
	shown       bool
	quit        chan struct{}
	gone        sync.WaitGroup
}

func newProgress(s Streams, quiet bool) *progress {
	p := &progress{quit: make(chan struct{})}
	if !s.ErrTTY || quiet {
		return p
	}
	p.w = s.Err
	p.gone.Go(func() {
		select {
		case <-time.After(progressDelay):
		case <-p.quit:
			return
		}
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		for {
			p.draw()
			select {
			case <-ticker.C:
			case <-p.quit:
				return
			}
		}
	})
	return p
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = true
	fmt.Fprintf(p.w, "\r\x1b[Kprobing: %d of %d endpoints done", p.done, p.total)
}

// update notes how many endpoints of how many are done.
func (p *progress) update(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
}

// stop takes the line away.
func (p *progress) stop() {
	close(p.quit)
	p.gone.Wait()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
