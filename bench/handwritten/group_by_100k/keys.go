package main

import (
	"slices"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// keys numbers groups. There are few pairs of side and venue: a pair has a place in the row of each trader, and there is the group's number.
type keys struct {
	traders, venues, sides *fast.Names
	known                  []word   // sides and venues of up to eight bytes, with their places
	pairs                  []pair   // by place
	width                  int      // places in a row of cells
	cells                  []uint32 // by trader and place: number + 1, or 0
	groups                 []member // by number
}

type pair struct{ side, venue uint32 }

type word struct {
	side, venue uint64
	place       int
}

type member struct{ trader, place uint32 }

func newKeys() *keys {
	return &keys{traders: fast.NewNames(), venues: fast.NewNames(), sides: fast.NewNames(), width: 16, known: make([]word, 1<<12)}
}

// slot is where a side and a venue are known. What collides takes the slow path.
func (k *keys) slot(side, venue uint64) *word {
	return &k.known[fast.Hash(side, venue)>>52]
}

// place returns the place of a side and a venue, given by their words, or -1 for what the slow path must find.
func (k *keys) place(side, venue uint64) int {
	if w := k.slot(side, venue); w.side == side && w.venue == venue && side != 0 && venue != 0 {
		return w.place
	}
	return -1
}

// group returns the number of a trader's group.
func (k *keys) group(trader, place uint32) uint32 {
	at := int(trader)*k.width + int(place)
	if at >= len(k.cells) {
		k.cells = append(k.cells, make([]uint32, max(at+k.width-len(k.cells), len(k.cells)))...)
	}
	if k.cells[at] == 0 {
		k.groups = append(k.groups, member{trader, place})
		k.cells[at] = uint32(len(k.groups))
	}
	return k.cells[at] - 1
}

// groupOf is the number of a row's group, and makes the pair of its side and venue known.
func (k *keys) groupOf(row *fast.Trade) uint32 {
	p := pair{k.sides.IDOf(row.Side, row.Null&fast.Side != 0), k.venues.IDOf(row.Venue, row.Null&fast.Venue != 0)}
	place := k.placeOf(p)
	if row.Null&(fast.Side|fast.Venue) == 0 && row.Side.N < 8 && row.Venue.N < 8 {
		side, _ := fast.Words(row.Side.P, row.Side.N)
		venue, _ := fast.Words(row.Venue.P, row.Venue.N)
		if plain(row.Side) && plain(row.Venue) {
			*k.slot(side, venue) = word{side, venue, int(place)}
		}
	}
	return k.group(k.traders.IDOf(row.TraderID, row.Null&fast.TraderID != 0), place)
}

// plain tells that a text is its word: a zero byte in it could be the end of another one.
func plain(s fast.Str) bool { return !slices.Contains(s.Bytes(), 0) }

func (k *keys) placeOf(p pair) uint32 {
	place := slices.Index(k.pairs, p)
	if place >= 0 {
		return uint32(place)
	}
	k.pairs = append(k.pairs, p)
	if len(k.pairs) > k.width {
		k.widen()
	}
	return uint32(len(k.pairs) - 1)
}

func (k *keys) widen() {
	wide := make([]uint32, 2*len(k.cells))
	for at, number := range k.cells {
		wide[at/k.width*2*k.width+at%k.width] = number
	}
	k.cells, k.width = wide, 2*k.width
}

// from returns a function that turns numbers of other into those of k.
func (k *keys) from(other *keys) func(uint32) uint32 {
	traders := make([]uint32, other.traders.Len())
	for id := range traders {
		traders[id] = k.traders.IDFrom(other.traders, uint32(id))
	}
	places := make([]uint32, len(other.pairs))
	for i, p := range other.pairs {
		places[i] = k.placeOf(pair{k.sides.IDFrom(other.sides, p.side), k.venues.IDFrom(other.venues, p.venue)})
	}
	return func(group uint32) uint32 {
		m := other.groups[group]
		return k.group(traders[m.trader], places[m.place])
	}
}

// append writes the columns of a group's key.
func (k *keys) append(text []byte, group uint32) []byte {
	m := k.groups[group]
	p := k.pairs[m.place]
	text = append(text, `{"trader_id":`...)
	text = k.traders.AppendJSON(text, m.trader)
	text = append(text, `,"venue":`...)
	text = k.venues.AppendJSON(text, p.venue)
	text = append(text, `,"side":`...)
	return k.sides.AppendJSON(text, p.side)
}
