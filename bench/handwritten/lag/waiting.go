package main

import "github.com/velostream/veloc/bench/handwritten/fast"

// waiting has the rows that the watermark has not passed, after the blocks that took their turn so far.
type waiting struct {
	symbols *fast.Names
	quoted  fast.Quoted
	highest int64
	rows    []event // by time, with ids of these symbols
	next    []event // memory for rows
	last    []price // the last one of each symbol
}

type price struct {
	value int64
	valid bool
}

func newWaiting() *waiting { return &waiting{symbols: fast.NewNames(), highest: never} }

// apply merges the rows of a block, which are sorted, with those that wait. Which of them were late depends on the rows before them.
func (w *waiting) apply(b *block) {
	numbers := b.numbers.Of(w.symbols, b.symbols)
	b.quoted = w.quoted.All(w.symbols)
	b.counts.Rows += int64(len(b.rows))
	highest := w.highest
	for i := range b.rows {
		e := &b.rows[i]
		highest = max(highest, e.time)
		if e.symbol = numbers[e.symbol]; e.time < highest-bound {
			e.symbol = late
			b.counts.Late++
		}
	}
	w.highest = highest
	w.merge(b, highest-bound)
}

// late stands for the symbol of a row that was late.
const late = 1<<32 - 1

// merge gives the block all rows before limit.
func (w *waiting) merge(b *block, limit int64) {
	kept := w.next[:0]
	old := w.rows
	i := 0
	take := func(e *event) {
		if e.time >= limit {
			kept = append(kept, *e)
			return
		}
		w.pass(b, e)
	}
	for _, k := range b.keys {
		e := &b.rows[k.At]
		if e.symbol == late {
			continue
		}
		for ; i < len(old) && old[i].time <= e.time; i++ {
			take(&old[i])
		}
		take(e)
	}
	for ; i < len(old); i++ {
		take(&old[i])
	}
	w.rows, w.next = kept, old
}

// pass computes the result of a row, and leaves it to the block.
func (w *waiting) pass(b *block, e *event) {
	for int(e.symbol) >= len(w.last) {
		w.last = append(w.last, price{})
	}
	last := &w.last[e.symbol]
	e.previous, e.before = last.value, last.valid
	last.value, last.valid = e.price, !e.null
	b.passed = append(b.passed, *e)
}

// finish gives the rows that still wait to a block of its own.
func (w *waiting) finish(b *block) {
	b.quoted = w.quoted.All(w.symbols)
	w.merge(b, 1<<63-1)
}
