package state

import (
	"hash/maphash"
	"math/bits"
	"strings"
	"unsafe"
)

// Table maps keys to dense ids 0, 1, 2, … in order of first appearance. Open addressing with linear probing; keys of up to 16
// bytes stand in the slots and are compared as integers (bench/handwritten and docs/performance.md have the numbers). The hash
// is seeded per table, so that nobody can prepare colliding keys.
type Table struct {
	slots []slot
	shift uint8
	n     uint32
	s1    uint64
	s2    uint64
	at    []uint32 // slot of each id
	text  []string // by id, once a key longer than 16 bytes has been seen
}

type slot struct {
	a, b uint64
	n    uint32
	id   uint32 // id + 1; 0: empty
}

const firstSlots = 1 << 10

// Init makes the table ready; the zero Table is not.
func (t *Table) Init() { t.init(firstSlots) }

func (t *Table) init(slots int) {
	seed := maphash.MakeSeed()
	t.s1 = maphash.Comparable(seed, 1) | 1
	t.s2 = maphash.Comparable(seed, 2) | 1
	t.alloc(slots)
}

func (t *Table) alloc(n int) {
	t.slots = make([]slot, n)
	t.shift = uint8(64 - bits.Len(uint(n-1)))
}

// Len is the number of keys.
func (t *Table) Len() int { return int(t.n) }

func (t *Table) home(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^t.s1, b^t.s2)
	return (hi ^ lo) >> (t.shift & 63)
}

// Probe looks at the first slot for k and returns its id if k is there, else -1; then ask Find. It is small enough to be inlined.
func (t *Table) Probe(k Key) int {
	s := (*slot)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(t.slots)), uintptr(t.home(k.A, k.B))*unsafe.Sizeof(slot{})))
	if s.a == k.A && s.b == k.B && s.n == uint32(len(k.S)) && len(k.S) <= inline && s.id != 0 {
		return int(s.id) - 1
	}
	return -1
}

// Find returns the id of k, inserting it if it is new.
func (t *Table) Find(k Key) (id int, fresh bool) {
	mask := uint64(len(t.slots) - 1)
	for h := t.home(k.A, k.B); ; h = (h + 1) & mask {
		s := &t.slots[h]
		if s.id == 0 {
			return t.insert(k, h), true
		}
		if s.a == k.A && s.b == k.B && s.n == uint32(len(k.S)) && (len(k.S) <= inline || t.text[s.id-1] == k.S) {
			return int(s.id) - 1, false
		}
	}
}

func (t *Table) insert(k Key, h uint64) int {
	id := t.n
	t.n++
	t.slots[h] = slot{k.A, k.B, uint32(len(k.S)), t.n}
	t.at = append(t.at, uint32(h))
	if len(k.S) > inline || t.text != nil {
		for len(t.text) < int(t.n) {
			t.text = append(t.text, "")
		}
		if len(k.S) > inline {
			t.text[id] = strings.Clone(k.S)
		}
	}
	// A quarter full while the table is small, so that nearly every key stands in its first slot; half full when memory counts.
	if n := int(t.n); n*4 > len(t.slots) && (len(t.slots) < 1<<16 || n*2 > len(t.slots)) {
		t.grow()
	}
	return int(id)
}

func (t *Table) grow() {
	old := t.slots
	t.alloc(len(old) * 2)
	mask := uint64(len(t.slots) - 1)
	for i := range old {
		s := &old[i]
		if s.id == 0 {
			continue
		}
		h := t.home(s.a, s.b)
		for t.slots[h].id != 0 {
			h = (h + 1) & mask
		}
		t.slots[h] = *s
		t.at[s.id-1] = uint32(h)
	}
}

// Key is the key of an id. The text of keys that stand in the slots is not kept as such: only its length counts, so any text of that
// length serves.
func (t *Table) Key(id int) Key {
	s := &t.slots[t.at[id]]
	k := Key{A: s.a, B: s.b, S: blank[:min(s.n, inline)]}
	if s.n > inline {
		k.S = t.text[id]
	}
	return k
}

const blank = "                "
