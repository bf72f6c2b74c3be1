// Command lookup_join_10k adds to each trade what a small table knows of its trader:
//
//	SELECT t.order_id, t.symbol, t.price, t.quantity, r.desk, r.credit FROM trades t JOIN traders r ON t.trader_id = r.trader_id
//
// What a row ends with depends on its trader only, so the table has it as text.
package main

import (
	"os"
	"strconv"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.MainOfTwo(run) }

const (
	columns = fast.OrderID | fast.Symbol | fast.Price | fast.Quantity | fast.TraderID
	fixed   = 160 // keys and numbers of a row
)

func run(in, traders *fast.Input, out *os.File) (fast.Counts, error) {
	t := newTable()
	t.read(traders)
	counts, err := fast.WriteRows(in, out, t.decode)
	counts.Rejected += t.rejected
	return counts, err
}

// table has the end of a result row for each trader, by the id of the trader's name. Reading it is all that workers do.
type table struct {
	names    *fast.Names
	ends     []fast.Str
	rejected int64
}

func newTable() *table { return &table{names: fast.NewNames()} }

// read takes the lines behind the header. Of those with one key the last one counts.
func (t *table) read(in *fast.Input) {
	header := true
	var cells []fast.Str
	fast.Lines(in.Bytes(), func(line []byte) {
		if header {
			header = false
			return
		}
		var err error
		cells, err = fast.Cells(cells[:0], line)
		if err != nil || len(cells) != 3 || cells[0].P == nil {
			t.rejected++
			return
		}
		end := []byte(`,"desk":`)
		if end = fast.AppendJSON(end, cells[1]); cells[2].P == nil {
			end = append(end, `,"credit":null`...)
		} else {
			credit, err := fast.Integer(cells[2])
			if err != nil {
				t.rejected++
				return
			}
			end = strconv.AppendInt(append(end, `,"credit":`...), credit, 10)
		}
		end = append(end, "}\n"...)
		n := len(end)
		id := t.names.IDOf(cells[0], false)
		if int(id) == len(t.ends) {
			t.ends = append(t.ends, fast.Str{})
		}
		t.ends[id] = fast.Str{P: fast.P(unsafe.SliceData(append(end, make([]byte, 8)...))), N: uintptr(n)}
	})
}

func (t *table) decode(r *fast.Rows, data []byte) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var trader fast.P
	var orderID, orderIDN, symbol, symbolN uintptr
	var price, quantity int64
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
		if i = fast.Digits(p, i+fast.LenEventTime); i == 0 || !fast.IsFlags(p, i) {
			goto slow
		}
		if i = fast.Digits(p, i+fast.LenFlags); i == 0 || !fast.IsEnd(p, i) {
			goto slow
		}
		next = i + 2
		rows++
		if id, ok := t.names.Lookup(w0, w1, trader, uint32(n)); ok {
			last := t.ends[id]
			if r.At >= r.Limit || orderIDN+symbolN+last.N > 2048 {
				r.Reserve(orderIDN + symbolN + last.N + fixed)
			}
			o, at := r.O, r.At
			at = fast.Lit(o, at, `{"order_id":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, orderID), orderIDN)
			at = fast.Lit(o, at, `","symbol":"`)
			at = fast.PutRaw(o, at, unsafe.Add(p, symbol), symbolN)
			at = fast.Lit(o, at, `","price":`)
			at = fast.PutDec4(o, at, price)
			at = fast.Lit(o, at, `,"quantity":`)
			at = fast.PutUint(o, at, uint64(quantity))
			r.At = fast.PutRaw(o, at, last.P, last.N)
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
	if row.Null&fast.TraderID != 0 {
		return false // equal to no trader
	}
	w0, w1 := fast.Words(row.TraderID.P, row.TraderID.N)
	id, ok := t.names.Lookup(w0, w1, row.TraderID.P, uint32(row.TraderID.N))
	if !ok {
		return false
	}
	last := t.ends[id]
	r.Reserve(6*(row.OrderID.N+row.Symbol.N) + last.N + fixed)
	o := r.O
	at := fast.Lit(o, r.At, `{"order_id":`)
	at = row.PutText(o, at, fast.OrderID)
	at = fast.Lit(o, at, `,"symbol":`)
	at = row.PutText(o, at, fast.Symbol)
	at = fast.Lit(o, at, `,"price":`)
	at = row.PutPrice(o, at)
	at = fast.Lit(o, at, `,"quantity":`)
	at = row.PutQuantity(o, at)
	r.At = fast.PutRaw(o, at, last.P, last.N)
	return true
}
