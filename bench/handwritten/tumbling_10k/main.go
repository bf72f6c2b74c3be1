// Command tumbling_10k totals the trades of each trader and minute:
//
//	SELECT _window_start AS window_start, _window_end AS window_end, trader_id, COUNT(*) AS trades,
//	       SUM(quantity) AS volume, AVG(price) AS avg_price, MIN(price) AS min_price, MAX(price) AS max_price
//	FROM trades GROUP BY trader_id WINDOW TUMBLING(event_time, 1m) EMIT FINAL
//
// The watermark is 5 seconds behind the highest event time. Rows whose window it has passed are counted
// and dropped.
//
// There are hardly two trades of a trader in a block of the input, so it has no totals of its own: it is decoded on any core, adds its
// rows to the windows in its turn, and writes the windows that it closes, again on any core.
package main

import (
	"errors"
	"os"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const (
	columns = fast.TraderID | fast.Price | fast.Quantity | fast.EventTime
	size    = 60_000            // of a window
	maxTime = 9_223_372_036_854 // milliseconds that int64 nanoseconds hold
	bound   = 5_000             // the watermark is this far behind the highest event time
	never   = -1 << 62          // before all event times
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
	traders *fast.Names
	numbers fast.Numbers
	rows    []event
	closed  []*pane
	quoted  []fast.Str
	text    []byte
	at      uintptr
}

// An event is a decoded row.
type event struct {
	time, price, quantity int64
	trader                uint32
	null                  fast.Columns
}

func newBlock() *block { return &block{traders: fast.NewNames()} }

func (b *block) reset() {
	b.counts, b.slow.Rejected = fast.Counts{}, 0
	b.rows, b.at = b.rows[:0], 0
}

// read decodes the rows of a block of the input.
func (b *block) read(data []byte, _ int) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var trader fast.P
	var price, quantity, eventTime int64
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		if i = fast.StringEnd(p, start+fast.LenOrderID); !fast.IsSymbol(p, i) {
			goto slow
		}
		if i = fast.StringEnd(p, i+fast.LenSymbol); !fast.IsSide(p, i) {
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
		i += fast.LenTraderID
		trader = unsafe.Add(p, i)
		w0, w1 = fast.Load(p, i), 0
		if m := fast.Stop(w0); m != 0 {
			w0 &= fast.Below(m)
			n = fast.First(m)
		} else {
			n = fast.StringEnd(p, i+8) - i
			_, w1 = fast.Words(trader, n)
		}
		if i += n; !fast.IsEventTime(p, i) {
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
			s := b.traders.Probe(fast.Hash(w0, w1))
			var id uint32
			if s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
				id = s.ID()
			} else {
				id = b.traders.Find(w0, w1, trader, uint32(n))
			}
			if len(b.rows) == cap(b.rows) {
				b.rows = slices.Grow(b.rows, 8192)
			}
			b.rows = b.rows[:len(b.rows)+1]
			e := &b.rows[len(b.rows)-1]
			e.time, e.price, e.quantity, e.trader, e.null = eventTime, price, quantity, id, 0
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
	trader := b.traders.IDOf(r.TraderID, r.Null&fast.TraderID != 0)
	b.rows = append(b.rows, event{r.EventTime, r.Price, r.Quantity, trader, r.Null & (fast.Price | fast.Quantity)})
}

const prefixLen = len(`{"window_start":,"window_end":,"trader_id":`) + 2*fast.TimeLen

// format writes the windows that the block closed.
func (b *block) format() {
	longest, count := uintptr(0), 0
	for _, p := range b.closed {
		count += len(p.used)
		for _, id := range p.used {
			longest = max(longest, b.quoted[id].N)
		}
	}
	if need := (prefixLen + int(longest) + fast.MaxTotals + 16) * count; len(b.text) < need {
		b.text = make([]byte, need+need/4)
	}
	o, at := fast.P(unsafe.SliceData(b.text)), uintptr(0)
	for _, p := range b.closed {
		var prefix [prefixLen + 16]byte
		head := fast.P(&prefix)
		n := fast.Lit(head, 0, `{"window_start":`)
		n = b.times.Put(head, n, p.start)
		n = fast.Lit(head, n, `,"window_end":`)
		n = b.times.Put(head, n, p.start+size)
		fast.Lit(head, n, `,"trader_id":`)
		for _, id := range p.used {
			at = fast.PutRaw(o, at, head, uintptr(prefixLen))
			s := b.quoted[id]
			at = fast.PutRaw(o, at, s.P, s.N)
			at = p.totals[id].Put(o, at)
			at = fast.Lit(o, at, "}\n")
		}
	}
	b.at = at
	b.counts.Out += int64(count)
}
