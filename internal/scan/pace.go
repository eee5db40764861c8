package scan

import (
	"context"
	"sync"
	"time"
)

// pace spreads what is begun over time: so many in a second, and no more at once
// than a tenth of them.
type pace struct {
	now  func() time.Time
	gap  time.Duration
	lead time.Duration

	mu   sync.Mutex
	next time.Time
}

// newPace allows rate beginnings in a second; zero sets no limit.
func newPace(rate int, now func() time.Time) *pace {
	p := &pace{now: now}
	if rate > 0 {
		p.gap = time.Second / time.Duration(rate)
		p.lead = p.gap * time.Duration(rate/10)
	}
	return p
}

// wait returns when it is the caller's turn, or an error when ctx ends first.
func (p *pace) wait(ctx context.Context) error {
	if p.gap == 0 {
		return ctx.Err()
	}
	p.mu.Lock()
	now := p.now()
	if earliest := now.Add(-p.lead); p.next.Before(earliest) {
		p.next = earliest
	}
	turn := p.next
	p.next = turn.Add(p.gap)
	p.mu.Unlock()
	delay := turn.Sub(now)
	if delay <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
