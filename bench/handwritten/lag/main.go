// Command lag writes each price with the one before of the same symbol, by event time:
//
//	SELECT symbol, event_time, price, LAG(price) OVER (PARTITION BY symbol ORDER BY event_time) AS previous FROM trades
//
// A row waits until the watermark, 5 seconds behind the highest event time, has passed it; rows behind the watermark are counted and
// dropped. Rows of one time stay in the order of the input.
//
// A block of the input is decoded and sorted on any core. In its turn it is merged with the rows that wait, and takes those away that the
// watermark has passed, which it then writes, again on any core.
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
	columns = fast.Symbol | fast.Price | fast.EventTime
	maxTime = 9_223_372_036_854 // milliseconds that int64 nanoseconds hold
	bound   = 5_000             // the watermark is this far behind the highest event time
	never   = -1 << 62          // before all event times
)

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	var total fast.Counts
	var failed error
	w := newWaiting()
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
		b.sort()
		turns.Do(number, func() { w.apply(b) })
		b.format()
	}, write)
	last := newBlock()
	w.finish(last)
	last.format()
	write(last)
	return total, failed
}

// A block has the rows of one block of the input, and then those that it writes.
type block struct {
	counts  fast.Counts
	slow    fast.Slow
	row     fast.Trade
	times   fast.Times
	symbols *fast.Names
	numbers fast.Numbers
	rows    []event
	keys    []fast.Key // the rows by time
	scratch []fast.Key
	passed  []event // by the watermark
	quoted  []fast.Str
	text    []byte
	at      uintptr
}

// An event is a decoded row.
type event struct {
	time, price  int64
	previous     int64
	symbol       uint32
	null, before bool // price, previous
}

func newBlock() *block { return &block{symbols: fast.NewNames()} }

func (b *block) reset() {
	b.counts, b.slow.Rejected = fast.Counts{}, 0
	b.rows, b.passed, b.at = b.rows[:0], b.passed[:0], 0
}

// read decodes the rows of a block of the input.
func (b *block) read(data []byte, _ int) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var symbol fast.P
	var price, eventTime int64
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
		if _, i = fast.Int(p, i+fast.LenQuantity); i == 0 || !fast.IsVenue(p, i) {
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
			e.time, e.price, e.symbol, e.null = eventTime, price, id, false
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
	b.rows = append(b.rows, event{time: r.EventTime, price: r.Price, symbol: symbol, null: r.Null&fast.Price != 0})
}

// sort puts the rows in the order of their times.
func (b *block) sort() {
	b.keys = b.keys[:0]
	for i := range b.rows {
		b.keys = append(b.keys, fast.Key{K: fast.Ordinal(b.rows[i].time), At: uint32(i)})
	}
	b.keys, b.scratch = fast.SortKeys(b.keys, b.scratch)
}

const fixed = len(`{"symbol":,"event_time":,"price":,"previous":}`) + fast.TimeLen + 2*24 + 16

// format writes the rows that the watermark has passed.
func (b *block) format() {
	longest := uintptr(0)
	for _, s := range b.quoted {
		longest = max(longest, s.N)
	}
	if need := (fixed + int(longest)) * len(b.passed); len(b.text) < need {
		b.text = make([]byte, need+need/4)
	}
	o, at := fast.P(unsafe.SliceData(b.text)), uintptr(0)
	for i := range b.passed {
		e := &b.passed[i]
		s := b.quoted[e.symbol]
		at = fast.Lit(o, at, `{"symbol":`)
		at = fast.PutRaw(o, at, s.P, s.N)
		at = fast.Lit(o, at, `,"event_time":`)
		at = b.times.Put(o, at, e.time)
		at = fast.Lit(o, at, `,"price":`)
		if e.null {
			at = fast.Lit(o, at, "null")
		} else {
			at = fast.PutDec4(o, at, e.price)
		}
		at = fast.Lit(o, at, `,"previous":`)
		if e.before {
			at = fast.PutDec4(o, at, e.previous)
		} else {
			at = fast.Lit(o, at, "null")
		}
		at = fast.Lit(o, at, "}\n")
	}
	b.at = at
	b.counts.Out += int64(len(b.passed))
}
