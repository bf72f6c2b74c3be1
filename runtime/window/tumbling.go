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
// partitions have reached. A row asks only when it falls outside of the current pane; whoever moves the watermark tells so by Passed, and
// the next row asks again.
type Tumbling[K, A any] struct {
	state.Table
	Keys []K // columns of each group; append to it when Find says fresh

	Start int64  // of the current pane; rows with uint64(ts-Start) < Span belong to it
	Span  uint64 // size; 0: there is no current pane, and every row asks
	cur   *pane[A]

	size, lateness, bound int64
	limit                 int64      // event time that closes the current pane's window
	closed                int64      // watermark up to which windows have been closed
	open                  []*pane[A] // ascending by start
	free                  []*pane[A]
	into                  []int32 // ids in the root that this worker is merged into, +1; 0: unknown
	intoEpoch             int     // epoch of the root that into speaks of
	epoch                 int     // how often ids have been given out anew
	saving                bool    // panes note what changes in them
	gone                  []int64 // starts of panes that were released since they were saved

	origin // of the rows at hand, where Begin told it
}

type pane[A any] struct {
	start   int64
	acc     []A
	used    []uint32 // ids in order of first appearance
	from    origins
	changed state.Changes // ids that have changed since they were saved; nil: nobody saves them
}

// NewTumbling returns a window of the given size, allowed lateness and out-of-orderness bound, all in ns.
func NewTumbling[K, A any](size, lateness, bound int64) *Tumbling[K, A] {
	w := &Tumbling[K, A]{size: size, lateness: lateness, bound: bound, Start: math.MinInt64, limit: math.MaxInt64, closed: math.MinInt64}
	w.Init()
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
	w.cur, w.Start, w.Span = w.open[i], start, uint64(w.size)
	w.limit = start + w.size + w.lateness + w.bound
	if w.known {
		w.cur.from.note(w.part, w.first)
	}
}

// Passed tells that the greatest event time of the partition has moved to max, by whatever row. It lets go of the current pane when its
// window may have closed, so that the next row asks. Small enough to be inlined.
func (w *Tumbling[K, A]) Passed(max int64) {
	if max >= w.limit {
		w.Start, w.Span, w.limit = math.MinInt64, 0, math.MaxInt64
	}
}

// leave lets go of the current pane: the next row asks.
func (w *Tumbling[K, A]) leave() {
	w.Start, w.Span, w.limit, w.cur = math.MinInt64, 0, math.MaxInt64, nil
}

// watermark is how far event time has come for a row: by the rows before it in its partition, and by what has been closed already.
func (w *Tumbling[K, A]) watermark(max, others int64) int64 {
	closed := w.closed
	if w.known {
		closed = maxOf(closed, w.before)
	}
	if max < math.MinInt64+w.bound {
		return closed
	}
	return maxOf(closed, min(max-w.bound, others))
}

func maxOf(a, b int64) int64 { return max(a, b) }

func (w *Tumbling[K, A]) pane(start int64) *pane[A] {
	n := len(w.free)
	var p *pane[A]
	if n > 0 {
		p = w.free[n-1]
		w.free = w.free[:n-1]
	} else {
		p = &pane[A]{}
	}
	p.start = start
	if w.saving && p.changed == nil {
		p.changed = state.Track()
	}
	return p
}

func (w *Tumbling[K, A]) release(p *pane[A]) {
	var zero A
	for _, id := range p.used {
		p.acc[id] = zero
	}
	p.used, p.from = p.used[:0], p.from[:0]
	if p.changed != nil {
		clear(p.changed)
		w.gone = append(w.gone, p.start)
	}
	w.free = append(w.free, p)
}

// At is the accumulator of a group in the current pane, valid until the next At. Call Touch for one that holds no row yet.
func (w *Tumbling[K, A]) At(id int) *A {
	if p := w.cur; uint(id) < uint(len(p.acc)) {
		return &p.acc[id]
	}
	return w.grow(id)
}

// Change is At for a group that is about to change.
func (w *Tumbling[K, A]) Change(id int) *A {
	if w.cur.changed != nil {
		w.cur.changed.Note(id)
	}
	return w.At(id)
}

