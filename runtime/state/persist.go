package state

import "math/bits"

// Persister is a table that can be saved while it is used, and read again. What it writes are entries; those of a delta stand for what has
// changed, with their new values as a whole, so reading an entry twice, or after a newer snapshot, does no harm.
//
// A snapshot is written in slices, between which the table goes on changing. What a slice missed or what changed after it stands in the
// deltas from the first slice on: with these the snapshot is whole.
type Persister interface {
	Schema() *Schema
	// Track makes the table remember what changes from now on.
	Track()
	// Delta appends the entries that have changed since the last call.
	Delta(dst []byte) []byte
	// Rewind begins a snapshot.
	Rewind()
	// Slice appends the next entries of the snapshot, about limit bytes of them. more is false with the last ones.
	Slice(dst []byte, limit int) (_ []byte, more bool)
	// Load takes over entries, the older ones first. values brings those of an older program into form.
	Load(entries []byte, values Arrange) error
	// Loaded makes the table ready after the last Load.
	Loaded()
	// Size tells how many entries there are.
	Size() int
}

// Changes is a set of ids whose values have changed.
type Changes []uint64

// Track is an empty set that is not nil: those who note changes ask for that.
func Track() Changes { return make(Changes, 16) }

// Note adds an id.
func (c *Changes) Note(id int) {
	for id>>6 >= len(*c) {
		*c = append(*c, make(Changes, max(16, len(*c)))...)
	}
	(*c)[id>>6] |= 1 << (id & 63)
}

// Has tells whether an id was noted.
func (c Changes) Has(id int) bool { return id>>6 < len(c) && c[id>>6]>>(id&63)&1 != 0 }

// Take visits all ids in ascending order and empties the set.
func (c Changes) Take(visit func(id int)) {
	for i, w := range c {
		for ; w != 0; w &= w - 1 {
			visit(i<<6 | bits.TrailingZeros64(w))
		}
		c[i] = 0
	}
}
