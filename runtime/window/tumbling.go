package window

import (
	"math"
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// Tumbling is the state of GROUP BY … WINDOW TUMBLING: per open window one pane, in it per group one accumulator A. Times are ns.
//
// A row is late when its window has closed: when the window's end + lateness is at or before the watermark as of that row. The
// watermark is the greatest event time so far in the row's partition minus the bound, and never more than what all other
// partitions have reached. Looking only when a row falls outside of the current pane is exact: a row that closes the current
// pane's window lies beyond its end itself, so it moves the current pane, and the next row of the closed window asks again.
type Tumbling[K, A any] struct {
	state.Table
	Keys []K // columns of each group; append to it when Find says fresh

	Start int64 // of the current pane; rows with uint64(ts-Start) < uint64(size) belong to it
	cur   *pane[A]

	size, lateness, bound int64
	open                  []*pane[A] // ascending by start
	free                  []*pane[A]
	into                  []int32 // ids in the root that this worker is merged into, +1; 0: unknown
}

type pane[A any] struct {
	start int64
	acc   []A
	used  []uint32 // ids in order of first appearance
}

// NewTumbling returns a window of the given size, allowed lateness and out-of-orderness bound, all in ns.
func NewTumbling[K, A any](size, lateness, bound int64) *Tumbling[K, A] {
	w := &Tumbling[K, A]{size: size, lateness: lateness, bound: bound, Start: math.MinInt64}
	w.Init()
	return w
}

// Select makes the pane of a row at time ts current. It returns false if that window has closed: max is the greatest event time of
// the row's partition so far, others the watermark that the other partitions have reached.
func (w *Tumbling[K, A]) Select(ts, max, others int64) bool {
	start := FloorTo(ts, w.size)
	if start+w.size+w.lateness <= w.watermark(max, others) {
		return false
	}
	i, found := slices.BinarySearchFunc(w.open, start, func(p *pane[A], s int64) int {
		switch {
		case p.start < s:
			return -1
		case p.start > s:
			return 1
		}
		return 0
	})
	if !found {
		w.open = slices.Insert(w.open, i, w.pane(start))
	}
	w.cur, w.Start = w.open[i], start
	return true
}

func (w *Tumbling[K, A]) watermark(max, others int64) int64 {
	if max == math.MinInt64 {
		return max
	}
	return min(max-w.bound, others)
}

func (w *Tumbling[K, A]) pane(start int64) *pane[A] {
	n := len(w.free)
	if n == 0 {
		return &pane[A]{start: start}
	}
	p := w.free[n-1]
	w.free = w.free[:n-1]
	p.start = start
	return p
}

func (w *Tumbling[K, A]) release(p *pane[A]) {
	var zero A
	for _, id := range p.used {
		p.acc[id] = zero
	}
	p.used = p.used[:0]
	w.free = append(w.free, p)
}

// At is the accumulator of a group in the current pane, valid until the next At. Call Touch for one that holds no row yet.
func (w *Tumbling[K, A]) At(id int) *A {
	if p := w.cur; uint(id) < uint(len(p.acc)) {
		return &p.acc[id]
	}
	return w.grow(id)
}

func (w *Tumbling[K, A]) grow(id int) *A {
	p := w.cur
	p.acc = slices.Grow(p.acc, max(id+1-len(p.acc), w.Len()-len(p.acc)))
	p.acc = p.acc[:max(id+1, w.Len())]
	return &p.acc[id]
}

// Touch notes that group id appears in the current pane for the first time.
func (w *Tumbling[K, A]) Touch(id int) { w.cur.used = append(w.cur.used, uint32(id)) }

// Merge takes over the panes of a worker's chunk, as if its rows came after all rows merged before; max and others are the root's as
// of then. It returns the number of rows in panes that had closed by then: they were late. rows counts the rows of an accumulator.
func (w *Tumbling[K, A]) Merge(from *Tumbling[K, A], max, others int64, rows func(*A) int64, merge func(dst, src *A)) (late int64) {
	for _, p := range from.open {
		if !w.Select(p.start, max, others) {
			for _, id := range p.used {
				late += rows(&p.acc[id])
			}
			from.release(p)
			continue
		}
		for _, id := range p.used {
			to := w.adopt(from, id)
			dst := w.At(to)
			if rows(dst) == 0 {
				w.Touch(to)
			}
			merge(dst, &p.acc[id])
		}
		from.release(p)
	}
	from.open = from.open[:0]
	from.Start, from.cur = math.MinInt64, nil
	return late
}

// adopt finds the root's id for a worker's id.
func (w *Tumbling[K, A]) adopt(from *Tumbling[K, A], id uint32) int {
	for len(from.into) <= int(id) {
		from.into = append(from.into, 0)
	}
	if to := from.into[id]; to > 0 {
		return int(to) - 1
	}
	to, fresh := w.Find(from.Key(int(id)))
	if fresh {
		w.Keys = append(w.Keys, from.Keys[id])
	}
	from.into[id] = int32(to) + 1
	return to
}

// Close emits and forgets all windows whose end + lateness is at or before the watermark, by start; groups in order of first
// appearance.
func (w *Tumbling[K, A]) Close(watermark int64, emit func(start, end int64, k *K, a *A) error) error {
	n := 0
	for n < len(w.open) && w.open[n].start+w.size+w.lateness <= watermark {
		p := w.open[n]
		n++
		for _, id := range p.used {
			if err := emit(p.start, p.start+w.size, &w.Keys[id], &p.acc[id]); err != nil {
				return err
			}
		}
		w.release(p)
	}
	if n > 0 {
		w.open = slices.Delete(w.open, 0, n)
		w.Start, w.cur = math.MinInt64, nil
	}
	return nil
}

// Forget drops all windows whose end + lateness is at or before the watermark: with EMIT CHANGES their results have been shown.
func (w *Tumbling[K, A]) Forget(watermark int64) {
	_ = w.Close(watermark, func(int64, int64, *K, *A) error { return nil })
}

// Open is the number of windows that hold state, Start of the oldest first.
func (w *Tumbling[K, A]) Open() int { return len(w.open) }

// FloorTo is the greatest multiple of size that is at most ts; right for times before 1970 too.
func FloorTo(ts, size int64) int64 {
	r := ts % size
	if r < 0 {
		r += size
	}
	return ts - r
}
