package join

import (
	"hash/maphash"
	"math/bits"
	"strings"

	"github.com/velostream/veloc/runtime/state"
)

// Entry is a row that an Index holds.
type Entry[R any] struct {
	Row  R
	Time int64 // ns
	// Partners is how many rows of the other side the row has met; how exactly it is counted is the user's business.
	Partners int64

	id         int32
	key        uint32 // place of its key
	prev, next int32  // of the same key; -1: none
	place      int32  // in its bucket, where entries have an end
}

// ID is the row's place in its index.
func (e *Entry[R]) ID() int32 { return e.id }

// Next is the row of the same key that was added next; -1 if there is none.
func (e *Entry[R]) Next() int32 { return e.next }

// Index is a multimap from keys to rows: those of a key in the order in which they were added. Rows stay where they are until they are
// removed; their memory is used again. Keys are found by open addressing with linear probing over 8 bytes a key, which hold its whole hash: keys are
// touched only where they are compared. A key and its rows are further on, so that an index of a million rows grows without copying them.
type Index[R any] struct {
	state.Dirty // ids of rows that have come, changed or gone, where they are saved
	order       order

	slots  []slot
	mask   uint64
	s1, s2 uint64
	keys   []key
	texts  []string // of keys that are longer than their two words, by place; shorter than keys where there is none that long
	spare  []uint32 // free places in keys
	used   int      // keys in use

	slabs [][]Entry[R]
	rows  int32   // ids given out so far
	free  []int32 // ids to give out again
	n     int
}

// slot is a key's place plus one, 0 if the slot is empty, and its hash.
type slot struct{ hash, at uint32 }

// key has 32 bytes, so that none lies in two cache lines.
type key struct {
	a, b        uint64
	n           uint32 // length of the key's text
	hash        uint32
	first, last int32
}

const (
	firstSlots = 1 << 8
	slabRows   = 1 << 9
	wordBytes  = 16
	noRow      = -1
)

// NewIndex returns an empty index.
func NewIndex[R any]() *Index[R] {
	x := &Index[R]{}
	x.Init()
	return x
}

// Init makes the index ready; the zero Index is not.
func (x *Index[R]) Init() {
	seed := maphash.MakeSeed()
	x.s1 = maphash.Comparable(seed, 1) | 1
	x.s2 = maphash.Comparable(seed, 2) | 1
	x.slots = make([]slot, firstSlots)
	x.mask = firstSlots - 1
}

// Len is the number of rows.
func (x *Index[R]) Len() int { return x.n }

// Keys is the number of different keys.
func (x *Index[R]) Keys() int { return x.used }

func (x *Index[R]) hash(k state.Key) uint32 {
	hi, lo := bits.Mul64(k.A^x.s1, k.B^x.s2)
	return uint32((hi ^ lo) >> 32)
}

// find is the place of a key, or -1, and the slot where the search ended.
func (x *Index[R]) find(k state.Key, hash uint32) (at int, slot uint64) {
	for i := uint64(hash) & x.mask; ; i = (i + 1) & x.mask {
		s := x.slots[i]
		if s.at == 0 {
			return -1, i
		}
		if s.hash == hash && x.is(int(s.at-1), k) {
			return int(s.at - 1), i
		}
	}
}

// is tells whether the key at a place is k.
func (x *Index[R]) is(at int, k state.Key) bool {
	e := &x.keys[at]
	return e.a == k.A && e.b == k.B && e.n == uint32(len(k.S)) && (e.n <= wordBytes || x.texts[at] == k.S)
}

// First is the first row with a key; -1 if there is none.
func (x *Index[R]) First(k state.Key) int32 {
	at, _ := x.find(k, x.hash(k))
	if at < 0 {
		return noRow
	}
	return x.keys[at].first
}

// Next is the row of the same key that was added next; -1 if there is none.
func (x *Index[R]) Next(id int32) int32 { return x.At(id).next }

// At is the entry of a row. It stays where it is until the row is removed.
func (x *Index[R]) At(id int32) *Entry[R] { return &x.slabs[id/slabRows][id%slabRows] }

// Add adds a row and returns its id. The entry is empty but for its time; the caller sets Row.
func (x *Index[R]) Add(k state.Key, time int64) (id int32) {
	id = x.newRow()
	x.At(id).Time = time
	x.link(id, k)
	x.n++
	if x.order.on {
		x.order.came(id)
		x.Note(int(id))
	}
	return id
}

