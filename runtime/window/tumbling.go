package window

import (
	"math"
	"slices"
)

// Tumbling is the state of GROUP BY … WINDOW TUMBLING: per open window one pane, in it per group one accumulator A. Times are ns.
//
// A row is late when its window has closed: when the window's end + lateness is at or before the watermark as of that row. The
// watermark is the greatest event time so far in the row's partition minus the bound, and never more than what all other
// partitions have reached. A row asks only when it falls outside of the current pane; whoever moves the watermark tells so by Passed, and
// the next row asks again.
type Tumbling[K, A any] struct {
	panes[K, A]
	size int64
}

// NewTumbling returns a window of the given size, allowed lateness and out-of-orderness bound, all in ns.
func NewTumbling[K, A any](size, lateness, bound int64) *Tumbling[K, A] {
	w := &Tumbling[K, A]{size: size}
	w.init(lateness, bound)
	return w
}

// Select makes the pane of a row at time ts current. It returns false if that window has closed: max is the greatest event time of
// the row's partition so far, others the watermark that the other partitions have reached. Rows at the ends of what a TIMESTAMP holds, whose
// window reaches beyond, are late too.
func (w *Tumbling[K, A]) Select(ts, max, others int64) bool {
	start := FloorTo(ts, w.size)
	if start > ts || start > math.MaxInt64-w.size-w.lateness-w.bound || start+w.size+w.lateness <= w.watermark(max, others) {
		return false
	}
	w.choose(start)
	return true
}

// choose makes the pane of a window current.
func (w *Tumbling[K, A]) choose(start int64) {
	i, found := w.find(paneID{n: start})
	if !found {
		p := w.pane()
		p.n, p.Start, p.End = start, start, start+w.size
		w.open = slices.Insert(w.open, i, p)
	}
	w.cur, w.Start, w.Span = w.open[i], start, uint64(w.size)
	w.limit = start + w.size + w.lateness + w.bound
	w.note()
}

// Merge takes over the panes of a worker's chunk, as if its rows came after all rows merged before. It returns the number of rows in
// panes that had been closed by then: they were late. rows counts the rows of an accumulator.
func (w *Tumbling[K, A]) Merge(from *Tumbling[K, A], rows func(*A) int64, merge func(dst, src *A)) (late int64) {
	for _, p := range from.open {
		if p.End+w.lateness <= w.closed {
			for _, id := range p.used {
				late += rows(&p.acc[id])
			}
			from.release(p)
			continue
		}
		w.choose(p.Start)
		w.cur.from.take(p.from)
		for _, id := range p.used {
			to := w.adopt(&from.panes, id)
			dst := w.Change(to)
			if rows(dst) == 0 {
				w.Touch(to)
			}
			merge(dst, &p.acc[id])
		}
		from.release(p)
	}
	from.merged()
	return late
}

// Close emits and forgets all windows whose end + lateness is at or before the watermark, by start; groups in order of first
// appearance.
func (w *Tumbling[K, A]) Close(watermark int64, emit func(start, end int64, k *K, a *A) error) error {
	w.closed = max(w.closed, watermark)
	n := 0
	for n < len(w.open) && w.open[n].End+w.lateness <= watermark {
		p := w.open[n]
		n++
		for _, id := range p.used {
			if err := emit(p.Start, p.End, &w.Keys[id], &p.acc[id]); err != nil {
				return err
			}
		}
		w.remove(p)
	}
	if n > 0 {
		w.open = slices.Delete(w.open, 0, n)
		w.drop()
		w.forgetKeys()
	}
	return nil
}

// Forget drops all windows whose end + lateness is at or before the watermark: with EMIT CHANGES their results have been shown.
func (w *Tumbling[K, A]) Forget(watermark int64) {
	_ = w.Close(watermark, func(int64, int64, *K, *A) error { return nil })
}

// FloorTo is the greatest multiple of size that is at most ts; right for times before 1970 too. Where that is below the least int64 the
// result is above ts.
func FloorTo(ts, size int64) int64 {
	r := ts % size
	if r < 0 {
		r += size
	}
	return ts - r
}

// Latest is the watermark that closes all open windows; the least int64 if there are none.
func (w *Tumbling[K, A]) Latest() int64 {
	if len(w.open) == 0 {
		return math.MinInt64
	}
	return w.open[len(w.open)-1].End + w.lateness
}

// Open is the number of open windows.
func (w *Tumbling[K, A]) Open() int { return len(w.open) }

// Due is the watermark at which the next window closes; the greatest int64 if none is open.
func (w *Tumbling[K, A]) Due() int64 {
	if len(w.open) == 0 {
		return math.MaxInt64
	}
	return w.open[0].End + w.lateness
}
