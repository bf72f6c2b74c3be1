package main

import (
	"os"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// windows has the state after the blocks that were merged so far.
type windows struct {
	out     *os.File
	text    []byte
	err     error
	counts  fast.Counts
	times   fast.Times
	symbols *fast.Names
	highest int64
	open    []*pane // by start
	spare   []*pane
}

func newWindows(out *os.File) *windows {
	return &windows{out: out, symbols: fast.NewNames(), highest: never}
}

// merge adds the next block. What it counted into windows that earlier blocks closed was late.
func (w *windows) merge(b *block) {
	w.counts.Late += b.late
	w.counts.Rejected += b.rejected + int64(b.slow.Rejected)
	w.counts.Rows += b.late
	for _, p := range b.panes {
		w.counts.Rows += p.rows
		if isClosed(p.start, w.highest) {
			w.counts.Late += p.rows
			continue
		}
		into := w.window(p.start)
		for _, id := range p.used {
			if p.totals[id].Rows > 0 {
				w.add(into, w.symbols.IDFrom(b.symbols, id), &p.totals[id])
			}
		}
	}
	w.highest = max(w.highest, b.highest)
	b.reset()
	w.close(w.highest)
}

func (w *windows) add(into *pane, id uint32, totals *fast.Totals) {
	if int(id) >= len(into.totals) {
		into.grow(id)
	}
	t := &into.totals[id]
	if t.Rows == 0 {
		into.used = append(into.used, id)
	}
	if err := t.Merge(totals); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *windows) window(start int64) *pane {
	i, found := slices.BinarySearchFunc(w.open, start, func(p *pane, start int64) int {
		return int(p.start - start)
	})
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

// close writes the windows that end at or before the watermark.
func (w *windows) close(highest int64) {
	n := 0
	for n < len(w.open) && isClosed(w.open[n].start, highest) {
		w.write(w.open[n])
		w.open[n].clear()
		n++
	}
	w.spare = append(w.spare, w.open[:n]...)
	w.open = slices.Delete(w.open, 0, n)
	w.flush(256 << 10)
}

func (w *windows) write(p *pane) {
	for _, id := range p.used {
		name, _ := w.symbols.Name(id)
		w.text = slices.Grow(w.text, 6*len(name)+128+fast.MaxTotals)
		o := fast.P(unsafe.SliceData(w.text))
		at := fast.Lit(o, uintptr(len(w.text)), `{"window_start":`)
		at = w.times.Put(o, at, p.start)
		at = fast.Lit(o, at, `,"window_end":`)
		at = w.times.Put(o, at, p.start+size)
		at = fast.Lit(o, at, `,"symbol":`)
		at = uintptr(len(w.symbols.AppendJSON(w.text[:at], id)))
		at = p.totals[id].Put(o, at)
		w.text = append(w.text[:at], "}\n"...)
	}
	w.counts.Out += int64(len(p.used))
}

// flush writes the text when there are more than limit bytes of it.
func (w *windows) flush(limit int) {
	if len(w.text) <= limit {
		return
	}
	if _, err := w.out.Write(w.text); err != nil && w.err == nil {
		w.err = err
	}
	w.text = w.text[:0]
}
