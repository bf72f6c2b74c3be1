package window

import (
	"cmp"
	"math"
	"slices"
)

// Sliced is the state of windows that overlap, hopping and cumulating ones, and of those that follow a calendar, where they are shown once,
// when they close. A row goes into one pane only, that of its slice of time, and a window is put together of panes when it closes. So a row
// costs the same whatever number of windows it is in. That is right for aggregates whose parts can be merged in any order; see
// [Overlapping] for the others.
//
// A row that is late for some of its windows, which have closed, and not for others, goes into another pane of its slice, which belongs only
// to the windows from the first open one on.
type Sliced[K, A any] struct {
	panes[K, A]
	shape   Shape
	rows    func(*A) int64
	merge   func(dst, src *A)
	sum     Pane[A]    // the window that is being put together
	block   int64      // slices in a block; 0: windows have too few for it
	blocks  []*Pane[A] // blocks of panes that were put together for an earlier window, by number
	inside  []*Pane[A]
	order   []appearance
	unshown int64 // number of the first window that has not been shown
}

// appearance is when a group was first seen.
type appearance struct {
	seen int64
	id   uint32
}

// NewSliced returns windows of a shape, with the allowed lateness and the out-of-orderness bound in ns. rows counts the rows of an
// accumulator; merge adds src to dst and leaves src alone.
func NewSliced[K, A any](s Shape, lateness, bound int64, rows func(*A) int64, merge func(dst, src *A)) *Sliced[K, A] {
	w := &Sliced[K, A]{shape: s, rows: rows, merge: merge}
	w.unshown = math.MinInt64
	if s.size >= 16 && !s.cumulate {
		w.block = int64(math.Sqrt(float64(s.size)))
	}
	w.init(lateness, bound)
	return w
}

// Select makes the pane of a row at time ts current. It returns false if all windows that the row is in have closed; for max and others see
// [Tumbling].
func (w *Sliced[K, A]) Select(ts, max, others int64) bool {
	if !w.shape.inside(ts) {
		return false
	}
	n := w.shape.Slice(ts)
	first := maxOf(w.shape.oldest(n), w.shape.ended(less(w.watermark(max, others), w.lateness)))
	if first > w.shape.newest(n) {
		return false
	}
	w.choose(n, first)
	return true
}

// choose makes the pane of slice n current that belongs to the windows from first on.
func (w *Sliced[K, A]) choose(n, first int64) {
	i, found := w.find(paneID{n, first})
	if !found {
		p := w.pane()
		p.n, p.first, p.Start, p.End = n, first, w.shape.Begin(n), w.shape.Begin(n+1)
		w.open = slices.Insert(w.open, i, p)
		w.unblock(n)
	}
	w.cur = w.open[i]
	w.Start, w.Span = w.cur.Start, uint64(w.cur.End-w.cur.Start)
	w.limit = more(w.shape.Begin(w.shape.to(first)), w.lateness+w.bound)
	w.note()
}

// Touch notes that group id appears in the current pane for the first time.
func (w *Sliced[K, A]) Touch(id int) {
	w.touches++
	w.cur.appear(uint32(id), w.touches)
}

// appear notes that group id appears in the pane, and when it did first.
func (p *Pane[A]) appear(id uint32, seen int64) {
	p.used = append(p.used, id)
	if n := len(p.acc); len(p.seen) < n {
		p.seen = slices.Grow(p.seen, n-len(p.seen))[:n]
	}
	p.seen[id] = seen
}

// Merge takes over the panes of a worker's chunk, as if its rows came after all rows merged before. It returns the number of rows in
// panes of which all windows had been closed by then: they were late.
func (w *Sliced[K, A]) Merge(from *Sliced[K, A]) (late int64) {
	ended := w.shape.ended(less(w.closed, w.lateness))
	for _, p := range from.open {
		first := max(p.first, ended)
		if first > w.shape.newest(p.n) {
			for _, id := range p.used {
				late += w.rows(&p.acc[id])
			}
			from.release(p)
			continue
		}
		w.choose(p.n, first)
		w.cur.from.take(p.from)
		for _, id := range p.used {
			w.add(w.cur, uint32(w.adopt(&from.panes, id)), w.since+p.seen[id], &p.acc[id])
		}
		from.release(p)
	}
	from.merged()
	return late
}

// add merges an accumulator into that of group id in pane p.
func (w *Sliced[K, A]) add(p *Pane[A], id uint32, seen int64, src *A) {
	dst := w.In(p, int(id))
	if w.rows(dst) == 0 {
		p.appear(id, seen)
	} else {
		p.seen[id] = min(p.seen[id], seen)
	}
	p.note(id)
	w.merge(dst, src)
}

// Close emits all windows whose end + lateness is at or before the watermark, by end; groups in order of first appearance within the window.
// Panes that no further window covers are forgotten.
func (w *Sliced[K, A]) Close(watermark int64, emit func(start, end int64, k *K, a *A) error) error {
	w.closed = max(w.closed, watermark)
	ended := w.shape.ended(less(w.closed, w.lateness))
	if len(w.open) == 0 || ended <= w.unshown {
		return nil
	}
	w.drop() // rows of the current pane can belong to fewer windows from now on
	for {
		next := ended
		for _, p := range w.open {
			if first := max(p.first, w.unshown); first <= w.shape.newest(p.n) {
				next = min(next, first)
			}
		}
		if next >= ended {
			break
		}
		w.unshown = next + 1
		if err := w.show(next, emit); err != nil {
			return err
		}
	}
	w.unshown = max(w.unshown, ended)
	epoch := w.epoch
	if w.forget(); w.epoch != epoch {
		w.blocks = nil // their groups have other numbers now
	}
	return nil
}

