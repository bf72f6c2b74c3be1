package main

import (
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// windows has the totals after the blocks that took their turn so far.
type windows struct {
	symbols *fast.Names
	highest int64
	open    []*pane
	err     error
}

// swap adds the totals of b to the windows and gives b the totals from before. Rows in windows that
// earlier blocks closed are late.
func (w *windows) swap(b *block) {
	for _, p := range b.panes {
		if isClosed(p.start, w.highest) {
			p.late = true
			continue
		}
		into := w.window(p.start)
		for _, id := range p.used {
			mine := w.symbols.IDFrom(b.symbols, id)
			if int(mine) >= len(into.totals) {
				into.grow(mine)
			}
			before := into.totals[mine]
			if err := into.totals[mine].Merge(&p.totals[id]); err != nil && w.err == nil {
				w.err = err
			}
			p.totals[id] = before
		}
	}
	w.highest = max(w.highest, b.highest)
	w.open = slices.DeleteFunc(w.open, func(p *pane) bool { return isClosed(p.start, w.highest) })
}

func (w *windows) window(start int64) *pane {
	for _, p := range w.open {
		if p.start == start {
			return p
		}
	}
	p := &pane{start: start}
	w.open = append(w.open, p)
	return p
}

// replay adds the rows again, one by one, and writes the totals after each.
func (b *block) replay() {
	b.quoteSymbols()
	for _, p := range b.panes {
		o := fast.P(&p.prefix)
		at := fast.Lit(o, 0, `{"window_start":`)
		at = b.times.Put(o, at, p.start)
		at = fast.Lit(o, at, `,"window_end":`)
		at = b.times.Put(o, at, p.start+size)
		fast.Lit(o, at, `,"symbol":`)
	}
	longest := uintptr(0)
	for _, s := range b.quoted {
		longest = max(longest, s.N)
	}
	need := (prefixLen + int(longest) + fast.MaxTotals + 16) * len(b.rows)
	if len(b.text) < need {
		b.text = make([]byte, need+need/4)
	}
	o, at, late := fast.P(unsafe.SliceData(b.text)), uintptr(0), int64(0)
	for i := range b.rows {
		e := &b.rows[i]
		p := b.panes[e.pane]
		if p.late {
			late++
			continue
		}
		t := &p.totals[e.symbol]
		if e.null&(fast.Price|fast.Quantity) == 0 {
			t.Add(e.price, e.quantity)
		} else {
			t.AddNullable(&fast.Trade{Price: e.price, Quantity: e.quantity, Null: e.null})
		}
		at = fast.PutRaw(o, at, fast.P(&p.prefix), uintptr(prefixLen))
		s := b.quoted[e.symbol]
		at = fast.PutRaw(o, at, s.P, s.N)
		at = t.Put(o, at)
		at = fast.Lit(o, at, "}\n")
	}
	b.at = at
	b.counts.Rows += int64(len(b.rows))
	b.counts.Late += late
	b.counts.Out += int64(len(b.rows)) - late
}

func (b *block) quoteSymbols() {
	for id := uint32(len(b.quoted)); int(id) < b.symbols.Len(); id++ {
		name, _ := b.symbols.Name(id)
		text := b.symbols.AppendJSON(make([]byte, 0, 6*len(name)+64), id)
		b.quoted = append(b.quoted, fast.Str{P: fast.P(unsafe.SliceData(text)), N: uintptr(len(text))})
	}
}
