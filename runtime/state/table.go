package state

import (
	"hash/maphash"
	"math/bits"
	"strings"
	"unsafe"
)

// Table maps keys to dense ids.
type Table = Slots[struct{}]

// Slots maps keys to dense ids 0, 1, 2, … in order of first appearance, and holds a value V for each. Open addressing with linear
// probing; keys of up to 16 bytes stand in the slots and are compared as integers, and the value stands beside them, because key and
// value of a group are wanted together and should cost one cache line (bench/handwritten and docs/performance.md have the numbers).
// The hash is seeded per table, so that nobody can prepare colliding keys.
type Slots[V any] struct {
	slots []slot[V]
	base  unsafe.Pointer // of slots
	mask  uint64         // len(slots) - 1, a power of two less one
	n     uint32
	s1    uint64
	s2    uint64
	at    []uint32 // slot of each id
	text  []string // by id, once a key longer than 16 bytes has been seen

	strays, patience uint32 // see strayed
	fetched          uint64 // what fetch has read, so that it is read
	dense            bool   // half full before it grows: of such tables there is one in each group
}

type slot[V any] struct {
	value V
	a, b  uint64
	n     uint32 // length of the key's text, plus opaque where a and b do not decide
	id    uint32 // id + 1; 0: empty
}

// opaque marks the slots that comparing the words a and b and the length cannot find: empty ones, those of longer keys, and those whose
// keys have control characters. The latter can only come from quoted cells; Short relies on never finding them.
const opaque = 1 << 31

// Small tables are sparse, so that nearly every key stands in the first slot that is looked at; they grow when they are a
// thirty-second full up to a megabyte, at a quarter up to sixteen, and then, when memory counts, at half.
const (
	firstSlots   = 1 << 10
	sparseBytes  = 1 << 20
	quarterBytes = 1 << 24
)

// Init makes the table ready; the zero Slots is not.
func (t *Slots[V]) Init() { t.init(firstSlots) }

func (t *Slots[V]) init(slots int) {
	t.seed()
	t.patience = patience
	t.alloc(slots)
}

func (t *Slots[V]) seed() {
	seed := maphash.MakeSeed()
	t.s1 = maphash.Comparable(seed, 1) | 1
	t.s2 = maphash.Comparable(seed, 2) | 1
}

func (t *Slots[V]) alloc(n int) {
	t.slots = make([]slot[V], n)
	for i := range t.slots {
		t.slots[i].n = opaque
	}
	t.base = unsafe.Pointer(unsafe.SliceData(t.slots))
	t.mask = uint64(n - 1)
}

// Len is the number of keys.
func (t *Slots[V]) Len() int { return int(t.n) }

func (t *Slots[V]) home(a, b uint64) uint64 {
	a, b = bits.Mul64(a^t.s1, b^t.s2)
	return (a ^ b) & t.mask
}

// first is the slot that is looked at first.
func (t *Slots[V]) first(a, b uint64) *slot[V] {
	return (*slot[V])(unsafe.Add(t.base, uintptr(t.home(a, b))*unsafe.Sizeof(slot[V]{})))
}

// Probe looks at the first slot for k and returns its id if k is there, else -1; then ask Find. It is small enough to be inlined.
func (t *Slots[V]) Probe(k Key) int {
	if s := t.first(k.A, k.B); s.a == k.A && s.b == k.B && s.n == uint32(len(k.S)) {
		return int(s.id) - 1
	}
	return -1
}

// Short looks at the first slot for the text of n bytes, up to 16 and without control characters, that the words a and b hold. It returns the
// place of that slot's value and 0, or anything else if the key is not there or odd is not 0: a chain of conditions without a branch.
// The value moves when a key is added or looked for by Get.
func (t *Slots[V]) Short(a, b uint64, n uintptr, odd uint64) (*V, uint64) {
	s := t.first(a, b)
	return &s.value, odd | (s.a ^ a) | (s.b ^ b) | (uint64(s.n) ^ uint64(n))
}

// Get returns the id of k, or -1 if k is not there. Values may move.
func (t *Slots[V]) Get(k Key) int {
	s, h := t.seek(k)
	id := int(s.id) - 1
	if id >= 0 && h != t.home(k.A, k.B) {
		t.strayed()
	}
	return id
}

