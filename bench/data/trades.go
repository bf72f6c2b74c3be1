package main

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// A market is what all trades of a run have in common.
type market struct {
	symbols []string
	base    []float64 // usual price of each symbol
	popular []uint16  // index of a symbol, by popularity
}

var (
	venues = []string{"XNAS", "XNYS", "ARCX", "BATS", "IEXG"}
	sides  = []string{"BUY", "SELL"}
)

const (
	firstEvent = 1_767_571_200_000 // 2026-01-05T00:00:00Z
	span       = 100 * 60 * 1000   // milliseconds from first to last event
	disorder   = 2000              // milliseconds that an event may be behind
)

func newMarket(r *rand.Rand) *market {
	m := &market{popular: make([]uint16, 1<<14)}
	seen := map[string]bool{}
	for len(m.symbols) < 500 {
		s := make([]byte, 2+r.IntN(4), 9)
		for i := range s {
			s[i] = byte('A' + r.IntN(26))
		}
		if r.IntN(10) == 0 {
			s = append(s, ".PRA"...)
		}
		if !seen[string(s)] {
			seen[string(s)] = true
			m.symbols = append(m.symbols, string(s))
			m.base = append(m.base, math.Exp(r.NormFloat64()*0.9+4.8))
		}
	}
	for i := range m.popular {
		m.popular[i] = uint16(math.Pow(float64(i)/float64(len(m.popular)), 1.5) * 500)
	}
	return m
}

type trade struct {
	orderID   uint64 // 48 bits
	symbol    string
	side      string
	price     int64 // 1/10000
	decimals  int   // of the price, 2 to 4
	quantity  int
	venue     string
	trader    int
	eventTime int64
	flags     int
}

func (m *market) trade(r *rand.Rand, i, rows int) trade {
	k := m.popular[r.IntN(len(m.popular))]
	t := trade{
		orderID:  r.Uint64() >> 16,
		symbol:   m.symbols[k],
		side:     sides[r.IntN(2)],
		price:    max(int64(m.base[k]*(1+r.NormFloat64()*0.01)*10000), 10000),
		decimals: 2 + r.IntN(3),
		quantity: 1 + r.IntN(100)*r.IntN(100),
		venue:    venues[r.IntN(len(venues))],
		trader:   10000 + r.IntN(10000),
		flags:    r.IntN(256),
	}
	unit := [...]int64{2: 100, 3: 10, 4: 1}[t.decimals]
	t.price = t.price / unit * unit
	t.eventTime = firstEvent + max(int64(i)*span/int64(rows)-int64(r.IntN(disorder)), 0)
	return t
}

func (m *market) jsonLines(_ []byte, r *rand.Rand, from, to, rows int) []byte {
	out := make([]byte, 0, (to-from)*170)
	for i := from; i < to; i++ {
		out = m.trade(r, i, rows).appendJSON(out)
	}
	return out
}

func (t trade) appendJSON(out []byte) []byte {
	out = append(out, `{"order_id":"`...)
	out = appendHex(out, t.orderID)
	out = append(out, `","symbol":"`...)
	out = append(out, t.symbol...)
	out = append(out, `","side":"`...)
	out = append(out, t.side...)
	out = append(out, `","price":`...)
	out = appendPrice(out, t.price, t.decimals)
	out = append(out, `,"quantity":`...)
	out = strconv.AppendInt(out, int64(t.quantity), 10)
	out = append(out, `,"venue":"`...)
	out = append(out, t.venue...)
	out = append(out, `","trader_id":"T`...)
	out = strconv.AppendInt(out, int64(t.trader), 10)
	out = append(out, `","event_time":`...)
	out = strconv.AppendInt(out, t.eventTime, 10)
	out = append(out, `,"flags":`...)
	out = strconv.AppendInt(out, int64(t.flags), 10)
	return append(out, "}\n"...)
}

func (m *market) csv(_ []byte, r *rand.Rand, from, to, rows int) []byte {
	out := make([]byte, 0, (to-from)*72)
	for i := from; i < to; i++ {
		t := m.trade(r, i, rows)
		out = append(appendHex(out, t.orderID), ',')
		out = append(append(out, t.symbol...), ',')
		out = append(append(out, t.side...), ',')
		out = append(appendPrice(out, t.price, t.decimals), ',')
		out = append(strconv.AppendInt(out, int64(t.quantity), 10), ',')
		out = append(append(out, t.venue...), ",T"...)
		out = append(strconv.AppendInt(out, int64(t.trader), 10), ',')
		out = append(strconv.AppendInt(out, t.eventTime, 10), ',')
		out = append(strconv.AppendInt(out, int64(t.flags), 10), '\n')
	}
	return out
}

// appendHex appends 12 hexadecimal digits.
func appendHex(out []byte, v uint64) []byte {
	for shift := 44; shift >= 0; shift -= 4 {
		out = append(out, "0123456789abcdef"[v>>shift&15])
	}
	return out
}

// appendPrice appends v/10000 with the given number of decimals.
func appendPrice(out []byte, v int64, decimals int) []byte {
	out = strconv.AppendInt(out, v/10000, 10)
	f := v % 10000
	digits := [4]byte{byte('0' + f/1000), byte('0' + f/100%10), byte('0' + f/10%10), byte('0' + f%10)}
	out = append(out, '.')
	return append(out, digits[:decimals]...)
}
