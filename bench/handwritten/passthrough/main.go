// Command passthrough decodes all nine fields of every trade and writes them again:
//
//	SELECT order_id, symbol, side, price, quantity, venue, trader_id, event_time, flags FROM trades
package main

import (
	"os"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	return fast.WriteRows(in, out, decode)
}

const (
	all     = fast.Flags<<1 - 1
	maxTime = 9_223_372_036_854 // milliseconds that int64 nanoseconds hold
	fixed   = 256               // keys, numbers and times of a row
)

func decode(r *fast.Rows, data []byte) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next uintptr
	var orderID, symbol, side, quantity, venue, traderID, flags uintptr        // where the values begin
	var orderIDN, symbolN, sideN, quantityN, venueN, traderIDN, flagsN uintptr // and their lengths
	var price, eventTime int64
	rows := int64(0)
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		orderID = start + fast.LenOrderID
		i = fast.StringEnd(p, orderID)
		orderIDN = i - orderID
		if !fast.IsSymbol(p, i) {
			goto slow
		}
		symbol = i + fast.LenSymbol
		i = fast.StringEnd(p, symbol)
		symbolN = i - symbol
		if !fast.IsSide(p, i) {
			goto slow
		}
		side = i + fast.LenSide
		i = fast.StringEnd(p, side)
		sideN = i - side
		if !fast.IsPrice(p, i) {
			goto slow
		}
		if price, i = fast.Dec4(p, i+fast.LenPrice); i == 0 || !fast.IsQuantity(p, i) {
			goto slow
		}
		quantity = i + fast.LenQuantity
		if i = fast.Digits(p, quantity); i-quantity > 18 || fast.Byte(p, quantity) == '0' && i-quantity > 1 || !fast.IsVenue(p, i) {
			goto slow // no digits leave i at 0, and the length wraps
		}
		quantityN = i - quantity
		venue = i + fast.LenVenue
		i = fast.StringEnd(p, venue)
		venueN = i - venue
		if !fast.IsTraderID(p, i) {
			goto slow
		}
		traderID = i + fast.LenTraderID
		i = fast.StringEnd(p, traderID)
		traderIDN = i - traderID
		if !fast.IsEventTime(p, i) {
			goto slow
		}
		if eventTime, i = fast.Int(p, i+fast.LenEventTime); i == 0 || eventTime > maxTime || !fast.IsFlags(p, i) {
			goto slow
		}
		flags = i + fast.LenFlags
		if i = fast.Digits(p, flags); i-flags > 18 || fast.Byte(p, flags) == '0' && i-flags > 1 || !fast.IsEnd(p, i) {
			goto slow
		}
		flagsN = i - flags
		next = i + 2
		if r.At >= r.Limit || i-start > 2048 {
			r.Reserve(i - start + fixed)
		}
		{
			o, at := r.O, r.At
			at = fast.Lit(o, at, `{"order_id":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, orderID), orderIDN)
			at = fast.Lit(o, at, `","symbol":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, symbol), symbolN)
			at = fast.Lit(o, at, `","side":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, side), sideN)
			at = fast.Lit(o, at, `","price":`)
			at = fast.PutDec4(o, at, price)
			at = fast.Lit(o, at, `,"quantity":`)
			at = fast.PutRaw(o, at, unsafe.Add(p, quantity), quantityN)
			at = fast.Lit(o, at, `,"venue":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, venue), venueN)
			at = fast.Lit(o, at, `","trader_id":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, traderID), traderIDN)
			at = fast.Lit(o, at, `","event_time":`)
			at = r.Times.Put(o, at, eventTime)
			at = fast.Lit(o, at, `,"flags":`)
			at = fast.PutRaw(o, at, unsafe.Add(p, flags), flagsN)
			r.At = fast.Lit(o, at, "}\n")
		}
		rows++
		continue
	slow:
		var ok bool
		if next, ok = r.Slow.Row(p, start, end, all, &r.Row); ok {
			rows++
			writeSlow(r)
		}
	}
	r.Counts.Rows += rows
	r.Counts.Out += rows
}

func writeSlow(r *fast.Rows) {
	t := &r.Row
	r.Reserve(6*(t.OrderID.N+t.Symbol.N+t.Side.N+t.Venue.N+t.TraderID.N) + 2*fixed)
	putString(r, `{"order_id":`, t.OrderID, t.Null&fast.OrderID != 0)
	putString(r, `,"symbol":`, t.Symbol, t.Null&fast.Symbol != 0)
	putString(r, `,"side":`, t.Side, t.Null&fast.Side != 0)
	r.At = fast.Lit(r.O, r.At, `,"price":`)
	if t.Null&fast.Price != 0 {
		r.At = fast.Lit(r.O, r.At, `null`)
	} else {
		r.At = fast.PutDec4(r.O, r.At, t.Price)
	}
	putInt(r, `,"quantity":`, t.Quantity, t.Null&fast.Quantity != 0)
	putString(r, `,"venue":`, t.Venue, t.Null&fast.Venue != 0)
	putString(r, `,"trader_id":`, t.TraderID, t.Null&fast.TraderID != 0)
	r.At = fast.Lit(r.O, r.At, `,"event_time":`)
	if t.Null&fast.EventTime != 0 {
		r.At = fast.Lit(r.O, r.At, `null`)
	} else {
		r.At = r.Times.Put(r.O, r.At, t.EventTime)
	}
	putInt(r, `,"flags":`, t.Flags, t.Null&fast.Flags != 0)
	r.At = fast.Lit(r.O, r.At, "}\n")
}

func putString(r *fast.Rows, key string, s fast.Str, null bool) {
	r.At = fast.Lit(r.O, r.At, key)
	if null {
		r.At = fast.Lit(r.O, r.At, `null`)
		return
	}
	r.At = fast.Lit(r.O, r.At, `"`)
	r.At = fast.PutString(r.O, r.At, s)
	r.At = fast.Lit(r.O, r.At, `"`)
}

func putInt(r *fast.Rows, key string, v int64, null bool) {
	r.At = fast.Lit(r.O, r.At, key)
	if null {
		r.At = fast.Lit(r.O, r.At, `null`)
		return
	}
	r.At = fast.PutInt(r.O, r.At, v)
}
