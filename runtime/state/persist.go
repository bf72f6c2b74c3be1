package state

import (
	"encoding/binary"
	"math/bits"
)

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

// How entries begin.
const (
	EntryGone  = 0 // the key is no longer there
	EntryThere = 1
)

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

// AppendKey appends the item of a key.
func AppendKey(dst []byte, k Key) []byte {
	n := len(k.S)
	dst, at := Begin(dst)
	if n > inline {
		dst = append(dst, inline+1)
		return End(append(dst, k.S...), at)
	}
	var words [inline]byte
	binary.LittleEndian.PutUint64(words[:], k.A)
	binary.LittleEndian.PutUint64(words[8:], k.B)
	keep := n
	if n == 0 {
		for keep = inline; keep > 0 && words[keep-1] == 0; keep-- {
		}
	}
	dst = append(append(dst, byte(n)), words[:keep]...)
	return End(dst, at)
}

// DecodeKey reads the item of a key. The text of a long key is a view of src.
func DecodeKey(src []byte) (k Key, rest []byte, err error) {
	item, rest, err := Item(src)
	switch {
	case err != nil || len(item) == 0 || item[0] > inline+1:
		return k, nil, ErrItem
	case item[0] == inline+1:
		return TextKey(textOf(item[1:])), rest, nil
	}
	n := int(item[0])
	var words [inline]byte
	if copied := copy(words[:], item[1:]); copied != len(item)-1 || n > 0 && copied != n {
		return k, nil, ErrItem
	}
	k.A, k.B = binary.LittleEndian.Uint64(words[:]), binary.LittleEndian.Uint64(words[8:])
	k.S = blank[:n]
	return k, rest, nil
}

// Value decodes the value at the beginning of src after bringing it into form.
func (c Codec[T]) Value(src []byte, v *T, a Arrange, scratch *[]byte) (rest []byte, err error) {
	if a == nil {
		return c.Decode(src, v)
	}
	value, rest, err := a.Item(*scratch, src)
	if err != nil {
		return nil, err
	}
	*scratch = value
	_, err = c.Decode(value, v)
	return rest, err
}
