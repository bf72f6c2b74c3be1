package main

import (
	"slices"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// windows has the state after the blocks that took their turn so far.
type windows struct {
	traders *fast.Names
	quoted  fast.Quoted
	highest int64
	open    []*pane // by start
	spare   []*pane
}

// A pane has the totals of one window by the id of the trader.
type pane struct {
	start  int64
	totals []fast.Totals
	used   []uint32 // ids in the order of their first rows
}

func newWindows() *windows { return &windows{traders: fast.NewNames(), highest: never} }

// apply adds the rows of a block one after the other, and leaves the windows that they close to it.
func (w *windows) apply(b *block) {
	for _, p := range b.closed { // in its turn before, and written since
		p.clear()
	}
	w.spare = append(w.spare, b.closed...)
	numbers := b.numbers.Of(w.traders, b.traders)
	b.counts.Rows += int64(len(b.rows))
	current, highest := noPane, w.highest
	for i := range b.rows {
		e := &b.rows[i]
		highest = max(highest, e.time)
		if uint64(e.time-current.start) >= size {
			if current = w.pick(e.time, highest); current == noPane {
				b.counts.Late++
				continue
			}
		}
		if !current.add(numbers[e.trader], e) {
			b.counts.Rejected++
			b.counts.Rows--
		}
	}
	w.highest = highest
	w.close(b, highest)
}

func (p *pane) add(id uint32, e *event) bool {
	for int(id) >= len(p.totals) {
		p.totals = append(p.totals, fast.NewTotals)
	}
	t := &p.totals[id]
	if t.Rows == 0 {
		p.used = append(p.used, id)
	}
	if e.null == 0 {
		return t.Add(e.price, e.quantity)
	}
	return t.AddNullable(&fast.Trade{Price: e.price, Quantity: e.quantity, Null: e.null})
}

// noPane holds no event time.
var noPane = &pane{start: never}

// pick returns the pane of an event time, or noPane when its window is closed. While rows stay in one pane nothing can close it.
func (w *windows) pick(eventTime, highest int64) *pane {
	start := windowOf(eventTime)
	if isClosed(start, highest) {
		return noPane
	}
	i, found := slices.BinarySearchFunc(w.open, start, func(p *pane, start int64) int { return int(p.start - start) })
	if found {
		return w.open[i]
	}
	p := &pane{}
	if n := len(w.spare); n > 0 {
		p, w.spare = w.spare[n-1], w.spare[:n-1]
	}
	p.start = start
	w.open = slices.Insert(w.open, i, p)
	return p
}

// close gives the windows that end at or before the watermark to a block.
func (w *windows) close(b *block, highest int64) {
	n := 0
	for n < len(w.open) && isClosed(w.open[n].start, highest) {
		n++
	}
	b.closed = append(b.closed[:0], w.open[:n]...)
	w.open = slices.Delete(w.open, 0, n)
	if n > 0 {
		b.quoted = w.quoted.All(w.traders)
	}
}

// finish gives the windows that are still open to a block of its own.
func (w *windows) finish(b *block) { w.close(b, 1<<63-1) }

func (p *pane) clear() {
	for _, id := range p.used {
		p.totals[id] = fast.NewTotals
	}
	p.used = p.used[:0]
}

// windowOf returns the start of the window of an event time.
func windowOf(eventTime int64) int64 {
	start := eventTime - eventTime%size
	if eventTime%size < 0 {
		start -= size
	}
	return start
}

// isClosed reports whether a watermark has passed the window, when highest is the highest event time.
func isClosed(start, highest int64) bool { return start+size <= highest-bound }
