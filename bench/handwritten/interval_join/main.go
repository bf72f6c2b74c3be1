// Command interval_join writes trades with what they were filled at, up to twenty minutes later:
//
//	SELECT t.order_id, t.symbol, t.price, f.fill_price, f.filled
//	FROM trades t
//	JOIN fills f ON t.order_id = f.order_id AND f.filled BETWEEN t.event_time AND t.event_time + INTERVAL '20' MINUTE
package main

import (
	"os"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.MainOfTwo(run) }

const (
	columns     = fast.OrderID | fast.Symbol | fast.Price | fast.EventTime
	fillColumns = fast.OrderID | fast.FillPrice | fast.Filled
	maxTime     = 9_223_372_036_854 // milliseconds that int64 nanoseconds hold
	within      = 20 * 60_000       // milliseconds from a trade to its fill
	bound       = 5_000             // the watermark is this far behind
)

func run(trades, fills *fast.Input, out *os.File) (fast.Counts, error) {
	w := &writer{out: out}
	w.join = &fast.Join{Within: within, Bound: bound, Emit: w.write, Decode: [2]func(*fast.JoinBlock, []byte){decodeTrade, decodeFill}}
	rows, rejected, err := w.join.Run(trades, fills)
	return fast.Counts{Rows: rows, Rejected: rejected, Out: w.written}, err
}

// decodeTrade reads a block of trades.
func decodeTrade(b *fast.JoinBlock, data []byte) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n, orderID, orderIDN uintptr
	var w0, w1 uint64
	var symbol fast.P
	var price, eventTime int64
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		orderID = start + fast.LenOrderID
		i = fast.StringEnd(p, orderID)
		if orderIDN = i - orderID; !fast.IsSymbol(p, i) {
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
			s := b.Names[0].Probe(fast.Hash(w0, w1))
			var id uint32
			if s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
				id = s.ID()
			} else {
				id = b.Names[0].Find(w0, w1, symbol, uint32(n))
			}
			r := b.Add()
			*r = fast.JoinRow{Time: eventTime, Value: price, Names: [2]uint32{id}}
			r.SetKey(unsafe.Add(p, orderID), orderIDN)
		}
		continue
	slow:
		var ok bool
		if next, ok = b.Slow.Row(p, start, end, columns, &b.Row); !ok {
			continue
		}
		if b.Row.Null&fast.EventTime != 0 {
			b.Rejected++
			continue
		}
		id := b.Names[0].IDOf(b.Row.Symbol, b.Row.Null&fast.Symbol != 0)
		r := b.Add()
		*r = fast.JoinRow{Time: b.Row.EventTime, Value: b.Row.Price, NoValue: b.Row.Null&fast.Price != 0, Names: [2]uint32{id}}
		r.SetSlowKey(b.Row.OrderID, b.Row.Null&fast.OrderID != 0)
	}
}

// decodeFill reads a block of fills.
func decodeFill(b *fast.JoinBlock, data []byte) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, orderID, orderIDN uintptr
	var price, filled int64
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		orderID = start + fast.LenOrderID
		i = fast.StringEnd(p, orderID)
		if orderIDN = i - orderID; !fast.IsFillPrice(p, i) {
			goto slow
		}
		if price, i = fast.Dec4(p, i+fast.LenFillPrice); i == 0 || !fast.IsFilled(p, i) {
			goto slow
		}
		if filled, i = fast.Int(p, i+fast.LenFilled); i == 0 || filled > maxTime || !fast.IsEnd(p, i) {
			goto slow
		}
		next = i + 2
		{
			r := b.Add()
			*r = fast.JoinRow{Time: filled, Value: price}
			r.SetKey(unsafe.Add(p, orderID), orderIDN)
		}
		continue
	slow:
		var ok bool
		if next, ok = b.Slow.Row(p, start, end, fillColumns, &b.Row); !ok {
			continue
		}
		if b.Row.Null&fast.Filled != 0 {
			b.Rejected++
			continue
		}
		r := b.Add()
		*r = fast.JoinRow{Time: b.Row.Filled, Value: b.Row.FillPrice, NoValue: b.Row.Null&fast.FillPrice != 0}
		r.SetSlowKey(b.Row.OrderID, b.Row.Null&fast.OrderID != 0)
	}
}
