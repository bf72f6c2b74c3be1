package engine

import (
	"fmt"
	"strings"
	"time"
)

const progressEvery = 500 * time.Millisecond

// showProgress redraws the progress line until the run's work is over.
func (r *run) showProgress(over <-chan struct{}) {
	var rate meter
	rate.add(r.opts.Clock.Now(), 0)
	for {
		timer := r.opts.Clock.NewTimer(progressEvery)
		select {
		case <-over:
			timer.Stop()
			r.log.draw("")
			return
		case <-timer.C():
		}
		now := r.opts.Clock.Now()
		rate.add(now, r.totals.in.Load())
		var read, total int64
		known := true
		for in := range r.inputs() {
			n, t := in.source.Progress()
			read, total = read+n, total+t
			known = known && t > 0
		}
		if !known {
			total = 0
		}
		r.log.draw(progressLine(r.totals.in.Load(), r.totals.rejected.Load(), rate.perSecond(), read, total, time.Duration(now-r.started)))
	}
}

// progressLine says how far a run is. With an unknown total there is no share and no time left to tell.
func progressLine(rows, rejected int64, perSecond float64, read, total int64, elapsed time.Duration) string {
	var b strings.Builder
	if total > 0 {
		fmt.Fprintf(&b, "%3d%%  ", min(100, 100*read/total))
	}
	fmt.Fprintf(&b, "%s rows  %s rows/s", count(rows), count(int64(perSecond)))
	if read > 0 {
		fmt.Fprintf(&b, "  %s", size(read))
		if total > 0 {
			fmt.Fprintf(&b, " of %s", size(total))
		}
	}
	if rejected > 0 {
		fmt.Fprintf(&b, "  %s rejected", count(rejected))
	}
	if total > 0 && read > 0 && read < total {
		left := time.Duration(float64(elapsed) * float64(total-read) / float64(read))
		fmt.Fprintf(&b, "  %s left", short(left.Round(time.Second)))
	}
	return b.String()
}

// meter measures a rate over the last few samples.
type meter struct {
	at, n [8]int64
	len   int
}

func (m *meter) add(at, n int64) {
	if m.len == len(m.at) {
		copy(m.at[:], m.at[1:])
		copy(m.n[:], m.n[1:])
		m.len--
	}
	m.at[m.len], m.n[m.len] = at, n
	m.len++
}

func (m *meter) perSecond() float64 {
	last := m.len - 1
	if last < 1 || m.at[last] == m.at[0] {
		return 0
	}
	return float64(m.n[last]-m.n[0]) / time.Duration(m.at[last]-m.at[0]).Seconds()
}