// link puts a row behind the others of its key.
func (x *Index[R]) link(id int32, k state.Key) {
	hash := x.hash(k)
	at, slotAt := x.find(k, hash)
	if at < 0 {
		at = x.newKey(k, hash, slotAt)
	}
	e := x.At(id)
	owner := &x.keys[at]
	e.id, e.key, e.prev, e.next, e.place = id, uint32(at), owner.last, noRow, noRow
	if owner.last >= 0 {
		x.At(owner.last).next = id
	} else {
		owner.first = id
	}
	owner.last = id
}

// Meets adds to the number of a row's partners.
func (x *Index[R]) Meets(e *Entry[R], by int64) {
	e.Partners += by
	x.Note(int(e.id))
}

// keyOf is the key of a row. The text of a short one is not kept as such: only its length counts.
func (x *Index[R]) keyOf(e *Entry[R]) state.Key {
	k := &x.keys[e.key]
	text := blank[:min(k.n, wordBytes)]
	if k.n > wordBytes {
		text = x.texts[e.key]
	}
	return state.Key{A: k.a, B: k.b, S: text}
}

const blank = "                "

func (x *Index[R]) newKey(k state.Key, hash uint32, slotAt uint64) int {
	if uint64(x.used+1)*2 > x.mask+1 {
		x.grow()
		_, slotAt = x.find(k, hash)
	}
	at := len(x.keys)
	if n := len(x.spare); n > 0 {
		at = int(x.spare[n-1])
		x.spare = x.spare[:n-1]
	} else {
		x.keys = append(x.keys, key{})
	}
	x.keys[at] = key{a: k.A, b: k.B, n: uint32(len(k.S)), hash: hash, first: noRow, last: noRow}
	if len(k.S) > wordBytes {
		if at >= len(x.texts) {
			x.texts = append(x.texts, make([]string, at+1-len(x.texts))...)
		}
		x.texts[at] = strings.Clone(k.S)
	}
	x.slots[slotAt] = slot{hash, uint32(at) + 1}
	x.used++
	return at
}

func (x *Index[R]) grow() {
	old := x.slots
	x.slots = make([]slot, 2*len(old))
	x.mask = uint64(len(x.slots) - 1)
	for _, s := range old {
		if s.at == 0 {
			continue
		}
		i := uint64(s.hash) & x.mask
		for x.slots[i].at != 0 {
			i = (i + 1) & x.mask
		}
		x.slots[i] = s
	}
}

func (x *Index[R]) newRow() int32 {
	if n := len(x.free); n > 0 {
		id := x.free[n-1]
		x.free = x.free[:n-1]
		return id
	}
	id := x.rows
	if int(id/slabRows) == len(x.slabs) {
		x.slabs = append(x.slabs, make([]Entry[R], slabRows))
	}
	x.rows++
	return id
}

// Remove removes a row. Its entry is used again for another one.
func (x *Index[R]) Remove(id int32) {
	e := x.At(id)
	owner := &x.keys[e.key]
	if e.prev >= 0 {
		x.At(e.prev).next = e.next
	} else {
		owner.first = e.next
	}
	if e.next >= 0 {
		x.At(e.next).prev = e.prev
	} else {
		owner.last = e.prev
	}
	if owner.first < 0 {
		x.dropKey(e.key)
	}
	*e = Entry[R]{} // holds on to no memory
	if x.order.on {
		x.order.of[id] = gone
		x.Note(int(id))
	}
	x.free = append(x.free, id)
	x.n--
}

// dropKey removes a key without rows: keys behind it in its run of slots that belong before it move up.
func (x *Index[R]) dropKey(at uint32) {
	i := uint64(x.keys[at].hash) & x.mask
	for x.slots[i].at != at+1 {
		i = (i + 1) & x.mask
	}
	for j := (i + 1) & x.mask; x.slots[j].at != 0; j = (j + 1) & x.mask {
		home := uint64(x.slots[j].hash) & x.mask
		if (j-home)&x.mask >= (j-i)&x.mask { // its home is at i or before
			x.slots[i] = x.slots[j]
			i = j
		}
	}
	x.slots[i] = slot{}
	x.keys[at] = key{first: noRow, last: noRow}
	if int(at) < len(x.texts) {
		x.texts[at] = ""
	}
	x.spare = append(x.spare, at)
	x.used--
}

// Each visits all rows, in no particular order, until visit returns false.
func (x *Index[R]) Each(visit func(id int32, e *Entry[R]) bool) {
	for i := range x.keys {
		for id := x.keys[i].first; id >= 0; {
			next := x.At(id).next
			if !visit(id, x.At(id)) {
				return
			}
			id = next
		}
	}
}
