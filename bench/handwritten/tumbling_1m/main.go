// Command tumbling_1m totals the trades of each symbol and minute:
//
//	SELECT _window_start AS window_start, _window_end AS window_end, symbol, COUNT(*) AS trades,
//	       SUM(quantity) AS volume, AVG(price) AS avg_price, MIN(price) AS min_price, MAX(price) AS max_price
//	FROM trades GROUP BY symbol WINDOW TUMBLING(event_time, 1m) EMIT FINAL
//
// The watermark is 5 seconds behind the highest event time. Rows whose window it has passed are counted
// and dropped.
package main

import (
	"os"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const (
	columns = fast.Symbol | fast.Price | fast.Quantity | fast.EventTime
	maxTime = 9_223_372_036_854 // milliseconds that int64 nanoseconds hold
	size    = 60_000            // of a window
	bound   = 5_000             // the watermark is this far behind the highest event time
	never   = -1 << 62          // before all event times
)

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	w := newWindows(out)
	fast.Ordered(in, newBlock, (*block).read, w.merge)
	w.close(1<<63 - 1)
	w.flush(0)
	return w.counts, w.err
}

// A block has the windows of one block of the input, which is late only by its own rows. What earlier
// blocks make late is found when the blocks are merged in order.
type block struct {
	late, rejected int64
	slow           fast.Slow
	row            fast.Trade
	symbols        *fast.Names
	highest        int64
	panes          []*pane // in use
	spare          []*pane
}

// A pane has the totals of one window by the id of the symbol.
type pane struct {
	start  int64
	rows   int64
	totals []fast.Totals
	used   []uint32 // ids in the order of their first rows
}

func newBlock() *block { return &block{symbols: fast.NewNames(), highest: never} }

func (b *block) read(data []byte, _ int) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var symbol fast.P
	var price, quantity, eventTime int64
	current, highest := noPane, b.highest
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		if i = fast.StringEnd(p, start+fast.LenOrderID); !fast.IsSymbol(p, i) {
			goto slow
		}
		i += fast.LenSymbol
		symbol = unsafe.Add(p, i)
		w0, w1 = fast.Load(p, i), 0
		if m := fast.Stop(w0); m != 0 {
			w0 &= fast.Below(m)
			n = fast.First(m)
		} else {
			n = fast.StringEnd(p, i+8) - i
			_, w1 = fast.Words(symbol, n)
		}
		if i += n; !fast.IsSide(p, i) {
			goto slow
		}
		if i = fast.StringEnd(p, i+fast.LenSide); !fast.IsPrice(p, i) {
			goto slow
		}
		if price, i = fast.Dec4(p, i+fast.LenPrice); i == 0 || !fast.IsQuantity(p, i) {
			goto slow
		}
		if quantity, i = fast.Int(p, i+fast.LenQuantity); i == 0 || !fast.IsVenue(p, i) {
			goto slow
		}
		if i = fast.StringEnd(p, i+fast.LenVenue); !fast.IsTraderID(p, i) {
			goto slow
		}
		if i = fast.StringEnd(p, i+fast.LenTraderID); !fast.IsEventTime(p, i) {
			goto slow
		}
		if eventTime, i = fast.Int(p, i+fast.LenEventTime); i == 0 || eventTime > maxTime || !fast.IsFlags(p, i) {
			goto slow
		}
		if i = fast.Digits(p, i+fast.LenFlags); i == 0 || !fast.IsEnd(p, i) {
			goto slow
		}
		next = i + 2
		highest = max(highest, eventTime)
		if uint64(eventTime-current.start) >= size {
			b.highest = highest
			if current = b.pick(eventTime); current == nil {
				current = noPane
				b.late++
				continue
			}
		}
		{
			s := b.symbols.Probe(fast.Hash(w0, w1))
			var id uint32
			if s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
				id = s.ID()
			} else {
				id = b.symbols.Find(w0, w1, symbol, uint32(n))
			}
			if int(id) >= len(current.totals) {
				current.grow(id)
			}
			t := &current.totals[id]
			if t.Rows == 0 {
				current.used = append(current.used, id)
			}
			if !t.Add(price, quantity) {
				b.rejected++
				continue
			}
			current.rows++
		}
		continue
	slow:
		b.highest = highest
		var ok bool
		if next, ok = b.slow.Row(p, start, end, columns, &b.row); ok {
			b.addSlow()
		}
		highest, current = b.highest, noPane
	}
	b.highest = highest
}

// noPane holds no event time.
var noPane = &pane{start: never}

func (b *block) addSlow() {
	if b.row.Null&fast.EventTime != 0 {
		b.rejected++ // a row without event time belongs to no window
		return
	}
	b.highest = max(b.highest, b.row.EventTime)
	current := b.pick(b.row.EventTime)
	if current == nil {
		b.late++
		return
	}
	id := b.symbols.IDOf(b.row.Symbol, b.row.Null&fast.Symbol != 0)
	if int(id) >= len(current.totals) {
		current.grow(id)
	}
	t := &current.totals[id]
	if t.Rows == 0 {
		current.used = append(current.used, id)
	}
	if !t.AddNullable(&b.row) {
		b.rejected++
		return
	}
	current.rows++
}

// pick returns the pane of an event time, or nil when its window is closed. While rows stay in one pane
// nothing can close it, so the fast path asks only when the window changes.
func (b *block) pick(eventTime int64) *pane {
	start := windowOf(eventTime)
	if isClosed(start, b.highest) {
		return nil
	}
	for _, p := range b.panes {
		if p.start == start {
			return p
		}
	}
	p := &pane{}
	if n := len(b.spare); n > 0 {
		p, b.spare = b.spare[n-1], b.spare[:n-1]
	}
	p.start = start
	b.panes = append(b.panes, p)
	return p
}

func (p *pane) grow(id uint32) {
	for len(p.totals) <= int(id) {
		p.totals = append(p.totals, fast.NewTotals)
	}
}

func (p *pane) clear() {
	for _, id := range p.used {
		p.totals[id] = fast.NewTotals
	}
	p.used, p.rows = p.used[:0], 0
}

func (b *block) reset() {
	for _, p := range b.panes {
		p.clear()
	}
	b.spare = append(b.spare, b.panes...)
	b.panes = b.panes[:0]
	b.late, b.rejected, b.slow.Rejected, b.highest = 0, 0, 0, never
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
