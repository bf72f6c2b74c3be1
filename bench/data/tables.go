package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
)

// What trades are joined with is about the same trades: it takes them from the random sequences of jsonl, and what it adds from
// sequences of its own.

// fillSeed keeps the random sequence of what is added apart from that of the trades.
const fillSeed = 1 << 32

const longestWait = 20 * 60 * 1000 // milliseconds from a trade to its fill, at most

// table writes one of the kinds that trades are joined with; rows is the number of trades.
func (m *market) table(kind string, rows int, path string, seed uint64) error {
	switch kind {
	case "fills":
		return save(path, "", parts(fillLines(m.fills(rows, seed)), rows, seed))
	case "orders":
		return save(path, "order_id,client,limit_price\n", parts(m.orders, rows, seed))
	}
	return save(path, "trader_id,desk,credit\n", parts(traders, 10_000, seed))
}

// A fill is what became of a trade.
type fill struct {
	orderID uint64
	price   int64 // 1/10000
	filled  int64
	written int64 // the time by which lines are in order
}

// fills are those of all trades, in the order in which they are written: each up to two seconds behind the latest one before.
func (m *market) fills(rows int, seed uint64) []fill {
	all := make([]fill, rows)
	for part := range parts(func(_ []byte, r *rand.Rand, from, to, rows int) []byte {
		extra := rand.New(rand.NewPCG(seed, fillSeed+uint64(from/chunkRows)))
		for i := from; i < to; i++ {
			t := m.trade(r, i, rows)
			f := fill{orderID: t.orderID, price: t.price - t.price/1000 + extra.Int64N(t.price/500), filled: t.eventTime + extra.Int64N(longestWait+1)}
			f.written = f.filled + extra.Int64N(disorder)
			all[i] = f
		}
		return nil
	}, rows, seed) {
		<-part
	}
	slices.SortStableFunc(all, func(a, b fill) int { return cmp.Compare(a.written, b.written) })
	return all
}

func fillLines(all []fill) chunk {
	return func(_ []byte, _ *rand.Rand, from, to, _ int) []byte {
		out := make([]byte, 0, (to-from)*74)
		for _, f := range all[from:to] {
			out = append(out, `{"order_id":"`...)
			out = appendHex(out, f.orderID)
			out = append(out, `","fill_price":`...)
			out = appendPrice(out, f.price, 4)
			out = append(out, `,"filled":`...)
			out = strconv.AppendInt(out, f.filled, 10)
			out = append(out, "}\n"...)
		}
		return out
	}
}

// orders are those of every fifth trade.
func (m *market) orders(_ []byte, r *rand.Rand, from, to, rows int) []byte {
	out := make([]byte, 0, (to-from)/5*34+64)
	for i := from; i < to; i++ {
		t := m.trade(r, i, rows)
		if i%5 != 0 {
			continue
		}
		out = append(appendHex(out, t.orderID), ",C"...)
		out = append(strconv.AppendInt(out, int64(t.orderID%100_000), 10), ',')
		out = append(appendPrice(out, t.price+t.price/50, 2), '\n')
	}
	return out
}

var desks = []string{"cash", "futures", "options", "programs", "prime", "small caps", "rates", "house"}

func traders(_ []byte, r *rand.Rand, from, to, _ int) []byte {
	var out []byte
	for i := from; i < to; i++ {
		out = append(strconv.AppendInt(append(out, 'T'), int64(10000+i), 10), ',')
		out = append(append(out, desks[r.IntN(len(desks))]...), ',')
		out = append(strconv.AppendInt(out, int64(1+r.IntN(500))*10_000, 10), '\n')
	}
	return out
}
