// Command hop_10s totals the trades of each symbol in the last ten seconds, every two seconds:
//
//	SELECT _window_start AS window_start, _window_end AS window_end, symbol, COUNT(*) AS trades,
//	       SUM(quantity) AS volume, AVG(price) AS avg_price, MIN(price) AS min_price, MAX(price) AS max_price
//	FROM trades GROUP BY symbol WINDOW SLIDING(event_time, 10s, 2s) EMIT FINAL
//
// The watermark is 5 seconds behind the highest event time. Windows that it has passed get no more rows; a row that is in no other window
// is counted and dropped.
//
// A row is added to the totals of its two seconds, and a window is put together of five of them when it closes. A block of the input is
// decoded on any core, adds its rows in its turn, and puts together and writes the windows that it closes, again on any core.
package main

import (
	"errors"
	"os"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const (
	columns  = fast.Symbol | fast.Price | fast.Quantity | fast.EventTime
	slice    = 2_000             // from one window to the next
	inWindow = 5                 // in a window
	maxTime  = 9_223_372_036_854 // milliseconds that int64 nanoseconds hold
	bound    = 5_000             // the watermark is this far behind the highest event time
	never    = -1 << 62          // before all event times
)

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	var total fast.Counts
	var failed error
	w := newWindows()
	turns := fast.NewTurns()
	write := func(b *block) {
		if _, err := out.Write(b.text[:b.at]); err != nil {
			failed = errors.Join(failed, err)
		}
		b.counts.Rejected += int64(b.slow.Rejected)
		total.Add(b.counts)
		failed, b.err = errors.Join(failed, b.err), nil
		b.reset()
	}
	fast.Ordered(in, newBlock, func(b *block, data []byte, number int) {
		b.read(data, number)
		turns.Do(number, func() { w.apply(b) })
		b.format()
	}, write)
	last := newBlock()
	w.finish(last)
	last.format()
	write(last)
	return total, failed
}

// A block has the rows of one block of the input, and then the windows that it closes.
type block struct {
	counts  fast.Counts
	slow    fast.Slow
	row     fast.Trade
	times   fast.Times
	symbols *fast.Names
	numbers fast.Numbers
	rows    []event
	closed  []window
	sum     pane // of the window that is being written
	keys    []fast.Key
	scratch []fast.Key
	quoted  []fast.Str
	text    []byte
	at      uintptr
	err     error
}

// An event is a decoded row.
type event struct {
	time, price, quantity int64
	symbol                uint32
	null                  fast.Columns
}

// A window is the panes that it is put together of.
type window struct {
	start int64
	panes []*pane
}

// A pane has the totals of two seconds by the id of the symbol.
type pane struct {
	slice  int64
	first  int64 // the first window that the rows belong to: some are late for others
	totals []fast.Totals
	seen   []int64      // when each symbol appeared
	used   []uint32     // ids
	unread atomic.Int32 // windows that have not been written, and 1 while it is open
}

func newBlock() *block { return &block{symbols: fast.NewNames()} }

func (b *block) reset() {
	b.counts, b.slow.Rejected = fast.Counts{}, 0
	b.rows, b.at = b.rows[:0], 0
}

// read decodes the rows of a block of the input.
func (b *block) read(data []byte, _ int) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var symbol fast.P
	var price, quantity, eventTime int64
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
		{
			s := b.symbols.Probe(fast.Hash(w0, w1))
			var id uint32
			if s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
				id = s.ID()
			} else {
				id = b.symbols.Find(w0, w1, symbol, uint32(n))
			}
			if len(b.rows) == cap(b.rows) {
				b.rows = slices.Grow(b.rows, 8192)
			}
			b.rows = b.rows[:len(b.rows)+1]
			e := &b.rows[len(b.rows)-1]
			e.time, e.price, e.quantity, e.symbol, e.null = eventTime, price, quantity, id, 0
		}
		continue
	slow:
		var ok bool
		if next, ok = b.slow.Row(p, start, end, columns, &b.row); ok {
			b.addSlow()
		}
	}
}

func (b *block) addSlow() {
	r := &b.row
	if r.Null&fast.EventTime != 0 {
		b.counts.Rejected++
		return
	}
	symbol := b.symbols.IDOf(r.Symbol, r.Null&fast.Symbol != 0)
	b.rows = append(b.rows, event{r.EventTime, r.Price, r.Quantity, symbol, r.Null & (fast.Price | fast.Quantity)})
}

const prefixLen = len(`{"window_start":,"window_end":,"symbol":`) + 2*fast.TimeLen

// format writes the windows that the block closed.
func (b *block) format() {
	b.at = 0
	for _, v := range b.closed {
		for _, p := range v.panes {
			if err := b.sum.merge(p); err != nil && b.err == nil {
				b.err = err
			}
			p.unread.Add(-1)
		}
		b.write(v.start)
		b.sum.clear()
	}
	b.closed = b.closed[:0]
}

// write writes a window: its symbols in the order in which they appeared.
func (b *block) write(start int64) {
	longest := uintptr(0)
	b.keys = b.keys[:0]
	for _, id := range b.sum.used {
		b.keys = append(b.keys, fast.Key{K: uint64(b.sum.seen[id]), At: id})
		longest = max(longest, b.quoted[id].N)
	}
	b.keys, b.scratch = fast.SortKeys(b.keys, b.scratch)
	need := int(b.at) + (prefixLen+int(longest)+fast.MaxTotals+16)*len(b.keys)
	if len(b.text) < need {
		text := make([]byte, 2*need)
		copy(text, b.text[:b.at])
		b.text = text
	}
	o, at := fast.P(unsafe.SliceData(b.text)), b.at
	var prefix [prefixLen + 16]byte
	head := fast.P(&prefix)
	n := fast.Lit(head, 0, `{"window_start":`)
	n = b.times.Put(head, n, start)
	n = fast.Lit(head, n, `,"window_end":`)
	n = b.times.Put(head, n, start+inWindow*slice)
	fast.Lit(head, n, `,"symbol":`)
	for _, k := range b.keys {
		at = fast.PutRaw(o, at, head, uintptr(prefixLen))
		s := b.quoted[k.At]
		at = fast.PutRaw(o, at, s.P, s.N)
		at = b.sum.totals[k.At].Put(o, at)
		at = fast.Lit(o, at, "}\n")
	}
	b.at = at
	b.counts.Out += int64(len(b.keys))
}
