package state

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// Distinct is the set of values that COUNT(DISTINCT x) has seen. Its zero value is empty.
//
// There is one in each group, so it is small: a value of up to eight bytes takes one word, one of up to sixteen two, in slots of which
// half to three quarters are taken. No length stands beside them: that of a text is where its last byte is that is not zero. The few
// keys of which this is not true or whose first word is zero, and longer texts, stand in a table.
type Distinct struct {
	words []uint64 // slots of one word, A, or of two, A and B; open addressing with linear probing; A is zero: empty
	n     uint32   // slots taken
	of    contents
	wide  bool // slots have two words
	zero  bool // the integer 0 is there, which a slot cannot hold
	rest  *Table
}

// contents says what the words of a Distinct are. Its keys are of one constructor, so they are of one kind.
type contents uint8

const (
	ofNothing contents = iota
	ofNumbers
	ofTexts
)

// The hash of all sets has one seed, which nobody outside of the process knows.
var seed1, seed2 = func() (uint64, uint64) {
	seed := maphash.MakeSeed()
	return maphash.Comparable(seed, 1) | 1, maphash.Comparable(seed, 2) | 1
}()

func hashWords(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^seed1, b^seed2)
	return hi ^ lo
}

// textLen is the length of a text of at most 16 bytes that does not end in a zero byte.
func textLen(a, b uint64) int {
	if b != 0 {
		return 16 - bits.LeadingZeros64(b)>>3
	}
	return 8 - bits.LeadingZeros64(a)>>3
}

// Add adds a value.
func (d *Distinct) Add(k Key) {
	of := ofTexts
	if len(k.S) == 0 {
		of = ofNumbers
	}
	if of != d.of || k.A == 0 || of == ofTexts && textLen(k.A, k.B) != len(k.S) {
		d.addOther(k, of)
		return
	}
	if d.wide || k.B != 0 {
		d.addWide(k.A, k.B)
		return
	}
	for h := hashWords(k.A, 0); ; h++ {
		s := &d.words[h&uint64(len(d.words)-1)]
		if *s == k.A {
			return
		}
		if *s == 0 {
			*s = k.A
			d.taken()
			return
		}
	}
}

// addWide adds two words to slots of two.
func (d *Distinct) addWide(a, b uint64) {
	if !d.wide {
		d.rebuild(2*len(d.words), true)
	}
	for h := hashWords(a, b); ; h++ {
		i := 2 * h & uint64(len(d.words)-1)
		s := d.words[i : i+2]
		if s[0] == a && s[1] == b {
			return
		}
		if s[0] == 0 {
			s[0], s[1] = a, b
			d.taken()
			return
		}
	}
}

// addOther adds the first value, and those that have no slot.
func (d *Distinct) addOther(k Key, of contents) {
	switch {
	case k.A|k.B == 0 && of == ofNumbers:
		d.zero = true
	case d.of == ofNothing && k.A != 0 && (of == ofNumbers || textLen(k.A, k.B) == len(k.S)):
		d.of, d.words = of, make([]uint64, firstWords)
		d.Add(k)
	default:
		if d.rest == nil {
			d.rest = NewSmall()
		}
		d.rest.Find(k)
	}
}

const firstWords = 4

// taken counts a slot, and sees to it that some are empty.
func (d *Distinct) taken() {
	d.n++
	if slots := d.slots(); int(d.n)*4 > slots*3 {
		d.rebuild(2*len(d.words), d.wide)
	}
}

func (d *Distinct) slots() int {
	if d.wide {
		return len(d.words) / 2
	}
	return len(d.words)
}

// rebuild moves the values into so many words, of slots of two if they are to be wide.
func (d *Distinct) rebuild(words int, wide bool) {
	was := *d
	d.words, d.wide = make([]uint64, words), wide
	mask := uint64(words - 1)
	if wide {
		was.eachSlot(func(a, b uint64) {
			h := 2 * hashWords(a, b) & mask
			for d.words[h] != 0 {
				h = (h + 2) & mask
			}
			d.words[h], d.words[h+1] = a, b
		})
		return
	}
	for _, a := range was.words {
		if a == 0 {
			continue
		}
		h := hashWords(a, 0) & mask
		for d.words[h] != 0 {
			h = (h + 1) & mask
		}
		d.words[h] = a
	}
}

// eachSlot visits the slots that are taken.
func (d *Distinct) eachSlot(visit func(a, b uint64)) {
	if !d.wide {
		for _, a := range d.words {
			if a != 0 {
				visit(a, 0)
			}
		}
		return
	}
	for s := d.words; len(s) >= 2; s = s[2:] {
		if s[0] != 0 {
			visit(s[0], s[1])
		}
	}
}

// key is the key that a slot holds.
func (d *Distinct) key(a, b uint64) Key {
	if d.of == ofNumbers {
		return Key{A: a, B: b}
	}
	return Key{A: a, B: b, S: blank[:textLen(a, b)]}
}

// each visits all values.
func (d *Distinct) each(visit func(k Key)) {
	if d.zero {
		visit(Key{})
	}
	d.eachSlot(func(a, b uint64) { visit(d.key(a, b)) })
	if d.rest != nil {
		for id := range d.rest.Len() {
			visit(d.rest.Key(id))
		}
	}
}

// NewSmall returns a table for one group among many.
func NewSmall() *Table {
	t := &Table{dense: true}
	t.init(8)
	return t
}

// Len is the number of different values.
func (d *Distinct) Len() int64 {
	n := int64(d.n)
	if d.zero {
		n++
	}
	if d.rest != nil {
		n += int64(d.rest.Len())
	}
	return n
}

// Merge adds the values of src.
func (d *Distinct) Merge(src *Distinct) {
	if d.Len() == 0 {
		*d = *src
		d.words, d.rest = slices.Clone(src.words), nil
		src = &Distinct{rest: src.rest}
	}
	src.each(d.Add)
}
