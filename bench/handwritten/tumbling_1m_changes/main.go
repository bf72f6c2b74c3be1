// Command tumbling_1m_changes writes the running totals of a symbol and minute after each trade:
//
//	SELECT _window_start AS window_start, _window_end AS window_end, symbol, COUNT(*) AS trades,
//	       SUM(quantity) AS volume, AVG(price) AS avg_price, MIN(price) AS min_price, MAX(price) AS max_price
//	FROM trades GROUP BY symbol WINDOW TUMBLING(event_time, 1m) EMIT CHANGES
//
// Every output row depends on all rows before it, but only by the totals of its group. So a block is
// decoded and summed on any core, waits for its turn to swap its sums for the totals before it, and is
// then replayed from these, again on any core.
package main

import (
	"errors"
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
	var total fast.Counts
	var failed error
	w := &windows{symbols: fast.NewNames(), highest: never}
	turns := fast.NewTurns()
	fast.Ordered(in, newBlock, func(b *block, data []byte, number int) {
		b.read(data)
		turns.Do(number, func() { w.swap(b) })
		b.replay()
	}, func(b *block) {
		if _, err := out.Write(b.text[:b.at]); err != nil {
			failed = errors.Join(failed, err)
		}
		b.counts.Rejected += int64(b.slow.Rejected)
		total.Add(b.counts)
		b.reset()
	})
	return total, errors.Join(failed, w.err)
}

// A block has the rows of one block of the input and their totals by window and symbol.
type block struct {
	counts  fast.Counts
	slow    fast.Slow
	row     fast.Trade
	times   fast.Times
	symbols *fast.Names
	quoted  []fast.Str // the symbols as JSON
	highest int64
	panes   []*pane // in use
	spare   []*pane
	rows    []event
	text    []byte
	at      uintptr
}

// An event is a decoded row.
type event struct {
	price, quantity int64
	symbol          uint32
	pane            uint16
	null            fast.Columns
}

// A pane has the totals of one window by the id of the symbol: first those of the block, and after
// [windows.swap] those before it.
type pane struct {
	start  int64
	index  uint16
	late   bool
	totals []fast.Totals
	used   []uint32
	prefix [104]byte // of its output rows
}

const prefixLen = len(`{"window_start":,"window_end":,"symbol":`) + 2*fast.TimeLen

func newBlock() *block { return &block{symbols: fast.NewNames(), highest: never} }

func (b *block) read(data []byte) {
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
				b.late()
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
				b.counts.Rejected++
				continue
			}
			if len(b.rows) == cap(b.rows) {
				b.growRows()
			}
			b.rows = b.rows[:len(b.rows)+1]
			e := &b.rows[len(b.rows)-1]
			e.price, e.quantity = price, quantity
			e.symbol, e.pane, e.null = id, current.index, 0
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

func (b *block) late() {
	b.counts.Rows++
	b.counts.Late++
}

func (b *block) growRows() {
	rows := make([]event, len(b.rows), 2*cap(b.rows)+8192)
	copy(rows, b.rows)
	b.rows = rows
}

func (b *block) addSlow() {
	if b.row.Null&fast.EventTime != 0 {
		b.counts.Rejected++ // a row without event time belongs to no window
		return
	}
	b.highest = max(b.highest, b.row.EventTime)
	current := b.pick(b.row.EventTime)
	if current == nil {
		b.late()
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
		b.counts.Rejected++
		return
	}
	b.rows = append(b.rows, event{b.row.Price, b.row.Quantity, id, current.index, b.row.Null})
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
	p.start, p.index, p.late = start, uint16(len(b.panes)), false
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
	p.used = p.used[:0]
}

func (b *block) reset() {
	for _, p := range b.panes {
		p.clear()
	}
	b.spare = append(b.spare, b.panes...)
	b.panes, b.rows = b.panes[:0], b.rows[:0]
	b.counts, b.slow.Rejected, b.highest, b.at = fast.Counts{}, 0, never, 0
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