// Find returns the id of k, inserting it if it is new. Values may move.
func (t *Slots[V]) Find(k Key) (id int, fresh bool) {
	s, h := t.seek(k)
	if s.id == 0 {
		return t.insert(k, h), true
	}
	id = int(s.id) - 1
	if h != t.home(k.A, k.B) {
		t.strayed()
	}
	return id, false
}

// Restore gives k the id that it had when it was saved: one that it has already, or the next one. Values may move.
func (t *Slots[V]) Restore(k Key, id int) (fresh bool, err error) {
	if id < t.Len() {
		if t.Get(k) != id {
			return false, ErrDamaged
		}
		return false, nil
	}
	if at, fresh := t.Find(k); !fresh || at != id {
		return false, ErrDamaged
	}
	return true, nil
}

// seek returns the slot that holds k, or the empty one where it belongs.
func (t *Slots[V]) seek(k Key) (*slot[V], uint64) {
	for h := t.home(k.A, k.B); ; h = (h + 1) & t.mask {
		s := &t.slots[h]
		if s.id == 0 || s.a == k.A && s.b == k.B && s.n&^opaque == uint32(len(k.S)) && (len(k.S) <= inline || t.text[s.id-1] == k.S) {
			return s, h
		}
	}
}

func (t *Slots[V]) insert(k Key, h uint64) int {
	id := t.n
	t.n++
	s := &t.slots[h]
	s.a, s.b, s.n, s.id = k.A, k.B, k.compared(), t.n
	t.at = append(t.at, uint32(h))
	if len(k.S) > inline || t.text != nil {
		for len(t.text) < int(t.n) {
			t.text = append(t.text, "")
		}
		if len(k.S) > inline {
			t.text[id] = strings.Clone(k.S)
		}
	}
	if t.full() {
		t.grow()
	}
	return int(id)
}

func (t *Slots[V]) full() bool {
	share := 32
	if t.dense {
		share = 2
	} else if size := uintptr(len(t.slots)) * unsafe.Sizeof(slot[V]{}); size >= quarterBytes {
		share = 2
	} else if size >= sparseBytes {
		share = 4
	}
	return int(t.n)*share > len(t.slots)
}

func (t *Slots[V]) grow() { t.rebuild(len(t.slots) * 2) }

// rebuild moves all keys into a table of n slots.
func (t *Slots[V]) rebuild(n int) {
	old := t.slots
	t.alloc(n)
	for i := range old {
		s := &old[i]
		if s.id == 0 {
			continue
		}
		h := t.home(s.a, s.b)
		for t.slots[h].id != 0 {
			h = (h + 1) & t.mask
		}
		t.slots[h] = *s
		t.at[s.id-1] = uint32(h)
	}
}

// fetch brings the slots of ids into the cache. The processor waits for many at once, because none of these loads needs another one.
func (t *Slots[V]) fetch(ids []int) {
	var all uint64
	for _, id := range ids {
		s := &t.slots[t.at[id]]
		all |= uint64(s.id) | uint64(*(*byte)(unsafe.Pointer(s)))
	}
	t.fetched = all
}

// fetchHomes is fetch for the slots where keys of another table are looked for first.
func (t *Slots[V]) fetchHomes(of *Slots[V], ids []int) {
	var all uint64
	for _, id := range ids {
		k := &of.slots[of.at[id]]
		s := t.first(k.a, k.b)
		all |= uint64(s.id) | uint64(*(*byte)(unsafe.Pointer(s)))
	}
	t.fetched = all
}

// valueOf is where the value of an id stands until a key is added.
func (t *Slots[V]) valueOf(id int) *V { return &t.slots[t.at[id]].value }

// Key is the key of an id. The text of keys that stand in the slots is not kept as such: only its length counts, so any text of that
// length serves.
func (t *Slots[V]) Key(id int) Key {
	s := &t.slots[t.at[id]]
	n := s.n &^ opaque
	k := Key{A: s.a, B: s.b, S: blank[:min(n, inline)]}
	if n > inline {
		k.S = t.text[id]
	}
	return k
}

const blank = "                "
