package main

import (
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// best has the best fill of each trader at each venue: a row of cells for a trader, a cell for a venue.
type best struct {
	width int
	cells []int64
	order []uint32 // traders in the order in which they appeared
	seen  []bool   // by trader
}

// What a cell holds beside prices.
const (
	nothing = -1 << 63
	null    = nothing + 1 // fills, but none with a price
)

func (b *best) add(pairs []*fast.Pair) error {
	for _, p := range pairs {
		trader, venue := int(p.Names[0]), int(p.Names[1])
		if venue >= b.width {
			b.widen(venue + 1)
		}
		for trader >= len(b.seen) {
			b.seen = append(b.seen, false)
			b.cells = append(b.cells, slices.Repeat([]int64{nothing}, b.width)...)
		}
		if !b.seen[trader] {
			b.seen[trader] = true
			b.order = append(b.order, p.Names[0])
		}
		price := p.Right
		if p.NoRight {
			price = null
		}
		cell := &b.cells[trader*b.width+venue]
		*cell = max(*cell, price)
	}
	return nil
}

func (b *best) widen(least int) {
	width := max(2*b.width, least, 8)
	cells := slices.Repeat([]int64{nothing}, len(b.seen)*width)
	for trader := range b.seen {
		copy(cells[trader*width:], b.cells[trader*b.width:(trader+1)*b.width])
	}
	b.width, b.cells = width, cells
}

// text is the result: an average is that of prices, of which there are at most as many as venues.
func (b *best) text(traders *fast.Names) []byte {
	var text []byte
	for _, trader := range b.order {
		venues := uint64(0)
		totals := fast.NewTotals
		for _, price := range b.cells[int(trader)*b.width:][:b.width] {
			if price == nothing {
				continue
			}
			venues++
			if price == null {
				totals.AddNullable(&fast.Trade{Null: fast.Price | fast.Quantity})
			} else {
				totals.Add(price, 0)
			}
		}
		text = append(text, `{"trader_id":`...)
		text = traders.AppendJSON(text, trader)
		text = slices.Grow(text, 128)
		o, at := fast.P(unsafe.SliceData(text)), uintptr(len(text))
		at = fast.Lit(o, at, `,"venues":`)
		at = fast.PutUint(o, at, venues)
		at = fast.Lit(o, at, `,"avg_best":`)
		at = totals.PutAverage(o, at)
		at = fast.Lit(o, at, "}\n")
		text = text[:at]
	}
	return text
}