func (w *Tumbling[K, A]) grow(id int) *A {
	p := w.cur
	p.acc = slices.Grow(p.acc, max(id+1-len(p.acc), w.Len()-len(p.acc)))
	p.acc = p.acc[:max(id+1, w.Len())]
	return &p.acc[id]
}

// Touch notes that group id appears in the current pane for the first time.
func (w *Tumbling[K, A]) Touch(id int) { w.cur.used = append(w.cur.used, uint32(id)) }

// Merge takes over the panes of a worker's chunk, as if its rows came after all rows merged before. It returns the number of rows in
// panes that had been closed by then: they were late. rows counts the rows of an accumulator.
func (w *Tumbling[K, A]) Merge(from *Tumbling[K, A], rows func(*A) int64, merge func(dst, src *A)) (late int64) {
	for _, p := range from.open {
		if p.start+w.size+w.lateness <= w.closed {
			for _, id := range p.used {
				late += rows(&p.acc[id])
			}
			from.release(p)
			continue
		}
		w.choose(p.start)
		w.cur.from.take(p.from)
		for _, id := range p.used {
			to := w.adopt(from, id)
			dst := w.Change(to)
			if rows(dst) == 0 {
				w.Touch(to)
			}
			merge(dst, &p.acc[id])
		}
		from.release(p)
	}
	from.open = from.open[:0]
	from.Start, from.Span, from.cur = math.MinInt64, 0, nil
	if from.Len() >= keepKeys {
		from.forgetKeys()
		from.into = from.into[:0]
	}
	return late
}

// adopt finds the root's id for a worker's id.
func (w *Tumbling[K, A]) adopt(from *Tumbling[K, A], id uint32) int {
	if from.intoEpoch != w.epoch {
		clear(from.into)
		from.intoEpoch = w.epoch
	}
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
	w.closed = max(w.closed, watermark)
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
		w.leave()
		w.forgetKeys()
	}
	return nil
}

// keepKeys is how many groups a window remembers beyond those in open windows before it forgets the others.
const keepKeys = 1 << 16

// forgetKeys drops groups that no open window holds once they are the greater part, so that memory follows the groups of open windows
// and not all groups ever seen. Workers forget theirs on the same rule after a merge: ids of both sides are looked up anew.
func (w *Tumbling[K, A]) forgetKeys() {
	if w.Len() < keepKeys {
		return
	}
	live := make([]bool, w.Len())
	n := 0
	for _, p := range w.open {
		for _, id := range p.used {
			if !live[id] {
				live[id] = true
				n++
			}
		}
	}
	if n*2 > w.Len() {
		return
	}
	moved := make([]uint32, w.Len())
	var table state.Table
	table.Init()
	keys := make([]K, 0, n)
	for id, used := range live {
		if used {
			to, _ := table.Find(w.Key(id))
			moved[id] = uint32(to)
			keys = append(keys, w.Keys[id])
		}
	}
	for _, p := range w.open {
		acc := make([]A, n)
		for i, id := range p.used {
			acc[moved[id]] = p.acc[id]
			p.used[i] = moved[id]
		}
		p.acc = acc
		if p.changed != nil {
			changed := state.Track()
			p.changed.Take(func(id int) { changed.Note(int(moved[id])) })
			p.changed = changed
		}
	}
	w.Table, w.Keys, w.free = table, keys, nil
	w.epoch++
}

// Forget drops all windows whose end + lateness is at or before the watermark: with EMIT CHANGES their results have been shown.
func (w *Tumbling[K, A]) Forget(watermark int64) {
	_ = w.Close(watermark, func(int64, int64, *K, *A) error { return nil })
}

// Open is the number of windows that hold state, Start of the oldest first.
func (w *Tumbling[K, A]) Open() int { return len(w.open) }

// FloorTo is the greatest multiple of size that is at most ts; right for times before 1970 too. Where that is below the least int64 the
// result is above ts.
func FloorTo(ts, size int64) int64 {
	r := ts % size
	if r < 0 {
		r += size
	}
	return ts - r
}