// show emits window v.
func (w *Sliced[K, A]) show(v int64, emit func(start, end int64, k *K, a *A) error) error {
	from, to := w.shape.from(v), w.shape.to(v)
	inside := w.inside[:0]
	for _, p := range w.open {
		if p.n >= from && p.n < to && p.first <= v {
			inside = append(inside, p)
		}
	}
	w.inside = inside
	whole := inside[0]
	switch {
	case len(inside) == 1:
	case w.shape.cumulate: // what is in this window is in all further ones, too
		for _, p := range inside[1:] {
			w.put(whole, p)
			w.goes(p)
			p.first = math.MaxInt64 // in no further window
		}
	default:
		whole = &w.sum
		for len(inside) > 0 {
			inside = w.putBlock(whole, inside, v, from, to)
		}
		defer whole.clear()
	}
	return w.each(whole, w.shape.Begin(from), w.shape.Begin(to), emit)
}

// putBlock adds the first of the panes inside window v to the whole, or all of its block at once, and returns those that are left. Windows of many
// panes share most of them with the next one: with blocks of about the square root of the panes in a window, closing one costs twice that root for
// each group, and not all panes. A block holds panes that get no further rows; a row that is late for some of its windows opens another
// pane, and the block is put together anew.
func (w *Sliced[K, A]) putBlock(whole *Pane[A], inside []*Pane[A], v, from, to int64) (left []*Pane[A]) {
	first := inside[0]
	if w.block == 0 {
		w.put(whole, first)
		return inside[1:]
	}
	b := floorDiv(first.n, w.block)
	n := 1
	for n < len(inside) && floorDiv(inside[n].n, w.block) == b {
		n++
	}
	at, found := slices.BinarySearchFunc(w.blocks, b, func(p *Pane[A], b int64) int { return cmp.Compare(p.n, b) })
	switch {
	case b*w.block < from || (b+1)*w.block > to || n == 1 || !found && w.laterIn(b, v):
		for _, p := range inside[:n] {
			w.put(whole, p)
		}
		return inside[n:]
	case !found:
		p := w.pane()
		p.n = b
		for _, of := range inside[:n] {
			w.put(p, of)
		}
		w.blocks = slices.Insert(w.blocks, at, p)
	}
	w.put(whole, w.blocks[at])
	return inside[n:]
}

// laterIn tells whether block b has a pane that belongs only to windows behind v.
func (w *Sliced[K, A]) laterIn(b, v int64) bool {
	return slices.ContainsFunc(w.open, func(p *Pane[A]) bool { return p.first > v && floorDiv(p.n, w.block) == b })
}

// unblock drops the block of slice n, which has got another pane.
func (w *Sliced[K, A]) unblock(n int64) {
	if len(w.blocks) == 0 {
		return
	}
	b := floorDiv(n, w.block)
	if at, found := slices.BinarySearchFunc(w.blocks, b, func(p *Pane[A], b int64) int { return cmp.Compare(p.n, b) }); found {
		w.release(w.blocks[at])
		w.blocks = slices.Delete(w.blocks, at, at+1)
	}
}

// put adds the groups of a pane to those of another one.
func (w *Sliced[K, A]) put(to, p *Pane[A]) {
	for _, id := range p.used {
		w.add(to, id, p.seen[id], &p.acc[id])
	}
}

// each emits the groups of a window in the order of their first appearance.
func (w *Sliced[K, A]) each(p *Pane[A], start, end int64, emit func(start, end int64, k *K, a *A) error) error {
	order := w.order[:0]
	for _, id := range p.used {
		order = append(order, appearance{p.seen[id], id})
	}
	slices.SortFunc(order, func(a, b appearance) int { return cmp.Compare(a.seen, b.seen) })
	w.order = order
	for _, g := range order {
		if err := emit(start, end, &w.Keys[g.id], &p.acc[g.id]); err != nil {
			return err
		}
	}
	return nil
}

// forget releases panes and blocks that no further window covers.
func (w *Sliced[K, A]) forget() {
	kept := w.open[:0]
	for _, p := range w.open {
		if max(p.first, w.unshown) > w.shape.newest(p.n) {
			if p.first < math.MaxInt64 {
				w.goes(p)
			}
			w.release(p)
			continue
		}
		kept = append(kept, p)
	}
	forgot := len(kept) < len(w.open)
	clear(w.open[len(kept):])
	w.open = kept
	for len(w.blocks) > 0 && (len(w.open) == 0 || w.blocks[0].n*w.block < w.shape.from(w.unshown)) {
		w.release(w.blocks[0])
		w.blocks = slices.Delete(w.blocks, 0, 1)
	}
	if forgot {
		w.forgetKeys()
	}
}

// Latest is the watermark that closes all open windows; the least int64 if there are none.
func (w *Sliced[K, A]) Latest() int64 {
	if len(w.open) == 0 {
		return math.MinInt64
	}
	last := w.open[len(w.open)-1]
	return w.shape.Begin(w.shape.to(w.shape.newest(last.n))) + w.lateness
}

// Open is the number of panes that open windows are made of.
func (w *Sliced[K, A]) Open() int { return len(w.open) }

// Due is the watermark at which the next window closes; the greatest int64 if none is open.
func (w *Sliced[K, A]) Due() int64 {
	next := int64(math.MaxInt64)
	for _, p := range w.open {
		if w.shape.oldest(p.n) >= next { // nor do those behind it belong to an earlier window
			break
		}
		next = min(next, max(p.first, w.unshown))
	}
	if next == math.MaxInt64 {
		return next
	}
	return w.shape.Begin(w.shape.to(next)) + w.lateness
}
