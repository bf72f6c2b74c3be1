// Command group_by_100k totals the trades of each trader, venue and side:
//
//	SELECT trader_id, venue, side, COUNT(*) AS trades, SUM(quantity) AS volume, AVG(price) AS avg_price,
//	       MIN(price) AS min_price, MAX(price) AS max_price
//	FROM trades GROUP BY trader_id, venue, side EMIT FINAL
package main

import (
	"os"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const columns = fast.TraderID | fast.Venue | fast.Side | fast.Price | fast.Quantity

// A worker has the totals of the blocks that it took.
type worker struct {
	counts fast.Counts
	slow   fast.Slow
	row    fast.Trade
	keys   *keys
	groups []fast.Totals
	first  []int // where in the input each group appeared first
}

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	workers := make([]*worker, fast.Workers())
	for i := range workers {
		workers[i] = &worker{keys: newKeys()}
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
	var w0, w1, side, venue uint64
	var trader fast.P
	var price, quantity int64
	rows := int64(0)
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
		side = fast.Load(p, i+fast.LenSide)
		if m := fast.Stop(side); m == 0 {
			goto slow
		} else {
			side &= fast.Below(m)
			i += fast.LenSide + fast.First(m)
		}
		if !fast.IsPrice(p, i) {
			goto slow
		}
		if price, i = fast.Dec4(p, i+fast.LenPrice); i == 0 || !fast.IsQuantity(p, i) {
			goto slow
		}
		if quantity, i = fast.Int(p, i+fast.LenQuantity); i == 0 || !fast.IsVenue(p, i) {
			goto slow
		}
		venue = fast.Load(p, i+fast.LenVenue)
		if m := fast.Stop(venue); m == 0 {
			goto slow
		} else {
			venue &= fast.Below(m)
			i += fast.LenVenue + fast.First(m)
		}
		if !fast.IsTraderID(p, i) {
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
		{
			place := w.keys.place(side, venue)
			if place < 0 {
				goto slow
			}
			s := w.keys.traders.Probe(fast.Hash(w0, w1))
			var id uint32
			if s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
				id = s.ID()
			} else {
				id = w.keys.traders.Find(w0, w1, trader, uint32(n))
			}
			group := w.keys.group(id, uint32(place))
			if int(group) == len(w.groups) {
				w.appear(offset + int(start))
			}
			if !w.groups[group].Add(price, quantity) {
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
	group := w.keys.groupOf(&w.row)
	if int(group) == len(w.groups) {
		w.appear(position)
	}
	if !w.groups[group].AddNullable(&w.row) {
		w.counts.Rejected++
		return
	}
	w.counts.Rows++
}

// appear begins a group. Numbers are dense, so it is always the next one.
func (w *worker) appear(position int) {
	w.groups = append(w.groups, fast.NewTotals)
	w.first = append(w.first, position)
}

func (w *worker) merge(other *worker) error {
	w.counts.Add(other.counts)
	w.counts.Rejected += int64(other.slow.Rejected)
	translate := w.keys.from(other.keys)
	for group := range other.groups {
		mine := translate(uint32(group))
		if int(mine) == len(w.groups) {
			w.appear(other.first[group])
		}
		w.first[mine] = min(w.first[mine], other.first[group])
		if err := w.groups[mine].Merge(&other.groups[group]); err != nil {
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
	var err error
	for _, group := range order {
		text = w.keys.append(text, group)
		text = slices.Grow(text, fast.MaxTotals)
		at := w.groups[group].Put(fast.P(unsafe.SliceData(text)), uintptr(len(text)))
		text = append(text[:at], "}\n"...)
		if len(text) > 256<<10 {
			if _, failed := out.Write(text); err == nil {
				err = failed
			}
			text = text[:0]
		}
	}
	w.counts.Out = int64(len(order))
	if _, failed := out.Write(text); err == nil {
		err = failed
	}
	return w.counts, err
}
