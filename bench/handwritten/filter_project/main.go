// Command filter_project keeps the trades above a price and computes their value:
//
//	SELECT symbol, price, price * quantity AS notional FROM trades WHERE price > 100
package main

import (
	"math/big"
	"math/bits"
	"os"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	return fast.WriteRows(in, out, decode)
}

const (
	columns  = fast.Symbol | fast.Price | fast.Quantity
	minPrice = 100_0000
	fixed    = 160 // keys and numbers of a row
)

func decode(r *fast.Rows, data []byte) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next uintptr
	var symbol, symbolN uintptr
	var price, quantity int64
	rows, written := int64(0), int64(0)
	for start := uintptr(0); start < end; start = next {
		if !fast.IsOrderID(p, start) {
			goto slow
		}
		if i = fast.StringEnd(p, start+fast.LenOrderID); !fast.IsSymbol(p, i) {
			goto slow
		}
		symbol = i + fast.LenSymbol
		i = fast.StringEnd(p, symbol)
		symbolN = i - symbol
		if !fast.IsSide(p, i) {
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
		if i = fast.Digits(p, i+fast.LenEventTime); i == 0 || !fast.IsFlags(p, i) {
			goto slow
		}
		if i = fast.Digits(p, i+fast.LenFlags); i == 0 || !fast.IsEnd(p, i) {
			goto slow
		}
		next = i + 2
		if price > minPrice {
			high, notional := bits.Mul64(uint64(price), uint64(quantity))
			if high != 0 || int64(notional) < 0 {
				goto slow // which multiplies without a limit
			}
			if r.At >= r.Limit || symbolN > 2048 {
				r.Reserve(symbolN + fixed)
			}
			o, at := r.O, r.At
			at = fast.Lit(o, at, `{"symbol":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, symbol), symbolN)
			at = fast.Lit(o, at, `","price":`)
			at = fast.PutDec4(o, at, price)
			at = fast.Lit(o, at, `,"notional":`)
			at = fast.PutDec4(o, at, int64(notional))
			r.At = fast.Lit(o, at, "}\n")
			written++
		}
		rows++
		continue
	slow:
		var ok bool
		if next, ok = r.Slow.Row(p, start, end, columns, &r.Row); ok {
			rows++
			if r.Row.Null&fast.Price == 0 && r.Row.Price > minPrice {
				writeSlow(r)
				written++
			}
		}
	}
	r.Counts.Rows += rows
	r.Counts.Out += written
}

func writeSlow(r *fast.Rows) {
	t := &r.Row
	r.Reserve(6*t.Symbol.N + fixed)
	o := r.O
	at := fast.Lit(o, r.At, `{"symbol":`)
	if t.Null&fast.Symbol != 0 {
		at = fast.Lit(o, at, `null`)
	} else {
		at = fast.Lit(o, at, `"`)
		at = fast.PutString(o, at, t.Symbol)
		at = fast.Lit(o, at, `"`)
	}
	at = fast.Lit(o, at, `,"price":`)
	at = fast.PutDec4(o, at, t.Price)
	at = fast.Lit(o, at, `,"notional":`)
	if t.Null&fast.Quantity != 0 {
		at = fast.Lit(o, at, `null`)
	} else {
		// DECIMAL(18,4) times INTEGER has up to 37 digits.
		product := new(big.Int).Mul(big.NewInt(t.Price), big.NewInt(t.Quantity))
		at += uintptr(len(fast.AppendBig(unsafe.Slice((*byte)(unsafe.Add(o, at)), 48)[:0], product, 4)))
	}
	r.At = fast.Lit(o, at, "}\n")
}
