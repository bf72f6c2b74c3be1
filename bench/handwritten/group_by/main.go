// Command group_by totals the trades of each symbol:
//
//	SELECT symbol, COUNT(*) AS trades, SUM(quantity) AS volume, AVG(price) AS avg_price,
//	       MIN(price) AS min_price, MAX(price) AS max_price
//	FROM trades GROUP BY symbol EMIT FINAL
package main

import (
	"os"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const columns = fast.Symbol | fast.Price | fast.Quantity

// A worker has the totals of the blocks that it took.
type worker struct {
	counts  fast.Counts
	slow    fast.Slow
	row     fast.Trade
	symbols *fast.Names
	groups  []fast.Totals
	first   []int // where in the input each group appeared first
}

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	workers := make([]*worker, fast.Workers())
	for i := range workers {
		workers[i] = &worker{symbols: fast.NewNames()}
	}
	fast.Each(in, func(w int, data []byte, offset int) { workers[w].block(data, offset) })
	total := workers[0]
	for _, w := range workers[1:] {
		if err := total.merge(w); err != nil {
			return fast.Counts{}, err
		}
	}
	return total.write(out)
}

func (w *worker) block(data []byte, offset int) {
	p, end := fast.P(unsafe.SliceData(data)), uintptr(len(data))
	var i, next, n uintptr
	var w0, w1 uint64
	var symbol fast.P
	var price, quantity int64
	rows := int64(0)
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
			if int(id) >= len(w.groups) {
				w.appear(offset + int(start))
			}
			if !w.groups[id].Add(price, quantity) {
				w.counts.Rejected++
				continue
			}
		}
		rows++
		continue
	slow:
		var ok bool
		if next, ok = w.slow.Row(p, start, end, columns, &w.row); ok {
			w.addSlow(offset + int(start))
		}
	}
	w.counts.Rows += rows
}

func (w *worker) addSlow(position int) {
	id := w.symbols.IDOf(w.row.Symbol, w.row.Null&fast.Symbol != 0)
	if int(id) >= len(w.groups) {
		w.appear(position)
	}
	if !w.groups[id].AddNullable(&w.row) {
		w.counts.Rejected++
		return
	}
	w.counts.Rows++
}

// appear begins a group. Ids are dense, so it is always the next one.
func (w *worker) appear(position int) {
	w.groups = append(w.groups, fast.NewTotals)
	w.first = append(w.first, position)
}

func (w *worker) merge(other *worker) error {
	w.counts.Add(other.counts)
	w.counts.Rejected += int64(other.slow.Rejected)
	for id := range other.groups {
		mine := w.symbols.IDFrom(other.symbols, uint32(id))
		if int(mine) >= len(w.groups) {
			w.appear(other.first[id])
		}
		w.first[mine] = min(w.first[mine], other.first[id])
		if err := w.groups[mine].Merge(&other.groups[id]); err != nil {
			return err
		}
	}
	return nil
}

// write prints the groups in the order of their first rows.
func (w *worker) write(out *os.File) (fast.Counts, error) {
	w.counts.Rejected += int64(w.slow.Rejected)
	order := make([]uint32, len(w.groups))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return w.first[a] - w.first[b] })
	var text []byte
	for _, id := range order {
		text = append(text, `{"symbol":`...)
		text = w.symbols.AppendJSON(text, id)
		text = slices.Grow(text, fast.MaxTotals)
		at := w.groups[id].Put(fast.P(unsafe.SliceData(text)), uintptr(len(text)))
		text = append(text[:at], "}\n"...)
	}
	w.counts.Out = int64(len(order))
	_, err := out.Write(text)
	return w.counts, err
}
