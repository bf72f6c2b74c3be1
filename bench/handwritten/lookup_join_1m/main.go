// Command lookup_join_1m adds to each trade what a large table knows of its order:
//
//	SELECT t.order_id, t.symbol, t.price, o.client, o.limit_price FROM trades t JOIN orders o ON t.order_id = o.order_id
package main

import (
	"os"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.MainOfTwo(run) }

const (
	columns = fast.OrderID | fast.Symbol | fast.Price
	fixed   = 160 // keys and numbers of a row
)

func run(in, orders *fast.Input, out *os.File) (fast.Counts, error) {
	t := newTable()
	rejected := t.read(orders)
	counts, err := fast.WriteRows(in, out, t.decode)
	counts.Rejected += rejected
	return counts, err
}

func (t *table) decode(r *fast.Rows, data []byte) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next uintptr
	var orderID, orderIDN, symbol, symbolN uintptr
	var price int64
	rows, written := int64(0), int64(0)
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		orderID = start + fast.LenOrderID
		i = fast.StringEnd(p, orderID)
		if orderIDN = i - orderID; !fast.IsSymbol(p, i) {
			goto slow
		}
		symbol = i + fast.LenSymbol
		i = fast.StringEnd(p, symbol)
		if symbolN = i - symbol; !fast.IsSide(p, i) {
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
		if i = fast.Digits(p, i+fast.LenEventTime); i == 0 || !fast.IsFlags(p, i) {
			goto slow
		}
		if i = fast.Digits(p, i+fast.LenFlags); i == 0 || !fast.IsEnd(p, i) {
			goto slow
		}
		next = i + 2
		rows++
		if found := t.find(fast.Str{P: unsafe.Add(p, orderID), N: orderIDN}); found != nil {
			if need := orderIDN + symbolN + 6*found.client.N; r.At >= r.Limit || need > 2048 {
				r.Reserve(need + fixed)
			}
			o, at := r.O, r.At
			at = fast.Lit(o, at, `{"order_id":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, orderID), orderIDN)
			at = fast.Lit(o, at, `","symbol":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, symbol), symbolN)
			at = fast.Lit(o, at, `","price":`)
			at = fast.PutDec4(o, at, price)
			r.At = found.put(o, at)
			written++
		}
		continue
	slow:
		var ok bool
		if next, ok = r.Slow.Row(p, start, end, columns, &r.Row); ok {
			rows++
			if t.writeSlow(r) {
				written++
			}
		}
	}
	r.Counts.Rows += rows
	r.Counts.Out += written
}

func (t *table) writeSlow(r *fast.Rows) bool {
	row := &r.Row
	if row.Null&fast.OrderID != 0 {
		return false // equal to no order
	}
	found := t.find(row.OrderID)
	if found == nil {
		return false
	}
	r.Reserve(6*(row.OrderID.N+row.Symbol.N+found.client.N) + fixed)
	o := r.O
	at := fast.Lit(o, r.At, `{"order_id":`)
	at = row.PutText(o, at, fast.OrderID)
	at = fast.Lit(o, at, `,"symbol":`)
	at = row.PutText(o, at, fast.Symbol)
	at = fast.Lit(o, at, `,"price":`)
	at = row.PutPrice(o, at)
	r.At = found.put(o, at)
	return true
}
