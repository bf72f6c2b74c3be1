// Command count_distinct counts the traders of each symbol:
//
//	SELECT symbol, COUNT(DISTINCT trader_id) AS traders FROM trades GROUP BY symbol EMIT FINAL
//
// Traders are numbered, and those of a symbol are a set of bits.
package main

import (
	"math/bits"
	"os"
	"slices"
	"strconv"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

const columns = fast.Symbol | fast.TraderID

// A worker has the sets of the blocks that it took.
type worker struct {
	counts  fast.Counts
	slow    fast.Slow
	row     fast.Trade
	symbols *fast.Names
	traders *fast.Names
	sets    [][]uint64 // of the ids of traders, by symbol
	first   []int      // where in the input each symbol appeared first
}

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	workers := make([]*worker, fast.Workers())
	for i := range workers {
		workers[i] = &worker{symbols: fast.NewNames(), traders: fast.NewNames()}
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
	var symbol, trader fast.P
	var symbolID, traderID uint32
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
		if s := w.symbols.Probe(fast.Hash(w0, w1)); s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
			symbolID = s.ID()
		} else {
			goto slow // a symbol that appears with this row: whether it is one is not known yet
		}
		if i += n; !fast.IsSide(p, i) {
			goto slow
		}
		if i = fast.StringEnd(p, i+fast.LenSide); !fast.IsPrice(p, i) {
			goto slow
		}
		if _, i = fast.Dec4(p, i+fast.LenPrice); i == 0 || !fast.IsQuantity(p, i) {
			goto slow
		}
		if _, i = fast.Int(p, i+fast.LenQuantity); i == 0 || !fast.IsVenue(p, i) {
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
		if s := w.traders.Probe(fast.Hash(w0, w1)); s.W0 == w0 && s.W1 == w1 && s.N == uint32(n) && n-1 < 16 {
			traderID = s.ID()
		} else {
			traderID = w.traders.Find(w0, w1, trader, uint32(n))
		}
		if int(traderID>>6) >= len(w.sets[symbolID]) {
			w.growSet(symbolID, traderID)
		}
		w.sets[symbolID][traderID>>6] |= 1 << (traderID & 63)
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
	if int(symbol) >= len(w.sets) {
		w.appear(position)
	}
	if w.row.Null&fast.TraderID != 0 {
		return // NULL is not counted
	}
	trader := w.traders.IDOf(w.row.TraderID, false)
	if int(trader>>6) >= len(w.sets[symbol]) {
		w.growSet(symbol, trader)
	}
	w.sets[symbol][trader>>6] |= 1 << (trader & 63)
}

// appear begins a set. Ids are dense, so it is always the next one.
func (w *worker) appear(position int) {
	w.sets = append(w.sets, nil)
	w.first = append(w.first, position)
}

func (w *worker) growSet(symbol, trader uint32) {
	set := make([]uint64, max(int(trader>>6)+1, w.traders.Len()/64+1, 2*len(w.sets[symbol])))
	copy(set, w.sets[symbol])
	w.sets[symbol] = set
}

func (w *worker) merge(other *worker) {
	w.counts.Add(other.counts)
	w.counts.Rejected += int64(other.slow.Rejected)
	traders := make([]uint32, other.traders.Len())
	for id := range traders {
		traders[id] = w.traders.IDFrom(other.traders, uint32(id))
	}
	for id, set := range other.sets {
		mine := w.symbols.IDFrom(other.symbols, uint32(id))
		if int(mine) >= len(w.sets) {
			w.appear(other.first[id])
		}
		w.first[mine] = min(w.first[mine], other.first[id])
		if w.traders.Len() > 64*len(w.sets[mine]) {
			w.growSet(mine, uint32(w.traders.Len()))
		}
		into := w.sets[mine]
		for i, word := range set {
			for ; word != 0; word &= word - 1 {
				trader := traders[i<<6+bits.TrailingZeros64(word)]
				into[trader>>6] |= 1 << (trader & 63)
			}
		}
	}
}

// write prints the symbols in the order of their first rows.
func (w *worker) write(out *os.File) (fast.Counts, error) {
	w.counts.Rejected += int64(w.slow.Rejected)
	order := make([]uint32, len(w.sets))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return w.first[a] - w.first[b] })
	var text []byte
	for _, id := range order {
		count := 0
		for _, word := range w.sets[id] {
			count += bits.OnesCount64(word)
		}
		text = append(text, `{"symbol":`...)
		text = w.symbols.AppendJSON(text, id)
		text = append(text, `,"traders":`...)
		text = strconv.AppendInt(text, int64(count), 10)
		text = append(text, "}\n"...)
	}
	w.counts.Out = int64(len(order))
	_, err := out.Write(text)
	return w.counts, err
}
