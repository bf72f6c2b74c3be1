package fast

import (
	"bytes"
	"math/bits"
	"unsafe"
)

const mix = 0x9E3779B97F4A7C15

// NullLen is the length that stands for the NULL string as a key.
const NullLen = ^uint32(0)

// Names gives each string a dense id, in the order of first appearance. Strings of up to 16 bytes are
// compared as two words, which are the hash input as well; longer ones also by their bytes.
type Names struct {
	slots  []Slot
	shift  uint
	names  [][]byte
	isNull []bool
}

// Slot is an entry of the table: it matches when words and length are equal and N is at most 16.
type Slot struct {
	W0, W1 uint64
	N      uint32
	id1    uint32 // id + 1; 0 is an empty slot
}

// ID is the id of the string in the slot, which must not be empty.
func (s *Slot) ID() uint32 { return s.id1 - 1 }

// NewNames returns an empty table.
func NewNames() *Names {
	t := &Names{}
	t.resize(12)
	return t
}

func (t *Names) resize(log2 uint) {
	t.slots = make([]Slot, 1<<log2)
	t.shift = 64 - log2
}

// Hash is the hash of a key by its two words.
func Hash(w0, w1 uint64) uint64 { return (w0 ^ bits.RotateLeft64(w1*mix, 29)) * mix }

// Probe is the slot where a key with this hash is in most cases. An empty slot matches only the empty
// string, so a caller that has one must ask Find.
func (t *Names) Probe(hash uint64) *Slot {
	return (*Slot)(unsafe.Add(P(unsafe.SliceData(t.slots)), uintptr(hash>>(t.shift&63))*unsafe.Sizeof(Slot{})))
}

// Find returns the id of the key with these words, this length and these bytes; a new id if it is new.
// Nothing is at p when n is [NullLen].
func (t *Names) Find(w0, w1 uint64, p P, n uint32) uint32 {
	mask := len(t.slots) - 1
	for i := int(Hash(w0, w1) >> (t.shift & 63)); ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.id1 == 0 {
			return t.add(i, w0, w1, p, n)
		}
		if s.W0 == w0 && s.W1 == w1 && s.N == n &&
			(n <= 16 || n == NullLen || bytes.Equal(t.names[s.ID()], unsafe.Slice((*byte)(p), n))) {
			return s.ID()
		}
	}
}

// Lookup is Find for a key that need not be there. It changes nothing: several goroutines may look up.
func (t *Names) Lookup(w0, w1 uint64, p P, n uint32) (id uint32, ok bool) {
	mask := len(t.slots) - 1
	for i := int(Hash(w0, w1) >> (t.shift & 63)); ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.id1 == 0 {
			return 0, false
		}
		if s.W0 == w0 && s.W1 == w1 && s.N == n && (n <= 16 || bytes.Equal(t.names[s.ID()], unsafe.Slice((*byte)(p), n))) {
			return s.ID(), true
		}
	}
}

func (t *Names) add(i int, w0, w1 uint64, p P, n uint32) uint32 {
	id := uint32(len(t.names))
	var name []byte
	if n != NullLen {
		name = make([]byte, n, n+32) // padded, as every string
		copy(name, unsafe.Slice((*byte)(p), n))
	}
	t.names = append(t.names, name)
	t.isNull = append(t.isNull, n == NullLen)
	t.slots[i] = Slot{w0, w1, n, id + 1}
	if len(t.names)*2 > len(t.slots) {
		t.grow()
	}
	return id
}

func (t *Names) grow() {
	old := t.slots
	t.resize(64 - t.shift + 1)
	mask := len(t.slots) - 1
	for _, s := range old {
		if s.id1 == 0 {
			continue
		}
		i := int(Hash(s.W0, s.W1) >> (t.shift & 63))
		for t.slots[i].id1 != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// Len is the number of names.
func (t *Names) Len() int { return len(t.names) }

// Name returns the bytes of an id; null is true for the NULL string.
func (t *Names) Name(id uint32) (name []byte, null bool) { return t.names[id], t.isNull[id] }

// AppendJSON appends the name as a JSON value.
func (t *Names) AppendJSON(out []byte, id uint32) []byte {
	if t.isNull[id] {
		return append(out, "null"...)
	}
	out = append(out, '"')
	out = AppendEscaped(out, t.names[id])
	return append(out, '"')
}

// Words returns the first 16 bytes of a padded string as two words, zero behind its end.
func Words(p P, n uintptr) (w0, w1 uint64) {
	w0 = Load(p, 0)
	if n < 8 {
		return w0 & (1<<(n*8&63) - 1), 0
	}
	w1 = Load(p, 8)
	if n < 16 {
		w1 &= 1<<((n-8)*8&63) - 1
	}
	return w0, w1
}

// IDOf is Find for a string that has not been cut into words yet.
func (t *Names) IDOf(s Str, null bool) uint32 {
	if null {
		return t.Find(0, 0, nil, NullLen)
	}
	w0, w1 := Words(s.P, s.N)
	return t.Find(w0, w1, s.P, uint32(s.N))
}

// IDFrom returns the id that the name with id in other has in t.
func (t *Names) IDFrom(other *Names, id uint32) uint32 {
	name, null := other.Name(id)
	return t.IDOf(Str{P(unsafe.SliceData(name)), uintptr(len(name))}, null)
}

// Numbers are the ids in one table of the names of others.
type Numbers struct{ ids []uint32 }

// Of returns the ids in t of the names in local, by their ids there. Names are only ever added to either.
func (n *Numbers) Of(t, local *Names) []uint32 {
	for id := len(n.ids); id < local.Len(); id++ {
		n.ids = append(n.ids, t.IDFrom(local, uint32(id)))
	}
	return n.ids
}

// Quoted has the names of a table as JSON values, by id. What All returned stays valid, and may be read while names are added.
type Quoted struct{ texts []Str }

// All returns the texts of all names.
func (q *Quoted) All(t *Names) []Str {
	for id := len(q.texts); id < t.Len(); id++ {
		text := t.AppendJSON(make([]byte, 0, 6*len(t.names[id])+64), uint32(id))
		q.texts = append(q.texts, Str{P(unsafe.SliceData(text)), uintptr(len(text))})
	}
	return q.texts
}
