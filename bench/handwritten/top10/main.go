// Command top10 finds the ten highest prices of each symbol, of equal ones those that came first:
//
//	SELECT symbol, rn, price, order_id FROM (
//	    SELECT symbol, price, order_id, ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY price DESC) AS rn FROM trades
//	) AS ranked WHERE rn <= 10
//
// Symbols are written in the order of their first rows.
package main

import (
	"cmp"
	"os"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const (
	columns = fast.OrderID | fast.Symbol | fast.Price
	places  = 10
	null    = 1<<63 - 1 // a NULL price, which comes before all others
)

// A worker has the highest prices in the blocks that it took, which follow each other in the input.
type worker struct {
	counts  fast.Counts
	slow    fast.Slow
	row     fast.Trade
	symbols *fast.Names
	tops    []top
}

// top is the best rows of a symbol, in their order.
type top struct {
	rows  [places]ranked
	count int
	floor int64 // the price that a row has to exceed
	first int   // where in the input the symbol appeared first
}

type ranked struct {
	price    int64
	position int
	orderID  id
}

// An id is a copy: what stays in the file would be the whole of the file in memory.
type id struct {
	words [2]uint64 // up to 16 bytes
	n     uint32    // fast.NullLen: NULL
	long  []byte    // more than 16 bytes
}

func idOf(text fast.Str) id {
	c := id{n: uint32(text.N)}
	if c.words[0], c.words[1] = fast.Words(text.P, text.N); c.n > 16 {
		c.long = slices.Clone(text.Bytes())
	}
	return c
}

func (c *id) appendJSON(text []byte) []byte {
	switch {
	case c.n == fast.NullLen:
		return append(text, "null"...)
	case c.n > 16:
		return append(fast.AppendEscaped(append(text, '"'), c.long), '"')
	}
	return fast.AppendJSON(text, fast.Str{P: fast.P(&c.words), N: uintptr(c.n)})
}

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	workers := make([]*worker, fast.Workers())
	for i := range workers {
		workers[i] = &worker{symbols: fast.NewNames()}
	}
	fast.Each(in, func(w int, data []byte, offset int) { workers[w].block(data, offset) })
	total := workers[0]
	for _, w := range workers[1:] {
		total.merge(w)
	}
	return total.write(out)
}

func (w *worker) block(data []byte, offset int) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var symbol fast.P
	var orderID, orderIDN uintptr
	var price int64
	rows := int64(0)
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
		if i = fast.Digits(p, i+fast.LenEventTime); i == 0 || !fast.IsFlags(p, i) {
			goto slow
		}
		if i = fast.Digits(p, i+fast.LenFlags); i == 0 || !fast.IsEnd(p, i) {
			goto slow
		}
		next = i + 2
		{
			s := w.symbols.Probe(fast.Hash(w0, w1))
			var id uint32
			if s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
				id = s.ID()
			} else {
				id = w.symbols.Find(w0, w1, symbol, uint32(n))
			}
			if int(id) >= len(w.tops) {
				w.tops = append(w.tops, top{floor: -1 << 63, first: offset + int(start)})
			}
			if t := &w.tops[id]; price > t.floor {
				t.insert(ranked{price: price, position: offset + int(start), orderID: idOf(fast.Str{P: unsafe.Add(p, orderID), N: orderIDN})})
			}
		}
		rows++
		continue
	slow:
		var ok bool
		if next, ok = w.slow.Row(p, start, end, columns, &w.row); ok {
			w.addSlow(offset + int(start))
			rows++
		}
	}
	w.counts.Rows += rows
}

func (w *worker) addSlow(position int) {
	symbol := w.symbols.IDOf(w.row.Symbol, w.row.Null&fast.Symbol != 0)
	if int(symbol) >= len(w.tops) {
		w.tops = append(w.tops, top{floor: -1 << 63, first: position})
	}
	r := ranked{price: w.row.Price, position: position, orderID: id{n: fast.NullLen}}
	if w.row.Null&fast.Price != 0 {
		r.price = null
	}
	if w.row.Null&fast.OrderID == 0 {
		r.orderID = idOf(w.row.OrderID)
	}
	if t := &w.tops[symbol]; r.price > t.floor {
		t.insert(r)
	}
}

// insert puts a row behind those of its price: it came after them. Its price exceeds the floor.
func (t *top) insert(r ranked) {
	if t.count < places {
		t.count++
	}
	i := t.count - 1
	for ; i > 0 && t.rows[i-1].price < r.price; i-- {
		t.rows[i] = t.rows[i-1]
	}
	t.rows[i] = r
	if t.count == places {
		t.floor = t.rows[places-1].price
	}
}

func (w *worker) merge(other *worker) {
	w.counts.Add(other.counts)
	w.counts.Rejected += int64(other.slow.Rejected)
	for id := range other.tops {
		mine := w.symbols.IDFrom(other.symbols, uint32(id))
		if int(mine) >= len(w.tops) {
			w.tops = append(w.tops, top{floor: -1 << 63, first: other.tops[id].first})
		}
		t := &w.tops[mine]
		t.first = min(t.first, other.tops[id].first)
		all := append(slices.Clone(t.rows[:t.count]), other.tops[id].rows[:other.tops[id].count]...)
		slices.SortFunc(all, func(a, b ranked) int {
			return cmp.Or(cmp.Compare(b.price, a.price), cmp.Compare(a.position, b.position))
		})
		t.count = copy(t.rows[:], all)
	}
}

// write prints the symbols in the order of their first rows.
func (w *worker) write(out *os.File) (fast.Counts, error) {
	w.counts.Rejected += int64(w.slow.Rejected)
	order := make([]uint32, len(w.tops))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return w.tops[a].first - w.tops[b].first })
	var text []byte
	for _, symbol := range order {
		t := &w.tops[symbol]
		w.counts.Out += int64(t.count)
		for i := range t.rows[:t.count] {
			text = append(text, `{"symbol":`...)
			text = w.symbols.AppendJSON(text, symbol)
			text = t.rows[i].append(text, i+1)
		}
	}
	_, err := out.Write(text)
	return w.counts, err
}

// append writes the columns behind the symbol.
func (r *ranked) append(text []byte, number int) []byte {
	text = slices.Grow(text, 128)
	o, at := fast.P(unsafe.SliceData(text)), uintptr(len(text))
	at = fast.Lit(o, at, `,"rn":`)
	at = fast.PutUint(o, at, uint64(number))
	at = fast.Lit(o, at, `,"price":`)
	if r.price == null {
		at = fast.Lit(o, at, "null")
	} else {
		at = fast.PutDec4(o, at, r.price)
	}
	text = append(text[:at], `,"order_id":`...)
	return append(r.orderID.appendJSON(text), "}\n"...)
}
