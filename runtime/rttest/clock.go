package rttest

import (
	"slices"
	"sync"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// Clock is an rt.Clock that stands still until Advance moves it.
type Clock struct {
	mu     sync.Mutex
	cond   sync.Cond
	now    int64
	timers []*timer
}

type timer struct {
	clock *Clock
	at    int64
	c     chan time.Time
}

// NewClock makes a clock that shows now, in ns since 1970.
func NewClock(now int64) *Clock {
	c := &Clock{now: now}
	c.cond.L = &c.mu
	return c
}

// Now implements rt.Clock.
func (c *Clock) Now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// NewTimer implements rt.Clock. A timer of no duration fires at once.
func (c *Clock) NewTimer(d time.Duration) rt.Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &timer{clock: c, at: c.now + int64(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		t.c <- time.Unix(0, c.now)
	} else {
		c.timers = append(c.timers, t)
	}
	c.cond.Broadcast()
	return t
}

// Advance moves the clock and fires the timers that are due, earliest first.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += int64(d)
	slices.SortStableFunc(c.timers, func(a, b *timer) int { return int(min(max(a.at-b.at, -1), 1)) })
	for len(c.timers) > 0 && c.timers[0].at <= c.now {
		c.timers[0].c <- time.Unix(0, c.now)
		c.timers = c.timers[1:]
	}
}

// Await waits until n timers are running, so that an Advance reaches them.
func (c *Clock) Await(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.timers) < n {
		c.cond.Wait()
	}
}

func (t *timer) C() <-chan time.Time { return t.c }

func (t *timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	i := slices.Index(t.clock.timers, t)
	if i < 0 {
		return false
	}
	t.clock.timers = slices.Delete(t.clock.timers, i, i+1)
	return true
}
