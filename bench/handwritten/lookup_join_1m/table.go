package main

import (
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// table finds orders by their ids. A slot has half of the hash beside the place of the order, so that what is not in the table is
// mostly known from the slot alone. Texts stay where they are: in the file.
type table struct {
	slots []uint64 // upper half of the hash, and place + 1
	shift uint
	all   []order
}

type order struct {
	w0, w1  uint64 // the id's first 16 bytes
	n       uint32 // its length
	null    bool   // limit
	limit   int64
	client  fast.Str // no P: NULL
	longest fast.P   // the id itself, where it has more than 16 bytes
}

func newTable() *table {
	t := &table{}
	t.resize(12)
	return t
}

func (t *table) resize(log2 uint) {
	t.slots, t.shift = make([]uint64, 1<<log2), 64-log2
}

// A block has the orders of a block of the file.
type block struct {
	orders   []order
	hashes   []uint64
	cells    []fast.Str
	rejected int64
}

// read takes the lines behind the header: blocks are decoded on all cores, and put into the table in their order.
func (t *table) read(in *fast.Input) (rejected int64) {
	fast.Ordered(in, func() *block { return &block{} }, (*block).read, func(b *block) {
		for i := range b.orders {
			t.put(b.orders[i], b.hashes[i])
		}
		rejected += b.rejected
		*b = block{orders: b.orders[:0], hashes: b.hashes[:0], cells: b.cells}
	})
	return rejected
}

func (b *block) read(data []byte, number int) {
	header := number == 0
	fast.Lines(data, func(line []byte) {
		if header {
			header = false
			return
		}
		var err error
		b.cells, err = fast.Cells(b.cells[:0], line)
		if err != nil || len(b.cells) != 3 || b.cells[0].P == nil {
			b.rejected++
			return
		}
		id := b.cells[0]
		o := order{n: uint32(id.N), client: b.cells[1]}
		o.w0, o.w1 = fast.Words(id.P, id.N)
		if id.N > 16 {
			o.longest = id.P
		}
		if o.null = b.cells[2].P == nil; !o.null {
			if o.limit, err = fast.Decimal4(b.cells[2]); err != nil {
				b.rejected++
				return
			}
		}
		b.orders, b.hashes = append(b.orders, o), append(b.hashes, fast.Hash(o.w0, o.w1))
	})
}

const half = 1<<32 - 1

// put adds an order, in place of the one with the same id.
func (t *table) put(o order, hash uint64) {
	mask := len(t.slots) - 1
	i := int(hash >> t.shift)
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i]^hash<<32 <= half && t.all[t.slots[i]&half-1].is(&o) {
			t.all[t.slots[i]&half-1] = o
			return
		}
	}
	t.all = append(t.all, o)
	t.slots[i] = hash<<32 | uint64(len(t.all))
	if len(t.all)*2 > len(t.slots) {
		t.grow()
	}
}

func (t *table) grow() {
	t.resize(64 - t.shift + 1)
	mask := len(t.slots) - 1
	for place := range t.all {
		hash := fast.Hash(t.all[place].w0, t.all[place].w1)
		i := int(hash >> t.shift)
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = hash<<32 | uint64(place+1)
	}
}

func (o *order) is(other *order) bool {
	return o.w0 == other.w0 && o.w1 == other.w1 && o.n == other.n && (o.n <= 16 || o.text() == other.text())
}

func (o *order) text() string { return unsafe.String((*byte)(o.longest), o.n) }

// find returns the order with an id, or nil.
func (t *table) find(id fast.Str) *order {
	probe := order{n: uint32(id.N), longest: id.P}
	probe.w0, probe.w1 = fast.Words(id.P, id.N)
	hash := fast.Hash(probe.w0, probe.w1)
	mask := len(t.slots) - 1
	for i := int(hash >> t.shift); t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i]^hash<<32 > half {
			continue
		}
		if found := &t.all[t.slots[i]&half-1]; found.is(&probe) {
			return found
		}
	}
	return nil
}

// put writes the end of a result row.
func (o *order) put(to fast.P, at uintptr) uintptr {
	at = fast.Lit(to, at, `,"client":`)
	if o.client.P == nil {
		at = fast.Lit(to, at, "null")
	} else {
		at = fast.Lit(to, at, `"`)
		at = fast.PutString(to, at, o.client)
		at = fast.Lit(to, at, `"`)
	}
	at = fast.Lit(to, at, `,"limit_price":`)
	if o.null {
		at = fast.Lit(to, at, "null")
	} else {
		at = fast.PutDec4(to, at, o.limit)
	}
	return fast.Lit(to, at, "}\n")
}
