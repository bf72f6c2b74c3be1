package main

import (
	"cmp"
	"slices"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// windows has the state after the blocks that took their turn so far. A window has the number of its first slice.
type windows struct {
	symbols *fast.Names
	quoted  fast.Quoted
	highest int64
	row     int64   // number of the next row
	unshown int64   // number of the first window that has not been given to a block
	open    []*pane // by slice, and by the first window of those with one slice
	left    []*pane // in no further window, but some block may not have written them yet
	spare   []*pane
}

func newWindows() *windows {
	return &windows{symbols: fast.NewNames(), highest: never, unshown: never}
}

// apply adds the rows of a block one after the other, and leaves the windows that they close to it.
func (w *windows) apply(b *block) {
	w.collect()
	numbers := b.numbers.Of(w.symbols, b.symbols)
	b.counts.Rows += int64(len(b.rows))
	highest := w.highest
	current := &pane{slice: never}
	limit := highest // up to which rows of the slice go into current
	for i := range b.rows {
		e := &b.rows[i]
		highest = max(highest, e.time)
		w.row++
		if n := floor(e.time, slice); n != current.slice || highest > limit {
			first := max(n-inWindow+1, closed(highest))
			if first > n {
				b.counts.Late++
				continue
			}
			current = w.pick(n, first)
			limit = (first+inWindow)*slice + bound - 1 // beyond it the first window closes
		}
		if !current.add(numbers[e.symbol], w.row, e) {
			b.counts.Rejected++
			b.counts.Rows--
		}
	}
	w.highest = highest
	w.close(b, closed(highest))
}

// closed is the number of the first window that the watermark has not passed.
func closed(highest int64) int64 { return floor(highest-bound, slice) - inWindow + 1 }

// floor divides, and rounds down.
func floor(v, by int64) int64 {
	q := v / by
	if v%by < 0 {
		q--
	}
	return q
}

// pick returns the pane of a slice for the windows from first on.
func (w *windows) pick(n, first int64) *pane {
	i, found := slices.BinarySearchFunc(w.open, n, func(p *pane, n int64) int {
		return cmp.Or(cmp.Compare(p.slice, n), cmp.Compare(p.first, first))
	})
	if found {
		return w.open[i]
	}
	p := &pane{}
	if n := len(w.spare); n > 0 {
		p, w.spare = w.spare[n-1], w.spare[:n-1]
	}
	p.slice, p.first = n, first
	w.open = slices.Insert(w.open, i, p)
	return p
}

// close gives the windows before number end to a block. Their panes get no further rows.
func (w *windows) close(b *block, end int64) {
	for {
		next := end
		for _, p := range w.open {
			if first := max(p.first, w.unshown); first <= p.slice {
				next = min(next, first)
			}
		}
		if next == end {
			break
		}
		w.unshown = next + 1
		v := window{start: next * slice}
		for _, p := range w.open {
			if p.slice >= next && p.slice < next+inWindow && p.first <= next {
				p.unread.Add(1)
				v.panes = append(v.panes, p)
			}
		}
		b.closed = append(b.closed, v)
	}
	w.unshown = max(w.unshown, end)
	if len(b.closed) > 0 {
		b.quoted = w.quoted.All(w.symbols)
	}
	w.open = slices.DeleteFunc(w.open, func(p *pane) bool {
		if max(p.first, w.unshown) <= p.slice {
			return false
		}
		w.left = append(w.left, p)
		return true
	})
}

// collect makes panes spare that all blocks have written.
func (w *windows) collect() {
	w.left = slices.DeleteFunc(w.left, func(p *pane) bool {
		if p.unread.Load() > 0 {
			return false
		}
		p.clear()
		w.spare = append(w.spare, p)
		return true
	})
}

// finish gives the windows that are still open to a block of its own.
func (w *windows) finish(b *block) { w.close(b, 1<<62) }

func (p *pane) add(id uint32, row int64, e *event) bool {
	t := p.at(id, row)
	if e.null == 0 {
		return t.Add(e.price, e.quantity)
	}
	return t.AddNullable(&fast.Trade{Price: e.price, Quantity: e.quantity, Null: e.null})
}

// at returns the totals of a symbol, which appears with a row if it is not there yet.
func (p *pane) at(id uint32, row int64) *fast.Totals {
	for int(id) >= len(p.totals) {
		p.totals, p.seen = append(p.totals, fast.NewTotals), append(p.seen, 0)
	}
	t := &p.totals[id]
	if t.Rows == 0 {
		p.used = append(p.used, id)
		p.seen[id] = row
	}
	return t
}

// merge adds the totals of another pane.
func (p *pane) merge(other *pane) error {
	for _, id := range other.used {
		if other.totals[id].Rows == 0 {
			continue
		}
		t := p.at(id, other.seen[id])
		p.seen[id] = min(p.seen[id], other.seen[id])
		if err := t.Merge(&other.totals[id]); err != nil {
			return err
		}
	}
	return nil
}

func (p *pane) clear() {
	for _, id := range p.used {
		p.totals[id] = fast.NewTotals
	}
	p.used = p.used[:0]
}
